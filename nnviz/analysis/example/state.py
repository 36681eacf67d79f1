"""One example through the network, how far the cursor has come on its way, and which parameter is chosen."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from functools import cache, cached_property
from itertools import groupby

import numpy as np

from nnviz.analysis.example.notation import Notation
from nnviz.engine.network import Network
from nnviz.engine.optimizers import Hyperparameters
from nnviz.engine.outputs import SOFTMAX
from nnviz.engine.tape import Array
from nnviz.engine.trace import Chain, Checked, Trace, Traced, strongest_chain
from nnviz.experiment.problem import Problem
from nnviz.runs.beginning import hyperparameters, mask
from nnviz.runs.network_parts import Lit, ParameterIndex
from nnviz.runs.snapshot import Snapshot


@dataclass(frozen=True, eq=False)
class Example:
    """A sample, what it makes of the network, and the step it would be.

    Parameters
    ----------
    checked : Checked or None
        If asked for, and the network is small.
    sample : int or None
        Which of the training samples it is; None if typed.
    hyperparameters : Hyperparameters
        The run's.
    is_next : bool
        Whether the run's next step is this very one: it takes this sample, alone, by SGD.
    """

    traced: Traced
    checked: Checked | None
    sample: int | None
    hyperparameters: Hyperparameters
    is_next: bool


@dataclass(frozen=True)
class TraceOf:
    """Which sample goes through the network.

    Parameters
    ----------
    sample : int or None
        A training sample; None for the one that the run takes next, if it takes them one by one and in order,
        and otherwise the first.
    inputs, target : tuple of float
        Typed ones instead, as the network gets them; each counts only if it has the network's size.
    check : bool
        Whether central differences are wanted.
    """

    sample: int | None = None
    inputs: tuple[float, ...] = ()
    target: tuple[float, ...] = ()
    check: bool = False

    def prepare(self, problem: Problem) -> Callable[[Snapshot], Example]:
        """What turns a `Snapshot` into an `Example`."""
        return _Examples(self, problem)


class _Examples:
    def __init__(self, wanted: TraceOf, problem: Problem) -> None:
        sizes = problem.network.layer_sizes
        self._wanted, self._problem = wanted, problem
        self._inputs = _typed(wanted.inputs, sizes[0])
        self._target = _typed(wanted.target, sizes[-1])
        self._prepared: tuple[Hyperparameters, Trace] | None = None

    def __call__(self, snapshot: Snapshot) -> Example:
        trace, parameters = self._trace(snapshot), snapshot.parameters
        following = _next(snapshot)
        wanted = following if self._wanted.sample is None else self._wanted.sample
        sample = wanted if wanted is not None and wanted < len(self._problem.train) else 0
        inputs = self._problem.train.inputs[sample] if self._inputs is None else self._inputs
        target = self._problem.train.targets[sample] if self._target is None else self._target
        typed = self._inputs is not None or self._target is not None
        return Example(
            trace(parameters, inputs, target),
            trace.check(parameters, inputs, target) if self._wanted.check else None,
            None if typed else sample,
            hyperparameters(snapshot.experiment.training),
            not typed and sample == following and snapshot.experiment.training.optimizer == "sgd",
        )

    def _trace(self, snapshot: Snapshot) -> Trace:
        """Made anew when η or a penalty changes."""
        experiment = snapshot.experiment
        wanted = hyperparameters(experiment.training, experiment.network.frozen)
        if self._prepared is None or self._prepared[0] != wanted:
            there = mask(snapshot.experiment, self._problem.network)
            self._prepared = wanted, Trace(self._problem.network, wanted, there)
        return self._prepared[1]


def _next(snapshot: Snapshot) -> int | None:
    """The sample of the run's next step, if the step takes a single, known sample."""
    training = snapshot.experiment.training
    return snapshot.position.batch if training.batch_size == 1 and not training.shuffle else None


def _typed(numbers: tuple[float, ...], size: int) -> Array | None:
    return np.array(numbers) if len(numbers) == size else None


class Phase(Enum):
    """What is done at a stop."""

    INPUT = "input"
    SUM = "sum"
    ACTIVATION = "activation"
    LOSS = "loss"
    DELTA = "delta"
    GRADIENT = "gradient"
    UPDATE = "update"


@dataclass(frozen=True)
class Stop:
    """A stop of the cursor: what has just been computed; layer and unit counted from 0, −1 for none."""

    phase: Phase
    layer: int = -1
    unit: int = -1


@cache
def way_through(network: Network) -> tuple[Stop, ...]:
    """All stops: forward unit by unit, the loss, backward unit by unit, and the update layer by layer."""
    sizes = network.layer_sizes[1:]
    stops = [Stop(Phase.INPUT)]
    for l, (units, function) in enumerate(zip(sizes, network.activations, strict=True)):
        sums, activations = (_all(phase, l, units) for phase in (Phase.SUM, Phase.ACTIVATION))
        if function is SOFTMAX:  # each activation needs every sum
            stops += [*sums, *activations]
        else:
            stops += [stop for pair in zip(sums, activations, strict=True) for stop in pair]
    stops.append(Stop(Phase.LOSS))
    for l, units in reversed(list(enumerate(sizes))):
        stops += [*_all(Phase.DELTA, l, units), *_all(Phase.GRADIENT, l, units)]
    return (*stops, *(Stop(Phase.UPDATE, l) for l in range(len(sizes))))


