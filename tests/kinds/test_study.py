from pathlib import Path
from typing import Any

import numpy as np
import pytest
from msgspec import structs

from nnviz.data.dataset import FloatArray
from nnviz.errors import InputError
from nnviz.experiment.experiment import ConvolutionDesign, Data, Experiment, NetworkDesign, Training
from nnviz.experiment.files import format_experiment, load_experiment, parse_experiment, save_experiment
from nnviz.kinds.study.factors import Factor, Range, Variant
from nnviz.kinds.study.results import mark_of, read_results
from nnviz.kinds.study.run import StudyRun, trained_again
from nnviz.kinds.study.schema import Study
from nnviz.kinds.study.snapshot import StudySnapshot, span
from nnviz.kinds.study.spread import slopes
from nnviz.kinds.study.tasks import Plan
from nnviz.runs.begin import begin
from nnviz.runs.moment import Moment
from nnviz.runs.run import NetworkRun, Run
from nnviz.runs.scene import Lens
from nnviz.runs.sweep import sweep

TEXT = """
kind = "study"
title = "XOR"
across = "hidden units"
seeds = 12
epochs = 4
success = 0.9
[base.training]
learning_rate = 0.2
seed = 3
[[variants]]
title = "2 units"
at = 2
change = { network = { hidden = [2] } }
[[variants]]
title = "4 units"
at = 4
change = { network = { hidden = [4] } }
"""

SINE = Study(
    base=Experiment(data=Data(name="sine"), network=NetworkDesign(output="identity")),
    variants=(Variant(title="a"),),
    measure="rmse",
    seeds=5,
    epochs=2,
)

WILD = Variant(
    title="wild",
    change={
        "network": {"hidden": [8], "activation": "relu", "output": "identity"},
        "training": {"learning_rate": 0.4},
    },
)


@pytest.fixture
def many_tasks(monkeypatch: pytest.MonkeyPatch) -> None:
    """Tasks of a few seeds, though these are quick."""
    monkeypatch.setattr("nnviz.kinds.study.tasks._SECONDS", 0.0)
    monkeypatch.setattr("nnviz.kinds.study.tasks._CALLS", 3e-6)


def _study(text: str = TEXT) -> Study:
    study = parse_experiment(text, "study.toml")
    assert isinstance(study, Study)
    return study


def _finished(study: Study) -> StudySnapshot:
    run = StudyRun(study)
    run.advance(10_000)
    return run.snapshot()


def _complaint(text: str) -> str:
    with pytest.raises(InputError) as caught:
        parse_experiment(text, "study.toml")
    return str(caught.value).removeprefix("study.toml: ")


def _bits(snapshot: StudySnapshot) -> list[bytes]:
    return [values.tobytes() for values in snapshot.values]


def _moment(study: Study, *values: list[float]) -> StudySnapshot:
    return StudySnapshot(study, tuple(np.array(column, dtype=np.float64) for column in values))


def test_a_study_comes_back_from_its_file() -> None:
    assert parse_experiment(format_experiment(_study()), "study.toml") == _study()


def test_names_of_files_are_relative_to_the_studys_own(tmp_path: Path) -> None:
    variant = Variant(title="b", change={"data": {"file": str(tmp_path / "b.csv")}})
    study = Study(base=Experiment(data=Data(file=str(tmp_path / "a.csv"))), variants=(variant,))
    save_experiment(study, tmp_path / "study.toml")
    text = (tmp_path / "study.toml").read_text(encoding="utf-8")
    assert 'file = "a.csv"' in text
    assert 'file = "b.csv"' in text
    assert load_experiment(tmp_path / "study.toml") == study


@pytest.mark.parametrize(
    ("before", "after", "words"),
    [
        ("hidden = [4]", "hiden = [4]", "variants, item 2.change.network.hiden: unknown key; allowed: hidden, "),
        ("at = 4", "at = inf", "variants, item 2.at: inf is not allowed; allowed: finite numbers"),
        ("success = 0.9", "success = nan", "success: nan is not allowed; allowed: numbers from 0 to 1"),
        ("seeds = 12", "seeds = 1001", "seeds: 1001 is not allowed; allowed: whole numbers from 1 to 1,000"),
        (
            "learning_rate = 0.2",
            "learning_rate = inf",
            "base.training.learning_rate: inf is not allowed; allowed: ",
        ),
        ("seeds = 12", 'measure = "cats"', "measure: 'cats' is not allowed; allowed: accuracy, "),
    ],
)
def test_what_makes_no_sense_is_refused_where_it_stands(before: str, after: str, words: str) -> None:
    assert _complaint(TEXT.replace(before, after)).startswith(words)


