import os
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from msgspec import structs

from nnviz.errors import InputError
from nnviz.experiment.experiment import Data, Experiment, NetworkDesign, Training
from nnviz.experiment.files import experiment_of, parse_experiment
from nnviz.lessons.lesson import Course, Lesson, Page, ViewLayout
from nnviz.lessons.reading import parse_lesson, read_lesson
from nnviz.lessons.scenes import check_runs
from nnviz.lessons.writing import (
    format_lesson,
    format_tables,
    free_id,
    lesson_from,
    page_from,
    readable,
    save_lesson,
)
from nnviz.runs.begin import begin
from nnviz.runs.moment import Moment
from nnviz.storage import archive_of, parse_tables

_TABLE = "x,y,class\n0,0,a\n1,1,b\n0,1,a\n1,0,b\n"


def with_page(lesson: Lesson, page: Page) -> Lesson:
    return structs.replace(lesson, pages=(*lesson.pages, page))


def _moment(text: str = "", steps: int = 0) -> Moment:
    run = begin(parse_experiment(text, "test"))
    run.advance(steps)
    moment: Moment = run.snapshot()
    return moment


@pytest.fixture
def table(tmp_path: Path) -> Path:
    path = tmp_path / "elsewhere" / "table.csv"
    path.parent.mkdir()
    path.write_text(_TABLE)
    return path


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The lesson's."""
    path = tmp_path / "lessons"
    path.mkdir()
    return path


def _tables_of(course: Course) -> list[str]:
    """Files that the pages' data come from."""
    experiments = [scene.experiment for scene in course.scenes]
    return [experiment.data.file for experiment in experiments if isinstance(experiment, Experiment)]


def _saved(lesson: Lesson, path: Path) -> Course:
    save_lesson(lesson, path)
    return read_lesson(path)


@settings(suppress_health_check=[HealthCheck.too_slow])
@given(data=st.data())
def test_what_is_written_is_read_back(data: st.DataObject, lessons: st.SearchStrategy[Lesson]) -> None:
    lesson = data.draw(lessons)
    assert parse_lesson(format_lesson(lesson), "test.toml", Path("/nowhere")).lesson == lesson


@settings(suppress_health_check=[HealthCheck.too_slow], max_examples=20)
@given(data=st.data())
def test_what_is_saved_is_read_back(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject, lessons: st.SearchStrategy[Lesson]
) -> None:
    lesson, path = data.draw(lessons), tmp_path_factory.getbasetemp() / "saved.toml"
    assert _saved(lesson, path).lesson == lesson


_scalars = st.integers() | st.floats(allow_nan=False) | st.booleans() | st.text() | st.dates() | st.datetimes()
_values: st.SearchStrategy[Any] = st.recursive(
    _scalars,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=30,
)


@given(st.dictionaries(st.text(), _values, max_size=5))
def test_any_tables_are_laid_out_so_that_they_read_the_same(tables: dict[str, Any]) -> None:
    assert parse_tables(format_tables(tables)) == tables


def test_a_person_can_read_what_is_written() -> None:
    lesson = lesson_from(_moment('[data]\nname = "moons"\n[network]\nhidden = [3]'), "Half moons", ViewLayout())
    page = Page(title="Then", words="Look:\n\n- **one**\n- $w$\n", change={"training": {"l2": 0.5}})
    assert format_lesson(with_page(lesson, page)) == (
        """\
format = 1
id = "half-moons"
title = "Half moons"

[[pages]]
title = "Half moons"

[pages.experiment]
kind = "network"

[pages.experiment.data]
name = "moons"

[pages.experiment.network]
hidden = [3]

[[pages]]
title = "Then"
words = \"\"\"
Look:

- **one**
- $w$
\"\"\"

[pages.change.training]
l2 = 0.5
"""
    )


@pytest.mark.parametrize(
    "experiment",
    [
        Experiment(),
        Experiment(data=Data(name="drawn", points=((0.1, 1.0), (1e-300, 2.0, 1.0)), axes=("x1", "x2"))),
        Experiment(
            network=NetworkDesign(hidden=(), cut=((1, 1, 2),), weights=(((0.1, -3.0),),), biases=((1 / 3,),))
        ),
        Experiment(network=NetworkDesign(hidden=(2, 3), activation=("relu", "tanh"), output="sigmoid")),
        Experiment(training=Training(loss="cross_entropy", seed=2**63 - 1, shuffle=False, start="a.npz")),
    ],
)
def test_readable_tables_make_the_same_experiment(experiment: Experiment) -> None:
    assert experiment_of(readable(experiment)) == experiment


