"""What stores are told of a release: filled templates with the sums of what was built."""

from __future__ import annotations

import hashlib
import re
from pathlib import Path

import pytest
import stores
from prerequisites import Failure
from project import version

ADDRESS = "https://example.org/nnviz/v1"


@pytest.fixture
def built(tmp_path: Path) -> Path:
    """A folder with what every system has built."""
    for word, name in stores.ARTEFACTS.items():
        (tmp_path / name.format(version())).write_text(word)
    return tmp_path


def test_every_template_is_filled_and_every_sum_is_of_its_file(built: Path) -> None:
    written = stores.tell(f"{ADDRESS}/", built)
    assert [file.name for file in written] == sorted(file.name for file in stores.TEMPLATES.iterdir())
    texts = "".join(file.read_text(encoding="utf-8") for file in written)
    assert not re.search(r"@[A-Z_0-9]+@", texts)
    for word, name in stores.ARTEFACTS.items():
        assert hashlib.sha256(word.encode()).hexdigest() in texts, name
    for name in ("linux-amd64.tar.xz", "linux-arm64.tar.xz", "windows-x64.exe"):
        assert f"{ADDRESS}/nnviz-{version()}-{name}" in texts
    assert f'url "{ADDRESS}/nnviz-#{{version}}-macos-#{{arch}}.dmg"' in texts


def test_a_release_that_lacks_a_file_is_refused(built: Path, capsys: pytest.CaptureFixture[str]) -> None:
    lost = built / stores.ARTEFACTS["installer"].format(version())
    lost.unlink()
    with pytest.raises(Failure, match=f"has no {re.escape(lost.name)}"):
        stores.tell(ADDRESS, built)
    assert not (built / "stores").exists()
    assert stores.main(["ftp://example.org"]) == 1
    assert capsys.readouterr().err == (
        "nnviz: ftp://example.org: cannot be downloaded from; allowed: one that begins with https://\n"
    )
