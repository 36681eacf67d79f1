"""What was measured on, and how much memory this process holds."""

import os
import platform
import sys
from importlib import metadata
from pathlib import Path

from nnviz.bench.timing import Figures, rounded
from nnviz.version import version

_MEGABYTE = 2**20


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
