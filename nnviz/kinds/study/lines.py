"""A study as lines: a measure against one thing that varies, or what it takes of it until a level is reached."""

from math import inf, nan
from typing import NamedTuple

import numpy as np

from nnviz.data.dataset import FloatArray
from nnviz.kinds.study.factors import Axis
from nnviz.kinds.study.measures import MEASURES
from nnviz.kinds.study.schema import Study
from nnviz.kinds.study.snapshot import StudySnapshot
from nnviz.kinds.study.spread import Quartiles, quartiles, slopes
from nnviz.numerals import tick

NearestVariant = tuple[int, int]
"""A variant and one of its seeds, both counted from 0."""


class StudyLine(NamedTuple):
    """One line.

    Parameters
    ----------
    name : str
        What its networks have in common.
    columns : tuple of arrays, shape (seeds done,)
        For each place along the axis, what was found of the seeds.
    least : float or None
        From which value on a seed is counted, if it is the counted ones' share that matters.
    """

    name: str
    columns: tuple[FloatArray, ...]
    least: float | None = None

    @property
    def summary(self) -> tuple[Quartiles, ...]:
        """Lower quartile, median and upper quartile at each place; of counted seeds thrice their share."""
        if self.least is None:
            return tuple(map(quartiles, self.columns))
        shares = (float((column >= self.least).mean()) if len(column) else nan for column in self.columns)
        return tuple((share, share, share) for share in shares)

    def slope(self, axis: Axis) -> Quartiles:
        """Quartiles and median over seeds of the slope of log value on log place; NaN where there is none."""
        return quartiles(slopes(axis.at, self.columns) if axis.is_apart else np.empty(0))


def axis_of(study: Study) -> Axis:
    """What the lines stand against."""
    return study.axes[0 if study.level is None else 1]


def line_names(study: Study) -> tuple[str, ...]:
    """What the lines are called; one without a name if all is in one."""
    _, *others = study.axes if study.level is None else study.axes[1:]
    return others[0].names if others else ("",)


def lines_of(snapshot: StudySnapshot) -> tuple[StudyLine, ...]:
    """The lines as far as they are known, in the order of `line_names`."""
    study = snapshot.experiment
    columns = snapshot.values
    if study.level is not None:
        first = study.axes[0]
        each = [columns[k : k + len(first.at)] for k in range(0, len(columns), len(first.at))]
        columns = tuple(needed(first.at, part, study.level, rises=snapshot.of.is_share) for part in each)
    count, names = len(axis_of(study).at), line_names(study)
    least = study.success if study.is_counted else None
    return tuple(StudyLine(name, columns[k * count : (k + 1) * count], least) for k, name in enumerate(names))


def needed(at: tuple[float, ...], columns: tuple[FloatArray, ...], level: float, *, rises: bool) -> FloatArray:
    """How much of what varies each seed needs until its measure comes to a level: shape (seeds done everywhere,).

    Between places it is interpolated on their logarithms where these are positive; infinite if it never does.

    Parameters
    ----------
    at : tuple of float
        The places, one for each column.
    rises : bool
        Whether more is better: it comes to the level from below.
    """
    order = np.argsort(at)
    done = min(map(len, columns))
    table = np.array([columns[k][:done] for k in order])
    gain = (table - level) * (1.0 if rises else -1.0)
    places = np.array(at)[order]
    is_log = bool(places[0] > 0.0)
    scale = np.log(places) if is_log else places
    found = [_crossing(scale, gain[:, seed]) for seed in range(done)]
    return np.array([np.exp(x) if is_log else x for x in found])


def _crossing(places: FloatArray, gain: FloatArray) -> float:
    """Where a gain first is not negative, between places by the straight line; the first place if it begins so."""
    reached = np.flatnonzero(gain >= 0.0)
    if not len(reached):
        return inf
    k = int(reached[0])
    if k == 0 or not np.isfinite(gain[k - 1]):
        return float(places[k])
    share = -gain[k - 1] / (gain[k] - gain[k - 1])
    return float(places[k - 1] + share * (places[k] - places[k - 1]))


def line_measure(study: Study) -> str:
    """What the lines show, in words."""
    title = MEASURES[study.measure].title
    if study.level is None:
        return title
    is_share = MEASURES[study.measure].is_share
    sign, level = ("≥", f"{100 * study.level:g} %") if is_share else ("≤", f"{study.level:g}")
    return f"{study.axes[0].title} needed: {title} {sign} {level}"


def needed_text(study: Study, value: float) -> str:
    """What it takes to come to the level, to be read; more than the most that was tried if it never did."""
    if np.isnan(value):
        return "—"
    return f"> {tick(max(study.axes[0].at))}" if np.isinf(value) else tick(value, 3)


def variant_at(snapshot: StudySnapshot, line: int, place: int) -> NearestVariant | None:
    """The network in the middle of a line's point; where a level is sought, of what first comes to it."""
    study = snapshot.experiment
    number = line * len(axis_of(study).at) + place
    if study.level is None:
        return _middle(number, snapshot.values[number])
    first = study.axes[0].at
    low = number * len(first)
    found = lines_of(snapshot)[line].summary[place][1]
    later = [k for k in range(len(first)) if first[k] >= found] or [len(first) - 1]
    variant = low + min(later, key=lambda k: first[k])
    return _middle(variant, snapshot.values[variant])


def _middle(variant: int, values: FloatArray) -> NearestVariant | None:
    if not len(values):
        return None
    order = np.argsort(np.where(np.isnan(values), inf, values), kind="stable")
    return variant, int(order[len(values) // 2])
