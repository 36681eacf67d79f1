"""The modes of a linear task: its singular values and directions, and how far a network has learned each."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from math import inf
from time import perf_counter

import numpy as np

from nnviz.data.dataset import FloatArray
from nnviz.engine.network import Parameters, logits
from nnviz.experiment.problem import Problem
from nnviz.experiment.samples import Samples
from nnviz.runs.history import CAPACITY, ThinnedCurve, moments_since
from nnviz.runs.snapshot import Snapshot

_MOST = 16
"""Modes that are followed at most, the largest."""
_ALIKE = 1e-6
_WHITE = 0.01
_MOST_SAMPLES = 512
"""Training samples by which a network's map is found out."""
_MOST_MOMENTS = 200
_CLOSE = 0.02
"""Part of a curve between two figures of scenes in which no other moments are needed."""


class Modes:
    """The singular value decomposition Σ sₖ uₖ vₖᵀ of the linear map that fits a task best.

    It is found by least squares, from inputs and targets with their means taken off. For inputs of covariance I,
    the s are those of the correlation of targets and inputs (Saxe, McClelland & Ganguli 2013).

    Attributes
    ----------
    strengths : array, shape (modes,)
        The singular values, the largest first; none that are nothing beside it.
    left, right : array, shape (outputs, modes) and (inputs, modes)
        The directions uₖ and vₖ.
    """

    def __init__(self, samples: Samples) -> None:
        self.inputs = samples.inputs[:_MOST_SAMPLES]
        centred = self.inputs - self.inputs.mean(axis=0)
        self._solve = np.linalg.pinv(centred, rcond=_ALIKE)
        targets = samples.targets[:_MOST_SAMPLES]
        left, strengths, right = np.linalg.svd(self.map_of(targets.T), full_matrices=False)
        count = min(_MOST, int((strengths > _ALIKE * strengths[0]).sum()))
        self.strengths = strengths[:count]
        self.left, self.right = left[:, :count], right[:count].T
        covariance = centred.T @ centred / len(centred)
        self.is_white = bool(np.abs(covariance - np.eye(len(covariance))).max() < _WHITE + _one_hot(self.inputs))

    def map_of(self, outputs: FloatArray) -> FloatArray:
        """The linear map (outputs, inputs) nearest to outputs (…, outputs, samples), which may be stacked."""
        centred = outputs - outputs.mean(axis=-1, keepdims=True)
        return np.asarray(np.swapaxes(self._solve @ np.swapaxes(centred, -1, -2), -1, -2))

    def learned(self, outputs: FloatArray) -> FloatArray:
        """uₖᵀ W vₖ of the map W nearest to outputs (…, outputs, samples): shape (…, modes)."""
        return np.asarray(np.einsum("ok,...oi,ik->...k", self.left, self.map_of(outputs), self.right))

    @cached_property
    def probes(self) -> FloatArray:
        """What gives uₖᵀ W vₖ if it is multiplied with outputs and summed: shape (modes, outputs, samples).

        No mean need be taken off the outputs: a constant fits no direction of centred inputs.
        """
        return np.asarray(self.left.T[:, :, None] * (self.right.T @ self._solve)[:, None, :])

    @cached_property
    def levels(self) -> tuple[tuple[float, FloatArray], ...]:
        """Each singular value once, and which modes have it."""
        found: list[tuple[float, FloatArray]] = []
        for value in self.strengths.tolist():
            if not found or abs(found[-1][0] - value) > 1e-3 * value:
                found.append((value, np.isclose(self.strengths, value, rtol=1e-3)))
        return tuple(found)


def _one_hot(inputs: FloatArray) -> float:
    """What the mean of one-hot inputs takes off their covariance."""
    return float((inputs.mean(axis=0) ** 2).max())


def outputs_of(problem: Problem, parameters: Parameters, inputs: FloatArray) -> FloatArray:
    """A network's outputs for inputs (samples, inputs): shape (outputs, samples)."""
    return np.asarray(problem.network.output(logits(problem.network, parameters, inputs.T)))


def sigmoid_course(strength: float, start: float, learning_rate: float, steps: FloatArray) -> FloatArray:
    """How a mode of a linear network with one hidden layer grows: s / (1 + (s/a₀ − 1) exp(−2st)), from a₀.

    The time t is that of gradient descent on all samples, whose inputs have covariance I: each step, of length η,
    is worth ln(1 + ηs)/s, which is η where steps are small.
    """
    grown = np.exp(-2.0 * steps * np.log1p(learning_rate * strength))
    return np.asarray(strength / (1.0 + (strength / start - 1.0) * grown))


def starts_of(modes: Modes, parameters: Parameters) -> FloatArray:
    """a₀ of every mode of a network with one hidden layer, from its first weights: no figure is fitted.

    Of W¹vₖ and W²ᵀuₖ half the sum grows. What of it lies along the sums of stronger modes is taken up by these
    when they are learned, and does not count.
    """
    first, second = parameters.weights
    grows = (first @ modes.right + second.T @ modes.left) / 2.0
    return np.asarray(np.diagonal(np.linalg.qr(grows)[1]) ** 2)


