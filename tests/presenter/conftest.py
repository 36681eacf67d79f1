"""Parts of the lesson's screen, and lessons to show on them."""

from collections.abc import Callable, Iterator

import pytest
from PySide6.QtGui import QFont
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from nnviz.lessons.lesson import Course, Lesson, Page, PageScene, Question, ViewLayout
from seeing import use_font

Show = Callable[..., QWidget]

_QUESTION = Question(
    ask="How many of the four points will *one* neuron get right, whatever $\\eta$ is?",
    choices=("all four", "never more than three, for no line parts them", "two", "it depends on the seed $s$"),
    answer=2,
    reveal="From $w_1 > T$, $w_2 > T$ and $w_1 + w_2 \\le T$ follows a contradiction.",
)

_PAGES = (
    Page(
        title="What one neuron cannot do",
        words="The same rule on **XOR**:\n\n$$w \\leftarrow w + \\alpha\\,(d-y)\\,x$$\n\nThe line turns.",
        notes="Count *hands* first.",
        look="the count of mistakes",
        next="another seed",
        question=_QUESTION,
    ),
    Page(
        title="Draw it", words="Where?", question=Question(ask="Where will it be?", draw="plane", reveal="There.")
    ),
    Page(title="The end", words="Words.", look="something", next="something else"),
)


def _course_of(*pages: Page, **keys: object) -> Course:
    usual: dict[str, object] = {
        "id": "xor-problem",
        "title": "What one neuron cannot do",
        "source": ("S23, Perceptron",),
        "references": ("Minsky & Papert 1969",),
    }
    lesson = Lesson(pages=pages or _PAGES, **(usual | keys))  # type: ignore[arg-type]
    return Course(
        lesson, None, tuple(PageScene(page, None, False, ViewLayout(), ViewLayout()) for page in lesson.pages)
    )


@pytest.fixture
def question() -> Question:
    """A question with four choices, the second being right."""
    return _QUESTION


@pytest.fixture
def course() -> Course:
    """A lesson of three pages: a question with choices, one to be drawn, none."""
    return _course_of()


@pytest.fixture
def course_of() -> Callable[..., Course]:
    """A lesson of these pages: ``course_of(page, …, title="…")``."""
    return _course_of


@pytest.fixture
def show(qtbot: QtBot) -> Iterator[Show]:
    """Show a part at a size, with text of so many pixels: ``show(part, 330, 640, 16)``."""
    hosts = []  # qtbot does not keep them

    def show_part(part: QWidget, width: int = 330, height: int = 640, pixels: int = 16) -> QWidget:
        host = QWidget()
        qtbot.addWidget(host)
        hosts.append(host)
        host.setFont(QFont("DejaVu Sans"))
        use_font(host, pixels)
        host.resize(width, height)
        part.setParent(host)
        part.setGeometry(0, 0, width, height)
        part.show()
        with qtbot.waitExposed(host):
            host.show()
        return part

    yield show_part
    hosts.clear()
