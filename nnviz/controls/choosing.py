"""Other data, as values: what of the former settings still holds for them."""

import numpy as np
from msgspec import structs

from nnviz.controls.brushes import Drawable
from nnviz.controls.inputs import InputNames, normal_features
from nnviz.data.catalogue import CATALOGUE
from nnviz.data.dataset import Dataset
from nnviz.data.source import MAX_CLASSES
from nnviz.experiment.experiment import Data

DrawnPoints = tuple[tuple[float, ...], ...]

_MOST_POINTS = 10_000

_FIRST: dict[str, DrawnPoints] = {
    "drawn": ((-2.0, -2.0, 0.0), (2.0, 2.0, 1.0)),
    "curve": ((-6.0, -0.5), (-2.0, 0.8), (2.0, -0.8), (6.0, 0.5)),
}
"""What drawing begins with where there is nothing to go on from: without points nothing can be learned."""


def input_count(data: Data, dataset: Dataset | None) -> int:
    """How many inputs the data has; of a table that has not been read, none."""
    if data.file:
        return len(dataset.input_names) if dataset else 0
    source = CATALOGUE[data.name]
    return data.bits if "bits" in source.options else source.features


def with_source(data: Data, name: str, dataset: Dataset | None) -> Data:
    """A data set of the catalogue instead; by hand, one draws on from the samples there are."""
    chosen = structs.replace(data, name=name, file="", target="", task="auto", axes=())
    if name in _FIRST and not _are_like(data.points, _FIRST[name]):
        chosen = structs.replace(chosen, points=_begun(name, dataset))
    return structs.replace(chosen, features=normal_features(data.features, input_count(chosen, None)))


def with_target(data: Data, target: str) -> Data:
    """Another column to predict; what was said about inputs held for other inputs."""
    return structs.replace(data, target=target, axes=(), features=())


def with_bits(data: Data, bits: int) -> Data:
    """A parity of so many bits."""
    return structs.replace(data, bits=bits, axes=(), features=normal_features(data.features, bits))


def target_names(data: Data, dataset: Dataset | None) -> list[tuple[str, str]]:
    """The columns of a table to choose from, as values and texts."""
    inputs: InputNames = dataset.input_names if dataset else ()
    names = [*inputs, *([data.target] if data.target and data.target not in inputs else [])]
    return [("", "last column"), *((name, name) for name in names)]


def canvas_of(data: Data, dataset: Dataset | None) -> Drawable:
    """What can be drawn by hand: points of classes in the plane, or a curve over one input."""
    if data.file:
        return "points" if dataset is not None and _is_drawable(dataset) else None
    source = CATALOGUE[data.name]
    if source.task == "regression":
        return "curve" if source.features == 1 else None
    return "points" if source.features == 2 else None


def _begun(name: str, dataset: Dataset | None) -> DrawnPoints:
    if name != "drawn" or dataset is None or not _is_drawable(dataset):
        return _FIRST[name]
    rows = np.column_stack([dataset.inputs, dataset.targets])[:_MOST_POINTS]
    return tuple(tuple(row) for row in rows.tolist())


def _are_like(points: DrawnPoints, example: DrawnPoints) -> bool:
    return bool(points) and {len(point) for point in points} == {len(example[0])}


def _is_drawable(dataset: Dataset) -> bool:
    return len(dataset.input_names) == 2 and 2 <= len(dataset.class_names) <= MAX_CLASSES
