"""Writes a network as the file that its name's ending asks for."""

from collections.abc import Callable
from pathlib import Path

from nnviz.errors import InputError
from nnviz.export.model import Exported
from nnviz.export.scripts import FRAMEWORKS, notebook, script
from nnviz.export.tables import TABLES, samples
from nnviz.export.weights import onnx, safetensors
from nnviz.runs.parameter_files import parameters_content
from nnviz.runs.snapshot import Snapshot
from nnviz.runs.timeline import Timeline
from nnviz.storage import require_folder, write_atomically

_SCRIPTS = {".py": script, ".ipynb": notebook}


def _npz(exported: Exported) -> bytes:
    return parameters_content(exported.snapshot.parameters)


_FILES: dict[str, Callable[[Exported], bytes]] = {
    ".onnx": onnx,
    ".npz": _npz,
    ".safetensors": safetensors,
    ".csv": samples,
}
SUFFIXES = (*_SCRIPTS, *_FILES)
"""Endings of all files that can be written."""


def require_ending(path: Path) -> None:
    """Refuse a name whose ending says nothing, or that has no folder, before anything is computed."""
    if path.suffix.lower() not in SUFFIXES:
        raise InputError(f"{path}: cannot be written; allowed: a name ending in {', '.join(SUFFIXES)}")
    require_folder(path)


def export(path: Path, moment: Snapshot, framework: str = next(iter(FRAMEWORKS))) -> None:
    """Write a network at a moment; all of the file or nothing.

    Parameters
    ----------
    path : Path
        Its ending says what is written.
    framework : str
        The library that a script or a notebook is for, one of `FRAMEWORKS`.

    Raises
    ------
    InputError
        One line on what the library has not, or why the file cannot be written.
    """
    require_ending(path)
    exported, suffix = Exported(moment), path.suffix.lower()
    content = _SCRIPTS[suffix](exported, framework) if suffix in _SCRIPTS else _FILES[suffix](exported)
    write_atomically(path, content)


def export_table(path: Path, name: str, moment: Snapshot, past: Timeline) -> None:
    """Write one of `TABLES` of a moment, and of the timeline that it is on; all of the file or nothing.

    Raises
    ------
    InputError
        One line on why the file cannot be written.
    """
    require_folder(path)
    write_atomically(path, TABLES[name].content(Exported(moment), past))
