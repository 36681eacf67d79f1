import io
import os
import stat
import subprocess
import sys
import zipfile
from functools import partial
from pathlib import Path

import pytest

from nnviz.errors import InputError
from nnviz.storage import (
    LARGEST_TOML,
    archive_of,
    clear_left_over,
    members,
    parse_tables,
    read_bytes,
    through,
    write_atomically,
)
from timing import least_seconds

_ROOT = Path(__file__).parent.parent
_WRITE = """
import os, sys
from pathlib import Path
from nnviz.errors import InputError
from nnviz.storage import write_atomically
{restriction}
try:
    write_atomically(Path(sys.argv[1]), b"n" * int(sys.argv[2]))
except InputError as error:
    print(error)
"""
_SMALL_DISK = "import resource; resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, 100_000))"
_AS_NOBODY = "os.setuid(65534)"

_IS_ROOT = os.name == "posix" and os.geteuid() == 0

posix = pytest.mark.skipif(os.name != "posix", reason="limits, users, modes and pipes as POSIX has them")


def _write_elsewhere(restriction: str, path: Path, size: int) -> str:
    """What another process says that writes under a restriction."""
    script = _WRITE.format(restriction=restriction)
    done = subprocess.run(
        [sys.executable, "-c", script, str(path), str(size)], cwd=_ROOT, capture_output=True, text=True, check=True
    )
    return done.stdout.strip()


def test_content_is_written_and_read_back(tmp_path: Path) -> None:
    path = tmp_path / "file.bin"
    for content in (b"", b"first", b"second and longer", b"3"):
        write_atomically(path, content)
        assert read_bytes(path, 100) == content
    assert [p.name for p in tmp_path.iterdir()] == ["file.bin"]


@posix
def test_a_full_disk_leaves_the_old_content_and_no_temporary_file(tmp_path: Path) -> None:
    path = tmp_path / "file.bin"
    path.write_bytes(b"old")
    said = _write_elsewhere(_SMALL_DISK, path, 200_000)
    assert said == f"{path}: cannot be written: File too large"
    assert path.read_bytes() == b"old"
    assert [p.name for p in tmp_path.iterdir()] == ["file.bin"]


@posix
def test_a_full_disk_leaves_no_new_file(tmp_path: Path) -> None:
    assert "cannot be written" in _write_elsewhere(_SMALL_DISK, tmp_path / "new.bin", 200_000)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.skipif(not Path("/dev/full").is_char_device(), reason="no /dev/full here")
def test_a_device_is_written_to_and_not_replaced() -> None:
    with pytest.raises(InputError, match=r"^/dev/full: cannot be written: No space left on device$"):
        write_atomically(Path("/dev/full"), b"content")
    assert Path("/dev/full").is_char_device()
    write_atomically(Path(os.devnull), b"content")
    assert Path(os.devnull).is_char_device()


@posix
@pytest.mark.skipif(not _IS_ROOT, reason="only root can become another user")
def test_what_another_user_may_not_write_is_refused(tmp_path: Path) -> None:
    for folder in [tmp_path, *tmp_path.parents][:3]:
        folder.chmod(0o755)
    closed = tmp_path / "closed.toml"
    closed.write_bytes(b"old")
    said = [_write_elsewhere(_AS_NOBODY, path, 10) for path in (closed, tmp_path / "new")]
    assert said[0] == f"{closed}: cannot be written: Permission denied"
    assert said[1].endswith("Permission denied")
    assert closed.read_bytes() == b"old"
    assert [p.name for p in tmp_path.iterdir()] == ["closed.toml"]


@posix
@pytest.mark.skipif(not _IS_ROOT, reason="only root can become another user")
def test_a_file_that_is_write_protected_stays_in_a_folder_that_is_not(tmp_path: Path) -> None:
    for folder in [tmp_path, *tmp_path.parents][:3]:
        folder.chmod(0o755)
    tmp_path.chmod(0o777)
    closed = tmp_path / "closed.toml"
    closed.write_bytes(b"old")
    closed.chmod(0o644)
    assert _write_elsewhere(_AS_NOBODY, closed, 10).endswith("Permission denied")
    assert closed.read_bytes() == b"old"


@posix
@pytest.mark.skipif(_IS_ROOT, reason="root may write anywhere")
def test_a_folder_or_file_that_is_write_protected_stays_as_it_is(tmp_path: Path) -> None:
    protected = tmp_path / "protected"
    protected.write_bytes(b"old")
    protected.chmod(0o444)
    with pytest.raises(InputError, match="Permission denied"):
        write_atomically(protected, b"new")
    tmp_path.chmod(0o555)
    with pytest.raises(InputError, match="Permission denied"):
        write_atomically(tmp_path / "new", b"new")
    tmp_path.chmod(0o755)
    assert protected.read_bytes() == b"old"


