"""Units at a temperature: single ones, all states of a few, and a restricted machine that learns.

A unit takes the value +1 with probability 1/(1 + e^(−2h/T)), h its field: the states of the whole come to be
visited as e^(−E/T) says. D. H. Ackley, G. E. Hinton and T. J. Sejnowski, *A learning algorithm for Boltzmann
machines*, Cognitive Science 9 (1985) 147–169. Contrastive divergence: G. E. Hinton, *Training products of experts
by minimizing contrastive divergence*, Neural Computation 14 (2002) 1771–1800.
"""

from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import NDArray

from nnviz.engine.activations import SIGMOID
from nnviz.engine.rules import Spins, Weights
from nnviz.engine.tape import Array


def probability_up(field: Array | float, temperature: float) -> Array:
    """How probable a unit is to be +1 in this field, at a temperature above 0."""
    return np.asarray(0.5 + 0.5 * np.tanh(np.asarray(field) / temperature))


def swept(weights: Weights, spins: Spins, temperature: float, luck: Array) -> Spins:
    """Nets side by side after one sweep, each unit in its turn.

    Parameters
    ----------
    spins : array, shape (nets, units)
    temperature : float
        0 for the sign of the field; where there is none a unit stays as it is.
    luck : array, shape (units, nets)
        Numbers drawn evenly from 0 to 1.
    """
    spins = spins.copy()
    for unit, drawn in enumerate(luck):
        field = np.round(spins @ weights[unit], 9)
        if temperature > 0.0:
            spins[:, unit] = np.where(drawn < probability_up(field, temperature), 1, -1)
        else:
            spins[:, unit] = np.where(field == 0.0, spins[:, unit], np.sign(field))
    return spins


def all_states(units: int) -> Spins:
    """Every state of so many units, shape (2^units, units), in the order of `numbers_of`."""
    bits = np.arange(2**units)[:, None] >> np.arange(units) & 1
    return (2 * bits - 1).astype(np.int8)


def numbers_of(spins: Spins) -> NDArray[np.intp]:
    """The number of each net's state, from 0 on; spins of shape (nets, units) or (units,)."""
    return np.asarray((spins > 0) @ (1 << np.arange(spins.shape[-1])), np.intp)


def energies(weights: Weights, states: Spins) -> Array:
    """E = −½ sᵀ W s of each state, shape (states,)."""
    return np.asarray(-0.5 * np.sum(states @ weights * states, axis=1))


def shares(energy: Array, temperature: float) -> Array:
    """How often each state is visited in the long run: e^(−E/T) / Σ e^(−E/T); at T = 0 the lowest ones alone."""
    above = np.round(energy - energy.min(), 9)
    weights = np.exp(-above / temperature) if temperature > 0.0 else (above == 0.0).astype(np.float64)
    return np.asarray(weights / weights.sum())


@dataclass(frozen=True, eq=False)
class RestrictedMachine:
    """Visible and hidden units, 0 or 1, connected with each other but not among themselves.

    Parameters
    ----------
    weights : array, shape (hidden, visible)
    visible, hidden : arrays
        The biases.
    """

    weights: Array
    visible: Array
    hidden: Array

    @classmethod
    def begin(cls, samples: Array, hidden: int, rng: np.random.Generator) -> Self:
        """Small weights; the visible biases say how often each input is on."""
        often = np.clip(samples.mean(axis=0), 0.01, 0.99)
        weights = 0.01 * rng.standard_normal((hidden, samples.shape[1]))
        return cls(weights, np.log(often / (1.0 - often)), np.zeros(hidden))

    def hidden_given(self, visible: Array) -> Array:
        """How probable each hidden unit is to be on, shape (samples, hidden)."""
        return SIGMOID(visible @ self.weights.T + self.hidden)

    def visible_given(self, hidden: Array) -> Array:
        """How probable each visible unit is to be on, shape (samples, visible)."""
        return SIGMOID(hidden @ self.weights + self.visible)

    def gibbs(self, visible: Array, rng: np.random.Generator) -> tuple[Array, Array]:
        """One step of Gibbs sampling: hidden units drawn, then visible ones; and how probable these were."""
        hidden = drawn(self.hidden_given(visible), rng)
        probable = self.visible_given(hidden)
        return drawn(probable, rng), probable

    def learned(self, batch: Array, rate: float, rng: np.random.Generator) -> Self:
        """After one step of contrastive divergence (CD-1) on samples, shape (samples, visible).

        W ← W + η (⟨h vᵀ⟩ of the samples − ⟨h vᵀ⟩ one step of Gibbs sampling later).
        """
        there = self.hidden_given(batch)
        dreamt = self.visible_given(drawn(there, rng))
        after = self.hidden_given(dreamt)
        share = rate / len(batch)
        return type(self)(
            self.weights + share * (there.T @ batch - after.T @ dreamt),
            self.visible + share * (batch - dreamt).sum(axis=0),
            self.hidden + share * (there - after).sum(axis=0),
        )

    def error(self, samples: Array) -> float:
        """Mean squared error of an input after one step there and back, without chance."""
        back = self.visible_given(self.hidden_given(samples))
        return float(((back - samples) ** 2).mean())


def drawn(probable: Array, rng: np.random.Generator) -> Array:
    """Units that are on, 1, with these probabilities, else 0."""
    return (rng.random(probable.shape) < probable).astype(np.float64)
