"""The pad: a picture drawn by hand or taken from the samples, and what the network answers to it."""

from functools import partial

import numpy as np
from PySide6.QtCore import QEvent, QObject, QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QFocusEvent, QHideEvent, QKeyEvent, QShowEvent
from PySide6.QtWidgets import QToolButton, QWidget

from nnviz.analysis.filters import raw_inputs
from nnviz.analysis.probe import Drawing, DrawnAnswer, drawn_in
from nnviz.data.pictures import PictureFormat
from nnviz.drawing.canvas import Text, as_verdict, bold
from nnviz.drawing.pointer import Pointer
from nnviz.drawing.room import Room
from nnviz.drawing.view import CanvasView, small_button
from nnviz.drawing.words import say
from nnviz.experiment.problem import Problem
from nnviz.runs.network_parts import output_names
from nnviz.runs.snapshot import Snapshot
from nnviz.views.pad.answers import AnswerBars, GradientSquares, answer_words
from nnviz.views.pad.frame import TITLE, Frame
from nnviz.views.pad.offer import SampleOffer
from nnviz.views.pad.sheet import Sheet

NO_PICTURES = "The inputs are no pictures here. Choose the handwritten digits, or a table of square pictures."
_PAD, _GAP = 8.0, 16.0
_SHIFTS = {"←": (0, -1), "↑": (-1, 0), "↓": (1, 0), "→": (0, 1)}
_KEYS = {Qt.Key.Key_Left: "←", Qt.Key.Key_Up: "↑", Qt.Key.Key_Down: "↓", Qt.Key.Key_Right: "→"}
_LOW = 2.4
"""Ratio of width to height from which on everything stands in one row."""
_BESIDE = 0.2
"""Share of the width from which on the samples stand beside large squares."""


class ArrowKeys(QObject):
    """Turns the arrow keys into shifts while a view has the keyboard focus.

    Signals
    -------
    shifted : str
        An arrow.
    """

    shifted = Signal(str)

    def __init__(self, view: QWidget) -> None:
        super().__init__(view)
        view.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Keep the arrows from the window's shortcuts."""
        plain = Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.KeypadModifier
        if not isinstance(event, QKeyEvent) or event.key() not in _KEYS or event.modifiers() not in plain:
            return super().eventFilter(watched, event)
        if event.type() == QEvent.Type.KeyPress:
            self.shifted.emit(_KEYS[Qt.Key(event.key())])
        event.accept()
        return True


