"""Which layer is looked into, and through which of its units."""

from functools import partial

from PySide6.QtCore import QObject, QSignalBlocker, Signal
from PySide6.QtWidgets import QMenu, QToolButton

from nnviz.analysis.hidden_space import HiddenSpace
from nnviz.drawing.view import small_button


class HiddenChooser(QObject):
    """Buttons for layer, components and units.

    Of a network that is new here the last hidden layer is chosen: its two units if it has two, or else its
    principal components.

    Signals
    -------
    chosen
        ``wanted`` is another.
    """

    chosen = Signal()

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self.wanted: HiddenSpace | None = None
        self._hidden: tuple[int, ...] = ()
        self.layer, self.across, self.up = (_menu_button() for _ in range(3))
        self.components = small_button(
            "components", "the first two principal components of the layer's activations", checkable=True
        )
        self.components.toggled.connect(self._choose_components)

    @property
    def buttons(self) -> tuple[QToolButton, ...]:
        """Layer, components, and the units across and up."""
        return self.layer, self.components, self.across, self.up

    def begin(self, hidden: tuple[int, ...]) -> None:
        """Choose among hidden layers of other sizes."""
        self._hidden = hidden
        self._choose(_usual(hidden, len(hidden)) if hidden else None)

    def choose(self, layer: int, units: tuple[int, int] | None) -> None:
        """Choose a layer, counted from 1, and two of its units, counted from 0, or its principal components."""
        self._choose(HiddenSpace(layer, units))

    def _choose(self, wanted: HiddenSpace | None) -> None:
        is_new, self.wanted = wanted != self.wanted, wanted
        self._name()
        if is_new:
            self.chosen.emit()

    def _choose_layer(self, layer: int) -> None:
        units = self.wanted.units if self.wanted else None
        fits = units is not None and max(units) < self._hidden[layer - 1]
        self._choose(HiddenSpace(layer, units) if fits else _usual(self._hidden, layer))

    def _choose_unit(self, axis: int, unit: int) -> None:
        if self.wanted and self.wanted.units:
            across, up = self.wanted.units
            self.choose(self.wanted.layer, (unit, up) if axis == 0 else (across, unit))

    def _choose_components(self, chosen: bool) -> None:
        if self.wanted:
            self.choose(self.wanted.layer, None if chosen else (0, 1))

    def _name(self) -> None:
        """Say what is chosen, and offer what else there is."""
        wanted = self.wanted
        width = self._hidden[wanted.layer - 1] if wanted else 0
        units = wanted.units if wanted else None
        self.layer.setVisible(len(self._hidden) > 1)
        self.components.setVisible(width > 1)
        with QSignalBlocker(self.components):
            self.components.setChecked(units is None)
        layers = {f"layer {k}": partial(self._choose_layer, k) for k in range(1, len(self._hidden) + 1)}
        _offer(self.layer, f"layer {wanted.layer if wanted else ''}", layers)
        for axis, button in enumerate((self.across, self.up)):
            button.setVisible(units is not None)
            if units is not None:
                choices = {f"unit {k + 1}": partial(self._choose_unit, axis, k) for k in range(width)}
                _offer(button, f"{'→↑'[axis]} unit {units[axis] + 1}", choices)


def _usual(hidden: tuple[int, ...], layer: int) -> HiddenSpace:
    return HiddenSpace(layer, (0, 1) if hidden[layer - 1] == 2 else None)


def _menu_button() -> QToolButton:
    button = small_button("")
    button.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
    button.setMenu(QMenu(button))
    return button


def _offer(button: QToolButton, text: str, choices: dict[str, partial[None]]) -> None:
    """Write on a button, and have these to choose from."""
    button.setText(f"{text} ▾")
    menu = button.menu()
    menu.clear()
    for words, choose in choices.items():
        menu.addAction(words, choose)