@pytest.mark.parametrize(
    ("study", "words"),
    [
        (
            structs.replace(SINE, measure="success"),
            "measure: success makes no sense with these data; allowed with them: ",
        ),
        (
            structs.replace(_study(), measure="rmse"),
            "measure: rmse makes no sense with these data; allowed with them: ",
        ),
        (
            structs.replace(_study(), measure="test_accuracy", base=Experiment(data=Data(train_fraction=1.0))),
            "measure: test_accuracy makes no sense with these data; allowed with them: success, accuracy, ",
        ),
    ],
)
def test_a_measure_that_the_data_do_not_have_is_refused(study: Study, words: str) -> None:
    with pytest.raises(InputError) as caught:
        begin(study)
    assert str(caught.value).startswith(words)


def test_its_numbers_are_a_sweeps() -> None:
    study = structs.replace(_study(), measure="accuracy")
    for values, experiment in zip(_finished(study).values, study.experiments, strict=True):
        swept = sweep(experiment, range(3, 15), study.epochs)
        np.testing.assert_allclose(values, swept.train_accuracy, rtol=1e-12)


@pytest.mark.parametrize("measure", ["loss", "rmse"])
def test_losses_are_those_of_training(measure: str) -> None:
    values = _finished(structs.replace(SINE, measure=measure)).values[0]
    swept = sweep(SINE.base, range(5), SINE.epochs).train_loss
    np.testing.assert_allclose(values, swept if measure == "loss" else np.sqrt(2.0 * swept), rtol=1e-10)


def test_rmse_is_the_root_of_the_mean_square() -> None:
    study = structs.replace(SINE, seeds=1)
    snapshot = sweep(study.base, (0,), study.epochs).snapshots[0]
    train = snapshot.problem.train
    hidden = train.inputs.T
    for weights, biases in zip(snapshot.weights[:-1], snapshot.biases[:-1], strict=True):
        hidden = np.tanh(weights @ hidden + biases[:, None])
    answers = snapshot.weights[-1] @ hidden + snapshot.biases[-1][:, None]
    root = np.sqrt(np.mean((answers.T - train.targets) ** 2))
    assert _finished(study).values[0][0] == pytest.approx(root)


def test_accuracy_on_test_samples_is_theirs() -> None:
    study = structs.replace(_study(), measure="test_accuracy", base=Experiment(data=Data(noise=0.5)))
    swept = sweep(study.experiments[1], range(12), study.epochs)
    np.testing.assert_allclose(_finished(study).values[1], swept.test_accuracy, rtol=1e-12)


@pytest.mark.usefixtures("many_tasks")
def test_variants_take_turns_and_every_seed_has_one() -> None:
    run = StudyRun(_study())
    most = max(task.seeds for task in run.plan.tasks)
    counts = [(0, 0)]
    while not run.settled:
        run.advance(1)
        first, second = map(len, run.snapshot().values)
        counts.append((first, second))
    assert all(abs(first - second) <= most for first, second in counts)
    assert counts[-1] == (12, 12)
    assert len(counts) >= 2 * 3
    before = run.step
    run.advance(5)
    assert run.step == before


@pytest.mark.usefixtures("many_tasks")
def test_the_same_study_has_the_same_results_bit_for_bit_however_it_is_cut() -> None:
    at_once = _finished(_study())
    run = StudyRun(_study())
    while not run.settled:
        run.advance(1)
        run.snapshot()
    assert _bits(run.snapshot()) == _bits(at_once)
    assert run.snapshot().step == at_once.step


