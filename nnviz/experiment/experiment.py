"""The experiment: data, network, training. One frozen value, one schema for files, lessons and command line."""

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Annotated, Literal, Self

from msgspec import Meta, Struct
from msgspec.structs import asdict, replace

from nnviz.data.settings import TableSettings, TargetTask
from nnviz.data.source import MAX_DIMENSIONS, MAX_WAVES
from nnviz.engine.activations import ACTIVATIONS
from nnviz.engine.built import BUILT
from nnviz.engine.convolution import POOLS
from nnviz.engine.initializers import BIAS_STARTS, INITIALIZERS
from nnviz.engine.optimizers import OPTIMIZERS
from nnviz.engine.outputs import LOSSES, OUTPUTS
from nnviz.experiment.kind import Kind, Seed

if TYPE_CHECKING:  # it takes no names out of a table
    HiddenActivation = str
    Output = str
    LossName = str
    OptimizerName = str
    InitializerName = str
    BiasStartName = str
    BuiltName = str
    PoolName = str
else:
    HiddenActivation = Literal[tuple(ACTIVATIONS)]
    Output = Literal[tuple(OUTPUTS)]
    LossName = Literal[tuple(LOSSES)]
    OptimizerName = Literal[tuple(OPTIMIZERS)]
    InitializerName = Literal[tuple(INITIALIZERS)]
    BiasStartName = Literal[tuple(BIAS_STARTS)]
    BuiltName = Literal[("", *BUILT)]
    PoolName = Literal[tuple(POOLS)]

INPUTS = "inputs"
"""The target of an autoencoder."""
Penalty = Annotated[float, Meta(ge=0.0, le=1000.0)]
Width = Annotated[int, Meta(ge=1, le=4096)]
Coordinates = Annotated[tuple[float, ...], Meta(min_length=2, max_length=3)]
LayerNumber = Annotated[int, Meta(ge=1, le=33)]
Connection = tuple[LayerNumber, Annotated[int, Meta(ge=1)], Annotated[int, Meta(ge=1)]]


