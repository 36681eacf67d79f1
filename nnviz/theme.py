"""Colours: blue is positive, orange is negative, the ground is zero, everywhere.

Views, panels and their parts have methods of the same names: ``set_theme(theme)`` and, where they write,
``set_theme(theme, font)`` or ``set_style(theme, font)`` let them use a theme's colours and a font from then on;
``set_visible(visible)`` shows or hides all of a part, and ``is_visible()`` says whether it is shown.
"""

import tomllib
from functools import cache, cached_property

import msgspec
import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QEvent
from PySide6.QtGui import QBrush, QColor, QPalette

from nnviz.paths import resource
from nnviz.runs.maps import levels

SYMBOLS = ("o", "s", "t", "d", "p", "star", "h", "t1", "x", "+")
"""A marker for each class, so that classes differ not by colour alone."""
THEMES = ("light", "dark", "high_contrast")
"""Every theme, by name."""
Table = NDArray[np.uint32]
"""A colour for every byte, shape (256,), as Qt's RGB32."""


class Theme(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, dict=True):
    """What everything is painted with; colours as ``#rrggbb``.

    ``strength`` is how much of a colour an area at full confidence has, so that points on it stand out.
    """

    title: str
    background: str
    panel: str
    field: str
    text: str
    muted: str
    border: str
    accent: str
    accent_text: str
    positive: str
    negative: str
    zero: str
    warning: str
    strength: float
    classes: tuple[str, ...]

    @cached_property
    def signed_table(self) -> Table:
        """Colours of a signed map's bytes, for units: full colour at ±1."""
        return _signed_table(self, 1.0)

    @cached_property
    def area_table(self) -> Table:
        """Colours of a signed map's bytes, for areas behind points."""
        return _signed_table(self, self.strength)

    @cached_property
    def signed_brushes(self) -> list[QBrush]:
        """Brushes of a signed map's bytes."""
        return [QBrush(QColor.fromRgb(int(rgb))) for rgb in self.signed_table]

    @cached_property
    def sides_table(self) -> Table:
        """Colours of a signed map's bytes where the sign alone counts, for areas behind points."""
        return np.asarray(self.area_table[[0] * 127 + [127] + [254] * 128])

    def class_table(self, classes: int, *, discrete: bool = False) -> Table:
        """Colours of the bytes of a map of several classes; ``discrete`` leaves their confidence out."""
        return _class_table(self, classes, discrete=discrete)

    def class_color(self, index: int, classes: int = 10) -> str:
        """Colour of a class; of two classes the first is negative and the second positive."""
        if classes == 2:
            return (self.negative, self.positive)[index]
        return self.classes[index % len(self.classes)]

    def sign_color(self, value: float) -> str:
        """Colour of a number's sign."""
        return self.positive if value >= 0 else self.negative

    def palette(self) -> QPalette:
        """What Qt's own widgets are painted with."""
        palette = QPalette()
        for role, color in self._roles().items():
            palette.setColor(role, QColor(color))
        for role in (QPalette.ColorRole.Text, QPalette.ColorRole.WindowText, QPalette.ColorRole.ButtonText):
            palette.setColor(QPalette.ColorGroup.Disabled, role, mix(self.panel, self.text, 0.45))
        return palette

    def _roles(self) -> dict[QPalette.ColorRole, str]:
        role = QPalette.ColorRole
        return {
            role.Window: self.panel,
            role.WindowText: self.text,
            role.Base: self.field,
            role.AlternateBase: self.panel,
            role.Text: self.text,
            role.PlaceholderText: self.muted,
            role.Button: self.panel,
            role.ButtonText: self.text,
            role.ToolTipBase: self.background,
            role.ToolTipText: self.text,
            role.Highlight: self.accent,
            role.HighlightedText: self.accent_text,
            role.Link: self.accent,
            role.Mid: self.border,
        }


def mix(first: str, second: str, share: float) -> QColor:
    """The colour so far on the way from one to another."""
    a, b = QColor(first), QColor(second)
    channels = [round(x + share * (y - x)) for x, y in zip(a.getRgb()[:3], b.getRgb()[:3], strict=True)]  # type: ignore[index]
    return QColor(*channels)


@cache
def _class_table(theme: Theme, classes: int, *, discrete: bool) -> Table:
    shades = levels(classes)
    shares = np.linspace(theme.strength if discrete else 0.12, theme.strength, shades)
    parts = [_blended(theme.zero, theme.class_color(k), shares) for k in range(classes)]
    rest = _blended(theme.zero, theme.zero, np.zeros(256 - classes * shades))
    return np.concatenate([*parts, rest])


def _signed_table(theme: Theme, strength: float) -> Table:
    shares = strength * np.linspace(0.0, 1.0, 128)
    negative, positive = (_blended(theme.zero, color, shares) for color in (theme.negative, theme.positive))
    return np.concatenate([negative[:0:-1], positive, positive[:1]])


def _blended(first: str, second: str, shares: NDArray[np.float64]) -> Table:
    """What `mix` makes, for many shares at once."""
    a, b = (np.array(QColor(name).getRgb()[:3]) for name in (first, second))  # type: ignore[index]
    red, green, blue = np.rint(a[:, None] + shares * (b - a)[:, None]).astype(np.uint32)
    return np.asarray((255 << 24) | (red << 16) | (green << 8) | blue, np.uint32)


@cache
def theme(name: str) -> Theme:
    """The theme of that name, from its file in resources/themes."""
    tables = tomllib.loads(resource("themes", f"{name}.toml").read_text(encoding="utf-8"))
    return msgspec.convert(tables, Theme)


class FontFollower:
    """A mixin for widgets: calls ``_use_font`` whenever the widget's font has changed."""

    def changeEvent(self, event: QEvent) -> None:
        """Use the new font when it has changed."""
        super().changeEvent(event)  # type: ignore[misc]
        if event.type() == QEvent.Type.FontChange:
            self._use_font()

    def _use_font(self) -> None:
        raise NotImplementedError
