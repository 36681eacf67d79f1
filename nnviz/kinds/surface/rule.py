"""Optimizers that race down a surface: where every racer is, and what a step does."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TypeAlias

import numpy as np
from msgspec import structs
from numpy.typing import NDArray

from nnviz.engine.landscape import Landscape, largest_stable_rate, sharpness
from nnviz.engine.optimizers import OPTIMIZERS, Hyperparameters
from nnviz.engine.tape import Array, play
from nnviz.errors import InputError
from nnviz.kinds.surface.schema import Racer, Surface, complaints_of_length, landscape_of
from nnviz.numerals import tick
from nnviz.runs.network_parts import ParameterIndex
from nnviz.runs.rule import Rule, RuleSnapshot, State, read_only

LONGEST_PATH, HEAD = 300, 150
"""Places of each racer that are kept; when there are more, all of the first stay, and every third of the rest."""
_THIRD = 3  # an odd one, so that swinging to and fro still looks like it
_REST = 1e-9
_FAR = 100.0
"""Times the reach of what is shown: farther out a racer has diverged."""


@dataclass(frozen=True, eq=False, kw_only=True)
class SurfaceState(State):
    """Racers after some steps.

    Parameters
    ----------
    positions : array, shape (racers, d)
        Of a racer that has diverged, the last one before it left all bounds.
    memories : array, shape (racers, slots + 1, max(d, 2))
        What the optimizers remember, as many slots as any of them has, and a row for scratch.
    diverged : array of bool, shape (racers,)
    steps : array of int, shape (k,)
    paths, losses : array, shape (racers, k, d) and (racers, k)
        After those steps; NaN once a racer has diverged, and the path before it was moved by hand.
    stride : int
        Steps from one place that is kept to the next.
    still : bool
        Nothing pushes any more those that are left, and they have come to rest.
    """

    landscape: Landscape
    positions: Array
    memories: Array
    diverged: NDArray[np.bool_]
    steps: NDArray[np.int64]
    paths: Array
    losses: Array
    stride: int = 1
    still: bool = False

    @property
    def settled(self) -> bool:
        """Whether every racer is at rest or has diverged."""
        return self.still

    @property
    def finite(self) -> bool:
        """True: a racer that diverges stops by itself, the others go on."""
        return True

    @cached_property
    def values(self) -> Array:
        """The loss of every racer, shape (racers,); NaN for those that have diverged."""
        return np.where(self.diverged, np.nan, self.landscape.value(self.positions))

    @cached_property
    def slopes(self) -> Array:
        """‖∇f‖ at every racer, shape (racers,)."""
        return np.asarray(np.linalg.norm(self.landscape.gradient(self.positions), axis=-1))

    @cached_property
    def sharpness_here(self) -> Array:
        """λmax of the Hessian at every racer, shape (racers,)."""
        return sharpness(self.landscape.hessian(self.positions))

    @cached_property
    def sharpness_at_minimum(self) -> Array:
        """λmax at the minimum nearest to every racer, shape (racers,); NaN where none is known."""
        minima = [self.landscape.minimum_near(position) for position in self.positions]
        return np.array([np.nan if m is None else float(sharpness(self.landscape.hessian(m))) for m in minima])

    def stable_rates(self, racers: Sequence[Racer]) -> list[float]:
        """The largest η with which each racer can come to rest at its minimum; where it is, if none is known."""
        there = self.sharpness_at_minimum
        curvatures = np.where(np.isfinite(there), there, self.sharpness_here)
        return [
            largest_stable_rate(racer.optimizer, racer.momentum, float(curvature))
            for racer, curvature in zip(racers, curvatures, strict=True)
        ]

    @property
    def best(self) -> int:
        """The racer that is lowest, counted from 0; −1 if all have diverged."""
        return -1 if self.diverged.all() else int(np.nanargmin(self.values))

    @property
    def measures(self) -> Mapping[str, float]:
        """The lowest loss, each racer's, counted from 1, and how many have diverged."""
        each = {f"loss_{k}": float(value) for k, value in enumerate(self.values, start=1)}
        lowest = float("nan") if self.best < 0 else float(self.values[self.best])
        return {"loss": lowest, **each, "diverged": float(self.diverged.sum())}

    @property
    def figures(self) -> tuple[tuple[str, str], ...]:
        """The lowest loss, and how many have diverged."""
        lost = int(self.diverged.sum())
        lowest = (("lowest loss", tick(self.measures["loss"], 4)),) if self.best >= 0 else ()
        return (*lowest, *((("diverged", f"{lost} of {len(self.diverged)}"),) if lost else ()))


def begun(landscape: Landscape, starts: Sequence[tuple[float, ...]], *, noisy: bool) -> SurfaceState:
    """Racers at their starts."""
    positions = np.array(starts)
    count, dimension = positions.shape
    rows = 1 + max(optimizer.slots for optimizer in OPTIMIZERS.values())
    slopes = np.linalg.norm(landscape.gradient(positions), axis=-1)
    return SurfaceState(
        landscape=landscape,
        positions=read_only(positions),
        memories=read_only(np.zeros((count, rows, max(2, dimension)))),
        diverged=read_only(np.zeros(count, np.bool_)),
        steps=read_only(np.zeros(1, np.int64)),
        paths=read_only(positions[:, None]),
        losses=read_only(landscape.value(positions)[:, None]),
        still=not noisy and bool((slopes < _REST).all()),
    )


