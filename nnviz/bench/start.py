"""How long it takes until there is something to see, beside importing what nobody could do without."""

import json
import os
import subprocess
import sys
import tempfile
from time import perf_counter

from nnviz.bench.timing import Figures, median, ratio, rounded, spread
from nnviz.errors import InputError

ROUNDS = 7
_IMPORTS = "import json, time, PySide6.QtWidgets, numpy; print(json.dumps({'imports': time.perf_counter()}))"
_REFERENCE = [sys.executable, "-c", _IMPORTS]
_PROGRAM = [sys.executable, "-m", "nnviz", "bench", "opening"]


def measure(rounds: int = ROUNDS) -> Figures:
    """Start processes by turns, after each has been started once to have its files at hand.

    Raises
    ------
    InputError
        The program is frozen: there is no Python to compare with.
    """
    if getattr(sys, "frozen", False):
        raise InputError("bench start: not in an installed program; allowed: train, window, sweep, or a checkout")
    found: dict[str, list[float]] = {"imports": [], "first": [], "window": [], "all": [], "resident_mb": []}
    with tempfile.TemporaryDirectory() as folder:
        for number in range(rounds + 1):
            for key, value in (_started(_REFERENCE, folder) | _started(_PROGRAM, folder)).items():
                if number:
                    found[key].append(value)
    return _told(found)


def _told(found: dict[str, list[float]]) -> Figures:
    """A picture may stand for the window at first; the window itself is told beside it."""
    imports, memory = found["imports"], found["resident_mb"]
    moments = {name: found[name] for name in ("first", "window", "all")}
    return {
        "imports_s": rounded(median(imports)),
        **{f"{name}_painted_s": rounded(median(times)) for name, times in moments.items()},
        **{f"{name}_vs_imports": ratio(times, imports) for name, times in moments.items()},
        "resident_mb": rounded(median(memory)) if memory else None,
        "spread": {f"{name}_vs_imports": spread(times, imports) for name, times in moments.items()},
    }


def _started(command: list[str], folder: str) -> dict[str, float]:
    """Start a process, with settings of its own; seconds until each moment that it tells."""
    environment = os.environ | dict.fromkeys(("XDG_CONFIG_HOME", "XDG_DATA_HOME", "APPDATA"), folder)
    # as where it is installed: modules are compiled once, by the first start
    environment["PYTHONPYCACHEPREFIX"] = folder
    environment.pop("PYTHONDONTWRITEBYTECODE", None)
    began = perf_counter()
    done = subprocess.run(  # noqa: S603 - ourselves
        command, env=environment | {"OPENBLAS_NUM_THREADS": "1"}, capture_output=True, check=False
    )
    if done.returncode:
        raise RuntimeError(done.stderr.decode(errors="replace"))
    told: dict[str, float] = {k: v for k, v in json.loads(done.stdout.splitlines()[-1]).items() if v is not None}
    return {key: value if key == "resident_mb" else value - began for key, value in told.items()}
