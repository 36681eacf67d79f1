"""``nnviz lessons``, and pictures of their pages."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from PySide6.QtGui import QImage

from bitmaps import bitmap
from drawings import slow_drawing
from nnviz.cli import lessons, main, screenshot
from nnviz.lessons.library import Library
from nnviz.lessons.local_files import bundled_folder
from nnviz.paths import resource

_ROOT = Path(__file__).resolve().parents[2]


def _nnviz(*words: str, **environment: str) -> subprocess.CompletedProcess[str]:
    values = os.environ | {"PYTHONPATH": str(_ROOT), "QT_QPA_PLATFORM": "offscreen"} | environment
    command = [sys.executable, "-W", "error", "-m", "nnviz", *words]
    return subprocess.run(command, env=values, capture_output=True, text=True, timeout=120, check=False)


_LESSON = """\
id = "mine"
title = "My lesson"
source = ["My lecture, slide 3", "A book"]

[[pages]]
title = "One"
words = "$w x + b$"
experiment.kind = "network"
"""


@pytest.fixture(autouse=True)
def own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A lesson, which is all there is."""
    for module in (lessons, screenshot):
        monkeypatch.setattr(module, "library", lambda: Library((tmp_path,)))
    path = tmp_path / "mine.toml"
    path.write_text(_LESSON, encoding="utf-8")
    return path


def test_lessons_are_listed_in_columns(capsys: pytest.CaptureFixture[str], own: Path) -> None:
    other = _LESSON.replace("mine", "another-one").replace("My lesson", "A").replace("source", "references")
    (own.parent / "other.toml").write_text(other, encoding="utf-8")
    assert main(["lessons"]) == 0
    assert capsys.readouterr().out == ("another-one  A\nmine         My lesson  My lecture, slide 3; A book\n")


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="the folder is named otherwise there")
def test_the_users_own_lessons_are_among_them(tmp_path: Path) -> None:
    folder = tmp_path / "data" / "nnviz" / "lessons"
    folder.mkdir(parents=True)
    (folder / "mine.toml").write_text(_LESSON, encoding="utf-8")
    done = _nnviz("lessons", XDG_DATA_HOME=str(tmp_path / "data"))
    ids = [line.split()[0] for line in done.stdout.splitlines()]
    assert {path.stem for path in bundled_folder().glob("*.toml")} | {"mine"} == set(ids)
    assert done.stderr == ""


def test_a_lesson_that_cannot_be_read_is_said_besides(capsys: pytest.CaptureFixture[str], own: Path) -> None:
    (own.parent / "broken.toml").write_text("title = 3")
    assert main(["lessons"]) == 0
    done = capsys.readouterr()
    assert "My lesson" in done.out
    assert done.err.startswith("broken.toml: id: missing; allowed: ")
    assert done.err.count("\n") == 1


def test_the_guide_is_there(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["lessons", "--guide"]) == 0
    assert Path(capsys.readouterr().out.strip()).read_text(encoding="utf-8").startswith("# Writing lessons")


def test_a_lesson_that_is_fine_is_said_to_be(capsys: pytest.CaptureFixture[str], own: Path) -> None:
    assert main(["lessons", "--check", str(own)]) == 0
    assert capsys.readouterr().out == "fine: 1 page\n"
    own.write_text(_LESSON + '\n[[pages]]\ntitle = "Two"\n', encoding="utf-8")
    assert main(["lessons", "--check", str(own)]) == 0
    assert capsys.readouterr().out == "fine: 2 pages\n"


@pytest.mark.parametrize(
    ("before", "after", "complaint"),
    [
        (
            'title = "One"',
            "title = 1",
            "mine.toml: page 1, title: 1 is not allowed; allowed: text in quotation marks",
        ),
        ("$w x + b$", "$\\\\nonsense{w}$", "mine.toml: page 1, words: formula $\\nonsense{w}$: "),
        (
            'kind = "network"',
            'data.file = "a.csv"',
            "mine.toml: page 1, experiment.data.file: 'a.csv' is not there",
        ),
    ],
)
def test_a_lesson_that_is_wrong_gives_one_line_and_2(
    capsys: pytest.CaptureFixture[str], own: Path, before: str, after: str, complaint: str
) -> None:
    own.write_text(_LESSON.replace(before, after), encoding="utf-8")
    assert main(["lessons", "--check", str(own)]) == 2
    done = capsys.readouterr()
    assert done.err.startswith(complaint)
    assert (done.err.count("\n"), done.out) == (1, "")


