"""Links of TensorFlow Playground: the experiment that one says, and the link that says an experiment.

The names and their defaults are those of tensorflow/playground, src/state.ts; what they mean is in playground.ts,
dataset.ts and nn.ts. A link is read and written as text: nothing is ever asked of the network.
"""

from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from math import isfinite
from urllib.parse import unquote
from zlib import crc32

from nnviz.data.messages import one_line, shown
from nnviz.errors import InputError
from nnviz.experiment.experiment import Data, Experiment, NetworkDesign, Training
from nnviz.experiment.files import experiment_of, tables_of

_PLACE = "https://playground.tensorflow.org/"
_LONGEST = 4000
_CLASSES = {"circle": "circle", "xor": "xor", "gauss": "gaussians", "spiral": "spiral"}
_VALUES = {"reg-plane": "plane", "reg-gauss": "multi_gaussian"}
_SAMPLES = {"classification": 500, "regression": 1200}
_OUTPUTS = {"classification": "tanh", "regression": "identity"}
_ACTIVATIONS = {"tanh": "tanh", "relu": "relu", "sigmoid": "sigmoid", "linear": "identity"}
_PENALTIES = ("none", "L1", "L2")
_FEATURES = {
    "x": "x1",
    "y": "x2",
    "xTimesY": "x1*x2",
    "xSquared": "x1^2",
    "ySquared": "x2^2",
    "sinX": "sin(x1)",
    "sinY": "sin(x2)",
}
_DEFAULTS = {
    "activation": "tanh",
    "regularization": "none",
    "batchSize": "10",
    "dataset": "circle",
    "regDataset": "reg-plane",
    "learningRate": "0.03",
    "regularizationRate": "0",
    "noise": "0",
    "networkShape": "4,2",
    "seed": "",
    "percTrainData": "50",
    "problem": "classification",
    "initZero": "false",
    **{name: str(name in {"x", "y"}).lower() for name in (*_FEATURES, "cosX", "cosY")},
}
"""What a link means that does not say it."""
_MOST_LAYERS, _MOST_UNITS = 6, 8
"""What its page has room for."""
_RANDOM = "the random numbers"
_CHOSEN: dict[str, tuple[str, ...]] = {
    "activation": tuple(_ACTIVATIONS),
    "regularization": _PENALTIES,
    "dataset": tuple(_CLASSES),
    "regDataset": tuple(_VALUES),
    "problem": tuple(_SAMPLES),
}


@dataclass(frozen=True)
class Link:
    """A link, and in a few words each what it cannot say of its experiment."""

    text: str
    lacking: tuple[str, ...]


def experiment_in(link: str) -> tuple[Experiment, tuple[str, ...]]:
    """The experiment of a link, and in a few words each what is not the same here.

    Raises
    ------
    InputError
        One line: it is no link of Playground, or what in it is not allowed.
    """
    said = _Said({**_DEFAULTS, **_values(link)})
    problem = said.choice("problem")
    data = Data(
        name=_CLASSES[said.choice("dataset")]
        if problem == "classification"
        else _VALUES[said.choice("regDataset")],
        samples=_SAMPLES[problem],
        noise=said.number("noise") / 100,
        train_fraction=said.number("percTrainData") / 100,
        features=said.features,
        seed=said.seed,
    )
    network = NetworkDesign(
        hidden=said.shape,
        activation=_ACTIVATIONS[said.choice("activation")],
        output=_OUTPUTS[problem],
        initializer="zeros" if said.holds("initZero") else "uniform",
        initial_biases="tenth",
    )
    training = Training(
        learning_rate=said.number("learningRate"),
        batch_size=said.whole("batchSize"),
        shuffle=False,
        seed=said.seed,
        l1=said.penalty("L1"),
        l2=said.penalty("L2"),
    )
    made: Experiment = _checked(Experiment(data=data, network=network, training=training))
    return made, tuple(_otherwise(said, made))


def link_to(experiment: Experiment) -> Link:
    """The link that says an experiment best; only what is otherwise than its defaults is written.

    Raises
    ------
    InputError
        One line: Playground has nothing like its data or its layers.
    """
    data, network, training = experiment.data, experiment.network, experiment.training
    names = {here: there for there, here in (_CLASSES | _VALUES).items()}
    if data.file or data.is_onto_itself or data.name not in names:
        what = data.file.replace("\\", "/").rpartition("/")[2] if data.file else data.name
        raise InputError(f"Playground has no data like {shown(what)}; allowed: {', '.join(names)}")
    if network.convolutions:
        raise InputError("Playground has no convolutions; allowed: hidden layers of units")
    problem = _problem(data)
    activations = {here: there for there, here in _ACTIVATIONS.items()}
    first = next((activations[a] for a in network.activations if a in activations), "tanh")
    penalty = "L1" if training.l1 else "L2" if training.l2 else "none"
    features = data.features or ("x1", "x2")
    values = {
        "activation": first,
        "regularization": penalty,
        "batchSize": str(training.batch_size),
        "regDataset" if problem == "regression" else "dataset": names[data.name],
        "learningRate": f"{training.learning_rate:g}",
        "regularizationRate": f"{training.l1 or training.l2:g}",
        "noise": f"{100 * data.noise:g}",
        "networkShape": ",".join(map(str, network.hidden)),
        "seed": f"0.{training.seed:05d}",
        "percTrainData": f"{100 * data.train_fraction:g}",
        **{there: str(here in features).lower() for there, here in _FEATURES.items()},
        "problem": problem,
        "initZero": str(network.initializer == "zeros").lower(),
    }
    text = "&".join(f"{key}={value}" for key, value in values.items() if value != _DEFAULTS[key])
    return Link(f"{_PLACE}#{text}", tuple(words for words, lacks in _LACKING.items() if lacks(experiment)))


