from graphlib import CycleError

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nnviz.engine.circuit import ThresholdUnit, forward_order, truth_table

AND = [ThresholdUnit(2, (0, 1))]
OR = [ThresholdUnit(1, (0, 1))]
NOT = [ThresholdUnit(0, (), (0,))]
XOR = [ThresholdUnit(1, (0,), (1,)), ThresholdUnit(1, (1,), (0,)), ThresholdUnit(1, (2, 3))]


@pytest.mark.parametrize(
    ("units", "inputs", "outputs"),
    [
        (AND, 2, [0, 0, 0, 1]),
        (OR, 2, [0, 1, 1, 1]),
        (NOT, 1, [1, 0]),
        (XOR, 2, [0, 1, 1, 0]),
    ],
)
def test_logic_is_a_circuit_of_threshold_units(
    units: list[ThresholdUnit], inputs: int, outputs: list[int]
) -> None:
    for row, output in zip(truth_table(inputs).tolist(), outputs, strict=True):
        for unit in units:  # each listens to nodes before it only
            row.append(unit.output(row))
        assert row[-1] == output


def test_a_truth_table_counts_up_in_binary() -> None:
    assert truth_table(1).tolist() == [[0], [1]]
    assert truth_table(2).tolist() == [[0, 0], [0, 1], [1, 0], [1, 1]]
    assert ["".join(map(str, row)) for row in truth_table(4).tolist()] == [f"{k:04b}" for k in range(16)]


@given(st.lists(st.integers(0, 1), min_size=1, max_size=8), st.integers(0, 9), st.integers(0, 7))
def test_one_active_inhibitory_input_silences_whatever_excites(bits: list[int], threshold: int, at: int) -> None:
    inhibitory = at % len(bits)
    excitatory = tuple(k for k in range(len(bits)) if k != inhibitory)
    unit = ThresholdUnit(threshold, excitatory, (inhibitory,))
    bits[inhibitory] = 1
    assert unit.is_silenced(bits)
    assert unit.output(bits) == 0
    bits[inhibitory] = 0
    assert unit.output(bits) == int(sum(bits) >= threshold)


def test_a_unit_without_inputs_fires_if_it_needs_none() -> None:
    assert [ThresholdUnit(threshold).output([0]) for threshold in (0, 1)] == [1, 0]


def test_every_node_comes_after_those_it_listens_to() -> None:
    order = forward_order({"c": ["b", "x"], "b": ["a"], "a": ["x"]})
    assert sorted(order) == ["a", "b", "c", "x"]
    assert order.index("x") < order.index("a") < order.index("b") < order.index("c")


def test_a_circle_is_named() -> None:
    with pytest.raises(CycleError) as caught:
        forward_order({"a": ["b"], "b": ["c"], "c": ["a"]})
    assert set(caught.value.args[1]) == {"a", "b", "c"}
