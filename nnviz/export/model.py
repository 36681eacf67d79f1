"""A network as it is to leave the program: what was asked for, its numbers, and what the script says of it."""

import base64
import io
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from msgspec import structs

from nnviz.engine.convolution import Convolution
from nnviz.engine.network import logits
from nnviz.engine.tape import Array
from nnviz.errors import InputError
from nnviz.experiment.experiment import Experiment, NetworkDesign, Training
from nnviz.experiment.problem import Problem, with_shifted_tests
from nnviz.runs.beginning import cuts
from nnviz.runs.snapshot import Snapshot

MOST_NUMBERS = 1_000_000
"""Numbers of the data that a script holds at most: on one line of about 10 MB."""
_FEATURES = {
    "x1": "raw[:, 0]",
    "x2": "raw[:, 1]",
    "x1^2": "raw[:, 0] ** 2",
    "x2^2": "raw[:, 1] ** 2",
    "x1*x2": "raw[:, 0] * raw[:, 1]",
    "sin(x1)": "np.sin(raw[:, 0])",
    "sin(x2)": "np.sin(raw[:, 1])",
}
"""How engineered inputs are computed."""


@dataclass(frozen=True)
class Cell:
    """A part of a script: what is said of it, and its code."""

    words: str
    code: str


FIRST_FIVE = Cell(
    "Its outputs for the first five samples.", "for row in predict(inputs[:5]).tolist():\n    print(*row)"
)


@dataclass(frozen=True, eq=False)
class Exported:
    """A moment of a network's run."""

    snapshot: Snapshot

    @property
    def experiment(self) -> Experiment:
        """What is carried out."""
        return self.snapshot.experiment

    @property
    def design(self) -> NetworkDesign:
        """Which network, with all connections that are not there."""
        design = self.experiment.network
        return structs.replace(design, cut=cuts(design, self.snapshot.problem.network))

    @property
    def training(self) -> Training:
        """How it learns."""
        return self.experiment.training

    @cached_property
    def problem(self) -> Problem:
        """What it learns; the test pictures are as they are in the data."""
        return with_shifted_tests(self.snapshot.problem, 0)

    @property
    def sizes(self) -> tuple[int, ...]:
        """Units of each layer, the inputs first."""
        return self.problem.network.layer_sizes

    @property
    def convolutions(self) -> tuple[Convolution, ...]:
        """The first layers, where they are convolutions."""
        return self.problem.network.convolutions

    @property
    def is_cross_entropy(self) -> bool:
        """Whether the loss is cross-entropy."""
        return self.training.loss == "cross_entropy"

    @property
    def decays(self) -> bool:
        """Whether λ₂ shrinks the weights beside the gradient."""
        return self.training.optimizer == "adamw" and self.training.l2 > 0.0

    @property
    def penalties(self) -> tuple[float, float]:
        """λ₁ and λ₂ that are part of the loss."""
        return self.training.penalties

    @property
    def momentum(self) -> float:
        """µ, if the optimizer has one."""
        return self.training.momentum if self.training.optimizer in {"momentum", "nesterov"} else 0.0

    @property
    def title(self) -> str:
        """What the network is, in one line."""
        sizes, epoch = "-".join(map(str, self.sizes)), self.snapshot.epoch
        data = self.experiment.data
        name = data.file.replace("\\", "/").rsplit("/", 1)[-1] if data.file else data.name
        return f"A network of {sizes} units on {name}, as nnviz has it after {epoch:,} epochs"

    @property
    def targets(self) -> Array:
        """Targets (samples, outputs) of all samples, in the order of the data."""
        return self._all(lambda samples: samples.targets)

    @property
    def inputs(self) -> Array:
        """What the network gets (samples, m⁰) of all samples, in the order of the data."""
        return self._all(lambda samples: samples.inputs)

    @property
    def outputs(self) -> Array:
        """What the network answers (samples, outputs) to all samples, in the order of the data."""
        network = self.problem.network
        return network.output(logits(network, self.snapshot.parameters, self.inputs.T)).T

    def _all(self, part: Any) -> Array:
        train, test = self.problem.train, self.problem.test
        values = np.empty((len(train) + len(test), part(train).shape[1]))
        values[train.rows], values[test.rows] = part(train), part(test)
        return values

    def parameters(self) -> dict[str, Array]:
        """W1, b1, W2, b2, …, W of shape (mˡ, mˡ⁻¹)."""
        named: dict[str, Array] = {}
        for l, (weights, biases) in enumerate(zip(self.snapshot.weights, self.snapshot.biases, strict=True), 1):
            named |= {f"W{l}": weights, f"b{l}": biases}
        return named

    def numbers(self) -> str:
        """All that a script needs, as NumPy's npz in letters.

        Raises
        ------
        InputError
            The data are too large for a script.
        """
        dataset, standardization = self.problem.dataset, self.problem.standardization
        if dataset.inputs.size > MOST_NUMBERS:
            raise InputError(
                f"the data have {dataset.inputs.size:,} numbers; a script holds up to {MOST_NUMBERS:,}; "
                "allowed: fewer samples, or .npz, .safetensors, .onnx for the weights"
            )
        arrays = {"inputs": dataset.inputs, "targets": self.targets, "train": self.problem.train.rows}
        if standardization:
            arrays |= {"mean": standardization.mean, "scale": standardization.scale}
        content = io.BytesIO()
        np.savez_compressed(content, allow_pickle=False, **arrays, **self.parameters())
        return base64.b64encode(content.getvalue()).decode()

    def data_cell(self) -> Cell:
        """The samples as the network gets them: the same in every script."""
        lines = [
            "# All numbers, on one line: samples, targets, weights and biases",
            f'NUMBERS = "{self.numbers()}"',
            "numbers = np.load(io.BytesIO(base64.b64decode(NUMBERS)))",
            "",
            'raw = numbers["inputs"]  # (samples, features)',
        ]
        if self.problem.features:
            columns = ", ".join(_FEATURES[name] for name in self.problem.features)
            lines.append(f"inputs = np.column_stack([{columns}])")
        else:
            lines.append("inputs = raw")
        if self.problem.standardization:
            lines.append('inputs = (inputs - numbers["mean"]) / numbers["scale"]  # mean 0, deviation 1')
        lines += [
            'targets = numbers["targets"]  # (samples, outputs)',
            'train_rows = numbers["train"]  # learned from; the others are for the test',
        ]
        return Cell("The data.", "\n".join(lines))
