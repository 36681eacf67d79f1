from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import pytest
from msgspec import structs
from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QPainterPath
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from nnviz.experiment.experiment import Data, Experiment, NetworkDesign
from nnviz.kinds.study.factors import Axis, Factor, Variant
from nnviz.kinds.study.schema import Study
from nnviz.kinds.study.snapshot import StudySnapshot
from nnviz.theme import THEMES, theme
from nnviz.views.study.seeds import positions, scale_of
from nnviz.views.study.table import shorter_and_shorter
from nnviz.views.study.tiles import TileGrid
from nnviz.views.study.view import StudyView
from seeing import overlapping, points, use_font
from zooming import calls_while_painted, check_hands, clipped_by

Show = Callable[..., QWidget]

COUNTED = Study(
    title="XOR: how often descent finds it",
    across="hidden units",
    variants=tuple(Variant(title=f"{n} units", at=n, change={"network": {"hidden": [n]}}) for n in (2, 3, 4)),
    seeds=20,
    success=0.98,
)
WIDTHS = (1, 2, 4, 8, 16, 32)
MEASURED = Study(
    title="The more units, the closer",
    across="hidden units N",
    base=Experiment(data=Data(name="sine"), network=NetworkDesign(output="identity")),
    variants=tuple(Variant(title=f"N = {n}", at=n, change={"network": {"hidden": [n]}}) for n in WIDTHS),
    seeds=15,
    measure="rmse",
)
NAMED = Study(
    across="features",
    variants=(Variant(title="linear"), Variant(title="squares"), Variant(title="learned")),
    seeds=10,
    measure="accuracy",
)


def moment(study: Study, *values: Sequence[float]) -> StudySnapshot:
    return StudySnapshot(study, tuple(np.array(column, dtype=np.float64) for column in values))


def counted(done: int = 20) -> StudySnapshot:
    shares = np.random.default_rng(1).uniform(0.7, 1.3, (3, 20)) + np.array([[-0.2], [0.0], [0.1]])
    return moment(COUNTED, *np.minimum(1.0, shares)[:, :done].tolist())


def measured(done: int = 15) -> StudySnapshot:
    noise = np.random.default_rng(2).lognormal(0.0, 0.3, (6, 15))
    return moment(MEASURED, *(noise / np.array(WIDTHS)[:, None])[:, :done].tolist())


def named() -> StudySnapshot:
    return moment(NAMED, [0.5, 0.6, 0.55, 0.7], [1.0, 1.0, 0.99], [1.0, np.nan, np.nan])


def shown(show: Show, snapshot: StudySnapshot, width: int = 700, height: int = 480) -> Any:
    view: Any = StudyView()
    show(view, width, height)
    view.show_snapshot(snapshot)
    return view


def words(view: StudyView) -> list[str]:
    return [cell.text() for cell in view.table.cells if cell.text()]


def rects(path: QPainterPath) -> int:
    """Rectangles of a path: each has five elements."""
    return path.elementCount() // 5


def test_before_a_snapshot_it_takes_themes_and_shows_nothing(show: Show) -> None:
    view = StudyView()
    view.set_theme(theme("dark"))
    show(view)
    assert view.title.text() == view.note.text() == ""


def test_successes_are_counted(show: Show) -> None:
    view = shown(show, counted())
    numbers = counted().successes
    assert [count.text() for count in view.tiles.counts] == [f"{n} of 20" for n in numbers]
    assert rects(view.tiles.solid.path()) == sum(numbers)
    assert rects(view.tiles.hollow.path()) == 60 - sum(numbers)
    assert view.upward.text() == "seeds with at least 98 % right"
    assert view.note.text() == "60 of 60 seeds"
    assert not view.plot.dots.isVisible()


def test_columns_grow_as_seeds_are_done(show: Show) -> None:
    view = shown(show, counted(4))
    assert view.note.text() == "12 of 60 seeds"
    frames = view.tiles.frames.path().boundingRect()
    view.show_snapshot(counted())
    assert view.note.text() == "60 of 60 seeds"
    assert view.tiles.frames.path().boundingRect() == frames


def test_all_right_is_said_in_words(show: Show) -> None:
    view = shown(show, moment(structs.replace(COUNTED, success=1.0), [1.0], [], []))
    assert view.upward.text() == "seeds that get all training samples right"
    assert [count.text() for count in view.tiles.counts] == ["1 of 1", "0 of 0", "0 of 0"]


def test_a_table_says_the_medians(show: Show) -> None:
    assert words(shown(show, counted()))[:4] == ["hidden units", "2 units", "3 units", "4 units"]
    assert "median accuracy" in words(shown(show, counted()))
    table = words(shown(show, measured(), 1000))
    medians = measured().medians
    assert table[:6] == [f"N = {n}" for n in WIDTHS]
    assert table[6:13] == ["median", *(f"{median:.4f}" for median in medians)]
    assert table[13:] == ["seeds", *["15"] * 6]


