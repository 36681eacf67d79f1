from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QToolButton, QWidget

from hands import drag, emitted, pixel, press
from nnviz.analysis.probe import Drawing, drawn_in
from nnviz.data.dataset import FloatArray
from nnviz.engine.network import logits
from nnviz.experiment.problem import Problem
from nnviz.runs.run import NetworkRun
from nnviz.runs.scene import Lens
from nnviz.theme import THEMES, theme
from nnviz.views.pad.view import NO_PICTURES, PadView
from runs import run_of
from seeing import overlapping, texts, use_font

Show = Callable[..., QWidget]

DIGITS = (
    '[data]\nname = "digits"\ntrain_fraction = 0.7\n[network]\nhidden = [64, 32]\nactivation = "relu"\n'
    'initializer = "he_uniform"\noutput = "softmax"\n[training]\nloss = "cross_entropy"\noptimizer = "adam"\n'
    "learning_rate = 0.003\nbatch_size = 32\n"
)
SMALL = DIGITS.replace("[64, 32]", "[8]")
LEFT = Qt.MouseButton.LeftButton
THREE = ((0.3, 0.25), (0.42, 0.18), (0.6, 0.25), (0.58, 0.4), (0.45, 0.48), (0.62, 0.6), (0.55, 0.8), (0.3, 0.75))


def feed(view: PadView, run: NetworkRun) -> None:
    """Show the pad a run's moment with the network's answer to what is on it, as the window does."""
    view.show_snapshot(run.picture(Lens()))
    view.show_snapshot(run.picture(Lens(aspects=frozenset([view.drawing] if view.drawing else []))))


def shown(show: Show, run: NetworkRun, width: int = 900, height: int = 260) -> PadView:
    view = PadView()
    view._is_operated = True
    show(view, width, height)
    feed(view, run)
    return view


def on_pad(view: PadView, x: float, y: float) -> QPoint:
    rect = view.pad.rect
    return pixel(rect.topLeft() + QPointF(x * rect.width(), y * rect.height()))


def draw(view: PadView, *strokes: Any) -> None:
    for stroke in strokes:
        drag(view.canvas.viewport(), *(on_pad(view, x, y) for x, y in stroke))


def click(view: PadView, place: QPointF) -> None:
    QTest.mouseClick(view.canvas.viewport(), LEFT, pos=pixel(place))


def click_sample(view: PadView, number: int) -> FloatArray:
    """Click an offered sample; returns its own numbers."""
    samples = view.offer._samples(problem_of(view))
    index = view.offer._offered(problem_of(view))[number]
    click(view, view.offer.strip.pictures[number].sceneBoundingRect().center())
    return np.array(problem_of(view).dataset.inputs[samples.rows[index]])


def problem_of(view: PadView) -> Problem:
    assert view._problem
    return view._problem


def pixels(view: PadView) -> FloatArray:
    assert view.drawing
    return np.array(view.drawing.pixels)


def button(view: PadView, words: str) -> QToolButton:
    return next(each for each in view.findChildren(QToolButton) if each.text() == words)


def walks(picture: FloatArray) -> list[list[tuple[float, float]]]:
    """Strokes along a picture's cells that are at least half inked: from neighbour to neighbour, and back."""
    rows, columns = picture.shape
    cells = {(row, column) for row, column in np.argwhere(picture >= 0.5).tolist()}
    strokes = []
    while cells:
        way, visited = [start := min(cells)], [start]
        cells.discard(start)
        while way:
            row, column = way[-1]
            near = [(row + d, column + e) for d, e in _BESIDE if (row + d, column + e) in cells]
            if near:
                cells.discard(near[0])
                way.append(near[0])
            else:
                way.pop()
            visited += way[-1:]
        strokes.append([((column + 0.5) / columns, (row + 0.5) / rows) for row, column in visited])
    return strokes


_BESIDE = [(0, 1), (1, 0), (0, -1), (-1, 0), (1, 1), (1, -1), (-1, 1), (-1, -1)]


def test_digits_drawn_with_the_mouse_are_read(show: Show) -> None:
    """The mouse goes along the inked cells of 20 test digits of each class."""
    run = run_of(DIGITS, 30)
    view, test = shown(show, run, 1200, 400), run.problem.test
    assert test.classes is not None
    chosen = np.concatenate([np.flatnonzero(test.classes == each)[:20] for each in range(10)])
    drawn = []
    for index in chosen:
        button(view, "clear").click()
        draw(view, *walks(run.problem.dataset.inputs[test.rows[index]].reshape(8, 8)))
        drawn.append(pixels(view))
    found = logits(run.problem.network, run.snapshot().parameters, np.array(drawn).T).argmax(axis=0)
    right = found == test.classes[chosen]
    assert right.mean() >= 0.85
    assert all(right[test.classes[chosen] == each].mean() >= 0.5 for each in range(10))


