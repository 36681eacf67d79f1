from collections.abc import Callable
from functools import partial
from itertools import pairwise
from pathlib import Path
from time import perf_counter
from typing import Any, Protocol

import pytest
from pytestqt.qtbot import QtBot

from nnviz.experiment.experiment import Data, Experiment, NetworkDesign, Training
from nnviz.runs.run import NetworkRun
from nnviz.runs.scene import Lens
from nnviz.runs.snapshot import Snapshot
from nnviz.runtime.session import Session

XOR = Experiment()
MOONS = Experiment(data=Data(name="moons"))
MISSING = Experiment(data=Data(file="/nowhere/missing.csv"))

Tuned = Callable[..., Experiment]
Headless = Callable[[Experiment, int], Snapshot]
RequireSame = Callable[[Snapshot, Snapshot], None]


class Watch(Protocol):
    session: Session
    snapshots: list[Snapshot]
    experiments: list[Experiment]
    playing: list[bool]
    refused: list[str]
    broke: list[Exception]

    @property
    def now(self) -> Snapshot: ...
    @property
    def steps(self) -> list[int]: ...
    def is_idle(self) -> bool: ...
    def until(self, condition: Callable[[], bool]) -> None: ...
    def settle(self) -> Snapshot: ...
    def load(self, experiment: Experiment) -> Snapshot: ...
    def play_to(self, step: int) -> Snapshot: ...


def test_loading_shows_the_beginning(watch: Watch, headless: Headless, require_same: RequireSame) -> None:
    watch.session.load(MOONS)
    assert watch.experiments == [MOONS]
    snapshot = watch.settle()
    require_same(snapshot, headless(MOONS, 0))
    assert snapshot.metrics.as_record() == headless(MOONS, 0).metrics.as_record()
    assert snapshot.scene is not None
    assert snapshot.scene.region is not None
    assert watch.steps == [0]
    assert watch.session.timeline.line.moments[0].scene is None
    assert (watch.experiments, watch.playing, watch.refused, watch.broke) == ([MOONS], [], [], [])


def test_playing_goes_on_until_paused_and_then_no_timer_runs(watch: Watch) -> None:
    watch.load(XOR)
    assert watch.is_idle()
    watch.session.play()
    assert not watch.is_idle()
    watch.until(lambda: watch.now.step > 200)
    watch.session.pause()
    step = watch.settle().step
    assert not watch.session.playing
    assert watch.playing == [True, False]
    watch.session.look(Lens(shown=3))
    assert watch.settle().step == step
    assert watch.steps == sorted(set(watch.steps))
    assert (watch.steps[0], watch.steps[-1]) == (0, step)


def test_toggling_plays_and_pauses(watch: Watch) -> None:
    watch.load(XOR)
    watch.session.toggle()
    watch.until(lambda: watch.session.playing and watch.now.step > 0)
    watch.session.toggle()
    watch.settle()
    assert watch.playing == [True, False]


@pytest.mark.parametrize("amounts", [{"steps": 1}, {"steps": 37}, {"epochs": 1}, {"epochs": 3}, {}])
def test_advancing_is_exact(
    watch: Watch, headless: Headless, require_same: RequireSame, amounts: dict[str, int]
) -> None:
    watch.load(XOR)
    watch.session.advance(steps=3)
    watch.settle()
    watch.session.advance(**amounts)
    snapshot = watch.settle()
    expected = 25 * amounts["epochs"] if "epochs" in amounts else 3 + amounts.get("steps", 0)
    require_same(snapshot, headless(XOR, expected))
    assert snapshot.metrics.as_record() == headless(XOR, expected).metrics.as_record()
    assert not watch.session.playing
    watch.session.advance(steps=2)
    assert watch.settle().step == expected + 2


