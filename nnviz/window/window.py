"""The main window: the only place that connects controls, session and views."""

import sys
import traceback
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

from PySide6.QtCore import QSettings
from PySide6.QtGui import (
    QAction,
    QActionGroup,
    QCloseEvent,
    QDragEnterEvent,
    QDropEvent,
    QKeySequence,
    QResizeEvent,
)
from PySide6.QtWidgets import QMainWindow, QMenu, QWidget

from nnviz.experiment.examples import EXAMPLES
from nnviz.experiment.kind import Kind
from nnviz.lessons.opening import Opened
from nnviz.runs.moment import Moment
from nnviz.runtime.session import Session
from nnviz.stage.focus import let_keys_through
from nnviz.theme import THEMES, theme
from nnviz.window.appearance import Appearance, save_geometry
from nnviz.window.commands import COMMANDS, Command, Parts
from nnviz.window.display import Display
from nnviz.window.documents import Documents
from nnviz.window.edits import Edits
from nnviz.window.files import Files, dropped_file
from nnviz.window.layout import Desk
from nnviz.window.lecture import Lecture
from nnviz.window.lessons import Lessons
from nnviz.window.notice import breakdown
from nnviz.window.recovery import Recovery
from nnviz.window.room import room_of
from nnviz.window.tables import Tables
from nnviz.window.workbench import Workbench


class Menus:
    """The window's menus.

    Parameters
    ----------
    parts : Parts
        The parts of the window that commands act on.
    """

    def __init__(self, window: QMainWindow, parts: Parts) -> None:
        self._window, self._parts = window, parts
        self._menus: dict[str, QMenu] = {}
        self.actions = {command.name: self._action(command) for command in COMMANDS}
        self.recent, self.examples = QMenu("Open &recent", window), QMenu("E&xamples", window)
        for menu in (self.recent, self.examples):
            self._menu("&File").insertMenu(self.actions["save"], menu)
        for example in EXAMPLES:
            begin = partial(parts.files.begin, example.experiment)
            self.examples.addAction(example.title).triggered.connect(begin)
        self.show_undo("")
        self.show_redo("")

    def add_themes(self, appearance: Appearance) -> None:
        """Add a menu of the themes."""
        menu = QMenu("&Theme", self._window)
        group = QActionGroup(menu)
        self._menu("&View").insertMenu(self.actions["larger_text"], menu)
        for name in THEMES:
            action = menu.addAction(theme(name).title)
            action.setCheckable(True)
            action.setChecked(name == appearance.name)
            group.addAction(action)
            action.triggered.connect(partial(appearance.use, name))
            appearance.changed.connect(lambda _, a=action, n=name: a.setChecked(appearance.name == n))

    def show_recent(self, paths: list[Path], open_: Callable[[Path], None]) -> None:
        """List the recent files."""
        self.recent.clear()
        self.recent.setEnabled(bool(paths))
        for path in paths:
            self.recent.addAction(path.name.replace("&", "&&")).triggered.connect(partial(open_, path))
            self.recent.actions()[-1].setStatusTip(str(path))

    def show_undo(self, words: str) -> None:
        """Name the edit that undo would revert; none if empty."""
        self._show_edit("undo", words)

    def show_redo(self, words: str) -> None:
        """Name the edit that redo would repeat; none if empty."""
        self._show_edit("redo", words)

    def _show_edit(self, name: str, words: str) -> None:
        self.actions[name].setEnabled(bool(words))
        self.actions[name].setText(f"{name.capitalize()} {words}".strip())

    def _action(self, command: Command) -> QAction:
        action = QAction(command.words, self._window)
        action.setShortcuts([QKeySequence(key) for key in command.keys])
        action.setAutoRepeat(command.repeats)
        action.triggered.connect(lambda _checked: command.carry_out(self._parts))
        if command.menu:
            self._menu(command.menu).addAction(action)
        self._window.addAction(action)  # its keys work while the menus are hidden, too
        return action

    def _menu(self, title: str) -> QMenu:
        if title not in self._menus:
            menu = QMenu(title, self._window)
            self._window.menuBar().addMenu(menu)
            self._menus[title] = menu
        return self._menus[title]


def _change_if_shown(panel: QWidget, change: Callable[[Any], object], value: object) -> None:
    """Make a panel's change, but not one that was typed into a panel that has been hidden since."""
    if panel.isVisibleTo(panel.window()):
        change(value)


