"""Training is timed as training, and every figure is a number that can be."""

import numpy as np
import pytest

from nnviz.bench import training
from nnviz.bench.training import tape_of, trivial
from nnviz.bench.workloads import TRAINED, WORKLOADS, benchmark_data
from nnviz.data.catalogue import CATALOGUE
from nnviz.engine.tape import play
from nnviz.runs.run import NetworkRun


@pytest.mark.parametrize("name", ["W1", "W3", "W4"])
def test_the_figures_of_a_workload(name: str) -> None:
    ((workload, figures),) = training.measure([name], rounds=7, slice_=0.005)
    assert workload is WORKLOADS[name]
    assert figures["epochs_per_s"] > 1
    steps = NetworkRun(workload.experiment).steps_an_epoch
    assert figures["step_us"] == pytest.approx(1e6 / figures["epochs_per_s"] / steps, rel=0.01)
    assert 0 < figures["dot_share"] < 10
    assert figures["tape_vs_calls"] > 0.5
    for low, high in figures["spread"].values():
        assert 0 < low <= high


def test_the_workloads_are_what_is_promised() -> None:
    shapes = {}
    with benchmark_data():
        for name in TRAINED:
            run = NetworkRun(WORKLOADS[name].experiment)
            size = run.experiment.training.batch_size
            shapes[name] = (run.problem.network.layer_sizes, size, len(run.problem.train))
    assert shapes == {
        "W1": ((2, 4, 2, 1), 10, 250),
        "W2": ((2, 8, 8, 8, 8, 8, 8, 1), 10, 250),
        "W3": ((7, 8, 8, 8, 1), 30, 250),
        "W4": ((2, 4, 2, 1), 1, 250),
        "W5": ((2, 64, 64, 64, 1), 32, 250),
        "W6": ((64, 32, 10), 32, 1797),
        "W7": ((784, 512, 512, 10), 128, 10_000),
    }


def test_the_images_are_there_for_benchmarks_alone_and_can_be_learned() -> None:
    before = dict(CATALOGUE)
    with benchmark_data():
        run = NetworkRun(WORKLOADS["W7"].experiment)
        first = run.metrics.train.loss
        training.advance(run, 1)
        run.measure()
    assert before == CATALOGUE
    assert run.metrics.train.loss < first


def test_what_diverges_is_not_timed() -> None:
    run = NetworkRun(WORKLOADS["W1"].experiment)
    run.set_parameter(0, 0, 0, float("nan"))
    with pytest.raises(ArithmeticError, match="diverged"):
        training.advance(run, 1)


def test_the_bare_step_is_the_step_of_the_run() -> None:
    experiment = WORKLOADS["W2"].experiment
    run = NetworkRun(experiment)
    before = run.snapshot().parameters.flat.copy()
    tape = tape_of(run)
    play(tape)
    assert len(trivial(len(tape))) == len(tape)
    assert np.array_equal(run.snapshot().parameters.flat, before)  # on parameters of its own


def test_many_seeds_are_trained_both_ways() -> None:
    figures = training.measure_sweep(rounds=1, seeds=3, epochs=2)
    assert figures["seeds"] == 3
    assert figures["epochs_per_s"] > 1
    assert figures["vs_one_by_one"] > 0
