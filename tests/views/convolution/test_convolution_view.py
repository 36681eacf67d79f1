from collections.abc import Callable

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget

from hands import emitted, hover
from nnviz.analysis.convolution import SampleMaps, convolved_in, patch, place_over, window_at
from nnviz.engine.convolution import Convolution
from nnviz.runs.run import NetworkRun
from nnviz.runs.scene import Lens
from nnviz.theme import THEMES, theme
from nnviz.views.convolution.halves import with_maps
from nnviz.views.convolution.view import NONE, ConvolutionView
from runs import run_of
from seeing import overlapping, pixels, texts, use_font
from zooming import calls_while_painted

Show = Callable[..., QWidget]
TEXT = (
    '[data]\nname = "digits"\ntrain_fraction = 0.7\n[network]\nhidden = [{}]\nactivation = "relu"\n'
    'output = "softmax"\n[training]\nloss = "cross_entropy"\nbatch_size = 32\n'
)
ONE = TEXT.format('{channels = 6, window = 5, padding = 2, pool = "max_map"}')
TWO = TEXT.format('{channels = 4, window = 3, padding = 1, pool = "mean_2x2"}, {channels = 5, window = 3}')
LEFT = Qt.MouseButton.LeftButton


def feed(view: ConvolutionView, run: NetworkRun) -> None:
    """Show the view a run's moment with what it asks for, as the window does."""
    view.show_snapshot(run.picture(Lens(aspects=frozenset(view.aspects))))


def shown(show: Show, run: NetworkRun, width: int = 900, height: int = 300) -> ConvolutionView:
    view = ConvolutionView()
    show(view, width, height)
    feed(view, run)
    view.aspects_changed.connect(lambda: feed(view, run))
    return view


@pytest.fixture(scope="module")
def one() -> NetworkRun:
    run = run_of(ONE)
    run.advance(10)
    return run


@pytest.fixture(scope="module")
def two() -> NetworkRun:
    return run_of(TWO)


def test_the_window_stands_first_where_the_map_is_largest(show: Show, one: NetworkRun) -> None:
    view = shown(show, one)
    found = convolved_in(one.picture(Lens(aspects=frozenset(view.aspects))))
    assert found is not None
    assert view.place == found.layers[0].winner(0)
    row, column = view.place
    assert f"row {row + 1}, column {column + 1}" in view.foot.text()
    assert "of the whole map" in view.foot.text()


def test_the_sum_is_that_of_weights_and_window(show: Show, one: NetworkRun) -> None:
    view, snapshot = shown(show, one), one.snapshot()
    found = convolved_in(one.picture(Lens(aspects=frozenset(view.aspects))))
    assert found is not None
    convolution = one.problem.network.convolutions[0]
    for place in ((0, 0), (3, 4), (7, 7)):
        total = (patch(found.inputs, convolution, place)[0].ravel() * snapshot.weights[0][2]).sum()
        p = found.layers[0].sums[2][place]
        assert total + snapshot.biases[0][2] == pytest.approx(p)


def test_the_window_follows_the_pointer_over_picture_and_map(show: Show, one: NetworkRun) -> None:
    view = shown(show, one)
    for square, place in ((view.map, (2, 5)), (view.picture, (4, 3))):
        view._point(square.cells.cell_rect(*place).center())
        assert view.place == place
        assert f"row {place[0] + 1}, column {place[1] + 1}" in view.foot.text()
    view._leave()
    assert view.pointed is None


def test_a_click_on_a_small_map_chooses_its_channel(show: Show, one: NetworkRun) -> None:
    view = shown(show, one, 1500, 800)
    before = [word.text() for word in view.filter.cells.words]
    view.canvas.pressed.emit(view.tiles.places[4].center())
    assert view.channel == 4
    assert view.map.title.text().startswith("map 5")
    assert before != [word.text() for word in view.filter.cells.words]


def test_a_moved_picture_has_a_moved_map_and_the_same_maximum(show: Show, one: NetworkRun) -> None:
    view = shown(show, one)
    before = convolved_in(one.picture(Lens(aspects=frozenset(view.aspects))))
    with_change = emitted(view.aspects_changed)
    QTest.mouseClick(view.moves["→"], LEFT)
    assert with_change
    after = convolved_in(one.picture(Lens(aspects=frozenset(view.aspects))))
    assert before is not None
    assert after is not None
    assert after.shift == 1
    assert "moved 1 pixel to the right" in view.caption.text()
    np.testing.assert_allclose(after.layers[0].sums[:, :, 3:-2], before.layers[0].sums[:, :, 2:-3])
    np.testing.assert_array_equal(after.inputs[0, :, 1:], before.inputs[0, :, :-1])


def test_another_sample_is_of_the_next_class(show: Show, one: NetworkRun) -> None:
    view = shown(show, one)
    labels = one.problem.test.labels
    assert labels is not None
    first = labels[0]
    QTest.mouseClick(view.next_button, LEFT)
    (wanted,) = view.aspects
    assert isinstance(wanted, SampleMaps)
    assert labels[wanted.index] == (first + 1) % 10
    assert f"test sample {wanted.index + 1}, {(first + 1) % 10}" in view.caption.text()


def test_the_second_layer_looks_at_the_map_that_it_weighs_most(show: Show, two: NetworkRun) -> None:
    view = shown(show, two)
    assert view.layer_button.isVisible()
    assert "each the mean of 2×2" in view.foot.text()
    view.layer_button.setChecked(True)
    feed(view, two)
    weights = two.snapshot().weights[1][0].reshape(4, 9)
    assert view.picture.title.text() == f"map {np.linalg.norm(weights, axis=1).argmax() + 1} below, of 4"
    assert len(view.tiles.places) == 5
    view.show_neuron(1, 3)
    assert (view.layer, view.channel) == (0, 3)


