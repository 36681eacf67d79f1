"""A lesson on paper, by the command and read back: sheets, words, vectors."""

import os
import re
import subprocess
import sys
import zlib
from pathlib import Path

import pytest

from nnviz.cli import main

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
"""


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "mine.toml"
    path.write_text(_LESSON, encoding="utf-8")
    return path


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


def _write(folder: Path, *words: str) -> bytes:
    """What the command writes, in a process of its own as it makes a window."""
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
    assert 2 <= _sheets(plain) <= 3
    assert set("MylessonFirstWhichoneotherSecondslide") <= _letters(plain)  # words are words
    assert re.search(rb"/MediaBox \[0 0 59[45]\S* 84[12]", plain)  # A4
    drawn = b"".join(_streams(plain))
    assert drawn.count(b" l\n") + drawn.count(b" c\n") > 100  # lines, not a picture of them


def test_notes_are_on_paper_if_they_are_wanted_and_the_lesson_names_the_file(path: Path) -> None:
    plain = _write(path.parent, str(path))
    assert (path.parent / "mine.pdf").read_bytes() == plain
    assert "Q" not in _letters(plain)
    assert "Q" in _letters(_write(path.parent, str(path), "--notes"))


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
