"""The timeline of a network's run in a document: its moments, and the loss curves of every line.

An outline in JSON says how moments and lines belong together. The numbers are in an npz file whose arrays have one
row for each moment. Nothing in a file is executed, and sizes are checked before anything is read.
"""

import io
import json
import zipfile
from collections.abc import Mapping, Sequence
from itertools import pairwise
from math import isfinite
from pathlib import Path
from typing import Annotated, Any, Self

import msgspec
import numpy as np
from msgspec import Meta, Struct
from msgspec.structs import replace

from nnviz.data.messages import within
from nnviz.engine.descent import Position
from nnviz.engine.optimizers import OPTIMIZERS
from nnviz.engine.tape import Array
from nnviz.errors import InputError
from nnviz.experiment.experiment import Experiment, Training
from nnviz.experiment.problem import Problem
from nnviz.runs.history import CAPACITY, Course
from nnviz.runs.metrics import Metrics, Score
from nnviz.runs.run import NetworkRun, Run
from nnviz.runs.snapshot import Snapshot
from nnviz.runs.timeline import MOST_MOMENTS, Branch, Timeline
from nnviz.storage import read_bytes

OUTLINE, MOMENTS = "timeline.json", "moments.npz"
"""Names of the two files in a document."""
LARGEST_PAST = 16 * 2**20
"""Bytes of moments in a document at most; a single moment may be larger."""

_LARGEST_OUTLINE = 8 * 2**20
_PLACES, _SLACK = 256, 2**16
"""Bytes of a moment's counts and losses, and of all headers, at most."""
_FIGURES = 5
"""Numbers of a curve's point: its epoch, two losses, two accuracies."""
_COUNTS = ("settings", "step", "epoch", "batch", "slots", "measured_step", "measured_epoch")
_Index = Annotated[int, Meta(ge=0)]
_Whole = Annotated[int, Meta(ge=0, le=2**62)]


class _Settings(Struct, frozen=True, forbid_unknown_fields=True):
    """The settings that can change during a run."""

    training: Training
    alpha: Annotated[float, Meta(ge=0.0, le=1.0)]
    shift: Annotated[int, Meta(ge=0, le=31)] = 0

    @classmethod
    def of(cls, moment: Snapshot) -> Self:
        """Those that a moment had."""
        experiment = moment.experiment
        return cls(experiment.training, experiment.network.alpha, experiment.data.shift)


class _Line(Struct, frozen=True, forbid_unknown_fields=True):
    """A line: indices of its moments, steps of edits, indices of parent and origin, points of its curve."""

    moments: Annotated[tuple[_Index, ...], Meta(min_length=1)]
    edits: tuple[_Whole, ...]
    parent: _Index | None
    origin: _Index | None
    points: Annotated[int, Meta(ge=0, le=CAPACITY)]
    gap: Annotated[float, Meta(ge=0.0)]


class _Outline(Struct, frozen=True, forbid_unknown_fields=True):
    """How moments and lines belong together; ``shown`` is the index of the moment to resume from."""

    count: Annotated[int, Meta(ge=1)]
    shown: _Index
    settings: tuple[_Settings, ...]
    lines: tuple[_Line, ...]
    shuffling: tuple[dict[str, Any], ...]


def past_files(timeline: Timeline, shown: Snapshot) -> dict[str, bytes]:
    """The files of a network's timeline in a document, by their names.

    Parameters
    ----------
    timeline : Timeline
        A copy made by `Timeline.thinned`. If even the ends of its lines are larger than `LARGEST_PAST`, only
        ``shown`` is saved.
    shown : Snapshot
        The moment to resume from, on the present line.
    """
    lines = [line for line in timeline.lines if line.moments and timeline.size <= LARGEST_PAST]
    same = timeline.line.at(shown.step) if lines else None
    shown = same if same and same.step == shown.step else shown
    lines = lines or [Branch([shown], course=timeline.line.course)]
    held = [shown, *(line.origin for line in lines if line.origin), *(m for line in lines for m in line.moments)]
    moments = list({id(moment): moment for moment in held}.values())
    return {OUTLINE: _outline_of(lines, moments), MOMENTS: _arrays_of(lines, moments)}


