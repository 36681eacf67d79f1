"""What to say of a racer on a surface: whether its learning rate is small enough, and where it is."""

import math
from collections.abc import Sequence

from nnviz.drawing.words import Wordings
from nnviz.engine.optimizers import OPTIMIZERS
from nnviz.kinds.surface.schema import Racer, Surface
from nnviz.kinds.surface.state import SurfaceState
from nnviz.numerals import figure


def stability(experiment: Surface, state: SurfaceState) -> list[tuple[Wordings, bool]]:
    """For every racer a comparison of η with the largest stable one, and whether all is well."""
    limits = state.stable_rates(experiment.racers)
    here = "" if state.landscape.minima else " here"
    ends = "✗ diverges" if state.landscape.quadratic else "✗ too large"
    return [
        (("✗ diverged", "✗ diverged"), False)
        if gone and not limit < racer.learning_rate
        else _compared(racer, limit, here, "✗ diverged" if gone else ends)
        for racer, limit, gone in zip(experiment.racers, limits, state.diverged.tolist(), strict=True)
    ]


def _compared(racer: Racer, limit: float, here: str, ends: str) -> tuple[Wordings, bool]:
    rate = f"η = {number(racer.learning_rate)}"
    largest = OPTIMIZERS[racer.optimizer].stable_rate
    if largest is None:
        return (f"{rate}, scaled by past gradients", f"{rate}, adaptive", rate), True
    if math.isinf(limit):
        return (f"{rate}, curved downwards{here}", f"{rate}"), True
    stable = racer.learning_rate < limit
    sign, verdict = ("<", "✓") if stable else (">" if racer.learning_rate > limit else "=", ends)
    bound = number(limit)
    return (
        f"{rate} {sign} {largest.formula} = {bound}{here} {verdict}",
        f"{rate} {sign} {bound}{here} {verdict}",
        f"{number(racer.learning_rate)} {sign} {bound} {verdict}",
        verdict,
    ), stable


def place_words(parameters: Sequence[str], point: Sequence[float], loss: float) -> tuple[str, ...]:
    """Coordinates and height of a place, a line each."""
    return tuple(f"{name} = {figure(x)}" for name, x in zip((*parameters, "f"), (*point, loss), strict=True))


def racer_words(experiment: Surface, state: SurfaceState, racer: int) -> tuple[str, ...]:
    """Where a racer is, how steep and how curved the surface is there."""
    position, loss = state.positions[racer].tolist(), float(state.values[racer])
    bend = float(state.sharpness_here[racer])
    return (
        experiment.names[racer],
        *place_words(state.landscape.parameters, position, loss),
        f"|∇f| = {figure(float(state.slopes[racer]))}",
        f"λₘₐₓ here = {figure(bend)}",
        *((f"2/λₘₐₓ = {figure(2.0 / bend)}",) if bend > 0.0 else ()),
    )


def number(value: float) -> str:
    """A learning rate in three digits."""
    return f"{value:.3g}" if 1e-4 <= value < 999.5 else figure(value)
