"""The numbers of a run's moments in a document: an npz file whose arrays have one row for each moment.

Nothing in it is executed, and sizes are checked before anything is read.
"""

import io
import zipfile
from collections.abc import Mapping, Sequence
from math import isfinite
from typing import Any

import numpy as np

from nnviz.data.messages import within
from nnviz.engine.descent import Position
from nnviz.engine.optimizers import OPTIMIZERS
from nnviz.engine.tape import Array
from nnviz.errors import InputError
from nnviz.experiment.experiment import Experiment
from nnviz.experiment.problem import Problem
from nnviz.runs.history import CAPACITY
from nnviz.runs.metrics import Metrics, Score
from nnviz.runs.run import NetworkRun
from nnviz.runs.snapshot import Snapshot
from nnviz.runs.timeline import Branch

_PLACES, _SLACK = 256, 2**16
"""Bytes of a moment's counts and losses, and of all headers, at most."""
_FIGURES = 5
"""Numbers of a curve's point: its epoch, two losses, two accuracies."""
_COUNTS = ("settings", "step", "epoch", "batch", "slots", "measured_step", "measured_epoch")


def arrays_of(lines: Sequence[Branch], moments: Sequence[Snapshot], settings: Sequence[int]) -> bytes:
    """The content of the file: a row for each moment, which has the settings of that index."""
    positions, metrics = [m.position for m in moments], [m.metrics for m in moments]
    arrays: dict[str, Any] = {
        "settings": settings,
        "edited": [moment.edited for moment in moments],
        "step": [position.step for position in positions],
        "epoch": [position.epoch for position in positions],
        "batch": [position.batch for position in positions],
        "slots": [len(position.memory) for position in positions],
        "measured_step": [each.step for each in metrics],
        "measured_epoch": [each.epoch for each in metrics],
        "parameters": np.stack([position.parameters for position in positions]),
        "memory": np.concatenate([position.memory for position in positions]),
        "curves": np.concatenate([line.course.curve.rows for line in lines]),
    }
    for name, scores in (("train", [m.train for m in metrics]), ("test", [m.test for m in metrics])):
        there = [score for score in scores if score]
        arrays[f"{name}_loss"] = [score.loss for score in there]
        if there and there[0].confusion is not None:
            arrays[f"{name}_confusion"] = np.stack(
                [score.confusion for score in there if score.confusion is not None]
            )
    content = io.BytesIO()
    np.savez(content, **arrays)
    return content.getvalue()


def read_arrays(content: bytes, one: Snapshot, count: int, points: int) -> dict[str, Array]:
    """The arrays of so many moments, with the shapes that moments like ``one`` have, and points of curves."""
    try:
        arrays = _arrays(content)
    except Exception as error:  # a damaged file makes zipfile and NumPy raise almost anything
        raise InputError("not arrays as nnviz writes them") from error
    _require_shapes(arrays, _shapes(one, count, points, arrays))
    return arrays


def _arrays(content: bytes) -> dict[str, Array]:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        unpacked = sum(info.file_size for info in archive.infolist())
    if unpacked > len(content):  # nnviz packs none
        raise ValueError(unpacked)
    with np.load(io.BytesIO(content), allow_pickle=False) as file:
        return {name: np.asarray(file[name]) for name in file.files}


def largest_arrays(one: Snapshot, count: int, lines: int) -> int:
    """Bytes of all arrays at most, for so many moments like ``one`` in so many lines."""
    slots = max(optimizer.slots for optimizer in OPTIMIZERS.values())
    moment = one.position.parameters.nbytes * (1 + slots) + one.metrics.size + _PLACES
    return count * moment + lines * CAPACITY * _FIGURES * 8 + _SLACK


def _shapes(
    one: Snapshot, count: int, points: int, arrays: Mapping[str, Array]
) -> dict[str, tuple[str, tuple[int, ...]]]:
    """Kind and shape that every array must have, for moments like ``one``."""
    size = one.position.parameters.size
    slots = arrays.get("slots", np.zeros(0, int))
    rows = int(slots.sum()) if slots.dtype.kind in "iu" else 0
    shapes: dict[str, tuple[str, tuple[int, ...]]] = dict.fromkeys(_COUNTS, ("iu", (count,)))
    shapes |= {"edited": ("b", (count,)), "parameters": ("f", (count, size)), "memory": ("f", (rows, size))}
    shapes["curves"] = ("f", (points, _FIGURES))
    for name, score in (("train", one.metrics.train), ("test", one.metrics.test)):
        shapes[f"{name}_loss"] = ("f", (count if score else 0,))
        if score and score.confusion is not None:
            shapes[f"{name}_confusion"] = ("iu", (count, *score.confusion.shape))
    return shapes


