"""A row of bits through a network, beside one built by hand; and which rows of the truth table are right."""

from collections.abc import Iterable

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Signal
from PySide6.QtGui import QPainterPath
from PySide6.QtWidgets import QWidget

from nnviz.analysis.bits import BitPicture, BitRow, is_of_bits
from nnviz.drawing.canvas import Text, add_path, as_verdict, bold
from nnviz.drawing.cells import Cells
from nnviz.drawing.paths import circles, line_pen
from nnviz.drawing.room import Room
from nnviz.drawing.view import CanvasView, small_button
from nnviz.drawing.words import Wordings, say
from nnviz.runs.maps import signed_bytes
from nnviz.runs.scene import Aspect
from nnviz.runs.snapshot import Snapshot
from nnviz.views.bits.panel import MOST_EDGES, NetPanel

NO_BITS = "This is for truth tables: rows of 0 and 1, two classes, one output."
_PAD = 8.0
_A_LINE = 32
"""Rows of the truth table that stand side by side."""
_WORDS = {"xor_tree": "a tree of XORs", "counting": "units that count", "or_of_ands": "an OR of ANDs"}
_ONES = np.ones(1, np.float32)


class BitsView(CanvasView[Snapshot]):
    """The network with a row of bits, the exact network of its shape and that one's connections, all rows below.

    Signals
    -------
    aspects_changed
        Another row was chosen.
    """

    aspects_changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        scene = self.canvas.scene()
        self.wanted = BitRow(1)
        self._picture: BitPicture | None = None
        self._laid: tuple[object, ...] = ()
        self.heading, self.score = Text(scene, 5.0), as_verdict(Text(scene, 5.0))
        self.panels = tuple(NetPanel(scene) for _ in range(3))
        self.cells = Cells(scene, is_verdict=True)
        self._frame, self._ring, self._unseen = add_path(scene, 2.0), add_path(scene, 4.0), add_path(scene, 3.0)
        self.back, self.on = small_button("‹ row", "the row before"), small_button("row ›", "the next row")
        self.back.clicked.connect(lambda: self._go(-1))
        self.on.clicked.connect(lambda: self._go(1))
        self.add_controls(self.back, self.on)
        self.canvas.pressed.connect(self._press)
        self.setAccessibleName("bits")

    @property
    def aspects(self) -> Iterable[Aspect]:
        return (self.wanted,)

    def connect_to(self, room: Room) -> None:
        self.aspects_changed.connect(room.look_again)

    def look_at(self, row: int) -> None:
        """Show another row, counted from 0."""
        self.wanted = BitRow(row)
        self.aspects_changed.emit()

    def _lay_out(self) -> None:
        self._laid = ()
        self.heading.set_style(bold(self.font()), self._theme.text)
        self.score.set_style(self.font(), self._theme.text)
        self.cells.set_theme(self._theme, self.font())
        self._frame.setPen(line_pen(self._theme.muted, 1.0))
        self._ring.setPen(line_pen(self._theme.text, 3.0))
        self._unseen.setBrush(self._theme.palette().text())
        self._unseen.setPen(line_pen(self._theme.background, 1.0))
        for panel in self.panels:
            panel.set_theme(self._theme, self.font())

    def _paint(self, snapshot: Snapshot) -> None:
        aspects = snapshot.scene.aspects if snapshot.scene else {}
        if self.wanted in aspects:
            self._picture = aspects[self.wanted]
        picture = self._picture
        is_there = picture is not None and is_of_bits(snapshot.problem)
        for button in (self.back, self.on):
            button.setVisible(is_there)
        if picture is None or not is_there:
            self._show_nothing("" if is_of_bits(snapshot.problem) else NO_BITS)
            return
        shape = tuple(len(level) for level in picture.now.levels)
        if (laid := (shape, picture.built_name, picture.built is None, len(picture.right))) != self._laid:
            self._laid = laid
            self._arrange(picture, shape)
        self._show_picture(picture)

    def _show_nothing(self, words: str) -> None:
        self._laid = ()
        for panel in self.panels:
            panel.clear()
        self.cells.arrange(QRectF(), (1, 1), written=False)
        for item in (self._frame, self._ring, self._unseen):
            item.setPath(QPainterPath())
        self.score.set_words("")
        say(self.heading, (words,), self.canvas.area.width() - 2 * _PAD)
        self.heading.place(_PAD, _PAD)

    def _arrange(self, picture: BitPicture, shape: tuple[int, ...]) -> None:
        line, area = self.fontMetrics().height(), self.canvas.area.adjusted(_PAD, _PAD, -_PAD, -_PAD)
        rows = -(-len(picture.right) // _A_LINE)
        columns = min(len(picture.right), _A_LINE)
        side = min(1.8 * line, 0.2 * area.height() / rows)
        width = min(area.width(), 3.0 * columns * side)
        table = QRectF(area.left(), area.bottom() - rows * side, width, rows * side)
        self.cells.arrange(table, (rows, columns), written=False)
        frame = QPainterPath()
        frame.addRect(table)
        self._frame.setPath(frame)
        self.heading.place(area.left(), area.top())
        self.score.place(area.left(), table.top() - 1.3 * line)
        top = area.top() + 2.0 * line
        body = QRectF(area.left(), top, area.width(), max(1.0, table.top() - 1.8 * line - top))
        titles = self._titles(picture)
        across = body.width() / len(titles)
        for k, panel in enumerate(self.panels):
            if k < len(titles):
                part = QRectF(body.left() + k * across, body.top(), across - 2 * _PAD, body.height())
                panel.arrange(part, shape, titles[k])
            else:
                panel.clear()

    def _titles(self, picture: BitPicture) -> list[Wordings]:
        """What stands above each network."""
        edges = sum(w.size for w in picture.now.weights)
        strongest = (f"this network, its {MOST_EDGES} strongest connections",) if edges > MOST_EDGES else ()
        name = (
            "this network" if picture.built else f"this network: {_WORDS.get(picture.built_name, '')}".rstrip(": ")
        )
        titles: list[Wordings] = [(*strongest, name, "this network", "this")]
        if picture.built:
            titles.append((f"built by hand: {_WORDS[picture.built_name]}", _WORDS[picture.built_name], "built"))
        if picture.mask:
            titles.append(("the connections it has (mask)", "its connections", "mask"))
        return titles

    def _show_picture(self, picture: BitPicture) -> None:
        now, built, mask = self.panels
        now.show(picture.now.levels, picture.now.weights)
        others = iter((built, mask))
        if picture.built:
            next(others).show(picture.built.levels, picture.built.weights)
        if picture.mask:
            next(others).show_mask(picture.mask)
        room = self.canvas.area.width() - self._corner.sizeHint().width() - 3 * _PAD
        say(self.heading, _heading(picture), room)
        say(self.score, _score(picture), self.canvas.area.width() - 2 * _PAD)
        self._show_rows(picture)

    def _show_rows(self, picture: BitPicture) -> None:
        rows = -(-len(picture.right) // _A_LINE)
        values = np.zeros(rows * min(len(picture.right), _A_LINE), np.float32)
        values[: len(picture.right)] = np.where(picture.right, 0.8, -1.0)
        self.cells.show_values(signed_bytes(values.reshape(1, rows, -1), _ONES)[0])
        ring = QPainterPath()
        ring.addRect(self.cells.cell_rect(*divmod(picture.row, _A_LINE)))
        self._ring.setPath(ring)
        rects = [self.cells.cell_rect(*divmod(k, _A_LINE)) for k in np.flatnonzero(picture.held_out).tolist()]
        middles = np.array([[r.center().x(), r.center().y()] for r in rects]).reshape(-1, 2)
        self._unseen.setPath(circles(middles, 0.2 * rects[0].width() if rects else 1.0))

    def _go(self, by: int) -> None:
        if self._picture:
            self.look_at((self._picture.row + by) % len(self._picture.right))

    def _press(self, point: QPointF) -> None:
        """Show the row whose cell was clicked."""
        cell = self.cells.cell_at(point) if self._laid else None
        if cell and self._picture and (row := cell[0] * _A_LINE + cell[1]) < len(self._picture.right):
            self.look_at(row)


def _heading(picture: BitPicture) -> Wordings:
    bits = "".join(str(int(bit)) for bit in picture.row_bits)
    ones = int(picture.row_bits.sum())
    row = f"row {picture.row + 1:,} of {len(picture.right):,}: {bits}"
    return (
        f"{row}, {ones} one{'s' if ones != 1 else ''}, target {picture.target}",
        f"{bits}, t = {picture.target}",
        bits,
    )


def _score(picture: BitPicture) -> Wordings:
    """How many rows are right, those learned from and those that are not apart."""
    seen = picture.right[~picture.held_out]
    if not picture.held_out.any():
        return (f"{int(seen.sum()):,} of {len(seen):,} rows right (blue)",)
    unseen = picture.right[picture.held_out]
    learned, new = (f"{int(right.sum()):,} of {len(right):,}" for right in (seen, unseen))
    return (
        f"{learned} training rows right, {new} held out (dots)",
        f"right: {learned}, {new} held out",
        f"{learned}, {new}",
    )