def is_of_theory(moment: Snapshot, modes: Modes) -> bool:
    """Whether the sigmoids hold: one linear hidden layer, plain gradient descent on all samples, white inputs."""
    training, network = moment.experiment.training, moment.problem.network
    return (
        len(network.layer_sizes) == 3
        and all(function.name == "identity" for function in network.activations)
        and training.optimizer == "sgd"
        and training.batch_size >= len(moment.problem.train)
        and modes.is_white
    )


@dataclass(frozen=True, eq=False)
class ModeFigures:
    """What a network has learned of the modes of its task, at one step.

    Attributes
    ----------
    singular_values : array, shape (modes,)
        Those of the network's map, the largest first.
    learned : array, shape (modes,)
        How strong each of the task's modes is in the network.
    """

    modes: Modes
    step: int
    singular_values: FloatArray
    learned: FloatArray

    @classmethod
    def of(cls, moment: Snapshot, modes: Modes) -> "ModeFigures":
        """Those of a moment."""
        found = modes.map_of(outputs_of(moment.problem, moment.parameters, modes.inputs))
        singular = np.asarray(np.linalg.svd(found, compute_uv=False)[: len(modes.strengths)], np.float64)
        learned = np.einsum("ok,oi,ik->k", modes.left, found, modes.right)
        return cls(modes, moment.step, singular, np.asarray(learned))


@dataclass(frozen=True)
class ModesSought:
    """What has a network's modes computed with each scene: an `Aspect`."""

    def prepare(self, problem: Problem) -> Callable[[Snapshot], ModeFigures | None]:
        """Find the task's modes; None for a network that has none."""
        if not has_modes(problem):
            return lambda _moment: None
        modes = Modes(problem.train)
        return lambda moment: ModeFigures.of(moment, modes)


def has_modes(problem: Problem) -> bool:
    """Whether there is a linear map to be learned: several values from several inputs."""
    sizes = problem.network.layer_sizes
    return problem.dataset.task == "regression" and min(sizes[0], sizes[-1]) > 1


class ModeCourse:
    """The singular values of a network's map against steps, brought up to date moment by moment.

    Attributes
    ----------
    curve : ThinnedCurve
        Steps, and the largest singular values: as many as there are modes.
    starts : array, shape (modes,), or None
        a₀ of each mode's sigmoid, from the weights at the step ``began``; None where there is no theory.
    """

    def __init__(self, problem: Problem, modes: Modes | None = None) -> None:
        self.problem, self.modes = problem, modes or Modes(problem.train)
        self.curve = ThinnedCurve(len(self.modes.strengths), CAPACITY)
        self.starts: FloatArray | None = None
        self.began = 0
        self._last: Snapshot | None = None
        self._left: list[Snapshot] = []

    def follow(self, moments: Sequence[Snapshot], now: ModeFigures | None = None, seconds: float = inf) -> bool:
        """Take what is new among the moments of the line, for so long; False if there is more.

        ``now`` are the last figures that came with a scene. They need not be computed again, and moments
        between two of them that are close are left out.
        """
        if moments and moments[-1] is not self._last and not self._left:
            self._begin(moments, now)
        end = perf_counter() + seconds
        while self._left:
            moment = self._left.pop(0)
            figures = now if now and now.step == moment.step else ModeFigures.of(moment, self.modes)
            self.curve.add(float(moment.step), figures.singular_values.tolist())
            if perf_counter() > end:
                break
        return not self._left

    def _begin(self, moments: Sequence[Snapshot], now: ModeFigures | None) -> None:
        """See which moments are new."""
        news, afresh = moments_since(self._last, moments, _MOST_MOMENTS)
        if self._last and moments[-1].step == self._last.step:
            news, afresh = moments[-1:], False
            self.curve.drop_last()
        if afresh:
            self.curve.clear()
            self._foretell(news[0])
        elif now and self._last and now.step - self._last.step <= _CLOSE * now.step:
            if news[-1].step != now.step:
                return  # its figures are on their way
            news = news[-1:]
        self._left, self._last = list(news), moments[-1]

    def _foretell(self, moment: Snapshot) -> None:
        """Begin the theory at a moment."""
        self.began = moment.step
        self.starts = starts_of(self.modes, moment.parameters) if is_of_theory(moment, self.modes) else None

    def foretold(self, mode: int, learning_rate: float, steps: FloatArray) -> FloatArray:
        """What the theory says of a mode at steps from ``began`` on.

        Raises
        ------
        ValueError
            There is no theory.
        """
        if self.starts is None:
            raise ValueError("no theory for this network")
        strength, start = float(self.modes.strengths[mode]), max(float(self.starts[mode]), 1e-12)
        return sigmoid_course(strength, start, learning_rate, steps - self.began)
