"""One neuron's loss as a surface over two of its parameters, by the engine's own forward and backward pass."""

from dataclasses import replace

import numpy as np

from nnviz.engine.landscape import Function, Landscape
from nnviz.engine.network import Network, Parameters, logits
from nnviz.engine.optimizers import Hyperparameters
from nnviz.engine.step import Buffers, Model, backward_pass, forward_pass
from nnviz.engine.tape import Array, play

_NUDGE = 1e-4
_REACH = 3.0
_CHUNK = 100
"""Points whose loss is taken at once."""


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
    parameters = Parameters(many.layer_sizes, _with_bias(points, inputs.shape[1]).ravel())
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
    parameters, gradient = (
        Parameters(network.layer_sizes, array) for array in (flat.copy(), np.zeros(flat.shape))
    )
    whole = Hyperparameters(optimizer="momentum")  # whose gradient does not come multiplied by η
    return Model(network, parameters, gradient, np.zeros((0,)), np.zeros((0,)), None, whole)


def _repeated(rows: Array, replicas: int) -> Array:
    """Rows of a batch, (units, B), for so many replicas, (units, R, B)."""
    return np.repeat(rows[:, None, :], replicas, axis=1)
