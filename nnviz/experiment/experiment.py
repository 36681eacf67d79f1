"""The experiment: data, network, training. One frozen value, one schema for files, lessons and command line."""

from typing import Annotated, Literal

from msgspec import Meta, Struct

FORMAT = 1
"""The newest format of experiment files that this version reads, and the one it writes."""

HiddenActivation = Literal["identity", "step", "sign", "sigmoid", "tanh", "relu", "leaky_relu", "elu", "softplus"]
Output = Literal["identity", "tanh", "sigmoid", "softmax"]
LossName = Literal["squared_error", "cross_entropy"]
OptimizerName = Literal["sgd", "momentum", "nesterov", "rmsprop", "adam"]
InitializerName = Literal["glorot_uniform", "glorot_normal", "he_uniform", "he_normal", "zeros", "same"]

Seed = Annotated[int, Meta(ge=0, le=2**63 - 1)]
Penalty = Annotated[float, Meta(ge=0.0, le=1000.0)]
Width = Annotated[int, Meta(ge=1, le=4096)]
Coordinates = Annotated[tuple[float, ...], Meta(min_length=2, max_length=3)]
Connection = tuple[Annotated[int, Meta(ge=1, le=33)], Annotated[int, Meta(ge=1)], Annotated[int, Meta(ge=1)]]


class Data(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Which samples, and how they are prepared.

    ``name`` is a data set of the catalogue; ``file`` a table (CSV) instead, ``target`` its column to predict
    and ``task`` whether that is a class or a value. ``features`` are the inputs that the network gets, all as
    they are if empty. ``classes`` counts blobs, ``bits`` the inputs of parity, ``points`` are drawn by hand.
    ``axes`` names the two inputs that plots are drawn through; the first two principal components if empty.
    """

    name: str = "xor"
    file: str = ""
    target: str = ""
    task: Literal["auto", "classification", "regression"] = "auto"
    samples: Annotated[int, Meta(ge=2, le=100_000)] = 500
    noise: Annotated[float, Meta(ge=0.0, le=1.0)] = 0.0
    train_fraction: Annotated[float, Meta(gt=0.0, le=1.0)] = 0.5
    standardize: bool = False
    features: tuple[str, ...] = ()
    classes: Annotated[int, Meta(ge=2, le=10)] = 3
    bits: Annotated[int, Meta(ge=2, le=16)] = 4
    points: Annotated[tuple[Coordinates, ...], Meta(max_length=10_000)] = ()
    axes: Annotated[tuple[str, ...], Meta(max_length=2)] = ()
    seed: Seed = 0


class NetworkDesign(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Which network.

    ``activation`` is one for all hidden layers or a list with one each. ``cut`` lists connections that are not
    there, as (layer, unit, input), all counted from 1.
    """

    hidden: Annotated[tuple[Width, ...], Meta(max_length=32)] = (4, 2)
    activation: HiddenActivation | tuple[HiddenActivation, ...] = "tanh"
    output: Output = "tanh"
    initializer: InitializerName = "glorot_uniform"
    cut: tuple[Connection, ...] = ()

    @property
    def activations(self) -> tuple[HiddenActivation, ...]:
        """One activation for each hidden layer."""
        if isinstance(self.activation, str):
            return (self.activation,) * len(self.hidden)
        return self.activation


class Training(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How it learns. ``start`` is a file of parameters to start from instead of the initializer's."""

    loss: LossName = "squared_error"
    optimizer: OptimizerName = "sgd"
    learning_rate: Annotated[float, Meta(gt=0.0, le=1000.0)] = 0.03
    momentum: Annotated[float, Meta(ge=0.0, lt=1.0)] = 0.0
    batch_size: Annotated[int, Meta(ge=1, le=100_000)] = 10
    shuffle: bool = True
    l1: Penalty = 0.0
    l2: Penalty = 0.0
    seed: Seed = 0
    precision: Literal["double", "single"] = "double"
    start: str = ""


class Experiment(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """All that is needed to repeat a run."""

    format: Annotated[int, Meta(ge=1)] = FORMAT
    data: Data = Data()
    network: NetworkDesign = NetworkDesign()
    training: Training = Training()
