from collections.abc import Iterable
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec import structs

from nnviz.data.patterns import pictures, signs
from nnviz.engine.rules import energy
from nnviz.errors import InputError
from nnviz.experiment.files import (
    experiment_of,
    format_experiment,
    load_experiment,
    parse_experiment,
    save_experiment,
)
from nnviz.kinds.hopfield.rule import (
    HopfieldMoment,
    HopfieldRule,
    HopfieldState,
    further_damaged,
    half_blanked,
    noise,
)
from nnviz.kinds.hopfield.schema import MOST_PATTERNS, Hopfield
from nnviz.runs.begin import begin
from nnviz.runs.rule import RuleRun

LETTERS = Hopfield(given=("T", "O", "L"), damage=0.2)
RULE = HopfieldRule()


def run_of(experiment: Hopfield, steps: int = 0) -> RuleRun[Hopfield, HopfieldState]:
    run = RuleRun(RULE, experiment)
    run.advance(steps)
    return run


def settled(experiment: Hopfield) -> HopfieldState:
    return run_of(experiment, 100 * experiment.units).snapshot().state


def states(experiment: Hopfield, steps: int) -> Iterable[HopfieldState]:
    state = RULE.begin(experiment)
    for _ in range(steps):
        yield (state := RULE.advance(experiment, state))


def complaint(text: str) -> str:
    with pytest.raises(InputError) as caught:
        parse_experiment(f'kind = "hopfield"\n{text}', "lecture.toml")
    message = str(caught.value)
    assert len(message.splitlines()) == 1
    return message.removeprefix("lecture.toml: ")


@st.composite
def hopfields(draw: st.DrawFn) -> Hopfield:
    rows, columns = draw(st.integers(1, 6)), draw(st.integers(1, 6))
    drawing = st.lists(st.text("#.", min_size=columns, max_size=columns), min_size=rows, max_size=rows).map(tuple)
    patterns, random = tuple(draw(st.lists(drawing, max_size=4))), draw(st.integers(0, 5))
    return Hopfield(
        rows=rows,
        columns=columns,
        patterns=patterns,
        random=random,
        start=draw(st.just(()) | drawing),
        cue=draw(st.integers(0, max(1, len(patterns) + random))),
        damage=draw(st.floats(0.0, 1.0)),
        mask=draw(st.sampled_from(["none", "lower"])),
        order=draw(st.sampled_from(["random", "in turn"])),
        seed=draw(st.integers(0, 2**63 - 1)),
    )


@given(hopfields())
def test_energy_never_rises_and_is_that_of_the_formula(experiment: Hopfield) -> None:
    before = RULE.begin(experiment).energy
    for state in states(experiment, 4 * experiment.units):
        assert state.energy <= before
        assert state.energy == pytest.approx(energy(state.memory.weights, state.spins), abs=1e-9)
        before = state.energy


@given(hopfields())
def test_it_settles_where_every_unit_agrees_with_its_field(experiment: Hopfield) -> None:
    state = settled(experiment)
    assert state.settled
    fields = state.memory.weights @ state.spins
    assert (fields * state.spins >= -1e-9).all()
    assert RULE.advance(experiment, state) is state


@given(hopfields())
def test_every_unit_has_one_turn_in_a_sweep(experiment: Hopfield) -> None:
    turns = [state.last for state in states(experiment, experiment.units)]
    assert sorted(turns) == list(range(experiment.units))
    if experiment.order == "in turn":
        assert turns == sorted(turns)


@given(hopfields())
def test_a_file_says_all_of_it(experiment: Hopfield) -> None:
    assert parse_experiment(format_experiment(experiment), "again") == experiment


def test_a_file_is_saved_and_begun(tmp_path: Path) -> None:
    save_experiment(LETTERS, tmp_path / "letters.toml")
    assert load_experiment(tmp_path / "letters.toml") == LETTERS
    run = begin(LETTERS)
    run.advance(1000)
    assert run.settled
    assert run.snapshot().measures["overlap"] == 1.0


