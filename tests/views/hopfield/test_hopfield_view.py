from collections.abc import Callable
from typing import Any

import pytest
from PySide6.QtCore import QPoint, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QToolButton, QWidget
from pytestqt.qtbot import QtBot

from hands import drag, emitted, pixel
from nnviz.data.patterns import pictures, signs
from nnviz.drawing.words import wrapped
from nnviz.kinds.hopfield.rule import HopfieldRule
from nnviz.kinds.hopfield.schema import Hopfield
from nnviz.numerals import tick
from nnviz.runs.rule import RuleRun
from nnviz.theme import THEMES, theme
from nnviz.views.hopfield.view import HopfieldView
from runs import moment_of
from seeing import overlapping, points, texts, use_font
from zooming import calls_while_painted, check_hands, clipped_by, read_at

Show = Callable[..., QWidget]
Parameter = tuple[int, int, object, float]

LETTERS = Hopfield(given=("T", "O", "L"), damage=0.2)
LEFT, RIGHT = Qt.MouseButton.LeftButton, Qt.MouseButton.RightButton


def shown(
    show: Show, experiment: Hopfield = LETTERS, steps: int = 0, width: int = 900, height: int = 560
) -> HopfieldView:
    view = HopfieldView()
    view.set_theme(theme("light"))
    show(view, width, height)
    view.show_snapshot(moment_of(experiment, steps))
    return view


def cell(view: HopfieldView, unit: int) -> QPoint:
    return pixel(view.present.cell(unit).center())


def memory_cell(view: HopfieldView, memory: int, unit: int) -> QPoint:
    return pixel(view.memories.tiles[memory].grid.cell(unit).center())


def click(view: HopfieldView, at: QPointF | QPoint) -> None:
    QTest.mouseClick(view.canvas.viewport(), LEFT, pos=at if isinstance(at, QPoint) else pixel(at))


def button(view: HopfieldView, words: str) -> QToolButton:
    return next(b for b in view.findChildren(QToolButton) if b.text() == words)


def test_before_a_moment_it_takes_themes_and_says_nothing(show: Show) -> None:
    view = HopfieldView()
    view.set_theme(theme("dark"))
    show(view)
    seen = emitted(view.changed)
    click(view, QPoint(40, 80))
    button(view, "noise").click()
    assert (view.caption.text(), seen) == ("", [])


@pytest.mark.parametrize("name", THEMES)
def test_up_is_blue_and_dark_down_is_orange_and_pale(show: Show, name: str) -> None:
    view = shown(show, Hopfield(rows=1, columns=2, start=("#.",)))
    view.set_theme(theme(name))
    image = view.present.picture.pixmap().toImage()
    up, down = QColor(image.pixel(0, 0)), QColor(image.pixel(1, 0))
    assert up.name() == theme(name).positive
    assert down.red() > down.blue()
    assert abs(up.lightnessF() - down.lightnessF()) > 0.15


def test_the_present_state_and_all_memories_are_shown(show: Show) -> None:
    view = shown(show, steps=1000)
    overlaps = moment_of(LETTERS, 1000).state.overlaps
    assert [tile.value.text() for tile in view.memories.tiles] == [
        f"{overlap:+.2f}".replace("-", "−") for overlap in overlaps
    ]
    assert view.caption.text() == "most like memory 1   load 3/100 = 0.03"
    assert view.titles[1].text() == "energy −51.8"


def test_the_unit_just_updated_is_ringed(show: Show) -> None:
    view = shown(show)
    assert view.ring.line.path().isEmpty()
    moment = moment_of(LETTERS, 5)
    view.show_snapshot(moment)
    assert view.ring.line.path().boundingRect() == view.present.cell(moment.state.last)


def test_the_energy_only_goes_down_and_ends_where_it_is(show: Show) -> None:
    view = shown(show, steps=150)
    plane, energies = view.curve.plane, points(view.curve.line.path())[:, 1].tolist()
    assert energies == sorted(energies, reverse=True)
    moment = moment_of(LETTERS, 150)
    assert energies[-1] == pytest.approx(moment.state.energy)
    assert plane.y.low <= moment.state.energy <= plane.y.high


