from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec import structs

from nnviz.errors import InputError
from nnviz.experiment.files import (
    experiment_of,
    format_experiment,
    load_experiment,
    parse_experiment,
    save_experiment,
)
from nnviz.kinds.circuit.rule import UNKNOWN, CircuitRule, CircuitState
from nnviz.kinds.circuit.schema import (
    GIVEN,
    Circuit,
    Unit,
    placed,
    with_input,
    with_threshold,
    with_unit,
    with_wire,
    with_wire_turned,
    without,
)
from nnviz.runs.begin import begin
from nnviz.runs.rule import RuleRun

XOR = Circuit(given="xor")


def state_of(circuit: Circuit, steps: int = 1000) -> CircuitState:
    run = RuleRun(CircuitRule(), circuit)
    run.advance(steps)
    return run.snapshot().state


def column(circuit: Circuit) -> list[int]:
    values: list[int] = state_of(circuit).table[:, 0].tolist()
    return values


def complaint(text: str) -> str:
    with pytest.raises(InputError) as caught:
        parse_experiment(f'kind = "circuit"\n{text}', "lecture.toml")
    message = str(caught.value)
    assert len(message.splitlines()) == 1
    return message.removeprefix("lecture.toml: ")


@st.composite
def circuits(draw: st.DrawFn) -> Circuit:
    inputs = tuple(f"x{k}" for k in range(draw(st.integers(1, 4))))
    names, units = list(inputs), []
    for k in range(draw(st.integers(0, 6))):
        sources = draw(st.lists(st.sampled_from(names), unique=True, max_size=4))
        cut = draw(st.integers(0, len(sources)))
        place = draw(st.just(()) | st.tuples(st.floats(0, 1), st.floats(0, 1)))
        unit = Unit(
            name=f"u{k}",
            threshold=draw(st.integers(0, 4)),
            excitatory=tuple(sources[:cut]),
            inhibitory=tuple(sources[cut:]),
            place=place,
        )
        units.append(unit)
        names.append(unit.name)
    shuffled = tuple(draw(st.permutations(units)))
    outputs = draw(st.just([]) | st.lists(st.sampled_from([u.name for u in units] or ["u"]), unique=True))
    wanted = draw(st.just([]) | st.lists(st.integers(0, 1), min_size=2 ** len(inputs), max_size=2 ** len(inputs)))
    return Circuit(inputs=inputs, units=shuffled, outputs=tuple(outputs) if units else (), wanted=tuple(wanted))


@pytest.mark.parametrize(
    ("name", "outputs"), [("and", [0, 0, 0, 1]), ("or", [0, 1, 1, 1]), ("not", [1, 0]), ("xor", [0, 1, 1, 0])]
)
def test_ready_made_circuits_give_their_truth_tables(name: str, outputs: list[int]) -> None:
    assert column(Circuit(given=name)) == outputs
    assert column(GIVEN[name]) == outputs


@given(circuits())
def test_the_table_is_what_evaluation_row_by_row_gives(circuit: Circuit) -> None:
    state = state_of(circuit)
    wiring = state.wiring
    assert state.settled
    for row, outputs in zip(wiring.rows, state.table, strict=True):
        values = row.tolist()
        for unit in wiring.units:
            values.append(unit.output(values))
        assert outputs.tolist() == [values[node] for node in wiring.outputs]


@given(circuits())
def test_a_file_says_all_of_it(circuit: Circuit) -> None:
    assert parse_experiment(format_experiment(circuit), "again") == circuit


@pytest.mark.parametrize("name", GIVEN)
def test_a_file_is_saved_and_begun(name: str, tmp_path: Path) -> None:
    for circuit in (Circuit(given=name), placed(GIVEN[name], {name: (0.5, 0.25)})):
        save_experiment(circuit, tmp_path / "circuit.toml")
        assert load_experiment(tmp_path / "circuit.toml") == circuit
        run = begin(circuit)
        run.advance(100)
        assert run.settled