def test_every_seed_is_a_dot_at_its_place(show: Show) -> None:
    snapshot = measured()
    view = shown(show, snapshot)
    drawn = view.plot.plane.points(view.plot._places)
    assert len(drawn) == 90
    assert view.plot.plane.y.logarithmic
    assert drawn[:, 1] == pytest.approx(np.log10(np.concatenate(snapshot.values)))
    middles = np.repeat(np.log10(np.array(WIDTHS, dtype=np.float64)), 15)
    assert np.abs(drawn[:, 0] - middles).max() <= 0.5 * np.log10(2.0)


def test_medians_are_joined_where_variants_have_numbers(show: Show) -> None:
    view = shown(show, measured())
    assert points(view.plot.line.path())[:, 1] == pytest.approx(np.log10(measured().medians))
    assert view.plot.plane.axes.names[0].text() == "hidden units N"
    assert view.plot.plane.axes.names[1].text() == "root mean square error"
    assert not view.plot.band.path().isEmpty()


def test_dots_and_medians_answer_the_hand(show: Show) -> None:
    view = shown(show, measured(9))
    check_hands(view.canvas, view.plot.plane, lambda: view.show_snapshot(measured()))
    assert calls_while_painted(view.canvas) == []


def test_after_a_zoom_dots_stand_at_their_values_and_are_cut_off(show: Show) -> None:
    view = shown(show, measured())
    view.plot.plane.zoom((0.2, 0.7, -1.0, -0.2))
    drawn = view.plot.plane.points(view.plot._places)
    assert drawn[:, 1] == pytest.approx(np.log10(np.concatenate(measured().values)))
    assert clipped_by(view.plot.dots) == view.plot.plane.frame


def test_a_seed_or_the_median_of_a_variant_is_read(show: Show) -> None:
    view, snapshot = shown(show, measured()), measured()
    x, y = view.plot.plane.points(view.plot._places[20]).tolist()
    assert view.plot._read(x, y) == ("N = 2", f"seed 5: {snapshot.values[1][5]:.4f}")
    title, median, quartiles = view.plot._read(np.log10(4.1), 50.0)
    low, middle, high = snapshot.quartiles[2]
    assert (title, median) == ("N = 4", f"median {middle:.4f}")
    assert quartiles == f"quartiles {low:.4f} to {high:.4f}"


def test_every_seed_is_among_the_numbers(show: Show) -> None:
    rows = shown(show, measured()).canvas.numbers()
    seeds = [row for row in rows if "seed" in str(row[0])]
    assert seeds[20] == ("N = 2, seed 5", pytest.approx(2.0), measured().values[1][5])
    assert len(seeds) == 90


def test_variants_without_numbers_stand_one_after_another_in_boxes(show: Show) -> None:
    view = shown(show, named())
    assert view.plot.line.path().elementCount() == 6
    assert rects(view.plot.band.path()) == 3
    assert view.plot.plane.axes.names[0].text() == ""
    assert words(view)[:4] == ["features", "linear", "squares", "learned"]


def test_seeds_that_diverged_are_crosses_at_the_worse_edge(show: Show) -> None:
    view = shown(show, named())
    assert view.plot.lost.path().elementCount() == 2 * 4
    assert "3, 2 diverged" in words(view)
    assert view.plot.plane.points(view.plot._places[-1])[1] == pytest.approx(0.0)
    assert view.plot.plane.frame.contains(view.plot.lost.path().boundingRect())
    lost = moment(MEASURED, [0.5, np.nan], [], [], [], [], [])
    view.show_snapshot(lost)
    assert view.plot.plane.points(view.plot._places[-1])[1] == pytest.approx(view.plot._up.high)


def test_axes_are_logarithmic_where_numbers_span_a_decade() -> None:
    near, far, negative = (
        Axis("", tuple("abc"[: len(at)]), at) for at in ((2.0, 3.0, 4.0), (1.0, 10.0, 100.0), (-1.0, 10.0))
    )
    assert positions(near)[0].tolist() == [2.0, 3.0, 4.0]
    assert positions(far)[0].tolist() == [0.0, 1.0, 2.0]
    assert not positions(negative)[1]
    assert [text for _, text in scale_of(far).ticks] == ["1", "10", "100"]
    assert [text for _, text in scale_of(Axis("", ("only",), (0.0,))).ticks] == [""]


