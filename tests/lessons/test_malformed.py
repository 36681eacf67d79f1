"""Lessons that are wrong, each in its own way; the first line says what is to be said of it."""

import re
from pathlib import Path

import pytest

from nnviz.errors import InputError
from nnviz.lessons.reading import read_lesson

_FILES = sorted((Path(__file__).parent / "malformed").glob("*.toml"))


def test_there_are_many() -> None:
    assert len(_FILES) >= 45


@pytest.mark.parametrize("path", _FILES, ids=lambda path: path.stem)
def test_a_malformed_lesson_is_refused_in_one_line_that_names_the_place(path: Path) -> None:
    first = path.read_text(encoding="utf-8").splitlines()[0]
    expected = first.removeprefix("# expect: ")
    with pytest.raises(InputError) as caught:
        read_lesson(path)
    message = str(caught.value)
    assert message.isprintable()
    assert message.startswith(f"{path.name}: ")
    assert re.match(expected, message.removeprefix(f"{path.name}: ")), message
