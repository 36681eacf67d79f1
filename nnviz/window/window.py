"""The main window: the only place that connects controls, session and views."""

import sys
import traceback
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

from PySide6.QtCore import QSettings
from PySide6.QtGui import (
    QCloseEvent,
    QDragEnterEvent,
    QDropEvent,
    QResizeEvent,
)
from PySide6.QtWidgets import QLayout, QMainWindow, QWidget

from nnviz.controls.brushes import Eraser
from nnviz.drawing.turns import TakesTurns, Turns
from nnviz.experiment.kind import Kind
from nnviz.lessons.opening import Opened
from nnviz.runs.moment import Moment
from nnviz.runtime.session import Session
from nnviz.stage.focus import Keyboard, let_keys_through
from nnviz.window.animations import Animations
from nnviz.window.appearance import Appearance, save_geometry
from nnviz.window.command import Parts
from nnviz.window.descriptions import Descriptions
from nnviz.window.display import Display
from nnviz.window.documents import Documents
from nnviz.window.edits import Edits
from nnviz.window.exports import Exports
from nnviz.window.files import Files, dropped_file
from nnviz.window.handout import Handouts
from nnviz.window.layout import Desk
from nnviz.window.lecture import Lecture
from nnviz.window.lesson_pages import LessonPages
from nnviz.window.lessons import Lessons
from nnviz.window.links import Links, linked
from nnviz.window.menus import Menus
from nnviz.window.notice import breakdown
from nnviz.window.own_process import OwnProcess
from nnviz.window.recovery import Recovery
from nnviz.window.room import room_of
from nnviz.window.speed import Speed
from nnviz.window.stages import restore_views, save_views
from nnviz.window.tables import Tables
from nnviz.window.workbench import Workbench
from nnviz.window.writing import Writing


def _change_if_shown(panel: QWidget, change: Callable[[Any], object], value: object) -> None:
    """Make a panel's change, but not one that was typed into a panel that has been hidden since."""
    if panel.isVisibleTo(panel.window()):
        change(value)


