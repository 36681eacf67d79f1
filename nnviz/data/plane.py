"""Samples in the plane, two inputs in about [-6, 6], as in TensorFlow Playground.

Classes take turns (sample i is of class i mod k), so all are equally many to within one. Noise moves
points, never classes.
"""

import numpy as np
from numpy.typing import NDArray

from nnviz.data.dataset import Dataset, FloatArray
from nnviz.data.source import MAX_SAMPLES, Request, Source, require_count

INPUT_NAMES = ("x1", "x2")
REACH = 6.0
RADIUS = 5.0
BLOB_RADIUS = 4.0
RING_DISTANCE, RING_WIDTH = 1.25, 0.5

BUMP_CENTERS = np.array([(x, y) for y in (2.5, -2.5) for x in (-4.0, 0.0, 4.0)])
BUMP_SIGNS = np.array([1.0, -1.0, 1.0, -1.0, 1.0, -1.0])
"""Centres of the six bumps of `multi_gaussian`, and which way each points."""
BUMP_RADIUS = 2.0


def gaussians(request: Request) -> Dataset:
    """Two normal clouds around (-2, -2) and (2, 2), variance 0.5 + 7 · noise."""
    classes = _take_turns(request.samples)
    centers = np.where(classes == 1, 2.0, -2.0)[:, np.newaxis]
    return _classified(centers + _cloud(request, np.sqrt(0.5 + 7 * request.noise)), classes)


def circle(request: Request) -> Dataset:
    """A disc of radius 2.5 (class 1) within a ring from 3.5 to 5."""
    classes = _take_turns(request.samples)
    part = request.rng.uniform(size=request.samples)
    radius = np.where(classes == 1, 0.5 * part, 0.7 + 0.3 * part) * RADIUS
    angle = request.rng.uniform(0, 2 * np.pi, request.samples)
    return _classified(_polar(radius, angle) + _jitter(request, RADIUS), classes)


def rings(request: Request) -> Dataset:
    """Four rings around each other, 0.5 wide with gaps of 0.75, of the two classes in turn from inside."""
    classes = _take_turns(request.samples)
    number = _ring_of(request.rng.uniform(size=request.samples), classes)
    radius = RING_DISTANCE * number - RING_WIDTH * request.rng.uniform(size=request.samples)
    angle = request.rng.uniform(0, 2 * np.pi, request.samples)
    return _classified(_polar(radius, angle) + _jitter(request, RING_DISTANCE), classes)


def _ring_of(part: FloatArray, classes: NDArray[np.int64]) -> NDArray[np.int64]:
    """The ring, 1 to 4, of each sample: 1 or 3 for class 0, 2 or 4 for class 1, the longer the likelier."""
    inner, outer = classes + 1, classes + 3
    return np.where(part * (inner + outer) < inner, inner, outer)


def xor(request: Request) -> Dataset:
    """Four squares; class 1 where exactly one input is positive, a gap of 0.6 between them."""
    classes = _take_turns(request.samples)
    size = request.rng.uniform(0.3, RADIUS + 0.3, (request.samples, 2))
    first = request.rng.choice([-1.0, 1.0], request.samples)
    signs = np.column_stack([first, np.where(classes == 1, -first, first)])
    return _classified(size * signs + _jitter(request, RADIUS), classes)


