"""What is said where the system lacks something; and that set-up knows the same names."""

import subprocess
import sys
from pathlib import Path

import pytest

from nnviz import needs
from nnviz.cli import main

_ROOT = Path(__file__).resolve().parents[1]


def test_a_library_that_is_missing_is_named_with_its_package() -> None:
    told = needs.told(ImportError("libGL.so.1: cannot open shared object file: No such file or directory"))
    assert told == "this system lacks libGL.so.1; on Debian and Ubuntu: sudo apt-get install libgl1"
    told = needs.told(ImportError("libodd.so.3: cannot open shared object file: No such file or directory"))
    assert told is not None
    assert "libodd.so.3" in told
    assert needs.told(ImportError("No module named 'numpy'")) is None


def test_the_command_line_says_it_in_one_line(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def broken(_words: list[str]) -> int:
        raise ImportError("libEGL.so.1: cannot open shared object file: No such file or directory")

    monkeypatch.setattr("nnviz.cli._run", broken)
    assert main([]) == 1
    assert capsys.readouterr().err.splitlines() == [
        "nnviz: this system lacks libEGL.so.1; on Debian and Ubuntu: sudo apt-get install libegl1"
    ]


def test_before_a_window_opens_on_x_its_libraries_are_looked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "platform", "linux")
    monkeypatch.setenv("QT_QPA_PLATFORM", "xcb")
    monkeypatch.setenv("DISPLAY", ":7")
    monkeypatch.setattr(needs, "WINDOW_LIBRARIES", {"libinvented.so.0": "libinvented0"})
    assert needs.lacking_for_x() == (
        "this system lacks libinvented.so.0; on Debian and Ubuntu: sudo apt-get install libinvented0"
    )
    monkeypatch.setenv("QT_QPA_PLATFORM", "offscreen")
    assert needs.lacking_for_x() is None


def test_set_up_knows_the_same_libraries() -> None:
    words = (
        "import sys; sys.path.insert(0, 'packaging'); import prerequisites as p; from nnviz import needs as n;"
        "print(p.QT_LIBRARIES == n.LIBRARIES, p.WINDOW_LIBRARIES == n.WINDOW_LIBRARIES,"
        " p.FONT_PACKAGE == n.FONT_PACKAGE)"
    )
    done = subprocess.run([sys.executable, "-c", words], cwd=_ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["True", "True", "True"]


@pytest.mark.skipif(sys.platform != "linux", reason="fontconfig is Linux's")
def test_without_a_font_it_goes_on_and_says_so(tmp_path: Path) -> None:
    nothing = tmp_path / "fonts.conf"
    nothing.write_text("<fontconfig/>")
    words = "from nnviz.start import application; application()"
    environment = {"QT_QPA_PLATFORM": "offscreen", "FONTCONFIG_FILE": str(nothing), "HOME": str(tmp_path)}
    done = subprocess.run(
        [sys.executable, "-c", words], cwd=_ROOT, env=environment, capture_output=True, text=True, check=True
    )
    assert "apt-get install fonts-dejavu-core" in done.stderr
