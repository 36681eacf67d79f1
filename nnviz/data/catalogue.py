"""All data a lecturer can choose by name, generated, drawn or shipped, in the order to show it."""

from nnviz.data import curves, drawn, logic, plane
from nnviz.data.bundled import BUNDLED
from nnviz.data.source import Request, Source

__all__ = ["CATALOGUE", "SOURCES", "Request", "Source"]

_ALL = (*plane.CLASSES, drawn.POINTS, *logic.TABLES, *plane.VALUES, *curves.CURVES, drawn.CURVE)

SOURCES: dict[str, Source] = {source.name: source for source in _ALL}
"""Every generated kind of data by name; the same request with a generator seeded alike makes the same bits."""

CATALOGUE: dict[str, Source] = SOURCES | BUNDLED
"""Every data set by name; ``CATALOGUE[name].make(Request(rng, …))`` makes or loads it."""
