import csv
import re
from collections.abc import Callable
from pathlib import Path
from xml.etree import ElementTree as ET

import numpy as np
import pytest
from PySide6.QtCore import QPointF
from PySide6.QtGui import QGuiApplication, QImage
from PySide6.QtSvg import QSvgRenderer
from PySide6.QtWidgets import QWidget

from nnviz.drawing.saving import copy_picture, image_of, numbers_of, save_numbers, save_picture
from nnviz.errors import InputError
from nnviz.plots.region import RegionView
from nnviz.runs.snapshot import Snapshot
from nnviz.views.gradients.view import GradientView
from nnviz.views.weights.view import MatrixView
from seeing import pixels, texts

Show = Callable[..., QWidget]
SnapshotOf = Callable[..., Snapshot]

SVG = "{http://www.w3.org/2000/svg}"


@pytest.fixture
def region(show: Show, snapshot_of: SnapshotOf) -> RegionView:
    view = RegionView()
    show(view, 400, 340)
    view.show_snapshot(snapshot_of("", 40))
    return view


def saved(view: QWidget, path: Path) -> Path:
    save_picture(view, path)
    return path


def drawing(path: Path) -> ET.Element:
    return ET.fromstring(path.read_text(encoding="utf-8"))  # noqa: S314 - written just now


def test_an_svg_has_paths_and_texts_and_no_bitmap_but_the_map(region: RegionView, tmp_path: Path) -> None:
    root = drawing(saved(region, tmp_path / "region.svg"))
    words = {"".join(text.itertext()).strip() for text in root.iter(f"{SVG}text")}
    assert {"x₁", "x₂", "0", "−4"} <= words
    assert len(list(root.iter(f"{SVG}image"))) == 1
    assert region.snapshot
    samples = len(region.snapshot.problem.train) + len(region.snapshot.problem.test)
    assert len(list(root.iter(f"{SVG}path"))) > samples
    assert root.get("viewBox") == "0 0 400 340"


def test_an_svg_can_be_shown_and_looks_like_the_view(region: RegionView, tmp_path: Path) -> None:
    path = saved(region, tmp_path / "region.svg")
    assert QSvgRenderer(str(path)).isValid()


def test_a_png_is_twice_as_fine_and_looks_like_the_view(region: RegionView, tmp_path: Path) -> None:
    image = QImage(str(saved(region, tmp_path / "region.PNG")))
    assert (image.width(), image.height()) == (800, 680)
    center = region.plot.viewport().mapTo(region, region.plane.frame.center().toPoint())
    seen = region.grab().toImage().pixelColor(center)
    there = image.pixelColor(center * 2)
    assert abs(seen.red() - there.red()) + abs(seen.blue() - there.blue()) < 20


def test_a_pdf_holds_text_as_text_and_one_bitmap(region: RegionView, tmp_path: Path) -> None:
    content = saved(region, tmp_path / "region.pdf").read_bytes()
    assert content.startswith(b"%PDF")
    assert b"/Font" in content
    assert len(re.findall(rb"/Subtype\s*/Image", content)) == 1


def test_saving_leaves_the_view_as_it_was(region: RegionView, tmp_path: Path) -> None:
    before = pixels(region.grab().toImage())
    for suffix in ("png", "svg", "pdf"):
        save_picture(region, tmp_path / f"region.{suffix}")
    region.plot.repaint_soon()
    assert np.array_equal(pixels(region.grab().toImage()), before)


def test_the_clipboard_takes_the_picture(region: RegionView) -> None:
    copy_picture(region)
    assert np.array_equal(pixels(QGuiApplication.clipboard().image()), pixels(image_of(region)))
    QGuiApplication.clipboard().clear()


@pytest.mark.parametrize("kind", [MatrixView, GradientView])
def test_views_without_a_plane_of_data_are_saved_too(
    show: Show, snapshot_of: SnapshotOf, tmp_path: Path, kind: type[MatrixView] | type[GradientView]
) -> None:
    view = kind()
    show(view, 600, 240)
    view.show_snapshot(snapshot_of("", 3))
    root = drawing(saved(view, tmp_path / "view.svg"))
    words = {"".join(text.itertext()).strip() for text in root.iter(f"{SVG}text")}
    assert {text.text() for text in texts(view.canvas.scene()) if "\n" not in text.text()} <= words


@pytest.mark.parametrize("name", ["region.gif", "region"])
def test_another_kind_of_file_is_refused_in_one_line(region: RegionView, tmp_path: Path, name: str) -> None:
    with pytest.raises(InputError, match=r"allowed: \.png, \.svg, \.pdf"):
        save_picture(region, tmp_path / name)
    assert not list(tmp_path.iterdir())


def test_a_folder_that_is_not_there_is_one_line(region: RegionView, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="cannot be written"):
        save_picture(region, tmp_path / "nowhere" / "region.svg")


def test_numbers_are_what_is_drawn(region: RegionView, tmp_path: Path) -> None:
    save_numbers(numbers_of(region), tmp_path / "region.csv")
    head, *rows = list(csv.reader((tmp_path / "region.csv").read_text(encoding="utf-8").splitlines()))
    assert head == ["line", "x", "y"]
    assert region.snapshot
    assert region.snapshot.scene
    boundary = region.snapshot.scene.boundary
    finite = boundary[np.isfinite(boundary).all(axis=1)]
    drawn = np.array([row[1:] for row in rows if row[0] == "boundary"], dtype=float)
    assert {(round(x, 6), round(y, 6)) for x, y in drawn} == {(round(x, 6), round(y, 6)) for x, y in finite}
    train = np.array([row[1:] for row in rows if row[0].startswith("training sample")], dtype=float)
    assert train == pytest.approx(region.snapshot.problem.train.points)


def test_what_is_read_under_the_pointer_is_not_saved(region: RegionView, tmp_path: Path) -> None:
    region.plot.hovered.emit(QPointF(region.plane.frame.center()))
    root = drawing(saved(region, tmp_path / "a.svg"))
    words = " ".join("".join(text.itertext()) for text in root.iter(f"{SVG}text"))
    assert "output" not in words
