"""What is trained to see how fast it goes: from what a lecture begins with to what it ends with."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from nnviz.data.catalogue import CATALOGUE, Request, Source
from nnviz.data.dataset import Dataset
from nnviz.data.features import FEATURES
from nnviz.experiment.experiment import ConvolutionDesign, Data, Experiment, HiddenLayer, NetworkDesign, Training
from nnviz.experiment.kind import Learner
from nnviz.kinds.memory.schema import Memory

_IMAGES = "bench_images"
_PIXELS, _INK, _CLASSES = 784, 0.2, 10


@dataclass(frozen=True)
class Workload:
    """An experiment to time.

    Parameters
    ----------
    title : str
        Its layers, or units, and batch, as a table shows them.
    browser : float or None
        Epochs a second that a playground in a browser shows at best: one a frame.
    """

    name: str
    title: str
    experiment: Learner
    browser: float | None = None


@contextmanager
def benchmark_data() -> Iterator[None]:
    """Let experiments ask for the images that only benchmarks want."""
    CATALOGUE[_IMAGES] = Source(
        _IMAGES,
        "Images",
        "classification",
        "28×28 points of ink, classed by chance.",
        _images,
        _PIXELS,
        ("samples",),
    )
    try:
        yield
    finally:
        del CATALOGUE[_IMAGES]


def _images(request: Request) -> Dataset:
    """Sparse points of ink, as many as in handwritten digits, that a random linear teacher has classed."""
    rng = request.rng
    inputs = rng.random((request.samples, _PIXELS)) * (rng.random((request.samples, _PIXELS)) < _INK)
    teacher = rng.normal(size=(_PIXELS, _CLASSES))
    classes = ((inputs - inputs.mean(axis=0)) @ teacher).argmax(axis=1)
    names = tuple(f"pixel {number}" for number in range(1, _PIXELS + 1))
    return Dataset(inputs, classes, names, tuple("0123456789"))


def _plane(
    hidden: tuple[int, ...], batch: int, *, features: tuple[str, ...] = (), single: bool = False
) -> Experiment:
    """250 points for training and as many to test, tanh throughout, squared error."""
    return Experiment(
        data=Data(features=features),
        network=NetworkDesign(hidden=hidden),
        training=Training(batch_size=batch, precision="single" if single else "double"),
    )


def _pictures(data: Data, hidden: tuple[HiddenLayer, ...], batch: int, rate: float) -> Experiment:
    return Experiment(
        data=data,
        network=NetworkDesign(hidden=hidden, activation="relu", output="softmax", initializer="he_uniform"),
        training=Training(loss="cross_entropy", batch_size=batch, learning_rate=rate, precision="single"),
    )


_DIGITS = Data(name="digits", train_fraction=1.0)

_ALL = (
    Workload("W1", "2-4-2-1, batch 10", _plane((4, 2), 10), 60.0),
    Workload("W2", "2-8-8-8-8-8-8-1, batch 10", _plane((8,) * 6, 10), 16.0),
    Workload("W3", "7-8-8-8-1, batch 30", _plane((8,) * 3, 30, features=tuple(FEATURES)), 38.0),
    Workload("W4", "2-4-2-1, batch 1", _plane((4, 2), 1), 60.0),
    Workload("W5", "2-64-64-64-1, batch 32", _plane((64,) * 3, 32, single=True), 1.2),
    Workload("W6", "64-32-10, 1,797 digits, batch 32", _pictures(_DIGITS, (32,), 32, 0.03)),
    Workload(
        "W7",
        "784-512-512-10, 10,000 images, batch 128",
        _pictures(Data(name=_IMAGES, samples=10_000, train_fraction=1.0), (512, 512), 128, 0.01),
    ),
    Workload(
        "24x5x5",
        "24 windows of 5×5 and the maximum of each map, 1,797 digits, batch 32",
        _pictures(_DIGITS, (ConvolutionDesign(channels=24, window=5, padding=2, pool="max_map"),), 32, 0.1),
    ),
    Workload("LSTM", "8 units with gates, sequences of 30, batch 32", Memory(cell="lstm", length=30)),
    Workload("5x64", "2-64-64-64-64-64-1, batch 10", _plane((64,) * 5, 10, single=True)),
)

WORKLOADS = {workload.name: workload for workload in _ALL}
"""By name; W1 to W7 are trained without a window, most of them in it too."""

TRAINED = tuple(name for name in WORKLOADS if name.startswith("W"))
