"""The timeline of a network's run in a document: its moments, and the loss curves of every line.

An outline in JSON says how moments and lines belong together; the numbers are arrays in a file beside it.
"""

import json
from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path
from typing import Annotated, Any, Self

import msgspec
from msgspec import Meta, Struct
from msgspec.structs import replace

from nnviz.data.messages import within
from nnviz.engine.tape import Array
from nnviz.errors import InputError
from nnviz.experiment.experiment import Experiment, Training
from nnviz.runs.history import CAPACITY, Course
from nnviz.runs.moment_arrays import MomentReader, arrays_of, largest_arrays, read_arrays
from nnviz.runs.run import NetworkRun, Run
from nnviz.runs.snapshot import Snapshot
from nnviz.runs.timeline import MOST_MOMENTS, Branch, Timeline
from nnviz.storage import read_bytes

OUTLINE, MOMENTS = "timeline.json", "moments.npz"
"""Names of the two files in a document."""
LARGEST_PAST = 16 * 2**20
"""Bytes of moments in a document at most; a single moment may be larger."""

_LARGEST_OUTLINE = 8 * 2**20
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
    settings = {settings: place for place, settings in enumerate(dict.fromkeys(map(_Settings.of, moments)))}
    own = [settings[_Settings.of(moment)] for moment in moments]
    return {OUTLINE: _outline_of(lines, moments, tuple(settings)), MOMENTS: arrays_of(lines, moments, own)}


def _outline_of(lines: Sequence[Branch], moments: Sequence[Snapshot], settings: tuple[_Settings, ...]) -> bytes:
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
    outline = _Outline(len(moments), 0, settings, tuple(written), states)
    return json.dumps(msgspec.to_builtins(outline), separators=(",", ":")).encode()


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
    count, lines, one = outline.count, outline.lines, run.snapshot()
    content = read_bytes(document / MOMENTS, largest_arrays(one, count, len(lines)))
    with within(f"{document}: {MOMENTS}: "):
        experiments = [_experiment_of(run.experiment, settings) for settings in outline.settings]
        arrays = read_arrays(content, one, count, sum(line.points for line in lines))
        reader = MomentReader(run, experiments, outline.shuffling, arrays)
        moments = [reader.moment(place) for place in range(count)]
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
