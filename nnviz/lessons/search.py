"""Search in lessons: titles, words of pages and a glossary of textbook terms, the best match first."""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from difflib import get_close_matches
from functools import cache

import msgspec
from msgspec import Struct

from nnviz.lessons.lesson import Course, Page
from nnviz.paths import resource

_TITLE, _PAGE_TITLE, _SUMMARY, _SOURCE, _WORDS, _NOTES = 10.0, 5.0, 4.0, 2.0, 1.0, 0.5
"""What a word counts, by where it stands."""
_PHRASE = 2.0
"""How many times as much it counts if all words stand together."""
_BEST_OF_GLOSSARY, _LEAST_OF_GLOSSARY = 8.0, 4.0
"""What it counts that the glossary names a lesson, first and last."""
_SHARE_OF_REST = 0.1
"""What the other places count, so that a long lesson is not the better match."""
_ALIKE = 0.5
_LEAST_PART, _LEAST_STEM, _STEM_SHARE = 3, 5, 0.6
_NEARNESS = 0.75
_WORD = re.compile(r"\w+")


class Term(Struct, frozen=True, forbid_unknown_fields=True):
    """A textbook term: its names, what it means, and the ids of the lessons about it, the best one first."""

    names: tuple[str, ...]
    meaning: str
    lessons: tuple[str, ...]


class _Glossary(Struct, frozen=True, forbid_unknown_fields=True):
    terms: tuple[Term, ...]


class Match(Struct, frozen=True, eq=False):
    """A lesson that was found, how well it matches, and the page where the words stand, if not in its title."""

    course: Course
    score: float
    page: int | None = None


class Found(Struct, frozen=True, eq=False):
    """What was found.

    Parameters
    ----------
    matches : tuple of Match
        The best first.
    meanings : tuple of (str, str)
        The glossary's terms that were asked for, and what they mean.
    near : str
        If nothing says what was wanted: what is like it, which the matches are for.
    """

    matches: tuple[Match, ...]
    meanings: tuple[tuple[str, str], ...] = ()
    near: str = ""


class _Text(Struct, frozen=True, eq=False):
    """A piece of a lesson: what its words count, and the page that it is on."""

    weight: float
    text: str
    words: frozenset[str]
    page: int | None


@cache
def glossary() -> tuple[Term, ...]:
    """The terms that are known."""
    return msgspec.toml.decode(resource("glossary.toml").read_bytes(), type=_Glossary).terms


class Search:
    """Searches lessons.

    Parameters
    ----------
    courses : sequence of Course
        In the order in which those stand that match equally well.
    """

    def __init__(self, courses: Sequence[Course]) -> None:
        self._texts = {course: tuple(_texts(course)) for course in courses}
        self._vocabulary = frozenset().union(*(text.words for texts in self._texts.values() for text in texts))

    def find(self, wanted: str) -> Found:
        """Lessons that have all the words, or that the glossary names; else those for words that are near."""
        if found := self._find(wanted):
            asked = ((_asked(term, wanted), term.meaning) for term in glossary())
            return Found(found, tuple((name, meaning) for name, meaning in asked if name))
        words = [self._near(word) for word in words_in(wanted)]
        near = " ".join(words) if all(words) else ""
        matches = self._find(near)
        return Found(matches, (), near if matches else "")

    def _find(self, wanted: str) -> tuple[Match, ...]:
        words = words_in(wanted)
        likeness = {word: self._likeness(word) for word in words}
        named = _named(wanted)
        matches = [self._match(course, wanted, likeness, named) for course in self._texts]
        return tuple(sorted((match for match in matches if match.score), key=lambda match: -match.score))

    def _match(
        self, course: Course, wanted: str, likeness: Mapping[str, Mapping[str, float]], named: Mapping[str, float]
    ) -> Match:
        """How well a lesson matches: by its best text, if all words stand in it, and by the glossary."""
        phrase, texts = " ".join(words_in(wanted)), self._texts[course]
        scores = {text: _score(text, likeness, phrase) for text in texts}
        has_all = all(any(like.keys() & text.words for text in texts) for like in likeness.values())
        best = max(texts, key=lambda text: scores[text])
        rest = sum(scores.values()) - scores[best]
        said = scores[best] + _SHARE_OF_REST * rest if has_all else 0.0
        return Match(course, said + named.get(course.lesson.id, 0.0), best.page if said else None)

    def _likeness(self, word: str) -> dict[str, float]:
        """The words of all lessons that are like a word, 0 … 1."""
        return {known: like for known in self._vocabulary if (like := _likeness(word, known))}

    def _near(self, word: str) -> str:
        """The known word that is like a word; empty if there is none."""
        if self._likeness(word):
            return word
        if not word.isalpha() or len(word) <= _LEAST_PART:
            return ""
        names = {part for term in glossary() for name in term.names for part in words_in(name)}
        return next(iter(get_close_matches(word, sorted(self._vocabulary | names), n=1, cutoff=_NEARNESS)), "")


