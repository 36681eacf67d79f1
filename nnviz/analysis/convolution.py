"""What the convolutions of a network make of one sample, which can be moved sideways by some pixels."""

from collections.abc import Callable

import numpy as np
from msgspec import Struct

from nnviz.analysis.filters import pictures, raw_inputs
from nnviz.data.dataset import FloatArray
from nnviz.data.pictures import shifted
from nnviz.engine.convolution import Convolution
from nnviz.engine.network import forward
from nnviz.experiment.problem import Problem
from nnviz.experiment.samples import Samples
from nnviz.runs.feature_maps import FeatureMaps, feature_maps, shades_of
from nnviz.runs.maps import Bytes
from nnviz.runs.snapshot import Snapshot

Place = tuple[int, int]
"""Row and column of a window among its places."""


def samples_shown(problem: Problem) -> Samples:
    """Test samples, or training samples where nothing is held out."""
    return problem.test if len(problem.test) else problem.train


def next_sample(problem: Problem, now: int) -> int:
    """The next sample after one, of the class after its class if there are classes."""
    samples = samples_shown(problem)
    if samples.labels is None or not problem.labels:
        return (now + 1) % len(samples)
    wanted = (int(samples.labels[now % len(samples)]) + 1) % len(problem.labels)
    later = np.flatnonzero(np.roll(samples.labels, -now - 1) == wanted)
    return int(now + 1 + later[0]) % len(samples) if len(later) else (now + 1) % len(samples)


class ConvolutionPicture(Struct, frozen=True, eq=False):
    """A sample on its way through the convolutions.

    Parameters
    ----------
    index, shift : int
        Which of the samples shown, and by how many pixels it was moved to the right.
    ink : byte array, shape (rows, columns)
        The picture.
    inputs : array, shape (1, rows, columns)
        As the network gets it.
    layers : tuple of FeatureMaps
        Of each convolution.
    logits, outputs : array, shape (outputs,)
        What the network answers.
    """

    index: int
    shift: int
    ink: Bytes
    inputs: FloatArray
    layers: tuple[FeatureMaps, ...]
    logits: FloatArray
    outputs: FloatArray

    def below(self, layer: int) -> FloatArray:
        """What a convolution, counted from 0, gets: maps (maps, rows, columns)."""
        return np.asarray(self.layers[layer - 1].pooled, np.float64) if layer else self.inputs

    @property
    def shades(self) -> tuple[Bytes, ...]:
        """The picture and the maps of each convolution as bytes (maps, rows, columns)."""
        return tuple(shades_of(maps) for maps in (self.inputs, *(layer.maps for layer in self.layers)))


class SampleMaps(Struct, frozen=True):
    """A sample for the convolutions: an aspect, whose picture is a `ConvolutionPicture`.

    Parameters
    ----------
    index : int
        Among the test samples, or the training samples where nothing is held out.
    shift : int
        Pixels by which it is moved, to the right if positive.
    """

    index: int = 0
    shift: int = 0

    def prepare(self, problem: Problem) -> Callable[[Snapshot], ConvolutionPicture | None]:
        """What turns a snapshot of the problem into a `ConvolutionPicture`; None without convolutions."""
        network, form = problem.network, problem.picture
        if not network.convolutions or form is None:
            return lambda _snapshot: None
        samples = samples_shown(problem)
        index = self.index % len(samples)
        raw = samples.inputs[index : index + 1]
        if self.shift:
            raw = problem.network_inputs(shifted(raw_inputs(problem, raw), form, self.shift))
        ink = pictures(problem, raw)[0]
        inputs = raw[0].reshape(network.convolutions[0].below)

        def picture(snapshot: Snapshot) -> ConvolutionPicture:
            parameters = snapshot.parameters
            layers = tuple(feature_maps(network, parameters, raw[0]))
            *_, (p, o) = forward(network, parameters, raw.T.astype(parameters.flat.dtype))
            logits, outputs = (values[:, 0].astype(np.float64) for values in (p, o))
            return ConvolutionPicture(index, self.shift, ink, inputs, layers, logits, outputs)

        return picture


def convolved_in(snapshot: Snapshot) -> ConvolutionPicture | None:
    """What a snapshot's convolutions make of the sample that is shown, if there is one."""
    found = snapshot.scene.aspects.values() if snapshot.scene else ()
    return next((picture for picture in found if isinstance(picture, ConvolutionPicture)), None)


def window_at(convolution: Convolution, place: Place) -> tuple[int, int, int, int]:
    """First row and column of what the window reads at a place, and those after its last ones."""
    top, left = (step * convolution.stride - convolution.padding for step in place)
    return top, left, top + convolution.window, left + convolution.window


def place_over(convolution: Convolution, row: float, column: float) -> Place:
    """The place whose window has its middle nearest to a point of what is below."""
    middle = convolution.window / 2 - convolution.padding
    near = (round((at - middle) / convolution.stride) for at in (row, column))
    down, across = (min(max(at, 0), count - 1) for at, count in zip(near, convolution.places, strict=True))
    return down, across


def patch(below: FloatArray, convolution: Convolution, place: Place) -> FloatArray:
    """What the window reads at a place, shape (maps, window, window); zeros in the padding."""
    margin = convolution.padding
    padded = np.pad(below, ((0, 0), (margin, margin), (margin, margin)))
    top, left, bottom, right = (edge + margin for edge in window_at(convolution, place))
    return padded[:, top:bottom, left:right]
