"""nnviz from Python: train a network, look at it in a notebook, open the window on it.

    import nnviz

    run = nnviz.train(nnviz.Experiment(data=nnviz.Data(name="circle")), epochs=50)
    run.metrics["test_accuracy"]
    run.show()

All of it is imported by ``import nnviz`` when it is first used. What draws is another process: no Qt comes into
this one, and a kernel goes on living when a window closes.
"""

import os
import subprocess
import sys
from itertools import count
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Self

import numpy as np
from msgspec import structs
from numpy.typing import ArrayLike

from nnviz.engine.network import logits
from nnviz.engine.tape import Array
from nnviz.errors import InputError
from nnviz.experiment.experiment import Data, Experiment, NetworkDesign, Training
from nnviz.export.writing import SUFFIXES, export
from nnviz.lessons.opening import DOCUMENT_SUFFIXES, opened
from nnviz.models import Model, classes_in, columns, head_of, model_of
from nnviz.runs.begin import prepared
from nnviz.runs.document import Work
from nnviz.runs.run import NetworkRun
from nnviz.runs.timeline import Timeline
from nnviz.storage import DOCUMENT, write_atomically

__all__ = ["Data", "Experiment", "NetworkDesign", "Picture", "Run", "Training", "picture", "show", "train"]


class Picture(str):
    """A picture as SVG text, which a notebook shows."""

    __slots__ = ()

    def _repr_svg_(self) -> str:
        return str(self)


class Run:
    """A network that learns, with its past.

    Parameters
    ----------
    experiment : Experiment, or Path or str
        What is carried out: an experiment, the file of one, a table, weights, or a link of TensorFlow Playground.

    Raises
    ------
    nnviz.errors.InputError
        It cannot be carried out; one line says why.
    """

    def __init__(self, experiment: Experiment | Path | str) -> None:
        self._run, self._past = _begun(experiment)
        self._past.resume(self._run.step)
        self._past.add(self._run.snapshot())

    @property
    def experiment(self) -> Experiment:
        """What is carried out."""
        return self._run.experiment

    @property
    def epoch(self) -> int:
        """Whole passes over the training samples done."""
        return self._run.snapshot().epoch

    @property
    def step(self) -> int:
        """Updates of the parameters done."""
        return self._run.step

    @property
    def finite(self) -> bool:
        """False once it has diverged: the weights have grown beyond all numbers."""
        return self._run.finite

    @property
    def metrics(self) -> dict[str, float | None]:
        """Step, epoch, losses and accuracies now; None where there is no such thing."""
        return self._run.metrics.as_record()

    @property
    def history(self) -> list[dict[str, float | None]]:
        """The same for every moment that is kept: each epoch, thinned when there are thousands."""
        return [moment.metrics.as_record() for moment in self._past.line.moments]

    @property
    def weights(self) -> list[Array]:
        """Copies of W¹ … Wᴸ, shape (mˡ, mˡ⁻¹)."""
        return [weights.copy() for weights in self._run.snapshot().weights]

    @property
    def biases(self) -> list[Array]:
        """Copies of b¹ … bᴸ, shape (mˡ,)."""
        return [biases.copy() for biases in self._run.snapshot().biases]

    def train(self, epochs: int) -> Self:
        """Train so many epochs, or fewer if it diverges or its experiment says when to stop; return itself."""
        for _ in range(epochs):
            if not self._run.finite or self._run.settled:
                break
            self._run.advance(self._run.steps_to_epoch_end)
            self._run.measure()
            self._past.add(self._run.snapshot())
        return self

    def predict(self, inputs: ArrayLike) -> Array:
        """What the network answers.

        Parameters
        ----------
        inputs : array, shape (samples, features)
            As the data have them: engineered and standardized as the experiment says.

        Returns
        -------
        array, shape (samples, outputs)
            The output layer's activations: of a class a probability, or ±1 with tanh.
        """
        problem, given = self._run.problem, np.asarray(inputs, np.float64)
        features = len(problem.dataset.input_names)
        if given.ndim != 2 or given.shape[1] != features:
            raise InputError(f"inputs of shape {given.shape}; allowed: (samples, {features})")
        network, parameters = problem.network, self._run.snapshot().parameters
        return network.output(logits(network, parameters, problem.network_inputs(given).T)).T

    def save(self, path: Path | str) -> None:
        """Write it to a file.

        The ending says as what: ``.nnviz`` with its past and its table, ``.toml`` as text, or as `nnviz export`
        does ``.py``, ``.ipynb``, ``.onnx``, ``.npz``, ``.safetensors``, ``.csv``.
        """
        path = Path(path)
        if path.suffix.lower() in DOCUMENT_SUFFIXES:
            Work.of(self.experiment, self._run.snapshot(), self._past).save(path)
        elif path.suffix.lower() in SUFFIXES:
            export(path, self._run.snapshot())
        else:
            allowed = ", ".join((*DOCUMENT_SUFFIXES, *SUFFIXES))
            raise InputError(f"{path}: cannot be written; allowed: a name ending in {allowed}")

    def picture(self, out: Path | str | None = None, **how: Any) -> "Picture | Path":
        """A picture of it; the same as ``nnviz.picture(run, …)``."""
        return picture(self, out, **how)

    def show(self) -> "subprocess.Popen[bytes]":
        """Open the window on it, with its timeline; the same as ``nnviz.show(run)``."""
        return show(self)

    def __repr__(self) -> str:
        sizes = "-".join(map(str, self._run.problem.network.layer_sizes))
        figures = ", ".join(f"{name} {words}" for name, words in self._run.snapshot().figures)
        return f"<nnviz.Run of {sizes} units: {figures}>"

    def _repr_svg_(self) -> str:
        return str(picture(self))