class Data(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Which samples, and how they are prepared.

    ``name`` is a data set of the catalogue; ``file`` a table (CSV) instead, ``target`` its column to predict
    and ``task`` whether that is a class or a value. With ``target = "inputs"`` the inputs themselves are to be
    given back, of any data: an autoencoder. ``inputs`` or ``leave_out`` name columns of the table that the
    network gets, or does not get, and ``categories`` those whose numbers are names. ``separator``, ``decimal``,
    ``encoding``, ``sheet``, ``header`` and ``missing`` say how the table is written; all are found out unless they
    are given. ``features`` are the inputs that the network gets, all as they are if empty. ``classes`` counts
    blobs, ``bits`` the inputs of parity, ``folds`` those of a sawtooth; ``points`` are drawn by hand;
    ``dimensions``, ``waves`` and ``frequency`` are those of waves, ``singular_values`` those of a linear map.
    ``axes`` names the two inputs that plots are drawn through; the first two principal components if empty. With
    ``test_samples`` all ``samples`` are learned and so many others are for the test, in place of
    ``train_fraction``; these are without noise if ``test_noise`` is false. ``random_labels`` deals the targets of
    the training samples out anew. With ``shift`` each test
    picture comes twice, so many pixels to the left and to the right; it can change while the network learns.
    """

    name: str = "xor"
    file: str = ""
    target: str = ""
    task: TargetTask = "auto"
    inputs: tuple[str, ...] = ()
    leave_out: tuple[str, ...] = ()
    categories: tuple[str, ...] = ()
    separator: Annotated[str, Meta(max_length=1)] = ""
    decimal: Literal["", ".", ","] = ""
    encoding: str = ""
    sheet: str = ""
    header: bool | None = None
    missing: tuple[str, ...] = ()
    samples: Annotated[int, Meta(ge=2, le=100_000)] = 500
    noise: Annotated[float, Meta(ge=0.0, le=1.0)] = 0.0
    train_fraction: Annotated[float, Meta(gt=0.0, le=1.0)] = 0.5
    standardize: bool = False
    features: tuple[str, ...] = ()
    classes: Annotated[int, Meta(ge=2, le=10)] = 3
    bits: Annotated[int, Meta(ge=2, le=16)] = 4
    folds: Annotated[int, Meta(ge=1, le=12)] = 3
    points: Annotated[tuple[Coordinates, ...], Meta(max_length=10_000)] = ()
    dimensions: Annotated[int, Meta(ge=1, le=MAX_DIMENSIONS)] = 2
    waves: Annotated[int, Meta(ge=1, le=MAX_WAVES)] = 30
    frequency: Annotated[float, Meta(ge=0.0, le=100.0)] = 3.0
    singular_values: Annotated[tuple[float, ...], Meta(min_length=1, max_length=MAX_DIMENSIONS)] = (2.0, 1.0)
    axes: Annotated[tuple[str, ...], Meta(max_length=2)] = ()
    test_samples: Annotated[int, Meta(ge=0, le=100_000)] = 0
    test_noise: bool = True
    random_labels: bool = False
    shift: Annotated[int, Meta(ge=0, le=31)] = 0
    seed: Seed = 0

    def with_path(self, convert: Callable[[str], str]) -> Self:
        """The same with the name of its table converted."""
        return replace(self, file=convert(self.file)) if self.file else self

    @property
    def is_onto_itself(self) -> bool:
        """Whether the inputs themselves are to be given back."""
        return self.target == INPUTS

    @property
    def table(self) -> TableSettings:
        """How its table is read."""
        asked = TableSettings(**{key: getattr(self, key) for key in TableSettings.__struct_fields__})
        return replace(asked, target="") if self.is_onto_itself else asked

    def with_table(self, settings: TableSettings) -> Self:
        """The same with its table read so."""
        return replace(self, **asdict(settings))

    def without_table(self) -> Self:
        """The same with a data set of the catalogue in place of a table."""
        return replace(self, file="").with_table(TableSettings())


class ConvolutionDesign(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A hidden layer that slides a window over the picture, or over the maps of the layer below.

    ``channels`` are the maps that it makes, each by its own ``window`` × ``window`` weights, which are the same at
    every place; ``stride`` is how far the window moves, ``padding`` how many rows and columns of zeros are around
    the picture, ``pool`` what becomes of neighbouring places.
    """

    channels: Annotated[int, Meta(ge=1, le=512)]
    window: Annotated[int, Meta(ge=1, le=31)] = 3
    stride: Annotated[int, Meta(ge=1, le=8)] = 1
    padding: Annotated[int, Meta(ge=0, le=15)] = 0
    pool: PoolName = "none"

    @property
    def words(self) -> str:
        """The layer in a few words."""
        return f"{self.channels} of {self.window}×{self.window}"


HiddenLayer = Width | ConvolutionDesign


class NetworkDesign(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Which network.

    ``hidden`` has the units of each hidden layer; the first ones may be convolutions, for data that are pictures.
    ``activation`` is one for all hidden layers or a list with one each; ``alpha`` is the slope of leaky ReLU, and
    the depth of ELU, on the negative side, and can change while the network learns. ``cut`` lists connections that
    are not there, as (layer, unit, input), all counted from 1, and ``frozen`` layers, counted from 1, that keep
    the weights and biases they start with. ``initial_scale`` is a factor on the weights that the initializer
    draws, ``initial_biases`` how the biases begin. ``weights`` and ``biases`` are those to start from
    in place of the initializer's: for every layer W, a list with one list for each unit, and b; of a convolution
    one for each channel, the weights map by map and row by row. An empty list leaves a layer to the initializer.
    ``built`` is a network built by hand to start from instead, ``wired`` one whose connections alone are there. To
    all first weights and biases noise of the standard deviation ``initial_noise`` is added.
    """

    hidden: Annotated[tuple[HiddenLayer, ...], Meta(max_length=32)] = (4, 2)
    activation: HiddenActivation | tuple[HiddenActivation, ...] = "tanh"
    alpha: Annotated[float, Meta(ge=0.0, le=1.0)] = 0.1
    output: Output = "tanh"
    initializer: InitializerName = "glorot_uniform"
    initial_scale: Annotated[float, Meta(ge=0.0, le=100.0)] = 1.0
    initial_biases: BiasStartName = "zero"
    cut: tuple[Connection, ...] = ()
    frozen: Annotated[tuple[LayerNumber, ...], Meta(max_length=33)] = ()
    weights: tuple[tuple[tuple[float, ...], ...], ...] = ()
    biases: tuple[tuple[float, ...], ...] = ()
    built: BuiltName = ""
    wired: BuiltName = ""
    initial_noise: Annotated[float, Meta(ge=0.0, le=100.0)] = 0.0

    @property
    def convolutions(self) -> tuple[ConvolutionDesign, ...]:
        """The hidden layers that are convolutions."""
        return tuple(layer for layer in self.hidden if isinstance(layer, ConvolutionDesign))

    @property
    def counts(self) -> tuple[int, ...]:
        """Of each hidden layer the units, or the channels."""
        return tuple(layer if isinstance(layer, int) else layer.channels for layer in self.hidden)

    @property
    def activations(self) -> tuple[HiddenActivation, ...]:
        """One activation for each hidden layer."""
        if isinstance(self.activation, str):
            return (self.activation,) * len(self.hidden)
        return self.activation


class Training(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How it learns.

    ``start`` is a file of parameters to start from instead of the initializer's. Learning ends at
    the end of the first epoch with an accuracy on the training samples of at least ``stop_accuracy``, or a loss of
    at most ``stop_loss``, before the first one if it begins so; 0 for never. With ``detour`` it starts from where
    so many epochs on random labels of the same samples lead, or fewer if all are right before.
    """

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
    detour: Annotated[int, Meta(ge=0, le=100_000)] = 0
    stop_accuracy: Annotated[float, Meta(ge=0.0, le=1.0)] = 0.0
    stop_loss: Annotated[float, Meta(ge=0.0)] = 0.0

    @property
    def stops(self) -> bool:
        """Whether it ends by itself."""
        return self.stop_accuracy > 0.0 or self.stop_loss > 0.0

    @property
    def penalties(self) -> tuple[float, float]:
        """λ₁ and λ₂ of the loss that is minimised; an optimizer that decays weights has no λ₂ in it."""
        return self.l1, 0.0 if OPTIMIZERS[self.optimizer].decays else self.l2


class Experiment(Kind, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """All that is needed to repeat a run of a network that learns by gradient descent."""

    data: Data = Data()
    network: NetworkDesign = NetworkDesign()
    training: Training = Training()

    def continues(self, before: Kind) -> bool:
        """True if only training settings, α or the shift differ: a run of ``before`` need not start anew."""
        if not isinstance(before, Experiment):
            return False
        network = replace(self.network, alpha=before.network.alpha)
        data = replace(self.data, shift=before.data.shift)
        return (before.data, before.network) == (data, network) and all(
            getattr(before.training, key) == getattr(self.training, key)
            for key in ("seed", "precision", "start", "detour")
        )

    @property
    def its_seed(self) -> int:
        return self.training.seed

    def reseeded(self, by: int = 1) -> Self:
        training = replace(self.training, seed=self.training.seed + by, start="")
        network = self.network
        if not network.initial_noise and all(network.weights):  # the next one would begin just so
            network = replace(network, weights=(), biases=(), built="")
        return replace(self, network=network, training=training)

    def with_paths(self, convert: Callable[[str], str]) -> Self:
        training = self.training
        return replace(
            self,
            data=self.data.with_path(convert),
            training=replace(training, start=convert(training.start)) if training.start else training,
        )

    def changes_from(self, before: Kind) -> Iterator[str]:
        for table in ("data", "network", "training"):
            after_, before_ = getattr(self, table), getattr(before, table, None)
            yield from (k for k in after_.__struct_fields__ if getattr(after_, k) != getattr(before_, k, None))
