"""A study of what is on the screen: what can vary, and the study that was chosen."""

import re
from collections.abc import Sequence
from typing import Any, NamedTuple

from msgspec import structs

from nnviz.errors import InputError
from nnviz.experiment.experiment import Experiment
from nnviz.experiment.kind import NETWORK, Kind, name_of
from nnviz.experiment.problem import Problem
from nnviz.experiment.validation import check
from nnviz.kinds.race.rivals import Setting, Width, settings_of
from nnviz.kinds.study.factors import Factor
from nnviz.kinds.study.measures import GOOD, MEASURES, Measure
from nnviz.kinds.study.schema import Study

_OF_DATA = (
    Setting("Noise of the data", ("data", "noise"), nearby=lambda _value: (0.0, 0.1, 0.2, 0.3, 0.5)),
    Setting("Samples", ("data", "samples"), nearby=lambda _value: (20, 50, 100, 200, 500, 1000)),
    Setting("Part to train on", ("data", "train_fraction"), nearby=lambda _value: (0.1, 0.2, 0.5, 0.8)),
)
_BETWEEN = re.compile(r"\s*;\s*|,\s+")
"""What stands between two values: a comma alone may be a decimal one."""


def factors_of(experiment: Kind) -> tuple[Setting, ...]:
    """Every setting that can be chosen to vary, in the order in which they are offered."""
    return (*settings_of(experiment), *(_OF_DATA if name_of(experiment) == NETWORK else ()))


class Choice(NamedTuple):
    """A setting and the values that were typed for it."""

    setting: Setting
    typed: str


def usual_values(setting: Setting, experiment: Kind) -> str:
    """Values to begin with, the present one among them, as they are typed."""
    if setting.options:
        return "; ".join(setting.options.values())
    offered = {_as_number(text) for text in setting.offered(experiment)}
    present = setting.present(experiment)
    present = present[0] if isinstance(present, tuple) and present else present
    return "; ".join(
        f"{value:g}" for value in sorted(offered | ({present} if isinstance(present, int | float) else set()))
    )


def measures_for(experiment: Kind, problem: Problem | None) -> tuple[Measure, ...]:
    """What can be measured of an experiment; the problem is that of a network."""
    return tuple(m for m in MEASURES.values() if m.suits(experiment, problem))


def study_of(
    experiment: Kind, choices: Sequence[Choice], seeds: int, epochs: int, measure: str, *, own_data: bool
) -> Study:
    """The study of an experiment in which the chosen settings vary, from its first weights on.

    Raises
    ------
    InputError
        One line that says which value makes no sense, and what is allowed.
    """
    keys = [choice.setting.key for choice in choices]
    if len(set(keys)) != len(keys):
        raise InputError(f"{choices[0].setting.title} is there twice; allowed: two settings that differ")
    base = _unlearned(experiment)
    study = Study(
        base=base,
        vary=tuple(_factor(choice, base) for choice in choices),
        seeds=seeds,
        epochs=epochs,
        measure=measure,
        success=1.0 if isinstance(base, Experiment) else GOOD,
        own_data=own_data,
    )
    check(study)
    return study


def _unlearned(experiment: Kind) -> Kind:
    """The experiment without what was learned before."""
    if isinstance(experiment, Experiment):
        return structs.replace(experiment, training=structs.replace(experiment.training, start=""))
    return structs.replace(experiment, weights=(), trained=0)


def _factor(choice: Choice, experiment: Kind) -> Factor:
    setting = choice.setting
    typed = [text for text in _BETWEEN.split(choice.typed.strip()) if text]
    if not typed:
        raise InputError(f"{setting.title}: no values; allowed: some, with semicolons between them")
    values: list[Any] = list(dict.fromkeys(setting.value(text) for text in typed))
    if isinstance(setting, Width):
        values = [setting.hidden(experiment, value) for value in values]
    return Factor(key=".".join(setting.key), title=setting.title, values=tuple(values))


def _as_number(text: str) -> float:
    return float(text.replace(",", ""))
