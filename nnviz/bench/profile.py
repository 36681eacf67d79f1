"""Where the time of a frame goes, view by view, and what the pictures of the neurons cost."""

from collections.abc import Callable
from time import perf_counter

import numpy as np
from PySide6.QtCore import QCoreApplication

from nnviz.bench.stand import BenchWindow
from nnviz.bench.timing import Figures, interleaved, median, ratio, rounded
from nnviz.runs.sheet import Kept, Sheet, basis_of
from nnviz.runs.snapshot import Snapshot

ShowSnapshot = Callable[[Snapshot], object]

_FRAMES, _ROUNDS = 30, 40
_SIDE, _POINTS_AT_ONCE, _COARSE = 128, 8192, 4


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
    showings["playback"] = desk.controls.playback.show_snapshot
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
    kept = [*(Kept(size, _COARSE) for size in sizes[:-1]), Kept(sizes[-1], 1)]
    layers = [np.linspace(-1, 1, size * _POINTS_AT_ONCE, dtype=np.float32).reshape(size, -1) for size in sizes]
    outs = [np.empty_like(layer) for layer in layers]

    def tanh() -> None:
        for _ in range(_SIDE * _SIDE // _POINTS_AT_ONCE):
            for layer, out in zip(layers, outs, strict=True):
                np.tanh(layer, out)

    jobs = {"grid": lambda: sheet.activations(snapshot.parameters, kept), "tanh": tanh}
    times = interleaved(jobs, _ROUNDS)
    return ratio(times["grid"], times["tanh"])
