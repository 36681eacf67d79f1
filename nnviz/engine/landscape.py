"""Surfaces of one and two parameters to roll down: value, gradient and Hessian of each.

Those of textbooks are given by their formulas, the loss of one neuron by the engine's forward and backward pass.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import partial

import numpy as np
from numpy.polynomial import Polynomial

from nnviz.engine.network import Network, Parameters, logits
from nnviz.engine.optimizers import OPTIMIZERS, Hyperparameters
from nnviz.engine.step import Buffers, Model, backward_pass, forward_pass
from nnviz.engine.tape import Array, play

Function = Callable[[Array], Array]
_TURN = 0.4
"""Angle, in radians, that the ravine's floor makes with the first axis."""
_STEEPNESS = 100.0
"""The b of Rosenbrock's function."""
_NUDGE = 1e-4
_REACH = 3.0
_CHUNK = 100
"""Points whose loss is taken at once."""


@dataclass(frozen=True, eq=False)
class Landscape:
    """A surface over one or two parameters.

    Parameters
    ----------
    value, gradient, hessian : callable
        Of points, shape (..., d): f, shape (...); ∇f, shape (..., d); the second derivatives, shape (..., d, d).
    extent : tuple of float
        The part to show: (low, high) of each parameter in turn.
    start : tuple of float
        Where to begin.
    minima : tuple of tuple of float
        Every minimum; none if they are not known.
    parameters : tuple of str
        What the parameters are called.
    quadratic : bool
        Its Hessian is the same everywhere.
    """

    name: str
    title: str
    formula: str
    value: Function
    gradient: Function
    hessian: Function
    extent: tuple[float, ...]
    start: tuple[float, ...]
    minima: tuple[tuple[float, ...], ...] = ()
    parameters: tuple[str, ...] = ("x", "y")
    quadratic: bool = False

    @property
    def dimension(self) -> int:
        """How many parameters it is over."""
        return len(self.start)

    @property
    def lowest(self) -> float:
        """The value at the lowest minimum; 0 if none is known."""
        return float(self.value(np.array(self.minima)).min()) if self.minima else 0.0

    def minimum_near(self, point: Array) -> Array | None:
        """The minimum that is nearest to a point, shape (d,), or none."""
        if not self.minima:
            return None
        minima = np.array(self.minima)
        return np.asarray(minima[np.argmin(((minima - point) ** 2).sum(axis=1))])


def sharpness(hessian: Array) -> Array:
    """λmax, the largest eigenvalue of Hessians of shape (..., d, d)."""
    return np.asarray(np.linalg.eigvalsh(hessian)[..., -1])


def largest_stable_rate(optimizer: str, momentum: float, curvature: float) -> float:
    """The η above which an optimizer moves away from a minimum whose largest curvature is λ.

    NaN for those that rescale the gradient, infinite where λ ≤ 0.
    """
    stable = OPTIMIZERS[optimizer].stable_rate
    if stable is None:
        return float("nan")
    return 2.0 * stable.gain(momentum) / curvature if curvature > 0.0 else float("inf")


def landscape(name: str, curvature: float = 0.0) -> Landscape:
    """The surface of a name.

    ``curvature`` is λ of the parabola, and λmax/λmin, the condition number, of bowl and ravine; 0 for the usual
    one. The others have none to choose.
    """
    return LANDSCAPES[name](curvature)


def _parabola(curvature: float) -> Landscape:
    bend = curvature or 1.0
    line = Polynomial([0.0, 0.0, 0.5 * bend])
    return Landscape(
        "parabola",
        "parabola",
        "f(x) = ½ x²" if bend == 1.0 else f"f(x) = ½ · {bend:g} x²",
        *_sum_of(line),
        extent=(-3.0, 3.0),
        start=(-2.5,),
        minima=((0.0,),),
        parameters=("x",),
        quadratic=True,
    )


def _double_well(tilt: float, name: str, title: str, start: float) -> Landscape:
    line = _well(tilt)
    words = f" + {tilt:g} x" if tilt else ""
    return Landscape(
        name,
        title,
        f"f(x) = ¼ (x² − 1)²{words}",
        *_sum_of(line),
        extent=(-2.0, 2.0),
        start=(start,),
        minima=tuple((x,) for x in _minima(line)),
        parameters=("x",),
    )


def _bowl(curvature: float) -> Landscape:
    ratio = curvature or 4.0
    return Landscape(
        "bowl",
        "bowl",
        f"f(x, y) = ½ (x² + {ratio:g} y²)",
        *_sum_of(Polynomial([0.0, 0.0, 0.5]), Polynomial([0.0, 0.0, 0.5 * ratio])),
        extent=(-3.0, 3.0, -2.0, 2.0),
        start=(-2.5, 1.5),
        minima=((0.0, 0.0),),
        quadratic=True,
    )


