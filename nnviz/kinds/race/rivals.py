"""What a network can be raced against: itself with another value of one setting."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from msgspec import Struct, structs, to_builtins

from nnviz.engine.activations import ACTIVATIONS
from nnviz.engine.network import INITIALIZERS
from nnviz.engine.optimizers import OPTIMIZERS
from nnviz.errors import InputError
from nnviz.experiment.change import Tables, changed
from nnviz.experiment.experiment import ConvolutionDesign, Experiment
from nnviz.kinds.race.schema import Lane, Race

MOST_RIVALS = 3
_USUAL_MOMENTUM = 0.9


class Setting(Struct, frozen=True):
    """A setting in which the networks of a race differ.

    Parameters
    ----------
    title : str
    key : str
        Table and key of the experiment's file.
    sign : str
        What stands before a value in a lane's title.
    options : mapping of name to title
        The values that there are; empty for numbers.
    nearby : callable
        Numbers to offer beside one that is in use.
    """

    title: str
    key: tuple[str, str]
    sign: str = ""
    options: Mapping[str, str] = {}
    nearby: Callable[[float], Sequence[float]] = lambda value: (10 * value, value / 10, 3 * value, value / 3)

    def present(self, experiment: Experiment) -> Any:
        """The value in use."""
        table, key = self.key
        return getattr(getattr(experiment, table), key)

    def words(self, value: Any) -> str:
        """A value as a lane's title."""
        if isinstance(value, tuple):
            return self.sign + (" – ".join(map(self._one, value)) or "none")
        return self.options.get(value, value) if self.options else f"{self.sign}{value:.6g}"

    def _one(self, value: Any) -> str:
        """One layer's value."""
        return value.words if isinstance(value, ConvolutionDesign) else self.options.get(str(value), str(value))

    def offered(self, experiment: Experiment) -> tuple[str, ...]:
        """Values to race against, as they are typed or chosen."""
        present = self.present(experiment)
        if self.options:
            return tuple(title for name, title in self.options.items() if name != present)
        return tuple(f"{value:.4g}" for value in self.nearby(present) if value != present)

    def value(self, typed: str) -> Any:
        """The value that was typed or chosen, as in a file; a text that is none as it is, to be refused."""
        if self.options:
            return {title: name for name, title in self.options.items()}.get(typed, typed)
        return _number(typed)


class Width(Setting, frozen=True):
    """The width of every hidden layer."""

    def offered(self, experiment: Experiment) -> tuple[str, ...]:
        present = experiment.network.counts
        return tuple(str(width) for width in (2, 4, 8, 16, 32) if (width,) * max(1, len(present)) != present)

    def hidden(self, experiment: Experiment, width: Any) -> list[Any]:
        """The hidden layers as in a file, with so many units, or channels, each."""
        layers = experiment.network.hidden or (0,)
        return [width if isinstance(layer, int) else to_builtins(layer) | {"channels": width} for layer in layers]


def _whole(value: float) -> tuple[float, ...]:
    return tuple(sorted({1, max(1, value // 4), 4 * value, 16 * value}))


def _penalties(_value: float) -> tuple[float, ...]:
    return 0.0, 0.001, 0.01, 0.1


def _titles(records: Mapping[str, Any]) -> dict[str, str]:
    return {name: record.title for name, record in records.items()}


SETTINGS = (
    Setting("Learning rate", ("training", "learning_rate"), "η = "),
    Setting("Optimizer", ("training", "optimizer"), options=_titles(OPTIMIZERS)),
    Setting("Activation", ("network", "activation"), options=_titles(ACTIVATIONS)),
    Width("Width of the hidden layers", ("network", "hidden"), "hidden "),
    Setting("Batch size", ("training", "batch_size"), "batch ", nearby=_whole),
    Setting("Penalty L2", ("training", "l2"), "λ₂ = ", nearby=_penalties),
    Setting("Penalty L1", ("training", "l1"), "λ₁ = ", nearby=_penalties),
    Setting("Initializer", ("network", "initializer"), options=_titles(INITIALIZERS)),
)
"""Every setting in which networks can race, in the order in which they are offered."""


def against(experiment: Experiment, setting: Setting, typed: Sequence[str]) -> Race:
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


def _title(setting: Setting, experiment: Experiment) -> str:
    """The value that a lane's network has, and where it is an optimizer with momentum, how much."""
    words, training = setting.words(setting.present(experiment)), experiment.training
    has_momentum = setting.key[1] == "optimizer" and OPTIMIZERS[training.optimizer].uses_momentum
    return f"{words} {training.momentum:g}" if has_momentum else words


def _change(experiment: Experiment, setting: Setting, typed: str) -> Tables:
    """What of the experiment's file a typed value changes."""
    table, key = setting.key
    value = setting.value(typed)
    change: Tables = {table: {key: value}}
    if isinstance(setting, Width):  # weights of a file would not fit
        change = {table: {key: setting.hidden(experiment, value)}, "training": {"start": ""}}
    if key == "optimizer" and not experiment.training.momentum:  # without any, all with momentum would be SGD
        change["training"]["momentum"] = _USUAL_MOMENTUM
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
