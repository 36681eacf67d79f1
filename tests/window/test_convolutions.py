"""The window with a network of convolutions: what is covered, what is drawn, and back again."""

from collections.abc import Callable

from msgspec import structs
from pytestqt.qtbot import QtBot

from nnviz.drawing.cover import Cover
from nnviz.experiment.experiment import Experiment
from nnviz.runs.snapshot import Snapshot
from nnviz.window.window import MainWindow

Opener = Callable[..., MainWindow]
TEXT = (
    '[data]\nname = "digits"\ntrain_fraction = 0.3\n[network]\n'
    'hidden = [{ channels = 4, pool = "max_map" }]\noutput = "softmax"\n[training]\nloss = "cross_entropy"\n'
)


def covered(window: MainWindow, name: str) -> bool:
    sheet = window.desk.stage.views[name].as_widget.findChild(Cover)
    return sheet is not None and sheet.isVisible()


def test_views_of_other_networks_are_covered_and_uncovered(open_window: Opener, qtbot: QtBot) -> None:
    window = open_window(TEXT)
    window.desk.stage.drawer.open("neuron")
    qtbot.waitUntil(lambda: covered(window, "neuron"))
    window.desk.stage.drawer.open("filters")
    qtbot.waitUntil(lambda: not covered(window, "filters"))
    window.desk.stage.drawer.open("neuron")
    experiment = window.session.experiment
    assert isinstance(experiment, Experiment)
    plain = structs.replace(experiment, network=structs.replace(experiment.network, hidden=(4,)))
    window.edits.change(plain)
    qtbot.waitUntil(lambda: not covered(window, "neuron"))


def test_a_shift_goes_on_with_what_was_learned(open_window: Opener, qtbot: QtBot) -> None:
    window = open_window(TEXT)
    window.session.advance(steps=3)
    qtbot.waitUntil(lambda: window.session.snapshot is not None and window.session.snapshot.step == 3)
    experiment = window.session.experiment
    assert isinstance(experiment, Experiment)
    window.edits.change(structs.replace(experiment, data=structs.replace(experiment.data, shift=1)))

    def is_shifted() -> bool:
        snapshot = window.session.snapshot
        return isinstance(snapshot, Snapshot) and snapshot.problem.shift == 1

    qtbot.waitUntil(is_shifted)
    assert window.session.snapshot is not None
    assert window.session.snapshot.step == 3