def test_signals_move_unit_by_unit_and_row_by_row() -> None:
    values = [state_of(XOR, step).values.tolist() for step in range(6)]
    assert values == [
        [0, 0, UNKNOWN, UNKNOWN, UNKNOWN],
        [0, 0, 0, UNKNOWN, UNKNOWN],
        [0, 0, 0, 0, UNKNOWN],
        [0, 0, 0, 0, 0],
        [0, 1, 0, UNKNOWN, UNKNOWN],
        [0, 1, 0, 1, UNKNOWN],
    ]
    assert [state_of(XOR, step).row for step in range(5)] == [0, 0, 0, 0, 1]
    assert [state_of(XOR, step).last for step in range(5)] == [-1, 2, 3, 4, 2]
    assert state_of(XOR, 5).table[:, 0].tolist() == [0, UNKNOWN, UNKNOWN, UNKNOWN]


def test_an_epoch_is_a_row_and_after_the_last_it_settles() -> None:
    run = begin(XOR)
    assert run.steps_an_epoch == 3
    run.advance(11)
    assert not run.settled
    run.advance(5)
    assert (run.settled, run.step, run.snapshot().epoch) == (True, 12, 4)


def test_what_is_wanted_is_compared_with_the_first_output() -> None:
    circuit = Circuit(given="and", wanted=(0, 1, 1, 1))
    assert state_of(circuit, 2).wrong == (1,)
    assert state_of(circuit, 2).measures == {"rows": 2.0, "accuracy": 0.25}
    state = state_of(circuit)
    assert state.wrong == (1, 2)
    assert dict(state.figures) == {"rows": "4 of 4", "right": "2 of 4"}
    assert state_of(Circuit(given="or", wanted=(0, 1, 1, 1))).measures["accuracy"] == 1.0


def test_without_units_nothing_is_right() -> None:
    state = state_of(Circuit(wanted=(0, 0, 0, 0)))
    assert state.settled
    assert state.measures["accuracy"] == 0.0


def test_outputs_are_those_named_or_those_nobody_listens_to() -> None:
    assert XOR.drawn.read == ("xor",)
    named = structs.replace(XOR.drawn, outputs=("x1∧¬x2", "xor"))
    assert named.read == ("x1∧¬x2", "xor")
    assert state_of(named).table.tolist() == [[0, 0], [0, 1], [1, 1], [0, 0]]


def test_a_unit_moved_goes_on_as_it_was() -> None:
    moved = placed(XOR, {"xor": (0.2, 0.9)})
    assert moved.continues(XOR)
    assert not with_threshold(XOR, "xor", 1).continues(XOR)
    run = begin(XOR)
    run.advance(5)
    run.tune(moved)
    run.advance(100)
    assert run.snapshot().state.table[:, 0].tolist() == [0, 1, 1, 0]
    assert run.snapshot().experiment == moved


def test_a_circuit_is_wired_by_hand() -> None:
    circuit = with_unit(Circuit(), (0.5, 0.5))
    assert circuit.units == (Unit(name="u1", threshold=1, place=(0.5, 0.5)),)
    circuit = with_wire(with_wire(circuit, "x1", "u1"), "x2", "u1")
    assert column(circuit) == [0, 1, 1, 1]
    assert column(with_threshold(circuit, "u1", 1)) == [0, 0, 0, 1]
    inhibited = with_wire_turned(circuit, "x2", "u1")
    assert column(inhibited) == [0, 0, 1, 0]
    assert column(with_wire_turned(inhibited, "x2", "u1")) == [0, 0, 1, 1]
    assert with_wire(inhibited, "x2", "u1") == inhibited


def test_thresholds_stay_within_what_is_allowed() -> None:
    assert with_threshold(XOR, "xor", -5).units[2].threshold == 0
    assert with_threshold(XOR, "xor", 500).units[2].threshold == 99


def test_what_is_removed_takes_its_wires_along() -> None:
    circuit = without(structs.replace(XOR.drawn, outputs=("x1∧¬x2", "xor")), "x1∧¬x2")
    assert circuit.outputs == ("xor",)
    assert circuit.units[-1].excitatory == ("x2∧¬x1",)
    without_input = without(Circuit(given="xor", wanted=(0, 1, 1, 0)), "x1")
    assert (without_input.inputs, without_input.wanted) == (("x2",), ())
    assert without(without_input, "x2") == without_input


def test_inputs_are_added_up_to_four() -> None:
    circuit = with_input(with_input(XOR))
    assert circuit.inputs == ("x1", "x2", "x3", "x4")
    assert with_input(circuit) == circuit


