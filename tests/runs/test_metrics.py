from collections.abc import Callable

import numpy as np
import pytest
from numpy.typing import NDArray

from nnviz.data.dataset import FloatArray
from nnviz.experiment.samples import Samples
from nnviz.runs import metrics
from nnviz.runs.metrics import Score, loss_text
from nnviz.runs.run import NetworkRun
from nnviz.runs.snapshot import Snapshot

MakeRun = Callable[..., NetworkRun]

_OUTPUT: dict[str, Callable[[FloatArray], FloatArray]] = {
    "identity": lambda p: p,
    "tanh": np.tanh,
    "sigmoid": lambda p: 1 / (1 + np.exp(-p)),
    "softmax": lambda p: np.exp(p) / np.exp(p).sum(axis=1, keepdims=True),
}


def _output(snapshot: Snapshot, inputs: FloatArray) -> FloatArray:
    """The network as a student would write it, rows being samples."""
    o = inputs
    *hidden, last = zip(snapshot.weights, snapshot.biases, strict=True)
    for weights, biases in hidden:
        o = np.tanh(o @ weights.T + biases)
    return _OUTPUT[snapshot.experiment.network.output](o @ last[0].T + last[1])


def _loss(snapshot: Snapshot, o: FloatArray, targets: FloatArray) -> float:
    output = snapshot.experiment.network.output
    if snapshot.experiment.training.loss == "squared_error":
        return float((0.5 * (o - targets) ** 2).sum(axis=1).mean())
    if output == "softmax":
        return float(-(targets * np.log(o)).sum(axis=1).mean())
    o, targets = ((o + 1) / 2, (targets + 1) / 2) if output == "tanh" else (o, targets)
    return float(-(targets * np.log(o) + (1 - targets) * np.log(1 - o)).sum(axis=1).mean())


def _confusion(o: FloatArray, samples: Samples, middle: float) -> NDArray[np.int64]:
    count = max(2, o.shape[1])
    predicted = o.argmax(axis=1) if o.shape[1] > 1 else (o[:, 0] > middle).astype(int)
    matrix = np.zeros((count, count), np.int64)
    assert samples.classes is not None
    for actual, taken_for in zip(samples.classes, predicted, strict=True):
        matrix[actual, taken_for] += 1
    return matrix


@pytest.mark.parametrize("name", ["xor", "iris", "digits"])
@pytest.mark.parametrize(
    ("output", "loss"),
    [(output, "squared_error") for output in _OUTPUT]
    + [(output, "cross_entropy") for output in ("tanh", "sigmoid", "softmax")],
)
def test_scores_are_those_of_a_plain_computation(make_run: MakeRun, name: str, output: str, loss: str) -> None:
    run = make_run(name=name, output=output, loss=loss, standardize=name == "iris", noise=0.3)
    run.advance(40)
    run.measure()
    snapshot = run.snapshot()
    for samples, score in (
        (snapshot.problem.train, snapshot.metrics.train),
        (snapshot.problem.test, snapshot.metrics.test),
    ):
        assert score is not None
        o = _output(snapshot, samples.inputs)
        assert score.loss == pytest.approx(_loss(snapshot, o, samples.targets), rel=1e-9)
        confusion = _confusion(o, samples, 0.5 if output == "sigmoid" else 0.0)
        assert score.confusion is not None
        assert np.array_equal(score.confusion, confusion)
        assert score.accuracy == confusion.trace() / len(samples)
        assert score.misclassified == len(samples) - confusion.trace()


def test_many_samples_are_scored_like_few(make_run: MakeRun) -> None:
    run = make_run(samples=20_000, noise=0.2, train_fraction=0.7)
    snapshot = run.snapshot()
    train, score = snapshot.problem.train, snapshot.metrics.train
    o = _output(snapshot, train.inputs)
    assert score.loss == pytest.approx(_loss(snapshot, o, train.targets), rel=1e-9)
    assert score.confusion is not None
    assert np.array_equal(score.confusion, _confusion(o, train, 0.0))