class MainWindow(QMainWindow, TakesTurns):
    """The main window.

    Parameters
    ----------
    settings : QSettings
        Settings kept between sessions.
    folder : Path
        Folder for the recovery copy and the user's lessons.
    """

    def __init__(self, settings: QSettings, folder: Path) -> None:
        super().__init__()
        self.turns = Turns(self)
        self.settings = settings
        self.session = Session(self)
        self.edits = Edits(self.session)
        self.documents = Documents(settings, self)
        self.keyboard = Keyboard(self)
        self.desk = Desk()
        self.workbench = Workbench(
            self.session,
            self.edits,
            lambda: self.desk.controls.data.brush,
            lambda sheet: self.display.stages.show_sheet(sheet),  # noqa: PLW0108 - the display is made below
        )
        self.display = Display(
            self.desk,
            self.session,
            ("Back to before", self.session.seek_last_sound),
            ("Back, with η ÷ 10", self.workbench.retry_with_lower_rate),
        )
        self.descriptions = Descriptions(self.desk.stage, self.session)
        self.appearance = Appearance(self, settings)
        self.speed = Speed(self.desk.controls.playback, self.session, settings)
        self.lecture = Lecture(self, self.desk, self.display, self.session, self.speed, self.present)
        self._make_files(folder)
        self._make_lessons(folder)
        self.setCentralWidget(self.desk)
        self.setAcceptDrops(True)
        parts = self._parts()
        self.menus = Menus(self, parts)
        self.menus.add_themes(self.appearance)
        self._connect_session()
        self._connect_controls()
        self._connect_views(parts)
        let_keys_through(self)
        self.appearance.apply()
        self.display.stages.arrange()
        restore_views(self.desk.stage, settings)
        self._show_documents()

    def _make_files(self, folder: Path) -> None:
        """Make what reads and writes files."""
        self.files = Files(
            self,
            self.session,
            self.edits,
            self.documents,
            self.desk.notice,
            self.lecture.open,
            self.lecture.close,
        )
        self.exports = Exports(self, self.session, self.documents, self.desk.notice)
        self.tables = Tables(
            self.desk,
            self.edits,
            self.files.take,
            self.workbench.change_data,
            lambda: self.appearance.theme,
            folder,
        )
        self.files.offer = self.tables.offer
        self.recovery = Recovery(folder, self.session, self.files, self.desk.notice)

    def _make_lessons(self, folder: Path) -> None:
        """Make what lessons are chosen, written and printed with."""
        self.lessons = Lessons(
            self, self.display.stages, folder / "lessons", self.files.play, self.desk.notice.refuse
        )
        self.writing = Writing(self.desk, self.lecture)
        self.pages = LessonPages(self.desk, self.session, self.display.stages, self.lessons, self.writing)
        self.process = OwnProcess(self, self.desk.notice)
        self.handouts = Handouts(self, self.desk.notice, self.process)
        self.animations = Animations(
            self, self.session, self.documents, self.desk.notice, self.process, lambda: self.appearance.name
        )

    def _parts(self) -> Parts:
        return Parts(
            window=self,
            session=self.session,
            edits=self.edits,
            files=self.files,
            exports=self.exports,
            links=Links(self.session, self.desk.notice, self.lecture.blank, self.files.open),
            tables=self.tables,
            lessons=self.lessons,
            lecture=self.lecture,
            writing=self.writing,
            pages=self.pages,
            handouts=self.handouts,
            animations=self.animations,
            workbench=self.workbench,
            appearance=self.appearance,
            display=self.display,
            desk=self.desk,
            keyboard=self.keyboard,
        )

    def begin(self, experiment: Kind) -> None:
        """Show an experiment from its first step."""
        self.start(Opened(experiment=experiment))

    def start(self, first: Opened, page: int = 0) -> None:
        """Show an experiment from its first step, a lesson's page or a table's sheet; offer what a crash left."""
        self.session.experiment_changed.emit(self.session.experiment)
        self.display.show_timeline()
        if first.course and first.course.scenes[page].experiment is None:
            self.session.load(first.experiment)  # for the time after the lesson
        if first.is_table and first.run is None:
            self.files.take(Opened())
            self.tables.offer(first)
        else:
            self.files.take(first, page)
        self.recovery.offer()

    def present(self, presenting: bool) -> None:
        """Show the window full screen, in large text and without menus and controls; or as usual."""
        self.menuBar().setHidden(presenting)
        self.desk.edge.fold(presenting)
        if not self.lecture.player.course:
            self.desk.left.setHidden(presenting)
        if presenting:
            self.writing.close()
            self.showFullScreen()
        elif self.isFullScreen():
            self.showNormal()
        # text that follows the height would hold a window wide that goes to a smaller screen
        free, usual = QLayout.SizeConstraint.SetNoConstraint, QLayout.SizeConstraint.SetDefaultConstraint
        if layout := self.layout():
            layout.setSizeConstraint(free if presenting else usual)
        if presenting:
            self.setMinimumSize(0, 0)
        self.appearance.present(presenting=presenting)
        self.recovery.put_off(presenting)

    def report(self, error: BaseException) -> None:
        """Show an unexpected error, and print its traceback."""
        traceback.print_exception(error, file=sys.stderr)
        self.desk.notice.refuse(breakdown(error))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.appearance.fit()
        if self.lecture.player.course:
            self.desk.divide_width()

    def close_unasked(self) -> None:
        """Close without a question."""
        self.files.asks = False
        self.close()

    def closeEvent(self, event: QCloseEvent) -> None:
        """Close everything, unless the user cancels to keep unsaved work."""
        if not self.files.may_leave() or (self.files.asks and not self.writing.may_leave()):
            event.ignore()
            return
        self.end()
        self.recovery.close()
        super().closeEvent(event)

    def end(self) -> None:
        """Put everything away; what is kept in case of a crash stays."""
        save_geometry(self, self.settings)
        if not self.lecture.player.course:
            save_views(self.desk.stage, self.settings)
        self.hide()  # threads may take a moment to end
        self.lecture.stop()
        self.lecture.second_screen.dispose()
        self.tables.close()
        self.session.close()

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if dropped_file(event.mimeData()) or linked(event.mimeData()):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        if dropped := dropped_file(event.mimeData()) or linked(event.mimeData()):
            self.keyboard.finish_typing()
            self.files.open(dropped)

    def _connect_session(self) -> None:
        session, controls = self.session, self.desk.controls
        session.snapshot_changed.connect(self._show_moment)
        session.stood_still.connect(self.display.next_frame)
        session.timeline_changed.connect(self.display.show_timeline)
        session.playing_changed.connect(controls.playback.show_playing)
        session.playing_changed.connect(self.display.catch_up)
        session.experiment_changed.connect(self.desk.show_experiment)
        session.loading_changed.connect(self.desk.loading.show_work)
        self.desk.loading.given_up.connect(session.give_up)
        self.desk.loading.given_up.connect(self.tables.first_rows.give_up)
        session.begun.connect(self.desk.notice.forget_refusal)
        session.refused.connect(self.desk.notice.refuse)
        session.broke.connect(self.report)
        self.documents.changed.connect(self._show_documents)
        player = self.lecture.player
        for page_changed in (player.begun, player.continued):
            page_changed.connect(lambda _experiment: self.edits.clear())  # no edit reaches beyond its page
        player.scene_changed.connect(self.files.follow_lesson)
        player.scene_changed.connect(lambda _scene: self._show_documents())
        player.question_changed.connect(lambda _state: self.descriptions.describe_all())
        self.edits.cleanChanged.connect(self._show_documents)
        for stack in (self.edits, self.writing.manuscript.stack):
            stack.undoTextChanged.connect(self._show_undo)
            stack.redoTextChanged.connect(self._show_undo)
        self.writing.toggled.connect(self._show_undo)
        self.appearance.changed.connect(self.display.stages.set_theme)
        self.appearance.changed.connect(self.desk.set_theme)
        self.appearance.changed.connect(self.lecture.guesses.set_theme)
        self.appearance.changed.connect(self.lecture.second_screen.set_theme)

    def _show_undo(self) -> None:
        """Name what undo and redo would do: to the lesson while it is written, else to the experiment."""
        stack = self.writing.manuscript.stack if self.writing.is_open else self.edits
        self.menus.show_undo(stack.undoText())
        self.menus.show_redo(stack.redoText())

    def _connect_controls(self) -> None:
        controls, session, edits, bench = self.desk.controls, self.session, self.edits, self.workbench
        for panel, change in (
            (controls.data, bench.change_data),
            (controls.network, bench.change_network),
            (controls.training, bench.change_training),
            (controls.settings, bench.change_settings),
        ):
            panel.changed.connect(partial(_change_if_shown, panel, change))
            panel.refused.connect(self.desk.notice.refuse)
            panel.corrected.connect(self.desk.notice.take_back)
        controls.data.open_requested.connect(self.files.choose)
        controls.data.table_requested.connect(self.tables.change)
        for another in (controls.data.brush_changed, controls.data.problem_shown):
            another.connect(self._take_brush)
        controls.data.canvas_cleared.connect(bench.clear)
        controls.data.problem_shown.connect(self.tables.check)
        controls.playback.play_toggled.connect(self.lecture.unless_held(session.toggle))
        controls.playback.step_requested.connect(self.lecture.unless_held(lambda: session.advance(steps=1)))
        controls.playback.epoch_requested.connect(self.lecture.unless_held(lambda: session.advance(epochs=1)))
        controls.playback.step_back_requested.connect(session.step_back)
        controls.playback.reset_requested.connect(edits.reset)
        controls.playback.new_seed_requested.connect(edits.new_seed)
        controls.timeline.sought.connect(session.seek)
        controls.timeline.resume_requested.connect(session.play)
        controls.timeline.branch_requested.connect(session.branch)
        controls.timeline.line_chosen.connect(session.switch)

    def _take_brush(self) -> None:
        """Let the pen draw in the plane, or erase with the eraser's size, or not."""
        brush = self.desk.controls.data.brush
        self.desk.views.output.set_drawing(
            self.workbench.draws, brush.radius if isinstance(brush, Eraser) else 0.0
        )
        if brush is None:
            self.workbench.put_sheet_away()

    def _connect_views(self, parts: Parts) -> None:
        stage = self.desk.stage
        stage.views.room = room_of(parts)
        stage.saves = self.exports
        stage.enlarging.connect(self.display.stages.enlarge)
        self.desk.lesson_made.connect(let_keys_through)
        self.desk.form_made.connect(let_keys_through)
        stage.arranged.connect(lambda: self.display.show_views(stage))
        stage.drawer.opened.connect(lambda _name: self.display.show_views(stage))
        for signal in (stage.arranged, stage.drawer.opened):
            signal.connect(lambda *_: self.menus.show_views(stage))

    def _show_moment(self, moment: Moment) -> None:
        """Show a new moment everywhere; one slot for all, for the reason given in `nnviz.runtime.link`."""
        self.lecture.player.show_moment(moment)
        self.display.show(moment)
        self.descriptions.show_moment()
        if moment.step or self.edits.count():
            self.recovery.note()

    def _show_documents(self) -> None:
        """Show the lesson or file, and whether it is saved, in the title; list the recent files."""
        course = self.lecture.player.course
        name = self.documents.path.name if self.documents.path else "untitled"
        if course:
            own = f" ({course.path.name})" if course.path and not self.writing.manuscript.fixed else ""
            name = f"{course.lesson.title}{own}"
        self.setWindowTitle(f"{name}[*] — nnviz")
        self.setWindowModified(not self.edits.isClean())
        self.menus.show_recent(self.documents.recent, self.files.open)
