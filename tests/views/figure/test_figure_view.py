import re
from collections.abc import Callable
from time import perf_counter
from typing import cast
from unittest.mock import create_autospec
from xml.etree import ElementTree as ET

import numpy as np
import pytest
from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QColor
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from bitmaps import bitmap
from drawings import slow_drawing
from hands import press
from nnviz.drawing.room import Room
from nnviz.lessons.bitmaps import Bitmap
from nnviz.lessons.drawings import read_drawing
from nnviz.paths import resource
from nnviz.runs.moment import Moment
from nnviz.theme import THEMES, theme
from nnviz.views.figure.view import COLORS, FigureView, themed
from nnviz.views.figure.ways import lessons_in

Show = Callable[..., QWidget]

FIGURES = ("neuron", "history", "zoo")
HEAD = '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" viewBox="0 0 100 50">'
SMALLEST = 26
"""Of a picture 800 high: 1/31 of its height."""


def drawing(inside: str) -> str:
    return f"{HEAD}{inside}</svg>"


def is_done(view: FigureView) -> bool:
    """Whether the figure is drawn; no moment matters to it."""
    return view.is_done_with(cast("Moment", None))


def shown(show: Show, text: str, width: int = 400, height: int = 300) -> FigureView:
    view = FigureView()
    show(view, width, height)
    view.show_figure(text)
    return view


@pytest.mark.parametrize("name", THEMES)
@pytest.mark.parametrize("color", [*COLORS, "currentColor"])
def test_names_become_the_themes_colours(show: Show, name: str, color: str) -> None:
    fill = color if color == "currentColor" else f"{{{color}}}"
    view = shown(show, drawing(f'<rect width="100" height="50" fill="{fill}"/>'))
    view.set_theme(theme(name))
    expected = theme(name).text if color == "currentColor" else getattr(theme(name), color)
    assert view.grab().toImage().pixelColor(200, 150) == QColor(expected)


def test_a_figure_keeps_its_shape_in_the_middle(show: Show) -> None:
    view = shown(show, drawing('<rect width="100" height="50" fill="{text}"/>'))
    assert view.place.width() == pytest.approx(2 * view.place.height())
    assert view.place.width() == pytest.approx(0.96 * 400)
    assert view.place.center().x() == pytest.approx(200)
    view.resize(800, 100)
    assert view.place.height() == pytest.approx(96)
    assert view.place.width() == pytest.approx(192)


def test_without_a_figure_there_is_the_ground(show: Show) -> None:
    view = shown(show, drawing('<rect width="100" height="50" fill="{text}"/>'))
    view.set_theme(theme("dark"))
    view.show_figure("")
    assert view.grab().toImage().pixelColor(200, 150) == QColor(theme("dark").background)


@pytest.mark.parametrize("name", FIGURES)
def test_the_lessons_figures_are_drawn_in_the_themes_colours_and_large(name: str) -> None:
    text = read_drawing(resource("lessons", "figures", f"{name}.svg"))
    sizes = [float(size) for size in re.findall(r'font-size="([\d.]+)"', text)]
    assert sizes
    assert min(sizes) >= SMALLEST
    assert not re.search(r"#[0-9a-fA-F]{3,6}|rgb\(", text)
    assert "{" not in themed(text, theme("dark"), "Any Sans")
    assert 'font-family="Any Sans"' in themed(text, theme("dark"), "Any Sans")
    assert ET.fromstring(text).findtext("{http://www.w3.org/2000/svg}title")  # noqa: S314 - our own


@pytest.mark.parametrize("name", FIGURES)
def test_the_lessons_figures_look_as_they_did(
    show: Show, qtbot: QtBot, assert_matches_image: Callable[[QWidget, str], None], name: str
) -> None:
    view = shown(show, read_drawing(resource("lessons", "figures", f"{name}.svg")), 600, 400)
    qtbot.waitUntil(lambda: is_done(view))
    assert_matches_image(view, f"figure_{name}_light")


def test_a_figure_that_takes_long_is_drawn_beside_the_window(show: Show, qtbot: QtBot) -> None:
    beats: list[float] = []
    timer = QTimer(interval=5)
    timer.timeout.connect(lambda: beats.append(perf_counter()))
    view = FigureView()
    show(view, 400, 300)
    timer.start()
    view.show_figure(slow_drawing(400))
    assert not is_done(view)
    qtbot.waitUntil(lambda: is_done(view), timeout=60_000)
    timer.stop()
    assert max(np.diff(beats)) < 0.3
    ground = view.palette().window().color()
    assert view.grab().toImage().pixelColor(200, 150) != ground


def pixels(kind: str, width: int = 40, height: int = 20, color: str = "#c04010") -> Bitmap:
    content = bitmap(kind, width, height, color)
    return Bitmap(content, "png" if kind == "png" else "jpeg", width, height)


