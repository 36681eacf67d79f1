"""A network with a memory: unrolled in time, its gradient by time step, and how often it is right."""

import numpy as np
from msgspec import structs
from PySide6.QtCore import QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QColor, QFocusEvent, QPalette
from PySide6.QtWidgets import QLabel, QLineEdit, QWidget

from nnviz.drawing.canvas import Text, as_verdict, bold
from nnviz.drawing.paths import line_pen
from nnviz.drawing.pointer import Pointer
from nnviz.drawing.room import Room
from nnviz.drawing.slider import SettingSlider
from nnviz.drawing.turns import waits
from nnviz.drawing.unrolled import Unrolled
from nnviz.drawing.view import small_button
from nnviz.drawing.words import Wordings, say
from nnviz.engine.recurrent import Course
from nnviz.engine.tape import Array
from nnviz.errors import InputError
from nnviz.kinds.memory.rule import TESTED, MemoryMoment, MemoryState, shown_course
from nnviz.kinds.memory.schema import LONGEST, MOST_GATED, Memory
from nnviz.kinds.memory.tasks import TASKS
from nnviz.numerals import short
from nnviz.plots.canvas import PlotView
from nnviz.plots.curves import Curves, Line, LinePoints
from nnviz.plots.scales import linear_scale, log_scale, percent_scale
from nnviz.theme import Theme
from nnviz.views.memory.enlarging import UnitMagnifier

_PAD, _GAP = 8.0, 20.0
_ABOVE = {False: 0.5, True: 0.62}
"""Share of the height that the unrolled network has, without gates and with them."""
_MOST_LENGTH, _LENGTH_STEP = 60.0, 5.0
_MOST_BIAS = 6.0
_LEAST = 1e-3
"""Where the axis of the gradient ends at least."""
_ALL_DECADES = 400
_CHANCE = "chance"
_LAYERS = "unrolled in time: a column for each step"
_HINTS = {"sign": "click an input to turn it", "value": "click a value to mark it"}


class SequenceField(QLineEdit):
    """A field for a sequence.

    Signals
    -------
    left : the keyboard is elsewhere now.
    """

    left = Signal()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.left.emit()