@pytest.mark.usefixtures("many_tasks")
def test_stopped_and_restored_it_goes_on_as_it_did() -> None:
    run = StudyRun(_study())
    run.advance(3)
    moment = run.snapshot()
    run.advance(2)
    then = run.snapshot()
    run.restore(moment)
    assert _bits(run.snapshot()) == _bits(moment)
    assert (run.step, run.steps_to_epoch_end) == (3, 1)
    run.advance(2)
    assert _bits(run.snapshot()) == _bits(then)
    assert moment.values[0].flags.writeable is False


def test_tasks_are_small_enough_to_see_the_figures_come_and_to_stop() -> None:
    assert [task.seeds for task in Plan(structs.replace(_study(), seeds=50)).tasks] == [50, 50]
    plan = Plan(structs.replace(_study(), seeds=200, epochs=400))
    assert all(plan.seconds(task) < 1.0 for task in plan.tasks)
    assert len(plan.tasks) > 10
    assert sum(map(plan.seconds, plan.tasks)) == pytest.approx(plan.all_seconds)


def test_seeds_that_diverge_are_results_too() -> None:
    study = Study(
        base=Experiment(data=Data(name="circle")), variants=(WILD,), measure="accuracy", seeds=10, epochs=5
    )
    snapshot = _finished(study)
    lost = np.isnan(snapshot.values[0])
    assert 0 < lost.sum() < 10
    assert snapshot.settled
    assert snapshot.finite
    assert snapshot.medians[0] == np.median(snapshot.values[0][~lost])


def test_success_is_an_accuracy_of_at_least_so_much() -> None:
    moment = _moment(_study(), [1.0, 0.9, 0.89, np.nan], [0.5])
    assert moment.successes == (2, 0)
    assert moment.measures["success 1"] == 0.5
    assert moment.measures["success 2"] == 0.0
    assert moment.measures["median 1"] == 0.9
    assert moment.measures["seeds"] == 5
    assert moment.figures[0] == ("seeds done", "5 of 24")
    assert "success 1" not in _moment(SINE, [1.0]).measures


def test_before_the_first_seed_there_is_no_median() -> None:
    moment = StudyRun(_study()).snapshot()
    assert np.isnan(moment.medians).all()
    assert "success 1" not in moment.measures
    assert moment.successes == (0, 0)


def test_quartiles_are_those_of_the_seeds_done() -> None:
    values: list[float] = [4.0, 1.0, 3.0, 2.0, 5.0]
    assert _moment(SINE, [*values, np.nan]).quartiles == ((2.0, 3.0, 4.0),)


def test_any_seed_can_be_opened_as_an_experiment() -> None:
    study = structs.replace(_study(), measure="accuracy")
    snapshot = _finished(study)
    experiment = study.one(1, 7)
    assert experiment.training == Training(learning_rate=0.2, seed=10)
    assert experiment.network.hidden == (4,)
    run = NetworkRun(experiment)
    run.advance(study.epochs * run.steps_an_epoch)
    run.measure()
    assert run.metrics.train.accuracy == pytest.approx(snapshot.values[1][7])


def test_other_seeds_are_ones_that_have_not_been_tried() -> None:
    own = Variant(title="own", change={"training": {"seed": 100}})
    study = structs.replace(_study(), variants=(*_study().variants, own))
    again = study.reseeded()
    assert [e.training.seed for e in study.experiments] == [3, 3, 100]
    assert [e.training.seed for e in again.experiments] == [15, 15, 112]


def test_names_and_threshold_change_while_it_goes_on() -> None:
    study = _study()
    run = StudyRun(study)
    run.advance(2)
    stricter = structs.replace(study, success=1.0, title="XOR again")
    assert stricter.continues(study)
    assert not structs.replace(study, epochs=5).continues(study)
    run.tune(stricter)
    moment = run.snapshot()
    assert moment.experiment == stricter
    assert moment.successes[0] == (moment.values[0] == 1.0).sum()


def test_it_is_begun_as_all_experiments_are() -> None:
    run: Run = begin(_study())
    run.advance(1)
    moment: Moment = run.picture(Lens())
    assert isinstance(run, StudyRun)
    assert (moment.step, moment.epoch, moment.step_in_epoch, moment.steps_an_epoch) == (1, 1, 0, 1)
    assert moment.epoch_at(8) == 8
    assert moment.as_resumed() == _study()
    assert moment.as_edited().edited
    assert moment.bare() is moment
    assert moment.size > 12 * 8
    assert np.isnan(moment.loss)
    assert np.isnan(moment.parameter(0, 0, None))
    other = begin(_study())
    assert other.can_adopt(moment)
    other.adopt(moment)
    assert other.step == 1
    assert not begin(SINE).can_adopt(moment)


