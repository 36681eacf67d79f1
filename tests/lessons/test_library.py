import shutil
from pathlib import Path

import pytest

from nnviz.errors import InputError
from nnviz.lessons.library import Library
from nnviz.lessons.local_files import bundled_folder
from nnviz.paths import resource

_MALFORMED = Path(__file__).parent / "malformed"


def _write(folder: Path, name: str, **keys: object) -> Path:
    folder.mkdir(exist_ok=True)
    values = {"id": name, "title": name.title()} | keys
    head = "".join(f"{key} = {value!r}\n" for key, value in values.items())
    path = folder / f"{name}.toml"
    path.write_text(f'{head}[[pages]]\ntitle = "On {name}"\nexperiment.kind = "network"\n', encoding="utf-8")
    return path


def _ids(library: Library) -> list[str]:
    return [course.lesson.id for course in library.courses]


def test_lessons_stand_by_part_order_and_title(tmp_path: Path) -> None:
    _write(tmp_path, "d")
    _write(tmp_path, "c", part=2, order=1)
    _write(tmp_path, "b", part=2, order=1, title="After C")
    _write(tmp_path, "a", part=2, order=2)
    _write(tmp_path, "e", part=1, order=9)
    library = Library((tmp_path,))
    assert _ids(library) == ["e", "b", "c", "a", "d"]
    assert library.errors == ()


def test_what_is_wrong_leaves_the_others_as_they_are(tmp_path: Path) -> None:
    shutil.copytree(_MALFORMED, tmp_path / "lessons")
    _write(tmp_path / "lessons", "fine")
    (tmp_path / "lessons" / "notes.txt").write_text("no lesson")
    (tmp_path / "lessons" / "folder.toml").mkdir()
    library = Library((tmp_path / "lessons",))
    assert _ids(library) == ["fine"]
    assert len(library.errors) == len(list(_MALFORMED.iterdir())) + 1
    assert all(str(error).isprintable() for error in library.errors)


def test_a_folder_need_not_be_there(tmp_path: Path) -> None:
    library = Library((tmp_path / "nowhere",))
    assert (library.courses, library.errors) == ((), ())
    with pytest.raises(InputError, match=r"there is no lesson called 'xor'; allowed: none here"):
        library.find("xor")


def test_a_folder_that_is_a_file_is_said(tmp_path: Path) -> None:
    path = _write(tmp_path, "a")
    library = Library((path, tmp_path))
    assert _ids(library) == ["a"]
    assert [str(error) for error in library.errors] == [f"{path}: cannot be read: Not a directory"]


def test_of_two_lessons_with_one_id_the_users_counts_and_it_is_said(tmp_path: Path) -> None:
    shipped, own = tmp_path / "shipped", tmp_path / "own"
    _write(shipped, "a", title="Shipped")
    path = _write(own, "a", title="Own")
    library = Library((shipped, own))
    assert library.find("a").lesson.title == "Own"
    (error,) = library.errors
    assert str(error) == (
        f"a.toml: id: 'a' is also that of {path}, which is shown in its place; "
        "allowed: an id that no other lesson has"
    )


def test_a_lesson_is_found_by_its_id(tmp_path: Path) -> None:
    path = _write(tmp_path, "a")
    _write(tmp_path, "b")
    library = Library((tmp_path,))
    assert library.find("a").path == path
    with pytest.raises(InputError, match=r"there is no lesson called 'c'; allowed: a, b$"):
        library.find("c")


def test_every_lesson_that_is_shipped_can_be_read() -> None:
    library = Library((bundled_folder(),))
    assert library.errors == ()
    assert {course.lesson.id for course in library.courses} == {
        path.stem for path in bundled_folder().glob("*.toml")
    }


def test_every_shipped_lesson_has_its_small_picture() -> None:
    lessons = {path.stem for path in resource("lessons").glob("*.toml")}
    assert lessons == {path.stem for path in resource("lessons", "pictures").glob("*.png")}
