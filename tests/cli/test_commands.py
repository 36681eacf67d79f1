"""The other commands, as processes of their own where they open a window."""

import json
import os
import signal
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

import pytest
from PySide6.QtGui import QImage

from nnviz.cli import main
from nnviz.data.catalogue import CATALOGUE
from nnviz.lessons.opening import opened
from nnviz.version import version

_ROOT = Path(__file__).resolve().parents[2]


def nnviz(*words: str, display: bool = False) -> subprocess.CompletedProcess[str]:
    """Run the program without a display, or with one that Qt makes up."""
    hidden = {"DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"}
    environment = {name: value for name, value in os.environ.items() if name not in hidden}
    environment |= {"PYTHONPATH": str(_ROOT)} | ({"QT_QPA_PLATFORM": "offscreen"} if display else {})
    command = [sys.executable, "-W", "error", "-m", "nnviz", *words]
    return subprocess.run(command, env=environment, capture_output=True, text=True, timeout=120, check=False)


def test_data_lists_every_data_set(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["data"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert [line.split()[0] for line in lines] == list(CATALOGUE)


def test_data_and_lessons_are_told_to_programs(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["data", "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert [source["name"] for source in told] == list(CATALOGUE)
    assert {"name", "title", "task", "summary"} == told[0].keys()
    assert main(["lessons", "--json"]) == 0
    lessons = {lesson["id"]: lesson for lesson in json.loads(capsys.readouterr().out)}
    assert len(lessons["xor-problem"]["pages"]) > 2
    assert lessons["xor-problem"]["title"]


def test_version(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--version"]) == 0
    assert capsys.readouterr().out.strip() == f"nnviz {version()}"


def test_a_long_option_may_be_cut_short(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--ver"]) == 0
    assert capsys.readouterr().out.strip() == f"nnviz {version()}"


@pytest.mark.parametrize("arguments", [["--nonsense"], ["notes.docx"], ["nowhere.toml"], ["screenshot", "a.toml"]])
def test_bad_arguments_give_one_line(capsys: pytest.CaptureFixture[str], arguments: list[str]) -> None:
    assert main(arguments) == 2
    assert capsys.readouterr().err.count("\n") == 1


def test_self_test_learns_in_the_real_window() -> None:
    done = nnviz("--self-test")
    assert (done.returncode, done.stderr) == (0, "")
    assert "passed" in done.stdout


def test_without_a_display_it_trains_and_leaves_a_picture(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    (tmp_path / "own").write_bytes(b"own")
    (tmp_path / "nnviz.png").symlink_to(tmp_path / "own")  # the name cannot be foretold
    done = nnviz()
    assert (done.returncode, done.stderr) == (0, "")
    said, path = done.stdout.splitlines()
    assert "no display" in said
    assert QImage(path).size().width() == 1280
    assert (tmp_path / "own").read_bytes() == b"own"


@pytest.mark.skipif(os.name != "posix", reason="links need a right there")
def test_the_picture_follows_nobodys_link(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    (tmp_path / "mine").write_text("mine")
    (tmp_path / "nnviz.png").symlink_to(tmp_path / "mine")
    picture = Path(nnviz().stdout.splitlines()[1])
    assert (tmp_path / "mine").read_text() == "mine"
    assert picture.parent.stat().st_mode & 0o777 == 0o700


def test_without_a_display_a_lesson_leaves_a_picture_of_its_first_page(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    picture = QImage(nnviz().stdout.splitlines()[1])
    done = nnviz(str(_ROOT / "resources" / "lessons" / "neuron.toml"))
    assert (done.returncode, done.stderr) == (0, "")
    page = QImage(done.stdout.splitlines()[1])
    assert page.size() == picture.size()
    assert page != picture


def test_screenshot_has_the_size_asked_for(tmp_path: Path) -> None:
    experiment, out = tmp_path / "experiment.toml", tmp_path / "out.png"
    experiment.write_text('data = { name = "iris" }\nnetwork = { output = "softmax" }', encoding="utf-8")
    done = nnviz("screenshot", str(experiment), str(out), "--epochs", "3", "--size", "1024x768", "--theme", "dark")
    assert (done.returncode, done.stderr) == (0, "")
    picture = QImage(str(out))
    assert (picture.width(), picture.height()) == (1024, 768)
    assert picture.pixelColor(5, 760).lightness() < 80


@pytest.mark.parametrize(("name", "start"), [("v.svg", b"<?xml"), ("v.pdf", b"%PDF"), ("v.png", b"\x89PNG")])
@pytest.mark.parametrize("view", ["network", "weights"])
def test_one_view_is_drawn_alone(tmp_path: Path, name: str, start: bytes, view: str) -> None:
    done = nnviz("screenshot", "--epochs", "2", "--view", view, str(_experiment(tmp_path)), str(tmp_path / name))
    assert (done.returncode, done.stderr) == (0, "")
    assert (tmp_path / name).read_bytes().startswith(start)


def test_a_view_that_is_not_there_is_said_with_those_that_are(tmp_path: Path) -> None:
    done = nnviz("screenshot", "--view", "relief", str(_experiment(tmp_path)), str(tmp_path / "v.svg"))
    assert done.returncode == 2
    assert done.stderr.startswith("--view: relief is not there; allowed here: network")
    assert not (tmp_path / "v.svg").exists()


def _experiment(folder: Path) -> Path:
    path = folder / "experiment.toml"
    path.write_text("", encoding="utf-8")
    return path


def test_a_picture_without_a_folder_is_refused_before_anything_is_trained(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "nowhere" / "o.png"
    assert main(["screenshot", str(tmp_path / "a.toml"), str(out)]) == 2
    assert capsys.readouterr().err == f"{out}: cannot be written: there is no folder {out.parent}\n"


def test_a_file_whose_experiment_cannot_begin_is_named(tmp_path: Path) -> None:
    file = tmp_path / "values.toml"
    file.write_text('data.name = "sine"\nnetwork.output = "softmax"\n', encoding="utf-8")
    done = nnviz("screenshot", str(file), str(tmp_path / "o.png"))
    assert done.returncode == 2
    assert done.stderr.startswith(f"{file}: network.output: softmax is for classes")
    assert done.stderr.count("\n") == 1


@pytest.mark.parametrize("arguments", [["--size", "10x10"], ["--size", "big"], ["--epochs", "-1"]])
def test_bad_screenshots_give_one_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], arguments: list[str]
) -> None:
    assert main(["screenshot", str(tmp_path / "a.toml"), str(tmp_path / "o.png"), *arguments]) == 2
    assert capsys.readouterr().err.count("\n") == 1


def test_a_file_that_cannot_be_opened_ends_before_any_window(tmp_path: Path) -> None:
    table = tmp_path / "ragged.csv"
    table.write_text("a,b,c\n1,2,x\n1,2\n3,4,y\n", encoding="utf-8")
    done = nnviz(str(table), display=True)
    assert done.returncode == 2
    assert done.stdout == ""
    assert done.stderr.count("\n") == 1
    assert "row 3" in done.stderr


def test_a_table_that_cannot_be_used_as_it_is_has_its_sheet(tmp_path: Path) -> None:
    table = tmp_path / "stray.csv"
    table.write_text("a,y\n1,2.5\n2,3.5*\n3,4.5\n4,5\n", encoding="utf-8")
    first = opened(table).ready()
    assert first.run is None
    assert first.first_rows
    assert "row 3" in str(first.first_rows.refusal)


@pytest.mark.skipif(sys.platform == "win32", reason="there is no SIGINT to send")
def test_an_interrupt_from_the_terminal_closes_the_window(tmp_path: Path) -> None:
    environment = os.environ | {
        "PYTHONPATH": str(_ROOT),
        "QT_QPA_PLATFORM": "offscreen",
        "HOME": str(tmp_path),
        "XDG_DATA_HOME": str(tmp_path / "data"),
        "XDG_CONFIG_HOME": str(tmp_path / "config"),
    }
    lock = tmp_path / "data" / "nnviz" / "recovery.lock"
    with subprocess.Popen([sys.executable, "-m", "nnviz"], env=environment) as process:
        while not lock.exists():
            assert process.poll() is None
        for _ in range(30):  # while the window is being made, interrupts are not taken
            process.send_signal(signal.SIGINT)
            with suppress(subprocess.TimeoutExpired):
                process.wait(1)
                break
        assert process.wait(1) == 0
    assert not lock.exists()
