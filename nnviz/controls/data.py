"""The data panel, and the data with another source, or with other inputs."""

from collections.abc import Sequence

import numpy as np
from msgspec import structs
from PySide6.QtCore import Signal
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import QLabel, QWidget

from nnviz.controls.brushes import Brush, Brushes, Drawable
from nnviz.controls.fields import Button, Toggle
from nnviz.controls.inputs import Features, GiveBack, PlaneChoice, normal_features
from nnviz.controls.layout import Flow
from nnviz.controls.number import NumberField, NumberScale, percent
from nnviz.controls.panel import Disclosure, Form, Panel
from nnviz.controls.sources import SourceChoice
from nnviz.data.catalogue import CATALOGUE
from nnviz.data.dataset import Dataset
from nnviz.data.messages import shown
from nnviz.data.source import MAX_BITS, MAX_CLASSES, MAX_DIMENSIONS, MAX_FOLDS
from nnviz.experiment.experiment import Data, Experiment
from nnviz.experiment.problem import Problem
from nnviz.theme import Theme, theme

DrawnPoints = tuple[tuple[float, ...], ...]
_MOST_POINTS = 10_000

_FIRST: dict[str, DrawnPoints] = {
    "drawn": ((-2.0, -2.0, 0.0), (2.0, 2.0, 1.0)),
    "curve": ((-6.0, -0.5), (-2.0, 0.8), (2.0, -0.8), (6.0, 0.5)),
}
"""Points to begin a drawing with if the data have none: without points nothing can be learned."""

_SAMPLES = (10, 20, 50, 100, 200, 300, 500, 1_000, 2_000, 5_000, 10_000)
_WAVES = (1, 2, 3, 5, 10, 20, 30, 50, 100, 200, 500)
_FREQUENCIES = tuple(0.5 * k for k in range(1, 41))
_TWENTIETHS = tuple(round(0.05 * k, 2) for k in range(21))
_SEEDS = 2**63
_LONGEST_NAME = 20
_SAMPLES_TIP = "How many samples there are, for training and test together. 2 to 100,000."
_NOISE_TIP = "How far samples are moved at random: 0 is clean, 0.5 hard, 1 the most."
_CLASSES_TIP = "How many classes there are, 2 to 10."
_BITS_TIP = "How many inputs the parity is of, 2 to 16; there are 2ⁿ rows."
_FOLDS_TIP = "How many times the sawtooth is folded, 1 to 12; n folds make 2ⁿ pieces."
_DIMENSIONS_TIP, _WAVES_TIP = "How many inputs there are, 1 to 64.", "How many waves are summed, 1 to 500."
_FREQUENCY_TIP = "How fast each wave goes up and down, in radians a unit: the length of its w."
_TRAIN_TIP = "Share of the samples that are learned from; the others test what was learned."

_TABLE_TIP = "The column to predict. Click to change it, the inputs, and how the table is read."
_STANDARDIZE_TIP = (
    "Give every input mean 0 and standard deviation 1: (x − mean) / deviation, as of the training samples."
)

_FEATURES_TIP = "What the network gets of x₁ and x₂."
_PLANE_TIP = "The plane that many inputs are drawn in."
_SHIFT_TIP = """Pixels by which the test pictures are moved, to the left and to the right.
Can change while the network learns; what it learns from stays as it is."""
_SEED_TIP = "Which random numbers the samples come from: the same seed, the same samples."


def input_count(data: Data, dataset: Dataset | None) -> int:
    """Number of inputs of the data; 0 for a table that has not been read."""
    if data.file:
        return len(dataset.input_names) if dataset else 0
    source = CATALOGUE[data.name]
    if "dimensions" in source.options:
        return data.dimensions
    return data.bits if "bits" in source.options else source.features


