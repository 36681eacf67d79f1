"""Targets for theory: sums of waves in many dimensions, and linear maps whose singular values are known."""

from dataclasses import dataclass
from typing import Self

import numpy as np

from nnviz.data.curves import SPREAD
from nnviz.data.dataset import Dataset, FloatArray
from nnviz.data.source import Request, Source
from nnviz.errors import InputError


@dataclass(frozen=True, eq=False)
class Waves:
    """f(x) = offset + Σₖ aₖ cos(wₖ·x + φₖ).

    Parameters
    ----------
    amplitudes, phases : array, shape (waves,)
    directions : array, shape (waves, inputs)
        wₖ, whose length is the frequency of the wave in radians a unit.
    offset : float
    """

    amplitudes: FloatArray
    directions: FloatArray
    phases: FloatArray
    offset: float = 0.0

    @classmethod
    def drawn(cls, count: int, dimensions: int, frequency: float, rng: np.random.Generator) -> Self:
        """Waves of one frequency and one height in random directions, of mean 0 and deviation 1 on [-1, 1]ᵈ."""
        directions = rng.standard_normal((count, dimensions))
        directions *= frequency / np.linalg.norm(directions, axis=1, keepdims=True)
        phases = rng.uniform(0.0, 2.0 * np.pi, count)
        mean, deviation = _moments(directions, phases)
        return cls(np.full(count, 1.0 / deviation), directions, phases, -mean / deviation)

    def __call__(self, inputs: FloatArray) -> FloatArray:
        """The values (samples, 1) at inputs (samples, inputs)."""
        values = np.cos(inputs @ self.directions.T + self.phases) @ self.amplitudes
        return np.asarray(self.offset + values)[:, np.newaxis]

    def sampled(self, count: int, rng: np.random.Generator) -> Self:
        """So many of the waves, drawn in proportion to their heights, each with the mean of all (Barron 1993)."""
        heights = np.abs(self.amplitudes)
        chosen = rng.choice(len(heights), count, p=heights / heights.sum())
        amplitudes = np.sign(self.amplitudes[chosen]) * heights.sum() / count
        return type(self)(amplitudes, self.directions[chosen], self.phases[chosen], self.offset)


def _moments(directions: FloatArray, phases: FloatArray) -> tuple[float, float]:
    """Mean and deviation on [-1, 1]ᵈ of Σ cos(wₖ·x + φₖ), exactly: E cos(w·x + φ) = cos φ ∏ sin(wᵢ)/wᵢ."""
    means = _mean(directions, phases)
    apart = _mean(directions[:, None] - directions, phases[:, None] - phases)
    together = _mean(directions[:, None] + directions, phases[:, None] + phases)
    variance = float(0.5 * (apart + together).sum() - means.sum() ** 2)
    return float(means.sum()), float(np.sqrt(max(variance, 1e-12)))


def _mean(directions: FloatArray, phases: FloatArray) -> FloatArray:
    return np.asarray(np.cos(phases) * np.sinc(directions / np.pi).prod(axis=-1))


def _names(count: int) -> tuple[str, ...]:
    return tuple(f"x{k + 1}" for k in range(count))


def _noisy(request: Request, values: FloatArray) -> FloatArray:
    """Values with noise: noise 1 is a deviation of half a unit."""
    return np.asarray(values + SPREAD * request.noise * request.rng.standard_normal(values.shape))


def waves(request: Request) -> Dataset:
    """Samples at even chances in [-1, 1]ᵈ; the waves are drawn first, so that more samples are of the same."""
    target = Waves.drawn(request.waves, request.dimensions, request.frequency, request.rng)
    inputs = request.rng.uniform(-1.0, 1.0, (request.samples, request.dimensions))
    return Dataset(inputs, _noisy(request, target(inputs)), _names(request.dimensions), made_by=target)


def linear(request: Request) -> Dataset:
    """A linear map of given singular values and random directions; inputs have mean 0 and covariance I."""
    count, size, strengths = request.samples, request.dimensions, np.array(request.singular_values)
    if len(strengths) > size or count <= size:
        raise InputError(
            f"{len(strengths)} singular values, {size} dimensions and {count} samples; "
            "allowed: not more values than dimensions, and more samples than these"
        )
    right, left = (_rotation(size, request.rng)[:, : len(strengths)] for _ in range(2))
    drawn = request.rng.standard_normal((count, size))
    inputs = np.sqrt(count) * np.linalg.qr(drawn - drawn.mean(axis=0))[0]
    return Dataset(inputs, _noisy(request, (inputs @ right * strengths) @ left.T), _names(size))


def _rotation(size: int, rng: np.random.Generator) -> FloatArray:
    return np.linalg.qr(rng.standard_normal((size, size)))[0]


THINGS = ("canary", "robin", "salmon", "sunfish", "rose", "daisy", "oak", "pine")
"""The tree's leaves: birds, fish, flowers, trees, of two each; the first four are animals."""
_ON_SPLIT = (6, 3, 1)
"""Properties that tell the two halves of a group of eight, of four, of two apart."""


def tree(_request: Request) -> Dataset:
    """Eight things, one-hot times √8 (covariance I), and 16 properties: 1, −1, or 0 where they do not apply."""
    things, columns = len(THINGS), []
    for level, repeated in enumerate(_ON_SPLIT):
        size = things >> level
        for first in range(0, things, size):
            column = np.zeros(things)
            column[first : first + size // 2], column[first + size // 2 : first + size] = 1.0, -1.0
            columns += [column] * repeated
    return Dataset(np.sqrt(things) * np.eye(things), np.column_stack(columns), THINGS, whole=True)


TARGETS = (
    Source(
        "waves",
        "Waves",
        "regression",
        "A sum of waves in random directions, in 1 to 64 dimensions.",
        waves,
        options=("samples", "noise", "dimensions", "waves", "frequency"),
    ),
    Source(
        "linear",
        "Linear map",
        "regression",
        "As many outputs as inputs: a matrix of given singular values.",
        linear,
        options=("samples", "noise", "dimensions", "singular_values"),
    ),
    Source(
        "tree",
        "Tree of things",
        "regression",
        "8 things and their 16 properties: animals and plants, birds and fish …",
        tree,
        features=len(THINGS),
        options=(),
    ),
)
"""All of them, in the order to show them."""
