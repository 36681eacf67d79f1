"""A lesson on paper, by the command and read back: sheets, words, vectors."""

import os
import re
import subprocess
import sys
import unicodedata
import zlib
from functools import cache
from io import BytesIO
from pathlib import Path

import pytest
from pypdf import PdfReader

from bitmaps import bitmap
from nnviz.cli import main
from nnviz.lessons.lesson import Lesson
from nnviz.lessons.library import Library
from nnviz.lessons.reading import read_lesson
from nnviz.paths import resource

_ROOT = Path(__file__).resolve().parents[2]
_LESSON = """\
id = "mine"
title = "My lesson"
source = ["A slide"]

[[pages]]
title = "First"
words = "Words with $w$."
notes = "Quietly."
look = "there"
experiment.kind = "network"
[pages.question]
ask = "Which?"
choices = ["one", "other"]
answer = 2
reveal = "The other."
[pages.run]
steps = 3

[[pages]]
title = "Second"

[[pages]]
title = "Third"
words = "Seen by **two** of three; the *others* are blind."
figure = "pictures/a.png"
next = "a photograph of your own"

[[pages]]
title = "Fourth"
figure = "b.svg"
views.main = "figure"
"""
_SVG = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><text x="1" y="5" font-size="3">drawn</text></svg>'
)


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    tmp_path = tmp_path_factory.mktemp("lesson")
    path = tmp_path / "mine.toml"
    path.write_text(_LESSON, encoding="utf-8")
    (tmp_path / "pictures").mkdir()
    (tmp_path / "pictures" / "a.png").write_bytes(bitmap("png"))
    (tmp_path / "b.svg").write_text(_SVG, encoding="utf-8")
    return path


def _read(pdf: bytes) -> list[str]:
    """The text of every sheet as a reader of PDFs finds it, ligatures as letters, without blanks."""
    texts = (page.extract_text() for page in PdfReader(BytesIO(pdf)).pages)
    return ["".join(unicodedata.normalize("NFKC", text).split()) for text in texts]


def _sentences(*texts: str) -> list[str]:
    """Texts as they are read back: in parts between formulas and marks of Markdown."""
    parts = (re.split(r"\$\$.*?\$\$|\$[^$]*\$|[*`\n]|^- ", text, flags=re.MULTILINE) for text in texts)
    return ["".join(unicodedata.normalize("NFKC", part).split()) for text in parts for part in text]


def _said(lesson: Lesson) -> list[list[str]]:
    """What must be on paper of each page, in its order."""
    pages = []
    for number, page in enumerate(lesson.pages, start=1):
        said = [f"{number}{page.title}", page.words]
        if question := page.question:
            choices = list(zip("ABCDEF", question.choices, strict=False))
            right = choices[question.answer - 1 : question.answer] if question.answer else []
            said += [question.ask, *map("".join, (*choices, *right)), question.reveal]
        said += [f"{name}{hint}" for name, hint in (("Look at", page.look), ("Try next", page.next)) if hint]
        pages.append(_sentences(*said))
    return pages


def _streams(pdf: bytes) -> list[bytes]:
    found = re.findall(rb"stream\r?\n(.*?)endstream", pdf, re.DOTALL)
    inflated = []
    for stream in found:
        try:
            inflated.append(zlib.decompressobj().decompress(stream))
        except zlib.error:
            inflated.append(stream)
    return inflated


def _letters(pdf: bytes) -> set[str]:
    """All letters that the fonts in it stand for."""
    codes = re.findall(rb"<[0-9a-fA-F]{4}> <[0-9a-fA-F]{4}>", b"".join(_streams(pdf)))
    ranges = re.findall(rb"\[((?:\s*<[0-9a-fA-F]{4}>)+)\s*\]", b"".join(_streams(pdf)))
    letters = {chr(int(code.split(b"<")[-1][:4], 16)) for code in codes}
    return letters | {chr(int(code, 16)) for row in ranges for code in re.findall(rb"<([0-9a-fA-F]{4})>", row)}