@pytest.mark.parametrize(("width", "height", "count"), [(100, 400, 50), (30, 300, 200), (10, 10, 1), (500, 20, 7)])
def test_tiles_fill_a_column_without_overlap(width: int, height: int, count: int) -> None:
    grid = TileGrid.within(width, height, count)
    tiles = [grid.tile(k, 0.0, height) for k in range(count)]
    assert all(tile.left() >= 0 and tile.right() <= width + 1e-6 and tile.top() >= -1e-6 for tile in tiles)
    assert not overlapping(tiles)


def click(view: StudyView, place: QPointF) -> None:
    point = view.canvas.mapFromScene(place)
    QTest.mouseClick(view.canvas.viewport(), Qt.MouseButton.LeftButton, pos=point)


def test_a_clicked_tile_is_its_seeds_experiment(show: Show, qtbot: QtBot) -> None:
    view, snapshot = shown(show, counted()), counted()
    tile, (variant, seed) = view.tiles._tiles[25]
    with qtbot.waitSignal(view.picked) as picked:
        click(view, tile.center())
    assert picked.args[0] == COUNTED.one(variant, seed)
    solid = view.tiles.solid.path().contains(tile.center())
    assert solid == (snapshot.values[variant][seed] >= 0.98)


def test_a_clicked_dot_is_its_seeds_experiment(show: Show, qtbot: QtBot) -> None:
    view = shown(show, measured())
    with qtbot.waitSignal(view.picked) as picked:
        click(view, QPointF(*view.plot._places[3]))
    assert picked.args[0] == MEASURED.one(0, 3)


TWO = Study(
    title="Two things",
    vary=(
        Factor(key="network.hidden", title="hidden units", values=([2], [4], [8])),
        Factor(key="training.learning_rate", title="learning rate η", values=(0.01, 0.1)),
    ),
    seeds=5,
    measure="accuracy",
)
MANY = structs.replace(
    TWO, vary=(Factor(key="network.hidden", values=tuple([n] for n in range(1, 13))),), measure="success"
)


def crossed() -> StudySnapshot:
    columns: list[list[float]] = [[0.5, 0.6, 0.7, 0.8, 0.9], [1.0], [0.7], [0.9, 0.9], [np.nan], []]
    return moment(TWO, *columns)


def test_two_things_that_vary_make_a_table_of_cells(show: Show, qtbot: QtBot) -> None:
    view = shown(show, crossed())
    assert [word.text() for word in view.grid.cells.words] == [
        "70.0 %", "100.0 %", "70.0 %", "90.0 %", "diverged", ""
    ]  # fmt: skip
    names = [name.text() for name in view.grid.names]
    assert names[:4] == ["learning rate η", "hidden units", "0.01", "0.1"]
    assert names[4:] == ["2", "4", "8"]
    assert not view.plot.plane.is_visible
    assert not view.tiles.is_visible
    assert words(view) == []
    with qtbot.waitSignal(view.picked) as picked:
        click(view, view.grid.cells.cell_rect(0, 0).center())
    assert picked.args[0] == TWO.one(0, 2)
    with qtbot.assertNotEmitted(view.picked):
        click(view, view.grid.cells.cell_rect(1, 2).center())


def test_the_numbers_of_a_table_of_cells_and_of_tiles_are_those_of_every_seed(show: Show) -> None:
    rows = shown(show, crossed()).canvas.numbers()
    assert rows[1:3] == [("2, 0.01, seed 0", 1.0, 0.5), ("2, 0.01, seed 1", 1.0, 0.6)]
    assert rows[6] == ("4, 0.01, seed 0", 2.0, 1.0)
    assert len(shown(show, counted()).canvas.numbers()) == 1 + 60


def test_a_strip_has_every_seed_the_greatest_on_top(show: Show, qtbot: QtBot) -> None:
    snapshot = measured()
    view = shown(show, snapshot)
    view.strips_button.click()
    assert view.grid.is_visible
    assert view.grid.cells.picture.isVisible()
    greatest = int(snapshot.values[2].argmax())
    with qtbot.waitSignal(view.picked) as picked:
        click(view, view.grid.cells.cell_rect(0, 2).center())
    assert picked.args[0] == MEASURED.one(2, greatest)
    view.strips_button.click()
    assert not view.grid.is_visible
    assert view.plot.plane.is_visible


def test_of_many_variants_the_share_of_successes_is_a_line(show: Show) -> None:
    columns = [[1.0] * k + [0.5] * (5 - k) for k in (0, 1, 2, 3, 4, 5, 5, 5, 5, 5, 5, 5)]
    view = shown(show, moment(MANY, *columns))
    assert view.plot.plane.is_visible
    shares = points(view.plot.line.path())[:, 1]
    assert shares == pytest.approx([0, 20, 40, 60, 80, *[100] * 7])
    assert words(view) == []
    assert view.plot.dots.path().isEmpty()


