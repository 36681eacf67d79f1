from collections.abc import Callable

import numpy as np
import pytest
from PySide6.QtCore import QPoint
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget

from hands import emitted, pixel
from nnviz.kinds.boltzmann import DREAMS, Boltzmann
from nnviz.theme import THEMES, theme
from nnviz.views.boltzmann.view import BoltzmannView, filters_of, inked, there_and_back
from runs import moment_of
from seeing import overlapping, texts
from zooming import calls_while_painted

Show = Callable[..., QWidget]
TRAINED = Boltzmann(hidden=16, trained=5)


def shown(show: Show, experiment: Boltzmann = TRAINED, size: tuple[int, int] = (900, 560)) -> BoltzmannView:
    view = BoltzmannView()
    view.set_theme(theme("light"))
    show(view, *size)
    view.show_snapshot(moment_of(experiment, 10))
    return view


def test_before_a_moment_it_takes_themes_and_says_nothing(show: Show) -> None:
    view = BoltzmannView()
    show(view)
    seen = emitted(view.changed)
    view.set_theme(theme("dark"))
    view.dream.click()
    assert (view.caption.text(), seen) == ("", [])


def test_filters_are_the_weights() -> None:
    state = moment_of(TRAINED).state
    pictures = filters_of(state)
    assert pictures.shape == (16, 8, 8)
    strongest = np.unravel_index(int(state.weights.argmax()), state.weights.shape)
    assert pictures.reshape(16, 64)[strongest] == 254


def test_digits_stand_above_what_comes_back() -> None:
    state = moment_of(TRAINED).state
    pictures = there_and_back(TRAINED, state)
    assert pictures.shape == (8, 17, 8)
    assert set(np.unique(pictures[:, :8]).tolist()) == {0, 254}
    assert (pictures[:, 9:] > 0).any()
    assert inked(np.ones((2, 64))).tolist() == np.full((2, 8, 8), 254).tolist()


def test_dream_is_pressed_and_pressed_again(show: Show) -> None:
    view = shown(show)
    seen = emitted(view.changed)
    view.dream.click()
    assert seen[-1].dreaming
    view.show_snapshot(moment_of(seen[-1], 30))
    assert view.dream.isChecked()
    assert view.caption.text() == "dreaming: 30 steps of Gibbs sampling from noise"
    view.dream.click()
    assert not seen[-1].dreaming


def test_all_parts_have_their_pictures_and_an_error(show: Show) -> None:
    view = shown(show)
    assert [len(grid.places) for grid in (view.filters, view.samples, view.dreams)] == [16, 8, DREAMS]
    assert view.curves.lines[0].path().elementCount() == 6
    assert view.caption.text().startswith("error 0.0")
    view.keep_secret(True)
    assert "0.0" not in view.describe().replace("0.05", "")


def test_the_picture_under_the_pointer_is_enlarged(show: Show) -> None:
    view = shown(show)
    seen = []
    for grid in (view.filters, view.samples, view.dreams):
        place = grid.places[-1]
        QTest.mouseMove(view.canvas.viewport(), pixel(place.center()))
        box = view.enlarged.box
        assert box.height() > 1.7 * place.height()
        assert view.canvas.area.contains(box)
        assert not box.intersects(place)
        seen.append(view.enlarged.visible)
    QTest.mouseMove(view.canvas.viewport(), QPoint(1, 1))
    assert [*seen, view.enlarged.visible] == [True, True, True, False]


@pytest.mark.parametrize("size", [(1100, 700), (640, 520), (420, 480)])
def test_no_words_run_into_each_other(show: Show, size: tuple[int, int]) -> None:
    view = shown(show, size=size)
    boxes = [item.sceneBoundingRect() for item in texts(view.canvas.scene()) if item.text().strip()]
    assert overlapping(boxes) == []


def test_painting_calls_no_python(show: Show) -> None:
    assert calls_while_painted(shown(show).canvas) == []


@pytest.mark.parametrize("name", THEMES)
def test_it_looks_as_it_did(show: Show, assert_matches_image: Callable[..., None], name: str) -> None:
    view = shown(show)
    view.set_theme(theme(name))
    assert_matches_image(view, f"boltzmann_{name}")
