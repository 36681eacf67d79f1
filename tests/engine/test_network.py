import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nnviz.engine.activations import ACTIVATIONS, IDENTITY, RELU, SIGMOID, TANH
from nnviz.engine.network import Network, Parameters, forward, logits, output_gradient, shapes_between
from nnviz.engine.outputs import LOSSES, OUTPUTS, SQUARED_ERROR
from nnviz.engine.tape import Array

few = settings(deadline=None, max_examples=60, derandomize=True)
layer_sizes = st.lists(st.integers(1, 5), min_size=2, max_size=5).map(tuple)
seeds = st.integers(0, 2**32)


@few
@given(sizes=layer_sizes)
def test_weights_and_biases_have_the_lectures_shapes(sizes: tuple[int, ...]) -> None:
    parameters = Parameters(shapes_between(sizes))
    below, above = sizes[:-1], sizes[1:]
    assert [w.shape for w in parameters.weights] == list(zip(above, below, strict=True))
    assert [b.shape for b in parameters.biases] == [(m,) for m in above]
    assert parameters.flat.size == sum(w.size + b.size for w, b in _pairs(parameters))


@few
@given(sizes=layer_sizes)
def test_every_weight_and_bias_has_its_own_place_in_the_flat_vector(sizes: tuple[int, ...]) -> None:
    parameters = Parameters(shapes_between(sizes))
    parameters.flat[:] = np.arange(parameters.flat.size)
    seen = np.concatenate([np.append(w.ravel(), b) for w, b in _pairs(parameters)])
    assert sorted(seen) == list(range(parameters.flat.size))


def test_writing_a_weight_or_a_bias_changes_the_flat_vector() -> None:
    parameters = Parameters(shapes_between((2, 3, 1)))
    parameters.weights[0][1, 0] = 5.0
    parameters.biases[1][0] = 7.0
    assert sorted(parameters.flat[parameters.flat != 0]) == [5.0, 7.0]


def test_writing_the_flat_vector_changes_weights_and_biases() -> None:
    parameters = Parameters(shapes_between((2, 3, 1)))
    weights, biases = parameters.weights, parameters.biases
    parameters.flat[:] = 1.5
    assert all((array == 1.5).all() for array in weights + biases)


def test_layers_are_the_weights_with_the_bias_beside_them() -> None:
    parameters = Parameters(shapes_between((2, 3, 1)))
    parameters.flat[:] = np.arange(13)
    for layer, w, b in zip(parameters.layers, parameters.weights, parameters.biases, strict=True):
        np.testing.assert_array_equal(layer, np.column_stack([w, b]))


def test_layers_of_one_shape_are_viewed_as_a_stack() -> None:
    parameters = Parameters(shapes_between((3, 2, 4, 4, 4, 1)), np.arange(8.0 + 12 + 20 + 20 + 5))
    stack = parameters.alike(2, 2)
    np.testing.assert_array_equal(stack, parameters.layers[2:4])
    stack[:] = 0.0
    assert np.flatnonzero(parameters.flat == 0.0).tolist() == [0, *range(20, 60)]


def test_a_given_vector_is_viewed_not_copied() -> None:
    flat = np.zeros(3)
    Parameters(shapes_between((2, 1)), flat).biases[0][:] = 4.0
    np.testing.assert_array_equal(np.sort(flat), [0.0, 0.0, 4.0])


@pytest.mark.parametrize("shape", [(12,), (14,), (13, 1)])
def test_a_vector_of_the_wrong_shape_is_refused(shape: tuple[int, ...]) -> None:
    with pytest.raises(ValueError, match="13 parameters expected"):
        Parameters(shapes_between((2, 3, 1)), np.zeros(shape))


def test_parameters_are_zeros_of_the_precision_asked_for() -> None:
    flat = Parameters(shapes_between((2, 1)), dtype=np.float32).flat
    assert flat.dtype == np.float32
    assert not flat.any()


