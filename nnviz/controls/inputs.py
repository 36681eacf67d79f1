"""What a network gets and gives of its data: engineered inputs, the plane they are drawn in, the inputs back."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from nnviz.controls.fields import Choice, Toggle, describe
from nnviz.controls.layout import Flow
from nnviz.data.features import FEATURES, features_for
from nnviz.experiment.experiment import INPUTS

InputNames = tuple[str, ...]
_PLANES = ((True, "principal components"), (False, "two inputs"))
_GIVE_BACK_TIP = (
    "Learn the inputs themselves: an autoencoder. A narrow hidden layer then holds a code of few numbers."
)


def usual_features(columns: int) -> InputNames:
    """The unchanged inputs."""
    return tuple(FEATURES)[:columns] if features_for(columns) else ()


def normal_features(names: InputNames, columns: int) -> InputNames:
    """The named features that data with this many inputs allow; empty if they are just the inputs."""
    allowed = tuple(name for name in names if name in features_for(columns))
    return () if allowed == usual_features(columns) else allowed


class Features(QWidget):
    """A check box for each engineered input; ``changed`` carries the checked names, empty for the usual ones."""

    changed = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self.boxes = {
            f.name: Toggle(f.label, f"Give the network {f.label} as an input.") for f in FEATURES.values()
        }
        self._columns, self._checked = 2, InputNames()
        flow = Flow(self, spacing=2, fill=True)
        for name, box in self.boxes.items():
            flow.addWidget(box)
            box.changed.connect(lambda is_on, name=name: self._change(name, is_on))

    def show_columns(self, columns: int) -> None:
        """Show boxes for data with this many inputs."""
        self._columns = columns
        for name, box in self.boxes.items():
            box.setVisible(name in features_for(columns))

    def show_value(self, names: InputNames) -> None:
        """Check the named inputs."""
        self._checked = names or usual_features(self._columns)
        for name, box in self.boxes.items():
            box.show_value(name in self._checked)

    def _change(self, name: str, is_on: bool) -> None:
        wanted = {*self._checked, name} if is_on else {*self._checked} - {name}
        if wanted:
            self.changed.emit(normal_features(tuple(f for f in FEATURES if f in wanted), self._columns))
        else:
            self.show_value(self._checked)  # a network needs at least one input


class PlaneChoice(QWidget):
    """The choice of plane for data of many inputs; ``changed`` carries two names, empty for the components."""

    changed = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self._names, self._axes = InputNames(), InputNames()
        self.kind, self.right, self.up = Choice(_PLANES), Choice(), Choice()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        for choice in (self.kind, self.right, self.up):
            column.addWidget(choice)
        describe(self.right, "Input drawn to the right", "The input drawn to the right.")
        describe(self.up, "Input drawn upwards", "The input drawn upwards; the others are held at their mean.")
        self.kind.changed.connect(lambda is_usual: self.changed.emit(() if is_usual else self._names[:2]))
        self.right.changed.connect(lambda name: self._change(0, name))
        self.up.changed.connect(lambda name: self._change(1, name))
        self.setFocusProxy(self.kind)

    def show_names(self, names: InputNames) -> None:
        """Offer these inputs as axes."""
        self._names = names
        for choice in (self.right, self.up):
            choice.offer((name, name) for name in names)
        self.kind.allow(lambda is_usual: is_usual or len(names) > 1)
        self.show_value(self._axes)

    def show_value(self, axes: InputNames) -> None:
        """Show the chosen plane."""
        self._axes = axes
        self.kind.show_value(not axes)
        for choice, name in zip((self.right, self.up), axes or ("", ""), strict=True):
            choice.setVisible(bool(axes))
            choice.setPlaceholderText(name)
            choice.show_value(name)

    def _change(self, place: int, name: str) -> None:
        """Use an input as an axis; if it is the other axis already, the two are swapped."""
        other = self._axes[1 - place]
        other = self._axes[place] if other == name else other
        self.changed.emit((name, other) if place == 0 else (other, name))


class GiveBack(QWidget):
    """Whether the network is to give its inputs back; ``changed`` carries the target, "inputs" or none."""

    changed = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self.box = Toggle("Give inputs bac&k", _GIVE_BACK_TIP)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.box)
        self.setFocusProxy(self.box)
        self.box.changed.connect(lambda is_on: self.changed.emit(INPUTS if is_on else ""))

    def show_value(self, target: str) -> None:
        """Check the box if the target is the inputs."""
        self.box.show_value(target == INPUTS)
