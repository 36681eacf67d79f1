"""Modes on the screen: singular values, the task's, the theory's, and which direction is learned now."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from msgspec import structs
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from nnviz.experiment.experiment import Data, Experiment, NetworkDesign, Training
from nnviz.runs.run import NetworkRun
from nnviz.runs.scene import Lens
from nnviz.runs.snapshot import Snapshot
from nnviz.runs.timeline import Timeline
from nnviz.theme import theme
from nnviz.views.modes.view import WANTED, ModesView
from seeing import points, use_font
from zooming import calls_while_painted

Show = Callable[..., QWidget]
LINEAR = Experiment(
    data=Data(name="linear", samples=64, dimensions=8, singular_values=(4.0, 2.0, 1.0, 0.5), train_fraction=1.0),
    network=NetworkDesign(
        hidden=(8,), activation="identity", output="identity", initializer="glorot_normal", initial_scale=0.1
    ),
    training=Training(learning_rate=0.02, batch_size=64),
)
TREE = structs.replace(LINEAR, data=Data(name="tree"), network=structs.replace(LINEAR.network, hidden=(16,)))


def learned(
    show: Show, experiment: Experiment, steps: int, each: int = 2, size: tuple[int, int] = (800, 480)
) -> Any:
    """The view after so many steps, of which it has seen every second."""
    view: Any = ModesView()
    show(view, *size)
    run, timeline = NetworkRun(experiment), Timeline()
    view.show_history(timeline)
    timeline.add(run.snapshot())
    view.show_snapshot(picture(run))
    for _ in range(0, steps, each):
        run.advance(each)
        timeline.add(run.snapshot())
    view.show_snapshot(picture(run))
    while not view.is_done_with(view._snapshot):
        QApplication.processEvents()
    return view


def picture(run: NetworkRun) -> Snapshot:
    """The moment, with the scene that the view asks for."""
    return run.picture(Lens(aspects=frozenset({WANTED})))


def test_lines_are_the_singular_values_of_the_product(show: Show) -> None:
    view = learned(show, LINEAR, 100)
    first, second = view._snapshot.weights
    found = np.linalg.svd(second @ first, compute_uv=False)
    for k in range(4):
        assert points(view.curves.lines[k].path())[-1] == pytest.approx([100.0, found[k]], abs=1e-6)


def test_the_theory_is_there_before_the_first_step_and_comes_true(show: Show) -> None:
    view = learned(show, LINEAR, 0)
    assert all(item.isVisible() for item in view.theory)
    foretold = [points(item.path()) for item in view.theory]
    late = learned(show, LINEAR, 360)
    for k, strength in enumerate((4.0, 2.0, 1.0, 0.5)):
        line = points(late.curves.lines[k].path())
        said = np.interp(line[:, 0], foretold[k][:, 0], foretold[k][:, 1])
        assert np.abs(line[:, 1] - said).max() < 0.05 * strength


def test_it_says_which_mode_is_learned_now(show: Show) -> None:
    assert learned(show, LINEAR, 0).heading.text() == "0 of 4 learned; now nothing yet to be seen"
    assert learned(show, LINEAR, 76).heading.text().startswith("1 of 4 learned; now s = 2: ")
    assert learned(show, LINEAR, 700, 20).heading.text() == "all 4 learned"


def test_a_verdict_and_the_theory_are_not_seen_while_a_question_waits(show: Show) -> None:
    view = learned(show, LINEAR, 76)
    view.keep_secret(True)
    assert "learned" not in view.describe()


def test_things_are_named_below_the_direction(show: Show) -> None:
    view = learned(show, TREE, 120)
    assert [text.text() for text in view.names if text.text()] == list(view._course.problem.input_labels)
    assert [text.text() for text in view.level_names] == ["s = 2.45", "s = 1.22, 2 ×", "s = 0.5, 4 ×"]
    assert "mode 2" in view.describe()


def test_a_net_that_is_not_linear_has_modes_but_no_theory(show: Show) -> None:
    view = learned(show, structs.replace(TREE, network=structs.replace(TREE.network, activation="tanh")), 20)
    assert not any(item.isVisible() for item in view.theory)
    assert len(points(view.curves.lines[0].path())) > 5


def test_where_there_are_no_modes_it_says_so(show: Show) -> None:
    view = learned(show, Experiment(), 2)
    assert "no linear map" in view.missing.text()
    assert view.heading.text() == ""
    view.show_snapshot(picture(NetworkRun(LINEAR)))
    assert view.missing.text() == ""
    view.show_snapshot(picture(NetworkRun(Experiment())))
    assert "no linear map" in view.missing.text()


def test_no_singular_values_are_sought_while_it_paints(show: Show, monkeypatch: pytest.MonkeyPatch) -> None:
    view: Any = ModesView()
    show(view, 800, 480)
    run, timeline = NetworkRun(LINEAR), Timeline()
    view.show_history(timeline)
    pictures = []
    for _ in range(40):
        run.advance(2)
        pictures.append(picture(run))
    with monkeypatch.context() as patch:
        patch.setattr(np.linalg, "svd", lambda *_, **__: pytest.fail("singular values on the window's thread"))
        for one in pictures:
            timeline.add(one.bare())
            view.show_snapshot(one)
    assert len(points(view.curves.lines[0].path())) == 40


def test_what_was_kept_unseen_is_taken_a_few_moments_a_frame(show: Show, qtbot: QtBot) -> None:
    view: Any = ModesView()
    show(view, 800, 480)
    run, timeline = NetworkRun(LINEAR), Timeline()
    for _ in range(150):
        run.advance(2)
        timeline.add(run.snapshot())
    view.show_history(timeline)
    view.show_snapshot(picture(run))
    qtbot.waitUntil(lambda: len(view._course.curve) == 150)


def test_a_past_moment_is_marked(show: Show) -> None:
    view = learned(show, LINEAR, 40)
    run = NetworkRun(LINEAR, view._snapshot.problem)
    run.restore(view._timeline.line.moments[5])
    view.show_snapshot(picture(run))
    assert view.curves.cursor.isVisible()
    assert view.heading.text().startswith("0 of 4")


def test_painting_calls_no_python(show: Show) -> None:
    assert calls_while_painted(learned(show, LINEAR, 40).canvas) == []


@pytest.mark.parametrize(("width", "height", "pixels"), [(1024, 768, 17), (480, 360, 13)])
def test_no_text_is_clipped(show: Show, width: int, height: int, pixels: int) -> None:
    view = learned(show, TREE, 60, size=(width, height))
    use_font(view, pixels)
    for text in (view.heading, view.label, *view.level_names, *view.names):
        assert view.canvas.area.contains(text.sceneBoundingRect().adjusted(1, 2, -1, -2)), text.text()


@pytest.mark.parametrize("name", ["light", "high_contrast"])
def test_it_looks_as_it_did(show: Show, assert_matches_image: Callable[[QWidget, str], None], name: str) -> None:
    view = learned(show, TREE, 130)
    view.set_theme(theme(name))
    assert_matches_image(view, f"modes_{name}")
