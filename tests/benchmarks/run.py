"""All benchmarks in one run: `make bench`. Writes build/bench.json and prints a table.

What is compared is timed by turns in one process, one thread each, on the same data, for as many epochs; each
figure is a ratio of medians, its spread the quartiles of the rounds.
"""

import argparse
import json
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from importlib.metadata import version
from os import environ
from pathlib import Path

from floors import table
from tqdm import tqdm

from nnviz.bench import training
from nnviz.bench.timing import Figures, Job, interleaved, machine, ratio, repetitions, spread
from nnviz.bench.workloads import TRAINED, Workload
from nnviz.runs.run import NetworkRun

OUT = Path(__file__).resolve().parents[2] / "build" / "bench.json"
PARTS = ("train", "sweep", "window", "start")
_SLICE = 0.012
_SCREENS = {"xcb": ("xvfb-run", "-a", "-s", "-screen 0 1400x900x24"), "offscreen": ()}
_OTHERS = ("W1", "W3", "W4", "W5", "5x64", "W7")
_AGED = 100_000


def main(words: Sequence[str] | None = None) -> int:
    """Measure all, or what is asked for."""
    arguments = _parser().parse_args(words)
    figures: Figures = {"machine": machine() | {name: version(name) for name in ("scikit-learn", "torch")}}
    measures: dict[str, Callable[[], Figures]] = {
        "train": lambda: train(arguments.rounds),
        "sweep": lambda: training.measure_sweep(arguments.rounds),
        "window": lambda: dict(_screens(partial(_window, seconds=arguments.seconds))),
        "start": lambda: dict(_screens(_start)),
    }
    arguments.out.parent.mkdir(parents=True, exist_ok=True)
    for part in arguments.parts or measures:
        figures[part] = measures[part]()
        figures["load_average_after"] = machine()["load_average"]
        arguments.out.write_text(json.dumps(figures, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
    print("\n".join(table(figures)))  # noqa: T201 - it talks on the terminal
    return 0


def _part(word: str) -> str:
    if word not in PARTS:
        raise argparse.ArgumentTypeError(f"{word!r} is not known; allowed: {', '.join(PARTS)}")
    return word


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=__doc__)
    # argparse would look for the empty list among the choices, up to Python 3.11
    parser.add_argument(
        "parts", nargs="*", type=_part, metavar="PART", help=f"{', '.join(PARTS)}; all without any"
    )
    parser.add_argument("--rounds", type=int, default=15, help="of training (15)")
    parser.add_argument("--seconds", type=float, default=20.0, help="of training in the window (20)")
    parser.add_argument("--out", type=Path, default=OUT)
    return parser


def train(rounds: int) -> Figures:
    """Every workload: by itself, and beside what people would use instead."""
    own = training.measure(TRAINED, rounds)
    return {
        workload.name: merged(figures, beside_others(workload, rounds))
        for workload, figures in tqdm(own, total=len(TRAINED), unit="workload", disable=None)
    }


def merged(some: Figures, others: Figures) -> Figures:
    """Figures of both, and the spreads of both."""
    return some | others | {"spread": some["spread"] | others["spread"]}


def beside_others(workload: Workload, rounds: int) -> Figures:
    """How many times as fast as the others; to be called while the data for benchmarks is there.

    In the precision of the run; where that is single, beside scikit-learn in double too, which is what it takes
    when it is given its own data sets as they come.
    """
    import rivals  # noqa: PLC0415 - installed for `make bench` only

    run = NetworkRun(workload.experiment)
    precision = run.experiment.training.precision
    others = {"sklearn": rivals.scikit_learn(run, precision), "torch": rivals.pytorch(run)}
    if precision == "single":
        others["sklearn_double"] = rivals.scikit_learn(run, "double")
    epochs = repetitions(lambda: training.advance(run, 1), _SLICE)
    jobs: dict[str, Job] = {name: partial(train, epochs) for name, train in others.items()}
    times = interleaved(jobs | {"nnviz": lambda: training.advance(run, epochs)}, rounds)
    ours = times["nnviz"]
    ratios: Figures = {f"vs_{name}": ratio(times[name], ours) for name in others}
    return ratios | {"spread": {f"vs_{name}": spread(times[name], ours) for name in others}}


def _screens(measure: Callable[[tuple[str, ...], str], Figures]) -> Iterator[tuple[str, Figures]]:
    """The figures with each platform of Qt's that there is."""
    for platform, screen in _SCREENS.items():
        if screen and not shutil.which(screen[0]):
            print(f"there is no {screen[0]}: nothing is measured on {platform}", file=sys.stderr)  # noqa: T201
            continue
        yield platform, measure(screen, platform)


def _window(screen: tuple[str, ...], platform: str, seconds: float) -> Figures:
    """The window with W2, then with the others, more briefly and W1 after many epochs once more."""
    ask = partial(_nnviz_bench, screen, platform, "window")
    figures: Figures = ask("--seconds", str(seconds))[platform]
    briefly = ("--seconds", str(seconds / 4), "--aged", str(_AGED))
    first: Figures = ask(*briefly, "--workload", *_OTHERS)[platform]
    return figures | {"others": {_OTHERS[0]: first} | first.pop("others")}


def _start(screen: tuple[str, ...], platform: str) -> Figures:
    return _nnviz_bench(screen, platform, "start")


def _nnviz_bench(screen: tuple[str, ...], platform: str, *words: str) -> Figures:
    """What `nnviz bench` says, in a process of its own."""
    command = [*screen, sys.executable, "-m", "nnviz", "bench", *words, "--json"]
    done = subprocess.run(command, env=environ | {"QT_QPA_PLATFORM": platform}, stdout=subprocess.PIPE, check=True)
    figures: Figures = json.loads(done.stdout)
    return figures


if __name__ == "__main__":
    sys.exit(main())
