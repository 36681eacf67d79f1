"""The samples of one class that are taken for another: to see why."""

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QFont, QFontMetricsF
from PySide6.QtWidgets import QGraphicsScene

from nnviz.analysis.confused import Confused, ConfusedSamples
from nnviz.drawing.canvas import Text, bold
from nnviz.drawing.sample_strip import SampleStrip
from nnviz.experiment.problem import Problem
from nnviz.numerals import short
from nnviz.theme import Theme


class ConfusedPanel:
    """A heading, what the numbers are, and up to twelve samples with the network's answers."""

    def __init__(self, scene: QGraphicsScene) -> None:
        self.title, self.note, self.strip = Text(scene), Text(scene), SampleStrip(scene)
        self._rect, self._font = QRectF(), QFont()

    def arrange(self, rect: QRectF, font: QFont, theme: Theme) -> None:
        """Fill a rectangle."""
        self._rect, self._font = rect, font
        line = QFontMetricsF(font).height()
        self.title.set_style(bold(font), theme.text)
        self.note.set_style(font, theme.muted)
        self.title.place(rect.left(), rect.top())
        self.note.place(rect.left(), rect.top() + 1.2 * line)
        self.strip.arrange(rect.adjusted(0.0, 2.6 * line, 0.0, 0.0), font, theme)

    def clear(self) -> None:
        """Show nothing."""
        for text in (self.title, self.note):
            text.set_words("")
        self.strip.clear()

    def show(self, pair: Confused, found: ConfusedSamples, problem: Problem) -> None:
        """Show the samples of a pair."""
        actual, predicted = problem.classes[pair.actual], problem.classes[pair.predicted]
        wrong = f"{actual} taken for {predicted}" if actual != predicted else f"{actual} taken for what it is"
        shown = f", the surest {len(found.indices)}" if found.count > len(found.indices) else ""
        self._say(self.title, f"{wrong}: {found.count:,}{shown}", bold(self._font))
        self._say(self.note, _meaning(pair, problem) if found.count else "none", self._font)
        indices = found.indices.tolist()
        self.strip.show(problem, found.samples, indices, [_answer(pair, o) for o in found.outputs.tolist()])

    def _say(self, text: Text, words: str, font: QFont) -> None:
        mode = Qt.TextElideMode.ElideRight
        text.set_words(QFontMetricsF(font).elidedText(words, mode, self._rect.width()))


def _meaning(pair: Confused, problem: Problem) -> str:
    """What the numbers at the samples are."""
    classes, predicted = problem.classes, problem.classes[pair.predicted]
    if problem.network.layer_sizes[-1] == 1:
        least = "0" if problem.network.output.name == "sigmoid" else "−1"
        return f"the output, {least} for {classes[0]}, 1 for {classes[1]}"
    if pair.actual == pair.predicted:
        return f"the output for {predicted}"
    return f"the output for {predicted} : for {classes[pair.actual]}"


def _answer(pair: Confused, outputs: list[float]) -> str:
    if len(outputs) == 1:
        return short(outputs[0])
    if pair.actual == pair.predicted:
        return short(outputs[pair.predicted])
    return f"{short(outputs[pair.predicted])} : {short(outputs[pair.actual])}"
