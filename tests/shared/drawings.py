"""Drawings for lessons' figures."""

from random import Random


def slow_drawing(lines: int = 1000) -> str:
    """An SVG that passes for a drawing and takes Qt seconds to draw: one line, to and fro at random."""
    random = Random(1)
    points = " ".join(f"{random.randrange(100)},{random.randrange(100)}" for _ in range(lines))
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 100 100">'
        f'<polyline points="{points}" fill="none" stroke="black" stroke-width="3"/></svg>'
    )