def _values(link: str) -> dict[str, str]:
    """What a link says, by name."""
    _, mark, said = link.strip().partition("#")
    pairs = (part.partition("=") for part in said[:_LONGEST].split("&"))
    values = {name: unquote(value).strip() for name, _, value in pairs}
    if not mark or not values.keys() & _DEFAULTS.keys() or len(link) > _LONGEST:
        raise InputError(
            one_line(f"{shown(link, 60)}: nnviz opens no address of the network, only what a link of TensorFlow ")
            + " Playground says itself: https://playground.tensorflow.org/#activation=tanh&…"
        )
    return {
        name: value for name, value in values.items() if name in _DEFAULTS and (value or name == "networkShape")
    }


class _Said:
    """What a link says, as values that are allowed."""

    def __init__(self, values: Mapping[str, str]) -> None:
        self._values = values

    @property
    def shape(self) -> tuple[int, ...]:
        """Units of the hidden layers."""
        text = self._values["networkShape"]
        return tuple(_whole("networkShape", part) for part in text.split(",")) if text else ()

    @property
    def features(self) -> tuple[str, ...]:
        """The engineered inputs."""
        chosen = tuple(here for there, here in _FEATURES.items() if self.holds(there))
        if not chosen:
            raise InputError(f"link: no input is chosen; allowed: one at least of {', '.join(_FEATURES)}")
        return chosen

    def penalty(self, kind: str) -> float:
        """λ₁ or λ₂; 0 if its regularization is another."""
        return self.number("regularizationRate") if self.choice("regularization") == kind else 0.0

    @property
    def seed(self) -> int:
        """A seed of ours for one of its, which are texts such as 0.01234."""
        text = self._values["seed"]
        digits = text.removeprefix("0.")
        return (
            int(digits) if digits.isdecimal() and digits.isascii() and len(digits) < 16 else crc32(text.encode())
        )

    def holds(self, name: str) -> bool:
        return self._values[name] != "false"

    def choice(self, name: str) -> str:
        """One of the names that are allowed."""
        value, allowed = self._values[name], _CHOSEN[name]
        if value not in allowed:
            raise InputError(f"link: {name}: {shown(repr(value))} is not allowed; allowed: {', '.join(allowed)}")
        return value

    def number(self, name: str) -> float:
        return _number(name, self._values[name])

    def whole(self, name: str) -> int:
        return _whole(name, self._values[name])


def _number(name: str, text: str) -> float:
    with suppress(ValueError):
        if isfinite(number := float(text)):
            return number
    raise InputError(f"link: {name}: {shown(repr(text))} is not allowed; allowed: numbers")


def _whole(name: str, text: str) -> int:
    number = _number(name, text)
    if not number.is_integer():
        raise InputError(f"link: {name}: {shown(repr(text))} is not allowed; allowed: whole numbers")
    return int(number)


def _checked(made: Experiment) -> Experiment:
    """The experiment, looked at as if it stood in a file."""
    try:
        experiment: Experiment = experiment_of(tables_of(made))
    except InputError as error:
        raise InputError(f"link: {error}") from error
    return experiment


def _otherwise(said: _Said, made: Experiment) -> Iterator[str]:
    """What is not the same here as in Playground."""
    yield _RANDOM
    for name, words in (("cosX", "cos x₁, which is left out"), ("cosY", "cos x₂, which is left out")):
        if said.holds(name):
            yield words
    if made.training.l1:
        yield "L1, which does not stop weights at 0 here"


def _is_large(network: NetworkDesign) -> bool:
    return len(network.hidden) > _MOST_LAYERS or max(network.counts, default=0) > _MOST_UNITS


def _draws_otherwise(network: NetworkDesign) -> bool:
    as_there = (network.initial_scale, network.initial_biases) == (1.0, "tenth")
    return not (as_there and network.initializer in {"uniform", "zeros"})


def _problem(data: Data) -> str:
    return "regression" if data.name in _VALUES.values() else "classification"


_LACKING: dict[str, Callable[[Experiment], bool]] = {
    _RANDOM: lambda _: True,
    "another way to descend than its plain one": lambda e: e.training.optimizer != "sgd",
    "another loss than its squared error": lambda e: e.training.loss != "squared_error",
    "another output": lambda e: e.network.output != _OUTPUTS[_problem(e.data)],
    "activation functions that it has not": lambda e: not {*e.network.activations} <= {*_ACTIVATIONS.values()},
    "a function for each layer": lambda e: len({*e.network.activations}) > 1,
    "first weights: there within ±½, biases 0.1": lambda e: _draws_otherwise(e.network),
    "weights to start from": lambda e: bool(e.network.weights or e.network.built or e.training.start),
    "noise on the first weights": lambda e: e.network.initial_noise > 0.0,
    "connections that are cut": lambda e: bool(e.network.cut or e.network.wired),
    "layers that are frozen": lambda e: bool(e.network.frozen),
    "shuffling": lambda e: e.training.shuffle,
    "L2 beside L1": lambda e: bool(e.training.l1 and e.training.l2),
    "the number of samples": lambda e: e.data.samples != _SAMPLES[_problem(e.data)],
    "test samples of their own": lambda e: e.data.test_samples > 0,
    "labels drawn at random": lambda e: e.data.random_labels,
    "standardized inputs": lambda e: e.data.standardize,
    "more layers or units than its page has room for": lambda e: _is_large(e.network),
    "when learning ends": lambda e: e.training.stops,
}
"""What a link cannot say, and of which experiments."""
