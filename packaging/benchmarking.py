"""What nnviz is measured beside: scikit-learn and PyTorch, large, and needed by `make bench` alone.

Their versions are pinned in pyproject.toml; which builds of them fit a machine is pip's configuration to say.
"""

from __future__ import annotations

import subprocess
from pathlib import Path

from prerequisites import ROOT, say, step

ONE_THREAD = dict.fromkeys(("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"), "1")

# Tells whether every NAME==VERSION of its arguments is installed; a build's own mark (+cpu) is no other version.
HOLDS = """
import sys
from importlib.metadata import version
sys.exit(any(version(pin.split("==")[0]).split("+")[0] != pin.split("==")[1] for pin in sys.argv[1:]))
"""


def pins() -> list[str]:
    """Return what pyproject.toml pins for benchmarks."""
    import tomllib  # noqa: PLC0415 - an older Python lacks it and must live to be told so

    groups = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["dependency-groups"]
    return [str(pin) for pin in groups["bench"]]


def set_up_rivals(python: Path, install: list[str]) -> None:
    """Install what that Python lacks of them, with these words of pip's."""
    wanted = pins()
    if subprocess.run([python, "-I", "-c", HOLDS, *wanted], stderr=subprocess.DEVNULL, check=False).returncode:
        say(f"installing {' '.join(wanted)}")
        step("install what nnviz is measured beside", [python, *install, "--only-binary=:all:", *wanted])
