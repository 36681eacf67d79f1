import re
from collections.abc import Callable
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QWidget

from nnviz.errors import InputError
from nnviz.paths import resource
from nnviz.theme import THEMES, theme
from nnviz.views.figure.view import COLORS, FigureView, read_drawing, themed

Show = Callable[..., QWidget]

FIGURES = ("neuron", "history", "zoo")
HEAD = '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" viewBox="0 0 100 50">'
SMALLEST = 26
"""Of a picture 800 high: 1/31 of its height."""


def file_of(folder: Path, text: str) -> Path:
    path = folder / "figure.svg"
    path.write_text(text, encoding="utf-8")
    return path


def drawing(inside: str) -> str:
    return f"{HEAD}{inside}</svg>"


def shown(show: Show, path: Path | None, width: int = 400, height: int = 300) -> FigureView:
    view = FigureView()
    show(view, width, height)
    view.show_figure(path)
    return view


@pytest.mark.parametrize("name", THEMES)
@pytest.mark.parametrize("color", [*COLORS, "currentColor"])
def test_names_become_the_themes_colours(show: Show, tmp_path: Path, name: str, color: str) -> None:
    fill = color if color == "currentColor" else f"{{{color}}}"
    view = shown(show, file_of(tmp_path, drawing(f'<rect width="100" height="50" fill="{fill}"/>')))
    view.set_theme(theme(name))
    expected = theme(name).text if color == "currentColor" else getattr(theme(name), color)
    assert view.grab().toImage().pixelColor(200, 150) == QColor(expected)


def test_a_figure_keeps_its_shape_in_the_middle(show: Show, tmp_path: Path) -> None:
    view = shown(show, file_of(tmp_path, drawing('<rect width="100" height="50" fill="{text}"/>')))
    assert view.place.width() == pytest.approx(2 * view.place.height())
    assert view.place.width() == pytest.approx(0.96 * 400)
    assert view.place.center().x() == pytest.approx(200)
    view.resize(800, 100)
    assert view.place.height() == pytest.approx(96)
    assert view.place.width() == pytest.approx(192)


def test_without_a_figure_there_is_the_ground(show: Show, tmp_path: Path) -> None:
    view = shown(show, file_of(tmp_path, drawing('<rect width="100" height="50" fill="{text}"/>')))
    view.set_theme(theme("dark"))
    view.show_figure(None)
    assert view.grab().toImage().pixelColor(200, 150) == QColor(theme("dark").background)


def test_what_is_refused_leaves_the_figure_that_is_shown(show: Show, tmp_path: Path) -> None:
    view = shown(show, file_of(tmp_path, drawing('<rect width="100" height="50" fill="{text}"/>')))
    with pytest.raises(InputError):
        view.show_figure(tmp_path / "none.svg")
    assert view.grab().toImage().pixelColor(200, 150) == QColor(theme("light").text)


REFUSED = {
    '<image href="file:///etc/passwd"/>': "href to something else than a part of itself",
    '<image xlink:href="https://example.org/a.png"/>': "href to something else than a part of itself",
    '<image href="data:image/png;base64,AAAA"/>': "href to something else than a part of itself",
    '<use href="other.svg#part"/>': "href to something else than a part of itself",
    '<image HREF="a.png"/>': "href to something else than a part of itself",
    '<a href="&#104;ttp://example.org"><rect/></a>': "href to something else than a part of itself",
    "<script>alert(1)</script>": "<script>",
    '<s:script xmlns:s="http://www.w3.org/2000/svg">x</s:script>': "<script>",
    '<rect onclick="go()"/>': "onclick, a script",
    "<foreignObject/>": "<foreignObject>",
    '<rect fill="url(http://example.org#a)"/>': "fill that refers to something else than a part of itself",
    "<rect style=\"fill: URL( 'a.svg#b' )\"/>": "style that refers to something else than a part of itself",
    '<rect style="fill: u\\72l(a.svg)"/>': "style that refers to something else than a part of itself",
    "<style>@import 'a.css';</style>": "a style that refers to something else",
    "<style>rect { fill: url(a.svg) }</style>": "a style that refers to something else",
    "<?xml-stylesheet href='a.css'?>": "an instruction to the program that reads it",
    '<g id="a"><use href="#b"/></g><g id="b"/><use href="#a"/>': "a copy of what holds copies",
    '<use id="a" href="#a"/>': "a copy of what holds copies",
    "<rect>": "not XML",
}


@pytest.mark.parametrize("inside", REFUSED, ids=range(len(REFUSED)))
def test_what_reaches_outside_or_runs_is_refused_in_one_line(tmp_path: Path, inside: str) -> None:
    path = file_of(tmp_path, drawing(f"\n\n{inside}"))
    with pytest.raises(InputError) as caught:
        read_drawing(path)
    message = str(caught.value)
    assert message.startswith(f"{path}, line 3: {REFUSED[inside]}; allowed: ")
    assert len(message.splitlines()) == 1


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"<!DOCTYPE svg [<!ENTITY a 'b'>]><svg/>", "a DOCTYPE"),
        (b"<html></html>", "not an SVG"),
        (b"", "not XML"),
        (b"just words", "not XML"),
        (b"\xff\xfe", "not text in UTF-8"),
        (b"<svg>" + b" " * (2 * 2**20) + b"</svg>", "too large; allowed: a drawing of up to 2 MB"),
    ],
)
def test_other_files_are_refused_in_one_line(tmp_path: Path, content: bytes, reason: str) -> None:
    path = tmp_path / "figure.svg"
    path.write_bytes(content)
    with pytest.raises(InputError) as caught:
        read_drawing(path)
    assert reason in str(caught.value)
    assert len(str(caught.value).splitlines()) == 1


def test_a_folder_and_a_missing_file_are_refused(tmp_path: Path) -> None:
    for path in (tmp_path, tmp_path / "none.svg"):
        with pytest.raises(InputError, match="cannot be read"):
            read_drawing(path)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=st.text(st.characters(exclude_categories=["Cs"])) | st.text('<>/="#&;!?-svg grectus', max_size=60))
def test_any_text_is_a_drawing_or_refused(tmp_path: Path, text: str) -> None:
    path = file_of(tmp_path, text)
    complaint = ""
    try:
        read_drawing(path)
    except InputError as error:
        complaint = str(error)
    assert len(complaint.splitlines()) <= 1


def test_references_to_parts_of_itself_are_allowed(tmp_path: Path) -> None:
    inside = (
        '<defs><linearGradient id="a"><stop stop-color="{text}"/></linearGradient>'
        '<rect id="b" width="9" height="9"/></defs>'
        '<rect width="9" height="9" fill="url(#a)"/><use xlink:href="#b"/><a href="#b"/>'
    )
    assert "url(#a)" in read_drawing(file_of(tmp_path, drawing(inside)))


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
    show: Show, assert_matches_image: Callable[[QWidget, str], None], name: str
) -> None:
    view = shown(show, resource("lessons", "figures", f"{name}.svg"), 600, 400)
    assert_matches_image(view, f"figure_{name}_light")
