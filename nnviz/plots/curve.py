"""Data with one input: the network's output as a curve, and the contribution of each hidden unit."""

import numpy as np
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QWidget

from nnviz.data.dataset import Extent, FloatArray
from nnviz.drawing.paths import PathItem, line_pen
from nnviz.experiment.problem import Problem
from nnviz.plots.network_plane import NetworkPlane
from nnviz.plots.sample_words import axis_words
from nnviz.plots.samples import curve_extent
from nnviz.runs.snapshot import Snapshot
from nnviz.theme import mix

_MOST_PARTS = 32


class CurveView(NetworkPlane):
    """Samples, the output over x, wᵢ oᵢ(x) of every unit of the last hidden layer, and the unit looked at."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._parts = [PathItem() for _ in range(_MOST_PARTS)]
        self._output, self._unit = PathItem(), PathItem()
        self.plane.add_in_pixels(self.points, below=True)  # the samples must not hide the curve
        for k, item in enumerate(self._parts, start=1):
            self.plane.add(item, f"part {k}")
        self.plane.add(self._output, "output")
        self.plane.add(self._unit, "unit")
        self.plot.setAccessibleName("output curve")

    def show_problem(self, problem: Problem) -> None:
        self.plot.show_extent(curve_extent(problem), axis_words(problem))
        self._output.setPen(line_pen(self.theme.positive, 4.0))
        self._unit.setPen(line_pen(self.theme.text, 3.0, Qt.PenStyle.DashLine))
        for index, part in enumerate(self._parts):
            color = QColor(self.theme.classes[index % len(self.theme.classes)])
            part.setPen(line_pen(mix(self.theme.background, color.name(), 0.6), 1.4))
        self.title.setText(_title(problem))
        super().show_problem(problem)

    def show_scene(self, snapshot: Snapshot) -> None:
        scene = snapshot.scene
        if scene is None or not scene.curves:
            return
        output = scene.curves[-1][0].astype(np.float64)
        xs = _centers(scene.seen, len(output))
        self._output.set_points(xs, output)
        parts = self._contributions(snapshot)
        for item, part in zip(self._parts, parts, strict=False):
            item.set_points(xs, part)
        for item in self._parts[len(parts) :]:
            item.set_points(xs[:0], xs[:0])
        unit = scene.focus.curve if scene.focus and scene.focus.curve is not None else output[:0]
        self._unit.set_points(_centers(scene.extent, len(unit)), unit.astype(np.float64))

    @staticmethod
    def _contributions(snapshot: Snapshot) -> FloatArray:
        """The terms wᵢ oᵢ(x), shape (units, points); of many units only the strongest."""
        scene = snapshot.scene
        if scene is None or len(scene.curves) < 2:
            return np.empty((0, 0))
        parts = snapshot.weights[-1][0][:, None] * scene.curves[0]
        strength = np.abs(parts).max(axis=1)
        return np.asarray(parts[np.sort(np.argsort(-strength)[:_MOST_PARTS])], dtype=np.float64)


def _centers(extent: Extent, count: int) -> FloatArray:
    """The middles of so many equal parts of an extent's width."""
    return np.asarray(extent[0] + (np.arange(count) + 0.5) * ((extent[1] - extent[0]) / max(count, 1)), float)


def _title(problem: Problem) -> str:
    """The caption of the lines."""
    *hidden, last = problem.network.layer_sizes[1:-1] or (0,)
    if not last:
        return "the network's output"
    output = problem.network.output
    units = f"the {_MOST_PARTS} strongest hidden neurons add" if last > _MOST_PARTS else "each hidden neuron adds"
    if hidden:
        units = units.replace("hidden", "last-layer")
    return f"thick: output; thin: what {units}" + ("" if output.name == "identity" else f" before {output.title}")
