"""Samples to learn and samples for the test."""

import numpy as np
import pytest
from msgspec import structs

from nnviz.errors import InputError
from nnviz.experiment.experiment import Data, Experiment, NetworkDesign, Training
from nnviz.experiment.problem import prepare, prepare_each
from nnviz.experiment.validation import complaints


def _values(**keys: object) -> Experiment:
    return Experiment(data=Data(**keys), network=NetworkDesign(output="identity"))  # type: ignore[arg-type]


def test_fresh_samples_for_the_test_come_beside_those_to_learn() -> None:
    few, many = (prepare(_values(name="waves", samples=n, test_samples=2000, dimensions=3)) for n in (8, 100))
    assert (len(few.train), len(few.test)) == (8, 2000)
    assert (len(many.train), len(many.test)) == (100, 2000)
    assert not set(few.train.rows.tolist()) & set(few.test.rows.tolist())


def test_of_a_table_as_many_rows_are_drawn_and_others_for_each_seed() -> None:
    data = Data(name="digits", samples=50, test_samples=397)
    experiments = [
        Experiment(data=structs.replace(data, seed=seed), network=NetworkDesign(output="softmax"))
        for seed in (0, 1)
    ]
    first, second = prepare_each(experiments)
    assert (len(first.train), len(first.test)) == (50, 397)
    assert set(first.train.rows.tolist()) != set(second.train.rows.tolist())
    assert np.array_equal(prepare(experiments[1]).train.rows, second.train.rows)
    assert first.dataset is not None
    assert len(first.dataset.inputs) == 1797


@pytest.mark.parametrize(
    ("keys", "words"),
    [
        (
            {"name": "digits", "samples": 1500, "test_samples": 397},
            "397 beside 1,500 of 1,797; allowed: up to 297",
        ),
        ({"name": "tree", "test_samples": 4}, "allowed: up to 0"),
    ],
)
def test_more_than_there_are_is_refused(keys: dict[str, object], words: str) -> None:
    with pytest.raises(InputError, match=words):
        prepare(_values(**keys))


def test_too_many_in_all_and_labels_of_nothing_are_refused() -> None:
    many = Experiment(data=Data(samples=90_000, test_samples=20_000))
    assert "data.test_samples: 20,000 is not allowed; allowed with these samples: to 10,000" in complaints(many)
    odd = Experiment(data=Data(target="inputs", random_labels=True), network=NetworkDesign(output="identity"))
    assert any("data.random_labels" in line for line in complaints(odd))


def test_samples_for_the_test_can_be_without_noise() -> None:
    noisy, clean = (
        prepare(_values(name="sine", noise=0.6, samples=20, test_samples=30, test_noise=test))
        for test in (True, False)
    )
    assert np.array_equal(noisy.train.targets, clean.train.targets)
    assert np.array_equal(noisy.test.inputs, clean.test.inputs)
    assert clean.test.targets == pytest.approx(np.sin(clean.test.inputs))
    assert np.abs(noisy.test.targets - clean.test.targets).max() > 0.1


@pytest.mark.parametrize("name", ["xor", "sine"])
def test_random_labels_are_those_of_the_training_samples_in_another_order(name: str) -> None:
    network = NetworkDesign(output="tanh" if name == "xor" else "identity")
    data = Data(name=name, samples=60)
    true, random = (
        prepare(Experiment(data=structs.replace(data, random_labels=is_random), network=network))
        for is_random in (False, True)
    )
    assert np.array_equal(true.train.inputs, random.train.inputs)
    assert np.array_equal(true.test.targets, random.test.targets)
    assert not np.array_equal(true.train.targets, random.train.targets)
    assert sorted(true.train.targets.ravel()) == sorted(random.train.targets.ravel())
    if random.train.classes is not None:
        assert np.array_equal(random.train.targets[:, 0] > 0, random.train.classes == 1)
    else:
        assert np.array_equal(random.train.points[:, 1], random.train.targets[:, 0])


def test_what_is_learned_on_the_detour_is_what_a_run_on_random_labels_learns() -> None:
    from nnviz.runs.run import NetworkRun  # noqa: PLC0415 - what it is compared with
    from nnviz.runs.sweep import sweep  # noqa: PLC0415

    training = Training(optimizer="adam", learning_rate=0.02, batch_size=10, seed=3, stop_accuracy=1.0)
    base = Experiment(data=Data(samples=40, seed=1), network=NetworkDesign(hidden=(32,)), training=training)
    random = NetworkRun(structs.replace(base, data=structs.replace(base.data, random_labels=True)))
    random.advance(100_000)
    assert random.settled
    after = structs.replace(base, training=structs.replace(training, detour=5000))
    run = NetworkRun(after)
    assert np.array_equal(run.snapshot().position.parameters, random.snapshot().position.parameters)
    assert run.step == 0
    swept = sweep(after, [3, 4], 0).parameters
    assert np.array_equal(swept[0], run.snapshot().position.parameters)
    assert not after.continues(base)
