"""The dialog in which the present network is set up to race against itself with another setting."""

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import QComboBox, QDialog, QDialogButtonBox, QFormLayout, QLabel, QWidget

from nnviz.errors import InputError
from nnviz.experiment.kind import Kind
from nnviz.kinds.race.rivals import MOST_RIVALS, Setting, against, settings_of
from nnviz.kinds.race.schema import Race

_NONE = "–"


class RaceDialog(QDialog):
    """Asks for a setting and up to three values of it; ``begin`` is called with the race.

    A value that is not allowed is refused in a line, and the dialog stays open.
    """

    def __init__(self, parent: QWidget, experiment: Kind, begin: Callable[[Race], object]) -> None:
        super().__init__(parent)
        self._experiment, self._begin = experiment, begin
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle("Race against…")
        self.setting, self.present = QComboBox(), QLabel()
        self.setting.addItems([setting.title for setting in settings_of(experiment)])
        self.rivals = [QComboBox() for _ in range(MOST_RIVALS)]
        self.refusal = QLabel(wordWrap=True, textFormat=Qt.TextFormat.PlainText)
        self.refusal.setForegroundRole(QPalette.ColorRole.Link)
        self.buttons = QDialogButtonBox()
        self.buttons.addButton("&Race", QDialogButtonBox.ButtonRole.AcceptRole)
        self.buttons.addButton(QDialogButtonBox.StandardButton.Cancel)
        self._arrange()
        self.setting.currentIndexChanged.connect(self._offer)
        self.buttons.accepted.connect(self._race)
        self.buttons.rejected.connect(self.reject)
        self._offer()

    def _arrange(self) -> None:
        form = QFormLayout(self)
        form.addRow("&Setting", self.setting)
        form.addRow("This network", self.present)
        for number, rival in enumerate(self.rivals):
            form.addRow("&Against" if number == 0 else "and", rival)
            rival.setAccessibleName(f"value {number + 1} to race against")
        form.addRow(self.refusal)
        form.addRow(self.buttons)
        self.refusal.hide()
        form.setSizeConstraint(form.SizeConstraint.SetFixedSize)

    @property
    def _chosen(self) -> Setting:
        return settings_of(self._experiment)[self.setting.currentIndex()]

    def _offer(self) -> None:
        """Offer values of the chosen setting."""
        self.refusal.hide()
        setting = self._chosen
        self.present.setText(setting.words(setting.present(self._experiment)))
        for number, rival in enumerate(self.rivals):
            rival.clear()
            rival.setEditable(not setting.options)
            rival.addItems([*([_NONE] if number else []), *setting.offered(self._experiment)])

    def _race(self) -> None:
        typed = [text for rival in self.rivals if (text := rival.currentText().strip()) not in {"", _NONE}]
        try:
            race = against(self._experiment, self._chosen, typed)
        except InputError as error:
            self.refusal.setText(str(error))
            self.refusal.show()
            return
        self._begin(race)
        self.accept()
