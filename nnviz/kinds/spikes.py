"""A spiking neuron at work: a leaky integrate-and-fire neuron with synapses, and its rate against the current."""

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Annotated, ClassVar, Literal, Self, TypeAlias

import numpy as np
from msgspec import Meta, structs
from numpy.typing import NDArray

from nnviz.engine.spiking import STEP, Fit, Membrane, Waits, fits_of
from nnviz.engine.tape import Array
from nnviz.experiment.kind import Kind, Seed
from nnviz.runs.rule import Rule, RuleSnapshot, State, read_only

SWEEP = 200
"""Milliseconds that the oscilloscope shows at once."""
HIGHEST_CURRENT, MOST_NOISE, MOST_SYNAPSES = 10.0, 10.0, 8
CURRENTS = read_only(np.linspace(0.0, 2.5, 26))
"""Currents in nA of the neurons whose rates are counted beside it."""
ALIKE = 20
"""Neurons for each of these currents."""
SYNAPTIC_DECAY = 5.0
"""Time constant of a synapse's current, in ms."""
_SUBSTEPS = round(1.0 / STEP)
_KEPT = round(2 * SWEEP / STEP)
_MOST_SPIKES = 128
_FIT_EVERY = 50
"""Steps from one fit of the curves to the next."""
Switched = Annotated[tuple[bool, ...], Meta(max_length=MOST_SYNAPSES)]
Sign = Literal["excitatory", "inhibitory"]


