from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QColor, QFont, QImage, QWheelEvent
from PySide6.QtWidgets import QApplication, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from nnviz.presenter.document import Document, Formula, extent
from nnviz.presenter.words import RichText, Scroll
from nnviz.theme import theme

_MARKS = ["$x$", "$$y$$", "$", "*", "_", "`", "```\n", "\n", "\n\n", "| a | $b$ |\n", "|---|---|\n", "- ", "1. "]
TOKENS = st.sampled_from(
    [*_MARKS, "> ", "# ", "[", "](x)", "![", "<b>", "\\", " ", "word ", "😀", "\ue000", "---\n", "http://a.b"]
)

Show = Callable[..., QWidget]


def ink(widget: QWidget, color: str = "") -> NDArray[np.uint32]:
    """Where a widget has another colour than in its corner, or this one."""
    image = widget.grab().toImage().convertToFormat(QImage.Format.Format_RGB32)
    pixels = np.frombuffer(image.constBits(), np.uint32).reshape(image.height(), image.width()) & 0xFFFFFF
    wanted = np.uint32(QColor(color).rgb() & 0xFFFFFF) if color else None
    seen = pixels == wanted if wanted is not None else pixels != pixels[-1, -1]
    return np.asarray(seen, np.uint32)


def shown(show: Show, text: str, width: int = 330, pixels: int = 16) -> RichText:
    words = RichText(text)
    show(words, width, 500, pixels)
    return words


def test_markdown_is_read_and_formulas_are_no_text(show: Show) -> None:
    words = shown(show, "A **bold** word and $x^2$, too.\n\n- one\n- two")
    assert words.plain == "A bold word and  too.\none\ntwo"


def test_a_formula_stands_on_the_line_of_the_text(show: Show) -> None:
    text, formula = shown(show, "xx"), shown(show, "$xx$")
    bottoms = [np.flatnonzero(ink(words).any(axis=1)).max() for words in (text, formula)]
    assert abs(int(bottoms[0]) - int(bottoms[1])) <= 1


def test_letters_of_a_formula_are_as_high_as_those_of_the_text(show: Show) -> None:
    heights = []
    for words in (shown(show, "xx", pixels=40), shown(show, "$xx$", pixels=40)):
        rows = np.flatnonzero(ink(words).any(axis=1))
        heights.append(rows.max() - rows.min())
    assert heights[1] == pytest.approx(heights[0], abs=2)


def test_an_index_is_not_much_smaller_than_the_text(qapp: QApplication) -> None:
    font = QFont("DejaVu Sans")
    font.setPixelSize(100)
    plain, raised = (extent(Formula(source), font).width for source in ("xx", "x^x"))
    assert qapp
    assert raised - plain / 2 > 0.75 * plain / 2


def test_a_line_makes_room_for_what_hangs_below_it(show: Show) -> None:
    plain = shown(show, "word\n\nword")
    deep = shown(show, "word $\\frac{a}{b_{i_j}}$\n\nword")
    assert deep.heightForWidth(300) > plain.heightForWidth(300) + 4
    assert np.flatnonzero(ink(deep).any(axis=1)).max() < deep.heightForWidth(330)


def test_a_comma_is_not_parted_from_its_formula(show: Show) -> None:
    font = shown(show, "").font()
    document = Document("word ($x$), word", font, "#000000", "#000000")
    piece = document.formulas.pieces[0]
    assert (piece.before, piece.behind) == ("(", "),")
    assert document.toPlainText().replace("\ufffc", "") == "word  word"


def test_a_formula_that_is_wider_than_the_words_is_drawn_smaller_and_wholly(show: Show) -> None:
    words = shown(show, "$$" + "+".join(f"w_{k} x_{k}" for k in range(12)) + "$$", width=330)
    columns = np.flatnonzero(ink(words).any(axis=0))
    assert columns.max() < 329
    assert columns.max() - columns.min() > 300
    narrow = words.heightForWidth(160)
    assert words.heightForWidth(700) > narrow


