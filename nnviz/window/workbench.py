"""Turns requests of panels and views into edits of the experiment."""

from collections.abc import Callable

import numpy as np
from msgspec.structs import replace
from PySide6.QtWidgets import QWidget

from nnviz.controls.brushes import Brush, Eraser
from nnviz.data.dataset import Extent, FloatArray
from nnviz.experiment.change import fitted, on_data, resized, with_counts
from nnviz.experiment.experiment import Data, Experiment, HiddenActivation, NetworkDesign, Training
from nnviz.experiment.kind import Kind
from nnviz.experiment.problem import Problem
from nnviz.runs.snapshot import Snapshot
from nnviz.runtime.session import Session
from nnviz.window.edits import Edits

_MOST_POINTS = 10_000
_MOST_KNOTS = 200
DrawnPoints = tuple[tuple[float, ...], ...]


def can_draw(brush: Brush, problem: Problem) -> bool:
    """Whether a brush suits the data: the curve needs values over one input, the others classes in a plane."""
    if brush == "curve":
        return problem.flat and not problem.classes
    return brush is not None and problem.dataset.inputs.shape[1] == 2 and bool(problem.classes)


def _after_stroke(points: DrawnPoints, stroke: FloatArray, brush: Brush, extent: Extent) -> DrawnPoints:
    """The points with those of a stroke, shape (points, 2), added or those under it erased."""
    if isinstance(brush, Eraser):
        return _erased(points, stroke, brush.radius, extent)
    return (*points, *((x, y, float(brush or 0)) for x, y in stroke.tolist()))[-_MOST_POINTS:]


def _with_points(data: Data, points: DrawnPoints) -> Data:
    """Data drawn by hand; all of it is learned from, unless a part of what was drawn before is set apart."""
    is_drawn = data.name == "drawn" and not data.file
    fraction = data.train_fraction if is_drawn else 1.0
    return replace(data.without_table(), name="drawn", points=points, train_fraction=fraction)


def _curve_after(data: Data, problem: Problem, stroke: FloatArray) -> Data:
    """The curve through the stroke, unchanged outside the stroke's range."""
    order = np.argsort(stroke[:, 0], kind="stable")
    drawn = stroke[order]
    former = _former_curve(data, problem)
    low, high = drawn[[0, -1], 0]
    knots = np.concatenate([former[former[:, 0] < low], drawn, former[former[:, 0] > high]])
    if knots[0, 0] == knots[-1, 0]:
        return data
    kept = knots[np.linspace(0, len(knots) - 1, min(len(knots), _MOST_KNOTS)).astype(int)]
    points = tuple((x, y) for x, y in kept.tolist())
    return replace(data.without_table(), name="curve", points=points, standardize=False, features=())


