from collections.abc import Callable

import numpy as np
import pytest
from PySide6.QtCore import QSizeF
from PySide6.QtGui import QColor, QImage, QPixmap
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from nnviz.data.dataset import FloatArray
from nnviz.drawing.points import MOST_POINTS, Legend, class_style, marker_path, paint_points
from nnviz.runs.snapshot import Snapshot
from nnviz.theme import SYMBOLS, THEMES, theme
from seeing import use_font

SnapshotOf = Callable[..., Snapshot]
NONE = np.empty((0, 2))
LIGHT = theme("light")
Show = Callable[..., QWidget]
DIGITS = '[data]\nname = "digits"\n[network]\noutput = "softmax"\n[training]\nloss = "cross_entropy"\n'


@pytest.mark.parametrize("symbol", SYMBOLS)
def test_every_symbol_has_a_shape_of_one_unit_around_the_origin(qtbot: QtBot, symbol: str) -> None:
    assert qtbot
    path = marker_path(symbol)
    box = path.boundingRect()
    assert path.contains(box.center())
    assert 0.75 <= max(box.width(), box.height()) <= 1.001
    assert abs(box.center().x()) < 0.06
    assert abs(box.center().y()) < 0.06


def test_no_two_symbols_look_alike(qtbot: QtBot) -> None:
    assert qtbot
    paths = [marker_path(symbol) for symbol in SYMBOLS]
    assert all(a != b for k, a in enumerate(paths) for b in paths[k + 1 :])


@pytest.fixture(autouse=True)
def _qt(qtbot: QtBot) -> None:
    assert qtbot


