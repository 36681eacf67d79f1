"""What is asked for by panels and views, as edits of the experiment."""

from msgspec.structs import replace

from nnviz.data.dataset import FloatArray
from nnviz.experiment.experiment import Data, Experiment, NetworkDesign, Training
from nnviz.experiment.fitting import fitted, resized
from nnviz.runtime.session import Session
from nnviz.window.drawing import after_stroke, can_be_drawn_on
from nnviz.window.edits import Edits


class Workbench:
    """Turns wishes into edits that make sense together."""

    def __init__(self, session: Session, edits: Edits) -> None:
        self._session, self._edits = session, edits
        self._brush: int | str | None = None

    @property
    def draws(self) -> bool:
        """Whether the pointer draws points in the plane."""
        snapshot = self._session.snapshot
        return self._brush is not None and snapshot is not None and can_be_drawn_on(snapshot.problem)

    def change_data(self, data: Data) -> None:
        """Take other data; output and loss follow if they do not suit them."""
        self._edits.change(replace(self._session.experiment, data=data), fit=True)

    def change_network(self, network: NetworkDesign) -> None:
        """Take another network."""
        self._edits.change(self._fitted(replace(self._session.experiment, network=network)))

    def change_training(self, training: Training) -> None:
        """Train otherwise."""
        self._edits.change(self._fitted(replace(self._session.experiment, training=training)))

    def go_on_gently(self) -> None:
        """Go back to before the run diverged, and on from there with a tenth of the learning rate."""
        self._session.seek_last_sound()
        training = self._session.experiment.training
        self.change_training(replace(training, learning_rate=training.learning_rate / 10))

    def resize(self, hidden: tuple[int, ...]) -> None:
        """Take hidden layers of these sizes."""
        self.change_network(resized(self._session.experiment.network, hidden))

    def take_brush(self, brush: int | str | None) -> None:
        """Draw points of a class, erase them, or do neither."""
        self._brush = brush

    def draw(self, stroke: FloatArray) -> None:
        """Add or erase the points of a stroke, shape (points, 2); the weights stay as they are."""
        snapshot = self._session.snapshot
        if snapshot is None or self._brush is None or not can_be_drawn_on(snapshot.problem):
            return
        data = after_stroke(self._session.experiment.data, snapshot.problem, stroke, self._brush)
        self._edits.change(replace(self._session.experiment, data=data), fit=True, keep_weights=True)

    def _fitted(self, experiment: Experiment) -> Experiment:
        snapshot = self._session.snapshot
        if snapshot is None:
            return experiment
        return fitted(experiment, snapshot.problem.dataset.task, len(snapshot.problem.classes))