def test_without_convolutions_it_says_where_they_come_from(show: Show) -> None:
    view = shown(show, run_of('[data]\nname = "digits"\n[network]\nhidden = [4]\noutput = "softmax"\n'))
    assert view.caption.text().replace("\n", " ") == NONE
    assert not view.layer_button.isVisible()
    assert not view.next_button.isVisible()


def test_it_follows_the_network(show: Show, one: NetworkRun, two: NetworkRun) -> None:
    view = shown(show, two)
    view.layer_button.setChecked(True)
    view.show_snapshot(one.picture(Lens(aspects=frozenset(view.aspects))))
    assert view.layer == 0
    assert len(view.tiles.places) == 6


def test_the_chosen_layer_comes_with_a_network_that_has_it(show: Show, one: NetworkRun, two: NetworkRun) -> None:
    view = ConvolutionView()
    show(view, 900, 300)
    view.switch(["layer 2", "pieces"])
    feed(view, one)
    assert view.layer == 0
    asked = emitted(view.aspects_changed)
    feed(view, two)
    assert view.layer == 1
    assert asked
    feed(view, two)
    assert "pieces" in view.tiles_title.text()
    assert len(view.tiles.places) == 5


def test_while_a_question_waits_no_pieces_are_shown(show: Show, two: NetworkRun) -> None:
    view = shown(show, two, 1200, 700)
    view.pieces_button.setChecked(True)
    feed(view, two)
    seen = []
    for secret in (True, False):
        view.keep_secret(secret)
        seen.append("pieces" in view.tiles_title.text())
    assert seen == [False, True]


@pytest.mark.parametrize("name", THEMES)
@pytest.mark.parametrize("size", [(1000, 150), (700, 520), (380, 600)])
def test_nothing_overlaps(show: Show, one: NetworkRun, name: str, size: tuple[int, int]) -> None:
    view = ConvolutionView()
    use_font(view, 11)
    view.set_theme(theme(name))
    show(view, *size)
    feed(view, one)
    numbers = {id(word) for square in (view.picture, view.filter, view.map) for word in square.cells.words}
    written = [text for text in texts(view.canvas.scene()) if id(text) not in numbers]
    assert not overlapping(text.sceneBoundingRect() for text in written)


def test_places_and_windows() -> None:
    layer = Convolution((1, 8, 8), 2, 5, stride=2, padding=2)
    assert window_at(layer, (0, 1)) == (-2, 0, 3, 5)
    assert place_over(layer, 0.5, 4.5) == (0, 2)
    assert place_over(layer, 99.0, -9.0) == (3, 0)


def test_the_pointer_away_from_everything_changes_nothing(show: Show, one: NetworkRun) -> None:
    view = shown(show, one)
    view._point(QPointF(-50.0, -50.0))
    assert view.pointed is None
    QTest.mouseClick(view.canvas.viewport(), LEFT, pos=QPoint(1, 1))
    assert view.channel == 0


def test_untrained_filters_and_pieces_stand_above_the_present_ones(show: Show, two: NetworkRun) -> None:
    view = shown(show, two, 1200, 700)
    view.first_button.setChecked(True)
    assert "above untrained, below now" in view.tiles_title.text()
    with_change = emitted(view.aspects_changed)
    view.pieces_button.setChecked(True)
    assert with_change
    assert not view.first_button.isChecked()
    feed(view, two)
    assert "pieces" in view.tiles_title.text()
    assert view.switch(["layer 2", "pieces"]) == ("pieces",)
    feed(view, two)
    assert view.layer == 1
    assert "they differ by" in view.tiles_title.text()


def test_a_switch_before_the_first_moment_holds(show: Show, two: NetworkRun) -> None:
    view = ConvolutionView()
    view.switch(["layer 2"])
    show(view, 900, 400)
    feed(view, two)
    assert view.layer == 1


def test_painting_calls_no_python(show: Show, one: NetworkRun) -> None:
    assert calls_while_painted(shown(show, one).canvas) == []


@pytest.mark.parametrize("name", THEMES)
def test_it_looks_as_it_did(show: Show, assert_matches_image: Callable[[QWidget, str], None], name: str) -> None:
    view = shown(show, run_of(ONE), 900, 300)
    view.set_theme(theme(name))
    assert_matches_image(view, f"convolution_{name}")


def test_the_filter_or_map_under_the_pointer_is_enlarged(show: Show, one: NetworkRun) -> None:
    view = shown(show, one)
    found = convolved_in(one.picture(Lens(aspects=frozenset(view.aspects))))
    assert found is not None
    halves = with_maps(one.snapshot(), found, 0)
    place = view.tiles.places[4]
    for half, words in enumerate(("filter 5", "map 5")):
        down = (half - 0.5) * 0.5 * place.height()
        hover(view.canvas.viewport(), (place.center() + QPointF(0.0, down)).toPoint())
        assert view.enlarged.words == words
        assert view.canvas.area.contains(view.enlarged.box)
        picture = theme("light").signed_table[halves.pictures[half][4]]
        assert np.array_equal(pixels(view.enlarged.picture.toImage()), picture)
    hover(view.canvas.viewport(), QPoint(1, 1))
    assert not view.enlarged.visible