class MemoryView(PlotView[MemoryMoment]):
    """The unrolled network with a sequence, the gradient at each step, and the share right.

    Signals
    -------
    changed : Memory
        The edited experiment.
    """

    changed = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        scene = self.canvas.scene()
        self.caption, self.verdict, self.factor = (as_verdict(Text(scene)) for _ in range(3))
        self.note, self.gradient_title, self.right_title = (Text(scene) for _ in range(3))
        self.unrolled = Unrolled(scene)
        self.gradient = Curves(self.canvas, "time step t", "", is_named=False)
        self.right = Curves(self.canvas, "training step", "", is_named=False)
        self.new = small_button("new", "another sequence")
        self.first = small_button("turn first", "turn the first input into the other")
        self.read = small_button("read", "read the sequence sign by sign: one more with each press")
        self.tasks = {task.name: small_button(task.title, task.tip, checkable=True) for task in TASKS.values()}
        self.gates = small_button("LSTM", "units with gates, in place of tanh units", checkable=True)
        self.add_controls(*self.tasks.values(), self.gates)
        self._add_sequence()
        self.length = SettingSlider("length T", _MOST_LENGTH, _LENGTH_STEP, lambda value: f"{value:.0f}")
        self.bias = SettingSlider("forget bias", _MOST_BIAS, 0.5, lambda value: f"{value:.1f}")
        self.add_below(self.length, self.bias)
        self.new.clicked.connect(self._another)
        self.read.clicked.connect(self._read_on)
        self.first.clicked.connect(lambda: self._turn(0))
        for name, button in self.tasks.items():
            button.clicked.connect(lambda _on, name=name: self._anew("task", name))
        self.gates.clicked.connect(lambda on: self._anew("cell", "lstm" if on else "recurrent"))
        self.length.moved.connect(lambda value: self._anew("length", max(2, round(value))))
        self.bias.moved.connect(lambda value: self._anew("forget_bias", value))
        Pointer(self.canvas).pressed.connect(self._press)
        self.enlarged = UnitMagnifier(self, self.canvas, self.unrolled)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self._arranged: tuple[Memory, int] | None = None
        self._inputs_read: int | None = None
        self._refusal = ""
        self._told: Memory | None = None
        self._tests: Array | None = None
        self._gradient_came_last = False

    def _add_sequence(self) -> None:
        """A field for a sequence, and what can be done with it."""
        self.sequence = SequenceField()
        self.sequence.setMaxLength(LONGEST)
        self.sequence.setAccessibleName("sequence")
        self.sequence.setToolTip("type a sequence; Enter reads its first symbol, and one more with each press")
        self.sequence.returnPressed.connect(self._take_sequence)
        self.sequence.left.connect(self._leave_sequence)
        self._label = QLabel(" sequence ")
        self._label.setBuddy(self.sequence)
        self._label.setAutoFillBackground(True)
        self.add_below(self._label, self.sequence, self.read, self.new, self.first)

    def connect_to(self, room: Room) -> None:
        self.changed.connect(room.change)

    def keep_secret(self, secret: bool) -> None:
        super().keep_secret(secret)
        self._show()

    def set_theme(self, theme: Theme) -> None:
        for slider in (self.length, self.bias):
            slider.set_theme(theme)
        palette = theme.palette()
        palette.setColor(QPalette.ColorRole.Window, QColor(theme.background))
        self._label.setPalette(palette)
        super().set_theme(theme)

    def _lay_out(self) -> None:
        if self._snapshot is None:
            return
        experiment, form = self._snapshot.experiment, _form(self._snapshot.experiment)
        self._told = self._tests = None
        if self._arranged is None or self._arranged[0] != form[0]:
            self._inputs_read, self._refusal = None, ""
        self._arranged = form
        line, font = self.fontMetrics().height(), self.font()
        self.enlarged.set_theme(self._theme, font)
        area = self.canvas.area.adjusted(_PAD, _PAD, -_PAD, -_PAD)
        for text in (self.caption, self.verdict, self.factor):
            text.set_style(bold(font), self._theme.text)
        for text in (self.note, self.gradient_title, self.right_title):
            text.set_style(font, self._theme.muted)
        self._width = area.width() - self._corner.sizeHint().width() - 2 * _PAD
        self.caption.place(area.left(), area.top())
        above = area.adjusted(0.0, 1.9 * line, 0.0, 0.0)
        above.setHeight(_ABOVE[experiment.has_gates] * above.height())
        self.note.place(above.left(), above.top())
        self._note_width = above.width()
        cells = above.adjusted(0.0, 1.3 * line, 0.0, -1.6 * line)
        self.unrolled.arrange(cells, font, self._theme, experiment)
        top = self.unrolled.rows["y"].rect.bottom() + 1.6 * line
        self._course_room = QRectF(self.canvas.area)  # with the names, what is enlarged, and what it says
        self._course_room.setTop(above.top())
        self._course_room.setBottom(top)
        self._place_below(QRectF(area.left(), top, area.width(), area.bottom() - top))

    def _place_below(self, room: QRectF) -> None:
        """What it says, under it the gradient beside the share right."""
        line, font = self.fontMetrics().height(), self.font()
        self.verdict.place(room.left(), room.top() - 1.4 * line)
        half = (room.width() - _GAP) / 2
        left, right = QRectF(room.left(), room.top(), half, room.height()), room.adjusted(half + _GAP, 0, 0, 0)
        self.gradient_title.place(left.left(), left.top())
        self.gradient_title.set_words("gradient")
        named = self.gradient_title.boundingRect().width() + _PAD
        self.factor.place(left.left() + named, left.top())
        self._factor_width = half - named
        self.right_title.place(right.left(), right.top())
        self._right_width = half
        self._gradient_room, self._right_room = left, right
        for curves, place, level in ((self.gradient, left, ""), (self.right, right, _CHANCE)):
            curves.set_style(self._theme, font, [Line("", line_pen(self._theme.text, 2.5))])
            curves.arrange(place.adjusted(0.0, 1.4 * line, 0.0, 0.0), font, level=level)
            for item in (curves.lines[0], curves.dots[0]):
                as_verdict(item)

    def _paint(self, snapshot: MemoryMoment) -> None:
        experiment = snapshot.experiment
        if experiment is not self._told:
            if _form(experiment) != self._arranged:
                self._lay_out()
            self._show_settings(experiment)
        self._paint_course(snapshot)
        self._paint_rest(snapshot)

    def follow(self, snapshot: MemoryMoment) -> None:
        """Show what the network does with the sequence; the curves come with a later frame."""
        if snapshot.experiment is not self._told:
            self.show_snapshot(snapshot)
        elif self._takes(snapshot):
            self._paint_course(snapshot)
            self.canvas.repaint_soon(None if self.enlarged.cell else self._course_room)

    def show_rest(self, snapshot: MemoryMoment) -> None:
        """Show the account and one of the curves; with both, the frame would be late."""
        if snapshot.experiment is self._told and self._takes(snapshot):
            self._paint_account(snapshot)
            is_tested = snapshot.state.tests is not self._tests and self._gradient_came_last
            (self._paint_right if is_tested else self._paint_gradient)(snapshot)
            self._gradient_came_last = not is_tested
            changed = self._right_room if is_tested else self._gradient_room
            whole = QRectF(self.canvas.area)
            self.canvas.repaint_soon(whole.adjusted(0.0, 0.0, 0.0, self._course_room.top() - whole.bottom()))
            self.canvas.repaint_soon(changed)

    def _takes(self, snapshot: MemoryMoment) -> bool:
        """Take a moment, and say whether any of it can be seen."""
        self._snapshot = snapshot
        return self._is_seen and not waits(self)

    def _paint_course(self, snapshot: MemoryMoment) -> None:
        experiment, course = snapshot.experiment, shown_course(snapshot.experiment, snapshot.state)
        length = len(course.outputs)
        read = min(self._inputs_read or length, length)
        self.unrolled.show_course(course, read)
        said = answer_of(experiment, course) if self._inputs_read is None else so_far(experiment, course, read)
        say(self.verdict, said, self.canvas.area.width() - 2 * _PAD)
        self.enlarged.show()

    def _paint_rest(self, snapshot: MemoryMoment) -> None:
        self._paint_account(snapshot)
        self._paint_gradient(snapshot)
        if snapshot.state.tests is not self._tests:  # else the last one has been drawn
            self._paint_right(snapshot)

    def _paint_account(self, snapshot: MemoryMoment) -> None:
        experiment = snapshot.experiment
        self.length.show_value(float(experiment.length))
        self.bias.show_value(experiment.forget_bias)
        say(self.caption, account(experiment, snapshot.state), self._width)

    def _show_settings(self, experiment: Memory) -> None:
        """Show what changes with the experiment alone: to set it with every frame takes a third of its time."""
        self._told, task = experiment, experiment.asked
        for name, button in self.tasks.items():
            button.setChecked(name == task.name)
        self.gates.setChecked(experiment.has_gates)
        self.bias.setVisible(experiment.has_gates)
        self.first.setVisible(task.alphabet.symbol == "sign")
        share = f"share {task.right}"
        say(self.right_title, (f"{share} on fresh sequences", share), self._right_width)
        self._show_sequence(experiment)

    def _show_sequence(self, experiment: Memory) -> None:
        """Show the sequence in its field, unless one is being typed, and what can be done, or what was wrong."""
        if not self.sequence.hasFocus():
            self.sequence.setText(experiment.shown)
            self.sequence.setCursorPosition(0)
        alphabet = experiment.asked.alphabet
        self.sequence.setPlaceholderText(alphabet.example)
        hint = _HINTS[alphabet.symbol]
        self.note.setBrush(QColor(self._theme.warning if self._refusal else self._theme.muted))
        say(self.note, (self._refusal,) if self._refusal else (f"{_LAYERS}; {hint}", hint), self._note_width)

    def _paint_gradient(self, snapshot: MemoryMoment) -> None:
        state = snapshot.state
        steps, shares = relative_gradient(state)
        seen = np.ones(1) if self.canvas.keeps_secret else shares  # the axis would say how small it gets
        lowest, highest = float(seen.min(initial=_LEAST)), float(seen.max(initial=1.0))
        scale = log_scale(lowest, highest, _ALL_DECADES)
        self.gradient.show([(steps, shares)], linear_scale(float(len(state.norms))), scale)
        self.gradient.show_level(1.0, "")
        say(self.factor, factor_of(state), self._factor_width)

    def _paint_right(self, snapshot: MemoryMoment) -> None:
        """Draw the share right, test by test."""
        self._tests = tests = snapshot.state.tests
        learned, right = tests[:, 0].astype(np.float64), 100.0 * tests[:, 1].astype(np.float64)
        self.right.show([(learned, right)], linear_scale(max(100.0, float(learned[-1]))), percent_scale())
        self.right.show_level(100.0 * snapshot.experiment.asked.chance, _CHANCE)

    def _read_on(self) -> None:
        """Show one more input as read; with the last the whole is shown again."""
        if self._snapshot:
            read = (self._inputs_read or 0) + 1
            self._inputs_read = read if read < len(self._snapshot.experiment.shown_inputs) else None
            self._show()

    def _take_sequence(self) -> None:
        """Show the sequence that was typed, and read its first symbol; read on where it is there already."""
        if self._snapshot is None:
            return
        experiment = self._snapshot.experiment
        try:
            typed = experiment.typed(self.sequence.text())
        except InputError as error:
            self._refuse(f"sequence: {error}")
            return
        self._refuse("")
        if typed.sequence == experiment.shown:
            self._read_on()
        else:
            self._inputs_read = 1
            self.changed.emit(typed)

    def _leave_sequence(self) -> None:
        """What was typed and not taken is taken back."""
        if self._snapshot:
            self._refuse("")

    def _refuse(self, words: str) -> None:
        """Say what is wrong with a sequence; nothing if it is all right."""
        self._refusal, self._told = words, None
        self._show()

    def _another(self) -> None:
        if self._snapshot:
            self.changed.emit(self._snapshot.experiment.another())

    def _anew(self, key: str, value: str | float) -> None:
        if self._snapshot:
            self.changed.emit(begun_anew(self._snapshot.experiment, key, value))

    def _press(self, point: QPointF) -> None:
        step = self.unrolled.step_at(point)
        if step is not None:
            self._turn(step)

    def _turn(self, step: int) -> None:
        if self._snapshot:
            self.changed.emit(self._snapshot.experiment.turned(step))


