"""The plane as the network sees it: decision regions and their boundary, or the surface of a regression."""

from PySide6.QtWidgets import QWidget

from nnviz.experiment.problem import Problem
from nnviz.experiment.snapshot import Snapshot
from nnviz.views.paths import PathItem, line_pen
from nnviz.views.pictures import MapItem
from nnviz.views.samples import SamplesView, axis_words


class RegionView(SamplesView):
    """Class areas by colour, confidence by its strength, the boundary as a line, points by marker."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._map, self._boundary = MapItem(), PathItem()
        self._boundary.setZValue(5)
        self.plot.add(self._map)
        self.plot.add(self._boundary)
        self.plot.setAccessibleName("decision regions")

    def show_problem(self, problem: Problem) -> None:
        """Show the part of the plane where the data lie."""
        x_min, x_max, y_min, y_max = problem.extent
        square = abs((x_max - x_min) / (y_max - y_min) - 1.0) < 1e-6
        self.plot.show_extent(problem.extent, axis_words(problem), square=square)
        self.title.setText(problem.projection.title if problem.dataset.inputs.shape[1] > 2 else "")
        self.title.setVisible(bool(self.title.text()))
        self._boundary.setPen(line_pen(self.theme.text, 2.0))
        super().show_problem(problem)

    def show_scene(self, snapshot: Snapshot) -> None:
        """Show the regions and the boundary of a snapshot."""
        scene = snapshot.scene
        if scene is None or scene.region is None:
            return
        outputs = snapshot.problem.network.layer_sizes[-1]
        several = outputs > 1 and snapshot.problem.classes
        table = self.theme.class_table(outputs) if several else self.theme.area_table
        self._map.set_map(scene.region, table, scene.extent)
        self._boundary.set_points(scene.boundary[:, 0], scene.boundary[:, 1])
