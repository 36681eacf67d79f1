import numpy as np
from PySide6.QtGui import QPixmap
from pytestqt.qtbot import QtBot

from nnviz.drawing.pictures import MapItem, PixmapSet
from nnviz.theme import theme


def pixels(pixmap: QPixmap) -> list[int]:
    image = pixmap.toImage()
    return [image.pixel(x, y) for y in range(image.height()) for x in range(image.width())]


def test_what_is_written_is_seen_in_the_pixmaps_at_once(qtbot: QtBot) -> None:
    assert qtbot
    table, film = theme("light").signed_table, PixmapSet((2, 3, 4))
    for seed in (0, 1):
        values = np.random.default_rng(seed).integers(0, 255, (2, 3, 4), dtype=np.uint8)
        film.show_maps(values, table)
        for pixmap, one in zip(film.pixmaps, values, strict=True):
            assert pixels(pixmap) == table[one].ravel().tolist()


def test_a_map_of_another_size_takes_the_place_of_one(qtbot: QtBot) -> None:
    assert qtbot
    item, table = MapItem(), theme("dark").area_table
    for side in (4, 4, 7):
        item.set_map(np.full((side, side), side, np.uint8), table, (-1.0, 1.0, 2.0, 6.0))
        assert pixels(item.pixmap()) == [int(table[side])] * side**2
        place = item.mapRectToScene(item.boundingRect())
        assert (place.left(), place.top(), place.width(), place.height()) == (-1.0, 2.0, 2.0, 4.0)
