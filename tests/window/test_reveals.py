"""What a reveal says in figures is on the screen when the page stops, or is said to be of many seeds."""

import re
from collections.abc import Collection, Iterator
from dataclasses import replace
from itertools import chain

import pytest

from figures import Figure, figures_in, figures_written_in
from nnviz.experiment.kind import NETWORK, name_of
from nnviz.lessons.lesson import Page, PageScene
from nnviz.lessons.opening import Opened
from nnviz.lessons.reading import read_lesson
from nnviz.offscreen_window import let_live
from nnviz.paths import resource
from nnviz.window.window import MainWindow
from painted import painted_texts, said_of

_LESSONS = sorted(path.stem for path in resource("lessons").glob("*.toml"))
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


def _complaints(window: MainWindow, number: int, elsewhere: Collection[str]) -> Iterator[str]:
    player, session = window.lecture.player, window.session
    player.go(number - 1)
    scene = player.scene
    assert scene
    page = scene.page
    figures = (
        [f for f in _all_figures(_FORMULA.sub("", page.question.reveal)) if f.says_much] if page.question else []
    )
    if not figures:
        return
    if page.run.play and scene.experiment is not None and name_of(scene.experiment) in _NEVER_STOP:
        yield from (f"{what}, but the run never stops" for what in _unsaid(page, [], elsewhere))
        return
    let_live(window, lambda: session.idle)
    player.reveal()
    session.pace(None)
    let_live(window, lambda: _stopped(window, scene))
    parts = window.desk.stage, window.desk.controls.playback
    seen = [text for part in parts for text in (*painted_texts(part), *said_of(part))]
    curves = [f"{value:.4f}" for value in session.snapshot.measures.values()] if session.snapshot else []
    yield from _unsaid(page, [*seen, *curves], elsewhere)


@pytest.mark.parametrize("name", _LESSONS)
def test_what_a_reveal_says_in_figures_is_on_the_screen(window: MainWindow, name: str) -> None:
    course = read_lesson(resource("lessons") / f"{name}.toml")
    window.start(Opened(course=course))
    found = [
        f"page {number}: {complaint}"
        for number in range(1, len(course.scenes) + 1)
        for complaint in _complaints(window, number, _ELSEWHERE.get((name, number), {}))
    ]
    assert not found, "\n".join(found)


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
