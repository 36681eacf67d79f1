"""Convolutions at work: a window slides over a picture, and each of its places is a number of a map."""

import re
from collections.abc import Iterable, Sequence
from functools import partial

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt, Signal
from PySide6.QtWidgets import QToolButton, QWidget

from nnviz.analysis.convolution import (
    ConvolutionPicture,
    Place,
    SampleMaps,
    convolved_in,
    next_sample,
    place_over,
    window_at,
)
from nnviz.analysis.pieces import Pieces, pieces_in
from nnviz.drawing.canvas import Text, as_verdict, bold
from nnviz.drawing.filter_tiles import FilterTiles
from nnviz.drawing.magnifier import Magnifier
from nnviz.drawing.pictures import pixmap
from nnviz.drawing.room import Room
from nnviz.drawing.view import CanvasView, Switches, small_button
from nnviz.drawing.words import first_fitting, say, wrapped
from nnviz.engine.convolution import Convolution
from nnviz.experiment.problem import Problem
from nnviz.runs.feature_maps import enlarged
from nnviz.runs.maps import ZERO, Bytes
from nnviz.runs.scene import Aspect
from nnviz.runs.snapshot import Snapshot
from nnviz.views.convolution.halves import Halves, full_weight, in_pieces, untrained_and_now, with_maps
from nnviz.views.convolution.square import TITLE, Square
from nnviz.views.convolution.words import (
    answer_words,
    filters_of,
    sample_words,
    sum_words,
    titles_below,
)

NONE = "This network has no convolutions. They are added under Network, where the data are pictures."
_PAD, _GAP = 8.0, 14.0
_WIDE = 2.2
"""Ratio of width to height above which the maps stand beside the squares, not below."""
_TILE, _BETWEEN = 40, 3
"""Side of a filter's and of a map's picture in a tile, and rows between them, in pixels of the picture."""


