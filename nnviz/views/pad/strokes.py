"""Strokes on the pad, and the picture that they become: as large, as centred and as thick as those of the data."""

from collections.abc import Sequence

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QImage, QPainter, QPainterPath, QPen

from nnviz.analysis.probe import Stroke
from nnviz.data.dataset import FloatArray
from nnviz.data.pictures import PictureFormat, Setting, masses_of

_FINE = 8
"""Points of the bitmap across a pixel, over which its ink is counted."""
_MOST_STRETCHED = 3.0
"""How many times as much height as width may be enlarged: a dash must not become a pillar."""
_MOST_ENLARGED = 10.0
"""Times by which a small drawing is enlarged at most, if the pad is as large as the picture."""


def stroke_path(stroke: Stroke, rect: QRectF) -> QPainterPath:
    """A stroke as a path on a pad that fills a rectangle; one point is a dot."""
    points = [rect.topLeft() + QPointF(x * rect.width(), y * rect.height()) for x, y in stroke]
    path = QPainterPath(points[0])
    for point in points[1:] or [points[0] + QPointF(0.01, 0.0)]:
        path.lineTo(point)
    return path


def ink_of(strokes: Sequence[Stroke], form: PictureFormat, setting: Setting) -> FloatArray:
    """Draw strokes as a picture, shape (rows, columns), of ink from 0 to 1."""
    fitted = fit(strokes, form, setting)
    drawn = _painted(fitted, form, setting.pen)
    if setting.by_mass and drawn.any():
        away = np.array(setting.center) - masses_of(drawn[None])[0]
        drawn = _painted([stroke + away for stroke in fitted], form, setting.pen)
    return drawn


def fit(strokes: Sequence[Stroke], form: PictureFormat, setting: Setting) -> list[FloatArray]:
    """Strokes in pixels of a picture: as large as the boxes of the data's pictures, and with the same middle."""
    points = [np.array(stroke) for stroke in strokes]
    low, high = (of([of(stroke, axis=0) for stroke in points], axis=0) for of in (np.min, np.max))
    room = np.maximum(np.array([setting.width, setting.height]) - 0.5 * setting.pen, 1.0)  # round ends are faint
    across, down = np.minimum(
        room / np.maximum(high - low, 1e-9), _MOST_ENLARGED * min(form.shape) * np.ones(2)
    ).tolist()
    down = min(down, _MOST_STRETCHED * across) if setting.is_filled else min(across, down)
    scale = np.array([min(across, down), down])
    return [(stroke - (low + high) / 2) * scale + setting.center for stroke in points]


def _painted(strokes: Sequence[FloatArray], form: PictureFormat, width: float) -> FloatArray:
    image = QImage(_FINE * form.columns, _FINE * form.rows, QImage.Format.Format_Grayscale8)
    image.fill(0)
    painter = QPainter(image)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    cap, join = Qt.PenCapStyle.RoundCap, Qt.PenJoinStyle.RoundJoin
    painter.setPen(QPen(Qt.GlobalColor.white, width * _FINE, Qt.PenStyle.SolidLine, cap, join))
    for stroke in strokes:
        painter.drawPath(stroke_path(tuple(map(tuple, stroke.tolist())), QRectF(0.0, 0.0, _FINE, _FINE)))
    painter.end()
    rows = np.frombuffer(image.constBits(), np.uint8).reshape(image.height(), image.bytesPerLine())
    points = rows[:, : image.width()].reshape(form.rows, _FINE, form.columns, _FINE)
    return np.asarray(points.mean(axis=(1, 3)) / 255.0)