def test_weights_cannot_be_set_where_none_are_kept() -> None:
    run = StudyRun(_study())
    run.set_parameter(0, 0, 0, 1.0)
    run.measure()
    values: tuple[FloatArray, ...] = run.snapshot().values
    assert [len(column) for column in values] == [0, 0]


VARIED = """
kind = "study"
seeds = 3
epochs = 2
measure = "accuracy"
[[vary]]
key = "network.hidden"
title = "hidden units"
range = { first = 1, last = 8, count = 4, log = true }
[[vary]]
key = "training.learning_rate"
values = [0.01, 0.1, 1.0]
[[vary]]
key = "training.optimizer"
values = ["sgd", "sgd", "adam"]
paired = true
"""


def test_factors_are_crossed_and_paired() -> None:
    study = _study(VARIED)
    assert study.shape == (3, 4)
    assert [cell.title for cell in study.cells][:5] == ["1, 0.01", "2, 0.01", "4, 0.01", "8, 0.01", "1, 0.1"]
    last = study.experiments[-1]
    assert (last.network.hidden, last.training.learning_rate, last.training.optimizer) == ((8,), 1.0, "adam")
    assert [axis.title for axis in study.axes] == ["hidden units", "learning rate"]
    assert study.axes[0].at == (1.0, 2.0, 4.0, 8.0)
    assert parse_experiment(format_experiment(study), "study.toml") == study
    assert [len(column) for column in _finished(study).values] == [3] * 12


@pytest.mark.parametrize(
    ("before", "after", "words"),
    [
        ("network.hidden", "network.hiden", "vary, item 1: 'network.hiden' is no key that can vary; allowed: "),
        (
            "training.optimizer",
            "training.seed",
            "vary, item 3: 'training.seed' is no key that can vary; allowed: ",
        ),
        ('["sgd", "sgd", "adam"]', '["sgd", "adam"]', "vary, training.optimizer: paired lists of [3, 2] values; "),
        ('"sgd", "sgd", "adam"', '"sgd", "sgd", "eve"', "vary (1, 1).training.optimizer: 'eve' is not allowed; "),
        ("first = 1", "first = 0", "vary, item 1: range: 0 to 8 has no equal ratios; allowed with log: numbers"),
        ("first = 1", "first = inf", "vary, item 1: range: inf to 8 is not allowed; allowed: finite numbers"),
        ("values = [0.01", "values = [nan", "vary, item 2.values: nan is not allowed; allowed: finite numbers"),
        ("paired = true", "paired = false", "vary: 3 factors crossed; allowed: one or two, and others paired"),
        ("seeds = 3", 'variants = [{ title = "a" }]', "variants: allowed: either variants, or vary with what"),
        ("values = [0.01, 0.1, 1.0]", "values = []", "vary, item 2: allowed: either values or a range"),
    ],
)
def test_factors_that_make_no_sense_are_refused(before: str, after: str, words: str) -> None:
    assert _complaint(VARIED.replace(before, after)).startswith(words)


def test_too_many_variants_are_refused() -> None:
    many = tuple(
        Factor(key=key, range=Range(first=0.1, last=0.9, count=64)) for key in ("data.noise", "network.alpha")
    )
    with pytest.raises(InputError, match="vary: 4,096 variants; allowed: up to 400"):
        begin(Study(vary=many))


def test_a_range_has_equal_distances_or_equal_ratios() -> None:
    assert Range(first=1, last=2, count=3).numbers(whole=False) == (1.0, 1.5, 2.0)
    assert Range(first=0.001, last=10, count=5, log=True).numbers(whole=False) == (0.001, 0.01, 0.1, 1.0, 10.0)
    assert Range(first=1, last=2, count=4).numbers(whole=True) == (1, 2)


