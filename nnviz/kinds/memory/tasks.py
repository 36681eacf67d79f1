"""What networks with a memory are asked: all that is true of each task, and how its sequences are typed."""

import re
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from nnviz.data.messages import shown
from nnviz.engine.recurrent import loss_slopes, losses
from nnviz.engine.tape import Array
from nnviz.errors import InputError

NEAR = 0.08
"""How near to the sum an answer counts as right: 4 % of its range, as in Hochreiter & Schmidhuber 1997."""
_MARKS = 2
_VALUE = re.compile(r"(\d+(?:[.,]\d*)?|[.,]\d+)(\*?)")
_SIGNS = {"+": 1.0, "1": 1.0, "+1": 1.0, "-": -1.0, "−": -1.0, "0": -1.0, "-1": -1.0, "−1": -1.0}


@dataclass(frozen=True)
class Alphabet:
    """What sequences are made of.

    Parameters
    ----------
    symbol : str
        What one of them is called.
    names : tuple of str
        What comes in at each step: of each channel a long and a short name.
    drawn : callable (rng, length, count) -> array, shape (length, channels, count)
        Sequences at random.
    read : callable (text) -> array, shape (length, channels)
        A sequence that was typed; an `InputError` says which symbol is wrong, and what is allowed.
    written : callable (array, shape (length, channels)) -> str
        A sequence as it is typed.
    words : callable (array, shape (length, channels)) -> tuple of lists of str
        What stands in the cells of each channel.
    turned : callable (array, shape (length, channels), step) -> array
        A sequence in which the symbol at a step, counted from 0, is another.
    example : str
        A sequence, to show how one is typed.
    """

    symbol: str
    names: tuple[tuple[str, str], ...]
    drawn: Callable[[np.random.Generator, int, int], Array]
    read: Callable[[str], Array]
    written: Callable[[Array], str]
    words: Callable[[Array], tuple[list[str], ...]]
    turned: Callable[[Array, int], Array]
    example: str

    @property
    def channels(self) -> int:
        """Numbers that come in at each step."""
        return len(self.names)


@dataclass(frozen=True)
class MemoryTask:
    """What is asked of a sequence.

    Parameters
    ----------
    title, tip : str
        On its button.
    alphabet : Alphabet
    answers : callable (inputs) -> array, shape (asked, sequences)
        The right answers at the last steps, of inputs (length, channels, sequences).
    losses, slopes : callable (outputs, answers) -> array
        The loss of each answer, and its slope by the output; all of one shape.
    is_right : callable (outputs, answers) -> array of bool
    right : str
        What an answer that counts is called.
    chance : float
        The share right of the best that can be said without reading.
    cells : callable (outputs) -> array
        Outputs as colours, within ±1.
    said : callable (output) -> str
        An output in words.
    """

    name: str
    title: str
    tip: str
    alphabet: Alphabet
    answers: Callable[[Array], Array]
    losses: Callable[[Array, Array], Array]
    slopes: Callable[[Array, Array], Array]
    is_right: Callable[[Array, Array], Array]
    right: str
    chance: float
    cells: Callable[[Array], Array]
    said: Callable[[float], str]


def _signs(rng: np.random.Generator, length: int, count: int) -> Array:
    return 2.0 * rng.integers(0, 2, (length, 1, count)) - 1.0


def _read_signs(text: str) -> Array:
    found: list[float] = []
    for word in re.sub("[,;]", " ", text).split():
        for part in [word] if word in _SIGNS else word:
            if part not in _SIGNS:
                raise InputError(f"sign {len(found) + 1} is {shown(repr(part))}; allowed: + and -, or 1 and 0")
            found.append(_SIGNS[part])
    return np.array(found).reshape(-1, 1)


def _written_signs(sequence: Array) -> str:
    return "".join("+" if value > 0.0 else "-" for value in sequence[:, 0])


def _sign_words(sequence: Array) -> tuple[list[str], ...]:
    return (["+" if value > 0.0 else "−" for value in sequence[:, 0]],)


def _turned_sign(sequence: Array, step: int) -> Array:
    turned = sequence.copy()
    turned[step] *= -1.0
    return turned


