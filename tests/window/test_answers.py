"""Every lesson by a clicker's keys: before a guess nothing says the answer, and then the screen agrees with it."""

import re
from collections.abc import Collection, Iterator
from dataclasses import replace
from itertools import chain
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from figures import Figure, figures_in, figures_written_in
from hands import press
from nnviz.experiment.kind import NETWORK, name_of
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
_PACE = re.compile(r"[\d,]+ steps? a second")
"""How fast the page before was played, which is no answer."""
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
_OF_MANY = re.compile(r"\b(seeds|starts|median|networks|in theory)\b")
_SENTENCE = re.compile(r"(?<=[.?!:;])\s+")
_FORMULA = re.compile(r"\$[^$]*\$")
_NEVER_STOP = (NETWORK, "race")
_ELSEWHERE = {
    ("autoencoder", 3): {"six of ten": "is counted over all pairs of digits"},
    ("backprop", 2): {"0.09": "comes with the next stop of the example"},
    ("backprop", 5): {"two million": "is twice the million of the question"},
    ("batches", 1): {"10,000": "samples times epochs"},
    ("batches", 2): {"250": "all samples", "10": "the samples of a batch"},
    ("batches", 3): {"51": "was seen at the first step", "43": "is the median of the dots"},
    ("batches", 5): {"90": "is measured over five starts"},
    ("deep-vs-shallow", 6): {"21": "is 3(n − 1) for the eight bits of the page"},
    ("deep-vs-shallow", 7): dict.fromkeys(
        ("32", "two thousand million", "93"), "is 2^(n − 1), or 3(n − 1), of 32 bits"
    ),
    ("feature-learning", 5): {"ten": "is how many digits there are"},
    ("forward-pass", 2): {"0.73": "comes with the next stop of the example"},
    ("function-approximation", 3): dict.fromkeys(("nine tenths", "first tenth", "tenth"), "is read on the curve"),
    ("generalisation", 3): dict.fromkeys(("10", "23"), "is a difference of what the words and the view say"),
    ("generalisation", 5): {"80 %": "is seen where the timeline goes back to"},
    ("gradient-descent", 3): dict.fromkeys(("86", "401", "a **quarter"), "is read on the curve"),
    ("hebb", 2): {"0.6": "was seen at the sixth step"},
    ("loss", 2): {"10": "is read on the curve, in percent"},
    ("loss-landscape", 3): {
        "77 %": "is the theory of random walks",
        "98 %": "comes with the landscape, which is computed after the run",
    },
    ("np-complete", 2): {"92": "is how many dichotomies there are", "93": "is one more"},
    ("perceptron", 2): {"27": "is the theorem's bound"},
    ("xor-problem", 2): {"Three of four": "is what a search over all lines finds"},
    ("saddles", 5): {"88 %": "is measured over twenty starts"},
}
"""Figures of reveals that are on no view when the page stops, and why. The lessons' claims measure them."""


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


def _unsaid(page: Page, seen: list[str], elsewhere: Collection[str]) -> Iterator[str]:
    """Figures of a page's reveal that are neither on the screen, nor given, nor said to be of many seeds."""
    assert page.question
    given = (page.words, page.question.ask, *page.question.choices)
    known = list(chain.from_iterable(map(_all_figures, (*seen, *given))))
    for sentence in _SENTENCE.split(page.question.reveal):
        if not _OF_MANY.search(sentence):
            for figure in _all_figures(_FORMULA.sub("", sentence)):
                counts = [share for text, share in _shares(sentence) if text == figure.text]
                is_share = any(_is_told(share, other) for share in counts for other in known)
                is_known = figure.text in elsewhere or not figure.says_much or is_share
                if not is_known and not any(_is_told(figure, other) for other in known):
                    yield f"{figure.text} in {sentence!r}"


def _shares(sentence: str) -> Iterator[tuple[str, Figure]]:
    """Counts such as 39 of 40, with the share that they are, which a view may show instead."""
    for match in re.finditer(r"(\d+) of (\d+)", sentence):
        yield match[1], Figure(match[0], int(match[1]) / int(match[2]), 0.001, 3)


def _all_figures(text: str) -> list[Figure]:
    """Those in digits, and those in words."""
    return [*figures_in(text), *figures_written_in(text)]


def _is_told(figure: Figure, other: Figure) -> bool:
    """Whether a figure is another, rounded; the sign may be in the words, and a percentage without its sign."""
    value = abs(figure.value)
    sizes = (value, 0.01 * value) if "%" in other.text else (value,)
    scale = 0.01 if "%" in other.text and "%" not in figure.text else 1.0
    return any(
        replace(figure, value=size, unit=scale * figure.unit).rounds(replace(other, value=abs(other.value)))
        for size in sizes
    )


