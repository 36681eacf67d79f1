"""What is to be learned: an experiment's data, made, split, scaled and encoded for its network."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import cache, cached_property

import numpy as np
from msgspec import structs

from nnviz.data.dataset import Dataset, FloatArray, Standardization
from nnviz.data.features import FEATURES, Projection, engineer, label_of
from nnviz.data.messages import shown
from nnviz.data.pictures import PictureFormat, Setting, picture_format, setting_of, shifted
from nnviz.engine.network import Network
from nnviz.errors import InputError
from nnviz.experiment.architecture import network_of
from nnviz.experiment.change import DataGoal, fitted
from nnviz.experiment.experiment import Data, Experiment
from nnviz.experiment.obtaining import divided, obtain, obtained_once, without_noise
from nnviz.experiment.samples import Rows, Samples, encode_targets, samples_of, scaled, taken
from nnviz.experiment.tables import as_read
from nnviz.progress import go_on

_LABELS = 1
"""What tells random labels' generator from the samples'."""
_MOST_MEASURED = 500
"""Training samples by which it is found out whether inputs are pixels; of more, the first, in random order."""


@dataclass(frozen=True, eq=False)
class Problem:
    """Training and test samples, and the network that is to learn them.

    Parameters
    ----------
    projection : Projection
        How inputs are drawn in the plane.
    features : tuple of str
        Engineered inputs; empty for the data's own.
    train, test : Samples
        The values of a regression are standardized when the inputs are.
    input_labels : tuple of str
        One for each input of the network.
    shift : int
        Pixels by which the test pictures are moved: all to the left, then all to the right.
    """

    dataset: Dataset
    projection: Projection
    features: tuple[str, ...]
    standardization: Standardization | None
    train: Samples
    test: Samples
    network: Network
    input_labels: tuple[str, ...]
    shift: int = 0

    @property
    def flat(self) -> bool:
        """Whether the data has one input: it is drawn as a curve, not over a plane."""
        return len(self.dataset.input_names) == 1

    @property
    def classes(self) -> tuple[str, ...]:
        """Names of the classes; empty for regression."""
        return self.dataset.class_names

    @property
    def gives_back(self) -> bool:
        """Whether the inputs themselves are what is to be learned, as of an autoencoder."""
        return self.dataset.targets is self.dataset.inputs

    @property
    def labels(self) -> tuple[str, ...]:
        """Names of the classes that samples have, though these may not be what is to be learned."""
        return self.classes or self.dataset.label_names

    @cached_property
    def extent(self) -> tuple[float, float, float, float]:
        """The part of the plane that is drawn: x_min, x_max, y_min, y_max."""
        return self.projection.extent(np.concatenate([self.train.points, self.test.points]))

    @cached_property
    def picture(self) -> PictureFormat | None:
        """How the inputs are pixels of a picture; None where they are none."""
        if self.features:
            return None
        return picture_format(self.input_labels, self._measured)

    @cached_property
    def picture_setting(self) -> Setting:
        """How the pictures stand in their frame.

        Raises
        ------
        ValueError
            The inputs are no pictures.
        """
        if self.picture is None:
            raise ValueError("the inputs are no pictures")
        return setting_of(self.picture.shares(self._measured))

    @property
    def _measured(self) -> FloatArray:
        return self.dataset.inputs.take(self.train.rows[:_MOST_MEASURED], 0)

    def with_drawn(self, points: FloatArray, classes: Rows) -> "Problem":
        """The same plane with these samples in place of its own, to be seen though they may be too few to learn.

        Parameters
        ----------
        points : array, shape (samples, 2)
        classes : array of int, shape (samples,)
        """
        known = self.classes
        names = (*known, *map(str, range(len(known), int(classes.max(initial=0)) + 1)))
        drawn = Samples(points, points, np.empty((len(points), 0)), classes, np.arange(len(points)))
        none = Samples(points[:0], points[:0], drawn.targets[:0], classes[:0], drawn.rows[:0])
        return replace(self, dataset=replace(self.dataset, class_names=names), train=drawn, test=none)

    @property
    def notes(self) -> tuple[str, ...]:
        """What a person should be told about the data, and about how they are split."""
        present = set() if self.train.classes is None else set(self.train.classes.tolist())
        lacking = [name for index, name in enumerate(self.classes) if index not in present]
        absent = (f"no training sample of {', '.join(map(shown, lacking[:4]))}",) if lacking else ()
        is_divided = self.dataset.packed and self.classes and len(self.test)
        shares = ("rows are divided in the shares of the classes",) if is_divided else ()
        return (*self.dataset.notes, *shares, *absent)

    def as_read(self, data: Data) -> Data:
        """The experiment's data with all that was found out about their table, which is then read alike again."""
        return as_read(data, self.dataset.found)

    def steps_an_epoch(self, batch_size: int) -> int:
        """Batches in one pass over the training samples, a short last one included."""
        return -(-len(self.train) // batch_size)

    def with_random_labels(self, seed: int) -> "Problem":
        """The same with the targets of the training samples dealt out anew; the seed is that of the data."""
        order = np.random.default_rng((seed, _LABELS)).permutation(len(self.train))
        train, points = self.train, self.train.points.copy()
        targets, classes = train.targets.take(order, 0), train.classes
        if self.flat:
            points[:, 1] = targets[:, 0]
        return replace(
            self,
            train=structs.replace(
                train, points=points, targets=targets, classes=None if classes is None else classes.take(order)
            ),
        )

    def network_inputs(self, inputs: FloatArray) -> FloatArray:
        """What the network gets for inputs (n, features of the data): engineered, then standardized."""
        return scaled(engineer(inputs, self.features) if self.features else inputs, self.standardization)


def prepare(experiment: Experiment) -> Problem:
    """Make an experiment's data and network.

    Raises
    ------
    InputError
        The data cannot be had, or does not fit the network.
    """
    return _pose(experiment, *obtain(experiment.data))


def prepare_each(experiments: Iterable[Experiment]) -> tuple[Problem, ...]:
    """The same for several experiments; samples that more than one learns are obtained once."""
    obtained = cache(obtain)
    return tuple(_pose(experiment, *obtained_once(experiment.data, obtained)) for experiment in experiments)


def prepare_fitted(experiment: Experiment, before: DataGoal | None) -> tuple[Experiment, Problem]:
    """The same, with output and loss made to suit the data, which they may not after a change of data.

    ``before`` is what the former data asked for.
    """
    dataset, rng = obtain(experiment.data)
    pictures = _picture(experiment.data, dataset, np.arange(len(dataset.inputs))) is not None
    experiment = fitted(experiment, dataset.task, len(dataset.class_names), before, pictures=pictures)
    return experiment, _pose(experiment, dataset, rng)


def _pose(experiment: Experiment, dataset: Dataset, rng: np.random.Generator) -> Problem:
    data = experiment.data
    require_fit(experiment, dataset)
    chosen, held_out = divided(data, dataset, rng)
    if not data.test_noise:
        dataset = without_noise(data, dataset, held_out)
    go_on("Preparing the data")
    features = engineered(data, dataset)
    computed = engineer(dataset.inputs, features) if features else dataset.inputs
    standardization = Standardization.fit(taken(computed, chosen)) if data.standardize else None
    inputs = tuple(scaled(taken(computed, rows), standardization) for rows in (chosen, held_out))
    targets = _targets(experiment, dataset, chosen)
    projection = _projection(data, dataset, standardization)
    points = projection.project(dataset.inputs)
    if dataset.inputs.shape[1] == 1:
        points[:, 1] = scaled(computed, standardization)[:, 0] if targets is None else targets[:, 0]
    train, test = (
        samples_of(dataset, rows, points, its_inputs, its_inputs if targets is None else targets.take(rows, 0))
        for rows, its_inputs in zip((chosen, held_out), inputs, strict=True)
    )
    picture = _picture(data, dataset, chosen)
    problem = Problem(
        dataset,
        projection,
        features,
        standardization,
        train,
        test,
        network_of(experiment, train.inputs.shape[1], train.targets.shape[1], picture.shape if picture else None),
        tuple(map(label_of, features or dataset.input_names)),
    )
    problem = with_shifted_tests(problem, data.shift)
    return problem.with_random_labels(data.seed) if data.random_labels else problem


def _picture(data: Data, dataset: Dataset, rows: Rows) -> PictureFormat | None:
    """How the inputs are pictures, as some of the samples tell; None where they are none."""
    if engineered(data, dataset):
        return None
    names = tuple(map(label_of, dataset.input_names))
    return picture_format(names, dataset.inputs.take(rows[:_MOST_MEASURED], 0))


def with_shifted_tests(problem: Problem, by: int) -> Problem:
    """The same, with each test picture twice: so many pixels to the left, and to the right; with 0 once, as it is.

    Raises
    ------
    InputError
        The inputs are no pictures.
    """
    if by == problem.shift:
        return problem
    picture, test, dataset = problem.picture, problem.test, problem.dataset
    if picture is None:
        raise InputError("data.shift: the inputs are no pictures, which alone can be shifted; allowed: 0")
    once = len(test) // (2 if problem.shift else 1)
    rows, moves = test.rows[:once], (-by, by) if by else (0,)
    pixels = np.concatenate([shifted(dataset.inputs.take(rows, 0), picture, move) for move in moves])
    inputs = problem.network_inputs(pixels)
    each = np.tile(np.arange(once), len(moves))
    moved = Samples(
        problem.projection.project(pixels),
        inputs,
        inputs if problem.gives_back else test.targets[each],
        None if test.classes is None else test.classes[each],
        test.rows[each],
        None if test.known is None else test.known[each],
    )
    return replace(problem, test=moved, shift=by)


def _targets(experiment: Experiment, dataset: Dataset, chosen: Rows) -> FloatArray | None:
    """Targets of all samples, values standardized where inputs are; None where they are the inputs."""
    if experiment.data.is_onto_itself:
        return None
    targets = encode_targets(dataset, experiment.network.output)
    if dataset.class_names or not experiment.data.standardize:
        return targets
    return Standardization.fit(targets.take(chosen, 0)).apply(targets)


def require_fit(experiment: Experiment, dataset: Dataset) -> None:
    """Refuse what is for classes only where there are values to predict."""
    if dataset.task == "classification":
        return
    if experiment.network.output == "softmax":
        raise InputError(
            "network.output: softmax is for classes, this data has values; allowed: identity, tanh, sigmoid"
        )
    if experiment.training.loss == "cross_entropy":
        raise InputError(
            "training.loss: cross_entropy is for classes, this data has values; allowed: squared_error"
        )


def engineered(data: Data, dataset: Dataset) -> tuple[str, ...]:
    """Names of the features to compute; none if the inputs are taken as they are."""
    as_they_are = tuple(FEATURES)[: dataset.inputs.shape[1]] if dataset.inputs.shape[1] <= 2 else ()
    return () if data.features in {(), as_they_are} else data.features


def _projection(data: Data, dataset: Dataset, standardization: Standardization | None) -> Projection:
    """The plane through the inputs; its principal components are those of what the network gets."""
    names = dataset.input_names
    if data.axes:
        right, up = (_column(names, axis) for axis in data.axes)
        return Projection.columns(dataset.inputs, right, up, names)
    if len(names) <= 2:
        return Projection.identity(names)
    if dataset.whole:
        return Projection.of_bits(len(names))
    return Projection.principal(dataset.inputs, standardization.scale if standardization else 1.0)


def _column(names: tuple[str, ...], axis: str) -> int:
    if axis not in names:
        raise InputError(f"data.axes: no input is called {axis!r}; allowed: {', '.join(names[:10])}")
    return names.index(axis)
