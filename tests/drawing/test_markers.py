import pytest
from pytestqt.qtbot import QtBot

from nnviz.drawing.markers import marker_path
from nnviz.theme import SYMBOLS


@pytest.mark.parametrize("symbol", SYMBOLS)
def test_every_symbol_has_a_shape_of_one_unit_around_the_origin(qtbot: QtBot, symbol: str) -> None:
    assert qtbot
    path = marker_path(symbol)
    box = path.boundingRect()
    assert path.contains(box.center())
    assert 0.75 <= max(box.width(), box.height()) <= 1.001
    assert abs(box.center().x()) < 0.06
    assert abs(box.center().y()) < 0.06


def test_no_two_symbols_look_alike(qtbot: QtBot) -> None:
    assert qtbot
    paths = [marker_path(symbol) for symbol in SYMBOLS]
    assert all(a != b for k, a in enumerate(paths) for b in paths[k + 1 :])
