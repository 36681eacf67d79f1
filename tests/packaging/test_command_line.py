"""What the manual, software centres and shells are told of the command line is what the parsers take."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from command_line import completion, helps, listed, manual, summaries
from linux.tree import LINUX
from project import fill

from nnviz.cli import whole_parser


def every_option() -> set[str]:
    return {word for _, text in helps(whole_parser()) for word in re.findall(r"--[a-z-]+", text)}


def test_the_manual_names_every_command_and_every_option(tmp_path: Path) -> None:
    page = fill(LINUX / "nnviz.1", tmp_path / "nnviz.1", commands=manual(whole_parser()))
    text = page.read_text(encoding="utf-8").replace("\\-", "-")
    assert {"train", "screenshot", "bench", "data", "table", "lessons"} <= summaries(whole_parser()).keys()
    for name, _ in list(helps(whole_parser()))[1:]:
        assert f".SS {name}\n" in text
    assert {"--epochs", "--check", "--json", "--aged", "--self-test"} <= every_option()
    assert every_option() <= set(re.findall(r"--[a-z-]+", text))


def test_troff_finds_nothing_to_warn_of(tmp_path: Path) -> None:
    if not (groff := shutil.which("groff")):
        pytest.skip("groff is not installed")
    page = fill(LINUX / "nnviz.1", tmp_path / "nnviz.1", commands=manual(whole_parser()))
    done = subprocess.run(
        [groff, "-man", "-Tutf8", "-Kutf8", "-ww", page], capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert "nnviz bench window" in re.sub(r"\x1b\[[0-9;]*m|.\x08", "", done.stdout)


def test_software_centres_are_told_of_every_command(tmp_path: Path) -> None:
    file = fill(LINUX / "metainfo.xml", tmp_path / "metainfo.xml", commands=listed(whole_parser()))
    items = [item.text or "" for item in ET.parse(file).iter("li")]  # noqa: S314 - our own
    assert [item.split(":")[0] for item in items] == [f"nnviz {name}" for name in summaries(whole_parser())]


def test_a_shell_completes_commands_options_and_files(tmp_path: Path) -> None:
    pytest.importorskip("shtab", reason="shtab is only where installers are built")
    script = tmp_path / "nnviz"
    script.write_text(completion(whole_parser(), "bash"), encoding="utf-8")
    assert completed(script, "nnviz", "tr") == ["train"]
    assert completed(script, "nnviz", "train", "--ep") == ["--epochs"]
    (tmp_path / "here.toml").touch()
    assert completed(script, "nnviz", "train", "--epochs", "3", "her") == ["here.toml"]


def completed(script: Path, *words: str) -> list[str]:
    ask = f"""cd {script.parent}; source {script}
    COMP_WORDS=({" ".join(words)}); COMP_CWORD={len(words) - 1}
    _shtab_nnviz nnviz "{words[-1]}" "{words[-2]}"; echo "${{COMPREPLY[@]}}"
    """
    bash = shutil.which("bash") or "bash"
    return subprocess.run([bash, "-c", ask], capture_output=True, text=True, check=True).stdout.split()