def _stopped(window: MainWindow, scene: PageScene) -> bool:
    session, stage = window.session, window.desk.stage
    if scene.experiment is None:
        return True
    done = not scene.page.run.play or window.lecture.player.index in window.lecture.player.done
    return done and session.idle and all(stage.views[name].is_done_with(session.snapshot) for name in stage.shown)


def _leaks_on(window: MainWindow, name: str, scene: PageScene) -> list[str]:
    """What says the answer while a page's question waits."""
    player = window.lecture.player
    assert player.course
    showing(window, scene)
    known = (name, player.index + 1) in _GIVEN
    seen = [text for text in seen_in(window) if not _PACE.fullmatch(text)]
    return [] if known else list(leaks(player.course.lesson.title, scene.page, seen))


def _unsaid_on(window: MainWindow, name: str, scene: PageScene) -> list[str]:
    """Figures of a page's reveal that are not on the screen when the page has come to its end."""
    page, session, elsewhere = (
        scene.page,
        window.session,
        _ELSEWHERE.get((name, window.lecture.player.index + 1), {}),
    )
    reveal = _FORMULA.sub("", page.question.reveal) if page.question else ""
    if not any(figure.says_much for figure in _all_figures(reveal)):
        return []
    if page.run.play and scene.experiment is not None and name_of(scene.experiment) in _NEVER_STOP:
        return [f"{what}, but the run never stops" for what in _unsaid(page, [], elsewhere)]
    session.pace(None)
    let_live(window, lambda: _stopped(window, scene))
    curves = [f"{value:.4f}" for value in session.snapshot.measures.values()] if session.snapshot else []
    return list(_unsaid(page, [*seen_in(window), *curves], elsewhere))


def _complaints(window: MainWindow, qtbot: QtBot, name: str) -> Iterator[str]:
    """What is wrong on the present page, which is answered if it asks."""
    player = window.lecture.player
    scene = player.scene
    assert scene
    if player.waits_for_guess:
        yield from _leaks_on(window, name, scene)
        press(window, Qt.Key.Key_PageDown)  # a clicker has no other key: first the answer
        assert not player.waits_for_guess
    yield from _unsaid_on(window, name, scene)
    settle(qtbot, window)
    is_as_the_file_says(window)


def settle(qtbot: QtBot, window: MainWindow) -> None:
    """Wait until the run that a page asked for has begun, and stop it where it is."""
    window.session.pause()
    qtbot.waitUntil(lambda: window.session.idle, timeout=60_000)


def is_as_the_file_says(window: MainWindow) -> None:
    """Page, views and experiment are those of the lesson's file."""
    player = window.lecture.player
    scene = player.scene
    assert scene is not None
    stage = window.desk.stage
    assert stage.shown[: 1 + len(scene.layout.side)] == (scene.layout.main, *scene.layout.side)
    assert stage.views[scene.layout.main].as_widget.isVisible()
    if scene.experiment is not None:
        assert window.session.experiment == scene.experiment


@pytest.mark.parametrize("name", _LESSONS)
def test_every_lesson_plays_by_keys_alone_and_says_its_answers_in_time(
    window: MainWindow, qtbot: QtBot, name: str
) -> None:
    course = read_lesson(resource("lessons") / f"{name}.toml")
    window.start(Opened(course=course))
    player, pages = window.lecture.player, len(course.scenes)
    found: list[str] = []
    for page in range(pages):
        assert player.index == page
        found += [f"page {page + 1}: {complaint}" for complaint in _complaints(window, qtbot, name)]
        press(window, Qt.Key.Key_PageDown)
    assert not found, "\n".join(found)
    assert player.index == pages - 1
    for page in reversed(range(pages - 1)):
        press(window, Qt.Key.Key_PageUp)
        assert player.index == page
        if player.question:
            press(window, Qt.Key.Key_S)
        settle(qtbot, window)
        is_as_the_file_says(window)
    assert window.desk.notice.words == ""


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


@pytest.mark.parametrize(
    ("text", "shares"),
    [
        ("about two thirds, a **quarter**, half; a fifth of all", [2 / 3, 0.25, 0.5, 0.2]),
        ("nine in ten, three of four; a third digit, the fifth, a half-plane", [0.9, 0.75]),
        ("two, nine and ten, twelve; a hundred, two thousand, a million", [10, 12, 100, 2000, 1e6]),
    ],
)
def test_numbers_are_read_in_words_too(text: str, shares: list[float]) -> None:
    assert [figure.value for figure in figures_written_in(text)] == pytest.approx(shares)
