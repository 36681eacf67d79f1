"""Convolutions: against the full matrix that is cut and shared, central differences, and PyTorch."""

from dataclasses import dataclass
from itertools import product
from math import prod

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from nnviz.engine.activations import ACTIVATIONS, RELU, TANH, ActivationFunction
from nnviz.engine.convolution import CUT, POOLS, Convolution, Pool, Windows
from nnviz.engine.descent import Descent
from nnviz.engine.initializers import initialize
from nnviz.engine.network import Network, Parameters, forward, logits, output_gradient
from nnviz.engine.optimizers import Hyperparameters
from nnviz.engine.outputs import CROSS_ENTROPY, SOFTMAX
from nnviz.engine.replicas import Replicas, replicas_at_once, replicas_of, stacked_logits
from nnviz.engine.step import Buffers, Model, backward_pass, forward_pass
from nnviz.engine.tape import Array, play

STILL = Hyperparameters("momentum", learning_rate=0.0)
"""With these the gradient comes as it is."""
H = 1e-5
SAMPLES = 4
PAIRS = [*product([None], POOLS.values()), *product([POOLS["none"], POOLS["max_2x2"]], POOLS.values())]


def network_of(
    *layers: Convolution, dense: tuple[int, ...] = (), function: ActivationFunction = TANH, outputs: int = 3
) -> Network:
    sizes = (layers[0].inputs, *(layer.units for layer in layers), *dense, outputs)
    return Network(sizes, (*[function] * (len(sizes) - 2), SOFTMAX), CROSS_ENTROPY, layers)


@dataclass
class Case:
    network: Network
    seed: int = 0

    def __post_init__(self) -> None:
        rng = np.random.default_rng(self.seed)
        self.parameters = Parameters(self.network.shapes)
        self.parameters.flat[:] = 0.4 * rng.normal(size=self.parameters.flat.size)
        self.inputs = rng.normal(size=(self.network.layer_sizes[0], SAMPLES))
        self.targets = np.eye(self.network.layer_sizes[-1])[:, rng.integers(0, 3, SAMPLES)]

    def loss(self) -> float:
        return self.network.loss(
            self.network.output, logits(self.network, self.parameters, self.inputs), self.targets
        )

    def gradient(self) -> Parameters:
        gradient = Parameters(self.network.shapes)
        model = Model(self.network, self.parameters, gradient, np.empty((1, 0)), np.empty(0), None, STILL)
        buffers = Buffers(self.network, SAMPLES, np.dtype(np.float64))
        batch = np.vstack([self.inputs, np.ones((1, SAMPLES))])
        play([*forward_pass(model, buffers, batch), *backward_pass(model, buffers, batch, self.targets)])
        return gradient

    def differences(self) -> Array:
        found = np.empty(self.parameters.flat.size)
        for k, value in enumerate(self.parameters.flat.copy()):
            ends = []
            for moved in (value + H, value - H):
                self.parameters.flat[k] = moved
                ends.append(self.loss())
            self.parameters.flat[k] = value
            found[k] = (ends[0] - ends[1]) / (2.0 * H)
        return found


convolutions = st.builds(
    Convolution,
    below=st.tuples(st.integers(1, 2), st.integers(3, 6), st.integers(3, 6)),
    channels=st.integers(1, 3),
    window=st.integers(1, 3),
    stride=st.integers(1, 2),
    padding=st.integers(0, 2),
    pool=st.sampled_from([*POOLS.values()]),
)


def matrix_of(connections: NDArray[np.intp], parameters: Array) -> Array:
    """A layer's whole matrix, bias last, of fewer parameters: zero where cut, the same number where shared."""
    return np.where(connections == CUT, 0.0, parameters.ravel()[connections])


def summed_over_copies(connections: NDArray[np.intp], gradient: Array, shape: tuple[int, int]) -> Array:
    """The gradient of the parameters from that of the whole matrix: for each the sum over its copies."""
    there = connections != CUT
    return np.asarray(np.bincount(connections[there], gradient[there], prod(shape)), np.float64).reshape(shape)


@given(layer=convolutions)
def test_gathering_gives_what_the_matrix_gives_that_is_cut_and_shared(layer: Convolution) -> None:
    assume(min(layer.maps) > 0)
    plain = Convolution(layer.below, layer.channels, layer.window, layer.stride, layer.padding)
    rng = np.random.default_rng(0)
    parameters, x = rng.normal(size=plain.shape), rng.normal(size=(plain.inputs, 2))
    matrix, with_ones = matrix_of(plain.connections, parameters), np.vstack([x, np.ones((1, 2))])
    out, below = np.empty((plain.units, 2)), np.empty_like(x)
    delta, gradient = rng.normal(size=out.shape), np.empty_like(parameters)
    windows = Windows(plain, TANH, 2, np.dtype(np.float64))
    play(windows.forward(parameters, with_ones, out))
    play(windows.backward(parameters, delta, gradient, below))
    np.testing.assert_allclose(out, matrix @ with_ones, atol=1e-12)
    full = delta @ with_ones.T
    np.testing.assert_allclose(gradient, summed_over_copies(plain.connections, full, plain.shape), atol=1e-12)
    np.testing.assert_allclose(below, matrix[:, :-1].T @ delta, atol=1e-12)