def _former_curve(data: Data, problem: Problem) -> FloatArray:
    """Knots of the curve before the stroke: those drawn, or else the training samples sorted by input."""
    if data.name == "curve" and not data.file:
        return np.array(data.points)
    points = problem.train.points
    return points[np.argsort(points[:, 0], kind="stable")][:: max(1, len(points) // 50)]


def _points(problem: Problem) -> DrawnPoints:
    rows = np.column_stack([problem.dataset.inputs, problem.dataset.targets])
    return tuple((x, y, k) for x, y, k in rows.tolist())


def _erased(points: DrawnPoints, stroke: FloatArray, radius: float, extent: Extent) -> DrawnPoints:
    x_min, x_max, y_min, y_max = extent
    scale = np.array([x_max - x_min, y_max - y_min])
    places = np.array([row[:2] for row in points]).reshape(-1, 2) / scale
    distance = np.linalg.norm(places[:, None] - stroke[None] / scale, axis=2).min(axis=1)
    return tuple(row for row, away in zip(points, distance, strict=True) if away > radius)


class Workbench:
    """Edits the experiment and keeps its settings consistent with each other.

    ``brush`` returns the brush that is selected, None if none is. ``show_sheet`` shows samples that are too few to
    learn, on a canvas that was cleared or rubbed out; None shows those of the experiment again.
    """

    def __init__(
        self,
        session: Session,
        edits: Edits,
        brush: Callable[[], Brush],
        show_sheet: Callable[[Problem | None], object],
    ) -> None:
        self._session, self._edits, self._brush, self._show_sheet = session, edits, brush, show_sheet
        self._sheet: tuple[Problem, DrawnPoints] | None = None

    @property
    def draws(self) -> bool:
        """Whether dragging in the plane draws."""
        snapshot = self._session.snapshot
        return isinstance(snapshot, Snapshot) and can_draw(self._brush(), snapshot.problem)

    def change_data(self, data: Data) -> None:
        """Change the data; adapt output and loss to them if necessary."""
        if isinstance(experiment := self._session.experiment, Experiment):
            self._edits.change(on_data(experiment, data), fit=True)

    def change_network(self, network: NetworkDesign) -> None:
        """Change the network."""
        if isinstance(experiment := self._session.experiment, Experiment):
            training = experiment.training
            if network.hidden != experiment.network.hidden:  # weights to start from would not fit
                training = replace(training, start="")
            self._edits.change(self._fitted(replace(experiment, network=network, training=training)))

    def change_training(self, training: Training) -> None:
        """Change how the network is trained."""
        if isinstance(experiment := self._session.experiment, Experiment):
            self._edits.change(self._fitted(replace(experiment, training=training)))

    def change_settings(self, experiment: Kind) -> None:
        """Change the settings of an experiment without a network."""
        before = self._session.experiment
        if type(experiment) is type(before):
            self._edits.change(experiment.before(dict.fromkeys(experiment.changes_from(before))))

    def choose_activation(self, name: HiddenActivation) -> None:
        """Use an activation function in all hidden layers."""
        if isinstance(experiment := self._session.experiment, Experiment):
            self.change_network(replace(experiment.network, activation=name))

    def retry_with_lower_rate(self) -> None:
        """Go back to before the run diverged, and continue with a tenth of the learning rate."""
        if not self._session.state.begun:  # another run is about to take its place
            return
        self._session.seek_last_sound()
        if isinstance(experiment := self._session.experiment, Experiment):
            rate = experiment.training.learning_rate
            self.change_training(replace(experiment.training, learning_rate=rate / 10))

    def fork(self) -> None:
        """Race the run on from here against a copy with ten times the learning rate."""
        from nnviz.kinds.race.rivals import fork, settings_of  # noqa: PLC0415 - see nnviz.late

        snapshot = self._session.snapshot
        if snapshot is None or not settings_of(snapshot.experiment):
            return
        if not snapshot.finite:
            self._session.refused.emit("From here nothing can race on: the weights have grown beyond all numbers.")
        else:
            self._edits.change(fork(snapshot, 10.0))

    def race_against(self, parent: QWidget) -> None:
        """Ask for a setting and values of it, and race the network against itself with these."""
        from nnviz.kinds.race.rivals import settings_of  # noqa: PLC0415 - see nnviz.late
        from nnviz.kinds.race.schema import Race  # noqa: PLC0415 - see nnviz.late
        from nnviz.window.race_dialog import RaceDialog  # noqa: PLC0415

        present = self._session.experiment
        base: Kind = present.base if isinstance(present, Race) else present
        if settings_of(base):
            RaceDialog(parent, base, self._edits.change).open()
        else:
            self._session.refused.emit("Only networks that learn by gradient descent can race.")

    def study(self, parent: QWidget) -> None:
        """Ask what is to vary, and begin a study of the network that is shown."""
        from nnviz.kinds.race.rivals import settings_of  # noqa: PLC0415 - see nnviz.late
        from nnviz.window.study_dialog import StudyDialog  # noqa: PLC0415 - see nnviz.late

        snapshot = self._session.snapshot
        if snapshot is not None and settings_of(snapshot.experiment):
            StudyDialog(parent, snapshot, self._edits.change).open()
        else:
            self._session.refused.emit("Only networks that learn by gradient descent can be studied.")

    def resize(self, hidden: tuple[int, ...]) -> None:
        """Set the sizes of the hidden layers."""
        if isinstance(experiment := self._session.experiment, Experiment):
            self.change_network(resized(experiment.network, with_counts(experiment.network, hidden)))

    def draw(self, stroke: FloatArray) -> None:
        """Apply the brush along a stroke, shape (points, 2); the weights stay as they are."""
        snapshot = self._session.snapshot
        experiment, brush = self._session.experiment, self._brush()
        if not (isinstance(snapshot, Snapshot) and isinstance(experiment, Experiment)) or not can_draw(
            brush, snapshot.problem
        ):
            return
        problem, data = snapshot.problem, experiment.data
        if brush == "curve":
            self._draw(_curve_after(data, problem, stroke), "draw")
            return
        extent = snapshot.scene.seen if snapshot.scene else problem.extent
        points = _after_stroke(self._points_of(problem), stroke, brush, extent)
        if len({row[2] for row in points}) < 2:
            self._lay_sheet(problem, points)
        else:
            self._sheet = None
            self._draw(_with_points(data, points), "erase points" if isinstance(brush, Eraser) else "draw")

    def clear(self) -> None:
        """Begin an empty canvas; the run waits until there are points of two classes to learn."""
        snapshot = self._session.snapshot
        if isinstance(snapshot, Snapshot) and can_draw(self._brush(), snapshot.problem):
            self._session.pause()
            self._lay_sheet(snapshot.problem, ())

    def put_sheet_away(self) -> None:
        """Forget what is drawn but cannot be learned yet."""
        self._sheet = None
        self._show_sheet(None)

    def _draw(self, data: Data, words: str) -> None:
        if isinstance(experiment := self._session.experiment, Experiment):
            self._edits.change(replace(experiment, data=data), words, fit=True, keep_weights=True)

    def _points_of(self, problem: Problem) -> DrawnPoints:
        """The points on the canvas: those on the sheet, if it was laid over this problem."""
        return self._sheet[1] if self._sheet and self._sheet[0].train is problem.train else _points(problem)

    def _lay_sheet(self, problem: Problem, points: DrawnPoints) -> None:
        self._sheet = problem, points
        rows = np.array(points).reshape(-1, 3)
        self._show_sheet(problem.with_drawn(rows[:, :2], rows[:, 2].astype(np.int64)))

    def _fitted(self, experiment: Experiment) -> Experiment:
        snapshot = self._session.snapshot
        if not isinstance(snapshot, Snapshot):
            return experiment
        return fitted(experiment, snapshot.problem.dataset.task, len(snapshot.problem.classes))