def test_seeds_share_their_data_or_have_their_own() -> None:
    study = structs.replace(_study(), measure="accuracy", own_data=True)
    assert [study.one(0, seed).data.seed for seed in (0, 1, 5)] == [0, 1, 5]
    assert [_study().one(0, seed).data.seed for seed in (0, 1, 5)] == [0, 0, 0]
    values = _finished(study).values[1]
    run = NetworkRun(study.one(1, 7))
    run.advance(study.epochs * run.steps_an_epoch)
    run.measure()
    assert values[7] == run.metrics.train.accuracy
    assert study.reseeded().one(0, 0).data.seed == 12


def test_a_table_is_split_otherwise_for_each_seed(tmp_path: Path) -> None:
    rows = "\n".join(f"{x},{(7 * x) % 5},{'ab'[x % 3 == 0]}" for x in range(40))
    (tmp_path / "t.csv").write_text(f"x,y,kind\n{rows}\n", encoding="utf-8")
    base = Experiment(data=Data(file=str(tmp_path / "t.csv"), standardize=True))
    study = Study(base=base, variants=(Variant(title="a"),), own_data=True, seeds=4, epochs=3, measure="test_loss")
    for seed, value in enumerate(_finished(study).values[0]):
        run = NetworkRun(study.one(0, seed))
        run.advance(3 * run.steps_an_epoch)
        run.measure()
        assert run.metrics.test is not None
        assert value == pytest.approx(run.metrics.test.loss, rel=1e-9)


EARLY = Study(
    base=Experiment(data=Data(name="circle"), training=Training(stop_accuracy=0.98)),
    vary=(Factor(key="training.learning_rate", values=(0.3, 1e-9)),),
    seeds=6,
    epochs=60,
    measure="epochs",
)


@pytest.mark.parametrize("own_data", [False, True])
def test_epochs_are_counted_until_training_ends_by_itself(own_data: bool) -> None:
    study = structs.replace(EARLY, own_data=own_data)
    quick, never = _finished(study).values
    assert np.isinf(never).all()
    assert np.isfinite(quick).any()
    for seed, epochs in enumerate(quick):
        run = NetworkRun(study.one(0, seed))
        run.advance(60 * run.steps_an_epoch)
        run.measure()
        assert run.settled == np.isfinite(epochs)
        assert run.snapshot().epoch == min(epochs, 60)


def test_a_loss_can_end_it_too_and_one_epoch_before_it_was_higher() -> None:
    base = structs.replace(SINE.base, training=Training(stop_loss=0.1, learning_rate=0.1))
    study = structs.replace(SINE, base=base, epochs=80, measure="epochs")
    epochs = _finished(study).values[0]
    assert np.isfinite(epochs).any()
    seed = int(np.flatnonzero(np.isfinite(epochs))[0])
    run = NetworkRun(structs.replace(study.one(0, seed), training=Training(learning_rate=0.1, seed=seed)))
    run.advance((int(epochs[seed]) - 1) * run.steps_an_epoch)
    run.measure()
    assert run.metrics.train.loss > 0.1
    run.advance(run.steps_an_epoch)
    run.measure()
    assert run.metrics.train.loss <= 0.1


def test_epochs_are_no_measure_where_training_never_ends() -> None:
    with pytest.raises(InputError, match="measure: epochs makes no sense"):
        begin(structs.replace(_study(), measure="epochs"))


def test_a_point_opens_the_very_run_it_stands_for() -> None:
    study = structs.replace(_study(), measure="loss", seeds=5)
    value = _finished(study).values[1][3]
    run = NetworkRun(study.one(1, 3))
    timeline = trained_again(study, 1, 3)(run)
    assert run.metrics.train.loss == value
    assert run.snapshot().epoch == study.epochs
    assert [moment.epoch for moment in timeline.line.moments] == [0, 1, 2, 3, 4]
    assert timeline.line.moments[0].experiment == study.one(1, 3)
    begun = NetworkRun(study.one(1, 3)).snapshot().position.parameters
    np.testing.assert_array_equal(timeline.line.moments[0].position.parameters, begun)


