from collections.abc import Callable

import pytest
from PySide6.QtGui import QColor, QImage
from PySide6.QtWidgets import QWidget

from nnviz.drawing.legend import Legend
from nnviz.runs.snapshot import Snapshot
from nnviz.theme import THEMES, theme
from seeing import use_font

Show = Callable[..., QWidget]
SnapshotOf = Callable[..., Snapshot]

DIGITS = '[data]\nname = "digits"\n[network]\noutput = "softmax"\n[training]\nloss = "cross_entropy"\n'


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
