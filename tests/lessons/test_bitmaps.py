"""Pictures of pixels in lessons: what they are and how large is known before they are decoded."""

import struct
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bitmaps import bitmap
from nnviz.errors import InputError
from nnviz.lessons import bitmaps
from nnviz.lessons.bitmaps import read_bitmap

KINDS = {"png": ".png", "jpeg": ".jpg"}


def written(folder: Path, content: bytes, ending: str = ".png") -> Path:
    path = folder / f"a{ending}"
    path.write_bytes(content)
    return path


@pytest.mark.parametrize("kind", KINDS)
def test_its_size_is_read_and_its_content_kept(tmp_path: Path, kind: str) -> None:
    content = bitmap(kind, 40, 20)
    read = read_bitmap(written(tmp_path, content, KINDS[kind]))
    assert (read.kind, read.width, read.height, read.content) == (kind, 40, 20, content)
    assert read_bitmap(written(tmp_path, bitmap("jpeg"), ".JPEG")).kind == "jpeg"


@pytest.mark.parametrize(
    ("content", "ending", "complaint"),
    [
        (bitmap("jpeg"), ".png", "'a.png' is a JPEG inside; allowed: a PNG"),
        (bitmap("png"), ".jpg", "'a.jpg' is a PNG inside; allowed: a JPEG"),
        (b"GIF89a", ".png", "'a.png' is no picture inside; allowed: a PNG"),
        (b"", ".jpg", "'a.jpg' is no picture inside; allowed: a JPEG"),
        (bitmap("png")[:12], ".png", "'a.png' is damaged; allowed: a whole PNG"),
        (bitmap("jpeg")[:40], ".jpg", "'a.jpg' is damaged; allowed: a whole JPEG"),
        (bitmap("png")[:8] + b"\0\0\0\rIDAT" + bytes(9), ".png", "'a.png' is damaged; allowed: a whole PNG"),
    ],
)
def test_what_is_no_such_picture_is_refused(tmp_path: Path, content: bytes, ending: str, complaint: str) -> None:
    with pytest.raises(InputError) as refusal:
        read_bitmap(written(tmp_path, content, ending))
    assert str(refusal.value) == complaint


@pytest.mark.parametrize(("width", "height"), [(20_000, 1), (5_000, 5_000), (0, 9), (2**32 - 1, 2**32 - 1)])
def test_more_pixels_than_are_decoded_are_refused_unseen(tmp_path: Path, width: int, height: int) -> None:
    png = bitmap("png")
    with pytest.raises(InputError, match=r"pixels; allowed: up to 16 million, 16,384 along a side$"):
        read_bitmap(written(tmp_path, png[:16] + struct.pack(">II", width, height) + png[24:]))


def test_a_file_that_is_too_large_is_refused_unread(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bitmaps, "_LARGEST", 50)
    with pytest.raises(InputError, match="too large"):
        read_bitmap(written(tmp_path, bitmap("png")))


@settings(deadline=None, max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    kind=st.sampled_from([*KINDS]), place=st.integers(0, 400), put=st.binary(max_size=6), cut=st.integers(0, 700)
)
def test_any_bytes_are_read_or_refused_in_one_line(
    tmp_path: Path, kind: str, place: int, put: bytes, cut: int
) -> None:
    content = bitmap(kind)
    path = written(tmp_path, (content[:place] + put + content[place + len(put) :])[:cut], KINDS[kind])
    try:
        read = read_bitmap(path)
    except InputError as error:
        assert "\n" not in str(error)  # noqa: PT017 - it need not be refused
    else:
        assert read.width * read.height <= 2**24
