"""Writes a network as the file that its name's ending asks for."""

import csv
import io
from collections.abc import Callable
from pathlib import Path

from nnviz.errors import InputError
from nnviz.export.model import Exported
from nnviz.export.scripts import FRAMEWORKS, notebook, script
from nnviz.export.weights import onnx, safetensors
from nnviz.runs.parameter_files import parameters_content
from nnviz.runs.snapshot import Snapshot
from nnviz.storage import require_folder, write_atomically

_SCRIPTS = {".py": script, ".ipynb": notebook}


def _npz(exported: Exported) -> bytes:
    return parameters_content(exported.snapshot.parameters)


def samples(exported: Exported) -> bytes:
    """The samples as a table, a row each in the order of the data: inputs, target, part, outputs."""
    dataset, text = exported.problem.dataset, io.StringIO(newline="")
    writer, learned = csv.writer(text), set(exported.problem.train.rows.tolist())
    named = [f"output {name}" for name in dataset.class_names]
    outputs = named if len(named) == exported.sizes[-1] else ["output"]
    writer.writerow([*dataset.input_names, "target", "part", *outputs])
    rows = zip(dataset.inputs.tolist(), dataset.targets.tolist(), exported.outputs.tolist(), strict=True)
    for number, (inputs, target, answer) in enumerate(rows):
        wanted = [dataset.class_names[target]] if dataset.class_names else target
        writer.writerow([*inputs, *wanted, "train" if number in learned else "test", *answer])
    return text.getvalue().encode()


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
