from collections.abc import Callable

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QColor
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from nnviz.analysis.filters import FilterPicture, Filters
from nnviz.numerals import nice_above, short
from nnviz.runs.network_parts import NOTHING_LIT, Lit
from nnviz.runs.run import NetworkRun
from nnviz.theme import THEMES, theme
from nnviz.views.filters.view import MOST_SHOWN, FilterView
from runs import run_of
from seeing import feed, overlapping, use_font

Show = Callable[..., QWidget]

DIGITS = (
    '[data]\nname = "digits"\n[network]\nhidden = [10]\noutput = "softmax"\n'
    '[training]\nloss = "cross_entropy"\nlearning_rate = 0.1\n'
)
LEFT = Qt.MouseButton.LeftButton


def shown(show: Show, run: NetworkRun, width: int = 700, height: int = 500) -> FilterView:
    view = FilterView()
    show(view, width, height)
    feed(view, run)
    return view


@pytest.mark.parametrize("width", [120, 200, 700])
def test_the_caption_is_whole(show: Show, width: int) -> None:
    view = shown(show, run_of(DIGITS, 2), width)
    assert view.caption.text().startswith(("first layer: ", "10 neurons"))
    assert view.caption.sceneBoundingRect().right() <= width


def filters_of(run: NetworkRun, unit: int | None = None) -> FilterPicture:
    return Filters(unit).prepare(run.problem)(run.snapshot())


def click(view: FilterView, index: int) -> None:
    middle = view.tiles.places[index].center().toPoint()
    QTest.mouseClick(view.canvas.viewport(), LEFT, pos=QPoint(middle.x(), middle.y()))


def colors(view: FilterView, index: int, shape: tuple[int, int]) -> list[QColor]:
    image = view.tiles.items[index].pixmap().toImage()
    assert (image.height(), image.width()) == shape
    return [QColor(image.pixel(column, row)) for row in range(shape[0]) for column in range(shape[1])]


def test_before_a_snapshot_it_takes_themes_and_says_nothing(show: Show) -> None:
    view = FilterView()
    view.set_theme(theme("dark"))
    show(view)
    assert view.caption.text() == ""
    assert tuple(view.aspects) == (Filters(),)


def test_pictures_are_the_weights_in_the_order_of_their_use(show: Show) -> None:
    run = run_of(DIGITS, 2)
    view, picture = shown(show, run), filters_of(run)
    assert [int(number.text()) - 1 for number in view.tiles.numbers] == picture.order.tolist()
    weights = run.snapshot().weights[0]
    full = nice_above(2.0 * float(np.sqrt((weights**2).mean())))
    assert view.scale.text() == f"full colour from ±{full:.6g} on"
    table = theme("light").signed_table
    for index, unit in enumerate(picture.order.tolist()):
        shades = np.floor(np.clip(weights[unit] / full, -1.0, 1.0) * 127 + 127.5).astype(int)
        seen = [color.rgb() for color in colors(view, index, (8, 8))]
        near = [{int(table[min(254, max(0, s + d))]) for d in (-1, 0, 1)} for s in shades]  # in single precision
        assert all(rgb in allowed for rgb, allowed in zip(seen, near, strict=True))


def test_blue_excites_and_orange_quiets(show: Show) -> None:
    run = run_of("[network]\nhidden = [3]\n", 20)
    view, picture = shown(show, run), filters_of(run)
    for index, unit in enumerate(picture.order.tolist()):
        for color, weight in zip(colors(view, index, (1, 2)), run.snapshot().weights[0][unit], strict=True):
            if abs(weight) > 0.1:
                assert (color.blue() > color.red()) == (weight > 0.0)


def test_bars_are_as_long_as_units_are_used(show: Show) -> None:
    run = run_of(DIGITS, 2)
    view, picture = shown(show, run), filters_of(run)
    path = view.tiles._bars.path()
    lengths = [path.elementAt(2 * k + 1).x - path.elementAt(2 * k).x for k in range(10)]
    expected = picture.uses[picture.order] / picture.uses.max() * view.tiles.places[0].width()
    np.testing.assert_allclose(lengths, expected, rtol=1e-9)


def test_they_change_while_the_network_learns(show: Show) -> None:
    run = run_of(DIGITS)
    view = shown(show, run)
    before = {number.text(): colors(view, k, (8, 8)) for k, number in enumerate(view.tiles.numbers)}
    run.advance(200)
    feed(view, run)
    after = {number.text(): colors(view, k, (8, 8)) for k, number in enumerate(view.tiles.numbers)}
    assert before.keys() == after.keys()
    assert all(before[unit] != after[unit] for unit in before)


