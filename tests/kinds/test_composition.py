import pytest
from hypothesis import given
from hypothesis import strategies as st

from nnviz.errors import InputError
from nnviz.experiment.files import format_experiment, parse_experiment
from nnviz.kinds.composition.formula import DEEPEST, LONGEST, read, written
from nnviz.kinds.composition.schema import (
    Composition,
    from_formula,
    placed,
    unit_of,
    with_function,
    with_input,
    with_more,
    with_unit,
    with_weight,
    with_wire,
    without,
    without_wire,
)
from nnviz.runs.begin import begin
from runs import moment_of

DECK = Composition()
FORMULA = "f5(f4(f1(x1), f2(x2)), f2(x2), f3(x3))"


def written_of(graph: Composition) -> str:
    return written(graph.read, {unit.name: unit.sources for unit in graph.units})


@st.composite
def graphs(draw: st.DrawFn) -> Composition:
    inputs = tuple(f"x{k}" for k in range(1, draw(st.integers(1, 3)) + 1))
    graph = Composition(inputs=inputs, values=(1.0,) * len(inputs), units=DECK.units[:1])
    graph = from_formula(read("f1(x1)"), graph)
    for _ in range(draw(st.integers(1, 4))):
        graph = with_unit(graph, (0.5, 0.5))
        new = graph.units[-1].name
        for source in draw(
            st.lists(st.sampled_from([*graph.inputs, *(u.name for u in graph.units[:-1])]), max_size=3)
        ):
            graph = with_wire(graph, source, new)
    return graph


class TestFormula:
    def test_the_lectures_formula_is_the_lectures_graph(self) -> None:
        formula = read(FORMULA)
        assert formula.inputs == ("x1", "x2", "x3")
        assert [call.name for call in formula.calls] == ["f1", "f2", "f4", "f3", "f5"]
        assert (formula.calls[-1].sources, formula.evaluations) == (("f4", "f2", "f3"), 6)
        assert from_formula(formula, DECK).continues(DECK)
        assert written_of(DECK) == FORMULA

    @given(graphs())
    def test_what_is_written_is_read_again(self, graph: Composition) -> None:
        text = written_of(graph)
        if "()" in text:  # a neuron that hears nothing
            return
        again = from_formula(read(text), graph)
        assert written_of(again) == text
        assert {u.name: u.sources for u in again.units}.items() <= {u.name: u.sources for u in graph.units}.items()

    @given(st.text(st.sampled_from("fgx12(), ₁+"), max_size=40) | st.text(max_size=60))
    def test_any_text_is_read_or_refused_in_a_line(self, text: str) -> None:
        said = ""
        try:
            formula = read(text)
        except InputError as error:
            said = str(error)
        assert said.startswith("formula") if said else formula.calls
        assert len(said.splitlines()) <= 1

    @pytest.mark.parametrize(
        ("text", "said"),
        [
            ("x1", "calls nothing"),
            ("f1(x1", "not closed"),
            ("f1(x1) + 1", "'+' is not allowed"),
            ("f1()", "where a name should be"),
            ("f1(x1, x1)", "twice"),
            ("f1(f1(x1))", "other arguments"),
            ("f3(f1(x1), f1(x2))", "other arguments"),
            ("f2(f1(x1), f1)", "without brackets"),
            ("f2(f1, f1(x1))", "with and without"),
            ("f(" * (DEEPEST + 1) + "x", "calls within each other"),
            ("f" * (LONGEST + 1), "letters"),
        ],
    )
    def test_what_is_wrong_is_said(self, text: str, said: str) -> None:
        with pytest.raises(InputError, match="formula") as caught:
            read(text)
        assert said in str(caught.value)

    def test_small_numbers_below_the_line_are_numbers(self) -> None:
        assert read("f₂(x₁)") == read("f2(x1)")

    def test_neurons_that_were_there_keep_their_numbers(self) -> None:
        graph = from_formula(read("f6(f1(x1), f2(x1))"), DECK)
        assert unit_of(graph, "f1") == unit_of(DECK, "f1")
        assert (unit_of(graph, "f2").bias, unit_of(graph, "f2").weighted) == (1.0, (1.0,))
        assert (graph.values, unit_of(graph, "f6").function) == ((2.0,), "tanh")

    def test_one_that_doubles_at_every_level_is_not_written_out(self) -> None:
        sources = {f"f{k}": (f"f{k - 1}", f"g{k - 1}") for k in range(1, 40)} | {
            f"g{k}": (f"f{k - 1}", f"g{k - 1}") for k in range(1, 40)
        }
        text = written("f39", sources)
        assert "…" in text
        assert len(text) <= LONGEST