def stepped(experiment: Surface, state: SurfaceState) -> SurfaceState:
    """The state after one more step, each racer by its optimizer's rule."""
    gradients = state.landscape.gradient(state.positions)
    if experiment.noise:
        rng = np.random.default_rng((experiment.seed, state.step))
        gradients = gradients + experiment.noise * rng.standard_normal(state.landscape.dimension)
    positions, memories = state.positions.copy(), state.memories.copy()
    diverged = state.diverged.copy()
    with np.errstate(all="ignore"):
        for k in np.flatnonzero(~state.diverged).tolist():
            place = _rolled(experiment.racers[k], positions[k], gradients[k], memories[k])
            diverged[k] = not _within(state.landscape, place)
            positions[k] = positions[k] if diverged[k] else place
    still = _at_rest(state, positions, diverged) and not (experiment.noise and not diverged.all())
    after = replace(state, step=state.step + 1, positions=read_only(positions), still=still)
    return _recorded(replace(after, memories=read_only(memories), diverged=read_only(diverged)))


def moved(state: SurfaceState, racer: int, coordinate: int, value: float) -> SurfaceState:
    """The state with a racer put elsewhere, at rest; its path begins there."""
    positions, memories, diverged = state.positions.copy(), state.memories.copy(), state.diverged.copy()
    paths, losses = state.paths.copy(), state.losses.copy()
    positions[racer, coordinate] = value
    memories[racer], diverged[racer] = 0.0, False
    paths[racer] = np.nan
    paths[racer, -1] = positions[racer]
    return replace(
        state,
        positions=read_only(positions),
        memories=read_only(memories),
        diverged=read_only(diverged),
        paths=read_only(paths),
        losses=read_only(losses),
        still=False,
    )


def _rolled(racer: Racer, position: Array, gradient: Array, memory: Array) -> Array:
    """Where a racer is after a step; its memory is written anew."""
    optimizer = OPTIMIZERS[racer.optimizer]
    theta, slope = np.zeros((2, memory.shape[1]))  # with one parameter a second lies idle: Adam needs the room
    theta[: len(position)] = position
    slope[: len(position)] = gradient * (racer.learning_rate if optimizer.folds_rate else 1.0)
    rates = Hyperparameters(racer.optimizer, racer.learning_rate, racer.momentum)
    play(optimizer.update(theta, slope, memory[: optimizer.slots + 1], rates))
    return theta[: len(position)]


def _within(landscape: Landscape, place: Array) -> bool:
    reach = float(np.abs(landscape.extent).max())
    return bool((np.abs(place) <= _FAR * reach).all() and np.isfinite(landscape.value(place)))


def _at_rest(before: SurfaceState, positions: Array, diverged: NDArray[np.bool_]) -> bool:
    """Whether all that have not diverged stand where it is level, and did not move."""
    way = np.linalg.norm(positions - before.positions, axis=-1)
    if (way[~diverged] >= _REST).any():
        return False
    return bool((np.linalg.norm(before.landscape.gradient(positions), axis=-1)[~diverged] < _REST).all())


def _recorded(state: SurfaceState) -> SurfaceState:
    """The state with its places added to the paths, if it is their turn."""
    if state.step > HEAD and (state.step - HEAD) % state.stride:
        return state
    gone = np.where(state.diverged[:, None], np.nan, state.positions)
    steps = np.append(state.steps, state.step)
    paths = np.concatenate([state.paths, gone[:, None]], axis=1)
    losses = np.concatenate([state.losses, state.values[:, None]], axis=1)
    if len(steps) <= LONGEST_PATH:
        return replace(state, steps=read_only(steps), paths=read_only(paths), losses=read_only(losses))
    kept = np.r_[:HEAD, HEAD : len(steps) : _THIRD]
    return replace(
        state,
        steps=read_only(steps[kept]),
        paths=read_only(paths[:, kept]),
        losses=read_only(losses[:, kept]),
        stride=state.stride * _THIRD,
    )


SurfaceMoment: TypeAlias = RuleSnapshot[Surface, SurfaceState]
"""Racers on a surface at one step."""


class SurfaceRule(Rule[Surface, SurfaceState]):
    """How the racers roll."""

    def begin(self, experiment: Surface) -> SurfaceState:
        if experiment.data.file:  # it may have been written anew
            landscape_of.cache_clear()
        surface = experiment.landscape
        for complaint in complaints_of_length(experiment, surface.parameters):
            raise InputError(complaint)
        return begun(surface, experiment.starts, noisy=experiment.noise > 0.0)

    def advance(self, experiment: Surface, state: SurfaceState) -> SurfaceState:
        """One step of every racer that has not diverged."""
        return state if state.settled else stepped(experiment, state)

    def set(self, experiment: Surface, state: SurfaceState, place: ParameterIndex, value: float) -> SurfaceState:
        """The state with a coordinate of one racer set by hand; it forgets how fast it was."""
        del experiment
        return moved(state, place[0], place[1], value)

    def parameter(self, state: SurfaceState, place: ParameterIndex) -> float:
        """A coordinate of a racer: its number in place of the layer's, the coordinate's in place of the unit's."""
        return float(state.positions[place[0], place[1]])

    def resumed(self, experiment: Surface, state: SurfaceState) -> Surface:
        """The experiment that begins where the racers are; it does not say how fast they were."""
        racers = (
            structs.replace(racer, start=tuple(position))
            for racer, position in zip(experiment.racers, state.positions.tolist(), strict=True)
        )
        return structs.replace(experiment, racers=tuple(racers))
