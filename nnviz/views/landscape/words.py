"""What is said of a plane of the loss."""

from nnviz.analysis.loss_plane import LossPlane
from nnviz.numerals import figure

CHOICES = (
    ("random", "random", "two random directions, scaled unit by unit"),
    ("path", "path", "the two main directions of the run's path"),
    ("curvature", "bends", "the directions of the greatest and of the least curvature"),
)
"""Directions: name, the button's words, its tip."""

_LEAST = 0.001
"""The least distance that is said as a number."""


def heading(plane: LossPlane) -> str:
    """What is drawn, and its value where the network is."""
    what = "training loss + penalty" if plane.penalised else "training loss"
    return f"{what} at step {plane.step:,}: {figure(plane.centre)}"


def axis_words(plane: LossPlane) -> tuple[str, str]:
    """What goes along the two axes."""
    if plane.directions.kind == "path" and (shares := plane.directions.shares):
        return f"along the path, 1st: {_share(shares[0])}", f"2nd: {_share(shares[1])}"
    if plane.directions.kind == "curvature":
        return "along λmax", "along λmin"
    return "random direction 1", "random direction 2"


def honesty(plane: LossPlane) -> tuple[str, ...]:
    """What the picture does not show."""
    sizes = plane.wish.snapshot.position.parameters.size
    phrases = [f"a slice through {sizes:,} dimensions"]
    if plane.wish.directions == "path" and plane.directions.kind != "path":
        phrases.append("no path yet: random directions")
    elif shares := plane.directions.shares:
        phrases.append(f"holds {_share(shares[0])} + {_share(shares[1])} of the path's variance")
    if len(plane.path) > 1:
        phrases.append(f"the path leaves it by {_distance(plane.away)}")
    return tuple(phrases)


def _distance(away: float) -> str:
    return f"at most {away:.2g}" if away >= _LEAST else f"less than {_LEAST}"


def _share(share: float) -> str:
    if 0.0 < share < 0.001:
        return "< 0.1 %"
    return f"{100.0 * share:.{1 if share < 0.0095 else 0}f} %"
