"""Many seeds at once, beside one after another."""

from collections.abc import Iterable

from msgspec import structs

from nnviz.bench.timing import Figures, interleaved, median, ratio, rounded, spread
from nnviz.bench.workloads import WORKLOADS
from nnviz.experiment.experiment import Experiment
from nnviz.experiment.problem import Problem, prepare
from nnviz.runs.run import NetworkRun
from nnviz.runs.snapshot import Snapshot
from nnviz.runs.sweep import sweep

SEEDS, EPOCHS, ROUNDS = 64, 50, 7
_WORKLOAD = "W1"


def measure(rounds: int = ROUNDS, seeds: int = SEEDS, epochs: int = EPOCHS) -> Figures:
    """Train a network from many seeds both ways, to the same result: a snapshot of each with its scores."""
    experiment = WORKLOADS[_WORKLOAD].experiment
    problem = prepare(experiment)
    jobs = {
        "together": lambda: sweep(experiment, range(seeds), epochs, problem),
        "singly": lambda: _one_after_another(experiment, problem, range(seeds), epochs),
    }
    times = interleaved(jobs, rounds)
    return {
        "workload": _WORKLOAD,
        "seeds": seeds,
        "epochs_per_s": rounded(seeds * epochs / median(times["together"])),
        "vs_one_by_one": ratio(times["singly"], times["together"]),
        "spread": {"vs_one_by_one": spread(times["singly"], times["together"])},
    }


def _one_after_another(
    experiment: Experiment, problem: Problem, seeds: Iterable[int], epochs: int
) -> list[Snapshot]:
    runs = []
    for seed in seeds:
        training = structs.replace(experiment.training, seed=seed)
        run = NetworkRun(structs.replace(experiment, training=training), problem)
        run.advance(epochs * run.steps_an_epoch)
        run.measure()
        runs.append(run.snapshot())
    return runs
