"""Runs of networks with convolutions: what they learn, show, keep, and do in sweeps."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from msgspec import structs

from nnviz.analysis.objective import Objective
from nnviz.analysis.probe import Drawing, Probe
from nnviz.engine.network import forward
from nnviz.experiment.files import parse_experiment
from nnviz.runs.feature_maps import enlarged, feature_maps, node_maps, shades_of
from nnviz.runs.maps import ZERO
from nnviz.runs.network_parts import (
    has_parameter,
    is_one_weight,
    network_in_words,
    neuron_in_numbers,
    neuron_words,
    node_weights,
    parameter_name,
)
from nnviz.runs.parameter_files import load_parameters, parameters_content
from nnviz.runs.run import NetworkRun
from nnviz.runs.scene import Lens
from nnviz.runs.sweep import sweep

ONE = '{channels = 6, window = 5, padding = 2, pool = "max_map"}'
TWO = '{channels = 4, window = 3, padding = 1, pool = "mean_2x2"}, {channels = 5, window = 3, pool = "max_2x2"}, 7'
MakeNet = Callable[[str], NetworkRun]


def run_of_maps(hidden: str = ONE) -> NetworkRun:
    text = (
        f'[data]\nname = "digits"\ntrain_fraction = 0.3\n[network]\nhidden = [{hidden}]\nactivation = "relu"\n'
        'output = "softmax"\ninitializer = "he_uniform"\n[training]\nloss = "cross_entropy"\noptimizer = "adam"\n'
        "learning_rate = 0.01\nbatch_size = 32\n"
    )
    return NetworkRun(parse_experiment(text, "text"))


@pytest.fixture(scope="module")
def run() -> NetworkRun:
    made = run_of_maps()
    made.advance(25 * made.steps_an_epoch)
    made.measure()
    return made


def test_it_learns_and_a_shift_is_measured_live(run: NetworkRun) -> None:
    plain, before = run.experiment, run.metrics.test
    assert before is not None
    assert before.accuracy is not None
    assert before.accuracy > 0.5
    run.tune(structs.replace(plain, data=structs.replace(plain.data, shift=1)))
    moved = run.metrics.test
    assert moved is not None
    assert moved.confusion is not None
    assert before.confusion is not None
    assert moved.confusion.sum() == 2 * before.confusion.sum()
    run.tune(plain)
    after = run.metrics.test
    assert after is not None
    np.testing.assert_array_equal(after.confusion, before.confusion)


def test_it_goes_back_and_on_bit_for_bit() -> None:
    run = run_of_maps(TWO)
    run.advance(3)
    kept = run.snapshot()
    run.advance(4)
    then = run.snapshot().position.parameters.copy()
    run.restore(kept)
    run.advance(4)
    np.testing.assert_array_equal(run.snapshot().position.parameters, then)


def test_a_sweep_does_what_each_run_does() -> None:
    run = run_of_maps()
    result = sweep(run.experiment, range(2), 1)
    run.advance(run.steps_an_epoch)
    run.measure()
    np.testing.assert_array_equal(result.snapshots[0].position.parameters, run.snapshot().position.parameters)
    assert result.test_accuracy[0] == run.snapshot().measures["test_accuracy"]
    stopping = structs.replace(
        run.experiment, training=structs.replace(run.experiment.training, stop_accuracy=0.01)
    )
    assert sweep(stopping, [0], 3, run.problem).snapshots[0].epoch == 0


def test_a_run_adopts_only_moments_of_the_same_windows(run: NetworkRun) -> None:
    assert run_of_maps().can_adopt(run.snapshot())
    assert not run_of_maps(ONE.replace("5", "3").replace("2,", "1,")).can_adopt(run.snapshot())


def test_parameters_come_back_from_a_file(run: NetworkRun, tmp_path: Path) -> None:
    (tmp_path / "w.npz").write_bytes(parameters_content(run.snapshot().parameters))
    found = load_parameters(tmp_path / "w.npz", run.problem.network.shapes)
    np.testing.assert_array_equal(found, run.snapshot().position.parameters)


@pytest.mark.parametrize("hidden", [ONE, TWO])
def test_maps_are_what_the_engine_computes(hidden: str) -> None:
    run = run_of_maps(hidden)
    network, parameters, x = run.problem.network, run.snapshot().parameters, run.problem.test.inputs[0]
    layers = list(forward(network, parameters, x[:, None]))
    for found, convolution, (_, o) in zip(
        feature_maps(network, parameters, x), network.convolutions, layers, strict=False
    ):
        np.testing.assert_allclose(found.pooled.ravel(), o[:, 0])
        assert found.pooled.shape == convolution.maps
        assert found.maps.shape == (convolution.channels, *convolution.places)
        row, column = found.winner(0)
        assert found.sums[0, row, column] == found.sums[0].max()


def test_a_scene_has_the_picture_and_its_maps(run: NetworkRun) -> None:
    scene = run.picture(Lens(shown=4)).scene
    assert scene is not None
    assert scene.units == (range(1), range(4), range(4))
    assert len({maps.shape[1:] for maps in scene.maps}) == 1
    picture = node_maps(run.problem.network, run.snapshot().parameters, run.problem.test.inputs[0])[0]
    np.testing.assert_array_equal(scene.maps[0], enlarged(picture, scene.maps[0].shape[1]))
    near = run.picture(Lens(focus=(1, 5))).scene
    assert near is not None
    assert near.focus is not None
    assert near.focus.map is not None


def test_what_a_map_has_no_number_of_is_no_colour() -> None:
    assert shades_of(np.zeros((1, 2, 2))).tolist() == [[[ZERO] * 2] * 2]
    assert shades_of(np.array([[[np.nan, 2.0]]]))[0, 0].tolist()[1] == 254


def test_a_drawn_picture_lights_maps(run: NetworkRun) -> None:
    pixels = tuple(run.problem.dataset.inputs[3].tolist())
    answer = Drawing(pixels, wanted=3).prepare(run.problem)(run.snapshot())
    assert answer is not None
    assert [shades.shape for shades in answer.shades(run.problem.network)] == [(1, 8, 8), (6, 8, 8), (10,)]
    assert answer.gradient is not None
    assert answer.gradient.shape == (64,)
    assert Probe(0.0, 0.0).prepare(run.problem)(run.snapshot()).outputs.shape == (10,)


def test_the_objective_is_the_loss(run: NetworkRun) -> None:
    snapshot = run.snapshot()
    objective = Objective(snapshot)
    assert objective.at_once == 1
    (value,) = objective.values(snapshot.position.parameters[None])
    assert value == pytest.approx(run.metrics.train.loss, rel=1e-12)


def test_parts_have_names() -> None:
    run = run_of_maps(TWO)
    problem, snapshot = run.problem, run.snapshot()
    assert neuron_words(problem, 0, 0) == "picture of 8×8 pixels"
    assert neuron_words(problem, 1, 2) == "layer 1, map 3:  o = ReLU(p), window 3×3, mean of 2×2"
    assert parameter_name(problem, (0, 1, 5)) == "layer 1: weight row 2, column 3 of map 2"
    assert parameter_name(problem, (1, 1, 10)) == "layer 2: weight for map 2, row 1, column 2 of map 2"
    assert parameter_name(problem, (2, 0, 1)) == "layer 3: weight from map 2 to neuron 1"
    assert parameter_name(problem, (0, 1, None)) == "layer 1: bias of map 2"
    assert "weight" in neuron_in_numbers(snapshot, 2, 1)
    assert "4 ReLU maps, window 3×3, mean of 2×2, 5 ReLU maps" in network_in_words(problem)
    assert has_parameter(problem, (0, 3, 8))
    assert not has_parameter(problem, (0, 3, 9))
    assert not has_parameter(problem, (9, 0, 0))


def test_between_maps_the_norm_of_a_filter_is_drawn() -> None:
    run = run_of_maps(TWO)
    network, parameters = run.problem.network, run.snapshot().parameters
    found = node_weights(network, parameters)
    assert [weights.shape for weights in found] == [(4, 1), (5, 4), (7, 5), (10, 7)]
    assert abs(found[1][2, 3]) == pytest.approx(np.linalg.norm(parameters.weights[1][2, 27:36]))
    assert [is_one_weight(network, layer) for layer in range(4)] == [False, False, True, True]
