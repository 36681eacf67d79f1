"""The view of an example, with a run that it looks at."""

from collections.abc import Callable

import pytest
from PySide6.QtWidgets import QApplication, QWidget

from nnviz.engine.trace import Trace, Traced
from nnviz.experiment.files import parse_experiment
from nnviz.runs.run import NetworkRun
from nnviz.runs.scene import Lens
from nnviz.views.backprop.view import BackpropView

IN_TURN = "[network]\nhidden = [4, 3]\n[training]\nbatch_size = 1\nshuffle = false\n"
Show = Callable[..., QWidget]


class Bench:
    """A view that is shown what it asks for of a run, as a window does."""

    def __init__(self, show: Show, text: str, size: tuple[int, int], panes: tuple[str, ...], steps: int) -> None:
        self.run = NetworkRun(parse_experiment(text, "test"))
        self.run.advance(steps)
        self.view = BackpropView()
        self.view.panes.shown = list(panes)
        self.view.aspects_changed.connect(self.feed)
        show(self.view, *size)
        self.feed()
        QApplication.processEvents()

    def feed(self) -> None:
        """Show the run's moment."""
        self.view.show_snapshot(self.run.picture(Lens(aspects=frozenset(self.view.aspects))))

    @property
    def traced(self) -> Traced:
        """What the engine makes of the sample that is shown, apart from the view."""
        look = self.view.walk.look
        assert look is not None
        trace = Trace(self.run.problem.network, look.example.hyperparameters)
        return trace(self.run.snapshot().parameters, look.traced.inputs, look.traced.target)

    def words(self) -> list[str]:
        """All that is written in the panes that are shown."""
        panes = self.view.panes
        cells = [word.text() for cells in panes.matrix.cells for word in cells.words]
        written = {
            "matrix": [*panes.matrix.writing.words, *cells],
            "formula": panes.formula.words,
            "graph": panes.graph.words.writing.words,
            "check": [],
        }
        return [self.view.steps.words.wordings[0], *(word for name in panes.shown for word in written[name])]


@pytest.fixture
def bench(show: Show) -> Callable[..., Bench]:
    """Make a view and its run: ``bench(text, size=(900, 420), panes=("formula", "graph"), steps=30)``."""

    def make(
        text: str = IN_TURN,
        size: tuple[int, int] = (1000, 560),
        panes: tuple[str, ...] = ("formula", "graph"),
        steps: int = 30,
    ) -> Bench:
        return Bench(show, text, size, panes, steps)

    return make
