import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nnviz.engine import descent as descent_module
from nnviz.engine.activations import ACTIVATIONS, WITH_ALPHA, activation_function
from nnviz.engine.descent import Descent
from nnviz.engine.initializers import initialize
from nnviz.engine.network import Network, Parameters, shapes_between
from nnviz.engine.optimizers import Hyperparameters
from nnviz.engine.outputs import LOSSES, OUTPUTS
from nnviz.engine.scalar import MOST_PARAMETERS, scalar_steps, source, suits

ONE = Hyperparameters(batch_size=1, learning_rate=0.05)

_DIVERGED = 1e6
"""Parameters beyond this grow without bound, and with them what rounding leaves."""


def network_of(
    sizes: tuple[int, ...], hidden: str = "tanh", output: str = "tanh", loss: str = "squared_error"
) -> Network:
    functions = (*[ACTIVATIONS[hidden]] * (len(sizes) - 2), OUTPUTS[output])
    return Network(sizes, functions, LOSSES[loss])


def descent_of(network: Network, seed: int = 0, h: Hyperparameters = ONE) -> Descent:
    rng = np.random.default_rng(seed)
    sizes = network.layer_sizes
    parameters = Parameters(shapes_between(sizes))
    initialize(parameters, "glorot_uniform", rng)
    parameters.flat += rng.normal(0.0, 0.1, parameters.flat.shape)
    targets = np.sign(rng.normal(size=(23, sizes[-1])))
    return Descent(network, rng.normal(size=(23, sizes[0])), targets, parameters, h, rng)


def by_tape(monkeypatch: pytest.MonkeyPatch, network: Network, seed: int = 0) -> Descent:
    with monkeypatch.context() as patch:
        patch.setattr(descent_module, "suits", lambda *_: False)
        return descent_of(network, seed)


@pytest.mark.parametrize("hidden", list(ACTIVATIONS))
@pytest.mark.parametrize("output", ["identity", "tanh", "sigmoid"])
@pytest.mark.parametrize("loss", list(LOSSES))
def test_steps_are_those_of_the_tape(monkeypatch: pytest.MonkeyPatch, hidden: str, output: str, loss: str) -> None:
    if output not in LOSSES[loss].outputs:
        return
    network = network_of((2, 4, 3, 2), hidden, output, loss)
    scalar, tape = descent_of(network), by_tape(monkeypatch, network)
    for _ in range(50):
        scalar.advance(1)
        tape.advance(1)
        if np.abs(tape.parameters.flat).max() > _DIVERGED:
            break
        np.testing.assert_allclose(scalar.parameters.flat, tape.parameters.flat, rtol=1e-12, atol=1e-13)
    assert scalar._scalar
    assert tape._scalar is None


@pytest.mark.parametrize("hidden", WITH_ALPHA)
@pytest.mark.parametrize("alpha", [0.0, 0.37, 1.0])
def test_steps_with_any_alpha_are_those_of_the_tape(
    monkeypatch: pytest.MonkeyPatch, hidden: str, alpha: float
) -> None:
    functions = (*[activation_function(hidden, alpha)] * 2, OUTPUTS["tanh"])
    network = Network((2, 4, 3, 1), functions, LOSSES["squared_error"])
    usual = descent_of(network_of((2, 4, 3, 1), hidden))
    scalar, tape = descent_of(network), by_tape(monkeypatch, network)
    for descent in (scalar, tape, usual):
        descent.advance(50)
    np.testing.assert_allclose(scalar.parameters.flat, tape.parameters.flat, rtol=1e-12, atol=1e-13)
    assert np.abs(scalar.parameters.flat - usual.parameters.flat).max() > 1e-3


@pytest.mark.parametrize("sizes", [(1, 1), (3, 2), (2, 1, 1), (5, 1, 4, 1, 2), (2, 3, 3, 3, 3, 1)])
def test_networks_of_any_shape(monkeypatch: pytest.MonkeyPatch, sizes: tuple[int, ...]) -> None:
    network = network_of(sizes)
    scalar, tape = descent_of(network, 3), by_tape(monkeypatch, network, 3)
    scalar.advance(60)
    tape.advance(60)
    np.testing.assert_allclose(scalar.parameters.flat, tape.parameters.flat, rtol=1e-9, atol=1e-12)


@given(slices=st.lists(st.integers(1, 40), min_size=1, max_size=8))
def test_how_steps_are_divided_changes_no_bit(slices: list[int]) -> None:
    network = network_of((2, 4, 2, 1))
    divided, whole = descent_of(network), descent_of(network)
    for steps in slices:
        divided.advance(steps)
    whole.advance(sum(slices))
    assert divided.parameters.flat.tobytes() == whole.parameters.flat.tobytes()
    assert (divided.step, divided.epoch, divided.batch) == (whole.step, whole.epoch, whole.batch)


def test_a_position_in_the_middle_is_resumed_to_the_bit() -> None:
    network = network_of((2, 4, 2, 1))
    whole, first, second = descent_of(network), descent_of(network), descent_of(network, 9)
    first.advance(31)
    second._inputs[:], second._targets[:] = first._inputs, first._targets
    second.restore(first.position())
    whole.advance(70)
    second.advance(39)
    assert second.parameters.flat.tobytes() == whole.parameters.flat.tobytes()


def test_what_is_not_plain_or_not_small_goes_by_the_tape() -> None:
    network = network_of((2, 4, 2, 1))
    assert suits(network, ONE, MOST_PARAMETERS)
    assert not suits(network, ONE, MOST_PARAMETERS + 1)
    for other in (
        Hyperparameters(batch_size=2),
        Hyperparameters(batch_size=1, optimizer="adam"),
        Hyperparameters(batch_size=1, l1=0.1),
        Hyperparameters(batch_size=1, l2=0.1),
    ):
        assert not suits(network, other, 25)
    assert not suits(network_of((2, 4, 3), output="softmax"), ONE, 25)


def test_changing_the_batch_size_changes_the_way(monkeypatch: pytest.MonkeyPatch) -> None:
    network = network_of((2, 4, 2, 1))
    scalar, tape = descent_of(network), by_tape(monkeypatch, network)
    for size in (1, 5, 1):
        h = Hyperparameters(batch_size=size, learning_rate=0.05)
        scalar.tune(h)
        with monkeypatch.context() as patch:
            patch.setattr(descent_module, "suits", lambda *_: False)
            tape.tune(h)
        assert bool(scalar._scalar) == (size == 1)
        scalar.advance(30)
        tape.advance(30)
        np.testing.assert_allclose(scalar.parameters.flat, tape.parameters.flat, rtol=1e-9)


def test_numbers_beyond_all_bounds_raise_nothing() -> None:
    h = Hyperparameters(batch_size=1, learning_rate=1e6)
    for hidden in ACTIVATIONS:
        descent = descent_of(network_of((2, 4, 2, 1), hidden, "identity"), h=h)
        descent.advance(2000)
        assert descent.step == 2000 or not descent.finite


def test_the_text_is_what_a_student_would_write() -> None:
    text = source(network_of((1, 1)))
    assert "o1_0 = tanh(w1_0_0 * x0_0 + b1_0)" in text
    assert "d1_0 = rate * (o1_0 - t0_0) * (1.0 - o1_0 * o1_0)" in text
    assert "w1_0_0 -= d1_0 * x0_0" in text
    assert scalar_steps(network_of((1, 1))) is scalar_steps(network_of((1, 1)))