@posix
def test_a_link_stays_a_link_and_its_file_is_written(tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()
    real, link = tmp_path / "folder" / "real.bin", tmp_path / "link.bin"
    real.write_bytes(b"old")
    link.symlink_to(real)
    write_atomically(link, b"new")
    assert link.is_symlink()
    assert real.read_bytes() == b"new"
    assert [p.name for p in (tmp_path / "folder").iterdir()] == ["real.bin"]


@posix
def test_permissions_stay_and_new_files_get_the_usual_ones(tmp_path: Path) -> None:
    old, new = tmp_path / "old", tmp_path / "new"
    old.write_bytes(b"old")
    old.chmod(0o640)
    write_atomically(old, b"new")
    assert stat.S_IMODE(old.stat().st_mode) == 0o640
    before = os.umask(0o027)
    try:
        write_atomically(new, b"new")
    finally:
        os.umask(before)
    assert stat.S_IMODE(new.stat().st_mode) == 0o640


@posix
def test_the_mask_of_the_process_is_never_changed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What another thread makes in that moment would be anybody's to write."""
    monkeypatch.setattr(os, "umask", lambda _mask: pytest.fail("the mask is everybody's"))
    for _ in range(2):
        write_atomically(tmp_path / "new", b"new")


@posix
def test_a_private_file_is_private_while_it_is_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path, seen = tmp_path / "private", list[int]()
    path.write_bytes(b"old")
    path.chmod(0o600)
    monkeypatch.setattr(os, "fsync", lambda file: seen.append(stat.S_IMODE(os.fstat(file).st_mode)))
    write_atomically(path, b"new")
    assert seen == [0o600]


@posix
def test_a_name_as_long_as_the_system_allows_is_written(tmp_path: Path) -> None:
    path = tmp_path / ("n" * 255)
    write_atomically(path, b"content")
    assert path.read_bytes() == b"content"


@posix
def test_what_cannot_be_written_is_said_in_one_line(tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()
    paths = [
        tmp_path / "folder",
        tmp_path / "no such folder" / "file",
        tmp_path / ("n" * 300),
        tmp_path / "nul\0",
        tmp_path / "no such\nfolder" / "file",
    ]
    for path in paths:
        with pytest.raises(InputError, match=r"cannot be written: .") as caught:
            write_atomically(path, b"content")
        assert len(str(caught.value).splitlines()) == 1
    assert [p.name for p in tmp_path.iterdir()] == ["folder"]


@posix
def test_what_cannot_be_read_is_said_in_one_line(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    reasons = {
        tmp_path: "it is a directory",
        tmp_path / "missing": "No such file or directory",
        tmp_path / "line\nend": "No such file or directory",
        tmp_path / "nul\0": "no file can be called so",
        tmp_path / "pipe": "it is not an ordinary file",
    }
    for path, reason in reasons.items():
        with pytest.raises(InputError, match=f"cannot be read: {reason}$") as caught:
            read_bytes(path, 100)
        assert len(str(caught.value).splitlines()) == 1


def test_reading_has_a_limit(tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_bytes(b"n" * 2**20)
    assert len(read_bytes(path, 2**20)) == 2**20
    with pytest.raises(InputError, match=r"too large; allowed: up to 0\.5 MiB$"):
        read_bytes(path, 2**19)


def test_what_a_document_holds_is_read_by_a_path_through_it(tmp_path: Path) -> None:
    document = tmp_path / "Lecture.NNVIZ"
    document.write_bytes(archive_of({"experiment.toml": b"a = 1", "files/é b.csv": b"1,2", "m.npz": bytes(9)}))
    assert members(document) == {"experiment.toml", "files/é b.csv", "m.npz"}
    assert through(document / "files" / "é b.csv") == (document, "files/é b.csv")
    assert read_bytes(document / "files" / "é b.csv", 3) == b"1,2"
    assert through(document) == (document, "")
    with pytest.raises(InputError, match=r"é b\.csv: too large; allowed: up to"):
        read_bytes(document / "files" / "é b.csv", 2)
    with pytest.raises(InputError, match=r"cannot be read: there is no files/c in it$"):
        read_bytes(document / "files" / "c", 9)
    with pytest.raises(InputError, match=r"No such file or directory$"):
        read_bytes(tmp_path / "none.nnviz" / "c", 9)


def test_a_folder_that_is_called_like_a_document_is_a_folder(tmp_path: Path) -> None:
    (tmp_path / "old.nnviz").mkdir()
    (tmp_path / "old.nnviz" / "a.toml").write_bytes(b"x")
    assert read_bytes(tmp_path / "old.nnviz" / "a.toml", 9) == b"x"
    with pytest.raises(InputError, match="cannot be read: it is a directory"):
        members(tmp_path / "old.nnviz")


def test_equal_content_makes_equal_documents() -> None:
    assert archive_of({"a": b"1", "b.npz": b"2"}) == archive_of({"a": b"1", "b.npz": b"2"})


def _zip(files: int = 1, comment: bytes = b"", *, packed_as: int = zipfile.ZIP_DEFLATED) -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", packed_as) as archive:
        archive.comment = comment
        archive.writestr("0", b"x" * 99)
        archive.filelist *= files
    return content.getvalue()


_NO_DOCUMENTS = {
    "empty": b"",
    "text": b"format = 1\n",
    "cut short": _zip()[:-9],
    "more after its end": _zip() + b"x",
    "a comment": _zip(comment=b"hello"),
    "thousands of files": _zip(3000),
    "more than 65,535 files": _zip(66_000),
    "an encrypted file": _zip().replace(b"PK\x01\x02\x14\x03\x14\x00\x00", b"PK\x01\x02\x14\x03\x14\x00\x01"),
    "a directory elsewhere": _zip()[:-6] + b"\xff\xff\xff\x00\x00\x00",
    "a wrong sum": _zip(packed_as=zipfile.ZIP_STORED).replace(b"x" * 99, b"x" * 98 + b"y"),
    "broken packing": _zip()[:32] + b"\xff" * 4 + _zip()[36:],
}


@pytest.mark.parametrize("kind", _NO_DOCUMENTS)
def test_what_is_no_document_is_refused_in_a_line(tmp_path: Path, kind: str) -> None:
    path = tmp_path / "a.nnviz"
    path.write_bytes(_NO_DOCUMENTS[kind])
    with pytest.raises(InputError, match=r"^.*a\.nnviz.*cannot be read: (it is damaged|Invalid argument)"):
        read_bytes(path / "0", 100)


def test_temporary_files_that_were_left_are_cleared_and_those_in_use_are_not(tmp_path: Path) -> None:
    old, young, link = (tmp_path / f".nnviz-{name}" for name in ("old", "young", "link"))
    own = tmp_path / "own.toml"
    for path in (old, young, own):
        path.write_bytes(b"half")
        os.utime(path, (0, 0))
    young.touch()
    link.symlink_to(own)
    write_atomically(tmp_path / "file", b"new")
    assert sorted(path.name for path in tmp_path.iterdir()) == [".nnviz-link", ".nnviz-young", "file", "own.toml"]
    clear_left_over(tmp_path, 0.0)
    assert sorted(path.name for path in tmp_path.iterdir()) == [".nnviz-link", "file", "own.toml"]


_HALF = LARGEST_TOML // 2
_LONG_KEYS = {
    "plain": "a." * _HALF + "b = 1",
    "quoted": '"a".' * (_HALF // 2) + "b = 1",
    "blanks": "a . " * (_HALF // 2) + "b = 1",
    "table": "[" + "a." * _HALF + "b]",
    "inline": "x = {" + "a." * _HALF + "b = 1}",
    "behind a string of many quotes": 'x = { y = """a"""", ' + "a." * _HALF + "b = 1 }",
}
_AWKWARD = {
    "an open string of many lines": '"""\\' * (_HALF // 2),
    "an open string": '"\\' * _HALF,
    "open strings": '"\n' * _HALF,
    "a long word": "a" * LARGEST_TOML,
    "many words": "a " * _HALF,
}


@pytest.mark.parametrize("text", _LONG_KEYS.values(), ids=_LONG_KEYS.keys())
def test_a_key_of_many_parts_is_refused_at_once(text: str) -> None:
    complaint = r"^not TOML that can be read: a key of many parts; allowed: up to 16$"
    assert least_seconds([partial(refuse, text, complaint)]) < 0.5


@pytest.mark.parametrize("text", _AWKWARD.values(), ids=_AWKWARD.keys())
def test_no_text_takes_the_square_of_its_length(text: str) -> None:
    assert least_seconds([partial(refuse, text, r"^not TOML: ")] * 2) < 1.0


def refuse(text: str, complaint: str) -> None:
    with pytest.raises(InputError, match=complaint):
        parse_tables(text)


def test_dots_in_strings_and_comments_make_no_long_key() -> None:
    dots = "a." * 50
    text = f'one = "{dots}" # {dots}\ntwo = \'{dots}\'\nthree = """\n{dots}\n"""\nf = [1.5, 2.5, 3.5]'
    assert parse_tables(text)["two"] == dots
    assert parse_tables(".".join("abcdefghijklmnop") + " = 1")


def test_a_backslash_in_a_path_is_explained() -> None:
    with pytest.raises(InputError, match=r"backslash in double quotes begins an escape: write the path in single"):
        parse_tables('[data]\nfile = "C:\\Users\\me\\points.csv"\n')
    assert parse_tables("file = 'C:\\Users\\me\\points.csv'")["file"].startswith("C:")
