"""Data made by formulas or by hand: one table of all sources."""

from nnviz.data.curves import curve
from nnviz.data.dataset import Task
from nnviz.data.drawn import drawn_curve, drawn_points
from nnviz.data.logic import parity, truth_table
from nnviz.data.plane import blobs, circle, gaussians, moons, multi_gaussian, plane, spiral, xor
from nnviz.data.source import Source

_CLASSES: Task = "classification"
_VALUES: Task = "regression"

_ALL = (
    Source("gaussians", "Two clouds", _CLASSES, "A straight line separates them.", gaussians, pictured=110),
    Source("circle", "Circle", _CLASSES, "A disc in a ring: no straight line will do.", circle, pictured=110),
    Source(
        "xor",
        "XOR",
        _CLASSES,
        "Four squares, opposite corners alike: needs a hidden layer.",
        xor,
        pictured=110,
    ),
    Source("spiral", "Spiral", _CLASSES, "Two arms wound into each other: the hard one.", spiral, pictured=90),
    Source("moons", "Two moons", _CLASSES, "Two half circles that reach into each other.", moons, pictured=110),
    Source(
        "blobs",
        "Several clouds",
        _CLASSES,
        "2 to 10 classes around a circle, for softmax.",
        blobs,
        options=("samples", "noise", "classes"),
        pictured=110,
    ),
    Source(
        "drawn",
        "Points drawn by hand",
        _CLASSES,
        "Your own points, each with its class.",
        drawn_points,
        options=("points",),
    ),
    Source("and", "AND", _CLASSES, "True if both inputs are: 4 rows.", truth_table("and"), options=("noise",)),
    Source("or", "OR", _CLASSES, "True if any input is: 4 rows.", truth_table("or"), options=("noise",)),
    Source(
        "xor_table",
        "XOR truth table",
        _CLASSES,
        "True if exactly one input is: 4 rows that no single neuron can learn.",
        truth_table("xor_table"),
        options=("noise",),
    ),
    Source(
        "parity",
        "Parity",
        _CLASSES,
        "Is the number of ones odd? 2 to 16 bits, all rows.",
        parity,
        features=4,
        options=("noise", "bits"),
    ),
    Source("plane", "Tilted plane", _VALUES, "A value that rises evenly: linear regression.", plane, pictured=160),
    Source(
        "multi_gaussian", "Six bumps", _VALUES, "Hills and hollows on flat ground.", multi_gaussian, pictured=260
    ),
    Source("sine", "Sine", _VALUES, "Nearly two periods of a sine.", curve("sine"), features=1),
    Source("step", "Step", _VALUES, "A jump, which a steep sigmoid imitates.", curve("step"), features=1),
    Source("bump", "Bump", _VALUES, "One smooth hill: two opposite steps.", curve("bump"), features=1),
    Source("abs", "Absolute value", _VALUES, "A kink: two ReLUs are enough.", curve("abs"), features=1),
    Source("sinc", "Sinc", _VALUES, "A peak with fading ripples.", curve("sinc"), features=1),
    Source(
        "curve",
        "Curve drawn by hand",
        _VALUES,
        "Your own curve, straight between its knots.",
        drawn_curve,
        features=1,
        options=("samples", "noise", "points"),
    ),
)

SOURCES: dict[str, Source] = {source.name: source for source in _ALL}
"""Every generated kind of data by name, in the order to show them.

The same request with a generator seeded alike makes the same bits.
"""
