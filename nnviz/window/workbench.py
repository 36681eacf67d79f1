"""What is asked for by panels and views, as edits of the experiment."""

from collections.abc import Callable

from msgspec.structs import replace

from nnviz.controls.brushes import Brush
from nnviz.data.dataset import FloatArray
from nnviz.experiment.experiment import Data, Experiment, HiddenActivation, NetworkDesign, Training
from nnviz.experiment.fitting import fitted, resized
from nnviz.runs.snapshot import Snapshot
from nnviz.runtime.session import Session
from nnviz.window.drawing import after_stroke, can_draw
from nnviz.window.edits import Edits


class Workbench:
    """Turns wishes into edits that make sense together.

    ``brush`` tells which one is taken up.
    """

    def __init__(self, session: Session, edits: Edits, brush: Callable[[], Brush]) -> None:
        self._session, self._edits, self._brush = session, edits, brush

    @property
    def draws(self) -> bool:
        """Whether the pointer draws."""
        snapshot = self._session.snapshot
        return isinstance(snapshot, Snapshot) and can_draw(self._brush(), snapshot.problem)

    def change_data(self, data: Data) -> None:
        """Take other data; output and loss follow if they do not suit them."""
        training = replace(self._session.experiment.training, start="")  # other data need other weights
        self._edits.change(replace(self._session.experiment, data=data, training=training), fit=True)

    def change_network(self, network: NetworkDesign) -> None:
        """Take another network."""
        experiment = self._session.experiment
        training = experiment.training
        if network.hidden != experiment.network.hidden:  # weights to start from would not fit
            training = replace(training, start="")
        self._edits.change(self._fitted(replace(experiment, network=network, training=training)))

    def change_training(self, training: Training) -> None:
        """Train otherwise."""
        self._edits.change(self._fitted(replace(self._session.experiment, training=training)))

    def choose_activation(self, name: HiddenActivation) -> None:
        """Take an activation function for all hidden layers."""
        self.change_network(replace(self._session.experiment.network, activation=name))

    def go_on_gently(self) -> None:
        """Go back to before the run diverged, and on from there with a tenth of the learning rate."""
        self._session.seek_last_sound()
        training = self._session.experiment.training
        self.change_training(replace(training, learning_rate=training.learning_rate / 10))

    def fork(self) -> None:
        """Go on from here twice, side by side: as it is going, and with ten times the learning rate."""
        from nnviz.kinds.race.schema import fork  # noqa: PLC0415 - see nnviz.late

        snapshot = self._session.snapshot
        if isinstance(snapshot, Snapshot):
            self._edits.change(fork(snapshot, 10.0))

    def resize(self, hidden: tuple[int, ...]) -> None:
        """Take hidden layers of these sizes."""
        self.change_network(resized(self._session.experiment.network, hidden))

    def draw(self, stroke: FloatArray) -> None:
        """Do with a stroke, shape (points, 2), what the brush does; the weights stay as they are."""
        snapshot = self._session.snapshot
        if not isinstance(snapshot, Snapshot) or not can_draw(self._brush(), snapshot.problem):
            return
        data = after_stroke(self._session.experiment.data, snapshot.problem, stroke, self._brush())
        self._edits.change(replace(self._session.experiment, data=data), fit=True, keep_weights=True)

    def _fitted(self, experiment: Experiment) -> Experiment:
        snapshot = self._session.snapshot
        if not isinstance(snapshot, Snapshot):
            return experiment
        return fitted(experiment, snapshot.problem.dataset.task, len(snapshot.problem.classes))
