"""What the training thread can be told."""

from collections.abc import Callable

from msgspec import Struct, field

from nnviz.experiment.kind import Kind
from nnviz.progress import Work
from nnviz.runs.moment import Moment
from nnviz.runs.run import Run
from nnviz.runs.scene import Lens
from nnviz.runs.timeline import Timeline


class Load(Struct, frozen=True, eq=False):
    """Begin an experiment; with the weights of ``moment`` if one is given and they fit.

    ``fit`` lets output and loss follow the data where they do not suit them. ``run`` is the experiment's if it has
    been begun: the thread takes it over, and nobody else touches it any more. ``past`` moves the run to the
    moment saved in a document, and returns the saved timeline. ``returns`` says that the moment is one of the
    experiment's own, which the run goes back to on the data that it had then. ``work`` is how whoever waits sees
    it, and may give it up.
    """

    experiment: Kind
    moment: Moment | None = None
    fit: bool = False
    run: Run | None = None
    past: Callable[[Run], Timeline] | None = None
    returns: bool = False
    work: Work = field(default_factory=Work)


class Tune(Struct, frozen=True):
    """Go on with other training settings."""

    experiment: Kind


class Play(Struct, frozen=True):
    """Train until told otherwise."""


class Pause(Struct, frozen=True):
    """Stop training."""


class Advance(Struct, frozen=True):
    """Take so many steps, or finish so many epochs, then pause."""

    steps: int = 0
    epochs: int = 0


class Pace(Struct, frozen=True):
    """Train at so many steps a second; as fast as it goes if None."""

    steps_per_second: float | None


class Seek(Struct, frozen=True, eq=False):
    """Go to a kept moment, or from it to a step after it, and pause there."""

    moment: Moment
    step: int


class SetParameter(Struct, frozen=True):
    """Set a weight by hand, or with ``source`` None a bias; all counted from 0."""

    layer: int
    unit: int
    source: int | None
    value: float


class Look(Struct, frozen=True):
    """Say what of a snapshot the visible views need."""

    lens: Lens


class Quit(Struct, frozen=True):
    """End the thread."""


SessionCommand = Load | Tune | Play | Pause | Advance | Pace | Seek | SetParameter | Look | Quit
