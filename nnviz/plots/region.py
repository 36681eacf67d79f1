"""The network's output over the plane: decision regions and their boundary, or a regression's surface."""

from PySide6.QtWidgets import QWidget

from nnviz.analysis.unit import input_map, lines
from nnviz.data.dataset import FloatArray
from nnviz.drawing.paths import PathItem, line_pen
from nnviz.drawing.pictures import MapItem
from nnviz.drawing.unit_lines import UnitLines
from nnviz.experiment.problem import Problem
from nnviz.plots.network_plane import NetworkPlane
from nnviz.plots.sample_words import axis_words
from nnviz.plots.samples import is_logic
from nnviz.runs.snapshot import Snapshot
from nnviz.theme import Table


class RegionView(NetworkPlane):
    """Decision regions: class by colour, confidence by its strength, boundary as a line, samples as markers."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._map, self._boundary = MapItem(), PathItem()
        self._boundary.setZValue(5)
        self.plane.add(self._map)
        self.plane.add(self._boundary, "boundary")
        self.plot.setAccessibleName("decision regions")
        self.unit_lines = UnitLines(self.plot.scene(), self.plane.add_in_pixels)
        self._drawn: FloatArray | None = None
        self._shows_lines = self._is_discrete = False
        self._input_map: FloatArray | None = None
        self.plot.arranged.connect(self._draw_lines)

    @property
    def has_lines(self) -> bool:
        """Whether each hidden unit divides the plane by a line: its inputs are the plane's two coordinates."""
        hidden = self.snapshot is not None and len(self.snapshot.problem.network.layer_sizes) > 2
        return hidden and self._input_map is not None

    def set_lines(self, shows: bool) -> None:
        """Draw the line w·x + b = 0 of each unit of the first hidden layer, or not."""
        self._shows_lines = shows
        self._draw_lines()
        self.plot.repaint_soon()

    def set_discrete(self, discrete: bool) -> None:
        """Show the class alone, each at full strength, or the network's confidence too."""
        self._is_discrete = discrete
        if self.snapshot:
            self.show_scene(self.snapshot)
            self.plot.repaint_soon()

    def show_problem(self, problem: Problem) -> None:
        self._input_map = input_map(problem)
        self.unit_lines.set_style(self.theme, self.font())
        x_min, x_max, y_min, y_max = problem.extent
        square = abs((x_max - x_min) / (y_max - y_min) - 1.0) < 1e-6
        self.plot.show_extent(problem.extent, axis_words(problem), square=square, logic=is_logic(problem))
        self.title.setText(problem.projection.title if problem.dataset.inputs.shape[1] > 2 else "")
        self.title.setVisible(bool(self.title.text()))
        self._boundary.setPen(line_pen(self.theme.text, 2.0))
        self._map.setVisible(self.sheet is None)
        self._boundary.setVisible(self.sheet is None)
        self._draw_lines()
        super().show_problem(problem)

    def show_scene(self, snapshot: Snapshot) -> None:
        scene = snapshot.scene
        if scene is None or scene.region is None:
            return
        focus = scene.focus
        self._boundary.setVisible(focus is None and self.sheet is None)
        if focus and focus.map is not None:
            self._map.set_map(focus.map, self.theme.area_table, scene.extent)
        else:
            self._map.set_map(scene.region, self._table(snapshot.problem), scene.seen)
        if scene.boundary is not self._drawn:  # a partial scene repeats the boundary before
            self._drawn = scene.boundary
            self._boundary.set_points(scene.boundary[:, 0], scene.boundary[:, 1])
        if self._shows_lines:
            self._draw_lines()

    def _table(self, problem: Problem) -> Table:
        """Colours of the region's bytes."""
        outputs = problem.network.layer_sizes[-1]
        several, discrete = outputs > 1 and bool(problem.classes), self._is_discrete and bool(problem.classes)
        if several:
            return self.theme.class_table(outputs, discrete=discrete)
        return self.theme.sides_table if discrete else self.theme.area_table

    def _draw_lines(self) -> None:
        if self.sheet or not (self._shows_lines and self.has_lines):
            self.unit_lines.clear()
        elif self.snapshot and self._input_map is not None:
            found = lines(self.snapshot.parameters, self._input_map)
            self.unit_lines.show_lines(found, self.plane.extent, self.plane.pixels)
