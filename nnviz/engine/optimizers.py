"""How parameters follow the gradient: the definitions of PyTorch, as tapes over flat vectors."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from nnviz.engine.tape import Array, Tape, constant


@dataclass(frozen=True)
class Hyperparameters:
    """What can change while a network learns.

    ``learning_rate`` is η, ``momentum`` µ (momentum and Nesterov), ``l1`` and ``l2`` weigh the penalties
    λ Σ|w| and λ/2 Σ w² on the weights, not the biases; with an optimizer that decays weights ``l2`` is how fast.
    The last short batch of an epoch is used. Layers in ``frozen``, counted from 1, keep their weights and biases.
    """

    optimizer: str = "sgd"
    learning_rate: float = 0.03
    momentum: float = 0.0
    batch_size: int = 10
    shuffle: bool = True
    l1: float = 0.0
    l2: float = 0.0
    frozen: tuple[int, ...] = ()


@dataclass(frozen=True)
class StableRate:
    """The largest η with which a rule comes to rest at a minimum of largest curvature λ: 2 gain(µ)/λ.

    Parameters
    ----------
    gain : callable (float) -> float
        Of µ; it comes from the eigenvalues of one step on a quadratic.
    formula : str
        All of it, as a lecturer reads it.
    """

    gain: Callable[[float], float]
    formula: str


@dataclass(frozen=True, kw_only=True)
class Optimizer:
    """A rule that turns a gradient into an update: all that is true of it.

    Parameters
    ----------
    rule : str
        How weights w follow the gradient g, as a lecturer reads it.
    update : callable (parameters, gradient, memory, hyperparameters) -> Tape
        The gradient may be overwritten. ``memory`` has one row a slot, and one more for scratch.
    slots : int
        How many vectors like the parameters it remembers between steps.
    folds_rate : bool
        The gradient comes multiplied by η already, which saves the commonest rule a pass.
    uses_momentum : bool
        µ matters to it.
    decays : bool
        λ₂ shrinks the weights beside the gradient, not through it: w ← w − η λ₂ w (Loshchilov & Hutter 2019).
    stable_rate : StableRate, optional
        Of a rule whose steps are as long as the gradient is large.
    stride : float, optional
        Of a rule that divides the gradient by its past size, so that its first step is about η long: an η that
        suits surfaces a few units wide. A rule has either this or a stable rate.
    """

    name: str
    title: str
    rule: str
    update: Callable[[Array, Array, Array, Hyperparameters], Tape]
    slots: int = 0
    folds_rate: bool = False
    uses_momentum: bool = False
    decays: bool = False
    stable_rate: StableRate | None = None
    stride: float | None = None

    def __post_init__(self) -> None:
        if (self.stable_rate is None) == (self.stride is None):
            raise ValueError(f"the optimizer {self.name} needs a stable rate or a stride")


def _sgd(parameters: Array, gradient: Array, _memory: Array, _h: Hyperparameters) -> Tape:
    return [(np.subtract, (parameters, gradient, parameters))]


def _accumulate(velocity: Array, gradient: Array, momentum: float) -> Tape:
    return [
        (np.multiply, (velocity, constant(momentum, velocity), velocity)),
        (np.add, (velocity, gradient, velocity)),
    ]


def _descend(parameters: Array, direction: Array, scratch: Array, rate: float) -> Tape:
    return [
        (np.multiply, (direction, constant(rate, direction), scratch)),
        (np.subtract, (parameters, scratch, parameters)),
    ]


def _momentum(parameters: Array, gradient: Array, memory: Array, h: Hyperparameters) -> Tape:
    # v ← µ v + g;  θ ← θ − η v
    velocity, scratch = memory
    return [
        *_accumulate(velocity, gradient, h.momentum),
        *_descend(parameters, velocity, scratch, h.learning_rate),
    ]


def _nesterov(parameters: Array, gradient: Array, memory: Array, h: Hyperparameters) -> Tape:
    # v ← µ v + g;  θ ← θ − η (g + µ v)
    velocity, scratch = memory
    return [
        *_accumulate(velocity, gradient, h.momentum),
        (np.multiply, (velocity, constant(h.momentum, velocity), scratch)),
        (np.add, (gradient, scratch, gradient)),
        *_descend(parameters, gradient, scratch, h.learning_rate),
    ]


def _average(mean: Array, value: Array, scratch: Array, decay: float) -> Tape:
    # mean ← decay · mean + (1 − decay) · value
    return [
        (np.multiply, (mean, constant(decay, mean), mean)),
        (np.multiply, (value, constant(1.0 - decay, mean), scratch)),
        (np.add, (mean, scratch, mean)),
    ]


def _average_square(mean: Array, value: Array, scratch: Array, decay: float) -> Tape:
    return [
        (np.multiply, (mean, constant(decay, mean), mean)),
        (np.multiply, (value, value, scratch)),
        (np.multiply, (scratch, constant(1.0 - decay, mean), scratch)),
        (np.add, (mean, scratch, mean)),
    ]


def _rmsprop(parameters: Array, gradient: Array, memory: Array, h: Hyperparameters) -> Tape:
    # s ← 0.99 s + 0.01 g²;  θ ← θ − η g / (√s + 1e-8)
    square, scratch = memory
    return [
        *_average_square(square, gradient, scratch, 0.99),
        (np.sqrt, (square, scratch)),
        (np.add, (scratch, constant(1e-8, scratch), scratch)),
        (np.divide, (gradient, scratch, gradient)),
        *_descend(parameters, gradient, scratch, h.learning_rate),
    ]


def _adam(parameters: Array, gradient: Array, memory: Array, h: Hyperparameters) -> Tape:
    # m ← 0.9 m + 0.1 g;  v ← 0.999 v + 0.001 g²;  θ ← θ − η m̂ / (√v̂ + 1e-8),  m̂ = m/(1 − 0.9ᵗ), v̂ alike.
    # 0.9ᵗ and 0.999ᵗ are kept as 1 − βᵗ, which starts at zero like every other memory: c ← β c + (1 − β).
    mean, square, corrections, scratch = memory
    first, second = corrections[..., 0:1], corrections[..., 1:2]
    return [
        *_average(mean, gradient, scratch, 0.9),
        *_average_square(square, gradient, scratch, 0.999),
        (np.multiply, (first, constant(0.9, first), first)),
        (np.add, (first, constant(1.0 - 0.9, first), first)),
        (np.multiply, (second, constant(0.999, second), second)),
        (np.add, (second, constant(1.0 - 0.999, second), second)),
        (np.divide, (square, second, scratch)),
        (np.sqrt, (scratch, scratch)),
        (np.add, (scratch, constant(1e-8, scratch), scratch)),
        (np.divide, (mean, scratch, gradient)),
        (np.divide, (gradient, first, gradient)),
        *_descend(parameters, gradient, scratch, h.learning_rate),
    ]


_ALL = (
    Optimizer(
        name="sgd",
        title="SGD",
        rule="w ← w − η g",
        update=_sgd,
        folds_rate=True,
        stable_rate=StableRate(lambda _: 1.0, "2/λₘₐₓ"),
    ),
    Optimizer(
        name="momentum",
        title="momentum",
        rule="v ← µ v + g, w ← w − η v",
        update=_momentum,
        slots=1,
        uses_momentum=True,
        stable_rate=StableRate(lambda momentum: 1.0 + momentum, "2(1+µ)/λₘₐₓ"),
    ),
    Optimizer(
        name="nesterov",
        title="Nesterov",
        rule="v ← µ v + g, w ← w − η (g + µ v)",
        update=_nesterov,
        slots=1,
        uses_momentum=True,
        stable_rate=StableRate(lambda momentum: (1.0 + momentum) / (1.0 + 2.0 * momentum), "2(1+µ)/((1+2µ)λₘₐₓ)"),
    ),
    Optimizer(
        name="rmsprop",
        title="RMSprop",
        rule="g divided by the root of its mean square",
        update=_rmsprop,
        slots=1,
        stride=0.03,
    ),
    Optimizer(
        name="adam",
        title="Adam",
        rule="mean of g divided by the root of its mean square",
        update=_adam,
        slots=3,
        stride=0.1,
    ),
    Optimizer(
        name="adamw",
        title="AdamW",
        rule="as Adam, and beside it w ← w − η λ₂ w: L2 is no part of g",
        update=_adam,
        slots=3,
        decays=True,
        stride=0.1,
    ),
)

OPTIMIZERS = {optimizer.name: optimizer for optimizer in _ALL}
"""Every optimizer, by name."""


def penalties(
    parameters: Array, gradient: Array, scratch: Array, weights: Array, gain: float, h: Hyperparameters
) -> Tape:
    """Operations that add gain · (λ₁ sign w + λ₂ w) to the gradient; ``weights`` is 1 at weights, 0 at biases.

    With an optimizer that decays weights λ₂ adds nothing.
    """
    tape: Tape = []
    if h.l1:
        tape += [
            (np.sign, (parameters, scratch)),
            (np.multiply, (scratch, weights * (gain * h.l1), scratch)),
            (np.add, (gradient, scratch, gradient)),
        ]
    if h.l2 and not OPTIMIZERS[h.optimizer].decays:
        tape += [
            (np.multiply, (parameters, weights * (gain * h.l2), scratch)),
            (np.add, (gradient, scratch, gradient)),
        ]
    return tape


def decay(parameters: Array, weights: Array, h: Hyperparameters) -> Tape:
    """Operations that do w ← w − η λ₂ w, if the optimizer decays weights; ``weights`` is 1 where one learns."""
    if not h.l2 or not OPTIMIZERS[h.optimizer].decays:
        return []
    return [(np.multiply, (parameters, 1.0 - weights * (h.learning_rate * h.l2), parameters))]
