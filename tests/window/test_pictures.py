"""Pictures that are taken of the window, from a terminal."""

from contextlib import nullcontext
from pathlib import Path

import pytest

from nnviz import pictures
from nnviz.experiment.experiment import Experiment
from nnviz.lessons.library import Library
from nnviz.lessons.opening import Opened
from nnviz.paths import resource
from nnviz.window.window import MainWindow


def test_a_picture_waits_for_the_landscape_of_its_own_step(
    window: MainWindow, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pictures, "temporary_window", lambda: nullcontext(window))
    pictures.picture_of(
        Opened(experiment=Experiment()), tmp_path / "out.png", 60, (1280, 800), "light", "landscape"
    )
    plane = window.desk.stage.views.landscape.plane
    assert plane
    assert (plane.step, plane.finished) == (1500, True)
    assert (tmp_path / "out.png").stat().st_size > 10_000


def test_a_picture_of_a_page_waits_for_the_landscape_of_its_own_step(
    window: MainWindow, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    course = Library((resource("lessons"),)).find("saddles")
    page = [scene.layout.main == "landscape" for scene in course.scenes].index(True)
    monkeypatch.setattr(pictures, "temporary_window", lambda: nullcontext(window))
    pictures.picture_of_page(course, page, tmp_path / "out.png", (1280, 800), "light")
    plane = window.desk.stage.views.landscape.plane
    assert plane
    assert plane.step == window.session.snapshot.step > 0
    assert plane.finished
    window.present(presenting=False)
