"""Layers that keep the parameters they start with."""

from collections.abc import Callable

import numpy as np
import pytest
from msgspec import structs

from nnviz.analysis.example.state import TraceOf
from nnviz.engine.optimizers import OPTIMIZERS
from nnviz.errors import InputError
from nnviz.experiment.change import resized
from nnviz.experiment.experiment import Experiment, NetworkDesign
from nnviz.experiment.files import format_experiment, parse_experiment
from nnviz.runs.run import NetworkRun
from nnviz.runs.scene import Lens
from nnviz.runs.sweep import sweep

MakeRun = Callable[..., NetworkRun]
MakeExperiment = Callable[..., Experiment]


@pytest.mark.parametrize("optimizer", OPTIMIZERS)
@pytest.mark.parametrize("batch_size", [1, 10])
def test_a_frozen_layer_keeps_its_parameters_and_the_others_learn(
    make_run: MakeRun, optimizer: str, batch_size: int
) -> None:
    run = make_run(
        hidden=(3, 2), frozen=(2,), optimizer=optimizer, batch_size=batch_size, momentum=0.5, l1=0.01, l2=0.01
    )
    before = run.snapshot().parameters.layers
    run.advance(120)
    after = run.snapshot().parameters.layers
    assert before[1].tobytes() == after[1].tobytes()
    for layer in (0, 2):
        assert (before[layer] != after[layer]).any()


@pytest.mark.parametrize("batch_size", [1, 10])
def test_the_other_layers_take_the_step_they_would_take_anyway(make_run: MakeRun, batch_size: int) -> None:
    """One step's gradient does not know what is frozen."""
    free, frozen = (make_run(batch_size=batch_size, hidden=(3, 2), frozen=f) for f in ((), (1,)))
    for run in (free, frozen):
        run.advance(1)
    for layer in (1, 2):
        np.testing.assert_allclose(
            free.snapshot().parameters.layers[layer], frozen.snapshot().parameters.layers[layer], rtol=1e-12
        )


def test_a_cut_connection_of_a_frozen_layer_stays_cut(make_run: MakeRun) -> None:
    run = make_run(hidden=(3,), cut=((1, 2, 1), (2, 1, 3)), frozen=(1,))
    before = run.snapshot().weights
    run.advance(60)
    after = run.snapshot().weights
    assert after[0][1, 0] == after[1][0, 2] == 0.0
    assert before[0].tobytes() == after[0].tobytes()
    assert before[1][0, 0] != after[1][0, 0]


def test_a_frozen_weight_can_be_set_by_hand(make_run: MakeRun) -> None:
    run = make_run(hidden=(3,), frozen=(1,))
    run.set_parameter(0, 1, 0, 0.75)
    run.advance(30)
    assert run.snapshot().weights[0][1, 0] == 0.75


def test_what_another_run_remembers_moves_no_frozen_layer(make_run: MakeRun) -> None:
    free, frozen = (make_run(hidden=(3,), optimizer="momentum", momentum=0.9, frozen=f) for f in ((), (1,)))
    free.advance(40)
    frozen.adopt(free.snapshot())
    begun = frozen.snapshot().parameters.layers[0]
    frozen.advance(40)
    assert begun.tobytes() == frozen.snapshot().parameters.layers[0].tobytes()


def test_many_seeds_at_once_keep_it_too(make_experiment: MakeExperiment) -> None:
    experiment = make_experiment(hidden=(3, 2), frozen=(1, 3), optimizer="adam")
    for seed, snapshot in enumerate(sweep(experiment, range(3), 4).snapshots):
        alone = NetworkRun(structs.replace(experiment, training=structs.replace(experiment.training, seed=seed)))
        start = alone.snapshot().parameters.layers
        for layer in (0, 2):
            assert snapshot.parameters.layers[layer].tobytes() == start[layer].tobytes()
        alone.advance(4 * alone.steps_an_epoch)
        np.testing.assert_allclose(snapshot.parameters.flat, alone.snapshot().parameters.flat, rtol=1e-9)


def test_the_traced_update_leaves_it_too(make_run: MakeRun) -> None:
    run = make_run(batch_size=1, shuffle=False, frozen=(1,))
    scene = run.picture(Lens(aspects=frozenset({TraceOf()}))).scene
    assert scene is not None
    traced = scene.aspects[TraceOf()].traced
    assert traced.updated.layers[0].tobytes() == traced.parameters.layers[0].tobytes()
    assert traced.gradient.layers[0].any()


def test_another_choice_begins_anew(make_experiment: MakeExperiment) -> None:
    assert not make_experiment(frozen=(1,)).continues(make_experiment())


@pytest.mark.parametrize("layer", [4, 33])
def test_a_layer_that_does_not_exist_is_refused(make_run: MakeRun, layer: int) -> None:
    with pytest.raises(
        InputError, match=rf"^network.frozen, item 2: there is no layer {layer}; allowed: 1 to 3, "
    ):
        make_run(hidden=(4, 2), frozen=(1, layer))


def test_it_is_kept_in_a_file(make_experiment: MakeExperiment) -> None:
    experiment = make_experiment(frozen=(1, 2))
    assert parse_experiment(format_experiment(experiment), "test") == experiment
    with pytest.raises(
        InputError, match=r"network.frozen, item 1: 0 is not allowed; allowed: whole numbers from 1"
    ):
        parse_experiment("[network]\nfrozen = [0]\n", "test")


def test_other_hidden_layers_leave_what_can_stay_frozen() -> None:
    design = NetworkDesign(hidden=(4, 2), frozen=(1, 3))
    assert resized(design, (5, 2)).frozen == (1, 3)
    assert resized(design, (4,)).frozen == ()