def spiral(request: Request) -> Dataset:
    """Two arms of 1¾ turns, even steps outwards to radius 5."""
    classes = _take_turns(request.samples)
    # Steps begin at 1: at the centre the two arms would lie on each other.
    part = (np.arange(request.samples) // 2 + 1) / ((request.samples + 1) // 2)
    angle = 3.5 * np.pi * part + np.pi * (classes == 0)
    return _classified(_polar(RADIUS * part, angle) + _jitter(request, 1.0), classes)


def moons(request: Request) -> Dataset:
    """Two half circles of radius 3.5, each reaching into the other."""
    classes = _take_turns(request.samples)
    angle = request.rng.uniform(0, np.pi, request.samples)
    upper = np.column_stack([np.cos(angle) - 0.5, np.sin(angle) - 0.25])
    points = np.where(classes[:, np.newaxis] == 0, upper, -upper)
    return _classified(3.5 * points + _cloud(request, 1.5 * request.noise), classes)


def blobs(request: Request) -> Dataset:
    """Normal clouds evenly around a circle, as wide as the gap between neighbours allows."""
    require_count("number of samples", request.samples, request.classes, MAX_SAMPLES)
    classes = _take_turns(request.samples, request.classes)
    centers = _polar(np.full(request.samples, BLOB_RADIUS), 2 * np.pi * classes / request.classes)
    half_gap = min(2.0, BLOB_RADIUS * np.sin(np.pi / request.classes))
    return _classified(centers + _cloud(request, half_gap * (1 / 3 + request.noise)), classes)


def plane(request: Request) -> Dataset:
    """A tilted plane, y = (x1 + x2) / 12."""
    inputs, seen = _seen_through_noise(request)
    return Dataset(inputs, seen.sum(axis=1, keepdims=True) / (2 * REACH), INPUT_NAMES)


def multi_gaussian(request: Request) -> Dataset:
    """Six bumps of height ±1 on flat ground, each a cone of radius 2."""
    inputs, seen = _seen_through_noise(request)
    distances = np.linalg.norm(seen[:, np.newaxis] - BUMP_CENTERS, axis=2)
    heights = np.maximum(0.0, 1 - distances.min(axis=1) / BUMP_RADIUS)
    values = heights * BUMP_SIGNS[distances.argmin(axis=1)]
    return Dataset(inputs, values[:, np.newaxis], INPUT_NAMES)


def _take_turns(samples: int, classes: int = 2) -> NDArray[np.int64]:
    return np.arange(samples, dtype=np.int64) % classes


def _classified(inputs: FloatArray, classes: NDArray[np.int64]) -> Dataset:
    names = tuple(str(k) for k in range(int(classes.max()) + 1))
    return Dataset(inputs, classes, INPUT_NAMES, names)


def _polar(radius: FloatArray, angle: FloatArray) -> FloatArray:
    """Points (n, 2) at clockwise angles from straight up."""
    return np.column_stack([radius * np.sin(angle), radius * np.cos(angle)])


def _jitter(request: Request, reach: float) -> FloatArray:
    return reach * request.noise * request.rng.uniform(-1, 1, (request.samples, 2))


def _cloud(request: Request, spread: float) -> FloatArray:
    return spread * request.rng.standard_normal((request.samples, 2))


def _seen_through_noise(request: Request) -> tuple[FloatArray, FloatArray]:
    """Points all over the plane, and where noise makes the target be read."""
    inputs = request.rng.uniform(-REACH, REACH, (request.samples, 2))
    return inputs, inputs + _jitter(request, REACH)


CLASSES = (
    Source(
        "gaussians", "Two clouds", "classification", "A straight line separates them.", gaussians, pictured=110
    ),
    Source(
        "circle", "Circle", "classification", "A disc in a ring: no straight line will do.", circle, pictured=110
    ),
    Source(
        "rings",
        "Rings",
        "classification",
        "Rings around rings, classes in turn: it takes more neurons than a circle.",
        rings,
        pictured=180,
    ),
    Source(
        "xor",
        "XOR",
        "classification",
        "Four squares, opposite corners alike: needs a hidden layer.",
        xor,
        pictured=110,
    ),
    Source(
        "spiral", "Spiral", "classification", "Two arms wound into each other: the hard one.", spiral, pictured=90
    ),
    Source(
        "moons", "Two moons", "classification", "Two half circles that reach into each other.", moons, pictured=110
    ),
    Source(
        "blobs",
        "Several clouds",
        "classification",
        "2 to 10 classes around a circle, for softmax.",
        blobs,
        options=("samples", "noise", "classes"),
        pictured=110,
    ),
)
VALUES = (
    Source(
        "plane", "Tilted plane", "regression", "A value that rises evenly: linear regression.", plane, pictured=160
    ),
    Source(
        "multi_gaussian",
        "Six bumps",
        "regression",
        "Hills and hollows on flat ground.",
        multi_gaussian,
        pictured=260,
    ),
)
"""All of them, in the order to show them."""