def recalled(load: float, seed: int, units: int = 400) -> float:
    """Overlap with the first of so many random patterns, begun with a tenth of it flipped."""
    count = round(load * units)
    return float(settled(Hopfield(rows=units // 20, columns=20, random=count, damage=0.1, seed=seed)).overlaps[0])


def test_recall_works_at_a_load_of_a_twentieth_and_fails_at_three_tenths() -> None:
    light = [recalled(0.05, seed) for seed in range(20)]
    heavy = [recalled(0.30, seed) for seed in range(20)]
    assert min(light) > 0.98
    assert np.mean([overlap == 1.0 for overlap in light]) >= 0.9
    assert max(heavy) < 0.9
    assert np.mean(heavy) < 0.6


@pytest.mark.parametrize("names", [("T", "O", "L"), ("X", "H", "Z"), ("T", "O", "checks", "stripes")])
def test_sets_of_pictures_are_recalled_from_damage(names: tuple[str, ...]) -> None:
    cues = [
        (Hopfield(given=names, cue=cue, seed=seed), cue) for cue in range(1, len(names) + 1) for seed in range(5)
    ]
    for damage in ({"damage": 0.2}, {"mask": "lower"}):
        found = [settled(structs.replace(whole, **damage)).overlaps[cue - 1] == 1.0 for whole, cue in cues]
        assert np.mean(found) >= 0.9


def test_pictures_are_ten_by_ten_and_each_is_another() -> None:
    assert all(len(picture) == 10 and {len(row) for row in picture} == {10} for picture in pictures().values())
    assert len(set(pictures().values())) == len(pictures()) >= 6


def test_damage_flips_a_share_of_the_cue() -> None:
    state = RULE.begin(Hopfield(given=("T", "O"), cue=2, damage=0.3))
    assert state.overlaps[1] == pytest.approx(0.4)
    again = RULE.begin(Hopfield(given=("T", "O"), cue=2, damage=0.3, seed=1))
    assert (again.spins != state.spins).any()


def test_the_lower_half_is_blanked() -> None:
    state = RULE.begin(Hopfield(rows=3, columns=2, patterns=(("##", "##", "##"),), mask="lower"))
    assert state.spins.tolist() == [1, 1, 1, 1, -1, -1]


def test_a_start_drawn_by_hand_is_taken_and_damaged_as_a_cue_is() -> None:
    drawn = Hopfield(rows=2, columns=3, random=1, start=("#.#", "..#"))
    assert RULE.begin(drawn).spins.tolist() == [1, -1, 1, -1, -1, 1]
    masked = structs.replace(drawn, mask="lower")
    assert RULE.begin(masked).spins.tolist() == [1, -1, 1, -1, -1, -1]
    flipped = structs.replace(drawn, damage=0.5)
    assert (RULE.begin(flipped).spins != signs(drawn.start)).sum() == 3


def test_without_a_cue_spins_are_random_and_without_patterns_blank() -> None:
    assert abs(RULE.begin(Hopfield(cue=0)).spins.sum()) < 50
    assert (RULE.begin(Hopfield()).spins == -1).all()


def test_a_step_depends_on_the_state_alone() -> None:
    run = run_of(LETTERS, 37)
    moment = run.snapshot()
    run.advance(50)
    later = run.snapshot().state
    run.restore(moment)
    run.advance(50)
    assert (run.snapshot().state.spins == later.spins).all()
    assert run.snapshot().state.course.tolist() == later.course.tolist()


def test_the_course_has_the_energy_after_every_change() -> None:
    seen = {state.step: state.energy for state in states(LETTERS, 200)}
    state = run_of(LETTERS, 200).snapshot().state
    assert len(state.course) == state.flips + 1
    assert all(seen[step] == value for step, value in state.course[1:].tolist())


def test_spins_are_set_by_hand_and_the_net_wakes_up() -> None:
    run = run_of(Hopfield(given=("T",)), 1000)
    assert run.snapshot().settled
    run.set_parameter(0, 7, None, -1.0)
    state = run.snapshot().state
    assert not run.snapshot().settled
    assert run.snapshot().parameter(0, 7, None) == -1.0
    assert state.energy == pytest.approx(energy(state.memory.weights, state.spins))
    assert np.isnan(state.course[-2, 1])
    run.advance(1000)
    assert run.snapshot().settled
    assert run.snapshot().state.overlaps[0] == 1.0


@pytest.mark.parametrize("place", [(0, 100, None), (0, -1, None), (0, 7, 3)])
def test_what_is_no_spin_cannot_be_set(place: tuple[int, int, int | None]) -> None:
    run = run_of(Hopfield(given=("T",)))
    before = run.snapshot().state
    run.set_parameter(*place, -1.0)
    assert run.snapshot().state is before


def test_a_weight_can_be_asked_for() -> None:
    moment = run_of(Hopfield(given=("T",))).snapshot()
    assert moment.parameter(0, 1, 2) == pytest.approx(0.01)


def test_it_goes_on_from_where_it_is() -> None:
    run = run_of(LETTERS, 40)
    resumed = run.snapshot().as_resumed()
    assert (RULE.begin(resumed).spins == run.snapshot().state.spins).all()
    assert structs.replace(resumed, start=(), damage=0.2) == LETTERS


def test_only_the_order_changes_while_it_runs() -> None:
    assert structs.replace(LETTERS, order="in turn").continues(LETTERS)
    assert not structs.replace(LETTERS, random=1).continues(LETTERS)


def test_measures_and_figures_say_how_it_stands() -> None:
    moment = run_of(LETTERS, 1000).snapshot()
    assert moment.measures["energy"] == moment.state.energy
    assert (moment.measures["overlap"], moment.measures["load"]) == (1.0, 0.03)
    assert [caption for caption, _ in moment.figures] == ["step", "energy", "overlap", "flips", "load"]
    assert dict(moment.figures)["energy"].startswith("−")
    empty = dict.fromkeys(("step", "epoch", "energy", "overlap", "load", "temperature"), 0)
    assert run_of(Hopfield()).snapshot().measures == empty


def test_random_patterns_stay_when_others_are_drawn_or_removed() -> None:
    three = RULE.begin(Hopfield(random=3)).memory.patterns
    with_letter = RULE.begin(Hopfield(given=("T",), random=3)).memory.patterns
    assert (with_letter[1:] == three).all()
    assert (RULE.begin(Hopfield(random=3).without_pattern(0)).memory.patterns == three[:2]).all()


def test_patterns_are_drawn_anew_added_and_removed() -> None:
    blank = ("." * 10,) * 10
    drawn = LETTERS.with_pattern(1, blank)
    assert (drawn.given, drawn.patterns[1], drawn.pictures[0]) == ((), blank, pictures()["T"])
    more = LETTERS.with_another()
    assert more.pictures == (*LETTERS.pictures, blank)
    filled = more.with_pattern(3, pictures()["X"])
    assert (filled.given, filled.patterns) == (LETTERS.given, (pictures()["X"],))
    assert filled.without_pattern(3) == LETTERS
    assert LETTERS.without_pattern(0).given == ("O", "L")


def test_patterns_have_an_end() -> None:
    full = Hopfield(rows=1, columns=1, patterns=(("#",),) * MOST_PATTERNS)
    assert full.with_another() == full


@given(hopfields(), st.data())
def test_what_is_edited_makes_sense(experiment: Hopfield, data: st.DataObject) -> None:
    edited = experiment.with_another()
    index = data.draw(st.integers(0, edited.stored - 1))
    edited = edited.without_pattern(index)
    assert list(edited.complaints()) == []
    assert edited.stored == experiment.stored


def test_the_cue_follows_its_pattern() -> None:
    second = structs.replace(LETTERS, cue=2)
    assert [second.without_pattern(k).cue for k in range(3)] == [1, 2, 2]
    assert structs.replace(LETTERS, cue=3).without_pattern(2).cue == 2
    assert structs.replace(LETTERS, cue=0).without_pattern(0).cue == 0


def test_beginning_with_a_pattern_is_always_something_else() -> None:
    pattern = pictures()["O"]
    once = LETTERS.recalling(1, pattern)
    assert (RULE.begin(once).spins == signs(pattern)).all()
    twice = once.recalling(1, pattern)
    assert twice != once
    assert (RULE.begin(twice).spins == signs(pattern)).all()


def test_a_state_is_damaged_further_each_time_in_another_way() -> None:
    moment = run_of(Hopfield(given=("T", "O")), 100).snapshot()
    flipped = further_damaged(moment, 0.1)
    assert (signs(flipped.start) != moment.state.spins).sum() == 10
    begun: HopfieldMoment = run_of(flipped, 100).snapshot()
    assert begun.state.overlaps[0] == 1.0
    again = further_damaged(begun, 0.1)
    assert (signs(again.start) != signs(flipped.start)).any()
    once_more: HopfieldMoment = run_of(again, 100).snapshot()
    assert further_damaged(once_more, 0.1) != again


def test_half_a_state_is_blanked_again_and_again() -> None:
    moment = run_of(Hopfield(given=("T", "O"), damage=0.1), 300).snapshot()
    once = half_blanked(moment)
    assert signs(once.start)[:50].tolist() == moment.state.spins[:50].tolist()
    assert (signs(once.start)[50:] == -1).all()
    recalled_again: HopfieldMoment = run_of(once, 1000).snapshot()
    assert recalled_again.state.overlaps[0] == 1.0
    twice = half_blanked(recalled_again)
    assert twice != once
    assert (RULE.begin(twice).spins == RULE.begin(once).spins).all()


def test_noise_is_like_no_memory() -> None:
    moment = run_of(Hopfield(given=("T", "O"), damage=0.1), 300).snapshot()
    assert np.abs(RULE.begin(noise(moment)).overlaps).max() < 0.5


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('given = ["T", "Q"]', "given, item 2: 'Q' is not known; allowed: T, X, O, L, H, Z, heart, diagonal"),
        (
            'rows = 8\ngiven = ["T"]',
            "given: these pictures have 10 rows and 10 columns, the net 8 and 10; allowed: ",
        ),
        ('rows = 1\ncolumns = 2\npatterns = [["#."], ["#"]]', "patterns, item 2, row 1: 1 cells; allowed: 2, as "),
        ('rows = 1\ncolumns = 2\npatterns = [["#x"]]', "patterns, item 1, row 1: '#x' is not allowed; allowed: "),
        (
            'rows = 1\ncolumns = 2\npatterns = [["#.", ".."]]',
            "patterns, item 1: 2 rows of text; allowed: 1, as rows",
        ),
        ('rows = 1\ncolumns = 2\nstart = ["#"]', "start, row 1: 1 cells; allowed: 2, as columns says"),
        ("random = 2\ncue = 3", "cue: there is no pattern 3; allowed: 1 to 2, or 0 for spins at random"),
        ("damage = nan", "damage: nan is not allowed; allowed: numbers from 0 to 1"),
        ("damage = 2.0", "damage: 2.0 is not allowed; allowed: numbers from 0 to 1"),
        ("rows = 33", "rows: 33 is not allowed; allowed: whole numbers from 1 to 32"),
        ('order = "backwards"', "order: 'backwards' is not allowed; allowed: in turn, random"),
        ('pattern = ["#"]', "pattern: unknown key; allowed: format, rows, columns, given, patterns, random"),
        ('patterns = ["#"]', "patterns, item 1: '#' is not allowed; allowed: a list of"),
    ],
)
def test_what_is_wrong_is_named_with_what_is_allowed(text: str, message: str) -> None:
    assert complaint(text).startswith(message)


_anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text("#.x", max_size=4),
    lambda items: st.lists(items, max_size=3) | st.dictionaries(st.text(max_size=4), items, max_size=2),
    max_leaves=6,
)
_values = st.one_of(
    _anything,
    st.integers(0, 4),
    st.lists(st.sampled_from([*pictures(), "?"]), max_size=3),
    st.lists(st.lists(st.text("#.", max_size=4), max_size=4), max_size=3),
)


