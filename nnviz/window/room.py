"""The actions that the window offers to its views."""

from functools import cached_property, partial
from typing import TYPE_CHECKING

from nnviz.drawing.room import Room
from nnviz.runs.network_parts import Lit
from nnviz.runs.snapshot import Snapshot
from nnviz.runtime.session import Session
from nnviz.stage.stage import Stage
from nnviz.window.command import Parts
from nnviz.window.lessons import bundled
from nnviz.window.stages import Stages

if TYPE_CHECKING:  # see nnviz.late
    from nnviz.analysis.loss_plane import LossPlane, SurveyRequest
    from nnviz.runtime.survey import Survey


class LossSurvey:
    """Has the loss surveyed in the background, and shows the survey on every stage."""

    def __init__(self, session: Session, stages: Stages) -> None:
        self._session, self._stages = session, stages

    def ask(self, request: "SurveyRequest | None") -> None:
        """Begin this survey in place of the one before; only cancel that one if None."""
        if request:
            self._survey.ask(request)
        else:
            self._survey.cancel()

    @cached_property
    def _survey(self) -> "Survey":
        """Made when first needed; it leaves most of the processor to the training, and ends with the session."""
        from nnviz.runtime.survey import Survey  # noqa: PLC0415 - see nnviz.late

        survey, session = Survey(self._session), self._session
        survey.surveyed.connect(self._show)
        survey.failed.connect(session.broke)
        session.playing_changed.connect(survey.make_way)
        session.closed.connect(survey.close)
        survey.make_way(session.playing)
        return survey

    def _show(self, plane: "LossPlane") -> None:
        for stage in self._stages.all:
            if "landscape" in stage.shown:
                stage.views.landscape.show_survey(plane)


def room_of(parts: Parts) -> Room:
    """The room that views on the desk are connected to."""
    display, session, bench, stage = parts.display, parts.session, parts.workbench, parts.desk.stage
    return Room(
        look_again=partial(display.show_views, stage),
        look_at_neuron=display.look_at_neuron,
        look_at_units=display.look_at_units,
        scroll_units=display.scroll_units,
        look_at_extent=display.look_at_extent,
        probe=display.probe,
        draw_picture=display.draw_picture,
        light=partial(_light, stage),
        show_neuron=partial(_show_neuron, stage),
        show_parameter=partial(_show_parameter, stage),
        show_point=partial(_show_point, display.stages, session),
        mark_sample=display.stages.mark_sample,
        set_parameter=parts.edits.set_parameter,
        change=parts.edits.change,
        revisit=parts.edits.revisit,
        resize_hidden=bench.resize,
        choose_activation=bench.choose_activation,
        draw_stroke=bench.draw,
        advance=parts.lecture.unless_held(lambda: session.advance(steps=1)),
        seek=session.seek,
        survey=LossSurvey(session, display.stages).ask,
        has_lesson=lambda name: bundled(name).is_file(),
        open_lesson=partial(_open_lesson, parts),
    )


def _open_lesson(parts: Parts, name: str) -> None:
    """Open a shipped lesson in place of the one that is open, to which a button leads back."""
    before, index = parts.lecture.player.course, parts.lecture.player.index
    if not parts.lecture.may_run():
        return
    parts.lessons.open(name)
    if before and parts.lecture.player.course is not before:
        words = f"You come from “{before.lesson.title}”."
        parts.desk.notice.say(words, ("Back to it", partial(parts.files.play, before, index)))


def _light(stage: Stage, lit: Lit) -> None:
    stage.views.network.light(lit)


def _show_neuron(stage: Stage, layer: int, unit: int) -> None:
    for name in stage.shown:
        stage.views[name].show_neuron(layer, unit)


def _show_parameter(stage: Stage, layer: int, unit: int, source: int | None) -> None:
    for name in stage.shown:
        stage.views[name].show_parameter(layer, unit, source)


def _show_point(stages: Stages, session: Session, x: float, y: float) -> None:
    """Mark the sample nearest to a point in every plane, and show more of the point."""
    if isinstance(session.snapshot, Snapshot):
        stages.mark_sample(session.snapshot.problem.train.nearest(x, y))
    for name in stages.desk.shown:
        stages.desk.views[name].show_point(x, y)
