"""What is on the pad: strokes or a sample's own numbers, moved by whole pixels; and the picture that they make."""

import numpy as np

from nnviz.analysis.probe import Drawing, Stroke
from nnviz.data.dataset import FloatArray
from nnviz.data.pictures import PictureFormat, Setting
from nnviz.views.pad.strokes import ink_of

_NEAR = 0.004
"""Distance from the last point within which another adds nothing to a stroke, the pad's side being 1."""
_SIDES = (("up", "down"), ("to the left", "to the right"))


class Sheet:
    """A sheet that is drawn on, in the format of a data set's pictures.

    Attributes
    ----------
    strokes : list of strokes
        Empty while a sample is shown.
    """

    def __init__(self, form: PictureFormat, setting: Setting) -> None:
        self.form, self._setting = form, setting
        self.clear()

    def clear(self) -> None:
        """Begin with an empty sheet."""
        self.take(np.full(self.form.rows * self.form.columns, self.form.paper), "blank")

    def take(self, pixels: FloatArray, words: str) -> None:
        """Show a picture as it is in the data, shape (inputs,), in place of what is drawn."""
        self.strokes: list[Stroke] = []
        self._pixels, self._words = pixels, words
        self._down = self._right = 0

    def begin(self, x: float, y: float) -> None:
        """Begin a stroke; the first one wipes a sample away."""
        self.strokes.append(((x, y),))
        self._down = self._right = 0
        self._draw()

    def go_on(self, x: float, y: float) -> bool:
        """Lead the last stroke to a point; False if it is there already."""
        last = self.strokes[-1][-1]
        if abs(last[0] - x) + abs(last[1] - y) < _NEAR:
            return False
        self.strokes[-1] += ((x, y),)
        self._draw()
        return True

    def shift(self, down: int, right: int) -> None:
        """Move the picture by pixels; what leaves the frame comes back with it."""
        rows, columns = self.form.shape
        self._down = min(max(self._down + down, -rows), rows)
        self._right = min(max(self._right + right, -columns), columns)

    def drawing(self, wanted: int | None) -> Drawing:
        """The picture for the network; the gradient of an output may be wanted."""
        pixels = _shifted(self._pixels.reshape(self.form.shape), self._down, self._right, self.form.paper)
        words = ", ".join([self._words, *_moved(self._down, self._right)])
        return Drawing(tuple(pixels.ravel().tolist()), tuple(self.strokes), words, wanted)

    def _draw(self) -> None:
        self._pixels = self.form.pixels(ink_of(self.strokes, self.form, self._setting))
        self._words = f"as the data: {self._setting.words}"


def _shifted(picture: FloatArray, down: int, right: int, paper: float) -> FloatArray:
    """A picture moved down and to the right, with paper where it came from."""
    moved = np.full(picture.shape, paper)
    rows, columns = picture.shape
    onto = moved[max(0, down) : rows + min(0, down), max(0, right) : columns + min(0, right)]
    onto[:] = picture[max(0, -down) : rows - max(0, down), max(0, -right) : columns - max(0, right)]
    return moved


def _moved(down: int, right: int) -> list[str]:
    """How far a picture was moved, in words."""
    ways = zip((down, right), _SIDES, strict=True)
    return [f"{abs(pixels)} {sides[pixels > 0]}" for pixels, sides in ways if pixels]