def _form(experiment: Memory) -> tuple[Memory, int]:
    """What the layout depends on: all but what changes while it runs, and the length of the sequence shown."""
    return structs.replace(experiment, sequence="", learning_rate=1.0), len(experiment.shown_inputs)


def begun_anew(experiment: Memory, key: str, value: str | float) -> Memory:
    """The experiment with a setting that it cannot go on with: weights at random, or set by hand as before."""
    built = experiment.built if key == "length" else ""
    other = structs.replace(experiment, **{key: value}, trained=0, weights=(), built=built)
    if key in {"task", "length"}:
        other = structs.replace(other, sequence="")
    if other.has_gates and max(other.length, len(other.shown_inputs)) > MOST_GATED:
        return structs.replace(other, length=min(other.length, MOST_GATED), sequence="")
    return other


def relative_gradient(state: MemoryState) -> LinePoints:
    """Time steps from 1, and the gradient at each as a share of that at the last; none where it is too small."""
    steps = np.arange(1.0, len(state.norms) + 1.0)
    there = state.norms > 0.0
    last = float(state.norms[-1]) or 1.0
    return steps[there], np.asarray(state.norms[there] / last, np.float64)


def account(experiment: Memory, state: MemoryState) -> Wordings:
    """How often it is right, in several wordings."""
    share = f"{100.0 * state.right:.1f} %"
    right = f"{share} {experiment.asked.right}"
    how = "set by hand" if experiment.built else f"after {state.learned:,} steps"
    return f"{right} on {TESTED} fresh sequences, {how}", f"{right}, {how}", right, share