@given(circuits(), st.data())
def test_what_is_edited_makes_sense_or_is_complained_of_as_a_circle(circuit: Circuit, data: st.DataObject) -> None:
    edited = with_unit(with_input(circuit), (0.5, 2.0))
    edited = without(edited, data.draw(st.sampled_from([*edited.inputs, *(unit.name for unit in edited.units)])))
    assert list(edited.complaints()) == []
    if edited.units:
        source = data.draw(st.sampled_from([unit.name for unit in edited.units]))
        target = data.draw(st.sampled_from([unit.name for unit in edited.units]))
        for line in with_wire(edited, source, target).complaints():
            assert "listens to itself" in line or "is not known" in line


UNITS = """
[[units]]
name = "a"
threshold = 1
excitatory = ["{}"]

[[units]]
name = "b"
threshold = 1
excitatory = ["{}"]
"""


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('given = "nand"', "given: 'nand' is not known; allowed: and, or, not, xor"),
        (
            'given = "and"\ninputs = ["p", "q"]',
            "units: 'and' is given besides; allowed: given, or inputs, units and",
        ),
        (UNITS.format("b", "a"), "unit 'a': it listens to itself ("),
        (UNITS.format("x1", "y"), "unit 'b', excitatory: 'y' is not known; allowed: x1, x2, a"),
        (UNITS.format("a", "x1"), "unit 'a', excitatory: 'a' is not known; allowed: x1, x2, b"),
        ('inputs = ["x", "x"]', "inputs: 'x' is there twice; allowed: a name of its own for every input and unit"),
        ('inputs = ["\\n"]', "inputs: '\\n' is not allowed; allowed: names of printable characters"),
        ('outputs = ["x1"]', "outputs: 'x1' is no unit; allowed: none, as there are no units"),
        (
            'outputs = ["a", "a"]' + UNITS.format("x1", "x1"),
            "outputs: one is named twice; allowed: each unit once",
        ),
        ("wanted = [0, 1]", "wanted: 2 values; allowed: 4, one for each row of the truth table"),
        ("wanted = [0, 2, 0, 0]", "wanted, item 2: 2 is not allowed; allowed: whole numbers from 0 to 1"),
        (
            '[[units]]\nname = "a"\nthreshold = -1',
            "units, item 1.threshold: -1 is not allowed; allowed: whole numbers",
        ),
        (
            '[[units]]\nname = "a"\nthreshold = 0\nplace = [0.5]',
            "unit 'a', place: [0.5] is not allowed; allowed: two",
        ),
        ('[[units]]\nname = "a"\nthreshold = 0\nplace = [nan, 0.5]', "unit"),
        (
            '[[units]]\nname = "a"\nthreshold = 1\nexcitatory = ["x1"]\ninhibitory = ["x1"]',
            "unit 'a': 'x1' is connected twice; allowed: once, excitatory or inhibitory",
        ),
        ("inputs = []", "inputs: [] is not allowed; allowed: a list of 1 to 4 text in quotation marks"),
    ],
)
def test_what_is_wrong_is_named_with_what_is_allowed(text: str, message: str) -> None:
    assert complaint(text).startswith(message)


_anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=4),
    lambda items: st.lists(items, max_size=3) | st.dictionaries(st.text(max_size=4), items, max_size=2),
    max_leaves=6,
)
_names = st.lists(st.sampled_from(["x1", "x2", "a", "b", "c", ""]), max_size=3)
_units = st.fixed_dictionaries(
    {"name": st.sampled_from(["a", "b", "c"]) | _anything, "threshold": st.integers(-1, 3) | _anything},
    optional={
        "excitatory": _names | _anything,
        "inhibitory": _names | _anything,
        "place": st.lists(st.floats(), max_size=3) | _anything,
    },
)
_values = _anything | _names | st.lists(_units, max_size=3) | st.lists(st.integers(0, 1), min_size=4, max_size=4)


def refusal(tables: dict[str, Any]) -> str:
    """What is said of a file that is refused; nothing of one that is carried out."""
    try:
        experiment = experiment_of({"kind": "circuit", **tables})
    except InputError as error:
        return str(error)
    begin(experiment).advance(3)
    return ""


@settings(max_examples=300)
@given(st.dictionaries(st.sampled_from([*Circuit.__struct_fields__, "other"]), _values, max_size=4))
def test_any_file_is_refused_or_carried_out(tables: dict[str, Any]) -> None:
    assert len(refusal(tables).splitlines()) <= 1
