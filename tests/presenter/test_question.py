import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nnviz.lessons.lesson import Question
from nnviz.presenter.player import QuestionState


def test_nothing_is_counted_guessed_or_revealed_at_first(question: Question) -> None:
    state = QuestionState(question)
    assert state.counts == (0, 0, 0, 0)
    assert (state.guess, state.right, state.revealed, state.answer) == (None, None, False, 1)


@pytest.mark.parametrize(("choice", "right"), [(0, False), (1, True), (3, False)])
def test_a_guess_reveals_whether_it_is_right(question: Question, choice: int, right: bool) -> None:
    state = QuestionState(question).guess_choice(choice)
    assert (state.guess, state.revealed, state.right) == (choice, True, right)


def test_the_first_guess_stands(question: Question) -> None:
    assert QuestionState(question).guess_choice(0).guess_choice(1).guess == 0


@pytest.mark.parametrize("choice", [-1, 4, 99])
def test_there_is_no_guess_beside_the_choices(question: Question, choice: int) -> None:
    assert not QuestionState(question).guess_choice(choice).revealed
    assert sum(QuestionState(question).count(choice, 1).counts) == 0


def test_a_question_without_an_answer_has_no_right_guess() -> None:
    state = QuestionState(Question(ask="How many?", choices=("one", "two"))).guess_choice(0)
    assert state.revealed
    assert state.right is state.answer is None


def test_skipping_reveals_without_a_guess(question: Question) -> None:
    state = QuestionState(question).skip()
    assert (state.guess, state.revealed, state.right) == (None, True, None)


def test_a_drawing_is_a_guess_and_no_drawing_is_none() -> None:
    state = QuestionState(Question(ask="Where?", draw="plane"))
    points = np.array([[0.0, 1.0], [2.0, 3.0]])
    assert state.guess_drawn(points).drawn is points
    nothing = state.guess_drawn(np.empty((0, 2)))
    assert nothing.drawn is None
    assert nothing.revealed


def test_no_hand_is_counted_once_the_answer_is_out(question: Question) -> None:
    assert QuestionState(question).count(2, 1).reveal().count(2, 1).counts == (0, 0, 1, 0)


@given(st.lists(st.tuples(st.integers(0, 3), st.sampled_from([1, -1]))))
def test_hands_add_up_and_are_never_fewer_than_none(changes: list[tuple[int, int]]) -> None:
    state = QuestionState(Question(ask="?", choices=("a", "b", "c", "d")))
    expected = [0, 0, 0, 0]
    for choice, change in changes:
        before, state = state, state.count(choice, change)
        expected[choice] = max(0, expected[choice] + change)
        assert before is not state
    assert list(state.counts) == expected