def test_the_energy_answers_the_hand_and_its_dot_stays_at_its_end(show: Show) -> None:
    view = shown(show, steps=150)
    plane, state = view.curve.plane, moment_of(LETTERS, 150).state
    check_hands(view.canvas, plane, lambda: view.show_snapshot(moment_of(LETTERS, 150)))
    plane.zoom((100.0, 160.0, -60.0, -40.0))
    dot = view.curve.dot.path().boundingRect().center()
    assert plane.point_at(dot) == pytest.approx((150.0, state.energy))
    assert clipped_by(view.curve.dot) == plane.frame
    assert calls_while_painted(view.canvas) == []


def test_the_energy_is_read_under_the_pointer(show: Show) -> None:
    view = shown(show, steps=150)
    (update, _), words = read_at(view.canvas, view.curve.plane, 40.0, -20.0)
    before = moment_of(LETTERS, int(update)).state.energy
    assert words == [f"update {int(update)}", f"E {tick(before, 4)}"]
    assert read_at(view.canvas, view.curve.plane, 155.0, -20.0)[1] == []


def test_the_weights_are_a_picture_with_nothing_on_the_diagonal(show: Show) -> None:
    view = shown(show)
    image = view.weights.picture.pixmap().toImage()
    assert (image.width(), image.height()) == (100, 100)
    assert {QColor(image.pixel(k, k)).name() for k in range(100)} == {theme("light").zero}
    full = {QColor(image.pixel(k, 0)).name() for k in range(100)}
    assert theme("light").positive in full


def test_a_click_flips_a_cell(show: Show) -> None:
    view = shown(show, Hopfield(given=("T",)))
    seen = emitted(view.parameter_set)
    click(view, cell(view, 5))
    click(view, cell(view, 99))
    assert seen == [(0, 5, None, -1.0), (0, 99, None, 1.0)]


def test_a_drag_gives_all_cells_under_it_the_same_value_once(show: Show) -> None:
    view = shown(show, Hopfield(given=("T",)))
    seen = emitted(view.parameter_set)
    drag(view.canvas.viewport(), cell(view, 20), cell(view, 23), cell(view, 21), cell(view, 41))
    assert [unit for _, unit, _, _ in seen] == [20, 21, 22, 23]
    assert {value for *_, value in seen} == {-1.0}
    drag(view.canvas.viewport(), cell(view, 30), cell(view, 32))
    assert [(unit, value) for _, unit, _, value in seen[4:]] == [(30, 1.0), (31, 1.0), (32, 1.0)]


def test_a_drag_that_leaves_the_picture_goes_on_when_it_comes_back(show: Show) -> None:
    view = shown(show, Hopfield(given=("T",)))
    seen = emitted(view.parameter_set)
    drag(view.canvas.viewport(), cell(view, 0), cell(view, 0) - QPoint(0, 60), cell(view, 9))
    assert seen[0] == (0, 0, None, -1.0)
    assert seen[-1] == (0, 9, None, -1.0)


def test_a_memory_is_drawn_in_place_and_said_when_the_button_is_let_go(show: Show, qtbot: QtBot) -> None:
    view = shown(show)
    run: Any = RuleRun(HopfieldRule(), LETTERS)
    view.show_snapshot(run.snapshot())
    seen = emitted(view.changed)
    viewport, tile = view.canvas.viewport(), view.memories.tiles[1]
    QTest.mousePress(viewport, LEFT, pos=memory_cell(view, 1, 44))
    QTest.mouseMove(viewport, memory_cell(view, 1, 45))
    assert seen == []
    run.advance(3)
    view.show_snapshot(run.snapshot())
    image = tile.grid.picture.pixmap().toImage()
    assert QColor(image.pixel(4, 4)).name() == QColor(image.pixel(5, 4)).name() == theme("light").positive
    with qtbot.waitSignal(view.changed):
        QTest.mouseRelease(viewport, LEFT, pos=memory_cell(view, 1, 45))
    expected = signs(pictures()["O"]).copy()
    expected[[44, 45]] = 1
    assert signs(seen[0].patterns[1]).tolist() == expected.tolist()
    assert seen[0].patterns[0] == pictures()["T"]