def refusal(tables: dict[str, object]) -> str:
    """What is said of a file that is refused; nothing of one that is carried out."""
    try:
        experiment = experiment_of({"kind": "hopfield", **tables})
    except InputError as error:
        return str(error)
    begin(experiment).advance(3)
    return ""


@settings(max_examples=300)
@given(st.dictionaries(st.sampled_from([*Hopfield.__struct_fields__, "other"]), _values, max_size=5))
def test_any_file_is_refused_or_carried_out(tables: dict[str, object]) -> None:
    assert len(refusal(tables).splitlines()) <= 1


@given(hopfields(), st.floats(0.1, 3.0), st.floats(0.5, 1.0))
@settings(max_examples=40)
def test_at_a_temperature_the_energy_is_kept_and_the_bits_are_the_same_again(
    experiment: Hopfield, temperature: float, cooling: float
) -> None:
    warm = structs.replace(experiment, temperature=temperature, cooling=cooling)
    assert parse_experiment(format_experiment(warm), "test") == warm
    for state in states(warm, 60):
        assert state.energy == pytest.approx(energy(state.memory.weights, state.spins), abs=1e-9)
    assert run_of(warm, 60).snapshot().state.spins.tobytes() == state.spins.tobytes()


def test_cooled_down_it_settles_at_zero_and_no_sooner() -> None:
    run = run_of(structs.replace(LETTERS, temperature=1.0, cooling=0.9))
    temperatures = []
    while not run.settled:
        run.advance(100)
        temperatures.append(run.snapshot().state.temperature)
    assert temperatures[:2] == pytest.approx([0.9, 0.81])
    assert temperatures[28:30] == [0.0, 0.0]
    assert len(temperatures) <= 33


