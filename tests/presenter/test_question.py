import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nnviz.lessons.lesson import Question
from nnviz.presenter.player import QuestionState


def test_nothing_is_counted_guessed_or_revealed_at_first(question: Question) -> None:
    state = QuestionState(question)
    assert state.counts == (0, 0, 0, 0)
    assert (state.guess, state.is_guessed, state.revealed, state.answer) == (None, False, False, 1)


def test_the_room_guesses_what_most_of_it_guess(question: Question) -> None:
    state = QuestionState(question).count(0, 1)
    assert (state.guess, state.is_guessed, state.revealed) == (0, True, False)
    assert state.count(1, 1).guess is None  # as many for one as for the other
    assert state.count(1, 2).reveal().guess == 1


@pytest.mark.parametrize("choice", [-1, 4, 99])
def test_there_is_no_guess_beside_the_choices(question: Question, choice: int) -> None:
    assert sum(QuestionState(question).count(choice, 1).counts) == 0


def test_a_number_typed_before_a_choice_is_how_many_guess_it(question: Question) -> None:
    state = QuestionState(question).count(2, 1)
    for digit in (3, 7):
        state = state.type_digit(digit)
    assert state.typed == 37
    state = state.count(2, 1)
    assert (state.counts, state.typed) == ((0, 0, 37, 0), 0)
    assert state.count(2, 1).counts[2] == 38
    assert state.type_digit(5).count(2, -1).counts[2] == 36  # one less is one less
    for digit in (9, 9, 9, 9):
        state = state.type_digit(digit)
    assert state.typed == 999
    assert state.reveal().type_digit(1).typed == 0


def test_without_an_answer_every_choice_matters() -> None:
    state = QuestionState(Question(ask="How many?", choices=("one", "two"))).count(0, 1).reveal()
    assert state.answer is None
    assert all(map(state.matters, (0, 1)))


def test_the_answer_needs_no_guess(question: Question) -> None:
    state = QuestionState(question).reveal()
    assert (state.guess, state.revealed) == (None, True)
    assert [state.matters(choice) for choice in range(4)] == [False, True, False, False]


def test_a_drawing_is_a_guess_and_no_drawing_is_none() -> None:
    state = QuestionState(Question(ask="Where?", draw="plane"))
    points = np.array([[0.0, 1.0], [2.0, 3.0]])
    assert state.draw(points).drawn is points
    assert state.draw(points).is_guessed
    assert state.draw(np.empty((0, 2))).drawn is None
    assert state.reveal().draw(points).drawn is None


def test_no_guess_is_counted_once_the_answer_is_out(question: Question) -> None:
    assert QuestionState(question).count(2, 1).reveal().count(2, 1).counts == (0, 0, 1, 0)


@given(st.lists(st.tuples(st.integers(0, 3), st.sampled_from([1, -1]))))
def test_guesses_add_up_and_are_never_fewer_than_none(changes: list[tuple[int, int]]) -> None:
    state = QuestionState(Question(ask="?", choices=("a", "b", "c", "d")))
    expected = [0, 0, 0, 0]
    for choice, change in changes:
        before, state = state, state.count(choice, change)
        expected[choice] = max(0, expected[choice] + change)
        assert before is not state
    assert list(state.counts) == expected
