"""Where on a view of a surface the ground, the racers' rows and their losses stand."""

from dataclasses import dataclass

from PySide6.QtCore import QRectF

from nnviz.views.surface.rows import height_of_rows

_GAP = 16.0
_ROWS = 25.5
"""Width, in lines of text, that rows are written out in."""
_LOSSES = 9.0
"""Height, in lines, that losses beside the rows have at least; below them it may be less."""
_LEAST_LOSSES = 6.5
_WORTH = 1.3
"""By how much larger the ground must be for another arrangement than the usual one."""


@dataclass(frozen=True)
class SurfaceRooms:
    """Rectangles, in pixels."""

    ground: QRectF
    rows: QRectF
    losses: QRectF

    def unit(self, line: float, size: tuple[float, float]) -> float:
        """Pixels of a unit of the ground, of which so much is to be seen across and upwards."""
        across, up = size
        return min((self.ground.width() - 4.0 * line) / across, (self.ground.height() - 3.0 * line) / up)


def parts(area: QRectF, line: float, racers: int, size: tuple[float, float]) -> SurfaceRooms:
    """The usual arrangement, side by side; or one that shows the ground much larger.

    Parameters
    ----------
    area : QRectF
    line : float
        Height of a line of text.
    racers : int
    size : (float, float)
        How much of the ground is to be seen, across and upwards.
    """
    usual = _side_by_side(area, line, racers)
    others = [_one_below_the_other(area, line, racers)]
    if area.width() >= 1.5 * _ROWS * line:
        others.append(_ground_above(area, line, racers))
    best = max(others, key=lambda arrangement: arrangement.unit(line, size))
    return best if best.unit(line, size) > _WORTH * usual.unit(line, size) else usual


def _side_by_side(area: QRectF, line: float, racers: int) -> SurfaceRooms:
    """The ground at the left; rows and losses at the right."""
    width = min(0.62 * area.width(), max(0.5 * area.width(), area.width() - 1.1 * _ROWS * line))
    panel = area.adjusted(width + _GAP, 0.0, 0.0, 0.0)
    ground = QRectF(area.left(), area.top(), width, area.height())
    return _with_panel(ground, panel, line, racers)


def _one_below_the_other(area: QRectF, line: float, racers: int) -> SurfaceRooms:
    rows = height_of_rows(area.width(), line, racers)
    height = max(1.0, area.height() - rows - (_LEAST_LOSSES + 0.5) * line)
    height = min(height, 0.8 * area.width())
    ground = QRectF(area.left(), area.top(), area.width(), height)
    return _with_panel(ground, area.adjusted(0.0, height + 0.5 * _GAP, 0.0, 0.0), line, racers)


def _ground_above(area: QRectF, line: float, racers: int) -> SurfaceRooms:
    """Below the ground rows and losses, beside each other."""
    width = _ROWS * line
    panel = max(height_of_rows(width, line, racers), _LOSSES * line)
    ground = area.adjusted(0.0, 0.0, 0.0, -panel - 0.5 * _GAP)
    below = QRectF(area.left(), area.bottom() - panel, area.width(), panel)
    return SurfaceRooms(
        ground, QRectF(below.left(), below.top(), width, panel), below.adjusted(width + _GAP, 0.0, 0.0, 0.0)
    )


def _with_panel(ground: QRectF, panel: QRectF, line: float, racers: int) -> SurfaceRooms:
    """Rows at the top of a panel, losses in what is left of it."""
    rows = height_of_rows(panel.width(), line, racers)
    return SurfaceRooms(
        ground,
        QRectF(panel.left(), panel.top(), panel.width(), rows),
        panel.adjusted(0.0, rows + 0.5 * line, 0.0, 0.0),
    )
