"""What is a drawing, and can be shown: what is accepted here, Qt draws."""

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PySide6.QtCore import QByteArray
from PySide6.QtSvg import QSvgRenderer

from nnviz.errors import InputError
from nnviz.lessons.drawings import read_drawing

HEAD = '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" viewBox="0 0 100 50">'


def file_of(folder: Path, text: str) -> Path:
    path = folder / "figure.svg"
    path.write_text(text, encoding="utf-8")
    return path


def drawing(inside: str) -> str:
    return f"{HEAD}{inside}</svg>"


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
    "<q:rect/>": "not XML",
    f"<rect {'x' * 5000}='1'/>": "a name that is far too long",
    '<filter id="f"/>': "<filter>",
    '<mask id="f"/>': "<mask>",
    '<pattern id="f"/>': "<pattern>",
    "<rect/>" * 1000: "more than 1,000 elements",
}


@pytest.mark.parametrize("inside", REFUSED, ids=range(len(REFUSED)))
def test_what_reaches_outside_or_runs_is_refused_in_one_line(tmp_path: Path, inside: str) -> None:
    path = file_of(tmp_path, drawing(f"\n\n{inside}"))
    with pytest.raises(InputError) as caught:
        read_drawing(path)
    message = str(caught.value)
    assert message.startswith(f"'figure.svg', line 3: {REFUSED[inside]}; allowed: ")
    assert len(message.splitlines()) == 1


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"<!DOCTYPE svg [<!ENTITY a 'b'>]><svg/>", "a DOCTYPE with entities of its own"),
        (b"<?xml version='1.0' encoding='UTF-7'?><svg/>", "another encoding than UTF-8"),
        (b"<html></html>", "not an SVG"),
        (b"", "not XML"),
        (b"just words", "not XML"),
        (b"\xff\xfe", "not text in UTF-8"),
        (b"<svg>" + b" " * 2**19 + b"</svg>", "too large; allowed: up to 0.5 MiB"),
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
    try:
        taken = read_drawing(path)
    except InputError as error:
        assert len(str(error).splitlines()) == 1  # noqa: PT017 - either outcome is right
    else:
        assert QSvgRenderer(QByteArray(taken.encode())).isValid()


def test_references_to_parts_of_itself_are_allowed(tmp_path: Path) -> None:
    inside = (
        '<defs><linearGradient id="a"><stop stop-color="{text}"/></linearGradient>'
        '<rect id="b" width="9" height="9"/></defs>'
        '<rect width="9" height="9" fill="url(#a)"/><use xlink:href="#b"/><a href="#b"/>'
    )
    assert "url(#a)" in read_drawing(file_of(tmp_path, drawing(inside)))


def test_copies_count_for_as_many_elements_as_they_copy(tmp_path: Path) -> None:
    copied = '<g id="a">' + "<rect/>" * 30 + "</g>"
    read_drawing(file_of(tmp_path, drawing(copied + '<use href="#a"/>' * 30)))
    with pytest.raises(InputError, match="more than 1,000 elements with all copies"):
        read_drawing(file_of(tmp_path, drawing(copied + '<use href="#a"/>' * 31)))


@pytest.mark.parametrize(
    "text",
    [
        '<?xml version="1.0" encoding="utf-8"?><!DOCTYPE svg PUBLIC "-//W3C//DTD SVG 1.1//EN" "x.dtd">'
        + drawing("<path d='M0 0h1'/>"),
        "\ufeff" + drawing("<text>on = off, color=red, \\sigma, url(a)</text>"),
        drawing("<g>" * 990 + "</g>" * 990),
    ],
)
def test_a_drawing_is_taken_whole(tmp_path: Path, text: str) -> None:
    assert read_drawing(file_of(tmp_path, text)) == text.removeprefix("\ufeff")
    assert QSvgRenderer(QByteArray(text.encode())).isValid()
