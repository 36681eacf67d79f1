"""The live window: what frames cost, view by view, whether they come in time, how much of the training is left."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from time import perf_counter

import numpy as np
from PySide6.QtCore import QCoreApplication
from PySide6.QtGui import QGuiApplication

from nnviz.bench.stand import BenchWindow, Timings, stand
from nnviz.bench.timing import Figures, interleaved, median, percentiles, ratio, resident, rounded, spread
from nnviz.bench.workloads import WORKLOADS, Workload, benchmark_data
from nnviz.engine.activations import TANH
from nnviz.runs.begin import begin
from nnviz.runs.maps import Kept, Sheet, basis_of
from nnviz.runs.moment import Moment
from nnviz.runs.run import Run
from nnviz.runs.snapshot import Snapshot

ShowSnapshot = Callable[[Moment], object]
_FRAMES, _ROUNDS = 30, 40
_SIDE, _POINTS_AT_ONCE, _COARSE = 128, 8192, 4
SECONDS, ROUNDS = 20.0, 10
_IDLE = 5.0


def shares(on: BenchWindow) -> Figures:
    """Of each view that is seen: milliseconds to show a snapshot, to paint it, and its share of both."""
    times = {name: _times(on, show) for name, show in _showings(on).items()}
    whole = sum(shown + painted for shown, painted in times.values())
    return {
        name: {
            "show_ms": rounded(1000.0 * shown),
            "paint_ms": rounded(1000.0 * painted),
            "share": rounded((shown + painted) / whole),
        }
        for name, (shown, painted) in times.items()
    }


def _showings(on: BenchWindow) -> dict[str, ShowSnapshot]:
    desk, session = on.window.desk, on.session
    views = desk.views.all
    showings: dict[str, ShowSnapshot] = {name: views[name].show_snapshot for name in desk.stage.shown}
    showings["playback"] = desk.controls.playback.readouts.show_snapshot
    showings["timeline"] = lambda snapshot: desk.controls.timeline.show_timeline(session.timeline, snapshot.step)
    return showings


def _times(on: BenchWindow, show: ShowSnapshot) -> tuple[float, float]:
    """Median seconds that Python takes to show a snapshot, and Qt to paint what has changed."""
    showing, painting = [], []
    for _ in range(_FRAMES):
        snapshot = on.other_snapshot()
        QCoreApplication.sendPostedEvents(None, 0)
        began = perf_counter()
        show(snapshot)
        shown = perf_counter()
        QCoreApplication.sendPostedEvents(None, 0)
        showing.append(shown - began)
        painting.append(perf_counter() - shown)
    return median(showing), median(painting)


def grid_against_tanh(snapshot: Snapshot) -> float:
    """Time for every neuron's activation on a grid of 128², over that of the calls of tanh that it needs.

    As for the window, all of the output is kept, and of the others every fourth row and column.
    """
    problem = snapshot.problem
    x_min, x_max, y_min, y_max = problem.extent
    mesh = np.meshgrid(np.linspace(x_min, x_max, _SIDE), np.linspace(y_max, y_min, _SIDE))
    sheet = Sheet(problem.network, *basis_of(problem, *mesh), _POINTS_AT_ONCE // _SIDE)
    sizes = problem.network.layer_sizes[1:]
    kept = [*(Kept(range(size), _COARSE) for size in sizes[:-1]), Kept(range(sizes[-1]), 1)]
    layers = [np.linspace(-1, 1, size * _POINTS_AT_ONCE, dtype=np.float32).reshape(size, -1) for size in sizes]
    outs = [np.empty_like(layer) for layer in layers]

    def tanh() -> None:
        for _ in range(_SIDE * _SIDE // _POINTS_AT_ONCE):
            for layer, out in zip(layers, outs, strict=True):
                np.tanh(layer, out)

    jobs = {"grid": lambda: sheet.activations(snapshot.parameters, kept), "tanh": tanh}
    times = interleaved(jobs, _ROUNDS)
    return ratio(times["grid"], times["tanh"])


@dataclass
class Rounds:
    """What the rounds brought: training in the window, the window without training, training without it."""

    live: list[Timings] = field(default_factory=list)
    still: list[Timings] = field(default_factory=list)
    inside: list[float] = field(default_factory=list)
    alone: list[float] = field(default_factory=list)


def measure(
    names: Sequence[str] = ("W2",), seconds: float = SECONDS, rounds: int = ROUNDS, aged: int = 0
) -> Figures:
    """Figures by the platform: those of the first workload, and of others below them.

    Parameters
    ----------
    seconds : float
        How long the window trains each of them, in all rounds together.
    aged : int
        After so many epochs the first is measured once more.
    """
    with benchmark_data():
        figures = _measured(WORKLOADS[names[0]], seconds, rounds, aged)
        if others := {name: _measured(WORKLOADS[name], seconds, rounds, 0) for name in names[1:]}:
            figures["others"] = others
    return {QGuiApplication.platformName(): figures}


def _measured(workload: Workload, seconds: float, rounds: int, aged: int) -> Figures:
    with stand() as on:
        on.warm_up = min(on.warm_up, seconds / rounds)  # for a short look
        on.begin(workload.experiment)
        before = resident()
        figures = _figures(on, workload, _turns(on, workload, seconds / rounds, rounds))
        figures["resident_mb"] = [before, resident()]
        figures["idle"] = on.rest(min(_IDLE, seconds))
        figures["profile"] = shares(on)
        moment = on.snapshot
        if isinstance(moment, Snapshot) and set(moment.problem.network.activations) == {TANH}:
            figures["grid_vs_tanh"] = grid_against_tanh(moment)
        if aged:
            figures["aged"] = _aged(on, aged, seconds / rounds, rounds, figures["work_ms"]["p50"])
    return figures


def _turns(on: BenchWindow, workload: Workload, seconds: float, rounds: int) -> Rounds:
    """Rounds of all three, one after another, so that they meet the same weather; both paces side by side."""
    found, run = Rounds(), begin(workload.experiment)
    for _ in range(rounds):
        found.alone.append(_pace(run, seconds))
        timings, pace = on.train(seconds)
        found.live.append(timings)
        found.inside.append(pace)
        found.still.append(on.show(seconds))
    return found


def _pace(run: Run, seconds: float) -> float:
    """Epochs a second without a window."""
    began, before = perf_counter(), run.step
    while perf_counter() < began + seconds:
        run.advance(run.steps_an_epoch)
    return (run.step - before) / run.steps_an_epoch / (perf_counter() - began)


def _figures(on: BenchWindow, workload: Workload, found: Rounds) -> Figures:
    live, still = Timings.pooled(found.live), Timings.pooled(found.still)
    inside = median(found.inside)
    figures: Figures = {
        "workload": workload.name,
        "epochs_per_s": rounded(inside),
        "training_kept": rounded(median([a / b for a, b in zip(found.inside, found.alone, strict=True)])),
        **live.figures(),
        "late_points": rounded(live.late - still.late),
        "input_ms": percentiles([1000.0 * wait for wait in on.pointer.waits]),
        "without_training": still.figures(),
        "spread": {"epochs_per_s": spread(found.inside), "training_kept": spread(found.inside, found.alone)},
    }
    if workload.browser:
        figures["vs_browser"] = rounded(inside / workload.browser)
    return figures


def _aged(on: BenchWindow, epochs: int, seconds: float, rounds: int, fresh: float) -> Figures:
    """The same after many epochs: what is kept of the past must not cost anything."""
    before = resident()
    on.finish(epochs)
    timed = [on.train(seconds) for _ in range(rounds)]
    figures = Timings.pooled(timings for timings, _ in timed).figures()
    return {
        "epochs": epochs,
        "epochs_per_s": rounded(median([pace for _, pace in timed])),
        "resident_mb": [before, resident()],
        "work_vs_fresh": rounded(figures["work_ms"]["p50"] / fresh),
        **figures,
    }