def train(experiment: Experiment | Path | str | None = None, epochs: int = 100) -> Run:
    """Train a network.

    Parameters
    ----------
    experiment : Experiment, or Path or str
        What `Run` takes; without one the usual experiment, XOR.

    Returns
    -------
    Run
        To be asked, shown, saved, and trained on.
    """
    return Run(Experiment() if experiment is None else experiment).train(epochs)


def picture(
    what: Run | Experiment | Path | str,
    out: Path | str | None = None,
    *,
    view: str = "network",
    epochs: int = 0,
    size: tuple[int, int] = (1000, 600),
    theme: str = "light",
) -> Picture | Path:
    """Draw a view of a run, an experiment or a file.

    Parameters
    ----------
    out : Path or str, optional
        A name ending in ``.svg``, ``.pdf`` or ``.png``.
    view : str
        Its name on the command line: network, output, loss, weights, landscape, …
    epochs : int
        Train so many first.
    size : (int, int)
        Width and height of the window that is drawn in.

    Returns
    -------
    Picture or Path
        The path, if one is given; without one SVG text, which a notebook shows.

    Raises
    ------
    nnviz.errors.InputError
        One line on what cannot be drawn.
    """
    with TemporaryDirectory(prefix="nnviz-") as folder:
        target = Path(out) if out else Path(folder, "picture.svg")
        words = ["--view", view, "--epochs", str(epochs), "--size", f"{size[0]}x{size[1]}", "--theme", theme]
        _carry_out("screenshot", str(_file_of(what, Path(folder))), str(target), *words)
        return target if out else Picture(target.read_text(encoding="utf-8"))


def show(
    what: Any = None,
    X: ArrayLike | None = None,  # noqa: N803 - as scikit-learn calls them
    y: ArrayLike | None = None,
) -> "subprocess.Popen[bytes]":
    """Open the window, in a process of its own; this one goes on.

    Parameters
    ----------
    what : Run, Experiment, Path, str or a model of another library
        A run comes with its timeline. A model is scikit-learn's MLPClassifier or MLPRegressor, fitted, or
        PyTorch's Sequential of Linear and activations; it comes with its weights, and X and y are what it learns.
    X : array, shape (samples, features)
    y : array, shape (samples,)
        Classes, or values.

    Returns
    -------
    subprocess.Popen
        The window's process; ``.wait()`` waits until it is closed.

    Raises
    ------
    nnviz.errors.InputError
        One line on what cannot be shown.
    """
    folder = _kept()
    if not (what is None or isinstance(what, Path | str | Run | Experiment)):
        model = model_of(what)
        if X is None or y is None:
            raise InputError("show(model, X, y): X and y are missing; allowed: the samples that the model learns")
        what = run_of(model, X, y, folder)
    words = [] if what is None else [str(_file_of(what, folder))]
    return subprocess.Popen([*_PROGRAM, *words], env=_environment())  # noqa: S603 - our own