def test_a_display_formula_stands_in_the_middle(show: Show) -> None:
    columns = np.flatnonzero(ink(shown(show, "$$x=y$$")).any(axis=0))
    assert abs((columns.max() + columns.min()) / 2 - 165) < 3


def test_a_wrong_formula_is_shown_as_it_is_written(show: Show) -> None:
    words = shown(show, r"see $\nosuch{x}$ here")
    assert words.plain == r"see \nosuch{x} here"
    assert ink(words, theme("light").accent).any()


def test_code_has_the_accents_colour_and_keeps_its_dollars(show: Show) -> None:
    words = shown(show, "run `$x$` now")
    assert words.plain == "run $x$ now"
    assert ink(words, theme("light").accent).any()


@pytest.mark.parametrize("name", ["light", "dark", "high_contrast"])
def test_text_and_formulas_have_the_themes_colour(show: Show, name: str) -> None:
    for text in ("HHH", "$\\mathbf{HHH}$"):
        words = shown(show, text, pixels=40)
        words.set_theme(theme(name))
        assert ink(words, theme(name).text).any()


def test_nothing_is_loaded_and_no_link_or_html_is_left(show: Show, tmp_path: Path) -> None:
    picture = tmp_path / "secret.png"
    image = QImage(50, 50, QImage.Format.Format_RGB32)
    image.fill(QColor("#ff0000"))
    image.save(str(picture))
    source = f"![alt]({picture.as_uri()}) [link](http://example.org/) <img src='{picture}'> <b>x</b>"
    words = shown(show, source)
    assert "alt link" in words.plain
    assert "<b>x</b>" in words.plain
    assert not ink(words, "#ff0000").any()
    document = Document(source, words.font(), "#000000", "#000000")
    assert "href" not in document.toHtml()
    assert document.loadResource(2, picture.as_uri()) is None


@pytest.mark.parametrize("line", ["1. stays", "- 3", "# x", "+ 1", "> a", "2) b", "* a", "---", "## b"])
def test_a_line_is_never_a_list_or_a_heading(show: Show, line: str) -> None:
    words = shown(show, "")
    words.show_line(line)
    assert words.plain == line


@settings(max_examples=80, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(source=st.lists(TOKENS, max_size=30).map("".join))
def test_any_markdown_is_shown(qapp: QApplication, source: str) -> None:
    assert qapp
    words = RichText(source)
    heights = [words.heightForWidth(width) for width in (40, 330, 2000)]
    assert heights == sorted(heights, reverse=True) or "$" in source or "|" in source
    words.show_line(source)
    words.grab()
    words.deleteLater()


def test_larger_text_needs_more_height(show: Show) -> None:
    words = shown(show, "some words with $x^2$ " * 10)
    before = words.heightForWidth(300)
    font = words.font()
    font.setPixelSize(32)
    words.window().setFont(font)
    assert words.heightForWidth(300) > 1.8 * before


def test_long_words_scroll_by_the_wheel_and_take_no_keys(show: Show, qtbot: QtBot) -> None:
    panel = QWidget()
    column = QVBoxLayout(panel)
    scroll = Scroll(RichText("line\n\n" * 60))
    column.addWidget(scroll)
    show(panel, 300, 200)
    qtbot.waitUntil(lambda: scroll.hidden_height > 100)
    assert scroll.focusPolicy() == Qt.FocusPolicy.NoFocus
    middle = QPointF(150, 100)
    down = QPoint(0, -120)
    wheel = QWheelEvent(
        middle,
        scroll.viewport().mapToGlobal(middle),
        down,
        down,
        Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    assert wheel.type() == QEvent.Type.Wheel
    QApplication.sendEvent(scroll.viewport(), wheel)
    assert scroll.verticalScrollBar().value() > 0


def test_words_that_fit_have_no_bar(show: Show) -> None:
    scroll = Scroll(RichText("few words"))
    show(scroll, 300, 200)
    QApplication.processEvents()
    assert scroll.hidden_height == 0
    assert not scroll.verticalScrollBar().isVisible()
