import numpy as np
import pytest

from nnviz.errors import InputError
from nnviz.kinds.memory.tasks import NEAR, TASKS

FIRST, PARITY, ADDING = TASKS["first"], TASKS["parity"], TASKS["adding"]


@pytest.mark.parametrize("text", ["+ - - +", "+--+", "1 0 0 1", "1001", "+1, -1, -1, +1", "+ − − +"])
def test_signs_are_typed_in_several_ways(text: str) -> None:
    assert FIRST.alphabet.read(text).ravel().tolist() == [1.0, -1.0, -1.0, 1.0]
    assert FIRST.alphabet.written(FIRST.alphabet.read(text)) == "+--+"


@pytest.mark.parametrize("text", ["0.3* 0.5 0.2*", "0,3 * 0.5; .2*", " 0.30*  0.5\t0.2*"])
def test_values_are_typed_with_marks(text: str) -> None:
    assert ADDING.alphabet.read(text).tolist() == [[0.3, 1.0], [0.5, 0.0], [0.2, 1.0]]
    assert ADDING.alphabet.written(ADDING.alphabet.read(text)) == "0.3* 0.5 0.2*"


@pytest.mark.parametrize(
    ("task", "text", "said"),
    [
        (FIRST, "+ - 2 +", "sign 3 is '2'; allowed: + and -, or 1 and 0"),
        (ADDING, "0.3* x 0.2*", "value 2 is 'x'; allowed: 0 to 1, such as 0.3, or 0.3* marked"),
        (ADDING, "0.3* 1.5 0.2*", "value 2 is '1.5'; allowed: 0 to 1, such as 0.3, or 0.3* marked"),
        (ADDING, "-0.3* 1 0.2*", "value 1 is '-0.3*'; allowed: 0 to 1, such as 0.3, or 0.3* marked"),
        (ADDING, "0.3* 0.5 0.2", "1 marked with *; allowed: 2 values, such as 0.3* 0.5 0.2*"),
        (ADDING, "", "0 marked with *; allowed: 2 values, such as 0.3* 0.5 0.2*"),
    ],
)
def test_what_cannot_be_read_is_said_in_a_line(task: object, text: str, said: str) -> None:
    with pytest.raises(InputError) as caught:
        task.alphabet.read(text)  # type: ignore[attr-defined]
    assert str(caught.value) == said


def test_answers_are_those_of_the_task() -> None:
    signs = np.array([-1.0, 1.0, -1.0]).reshape(-1, 1, 1)
    assert FIRST.answers(signs).ravel().tolist() == [-1.0]
    assert PARITY.answers(signs).ravel().tolist() == [-1.0, -1.0, 1.0]
    assert ADDING.answers(ADDING.alphabet.read("0.3* 0.5 0.2*")[:, :, None]).ravel().tolist() == [0.5]


def test_of_drawn_values_one_in_each_half_is_marked() -> None:
    drawn = ADDING.alphabet.drawn(np.random.default_rng(0), 7, 300)
    values, marks = drawn[:, 0], drawn[:, 1]
    assert drawn.shape == (7, 2, 300)
    assert (marks[:3].sum(axis=0) == 1.0).all()
    assert (marks[3:].sum(axis=0) == 1.0).all()
    assert (marks.any(axis=1)).all()
    assert (round(values.min(), 2), round(values.max(), 2)) == (0.0, 1.0)


def test_what_chance_gives_is_that_of_always_saying_one() -> None:
    wanted = ADDING.answers(ADDING.alphabet.drawn(np.random.default_rng(0), 5, 20_000))
    assert ADDING.is_right(np.ones_like(wanted), wanted).mean() == pytest.approx(ADDING.chance, abs=0.01)
    assert ADDING.losses(np.ones_like(wanted), wanted).mean() == pytest.approx(1 / 12, abs=0.002)
    assert ADDING.is_right(wanted + 0.99 * NEAR, wanted).all()
    assert not ADDING.is_right(wanted + 1.01 * NEAR, wanted).any()


def test_the_nearer_mark_goes_where_it_is_asked_for() -> None:
    alphabet = ADDING.alphabet
    before = alphabet.read("0.1* 0.2 0.3 0.4* 0.5")
    assert alphabet.written(alphabet.turned(before, 4)) == "0.1* 0.2 0.3 0.4 0.5*"
    assert alphabet.written(alphabet.turned(before, 1)) == "0.1 0.2* 0.3 0.4* 0.5"
    assert alphabet.written(alphabet.turned(before, 3)) == alphabet.written(before)
