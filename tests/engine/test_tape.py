"""Tapes: played in order, and put on other operands."""

import numpy as np

from nnviz.engine.tape import Tape, constant, play, with_others


def test_operations_are_done_in_their_order() -> None:
    a = np.ones(3)
    play([(np.add, (a, constant(1.0, a), a)), (np.multiply, (a, constant(3.0, a), a))])
    assert a.tolist() == [6.0, 6.0, 6.0]


def test_a_constant_has_the_precision_of_what_it_meets() -> None:
    assert constant(0.1, np.ones(2, np.float32)).dtype == np.float32


def test_on_other_operands_it_does_the_same_and_shares_what_stays() -> None:
    given, other, held = np.full(2, 2.0), np.full(2, 5.0), np.zeros(2)
    tape: Tape = [(np.add, (given, held, held)), (np.negative, (held, held)), (np.copyto, (held, given))]
    copied = with_others(tape, {id(given): other})
    assert copied[1] is tape[1]
    assert copied[2] is not tape[2]
    play(copied[:2])
    assert held.tolist() == [-5.0, -5.0]
    play(tape[2:])
    assert held.tolist() == [2.0, 2.0]
    play(copied[2:])
    assert held.tolist() == [5.0, 5.0]
