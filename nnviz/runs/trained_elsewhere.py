"""A network that was trained elsewhere: an experiment around the weights in a file, on data that fit them."""

from collections.abc import Iterator
from pathlib import Path

from msgspec import structs

from nnviz.data.catalogue import CATALOGUE
from nnviz.data.dataset import Dataset
from nnviz.data.messages import within
from nnviz.errors import InputError
from nnviz.experiment.experiment import Data, Experiment, NetworkDesign
from nnviz.experiment.files import experiment_of, tables_of
from nnviz.experiment.kind import Kind
from nnviz.experiment.obtaining import obtain
from nnviz.experiment.problem import engineered
from nnviz.runs.parameter_files import layer_sizes_in


def experiment_with(path: Path, current: Kind | None = None) -> tuple[Experiment, str]:
    """An experiment whose network begins with the weights in a file, and what has to be said of it.

    Its data are those of the current experiment if they have as many inputs and outputs, or else a data set of the
    catalogue that has. What the file cannot tell, the activation functions above all, is that of the experiment.

    Raises
    ------
    InputError
        One line: these are no weights, or no data fit them.
    """
    sizes = layer_sizes_in(path)
    present = current if isinstance(current, Experiment) else Experiment()
    for data in (present.data, *_at_hand(sizes)):
        dataset, _ = obtain(data)
        if _inputs_of(data, dataset) == sizes[0] and (head := _head(present, data, dataset, sizes[-1])):
            experiment = _on(present, data, head, path, sizes)
            return experiment, _told(path, experiment, sizes)
    raise InputError(
        f"{path}: a network from {_counted(sizes[0], 'input')} to {_counted(sizes[-1], 'output')}, and no data "
        "here have as many; allowed: open a table that has first, then the weights"
    )


def _at_hand(sizes: tuple[int, ...]) -> Iterator[Data]:
    """Data of the catalogue that may fit."""
    yield Data()
    if sizes[0] == 2 and 3 <= sizes[-1] <= 10:
        yield Data(name="blobs", classes=sizes[-1])
    if 3 <= sizes[0] <= 16:
        yield Data(name="parity", bits=sizes[0])
    yield from (Data(name=name) for name in ("sine", "iris", "digits"))


def _inputs_of(data: Data, dataset: Dataset) -> int:
    return len(engineered(data, dataset) or dataset.input_names)


def _head(present: Experiment, data: Data, dataset: Dataset, outputs: int) -> tuple[str, str] | None:
    """The output's activation and the loss with which data ask for so many outputs; None if with none."""
    output, loss = present.network.output, present.training.loss
    if data.is_onto_itself or dataset.task == "regression":
        wanted = (
            dataset.inputs.shape[1]
            if data.is_onto_itself
            else dataset.targets.reshape(len(dataset.inputs), -1).shape[1]
        )
        return ("identity", "squared_error") if outputs == wanted else None
    classes = len(dataset.class_names)
    if outputs == classes:
        is_meant = classes > 2 and data is present.data
        return (output, loss) if is_meant else ("softmax", "cross_entropy")
    if outputs == 1 and classes == 2:
        return (output, loss) if output != "softmax" else ("sigmoid", "cross_entropy")
    return None


def _on(present: Experiment, data: Data, head: tuple[str, str], path: Path, sizes: tuple[int, ...]) -> Experiment:
    """The experiment, checked as if it stood in a file."""
    layers, same = len(sizes) - 2, present.network.activations
    fresh = NetworkDesign()
    activation = same if len(same) == layers and layers else (same[0] if same else fresh.activation)
    network = structs.replace(
        present.network,
        hidden=sizes[1:-1],
        activation=activation if isinstance(activation, str) or len(set(activation)) > 1 else activation[0],
        output=head[0],
        **{
            key: getattr(fresh, key)
            for key in ("cut", "frozen", "weights", "biases", "built", "wired", "initial_noise")
        },
    )
    training = structs.replace(present.training, loss=head[1], start=str(path.absolute()))
    made = structs.replace(present, data=data, network=network, training=training)
    with within(f"{path}: "):
        experiment: Experiment = experiment_of(tables_of(made))
    return experiment


def _told(path: Path, experiment: Experiment, sizes: tuple[int, ...]) -> str:
    data, network = experiment.data, experiment.network
    functions = ", ".join(dict.fromkeys((*network.activations, network.output)))
    on = Path(data.file).name if data.file else CATALOGUE[data.name].title
    return (
        f"{path.name} has the weights of {'-'.join(map(str, sizes))} units, but not their activation functions "
        f"nor data: here {functions}, on {on}. Change them under Network and Data if they were others."
    )


def _counted(number: int, what: str) -> str:
    return f"{number} {what}{'s' if number > 1 else ''}"
