import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nnviz.engine.recurrent import Lstm, Recurrent, loss_slopes, losses
from nnviz.engine.tape import Array

NETS = [Recurrent(3), Lstm(3), Recurrent(1), Lstm(1, 5.0), Recurrent(3, channels=2), Lstm(2, channels=2)]


def drawn(net: Recurrent, steps: int, count: int, seed: int = 0) -> tuple[Array, Array, Array]:
    """Parameters, inputs, and how much each output counts."""
    rng = np.random.default_rng(seed)
    return net.begin(rng), rng.choice([-1.0, 1.0], (steps, net.channels, count)), rng.normal(size=(steps, count))


@pytest.mark.parametrize("net", NETS, ids=str)
@given(st.integers(1, 6), st.integers(1, 4), st.integers(0, 99))
def test_gradients_are_central_differences(net: Recurrent, steps: int, count: int, seed: int) -> None:
    parameters, inputs, answers = drawn(net, steps, count, seed)

    def loss(there: Array) -> float:
        return float(losses(net.forward(there, inputs).outputs, answers).sum())

    course = net.forward(parameters, inputs)
    found = net.backward(parameters, course, loss_slopes(course.outputs, answers)).parameters
    steps_aside = 1e-5 * np.eye(net.size)
    wanted = [(loss(parameters + aside) - loss(parameters - aside)) / 2e-5 for aside in steps_aside]
    np.testing.assert_allclose(found, wanted, atol=1e-8)


@pytest.mark.parametrize("net", NETS, ids=str)
def test_memories_are_gradients_for_what_is_carried_on(net: Recurrent) -> None:
    parameters, inputs, _ = drawn(net, 4, 1)
    course = net.forward(parameters, inputs)
    slopes = np.array([[0.0], [0.0], [0.0], [1.0]])
    memories = net.backward(parameters, course, slopes).memories
    readout = net.parted(parameters)[1][:-1, None]
    through = (
        course.gates[-1, 2 * net.units : 3 * net.units] * (1 - np.tanh(course.cells[-1]) ** 2)
        if len(course.gates)
        else 1.0
    )
    np.testing.assert_allclose(memories[-1], readout * through)
    assert memories.shape == (4, net.units, 1)


def test_a_sequence_does_not_see_the_others() -> None:
    for net in NETS:
        parameters, inputs, slopes = drawn(net, 5, 3)
        together = net.forward(parameters, inputs)
        alone = net.forward(parameters, inputs[:, :, 1:2])
        np.testing.assert_allclose(together.outputs[:, 1:2], alone.outputs)
        parts = [
            net.backward(parameters, net.forward(parameters, inputs[:, :, [k]]), slopes[:, [k]]).parameters
            for k in range(3)
        ]
        np.testing.assert_allclose(net.backward(parameters, together, slopes).parameters, sum(parts))


@pytest.mark.parametrize("net", NETS, ids=str)
def test_what_it_says_is_the_same_where_nothing_else_is_kept(net: Recurrent) -> None:
    parameters, inputs, _ = drawn(net, 6, 5)
    np.testing.assert_allclose(net.said(parameters, inputs), net.forward(parameters, inputs).outputs, atol=1e-5)


def test_parameters_are_as_many_whatever_the_length() -> None:
    assert (Recurrent(8).size, Lstm(8).size) == (8 * 10 + 9, 4 * 8 * 10 + 9)
    parameters = Lstm(8, 5.0).begin(np.random.default_rng(0))
    weights, readout = Lstm(8).parted(parameters)
    assert (weights.shape, readout.shape) == ((32, 10), (9,))
    assert weights[8:16, -1].tolist() == [5.0] * 8
    assert np.abs(weights[:8]).max() <= 1 / np.sqrt(8)


def test_the_latch_holds_what_came_first() -> None:
    net, parameters = Recurrent.latch()
    inputs = np.random.default_rng(0).choice([-1.0, 1.0], (200, 1, 50))
    outputs = net.forward(parameters, inputs).outputs
    assert (np.sign(outputs) == inputs[:1, 0]).all()


@pytest.mark.extras
@pytest.mark.parametrize("net", [Recurrent(5), Lstm(5, 2.0)], ids=str)
def test_values_and_gradients_are_those_of_pytorch(net: Recurrent) -> None:
    torch = pytest.importorskip("torch", reason="PyTorch is not installed")
    parameters, inputs, answers = drawn(net, 7, 4)
    weights, readout = net.parted(parameters)
    kind = torch.nn.LSTM if isinstance(net, Lstm) else torch.nn.RNN
    theirs = kind(1, net.units, bias=True).double()
    order = _order_of_pytorch(net)
    with torch.no_grad():
        theirs.weight_hh_l0.copy_(torch.tensor(weights[order, :-2]))
        theirs.weight_ih_l0.copy_(torch.tensor(weights[order, -2:-1]))
        theirs.bias_ih_l0.copy_(torch.tensor(weights[order, -1]))
        theirs.bias_hh_l0.zero_()
    hidden, _ = theirs(torch.tensor(np.moveaxis(inputs, 1, 2)))
    out = torch.tensor(readout, requires_grad=True)
    outputs = hidden @ out[:-1] + out[-1]
    torch.nn.functional.softplus(-torch.tensor(answers) * outputs).sum().backward()
    course = net.forward(parameters, inputs)
    np.testing.assert_allclose(course.outputs, outputs.detach().numpy(), atol=1e-10)
    found = net.backward(parameters, course, loss_slopes(course.outputs, answers)).parameters
    shared, ends = net.parted(found)
    wanted = [theirs.weight_hh_l0.grad, theirs.weight_ih_l0.grad, theirs.bias_ih_l0.grad[:, None]]
    np.testing.assert_allclose(shared[order], np.hstack([each.numpy() for each in wanted]), atol=1e-10)
    np.testing.assert_allclose(ends, out.grad.numpy(), atol=1e-10)


def _order_of_pytorch(net: Recurrent) -> list[int]:
    """Rows of W in PyTorch's order: of an LSTM i, f, g, o, where ours is i, f, o, g."""
    blocks = [0, 1, 3, 2] if isinstance(net, Lstm) else [0]
    return [block * net.units + unit for block in blocks for unit in range(net.units)]
