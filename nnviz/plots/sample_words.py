"""Samples and the network's answers in words, to be read under the pointer."""

from collections.abc import Iterator

import numpy as np

from nnviz.data.dataset import FloatArray
from nnviz.data.features import label_of
from nnviz.drawing.canvas import Numbers
from nnviz.drawing.points import MOST_POINTS
from nnviz.engine.outputs import SOFTMAX
from nnviz.experiment.problem import Problem
from nnviz.experiment.samples import Samples
from nnviz.numerals import percent, tick
from nnviz.plots.plane import Plane
from nnviz.runs.network_parts import output_names

_MOST_ANSWERS = 6


def place_words(problem: Problem, x: float, y: float) -> str:
    """The coordinates of a point of the plane."""
    return "   ".join(f"{name} {tick(value, 3)}" for name, value in zip(axis_words(problem), (x, y), strict=True))


def sample_near(
    problem: Problem, plane: Plane, x: float, y: float, near: float, *, has_test: bool = True
) -> Iterator[str]:
    """A line on the sample drawn nearest to a point, if it is close enough."""
    found = list[tuple[float, int, Samples, str]]()
    for samples, kind in ((problem.train, "training"), (problem.test, "test"))[: 1 + has_test]:
        if len(points := samples.points[:MOST_POINTS]):
            away = np.hypot(*((points - [x, y]) * plane.unit).T)
            found.append((float(away.min()), int(away.argmin()), samples, kind))
    for distance, index, samples, kind in sorted(found, key=lambda one: one[0])[:1]:
        if distance <= near:
            words = target_words(problem, samples, index)
            yield f"{kind} sample, row {samples.rows[index] + 1}: {words}"


def sample_rows(problem: Problem | None) -> Numbers:
    """The samples of a problem as a table."""
    if problem is None:
        return []
    return [
        (f"{kind} sample: {target_words(problem, samples, index)}", x, y)
        for samples, kind in ((problem.train, "training"), (problem.test, "test"))
        for index, (x, y) in enumerate(samples.points.tolist())
    ]


def answers(problem: Problem, found: FloatArray) -> list[str]:
    """The network's answer, shape (outputs,), in words: its output, or the probability of each class."""
    outputs = found.tolist()
    if problem.network.output is not SOFTMAX:
        names = output_names(problem)
        return [f"{name} {tick(value, 3)}" for name, value in zip(names, outputs, strict=True)][:_MOST_ANSWERS]
    likely = sorted(zip(outputs, problem.classes, strict=True), key=lambda answer: -answer[0])[:_MOST_ANSWERS]
    return [f"P({name}) {percent(share)}" for share, name in likely]


def target_words(problem: Problem, samples: Samples, index: int) -> str:
    """The class of a sample, or its target values."""
    if samples.labels is not None:
        return str(problem.labels[samples.labels[index]])
    return ", ".join(tick(value, 3) for value in samples.targets[index].tolist())


def axis_words(problem: Problem) -> tuple[str, str]:
    """Names of the horizontal and the vertical axis: the data's inputs, written as in the diagram."""
    right, up = map(label_of, problem.projection.axis_labels)
    return right, up