@pytest.mark.usefixtures("many_tasks")
def test_results_are_read_again_to_the_last_bit_and_gone_on_from(tmp_path: Path) -> None:
    run = StudyRun(_study())
    run.advance(3)
    moment = run.snapshot()
    (tmp_path / "r.csv").write_bytes(moment.results()["results.csv"])
    other = StudyRun(_study())
    timeline = other.take_up(read_results(_study(), tmp_path / "r.csv"))
    assert _bits(other.snapshot()) == _bits(moment)
    assert (other.step, timeline.line.moments[0].step) == (3, 3)
    other.advance(1000)
    assert _bits(other.snapshot()) == _bits(_finished(_study()))


def test_a_row_that_was_not_written_to_its_end_does_not_count(tmp_path: Path) -> None:
    snapshot = _finished(_study())
    content = snapshot.results()["results.csv"]
    (tmp_path / "r.csv").write_bytes(content[:-3])
    found = read_results(_study(), tmp_path / "r.csv")
    assert [len(column) for column in found] == [12, 11]
    assert found[0][4] == snapshot.values[0][4]


def test_results_of_another_study_are_refused(tmp_path: Path) -> None:
    other = structs.replace(_study(), epochs=5)
    (tmp_path / "r.csv").write_bytes(_finished(other).results()["results.csv"])
    with pytest.raises(InputError, match=r"r.csv: row 2: of another study; allowed: another file, or its own"):
        read_results(_study(), tmp_path / "r.csv")
    (tmp_path / "t.csv").write_text("x,y\n1,2\n", encoding="utf-8")
    with pytest.raises(InputError, match="row 1: not the results of this study"):
        read_results(_study(), tmp_path / "t.csv")
    assert mark_of(_study()) == mark_of(structs.replace(_study(), title="another name"))


def test_slopes_are_those_of_powers() -> None:
    n = np.array([1.0, 2.0, 4.0, 8.0])
    columns = [np.array([5.0 * x**-0.5, x**1.5, np.nan]) for x in n]
    assert slopes(n.tolist(), columns) == pytest.approx([-0.5, 1.5])
    assert len(slopes([1.0, 2.0], columns[:2])) == 0
    assert len(slopes([0.0, 1.0, 2.0], columns[:3])) == 0


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(0.2, "1 s"), (59.0, "59 s"), (89.0, "89 s"), (91.0, "2 min"), (8000.0, "2 h"), (1e6, "12 days")],
)
def test_time_is_said_in_round_words(seconds: float, words: str) -> None:
    assert span(seconds) == words


def test_it_says_how_long_the_rest_takes() -> None:
    run = StudyRun(structs.replace(_study(), seeds=200, epochs=400))
    before = run.snapshot().seconds_left
    assert before == pytest.approx(run.plan.all_seconds)
    assert run.snapshot().figures[2][0] == "left"
    assert len(_finished(_study()).figures) == 2


def test_a_start_is_the_same_for_a_run_and_for_the_seeds_of_a_study() -> None:
    design = NetworkDesign(initial_scale=0.5, initial_biases="through_data")
    study = structs.replace(_study(), base=structs.replace(_study().base, network=design), own_data=True)
    plan = Plan(study)
    group: Any = plan.group(plan.tasks[0])
    for seed in (0, 3):
        run = NetworkRun(study.one(0, seed))
        np.testing.assert_array_equal(group.snapshot(seed).position.parameters, run.snapshot().position.parameters)
        assert run.snapshot().biases[0].any()


def test_convolutions_vary_like_other_layers() -> None:
    window = ConvolutionDesign(channels=4, window=3, pool="max_map")
    study = parse_experiment(
        'kind = "study"\nmeasure = "test_accuracy"\nseeds = 2\nepochs = 1\n[base.data]\nname = "digits"\n'
        'train_fraction = 0.1\n[base.network]\noutput = "softmax"\n[base.training]\nloss = "cross_entropy"\n'
        '[[vary]]\nkey = "network.hidden"\nvalues = [[8], [{ channels = 4, window = 3, pool = "max_map" }]]\n',
        "study.toml",
    )
    assert [variant.title for variant in study.cells] == ["8", "4 of 3×3, max of the map"]
    assert study.experiments[1].network.hidden == (window,)
    run = begin(study)
    while not run.settled:
        run.advance(1)
    assert [len(values) for values in run.snapshot().values] == [2, 2]