def with_source(data: Data, name: str, dataset: Dataset | None) -> Data:
    """The data with another source; drawing by hand starts from the current samples."""
    chosen = structs.replace(data.without_table(), name=name, axes=())
    if name in _FIRST and not _are_like(data.points, _FIRST[name]):
        chosen = structs.replace(chosen, points=_begun(name, dataset))
    if name == "drawn":  # what is drawn is learned from, unless a part of it is set apart
        chosen = structs.replace(chosen, train_fraction=1.0)
    return structs.replace(chosen, features=normal_features(data.features, input_count(chosen, None)))


def with_inputs(data: Data, key: str, count: int) -> Data:
    """The data with so many inputs, which the key counts."""
    return structs.replace(data, axes=(), features=normal_features(data.features, count), **{key: count})


def canvas_of(data: Data, dataset: Dataset | None) -> Drawable:
    """What can be drawn by hand: points of classes in the plane, or a curve over one input."""
    if data.file:
        return "points" if dataset is not None and _is_drawable(dataset) else None
    source = CATALOGUE[data.name]
    if source.task == "regression":
        return "curve" if source.features == 1 else None
    return "points" if source.features == 2 else None


def _begun(name: str, dataset: Dataset | None) -> DrawnPoints:
    if name != "drawn" or dataset is None or not _is_drawable(dataset):
        return _FIRST[name]
    rows = np.column_stack([dataset.inputs, dataset.targets])[:_MOST_POINTS]
    return tuple(tuple(row) for row in rows.tolist())


def _are_like(points: DrawnPoints, example: DrawnPoints) -> bool:
    return bool(points) and {len(point) for point in points} == {len(example[0])}


def _is_drawable(dataset: Dataset) -> bool:
    return len(dataset.input_names) == 2 and 2 <= len(dataset.class_names) <= MAX_CLASSES