def _outline_of(lines: Sequence[Branch], moments: Sequence[Snapshot]) -> bytes:
    places = {id(moment): place for place, moment in enumerate(moments)}
    order = {line: place for place, line in enumerate(lines)}
    written = [
        _Line(
            tuple(places[id(moment)] for moment in line.moments),
            tuple(line.edits),
            order.get(line.parent) if line.parent else None,
            places[id(line.origin)] if line.origin else None,
            len(line.course.curve),
            line.course.curve.gap,
        )
        for line in lines
    ]
    states = tuple(dict(moment.position.shuffling) for moment in moments)
    outline = _Outline(len(moments), 0, tuple(_settings_of(moments)), tuple(written), states)
    return json.dumps(msgspec.to_builtins(outline), separators=(",", ":")).encode()


def _settings_of(moments: Sequence[Snapshot]) -> dict[_Settings, int]:
    """All different settings of the moments, each with its index."""
    return {settings: place for place, settings in enumerate(dict.fromkeys(map(_Settings.of, moments)))}


def _arrays_of(lines: Sequence[Branch], moments: Sequence[Snapshot]) -> bytes:
    settings = _settings_of(moments)
    positions, metrics = [m.position for m in moments], [m.metrics for m in moments]
    arrays: dict[str, Any] = {
        "settings": [settings[_Settings.of(moment)] for moment in moments],
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


def take_up(document: Path, run: Run) -> Timeline:
    """Move a new run of a document's experiment to the moment saved in the document; return the saved timeline.

    Raises
    ------
    InputError
        One line on what is wrong in the document.
    """
    if not isinstance(run, NetworkRun):
        raise InputError(
            f"{document}: {OUTLINE}: only networks have moments; allowed: kind network, or no moments"
        )
    content = read_bytes(document / OUTLINE, _LARGEST_OUTLINE)
    with within(f"{document}: {OUTLINE}: "):
        outline = _read_outline(content)
    content = read_bytes(document / MOMENTS, _largest_arrays(run.snapshot(), outline))
    with within(f"{document}: {MOMENTS}: "):
        reader = _Reader(run, outline, _read_arrays(content, run.snapshot(), outline))
        moments = [reader.moment(place) for place in range(outline.count)]
        timeline = Timeline()
        timeline.take(_lines(outline, moments, reader.arrays["curves"]))
        _go_to(moments[outline.shown], run)
    return timeline


def _go_to(moment: Snapshot, run: NetworkRun) -> None:
    """Move a run to a moment, and keep the run's own settings: they may be newer than the moment."""
    experiment = run.experiment
    run.restore(moment)
    if run.experiment != experiment:
        run.tune(experiment)


def _read_outline(content: bytes) -> _Outline:
    try:
        outline = msgspec.convert(json.loads(content), _Outline)
    except (ValueError, RecursionError) as error:  # msgspec's is a ValueError too
        raise InputError(f"not as nnviz writes it: {error}") from error
    _require_places(outline)
    return outline


def _require_places(outline: _Outline) -> None:
    """Refuse an outline whose indices are out of range."""
    count, lines = outline.count, outline.lines
    if not 0 < len(lines) <= MOST_MOMENTS or count > MOST_MOMENTS + len(lines) + 1:
        raise InputError(
            f"{count:,} moments in {len(lines):,} lines; allowed: up to {MOST_MOMENTS:,}, in 1 or more"
        )
    if len(outline.shuffling) != count:
        raise InputError(
            f"shuffling has {len(outline.shuffling):,} states; allowed: {count:,}, as there are moments"
        )
    origins = [line.origin for line in lines if line.origin is not None]
    places = [outline.shown, *origins, *(place for line in lines for place in line.moments)]
    parents = [line.parent for line in lines if line.parent is not None]
    if max(places) >= count or max(parents, default=0) >= len(lines):
        raise InputError(
            f"names a moment or a line that does not exist; there are {count} and {len(lines)}, from 0"
        )


def _read_arrays(content: bytes, one: Snapshot, outline: _Outline) -> dict[str, Array]:
    """The arrays of all moments, with the shapes that moments like ``one`` have."""
    try:
        arrays = _arrays(content)
    except Exception as error:  # a damaged file makes zipfile and NumPy raise almost anything
        raise InputError("not arrays as nnviz writes them") from error
    _require_shapes(arrays, _shapes(one, outline, arrays))
    return arrays


def _arrays(content: bytes) -> dict[str, Array]:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        unpacked = sum(info.file_size for info in archive.infolist())
    if unpacked > len(content):  # nnviz packs none
        raise ValueError(unpacked)
    with np.load(io.BytesIO(content), allow_pickle=False) as file:
        return {name: np.asarray(file[name]) for name in file.files}


def _largest_arrays(one: Snapshot, outline: _Outline) -> int:
    """Bytes of all arrays at most, for moments like ``one``."""
    slots = max(optimizer.slots for optimizer in OPTIMIZERS.values())
    moment = one.position.parameters.nbytes * (1 + slots) + one.metrics.size + _PLACES
    return outline.count * moment + len(outline.lines) * CAPACITY * _FIGURES * 8 + _SLACK


def _shapes(
    one: Snapshot, outline: _Outline, arrays: Mapping[str, Array]
) -> dict[str, tuple[str, tuple[int, ...]]]:
    """Kind and shape that every array must have, for moments like ``one``."""
    count, size = outline.count, one.position.parameters.size
    slots = arrays.get("slots", np.zeros(0, int))
    rows = int(slots.sum()) if slots.dtype.kind in "iu" else 0
    shapes: dict[str, tuple[str, tuple[int, ...]]] = dict.fromkeys(_COUNTS, ("iu", (count,)))
    shapes |= {"edited": ("b", (count,)), "parameters": ("f", (count, size)), "memory": ("f", (rows, size))}
    shapes["curves"] = ("f", (sum(line.points for line in outline.lines), _FIGURES))
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


class _Reader:
    """Builds a run's moments from arrays."""

    def __init__(self, run: NetworkRun, outline: _Outline, arrays: Mapping[str, Array]) -> None:
        self.arrays, self._states = arrays, outline.shuffling
        self._experiments = [_experiment_of(run.experiment, settings) for settings in outline.settings]
        self._problems = [run.problem_of(experiment) for experiment in self._experiments]
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


def _experiment_of(base: Experiment, settings: _Settings) -> Experiment:
    """The experiment of a moment: the document's, with the settings that the moment had."""
    training = base.training
    same = {"seed": training.seed, "precision": training.precision, "start": training.start}
    network, data = replace(base.network, alpha=settings.alpha), replace(base.data, shift=settings.shift)
    return replace(base, data=data, network=network, training=replace(settings.training, **same))


def _lines(outline: _Outline, moments: Sequence[Snapshot], curves: Array) -> list[Branch]:
    lines, end = [], 0
    for number, line in enumerate(outline.lines):
        kept = [moments[place] for place in line.moments]
        if any(later.step <= earlier.step for earlier, later in pairwise(kept)):
            raise InputError(f"line {number}: moments are not in the order of their steps")
        start, end = end, end + line.points
        course = Course.resumed(curves[start:end].astype(float), line.gap, kept[-1])
        origin = None if line.origin is None else moments[line.origin]
        lines.append(Branch(kept, None, origin, list(line.edits), course))
    for line, branch in zip(outline.lines, lines, strict=True):
        branch.parent = None if line.parent is None else lines[line.parent]
    return lines