@pytest.mark.parametrize(
    "text",
    [
        "",
        'kind = "perceptron"\n[data]\nname = "xor"',
        'kind = "perceptron"\nlearning_rate = 0.25',
        'kind = "hopfield"',
        'kind = "hebb"',
        'kind = "circuit"\ngiven = "xor"',
        'kind = "race"\nlanes = [{ title = "a" }, { title = "b", change = { training = { l2 = 0.5 } } }]',
        'kind = "study"\nvariants = [{ title = "a", at = 2.0, change = { network = { hidden = [2] } } }]',
    ],
)
def test_a_page_of_any_kind_can_be_begun_again(tmp_path: Path, text: str) -> None:
    lesson = lesson_from(_moment(text), "Any kind", ViewLayout())
    course = _saved(lesson, tmp_path / "any.toml")
    assert course.scenes[0].experiment == parse_experiment(text, "test")
    check_runs(course)


def test_a_page_begins_where_the_run_had_come_to(tmp_path: Path) -> None:
    moment = _moment("[network]\nhidden = [2]\nactivation = ['relu']", steps=50)
    course = _saved(lesson_from(moment, "Trained", ViewLayout(main="output")), tmp_path / "trained.toml")
    experiment = course.scenes[0].experiment
    assert experiment == moment.as_resumed()
    assert experiment is not None
    again = begin(experiment).snapshot()
    assert again.weights[0].tolist() == moment.weights[0].tolist()  # type: ignore[attr-defined]
    assert course.scenes[0].layout == ViewLayout(main="output")


def test_only_views_that_show_something_are_taken_over() -> None:
    layout = ViewLayout(main="output", side=("hopfield", "figure", "loss"), drawer="weights")
    kept = ViewLayout(main="output", side=("loss",), drawer="weights")
    assert page_from(_moment(), "A page", layout).views == kept
    assert page_from(_moment('kind = "hopfield"'), "A page", layout).views == ViewLayout()
    assert page_from(_moment(), "A page", ViewLayout(main="figure", side=("network",))).views == ViewLayout()


def test_a_title_of_several_lines_is_taken() -> None:
    assert page_from(_moment(), " A\ntitle ", ViewLayout()).title == "A title"
    assert page_from(_moment(), "", ViewLayout()).title


def test_a_table_from_elsewhere_is_copied_beside_the_lesson(tmp_path: Path, folder: Path, table: Path) -> None:
    moment = _moment(f"[data]\nfile = '{table}'\nnoise = 0.5")
    course = _saved(lesson_from(moment, "My table", ViewLayout()), folder / "mine.toml")
    data = course.lesson.pages[0].experiment["data"]
    assert (data["file"], data["noise"], data["separator"]) == ("table.csv", 0.5, ",")
    assert str(tmp_path) not in (folder / "mine.toml").read_text()
    assert (folder / "table.csv").read_text() == _TABLE
    check_runs(course)
    more = _saved(with_page(course.lesson, page_from(moment, "Again", ViewLayout())), folder / "mine.toml")
    assert _tables_of(more) == 2 * [str(folder / "table.csv")]
    assert sorted(path.name for path in folder.iterdir()) == ["mine.toml", "table.csv"]


def test_another_table_of_the_same_name_stays(folder: Path, table: Path) -> None:
    (folder / "table.csv").write_text("something else")
    course = _saved(lesson_from(_moment(f"[data]\nfile = '{table}'"), "A", ViewLayout()), folder / "a.toml")
    assert course.lesson.pages[0].experiment["data"]["file"] == "table-2.csv"
    assert (folder / "table.csv").read_text() == "something else"
    assert (folder / "table-2.csv").read_text() == _TABLE


