"""The main window: connects controls, session and views, and nothing else does."""

import sys
import traceback
from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QSettings
from PySide6.QtGui import QCloseEvent, QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QMainWindow

from nnviz.experiment.experiment import Experiment
from nnviz.experiment.files import load_experiment
from nnviz.runtime.session import Session
from nnviz.window import dialogs, trouble
from nnviz.window.appearance import Appearance
from nnviz.window.display import Display
from nnviz.window.documents import Documents
from nnviz.window.edits import Edits
from nnviz.window.files import Files, dropped_file
from nnviz.window.focus import let_keys_through
from nnviz.window.layout import Desk
from nnviz.window.menus import Menus
from nnviz.window.recovery import Recovery
from nnviz.window.workbench import Workbench


class MainWindow(QMainWindow):
    """A network that learns in front of you.

    Parameters
    ----------
    settings : QSettings
        What is kept between sessions.
    folder : Path
        Where the state is kept for recovery.
    """

    def __init__(self, settings: QSettings, folder: Path) -> None:
        super().__init__()
        self.settings = settings
        self.session = Session(self)
        self.edits = Edits(self.session)
        self.documents = Documents(settings, self)
        self.recovery = Recovery(folder)
        self.desk = Desk()
        self.workbench = Workbench(self.session, self.edits, lambda: self.desk.controls.data.brush)
        self.display = Display(
            self.desk,
            self.session,
            ("Back to before", self.session.seek_last_sound),
            ("Back, with η ÷ 10", self.workbench.go_on_gently),
        )
        self.files = Files(self, self.session, self.edits, self.documents, self.desk.notice.say)
        self.appearance = Appearance(self, settings)
        self.setCentralWidget(self.desk)
        self.setAcceptDrops(True)
        self.menus = Menus(self, self._doings())
        self.menus.add_themes(self.appearance)
        self._connect_session()
        self._connect_controls()
        self._connect_views()
        let_keys_through(self)
        self.appearance.apply()
        self._show_documents()

    def begin(self, experiment: Experiment) -> None:
        """Show an experiment from its first step; offer what a crash left behind."""
        self.session.experiment_changed.emit(self.session.experiment)
        self.display.show_timeline()
        self.session.load(experiment)
        if left := self.recovery.left_behind:
            self.desk.notice.say(
                "nnviz did not end in order the last time. What was under way has been kept.",
                ("Take it up", lambda: self.session.load(load_experiment(left))),
                ("Forget it", self.recovery.discard),
            )

    def report(self, error: BaseException) -> None:
        """Say that something went wrong that nobody foresaw, and print all about it."""
        traceback.print_exception(error, file=sys.stderr)
        self.desk.notice.say(trouble.breakdown(error))

    def closeEvent(self, event: QCloseEvent) -> None:
        """End in order, unless the person would rather save."""
        if not self.files.may_close():
            event.ignore()
            return
        self.settings.setValue("geometry", self.saveGeometry())
        self.session.close()
        self.recovery.close()
        super().closeEvent(event)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Take a file."""
        if dropped_file(event.mimeData()):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        """Open a file."""
        if path := dropped_file(event.mimeData()):
            self.files.open(path)

    def _doings(self) -> dict[str, Callable[[], object]]:
        session, edits, files, appearance = self.session, self.edits, self.files, self.appearance
        return {
            "choose_file": files.choose,
            "save": files.save,
            "save_as": files.save_as,
            "export_picture": files.export_picture,
            "close": self.close,
            "undo": edits.undo,
            "redo": edits.redo,
            "toggle_play": session.toggle,
            "step": lambda: session.advance(steps=1),
            "step_back": session.step_back,
            "epoch": lambda: session.advance(epochs=1),
            "epoch_back": session.epoch_back,
            "reset": edits.reset,
            "new_seed": edits.new_seed,
            "resume_here": session.play,
            "branch": session.branch,
            "next_theme": appearance.next,
            "larger_text": lambda: appearance.zoom_to(appearance.zoom + 1),
            "smaller_text": lambda: appearance.zoom_to(appearance.zoom - 1),
            "normal_text": lambda: appearance.zoom_to(0),
            "toggle_panels": lambda: self.desk.panels.setVisible(self.desk.panels.isHidden()),
            "toggle_full_screen": lambda: self.showNormal() if self.isFullScreen() else self.showFullScreen(),
            "show_keys": lambda: dialogs.show_keys(self),
            "show_about": lambda: dialogs.show_about(self),
        }

    def _connect_session(self) -> None:
        session, controls = self.session, self.desk.controls
        session.snapshot_changed.connect(self.display.show)
        session.snapshot_changed.connect(self.recovery.keep)
        session.snapshot_changed.connect(self._let_draw)
        session.timeline_changed.connect(self.display.show_timeline)
        session.playing_changed.connect(controls.playback.show_playing)
        session.playing_changed.connect(self.display.catch_up)
        for panel in (controls.data, controls.network, controls.training):
            session.experiment_changed.connect(panel.show_experiment)
        session.refused.connect(self.desk.notice.say)
        session.broke.connect(self.report)
        self.documents.changed.connect(self._show_documents)
        self.edits.cleanChanged.connect(self._show_documents)
        self.edits.undoTextChanged.connect(self.menus.show_undo)
        self.edits.redoTextChanged.connect(self.menus.show_redo)
        self.appearance.changed.connect(self.display.set_theme)

    def _connect_controls(self) -> None:
        controls, session, edits, bench = self.desk.controls, self.session, self.edits, self.workbench
        controls.data.changed.connect(bench.change_data)
        controls.data.open_requested.connect(self.files.choose)
        controls.data.brush_changed.connect(self._let_draw)
        controls.network.changed.connect(bench.change_network)
        controls.training.changed.connect(bench.change_training)
        controls.playback.play_toggled.connect(session.toggle)
        controls.playback.step_requested.connect(lambda: session.advance(steps=1))
        controls.playback.epoch_requested.connect(lambda: session.advance(epochs=1))
        controls.playback.step_back_requested.connect(session.step_back)
        controls.playback.reset_requested.connect(edits.reset)
        controls.playback.new_seed_requested.connect(edits.new_seed)
        controls.playback.pace_changed.connect(session.pace)
        controls.timeline.sought.connect(session.seek)
        controls.timeline.resume_requested.connect(session.play)
        controls.timeline.branch_requested.connect(session.branch)
        controls.timeline.line_chosen.connect(session.switch)

    def _connect_views(self) -> None:
        views = self.desk.views
        views.network.hovered.connect(self.display.look_at_neuron)
        views.network.capacity_changed.connect(self.display.look_at_units)
        views.network.hidden_changed.connect(self.workbench.resize)
        views.network.parameter_set.connect(self.edits.set_parameter)
        views.matrices.picked.connect(views.network.open_card)
        views.output.stroke_drawn.connect(self.workbench.draw)
        self.desk.drawer.opened.connect(self.display.look_into_drawer)

    def _let_draw(self) -> None:
        """Let the pointer draw where the brush suits the data, which may have changed."""
        self.desk.views.output.set_drawing(self.workbench.draws)

    def _show_documents(self) -> None:
        """Say in the title which file it is, and whether it is saved; list the recent ones."""
        name = self.documents.path.name if self.documents.path else "untitled"
        self.setWindowTitle(f"{name}[*] — nnviz")
        self.setWindowModified(not self.edits.isClean())
        self.menus.show_recent(self.documents.recent, self.files.open)