class Spikes(Kind, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A leaky integrate-and-fire neuron: a ``current`` flows into it, and what its synapses bring.

    ``excitatory`` and ``inhibitory`` say of each synapse whether it is on. A spike arrives at each ``train`` times
    a second, regularly, and adds ``excitation`` to the current or takes ``inhibition`` from it; that decays in 5
    ms. ``noise`` is the standard deviation of the potential where there is no threshold. Currents are in nA,
    potentials in mV, times in ms, the resistance in MΩ.
    """

    LIVE: ClassVar[frozenset[str]] = frozenset({"current", "excitatory", "inhibitory", "noise"})

    current: Annotated[float, Meta(ge=0.0, le=HIGHEST_CURRENT)] = 2.0
    noise: Annotated[float, Meta(ge=0.0, le=MOST_NOISE)] = 0.0
    excitatory: Switched = (False, False, False, False)
    inhibitory: Switched = (False,)
    excitation: Annotated[float, Meta(ge=0.0, le=20.0)] = 2.0
    inhibition: Annotated[float, Meta(ge=0.0, le=20.0)] = 4.0
    train: Annotated[float, Meta(ge=1.0, le=200.0)] = 50.0
    tau: Annotated[float, Meta(ge=1.0, le=1000.0)] = 20.0
    resistance: Annotated[float, Meta(gt=0.0, le=1000.0)] = 10.0
    threshold: Annotated[float, Meta(gt=0.0, le=1000.0)] = 15.0
    refractory: Annotated[float, Meta(ge=0.0, le=100.0)] = 2.0
    seed: Seed = 0

    @property
    def membrane(self) -> Membrane:
        """The neuron's numbers."""
        return Membrane(self.tau, self.resistance, self.threshold, self.refractory)

    @property
    def period(self) -> int:
        """Time steps from one spike that arrives at a synapse to the next."""
        return round(1000.0 / self.train / STEP)

    def synapses(self, sign: Sign) -> tuple[bool, ...]:
        """Which synapses of a sign are on."""
        return self.excitatory if sign == "excitatory" else self.inhibitory

    def arrival(self, sign: Sign, synapse: int) -> int:
        """The time step of a synapse's first spike: those of a sign are evenly staggered."""
        return synapse * self.period // len(self.synapses(sign))

    def switched(self, sign: Sign, synapse: int) -> Self:
        """The same with a synapse, counted from 0, switched on if it is off, or off."""
        synapses = list(self.synapses(sign))
        synapses[synapse] = not synapses[synapse]
        return structs.replace(self, **{sign: tuple(synapses)})

    def complaints(self) -> Iterator[str]:
        for key in ("current", "noise", "excitation", "inhibition", "train", "tau", "threshold", "refractory"):
            if not math.isfinite(getattr(self, key)):
                yield f"{key}: is not finite; allowed: finite numbers"


@dataclass(frozen=True, eq=False, kw_only=True)
class SpikesState(State):
    """A spiking neuron after some milliseconds, and how often others beside it have fired.

    Parameters
    ----------
    potential, synaptic : float
        In mV above rest; the current of the synapses in nA.
    wait : int
        Time steps for which it stays at rest.
    trace : array, shape (time steps,)
        The potential of the last two sweeps, the newest last.
    spikes : array, shape (spikes,)
        When it fired last, in ms.
    since : int
        The step at which current, synapses or noise were changed last: its rate is counted from there.
    bank, waits : array, shape (currents, neurons)
        Neurons with each of `CURRENTS`, and the same noise.
    counts : array, shape (currents,)
        How often they have fired since ``counted_from``.
    fits : dict of str to Fit
        Curves laid over their rates; empty until there are any.
    """

    potential: float = 0.0
    synaptic: float = 0.0
    wait: int = 0
    trace: NDArray[np.float32]
    spikes: Array
    since: int = 0
    bank: Array
    waits: Waits
    counts: NDArray[np.int64]
    counted_from: int = 0
    fits: Mapping[str, Fit]

    @property
    def rate(self) -> float:
        """Spikes a second since the settings were changed: from the first to the last of those that are kept."""
        counted = self.spikes[self.spikes > self.since]
        return 1000.0 * (len(counted) - 1) / float(counted[-1] - counted[0]) if len(counted) > 1 else 0.0

    @property
    def rates(self) -> Array:
        """Spikes a second for each of `CURRENTS`; NaN before anything was counted."""
        seconds = (self.step - self.counted_from) / 1000.0
        return self.counts / (ALIKE * seconds) if seconds else np.full(len(CURRENTS), np.nan)

    @property
    def measures(self) -> Mapping[str, float]:
        """Potential and rate."""
        return {"potential": self.potential, "rate": self.rate}

    @property
    def figures(self) -> tuple[tuple[str, str], ...]:
        """Time, potential, rate."""
        potential = f"{self.potential:.1f} mV".replace("-", "−")
        return ("time", f"{self.step:,} ms"), ("potential", potential), ("rate", f"{self.rate:.1f} Hz")


SpikesMoment: TypeAlias = RuleSnapshot[Spikes, SpikesState]
"""A spiking neuron at one step."""


class SpikesRule(Rule[Spikes, SpikesState]):
    """A step is a millisecond: ten time steps, each exact for the current that it has."""

    def begin(self, experiment: Spikes) -> SpikesState:
        """At rest; those beside it anywhere between rest and threshold."""
        rng = np.random.default_rng(experiment.seed)
        bank = rng.uniform(0.0, experiment.threshold, (len(CURRENTS), ALIKE))
        return SpikesState(
            trace=read_only(np.zeros(1, np.float32)),
            spikes=read_only(np.empty(0)),
            bank=read_only(bank),
            waits=read_only(np.zeros(bank.shape, np.int16)),
            counts=read_only(np.zeros(len(CURRENTS), np.int64)),
            fits={},
        )

    def advance(self, experiment: Spikes, state: SpikesState) -> SpikesState:
        """One more millisecond."""
        jolts = _jolts(experiment, state)
        after = _fired(experiment, _with_bank(experiment, state, jolts[:, 1:]), jolts[:, 0])
        if (after.step - after.counted_from) % _FIT_EVERY:
            return after
        return replace(after, fits=fits_of(CURRENTS, after.rates))

    def steps_an_epoch(self, experiment: Spikes, state: SpikesState) -> int:
        """A sweep of the oscilloscope."""
        del experiment, state
        return SWEEP

    def tuned(self, experiment: Spikes, state: SpikesState) -> SpikesState:
        """Rates are counted anew."""
        del experiment
        counts = read_only(np.zeros(len(CURRENTS), np.int64))
        return replace(state, since=state.step, counted_from=state.step, counts=counts, fits={})

    def parameter(self, state: SpikesState, place: tuple[int, int, int | None]) -> float:
        """The potential: there is no other number to set."""
        del place
        return state.potential


def _jolts(experiment: Spikes, state: SpikesState) -> Array:
    """What chance adds in each time step, shape (time steps, 1 + neurons beside it), in mV."""
    count = 1 + state.bank.size
    if not experiment.noise:
        return np.zeros((_SUBSTEPS, count))
    rng = np.random.default_rng((experiment.seed, state.step))
    spread = experiment.noise * math.sqrt(1.0 - experiment.membrane.decay**2)
    return spread * rng.standard_normal((_SUBSTEPS, count))


def _with_bank(experiment: Spikes, state: SpikesState, jolts: Array) -> SpikesState:
    """The neurons beside it after one more millisecond."""
    membrane, counts = experiment.membrane, state.counts.copy()
    bank, waits = state.bank, state.waits
    for jolt in jolts:
        bank, waits, fired = membrane.advance(bank, waits, CURRENTS[:, None], jolt.reshape(bank.shape))
        counts += fired.sum(axis=1)
    return replace(state, bank=read_only(bank), waits=read_only(waits), counts=read_only(counts))


def _fired(experiment: Spikes, state: SpikesState, jolts: Array) -> SpikesState:
    """The neuron itself after one more millisecond, step by step in plain numbers, which is quickest for one."""
    membrane, decay, fade = experiment.membrane, experiment.membrane.decay, math.exp(-STEP / SYNAPTIC_DECAY)
    potential, synaptic, wait = state.potential, state.synaptic, state.wait
    course, spikes = [], list(state.spikes)
    for at, jolt in enumerate(jolts.tolist(), start=state.step * _SUBSTEPS):
        synaptic = synaptic * fade + arriving(experiment, at)
        drive = membrane.resistance * (experiment.current + synaptic)
        potential, wait = (0.0, wait - 1) if wait else (drive + (potential - drive) * decay + jolt, 0)
        if potential >= membrane.threshold:
            potential, wait = 0.0, membrane.rest
            spikes.append((at + 1) * STEP)
        course.append(potential)
    trace = np.append(state.trace[-_KEPT + _SUBSTEPS - 1 :], np.array(course, np.float32))
    return replace(
        state,
        step=state.step + 1,
        potential=potential,
        synaptic=synaptic,
        wait=wait,
        trace=read_only(trace),
        spikes=read_only(np.array(spikes[-_MOST_SPIKES:], np.float64)),
    )


def arriving(experiment: Spikes, at: int) -> float:
    """The current in nA that arrives in a time step at the synapses that are on."""
    sizes: dict[Sign, float] = {"excitatory": experiment.excitation, "inhibitory": -experiment.inhibition}
    place, total = at % experiment.period, 0.0
    for sign, size in sizes.items():
        for synapse, on in enumerate(experiment.synapses(sign)):
            total += size * (on and place == experiment.arrival(sign, synapse))
    return total
