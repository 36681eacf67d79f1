"""What the training thread can be told."""

from dataclasses import dataclass

from nnviz.experiment.kind import Kind
from nnviz.experiment.moment import Moment
from nnviz.experiment.scene import Lens


@dataclass(frozen=True, eq=False)
class Load:
    """Begin an experiment; with the weights of ``moment`` if one is given and they fit.

    ``fit`` lets output and loss follow the data where they do not suit them.
    """

    experiment: Kind
    moment: Moment | None = None
    fit: bool = False


@dataclass(frozen=True)
class Tune:
    """Go on with other training settings."""

    experiment: Kind


@dataclass(frozen=True)
class Play:
    """Train until told otherwise."""


@dataclass(frozen=True)
class Pause:
    """Stop training."""


@dataclass(frozen=True)
class Advance:
    """Take so many steps, or finish so many epochs, then pause."""

    steps: int = 0
    epochs: int = 0


@dataclass(frozen=True)
class Pace:
    """Train at so many steps a second; as fast as it goes if None."""

    steps_per_second: float | None


@dataclass(frozen=True, eq=False)
class Seek:
    """Go to a kept moment, or from it to a step after it, and pause there."""

    moment: Moment
    step: int


@dataclass(frozen=True)
class SetParameter:
    """Set a weight by hand, or with ``source`` None a bias; all counted from 0."""

    layer: int
    unit: int
    source: int | None
    value: float


@dataclass(frozen=True)
class Look:
    """Say what of a snapshot is looked at, and how closely."""

    lens: Lens


@dataclass(frozen=True)
class Quit:
    """End the thread."""


Command = Load | Tune | Play | Pause | Advance | Pace | Seek | SetParameter | Look | Quit
