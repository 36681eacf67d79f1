"""What only benchmarks and some tests need: other programs that nnviz is measured, or checked, beside, and tables.

They are large. Their versions are pinned in groups of pyproject.toml; which builds of them fit a machine is pip's
configuration to say.
"""

from __future__ import annotations

import subprocess
from pathlib import Path

from prerequisites import ROOT, say, step

ONE_THREAD = dict.fromkeys(("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"), "1")
RIVALS, EXPORTS, TABLES = "bench", "exports", "tables"
ALL = (RIVALS, EXPORTS, TABLES)

# Tells whether every NAME==VERSION of its arguments is installed; a build's own mark (+cpu) is no other version.
HOLDS = """
import sys
from importlib.metadata import version
sys.exit(any(version(pin.split("==")[0]).split("+")[0] != pin.split("==")[1] for pin in sys.argv[1:]))
"""


def pins(group: str) -> list[str]:
    """Return what pyproject.toml pins in a group."""
    import tomllib  # noqa: PLC0415 - an older Python lacks it and must live to be told so

    groups = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["dependency-groups"]
    return [str(pin) for pin in groups[group]]


def set_up_extras(python: Path, install: list[str], *groups: str) -> None:
    """Install what that Python lacks of some groups, with these words of pip's."""
    for group in groups:
        wanted = pins(group)
        if subprocess.run([python, "-I", "-c", HOLDS, *wanted], stderr=subprocess.DEVNULL, check=False).returncode:
            say(f"installing {' '.join(wanted)}")
            alone = ["--no-deps"] if group == TABLES else []  # their files are read, their programs are not run
            step("install what nnviz is set beside", [python, *install, "--only-binary=:all:", *alone, *wanted])
