"""A leaky integrate-and-fire neuron: its exact step, its rate by formula, and curves laid over that rate.

Between spikes τ V′ = −V + R I, with V measured from rest. When V reaches the threshold θ the neuron fires, V goes
back to rest and stays there for the refractory time. L. Lapicque, *Recherches quantitatives sur l'excitation
électrique des nerfs traitée comme une polarisation*, Journal de Physiologie 9 (1907) 620–635. Currents are in nA,
potentials in mV, times in ms, resistances in MΩ, rates in Hz.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from nnviz.engine.activations import SIGMOID, SOFTPLUS
from nnviz.engine.tape import Array

STEP = 0.1
"""Length of a time step in ms."""
Waits = NDArray[np.int16]
"""Time steps for which each neuron stays at rest after a spike."""
_ROUNDS, _FINER = 6, 0.35
"""How often a fit looks closer, and how much closer each time."""
_MIDDLES, _WIDTHS = 24, 16
"""Middles and widths that each round of a fit tries."""


@dataclass(frozen=True)
class Membrane:
    """The numbers of a leaky integrate-and-fire neuron.

    Parameters
    ----------
    tau, refractory : float
        Time constant and refractory time, in ms.
    resistance : float
        In MΩ.
    threshold : float
        θ, in mV above rest.
    """

    tau: float = 20.0
    resistance: float = 10.0
    threshold: float = 15.0
    refractory: float = 2.0

    @property
    def decay(self) -> float:
        """What a time step leaves of V − R I."""
        return math.exp(-STEP / self.tau)

    @property
    def rest(self) -> int:
        """Time steps of the refractory time."""
        return round(self.refractory / STEP)

    def rate(self, current: float) -> float:
        """Spikes a second under a constant current: 1/(t_ref + τ ln(R I / (R I − θ))), 0 up to the threshold."""
        drive = self.resistance * current
        if drive <= self.threshold:
            return 0.0
        return 1000.0 / (self.refractory + self.tau * math.log(drive / (drive - self.threshold)))

    def advance(
        self, potentials: Array, waits: Waits, currents: Array, jolts: Array | float
    ) -> tuple[Array, Waits, NDArray[np.bool_]]:
        """One time step of many neurons, exact for a current that is constant during the step.

        Parameters
        ----------
        potentials, waits, currents : arrays of one shape
        jolts : array or float
            What chance adds to each potential, in mV.

        Returns
        -------
        potentials, waits : arrays
        fired : array of bool
        """
        drive = self.resistance * currents
        moved = np.where(waits > 0, 0.0, drive + (potentials - drive) * self.decay + jolts)
        fired = moved >= self.threshold
        moved[fired] = 0.0
        waits = np.where(fired, self.rest, np.maximum(waits - 1, 0)).astype(np.int16)
        return moved, waits, fired


@dataclass(frozen=True)
class Fit:
    """A curve a·f((I − m)/w) laid over rates by least squares.

    Parameters
    ----------
    height, middle, width : float
        a in Hz, m and w in nA.
    misfit : float
        Root of the mean squared distance, as a share of the highest rate.
    """

    height: float
    middle: float
    width: float
    misfit: float


def fitted(shape: Callable[[Array], Array], currents: Array, rates: Array) -> Fit:
    """The least-squares fit of a shape to rates: on a grid of middles and widths that closes in; a by formula."""
    highest = float(rates.max(initial=0.0))
    if highest <= 0.0:
        return Fit(0.0, 0.0, 1.0, 0.0)
    span = float(currents[-1])
    middle, width, reach, factor = 0.6 * span, 0.1 * span, 0.6 * span, 12.0
    best = Fit(0.0, middle, width, math.inf)
    for _ in range(_ROUNDS):
        middles = best.middle + reach * np.linspace(-1.0, 1.0, _MIDDLES)
        widths = best.width * factor ** np.linspace(-1.0, 1.0, _WIDTHS)
        best = min(best, _best_on(shape, currents, rates, middles, widths), key=lambda fit: fit.misfit)
        reach, factor = _FINER * reach, factor**_FINER
    return Fit(best.height, best.middle, best.width, best.misfit / highest)


def _best_on(shape: Callable[[Array], Array], currents: Array, rates: Array, middles: Array, widths: Array) -> Fit:
    """The best fit on a grid; its misfit in Hz."""
    values = shape((currents - middles[:, None, None]) / widths[:, None])
    squares = np.maximum((values**2).sum(axis=-1), np.finfo(np.float64).tiny)
    heights = (values @ rates) / squares
    away = np.sqrt(((heights[..., None] * values - rates) ** 2).mean(axis=-1))
    row, column = np.unravel_index(int(away.argmin()), away.shape)
    return Fit(float(heights[row, column]), float(middles[row]), float(widths[column]), float(away[row, column]))


SHAPES = {"softplus": SOFTPLUS, "sigmoid": SIGMOID}
"""Activation functions that are laid over the rates."""


def fits_of(currents: Array, rates: Array) -> dict[str, Fit]:
    """The best fit of each of `SHAPES`."""
    return {name: fitted(shape, currents, rates) for name, shape in SHAPES.items()}


def laid(name: str, fit: Fit, currents: Array) -> Array:
    """The rates that a fitted curve says, in Hz."""
    return fit.height * SHAPES[name]((currents - fit.middle) / fit.width)
