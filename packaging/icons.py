"""Draws the icons of every system from resources/icons/nnviz.svg: PNG in all sizes, .ico and .icns.

The builder's Python runs it: icons.py FOLDER
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

from PIL import Image
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication, QImage, QPainter
from PySide6.QtSvg import QSvgRenderer

DRAWING = Path(__file__).resolve().parents[1] / "resources" / "icons" / "nnviz.svg"
SIZES = (16, 22, 24, 32, 48, 64, 128, 256, 512)
_WINDOWS = (16, 24, 32, 48, 64, 128, 256)
_MACOS = (16, 32, 64, 128, 256, 512)


def draw(renderer: QSvgRenderer, size: int, target: Path) -> Path:
    """Draw the icon in one size."""
    picture = QImage(size, size, QImage.Format.Format_ARGB32)
    picture.fill(Qt.GlobalColor.transparent)
    painter = QPainter(picture)
    renderer.render(painter)
    painter.end()
    if not picture.save(str(target)):
        raise SystemExit(f"{target}: cannot be written")
    return target


def collect(pictures: dict[int, Path], sizes: tuple[int, ...], target: Path) -> None:
    """Put pictures of several sizes into one file, of the kind that its name says."""
    images = [Image.open(pictures[size]) for size in sizes]
    images[-1].save(target, sizes=[(size, size) for size in sizes], append_images=images[:-1])


def main(folder: Path) -> None:
    """Draw them all."""
    folder.mkdir(parents=True, exist_ok=True)
    os.environ["QT_QPA_PLATFORM"] = "offscreen"
    _ = QGuiApplication([])
    renderer = QSvgRenderer(str(DRAWING))
    pictures = {size: draw(renderer, size, folder / f"nnviz-{size}.png") for size in SIZES}
    collect(pictures, _WINDOWS, folder / "nnviz.ico")
    collect(pictures, _MACOS, folder / "nnviz.icns")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