class DataPanel(Panel):
    """The panel of the data: emits ``changed`` with a new `Data`, and ``brush_changed`` with a `Brush`.

    ``canvas_cleared`` asks for an empty canvas; ``problem_shown`` reports that other data have been loaded.
    """

    open_requested = Signal()
    table_requested = Signal()
    brush_changed = Signal(object)
    canvas_cleared = Signal()
    problem_shown = Signal()

    def __init__(self) -> None:
        super().__init__("data", "Data")
        self._problem: Problem | None = None
        self._add_source()
        self._add_numbers()
        self._add_drawing()
        self._add_rare()
        self._column.addStretch(1)
        self.set_theme(theme("light"))
        self.show_experiment(self._experiment)

    @property
    def brush(self) -> Brush:
        """What a click in the plane draws now; None for nothing."""
        return self.brushes.brush

    def show_experiment(self, experiment: Experiment) -> None:
        self.features.show_columns(input_count(experiment.data, self._dataset))
        super().show_experiment(experiment)
        self.source.show_data(self.shown)
        target = shown(self.shown.target, _LONGEST_NAME).replace("&", "&&")
        self.table.setText(f"{target or 'Table'}…")
        self._show_rows(self.shown)
        classes = len(self._problem.classes) if self._problem else 2
        self.brushes.show_classes(max(2, classes), canvas_of(self.shown, self._dataset))

    def show_problem(self, problem: Problem) -> None:
        """Show what is known once the data are loaded: their columns and notes."""
        if problem is not self._problem:
            self._problem = problem
            dataset = problem.dataset
            self.plane.show_names(dataset.input_names)
            self.train_fraction.setEnabled(not dataset.whole)
            self.notes.setText("\n".join(problem.notes))
            self.notes.setVisible(bool(problem.notes))
            self.show_experiment(self._experiment)
            self.problem_shown.emit()

    def set_theme(self, theme: Theme) -> None:
        self.source.pictures.set_theme(theme)
        self.brushes.set_theme(theme)

    @property
    def _dataset(self) -> Dataset | None:
        return self._problem.dataset if self._problem else None

    def _add_source(self) -> None:
        self.source, self.notes = SourceChoice(), QLabel(wordWrap=True)
        self.notes.setForegroundRole(QPalette.ColorRole.PlaceholderText)
        self.notes.hide()
        self.source.changed.connect(lambda name: self.changed.emit(with_source(self.shown, name, self._dataset)))
        self.source.open_requested.connect(self.open_requested)
        self._column.addWidget(self.source)
        self._column.addWidget(self.notes)

    def _add_numbers(self) -> None:
        self._form = form = Form()
        self.table = Button(name="Table").widened()
        self.table.clicked.connect(self.table_requested)
        self.train_fraction = self._number("train_fraction", _TWENTIETHS[2:], percent)
        self.features = self._bind("features", Features())
        form.add("Target", self.table, _TABLE_TIP)
        form.add("Samples", self._number("samples", _SAMPLES), _SAMPLES_TIP)
        form.add("&Noise", self._number("noise", _TWENTIETHS), _NOISE_TIP)
        form.add("&Classes", self._number("classes", range(2, MAX_CLASSES + 1)), _CLASSES_TIP)
        form.add("Bits", self._inputs("bits", range(2, MAX_BITS + 1)), _BITS_TIP)
        form.add("Folds", self._number("folds", range(1, MAX_FOLDS + 1)), _FOLDS_TIP)
        form.add("Dimensions", self._inputs("dimensions", range(1, MAX_DIMENSIONS + 1)), _DIMENSIONS_TIP)
        form.add("Waves", self._number("waves", _WAVES), _WAVES_TIP)
        form.add("Frequency", self._number("frequency", _FREQUENCIES), _FREQUENCY_TIP)
        form.add("Tra&in", self.train_fraction, _TRAIN_TIP)
        form.add("Inputs", self.features, _FEATURES_TIP)
        form.add("Shift", self._number("shift", range(9)), _SHIFT_TIP)
        self._column.addWidget(form)

    def _add_drawing(self) -> None:
        self.brushes = Brushes()
        self.new_sample = Button("Ne&w sample", tip="Draw other samples of the same kind.").widened()
        self.new_sample.clicked.connect(lambda: self._edit(seed=(self.shown.seed + 1) % _SEEDS))
        self.brushes.changed.connect(self.brush_changed)
        self.brushes.cleared.connect(self.canvas_cleared)
        buttons = QWidget()
        row = Flow(buttons, fill=True)
        row.addWidget(self.new_sample)
        row.addWidget(self.brushes.switch)
        self._column.addWidget(buttons)
        self._column.addWidget(self.brushes)

    def _add_rare(self) -> None:
        more = Disclosure()
        self._rare = form = Form(self._form)
        more.hold(form)
        self.plane = self._bind("axes", PlaneChoice())
        form.add("Plane", self.plane, _PLANE_TIP)
        form.add("Seed", self._number("seed", ()), _SEED_TIP)
        form.add_whole(self._bind("standardize", Toggle("&Standardize", _STANDARDIZE_TIP)))
        form.add_whole(self._bind("target", GiveBack()))
        self._column.addWidget(more)

    def _inputs(self, key: str, counts: Sequence[int]) -> NumberField:
        """A field for a key that counts the inputs."""
        field = NumberField(NumberScale(Data, key, tuple(counts)))
        field.refused.connect(self.refused)
        field.corrected.connect(self.corrected)
        self._fields[key] = field
        field.changed.connect(lambda count: self.changed.emit(with_inputs(self.shown, key, count)))
        return field

    def _show_rows(self, data: Data) -> None:
        """Show only the rows that apply to these data."""
        inputs = input_count(data, self._dataset)
        options = () if data.file else CATALOGUE[data.name].options
        for key in ("samples", "noise", "classes", "bits", "folds", "dimensions", "waves", "frequency"):
            self._form.show_row(self._fields[key], key in options)
        self._form.show_row(self.table, bool(data.file))
        self._form.show_row(self.features, 1 <= inputs <= 2)
        self._form.show_row(self._fields["shift"], bool(self._problem and self._problem.picture) or data.shift > 0)
        self._rare.show_row(self.plane, inputs > 2)
