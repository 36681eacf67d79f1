"""The computational graph of one unit and of the strongest path from it to the loss, operation by operation."""

from dataclasses import dataclass, field

from nnviz.numerals import figure
from nnviz.runs.network_parts import ParameterIndex

FORK = "•"


@dataclass(frozen=True)
class GraphEdge:
    """What goes from one operation to the next: its name, its value above, its gradient below.

    Both are empty until the cursor has passed.
    """

    name: str
    value: str = ""
    gradient: str = ""
    place: ParameterIndex | None = None
    lit: bool = False


@dataclass(frozen=True)
class GraphNode:
    """A node: its sign, what leads into it besides the path, and what comes out.

    Parameters
    ----------
    sign : str
        ``×``, ``+``, ``σ``, the loss's letter, ``⋯`` for folded layers, or a dot where the value goes on to
        several units.
    out : GraphEdge
    leaf : GraphEdge or None
        What comes in from below.
    now : bool
        Whether it is being computed.
    words : str
        What is said beneath it.
    """

    sign: str
    out: GraphEdge
    leaf: GraphEdge | None = None
    now: bool = False
    words: str = ""


@dataclass(frozen=True)
class Product:
    """A term of the unit's sum: two leaves and their product."""

    leaves: tuple[GraphEdge, GraphEdge]
    out: GraphEdge
    now: bool


@dataclass(frozen=True)
class Graph:
    """The unit that is looked at, and the way from it to the loss.

    Parameters
    ----------
    products : tuple of Product
        Those terms of the unit's sum that are shown.
    rest : tuple of GraphEdge
        What else is added: the bias, and all other terms as one.
    operations : tuple of GraphNode
        The unit's sum first, the loss last.
    folded : tuple of str
        What is left out, in words.
    """

    products: tuple[Product, ...]
    rest: tuple[GraphEdge, ...]
    operations: tuple[GraphNode, ...]
    folded: tuple[str, ...] = field(default=())


def said(value: float, known: bool) -> str:
    """A number that the cursor has passed."""
    return figure(float(value)) if known else ""
