"""Activation functions: all that is true of each, in one record.

Value and derivative are short tapes. The value works in place on the pre-activations p and may leave in its
scratch what the derivative needs. Most leave nothing: their derivative is computed from o = σ(p) alone.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import Literal

import numpy as np

from nnviz.engine.tape import Array, Tape, constant, play

_TAIL = np.array(
    [
        (0.0, 0.08838834764831844),
        (0.03526249659989109, 1.755667163182642),
        (0.7003830644436881, 16.06417757920695),
        (6.37396220353165, 86.78073220294608),
        (33.91286607838300, 296.5642487796737),
        (112.0792914978709, 637.3336333788311),
        (221.2135961699311, 793.8265125199484),
        (220.2068679123761, 440.4137358247522),
    ]
)
"""Coefficients of P and Q, the highest power first: Φ(−x) = e^(−x²/2) P(x) / Q(x) for x ≥ 0.

Hart et al., Computer Approximations, 1968, no. 5666; Φ, the standard normal distribution, is off by 2e-16 at most.
"""
_FAR = 12.0
"""Farther out the quotient stays as it is there, so that nothing overflows: Φ(−12) is 2e-33."""
ALPHA = 0.1
"""Slope of leaky ReLU, and depth of ELU, on the negative side, where nothing else is said."""
Value = Callable[[Array, Array], Tape]
Slope = Callable[[Array, Array, Array], Tape]


@dataclass(frozen=True)
class ActivationFunction:
    """σ and σ′ of one kind of unit.

    Parameters
    ----------
    name : str
        The name in experiment files.
    title, formula, derivative_formula : str
        What a lecturer reads.
    value : callable (p, scratch) -> Tape
        Operations that turn pre-activations ``p`` into activations in place; ``scratch`` is a buffer like ``p``.
    slope : callable (o, out, scratch) -> Tape
        Operations that write σ′ into ``out``, given the activations ``o`` and ``scratch`` as ``value`` left it.
    scalar : (str, str), or None where a unit's value depends on other units
        σ and σ′ as Python expressions, for networks that are written out in plain numbers: σ of ``{p}``, and σ′ of
        ``{o}``, ``{p}`` or both, empty where it is 1. They may call functions of `math`, and name ``{alpha}``.
    span : (float, float)
        Infimum and supremum of σ, infinite where it is unbounded.
    alpha : float or None
        α, from 0 to 1, of a function that has one.
    at_zero : {"smooth", "kink", "jump"}
        What the graph of σ does at p = 0; it is smooth everywhere else.
    inverse : callable (float) -> float, or None
        σ⁻¹ of a function that rises from one asymptote to another.
    """

    name: str
    title: str
    formula: str
    derivative_formula: str
    value: Value
    slope: Slope
    scalar: tuple[str, str] | None
    span: tuple[float, float] = (-np.inf, np.inf)
    alpha: float | None = None
    at_zero: Literal["smooth", "kink", "jump"] = "smooth"
    inverse: Callable[[float], float] | None = None

    def __call__(self, pre_activation: Array) -> Array:
        """σ(p), a new array of the shape of ``pre_activation``."""
        activation = np.array(pre_activation, ndmin=1)
        play(self.value(activation, np.empty_like(activation)))
        return activation.reshape(np.shape(pre_activation))

    def derivative(self, pre_activation: Array) -> Array:
        """σ′(p), a new array of the shape of ``pre_activation``; at kinks the value that PyTorch takes."""
        activation = np.array(pre_activation, ndmin=1)
        slope, scratch = np.empty_like(activation), np.empty_like(activation)
        play([*self.value(activation, scratch), *self.slope(activation, slope, scratch)])
        return slope.reshape(np.shape(pre_activation))


def _identity(_p: Array, _scratch: Array) -> Tape:
    return []


def _everywhere(slope: float) -> Slope:
    return lambda _o, out, _scratch: [(np.copyto, (out, slope))]


def _in_place(function: np.ufunc) -> Value:
    return lambda p, _scratch: [(function, (p, p))]


def _step(p: Array, _scratch: Array) -> Tape:
    return [(np.heaviside, (p, constant(1.0, p), p))]


def _sigmoid(p: Array, _scratch: Array) -> Tape:
    # 1/(1 + e^-p) = (1 + tanh(p/2))/2, which cannot overflow
    half = constant(0.5, p)
    return [(np.multiply, (p, half, p)), (np.tanh, (p, p)), (np.multiply, (p, half, p)), (np.add, (p, half, p))]


def _sigmoid_slope(o: Array, out: Array, _scratch: Array) -> Tape:
    return [(np.subtract, (constant(1.0, o), o, out)), (np.multiply, (out, o, out))]


def _tanh_slope(o: Array, out: Array, _scratch: Array) -> Tape:
    return [(np.multiply, (o, o, out)), (np.subtract, (constant(1.0, o), out, out))]


def _relu(p: Array, _scratch: Array) -> Tape:
    # fmax hides NaN, which the run looks for in the parameters; beside an array it is up to 3 times as quick
    # as beside a number
    return [(np.fmax, (p, np.zeros_like(p), p))]


@cache
def leaky_relu(alpha: float) -> ActivationFunction:
    """Leaky ReLU with a slope of ``alpha``, from 0 to 1, on the negative side; one value for each α."""

    def value(p: Array, scratch: Array) -> Tape:
        return [(np.multiply, (p, constant(alpha, p), scratch)), (np.fmax, (p, scratch, p))]

    def slope(o: Array, out: Array, _scratch: Array) -> Tape:
        return [
            (np.heaviside, (o, constant(0.0, o), out)),
            (np.multiply, (out, constant(1.0 - alpha, o), out)),
            (np.add, (out, constant(alpha, o), out)),
        ]

    return ActivationFunction(
        "leaky_relu",
        "leaky ReLU",
        f"max({alpha:g} p, p)",
        f"1 if p > 0, else {alpha:g}",
        value,
        slope,
        ("{p} if {p} > 0.0 else {alpha} * {p}", "(1.0 if {o} > 0.0 else {alpha})"),
        span=(-np.inf if alpha else 0.0, np.inf),
        alpha=alpha,
        at_zero="kink" if alpha < 1.0 else "smooth",
    )


@cache
def elu(alpha: float) -> ActivationFunction:
    """ELU that falls to −``alpha``, from 0 to 1, on the negative side; one value for each α."""

    def value(p: Array, scratch: Array) -> Tape:
        return [
            (np.fmin, (p, constant(0.0, p), scratch)),
            (np.expm1, (scratch, scratch)),
            (np.multiply, (scratch, constant(alpha, p), scratch)),
            (np.fmax, (p, constant(0.0, p), p)),
            (np.add, (p, scratch, p)),
        ]

    def slope(o: Array, out: Array, scratch: Array) -> Tape:
        # o + α where o ≤ 0, and 1 = 0 + α + (1 − α) where o > 0
        return [
            (np.heaviside, (o, constant(0.0, o), scratch)),
            (np.multiply, (scratch, constant(1.0 - alpha, o), scratch)),
            (np.fmin, (o, constant(0.0, o), out)),
            (np.add, (out, constant(alpha, o), out)),
            (np.add, (out, scratch, out)),
        ]

    return ActivationFunction(
        "elu",
        "ELU",
        f"p if p > 0, else {alpha:g} (eᵖ − 1)",
        f"1 if p > 0, else {alpha:g} eᵖ",
        value,
        slope,
        ("{p} if {p} > 0.0 else {alpha} * expm1({p})", "(1.0 if {o} > 0.0 else {o} + {alpha})"),
        span=(0.0 - alpha, np.inf),
        alpha=alpha,
        at_zero="kink" if alpha < 1.0 else "smooth",
    )


def _softplus(p: Array, _scratch: Array) -> Tape:
    return [(np.logaddexp, (p, constant(0.0, p), p))]


def _softplus_slope(o: Array, out: Array, _scratch: Array) -> Tape:
    # σ′(p) = 1/(1 + e^-p) = 1 − e^-o
    return [(np.negative, (o, out)), (np.expm1, (out, out)), (np.negative, (out, out))]


def _gelu(p: Array, scratch: Array) -> Tape:
    """Write p Φ(p) = max(0, p) − |p| q, and σ′ into the scratch; q = Φ(−|p|) by `_TAIL`, φ the normal density."""
    half = constant(0.5, p)
    size, density, ratio = np.empty_like(p), np.empty_like(p), np.empty((2, *p.shape), p.dtype)
    highest, *others = _TAIL.astype(p.dtype).reshape(-1, 2, *[1] * p.ndim)
    horner: Tape = [(np.multiply, (highest, scratch, ratio))]
    for pair in others:
        horner += [(np.add, (ratio, pair, ratio)), (np.multiply, (ratio, scratch, ratio))]
    return [
        (np.absolute, (p, size)),
        (np.multiply, (p, p, density)),
        (np.multiply, (density, -half, density)),
        (np.exp, (density, density)),
        (np.fmin, (size, constant(_FAR, p), scratch)),
        *horner[:-1],
        (np.divide, (ratio[0], ratio[1], scratch)),
        (np.multiply, (scratch, density, scratch)),  # q
        (np.multiply, (density, constant(1.0 / math.sqrt(2.0 * math.pi), p), density)),  # φ
        (np.multiply, (density, size, density)),
        (np.multiply, (size, scratch, size)),
        (np.subtract, (scratch, density, scratch)),  # σ′(−|p|) = q − |p| φ
        (np.subtract, (half, scratch, scratch)),
        (np.copysign, (scratch, p, scratch)),  # σ′(p) − ½ is odd
        (np.add, (scratch, half, scratch)),
        (np.fmax, (p, constant(0.0, p), p)),
        (np.subtract, (p, size, p)),
    ]


def _silu(p: Array, scratch: Array) -> Tape:
    return [(np.copyto, (scratch, p)), *_sigmoid(scratch, scratch), (np.multiply, (p, scratch, p))]


def _silu_slope(o: Array, out: Array, scratch: Array) -> Tape:
    # s (1 + p (1 − s)) = s + o (1 − s)
    rest: Tape = [(np.subtract, (constant(1.0, o), scratch, out)), (np.multiply, (out, o, out))]
    return [*rest, (np.add, (out, scratch, out))]


def _cube(p: Array, scratch: Array) -> Tape:
    return [(np.multiply, (p, p, scratch)), (np.multiply, (p, scratch, p))]


def _cube_slope(_o: Array, out: Array, scratch: Array) -> Tape:
    return [(np.multiply, (scratch, constant(3.0, out), out))]


IDENTITY = ActivationFunction("identity", "identity", "p", "1", _identity, _everywhere(1.0), ("{p}", ""))
STEP = ActivationFunction(
    "step",
    "step",
    "1 if p ≥ 0, else 0",
    "0",
    _step,
    _everywhere(0.0),
    ("1.0 if {p} >= 0.0 else 0.0", "0.0"),
    span=(0.0, 1.0),
    at_zero="jump",
)
SIGN = ActivationFunction(
    "sign",
    "sign",
    "sign p",
    "0",
    _in_place(np.sign),
    _everywhere(0.0),
    ("({p} > 0.0) - ({p} < 0.0)", "0.0"),
    span=(-1.0, 1.0),
    at_zero="jump",
)
SIGMOID = ActivationFunction(
    "sigmoid",
    "sigmoid",
    "1 / (1 + e⁻ᵖ)",
    "σ (1 − σ)",
    _sigmoid,
    _sigmoid_slope,
    ("0.5 * tanh(0.5 * ({p})) + 0.5", "({o} * (1.0 - {o}))"),
    span=(0.0, 1.0),
    inverse=lambda y: math.log(y / (1.0 - y)),
)
TANH = ActivationFunction(
    "tanh",
    "tanh",
    "tanh p",
    "1 − tanh² p",
    _in_place(np.tanh),
    _tanh_slope,
    ("tanh({p})", "(1.0 - {o} * {o})"),
    span=(-1.0, 1.0),
    inverse=math.atanh,
)
RELU = ActivationFunction(
    "relu",
    "ReLU",
    "max(0, p)",
    "1 if p > 0, else 0",
    _relu,
    lambda o, out, _scratch: [(np.sign, (o, out))],
    ("{p} if {p} > 0.0 else 0.0", "(1.0 if {o} > 0.0 else 0.0)"),
    span=(0.0, np.inf),
    at_zero="kink",
)
LEAKY_RELU, ELU = leaky_relu(ALPHA), elu(ALPHA)
SOFTPLUS = ActivationFunction(
    "softplus",
    "softplus",
    "ln(1 + eᵖ)",
    "1 / (1 + e⁻ᵖ)",
    _softplus,
    _softplus_slope,
    ("({p} if {p} > 0.0 else 0.0) + log1p(exp(-abs({p})))", "-expm1(-{o})"),
    span=(0.0, np.inf),
)
GELU = ActivationFunction(
    "gelu",
    "GELU",
    "p Φ(p) = ½ p (1 + erf(p/√2))",
    "Φ(p) + p e^(−p²/2) / √(2π)",
    _gelu,
    lambda _o, out, scratch: [(np.copyto, (out, scratch))],
    (
        "0.5 * {p} * (1.0 + erf(0.7071067811865476 * {p}))",
        "(0.5 + 0.5 * erf(0.7071067811865476 * {p}) + 0.3989422804014327 * {p} * exp(-0.5 * {p} * {p}))",
    ),
    span=(-0.16997120747990369, np.inf),
)
SILU = ActivationFunction(
    "silu",
    "SiLU",
    "p s, s = 1 / (1 + e⁻ᵖ)",
    "s (1 + p (1 − s))",
    _silu,
    _silu_slope,
    ("{p} * (0.5 * tanh(0.5 * {p}) + 0.5)", "({o} + (1.0 - {o}) * (0.5 * tanh(0.5 * {p}) + 0.5))"),
    span=(-0.27846454276107385, np.inf),
)
CUBE = ActivationFunction(
    "cube", "cube", "p³", "3 p²", _cube, _cube_slope, ("{p} * {p} * {p}", "(3.0 * {p} * {p})")
)
"""A polynomial: the sum of any number of such units is one too, of degree 3 (Leshno et al. 1993, Pinkus 1999)."""

_ALL = (IDENTITY, STEP, SIGN, SIGMOID, TANH, RELU, LEAKY_RELU, ELU, SOFTPLUS, GELU, SILU, CUBE)
ACTIVATIONS = {function.name: function for function in _ALL}
"""Every activation function of a hidden layer, by name."""
WITH_ALPHA = {"leaky_relu": leaky_relu, "elu": elu}
"""Makers of those that have an α, by name."""


def activation_function(name: str, alpha: float = ALPHA) -> ActivationFunction:
    """The activation function of that name, with this α if it has one."""
    return WITH_ALPHA[name](alpha) if name in WITH_ALPHA else ACTIVATIONS[name]