def grid(count: int) -> FloatArray:
    return np.array([(10.0 + 20 * (k % 50), 10.0 + 20 * (k // 50)) for k in range(count)])


def painted(text: str, snapshot_of: SnapshotOf, test: bool = False, ratio: float = 1.0) -> QImage:
    """The points of a set, one in each field of 20 pixels."""
    problem = snapshot_of(text).problem
    places = grid(min(MOST_POINTS, len(problem.test if test else problem.train)))
    both = (NONE, places) if test else (places, NONE)
    return paint_points(problem, both, LIGHT, QSizeF(1000, 1000), ratio, 12.0).toImage()


def test_training_points_are_filled_with_a_rim_of_the_ground(snapshot_of: SnapshotOf) -> None:
    image, problem = painted("", snapshot_of), snapshot_of().problem
    assert problem.train.classes is not None
    for (x, y), k in zip(grid(250).tolist(), problem.train.classes, strict=True):
        assert image.pixelColor(round(x), round(y)) == QColor(LIGHT.class_color(int(k), 2))
        assert image.pixelColor(round(x) - 9, round(y) - 9).alpha() == 0


def test_test_points_are_hollow_with_a_rim_of_their_colour(snapshot_of: SnapshotOf) -> None:
    image, problem = painted("", snapshot_of, test=True), snapshot_of().problem
    assert problem.test.classes is not None
    for (x, y), k in zip(grid(250).tolist(), problem.test.classes, strict=True):
        assert image.pixelColor(round(x), round(y)) == QColor(LIGHT.background)
        row = [image.pixelColor(round(x) - step, round(y)) for step in range(3, 9)]
        assert QColor(LIGHT.class_color(int(k), 2)) in row


def test_on_a_fine_screen_they_are_as_large(snapshot_of: SnapshotOf) -> None:
    coarse, fine = painted("", snapshot_of), painted("", snapshot_of, ratio=2.0)
    assert fine.width() == 2 * coarse.width()
    for x, y in grid(100).tolist():
        assert fine.pixelColor(round(2 * x), round(2 * y)) == coarse.pixelColor(round(x), round(y))


def test_more_than_can_be_told_apart_are_not_drawn(snapshot_of: SnapshotOf) -> None:
    image = painted("[data]\nsamples = 5000\n", snapshot_of)
    assert image.pixelColor(10, 10 + 20 * (MOST_POINTS // 50 - 1)).alpha() > 0
    assert image.pixelColor(10, 10 + 20 * (MOST_POINTS // 50)).alpha() == 0


def test_points_of_value_zero_are_seen_by_their_rim(snapshot_of: SnapshotOf) -> None:
    text = '[data]\nname = "plane"\n[network]\noutput = "identity"\n'
    image, problem = painted(text, snapshot_of), snapshot_of(text).problem
    least = int(np.abs(problem.train.targets[:, 0]).argmin())
    x, y = grid(least + 1)[-1].tolist()
    assert image.pixelColor(round(x), round(y)).lightness() > 220
    assert min(image.pixelColor(round(x) - step, round(y)).lightness() for step in range(3, 9)) < 140


def test_classes_differ_by_marker_and_colour() -> None:
    styles = [class_style(k, 10, LIGHT, filled=True) for k in range(10)]
    assert len({style.symbol for style in styles}) == len({style.color for style in styles}) == 10
    assert {style.symbol for style in styles} == set(SYMBOLS)


def test_of_two_classes_the_first_is_negative() -> None:
    first, second = (class_style(k, 2, LIGHT, filled=True).color for k in (0, 1))
    assert (first, second) == (LIGHT.negative, LIGHT.positive)


def test_nothing_to_draw_is_an_empty_picture(snapshot_of: SnapshotOf) -> None:
    picture = paint_points(snapshot_of().problem, (NONE, NONE), LIGHT, QSizeF(30, 20), 1.0, 8.0)
    assert isinstance(picture, QPixmap)
    assert picture.toImage().pixelColor(10, 10).alpha() == 0


@pytest.fixture
def show_legend(show: Show, snapshot_of: SnapshotOf) -> Callable[..., Legend]:
    def make(text: str = "", width: int = 400, name: str = "light") -> Legend:
        legend = Legend()
        show(legend, width, 60)
        legend.show_problem(snapshot_of(text).problem, theme(name))
        return legend

    return make


def colors(image: QImage) -> set[str]:
    return {image.pixelColor(x, y).name() for x in range(image.width()) for y in range(image.height())}


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", ["0", "1", "test"]),
        ("[data]\ntrain_fraction = 1.0\n", ["0", "1"]),
        ('[data]\nname = "sine"\n[network]\noutput = "identity"\n', ["training", "test"]),
        (DIGITS, [*"0123456789", "test"]),
        ("[data]\nsamples = 5000\n", ["0", "1", "test", "only 2,000 points of a set are drawn"]),
        ("[data]\nsamples = 4000\n", ["0", "1", "test"]),
    ],
)
def test_it_names_what_is_drawn(show_legend: Callable[..., Legend], text: str, words: list[str]) -> None:
    assert show_legend(text).words == words


@pytest.mark.parametrize("name", THEMES)
def test_markers_have_the_colours_of_the_points(show_legend: Callable[..., Legend], name: str) -> None:
    seen = colors(show_legend(name=name).grab().toImage())
    assert {theme(name).positive, theme(name).negative, theme(name).muted} <= seen


def test_in_little_width_it_has_more_lines_and_leaves_nothing_out(show_legend: Callable[..., Legend]) -> None:
    legend = show_legend(DIGITS, 1000)
    line = legend.heightForWidth(1000)
    assert legend.heightForWidth(200) in {2 * line, 3 * line}
    legend.setFixedSize(200, legend.heightForWidth(200))
    places = legend._places(200)
    assert len(places) == len(legend.words)
    assert places == sorted(places)
    muted = theme("light").muted
    image = legend.grab().toImage()
    last_line = image.copy(0, legend.height() - line, 200, line)
    assert muted in colors(last_line)


def test_it_is_higher_with_larger_text(show_legend: Callable[..., Legend]) -> None:
    legend = show_legend()
    before = legend.sizeHint().height()
    use_font(legend, 40)
    assert legend.sizeHint().height() > max(before, 40)


def test_a_new_theme_repaints_it(show_legend: Callable[..., Legend], snapshot_of: SnapshotOf) -> None:
    legend = show_legend()
    legend.show_problem(snapshot_of().problem, theme("dark"))
    assert QColor(theme("dark").positive).name() in colors(legend.grab().toImage())
