"""What a tile of a convolution shows above and below: its filter and its map, or what was and what is."""

from dataclasses import dataclass

import numpy as np

from nnviz.analysis.convolution import ConvolutionPicture
from nnviz.analysis.pieces import PiecePicture
from nnviz.engine.tape import Array
from nnviz.numerals import nice_above
from nnviz.runs.feature_maps import shades_of
from nnviz.runs.maps import Bytes, signed_bytes
from nnviz.runs.snapshot import Snapshot
from nnviz.views.convolution.words import filters_of, first_filters_of

_FULL = 2.0
"""Weight of full colour, in root mean squares of all."""


@dataclass(frozen=True, eq=False)
class Halves:
    """The pictures of all tiles.

    Parameters
    ----------
    pictures : (array, array), shape (channels, rows, columns) each
        Above and below.
    names : (str, str)
        What one of them is, with a place for the number of its channel.
    what, said : str
        What they are together, and how that goes on.
    """

    pictures: tuple[Bytes, Bytes]
    names: tuple[str, str]
    what: str
    said: str


def with_maps(snapshot: Snapshot, found: ConvolutionPicture, layer: int) -> Halves:
    """Of each channel its filter, and below its map of a picture."""
    maps = shades_of(np.asarray(found.layers[layer].maps, np.float64))
    pictures = _filter_shades(filters_of(snapshot, layer)), maps
    return Halves(pictures, ("filter {}", "map {}"), "filters", " and their maps")


def untrained_and_now(snapshot: Snapshot, layer: int) -> Halves:
    """The filters before learning, and below the present ones."""
    pictures = _filter_shades(first_filters_of(snapshot, layer)), _filter_shades(filters_of(snapshot, layer))
    return Halves(pictures, ("filter {}, untrained", "filter {}, now"), "filters", ": above untrained, below now")


def in_pieces(pieces: PiecePicture) -> Halves:
    """What the channels see in the pictures that excite them most, before learning and now."""
    before, after = (f"{spread:.3f}" for spread in pieces.spreads)
    said = f": above untrained (they differ by {before}), below now ({after})"
    return Halves((pieces.first, pieces.now), ("piece {}, untrained", "piece {}, now"), "pieces", said)


def full_weight(weights: Array) -> float:
    """The weight that is shown in full colour."""
    return nice_above(_FULL * float(np.sqrt(np.mean(np.square(np.nan_to_num(weights))))))


def _filter_shades(filters: Array) -> Bytes:
    """Of each channel the filter with the largest weights, as bytes."""
    strongest = np.linalg.norm(filters, axis=(2, 3)).argmax(axis=1)
    chosen = filters[np.arange(len(filters)), strongest]
    return signed_bytes(chosen.astype(np.float32), np.full(len(chosen), full_weight(filters), np.float32))
