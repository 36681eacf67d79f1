"""Many networks of one kind at once: the same samples, each from its own parameters and in its own order.

A small network's step costs its number of calls, not its arithmetic. So the tape of one step is played on
arrays that hold a batch for each of R replicas, activations (units, R, B) and parameters (R, parameters): as many
calls as for one network, and for 64 replicas of 2-4-2-1 seven times the steps a second.
"""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from itertools import pairwise

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from nnviz.engine.descent import Descent, Position
from nnviz.engine.network import Network, Parameters, logits
from nnviz.engine.optimizers import OPTIMIZERS, Hyperparameters
from nnviz.engine.step import Buffers, Model, training_step
from nnviz.engine.tape import Array, Tape, play

_MOST = 128
_MOST_NUMBERS = 2**18
"""Numbers that a step works on: more than fit the processor's cache make replicas slower, not faster."""
_MOST_INDICES = 2**23


class Replicas:
    """Mini-batch gradient descent of many networks of one kind, epoch by epoch.

    Each learns what a `Descent` would from the same position. One whose parameters cease to be finite by the end
    of an epoch, or that is told to `stop`, stays where it then is; the others do not notice.

    Parameters
    ----------
    inputs : array, shape (samples, m⁰) or (replicas, samples, m⁰)
        The samples of all, or of each its own.
    targets : array, shape (samples, mᴸ) or (replicas, samples, mᴸ)
    positions : sequence of Position
        Where each replica starts, at the beginning of an epoch.
    mask : array of 0 and 1, shape (parameters,), optional
        Connections that are there; the others are and stay zero.
    """

    def __init__(
        self,
        network: Network,
        inputs: Array,
        targets: Array,
        positions: Sequence[Position],
        hyperparameters: Hyperparameters,
        mask: Array | None = None,
    ) -> None:
        if any(position.batch for position in positions):
            raise ValueError("replicas start at the beginning of an epoch")
        self._starts = positions
        self._stopped: dict[int, Position] = {}
        self._lost: set[int] = set()
        self._rngs = [_generator(position) for position in positions]
        self._model = _model(network, positions, hyperparameters, mask)
        self._samples = _as_columns(inputs, targets, self._flat.dtype)
        count = inputs.shape[-2]
        first = count * np.arange(len(positions)) if inputs.ndim == 3 else np.zeros(len(positions), np.intp)
        self._given_order = first[:, np.newaxis] + np.arange(count)
        self._order = self._given_order.copy()
        self._batch_size = min(hyperparameters.batch_size, count)
        self._whole, self._short = self._step(self._batch_size), self._step(count % self._batch_size)
        self._epochs = 0

    @property
    def finite(self) -> NDArray[np.bool_]:
        """Whether every parameter is still a number of moderate size, shape (replicas,)."""
        return np.array([replica not in self._lost for replica in range(len(self._starts))])

    @property
    def going(self) -> NDArray[np.bool_]:
        """Which replicas have neither diverged nor been stopped, shape (replicas,)."""
        return np.array([replica not in self._stopped for replica in range(len(self._starts))])

    @property
    def parameters(self) -> Parameters:
        """Those of all replicas as they are now, to be read."""
        return self._model.parameters

    def stop(self, which: NDArray[np.bool_]) -> None:
        """Let replicas stay where they are, shape (replicas,)."""
        for replica in np.flatnonzero(which & self.going).tolist():
            self._stopped[replica] = self._position(replica)

    def advance(self) -> bool:
        """Take an epoch; whether any replica can go on."""
        with np.errstate(all="ignore"):
            self._shuffle()
            for chosen in self._batches():
                block, tape = self._whole if chosen.shape[1] == self._batch_size else self._short
                self._samples.take(chosen, 1, block, "clip")
                play(tape)
            self._epochs += 1
            self._stop_diverged()
        return len(self._stopped) < len(self._starts)

    def positions(self) -> list[Position]:
        """Where every replica stands now, as copies; with these a `Descent` can go on."""
        return list(map(self.position, range(len(self._starts))))

    def position(self, replica: int) -> Position:
        """Where one of them stands, counted from 0."""
        return self._stopped.get(replica) or self._position(replica)

    @property
    def _flat(self) -> Array:
        return self._model.parameters.flat

    def _step(self, size: int) -> tuple[Array, Tape]:
        """Where a batch of ``size`` samples for each replica is put, and the tape of a step on it."""
        network, count = self._model.network, len(self._starts)
        block = np.zeros((len(self._samples), count, size), self._samples.dtype)
        if not size:
            return block, []
        buffers = Buffers(network, size, block.dtype, (count,))
        split = network.layer_sizes[0] + 1
        return block, training_step(self._model, buffers, block[:split], block[split:])

    def _shuffle(self) -> None:
        """Put each replica's samples into another order, the one that `Generator.permutation` would."""
        if self._model.hyperparameters.shuffle:
            np.copyto(self._order, self._given_order)
            for replica, (rng, order) in enumerate(zip(self._rngs, self._order, strict=True)):
                if replica not in self._stopped:
                    rng.shuffle(order)

    def _batches(self) -> Iterable[NDArray[np.intp]]:
        """Indices of the samples of each step, shape (replicas, B)."""
        starts = range(0, self._order.shape[1], self._batch_size)
        return (self._order[:, start : start + self._batch_size] for start in starts)

    def _stop_diverged(self) -> None:
        lost = ~np.isfinite(np.vecdot(self._flat, self._flat)) & self.going
        self._lost.update(np.flatnonzero(lost).tolist())
        self.stop(lost)

    def _position(self, replica: int) -> Position:
        start = self._starts[replica]
        return replace(
            start,
            step=start.step + self._epochs * -(-self._order.shape[1] // self._batch_size),
            epoch=start.epoch + self._epochs,
            parameters=self._flat[replica].copy(),
            memory=self._model.memory[:-1, replica].copy(),
            shuffling=self._rngs[replica].bit_generator.state,
        )


class Singles:
    """The same for networks of convolutions: one after another, for together they would not be quicker."""

    def __init__(
        self,
        network: Network,
        inputs: Array,
        targets: Array,
        positions: Sequence[Position],
        hyperparameters: Hyperparameters,
        mask: Array | None = None,
    ) -> None:
        self._shapes, count = network.shapes, len(positions)
        self._going, self.finite = np.ones(count, bool), np.ones(count, bool)
        own = (np.broadcast_to(a, (count, *a.shape[-2:])) for a in (inputs, targets))
        self._descents = []
        for position, x, t in zip(positions, *own, strict=True):
            parameters = Parameters(network.shapes, position.parameters.copy())
            descent = Descent(network, x, t, parameters, hyperparameters, _generator(position), mask)
            descent.restore(position)
            self._descents.append(descent)

    @property
    def going(self) -> NDArray[np.bool_]:
        """Which have neither diverged nor been stopped, shape (networks,)."""
        return self._going.copy()

    @property
    def parameters(self) -> Parameters:
        """Those of all networks as they are now, to be read."""
        return Parameters(self._shapes, np.stack([descent.parameters.flat for descent in self._descents]))

    def stop(self, which: NDArray[np.bool_]) -> None:
        """Let networks stay where they are, shape (networks,)."""
        self._going &= ~which

    def advance(self) -> bool:
        """Take an epoch; whether any network can go on."""
        for number in np.flatnonzero(self._going).tolist():
            descent = self._descents[number]
            descent.advance(descent.batches - descent.batch)
            self.finite[number] = self._going[number] = descent.finite
        return bool(self._going.any())

    def positions(self) -> list[Position]:
        """Where every network stands now, as copies."""
        return [descent.position() for descent in self._descents]

    def position(self, network: int) -> Position:
        """Where one of them stands, counted from 0."""
        return self._descents[network].position()


def replicas_of(network: Network) -> type[Replicas] | type[Singles]:
    """What trains many networks of this kind."""
    return Singles if network.convolutions else Replicas


def replicas_at_once(network: Network, samples: int, hyperparameters: Hyperparameters) -> int:
    """How many replicas are trained fastest together, in a bounded amount of memory."""
    if network.convolutions:
        return 1
    rows = sum(network.layer_sizes) + len(network.layer_sizes)
    parameters = sum(units * (inputs + 1) for inputs, units in pairwise(network.layer_sizes))
    slots = OPTIMIZERS[hyperparameters.optimizer].slots
    numbers = 4 * rows * min(hyperparameters.batch_size, samples) + (slots + 3) * parameters
    return max(1, min(_MOST, _MOST_NUMBERS // numbers, _MOST_INDICES // samples))


def _generator(position: Position) -> Generator:
    rng = np.random.default_rng()
    rng.bit_generator.state = dict(position.shuffling)
    return rng


def _model(
    network: Network, positions: Sequence[Position], hyperparameters: Hyperparameters, mask: Array | None
) -> Model:
    """What the steps of all replicas work on; parameters (R, parameters), memory (slots + 1, R, parameters)."""
    flat = np.stack([position.parameters for position in positions])
    memory = np.stack([position.memory for position in positions], axis=1)
    parameters = Parameters(network.shapes, flat)
    if mask is not None:
        mask = mask.astype(flat.dtype)
        flat[:, mask == 0.0] = 0.0
    return Model(
        network,
        parameters,
        Parameters(network.shapes, np.zeros_like(flat)),
        np.concatenate([memory, np.zeros_like(flat)[np.newaxis]]),
        parameters.where_weights().astype(flat.dtype),
        mask,
        hyperparameters,
    )


def _as_columns(inputs: Array, targets: Array, dtype: np.dtype[np.floating]) -> Array:
    """One column a sample: its inputs, a one for the biases, its targets; shape (m⁰ + 1 + mᴸ, all samples).

    It is laid out row by row: of any other array `take` first makes such a copy, at every step.
    """
    inputs, targets = inputs.reshape(-1, inputs.shape[-1]), targets.reshape(-1, targets.shape[-1])
    return np.ascontiguousarray(np.concatenate([inputs.T, np.ones((1, len(inputs))), targets.T], dtype=dtype))


def stacked_logits(network: Network, parameters: Parameters, inputs: Array) -> Array:
    """Pre-activations of the output layer of every replica, shape (outputs, replicas, samples).

    Parameters
    ----------
    parameters : Parameters
        A stack for each layer, (replicas, mˡ, mˡ⁻¹ + 1).
    inputs : array, shape (samples, m⁰) or (replicas, samples, m⁰)
    """
    if network.convolutions:
        own = np.broadcast_to(inputs, (len(parameters.flat), *inputs.shape[-2:]))
        singly = (Parameters(parameters.shapes, flat) for flat in parameters.flat)
        return np.stack([logits(network, each, x.T) for each, x in zip(singly, own, strict=True)], axis=1)
    activation = np.swapaxes(inputs, -1, -2).astype(parameters.flat.dtype)
    *hidden, last = parameters.layers
    for layer, function in zip(hidden, network.activations, strict=False):
        activation = function(layer[..., :-1] @ activation + layer[..., -1:])
    return np.moveaxis(last[..., :-1] @ activation + last[..., -1:], 0, 1)
