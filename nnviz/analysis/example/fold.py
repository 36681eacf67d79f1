"""What of a matrix is shown where there is no room for all of it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from nnviz.analysis.example.equation import NONE, Block


@dataclass(frozen=True)
class Window:
    """A stretch of rows or columns out of so many."""

    start: int
    stop: int
    size: int

    @property
    def folded(self) -> bool:
        """Whether there are more."""
        return self.stop - self.start < self.size

    def __len__(self) -> int:
        return self.stop - self.start


def window(size: int, room: int, focus: int) -> Window:
    """So many of ``size``, with the one looked at among them."""
    room = max(1, min(room, size))
    start = max(0, min(focus - room // 2, size - room))
    return Window(start, start + room, size)


def windows(blocks: Sequence[Block], focus: Mapping[str, int], rows: int, columns: int) -> dict[str, Window]:
    """A window for each axis, if there is room for so many rows, and for so many columns of matrices together."""
    sizes = {axis: block.values.shape[side] for block in blocks for side, axis in enumerate(block.axes)}
    high = {block.axes[0] for block in blocks}
    wide = [block.axes[1] for block in blocks]
    vectors = wide.count(NONE)
    matrices = len(blocks) - vectors
    across = (columns - vectors) // max(1, matrices)
    found = {}
    for axis, size in sizes.items():
        room = min(rows if axis in high else size, across if axis in wide else size)
        found[axis] = window(size, room, focus.get(axis, 0))
    found[NONE] = Window(0, 1, 1)
    return found
