"""Timing jobs in turns, so that what disturbs one disturbs the others too; and the machine they are timed on."""

import os
import platform
import sys
from collections.abc import Callable, Mapping, Sequence
from importlib import metadata
from pathlib import Path
from time import perf_counter
from typing import Any

import numpy as np

from nnviz.version import version

Job = Callable[[], object]
Spread = list[float]
Figures = dict[str, Any]
"""What is told in JSON: numbers, words, and figures within figures."""
_DIGITS = 4
_MEGABYTE = 2**20


def seconds(job: Job) -> float:
    """How long a job takes."""
    began = perf_counter()
    job()
    return perf_counter() - began


def interleaved(jobs: Mapping[str, Job], rounds: int) -> dict[str, list[float]]:
    """Seconds that each job took in each round; a round does every job once."""
    times: dict[str, list[float]] = {name: [] for name in jobs}
    for _ in range(rounds):
        for name, job in jobs.items():
            times[name].append(seconds(job))
    return times


def median(values: Sequence[float]) -> float:
    """The one in the middle."""
    return float(np.median(values))


def ratio(above: Sequence[float], below: Sequence[float]) -> float:
    """The ratio of the medians."""
    return rounded(median(above) / median(below))


def spread(above: Sequence[float], below: Sequence[float] | None = None) -> Spread:
    """The quartiles of the rounds' values, or of their ratios."""
    values = np.asarray(above) / (1.0 if below is None else np.asarray(below))
    return [rounded(float(value)) for value in np.percentile(values, [25, 75])]


def percentiles(values: Sequence[float]) -> Figures:
    """The median, and what 5 and 1 in 100 exceed."""
    if not values:
        return {"p50": None, "p95": None, "p99": None}
    return {f"p{share}": rounded(float(np.percentile(values, share))) for share in (50, 95, 99)}


def rounded(value: float) -> float:
    """A number with as many digits as a measurement deserves."""
    return float(f"{value:.{_DIGITS}g}")


def repetitions(job: Job, at_least: float) -> int:
    """How often to do a job so that it takes so many seconds."""
    job()
    return max(1, round(at_least / min(seconds(job) for _ in range(3))))


def machine() -> Figures:
    """Processor, system, versions, and how busy the machine is with other things."""
    return {
        "processor": _processor(),
        "cores": os.cpu_count(),
        "load_average": [rounded(value) for value in os.getloadavg()] if hasattr(os, "getloadavg") else None,
        "system": platform.system(),
        "python": platform.python_version(),
        "nnviz": version(),
        **{name: metadata.version(name) for name in ("numpy", "PySide6-Essentials")},
    }


def resident() -> float | None:
    """Megabytes of memory that this process holds now; None where the system does not say."""
    try:
        pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    except OSError:
        return None
    return rounded(pages * os.sysconf("SC_PAGE_SIZE") / _MEGABYTE)


def _processor() -> str:
    if sys.platform.startswith("linux"):
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8", errors="replace").splitlines()
        names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
        if names:
            return names[0]
    return platform.processor() or platform.machine()
