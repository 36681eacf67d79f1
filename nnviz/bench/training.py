"""Epochs a second without a window, how near that comes to what NumPy can do, and many seeds at once."""

from collections.abc import Iterable, Iterator, Sequence

import numpy as np
from msgspec import structs

from nnviz.bench.timing import Figures, Job, interleaved, median, ratio, repetitions, rounded, spread
from nnviz.bench.workloads import WORKLOADS, Workload, benchmark_data
from nnviz.engine.network import Network, Parameters
from nnviz.engine.optimizers import OPTIMIZERS
from nnviz.engine.step import Buffers, Model, training_step
from nnviz.engine.tape import Operation, Tape, play
from nnviz.experiment.experiment import Experiment
from nnviz.experiment.problem import Problem, prepare
from nnviz.runs.beginning import hyperparameters
from nnviz.runs.run import NetworkRun
from nnviz.runs.snapshot import Snapshot
from nnviz.runs.sweep import sweep

ROUNDS, SLICE = 15, 0.05
"""Rounds, and the seconds that each of what is compared takes in one."""
_TRIVIAL = 8
"""Elements of the arrays of a call that does next to nothing."""
SEEDS, EPOCHS, SWEEP_ROUNDS = 64, 50, 7
_WORKLOAD = "W1"


def measure(
    names: Sequence[str], rounds: int = ROUNDS, slice_: float = SLICE
) -> Iterator[tuple[Workload, Figures]]:
    """Time workloads, one after another."""
    with benchmark_data():
        for name in names:
            workload = WORKLOADS[name]
            yield workload, _figures(NetworkRun(workload.experiment), rounds, slice_)


def advance(run: NetworkRun, epochs: int) -> None:
    """Train; what diverges is no training, and stops early."""
    run.advance(epochs * run.steps_an_epoch)
    if not run.finite:
        raise ArithmeticError("the run diverged")


def tape_of(run: NetworkRun) -> Tape:
    """The operations of one full step of a run, on its parameters as they are, and on its first batch."""
    problem, training = run.problem, run.experiment.training
    parameters = Parameters(problem.network.shapes, run.snapshot().parameters.flat.copy())
    dtype = parameters.flat.dtype
    size = training.batch_size
    rows = np.ones((size, problem.train.inputs.shape[1] + 1), dtype)
    rows[:, :-1] = problem.train.inputs[:size]
    targets = np.ascontiguousarray(problem.train.targets[:size].T, dtype)
    buffers, model = Buffers(problem.network, size, dtype), _model(run, problem.network, parameters)
    return training_step(model, buffers, rows.T, targets)


def _model(run: NetworkRun, network: Network, parameters: Parameters) -> Model:
    chosen, dtype = hyperparameters(run.experiment.training), parameters.flat.dtype
    gradient = Parameters(network.shapes, dtype=dtype)
    memory = np.zeros((OPTIMIZERS[chosen.optimizer].slots + 1, gradient.flat.size), dtype)
    weights = parameters.where_weights().astype(dtype)
    return Model(network, parameters, gradient, memory, weights, None, chosen)


def trivial(length: int) -> Tape:
    """As many operations as a step has, on next to nothing: what calling NumPy costs."""
    a, b, out = (np.ones(_TRIVIAL) for _ in range(3))
    return [(np.add, (a, b, out))] * length


def _figures(run: NetworkRun, rounds: int, slice_: float) -> Figures:
    """Epochs, beside the operations of their steps done bare, in interleaved rounds."""
    tape = tape_of(run)
    epochs = repetitions(lambda: advance(run, 1), slice_)
    parts = {"step": tape, "calls": trivial(len(tape)), "dots": [call for call in tape if _is_product(call)]}
    counts = {name: repetitions(lambda part=part: play(part), slice_) for name, part in parts.items()}  # type: ignore[misc]
    jobs: dict[str, Job] = {name: _repeated(part, counts[name]) for name, part in parts.items()}
    times = interleaved({"epochs": lambda: advance(run, epochs)} | jobs, rounds)
    counts["epochs"] = epochs
    return _told(run, {name: [value / counts[name] for value in values] for name, values in times.items()}, tape)


def _told(run: NetworkRun, times: dict[str, list[float]], tape: Tape) -> Figures:
    steps = run.steps_an_epoch
    step = [epoch / steps for epoch in times["epochs"]]
    return {
        "epochs_per_s": rounded(1.0 / median(times["epochs"])),
        "step_us": rounded(1e6 * median(step)),
        "operations": len(tape),
        "tape_vs_calls": ratio(times["step"], times["calls"]),
        "step_vs_calls": ratio(step, times["calls"]),
        "dot_share": ratio(times["dots"], step),
        "spread": {
            "epochs_per_s": spread([1.0 / value for value in times["epochs"]]),
            "tape_vs_calls": spread(times["step"], times["calls"]),
            "step_vs_calls": spread(step, times["calls"]),
            "dot_share": spread(times["dots"], step),
        },
    }


def _repeated(tape: Tape, count: int) -> Job:
    def job() -> None:
        with np.errstate(all="ignore"):
            for _ in range(count):
                play(tape)

    return job


def _is_product(operation: Operation) -> bool:
    return getattr(operation[0], "__name__", "") == "dot"


def measure_sweep(rounds: int = SWEEP_ROUNDS, seeds: int = SEEDS, epochs: int = EPOCHS) -> Figures:
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
