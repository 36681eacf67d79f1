"""A lesson as one file: packed, opened, and nothing outside it reached, whatever somebody put into it."""

import stat
import struct
import zipfile
from pathlib import Path

import pytest

from bitmaps import bitmap
from nnviz.cli import main
from nnviz.errors import InputError
from nnviz.lessons.bitmaps import Bitmap
from nnviz.lessons.copying import copied, pack
from nnviz.lessons.lesson import Course
from nnviz.lessons.library import Library
from nnviz.lessons.opening import opened
from nnviz.lessons.packing import check
from nnviz.lessons.reading import read_lesson
from nnviz.lessons.scenes import check_runs
from nnviz.paths import resource
from nnviz.runs.begin import begin

_LESSON = """\
# stays
id = "mine"
title = "Mine"
[[pages]]
title = "One"
figure = "pictures/a.svg"
[pages.experiment.data]
file = "tables/t.csv"
"""
_SVG = '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><rect width="5" height="5"/></svg>'


@pytest.fixture
def course(tmp_path: Path) -> Course:
    for name, text in (
        ("mine.toml", _LESSON),
        ("pictures/a.svg", _SVG),
        ("tables/t.csv", "x,y,class\n0,0,a\n1,1,b\n0,1,a\n1,0,b\n"),
    ):
        path = tmp_path / "lesson" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return read_lesson(tmp_path / "lesson" / "mine.toml")


@pytest.fixture
def packed(course: Course, tmp_path: Path) -> Path:
    path = tmp_path / "mail" / "mine.nnlesson"
    path.parent.mkdir()
    pack(course, path)
    return path


def test_it_is_played_from_where_it_lies_and_nothing_is_extracted(packed: Path, course: Course) -> None:
    again = opened(packed).course
    assert again is not None
    assert again.lesson == course.lesson
    assert again.path == packed
    assert again.scenes[0].figure == _SVG
    experiment = again.scenes[0].experiment
    assert experiment is not None
    assert begin(experiment).snapshot().problem.dataset.inputs.shape == (4, 2)
    check_runs(again)
    assert list(packed.parent.iterdir()) == [packed]


def test_pictures_of_pixels_come_along(tmp_path: Path) -> None:
    folder = tmp_path / "lesson"
    (folder / "pictures").mkdir(parents=True)
    pages = 'id = "mine"\ntitle = "Mine"\n'
    for kind, name in (("png", "a.png"), ("jpeg", "b.jpg")):
        (folder / "pictures" / name).write_bytes(bitmap(kind))
        pages += f'[[pages]]\ntitle = "{name}"\nfigure = "pictures/{name}"\n'
    (folder / "mine.toml").write_text(pages, encoding="utf-8")
    pack(read_lesson(folder / "mine.toml"), tmp_path / "out.nnlesson")
    again = opened(tmp_path / "out.nnlesson").course
    assert again
    assert [scene.figure.kind for scene in again.scenes if isinstance(scene.figure, Bitmap)] == ["png", "jpeg"]
    copied(again, tmp_path / "own", ["mine"])
    assert (tmp_path / "own" / "pictures" / "b.jpg").read_bytes() == bitmap("jpeg")


def test_it_is_in_the_library_and_can_be_copied_to_be_written(packed: Path, tmp_path: Path) -> None:
    assert [course.path for course in Library((packed.parent,)).courses] == [packed]
    copy = copied(read_lesson(packed), tmp_path / "own", ["mine"])
    assert copy.path
    assert copy.path.read_text(encoding="utf-8").startswith("# stays\n")
    assert (tmp_path / "own" / "tables" / "t.csv").is_file()
    check_runs(copy)
    again = tmp_path / "again.nnlesson"
    pack(read_lesson(packed), again)
    assert again.read_bytes() == packed.read_bytes()


@pytest.mark.parametrize("path", sorted(resource("lessons").glob("*.toml")), ids=lambda path: path.stem)
def test_every_shipped_lesson_can_be_packed(path: Path, tmp_path: Path) -> None:
    out = tmp_path / "out.nnlesson"
    pack(read_lesson(path), out)
    assert [scene.figure for scene in read_lesson(out).scenes] == [s.figure for s in read_lesson(path).scenes]