class ConvolutionView(CanvasView[Snapshot]):
    """A picture with the window over it, the weights of one channel, and its map; small, all filters and maps.

    The window follows the pointer over the picture or the map; a click on a small map chooses its channel.

    Signals
    -------
    aspects_changed
        Another sample, or the same one moved, is wanted.
    """

    aspects_changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        scene = self.canvas.scene()
        self.caption, self.answer, self.foot = Text(scene), as_verdict(Text(scene)), Text(scene)
        self.picture, self.filter, self.map = Square(scene), Square(scene), Square(scene)
        self.tiles, self.tiles_title = FilterTiles(scene), Text(scene)
        self.enlarged = Magnifier(scene, is_smooth=False)
        self._chosen = self.channel = 0
        self.pointed: Place | None = None
        self._tile: tuple[int, int] | None = None
        self._wanted = SampleMaps()
        self._problem: Problem | None = None
        self._found: ConvolutionPicture | None = None
        self.canvas.paint_when_told()
        self.canvas.setMouseTracking(True)
        self.canvas.hovered.connect(self._point)
        self.canvas.left.connect(self._leave)
        self.canvas.pressed.connect(self._press)
        self._add_buttons()

    def keep_secret(self, secret: bool) -> None:
        super().keep_secret(secret)
        self._show()

    def connect_to(self, room: Room) -> None:
        self.aspects_changed.connect(room.look_again)

    @property
    def aspects(self) -> Iterable[Aspect]:
        return (self._wanted, Pieces(self.layer)) if self.pieces_button.isChecked() else (self._wanted,)

    @property
    def switches(self) -> Switches:
        return {
            "layer 2": self.layer_button,
            "untrained": self.first_button,
            "pieces": self.pieces_button,
        }

    @property
    def layer(self) -> int:
        """The convolution that is looked at, counted from 0: the chosen one, or the last if there are fewer."""
        last = len(self._problem.network.convolutions) - 1 if self._problem else 0
        return max(0, min(self._chosen, last))

    @property
    def place(self) -> Place:
        """Where the window stands: at the pointer, or where the map is largest."""
        found = self._found
        if self.pointed or found is None:
            return self.pointed or (0, 0)
        return found.layers[self.layer].winner(self.channel)

    def _add_buttons(self) -> None:
        self.moves: dict[str, QToolButton] = {}
        for arrow, by in (("←", -1), ("→", 1)):
            self.moves[arrow] = small_button(arrow, "Move the picture by a pixel")
            self.moves[arrow].clicked.connect(partial(self.move_picture, by))
        self.next_button = small_button("other", "Another sample")
        self.next_button.clicked.connect(self.show_next)
        self.layer_button = small_button("layer 2", "The second convolution in place of the first", checkable=True)
        self.layer_button.toggled.connect(lambda is_second: self.choose(int(is_second), 0))
        self.first_button = small_button(
            "before", "The first weights, before learning, above the present ones", checkable=True
        )
        self.pieces_button = small_button(
            "pieces", "Of the 20 pictures that excite a channel most, what it sees: the mean", checkable=True
        )
        for button, other in ((self.first_button, self.pieces_button), (self.pieces_button, self.first_button)):
            button.toggled.connect(partial(self._switch, other))
        looks = self.layer_button, self.first_button, self.pieces_button
        self.add_controls(*looks, *self.moves.values(), self.next_button)

    def _switch(self, other: QToolButton, on: bool) -> None:
        if on:
            other.setChecked(False)
        self._refresh()
        self.aspects_changed.emit()

    def move_picture(self, by: int) -> None:
        """Move the picture sideways by so many pixels more."""
        self._want(SampleMaps(self._wanted.index, self._wanted.shift + by))

    def show_next(self) -> None:
        """Show the next sample, of the class after this one's, where it is."""
        if self._problem:
            self._want(SampleMaps(next_sample(self._problem, self._wanted.index)))

    def choose(self, layer: int, channel: int) -> None:
        """Look at a channel of a convolution, both counted from 0."""
        anew = layer != self._chosen
        self._chosen, self.channel, self.pointed = layer, channel, None
        self._refresh()
        if anew:
            self.aspects_changed.emit()

    def show_neuron(self, layer: int, unit: int) -> None:
        """Look at a map that is clicked in the diagram."""
        if self._problem and layer <= len(self._problem.network.convolutions):
            self.choose(layer - 1, unit)

    def _want(self, wanted: SampleMaps) -> None:
        self._wanted, self.pointed = wanted, None
        self.aspects_changed.emit()

    @property
    def _convolution(self) -> Convolution | None:
        convolutions = self._problem.network.convolutions if self._problem else ()
        return convolutions[self.layer] if convolutions else None

    def _lay_out(self) -> None:
        convolution, font, theme = self._convolution, self.font(), self._theme
        area, line = self.canvas.area.adjusted(_PAD, _PAD, -_PAD, -_PAD), float(self.fontMetrics().height())
        self.enlarged.set_theme(theme, bold(font))
        self.caption.set_style(bold(font), theme.text)
        self.answer.set_style(font, theme.text)
        self.foot.set_style(font, theme.text)
        self.tiles_title.set_style(bold(font), theme.muted)
        self.caption.place(area.left(), area.top())
        self._show_parts(convolution)
        if convolution is None:
            return
        self.channel = min(self.channel, convolution.channels - 1)
        room = area.adjusted(0.0, 1.5 * line, 0.0, -1.4 * line)
        squares, maps = _parts(room, TITLE * line)
        shapes = (convolution.below[1:], (convolution.window,) * 2, convolution.places)
        titles = (
            titles_below(convolution, self.layer, self._strongest),
            ("weights w", "w"),
            self._titles_of_map(convolution),
        )
        margins = (convolution.padding, 0, 0)
        for square, place, shape, names, margin in zip(
            (self.picture, self.filter, self.map), squares, shapes, titles, margins, strict=True
        ):
            square.arrange(place, font, theme, (shape[0], shape[1]), names, margin)
        self.tiles_title.place(maps.left(), maps.top())
        under = maps.adjusted(0.0, TITLE * line, 0.0, 0.0)
        self.tiles.arrange(under, font, theme, convolution.channels, (2 * _TILE + _BETWEEN, _TILE))

    def _show_parts(self, convolution: Convolution | None) -> None:
        several = self._problem is not None and len(self._problem.network.convolutions) > 1
        self.layer_button.setVisible(several)
        for button in (self.first_button, self.pieces_button, *self.moves.values(), self.next_button):
            button.setVisible(convolution is not None)
        for square in (self.picture, self.filter, self.map):
            square.set_visible(convolution is not None)
        if convolution is None:
            self.tiles.arrange(QRectF(), self.font(), self._theme, 0, (1, 1))
            for text in (self.answer, self.foot, self.tiles_title):
                text.set_words("")
            self.caption.set_words(
                "\n".join(wrapped([NONE], self.canvas.area.width() - 2 * _PAD, bold(self.font())))
            )

    def _titles_of_map(self, convolution: Convolution) -> Sequence[str]:
        rows, columns = convolution.places
        return f"map {self.channel + 1}: {rows}×{columns} places", f"map {self.channel + 1}"

    @property
    def _strongest(self) -> int:
        """The map below with the largest weights for the channel; of a picture the only one."""
        if self._snapshot is None or not self.layer:
            return 0
        filters = filters_of(self._snapshot, self.layer)[self.channel]
        return int(np.linalg.norm(filters, axis=(1, 2)).argmax())

    def _paint(self, snapshot: Snapshot) -> None:
        if snapshot.problem is not self._problem:
            before = self.layer
            self._problem, self._found, self.pointed = snapshot.problem, None, None
            self._lay_out()
            if self.layer != before and self.pieces_button.isChecked():
                self.aspects_changed.emit()
        self._found = convolved_in(snapshot) or self._found
        convolution = self._convolution
        if convolution is None or self._found is None or len(self._found.layers) <= self.layer:
            return
        self._say(snapshot, self._found)
        self._show_window(snapshot, convolution, self._found)
        self._show_tiles(snapshot, convolution, self._found)
        self._enlarge(snapshot, self._found)

    def _say(self, snapshot: Snapshot, found: ConvolutionPicture) -> None:
        area = self.canvas.area.adjusted(_PAD, _PAD, -_PAD, -_PAD)
        room = area.width() - self._corner.sizeHint().width()
        words = sample_words(snapshot.problem, found)
        self.caption.set_words(first_fitting(words, self.caption.font(), (0.0, 0.62 * room)))
        box = self.caption.sceneBoundingRect()
        say(self.answer, answer_words(snapshot.problem, found), room - box.width() - _GAP)
        self.answer.place(box.right() + _GAP, box.top())
        say(self.foot, sum_words(snapshot, found, self.layer, self.channel, self.place), area.width())
        self.foot.place(area.left(), area.bottom(), 0.0, 1.0)

    def _show_window(self, snapshot: Snapshot, convolution: Convolution, found: ConvolutionPicture) -> None:
        place, layer = self.place, found.layers[self.layer]
        weights, below = filters_of(snapshot, self.layer)[self.channel], found.below(self.layer)
        full = full_weight(snapshot.weights[self.layer])
        self.picture.show(below[self._strongest], _largest(below))
        self.filter.show(weights[self._strongest], full)
        self.map.show(np.asarray(layer.maps[self.channel], np.float64), _largest(layer.maps))
        self.picture.mark(*window_at(convolution, place))
        row, column = place
        self.map.mark(row, column, row + 1, column + 1)
        self.map.ring(layer.winner(self.channel) if convolution.pool.name == "max_map" else None)

    def _show_tiles(self, snapshot: Snapshot, convolution: Convolution, found: ConvolutionPicture) -> None:
        shown, layer = len(self.tiles.places), found.layers[self.layer]
        halves = self._halves(snapshot, found)
        between: Bytes = np.full((shown, _BETWEEN, _TILE), ZERO, np.uint8)
        first, second = (enlarged(half, _TILE)[:shown] for half in halves.pictures)
        used = np.abs(np.asarray(layer.pooled, np.float64)).reshape(len(layer.pooled), -1).max(axis=1)[:shown]
        self.tiles.show(np.concatenate([first, between, second], axis=1), list(range(shown)), used)
        self.tiles.ring(self.channel if self.channel < shown else None)
        count = f"{'the ' if shown == convolution.channels else ''}{shown} {halves.what}"
        short = re.sub(r" \(.*?\)", "", halves.said)
        wordings = (f"{count}{halves.said}; click one", f"{count}{halves.said}", f"{count}{short}", count)
        say(self.tiles_title, wordings, max(0.0, self.canvas.area.right() - _PAD - self.tiles_title.x()))

    def _halves(self, snapshot: Snapshot, found: ConvolutionPicture) -> Halves:
        """What each tile has above and below."""
        if self.first_button.isChecked():
            return untrained_and_now(snapshot, self.layer)
        pieces = None if self.canvas.keeps_secret else pieces_in(snapshot)
        if self.pieces_button.isChecked() and pieces and pieces.layer == self.layer:
            return in_pieces(pieces)
        return with_maps(snapshot, found, self.layer)

    def _enlarge(self, snapshot: Snapshot, found: ConvolutionPicture) -> None:
        """Enlarge the picture of a tile that is under the pointer, its upper or its lower one."""
        self.enlarged.hide()
        if self._tile is None or self._tile[0] >= len(self.tiles.places):
            return
        (index, half), halves = self._tile, self._halves(snapshot, found)
        picture = pixmap(halves.pictures[half][index], self._theme.signed_table)
        name = halves.names[half].format(index + 1)
        self.enlarged.show(picture, name, self.tiles.places[index], self.canvas.area)

    def _tile_at(self, point: QPointF) -> tuple[int, int] | None:
        """The tile at a point, and which of its two pictures."""
        index = self.tiles.index_at(point)
        return None if index is None else (index, int(point.y() > self.tiles.places[index].center().y()))

    def _point(self, point: QPointF) -> None:
        place = self._place_at(point)
        tile = self._tile_at(point)
        shape = Qt.CursorShape.PointingHandCursor if tile else Qt.CursorShape.ArrowCursor
        self.canvas.viewport().setCursor(shape)
        anew = place is not None and place != self.pointed
        if anew or tile != self._tile:
            self.pointed, self._tile = place or self.pointed, tile
            self._show()

    def _leave(self) -> None:
        self.pointed = self._tile = None
        self._show()

    def _place_at(self, point: QPointF) -> Place | None:
        if (convolution := self._convolution) is None:
            return None
        if over := self.picture.position(point):
            return place_over(convolution, *over)
        if over := self.map.position(point):
            down, across = (
                min(max(int(at), 0), size - 1) for at, size in zip(over, convolution.places, strict=True)
            )
            return down, across
        return None

    def _press(self, point: QPointF) -> None:
        if tile := self._tile_at(point):
            self.choose(self.layer, tile[0])


def _largest(values: np.ndarray[tuple[int, ...], np.dtype[np.floating]]) -> float:
    return float(np.abs(np.nan_to_num(values)).max(initial=0.0))


def _parts(room: QRectF, title: float) -> tuple[list[QRectF], QRectF]:
    """Rectangles for three squares in a row, and for the maps beside or below them."""
    wide = room.width() > _WIDE * room.height()
    across = 0.58 * room.width() if wide else room.width()
    side = min((across - 2 * _GAP) / 3, room.height() - title if wide else 0.5 * room.height() - title)
    squares = [QRectF(room.left() + k * (side + _GAP), room.top(), side, side + title) for k in range(3)]
    if wide:
        left = squares[-1].right() + 1.5 * _GAP
        return squares, QRectF(left, room.top(), max(1.0, room.right() - left), room.height())
    top = squares[0].bottom() + 0.7 * _GAP
    return squares, QRectF(room.left(), top, room.width(), max(1.0, room.bottom() - top))