def test_a_pace_is_kept(watch: Watch) -> None:
    watch.load(XOR)
    watch.session.pace(10.0)
    began = perf_counter()
    watch.session.play()
    watch.until(lambda: watch.now.step >= 6)
    took = perf_counter() - began
    assert took >= 0.5
    assert took < 3.0
    assert watch.now.step <= 1 + 10 * took
    assert watch.session.playing
    watch.session.pace(None)
    watch.until(lambda: watch.now.step >= 1000)


def test_one_step_a_second_is_one_step_a_second(watch: Watch) -> None:
    watch.load(XOR)
    watch.session.pace(1.0)
    watch.session.play()
    watch.until(lambda: watch.now.step == 1)
    first = perf_counter()
    watch.until(lambda: watch.now.step == 2)
    assert 0.8 <= perf_counter() - first <= 3.0
    watch.session.pause()
    watch.settle()
    assert watch.steps == [0, 1, 2]


def test_a_moment_gone_to_is_shown_as_it_was_and_what_is_later_stays(
    watch: Watch, require_same: RequireSame, headless: Headless
) -> None:
    watch.load(XOR)
    watch.play_to(500)
    before = list(watch.steps)
    moments = list(watch.session.timeline.line.moments)
    middle = moments[len(moments) // 2]
    watch.session.seek(middle.step)
    shown = watch.settle()
    require_same(shown, middle)
    require_same(shown, headless(XOR, middle.step))
    assert shown.metrics.as_record() == headless(XOR, middle.step).metrics.as_record()
    assert shown.scene is not None
    assert watch.steps == before
    assert watch.session.timeline.line.moments == moments
    where = [watch.session.in_past]
    watch.session.seek(10**9)
    require_same(watch.settle(), moments[-1])
    assert [*where, watch.session.in_past] == [True, False]
    watch.session.seek(-5)
    require_same(watch.settle(), moments[0])


def test_going_on_from_the_past_takes_the_same_course(
    watch: Watch, require_same: RequireSame, headless: Headless, tuned: Tuned
) -> None:
    for optimizer in ("sgd", "adam"):
        experiment = tuned(XOR, optimizer=optimizer)
        watch.load(experiment)
        last = watch.play_to(400).step
        watch.session.seek(last // 2)
        middle = watch.settle().step
        watch.session.play()
        assert watch.steps[-1] == middle
        snapshot = watch.play_to(middle + 300)
        require_same(snapshot, headless(experiment, snapshot.step))
        assert watch.steps == sorted(set(watch.steps))


def test_steps_and_epochs_back(watch: Watch, headless: Headless, require_same: RequireSame) -> None:
    watch.load(XOR)
    watch.session.advance(epochs=3)
    watch.settle()
    kept = list(watch.session.timeline.line.moments)
    for back, step in (
        (watch.session.step_back, 74),
        (watch.session.step_back, 73),
        (watch.session.epoch_back, 50),
        (watch.session.epoch_back, 25),
        (watch.session.step_back, 24),
        (watch.session.epoch_back, 0),
        (watch.session.step_back, 0),
        (watch.session.epoch_back, 0),
    ):
        back()
        require_same(watch.settle(), headless(XOR, step))
    assert watch.session.timeline.line.moments == kept


def test_epochs_back_are_those_of_the_batch_size_now(watch: Watch, tuned: Tuned) -> None:
    watch.load(XOR)
    watch.session.advance(steps=7)
    watch.settle()
    watch.session.update(tuned(XOR, batch_size=50))  # begins the epoch anew, at a step that is no multiple of 5
    watch.settle()
    watch.session.advance(epochs=3)
    watch.settle()
    watch.session.advance(steps=2)
    steps = [watch.settle().step]
    for _ in range(3):
        watch.session.epoch_back()
        steps.append(watch.settle().step)
    assert steps == [24, 22, 17, 12]
    last = watch.session.timeline.line.moments[-1]
    assert (last.epoch_at(26), last.epoch_at(27)) == (3, 4)


def test_a_step_back_over_an_edit_goes_to_a_kept_moment(watch: Watch) -> None:
    watch.load(XOR)
    watch.session.advance(steps=100)
    watch.settle()
    watch.session.set_parameter(0, 0, 0, 2.0)
    watch.settle()
    watch.session.step_back()
    kept = [moment.step for moment in watch.session.timeline.line.moments]
    assert watch.settle().step in {99, *kept}
    watch.session.seek(100)
    edited = watch.settle()
    assert edited.weights[0][0, 0] == 2.0


def test_a_branch_leaves_the_old_line_as_it_was(watch: Watch, require_same: RequireSame) -> None:
    watch.load(XOR)
    end = watch.play_to(300)
    old = watch.session.timeline.line
    kept = list(old.moments)
    watch.session.seek(end.step // 2)
    start = watch.settle()
    watch.session.branch()
    assert not watch.session.in_past
    watch.play_to(start.step + 100)
    branch = watch.session.timeline.line
    assert branch is not old
    assert branch.parent is old
    assert branch.origin is not None
    assert branch.origin.step == start.step
    assert [moment for moment in branch.moments if moment.step <= start.step] == kept[
        : kept.index(branch.origin) + 1
    ]
    assert old.moments == kept
    watch.session.switch(old)
    require_same(watch.settle(), end)
    assert watch.session.timeline.line is old
    watch.session.switch(branch)
    require_same(watch.settle(), branch.moments[-1])


def test_a_line_that_is_gone_cannot_be_gone_to(watch: Watch) -> None:
    watch.load(XOR)
    watch.session.advance(steps=5)
    watch.settle()
    gone = watch.session.timeline.line
    watch.load(MOONS)
    shown = watch.now
    watch.session.switch(gone)
    assert watch.settle() is shown


def test_settings_change_while_it_learns(watch: Watch, tuned: Tuned) -> None:
    watch.load(XOR)
    watch.session.play()
    watch.until(lambda: watch.now.step > 100)
    faster = tuned(XOR, learning_rate=0.3, l2=0.001, batch_size=25)
    watch.session.update(faster)
    assert watch.session.experiment == faster
    watch.until(lambda: watch.now.experiment == faster)
    step = watch.now.step
    assert step >= 100
    watch.until(lambda: watch.now.step > step + 100)
    assert watch.session.playing
    assert (watch.steps[0], len(watch.session.timeline.lines)) == (0, 1)
    watch.session.pause()
    watch.settle()
    assert watch.experiments == [faster]


def _is_beyond(watch: Watch, step: int) -> bool:
    return watch.now.step > step


def _until_a_report_waits(session: Session) -> None:
    """Let the thread go on until it has something to tell, without listening to it."""
    deadline = perf_counter() + 10.0
    while not session._link._outbox.reports:
        assert perf_counter() < deadline


def test_a_report_from_before_a_change_does_not_take_it_back(watch: Watch, tuned: Tuned) -> None:
    watch.load(XOR)
    watch.session.play()
    watch.until(lambda: watch.now.step > 20)
    rates = [0.1, 0.2, 0.3, 0.4]
    for rate in rates:
        _until_a_report_waits(watch.session)
        watch.session.update(tuned(XOR, learning_rate=rate))
        watch.session._link._tick()  # before the thread can have heard of it
        watch.until(partial(_is_beyond, watch, watch.now.step))
    watch.session.pause()
    watch.settle()
    assert [experiment.training.learning_rate for experiment in watch.experiments] == rates


def test_a_learning_rate_keeps_the_weights(watch: Watch, tuned: Tuned, require_same: RequireSame) -> None:
    watch.load(XOR)
    before = watch.play_to(100)
    watch.session.update(tuned(XOR, learning_rate=0.5))
    after = watch.settle()
    require_same(before, after)
    assert after.experiment.training.learning_rate == 0.5
    assert watch.session.timeline.line.moments[-1].experiment == after.experiment


def test_changing_settings_in_the_past_branches(watch: Watch, tuned: Tuned) -> None:
    watch.load(XOR)
    end = watch.play_to(300)
    old = watch.session.timeline.line
    watch.session.seek(end.step // 2)
    start = watch.settle()
    faster = tuned(XOR, learning_rate=0.5)
    watch.session.update(faster)
    watch.settle()
    line = watch.session.timeline.line
    assert line.parent is old
    assert old.moments[-1].step == end.step
    assert (line.moments[-1].step, line.moments[-1].experiment) == (start.step, faster)
    assert all(moment.experiment == XOR for moment in line.moments[:-1])
    watch.session.switch(old)
    watch.settle()
    assert watch.session.experiment == XOR
    assert watch.experiments == [faster, XOR]


def test_a_weight_set_by_hand_is_shown_and_kept(watch: Watch, require_same: RequireSame) -> None:
    watch.load(XOR)
    watch.play_to(100)
    watch.session.set_parameter(0, 1, 0, 3.5)
    snapshot = watch.settle()
    assert snapshot.weights[0][1, 0] == 3.5
    require_same(watch.session.timeline.line.moments[-1], snapshot)
    watch.session.set_parameter(2, 0, None, -1.25)
    assert watch.settle().biases[2][0] == -1.25
    watch.session.seek(0)
    watch.settle()
    old = watch.session.timeline.line
    watch.session.set_parameter(0, 0, 0, 0.0)
    watch.settle()
    assert watch.session.timeline.line.parent is old
    assert old.moments[0].weights[0][0, 0] != 0.0


@pytest.mark.parametrize(
    "changed",
    [
        MOONS,
        Experiment(network=NetworkDesign(hidden=(3,))),
        Experiment(network=NetworkDesign(activation="relu")),
        Experiment(training=Training(seed=1)),
        Experiment(training=Training(precision="single")),
    ],
)
def test_other_data_network_or_seed_begin_anew(
    watch: Watch, changed: Experiment, headless: Headless, require_same: RequireSame
) -> None:
    watch.load(XOR)
    watch.play_to(100)
    watch.session.branch()
    watch.session.update(changed)
    require_same(watch.settle(), headless(changed, 0))
    assert watch.steps == [0]
    assert len(watch.session.timeline.lines) == 1
    assert watch.session.experiment == changed


def test_loading_the_same_experiment_begins_it_anew(
    watch: Watch, headless: Headless, require_same: RequireSame
) -> None:
    watch.load(XOR)
    watch.play_to(50)
    watch.session.load(XOR)
    require_same(watch.settle(), headless(XOR, 0))


def test_the_beginning_of_a_run_is_kept_finely(watch: Watch) -> None:
    watch.load(XOR)
    watch.session.advance(epochs=40)
    watch.settle()
    moments = watch.session.timeline.line.moments
    steps = [moment.step for moment in moments]
    assert steps[:2] == [0, 1]
    assert all(later <= 4 * sooner + 1 for sooner, later in pairwise(steps))
    assert steps == sorted(set(steps))
    assert steps[-1] == 1000
    assert all(moment.metrics.step <= moment.step for moment in moments)  # a frame's may be of just before
    assert moments[-1].metrics.step == 1000
    assert all(moment.scene is None for moment in moments)


def test_moments_between_frames_are_those_of_the_run(
    watch: Watch, headless: Headless, require_same: RequireSame
) -> None:
    watch.load(XOR)
    watch.session.advance(epochs=10)
    watch.settle()
    for moment in watch.session.timeline.line.moments:
        require_same(moment, headless(XOR, moment.step))


def test_the_weights_of_a_moment_go_on_in_another_experiment(watch: Watch) -> None:
    watch.load(XOR)
    moment = watch.play_to(60)
    watch.session.load(MOONS, moment)
    snapshot = watch.settle()
    assert snapshot.problem.dataset is not moment.problem.dataset
    assert snapshot.position.parameters.tobytes() == moment.position.parameters.tobytes()
    assert watch.steps == [snapshot.step] == [moment.step]


def test_a_refused_experiment_leaves_everything_as_it_was(watch: Watch, require_same: RequireSame) -> None:
    watch.load(MOONS)
    before = watch.play_to(100)
    timeline, moments = watch.session.timeline.line, list(watch.steps)
    at_refusal: list[Experiment] = []
    watch.session.refused.connect(lambda _: at_refusal.append(watch.session.experiment))
    watch.session.load(MISSING)
    require_same(watch.settle(), before)
    assert watch.refused == ["/nowhere/missing.csv does not exist"]
    assert at_refusal == [watch.session.experiment] == [MOONS]
    assert watch.experiments == [MOONS, MISSING, MOONS]
    assert watch.session.timeline.line is timeline
    assert watch.steps == moments
    watch.session.advance(steps=5)
    assert watch.settle().step == before.step + 5
    assert (len(watch.refused), watch.broke) == (1, [])


def test_the_first_experiment_may_be_refused(watch: Watch) -> None:
    watch.session.load(MISSING)
    watch.until(watch.is_idle)
    assert watch.session.snapshot is None
    assert len(watch.refused) == 1
    assert watch.session.experiment == XOR
    watch.session.play()
    watch.session.seek(3)
    watch.session.branch()
    watch.until(watch.is_idle)
    assert watch.load(MOONS).step == 0


def test_a_refused_experiment_in_the_past_keeps_the_future(watch: Watch) -> None:
    watch.load(XOR)
    watch.play_to(200)
    steps = list(watch.steps)
    watch.session.seek(100)
    here = watch.settle().step
    watch.session.load(MISSING)
    assert watch.settle().step == here
    assert watch.steps == steps
    assert watch.session.in_past


def test_playing_on_right_after_a_refused_experiment_is_no_error(watch: Watch) -> None:
    watch.load(XOR)
    watch.play_to(200)
    watch.session.seek(100)
    here = watch.settle().step
    watch.session.load(MISSING)
    watch.session.advance(steps=7)
    assert watch.settle().step == here + 7
    assert watch.steps[-1] == here + 7
    assert watch.steps == sorted(set(watch.steps))


def test_a_run_that_is_begun_is_taken_over(watch: Watch, headless: Headless, require_same: RequireSame) -> None:
    run = NetworkRun(MOONS)
    watch.session.load(MOONS, run=run)
    assert watch.settle().problem is run.problem
    watch.session.advance(steps=30)
    require_same(watch.settle(), headless(MOONS, 30))


def test_whoever_asks_is_told_whether_it_has_begun(watch: Watch, tuned: Tuned) -> None:
    told: list[tuple[str, bool]] = []

    def ask(name: str) -> Callable[[bool], object]:
        return lambda begun: told.append((name, begun))

    watch.session.load(XOR, answer=ask("first"))
    watch.session.load(MISSING, answer=ask("missing"))
    watch.session.load(MOONS, answer=ask("moons"))
    assert told == []
    watch.settle()
    assert told == [("first", True), ("missing", False), ("moons", True)]
    watch.session.update(tuned(MOONS, learning_rate=0.5), answer=ask("rate"))
    watch.settle()
    watch.session.update(tuned(MOONS, loss="nonsense"), answer=ask("loss"))
    watch.settle()
    assert told[3:] == [("rate", True), ("loss", False)]
    assert watch.session.experiment.training.learning_rate == 0.5


def test_of_two_experiments_the_one_that_can_be_had_is_shown(watch: Watch) -> None:
    watch.load(XOR)
    watch.play_to(50)
    watch.session.load(MOONS)
    watch.session.load(MISSING)
    assert watch.settle().experiment == MOONS
    assert watch.session.experiment == MOONS
    assert watch.steps == [0]
    watch.session.load(MISSING)
    watch.session.load(XOR)
    assert watch.settle().experiment == XOR
    assert watch.session.experiment == XOR
    assert watch.steps == [0]
    assert len(watch.refused) == 2


def test_changing_an_experiment_that_is_about_to_be_refused_harms_nothing(watch: Watch, tuned: Tuned) -> None:
    before = watch.load(XOR)
    watch.session.load(MISSING)
    watch.session.update(tuned(MISSING, learning_rate=0.5))
    assert watch.settle().experiment == XOR
    assert watch.session.experiment == XOR
    assert watch.refused == ["/nowhere/missing.csv does not exist"] * 2
    assert watch.now.problem is before.problem


def test_settings_that_make_no_sense_are_refused(watch: Watch, tuned: Tuned) -> None:
    identity = Experiment(network=NetworkDesign(output="identity"))
    watch.load(identity)
    watch.play_to(20)
    step = watch.now.step
    watch.session.update(tuned(identity, loss="cross_entropy"))
    assert watch.settle().step == step
    assert watch.session.experiment == identity
    assert len(watch.refused) == 1
    assert watch.refused[0].startswith("training.loss: cross_entropy makes no sense with")


def test_what_nobody_thought_of_is_told_once_and_training_goes_on(watch: Watch) -> None:
    watch.load(XOR)
    watch.session.play()
    watch.until(lambda: watch.now.step > 50)
    watch.session.set_parameter(7, 0, 0, 1.0)
    step = watch.settle().step
    assert [type(error) for error in watch.broke] == [IndexError]
    assert not watch.session.playing
    assert watch.refused == []
    watch.session.advance(steps=4)
    assert watch.settle().step == step + 4
    assert len(watch.broke) == 1


def test_an_error_in_the_middle_of_training_is_told_once_and_pauses(watch: Watch, tuned: Tuned) -> None:
    watch.load(XOR)
    watch.session.pace(20.0)  # slow enough that each step has been told of before the next is taken
    watch.session.play()
    watch.until(lambda: watch.now.step > 1)
    run = watch.session._link._thread._run
    assert isinstance(run, NetworkRun)
    for tape in run._descent._tapes:
        tape.append((int, ("no number",)))
    watch.settle()
    assert [type(error) for error in watch.broke] == [ValueError]
    assert watch.playing == [True, False]
    assert watch.steps[-1] == watch.now.step
    watch.session.pace(None)
    watch.session.update(tuned(XOR, batch_size=20))  # makes the tapes anew
    assert watch.play_to(watch.now.step + 100).finite
    assert len(watch.broke) == 1


def test_a_picture_that_cannot_be_made_is_told_and_others_can(watch: Watch) -> None:
    watch.load(XOR)
    watch.session.look(Lens(focus=(1, -1)))
    watch.settle()
    assert [type(error) for error in watch.broke] == [ValueError]
    watch.session.look(Lens(shown=2))
    scene = watch.settle().scene
    assert scene is not None
    assert [len(maps) for maps in scene.maps] == [2, 2, 2, 1]
    assert len(watch.broke) == 1


def test_an_error_right_after_a_load_does_not_hide_the_load(watch: Watch) -> None:
    watch.load(XOR)
    watch.session.load(MOONS)
    watch.session.set_parameter(7, 0, 0, 1.0)
    assert watch.settle().experiment == MOONS
    assert watch.session.experiment == MOONS
    assert watch.steps == [0]
    assert len(watch.broke) == 1


def test_an_error_while_training_does_not_hide_the_load_either(watch: Watch) -> None:
    watch.session.pace(0.0)
    watch.session.load(XOR)
    watch.session.play()
    watch.settle()
    assert [type(error) for error in watch.broke] == [ZeroDivisionError]
    watch.session.pace(None)
    assert watch.play_to(10).step >= 10


def test_only_what_was_asked_for_last_is_shown(watch: Watch) -> None:
    watch.load(XOR)
    watch.session.play()
    watch.until(lambda: watch.now.step > 20)
    watch.snapshots.clear()
    watch.session.load(MOONS)
    circle = Experiment(data=Data(name="circle"))
    watch.session.load(circle)
    watch.settle()
    assert {snapshot.experiment.data.name for snapshot in watch.snapshots} == {"circle"}
    assert watch.now.step == 0
    assert watch.steps == [0]


def test_the_lens_decides_what_is_pictured(watch: Watch) -> None:
    watch.load(XOR)
    watch.session.look(Lens(shown=1, focus=(1, 2), responses=True))
    scene = watch.settle().scene
    assert scene is not None
    assert [len(maps) for maps in scene.maps] == [1, 1, 1, 1]
    assert scene.focus is not None
    assert len(scene.responses) == 3
    assert watch.steps == [0]


def test_divergence_pauses_is_shown_and_there_is_a_way_back(
    watch: Watch, diverging: Experiment, tuned: Tuned
) -> None:
    watch.load(diverging)
    watch.session.play()
    watch.until(lambda: not watch.now.finite)
    lost = watch.settle()
    assert not watch.session.playing
    assert lost.metrics.as_record()["train_loss"] is None
    assert (watch.broke, watch.refused) == ([], [])
    watch.session.seek_last_sound()
    assert watch.settle().finite
    watch.session.update(tuned(diverging, learning_rate=0.001))
    assert watch.play_to(watch.now.step + 200).finite


def test_live_is_headless_bit_for_bit(
    watch: Watch, headless: Headless, require_same: RequireSame, tuned: Tuned
) -> None:
    experiment = tuned(MOONS, optimizer="adam", batch_size=7)
    watch.load(experiment)
    watch.session.advance(epochs=40)
    snapshot = watch.settle()
    assert snapshot.epoch == 40
    require_same(snapshot, headless(experiment, 40 * 36))
    assert snapshot.metrics.as_record() == headless(experiment, 40 * 36).metrics.as_record()


def test_live_is_headless_also_after_pauses(watch: Watch, headless: Headless, require_same: RequireSame) -> None:
    watch.load(XOR)
    for more in (1, 60, 3, 200, 17):
        watch.play_to(watch.now.step + more)
        require_same(watch.now, headless(XOR, watch.now.step))
    watch.session.advance(epochs=1)
    snapshot = watch.settle()
    assert snapshot.position.batch == 0
    require_same(snapshot, headless(XOR, snapshot.step))


@pytest.mark.parametrize("state", ["new", "loading", "idle", "playing", "paced", "refused", "broken"])
def test_a_session_can_always_be_closed(qtbot: QtBot, state: str) -> None:
    session = Session()
    actions: dict[str, Callable[[], Any]] = {
        "new": lambda: None,
        "loading": lambda: session.load(XOR),
        "playing": session.play,
        "paced": session.play,
        "refused": lambda: session.load(MISSING),
        "broken": lambda: session.set_parameter(9, 9, 9, 9.0),
    }
    if state in {"idle", "playing", "paced", "broken"}:
        session.load(XOR)
        qtbot.waitUntil(lambda: session.snapshot is not None)
    if state == "paced":
        session.pace(0.1)
    actions.get(state, lambda: None)()
    if state in {"playing", "paced"}:
        qtbot.waitUntil(lambda: bool(session.snapshot and session.snapshot.step > 0))
    session.close()
    assert session._link._thread.isFinished()
    session.close()
    session.play()
    assert not session._link._frames.isActive()


def _until_playing(qtbot: QtBot, session: Session) -> None:
    qtbot.waitUntil(lambda: session.playing)


@pytest.mark.skipif(not Path("/proc/self/task").is_dir(), reason="threads are counted in /proc")
def test_no_thread_is_left_by_many_sessions(qtbot: QtBot) -> None:
    def threads() -> int:
        return len(list(Path("/proc/self/task").iterdir()))

    before = threads()
    for number in range(20):
        session = Session()
        session.load(XOR)
        if number % 2:
            session.play()
            _until_playing(qtbot, session)
        session.close()
        assert session._link._thread.isFinished()
    qtbot.waitUntil(lambda: threads() <= before)