def words_in(text: str) -> list[str]:
    """The words of a text without case and accents, in British spelling."""
    return [re.sub("(?<=[a-z])([iy])z(?=[aei])", r"\1s", word) for word in _WORD.findall(plain(text))]


def plain(text: str) -> str:
    """The text without case and accents."""
    letters = unicodedata.normalize("NFKD", text.casefold())
    return "".join(letter for letter in letters if not unicodedata.combining(letter))


def _texts(course: Course) -> Iterator[_Text]:
    lesson = course.lesson
    yield _text(_TITLE, None, lesson.title, lesson.id)
    yield _text(_SUMMARY, None, lesson.summary)
    yield _text(_SOURCE, None, *lesson.source, *lesson.references)
    for index, page in enumerate(lesson.pages):
        yield _text(_PAGE_TITLE, index, page.title)
        yield _text(_WORDS, index, *_said(page))
        yield _text(_NOTES, index, page.notes)


def _said(page: Page) -> Iterable[str]:
    question = page.question
    asked = (question.ask, *question.choices, question.reveal) if question else ()
    return (page.words, page.look, page.next, *asked)


def _text(weight: float, page: int | None, *parts: str) -> _Text:
    words = [word for part in parts for word in words_in(part)]
    return _Text(weight, f" {' '.join(words)} ", frozenset(words), page)


def _score(text: _Text, likeness: Mapping[str, Mapping[str, float]], phrase: str) -> float:
    alike = sum(max((like[word] for word in like.keys() & text.words), default=0.0) for like in likeness.values())
    return text.weight * alike * (_PHRASE if phrase and f" {phrase}" in text.text else 1.0)


def _likeness(word: str, known: str) -> float:
    """How far a known word is the wanted one, 0 … 1: the same, begins with it, has it inside, or its stem."""
    if known == word:
        return 1.0
    if known.startswith(word):
        return 0.8
    if len(word) >= _LEAST_PART and word in known:
        return 0.3
    stem = max(_LEAST_STEM, round(_STEM_SHARE * len(word)))
    return _ALIKE if len(word) > stem and known.startswith(word[:stem]) else 0.0


def _asked(term: Term, wanted: str) -> str:
    """The name of a term that is wanted, or begins as what is being typed; empty if none does."""
    phrase = " ".join(words_in(wanted))
    names = {name: " ".join(words_in(name)) for name in term.names}
    begun = (name for name, words in names.items() if len(phrase) >= _LEAST_PART and words.startswith(phrase))
    return next((name for name, words in names.items() if words == phrase), next(begun, ""))


def _named(wanted: str) -> dict[str, float]:
    """What the glossary gives to the lessons of the terms that are wanted, by their ids."""
    named: dict[str, float] = {}
    for term in glossary():
        if _asked(term, wanted):
            fall = (_BEST_OF_GLOSSARY - _LEAST_OF_GLOSSARY) / max(1, len(term.lessons) - 1)
            for place, lesson in enumerate(term.lessons):
                named[lesson] = max(named.get(lesson, 0.0), _BEST_OF_GLOSSARY - place * fall)
    return named
