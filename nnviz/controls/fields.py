"""Fields to change one value.

Every field is a widget with a signal ``changed``, which carries the new value, and a method ``show_value``, which
emits nothing.

The wheel scrolls the panel around a field and never changes its value. Buttons, boxes and sliders take the focus
only by Tab, so that after a click the keys stay with the window.
"""

from collections.abc import Callable, Iterable, Sequence
from functools import wraps
from typing import Any, Concatenate, ParamSpec, Self, TypeVar

from PySide6.QtCore import QObject, QPointF, QRectF, QSignalBlocker, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QPainter,
    QPaintEvent,
    QPalette,
    QPen,
    QStandardItem,
    QStandardItemModel,
    QWheelEvent,
)
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QSizePolicy,
    QSlider,
    QSpinBox,
    QToolButton,
    QWidget,
)

_THICKNESS = 4
_Arguments = ParamSpec("_Arguments")
_Object = TypeVar("_Object", bound=QObject)


class Slider(QSlider):
    """A slider drawn as a line, filled up to a round handle; it ignores the wheel, and clicks give it no focus."""

    def __init__(self) -> None:
        super().__init__(Qt.Orientation.Horizontal)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)

    def wheelEvent(self, event: QWheelEvent) -> None:
        event.ignore()

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        begin, here, end = (self.point(value) for value in (self.minimum(), self.sliderPosition(), self.maximum()))
        strong, weak = self._colors()
        painter.setPen(_line(weak))
        painter.drawLine(begin, end)
        painter.setPen(_line(strong))
        painter.drawLine(begin, here)
        self._paint_handle(painter, here, strong)
        painter.end()

    def point(self, value: int) -> QPointF:
        """Centre of the handle at a value."""
        span = max(1, self.maximum() - self.minimum())
        length = self.handle_length()
        share = (value - self.minimum()) / span
        return QPointF(length / 2 + share * (self.width() - length), self.height() / 2)

    def handle_length(self) -> int:
        """Width of the handle, which is also the area to drag."""
        return self.minimumSizeHint().width()  # a slider can be no shorter

    def _paint_handle(self, painter: QPainter, here: QPointF, color: QColor) -> None:
        radius = min(self.handle_length(), self.height()) / 2 - 1
        role = QPalette.ColorRole.WindowText if self.hasFocus() else QPalette.ColorRole.Window
        painter.setPen(QPen(self.palette().color(role), 2))
        painter.setBrush(color)
        painter.drawEllipse(here, radius, radius)

    def _colors(self) -> tuple[QColor, QColor]:
        """Colours of the filled part, and of the rest."""
        weak = self.palette().color(QPalette.ColorRole.WindowText)
        weak.setAlphaF(0.25)
        return (self.palette().color(QPalette.ColorRole.Highlight) if self.isEnabled() else weak), weak


def _line(color: QColor) -> QPen:
    return QPen(color, _THICKNESS, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap)


def silent(
    method: Callable[Concatenate[_Object, _Arguments], None],
) -> Callable[Concatenate[_Object, _Arguments], None]:
    """Decorate a method so that its object emits no signals while it runs."""

    @wraps(method)
    def quiet(self: _Object, /, *args: _Arguments.args, **kwargs: _Arguments.kwargs) -> None:
        with QSignalBlocker(self):
            method(self, *args, **kwargs)

    return quiet


def paint_frame(widget: QWidget, color: QColor, width: float, style: Qt.PenStyle = Qt.PenStyle.SolidLine) -> None:
    """Paint a frame just inside a widget."""
    painter = QPainter(widget)
    pen = QPen(color, width, style)
    pen.setJoinStyle(Qt.PenJoinStyle.MiterJoin)
    painter.setPen(pen)
    painter.drawRect(QRectF(widget.rect()).adjusted(width / 2, width / 2, -width / 2, -width / 2))
    painter.end()


class Button(QToolButton):
    """A button with text, an icon, or both."""

    def __init__(self, text: str = "", name: str = "", tip: str = "") -> None:
        super().__init__()
        self.setText(text)
        self.setAccessibleName(name or text.replace("&", ""))
        self.setToolTip(tip)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)

    def widened(self) -> Self:
        """Let the button fill the available width; return it."""
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        return self

    def paintEvent(self, event: QPaintEvent) -> None:
        """Frame a checked button, so that it is visible from afar."""
        super().paintEvent(event)
        if self.isChecked():
            paint_frame(self, self.palette().color(QPalette.ColorRole.Highlight), 3)