@pytest.mark.parametrize("fraction", [0.7, 1.0])
def test_samples_that_are_too_many_to_be_kept_turned_over_have_the_same_scores(
    make_run: MakeRun, fraction: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(metrics, "_AT_ONCE", 64)
    kept = make_run(name="digits", output="softmax", train_fraction=fraction).snapshot().metrics
    monkeypatch.setattr(metrics, "_MOST_KEPT", 0)
    turned = make_run(name="digits", output="softmax", train_fraction=fraction).snapshot().metrics
    for score, same in ((turned.train, kept.train), (turned.test, kept.test)):
        assert (score is None) == (same is None)
        if score and same:
            assert score.loss == pytest.approx(same.loss, rel=1e-12)
            assert score.accuracy == same.accuracy


def test_values_are_scored_by_their_loss_alone(make_run: MakeRun) -> None:
    run = make_run(name="sine", output="identity")
    run.advance(40)
    run.measure()
    snapshot = run.snapshot()
    train = snapshot.problem.train
    score = snapshot.metrics.train
    assert score.loss == pytest.approx(_loss(snapshot, _output(snapshot, train.inputs), train.targets), rel=1e-9)
    assert (score.confusion, score.accuracy, score.misclassified) == (None, None, None)


def test_a_record_has_a_value_or_none_for_every_key(make_run: MakeRun) -> None:
    keys = ["step", "epoch", "train_loss", "test_loss", "train_accuracy", "test_accuracy"]
    run = make_run()
    run.advance(30)
    run.measure()
    record = run.snapshot().metrics.as_record()
    assert list(record) == keys
    assert (record["step"], record["epoch"]) == (30, 1)
    assert all(isinstance(record[key], float) for key in keys[2:])
    whole = make_run(train_fraction=1.0).snapshot().metrics
    assert whole.test is None
    assert (whole.as_record()["test_loss"], whole.as_record()["test_accuracy"]) == (None, None)
    values = make_run(name="sine", output="identity").snapshot().metrics.as_record()
    assert values["train_accuracy"] is values["test_accuracy"] is None
    assert values["test_loss"] > 0


def test_a_loss_that_is_no_number_is_recorded_as_none(make_run: MakeRun) -> None:
    run = make_run(output="identity", activation="identity", learning_rate=1000.0)
    run.advance(1000)
    run.measure()
    record = run.snapshot().metrics.as_record()
    assert record["train_loss"] is record["test_loss"] is None


def test_measured_in_parts_figures_are_those_of_the_step_at_the_first(
    make_run: MakeRun, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("nnviz.runs.metrics._PRODUCTS", 1000)
    run, at_once = make_run(), make_run()
    for one in (run, at_once):
        one.advance(30)
    at_once.measure()
    parts = 1
    while not run.measure_on():
        run.advance(1)
        parts += 1
        assert run.metrics.step == 0
    assert parts > 4
    assert type(run.metrics.train.loss) is float
    assert run.metrics.as_record() == pytest.approx(at_once.metrics.as_record())


def test_going_elsewhere_ends_a_measurement_under_way(make_run: MakeRun, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("nnviz.runs.metrics._PRODUCTS", 1000)
    run = make_run()
    start = run.snapshot()
    run.advance(30)
    assert not run.measure_on()
    run.restore(start)
    while not run.measure_on():
        pass
    assert run.metrics.step == 0


@pytest.mark.parametrize(
    ("loss", "words"),
    [
        (0.0, "0.0000"),
        (6.6e-6, "6.6·10⁻⁶"),
        (0.0123456, "0.0123"),
        (12.5, "12.50"),
        (4321.0, "4,321"),
        (float("nan"), "diverged"),
    ],
)
def test_a_small_loss_is_not_read_as_none(loss: float, words: str) -> None:
    assert loss_text(Score(loss)) == words
