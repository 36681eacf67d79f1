"""Samples beside the pad, of each class one, to be taken with a click."""

import numpy as np
from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QFont, QFontMetricsF
from PySide6.QtWidgets import QGraphicsScene

from nnviz.data.dataset import FloatArray
from nnviz.drawing.canvas import Text, bold
from nnviz.drawing.sample_pictures import SampleStrip, name_of
from nnviz.drawing.words import say
from nnviz.experiment.problem import Problem
from nnviz.experiment.samples import Samples
from nnviz.theme import Theme
from nnviz.views.pad.frame import TITLE

_MOST = 10
"""Most samples that are offered at once."""


class SampleOffer:
    """A strip of test samples, or of training samples where nothing is held out."""

    def __init__(self, scene: QGraphicsScene) -> None:
        self.title, self.strip = Text(scene), SampleStrip(scene)
        self._turn, self._width = 0, 0.0
        self._problem: Problem | None = None

    def arrange(self, room: QRectF, theme: Theme, font: QFont) -> None:
        """Fill a rectangle."""
        self._width = room.width()
        self.title.set_style(bold(font), theme.muted)
        self.title.place(room.left(), room.top())
        self.strip.arrange(room.adjusted(0.0, TITLE * QFontMetricsF(font).height(), 0.0, 0.0), font, theme)

    def show(self, problem: Problem | None) -> None:
        """Offer samples of a problem; none if it is None."""
        self._problem = problem
        if problem is None:
            self.title.set_words("")
            self.strip.clear()
            return
        wordings = f"or click a {self._kind} sample", "or click a sample", "samples"
        say(self.title, wordings, self._width)
        named = [name_of(problem, self._samples(problem), index) for index in self._offered(problem)]
        self.strip.show(problem, self._samples(problem), self._offered(problem), named)

    def show_others(self) -> None:
        """Offer the next ones."""
        self._turn += 1
        self.show(self._problem)

    def first(self, problem: Problem) -> tuple[FloatArray, str]:
        """The numbers of the first sample, and what it is."""
        self._problem, self._turn = problem, 0
        return self._taken(problem, 0)

    def taken_at(self, point: QPointF) -> tuple[FloatArray, str] | None:
        """The numbers, shape (inputs,), of the sample under a point, as they are in the data, and what it is."""
        places = [picture.sceneBoundingRect() for picture in self.strip.pictures]
        number = next((k for k, place in enumerate(places) if place.contains(point)), None)
        return None if number is None or self._problem is None else self._taken(self._problem, number)

    def _taken(self, problem: Problem, number: int) -> tuple[FloatArray, str]:
        samples, index = self._samples(problem), self._offered(problem)[number]
        pixels = problem.dataset.inputs[samples.rows[index]]
        words = (
            f"{self._kind} sample {index + 1}, {name_of(problem, samples, index)}: its own {len(pixels)} numbers"
        )
        return pixels, words

    @property
    def _kind(self) -> str:
        return "test" if self._problem and len(self._problem.test) else "training"

    def _samples(self, problem: Problem) -> Samples:
        return problem.test if len(problem.test) else problem.train

    def _offered(self, problem: Problem) -> list[int]:
        """One sample of each class, or where there are no classes the next ones in their order."""
        samples = self._samples(problem)
        if samples.labels is None:
            first, count = self._turn * _MOST, len(samples)
            return [(first + k) % count for k in range(min(_MOST, count))]
        found = (np.flatnonzero(samples.labels == each) for each in range(len(problem.labels)))
        return [int(of[self._turn % len(of)]) for of in found if len(of)][:_MOST]

    def set_visible(self, visible: bool) -> None:
        if not visible:
            self.show(None)
