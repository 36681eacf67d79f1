"""Words and buttons around the neurons: names of inputs and classes, kind and size of each layer."""

from collections.abc import Callable
from functools import partial

from msgspec import Struct
from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QBrush, QColor, QFont, QFontMetricsF, QPen
from PySide6.QtWidgets import QGraphicsRectItem, QGraphicsScene, QGraphicsSimpleTextItem

from nnviz.drawing.network_layout import MOST_EDGES, DiagramFrame, DiagramLayout
from nnviz.drawing.paths import cache_painting
from nnviz.drawing.words import Span, first_fitting, names_fitting, width_of
from nnviz.experiment.problem import Problem
from nnviz.theme import Theme

MOST_HIDDEN = 32
MOST_UNITS = 4096
_APART = 5.0
"""Least distance in pixels between the buttons of one layer and those of the next."""
_GAP = 8.0
"""Distance between words and neighbouring items, in pixels."""
_FOLDED = "Not all of this layer fit: a click or the wheel brings the next ones"
_MOST_OF_WIDTH = 0.2
"""Greatest width of the names on one side, as a fraction of the view's."""


class Actions(Struct, frozen=True):
    """What the diagram's buttons do.

    Parameters
    ----------
    resize : callable (sizes)
        Give the hidden layers new sizes.
    scroll : callable (layer, neurons)
        Show the neurons of a layer further on, layer 0 the inputs; back if negative.
    are_offered : bool
        There are buttons; none where nobody can press them.
    """

    resize: Callable[[tuple[int, ...]], None]
    scroll: Callable[[int, int], None]
    are_offered: bool = True


class DiagramButton(Struct, frozen=True, eq=False):
    """A small button with a sign or a word.

    ``action`` is called on a click; ``tip`` describes it.
    """

    rect: QRectF
    sign: str
    tip: str
    action: Callable[[], None]

    def is_same_as(self, other: "DiagramButton | None") -> bool:
        """Whether the other button does the same at the same place."""
        return other is not None and (self.rect, self.tip) == (other.rect, other.tip)


class Captions:
    """The texts and buttons of a diagram."""

    def __init__(self, scene: QGraphicsScene, font: QFont, theme: Theme, *, is_operated: bool) -> None:
        self._is_operated = is_operated
        self.font = font
        self._scene, self._theme = scene, theme
        self._metrics = QFontMetricsF(font)
        self.buttons: list[DiagramButton] = []

    @property
    def line(self) -> float:
        """Height of a line of text."""
        return self._metrics.height()

    @property
    def button_side(self) -> float:
        """Side of a button."""
        return max(18.0, 1.15 * self.line)

    def text(self, words: str, x: float, y: float, align: str = "center", *, muted: bool = False) -> None:
        """Add a text, vertically centred at y, with its centre, left or right end at x."""
        item = QGraphicsSimpleTextItem(words)
        item.setFont(self.font)
        item.setBrush(QBrush(QColor(self._theme.muted if muted else self._theme.text)))
        width = item.boundingRect().width()
        item.setPos(x - {"left": 0.0, "center": width / 2, "right": width}[align], y - self.line / 2)
        cache_painting(item)
        self._scene.addItem(item)

    def fitting(self, words: str, x: float, y: float, span: Span, *, muted: bool = False) -> None:
        """Add a text centred at x, or as near as a span allows; an empty text adds nothing."""
        half = self._metrics.horizontalAdvance(words) / 2
        if words:
            self.text(words, min(max(x, span[0] + half), span[1] - half), y, muted=muted)

    def button(self, sign: str, x: float, y: float, tip: str, action: Callable[[], None]) -> None:
        """Add a square button centred at (x, y)."""
        side = self.button_side
        if self._is_operated:
            self._button(QRectF(x - side / 2, y - side / 2, side, side), sign, tip, action)

    def word_button(
        self, words: str, x: float, y: float, span: Span, tip: str, action: Callable[[], None]
    ) -> None:
        """Add a button of a line's height centred at x, or as near as a span allows."""
        half = self._metrics.horizontalAdvance(words) / 2 + _GAP / 2
        middle = min(max(x, span[0] + half), span[1] - half)
        if not self._is_operated:
            self.text(words, middle, y)
            return
        self._button(QRectF(middle - half, y - self.line / 2, 2 * half, self.line), words, tip, action)

    def _button(self, rect: QRectF, sign: str, tip: str, action: Callable[[], None]) -> None:
        item = QGraphicsRectItem(rect)
        item.setPen(QPen(QColor(self._theme.border), 1.0))
        item.setBrush(QBrush(QColor(self._theme.panel)))
        item.setCursor(Qt.CursorShape.PointingHandCursor)
        item.setToolTip(tip)
        cache_painting(item)
        self._scene.addItem(item)
        self.text(sign, rect.center().x(), rect.center().y())
        self.buttons.append(DiagramButton(rect, sign, tip, action))

    def button_at(self, x: float, y: float) -> DiagramButton | None:
        """The button under a point."""
        return next((button for button in self.buttons if button.rect.contains(x, y)), None)