def test_the_command_packs_and_checks(course: Course, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "out.nnlesson"
    assert main(["lessons", "--pack", str(course.path), str(out)]) == 0
    assert main(["lessons", "--check", str(out)]) == 0
    assert capsys.readouterr().out == f"{out}\nfine: 1 page\n"
    assert main(["lessons", "--pack", str(course.path), str(tmp_path / "out.zip")]) == 2
    assert "allowed: a name ending in .nnlesson" in capsys.readouterr().err


def _zip(path: Path, *entries: tuple[zipfile.ZipInfo | str, bytes]) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in entries:
            archive.writestr(name, content, zipfile.ZIP_DEFLATED)
    return path


def _link(name: str) -> zipfile.ZipInfo:
    info = zipfile.ZipInfo(name)
    info.create_system = 3
    info.external_attr = (stat.S_IFLNK | 0o777) << 16
    return info


_TEXT = ("lesson.toml", _LESSON.encode())


@pytest.mark.parametrize(
    "name", ["../evil.csv", "/etc/passwd", "a/../../b", "C:\\evil", "a\\b", "a//b", "./a", "nul\x07", "a/"]
)
def test_a_name_that_leads_out_is_refused(tmp_path: Path, name: str) -> None:
    path = _zip(tmp_path / "evil.nnlesson", _TEXT, (name, b"x"))
    with pytest.raises(InputError, match=r"(leads out of the lesson|is a link or no file)[^\n]*allowed: [^\n]*$"):
        opened(path)


def test_what_is_named_outside_is_not_reached(tmp_path: Path) -> None:
    (tmp_path / "secret.csv").write_text("x,y\n1,2\n", encoding="utf-8")
    for name in ("../secret.csv", str(tmp_path / "secret.csv")):
        path = _zip(tmp_path / "evil.nnlesson", ("lesson.toml", _LESSON.replace("tables/t.csv", name).encode()))
        with pytest.raises(InputError, match="allowed: a") as refused:
            check_runs(read_lesson(path))
        assert "\n" not in str(refused.value)


def test_a_link_a_bomb_and_what_is_no_lesson_are_refused_in_one_line(tmp_path: Path) -> None:
    path = tmp_path / "evil.nnlesson"
    bomb = ("t.csv", bytes(2**26 + 1))
    many = [(f"{n}.csv", b"") for n in range(301)]
    parts = [(f"{n}.csv", bytes(2**26)) for n in range(5)]
    for entries, line in (
        ([_TEXT, (_link("t.csv"), b"/etc/passwd")], "is a link"),
        ([_TEXT, bomb], "is too large unpacked; allowed: up to 64 MiB"),
        ([_TEXT, *parts], "too large unpacked; allowed: up to 256 MiB"),
        ([_TEXT, *many], "too many files"),
        ([("other.toml", b"")], "there is no lesson.toml in it"),
    ):
        with pytest.raises(InputError, match=line) as refused:
            opened(_zip(path, *entries))
        assert "\n" not in str(refused.value)


def test_a_size_that_is_a_lie_and_a_huge_directory_are_refused(packed: Path, tmp_path: Path) -> None:
    lying, content = tmp_path / "lying.nnlesson", bytearray(packed.read_bytes())
    place = content.index(b"PK\x01\x02")
    struct.pack_into("<L", content, place + 24, 10)
    lying.write_bytes(content)
    with pytest.raises(InputError, match="it is damaged"):
        opened(lying)
    huge = tmp_path / "huge.nnlesson"
    _zip(huge, *[(f"{'n' * 200}{n}", b"") for n in range(400)])
    with pytest.raises(InputError, match="it is damaged"):
        check(huge)
    for junk in (b"", b"PK", b"no zip at all" * 99):
        huge.write_bytes(junk)
        with pytest.raises(InputError, match="it is damaged"):
            opened(huge)