def run_of(model: Model, inputs: ArrayLike, targets: ArrayLike, folder: Path) -> Run:
    """A run that begins with a model's weights, on its samples; two files in the folder hold them."""
    inputs, targets = columns(inputs, targets)
    if inputs.shape[1] != model.layer_sizes[0]:
        raise InputError(
            f"X has {inputs.shape[1]} features; allowed: {model.layer_sizes[0]}, as the model has inputs"
        )
    classes = classes_in(model, targets)
    output, loss = head_of(model, classes=classes)
    table, start = _free(folder, "samples", ".csv"), _free(folder, "weights", ".npz")
    names = [f"x{number}" for number in range(1, inputs.shape[1] + 1)]
    rows = [[*names, "y"], *([*x, t] for x, t in zip(inputs.tolist(), targets.tolist(), strict=True))]
    write_atomically(table, "".join(",".join(map(_cell, row)) + "\n" for row in rows).encode())
    np.savez(start, allow_pickle=False, **model.parameters())
    task: Any = "classification" if classes else "regression"
    data = Data(
        file=str(table), target="y", task=task, header=True, separator=",", decimal=".", train_fraction=1.0
    )
    hidden: Any = model.activations
    network = NetworkDesign(hidden=model.layer_sizes[1:-1], alpha=model.alpha, output=output)
    network = structs.replace(network, activation=hidden[0] if len(set(hidden)) == 1 else hidden or "tanh")
    training = structs.replace(Training(loss=loss, start=str(start)), **model.training)
    training = structs.replace(training, l2=model.penalty / min(training.batch_size, len(rows) - 1))
    return Run(Experiment(data=data, network=network, training=training))


_PROGRAM = [sys.executable, "-m", "nnviz"]


def _begun(given: Experiment | Path | str) -> tuple[NetworkRun, Timeline]:
    """A run at where its file says it is, and its timeline."""
    if isinstance(given, Experiment):
        return NetworkRun(*prepared(given)), Timeline()
    found = opened(_place(given)).begun()
    if not isinstance(found.run, NetworkRun):
        raise InputError(f"{given}: only networks are trained here; allowed: an experiment of kind network")
    return found.run, found.past(found.run) if found.past else Timeline()


def _place(given: Path | str) -> Path | str:
    """A file; a link stays text."""
    return given if isinstance(given, str) and given.startswith(("http://", "https://")) else Path(given)


def _file_of(what: Run | Experiment | Path | str, folder: Path) -> Path | str:
    """A file, or a link, that nnviz opens as this: a run is saved to a new document in the folder."""
    if isinstance(what, Path | str):
        return _place(what)
    path = _free(folder, "shown", DOCUMENT)
    (what if isinstance(what, Run) else Run(what)).save(path)
    return path


def _kept() -> Path:
    """Folder of nnviz's own files for what is shown: a window saves there, so it must not be a temporary one."""
    from PySide6.QtCore import QStandardPaths  # noqa: PLC0415 - Qt comes with a window

    place = QStandardPaths.StandardLocation.GenericDataLocation
    return Path(QStandardPaths.writableLocation(place), "nnviz", "shown")


def _free(folder: Path, stem: str, suffix: str) -> Path:
    """A name in the folder that no file has."""
    folder.mkdir(parents=True, exist_ok=True)
    return next(path for n in count(1) if not (path := folder / f"{stem}-{n}{suffix}").exists())


def _cell(value: Any) -> str:
    """A cell of a table (CSV); a text in quotation marks."""
    return '"' + value.replace('"', '""') + '"' if isinstance(value, str) else repr(value)


def _carry_out(*words: str) -> None:
    """Have a command carried out by another process, offscreen; what it refuses is refused here."""
    environment = _environment() | {"QT_QPA_PLATFORM": "offscreen"}
    done = subprocess.run(  # noqa: S603 - our own
        [*_PROGRAM, *words], capture_output=True, text=True, check=False, env=environment
    )
    if done.returncode:
        raise InputError(done.stderr.strip().splitlines()[-1] if done.stderr.strip() else "nothing was drawn")


def _environment() -> dict[str, str]:
    """As here, and with this package."""
    here = str(Path(__file__).parents[1])
    paths = filter(None, [here, os.environ.get("PYTHONPATH", "")])
    return os.environ | {"PYTHONPATH": os.pathsep.join(paths)}
