"""Tables (CSV) of a run: its samples, its losses over the epochs, and the moments of its timeline."""

import csv
import io
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from math import isnan
from typing import Any

from nnviz.export.model import Exported
from nnviz.runs.snapshot import Snapshot
from nnviz.runs.timeline import Branch, Timeline

MOST_PARAMETERS = 1_000
"""Parameters of a network at most for its timeline's table to have a column for each."""
_FIGURES = ("train_loss", "test_loss", "train_accuracy", "test_accuracy")
_SETTINGS = ("optimizer", "learning_rate", "momentum", "batch_size", "l1", "l2")


@dataclass(frozen=True)
class Table:
    """What a table can be of.

    Parameters
    ----------
    words : str
        What it has a row for.
    content : callable (Exported, Timeline) -> bytes
        The table of a moment, and of the timeline that it is on.
    """

    words: str
    content: Callable[[Exported, Timeline], bytes]


def samples(exported: Exported, _past: Timeline | None = None) -> bytes:
    """The samples, a row each in the order of the data: inputs, target, part, outputs."""
    dataset, learned = exported.problem.dataset, set(exported.problem.train.rows.tolist())
    named = [f"output {name}" for name in dataset.class_names]
    outputs = named if len(named) == exported.sizes[-1] else ["output"]
    rows: list[list[Any]] = [[*dataset.input_names, "target", "part", *outputs]]
    measured = zip(dataset.inputs.tolist(), dataset.targets.tolist(), exported.outputs.tolist(), strict=True)
    for number, (inputs, target, answer) in enumerate(measured):
        wanted = [dataset.class_names[target]] if dataset.class_names else target
        rows.append([*inputs, *wanted, "train" if number in learned else "test", *answer])
    return _csv(rows)


def metrics(_exported: Exported, past: Timeline) -> bytes:
    """Losses and accuracies over the epochs of the present line: the points of its loss curve."""
    line = past.line
    line.course.follow(line.moments)
    shares = (1.0, 1.0, 1.0, 0.01, 0.01)  # curves have accuracies in per cent
    points = (map(float.__mul__, row, shares) for row in line.course.curve.rows.tolist())
    return _csv([["epoch", *_FIGURES], *(["" if isnan(v) else v for v in row] for row in points)])


def timeline(exported: Exported, past: Timeline) -> bytes:
    """Every moment that is kept, line by line: when, how good, how trained, and of small networks the parameters.

    A moment that a branch shares with the line it left stands once, in the line that is older.
    """
    seen: set[int] = set()
    rows: list[list[Any]] = []
    for number, line in enumerate(past.lines, start=1):
        for moment in line.moments:
            if id(moment) not in seen:
                seen.add(id(moment))
                rows.append([number, _left(past.lines, line), *_moment(moment)])
    head = ["line", "branch_of", "step", "epoch", *_FIGURES, "edited", *_SETTINGS]
    return _csv([[*head, *_parameter_names(exported.snapshot)], *rows])


TABLES = {
    "samples": Table("Samples and outputs", samples),
    "metrics": Table("Losses and accuracies over the epochs", metrics),
    "timeline": Table("Moments of the timeline", timeline),
}
"""By the name on the command line."""


def _left(lines: Sequence[Branch], line: Branch) -> int | str:
    """The number of the line that a line has branched from, counted from 1; nothing if it has not."""
    return lines.index(line.parent) + 1 if line.parent in lines else ""


def _moment(moment: Snapshot) -> list[Any]:
    record, training = moment.measures, moment.experiment.training
    settings = [getattr(training, name) for name in _SETTINGS]
    numbers = moment.position.parameters.tolist() if moment.effort <= MOST_PARAMETERS else []
    figures = [record.get(name, "") for name in _FIGURES]
    return [moment.step, moment.epoch, *figures, int(moment.edited), *settings, *numbers]


def _parameter_names(moment: Snapshot) -> list[str]:
    """Names of the parameters in their order: W1[1,2] is layer 1's weight of unit 1 from input 2, b1[1] a bias."""
    if moment.effort > MOST_PARAMETERS:
        return []
    return [
        f"W{l}[{unit},{source}]" if source <= inputs else f"b{l}[{unit}]"
        for l, (units, inputs) in enumerate((w.shape for w in moment.weights), start=1)
        for unit in range(1, units + 1)
        for source in range(1, inputs + 2)
    ]


def _csv(rows: Iterable[Sequence[Any]]) -> bytes:
    text = io.StringIO(newline="")
    csv.writer(text).writerows(rows)
    return text.getvalue().encode()
