from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np
import pytest

from nnviz.analysis.slices import PLACES, ZERO_ONE, LossSlice, Slice, reach
from nnviz.engine.activations import ACTIVATIONS
from nnviz.engine.network import Parameters, logits
from nnviz.engine.outputs import LOSSES
from nnviz.runs.run import NetworkRun
from nnviz.runs.scene import Lens
from timing import least_seconds

MakeRun = Callable[..., NetworkRun]

W2: dict[str, Any] = {"name": "spiral", "hidden": (8,) * 6}
SHAPES: list[tuple[dict[str, Any], LossSlice]] = [
    ({}, LossSlice()),
    ({}, LossSlice(0, 3, None)),
    ({}, LossSlice(1, 1, 2)),
    ({"loss": "cross_entropy"}, LossSlice(2, 0, 1)),
    ({"hidden": ()}, LossSlice(0, 0, None)),
    *(({"hidden": (3,), "output": "sigmoid", "activation": name}, LossSlice(0, 2, 1)) for name in ACTIVATIONS),
    ({"name": "iris", "hidden": (5,), "output": "softmax", "loss": "cross_entropy"}, LossSlice(1, 2, 4)),
    ({"name": "iris", "hidden": (5, 4, 3), "output": "softmax"}, LossSlice(0, 2, 3)),
    ({"name": "sine", "hidden": (6, 3), "output": "identity"}, LossSlice(1, 2, 4)),
]


def slice_of(run: NetworkRun, wanted: LossSlice) -> Slice:
    scene = run.picture(Lens(aspects=frozenset({wanted}))).scene
    assert scene is not None
    picture = scene.aspects[wanted]
    assert isinstance(picture, Slice)
    return picture


def loss_at(run: NetworkRun, wanted: LossSlice, name: str, value: float) -> float:
    """The loss of the network with one weight set to a value."""
    network, train = run.problem.network, run.problem.train
    moved = Parameters(network.shapes, run.snapshot().position.parameters.copy())
    moved.layers[wanted.layer][wanted.unit, -1 if wanted.source is None else wanted.source] = value
    p = logits(network, moved, train.inputs.T)
    return LOSSES[name](network.output, p, train.targets.T)


@pytest.mark.parametrize(("values", "wanted"), SHAPES)
def test_curves_are_the_losses_of_the_network_with_that_weight(
    make_run: MakeRun, values: dict[str, Any], wanted: LossSlice
) -> None:
    run = make_run(**values)
    run.advance(40)
    picture = slice_of(run, wanted)
    assert picture.samples == len(run.problem.train)
    for curve in picture.curves:
        if curve.name != ZERO_ONE:
            expected = [loss_at(run, wanted, curve.name, at) for at in picture.at[::16]]
            np.testing.assert_allclose(curve.values[::16], expected, rtol=1e-9, atol=1e-12)


@pytest.mark.parametrize(("values", "wanted"), SHAPES)
def test_value_and_slope_are_those_of_the_engine(
    make_run: MakeRun, values: dict[str, Any], wanted: LossSlice
) -> None:
    run = make_run(**values)
    run.advance(40)
    run.measure()
    picture, h = slice_of(run, wanted), 1e-6
    assert picture.weight == run.snapshot().parameter(wanted.layer, wanted.unit, wanted.source)
    for curve in picture.curves:
        if curve.name == picture.minimised:
            assert curve.value == pytest.approx(run.metrics.train.loss, rel=1e-12)
        if curve.name == ZERO_ONE:
            assert curve.value == pytest.approx(1.0 - (run.metrics.train.accuracy or 0.0))
            continue
        ends = [loss_at(run, wanted, curve.name, picture.weight + step) for step in (h, -h)]
        assert curve.slope == pytest.approx((ends[0] - ends[1]) / (2 * h), abs=1e-8)


def test_what_makes_sense_with_the_data_is_there(make_run: MakeRun) -> None:
    def names(**values: Any) -> list[str]:
        return [curve.name for curve in slice_of(make_run(**values), LossSlice()).curves]

    assert names() == [ZERO_ONE, "squared_error", "cross_entropy"]
    assert names(output="identity") == [ZERO_ONE, "squared_error"]
    assert names(name="sine", output="identity") == ["squared_error"]


@pytest.mark.parametrize(
    "values", [{}, {"output": "sigmoid"}, {"name": "iris", "output": "softmax"}, {"name": "blobs"}]
)
def test_targets_that_are_certain_have_no_entropy(make_run: MakeRun, values: dict[str, Any]) -> None:
    assert slice_of(make_run(**values), LossSlice()).entropy == 0.0


def test_the_weight_goes_from_minus_to_plus_the_span_and_farther_where_it_is_itself() -> None:
    assert [reach(weight, 4.0) for weight in (0.0, 3.6, -3.7, 30.0)] == [4.0, 4.0, 8.0, 64.0]
    assert np.isfinite(reach(float("inf"), 4.0))


def test_there_are_places_at_both_ends_and_at_zero(make_run: MakeRun) -> None:
    picture = slice_of(make_run(), LossSlice(span=2.0))
    assert picture.at.size == PLACES == 129
    assert picture.at[[0, 64, 128]].tolist() == [-2.0, 0.0, 2.0]


def test_large_networks_are_measured_on_fewer_samples(make_run: MakeRun) -> None:
    run = make_run(**W2)
    assert slice_of(run, LossSlice()).samples == 46
    assert slice_of(run, LossSlice(6, 0, 2)).samples == 250


@pytest.mark.parametrize("wanted", [LossSlice(3), LossSlice(0, 4), LossSlice(0, 0, 2), LossSlice(2, 1)])
def test_a_weight_that_is_not_there_has_no_picture(make_run: MakeRun, wanted: LossSlice) -> None:
    scene = make_run().picture(Lens(aspects=frozenset({wanted}))).scene
    assert scene is not None
    assert scene.aspects[wanted] is None


def test_it_costs_a_frame_little(make_run: MakeRun) -> None:
    run = make_run(**W2)
    snapshot, picture = run.snapshot(), LossSlice().prepare(run.problem)
    assert least_seconds([partial(picture, snapshot)] * 20) < 0.020
