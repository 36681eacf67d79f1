"""A study's lines: medians with names and slopes, what was never reached, the network that a median stands for."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from msgspec import structs
from PySide6.QtCore import QPointF
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from nnviz.experiment.experiment import Data, Experiment, NetworkDesign
from nnviz.kinds.study.factors import Factor
from nnviz.kinds.study.schema import Study
from nnviz.kinds.study.snapshot import StudySnapshot
from nnviz.theme import theme
from nnviz.views.study.view import StudyView
from seeing import points, use_font
from zooming import calls_while_painted

Show = Callable[..., QWidget]
WIDTHS = (1, 2, 4, 8, 16, 32)
STUDY = Study(
    title="The wider, the closer",
    base=Experiment(data=Data(name="waves", test_samples=100), network=NetworkDesign(output="identity")),
    vary=(
        Factor(key="network.hidden", values=WIDTHS, title="hidden units N"),
        Factor(key="measure", values=("test_rmse", "last_layer_rmse"), names=("trained", "random features")),
    ),
    measure="test_rmse",
    lines=True,
    guide=-0.5,
    seeds=5,
)
NEEDED = structs.replace(
    STUDY,
    vary=(
        Factor(key="data.samples", values=(8, 16, 32), title="samples"),
        Factor(key="data.dimensions", values=(2, 4), title="dimensions d"),
        Factor(key="data.waves", values=(100, 1), names=("100 waves", "one wave")),
    ),
    level=0.5,
    guide=None,
)


def powers(*slopes: float) -> StudySnapshot:
    spread = np.exp(0.1 * np.random.default_rng(0).standard_normal((len(slopes), len(WIDTHS), 5)))
    values = np.array(WIDTHS, dtype=float)[None, :, None] ** np.array(slopes)[:, None, None] * spread
    return StudySnapshot(STUDY, tuple(values.reshape(-1, 5)))


def needed() -> StudySnapshot:
    columns = (0.9, 0.7, 0.3, 0.9, 0.8, 0.6, 0.4, 0.3, 0.2, 0.9, 0.4, 0.3)
    return StudySnapshot(NEEDED, tuple(np.full(3, value) for value in columns))


def shown(show: Show, snapshot: StudySnapshot, width: int = 900, height: int = 560) -> Any:
    view: Any = StudyView()
    show(view, width, height)
    view.show_snapshot(snapshot)
    return view


def test_each_line_has_its_name_its_median_and_its_slope(show: Show) -> None:
    view = shown(show, powers(-0.5, -0.3))
    assert [name.text() for name in view.lines.curves.names] == ["trained", "random features"]
    assert view.upward.text().startswith("slopes: trained −0.")
    assert "random features −0." in view.upward.text()
    assert view.upward.text().endswith("dashed −0.5")
    first = points(view.lines.curves.lines[0].path())
    assert first[:, 0] == pytest.approx(np.log10(WIDTHS))
    assert len(points(view.lines.guide.path())) == 2
    assert not view.plot.dots.isVisible()


def test_medians_of_every_line_stand_below(show: Show) -> None:
    view = shown(show, needed())
    assert [cell.text() for cell in view.table.cells if cell.text()] == [
        *("dimensions d", "2", "4"),
        *("100 waves", "22.6", "> 32"),
        *("one wave", "8", "13.9"),
    ]


def test_on_a_narrow_view_slopes_are_said_without_their_spread(show: Show) -> None:
    view = shown(show, powers(-0.5, -0.3), 420)
    assert "[" not in view.upward.text()
    assert view.upward.text().startswith("slopes: trained −0.")


def test_slopes_are_verdicts(show: Show) -> None:
    view = shown(show, powers(-0.5, -0.3))
    view.keep_secret(True)
    assert "trained −" not in view.describe()


def test_a_median_opens_the_network_in_the_middle(show: Show, qtbot: QtBot) -> None:
    snapshot = powers(-0.5, -0.3)
    view = shown(show, snapshot)
    place = QPointF(*view.lines._points[7][:2])
    with qtbot.waitSignal(view.picked) as caught:
        view.canvas.clicked.emit(place)
    order = np.argsort(snapshot.values[7])
    assert caught.args is not None
    assert caught.args[0] == STUDY.one(7, int(order[2]))


def test_what_was_never_reached_is_a_cross_at_the_top(show: Show) -> None:
    view = shown(show, needed())
    assert view.lines.lost.path().elementCount() == 4
    top = view.lines.plane.frame.top()
    assert view.lines.lost.path().boundingRect().center().y() == pytest.approx(top, abs=25.0)
    x, y = view.lines.plane.x.low, view.lines.plane.y.high
    assert view.lines.plane.reading(x, y) == [
        "dimensions d 2",
        "100 waves 22.6 [22.6, 22.6]",
        "one wave 8 [8, 8]",
    ]
    assert view.lines.plane.reading(4.1, y)[1] == "100 waves > 32 [> 32, > 32]"


def test_nothing_is_known_yet(show: Show) -> None:
    view = shown(show, StudySnapshot(NEEDED, (np.empty(0),) * 12))
    assert view.lines.lost.path().isEmpty()
    assert view.upward.text().strip() == ""
    assert view.lines.seed_at(QPointF(100.0, 100.0)) is None


def test_another_study_takes_its_place_and_back(show: Show) -> None:
    view = shown(show, powers(-0.5, -0.3))
    table = structs.replace(STUDY, lines=False)
    view.show_snapshot(StudySnapshot(table, powers(-0.5, -0.3).values))
    assert view.grid.is_visible
    assert not view.lines.plane.is_visible
    view.show_snapshot(needed())
    assert view.lines.plane.is_visible
    assert not view.grid.is_visible


def test_painting_calls_no_python(show: Show) -> None:
    view = shown(show, powers(-0.5, -0.3))
    assert calls_while_painted(view.canvas) == []


@pytest.mark.parametrize(("width", "height", "pixels"), [(1024, 768, 17), (480, 360, 13)])
def test_no_text_is_clipped(show: Show, width: int, height: int, pixels: int) -> None:
    view = shown(show, powers(-0.5, -0.3), width, height)
    use_font(view, pixels)
    for text in (view.title, view.note, view.upward, *view.lines.curves.names):
        assert view.canvas.area.contains(text.sceneBoundingRect().adjusted(1, 2, -1, -2))


def test_it_looks_as_it_did(show: Show, assert_matches_image: Callable[[QWidget, str], None]) -> None:
    view = shown(show, powers(-0.5, -0.3))
    view.set_theme(theme("light"))
    assert_matches_image(view, "study_lines")