def _marked_values(rng: np.random.Generator, length: int, count: int) -> Array:
    """Values from 0 to 1, of which one in each half is marked."""
    values, marks = rng.uniform(size=(length, count)), np.zeros((length, count))
    half, each = length // 2, np.arange(count)
    marks[rng.integers(0, half, count), each] = 1.0
    marks[rng.integers(half, length, count), each] = 1.0
    return np.stack([values, marks], axis=1)


def _read_values(text: str) -> Array:
    found = []
    for number, word in enumerate(re.sub(r"\s+\*", "*", text.strip()).replace(";", " ").split(), start=1):
        fits = _VALUE.fullmatch(word)
        value = float(fits[1].replace(",", ".")) if fits else np.inf
        if not fits or value > 1.0:
            raise InputError(
                f"value {number} is {shown(repr(word))}; allowed: 0 to 1, such as 0.3, or 0.3* marked"
            )
        found.append((value, float(bool(fits[2]))))
    marks = sum(mark > 0.0 for _, mark in found)
    if marks != _MARKS:
        raise InputError(f"{marks} marked with *; allowed: {_MARKS} values, such as 0.3* 0.5 0.2*")
    return np.array(found)


def _written_values(sequence: Array) -> str:
    return " ".join(f"{value:.6g}{'*' if mark else ''}" for value, mark in np.round(sequence, 6).tolist())


def _value_words(sequence: Array) -> tuple[list[str], ...]:
    return [f"{value:.2f}" for value in sequence[:, 0]], ["*" if mark else "" for mark in sequence[:, 1]]


def _moved_mark(sequence: Array, step: int) -> Array:
    """The nearer of the two marks stands at the step."""
    moved = sequence.copy()
    marked = np.flatnonzero(sequence[:, 1])
    moved[marked[np.abs(marked - step).argmin()], 1] = 0.0
    moved[step, 1] = 1.0
    return moved if moved[:, 1].sum() == _MARKS else sequence


_ONE_SIGN = Alphabet(
    symbol="sign",
    names=(("input x", "x"),),
    drawn=_signs,
    read=_read_signs,
    written=_written_signs,
    words=_sign_words,
    turned=_turned_sign,
    example="+ - - +",
)
_VALUES = Alphabet(
    symbol="value",
    names=(("value x", "x"), ("mark m", "m")),
    drawn=_marked_values,
    read=_read_values,
    written=_written_values,
    words=_value_words,
    turned=_moved_mark,
    example="0.3* 0.5 0.2*",
)


def _has_sign(outputs: Array, answers: Array) -> Array:
    return np.asarray(outputs * answers > 0.0)


def _is_near(outputs: Array, answers: Array) -> Array:
    return np.asarray(np.abs(outputs - answers) < NEAR)


def _sure(output: float) -> str:
    """A sign, and the probability that it is given."""
    return f"{'+' if output > 0.0 else '−'}, by {100.0 * (0.5 + 0.5 * np.tanh(0.5 * abs(output))):.0f} %"


def _of_signs(name: str, title: str, tip: str, answers: Callable[[Array], Array]) -> MemoryTask:
    return MemoryTask(
        name,
        title,
        tip,
        _ONE_SIGN,
        answers=answers,
        losses=losses,
        slopes=loss_slopes,
        is_right=_has_sign,
        right="right",
        chance=0.5,
        cells=lambda outputs: np.asarray(np.tanh(0.5 * outputs)),
        said=_sure,
    )


TASKS = {
    task.name: task
    for task in (
        _of_signs("first", "first", "say at the end what came first", lambda inputs: inputs[:1, 0]),
        _of_signs(
            "parity",
            "parity",
            "say at each step whether the −1 so far are even",
            lambda inputs: np.asarray(np.cumprod(inputs[:, 0], axis=0)),
        ),
        MemoryTask(
            "adding",
            "adding",
            "add up the two values that are marked",
            _VALUES,
            answers=lambda inputs: (inputs[:, 0] * inputs[:, 1]).sum(axis=0)[None],
            losses=lambda outputs, answers: np.asarray(0.5 * (outputs - answers) ** 2),
            slopes=lambda outputs, answers: np.asarray(outputs - answers),
            is_right=_is_near,
            right=f"within {NEAR}",
            chance=1.0 - (1.0 - NEAR) ** 2,  # of always saying 1
            cells=lambda outputs: np.asarray(np.clip(0.5 * outputs, -1.0, 1.0)),
            said=lambda output: f"{output:.2f}",
        ),
    )
}
"""Every task by name, in the order to offer them."""