def test_a_picture_of_a_page_has_the_size_asked_for(tmp_path: Path) -> None:
    lesson = min(path.stem for path in bundled_folder().glob("*.toml"))
    done = _nnviz(
        "screenshot", "--lesson", lesson, "--page", "1", "--size", "1024x768", str(tmp_path / "page.png")
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    picture = QImage(str(tmp_path / "page.png"))
    assert (picture.width(), picture.height()) == (1024, 768)


def test_a_lesson_in_a_file_is_drawn_by_its_pages(tmp_path: Path, own: Path) -> None:
    own.write_text(_LESSON + '\n[[pages]]\ntitle = "Two"\nviews.main = "loss"\n', encoding="utf-8")
    pictures = []
    for page in ("1", "2"):
        done = _nnviz("screenshot", str(own), "--page", page, str(tmp_path / "page.png"))
        assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
        pictures.append(QImage(str(tmp_path / "page.png")))
    assert pictures[0].size() == pictures[1].size()
    assert pictures[0] != pictures[1]


@pytest.mark.parametrize(
    ("words", "complaint"),
    [
        (["lessons", "--check", "nowhere.toml"], "nowhere.toml: cannot be read"),
        (["lessons", "--check", "a.toml", "--guide"], "not allowed with"),
        (["screenshot", "o.png"], "nothing to show is given; allowed: FILE OUT.png, or --lesson"),
        (["screenshot", "a.toml", "o.png", "--lesson", "mine"], "both FILE and --lesson are given"),
        (["screenshot", str(resource("data", "iris.csv")), "--page", "2", "o.png"], "--page: there is no lesson"),
        (["screenshot", "--lesson", "mine", "--page", "0", "o.png"], "'0' is not allowed; allowed: whole numbers"),
        (["screenshot", "--lesson", "mine", "--page", "2", "o.png"], "--page: 2 is not there; allowed: 1 to 1"),
        (["screenshot", "--lesson", "nobodys", "o.png"], "there is no lesson called 'nobodys'; allowed: "),
        (["screenshot", "--lesson", "mine", "--epochs", "3", "o.png"], "--epochs: the page says it itself"),
        (["screenshot", "--lesson", "mine", "o.pdf"], "allowed: a name ending in .png"),
        (["screenshot", "a.toml", "--size", "800x600", "o.png"], "a.toml: cannot be read"),
        (["screenshot"], "the following arguments are required: OUT.png"),
    ],
)
def test_arguments_that_are_wrong_give_one_line_and_2(
    capsys: pytest.CaptureFixture[str], words: list[str], complaint: str
) -> None:
    assert main(words) == 2
    error = capsys.readouterr().err
    assert complaint in error
    assert error.count("\n") == 1


def test_a_figure_that_cannot_be_drawn_is_refused_by_the_check(
    capsys: pytest.CaptureFixture[str], own: Path
) -> None:
    (own.parent / "f.svg").write_text('<svg xmlns="http://www.w3.org/2000/svg"><path')
    own.write_text(
        'id = "a"\ntitle = "A"\nsource = ["s"]\n[[pages]]\ntitle = "F"\nwords = "w"\nfigure = "f.svg"\n'
    )
    for arguments in (["lessons", "--check", str(own)], ["screenshot", str(own), str(own.parent / "o.png")]):
        assert main(arguments) == 2
        said = capsys.readouterr().err
        assert said == (
            "mine.toml: page 1, figure: 'f.svg', line 1: not XML; allowed: a drawing that is whole in itself\n"
        )


def test_a_figure_that_takes_long_to_be_drawn_is_refused_by_the_check(
    capsys: pytest.CaptureFixture[str], own: Path
) -> None:
    (own.parent / "f.svg").write_text(slow_drawing())
    own.write_text(
        'id = "a"\ntitle = "A"\nsource = ["s"]\n[[pages]]\ntitle = "F"\nwords = "w"\nfigure = "f.svg"\n'
    )
    assert main(["lessons", "--check", str(own)]) == 2
    said = capsys.readouterr().err
    assert said.startswith("mine.toml: page 1, figure: 'f.svg' takes more than a second to be drawn; allowed: ")


def test_a_picture_of_pixels_is_decoded_by_the_check(capsys: pytest.CaptureFixture[str], own: Path) -> None:
    own.write_text(
        'id = "a"\ntitle = "A"\nsource = ["s"]\n[[pages]]\ntitle = "F"\nwords = "w"\nfigure = "f.png"\n'
    )
    picture = own.parent / "f.png"
    picture.write_bytes(bitmap("png"))
    assert main(["lessons", "--check", str(own)]) == 0
    picture.write_bytes(bitmap("png", 400, 300)[:60])
    assert main(["lessons", "--check", str(own)]) == 2
    refused = "mine.toml: page 1, figure: 'f.png' is damaged; allowed: a picture that can be drawn"
    assert refused in capsys.readouterr().err
    picture.write_bytes(bitmap("jpeg"))
    assert main(["lessons", "--check", str(own)]) == 2
    assert capsys.readouterr().err == "mine.toml: page 1, figure: 'f.png' is a JPEG inside; allowed: a PNG\n"