class MainWindow(QMainWindow):
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
        self.settings = settings
        self.session = Session(self)
        self.edits = Edits(self.session)
        self.documents = Documents(settings, self)
        self.desk = Desk()
        self.workbench = Workbench(self.session, self.edits, lambda: self.desk.controls.data.brush)
        self.display = Display(
            self.desk,
            self.session,
            ("Back to before", self.session.seek_last_sound),
            ("Back, with η ÷ 10", self.workbench.retry_with_lower_rate),
        )
        self.appearance = Appearance(self, settings)
        self.lecture = Lecture(self, self.desk, self.display, self.session, self.present)
        self.files = Files(
            self,
            self.session,
            self.edits,
            self.documents,
            self.desk.notice,
            self.lecture.open,
            self.lecture.close,
        )
        self.tables = Tables(
            self,
            self.edits,
            self.desk.notice,
            self.files.take,
            self.workbench.change_data,
            lambda: self.appearance.theme,
            folder,
        )
        self.files.offer = self.tables.offer
        self.recovery = Recovery(folder, self.session, self.files, self.desk.notice)
        self.lessons = Lessons(
            self,
            self.session,
            self.lecture,
            self.display.stages,
            folder / "lessons",
            self.files.play,
            self.desk.notice.refuse,
        )
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
        self._show_documents()

    def _parts(self) -> Parts:
        return Parts(
            window=self,
            session=self.session,
            edits=self.edits,
            files=self.files,
            tables=self.tables,
            lessons=self.lessons,
            lecture=self.lecture,
            workbench=self.workbench,
            appearance=self.appearance,
            display=self.display,
            desk=self.desk,
        )

    def begin(self, experiment: Kind) -> None:
        """Show an experiment from its first step."""
        self.start(Opened(experiment=experiment))

    def start(self, first: Opened, page: int = 0) -> None:
        """Show an experiment from its first step, or a lesson's page; offer recovery after a crash."""
        self.session.experiment_changed.emit(self.session.experiment)
        self.display.show_timeline()
        if first.course and first.course.scenes[page].experiment is None:
            self.session.load(first.experiment)  # for the time after the lesson
        self.files.take(first, page)
        self.recovery.offer()

    def present(self, presenting: bool) -> None:
        """Show the window full screen, in large text and without menus and controls; or as usual."""
        self.menuBar().setHidden(presenting)
        self.desk.controls.timeline.setHidden(presenting)
        if not self.lecture.player.course:
            self.desk.left.setHidden(presenting)
        if presenting:
            self.showFullScreen()
        elif self.isFullScreen():
            self.showNormal()
        self.appearance.present(presenting=presenting)

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
        if not self.files.may_leave():
            event.ignore()
            return
        self.end()
        self.recovery.close()
        super().closeEvent(event)

    def end(self) -> None:
        """Put everything away; what is kept in case of a crash stays."""
        save_geometry(self, self.settings)
        self.hide()  # threads may take a moment to end
        self.lecture.stop()
        self.lecture.second_screen.dispose()
        self.session.close()

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if dropped_file(event.mimeData()):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        if path := dropped_file(event.mimeData()):
            self.files.open(path)

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
        session.begun.connect(self.desk.notice.forget_refusal)
        session.refused.connect(self.desk.notice.refuse)
        session.broke.connect(self.report)
        self.documents.changed.connect(self._show_documents)
        player = self.lecture.player
        for page_changed in (player.begun, player.continued):
            page_changed.connect(lambda _experiment: self.edits.clear())  # no edit reaches beyond its page
        player.scene_changed.connect(self.files.follow_lesson)
        player.scene_changed.connect(lambda _scene: self._show_documents())
        self.edits.cleanChanged.connect(self._show_documents)
        self.edits.undoTextChanged.connect(self.menus.show_undo)
        self.edits.redoTextChanged.connect(self.menus.show_redo)
        self.appearance.changed.connect(self.display.stages.set_theme)
        self.appearance.changed.connect(self.desk.set_theme)
        self.appearance.changed.connect(self.lecture.guesses.set_theme)
        self.appearance.changed.connect(self.lecture.second_screen.set_theme)

    def _connect_controls(self) -> None:
        controls, session, edits, bench = self.desk.controls, self.session, self.edits, self.workbench
        for panel, change in (
            (controls.data, bench.change_data),
            (controls.network, bench.change_network),
            (controls.training, bench.change_training),
            (controls.settings, bench.change_settings),
        ):
            panel.changed.connect(partial(_change_if_shown, panel, change))
        controls.data.open_requested.connect(self.files.choose)
        controls.data.table_requested.connect(self.tables.change)
        for another in (controls.data.brush_changed, controls.data.problem_shown):
            another.connect(lambda *_: self.desk.views.output.set_drawing(bench.draws))
        controls.data.problem_shown.connect(self.tables.check)
        controls.playback.play_toggled.connect(self.lecture.unless_held(session.toggle))
        controls.playback.step_requested.connect(self.lecture.unless_held(lambda: session.advance(steps=1)))
        controls.playback.epoch_requested.connect(self.lecture.unless_held(lambda: session.advance(epochs=1)))
        controls.playback.step_back_requested.connect(session.step_back)
        controls.playback.reset_requested.connect(edits.reset)
        controls.playback.new_seed_requested.connect(edits.new_seed)
        controls.playback.pace_changed.connect(session.pace)
        controls.timeline.sought.connect(session.seek)
        controls.timeline.resume_requested.connect(session.play)
        controls.timeline.branch_requested.connect(session.branch)
        controls.timeline.line_chosen.connect(session.switch)

    def _connect_views(self, parts: Parts) -> None:
        stage = self.desk.stage
        stage.views.room = room_of(parts)
        stage.saves = self.files
        stage.enlarging.connect(self.display.stages.enlarge)
        self.desk.lesson_made.connect(let_keys_through)
        stage.arranged.connect(lambda: self.display.show_views(stage))
        stage.drawer.opened.connect(lambda _name: self.display.show_views(stage))

    def _show_moment(self, moment: Moment) -> None:
        """Show a new moment everywhere; one slot for all, for the reason given in `nnviz.runtime.link`."""
        self.lecture.player.show_moment(moment)
        self.display.show(moment)
        if moment.step or self.edits.count():
            self.recovery.note()

    def _show_documents(self) -> None:
        """Show the lesson or file, and whether it is saved, in the title; list the recent files."""
        course = self.lecture.player.course
        name = self.documents.path.name if self.documents.path else "untitled"
        name = course.lesson.title if course else name
        self.setWindowTitle(f"{name}[*] — nnviz")
        self.setWindowModified(not self.edits.isClean())
        self.menus.show_recent(self.documents.recent, self.files.open)