class PadView(CanvasView[Snapshot]):
    """A square to draw on, the picture that the network gets, its outputs, and samples to click.

    A click on an output shows how the picture would have to change to raise it. While the pad is visible, the
    diagram and the plane show the picture's way too.

    Signals
    -------
    drawn : Drawing or None
        What the network is to answer; None for nothing.
    """

    drawn = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        scene = self.canvas.scene()
        self.caption, self.foot = as_verdict(Text(scene)), Text(scene)
        self.pad, self.picture = Frame(scene, "draw here", "draw"), Frame(scene, "the network gets", "it gets")
        self.returned = Frame(scene, "it gives back", "back")
        self.bars, self.squares, self.offer = AnswerBars(scene), GradientSquares(scene), SampleOffer(scene)
        self.drawing: Drawing | None = None
        self._problem: Problem | None = None
        self._sheet: Sheet | None = None
        self._shown: Drawing | None = None
        self._answer: DrawnAnswer | None = None
        self._wanted: int | None = None
        self._draws = self._is_operated = False
        self.canvas.paint_when_told()
        self._add_buttons()
        pointer, keys = Pointer(self.canvas), ArrowKeys(self)
        pointer.pressed.connect(self._press)
        pointer.dragged.connect(self._drag)
        pointer.released.connect(self._release)
        keys.shifted.connect(self._shift)

    def connect_to(self, room: Room) -> None:
        self._is_operated = True
        self.drawn.connect(room.draw_picture)

    def _add_buttons(self) -> None:
        clear, others = small_button("clear", "an empty pad"), small_button("others", "other samples to click")
        clear.clicked.connect(self._clear)
        others.clicked.connect(self._offer_others)
        arrows = [small_button(arrow, "shift the picture by a pixel") for arrow in _SHIFTS]
        for button in arrows:
            button.clicked.connect(partial(self._shift, button.text()))
        self.add_controls(clear, *arrows, others)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.drawn.emit(self.drawing)

    def hideEvent(self, event: QHideEvent) -> None:
        """Have the other views forget the picture."""
        super().hideEvent(event)
        self.drawn.emit(None)

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Mark the picture, which the arrows now move."""
        super().focusInEvent(event)
        self._refresh()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self._refresh()

    @property
    def _form(self) -> PictureFormat | None:
        return self._problem.picture if self._problem else None

    @property
    def _gives_back(self) -> bool:
        """Whether the outputs are a picture too: the network is to give its inputs back."""
        return self._problem is not None and self._problem.gives_back

    def _lay_out(self) -> None:
        area, line = self.canvas.area.adjusted(_PAD, _PAD, -_PAD, -_PAD), float(self.fontMetrics().height())
        self.caption.set_style(bold(self.font()), self._theme.text)
        self.foot.set_style(self.font(), self._theme.muted)
        self.caption.place(area.left(), area.top())
        self.foot.place(area.left(), area.bottom() - line)
        self._shown = self._answer = None
        if self._form is None or self._problem is None:
            return
        room = area.adjusted(0.0, 1.8 * line, 0.0, -1.4 * line)
        pad, picture, outputs, samples = _places(room, TITLE * line)
        self.pad.arrange(pad, self._form.shape, self._theme, self.font())
        self.picture.arrange(picture, self._form.shape, self._theme, self.font(), is_lit=self.hasFocus())
        self.squares.set_theme(self._theme)
        if self._gives_back:
            self.returned.arrange(outputs, self._form.shape, self._theme, self.font())
        else:
            self.bars.arrange(outputs, self._theme, self.font(), self._problem)
        self.offer.arrange(samples, self._theme, self.font())
        self.offer.show(self._problem)

    def _paint(self, snapshot: Snapshot) -> None:
        if snapshot.problem is not self._problem:
            self._take_problem(snapshot.problem)
        answer, form = drawn_in(snapshot), self._form
        if form is None:
            self.caption.set_words(NO_PICTURES)
            return
        drawing = self.drawing if self._is_operated or not answer else answer.drawing
        if drawing and drawing is not self._shown:
            self._show_drawing(drawing, form)
        if answer and answer is not self._answer:
            self._answer = answer
            self._show_answer(answer, snapshot.problem, form)

    def _take_problem(self, problem: Problem) -> None:
        """Begin with a sample, unless what is on the pad suits the new data too."""
        before, form = self._form, problem.picture
        self._problem = problem
        for button in self.findChildren(QToolButton):
            button.setVisible(form is not None)
        for part in (self.pad, self.picture, self.squares, self.offer):
            part.set_visible(form is not None)
        self.bars.set_visible(form is not None and not self._gives_back)
        self.returned.set_visible(form is not None and self._gives_back)
        if form is None:
            self.foot.set_words("")
            self._sheet = None
            self._change()
        elif self._sheet is None or before != form:
            self._sheet, self._wanted = Sheet(form, problem.picture_setting), None
            self._sheet.take(*self.offer.first(problem))
            self._change()
        self._lay_out()

    def _show_drawing(self, drawing: Drawing, form: PictureFormat) -> None:
        self._shown = drawing
        shares = form.shares(np.array(drawing.pixels))
        self.picture.show_picture(shares)
        if drawing.strokes:
            self.pad.show_strokes(drawing.strokes)
        else:
            self.pad.show_picture(shares)

    def _show_answer(self, answer: DrawnAnswer, problem: Problem, form: PictureFormat) -> None:
        wanted, gradient, width = answer.drawing.wanted, answer.gradient, self.canvas.area.width() - 2 * _PAD
        if self._gives_back:
            self.returned.show_picture(form.shares(raw_inputs(problem, answer.outputs)))
        else:
            self.bars.show(answer)
        self.squares.show(None if gradient is None else gradient.reshape(form.shape), self.picture.rect)
        say(self.caption, answer_words(problem, answer), width - self._corner.sizeHint().width() - _PAD)
        what = answer.drawing.words
        words: tuple[str, ...] = (what,)
        if gradient is not None and wanted is not None:
            more = f"what would make it {output_names(problem)[wanted]}? blue: more ink, orange: less ink"
            words = f"{more}   ({what})", more
        say(self.foot, words, width)

    def _change(self) -> None:
        """Have the network answer what is on the sheet now."""
        self.drawing = self._sheet.drawing(self._wanted) if self._sheet else None
        self.drawn.emit(self.drawing)

    def _show_change(self) -> None:
        self._change()
        self._show()

    def _clear(self) -> None:
        if self._sheet:
            self._sheet.clear()
            self._show_change()

    def _shift(self, arrow: str) -> None:
        if self._sheet:
            self._sheet.shift(*_SHIFTS[arrow])
            self._show_change()

    def _offer_others(self) -> None:
        self.offer.show_others()
        self.canvas.repaint_soon()

    def _press(self, point: QPointF) -> None:
        """Begin a stroke, take a sample, or want an output; a second click wants it no longer."""
        if self._sheet is None:
            return
        taken = self.offer.taken_at(point)
        output = None if self._gives_back else self.bars.column_at(point)
        if self.pad.rect.contains(point):
            self._draws = True
            self._sheet.begin(*self.pad.share_at(point))
        elif taken:
            self._sheet.take(*taken)
        elif output is not None:
            self._wanted = None if output == self._wanted else output
        self._show_change()

    def _drag(self, point: QPointF) -> None:
        if self._draws and self._sheet and self._sheet.go_on(*self.pad.share_at(point)):
            self._show_change()

    def _release(self) -> None:
        self._draws = False


def _places(room: QRectF, title: float) -> tuple[QRectF, QRectF, QRectF, QRectF]:
    """Rectangles for pad, picture, outputs and samples: in a row, in two with large squares, or in three."""
    left, top, width, height = room.left(), room.top(), room.width(), room.height()
    low = width > _LOW * height
    side = min(height - title, 0.24 * width) if low else min(0.5 * (width - _GAP), 0.62 * height - title)
    pad = QRectF(left, top, side, title + side)
    rest = room.adjusted(2 * (side + _GAP), 0.0, 0.0, 0.0)
    below = room.adjusted(0.0, title + side + _PAD, 0.0, 0.0)
    if low:
        outputs = QRectF(rest.left(), top, 0.5 * rest.width() - _GAP, height)
        samples = rest.adjusted(0.5 * rest.width(), 0.0, 0.0, 0.0)
    elif rest.width() > _BESIDE * width:
        outputs, samples = below, rest
        samples.setHeight(title + side)
    else:
        outputs = QRectF(left, below.top(), width, 0.55 * below.height())
        samples = below.adjusted(0.0, outputs.height() + _PAD, 0.0, 0.0)
    return pad, pad.translated(side + _GAP, 0.0), outputs, samples