def _require_shapes(arrays: Mapping[str, Array], shapes: Mapping[str, tuple[str, tuple[int, ...]]]) -> None:
    for name, (kinds, shape) in shapes.items():
        array = arrays.get(name, np.zeros((), "U"))
        if array.dtype.kind not in kinds or array.shape != shape:
            raise InputError(f"{name} is of shape {array.shape}; allowed: {shape}, as the experiment has it")


class MomentReader:
    """Builds a run's moments from arrays.

    Parameters
    ----------
    experiments : sequence of Experiment
        One for each of the settings that moments have.
    shuffling : sequence of mapping
        State of each moment's random generator.
    """

    def __init__(
        self,
        run: NetworkRun,
        experiments: Sequence[Experiment],
        shuffling: Sequence[Mapping[str, Any]],
        arrays: Mapping[str, Array],
    ) -> None:
        self.arrays, self._states = arrays, shuffling
        self._experiments = experiments
        self._problems = [run.problem_of(experiment) for experiment in experiments]
        self._dtype = run.snapshot().position.parameters.dtype
        self._generator = np.random.default_rng(0).bit_generator
        self._ends = np.cumsum(arrays["slots"])

    def moment(self, place: int) -> Snapshot:
        """The moment of an index; an `InputError` says what is wrong with it."""
        with within(f"moment {place}: "):
            settings = self._count("settings", place)
            if settings >= len(self._experiments):
                raise InputError(f"settings is {settings}; allowed: below {len(self._experiments)}")
            experiment, problem = self._experiments[settings], self._problems[settings]
            position = self._position(place, experiment, problem)
            with np.errstate(all="ignore"):
                finite = isfinite(position.parameters.dot(position.parameters))
            edited = bool(self.arrays["edited"][place])
            return Snapshot(experiment, problem, position, self._metrics(place, problem), finite, edited)

    def _position(self, place: int, experiment: Experiment, problem: Problem) -> Position:
        slots, batch = self._count("slots", place), self._count("batch", place)
        if slots != OPTIMIZERS[experiment.training.optimizer].slots:
            raise InputError(f"memory has {slots} rows, which are another optimizer's")
        if batch >= (most := problem.steps_an_epoch(experiment.training.batch_size)):
            raise InputError(f"batch is {batch}; allowed: below {most}, as the epoch has")
        end = int(self._ends[place])
        with np.errstate(over="ignore"):
            parameters = self.arrays["parameters"][place].astype(self._dtype)
            memory = self.arrays["memory"][end - slots : end].astype(self._dtype)
        parameters.flags.writeable = memory.flags.writeable = False
        step, epoch = self._count("step", place), self._count("epoch", place)
        return Position(step, epoch, batch, parameters, memory, self._shuffling(place))

    def _shuffling(self, place: int) -> Mapping[str, Any]:
        try:
            self._generator.state = self._states[place]
        except (LookupError, AttributeError, TypeError, ValueError, OverflowError) as error:
            raise InputError(
                "shuffling is no state of the random generator; allowed: as nnviz saves it"
            ) from error
        return dict(self._generator.state)

    def _metrics(self, place: int, problem: Problem) -> Metrics:
        step, epoch = self._count("measured_step", place), self._count("measured_epoch", place)
        train = self._score("train", place, len(problem.train))
        return Metrics(
            step, epoch, train, self._score("test", place, len(problem.test)) if len(problem.test) else None
        )

    def _score(self, name: str, place: int, samples: int) -> Score:
        loss, counts = float(self.arrays[f"{name}_loss"][place]), self.arrays.get(f"{name}_confusion")
        if counts is None:
            return Score(loss)
        confusion = counts[place].astype(np.int64)
        if (confusion < 0).any() or confusion.sum() != samples:
            raise InputError(
                f"{name}_confusion counts {confusion.sum()} samples; allowed: {samples}, as there are"
            )
        return Score(loss, confusion)

    def _count(self, name: str, place: int) -> int:
        count = int(self.arrays[name][place])
        if count < 0:
            raise InputError(f"{name} is {count}; allowed: from 0")
        return count