def test_a_sample_keeps_its_own_numbers_until_the_first_stroke(show: Show) -> None:
    run = run_of(SMALL, 2)
    view = shown(show, run)
    for number in (7, 3):
        own = click_sample(view, number)
        assert pixels(view).tolist() == own.tolist()
        feed(view, run)
        assert pixels(view).tolist() == own.tolist()
        assert f", {number}: its own 64 numbers" in view.foot.text()
    draw(view, THREE)
    feed(view, run)
    assert pixels(view).tolist() != own.tolist()
    assert view.drawing
    assert len(view.drawing.strokes) == 1
    assert view.foot.text() == "as the data: 8 pixels high, at most 6 wide, centred by its box"


def test_it_begins_with_a_sample_and_its_answer(show: Show) -> None:
    run = run_of(SMALL, 5)
    view = shown(show, run)
    assert view.drawing
    answer = drawn_in(run.picture(Lens(aspects=frozenset({view.drawing}))))
    assert answer
    best = int(answer.outputs.argmax())
    assert view.caption.text() == f"it reads {best}, probability {answer.outputs[best]:.2f}"
    assert view.bars.names[best].font().bold()
    assert [text.text() for text in view.bars.names] == list("0123456789")


@pytest.mark.parametrize("letters", [13, 22])
def test_the_titles_of_a_low_pad_do_not_run_into_each_other(show: Show, letters: int) -> None:
    view = shown(show, run_of(SMALL, 5), 1200, 250)
    use_font(view, letters)
    titles = [view.pad.title, view.picture.title, view.bars.title]
    assert all(title.text() for title in titles)
    assert not overlapping([title.sceneBoundingRect() for title in titles])


def test_size_and_place_on_the_pad_are_no_matter(show: Show) -> None:
    view = shown(show, run_of(SMALL), 1600, 700)
    made = []
    for size, left, top in ((1.0, 0.0, 0.0), (0.5, 0.5, 0.5), (0.4, 0.0, 0.6)):
        button(view, "clear").click()
        draw(view, [(left + size * x, top + size * y) for x, y in THREE])
        made.append(pixels(view).reshape(8, 8))
    assert made[0][0].max() > 0.5
    assert made[0][7].max() > 0.5
    assert made[0][:, 0].max() == made[0][:, 7].max() == 0.0
    for other in made[1:]:
        np.testing.assert_allclose(other, made[0], atol=0.25)


def test_a_dot_and_a_dash_stay_small(show: Show) -> None:
    view = shown(show, run_of(SMALL))
    button(view, "clear").click()
    assert not pixels(view).any()
    draw(view, [(0.1, 0.9)])
    dot = pixels(view).reshape(8, 8)
    assert 0.2 < dot.sum() < 4.0
    assert dot[3:5, 3:5].sum() > 0.7 * dot.sum()
    button(view, "clear").click()
    draw(view, [(0.2, 0.5), (0.8, 0.505)])
    assert not pixels(view).reshape(8, 8)[[0, 1, 6, 7]].any()


def test_a_stroke_that_leaves_the_pad_ends_at_its_edge(show: Show) -> None:
    view = shown(show, run_of(SMALL))
    draw(view, [(0.5, 0.5), (3.0, -2.0)])
    assert view.drawing
    assert view.drawing.strokes[0][-1] == (1.0, 0.0)
    before = view.drawing
    drag(view.canvas.viewport(), QPoint(2, 2), on_pad(view, 0.3, 0.3))  # begun elsewhere
    assert view.drawing.strokes == before.strokes


@pytest.mark.parametrize(("arrow", "moved"), [("←", (0, -1)), ("↑", (-1, 0)), ("↓", (1, 0)), ("→", (0, 1))])
def test_arrows_shift_the_picture_by_a_pixel_and_back(show: Show, arrow: str, moved: tuple[int, int]) -> None:
    view = shown(show, run_of(SMALL))
    own = click_sample(view, 4).reshape(8, 8)
    button(view, arrow).click()
    expected = np.roll(own, moved, (0, 1))
    expected[[0, -1][moved[0] < 0], :] *= moved[0] == 0
    expected[:, [0, -1][moved[1] < 0]] *= moved[1] == 0
    np.testing.assert_array_equal(pixels(view).reshape(8, 8), expected)
    button(view, {"←": "→", "→": "←", "↑": "↓", "↓": "↑"}[arrow]).click()
    np.testing.assert_array_equal(pixels(view).reshape(8, 8), own)


def test_keys_shift_it_while_it_has_the_focus(show: Show) -> None:
    run = run_of(SMALL)
    view = shown(show, run)
    own = click_sample(view, 0).reshape(8, 8)
    press(view, Qt.Key.Key_Right)
    press(view, Qt.Key.Key_Down)
    feed(view, run)
    assert pixels(view).reshape(8, 8)[1:, 1:].tolist() == own[:-1, :-1].tolist()
    assert view.foot.text().endswith("1 down, 1 to the right")
    for _ in range(20):
        press(view, Qt.Key.Key_Down)
    assert not pixels(view).any()


