from pathlib import Path

import pytest

from nnviz.lessons.lesson import Course, Lesson, Page, PageScene, Question, ViewLayout
from nnviz.lessons.library import Library
from nnviz.lessons.local_files import bundled_folder
from nnviz.lessons.search import Search, glossary, words_in

COURSES = Library((bundled_folder(),)).courses
SHIPPED = Search(COURSES)


def lesson(name: str, *pages: Page, **keys: object) -> Course:
    pages = pages or (Page(title=f"On {name}"),)
    made = Lesson(id=name, **({"title": name.title(), "pages": pages} | keys))  # type: ignore[arg-type]
    scenes = tuple(PageScene(page, None, False, ViewLayout(), ViewLayout()) for page in pages)
    return Course(made, Path(f"{name}.toml"), scenes)


def found(search: Search, wanted: str) -> list[str]:
    return [match.course.lesson.id for match in search.find(wanted).matches]


@pytest.mark.parametrize(
    ("wanted", "expected"),
    [
        ("GEDACHTNIS", ["a"]),
        ("Gedächtnis kranich", ["a"]),
        ("on b", ["b"]),
        ("müller", ["b"]),
        ("strasse", ["b"]),
        ("stras", ["b"]),
        ("gedachtnis müller", []),
    ],
)
def test_lessons_have_all_the_words_whatever_their_case_and_accents(wanted: str, expected: list[str]) -> None:
    a = lesson("a", title="Das Gedächtnis", summary="Kranich")
    b = lesson("b", title="Straße", source=("Muller, 2022",))
    assert found(Search((a, b)), wanted) == expected


def test_a_title_comes_before_a_page_and_a_page_before_its_words() -> None:
    words = lesson("words", Page(title="One"), Page(title="Two", words="A $\\beta$ *quokka* hops."))
    notes = lesson("notes", Page(title="One", notes="Say quokka."))
    asked = Question(ask="Which?", choices=("a quokka", "none"), reveal="None.")
    page = lesson("page", Page(title="One"), Page(title="The quokka", question=asked))
    title = lesson("title", title="Of quokkas")
    search = Search((notes, words, page, title))
    assert found(search, "quokka") == ["title", "page", "words", "notes"]
    assert [match.page for match in search.find("quokka").matches] == [None, 1, 1, 0]


def test_words_that_stand_together_come_first() -> None:
    apart = lesson("apart", title="Two rules for three perceptrons")
    together = lesson("together", title="And two perceptrons")
    assert found(Search((apart, together)), "two perceptrons") == ["together", "apart"]


def test_spelling_is_british_or_american() -> None:
    assert words_in("Regularization, analyzed: sizes") == words_in("regularisation analysed sizes")


def test_what_is_nowhere_is_near_something_or_nothing() -> None:
    search = Search((lesson("a", title="The quokka"),))
    assert search.find("qokka").near == "quokka"
    assert found(search, "qokka") == ["a"]
    assert (found(search, "xyzzyx"), search.find("xyzzyx").near) == ([], "")
    assert search.find("the qokka").near == "the quokka"
    assert found(search, "?!") == found(search, "77") == []
    assert found(Search(()), "quokka") == []


@pytest.mark.parametrize(
    ("wanted", "first"),
    [
        ("two perceptrons", "xor-solved"),
        ("wire together", "hebb"),
        ("overfitting", "generalisation"),
        ("regularisation", "generalisation"),
        ("regularization", "generalisation"),
        ("weight decay", "generalisation"),
        ("momentum", "gradient-descent"),
        ("SGD", "batches"),
        ("MLP", "xor-solved"),
        ("associative memory", "hopfield"),
        ("Nobel", "hopfield"),
        ("backprop", "backprop"),
        ("vanishing gradient", "vanishing"),
        ("universal approximation", "function-approximation"),
        ("hopfeild", "hopfield"),
        ("overfiting", "generalisation"),
    ],
)
def test_what_a_lecturer_types_finds_the_lesson_about_it_first(wanted: str, first: str) -> None:
    assert found(SHIPPED, wanted)[0] == first


@pytest.mark.parametrize("wanted", ["PCA", "history", "convolution", "softmax", "recurrent"])
def test_what_a_lecturer_types_is_found(wanted: str) -> None:
    assert found(SHIPPED, wanted)
    assert not SHIPPED.find(wanted).near


def test_every_lesson_is_found_first_by_its_title() -> None:
    titles = {course.lesson.title: course.lesson.id for course in COURSES}
    assert {title: found(SHIPPED, title)[0] for title in titles} == titles


def test_the_glossary_names_lessons_that_are_there_and_no_term_twice() -> None:
    ids = {course.lesson.id for course in COURSES}
    assert {name for term in glossary() for name in term.lessons} <= ids
    names = [name for term in glossary() for name in term.names]
    assert len(set(names)) == len(names)
    for name in names:
        (term,) = (term for term in glossary() if name in term.names)
        assert (name, term.meaning) in SHIPPED.find(name).meanings
        assert set(term.lessons) <= set(found(SHIPPED, name))
