import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nnviz.engine.boltzmann import (
    RestrictedMachine,
    all_states,
    energies,
    numbers_of,
    probability_up,
    shares,
    swept,
)
from nnviz.engine.rules import Spins, aligned, energy, local_field, store
from nnviz.engine.tape import Array


def spins(seed: int, *shape: int) -> Spins:
    return np.random.default_rng(seed).choice(np.array([-1, 1], np.int8), shape)


def machine(seed: int, hidden: int = 3, visible: int = 5) -> RestrictedMachine:
    rng = np.random.default_rng(seed)
    parts = rng.standard_normal((hidden, visible)), rng.standard_normal(visible), rng.standard_normal(hidden)
    return RestrictedMachine(*parts)


def bits(units: int) -> Array:
    return (all_states(units) + 1.0) / 2


@given(st.floats(-50.0, 50.0), st.floats(0.01, 10.0))
def test_the_probability_is_that_of_the_formula_and_of_both_ways_together_one(h: float, t: float) -> None:
    p = float(probability_up(h, t))
    assert 0.0 <= p <= 1.0
    assert p + float(probability_up(-h, t)) == pytest.approx(1.0)
    if abs(2 * h / t) < 100:
        assert p == pytest.approx(1.0 / (1.0 + np.exp(-2.0 * h / t)))


@given(st.integers(1, 8))
def test_states_are_all_different_and_numbered_in_their_order(units: int) -> None:
    assert numbers_of(all_states(units)).tolist() == list(range(2**units))


@given(st.integers(0, 99), st.integers(2, 7))
def test_at_zero_a_sweep_is_that_of_the_hopfield_net(seed: int, units: int) -> None:
    weights, start = store(spins(seed, 3, units)), spins(seed + 1, 4, units)
    ended = swept(weights, start, 0.0, np.zeros((units, 4)))
    for before, after in zip(start.copy(), ended, strict=True):
        for unit in range(units):
            before[unit] = aligned(int(before[unit]), local_field(weights, before, unit))
        assert before.tolist() == after.tolist()


@given(st.integers(0, 99), st.integers(2, 6), st.floats(0.05, 5.0))
def test_shares_fall_with_the_energy_as_boltzmann_says(seed: int, units: int, temperature: float) -> None:
    weights = store(spins(seed, 2, units))
    states = all_states(units)
    energy_of = energies(weights, states)
    assert energy_of == pytest.approx([energy(weights, state) for state in states])
    share = shares(energy_of, temperature)
    assert share.sum() == pytest.approx(1.0)
    ratio = np.exp(-(energy_of - energy_of[0]) / temperature)
    assert share == pytest.approx(share[0] * ratio, rel=1e-6, abs=1e-12)
    assert shares(energy_of, 0.0)[energy_of == energy_of.min()].sum() == pytest.approx(1.0)


def test_a_restricted_machines_probabilities_are_those_of_its_energy() -> None:
    given_machine = machine(0)
    visible, hidden = bits(5), bits(3)
    weight = np.exp(
        visible @ given_machine.weights.T @ hidden.T
        + (visible @ given_machine.visible)[:, None]
        + hidden @ given_machine.hidden
    )
    of_hidden = weight @ hidden / weight.sum(axis=1, keepdims=True)
    of_visible = weight.T @ visible / weight.sum(axis=0)[:, None]
    assert given_machine.hidden_given(visible) == pytest.approx(of_hidden)
    assert given_machine.visible_given(hidden) == pytest.approx(of_visible)


def test_gibbs_sampling_leaves_that_distribution_as_it_is() -> None:
    given_machine, rng = machine(1, 2, 3), np.random.default_rng(0)
    visible, hidden = bits(3), bits(2)
    weight = np.exp(
        visible @ given_machine.weights.T @ hidden.T
        + (visible @ given_machine.visible)[:, None]
        + hidden @ given_machine.hidden
    ).sum(axis=1)
    share = weight / weight.sum()
    samples = visible[rng.choice(len(visible), 40_000, p=share)]
    after, _ = given_machine.gibbs(samples, rng)
    counted = np.bincount(numbers_of((2 * after - 1).astype(np.int8)), minlength=8) / len(after)
    assert np.abs(counted - share).max() < 0.01


def test_the_step_of_contrastive_divergence_is_the_formula() -> None:
    given_machine, batch = machine(2), bits(5)[[3, 7, 21]]
    after = given_machine.learned(batch, 0.3, np.random.default_rng(5))
    there = given_machine.hidden_given(batch)
    drawn = (np.random.default_rng(5).random(there.shape) < there).astype(float)
    back = given_machine.visible_given(drawn)
    again = given_machine.hidden_given(back)
    difference = np.mean(
        [np.outer(h, v) - np.outer(k, w) for h, v, k, w in zip(there, batch, again, back, strict=True)], axis=0
    )
    assert after.weights == pytest.approx(given_machine.weights + 0.3 * difference)
    assert after.visible == pytest.approx(given_machine.visible + 0.3 * (batch - back).mean(axis=0))
    assert after.hidden == pytest.approx(given_machine.hidden + 0.3 * (there - again).mean(axis=0))
