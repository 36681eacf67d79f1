"""All data a lecturer can choose by name, generated or shipped, in the order to show it."""

from nnviz.data.bundled import BUNDLED
from nnviz.data.generators import SOURCES
from nnviz.data.source import Request, Source

__all__ = ["CATALOGUE", "Request", "Source"]

CATALOGUE: dict[str, Source] = SOURCES | BUNDLED
"""Every data set by name; ``CATALOGUE[name].make(Request(rng, …))`` makes or loads it."""
