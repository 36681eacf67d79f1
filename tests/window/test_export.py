"""A network exported from the window, as it is shown."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QFileDialog
from pytestqt.qtbot import QtBot

from nnviz.engine.network import shapes_between
from nnviz.runs.parameter_files import load_parameters
from nnviz.window.window import MainWindow

Opener = Callable[..., MainWindow]


def choose(patch: pytest.MonkeyPatch, path: Path, kind: str) -> None:
    """Answer the dialog with a name and the kind that begins so."""

    def answer(*words: str) -> tuple[str, str]:
        kinds = words[3].split(";;")
        return str(path), next(each for each in kinds if each.startswith(kind))

    patch.setattr(QFileDialog, "getSaveFileName", answer)


def press(window: MainWindow) -> None:
    QTest.keyClick(window, Qt.Key.Key_E, Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier)


@pytest.mark.parametrize(
    ("kind", "name", "within"),
    [
        ("PyTorch, script", "net.py", "torch"),
        ("NumPy, notebook", "net.ipynb", "nbformat"),
        ("ONNX", "net.onnx", ""),
    ],
)
def test_the_ending_follows_what_is_chosen(
    window: MainWindow, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kind: str, name: str, within: str
) -> None:
    if kind == "ONNX":
        pytest.importorskip("onnx", reason="make test-exports installs onnx")
    choose(monkeypatch, tmp_path / "net", kind)
    press(window)
    assert window.desk.notice.words == ""
    assert within.encode() in (tmp_path / name).read_bytes()


def test_what_is_exported_is_the_moment_that_is_shown(
    window: MainWindow, qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    window.session.advance(steps=20)
    qtbot.waitUntil(lambda: window.session.idle)
    last = window.session.snapshot.position.parameters
    window.session.step_back()
    qtbot.waitUntil(lambda: window.session.idle and window.session.snapshot.step < 20)
    choose(monkeypatch, tmp_path / "w.npz", "Weights for NumPy")
    press(window)
    shown = window.session.snapshot.position.parameters
    assert np.array_equal(load_parameters(tmp_path / "w.npz", shapes_between((2, 4, 2, 1))), shown)
    assert not np.array_equal(shown, last)


def test_what_a_library_has_not_is_said_and_nothing_is_written(
    window: MainWindow, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    choose(monkeypatch, tmp_path / "net.py", "scikit-learn, script")
    press(window)
    assert window.desk.notice.words.startswith("scikit-learn has not: tanh outputs")
    assert not (tmp_path / "net.py").exists()


def test_a_picture_of_the_window_has_no_false_ending(window: MainWindow, tmp_path: Path) -> None:
    window.exports.write_picture_of_window(tmp_path / "window.svg")
    assert window.desk.notice.words == "window.svg: cannot be written; allowed: a name ending in .png"
    assert list(tmp_path.glob("window*")) == []
    window.exports.write_picture_of_window(tmp_path / "lecture.2")
    assert (tmp_path / "lecture.2.png").read_bytes().startswith(b"\x89PNG")
    assert window.desk.notice.words == ""


def test_what_is_no_network_is_not_exported(
    open_window: Opener, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    window = open_window('kind = "hopfield"')
    choose(monkeypatch, tmp_path / "net.py", "PyTorch, script")
    press(window)
    assert window.desk.notice.words == "Only the kind network is exported: this is of kind hopfield."
    assert not (tmp_path / "net.py").exists()