def test_index_map_cuts_and_shares() -> None:
    layer = Convolution((1, 3, 3), 1, 2)
    assert layer.connections[0].tolist() == [0, 1, CUT, 2, 3, CUT, CUT, CUT, CUT, 4]
    assert layer.connections[3].tolist() == [CUT, CUT, CUT, CUT, 0, 1, CUT, 2, 3, 4]


def test_padding_reads_zeros_and_not_the_one_of_the_bias() -> None:
    layer = Convolution((1, 1, 1), 1, 3, padding=1)
    out = np.empty((1, 1))
    play(Windows(layer, TANH, 1, np.dtype(np.float64)).forward(np.ones((1, 10)), np.array([[5.0], [1.0]]), out))
    assert out.item() == 5.0 + 1.0


@settings(max_examples=60)
@given(layer=convolutions, seed=st.integers(0, 2**32), dense=st.sampled_from([(), (3,)]))
def test_gradient_is_that_of_central_differences(layer: Convolution, seed: int, dense: tuple[int, ...]) -> None:
    assume(min(layer.maps) > 0)
    case = Case(network_of(layer, dense=dense), seed)
    np.testing.assert_allclose(case.gradient().flat, case.differences(), atol=2e-6)


@pytest.mark.parametrize("function", [f for f in ACTIVATIONS.values() if f.name not in {"step", "sign"}])
@pytest.mark.parametrize("pool", list(POOLS.values()), ids=list(POOLS))
def test_gradient_with_every_activation(function: ActivationFunction, pool: Pool) -> None:
    case = Case(network_of(Convolution((1, 5, 5), 2, 2, pool=pool), function=function))
    np.testing.assert_allclose(case.gradient().flat, case.differences(), atol=1e-7)


@pytest.mark.parametrize("pools", [*product(POOLS.values(), repeat=2)], ids=lambda p: f"{p[0].name}-{p[1].name}")
def test_gradient_of_two_layers(pools: tuple[Pool, Pool]) -> None:
    first = Convolution((1, 6, 6), 2, 3, padding=1, pool=pools[0])
    case = Case(network_of(first, Convolution(first.maps, 3, 3, padding=2, pool=pools[1]), dense=(3,)))
    np.testing.assert_allclose(case.gradient().flat, case.differences(), atol=1e-8)


@pytest.mark.parametrize("pool", list(POOLS.values()), ids=list(POOLS))
def test_gradient_for_the_picture(pool: Pool) -> None:
    first = Convolution((1, 5, 5), 2, 2)
    network = network_of(first, Convolution(first.maps, 2, 2, padding=1, pool=pool))
    case = Case(network)
    x = case.inputs[:, 0]
    nudges = H * np.eye(len(x))
    above, under = (SOFTMAX(logits(network, case.parameters, (x + n).T))[1] for n in (nudges, -nudges))
    found = output_gradient(network, case.parameters, x, 1)
    np.testing.assert_allclose(found, (above - under) / (2.0 * H), atol=1e-8)


def test_of_equal_numbers_one_alone_is_the_largest() -> None:
    """Empty places all give the bias; its gradient counts one of them."""
    layer = Convolution((1, 4, 4), 1, 2, pool=POOLS["max_2x2"])
    case = Case(network_of(layer))
    case.inputs[:] = 0.0
    np.testing.assert_allclose(case.gradient().flat, case.differences(), atol=1e-8)


def test_shapes_and_counts() -> None:
    layer = Convolution((1, 8, 8), 24, 5, padding=2, pool=POOLS["max_map"])
    network = network_of(layer, outputs=10)
    assert (layer.places, layer.maps, layer.units, layer.shape) == ((8, 8), (24, 1, 1), 24, (24, 26))
    assert network.shapes == ((24, 26), (10, 25))
    assert Parameters(network.shapes).flat.size == 874
    assert network.node_sizes == (1, 24, 10)
    assert Convolution((1, 8, 8), 8, 3, pool=POOLS["max_2x2"]).maps == (8, 3, 3)
    assert Convolution((1, 7, 9), 8, 3, stride=2, pool=POOLS["mean_2x2"]).maps == (8, 1, 2)


