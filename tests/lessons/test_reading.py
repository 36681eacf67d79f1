import os
from pathlib import Path
from typing import Any

import pytest
import tomli_w
from hypothesis import example, given
from hypothesis import strategies as st

from nnviz.errors import InputError
from nnviz.lessons.lesson import Course, Lesson, Page, PageGoal, PageRun, Question, ViewLayout
from nnviz.lessons.local_files import figure_in, inside
from nnviz.lessons.reading import is_lesson, parse_lesson, read_lesson

_SMALL = 'id = "small"\ntitle = "Small"\n[[pages]]\ntitle = "One"\nexperiment.kind = "network"\n'
_DRAWING = '<svg xmlns="http://www.w3.org/2000/svg"><defs><path id="a" d="M0 0h1"/></defs><use href="#a"/></svg>'


def test_a_lesson_knows_its_file_and_its_pages(tmp_path: Path) -> None:
    path = tmp_path / "small.toml"
    path.write_bytes(b"\xef\xbb\xbf" + _SMALL.replace("\n", "\r\n").encode())
    course = read_lesson(path)
    assert (course.path, course.name) == (path, "small.toml")
    assert course.lesson.id == "small"
    assert [scene.page for scene in course.scenes] == list(course.lesson.pages)


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b'title = "\xff"', "not text in UTF-8 (byte 9); allowed: a TOML file"),
        (b"#" * (2**20 + 1), "too large; allowed: up to 1 MiB"),
        (b"\x7fELF\0", "not TOML: "),
    ],
)
def test_a_file_that_is_no_lesson_is_refused(tmp_path: Path, content: bytes, reason: str) -> None:
    path = tmp_path / "lesson.toml"
    path.write_bytes(content)
    with pytest.raises(InputError) as caught:
        read_lesson(path)
    assert f"lesson.toml: {reason}" in str(caught.value)
    assert len(str(caught.value).splitlines()) == 1
    assert not is_lesson(path)


def test_a_lesson_is_told_from_an_experiment(tmp_path: Path) -> None:
    lesson, experiment = tmp_path / "lesson.toml", tmp_path / "experiment.toml"
    lesson.write_text(_SMALL)
    experiment.write_text('[data]\nname = "xor"\n')
    assert is_lesson(lesson)
    assert not is_lesson(experiment)
    assert not is_lesson(tmp_path / "missing.toml")


@pytest.mark.parametrize(
    "name",
    [
        "",
        ".",
        "..",
        "../a.csv",
        "a/../../b.csv",
        "a/./b.csv",
        "a//b.csv",
        "/a.csv",
        "//server/a.csv",
        "~/../a.csv",
        "C:/a.csv",
        "a.csv:stream",
        "a\\b.csv",
        "\\\\server\\share\\a.csv",
        "con?.csv",
        "a\0.csv",
        "a\n.csv",
    ],
)
def test_no_name_leads_out_of_the_folder(tmp_path: Path, name: str) -> None:
    with pytest.raises(InputError, match=r"allowed: a file in the lesson's folder"):
        inside(tmp_path, name)


@given(
    st.text(max_size=20)
    | st.lists(st.sampled_from(["..", ".", "a", "/", "\\", "C:", "~"]), max_size=9).map("".join)
)
def test_whatever_is_not_refused_lies_in_the_folder(tmp_path_factory: pytest.TempPathFactory, name: str) -> None:
    folder = tmp_path_factory.getbasetemp()
    try:
        path = inside(folder, name)
    except InputError as error:
        assert str(error).isprintable()  # noqa: PT017 - either outcome is right
    else:
        assert path.resolve().is_relative_to(folder.resolve())
        assert path.resolve() != folder.resolve()


@pytest.mark.skipif(os.name != "posix", reason="links need a right there")
def test_a_link_that_leads_out_of_the_folder_is_refused(tmp_path: Path) -> None:
    lesson, elsewhere = tmp_path / "lesson", tmp_path / "elsewhere"
    lesson.mkdir()
    elsewhere.mkdir()
    (elsewhere / "a.svg").write_text(_DRAWING)
    (lesson / "a.svg").symlink_to(elsewhere / "a.svg")
    (lesson / "folder").symlink_to(elsewhere)
    (lesson / "round").symlink_to(lesson / "round")
    for name in ("a.svg", "folder/a.svg"):
        with pytest.raises(InputError, match=r"leads out of the lesson's folder"):
            figure_in(lesson, name)
    with pytest.raises(InputError):
        figure_in(lesson, "round/a.svg")
    (lesson / "b.svg").write_text(_DRAWING)
    (lesson / "c.svg").symlink_to(lesson / "b.svg")
    assert figure_in(lesson, "c.svg") == lesson / "c.svg"


