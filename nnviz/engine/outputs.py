"""The output layer and the loss: what is compared with the targets, and what flows back from it.

Shapes here are (outputs, samples). The losses are computed from the logits, the output's pre-activations, so
that they are right for any logits; the deltas are computed from the activations, in place, for the tape.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from nnviz.engine.activations import IDENTITY, SIGMOID, TANH, ActivationFunction
from nnviz.engine.tape import Array, Tape, constant


def _softmax(p: Array, scratch: Array) -> Tape:
    # products with ones sum over the outputs, and repeat for each of them, at a third of the cost of doing so
    p, scratch = p.reshape(len(p), -1), scratch.reshape(len(p), -1)
    largest = np.empty((1, p.shape[1]), p.dtype)
    repeated, summed = np.ones((len(p), 1), p.dtype), np.ones((len(p), len(p)), p.dtype)
    return [
        (np.maximum.reduce, (p, 0, None, largest, True)),
        (repeated.dot, (largest, scratch)),
        (np.subtract, (p, scratch, p)),
        (np.exp, (p, p)),
        (summed.dot, (p, scratch)),
        (np.divide, (p, scratch, p)),
    ]


def _softmax_slope(o: Array, out: Array, _scratch: Array) -> Tape:
    # the diagonal of the Jacobian; the delta below takes the whole of it
    return [(np.subtract, (constant(1.0, o), o, out)), (np.multiply, (out, o, out))]


SOFTMAX = ActivationFunction(
    "softmax", "softmax", "eᵖᵏ / Σⱼ eᵖʲ", "oₖ ([k=j] − oⱼ)", _softmax, _softmax_slope, None, span=(0.0, 1.0)
)

OUTPUTS = {f.name: f for f in (IDENTITY, TANH, SIGMOID, SOFTMAX)}
"""Every activation of the output layer, by name. All but softmax work unit by unit."""


@dataclass(frozen=True)
class Loss:
    """What is minimised: the mean over the samples of a loss per sample.

    Parameters
    ----------
    per_sample : callable (output, logits, targets) -> array, shape (samples,)
    outputs : tuple of str
        Names of the outputs it makes sense with.
    """

    name: str
    title: str
    formula: str
    per_sample: Callable[[ActivationFunction, Array, Array], Array]
    outputs: tuple[str, ...]

    def __call__(self, output: ActivationFunction, logits: Array, targets: Array) -> float:
        """Mean loss of ``logits`` against ``targets``, both of shape (outputs, samples)."""
        return float(self.per_sample(output, logits, targets).mean())


def _squared_error(output: ActivationFunction, logits: Array, targets: Array) -> Array:
    residual: Array = output(logits) - targets
    return np.asarray(0.5 * (residual * residual).sum(axis=0))


def _cross_entropy(output: ActivationFunction, logits: Array, targets: Array) -> Array:
    return _CROSS_ENTROPIES[output.name](logits, targets)


def _softmax_cross_entropy(logits: Array, targets: Array) -> Array:
    # −Σ t ln o with ln o = p − ln Σ e^p, and the targets of a sample sum to 1
    extreme = logits.max(axis=0)
    log_sum = np.log(np.exp(logits - extreme).sum(axis=0)) + extreme
    return np.asarray((targets * (log_sum - logits)).sum(axis=0))


def _sigmoid_cross_entropy(logits: Array, targets: Array) -> Array:
    # −t ln o − (1 − t) ln(1 − o) = ln(1 + e^p) − t p, a sum over the outputs
    return np.asarray((np.logaddexp(logits, 0.0) - targets * logits).sum(axis=0))


def _tanh_cross_entropy(logits: Array, targets: Array) -> Array:
    # tanh p = 2 sigmoid(2p) − 1: targets ±1 stand for the probabilities 0 and 1, the logit is 2p
    return _sigmoid_cross_entropy(2.0 * logits, 0.5 * (targets + 1.0))


_CROSS_ENTROPIES = {
    "softmax": _softmax_cross_entropy,
    "sigmoid": _sigmoid_cross_entropy,
    "tanh": _tanh_cross_entropy,
}

SQUARED_ERROR = Loss("squared_error", "squared error", "½‖o − t‖²", _squared_error, tuple(OUTPUTS))
CROSS_ENTROPY = Loss("cross_entropy", "cross-entropy", "−Σ t ln o", _cross_entropy, tuple(_CROSS_ENTROPIES))
LOSSES = {loss.name: loss for loss in (SQUARED_ERROR, CROSS_ENTROPY)}
"""Every loss, by name."""


def needs_slope(loss: Loss, output: ActivationFunction) -> bool:
    """Whether the delta of an output layer takes σ′ of its units."""
    return loss is not CROSS_ENTROPY and output not in {IDENTITY, SOFTMAX}


def output_delta(
    loss: Loss, output: ActivationFunction, o: Array, targets: Array, slope: Array, delta: Array
) -> Tape:
    """Operations that write ∂loss/∂p of the output layer, summed not averaged over samples, into ``delta``.

    For cross-entropy it is o − t with every output (for tanh because its logit is 2p); for squared error
    (o − t)∘σ′(p), and with softmax o∘(r − Σⱼ rⱼoⱼ), r = o − t, the Jacobian applied to the residual.
    """
    residual: Tape = [(np.subtract, (o, targets, delta))]
    if loss is CROSS_ENTROPY or output is IDENTITY:
        return residual
    if output is not SOFTMAX:
        return [*residual, (np.multiply, (delta, slope, delta))]
    total = np.empty(o.shape[1:], o.dtype)
    return [
        *residual,
        (np.multiply, (delta, o, slope)),
        (np.add.reduce, (slope, 0, None, total)),
        (np.subtract, (delta, total, delta)),
        (np.multiply, (delta, o, delta)),
    ]


def predicted_class(logits: Array) -> Array:
    """Index of the predicted class of each sample, from logits of shape (outputs, samples).

    One output tells two classes apart by its sign; several by which is largest.
    """
    if len(logits) == 1:
        return np.asarray(logits[0] > 0, dtype=np.intp)
    return np.asarray(logits.argmax(axis=0))