def test_a_click_lights_a_unit_and_shows_what_excites_it(show: Show, qtbot: QtBot) -> None:
    run = run_of(DIGITS, 2)
    view = shown(show, run)
    unit = int(view.tiles.numbers[2].text()) - 1
    with qtbot.waitSignal(view.path_lit) as lit, qtbot.waitSignal(view.aspects_changed):
        click(view, 2)
    assert lit.args == [Lit(neurons=((1, unit),))]
    assert tuple(view.aspects) == (Filters(unit),)
    feed(view, run)
    picture, train = filters_of(run, unit), run.problem.train
    assert train.classes is not None
    assert view.title.text() == f"neuron {unit + 1} is most active for"
    expected = [
        f"{train.classes[k]}: {short(float(value))}"
        for k, value in zip(picture.strongest, picture.activations, strict=True)
    ]
    assert [text.text() for text in view.strip.words] == expected
    assert len(view.strip.pictures) == 8
    with qtbot.waitSignal(view.path_lit) as unlit:
        click(view, 2)
    assert unlit.args == [NOTHING_LIT]
    feed(view, run)
    assert not view.strip.words
    assert not view.strip.pictures
    assert view.title.text() == ""


def test_pointing_says_how_much_a_unit_is_used(show: Show, qtbot: QtBot) -> None:
    run = run_of(DIGITS, 2)
    view, picture = shown(show, run), filters_of(run)
    QTest.mouseMove(view.canvas.viewport(), view.tiles.places[4].center().toPoint())
    unit = int(picture.order[4])
    qtbot.waitUntil(lambda: view.foot.text() == f"neuron {unit + 1}: use {short(float(picture.uses[unit]))}")
    QTest.mouseMove(view.canvas.viewport(), QPoint(2, 2))
    qtbot.waitUntil(lambda: "click a neuron" in view.foot.text())


def test_of_many_units_the_most_used_are_shown(show: Show) -> None:
    run = run_of(DIGITS.replace("[10]", "[100]"))
    view = shown(show, run)
    assert len(view.tiles.places) == MOST_SHOWN
    assert view.caption.text() == "first layer: the 64 most used of 100 neurons, by use"
    for place in view.tiles.places:
        assert view.canvas.area.contains(place)


def test_a_unit_that_is_gone_is_looked_at_no_longer(show: Show) -> None:
    run = run_of(DIGITS)
    view = shown(show, run)
    view.choose(9)
    feed(view, run)
    feed(view, run_of("[network]\nhidden = [3]\n"))
    assert tuple(view.aspects) == (Filters(),)
    assert view.title.text() == ""


def test_other_data_have_a_cell_for_each_input_and_samples_in_words(show: Show) -> None:
    run = run_of('[data]\nname = "iris"\n[network]\nhidden = [4]\noutput = "softmax"\n', 2)
    view = shown(show, run)
    colors(view, 0, (1, 4))
    assert view.foot.text().startswith("a cell for each input: sepal length, ")
    click(view, 0)
    feed(view, run)
    unit = int(view.tiles.numbers[0].text()) - 1
    picture, problem = filters_of(run, unit), run.problem
    strongest = int(picture.strongest[0])
    assert problem.train.classes is not None
    words = view.strip.words[0].text()
    assert words.startswith(f"{problem.classes[problem.train.classes[strongest]]}: ")
    assert f"sepal length = {problem.train.inputs[strongest, 0]:.2f}" in words
    assert view.strip.pictures == []


def test_a_diverged_run_is_shown(show: Show) -> None:
    text = (
        '[network]\nhidden = [3]\nactivation = "relu"\noutput = "identity"\n[training]\nlearning_rate = 1000.0\n'
    )
    run = run_of(text + "l2 = 1000.0\n", 40)
    assert not run.finite
    assert len(shown(show, run).tiles.items) == 3


@pytest.mark.parametrize(("width", "height", "pixels"), [(480, 360, 13), (1400, 900, 20), (1000, 240, 13)])
def test_nothing_overlaps(show: Show, width: int, height: int, pixels: int) -> None:
    run = run_of(DIGITS, 1)
    view = shown(show, run, width, height)
    use_font(view, pixels)
    click(view, 0)
    feed(view, run)
    texts = [view.caption, view.title, view.foot, view.scale, *view.tiles.numbers, *view.strip.words]
    boxes = [text.sceneBoundingRect() for text in texts if text.text()]
    assert all(view.canvas.area.adjusted(-1, -1, 1, 1).contains(box) for box in boxes)
    assert not overlapping(box.adjusted(1, 2, -1, -2) for box in boxes)


@pytest.mark.parametrize("name", THEMES)
def test_it_looks_as_it_did(show: Show, assert_matches_image: Callable[[QWidget, str], None], name: str) -> None:
    run = run_of(DIGITS, 10)
    view = shown(show, run, 600, 420)
    view.set_theme(theme(name))
    click(view, 1)
    feed(view, run)
    assert_matches_image(view, f"filters_{name}")