def test_lessons_that_are_shipped_have_their_figures_in_one_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "figures").mkdir()
    (tmp_path / "figures" / "a.svg").write_text(_DRAWING)
    with pytest.raises(InputError, match=r"'a.svg' is not there"):
        figure_in(tmp_path, "a.svg")
    monkeypatch.setattr("nnviz.lessons.local_files.bundled_folder", lambda: tmp_path)
    assert figure_in(tmp_path, "a.svg") == tmp_path / "figures" / "a.svg"
    (tmp_path / "a.svg").write_text(_DRAWING)
    assert figure_in(tmp_path, "a.svg") == tmp_path / "a.svg"


@pytest.mark.parametrize(
    "words",
    [
        "**bold**, *italics*, `code <b> $`, and $w_1 x < \\$b$",
        "- one\n- two\n\n1. three\n2. four",
        "It costs \\$5, or 5 \\$.",
        "$$\\sum_i w_i x_i$$",
        "If x < y and y > x, then w[1] (the first) is |w| - 1; 2 = 2",
        "- $|w|$ grows - or not",
        "Zeile mit Umlauten: ä ö ü ß, 日本語, e\u0301, fine\u00a0space",
    ],
)
def test_plain_words_are_allowed(words: str) -> None:
    text = tomli_w.dumps(
        {
            "id": "words",
            "title": "Words",
            "pages": [{"title": "A", "words": words, "experiment": {"kind": "network"}}],
        }
    )
    assert parse_lesson(text, "words.toml", Path()).lesson.pages[0].words == words


def _is_read_or_refused(text: str) -> None:
    try:
        course = parse_lesson(text, "test.toml", Path("/nowhere"))
    except InputError as error:
        message = str(error)
        assert message.isprintable()
        assert message.startswith("test.toml: ")
    else:
        assert isinstance(course, Course)
        assert len(course.scenes) == len(course.lesson.pages)


@given(st.text())
@example("pages = 1e999")
@example("pages." * 3000 + "a = 1")
def test_any_text_is_read_or_refused(text: str) -> None:
    _is_read_or_refused(text)


_keys = sorted(
    {key for table in (Lesson, Page, Question, ViewLayout, PageRun, PageGoal) for key in table.__struct_fields__}
)
_scalars = (
    st.integers()
    | st.floats()
    | st.booleans()
    | st.text(max_size=8)
    | st.sampled_from(["network", "loss", "unit 1.1", "$w$", "$", "<b>", "perceptron", "../a.svg", "plane"])
    | st.dates()
    | st.datetimes()
)
_values: st.SearchStrategy[Any] = st.recursive(
    _scalars,
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(_keys) | st.text(max_size=5), inner, max_size=3)
    ),
)
_question = st.fixed_dictionaries({}, optional=dict.fromkeys(Question.__struct_fields__, _values))
_page = st.fixed_dictionaries(
    {"title": st.just("A") | _values, "experiment": st.just({"kind": "network"}) | _values},
    optional={key: _values for key in Page.__struct_fields__ if key not in {"title", "experiment", "question"}}
    | {"question": _question | _values},
)
_lesson = st.fixed_dictionaries(
    {
        "id": st.just("a") | _values,
        "title": st.just("A") | _values,
        "pages": st.lists(_page, max_size=3) | _values,
    },
    optional={"format": st.just(1) | _values, "summary": _values, "part": _values, "source": _values},
)


@given(_lesson | st.dictionaries(st.text(max_size=5), _values, max_size=4))
def test_any_tables_are_read_or_refused_with_their_place(tables: dict[str, Any]) -> None:
    _is_read_or_refused(tomli_w.dumps(tables))


@given(_page)
def test_what_is_wrong_on_a_page_names_the_page_and_a_key(page: dict[str, Any]) -> None:
    fine = {"title": "Fine", "experiment": {"kind": "network"}}
    text = tomli_w.dumps({"id": "a", "title": "A", "pages": [fine, page]})
    try:
        parse_lesson(text, "test.toml", Path("/nowhere"))
    except InputError as error:
        place = str(error).removeprefix("test.toml: ")
        assert place.startswith("page 2, ")
        key = place.removeprefix("page 2, ").split(":")[0].split(".")[0].split(",")[0]
        assert key in Page.__struct_fields__ or "unknown key" in place


@given(st.binary())
def test_any_content_is_read_or_refused(tmp_path_factory: pytest.TempPathFactory, content: bytes) -> None:
    path = tmp_path_factory.getbasetemp() / "any.toml"
    path.write_bytes(content)
    try:
        read_lesson(path)
    except InputError as error:
        assert len(str(error).splitlines()) == 1  # noqa: PT017 - either outcome is right