def test_at_no_temperature_nothing_is_as_it_was_not_before() -> None:
    cold, cooling = settled(LETTERS), settled(structs.replace(LETTERS, cooling=0.9))
    assert cold.spins.tobytes() == cooling.spins.tobytes()
    assert (cold.step, cold.flips, cold.energy) == (cooling.step, cooling.flips, cooling.energy)


def test_the_temperature_is_set_while_it_runs() -> None:
    run = run_of(LETTERS, 1000)
    settled_before = run.settled
    warm = structs.replace(LETTERS, temperature=2.0)
    assert warm.continues(LETTERS)
    run.tune(warm)
    assert (settled_before, run.settled) == (True, False)
    run.advance(500)
    moment = run.snapshot()
    assert moment.state.flips > 50
    assert moment.figures[-1] == ("temperature", "2.00")
    assert moment.as_resumed().temperature == 2.0


def test_replicas_are_counted_and_the_net_beside_them() -> None:
    experiment = Hopfield(rows=2, columns=2, random=1, temperature=1.0, replicas=500)
    state = run_of(experiment, 40).snapshot().state
    assert (state.replicas.shape, state.visits.shape, state.visits.sum()) == ((500, 4), (16,), 10)
    assert state.counted.sum() == pytest.approx(1.0)
    assert np.abs(state.counted - state.expected).max() < 0.1


def test_states_of_a_large_net_are_not_counted() -> None:
    assert complaint("replicas = 10") == (
        "replicas: the net has 100 units; allowed: up to 8 units, or no replicas"
    )
    assert "temperature" in complaint("temperature = nan")