def test_pre_activations_that_go_on_are_the_largest() -> None:
    layer = Convolution((1, 6, 6), 2, 3, pool=POOLS["max_map"])
    case = Case(network_of(layer))
    (p, o), _ = forward(case.network, case.parameters, case.inputs)
    plain = network_of(Convolution((1, 6, 6), 2, 3))
    first = Parameters(plain.shapes)
    first.layers[0][:] = case.parameters.layers[0]
    (all_p, all_o), _ = forward(plain, first, case.inputs)
    np.testing.assert_allclose(p, all_p.reshape(2, 16, -1).max(axis=1))
    np.testing.assert_allclose(o, all_o.reshape(2, 16, -1).max(axis=1))


def _starts(network: Network, seeds: range, inputs: Array, targets: Array, h: Hyperparameters) -> list[Descent]:
    descents = []
    for seed in seeds:
        rng = np.random.default_rng(seed)
        parameters = Parameters(network.shapes)
        initialize(parameters, "he_uniform", rng)
        descents.append(Descent(network, inputs, targets, parameters, h, rng))
    return descents


def test_many_networks_learn_as_each_would_alone() -> None:
    network = network_of(Convolution((1, 5, 5), 2, 3, pool=POOLS["max_map"]), function=RELU)
    rng = np.random.default_rng(0)
    inputs, targets = rng.normal(size=(23, 25)), np.eye(3)[rng.integers(0, 3, 23)]
    h = Hyperparameters("adam", learning_rate=0.01, batch_size=5)
    descents = _starts(network, range(3), inputs, targets, h)
    kind = replicas_of(network)
    together = kind(network, inputs, targets, [descent.position() for descent in descents], h)
    for _ in range(2):
        assert together.advance()
    together.stop(np.array([False, True, False]))
    together.advance()
    for descent, epochs in zip(descents, (3, 2, 3), strict=True):
        descent.advance(epochs * descent.batches)
    flats = [descent.parameters.flat for descent in descents]
    np.testing.assert_array_equal(together.parameters.flat, flats)
    assert together.going.tolist() == [True, False, True]
    assert [position.epoch for position in together.positions()] == [3, 2, 3]
    found = stacked_logits(network, together.parameters, inputs)
    np.testing.assert_allclose(found[:, 1], logits(network, descents[1].parameters, inputs.T))
    assert replicas_at_once(network, 23, h) == 1


def test_dense_networks_are_replicas_as_before() -> None:
    assert replicas_of(Network((2, 3, 1), (TANH, TANH), CROSS_ENTROPY)) is Replicas


@pytest.mark.extras
@pytest.mark.parametrize("pair", PAIRS, ids=lambda p: "-".join(pool.name for pool in p if pool))
@pytest.mark.parametrize("stride", [1, 2])
def test_values_and_gradients_are_those_of_pytorch(pair: tuple[Pool | None, Pool], stride: int) -> None:
    torch = pytest.importorskip("torch", reason="PyTorch is not installed")
    before, pool = pair
    first = Convolution((1, 9, 9), 4, 3, padding=1, pool=before or pool, stride=stride)
    layers = [first] if before is None else [first, Convolution(first.maps, 5, 3, padding=2, pool=pool)]
    case = Case(network_of(*layers, dense=(6,)))
    x = torch.tensor(case.inputs.T, dtype=torch.float64, requires_grad=True)
    wanted = [torch.tensor(layer, requires_grad=True) for layer in case.parameters.layers]
    o = x.reshape(SAMPLES, 1, 9, 9)
    for layer, parameters in zip(layers, wanted, strict=False):
        o = _torch_layer(torch, layer, parameters, o)
    o = o.reshape(SAMPLES, -1)
    for parameters in wanted[len(layers) : -1]:
        o = torch.tanh(o @ parameters[:, :-1].T + parameters[:, -1])
    output = o @ wanted[-1][:, :-1].T + wanted[-1][:, -1]
    loss = torch.nn.functional.cross_entropy(output, torch.tensor(case.targets.T))
    loss.backward()
    values = logits(case.network, case.parameters, case.inputs)
    np.testing.assert_allclose(values, output.detach().numpy().T, atol=1e-10)
    for ours, theirs in zip(case.gradient().layers, wanted, strict=True):
        np.testing.assert_allclose(ours, theirs.grad.numpy(), atol=1e-10)


def _torch_layer(torch, layer: Convolution, parameters, o):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN202
    functional, side = torch.nn.functional, layer.sides
    filters = parameters[:, :-1].reshape(layer.channels, layer.below[0], layer.window, layer.window)
    p = functional.conv2d(o, filters, parameters[:, -1], stride=layer.stride, padding=layer.padding)
    if layer.pool.takes == "max":
        return torch.tanh(functional.max_pool2d(p, side))
    return functional.avg_pool2d(torch.tanh(p), side) if layer.pool.takes else torch.tanh(p)
