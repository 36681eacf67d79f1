"""Networks built by hand are exact, whatever the number of inputs or layers."""

from typing import Any

import numpy as np
import pytest
from msgspec.structs import replace

from nnviz.analysis.linear_regions import pieces_of
from nnviz.data.curves import sawtooth
from nnviz.engine.built import BUILT
from nnviz.engine.network import forward
from nnviz.errors import InputError
from nnviz.experiment.change import on_data, resized
from nnviz.experiment.experiment import Data, Experiment, NetworkDesign
from nnviz.export.model import Exported
from nnviz.runs.run import NetworkRun

PARITY = ("xor_tree", "or_of_ands", "counting")


def parity(name: str, bits: int, activation: str = "sign") -> Experiment:
    network = NetworkDesign(hidden=BUILT[name].sizes(bits, 0), activation=activation, built=name)
    return Experiment(data=Data(name="parity", bits=bits, standardize=True), network=network)


def tooth(folds: int) -> Experiment:
    data = Data(name="sawtooth", folds=folds, samples=2_000)
    return Experiment(
        data=data,
        network=NetworkDesign(hidden=(2,) * folds, activation="relu", output="identity", built="sawtooth"),
    )


@pytest.mark.parametrize("activation", ["sign", "tanh"])
@pytest.mark.parametrize("name", PARITY)
def test_parity_is_right_on_every_row(name: str, activation: str) -> None:
    for bits in range(2, 11):
        run = NetworkRun(parity(name, bits, activation))
        run.measure()
        assert len(run.problem.train) == 2**bits
        assert run.metrics.train.accuracy == 1.0


@pytest.mark.parametrize("bits", range(2, 11))
def test_numbers_of_units(bits: int) -> None:
    tree, ands, counting = (sum(BUILT[name].sizes(bits, 0)) + 1 for name in PARITY)
    copies = {3: 2, 5: 4, 6: 2, 7: 2, 9: 6, 10: 4}.get(bits, 0)
    assert tree == 3 * (bits - 1) + copies
    assert ands == 2 ** (bits - 1) + 1
    assert counting == bits + 1


@pytest.mark.parametrize("folds", range(1, 13))
def test_layers_of_two_fold_exactly(folds: int) -> None:
    run = NetworkRun(tooth(folds))
    moment = run.snapshot()
    inputs = moment.problem.dataset.inputs
    *_, (_, outputs) = forward(moment.problem.network, moment.parameters, inputs.T)
    assert np.abs(outputs[0] - sawtooth(inputs, folds)[:, 0]).max() < 1e-9 * 4.0**folds / 4.0**8 + 1e-12
    if folds <= 8:  # beyond, some of the outermost pieces may hold no sample
        assert pieces_of(moment.problem, moment).count == 2**folds


def test_the_tree_is_wired_as_pairs() -> None:
    network = NetworkDesign(hidden=(4, 2, 2), wired="xor_tree")
    experiment = Experiment(data=Data(name="parity", bits=4, standardize=True), network=network)
    first, *_ = NetworkRun(experiment).snapshot().weights
    assert ((first != 0.0) == np.kron(np.eye(2), np.ones((2, 2))).astype(bool)).all()


def test_what_is_not_wired_stays_so() -> None:
    network = NetworkDesign(hidden=(4, 2, 2), built="xor_tree", wired="xor_tree", initial_noise=0.5)
    experiment = Experiment(data=Data(name="parity", bits=4, standardize=True), network=network)
    run = NetworkRun(experiment)
    run.set_parameter(0, 0, 3, 1.0)
    run.advance(20)
    assert (run.snapshot().weights[0][:2, 2:] == 0.0).all()


def test_noise_is_added_and_is_the_seeds_own() -> None:
    plain = parity("counting", 4, "tanh")
    noisy = [
        NetworkRun(_with(plain, seed=seed, initial_noise=0.5)).snapshot().parameters.flat for seed in (0, 0, 1)
    ]
    exact = NetworkRun(plain).snapshot().parameters.flat
    assert 0.3 < np.std(noisy[0] - exact) < 0.7
    assert (noisy[0] == noisy[1]).all()
    assert (noisy[0] != noisy[2]).all()


def test_another_seed_leaves_the_built_weights_unless_noise_makes_them_differ() -> None:
    plain = parity("counting", 4)
    assert plain.reseeded().network.built == ""
    assert _with(plain, initial_noise=0.1).reseeded().network.built == "counting"


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (
            {"hidden": (3,)},
            "network.built: counting does not fit 4-3-1; allowed with 4 inputs: hidden 4, one output",
        ),
        ({"hidden": (3,), "built": "", "wired": "xor_tree"}, "network.wired: xor_tree does not fit 4-3-1"),
        (
            {"built": "sawtooth", "hidden": (2, 2)},
            "network.built: sawtooth does not fit 4-2-2-1; allowed with 1 inputs: hidden 2-2",
        ),
    ],
)
def test_what_does_not_fit_is_refused(change: dict[str, Any], words: str) -> None:
    with pytest.raises(InputError) as caught:
        NetworkRun(_with(parity("counting", 4, "tanh"), **change))
    assert str(caught.value).startswith(words)


def _with(experiment: Experiment, seed: int = 0, **network: Any) -> Experiment:
    return replace(
        experiment,
        network=replace(experiment.network, **network),
        training=replace(experiment.training, seed=seed),
    )


def test_another_shape_or_other_inputs_leave_it_behind() -> None:
    experiment = _with(parity("xor_tree", 4, "tanh"), wired="xor_tree")
    assert resized(experiment.network, (4, 2, 2)) == experiment.network
    wider = resized(experiment.network, (4, 3, 2))
    assert (wider.built, wider.wired) == ("", "")
    other = on_data(experiment, replace(experiment.data, bits=5)).network
    assert (other.built, other.wired) == ("", "")
    assert on_data(experiment, replace(experiment.data, noise=0.1)).network.built == "xor_tree"


def test_a_script_has_the_connections_that_are_not_there() -> None:
    run = NetworkRun(_with(parity("xor_tree", 4, "tanh"), wired="xor_tree"))
    design = Exported(run.snapshot()).design
    assert len(design.cut) == 16 - 8 + 8 - 4
    assert (1, 1, 3) in design.cut