class TestEdits:
    def test_wires_and_numbers(self) -> None:
        graph = with_weight(with_wire(DECK, "x1", "f5"), "x1", "f5", -5)
        assert unit_of(graph, "f5").weights == (2.0, -2.0, 2.0, -1.5)
        assert without_wire(graph, "x1", "f5") == DECK
        assert with_wire(DECK, "f4", "f5") == DECK
        assert with_more(with_more(DECK, "x2", 1), "f1", -1).values == (2.0, 1.5, -1.0)
        assert unit_of(with_more(DECK, "f1", -1), "f1").bias == -2.5
        assert unit_of(with_function(DECK, "f1", "tanh"), "f1").function == "tanh"
        assert unit_of(placed(DECK, {"f4": (0.7, 1.2)}), "f4").place == (0.7, 1.0)

    def test_nodes_come_and_go_with_their_wires(self) -> None:
        graph = without(DECK, "f2")
        assert unit_of(graph, "f5").weights == (2.0, 2.0)
        assert without(graph, "x1").values == (1.0, -1.0)
        assert with_unit(graph, (0.1, 0.2)).units[-1].name == "f2"
        assert with_input(DECK).inputs == ("x1", "x2", "x3", "x4")
        only = Composition(inputs=("x1",), values=(1.0,), units=DECK.units[:1])
        assert without(only, "x1") == without(only, "f1") == only

    def test_numbers_change_while_it_stands_where_it_is(self) -> None:
        run = begin(DECK)
        run.advance(7)
        other = with_more(DECK, "x1", 2)
        assert other.continues(DECK)
        assert not with_wire(DECK, "x1", "f5").continues(DECK)
        run.tune(other)
        state = run.snapshot().state
        assert (state.step, state.value(0), state.value(3)) == (7, 3.0, 7.0)


class TestRun:
    def test_values_come_forward_and_gradients_back(self) -> None:
        state = moment_of(DECK, 4).state
        assert [state.value(node) for node in range(8)] == [2.0, 1.0, -1.0, 4.0, 3.0, 2.0, 1.0, None]
        assert state.collected(7) is None
        assert [moment_of(DECK, step).state.collected(4) for step in (5, 6, 7, 10)] == [None, -0.5, -1.0, -1.0]
        state = moment_of(DECK, 10).state
        assert state.settled
        assert [state.collected(node) for node in range(8)] == [1.5, -2.0, -0.5, 0.5, -1.0, 0.5, 0.5, 1.0]
        assert state.figures == (("forward", "5 of 5"), ("back", "5 of 5"), ("y", "0.5"))

    @given(graphs())
    def test_at_the_end_every_node_has_collected_its_gradient(self, graph: Composition) -> None:
        assert parse_experiment(format_experiment(graph), "test") == graph
        state = moment_of(graph, 2 * len(graph.units)).state
        collected = [state.collected(node) or 0.0 for node in range(len(state.graph.names))]
        assert collected == pytest.approx(state.graph.gradients.tolist())

    @pytest.mark.parametrize(
        ("text", "said"),
        [
            ("values = [1.0]", "one for each input"),
            ('units = [{ name = "f1", sources = ["f9"] }]', "'f9' is not known"),
            ('units = [{ name = "f1", sources = ["x1"], weights = [1.0, 2.0] }]', "one a source"),
            ('units = [{ name = "x1" }]', "there twice"),
            ('units = [{ name = "f1", function = "exp" }]', "function"),
            (
                'units = [{ name = "f1", sources = ["f2"] }, { name = "f2", sources = ["f1"] }]',
                "function of itself",
            ),
            ('units = [{ name = "f1", sources = ["x1"], bias = nan }]', "nan is not allowed"),
        ],
    )
    def test_what_is_not_allowed_is_said_in_a_line(self, text: str, said: str) -> None:
        with pytest.raises(InputError) as caught:
            parse_experiment(f'kind = "composition"\n{text}', "lecture.toml")
        assert said in str(caught.value)
        assert len(str(caught.value).splitlines()) == 1
