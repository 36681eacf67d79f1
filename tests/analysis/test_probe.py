from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from nnviz.analysis.probe import Probe, probed_in
from nnviz.analysis.unit import outputs_at
from nnviz.engine.activations import ACTIVATIONS
from nnviz.runs.run import NetworkRun
from nnviz.runs.scene import Lens

MakeRun = Callable[..., NetworkRun]


@pytest.mark.parametrize(
    "values",
    [
        {},
        {"features": ("x1", "x1^2"), "standardize": True},
        {"name": "digits", "output": "softmax", "hidden": (5,)},
        {"name": "sine", "output": "identity"},
        {"hidden": ()},
    ],
)
def test_a_probe_goes_through_the_network(make_run: MakeRun, values: dict[str, Any]) -> None:
    run = make_run(**values)
    run.advance(20)
    snapshot = run.picture(Lens(aspects=frozenset({Probe(0.5, -1.25)})))
    probed = probed_in(snapshot)
    assert probed
    assert (probed.x, probed.y) == (0.5, -1.25)
    sizes = run.problem.network.layer_sizes
    assert tuple(map(len, probed.activations)) == sizes
    assert tuple(map(len, probed.pre_activations)) == sizes[1:]
    for weights, biases, o, p in zip(
        snapshot.weights, snapshot.biases, probed.activations[:-1], probed.pre_activations, strict=True
    ):
        assert weights @ o + biases == pytest.approx(p)
    assert probed.outputs == pytest.approx(outputs_at(snapshot, 0.5, -1.25))
    if not values:
        assert probed.activations[1] == pytest.approx(ACTIVATIONS["tanh"](probed.pre_activations[0]))
        assert probed.activations[0] == pytest.approx([0.5, -1.25])


def test_without_a_probe_there_is_none(make_run: MakeRun) -> None:
    snapshot = make_run().picture(Lens())
    assert probed_in(snapshot) is None
    assert probed_in(replace(snapshot, scene=None)) is None


def test_a_probe_of_a_run_that_has_diverged_is_no_number(make_run: MakeRun) -> None:
    run = make_run()
    run.set_parameter(0, 0, 0, float("nan"))
    probed = probed_in(run.picture(Lens(aspects=frozenset({Probe(1.0, 1.0)}))))
    assert probed
    assert np.isnan(probed.outputs).all()