def _all(phase: Phase, layer: int, units: int) -> list[Stop]:
    return [Stop(phase, layer, unit) for unit in range(units)]


@cache
def ends_of_layers(network: Network) -> tuple[int, ...]:
    """The last stop of each layer on the way forward, of the loss, of each layer backward, and of the update."""
    parts = groupby(enumerate(way_through(network)), lambda stop: _part(stop[1]))
    return tuple(list(stops)[-1][0] for _, stops in parts)


def _part(stop: Stop) -> tuple[bool, int, Phase | None]:
    forward = stop.phase in {Phase.SUM, Phase.ACTIVATION}
    whole = stop.phase if stop.phase in {Phase.INPUT, Phase.LOSS, Phase.UPDATE} else None
    return forward, -1 if whole else stop.layer, whole


@cache
def order(network: Network) -> dict[Stop, int]:
    """Where on the way each stop is."""
    return {stop: at for at, stop in enumerate(way_through(network))}


@dataclass(frozen=True, eq=False)
class ExampleState:
    """What all panes show: an example, the cursor's place and the chosen parameter.

    Parameters
    ----------
    at : int
        Where on the way through the network the cursor is.
    chosen : (layer, unit, source or None) or None
        The parameter that was clicked.
    jacobian : bool
        Whether the letters are those of Jacobians.
    labels : tuple of str
        Of the inputs.
    """

    example: Example
    at: int
    chosen: ParameterIndex | None = None
    jacobian: bool = False
    labels: tuple[str, ...] = ()

    @property
    def traced(self) -> Traced:
        """The numbers."""
        return self.example.traced

    @property
    def stop(self) -> Stop:
        """What has just been computed."""
        return way_through(self.traced.network)[self.at]

    @cached_property
    def notation(self) -> Notation:
        """The letters."""
        sizes = self.traced.network.layer_sizes
        return Notation(len(sizes) - 1, sizes[-1], self.jacobian)

    def knows(self, phase: Phase, layer: int = -1, unit: int = -1) -> bool:
        """Whether the cursor has passed a stop."""
        return self._order[Stop(phase, layer, unit)] <= self.at

    @cached_property
    def _order(self) -> dict[Stop, int]:
        return order(self.traced.network)

    @property
    def layer(self) -> int:
        """The layer that the cursor is at."""
        stop, last = self.stop, len(self.traced.deltas) - 1
        if stop.phase is Phase.INPUT:
            return 0
        return last if stop.phase is Phase.LOSS else stop.layer

    @cached_property
    def unit(self) -> tuple[int, int]:
        """The unit that is looked at: the chosen parameter's, the cursor's, or the one with the largest delta."""
        if self.chosen:
            return self.chosen[:2]
        if self.stop.unit >= 0:
            return self.stop.layer, self.stop.unit
        deltas = np.abs(np.nan_to_num(self.traced.deltas[self.layer]))
        return self.layer, int(deltas.argmax()) if self.stop.phase is not Phase.INPUT else 0

    @cached_property
    def chain(self) -> Chain:
        """The strongest path from the loss to the chosen parameter, or to the unit looked at."""
        return strongest_chain(self.traced, *(self.chosen or (*self.unit, None)))


def caption(look: ExampleState) -> str:
    """What has just been computed, in words."""
    stop = look.stop
    words = _WORDS[stop.phase].format(layer=stop.layer + 1, unit=stop.unit + 1)
    return words.replace("delta", "derivative by its sum") if look.jacobian else words


_WORDS = {
    Phase.INPUT: "the example",
    Phase.SUM: "forward · layer {layer}, neuron {unit}: weighted sum",
    Phase.ACTIVATION: "forward · layer {layer}, neuron {unit}: activation",
    Phase.LOSS: "loss",
    Phase.DELTA: "backward · layer {layer}, neuron {unit}: delta",
    Phase.GRADIENT: "backward · layer {layer}, neuron {unit}: its weights and bias",
    Phase.UPDATE: "update · layer {layer}",
}


def lit(look: ExampleState) -> Lit:
    """The chosen parameter's strongest path; without one, the unit being computed and from what."""
    if look.chosen:
        return _path(look)
    stop, sizes = look.stop, look.traced.network.layer_sizes
    l, j = stop.layer, stop.unit
    above = range(sizes[l + 2]) if l + 2 < len(sizes) else ()
    match stop.phase:
        case Phase.INPUT | Phase.LOSS:
            layer = 0 if stop.phase is Phase.INPUT else len(sizes) - 1
            return Lit(tuple((layer, unit) for unit in range(sizes[layer])))
        case Phase.UPDATE:
            return Lit((), tuple((l, unit, i) for unit in range(sizes[l + 1]) for i in range(sizes[l])))
        case Phase.ACTIVATION:
            return Lit(((l + 1, j),))
        case Phase.DELTA:
            return Lit(((l + 1, j),), tuple((l + 1, k, j) for k in above))
    return Lit(((l + 1, j),), tuple((l, j, i) for i in range(sizes[l])))


def _path(look: ExampleState) -> Lit:
    chain = look.chain
    neurons = [(chain.layer + 1 + at, unit) for at, unit in enumerate(chain.units)]
    between = zip(chain.units[1:], chain.units, strict=False)
    parameters = [(chain.layer + 1 + at, above, below) for at, (above, below) in enumerate(between)]
    if chain.source is not None:
        neurons.insert(0, (chain.layer, chain.source))
    return Lit(tuple(neurons), ((chain.layer, chain.units[0], chain.source), *parameters))
