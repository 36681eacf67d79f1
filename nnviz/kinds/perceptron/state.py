"""What a perceptron has come to: its weights, and what it said of the samples so far."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Self

import numpy as np

from nnviz.engine.rules import fires, perceptron
from nnviz.engine.tape import Array
from nnviz.experiment.problem import Problem
from nnviz.runs.rule import State, read_only

_MOST_EPOCHS = 400
"""Epochs whose mistakes are remembered."""


@dataclass(frozen=True, eq=False, kw_only=True)
class PerceptronState(State):
    """A perceptron after some steps, and what the last one did.

    Parameters
    ----------
    problem : Problem
        What is to be learned; targets are 0 and 1.
    weights, weights_before : array, shape (features,)
        Now, and before the last step.
    bias, bias_before : float
        Minus the threshold.
    shown : int
        Samples looked at so far.
    streak : int
        Samples in a row that were right, since the weights last changed.
    sample : int
        The training sample looked at last; −1 if there is none.
    output : int
        What the unit said of it, before it learned.
    mistakes, errors : int
        In all, and in the epoch under way.
    errors_by_epoch : tuple of int
        Mistakes in each of the last epochs.
    """

    problem: Problem
    weights: Array
    bias: float
    weights_before: Array
    bias_before: float
    shown: int = 0
    streak: int = 0
    sample: int = -1
    output: int = 0
    mistakes: int = 0
    errors: int = 0
    errors_by_epoch: tuple[int, ...] = ()

    @property
    def inputs(self) -> Array:
        """The training samples' inputs, shape (samples, features)."""
        return self.problem.train.inputs

    @cached_property
    def targets(self) -> Array:
        """The training samples' targets, 0 or 1, shape (samples,)."""
        return self.problem.train.targets[:, 0]

    @cached_property
    def wrong(self) -> Array:
        """Which training samples are misclassified now, shape (samples,)."""
        return np.asarray(fires(self.inputs, self.weights, self.bias) != (self.targets > 0))

    @property
    def mistaken(self) -> bool:
        """Whether the sample looked at last was a mistake."""
        return self.sample >= 0 and self.output != self.targets[self.sample]

    @property
    def epochs(self) -> int:
        """Times that all samples had their turn."""
        return self.shown // len(self.targets)

    @property
    def settled(self) -> bool:
        """Whether a whole epoch had no mistake."""
        return self.streak >= len(self.targets) and self.shown % len(self.targets) == 0

    @property
    def measures(self) -> Mapping[str, float]:
        """What can be asked of it by name."""
        wrong = int(self.wrong.sum())
        return {
            "epoch": self.epochs,
            "accuracy": 1.0 - wrong / len(self.targets),
            "mistakes": self.mistakes,
            "errors": wrong,
        }

    @property
    def figures(self) -> tuple[tuple[str, str], ...]:
        """Captions and numbers."""
        wrong, samples = int(self.wrong.sum()), len(self.targets)
        looked_at = f"{self.sample + 1:,} of {samples:,}" if self.sample >= 0 else "—"
        return (
            ("mistakes", f"{self.mistakes:,}"),
            ("wrong now", f"{wrong:,}"),
            ("accuracy", f"{100.0 * (1.0 - wrong / samples):.1f} %"),
            ("sample", looked_at),
        )

    def corrected(self, sample: int, rate: float) -> Self:
        """After one more sample, and what is learned from it if it is a mistake."""
        inputs, target = self.inputs[sample], float(self.targets[sample])
        output = int(fires(inputs, self.weights, self.bias))
        weights, bias = perceptron(self.weights, self.bias, inputs, target, output, rate)
        learned = replace(self, weights=read_only(weights), bias=bias, sample=sample, output=output)
        return learned.counted(1, errors=int(output != target))

    def counted(self, samples: int, errors: int = 0) -> Self:
        """After so many more samples, which reach to the end of the epoch at most, with so many errors."""
        shown, errors_now = self.shown + samples, self.errors + errors
        history = self.errors_by_epoch
        if samples and shown % len(self.targets) == 0:
            history, errors_now = (*history, errors_now)[-_MOST_EPOCHS:], 0
        return replace(
            self,
            shown=shown,
            streak=0 if errors else self.streak + samples,
            mistakes=self.mistakes + errors,
            errors=errors_now,
            errors_by_epoch=history,
        )
