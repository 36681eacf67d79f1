"""The dialog in which the present network is made a study of."""

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QDialog,
    QDialogButtonBox,
    QFormLayout,
    QLabel,
    QLineEdit,
    QSpinBox,
    QWidget,
)

from nnviz.errors import InputError
from nnviz.kinds.study.offers import Choice, factors_of, measures_for, study_of, usual_values
from nnviz.kinds.study.schema import Study
from nnviz.kinds.study.snapshot import span
from nnviz.kinds.study.tasks import expected_seconds
from nnviz.kinds.study.workers import cores, is_long
from nnviz.runs.moment import Moment
from nnviz.runs.snapshot import Snapshot

_NONE = "nothing else"
_USUAL_SEEDS, _FEWEST_EPOCHS = 20, 100


class StudyDialog(QDialog):
    """Asks what varies, how many seeds and what to measure; ``begin`` is called with the study.

    It says how long the study will take. A value that is not allowed is said in a line, and nothing begins.
    """

    def __init__(self, parent: QWidget, moment: Moment, begin: Callable[[Study], object]) -> None:
        super().__init__(parent)
        self._moment, self._begin = moment, begin
        self._problem = moment.problem if isinstance(moment, Snapshot) else None
        self._factors = factors_of(moment.experiment)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle("Study this…")
        self.settings, self.values = (QComboBox(), QComboBox()), (QLineEdit(), QLineEdit())
        self.seeds, self.epochs, self.measure = QSpinBox(), QSpinBox(), QComboBox()
        self.own_data = QCheckBox("Its own &data for each seed")
        self.said = QLabel(wordWrap=True, textFormat=Qt.TextFormat.PlainText)
        self.buttons = QDialogButtonBox()
        self.study = self.buttons.addButton("&Study", QDialogButtonBox.ButtonRole.AcceptRole)
        self.buttons.addButton(QDialogButtonBox.StandardButton.Cancel)
        self._fill()
        self._arrange()
        self._connect()
        self._offer(0)
        self._offer(1)

    def _fill(self) -> None:
        titles = [setting.title for setting in self._factors]
        first, second = self.settings
        first.addItems(titles)
        first.setCurrentText("Width of the hidden layers" if self._problem else "Length T")
        second.addItems([_NONE, *titles])
        self.seeds.setRange(1, 1000)
        self.seeds.setValue(_USUAL_SEEDS)
        self.epochs.setRange(1, 100_000)
        self.epochs.setValue(max(_FEWEST_EPOCHS, min(self._moment.epoch, 1000)))
        for measure in measures_for(self._moment.experiment, self._problem):
            self.measure.addItem(measure.title[0].upper() + measure.title[1:], measure.name)

    def _arrange(self) -> None:
        form = QFormLayout(self)
        for label, setting, values in zip(("&What varies", "&And"), self.settings, self.values, strict=True):
            form.addRow(label, setting)
            form.addRow("Values", values)
            values.setMinimumWidth(values.fontMetrics().horizontalAdvance("0") * 44)
            values.setAccessibleName(f"values of what varies, {label.strip('&').lower()}")
        form.addRow("S&eeds of each", self.seeds)
        form.addRow("E&pochs", self.epochs)
        form.addRow("&Measure", self.measure)
        form.addRow(self.own_data)
        self.own_data.setVisible(self._problem is not None)
        form.addRow(self.said)
        form.addRow(self.buttons)

    def _connect(self) -> None:
        for number, (setting, values) in enumerate(zip(self.settings, self.values, strict=True)):
            setting.currentIndexChanged.connect(lambda _index, number=number: self._offer(number))
            values.textChanged.connect(self._estimate)
        for box in (self.seeds, self.epochs):
            box.valueChanged.connect(self._estimate)
        self.measure.currentIndexChanged.connect(self._estimate)
        self.own_data.toggled.connect(self._estimate)
        self.buttons.accepted.connect(self._accept)
        self.buttons.rejected.connect(self.reject)

    def _offer(self, number: int) -> None:
        """Put usual values of the chosen setting into its field."""
        index = self.settings[number].currentIndex() - number
        self.values[number].setEnabled(index >= 0)
        usual = usual_values(self._factors[index], self._moment.experiment) if index >= 0 else ""
        self.values[number].setText(usual)
        self._estimate()

    def _chosen(self) -> Study:
        indices = [box.currentIndex() - number for number, box in enumerate(self.settings)]
        pairs = zip(indices, self.values, strict=True)
        choices = [Choice(self._factors[index], field.text()) for index, field in pairs if index >= 0]
        counts = self.seeds.value(), self.epochs.value(), self.measure.currentData()
        return study_of(self._moment.experiment, choices, *counts, own_data=self.own_data.isChecked())

    def _estimate(self) -> None:
        """Say how many networks it will be and how long they take, or what is not allowed."""
        try:
            study = self._chosen()
        except InputError as error:
            self.said.setText(str(error))
            self.said.setForegroundRole(QPalette.ColorRole.Link)
            self.study.setEnabled(False)
            return
        seconds = expected_seconds(study, self._problem)
        time = span(seconds / cores() if is_long(seconds) else seconds)
        self.said.setText(f"{len(study.cells) * study.seeds:,} networks, about {time}")
        self.said.setForegroundRole(QPalette.ColorRole.WindowText)
        self.study.setEnabled(True)

    def _accept(self) -> None:
        self._begin(self._chosen())
        self.accept()
