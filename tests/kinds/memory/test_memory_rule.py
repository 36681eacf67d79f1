import pytest
from msgspec.structs import replace

from nnviz.errors import InputError
from nnviz.experiment.files import format_experiment, parse_experiment
from nnviz.kinds.memory.rule import shown_course
from nnviz.kinds.memory.schema import Memory
from nnviz.runs.begin import begin
from runs import moment_of

SHORT = Memory(units=3, length=5)
GATED = Memory(units=3, length=5, cell="lstm")


@pytest.mark.parametrize("experiment", [SHORT, GATED])
def test_every_run_has_the_same_bits_and_goes_back_and_on(experiment: Memory) -> None:
    run = begin(experiment)
    run.advance(15)
    kept = run.snapshot()
    run.advance(30)
    ended = run.snapshot()
    run.restore(kept)
    run.advance(30)
    assert run.snapshot().state.parameters.tobytes() == ended.state.parameters.tobytes()
    assert moment_of(experiment, 45).state.parameters.tobytes() == ended.state.parameters.tobytes()


def test_what_was_trained_before_is_as_if_it_had_been_now() -> None:
    before, now = moment_of(replace(SHORT, trained=25)), moment_of(SHORT, 25)
    assert before.state.parameters.tobytes() == now.state.parameters.tobytes()
    assert (before.step, before.state.learned) == (0, 25)
    assert before.state.tests[:, 0].tolist() == [0, 10, 20]


def test_it_goes_on_from_where_it_is_whatever_the_rate_was() -> None:
    run = begin(SHORT)
    run.advance(20)
    run.tune(replace(SHORT, learning_rate=0.1))
    run.advance(10)
    now = run.snapshot()
    resumed = now.as_resumed()
    assert parse_experiment(format_experiment(resumed), "test") == resumed
    again = moment_of(resumed)
    assert again.state.parameters.tobytes() == now.state.parameters.tobytes()
    assert (again.step, again.state.learned, again.state.right) == (0, 30, now.state.right)
    assert resumed.reseeded() == replace(SHORT, learning_rate=0.1, seed=1)


def test_it_learns_what_came_first() -> None:
    moment = moment_of(Memory(length=5), 300)
    assert moment.state.right > 0.95
    assert moment.measures["accuracy"] == moment.state.right
    assert moment.state.tests[-1, 2] < moment.state.tests[0, 2]


def test_it_learns_parity_with_an_answer_at_each_step() -> None:
    assert moment_of(Memory(length=5, task="parity", cell="lstm"), 400).state.right > 0.95


def test_it_learns_to_add_two_marked_values() -> None:
    experiment = Memory(length=3, task="adding", cell="lstm", forget_bias=1.0, learning_rate=0.02)
    moment, before = moment_of(experiment, 500), moment_of(experiment)
    assert before.state.right < 0.3
    assert moment.state.right > 0.95
    asked = experiment.typed("0.3* 0.5 0.2*")
    said = shown_course(asked, moment.state).outputs[-1, 0]
    assert said == pytest.approx(0.5, abs=0.1)


def test_what_is_set_by_hand_learns_nothing() -> None:
    experiment = Memory(built="latch", length=50)
    state = moment_of(experiment, 20).state
    assert state.parameters.tolist() == [3.0, 0.6, 0.0, 5.0, 0.0]
    assert state.right == 1.0
    assert 0.0 < state.factor < 0.1


def test_the_sequence_is_turned_and_drawn_while_it_runs() -> None:
    experiment = replace(SHORT, sequence="+-++-")
    turned = experiment.turned(1)
    assert turned.sequence == "++++-"
    assert turned.continues(experiment)
    assert SHORT.turned(0).turned(0).sequence == SHORT.shown
    another = experiment.another()
    assert another.sequence != experiment.sequence
    assert len(another.sequence) == 5
    assert replace(experiment, length=3).shown == "+-++-"
    assert len(SHORT.shown) == 5
    course = shown_course(experiment, moment_of(experiment).state)
    assert course.inputs[:, 0, 0].tolist() == [1.0, -1.0, 1.0, 1.0, -1.0]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("length = 1", "length"),
        ("learning_rate = inf", "learning_rate"),
        ('length = 3\nsequence = "+x-"', "sequence: sign 2 is 'x'; allowed: [+] and -, or 1 and 0"),
        ('sequence = "+"', "sequence: length 1; allowed: 2 to 500 signs"),
        ("trained = 6000", "trained: is 6,000 without weights; allowed: 0 to 5,000"),
        ("weights = [1.0, nan]", "weights: 2 given; allowed: 89 finite numbers, or none"),
        ('task = "adding"\nbuilt = "latch"', "built: a latch holds a sign"),
        ('cell = "lstm"\nlength = 300', "length: is 300 for an LSTM; allowed: 2 to 100"),
    ],
)
def test_what_is_not_allowed_is_said_in_a_line(text: str, said: str) -> None:
    with pytest.raises(InputError, match=said) as caught:
        parse_experiment(f'kind = "memory"\n{text}', "lecture.toml")
    assert len(str(caught.value).splitlines()) == 1


def test_a_file_gives_the_same() -> None:
    experiment = Memory(cell="lstm", length=4, task="parity", trained=30, sequence="+--+", forget_bias=1.0, seed=4)
    assert parse_experiment(format_experiment(experiment), "test") == experiment
