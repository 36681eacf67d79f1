from pathlib import Path

import numpy as np
import pytest
from msgspec import structs

from nnviz.data.dataset import FloatArray
from nnviz.errors import InputError
from nnviz.experiment.experiment import Data, Experiment, NetworkDesign, Training
from nnviz.experiment.files import format_experiment, load_experiment, parse_experiment, save_experiment
from nnviz.kinds.study.run import StudyRun, StudySnapshot
from nnviz.kinds.study.schema import Study, Variant
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
        ("seeds = 12", "seeds = 201", "seeds: 201 is not allowed; allowed: whole numbers from 1 to 200"),
        (
            "learning_rate = 0.2",
            "learning_rate = inf",
            "base.training.learning_rate: inf is not allowed; allowed: ",
        ),
        ("seeds = 12", 'measure = "cats"', "measure: 'cats' is not allowed; allowed: accuracy, loss, rmse, "),
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
            "measure: test_accuracy makes no sense with these data; allowed with them: success, accuracy, loss",
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


def test_variants_take_turns_and_every_seed_has_one() -> None:
    run = StudyRun(_study())
    counts = [(0, 0)]
    while not run.settled:
        run.advance(1)
        first, second = map(len, run.snapshot().values)
        counts.append((first, second))
    assert all(0 <= first - second <= run.group for first, second in counts)
    assert counts[-1] == (12, 12)
    assert len(counts) >= 2 * 5
    before = run.step
    run.advance(5)
    assert run.step == before


def test_the_same_study_has_the_same_results_bit_for_bit_however_it_is_cut() -> None:
    at_once = _finished(_study())
    run = StudyRun(_study())
    while not run.settled:
        run.advance(1)
        run.snapshot()
    assert _bits(run.snapshot()) == _bits(at_once)
    assert run.snapshot().step == at_once.step


def test_stopped_and_restored_it_goes_on_as_it_did() -> None:
    run = StudyRun(_study())
    run.advance(3)
    moment = run.snapshot()
    run.advance(4)
    then = run.snapshot()
    run.restore(moment)
    assert _bits(run.snapshot()) == _bits(moment)
    assert (run.step, run.steps_to_epoch_end) == (3, 1)
    run.advance(4)
    assert _bits(run.snapshot()) == _bits(then)
    assert moment.values[0].flags.writeable is False


def test_groups_are_small_enough_to_see_the_figures_come_and_to_stop() -> None:
    assert StudyRun(structs.replace(_study(), seeds=50)).group == 10
    assert StudyRun(structs.replace(_study(), seeds=1)).group == 1
    heavy = structs.replace(_study(), seeds=200, epochs=400)
    assert 1 <= StudyRun(heavy).group < 40


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
    run.advance(3)
    moment: Moment = run.picture(Lens())
    assert isinstance(run, StudyRun)
    assert (moment.step, moment.epoch, moment.step_in_epoch, moment.steps_an_epoch) == (3, 1, 1, 2)
    assert moment.epoch_at(8) == 4
    assert moment.as_resumed() == _study()
    assert moment.as_edited().edited
    assert moment.bare() is moment
    assert moment.size > 24 * 3
    assert np.isnan(moment.loss)
    assert np.isnan(moment.parameter(0, 0, None))
    other = begin(_study())
    assert other.can_adopt(moment)
    other.adopt(moment)
    assert other.step == 3
    assert not begin(SINE).can_adopt(moment)


def test_weights_cannot_be_set_where_none_are_kept() -> None:
    run = StudyRun(_study())
    run.set_parameter(0, 0, 0, 1.0)
    run.measure()
    values: tuple[FloatArray, ...] = run.snapshot().values
    assert [len(column) for column in values] == [0, 0]
