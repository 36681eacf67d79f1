"""What is said of a window: whose picture it is on, its sum, and what of the map goes on."""

import numpy as np

from nnviz.analysis.convolution import ConvolutionPicture, Place, patch, samples_shown
from nnviz.data.dataset import FloatArray
from nnviz.drawing.sample_pictures import name_of
from nnviz.drawing.words import Wordings
from nnviz.engine.convolution import Convolution
from nnviz.engine.outputs import SOFTMAX, predicted_class
from nnviz.experiment.problem import Problem
from nnviz.numerals import short
from nnviz.runs.beginning import draw
from nnviz.runs.snapshot import Snapshot


def filters_of(snapshot: Snapshot, layer: int) -> FloatArray:
    """Weights of a convolution, counted from 0, shape (channels, maps below, window, window)."""
    convolution = snapshot.problem.network.convolutions[layer]
    weights = np.asarray(snapshot.weights[layer], np.float64)
    return weights.reshape(-1, convolution.below[0], convolution.window, convolution.window)


def first_filters_of(snapshot: Snapshot, layer: int) -> FloatArray:
    """The same as they were drawn, before anything was learned."""
    rng = np.random.default_rng(snapshot.experiment.training.seed)
    first = draw(snapshot.experiment, snapshot.problem, rng)
    return np.asarray(first.weights[layer], np.float64).reshape(filters_of(snapshot, layer).shape)


def sample_words(problem: Problem, found: ConvolutionPicture) -> Wordings:
    """Which sample it is, and how far it was moved."""
    samples, shift = samples_shown(problem), found.shift
    side = "right" if shift > 0 else "left"
    moved = f", moved {abs(shift)} pixel{'s' if abs(shift) > 1 else ''} to the {side}" if shift else ""
    kind = "test" if len(problem.test) else "training"
    words = f"{kind} sample {found.index + 1}, {name_of(problem, samples, found.index)}{moved}"
    return words, f"{kind} {words.partition(', ')[2]}"


def answer_words(problem: Problem, found: ConvolutionPicture) -> Wordings:
    """What the network takes it for; nothing where there are no classes."""
    if not problem.classes:
        return ("",)
    best = int(predicted_class(found.logits[:, None])[0])
    value = f" ({short(float(found.outputs[best]))})" if problem.network.output is SOFTMAX else ""
    return f"read as {problem.classes[best]}{value}", f"read as {problem.classes[best]}", ""


def sum_words(snapshot: Snapshot, found: ConvolutionPicture, layer: int, channel: int, place: Place) -> Wordings:
    """The window's sum, its activation, and what of the map goes on."""
    convolution, maps, (row, column) = snapshot.problem.network.convolutions[layer], found.layers[layer], place
    read = patch(found.below(layer), convolution, place)
    total = float((read * filters_of(snapshot, layer)[channel]).sum())
    bias = float(snapshot.biases[layer][channel])
    title = snapshot.problem.network.activations[layer].title
    p, o = (float(values[channel, row, column]) for values in (maps.sums, maps.maps))
    sums = f"{short(total)} {'−' if bias < 0 else '+'} {short(abs(bias))}"
    results, goes_on = f"o = {title}(p) = {short(o)}", _pooled(convolution, maps.pooled[channel])
    where = f"window at row {row + 1}, column {column + 1}: p = Σ w x + b"
    return (
        f"{where} = {sums} = {short(p)}, {results}{goes_on}",
        f"p = {short(p)}, {results}{goes_on}",
        f"row {row + 1}, column {column + 1}: p = {short(p)}, {results}",
        f"p = {short(p)}, {results}",
    )


def _pooled(convolution: Convolution, values: FloatArray) -> str:
    if not convolution.pool.takes:
        return ""
    if values.size == 1:
        return f"; of the whole map {short(float(values.item()))} goes on, the {convolution.pool.takes}"
    rows, columns = values.shape
    return f"; {rows}×{columns} numbers go on, each the {convolution.pool.title}"


def titles_below(convolution: Convolution, layer: int, strongest: int) -> Wordings:
    """What the window slides over: the picture, or one of the maps below."""
    if layer:
        return f"map {strongest + 1} below, of {convolution.below[0]}", f"map {strongest + 1} below"
    padded = f", {convolution.padding} of padding around it" if convolution.padding else ""
    return f"picture{padded}", "picture"