def test_a_wanted_output_shows_where_ink_would_raise_it(show: Show) -> None:
    run = run_of(SMALL, 5)
    view = shown(show, run)
    click(view, view.bars._columns[3].center())
    assert view.drawing
    assert view.drawing.wanted == 3
    feed(view, run)
    answer = drawn_in(run.picture(Lens(aspects=frozenset({view.drawing}))))
    assert answer
    assert answer.gradient is not None
    up, down = (item.path() for item in view.squares._items)
    cell = view.picture.rect.width() / 8
    for index in np.argsort(-np.abs(answer.gradient))[:10]:
        row, column = divmod(int(index), 8)
        middle = view.picture.rect.topLeft() + QPointF((column + 0.5) * cell, (row + 0.5) * cell)
        assert up.contains(middle) == (answer.gradient[index] > 0.0)
        assert down.contains(middle) == (answer.gradient[index] < 0.0)
    assert view.foot.text().startswith("what would make it 3? blue: more ink, orange: less ink")
    click(view, view.bars._columns[3].center())
    feed(view, run)
    assert view.squares._items[0].path().isEmpty()


def test_others_are_offered(show: Show) -> None:
    view = shown(show, run_of(SMALL))
    first = click_sample(view, 2)
    button(view, "others").click()
    assert click_sample(view, 2).tolist() != first.tolist()


def test_hiding_it_takes_the_picture_away_from_other_views(show: Show) -> None:
    view = shown(show, run_of(SMALL))
    drawn = emitted(view.drawn)
    view.hide()
    view.show()
    assert drawn == [None, view.drawing]


def test_other_data_with_pictures_begin_anew_and_without_say_so(show: Show) -> None:
    view = shown(show, run_of(SMALL))
    draw(view, THREE)
    kept = view.drawing
    feed(view, run_of(SMALL.replace("[8]", "[5]")))
    assert view.drawing == kept
    feed(view, run_of())
    assert view.drawing is None
    assert view.caption.text() == NO_PICTURES
    assert [text.text() for text in texts(view.canvas.scene()) if text.isVisible() and text.text()] == [
        NO_PICTURES
    ]
    click(view, view.pad.rect.center())
    feed(view, run_of(SMALL))
    assert isinstance(view.drawing, Drawing)


def picture_table(folder: Path, side: int, header: str = "", depth: int = 255) -> Path:
    """A table of digits enlarged to square pictures of another size, the class first."""
    rng = np.random.default_rng(1)
    from nnviz.data.catalogue import digits  # noqa: PLC0415

    data, rows = digits(), []
    for index in rng.permutation(len(data.inputs))[:300]:
        pixels = np.kron(data.inputs[index].reshape(8, 8), np.ones((side // 8, side // 8)))
        room = side - len(pixels)
        pixels = np.pad(pixels, (room // 2, room - room // 2))
        rows.append([f"digit {data.targets[index]}", *np.rint(depth * pixels).astype(int).ravel()])
    names = [header.format(k, row=k // side + 1, column=k % side + 1) for k in range(side * side)]
    lines = [",".join(["label", *names]), *(",".join(map(str, row)) for row in rows)]
    path = folder / f"pictures{side}.csv"
    path.write_text("\n".join(lines) + "\n", "utf-8")
    return path


@pytest.mark.parametrize(("side", "header"), [(8, "p{}"), (16, "pixel{}"), (28, "{row}x{column}")])
def test_a_table_of_square_pictures_has_a_pad(show: Show, tmp_path: Path, side: int, header: str) -> None:
    table = picture_table(tmp_path, side, header)
    text = f'[data]\nfile = "{table}"\ntarget = "label"\n[network]\nhidden = [12]\noutput = "softmax"\n'
    run = run_of(text + '[training]\nloss = "cross_entropy"\nlearning_rate = 0.0001\n', 1)
    view = shown(show, run)
    assert problem_of(view).picture
    own = click_sample(view, 5)
    assert own.shape == (side * side,)
    assert pixels(view).tolist() == own.tolist()
    draw(view, THREE)
    feed(view, run)
    made = pixels(view).reshape(side, side)
    assert 100.0 < made.max() <= 255.0
    assert view.caption.text().startswith("it reads digit ")


@pytest.mark.parametrize(
    ("width", "height", "size"), [(480, 360, 13), (1400, 900, 20), (900, 230, 13), (1500, 420, 22)]
)
def test_nothing_overlaps(show: Show, width: int, height: int, size: int) -> None:
    run = run_of(SMALL, 3)
    view = shown(show, run, width, height)
    use_font(view, size)
    click(view, view.bars._columns[3].center())
    feed(view, run)
    words = [text for text in texts(view.canvas.scene()) if text.isVisible() and text.text()]
    boxes = [text.sceneBoundingRect() for text in words]
    assert all(view.canvas.area.adjusted(-1, -1, 1, 1).contains(box) for box in boxes)
    assert not overlapping(box.adjusted(1, 2, -1, -2) for box in boxes)


@pytest.mark.parametrize("name", THEMES)
def test_it_looks_as_it_did(show: Show, assert_matches_image: Callable[[QWidget, str], None], name: str) -> None:
    run = run_of(SMALL, 10)
    view = shown(show, run, 900, 260)
    view.set_theme(theme(name))
    draw(view, THREE)
    click(view, view.bars._columns[8].center())
    feed(view, run)
    assert_matches_image(view, f"pad_{name}")
