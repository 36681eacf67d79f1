"""What can be raced against: itself with another value of one setting."""

from collections.abc import Callable, Mapping, Sequence
from functools import reduce
from math import inf
from typing import Any

from msgspec import Struct, structs, to_builtins

from nnviz.engine.activations import ACTIVATIONS
from nnviz.engine.initializers import INITIALIZERS
from nnviz.engine.optimizers import OPTIMIZERS
from nnviz.errors import InputError
from nnviz.experiment.change import Tables, changed, merged
from nnviz.experiment.experiment import ConvolutionDesign, Experiment
from nnviz.experiment.kind import NETWORK, Kind, name_of
from nnviz.kinds.memory.tasks import TASKS
from nnviz.kinds.race.schema import Lane, Race
from nnviz.runs.moment import Moment

MOST_RIVALS = 3
_USUAL_MOMENTUM = 0.9


class Setting(Struct, frozen=True):
    """A setting in which the lanes of a race differ.

    Parameters
    ----------
    title : str
    key : tuple of str
        Where it stands in the experiment's file: the tables, and the key.
    sign : str
        What stands before a value in a lane's title.
    options : mapping of name to title
        The values that there are; empty for numbers.
    nearby : callable
        Numbers to offer beside one that is in use.
    most : float
        The highest number that is allowed, if that matters.
    """

    title: str
    key: tuple[str, ...]
    sign: str = ""
    options: Mapping[str, str] = {}
    nearby: Callable[[float], Sequence[float]] = lambda value: (10 * value, value / 10, 3 * value, value / 3)
    most: float = inf

    def present(self, experiment: Kind) -> Any:
        """The value in use."""
        return reduce(getattr, self.key, experiment)

    def change(self, value: Any) -> Tables:
        """What of an experiment's file changes if the setting has another value."""
        *tables, key = self.key
        return reduce(lambda inside, table: {table: inside}, reversed(tables), {key: value})

    def words(self, value: Any) -> str:
        """A value as a lane's title."""
        if isinstance(value, tuple):
            return self.sign + (" – ".join(map(self._one, value)) or "none")
        return self.options.get(value, value) if self.options else f"{self.sign}{value:.6g}"

    def _one(self, value: Any) -> str:
        """One layer's value."""
        return value.words if isinstance(value, ConvolutionDesign) else self.options.get(str(value), str(value))

    def offered(self, experiment: Kind) -> tuple[str, ...]:
        """Values to race against, as they are typed or chosen."""
        present = self.present(experiment)
        if self.options:
            return tuple(title for name, title in self.options.items() if name != present)
        return tuple(f"{value:.4g}" for value in self.nearby(present) if present != value <= self.most)

    def value(self, typed: str) -> Any:
        """The value that was typed or chosen, as in a file; a text that is none as it is, to be refused."""
        if self.options:
            return {title: name for name, title in self.options.items()}.get(typed, typed)
        return _number(typed)


class Width(Setting, frozen=True):
    """The width of every hidden layer."""

    def offered(self, experiment: Kind) -> tuple[str, ...]:
        present = experiment.network.counts if isinstance(experiment, Experiment) else ()
        return tuple(str(width) for width in (2, 4, 8, 16, 32) if (width,) * max(1, len(present)) != present)

    def hidden(self, experiment: Any, width: Any) -> list[Any]:
        """The hidden layers as in a file, with so many units, or channels, each."""
        layers = experiment.network.hidden or (0,)
        return [width if isinstance(layer, int) else to_builtins(layer) | {"channels": width} for layer in layers]