@pytest.mark.parametrize("kind", ["png", "jpeg"])
def test_a_picture_of_pixels_keeps_its_shape_and_its_colours(show: Show, qtbot: QtBot, kind: str) -> None:
    view = FigureView()
    show(view, 400, 300)
    view.set_theme(theme("dark"))
    view.show_figure(pixels(kind))
    qtbot.waitUntil(lambda: is_done(view))
    assert view.place.width() == pytest.approx(0.96 * 400)
    assert view.place.height() == pytest.approx(0.48 * 400)
    seen = view.grab().toImage()
    shown = seen.pixelColor(200, 150)
    wanted = QColor("#c04010")
    pairs = ((shown.red(), wanted.red()), (shown.green(), wanted.green()), (shown.blue(), wanted.blue()))
    assert all(abs(a - b) < 4 for a, b in pairs)
    assert seen.pixelColor(200, 10) == QColor(theme("dark").background)
    view.show_figure(drawing('<rect width="100" height="50" fill="{text}"/>'))
    qtbot.waitUntil(lambda: is_done(view))
    assert view.grab().toImage().pixelColor(200, 150) == QColor(theme("dark").text)


def test_what_is_transparent_in_a_picture_is_white(show: Show, qtbot: QtBot) -> None:
    view = FigureView()
    show(view, 400, 300)
    view.set_theme(theme("dark"))
    view.show_figure(pixels("png", color=""))
    qtbot.waitUntil(lambda: is_done(view))
    assert view.grab().toImage().pixelColor(200, 150) == QColor("white")


@pytest.mark.qt_log_ignore("libpng", "qt.gui.imageio", "QImageIOHandler")
def test_a_damaged_picture_is_said_to_be_so(show: Show, qtbot: QtBot) -> None:
    whole = pixels("png", 400, 300)
    view = FigureView()
    show(view, 400, 300)
    view.show_figure(Bitmap(whole.content[:60], "png", 400, 300))
    qtbot.waitUntil(lambda: is_done(view) and not view._is_late.isActive())
    blank = FigureView()
    show(blank, 400, 300)
    assert view.grab().toImage() != blank.grab().toImage()


@pytest.fixture
def opened() -> list[str]:
    return []


@pytest.fixture
def room(opened: list[str]) -> Room:
    """A room in which there are two lessons."""
    room = create_autospec(Room, instance=True)
    room.has_lesson = {"hebb", "hopfield"}.__contains__
    room.open_lesson = opened.append
    return cast("Room", room)


PARTS = (
    '<g transform="translate(10 0)"><rect id="lesson-hebb" y="10" width="20" height="30" fill="{accent}"/></g>'
    '<rect id="lesson-hopfield" x="60" y="0" width="40" height="50"/>'
    '<rect id="lesson-hopfield.too" x="40" y="0" width="10" height="50"/>'
    '<rect id="lesson-unicorn" x="0" y="0" width="5" height="5"/><rect id="hebb" width="9" height="9"/>'
)


def test_parts_lead_to_the_lessons_that_there_are(show: Show, room: Room, opened: list[str]) -> None:
    view = FigureView()
    view.connect_to(room)
    show(view, 400, 300)
    view.show_figure(drawing(PARTS))
    assert [way.name for way in view.ways] == ["hebb", "hopfield", "hopfield"]
    place, scale = view.place, view.place.width() / 100
    first = view.ways[0].geometry()
    assert first.left() == pytest.approx(place.left() + 10 * scale, abs=1.5)
    assert first.top() == pytest.approx(place.top() + 10 * scale, abs=1.5)
    assert first.width() == pytest.approx(20 * scale, abs=2.5)
    for way in view.ways:
        QTest.mouseClick(way, Qt.MouseButton.LeftButton)
    press(view.ways[0], Qt.Key.Key_Space)
    assert opened == ["hebb", "hopfield", "hopfield", "hebb"]
    view.resize(800, 600)
    assert view.ways[0].width() == pytest.approx(2 * first.width(), abs=3)
    view.show_figure("")
    assert view.ways == []


def test_without_a_room_nothing_leads_anywhere(show: Show) -> None:
    assert shown(show, drawing(PARTS)).ways == []  # as on the audience's side


def test_the_map_of_the_zoo_leads_to_its_lessons() -> None:
    named = lessons_in(read_drawing(resource("lessons", "figures", "zoo.svg")))
    there = {path.stem for path in resource("lessons").glob("*.toml")}
    assert {"perceptron", "xor-solved", "deep-vs-shallow", "autoencoder", "hopfield"} <= set(
        named.values()
    ) & there


def test_one_that_never_ends_holds_up_nothing(show: Show, qtbot: QtBot) -> None:
    began = perf_counter()
    view = shown(show, slow_drawing(4000))
    view.grab()
    view.set_theme(theme("dark"))
    view.show_figure(drawing('<rect width="100" height="50" fill="{text}"/>'))
    qtbot.waitUntil(lambda: is_done(view))
    assert view.grab().toImage().pixelColor(200, 150) == QColor(theme("dark").text)
    assert perf_counter() - began < 2.0
