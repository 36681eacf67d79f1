import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtGui import QColor, QPalette
from pytestqt.qtbot import QtBot

from nnviz.runs.maps import ZERO, levels
from nnviz.theme import SYMBOLS, THEMES, Table, Theme, mix, theme

themes = pytest.mark.parametrize("colors", [theme(name) for name in THEMES], ids=THEMES)


def luminance(color: str) -> float:
    channels = np.array([int(color[k : k + 2], 16) for k in (1, 3, 5)]) / 255
    linear = np.where(channels <= 0.04045, channels / 12.92, ((channels + 0.055) / 1.055) ** 2.4)
    return float(linear @ [0.2126, 0.7152, 0.0722])


def contrast(first: str, second: str) -> float:
    dark, bright = sorted((luminance(first), luminance(second)))
    return (bright + 0.05) / (dark + 0.05)


def name_at(table: Table, byte: int) -> str:
    return QColor.fromRgb(int(table[byte])).name()


@themes
def test_text_can_be_read(colors: Theme) -> None:
    for ground in (colors.background, colors.panel):
        assert contrast(colors.text, ground) >= 10
        assert contrast(colors.muted, ground) >= 4.5
        assert contrast(colors.warning, ground) >= 4.5
    assert contrast(colors.accent_text, colors.accent) >= 4.5


@themes
def test_signs_and_classes_are_seen_on_the_ground(colors: Theme) -> None:
    for color in (colors.positive, colors.negative, *colors.classes):
        assert contrast(color, colors.background) >= 3


@themes
def test_positive_is_blue_and_negative_orange(colors: Theme) -> None:
    positive, negative = QColor(colors.positive), QColor(colors.negative)
    assert positive.blue() > positive.red()
    assert negative.red() > negative.green() > negative.blue()
    assert colors.sign_color(0.5) == colors.positive
    assert colors.sign_color(-0.5) == colors.negative


@themes
def test_there_are_ten_classes(colors: Theme) -> None:
    assert len(set(colors.classes)) == 10 == len(set(SYMBOLS))
    assert [colors.class_color(k) for k in range(12)][:10] == list(colors.classes)
    assert colors.class_color(10) == colors.classes[0]
    assert [colors.class_color(k, 2) for k in (0, 1)] == [colors.negative, colors.positive]


@themes
def test_a_signed_table_goes_from_negative_over_zero_to_positive(colors: Theme) -> None:
    table = colors.signed_table
    assert len(table) == 256
    assert [name_at(table, byte) for byte in (0, ZERO, 254, 255)] == [
        colors.negative,
        colors.zero,
        colors.positive,
        colors.zero,
    ]
    away = np.abs(np.array([luminance(name_at(table, byte)) for byte in range(255)]) - luminance(colors.zero))
    assert (np.diff(away[ZERO:]) >= -1e-9).all()
    assert (np.diff(away[: ZERO + 1]) <= 1e-9).all()


@themes
def test_areas_are_weaker_than_points_on_them(colors: Theme) -> None:
    for byte, color in ((0, colors.negative), (254, colors.positive)):
        assert name_at(colors.area_table, byte) == mix(colors.zero, color, colors.strength).name()
    assert name_at(colors.area_table, ZERO) == colors.zero


@themes
@pytest.mark.parametrize("classes", range(2, 11))
def test_a_class_table_has_shades_of_every_class(colors: Theme, classes: int) -> None:
    table, shades = colors.class_table(classes), levels(classes)
    assert len(table) == 256
    assert table is colors.class_table(classes)
    for k in range(classes):
        strongest = name_at(table, (k + 1) * shades - 1)
        assert strongest == mix(colors.zero, colors.class_color(k), colors.strength).name()
        assert name_at(table, k * shades) == mix(colors.zero, colors.class_color(k), 0.12).name()


@themes
def test_brushes_are_the_tables_colours(colors: Theme) -> None:
    assert [b.color().name() for b in colors.signed_brushes] == [
        name_at(colors.signed_table, k) for k in range(256)
    ]


@themes
def test_widgets_are_painted_in_it(colors: Theme, qtbot: QtBot) -> None:
    assert qtbot
    palette = colors.palette()
    assert palette.color(QPalette.ColorRole.Window).name() == colors.panel
    assert palette.color(QPalette.ColorRole.WindowText).name() == colors.text
    assert palette.color(QPalette.ColorRole.Highlight).name() == colors.accent
    disabled = palette.color(QPalette.ColorGroup.Disabled, QPalette.ColorRole.Text)
    assert 1.5 < contrast(disabled.name(), colors.panel) < contrast(colors.text, colors.panel)


_colors = st.integers(0, 0xFFFFFF).map("#{:06x}".format)


@given(_colors, _colors, st.floats(0.0, 1.0))
def test_a_mixture_lies_between(first: str, second: str, share: float) -> None:
    mixed = mix(first, second, share)
    for channel in (QColor.red, QColor.green, QColor.blue):
        a, b, m = (channel(color) for color in (QColor(first), QColor(second), mixed))
        assert min(a, b) <= m <= max(a, b)
    assert mix(first, second, 0.0).name() == first
    assert mix(first, second, 1.0).name() == second


def test_a_theme_is_read_once() -> None:
    assert theme("dark") is theme("dark")
