from collections.abc import Callable

import numpy as np
import pytest
from PySide6.QtWidgets import QApplication, QWidget

from nnviz.data.dataset import FloatArray
from nnviz.plots.curve import CurveView
from nnviz.runs.snapshot import Snapshot
from nnviz.theme import THEMES, theme
from seeing import points

Show = Callable[..., QWidget]
SnapshotOf = Callable[..., Snapshot]
ShowCurve = Callable[..., CurveView]

SINE = '[data]\nname = "sine"\nnoise = 0.2\n[network]\nhidden = [6]\noutput = "identity"\n'


@pytest.fixture
def show_curve(show: Show, snapshot_of: SnapshotOf) -> ShowCurve:
    """Curves on the screen: ``show_curve(text, epochs)``."""

    def make(text: str = SINE, epochs: int = 20) -> CurveView:
        view = CurveView()
        show(view, 500, 400)
        view.show_snapshot(snapshot_of(text, epochs))
        QApplication.processEvents()
        return view

    return make


def parts(view: CurveView) -> list[FloatArray]:
    return [points(part.path()) for part in view._parts if not part.path().isEmpty()]


def snapshot(view: CurveView) -> Snapshot:
    assert view.snapshot
    return view.snapshot


def test_the_thick_line_is_the_networks_output(show_curve: ShowCurve) -> None:
    view = show_curve()
    now = snapshot(view)
    assert now.scene
    drawn = points(view._output.path())
    assert drawn[:, 1] == pytest.approx(now.scene.curves[-1][0], abs=1e-6)
    hidden = np.tanh(drawn[:, :1] @ now.weights[0].T + now.biases[0])
    assert drawn[:, 1] == pytest.approx((hidden @ now.weights[1].T + now.biases[1])[:, 0], abs=1e-4)
    x_min, x_max, *_ = now.problem.extent
    assert x_min < drawn[0, 0] < drawn[-1, 0] < x_max


def test_what_hidden_units_add_makes_the_output_with_the_bias(show_curve: ShowCurve) -> None:
    view = show_curve()
    drawn = parts(view)
    assert len(drawn) == 6
    total = sum(part[:, 1] for part in drawn) + snapshot(view).biases[-1][0]
    assert total == pytest.approx(points(view._output.path())[:, 1], abs=1e-4)


def test_all_samples_are_in_the_range_and_the_curve_has_some_room(show_curve: ShowCurve) -> None:
    view = show_curve()
    x_low, x_high, y_low, y_high = view.plane.extent
    for samples in (snapshot(view).problem.train, snapshot(view).problem.test):
        x, y = samples.points.T
        assert x_low < x.min()
        assert x.max() < x_high
        assert y_low < y.min() - 0.2
        assert y_high > y.max() + 0.2


def test_of_many_units_the_strongest_are_drawn_and_it_says_so(show_curve: ShowCurve) -> None:
    view = show_curve(SINE.replace("[6]", "[40]"), 3)
    assert len(drawn := parts(view)) == 32
    now = snapshot(view)
    assert now.scene
    strength = np.abs(now.weights[-1][0][:, None] * now.scene.curves[0]).max(axis=1)
    assert min(np.abs(part[:, 1]).max() for part in drawn) >= np.sort(strength)[-32] - 1e-6
    assert "32 strongest" in view.title.text()


def test_fewer_units_leave_no_lines_behind(show_curve: ShowCurve, snapshot_of: SnapshotOf) -> None:
    view = show_curve()
    view.show_snapshot(snapshot_of(SINE.replace("[6]", "[2]")))
    assert len(parts(view)) == 2
    view.show_snapshot(snapshot_of(SINE.replace("[6]", "[]")))
    assert parts(view) == []
    assert len(points(view._output.path())) > 100


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (SINE, "thick: output; thin: what each hidden neuron adds"),
        (SINE.replace("[6]", "[6, 4]"), "thick: output; thin: what each last-layer neuron adds"),
        (SINE.replace("identity", "tanh"), "thick: output; thin: what each hidden neuron adds before tanh"),
        (SINE.replace("[6]", "[]"), "the network's output"),
    ],
)
def test_the_lines_are_explained(show_curve: ShowCurve, text: str, words: str) -> None:
    assert show_curve(text, 0).title.text() == words


def test_a_run_that_has_diverged_is_no_line(show_curve: ShowCurve) -> None:
    view = show_curve(SINE + "[training]\nlearning_rate = 50.0\n", 20)
    assert not np.isfinite(snapshot(view).parameters.layers[0]).all()
    view.grab()


@pytest.mark.parametrize("name", THEMES)
def test_lines_have_the_themes_colours(show_curve: ShowCurve, name: str) -> None:
    view = show_curve()
    view.set_theme(theme(name))
    assert view._output.pen().color().name() == theme(name).positive
    assert view._output.pen().widthF() > 2 * view._parts[0].pen().widthF()
    assert len({part.pen().color().name() for part in view._parts[:6]}) == 6


def test_it_looks_as_it_did(show_curve: ShowCurve, assert_matches_image: Callable[[QWidget, str], None]) -> None:
    view = show_curve(SINE, 60)
    view.resize(400, 300)
    assert_matches_image(view, "curve_sine_light")
