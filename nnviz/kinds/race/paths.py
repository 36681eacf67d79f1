"""The ways of a race's lanes through the space of parameters, in one plane."""

from collections.abc import Sequence
from itertools import chain

import numpy as np

from nnviz.engine.principal import PrincipalPlane, principal_plane
from nnviz.engine.tape import Array
from nnviz.kinds.race.run import RaceSnapshot, networks_of
from nnviz.runs.history import moments_since

_CAPACITY = 128
"""Moments that a path goes through at most."""
_MOST_ROWS = 96
"""Moments of all lanes that the plane is laid through at most."""
_GROWTH = 1.1
"""How many times as many moments there must be for the plane to be laid anew."""
_WILD = 30.0
"""From how many times the median on the largest weight is that of a lane which diverges."""


class RacePaths:
    """Every lane's path in the plane of the two principal directions of all lanes' kept moments.

    Only where all lanes have networks of the same shape, whose parameters can be compared. The plane is laid
    anew now and then as the paths grow; in between, following costs two products for each new moment.

    Attributes
    ----------
    turned : int
        How often the plane has been laid anew.
    """

    def __init__(self) -> None:
        self.turned = 0
        self._kept: list[RaceSnapshot] = []
        self._places: list[Array] = []
        self._last: RaceSnapshot | None = None
        self._gap, self._wild, self._laid_through, self._comparable = 0.0, 0.0, 0, False
        self._plane: PrincipalPlane | None = None

    @property
    def paths(self) -> tuple[Array, ...]:
        """A path for each lane, shape (moments, 2); of one that diverged, as far as it was finite."""
        if not self._places:
            return ()
        places = np.stack(self._places, axis=1)
        return tuple(path[np.isfinite(path).all(axis=1)] for path in places)

    @property
    def shares(self) -> tuple[float, float]:
        """Of the variance of the moments, the shares along the plane's two directions."""
        return self._plane.shares if self._plane else (0.0, 0.0)

    def follow(self, moments: Sequence[RaceSnapshot]) -> None:
        """Add the moments of a branch that are new."""
        if not moments or moments[-1] is self._last:
            return
        news, afresh = moments_since(self._last, moments, _CAPACITY)
        if afresh:
            self._forget()
            self._comparable = comparable(moments[-1])
        for moment in news:
            self._take(moment)
        self._last = moments[-1]
        if self._comparable and len(self._kept) > _GROWTH * self._laid_through:
            self._lay()

    def places(self, moment: RaceSnapshot) -> Array:
        """Where the lanes are, shape (lanes, 2); NaN for one that has diverged."""
        if self._plane is None or not comparable(moment):
            return np.full((len(moment.lanes), 2), np.nan)
        parameters = np.stack([network.position.parameters for network in networks_of(moment)])
        if parameters.shape[1:] != self._plane.center.shape:  # of another race, whose moments are still to come
            return np.full((len(moment.lanes), 2), np.nan)
        tame = (np.abs(parameters).max(axis=1) <= self._wild)[:, None]
        return np.where(tame, (np.where(tame, parameters, 0.0) - self._plane.center) @ self._plane.axes, np.nan)

    def _take(self, moment: RaceSnapshot) -> None:
        """Keep a moment; one too close to the one before it only until the next comes."""
        if len(self._kept) > 1 and moment.step - self._kept[-2].step < self._gap:
            del self._kept[-1:], self._places[-1:]
        if len(self._kept) == _CAPACITY:
            self._kept, self._places = self._kept[::2], self._places[::2]
            self._gap = (self._kept[-1].step - self._kept[0].step) / len(self._kept)
        self._kept.append(moment)
        if self._laid_through:
            self._places.append(self.places(moment))

    def _lay(self) -> None:
        """Lay the plane through the moments kept, its axes pointing where they did before."""
        rows = [network.position.parameters for network in chain.from_iterable(map(networks_of, self._kept))]
        spread = np.stack(rows[:: len(rows) // _MOST_ROWS + 1]).astype(np.float64)
        largest = np.abs(spread).max(axis=1)  # of one that is about to diverge it may be anything
        sound = largest[np.isfinite(largest)]
        self._wild = _WILD * float(np.median(sound)) if len(sound) else 0.0
        spread = spread[largest <= self._wild]
        if len(spread) > 1:
            self._plane = principal_plane(spread.T, self._plane)
            self._laid_through = len(self._kept)
            self._places = [self.places(moment) for moment in self._kept]
            self.turned += 1

    def _forget(self) -> None:
        self._kept, self._places = [], []
        self._gap, self._laid_through, self._last, self._plane = 0.0, 0, None, None


def comparable(moment: RaceSnapshot) -> bool:
    """Whether all lanes are networks of the same shape."""
    return len({network.problem.network.layer_sizes for network in networks_of(moment)}) == 1