@few
@given(sizes=layer_sizes)
def test_where_weights_tells_weights_from_biases(sizes: tuple[int, ...]) -> None:
    parameters = Parameters(shapes_between(sizes))
    where = parameters.where_weights()
    assert where.sum() == sum(w.size for w in parameters.weights)
    assert (~where).sum() == sum(sizes[1:])
    parameters.flat[where] = 1.0
    assert all((w == 1.0).all() for w in parameters.weights)
    assert not any(b.any() for b in parameters.biases)


@few
@given(sizes=layer_sizes, samples=st.integers(1, 6), seed=seeds, data=st.data())
def test_forward_is_layer_by_layer_the_formula(
    sizes: tuple[int, ...], samples: int, seed: int, data: st.DataObject
) -> None:
    functions = data.draw(st.tuples(*[st.sampled_from(list(ACTIVATIONS.values())) for _ in sizes[1:]]))
    rng = np.random.default_rng(seed)
    parameters = Parameters(shapes_between(sizes))
    parameters.flat[:] = rng.normal(size=parameters.flat.size)
    inputs = rng.normal(size=(sizes[0], samples))
    theta, given_inputs = parameters.flat.copy(), inputs.copy()

    network = Network(sizes, functions, SQUARED_ERROR)
    passed = list(forward(network, parameters, inputs))

    o: Array = inputs
    for (w, b), function, (pre_activation, activation) in zip(_pairs(parameters), functions, passed, strict=True):
        np.testing.assert_allclose(pre_activation, w @ o + b[:, None], rtol=1e-12, atol=1e-13)
        np.testing.assert_array_equal(activation, function(pre_activation))
        o = activation
    np.testing.assert_array_equal(logits(network, parameters, inputs), passed[-1][0])
    np.testing.assert_array_equal(parameters.flat, theta)
    np.testing.assert_array_equal(inputs, given_inputs)


def test_a_network_worked_out_by_hand() -> None:
    network = Network((2, 2, 1), (RELU, IDENTITY), SQUARED_ERROR)
    parameters = Parameters(network.shapes)
    parameters.weights[0][:] = [[1, 1], [1, 1]]
    parameters.biases[0][:] = [0, -1]
    parameters.weights[1][:] = [[1, -2]]
    corners = np.array([[0.0, 0.0, 1.0, 1.0], [0.0, 1.0, 0.0, 1.0]])
    np.testing.assert_array_equal(logits(network, parameters, corners), [[0, 1, 1, 0]])


def test_single_precision_stays_single() -> None:
    network = Network((2, 3, 1), (TANH, SIGMOID), SQUARED_ERROR)
    parameters = Parameters(network.shapes, dtype=np.float32)
    for pre_activation, activation in forward(network, parameters, np.ones((2, 4), np.float32)):
        assert pre_activation.dtype == activation.dtype == np.float32


def test_the_output_is_the_last_activation() -> None:
    assert Network((2, 3, 1), (TANH, SIGMOID), SQUARED_ERROR).output is SIGMOID


def _pairs(parameters: Parameters) -> list[tuple[Array, Array]]:
    return list(zip(parameters.weights, parameters.biases, strict=True))


@pytest.mark.parametrize("output", list(OUTPUTS))
@pytest.mark.parametrize("hidden", ["tanh", "softplus", "gelu"])
def test_the_gradient_of_an_output_is_that_of_central_differences(output: str, hidden: str) -> None:
    rng = np.random.default_rng(3)
    network = Network((5, 4, 3), (ACTIVATIONS[hidden], OUTPUTS[output]), LOSSES["squared_error"])
    parameters = Parameters(network.shapes, rng.normal(size=4 * 6 + 3 * 5))
    inputs, h = rng.normal(size=5), 1e-5
    around = inputs[:, None] + h * np.concatenate([np.eye(5), -np.eye(5)], axis=1)
    *_, (_, outputs) = forward(network, parameters, around)
    for unit in range(3):
        expected = (outputs[unit, :5] - outputs[unit, 5:]) / (2 * h)
        np.testing.assert_allclose(output_gradient(network, parameters, inputs, unit), expected, atol=1e-9)