def test_two_tables_of_the_same_name_become_two(tmp_path: Path, folder: Path, table: Path) -> None:
    other = tmp_path / "third" / "table.csv"
    other.parent.mkdir()
    other.write_text(_TABLE.replace("a", "c"))
    first, second = (_moment(f"[data]\nfile = '{path}'") for path in (table, other))
    lesson = with_page(lesson_from(first, "A", ViewLayout()), page_from(second, "B", ViewLayout()))
    course = _saved(lesson, folder / "a.toml")
    assert [Path(name).read_text() for name in _tables_of(course)] == [table.read_text(), other.read_text()]


def test_a_table_in_the_lessons_folder_is_named_from_there(tmp_path: Path, table: Path) -> None:
    course = _saved(lesson_from(_moment(f"[data]\nfile = '{table}'"), "A", ViewLayout()), tmp_path / "a.toml")
    assert course.lesson.pages[0].experiment["data"]["file"] == "elsewhere/table.csv"


def test_no_other_file_is_written_over(tmp_path: Path) -> None:
    lesson = lesson_from(_moment(), "A", ViewLayout())
    for content in ("[data]\nname = 'xor'\n", "not TOML", ""):
        path = tmp_path / "mine.toml"
        path.write_text(content)
        with pytest.raises(InputError, match=r"is there and is not a lesson; allowed: a new name"):
            save_lesson(lesson, path)
        assert path.read_text() == content


def test_what_could_not_be_read_is_not_written(folder: Path, table: Path) -> None:
    path = folder / "mine.toml"
    lesson = lesson_from(_moment(f"[data]\nfile = '{table}'"), "A", ViewLayout())
    (page,) = lesson.pages
    broken = structs.replace(lesson, pages=(structs.replace(page, words="a lone $"),))
    with pytest.raises(InputError, match=r"^mine.toml: page 1, words: a dollar sign"):
        save_lesson(broken, path)
    assert list(folder.iterdir()) == []


def test_a_file_that_is_gone_cannot_be_copied(folder: Path, table: Path) -> None:
    lesson = lesson_from(_moment(f"[data]\nfile = '{table}'"), "A", ViewLayout())
    table.unlink()
    with pytest.raises(InputError, match=r"table.csv: cannot be read: No such file"):
        save_lesson(lesson, folder / "a.toml")
    assert list(folder.iterdir()) == []


@pytest.mark.skipif(os.name != "posix", reason="needs a folder that takes no files")
def test_a_folder_that_is_not_there_is_said(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"cannot be written: No such file"):
        save_lesson(lesson_from(_moment(), "A", ViewLayout()), tmp_path / "nowhere" / "a.toml")


@pytest.mark.parametrize(
    ("title", "taken", "expected"),
    [
        ("Half moons, again!", (), "half-moons-again"),
        ("Größe & Ünder", (), "groe-under"),
        ("日本語", (), "lesson"),
        ("", (), "lesson"),
        ("XOR", ("xor", "xor-2"), "xor-3"),
        ("CON", (), "con-2"),
        ("a" * 200, (), "a" * 60),
    ],
)
def test_an_id_is_made_of_a_title(title: str, taken: tuple[str, ...], expected: str) -> None:
    assert free_id(title, taken) == expected


@given(st.text(), st.sets(st.sampled_from(["a", "b", "lesson", "a-2", "0"])))
def test_any_title_gives_an_id_that_is_free(title: str, taken: set[str]) -> None:
    identifier = free_id(title, taken)
    page = Page(title="A", experiment=readable(Experiment()))
    lesson = Lesson(id=identifier, title="A", pages=(page,))
    assert identifier not in taken
    assert parse_lesson(format_lesson(lesson), "test.toml", Path()).lesson.id == identifier


def test_a_table_with_a_name_besides_is_written_without_it() -> None:
    experiment = Experiment(data=Data(name="moons", file="a.csv"), network=NetworkDesign(), training=Training())
    assert readable(experiment) == {"kind": "network", "data": {"file": "a.csv"}}


def test_a_table_in_a_document_is_copied_beside_the_lesson(folder: Path, table: Path) -> None:
    document = table.with_name("lecture.nnviz")
    document.write_bytes(archive_of({"files/inside.csv": table.read_bytes()}))
    lesson = lesson_from(_moment(f"[data]\nfile = '{document / 'files' / 'inside.csv'}'"), "A", ViewLayout())
    save_lesson(lesson, folder / "a.toml")
    assert (folder / "inside.csv").read_bytes() == table.read_bytes()
