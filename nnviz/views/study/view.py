"""A study: the results of many seeds of every variant, and a table of the medians."""

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QFont, QFontMetricsF
from PySide6.QtWidgets import QToolButton, QWidget

from nnviz.drawing.canvas import Numbers, Text, as_verdict, bold
from nnviz.drawing.room import Room
from nnviz.drawing.view import Switches, small_button
from nnviz.drawing.words import say
from nnviz.kinds.study.measures import MEASURES
from nnviz.kinds.study.run import trained_again
from nnviz.kinds.study.schema import Study
from nnviz.kinds.study.snapshot import StudySnapshot
from nnviz.numerals import signed
from nnviz.plots.canvas import PlotView
from nnviz.views.study.grid import ValueGrid
from nnviz.views.study.lines import StudyLines
from nnviz.views.study.seeds import SeedPlot, positions, seed_text
from nnviz.views.study.table import MOST_COLUMNS, FiguresTable, has_table, table_rows
from nnviz.views.study.tiles import Tiles, VariantSeed

_PAD = 8.0

_ALL_RIGHT = "seeds with all samples right"


class StudyView(PlotView[StudySnapshot]):
    """Successes as tiles, or measured values as dots, one for every seed, and a table of medians below.

    Where two things vary, their medians in a table of coloured cells; if asked for, every seed as a cell.

    Signals
    -------
    picked : Experiment, callable (Run) -> Timeline
        The experiment of a seed that was clicked, and what takes its run to where the study measured it.
    """

    picked = Signal(object, object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        scene = self.canvas.scene()
        self.title, self.note, self.upward = (Text(scene, 5.0) for _ in range(3))
        self.tiles, self.plot, self.table = Tiles(scene), SeedPlot(self.canvas), FiguresTable(scene)
        self.grid, self.lines = ValueGrid(scene), StudyLines(self.canvas)
        self.canvas.tables.append(self._numbers)
        self._arranged: tuple[Study, bool] | None = None
        self.log_button: QToolButton = small_button("log", "logarithmic scale for the error", checkable=True)
        self.strips_button: QToolButton = small_button("strips", "every seed as a cell of a strip", checkable=True)
        for button in (self.log_button, self.strips_button):
            button.toggled.connect(self._show)
        self.add_controls(self.strips_button, self.log_button)
        self.canvas.hovered.connect(self._hover)
        self.canvas.left.connect(self._look_away)
        self.canvas.clicked.connect(self._pick)
        self.setAccessibleName("study")

    @property
    def switches(self) -> Switches:
        return {"log": self.log_button, "strips": self.strips_button}

    def connect_to(self, room: Room) -> None:
        self.picked.connect(room.revisit)

    def _lay_out(self) -> None:
        moment = self._snapshot
        self._arranged = (moment.experiment, self._shows_strips) if moment else None
        for part in (self.tiles, self.plot, self.lines, self.table):
            part.set_theme(self._theme)
        self.grid.set_theme(self._theme, self.font())
        if moment:
            self._arrange(moment, self.canvas.area.adjusted(_PAD, _PAD, -_PAD, -_PAD))

    def _arrange(self, moment: StudySnapshot, area: QRectF) -> None:
        study, font, line = moment.experiment, self.font(), self.fontMetrics().height()
        rows = table_rows(moment)
        top, height = self._head(study, area), self.table.height(len(rows), font)
        table = QRectF(area.left(), area.bottom() - height, area.width(), height)
        left = max(
            self.table.header_width(rows, font), self.fontMetrics().horizontalAdvance("0.00001") + 1.5 * line
        )
        body = QRectF(area.left(), top, area.width(), max(1.0, table.top() - 0.4 * line - top))
        part = self._part(study)
        for other in (self.tiles, self.plot, self.grid, self.lines):
            other.set_visible(other is part)
        if part is self.tiles:
            self.tiles.arrange(body.adjusted(left, 0.0, 0.0, 0.0), font)
        elif part is self.lines:
            self.lines.arrange(body, font, left, study)
        elif part is self.grid:
            inner = body.adjusted(left if has_table(study) else 0.0, 0.0, 0.0, 0.0)
            self.grid.arrange(inner, moment, strips=self._shows_strips)
        else:
            axis = study.axes[0]
            self.plot.arrange(body, font, left, (axis.title if axis.is_apart else "", goal(study)))
        if part in {self.plot, self.lines}:  # its columns are below the variants
            frame = (self.lines if part is self.lines else self.plot).plane.frame
            table.setRight(frame.right())
            left = frame.left() - area.left()
        self.table.arrange(table, left, font)

    @property
    def _shows_strips(self) -> bool:
        return self.strips_button.isChecked()

    def _says_slope(self, study: Study) -> bool:
        """Whether there is a line for a slope."""
        part = self._part(study)
        return part is self.lines or (
            part is self.plot and positions(study.axes[0], is_power=study.guide is not None)[1]
        )

    def _part(self, study: Study) -> Tiles | SeedPlot | ValueGrid | StudyLines:
        """What the study is shown with."""
        if study.has_lines:
            return self.lines
        if len(study.axes) > 1 or self._shows_strips:
            return self.grid
        return self.tiles if study.is_counted and len(study.cells) <= MOST_COLUMNS else self.plot

    def _head(self, study: Study, area: QRectF) -> float:
        """Write title and measure; return the y below them."""
        line, top = self.fontMetrics().height(), area.top()
        self.note.set_style(self.font(), self._theme.muted)
        shorter = _ALL_RIGHT if study.success == 1.0 else f"at least {100 * study.success:g} % right"
        goals = (
            (goal(study), shorter, shorter.replace(_ALL_RIGHT, "all right"))
            if study.measure == "success"
            else (goal(study),)
        )
        goals = ("",) if self._part(study) in {self.plot, self.lines} else goals
        for text, wordings, font in (
            (self.title, (study.title,), bold(self.font())),
            (self.upward, (" ",) if self._says_slope(study) else goals, self.font()),
        ):
            text.set_style(font, self._theme.text)
            say(text, wordings, area.width() - self._beside(study))
            text.place(area.left(), top)
            top += 1.25 * line if text.text() else 0.0
        return max(top, area.top() + 1.25 * line) + 0.2 * line  # leave space for the note too

    def _beside(self, study: Study) -> float:
        """Width of the note at the right."""
        widest = max((variant.title for variant in study.cells), key=len)
        is_read = self._part(study) in {self.plot, self.lines}  # seeds are named at the pointer
        longest = "10,000 of 10,000 seeds" if is_read else f"{widest}, seed 999: 0.0000"
        words = self.fontMetrics().horizontalAdvance(longest)
        return min(0.5 * self.canvas.area.width(), words) + self._buttons_width

    def _paint(self, snapshot: StudySnapshot) -> None:
        study = snapshot.experiment
        self.strips_button.setVisible(
            len(study.axes) == 1 and (self._shows_strips or self._part(study) is self.plot)
        )
        if (study, self._shows_strips) != self._arranged:
            self._lay_out()
            self.canvas.show_all()
        part, logarithmic = self._part(study), self.log_button.isChecked() or study.guide is not None
        if part is self.tiles:
            self.tiles.show(snapshot)
        elif part is self.lines:
            self.lines.show(snapshot, logarithmic=logarithmic)
            as_verdict(self.upward)
            words = (self.lines.slope_words(with_quartiles=whole) for whole in (True, False))
            say(self.upward, tuple(words), self.canvas.area.width() - self._buttons_width - 2.0 * _PAD)
        elif part is self.grid:
            self.grid.show(snapshot, strips=self._shows_strips, logarithmic=logarithmic)
        else:
            self.plot.show(snapshot, logarithmic=logarithmic)
            as_verdict(self.upward, self._says_slope(study))
            if self._says_slope(study):
                say(self.upward, (slope_text(snapshot) if self.plot.has_slope else "",), self.canvas.area.width())
        is_wide = study.guide is not None or study.level is not None or (part is self.plot and self.plot.is_wide)
        is_offered = snapshot.of.scale == "positive" and not is_wide
        self.log_button.setVisible(is_offered)
        self.table.show(table_rows(snapshot))
        self._look_away()

    def _numbers(self) -> Numbers:
        """A row for each seed: the variant's place on the axis, or else its number, and the measured value."""
        moment = self._snapshot
        if moment is None:
            return []
        study, (axis, *others) = moment.experiment, moment.experiment.axes
        at = axis.at if axis.is_apart and not others else range(1, len(moment.values) + 1)
        firsts = [study.one(k, 0).its_seed for k in range(len(moment.values))]
        return [
            (f"{study.cells[k].title}, seed {firsts[k] + seed}", float(at[k]), value)
            for k, column in enumerate(moment.values)
            for seed, value in enumerate(column.tolist())
        ]

    def _say(self, words: str) -> None:
        self.note.set_words(words)
        area = self.canvas.area
        self.note.place(area.right() - _PAD - self._buttons_width, area.top() + _PAD, 1.0)

    @property
    def _buttons_width(self) -> float:
        """Width of the buttons in the corner, with the space beside them."""
        is_seen = any(button.isVisibleTo(self) for button in (self.log_button, self.strips_button))
        return self._corner.sizeHint().width() + _PAD if is_seen else 0.0

    def _look_away(self) -> None:
        moment = self._snapshot
        self.canvas.viewport().unsetCursor()
        if moment:
            self._say(f"{moment.done:,} of {moment.total:,} seeds")

    def _hover(self, point: QPointF) -> None:
        """Show the seed under the pointer and its result."""
        moment, seed = self._snapshot, self._seed_at(point)
        if seed is None or moment is None:
            self._look_away()
            return
        self.canvas.viewport().setCursor(Qt.CursorShape.PointingHandCursor)
        if not (self.plot.plane.is_visible or self.lines.plane.is_visible):
            words = f"{moment.experiment.cells[seed[0]].title}, {seed_text(moment, seed)}"
            self._say(_cut(words, self.font(), self._beside(moment.experiment) + 2 * _PAD))

    def _pick(self, point: QPointF) -> None:
        moment, seed = self._snapshot, self._seed_at(point)
        if seed and moment:
            self.picked.emit(moment.experiment.one(*seed), trained_again(moment.experiment, *seed))

    def _seed_at(self, point: QPointF) -> VariantSeed | None:
        if self._arranged is None:
            return None
        return self._part(self._arranged[0]).seed_at(point)


def slope_text(moment: StudySnapshot) -> str:
    """The slope of the values over the seeds, and that of the line to compare them with."""
    low, middle, high = (signed(f"{abs(x):.2f}", x) for x in moment.slope)
    if np.isnan(moment.slope[1]):
        return ""
    guide = moment.experiment.guide
    beside = "" if guide is None else f"; dashed: {signed(f'{abs(guide):g}', guide)}"
    return f"slope {middle} [{low}, {high}]{beside}"


def goal(study: Study) -> str:
    """The measure, in words."""
    if study.measure != "success":
        return MEASURES[study.measure].title
    whole = study.success == 1.0
    return (
        "seeds that get all training samples right"
        if whole
        else f"seeds with at least {100 * study.success:g} % right"
    )


def _cut(words: str, font: QFont, width: float) -> str:
    return QFontMetricsF(font).elidedText(words, Qt.TextElideMode.ElideRight, width)