def _sheets(pdf: bytes) -> int:
    return len(re.findall(rb"/Type\s*/Page\b", pdf))


@cache
def _write(folder: Path, *words: str) -> bytes:
    """What the command writes, in a process of its own as it makes a window; once for all that ask for it."""
    values = os.environ | {"PYTHONPATH": str(_ROOT), "QT_QPA_PLATFORM": "offscreen"}
    command = [sys.executable, "-W", "error", "-m", "nnviz", "handout", *words]
    done = subprocess.run(
        command, env=values, cwd=folder, capture_output=True, text=True, timeout=120, check=False
    )
    assert (done.returncode, done.stderr) == (0, "")
    return (folder / done.stdout.strip()).read_bytes()


def test_every_page_is_on_paper_asked_and_answered(path: Path) -> None:
    plain = _write(path.parent, "mine.toml", "out.pdf")
    assert plain.startswith(b"%PDF")
    assert 2 <= _sheets(plain) <= 4
    assert set("MylessonFirstWhichoneotherSecondslide") <= _letters(plain)  # words are words
    assert re.search(rb"/MediaBox \[0 0 59[45]\S* 84[12]", plain)  # A4
    drawn = b"".join(_streams(plain))
    assert drawn.count(b" l\n") + drawn.count(b" c\n") > 100  # lines, not a picture of them


def test_notes_are_on_paper_if_they_are_wanted_and_the_lesson_names_the_file(path: Path) -> None:
    noted = _write(path.parent, str(path), "--notes")
    assert (path.parent / "mine.pdf").read_bytes() == noted
    assert "Quietly." in "".join(_read(noted))
    assert "Quietly." not in "".join(_read(_write(path.parent, "mine.toml", "out.pdf")))


@pytest.mark.parametrize("name", ["mine.toml", "mcculloch-pitts"])
def test_every_sentence_is_read_back_in_its_order_and_a_page_is_on_one_sheet(path: Path, name: str) -> None:
    pdf = _write(path.parent, str(path), "--notes") if name == path.name else _write(path.parent, name, "o.pdf")
    lesson = read_lesson(path).lesson if name == path.name else Library((resource("lessons"),)).find(name).lesson
    sheets, sheet = _read(pdf), 0
    for said, page in zip(_said(lesson), lesson.pages, strict=True):
        sheet = next(k for k in range(sheet, len(sheets)) if said[0] in sheets[k])
        place = 0
        for sentence in said:
            place = sheets[sheet].find(sentence, place)
            assert place >= 0, sentence
        assert name != path.name or all(note in sheets[sheet] for note in _sentences(page.notes))
    assert all(line in sheets[-1] for line in _sentences(*lesson.source, *lesson.references))
    assert len(sheets) <= len(lesson.pages)


def test_figures_are_on_paper(path: Path) -> None:
    pdf = _write(path.parent, "mine.toml", "out.pdf")
    assert re.search(rb"/Subtype\s*/Image", pdf)  # of pixels
    assert "drawn" in "".join(_read(pdf))  # of lines, and its words are words


@pytest.mark.parametrize(
    ("words", "line"),
    [
        (["mine.toml", "out.png"], "out.png: cannot be written; allowed: a name ending in .pdf"),
        (["mine.toml", "no/out.pdf"], "there is no folder"),
        (["nothing"], "there is no lesson called 'nothing'"),
        (["other.toml"], "other.toml"),
        (["experiment.toml"], "experiment.toml: is no lesson"),
    ],
)
def test_what_cannot_be_is_said_in_one_line(
    path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, words: list[str], line: str
) -> None:
    monkeypatch.chdir(path.parent)
    Path("experiment.toml").write_text('kind = "network"\n', encoding="utf-8")
    assert main(["handout", *words]) == 2
    told = capsys.readouterr().err
    assert line in told
    assert told.count("\n") == 1
