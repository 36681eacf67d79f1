"""While a question waits, nothing on the screen says its answer: on every page of every lesson."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from figures import Figure, figures_in
from nnviz.lessons.lesson import Page, PageScene
from nnviz.lessons.opening import Opened
from nnviz.lessons.reading import parse_lesson, read_lesson
from nnviz.lessons.views import VIEWS
from nnviz.offscreen_window import let_live
from nnviz.paths import resource
from nnviz.runs.moment import unrevealed
from nnviz.window.window import MainWindow
from painted import painted_texts, said_of

_LESSONS = sorted(path.stem for path in resource("lessons").glob("*.toml"))
_GIVEN = {
    ("forward-pass", 1): "the sum is as large as one of the weights, which are given",
    ("hebb", 2): "the learning rate is given",
}
"""Pages with a figure of the answer on the screen that is something else there, and what it is."""
_BOLD = re.compile(r"\*\*(.+?)\*\*", re.DOTALL)
_WORD = re.compile(r"[a-z]{4,}")
_ENDING = re.compile(r"(ed|ing|es|s|e)$")
_COMMON = frozenset(
    _WORD.findall(
        "about after again before both does each every from have into less most more much only other others same "
        "some than that their them then there they this what when where which will with your"
    )
)
_MOST = 0.6
"""From this share of an answer's own words on, a text says the answer."""


def showing(window: MainWindow, scene: PageScene) -> None:
    """Let the window live until it shows what a page's views have computed."""
    session, stage = window.session, window.desk.stage
    let_live(
        window,
        lambda: (
            scene.experiment is None
            or (session.idle and all(stage.views[n].is_done_with(session.snapshot) for n in stage.shown))
        ),
    )


def seen_in(window: MainWindow) -> list[str]:
    """All that a room can read beside the page."""
    parts = window.desk.stage, window.desk.controls.playback
    return [text for part in parts for text in (*painted_texts(part), *said_of(part))]


def figures_of_answer(page: Page) -> list[Figure]:
    """The figures that only the answer may say: those of the right choice, and those that the reveal adds."""
    question = page.question
    assert question
    right = question.choices[question.answer - 1] if question.answer else ""
    asked = list(figures_in(question.ask))
    given = [*asked, *(f for text in (page.words, *question.choices) if text != right for f in figures_in(text))]
    answers = [f for text in (right, *_BOLD.findall(question.reveal)) for f in figures_in(text)]
    told = [f for f in answers if not any(f.rounds(g) or g.rounds(f) for g in asked)]
    told += [f for f in figures_in(question.reveal) if not any(f.rounds(g) or g.rounds(f) for g in given)]
    return [figure for figure in told if figure.says_much]


def stems(text: str) -> set[str]:
    return {_ENDING.sub("", word) for word in _WORD.findall(text.casefold()) if word not in _COMMON}


def says(choice: str, page: Page, texts: list[str]) -> list[str]:
    """The texts with most of the words that a choice has for itself, neither in the question nor in another."""
    question = page.question
    assert question
    others = " ".join((question.ask, *(other for other in question.choices if other != choice)))
    own = stems(choice) - stems(others)
    return [text for text in texts if own and len(own & stems(text)) >= _MOST * len(own)]


def leaks(lesson: str, page: Page, seen: list[str]) -> Iterator[str]:
    """What on the screen says the answer of a page."""
    question = page.question
    assert question
    texts = [lesson, page.title, page.words, *seen]
    for figure in figures_of_answer(page):
        yield from (
            f"{figure.text} in {text!r}" for text in texts if any(figure.rounds(f) for f in figures_in(text))
        )
    if question.answer:
        right = question.choices[question.answer - 1]
        wrong = (choice for choice in question.choices if choice != right)
        if not any(says(choice, page, texts) for choice in wrong):  # else the choices are things that have names
            yield from (f"{right!r} in {text!r}" for text in says(right, page, texts))


@pytest.mark.parametrize("name", _LESSONS)
def test_no_page_says_its_answer_before_it_is_guessed(window: MainWindow, name: str) -> None:
    course = read_lesson(resource("lessons") / f"{name}.toml")
    window.start(Opened(course=course))
    found = [
        f"page {number}: {leak}"
        for number, scene in enumerate(course.scenes, start=1)
        if scene.page.question and (name, number) not in _GIVEN
        for leak in _leaks_on(window, number)
    ]
    assert not found, "\n".join(found)


def _leaks_on(window: MainWindow, number: int) -> list[str]:
    player = window.lecture.player
    player.go(number - 1)
    scene = player.scene
    assert scene
    assert player.course
    showing(window, scene)
    return list(leaks(player.course.lesson.title, scene.page, seen_in(window)))


_ASKS = '[pages.question]\nask = "So?"\nchoices = ["Yes", "No"]\nanswer = 1\n'
_PAGES = {
    "network": 'experiment.data = { name = "xor", samples = 60 }\nexperiment.training.learning_rate = 0.5',
    "race": 'experiment = { kind = "race", lanes = [{ title = "a" }, { title = "b" }] }',
    "study": 'experiment = { kind = "study", variants = [{ title = "a" }], seeds = 2 }',
}


@pytest.mark.parametrize("view", [name for name, entry in VIEWS.items() if entry.shows != "figure"])
def test_no_view_shows_what_is_measured_while_any_question_waits(
    window: MainWindow, view: str, tmp_path: Path
) -> None:
    kind = VIEWS[view].shows
    runs = _PAGES.get(kind, f'experiment.kind = "{kind}"')
    text = f'id = "a"\ntitle = "A"\n[[pages]]\ntitle = "P"\n{runs}\nviews.main = "{view}"\nrun.steps = 7\n'
    text += f'[[pages]]\ntitle = "Q"\nviews.main = "{view}"\n{_ASKS}'
    course = parse_lesson(text, "a.toml", tmp_path)
    window.start(Opened(course=course))
    showing(window, course.scenes[0])
    window.lecture.player.next()
    showing(window, course.scenes[1])
    assert window.lecture.player.waits_for_guess
    moment = window.session.snapshot
    assert moment
    assert moment.step > 0
    hidden = set(moment.figures) - set(unrevealed(moment.figures))
    asked, numbers = seen_in(window), {number for _, number in hidden if sum(map(str.isdigit, number)) > 1}
    window.lecture.player.reveal()
    showing(window, course.scenes[1])
    answered = seen_in(window)
    assert not [text for text in asked if any(number in text for number in numbers)]
    assert all(any(number in text for text in answered) for number in numbers)