def _ravine(curvature: float) -> Landscape:
    ratio = curvature or 30.0
    along, across = np.array([np.cos(_TURN), np.sin(_TURN)]), np.array([-np.sin(_TURN), np.cos(_TURN)])
    matrix = np.outer(along, along) + ratio * np.outer(across, across)
    return Landscape(
        "ravine",
        "ravine",
        f"f(x, y) = ½ (u² + {ratio:g} v²), u along the floor",
        lambda points: 0.5 * ((points @ matrix) * points).sum(axis=-1),
        lambda points: points @ matrix,
        lambda points: np.broadcast_to(matrix, (*points.shape[:-1], 2, 2)).copy(),
        extent=(-3.0, 3.0, -2.0, 2.0),
        start=(-2.6, -0.3),
        minima=((0.0, 0.0),),
        quadratic=True,
    )


def _two_valleys(_curvature: float) -> Landscape:
    line = _well(0.15)
    return Landscape(
        "two_valleys",
        "two valleys",
        "f(x, y) = ¼ (x² − 1)² + 0.15 x + ½ y²",
        *_sum_of(line, Polynomial([0.0, 0.0, 0.5])),
        extent=(-2.0, 2.0, -1.4, 1.4),
        start=(1.7, 1.1),
        minima=tuple((x, 0.0) for x in _minima(line)),
    )


def _saddle(_curvature: float) -> Landscape:
    across = Polynomial([0.0, 0.0, -0.5, 0.0, 0.25])
    return Landscape(
        "saddle",
        "saddle",
        "f(x, y) = ½ x² − ½ y² + ¼ y⁴",
        *_sum_of(Polynomial([0.0, 0.0, 0.5]), across),
        extent=(-2.1, 2.1, -1.5, 1.5),
        start=(-1.8, 0.0),
        minima=tuple((0.0, y) for y in _minima(across)),
    )


def _rosenbrock(_curvature: float) -> Landscape:
    return Landscape(
        "rosenbrock",
        "Rosenbrock",
        f"f(x, y) = (1 − x)² + {_STEEPNESS:g} (y − x²)²",
        lambda p: (1.0 - p[..., 0]) ** 2 + _STEEPNESS * (p[..., 1] - p[..., 0] ** 2) ** 2,
        _rosenbrock_gradient,
        _rosenbrock_hessian,
        extent=(-2.0, 2.0, -0.6, 2.2),
        start=(-1.2, 1.0),
        minima=((1.0, 1.0),),
    )


def _rosenbrock_gradient(points: Array) -> Array:
    x, y = points[..., 0], points[..., 1]
    beside = 2.0 * _STEEPNESS * (y - x**2)
    return np.stack([-2.0 * (1.0 - x) - 2.0 * x * beside, beside], axis=-1)


def _rosenbrock_hessian(points: Array) -> Array:
    x, y = points[..., 0], points[..., 1]
    mixed, steep = -4.0 * _STEEPNESS * x, np.full_like(x, 2.0 * _STEEPNESS)
    first = 2.0 - 4.0 * _STEEPNESS * (y - 3.0 * x**2)
    return np.stack([np.stack([first, mixed], axis=-1), np.stack([mixed, steep], axis=-1)], axis=-2)


def _well(tilt: float) -> Polynomial:
    """¼ (x² − 1)² + tilt · x."""
    return Polynomial([0.25, tilt, -0.5, 0.0, 0.25])


def _minima(line: Polynomial) -> list[float]:
    flat = np.sort(line.deriv().roots().real)
    return [float(x) for x in flat if line.deriv(2)(x) > 0.0]


def _sum_of(*lines: Polynomial) -> tuple[Function, Function, Function]:
    """Value, gradient and Hessian of f(x) = Σᵢ pᵢ(xᵢ)."""
    slopes, bends = [line.deriv() for line in lines], [line.deriv(2) for line in lines]

    def each(functions: list[Polynomial], points: Array) -> Array:
        return np.stack([function(points[..., k]) for k, function in enumerate(functions)], axis=-1)

    def hessian(points: Array) -> Array:
        return np.asarray(each(bends, points)[..., None] * np.eye(len(lines)))

    return lambda points: each(list(lines), points).sum(axis=-1), partial(each, slopes), hessian