def _whole(value: float) -> tuple[float, ...]:
    return tuple(sorted({1, max(1, value // 4), 4 * value, 16 * value}))


def _penalties(_value: float) -> tuple[float, ...]:
    return 0.0, 0.001, 0.01, 0.1


def _titles(records: Mapping[str, Any]) -> dict[str, str]:
    return {name: record.title for name, record in records.items()}


_OF_NETWORKS = (
    Setting("Learning rate", ("training", "learning_rate"), "η = ", most=1000.0),
    Setting("Optimizer", ("training", "optimizer"), options=_titles(OPTIMIZERS)),
    Setting("Activation", ("network", "activation"), options=_titles(ACTIVATIONS)),
    Width("Width of the hidden layers", ("network", "hidden"), "hidden "),
    Setting("Batch size", ("training", "batch_size"), "batch ", nearby=_whole),
    Setting("Penalty L2", ("training", "l2"), "λ₂ = ", nearby=_penalties),
    Setting("Penalty L1", ("training", "l1"), "λ₁ = ", nearby=_penalties),
    Setting("Initializer", ("network", "initializer"), options=_titles(INITIALIZERS)),
)
_OF_MEMORIES = (
    Setting("Learning rate", ("learning_rate",), "η = ", most=10.0),
    Setting("Units with gates", ("cell",), options={"recurrent": "recurrent", "lstm": "LSTM"}),
    Setting("Units", ("units",), "units ", nearby=lambda _value: (4, 8, 16, 32)),
    Setting("Length T", ("length",), "T = ", nearby=lambda _value: (5, 10, 15, 20, 30, 50)),
    Setting("Forget bias", ("forget_bias",), "forget bias ", nearby=lambda _value: (0, 1, 2, 3, 5)),
    Setting("Batch size", ("batch_size",), "batch ", nearby=_whole),
    Setting("Task", ("task",), options={task.name: task.title for task in TASKS.values()}),
)
SETTINGS: Mapping[str, tuple[Setting, ...]] = {NETWORK: _OF_NETWORKS, "memory": _OF_MEMORIES}
"""The settings in which experiments of a kind can race, in the order to offer them; the learning rate first."""


def settings_of(experiment: Kind) -> tuple[Setting, ...]:
    """The settings of an experiment's kind; none if nothing of that kind can race."""
    return SETTINGS.get(name_of(experiment), ())


def fork(moment: Moment, factor: float = 10.0) -> Race:
    """Two ways on from a moment: as it was going, and with another learning rate.

    Both lanes start from the moment; what an optimizer of a network remembers, they begin anew.

    Parameters
    ----------
    factor : float
        How many times as high the second lane's learning rate is, as far as that is allowed.
    """
    base = moment.as_resumed()
    rate = settings_of(base)[0]
    race = against(base, rate, [f"{min(rate.most, factor * rate.present(base)):.6g}"])
    return structs.replace(race, by="step")


def against(experiment: Kind, setting: Setting, typed: Sequence[str]) -> Race:
    """A race of an experiment against itself with other values of a setting, from the same first weights.

    Weights are others where the shapes are.

    Parameters
    ----------
    typed : sequence of str
        One to three values, as they were typed or chosen.

    Raises
    ------
    InputError
        One line that says which value cannot be raced against, and what is allowed.
    """
    if not 1 <= len(typed) <= MOST_RIVALS:
        raise InputError(f"{len(typed)} values of {setting.title} are given; allowed: 1 to {MOST_RIVALS}")
    changes = [_change(experiment, setting, value) for value in typed]
    race = Race(base=experiment, lanes=tuple(Lane(title="-", change=change) for change in ({}, *changes)))
    values = [setting.present(one) for one in race.experiments]
    titles = [_title(setting, one) for one in race.experiments]
    for number, value in enumerate(values):
        if value in values[:number]:
            raise InputError(f"{setting.words(value)} is there twice; allowed: values that differ")
    lanes = zip(race.lanes, titles, strict=True)
    return structs.replace(race, lanes=tuple(structs.replace(lane, title=title) for lane, title in lanes))


def _title(setting: Setting, experiment: Kind) -> str:
    """The value that a lane's network has, and where it is an optimizer with momentum, how much."""
    words = setting.words(setting.present(experiment))
    if not isinstance(experiment, Experiment) or setting.key[-1] != "optimizer":
        return words
    training = experiment.training
    return f"{words} {training.momentum:g}" if OPTIMIZERS[training.optimizer].uses_momentum else words


def _change(experiment: Kind, setting: Setting, typed: str) -> Tables:
    """What of the experiment's file a typed value changes."""
    value = setting.value(typed)
    change = setting.change(value)
    if isinstance(setting, Width):  # weights of a file would not fit
        change = merged(setting.change(setting.hidden(experiment, value)), {"training": {"start": ""}})
    if isinstance(experiment, Experiment) and setting.key[-1] == "optimizer" and not experiment.training.momentum:
        change["training"]["momentum"] = _USUAL_MOMENTUM  # without any, all with momentum would be SGD
    try:
        changed(experiment, change)
    except InputError as error:
        raise InputError(f"{setting.title}: {str(error).partition(': ')[2]}") from None
    return change


def _number(typed: str) -> float | str:
    """A typed number, with a decimal point or comma; the text itself if it is none, for the schema to refuse."""
    try:
        number = float(typed.replace(",", "."))
    except ValueError:
        return typed
    return int(number) if number.is_integer() else number
