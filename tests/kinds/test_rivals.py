import numpy as np
import pytest
from msgspec import structs

from nnviz.errors import InputError
from nnviz.experiment.experiment import ConvolutionDesign, Data, Experiment, NetworkDesign, Training
from nnviz.kinds.memory.schema import Memory
from nnviz.kinds.race.rivals import Setting, Width, against, settings_of
from nnviz.kinds.race.run import RaceRun

SETTINGS, OF_MEMORIES = settings_of(Experiment()), settings_of(Memory())


def setting(title: str) -> Setting:
    return next(setting for setting in SETTINGS if setting.title.startswith(title))


@pytest.mark.parametrize("chosen", OF_MEMORIES, ids=lambda setting: setting.title)
def test_networks_with_a_memory_race_against_all_that_is_offered(chosen: Setting) -> None:
    experiment = Memory(cell="lstm", length=6, units=2)
    offered = chosen.offered(experiment)[:3]
    race = against(experiment, chosen, offered)
    run = RaceRun(race)
    run.advance(1)
    assert len({lane.title for lane in race.lanes}) == len(offered) + 1
    assert race.experiments[0] == experiment
    assert len({chosen.present(one) for one in race.experiments}) == len(offered) + 1


@pytest.mark.parametrize("chosen", SETTINGS, ids=lambda setting: setting.title)
def test_all_that_is_offered_can_be_raced_against(chosen: Setting) -> None:
    experiment = Experiment(data=Data(samples=40))
    offered = chosen.offered(experiment)
    assert len(set(offered)) == len(offered) >= 3
    race = against(experiment, chosen, offered[:3])
    run = RaceRun(race)
    run.advance(1)
    assert len({lane.title for lane in race.lanes}) == 4
    assert race.experiments[0] == experiment
    others = [chosen.present(one) for one in race.experiments]
    assert all(others.count(value) == 1 for value in others)


def test_all_start_from_the_same_weights_where_shapes_allow() -> None:
    experiment = Experiment(network=NetworkDesign(hidden=(3, 3)), data=Data(samples=40))
    same = RaceRun(against(experiment, setting("Optimizer"), ("Adam", "RMSprop"))).snapshot()
    first, *others = (lane.position.parameters for lane in same.lanes)
    assert all(np.array_equal(first, other) for other in others)
    wider = against(experiment, setting("Width"), ("5",))
    assert [one.network.hidden for one in wider.experiments] == [(3, 3), (5, 5)]
    assert [lane.title for lane in wider.lanes] == ["hidden 3 – 3", "hidden 5 – 5"]


def test_an_optimizer_with_momentum_has_some() -> None:
    race = against(Experiment(data=Data(samples=40)), setting("Optimizer"), ("momentum", "Nesterov"))
    assert [lane.title for lane in race.lanes] == ["SGD", "momentum 0.9", "Nesterov 0.9"]
    run = RaceRun(race)
    run.advance(2)
    first, *others = (lane.position.parameters for lane in run.snapshot().lanes)
    assert not any(np.array_equal(first, other) for other in others)
    chosen = against(Experiment(training=Training(momentum=0.5)), setting("Optimizer"), ("momentum",))
    assert chosen.lanes[1].title == "momentum 0.5"


def test_weights_of_a_file_are_left_out_where_they_do_not_fit() -> None:
    experiment = Experiment(training=Training(start="saved.npz"))
    race = against(experiment, setting("Width"), ("5",))
    assert [one.training.start for one in race.experiments] == ["saved.npz", ""]


def test_a_number_has_a_point_or_a_comma() -> None:
    race = against(Experiment(), setting("Learning rate"), ("0,25", "1.5"))
    assert [one.training.learning_rate for one in race.experiments] == [0.03, 0.25, 1.5]
    assert [lane.title for lane in race.lanes] == ["η = 0.03", "η = 0.25", "η = 1.5"]


@pytest.mark.parametrize(
    ("title", "typed", "words"),
    [
        ("Learning rate", ("abc",), "Learning rate: "),
        ("Learning rate", ("-1",), "Learning rate: "),
        ("Learning rate", ("inf",), "Learning rate: "),
        ("Batch", ("2.5",), "Batch size: "),
        ("Width", ("0",), "Width of the hidden layers: "),
        ("Optimizer", ("Newton",), "Optimizer: "),
        ("Learning rate", ("0.03",), "η = 0.03 is there twice"),
        ("Optimizer", ("Adam", "Adam"), "Adam is there twice"),
        ("Optimizer", (), "0 values"),
        ("Learning rate", ("1", "2", "3", "4"), "4 values"),
    ],
)
def test_what_cannot_be_raced_against_is_said_in_a_line(title: str, typed: tuple[str, ...], words: str) -> None:
    with pytest.raises(InputError) as refusal:
        against(Experiment(), setting(title), typed)
    said = str(refusal.value)
    assert said.startswith(words)
    assert "allowed" in said
    assert "\n" not in said


def test_a_width_of_convolutions_is_their_channels() -> None:
    window = ConvolutionDesign(channels=8, window=5, pool="max_map")
    base = Experiment(data=Data(name="digits"), network=NetworkDesign(hidden=(window, 16), output="softmax"))
    race = against(base, next(setting for setting in SETTINGS if isinstance(setting, Width)), ["4"])
    assert race.experiments[1].network.hidden == (structs.replace(window, channels=4), 4)
    assert [lane.title for lane in race.lanes] == ["hidden 8 of 5×5 – 16", "hidden 4 of 5×5 – 4"]