LANDSCAPES: Mapping[str, Callable[[float], Landscape]] = {
    "parabola": _parabola,
    "double_well": lambda _: _double_well(0.0, "double_well", "double well", 0.2),
    "tilted_double_well": lambda _: _double_well(0.15, "tilted_double_well", "tilted double well", 1.8),
    "bowl": _bowl,
    "ravine": _ravine,
    "two_valleys": _two_valleys,
    "saddle": _saddle,
    "rosenbrock": _rosenbrock,
}
"""Every surface given by a formula, by name."""


def neuron_loss(network: Network, inputs: Array, targets: Array) -> Landscape:
    """The mean loss of a network without hidden layers and with one output.

    With two inputs it is over w₁ and w₂, the bias being 0; with one it is over w and b. The Hessian is the central
    difference of the gradient.

    Parameters
    ----------
    network : Network
        Layer sizes (1, 1) or (2, 1).
    inputs : array, shape (samples, inputs)
    targets : array, shape (samples, 1)
    """
    gradient = _gradient_of(network, inputs, targets)
    return Landscape(
        "neuron",
        "one neuron",
        "mean loss of one neuron" + (", bias 0" if network.layer_sizes[0] == 2 else ""),
        _value_of(network, inputs, targets),
        gradient,
        lambda points: central_hessian(gradient, points),
        extent=(-_REACH, _REACH, -0.75 * _REACH, 0.75 * _REACH),
        start=(-2.5, 1.5),
        parameters=("w₁", "w₂") if network.layer_sizes[0] == 2 else ("w", "b"),
    )


def central_hessian(gradient: Function, points: Array) -> Array:
    """Second derivatives by (∇f(x + h eⱼ) − ∇f(x − h eⱼ)) / 2h, made symmetric; shape (..., d, d)."""
    nudges = _NUDGE * np.eye(points.shape[-1])
    columns = [(gradient(points + nudge) - gradient(points - nudge)) / (2.0 * _NUDGE) for nudge in nudges]
    hessian = np.stack(columns, axis=-1)
    return np.asarray(0.5 * (hessian + hessian.mT))


def _with_bias(points: Array, inputs: int) -> Array:
    """Weights and bias for points of the surface, shape (n, inputs + 1)."""
    return points if inputs == 1 else np.column_stack([points, np.zeros(len(points))])


def _value_of(network: Network, inputs: Array, targets: Array) -> Function:
    def value(points: Array) -> Array:
        flat = points.reshape(-1, 2)
        chunks = [_losses(network, inputs, targets, chunk) for chunk in _chunks(flat)]
        return np.concatenate(chunks).reshape(points.shape[:-1])

    return value


def _chunks(points: Array) -> list[Array]:
    return [points[first : first + _CHUNK] for first in range(0, max(1, len(points)), _CHUNK)]


def _losses(network: Network, inputs: Array, targets: Array, points: Array) -> Array:
    """The loss at every point: one layer with a unit for each of them."""
    many = replace(network, layer_sizes=(inputs.shape[1], len(points)))
    parameters = Parameters(many.shapes, _with_bias(points, inputs.shape[1]).ravel())
    sums = logits(many, parameters, inputs.T)
    goals = np.broadcast_to(targets[:, 0], sums.shape)
    per_sample = network.loss.per_sample(network.output, sums.reshape(1, -1), goals.reshape(1, -1))
    return np.asarray(per_sample.reshape(sums.shape).mean(axis=1))


def _gradient_of(network: Network, inputs: Array, targets: Array) -> Function:
    columns = np.vstack([inputs.T, np.ones(len(inputs))])

    def gradient(points: Array) -> Array:
        flat = points.reshape(-1, 2)
        model = _model(network, _with_bias(flat, inputs.shape[1]))
        buffers = Buffers(network, len(inputs), np.dtype(np.float64), (len(flat),))
        batch, goals = (_repeated(rows, len(flat)) for rows in (columns, targets.T))
        play(forward_pass(model, buffers, batch))
        play(backward_pass(model, buffers, batch, goals))
        return model.gradient.flat[:, :2].reshape(points.shape).copy()

    return gradient


def _model(network: Network, flat: Array) -> Model:
    parameters, gradient = (Parameters(network.shapes, array) for array in (flat.copy(), np.zeros(flat.shape)))
    whole = Hyperparameters(optimizer="momentum")  # whose gradient does not come multiplied by η
    return Model(network, parameters, gradient, np.zeros((0,)), np.zeros((0,)), None, whole)


def _repeated(rows: Array, replicas: int) -> Array:
    """Rows of a batch, (units, B), for so many replicas, (units, R, B)."""
    return np.repeat(rows[:, None, :], replicas, axis=1)
