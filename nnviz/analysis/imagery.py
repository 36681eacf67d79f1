"""Inputs that are pictures: pixels in rows, from the top."""

import re

import numpy as np

from nnviz.data.dataset import FloatArray
from nnviz.experiment.problem import Problem
from nnviz.runs.maps import Bytes

_PIXEL = re.compile(r"pixel ([0-9]+),([0-9]+)")
_MOST_IN_A_ROW = 12
INK = 254
"""Byte of a pixel that is all ink; paper is 0."""


def picture_shape(problem: Problem) -> tuple[int, int] | None:
    """Rows and columns of the pictures that a network gets; None where its inputs are none.

    Columns called ``pixel row,column``, in order, are pictures.
    """
    places = [_PIXEL.fullmatch(name) for name in problem.input_labels]
    if not places[-1]:
        return None
    rows, columns = int(places[-1][1]), int(places[-1][2])
    wanted = [(row, column) for row in range(1, rows + 1) for column in range(1, columns + 1)]
    return (rows, columns) if [place and (int(place[1]), int(place[2])) for place in places] == wanted else None


def cells_shape(problem: Problem) -> tuple[int, int]:
    """Rows and columns of cells, one for each input: a picture's, a row for a few inputs, or about a square."""
    inputs = problem.network.layer_sizes[0]
    if shape := picture_shape(problem):
        return shape
    columns = inputs if inputs <= _MOST_IN_A_ROW else int(np.ceil(np.sqrt(inputs)))
    return -(-inputs // columns), columns


def pictures(problem: Problem, inputs: FloatArray) -> Bytes:
    """Pictures of inputs as the network gets them, shape (samples, inputs): bytes (samples, rows, columns).

    From paper, 0, to ink, 254.
    """
    rows, columns = picture_shape(problem) or cells_shape(problem)
    pixels = raw_inputs(problem, inputs)
    shades = np.nan_to_num(np.clip(pixels, 0.0, 1.0)) * INK + 0.5
    return shades.astype(np.uint8).reshape(-1, rows, columns)


def raw_inputs(problem: Problem, inputs: FloatArray) -> FloatArray:
    """Inputs of the network as they were before they were standardized."""
    scaling = problem.standardization
    return inputs if scaling is None else inputs * scaling.scale + scaling.mean
