"""What a deep network is without its hidden layers' activation functions: one affine map before the output's."""

from dataclasses import dataclass

import numpy as np

from nnviz.data.dataset import FloatArray
from nnviz.engine.activations import IDENTITY
from nnviz.engine.network import Parameters, forward
from nnviz.experiment.problem import Problem
from nnviz.runs.layer_statistics import samples_measured


@dataclass(frozen=True, eq=False)
class Collapse:
    """The affine map W̃ x + b̃ of a network's weights and biases.

    Parameters
    ----------
    weights : array, shape (outputs, inputs)
        W̃ = Wᴸ … W¹.
    biases : array, shape (outputs,)
        b̃ = Σ Wᴸ … Wˡ⁺¹ bˡ.
    difference : float
        The largest |p − (W̃ x + b̃)| over the outputs' pre-activations p and training samples (up to 500, fewer for
        a large network). The output's own function bends no boundary: it is the same along each of its lines.
    linear : bool
        Whether every hidden layer's function is the identity, so that the two are the same but for rounding.
    """

    weights: FloatArray
    biases: FloatArray
    difference: float
    linear: bool


def collapse(problem: Problem, parameters: Parameters) -> Collapse:
    """Multiply a network's matrices, and compare the product with the network's output layer."""
    with np.errstate(all="ignore"):
        weights, biases = _product(parameters)
        inputs = problem.train.inputs[: samples_measured(problem)].T
        *_, (last, _) = forward(problem.network, parameters, inputs.astype(parameters.flat.dtype))
        difference = float(np.abs(last - (weights @ inputs + biases[:, None])).max())
    linear = all(function is IDENTITY for function in problem.network.activations[:-1])
    return Collapse(weights, biases, difference, linear)


def _product(parameters: Parameters) -> tuple[FloatArray, FloatArray]:
    """From the output down, so that every product has as few rows as there are outputs."""
    layers = [np.asarray(layer, np.float64) for layer in parameters.layers]
    weights, biases = layers[-1][:, :-1], layers[-1][:, -1]
    for layer in reversed(layers[:-1]):
        biases = biases + weights @ layer[:, -1]
        weights = weights @ layer[:, :-1]
    return weights, biases
