"""The examples do what their titles say."""

import pytest

from nnviz.experiment.examples import EXAMPLES, Example
from nnviz.runs.run import NetworkRun

_VAIN = "XOR without a hidden layer, in vain"
_TOO_LARGE = "Too large a network for few noisy points"


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: example.title)
def test_they_learn_within_seconds(example: Example) -> None:
    run = NetworkRun(example.experiment)
    if example.experiment.network.built:
        assert run.metrics.train.loss < 2e-3
        return
    first = run.metrics.train.loss
    run.advance(200 * run.steps_an_epoch)
    run.measure()
    train, test = run.metrics.train, run.metrics.test
    assert test is not None
    if example.title == _VAIN:
        assert 0.35 < (test.accuracy or 0.0) < 0.7
    elif example.title == _TOO_LARGE:
        assert train.accuracy == 1.0
        assert (test.accuracy or 0.0) < 0.8
        assert test.loss > 10 * train.loss
    else:
        assert train.loss < 0.1 * first
        assert test.accuracy is None or test.accuracy > 0.93
