"""Networks with a memory, unrolled in time: tanh units that feed back on themselves, and the LSTM.

The weights are the same at every step, so their gradient is the sum over all steps: one product of all deltas with
all that came in (backpropagation through time; Werbos 1990, Hochreiter & Schmidhuber 1997, Gers et al. 2000).
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Self

import numpy as np

from nnviz.engine.tape import Array


@dataclass(frozen=True, eq=False)
class Course:
    """What a network did with sequences, one column for each.

    Parameters
    ----------
    rows : array, shape (steps + 1, units + channels + 1, sequences)
        What comes in at each step: the hidden state before it, the inputs, and 1. The last holds the final state.
    hidden : array, shape (steps, units, sequences)
        The hidden state after each step.
    outputs : array, shape (steps, sequences)
        Pre-activation of the output after each step.
    gates : array, shape (steps, 4 · units, sequences)
        Of an LSTM: input, forget and output gate, and the candidate; empty otherwise.
    cells : array, shape (steps + 1, units, sequences)
        Of an LSTM: its cells before each step, and after the last.
    """

    rows: Array
    hidden: Array
    outputs: Array
    gates: Array
    cells: Array

    @property
    def inputs(self) -> Array:
        """What was read, shape (steps, channels, sequences)."""
        return self.rows[:-1, self.hidden.shape[1] : -1]


@dataclass(frozen=True, eq=False)
class Backward:
    """The gradient of a loss.

    Parameters
    ----------
    parameters : array, shape (size,)
    memories : array, shape (steps, units, sequences)
        For what is carried on from each step: the hidden state, or the cells of an LSTM.
    """

    parameters: Array
    memories: Array

    @property
    def norms(self) -> Array:
        """The norm of the gradient at each step, over units and sequences; shape (steps,)."""
        largest = np.abs(self.memories).max(axis=(1, 2))
        scaled = self.memories / np.where(largest, largest, 1.0)[:, None, None]  # squares would vanish too soon
        return np.asarray(largest * np.sqrt((scaled**2).sum(axis=(1, 2))))


@dataclass(frozen=True)
class Recurrent:
    """Tanh units, h ← tanh(W [h; x; 1]), and an output p = v·[h; 1]; parameters are W and v in one vector.

    Parameters
    ----------
    units : int
    channels : int
        Numbers that come in at each step.
    """

    units: int
    channels: int = field(default=1, kw_only=True)
    _GATES = 1

    @property
    def size(self) -> int:
        """How many parameters it has, whatever the number of steps."""
        return self._shared + self.units + 1

    @property
    def _shared(self) -> int:
        return self._GATES * self.units * self._came_in

    @property
    def _came_in(self) -> int:
        return self.units + self.channels + 1

    def parted(self, parameters: Array) -> tuple[Array, Array]:
        """Views of W, shape (rows, units + channels + 1), and v, shape (units + 1,)."""
        return parameters[: self._shared].reshape(-1, self._came_in), parameters[self._shared :]

    def begin(self, rng: np.random.Generator) -> Array:
        """Weights and biases drawn evenly within ±1/√units."""
        reach = 1.0 / np.sqrt(self.units)
        return rng.uniform(-reach, reach, self.size)

    def forward(self, parameters: Array, inputs: Array) -> Course:
        """Read sequences, shape (steps, channels, sequences), from a state of zeros."""
        (steps, _, count), units = inputs.shape, self.units
        weights, readout = self.parted(parameters)
        rows = np.empty((steps + 1, self._came_in, count))
        rows[0, :units], rows[:steps, units:-1], rows[steps, units:-1], rows[:, -1] = 0.0, inputs, 0.0, 1.0
        gates, cells = self._read(weights, rows)
        hidden = rows[1:, :units]
        outputs = np.einsum("u,tus->ts", readout[:-1], hidden) + readout[-1]
        return Course(rows, hidden, outputs, gates, cells)

    def said(self, parameters: Array, inputs: Array) -> Array:
        """Only the outputs of `forward`, in single precision: with many sequences a sixth of its time."""
        (steps, _, count), units = inputs.shape, self.units
        weights, readout = (part.astype(np.float32) for part in self.parted(parameters))
        row = np.zeros((self._came_in, count), np.float32)
        cells, outputs, given = np.zeros_like(row[:units]), np.empty((steps, count)), inputs.astype(np.float32)
        row[-1] = 1.0
        for step in range(steps):
            row[units:-1] = given[step]
            self._go_on(weights, row, cells)
            outputs[step] = readout[:-1].dot(row[:units]) + readout[-1]
        return outputs

    def backward(self, parameters: Array, course: Course, slopes: Array) -> Backward:
        """Go back through all steps.

        Parameters
        ----------
        slopes : array, shape (steps, sequences)
            Of the loss by the outputs.
        """
        weights, readout = self.parted(parameters)
        memories, deltas = self._back(weights, course, readout[:-1, None] * slopes[:, None])
        flat = np.moveaxis(deltas, 1, 0).reshape(len(weights), -1)
        came_in = np.moveaxis(course.rows[:-1], 1, 0).reshape(self._came_in, -1)
        shared = flat @ came_in.T  # one product: the sum over all copies of W
        out = np.append(np.einsum("ts,tus->u", slopes, course.hidden), slopes.sum())
        return Backward(np.concatenate([shared.ravel(), out]), memories)

    def _read(self, weights: Array, rows: Array) -> tuple[Array, Array]:
        """Fill in the hidden states; return gates and cells."""
        product = _product(rows)
        for step in range(len(rows) - 1):
            after = rows[step + 1, : self.units]
            product(weights, rows[step], out=after)
            np.tanh(after, out=after)
        return np.empty(0), np.empty(0)

    def _go_on(self, weights: Array, row: Array, cells: Array) -> None:
        """Put the next hidden state, and the next cells, in place of those before."""
        del cells
        row[: self.units] = np.tanh(weights.dot(row))

    def _back(self, weights: Array, course: Course, errors: Array) -> tuple[Array, Array]:
        """Gradients of what is carried on, and of the pre-activations; ``errors`` come from the outputs."""
        slopes, back = 1.0 - course.hidden**2, weights[:, : self.units].T.copy()
        memories, deltas = errors.copy(), np.empty_like(slopes)
        for step in reversed(range(len(slopes))):
            if step + 1 < len(slopes):
                memories[step] += back @ deltas[step + 1]
            np.multiply(memories[step], slopes[step], out=deltas[step])
        return memories, deltas

    @classmethod
    def latch(cls) -> tuple[Self, Array]:
        """One unit set by hand, h ← tanh(3 h + 0.6 x): the first input decides, and no later one turns it."""
        return cls(1), np.array([3.0, 0.6, 0.0, 5.0, 0.0])


@dataclass(frozen=True)
class Lstm(Recurrent):
    """Long short-term memory: c ← f c + i g, h = o tanh c; gates i, f, o and candidate g in this order in W.

    Parameters
    ----------
    forget_bias : float
        The bias with which every forget gate begins.
    """

    forget_bias: float = 1.0
    _GATES = 4

    def begin(self, rng: np.random.Generator) -> Array:
        """Weights drawn evenly within ±1/√units; the forget gates' biases are as asked for."""
        parameters = super().begin(rng)
        self.parted(parameters)[0][self.units : 2 * self.units, -1] = self.forget_bias
        return parameters

    def _read(self, weights: Array, rows: Array) -> tuple[Array, Array]:
        units, steps = self.units, len(rows) - 1
        gates = np.empty((steps, 4 * units, rows.shape[2]))
        cells = np.zeros((steps + 1, units, rows.shape[2]))
        halved = weights.copy()
        halved[: 3 * units] *= 0.5  # σ(z) = ½ + ½ tanh(z/2): one tanh for all four
        product = _product(rows)
        for step, gate in enumerate(gates):
            product(halved, rows[step], out=gate)
            np.tanh(gate, out=gate)
            gate[: 3 * units] *= 0.5
            gate[: 3 * units] += 0.5
            enter, forget, leave, candidate = gate.reshape(4, units, -1)
            np.multiply(forget, cells[step], out=cells[step + 1])
            cells[step + 1] += enter * candidate
            np.multiply(leave, np.tanh(cells[step + 1]), out=rows[step + 1, :units])
        return gates, cells

    def _go_on(self, weights: Array, row: Array, cells: Array) -> None:
        units = self.units
        gates = weights.dot(row)
        gates[: 3 * units] *= 0.5
        np.tanh(gates, out=gates)
        gates[: 3 * units] *= 0.5
        gates[: 3 * units] += 0.5
        enter, forget, leave, candidate = gates.reshape(4, units, -1)
        cells *= forget
        cells += enter * candidate
        np.multiply(leave, np.tanh(cells), out=row[:units])

    def _back(self, weights: Array, course: Course, errors: Array) -> tuple[Array, Array]:
        units, steps = self.units, len(course.gates)
        enter, forget, leave, candidate = np.moveaxis(course.gates.reshape(steps, 4, units, -1), 1, 0)
        shown = np.tanh(course.cells[1:])
        # what a gradient is multiplied with on its way, for all steps at once
        from_cells = np.concatenate(
            [
                candidate * enter * (1.0 - enter),
                course.cells[:-1] * forget * (1.0 - forget),
                np.zeros_like(leave),
                enter * (1.0 - candidate**2),
            ],
            axis=1,
        )
        from_hidden, through = shown * leave * (1.0 - leave), leave * (1.0 - shown**2)
        memories, deltas, back = (
            np.empty_like(errors),
            np.empty_like(course.gates),
            weights[:, : self.units].T.copy(),
        )
        carried = np.zeros_like(errors[-1])
        for step in reversed(range(steps)):
            hidden = errors[step] + back @ deltas[step + 1] if step + 1 < steps else errors[step]
            memories[step] = carried + hidden * through[step]
            np.multiply(np.tile(memories[step], (4, 1)), from_cells[step], out=deltas[step])
            deltas[step, 2 * units : 3 * units] = hidden * from_hidden[step]
            carried = memories[step] * forget[step]
        return memories, deltas


def _product(rows: Array) -> np.ufunc | Callable[..., Array]:
    """What multiplies matrices: of one sequence, which is shown, the one that keeps the interpreter's lock.

    `dot` lets go of it, and where training is waiting a frame would wait for each of its steps.
    """
    return np.matmul if rows.shape[2] == 1 else np.dot


def losses(outputs: Array, answers: Array) -> Array:
    """Cross-entropy of sigmoid outputs, given by their pre-activations, for answers ±1: log(1 + e^(−a p))."""
    return np.asarray(np.logaddexp(0.0, -answers * outputs))


def loss_slopes(outputs: Array, answers: Array) -> Array:
    """The slopes of `losses` by the pre-activations: −a σ(−a p)."""
    return np.asarray(-answers * (0.5 - 0.5 * np.tanh(0.5 * answers * outputs)))