def test_a_stroke_on_memories_that_are_gone_is_given_up(show: Show, qtbot: QtBot) -> None:
    view = shown(show)
    QTest.mousePress(view.canvas.viewport(), LEFT, pos=memory_cell(view, 2, 4))
    view.show_snapshot(moment_of(Hopfield(given=("T",))))
    with qtbot.assertNotEmitted(view.changed):
        QTest.mouseRelease(view.canvas.viewport(), LEFT, pos=QPoint(5, 5))


def test_a_memorys_number_begins_with_it(show: Show) -> None:
    view = shown(show, steps=400)
    seen = emitted(view.changed)
    click(view, view.memories.tiles[1].name.sceneBoundingRect().center())
    assert (seen[0].cue, seen[0].start, seen[0].damage) == (2, (), 0.0)
    view.show_snapshot(moment_of(seen[0], 100))
    click(view, view.memories.tiles[1].name.sceneBoundingRect().center())
    assert seen[1].start == pictures()["O"]


def test_the_cross_removes_a_memory_and_plus_adds_an_empty_one(show: Show) -> None:
    view = shown(show)
    seen = emitted(view.changed)
    click(view, view.memories.tiles[0].cross.sceneBoundingRect().center())
    click(view, view.memories.new.center())
    assert seen[0].given == ("O", "L")
    assert seen[1].patterns == (("." * 10,) * 10,)
    view.show_snapshot(moment_of(seen[1]))
    assert len(view.memories.tiles) == 4


def test_patterns_left_to_chance_are_begun_with_not_drawn(show: Show) -> None:
    view = shown(show, Hopfield(random=2))
    seen = emitted(view.changed)
    click(view, memory_cell(view, 1, 3))
    assert (seen[0].cue, seen[0].patterns) == (2, ())


@pytest.mark.parametrize(("words", "flipped"), [("flip 10 %", 10), ("flip 30 %", 30)])
def test_buttons_flip_a_share_of_the_present_state(show: Show, words: str, flipped: int) -> None:
    view = shown(show, steps=1000)
    seen = emitted(view.changed)
    button(view, words).click()
    assert (signs(seen[0].start) != signs(pictures()["T"])).sum() == flipped


def test_buttons_blank_the_lower_half_or_everything(show: Show) -> None:
    view = shown(show, steps=1000)
    seen = emitted(view.changed)
    button(view, "lower half").click()
    button(view, "noise").click()
    assert seen[0].start == (*pictures()["T"][:5], *("." * 10,) * 5)
    assert abs(signs(seen[1].start).sum()) < 50
    assert all(list(experiment.complaints()) == [] for experiment in seen)


def test_an_empty_memory_takes_new_patterns(show: Show) -> None:
    view = shown(show, Hopfield())
    seen = emitted(view.changed)
    assert view.memories.tiles == []
    click(view, view.memories.new.center())
    assert seen[0].stored == 1


def test_of_very_many_memories_it_says_how_many_are_left_out(show: Show) -> None:
    view = shown(show, Hopfield(random=200), width=700, height=400)
    left_out = 200 - len(view.memories.tiles)
    assert left_out > 0
    assert view.memories.more.text() == f"{left_out} more"


def test_another_shape_is_laid_out_anew_and_leaves_nothing_behind(show: Show) -> None:
    view = shown(show)
    counts = []
    for _ in range(3):
        view.show_snapshot(moment_of(Hopfield(rows=3, columns=8, random=1)))
        assert (view.present.shape, len(view.memories.tiles)) == ((3, 8), 1)
        view.show_snapshot(moment_of(LETTERS))
        counts.append(len(view.canvas.scene().items()))
    assert len(set(counts)) == 1