def factor_of(state: MemoryState) -> Wordings:
    """By how much the gradient changes with each step back in time, in several wordings."""
    factor = short(state.factor)
    return f"× {factor} for each step back in time", f"× {factor} a step back", f"× {factor}"


def so_far(experiment: Memory, course: Course, read: int) -> Wordings:
    """What the output says after so many inputs, in several wordings."""
    said, symbol = experiment.asked.said(float(course.outputs[read - 1, 0])), experiment.asked.alphabet.symbol
    return f"after {read} of {len(course.outputs)} {symbol}s it says {said}", f"after {read}: {said}"


def answer_of(experiment: Memory, course: Course) -> Wordings:
    """What it answers to the sequence that is shown, and whether that is right, in several wordings."""
    task = experiment.asked
    wanted = task.answers(course.inputs)
    given = course.outputs[-len(wanted) :]
    right = int(task.is_right(given, wanted).sum())
    if len(wanted) > 1:
        return f"of {len(wanted)} answers to this sequence {right} are right", f"{right} of {len(wanted)} right"
    said, sought = task.said(float(given[0, 0])), float(wanted[0, 0])
    if task.alphabet.symbol == "value":
        near = task.right if right else f"not {task.right}"
        return f"the marked values make {sought:.2f}; it says {said}: {near}", f"{sought:.2f}; it says {said}"
    verdict = "right" if right else "wrong"
    return f"what came first? it says {said}: {verdict}", f"it says {said[0]}: {verdict}"
