"""Where data come from: pictures of the commonest, a list of all, and tables of one's own."""

from pathlib import Path

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from nnviz.controls.fields import Button, Choice, describe
from nnviz.controls.pictures import Pictures
from nnviz.data.catalogue import CATALOGUE, Source
from nnviz.experiment.experiment import Data

_OPEN_TIP = "Learn from a table of your own: a row is a sample, one column is to be predicted."


class SourceChoice(QWidget):
    """Emits ``changed`` with the name of a data set, and ``open_requested`` for a table."""

    changed = Signal(object)
    open_requested = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.pictures, self.names = Pictures(), Choice()
        for title in ("Classification", "Regression", "Real data"):
            belonging = (source for source in CATALOGUE.values() if _group(source) == title)
            self.names.add_group(title, [(source.name, source.title) for source in belonging])
        self.names.setMaxVisibleItems(30)
        self.open = Button("&Open table (CSV)…", tip=_OPEN_TIP).widened()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        for widget in (self.pictures, self.names, self.open):
            column.addWidget(widget)
        self.pictures.changed.connect(self.changed)
        self.names.changed.connect(self._choose)
        self.open.clicked.connect(self.open_requested)

    def show_data(self, data: Data) -> None:
        """Show which data set or table it is."""
        name = "" if data.file else data.name
        source = CATALOGUE.get(name)
        self.pictures.show_value(name)
        self.names.show_extra(Path(data.file).name, "")
        self.names.show_value(name)
        describe(self.names, "Data set", source.summary if source else data.file)

    def _choose(self, name: str) -> None:
        if name:  # the table that is shown already has none
            self.changed.emit(name)


def _group(source: Source) -> str:
    if source.is_bundled:
        return "Real data"
    return "Classification" if source.task == "classification" else "Regression"