class Toggle(QCheckBox):
    """A value that is true or false."""

    changed = Signal(object)

    def __init__(self, text: str, tip: str = "") -> None:
        super().__init__(text)
        self.setAccessibleName(text.replace("&", ""))
        self.setToolTip(tip)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.toggled.connect(self.changed.emit)

    @silent
    def show_value(self, value: bool) -> None:
        """Check or uncheck the box."""
        self.setChecked(value)


class Choice(QComboBox):
    """A choice of one value from a list. A value that is not in the list is shown as the placeholder."""

    changed = Signal(object)

    def __init__(self, options: Iterable[tuple[Any, str]] = ()) -> None:
        super().__init__()
        self.setSizeAdjustPolicy(self.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.setMinimumContentsLength(7)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self._options: list[tuple[Any, str]] = []
        self.offer(options)
        self.activated.connect(self._choose)

    def offer(self, options: Iterable[tuple[Any, str]]) -> None:
        """Set the options, as pairs of value and text."""
        options = list(options)
        if options != self._options:
            self.clear()
            self._options = []
            self.add_group("", options)

    def add_group(self, title: str, options: Iterable[tuple[Any, str]]) -> None:
        """Add options below a title that cannot be chosen."""
        if title:
            self.addItem(title, _NOTHING)
            self._item(self.count() - 1).setFlags(Qt.ItemFlag.NoItemFlags)
        for value, text in options:
            self.addItem(text, value)
            self._options.append((value, text))

    def show_extra(self, text: str, value: Any) -> None:
        """Show one more option at the end of the list, unless its text is empty."""
        end = self.count() - 1
        has_extra = self.itemData(end) == value
        if text and has_extra:
            self.setItemText(end, text)
        elif text:
            self.addItem(text, value)
        elif has_extra:
            self.removeItem(end)

    def allow(self, allowed: Callable[[Any], bool]) -> None:
        """Enable only the allowed values; the others stay in the list, greyed out."""
        flags = Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable
        for index in range(self.count()):
            self._item(index).setFlags(flags if allowed(self.itemData(index)) else Qt.ItemFlag.NoItemFlags)

    @silent
    def show_value(self, value: Any) -> None:
        """Show a value; the placeholder if it is not in the list."""
        values = [self.itemData(index) for index in range(self.count())]
        self.setCurrentIndex(values.index(value) if value in values else -1)

    def wheelEvent(self, event: QWheelEvent) -> None:
        event.ignore()

    def _item(self, index: int) -> QStandardItem:
        model = self.model()
        assert isinstance(model, QStandardItemModel)  # noqa: S101 - QComboBox's default model
        return model.item(index)

    def _choose(self, index: int) -> None:
        self.changed.emit(self.itemData(index))


_NOTHING = object()


class Count(QSpinBox):
    """A whole number; a typed one takes effect on Return or when the field loses the focus."""

    changed = Signal(object)

    def __init__(self, low: int, high: int) -> None:
        super().__init__()
        self.setRange(low, high)
        self.setKeyboardTracking(False)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.valueChanged.connect(self.changed.emit)
        self.lineEdit().returnPressed.connect(self.clearFocus)

    @silent
    def show_value(self, value: int) -> None:
        """Show a number."""
        self.setValue(value)

    def wheelEvent(self, event: QWheelEvent) -> None:
        event.ignore()


class StopSlider(Slider):
    """A slider over a list of values."""

    changed = Signal(object)

    def __init__(self, stops: Sequence[Any]) -> None:
        super().__init__()
        self.stops = tuple(stops)
        self.setRange(0, len(self.stops) - 1)
        self.setPageStep(max(1, len(self.stops) // 8))
        self.valueChanged.connect(self._move)

    @silent
    def show_index(self, index: int) -> None:
        """Move to the stop with this index."""
        self.setValue(index)

    def show_value(self, value: float) -> None:
        """Move to the stop nearest to a number."""
        self.show_index(min(range(len(self.stops)), key=lambda i: abs(self.stops[i] - value)))

    def _move(self, index: int) -> None:
        self.changed.emit(self.stops[index])


def describe(field: QWidget, name: str, tip: str) -> None:
    """Set the tool tip of a field, and its name for screen readers."""
    field.setAccessibleName(name)
    field.setToolTip(tip)
    for part in field.findChildren(QWidget):
        if not part.accessibleName():
            part.setAccessibleName(name)