def frame_of(problem: Problem, width: float, height: float, font: QFont, line: float) -> DiagramFrame:
    """The part of a view left for the neurons by the words around them, given the height of a line of text."""
    left, right = (
        _room(names_fitting(names, font, _MOST_OF_WIDTH * width), font, line)
        for names in (input_names(problem), output_names(problem))
    )
    return DiagramFrame.within(width, height, left, right, line)


def input_names(problem: Problem) -> tuple[str, ...]:
    """Names beside the inputs; none beside a picture."""
    return () if problem.network.convolutions else problem.input_labels


def output_names(problem: Problem) -> tuple[str, ...]:
    """Names beside the outputs: the classes, if each has its own output."""
    return problem.classes if problem.network.layer_sizes[-1] > 1 else ()


def _room(names: list[str], font: QFont, line: float) -> float:
    return max(1.5 * line, width_of(names, font) + 2.5 * _GAP if names else 0.0)


class Annotations:
    """Adds words and buttons around the neurons of a layout.

    Words that would overlap are shortened or left out.
    """

    def __init__(self, captions: Captions, layout: DiagramLayout, frame: DiagramFrame, problem: Problem) -> None:
        self._captions, self._layout, self._frame, self._problem = captions, layout, frame, problem
        self._columns = [float(centers[0, 0]) for centers in layout.centers]
        self._hidden = layout.sizes[1:-1]
        self._counts_edges = len(layout.edges[0]) > MOST_EDGES
        self._inserts_below = layout.pitch <= 4 * captions.line  # close layers' titles leave the buttons no room
        end = self._insertion_height + captions.button_side / 2  # buttons stand above the neurons, or between them
        is_above = end < min(float(centers[0, 1]) for centers in layout.centers) - layout.side / 2
        fits = layout.pitch - (0.0 if is_above else layout.side) > captions.button_side + 2.0
        self._can_insert = len(self._hidden) < MOST_HIDDEN and fits

    @property
    def _insertion_height(self) -> float:
        return 0.95 * self._captions.line + self._inserts_below * (self._captions.button_side + 2.0)

    def add(self, actions: Actions) -> None:
        """Add everything, with buttons that do these actions."""
        self._title_layers(self._name_inputs())
        self._name_outputs()
        for position in range(len(self._hidden)):
            self._size_and_buttons(position, actions.resize)
        if self._can_insert:
            for position in range(len(self._hidden) + 1):
                self._insertion_button(position, actions.resize)
        for layer in range(len(self._columns)):
            self._count_folded(layer, actions.scroll)
        self._count_edges()

    def _span(self, layer: int, gap: float = _GAP) -> Span:
        """The horizontal span for a layer's words."""
        x, half = self._columns[layer], (self._layout.pitch - gap) / 2
        low = 4.0 if layer == 0 else x - half
        high = self._frame.width - 4.0 if layer == len(self._columns) - 1 else x + half
        return low, high

    def _name_inputs(self) -> bool:
        """Write the inputs' names if they fit; return whether they do."""
        centers, font = self._layout.centers[0], self._captions.font
        names = names_fitting(input_names(self._problem), font, self._frame.left - 2 * _GAP)
        crowded = len(centers) > 1 and centers[1, 1] - centers[0, 1] < 0.8 * self._captions.line
        if not names or crowded:
            return False
        for name, (x, y) in zip(names[_slice(self._layout.shown[0])], centers, strict=True):
            self._captions.text(name, x - self._layout.side / 2 - _GAP, y, "right")
        return True

    def _name_outputs(self) -> None:
        names = names_fitting(output_names(self._problem), self._captions.font, self._frame.right - 2 * _GAP)
        shown = names[_slice(self._layout.shown[-1])]
        for name, (x, y) in zip(shown, self._layout.centers[-1][: len(shown)], strict=True):
            self._captions.text(name, x + self._layout.side / 2 + _GAP, y, "left")

    def _title_layers(self, inputs_named: bool) -> None:
        gap = self._captions.button_side + 2 * _GAP if self._can_insert and not self._inserts_below else _GAP
        inputs = self._layout.sizes[0]
        folded = inputs > len(self._layout.centers[0])
        count = f"{inputs:,} input{'s' if inputs > 1 else ''}"
        if self._problem.network.convolutions:
            _, rows, columns = self._problem.network.convolutions[0].below
            self._title(0, gap, f"picture {rows}×{columns}", f"{rows}×{columns}", "")
        else:
            self._title(0, gap, "inputs" if inputs_named and not folded else count, count, "")
        *hidden, output = (function.title for function in self._problem.network.activations)
        for layer, title in enumerate(hidden, 1):
            self._title(layer, gap, *self._wordings(layer, title))
        self._title(len(self._columns) - 1, gap, f"output · {output}", output)

    def _wordings(self, layer: int, title: str) -> tuple[str, ...]:
        """The title of a hidden layer in several lengths: its activation, and before it a convolution's window."""
        network = self._problem.network
        if layer > len(network.convolutions):
            return (title,)
        convolution = network.convolutions[layer - 1]
        window, pool = f"{convolution.window}×{convolution.window}", convolution.pool.title
        pooled = (f"{window}, {pool}, {title}",) if convolution.pool.takes else ()
        return (*pooled, f"{window}, {title}", window)

    def _title(self, layer: int, gap: float, *wordings: str) -> None:
        span, font = self._span(layer, gap), self._captions.font
        words = first_fitting(wordings, font, span)  # a word that is cut, "sig…", helps nobody
        self._captions.fitting(words, self._columns[layer], 0.9 * self._captions.line, span, muted=True)

    def _size_and_buttons(self, position: int, resize: Callable[[tuple[int, ...]], None]) -> None:
        x, line, pitch = self._columns[position + 1], self._captions.line, self._layout.pitch
        y, side, words = self._frame.height - 1.9 * line, self._captions.button_side, f"{self._hidden[position]}"
        numbers = [f"{size}" for size in self._hidden]
        close = (width_of(numbers, self._captions.font) + side + 6.0) / 2
        is_row = pitch >= 2 * close + side + _APART  # elsewhere the buttons stand below the number
        span = (x - close + side / 2, x + close - side / 2) if is_row else self._span(position + 1)
        self._captions.fitting(first_fitting([words], self._captions.font, span), x, y, span)
        if not is_row and (pitch < 2 * side + 1.0 + _APART or self._counts_edges):
            return
        away = min(1.75 * line, max(close, (pitch - side) / 2 - _GAP)) if is_row else (side + 1.0) / 2
        y += 0.0 if is_row else 1.15 * line
        for sign, change in (("−", -1), ("+", 1)):
            size = self._hidden[position] + change
            if size <= MOST_UNITS and (size or position >= len(self._problem.network.convolutions)):
                sizes = _with_size(self._hidden, position, size)
                node = "map" if position < len(self._problem.network.convolutions) else "neuron"
                tip = "Remove this layer" if size == 0 else f"{'Add' if change > 0 else 'Remove'} a {node}"
                self._captions.button(sign, x + change * away, y, tip, partial(resize, sizes))

    def _insertion_button(self, position: int, resize: Callable[[tuple[int, ...]], None]) -> None:
        x, hidden = (self._columns[position] + self._columns[position + 1]) / 2, self._hidden
        size = hidden[min(position, len(hidden) - 1)] if hidden else 4
        sizes = (*hidden[:position], size, *hidden[position:])
        self._captions.button("+", x, self._insertion_height, "Insert a layer here", partial(resize, sizes))

    def _count_folded(self, layer: int, scroll: Callable[[int, int], None]) -> None:
        """Say which neurons of a folded layer are drawn; a click shows the next, after the last the first."""
        size, units, (low, high) = self._layout.sizes[layer], self._layout.shown[layer], self._span(layer)
        wordings, span = _folded_words(units, size), (low + _GAP / 2, high - _GAP / 2)
        words = first_fitting(wordings, self._captions.font, span) if wordings else ""
        if words:
            y = float(self._layout.centers[layer][-1, 1]) + self._layout.side / 2 + 0.85 * self._captions.line
            on = len(units) if units.stop < size else -size
            action = partial(scroll, layer, on)
            self._captions.word_button(words, self._columns[layer], y, (low, high), _FOLDED, action)

    def _count_edges(self) -> None:
        edges, right = len(self._layout.edges[0]), self._frame.width - _GAP
        if self._counts_edges:
            wordings = [f"the {MOST_EDGES} strongest of {edges:,} weights", f"{MOST_EDGES} of {edges:,} weights"]
            words = first_fitting(wordings, self._captions.font, (_GAP, right))
            y = self._frame.height - 0.6 * self._captions.line
            self._captions.fitting(words, right, y, (_GAP, right))


def _slice(units: range) -> slice:
    return slice(units.start, units.stop)


def _folded_words(units: range, size: int) -> list[str]:
    """Which units of a layer are drawn, in several lengths; empty if all are."""
    folded = size - len(units)
    if units.start:
        return [f"{units.start + 1:,}–{units.stop:,} of {size:,}", f"{units.start + 1}–{units.stop}"]
    return [f"+ {folded:,} more", f"+{folded}"] if folded else []


def _with_size(hidden: tuple[int, ...], position: int, size: int) -> tuple[int, ...]:
    """Hidden sizes with one changed; a layer of size 0 is removed."""
    return (*hidden[:position], *([size] if size else []), *hidden[position + 1 :])
