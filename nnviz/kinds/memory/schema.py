"""What is asked for of a network with a memory."""

import math
from collections.abc import Iterator, Mapping
from enum import IntEnum, auto
from functools import lru_cache
from typing import TYPE_CHECKING, Annotated, Any, ClassVar, Literal, Self

import numpy as np
from msgspec import Meta, structs

from nnviz.engine.recurrent import Lstm, Recurrent
from nnviz.engine.tape import Array
from nnviz.errors import InputError
from nnviz.experiment.kind import Kind, Seed
from nnviz.kinds.memory.tasks import TASKS, MemoryTask

if TYPE_CHECKING:  # it takes no names out of a table
    TaskName = str
else:
    TaskName = Literal[tuple(TASKS)]

MOST_STEPS, MOST_GATED = 500, 100
"""The longest sequences, and those of an LSTM, which takes longer."""
MOST_TRAINED = 5000
_SHAPING = frozenset({"cell", "units", "task", "built"})
LONGEST = 12 * MOST_STEPS
"""Characters of a sequence that is typed."""


class Chance(IntEnum):
    """What chance is needed for: each has its own generator."""

    START = auto()
    BATCH = auto()
    TEST = auto()
    SHOWN = auto()


class Memory(Kind, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A network that reads sequences, drawn afresh for each step, and learns from the right answers by Adam.

    The ``task`` is to say at the end which of the signs came ``first``, or after each sign whether the number of
    −1 so far is even: ``parity``; or the sum of the two values that are marked: ``adding``. The ``cell`` is
    ``recurrent``, tanh units that feed back on themselves, or an ``lstm``, whose forget gates begin with a
    ``forget_bias``. A net ``built`` by hand, a ``latch``, is one unit, and learns nothing. ``trained`` says for
    how many steps it has learned before it begins, and ``weights``, if they are given, what came of it: without
    them it learns as long once more. The ``sequence`` that is shown is written as it is typed, of
    whatever length; the seed draws one if there is none.
    """

    LIVE: ClassVar[frozenset[str]] = frozenset({"learning_rate", "sequence"})
    STEPS_AN_EPOCH: ClassVar[int] = 10
    """Steps from one test to the next."""

    cell: Literal["recurrent", "lstm"] = "recurrent"
    units: Annotated[int, Meta(ge=1, le=64)] = 8
    length: Annotated[int, Meta(ge=2, le=MOST_STEPS)] = 10
    task: TaskName = "first"
    forget_bias: Annotated[float, Meta(ge=-10.0, le=10.0)] = 5.0
    learning_rate: Annotated[float, Meta(gt=0.0, le=10.0)] = 0.01
    batch_size: Annotated[int, Meta(ge=1, le=1000)] = 32
    built: Literal["", "latch"] = ""
    trained: Annotated[int, Meta(ge=0)] = 0
    weights: tuple[float, ...] = ()
    sequence: Annotated[str, Meta(max_length=LONGEST)] = ""
    seed: Seed = 0

    @property
    def asked(self) -> MemoryTask:
        """What is asked of sequences."""
        return TASKS[self.task]

    @property
    def net(self) -> Recurrent:
        """The network."""
        channels = self.asked.alphabet.channels
        if self.built:
            return Recurrent.latch()[0]
        if self.cell == "lstm":
            return Lstm(self.units, self.forget_bias, channels=channels)
        return Recurrent(self.units, channels=channels)

    @property
    def has_gates(self) -> bool:
        """Whether it is an LSTM."""
        return self.cell == "lstm" and not self.built

    @property
    def longest(self) -> int:
        """The longest sequence that it reads."""
        return MOST_GATED if self.has_gates else MOST_STEPS

    @property
    def shown(self) -> str:
        """The sequence that is shown, as it is typed."""
        return self.sequence or _first(self.task, self.length, self.seed)

    @property
    def shown_inputs(self) -> Array:
        """The sequence that is shown, shape (length, channels)."""
        return _read(self.task, self.shown)

    def drawn(self, chance: Chance, step: int, count: int) -> Array:
        """Fresh sequences, shape (length, channels, count)."""
        return self.asked.alphabet.drawn(np.random.default_rng((self.seed, chance, step)), self.length, count)

    def typed(self, text: str) -> Self:
        """The same with a sequence shown that was typed.

        Raises
        ------
        InputError
            One line that says which symbol is wrong, and what is allowed.
        """
        return structs.replace(self, sequence=self.asked.alphabet.written(self._read(text)))

    def turned(self, step: int) -> Self:
        """The same with a symbol of the sequence shown, counted from 0, turned into the other, or marked."""
        alphabet = self.asked.alphabet
        return structs.replace(self, sequence=alphabet.written(alphabet.turned(self.shown_inputs, step)))

    def another(self) -> Self:
        """The same with another sequence shown, drawn by the one shown now."""
        rng = np.random.default_rng([Chance.SHOWN, *self.shown.encode()])
        return structs.replace(self, sequence=_written(self.task, self.asked.alphabet.drawn(rng, self.length, 1)))

    def reseeded(self, by: int = 1) -> Self:
        later = structs.replace(self, seed=self.seed + by)
        return structs.replace(later, weights=(), trained=0) if self.weights else later

    def before(self, change: Mapping[str, Any]) -> Self:
        """Without weights that a change does not fit, and without a sequence of another task."""
        kept = self
        if self.weights and change.keys() & _SHAPING:
            kept = structs.replace(kept, weights=(), trained=0)
        return structs.replace(kept, sequence="") if "task" in change and "sequence" not in change else kept

    def complaints(self) -> Iterator[str]:
        for key in ("learning_rate", "forget_bias"):
            if not math.isfinite(getattr(self, key)):
                yield f"{key}: is not finite; allowed: finite numbers"
        if self.has_gates and self.length > MOST_GATED:
            yield f"length: is {self.length} for an LSTM; allowed: 2 to {MOST_GATED}"
        if self.built and self.asked.alphabet.channels > 1:
            yield f"built: a {self.built} holds a sign; allowed with the task {self.task}: none"
        if not self.weights and self.trained > MOST_TRAINED:
            yield f"trained: is {self.trained:,} without weights; allowed: 0 to {MOST_TRAINED:,}"
        if self.weights and (len(self.weights) != self.net.size or not all(map(math.isfinite, self.weights))):
            yield f"weights: {len(self.weights)} given; allowed: {self.net.size} finite numbers, or none"
        try:
            self._read(self.shown)
        except InputError as error:
            yield f"sequence: {error}"

    def _read(self, text: str) -> Array:
        """A sequence that was typed, if it is not too long."""
        sequence = self.asked.alphabet.read(text)
        if not 2 <= len(sequence) <= self.longest:
            raise InputError(f"length {len(sequence)}; allowed: 2 to {self.longest} {self.asked.alphabet.symbol}s")
        return sequence


def _written(task: str, drawn: Array) -> str:
    """The only sequence that was drawn, as it is typed: two digits of a value are enough to be read."""
    return TASKS[task].alphabet.written(np.round(drawn[:, :, 0], 2))


@lru_cache(maxsize=8)
def _first(task: str, length: int, seed: int) -> str:
    """The sequence that a seed draws to be shown; views ask for it with every frame."""
    rng = np.random.default_rng((seed, Chance.SHOWN, 0))
    return _written(task, TASKS[task].alphabet.drawn(rng, length, 1))


@lru_cache(maxsize=8)
def _read(task: str, shown: str) -> Array:
    inputs = TASKS[task].alphabet.read(shown)
    inputs.flags.writeable = False
    return inputs