def test_a_slope_is_said_with_its_spread_beside_the_one_to_compare_with(show: Show) -> None:
    n = np.array(WIDTHS, dtype=float)[:, None]
    exact = moment(structs.replace(MEASURED, guide=-0.5), *(3.0 * n ** np.array([-0.4, -0.6, -0.8])).tolist())
    assert exact.slope == pytest.approx((-0.7, -0.6, -0.5))
    view = shown(show, exact, 1000)
    assert view.upward.text() == "slope −0.60 [−0.70, −0.50]; dashed: −0.5"
    (x0, y0), (x1, y1) = points(view.plot.guide.path())
    assert (y1 - y0) / (x1 - x0) == pytest.approx(-0.5)
    view.show_snapshot(measured())
    assert view.plot.guide.path().isEmpty()


def test_what_was_never_reached_is_a_cross_and_counts_as_more_than_all(show: Show) -> None:
    study = structs.replace(MEASURED, measure="epochs", variants=MEASURED.variants[:2])
    view = shown(show, moment(study, [10.0, 20.0, np.inf], [np.inf, np.inf, 30.0]))
    assert view.plot.lost.path().elementCount() == 3 * 4
    assert "not reached" in words(view)
    assert "20.00" in words(view)


def test_a_click_beside_everything_picks_nothing(show: Show, qtbot: QtBot) -> None:
    view = shown(show, measured())
    with qtbot.assertNotEmitted(view.picked):
        click(view, QPointF(2.0, 2.0))


def test_the_seed_under_the_pointer_is_named(show: Show) -> None:
    view = shown(show, counted())
    tile, (variant, seed) = view.tiles._tiles[25]
    view.canvas.hovered.emit(tile.center())
    share = 100.0 * counted().values[variant][seed]
    assert view.note.text() == f"{COUNTED.variants[variant].title}, seed {seed}: {share:.1f} %"
    assert view.canvas.viewport().cursor().shape() == Qt.CursorShape.PointingHandCursor
    view.canvas.left.emit()
    assert view.note.text() == "60 of 60 seeds"


def test_another_study_takes_the_place_of_the_first(show: Show) -> None:
    view = shown(show, counted())
    view.show_snapshot(named())
    assert view.title.text() == ""
    assert not view.tiles.solid.isVisible()
    assert view.plot.dots.isVisible()
    assert "hidden units" not in words(view)


@pytest.mark.parametrize(("width", "height", "pixels"), [(1024, 768, 17), (1400, 900, 20), (480, 360, 13)])
@pytest.mark.parametrize("make", [counted, measured, named])
def test_no_text_is_clipped_or_smaller_than_the_widgets_own(
    show: Show, make: Callable[[], StudySnapshot], width: int, height: int, pixels: int
) -> None:
    view = shown(show, make(), width, height)
    use_font(view, pixels)
    texts = [view.title, view.note, view.upward, *view.table.cells]
    texts += view.tiles.counts if view.tiles.solid.isVisible() else view.plot.plane.axes.names
    written = [text for text in texts if text.text()]
    for text in written:
        assert view.canvas.area.contains(text.sceneBoundingRect().adjusted(1, 2, -1, -2))
        assert text.font().pixelSize() >= pixels
    boxes = [text.sceneBoundingRect().adjusted(1, 3, -1, -3) for text in written]
    assert not overlapping(boxes)


@pytest.mark.parametrize("name", THEMES)
def test_colours_are_the_themes(show: Show, name: str) -> None:
    view = shown(show, counted())
    view.set_theme(theme(name))
    assert view.canvas.backgroundBrush().color().name() == theme(name).background
    assert view.tiles.solid.brush().color().name() == theme(name).accent


@pytest.mark.parametrize(("name", "make"), [("successes", counted), ("values", measured)])
def test_it_looks_as_it_did(
    show: Show,
    assert_matches_image: Callable[[QWidget, str], None],
    name: str,
    make: Callable[[], StudySnapshot],
) -> None:
    view = shown(show, make())
    view.set_theme(theme("light" if name == "values" else "dark"))
    assert_matches_image(view, f"study_{name}")


@pytest.mark.parametrize(
    ("words", "wordings"),
    [
        ("0.0007", ("0.0007", "0.0007", "0.0007", ".0007")),
        ("0.9888", ("0.9888", "0.99", "1", "1")),
        ("> 1,024", ("> 1,024", "> 1,024", ">1,024", ">1024")),
        ("97.5 %", ("97.5 %", "98 %", "98%", "98%")),
    ],
)
def test_a_number_gets_shorter_where_there_is_no_room(words: str, wordings: tuple[str, ...]) -> None:
    assert shorter_and_shorter(words) == wordings