@pytest.mark.parametrize(
    ("experiment", "width", "height", "pixels"),
    [
        (LETTERS, 480, 360, 8),
        (LETTERS, 480, 360, 13),
        (LETTERS, 1400, 900, 20),
        (LETTERS, 400, 800, 18),
        (Hopfield(random=30), 900, 600, 13),
        (Hopfield(rows=4, columns=9, random=3), 600, 600, 13),
    ],
)
def test_words_stay_inside_apart_and_as_large_as_the_widgets(
    show: Show, experiment: Hopfield, width: int, height: int, pixels: int
) -> None:
    view = HopfieldView()
    use_font(view, pixels)
    show(view, width, height)
    view.show_snapshot(moment_of(experiment, 120))
    inset = 0.2 * pixels  # letters do not fill their lines
    boxes = [item.sceneBoundingRect().adjusted(1, inset, -1, -inset) for item in texts(view.canvas.scene())]
    assert all(QRectF(view.rect()).contains(box) for box in boxes)
    assert not overlapping(boxes)
    assert all(item.font().pixelSize() >= pixels for item in texts(view.canvas.scene()))


def test_phrases_are_broken_where_there_is_no_room() -> None:
    font = QFont("DejaVu Sans")
    font.setPixelSize(13)
    assert wrapped(["one", "two"], 1000.0, font) == ["one · two"]
    assert wrapped(["one", "two"], 30.0, font) == ["one", "two"]
    assert wrapped(["one two three", "four"], 60.0, font) == ["one two", "three", "four"]


@pytest.mark.parametrize("name", THEMES)
def test_it_looks_as_it_did(show: Show, assert_matches_image: Callable[[QWidget, str], None], name: str) -> None:
    view = shown(show, steps=60, width=640, height=420)
    view.set_theme(theme(name))
    assert_matches_image(view, f"hopfield_{name}")


SMALL = Hopfield(rows=2, columns=3, random=2, temperature=1.0, replicas=1000)


def test_a_net_without_temperature_has_no_slider_until_it_is_asked_for(show: Show) -> None:
    view = shown(show)
    assert not view.temperature.isVisible()
    view.warmth.click()
    assert view.temperature.isVisible()
    assert shown(show, SMALL).temperature.isVisible()


def test_the_slider_sets_a_temperature_that_stays(show: Show) -> None:
    cooling = Hopfield(given=("T",), temperature=1.0, cooling=0.9)
    view = shown(show, cooling)
    seen = emitted(view.changed)
    view.temperature.slider.setValue(10)
    assert (seen[-1].temperature, seen[-1].cooling) == (0.5, 1.0)
    view.heat.click()
    assert (seen[-1].temperature, seen[-1].cooling) == (1.0, 1.0)


def test_it_is_cooled_from_where_it_is_and_from_zero_heated_first(show: Show) -> None:
    view = shown(show, Hopfield(given=("T",), temperature=0.6))
    seen = emitted(view.changed)
    view.cool.click()
    assert [(change.temperature, change.cooling) for change in seen] == [(0.6, 0.93)]
    view = shown(show)
    seen = emitted(view.changed)
    view.cool.click()
    assert [(change.temperature, change.cooling) for change in seen] == [(1.0, 1.0), (1.0, 0.93)]


def test_states_are_bars_beside_what_their_energy_says(show: Show) -> None:
    view = shown(show, SMALL, 60)
    state = moment_of(SMALL, 60).state
    order = view.states._order
    bars, lines = points(view.states.bars.path()), points(view.states.lines.path())
    assert bars.reshape(64, 4, 2)[:, 1, 1] == pytest.approx(state.counted[order])
    assert lines[::2, 1] == pytest.approx(state.expected[order])
    assert (state.energies[order][1:] >= state.energies[order][:-1] - 1e-12).all()
    assert view.titles[1].text().startswith("bars: 1,000 nets")
    shown_first = view.states.plane.is_visible, view.curve.plane.is_visible
    view.show_snapshot(moment_of(LETTERS))
    assert (shown_first, view.states.plane.is_visible, view.curve.plane.is_visible) == ((True, False), False, True)


def test_what_is_visited_is_kept_until_the_question_is_answered(show: Show) -> None:
    view = shown(show, SMALL, 60)
    view.keep_secret(True)
    assert not any(item.opacity() for item in (view.states.bars, view.states.lines, view.states.dots))


@pytest.mark.parametrize("name", THEMES)
def test_states_look_as_they_did(
    show: Show, assert_matches_image: Callable[[QWidget, str], None], name: str
) -> None:
    view = shown(show, SMALL, steps=120, width=640, height=480)
    view.set_theme(theme(name))
    assert_matches_image(view, f"hopfield_states_{name}")
