from collections.abc import Callable
from itertools import pairwise
from typing import Any

import numpy as np
import pytest

from nnviz.data.dataset import FloatArray
from nnviz.engine.network import Parameters, forward
from nnviz.runs.maps import ZERO, affordable_side, levels
from nnviz.runs.run import NetworkRun
from nnviz.runs.scene import Lens, Scene, SceneMaker
from nnviz.runs.snapshot import Snapshot

MakeRun = Callable[..., NetworkRun]
Trained = Callable[..., Snapshot]

PLANES: dict[str, dict[str, Any]] = {
    "two inputs": {"noise": 0.1},
    "wide first layer": {"hidden": (20, 3)},
    "engineered features": {"name": "circle", "features": ("x1^2", "sin(x2)", "x1*x2")},
    "standardized": {"name": "moons", "standardize": True},
    "standardized features": {"name": "spiral", "features": ("x1", "x2^2"), "standardize": True},
    "single precision": {"precision": "single"},
    "regression": {"name": "multi_gaussian", "output": "identity", "activation": "relu"},
    "principal components of iris": {"name": "iris", "output": "softmax", "hidden": (5,)},
    "principal components of digits": {"name": "digits", "output": "sigmoid", "hidden": (15, 10)},
    "standardized principal components": {"name": "iris", "standardize": True, "output": "tanh"},
    "chosen axes": {"name": "iris", "axes": ("petal width", "sepal length"), "output": "softmax"},
    "every activation": {
        "hidden": (3,) * 9,
        "activation": (
            "tanh", "identity", "sigmoid", "elu", "leaky_relu", "softplus", "relu", "sign", "step"
        ),
    },
}  # fmt: skip


@pytest.fixture(scope="module")
def trained(make_run: MakeRun) -> Trained:
    def train(**values: Any) -> Snapshot:
        run = make_run(**values)
        run.advance(60)
        run.measure()
        return run.snapshot()

    return train


def _scene(snapshot: Snapshot, lens: Lens | None = None) -> Scene:
    return SceneMaker(snapshot.problem, lens or Lens()).scene(snapshot.parameters)


def _grid(scene: Scene, side: int) -> tuple[FloatArray, FloatArray]:
    """Centres of the grid's cells: x from left to right, y from the top down."""
    x_min, x_max, y_min, y_max = scene.extent
    part = (np.arange(side) + 0.5) / side
    return x_min + part * (x_max - x_min), y_max - part * (y_max - y_min)


def _computed(snapshot: Snapshot, points: FloatArray) -> list[FloatArray]:
    """What every layer computes at points of the plane, the inputs first; shape (units, points)."""
    problem = snapshot.problem
    inputs = problem.network_inputs(problem.projection.lift(points)).T.astype(np.float64)
    flat = snapshot.position.parameters.astype(np.float64)
    parameters = Parameters(problem.network.shapes, flat)
    return [inputs, *(np.asarray(o, np.float64) for _, o in forward(problem.network, parameters, inputs))]


def _computed_on_grid(snapshot: Snapshot, scene: Scene, side: int) -> list[FloatArray]:
    x, y = np.meshgrid(*_grid(scene, side))
    layers = _computed(snapshot, np.column_stack([x.ravel(), y.ravel()]))
    return [layer.reshape(-1, side, side) for layer in layers]


def _as_bytes(values: FloatArray, amplitude: float) -> FloatArray:
    return np.clip(np.floor(ZERO + 0.5 + ZERO * values / amplitude), 0, 254)


def _amplitude(values: FloatArray, span: tuple[float, float]) -> float:
    bound = max(abs(span[0]), abs(span[1]))
    return bound if np.isfinite(bound) else float(np.abs(values).max()) or 1.0


@pytest.mark.parametrize("kind", PLANES)
def test_every_map_shows_what_its_unit_computes(trained: Trained, kind: str) -> None:
    snapshot = trained(**PLANES[kind])
    scene = _scene(snapshot)
    assert scene.region is not None
    side = len(scene.region)
    stride = side // scene.maps[0].shape[1]
    spans = [(-np.inf, np.inf), *(f.span for f in snapshot.problem.network.activations)]
    computed = _computed_on_grid(snapshot, scene, side)
    assert len(scene.maps) == len(computed) == len(spans)
    for maps, layer, span in zip(scene.maps, computed, spans, strict=True):
        assert len(maps) == min(12, len(layer))
        for shown, whole in zip(maps, layer, strict=False):
            values = whole[::stride, ::stride]
            expected = _as_bytes(values, _amplitude(values, span))
            differ = np.abs(shown - expected) > 1
            # where a step is taken, rounding may decide on which side of it a point lies
            assert differ.mean() <= (0.01 if kind == "every activation" else 0.0)


@pytest.mark.parametrize("kind", ["two inputs", "standardized", "engineered features"])
def test_the_region_shows_the_output(trained: Trained, kind: str) -> None:
    for output in ("tanh", "sigmoid", "identity"):
        snapshot = trained(**PLANES[kind] | {"output": output})
        scene = _scene(snapshot)
        assert scene.region is not None
        values = _computed_on_grid(snapshot, scene, len(scene.region))[-1][0]
        signed = 2 * values - 1 if output == "sigmoid" else values
        assert np.abs(scene.region - _as_bytes(signed, 1.0)).max() <= 1


def test_the_region_of_values_is_scaled_to_the_targets(trained: Trained) -> None:
    snapshot = trained(**PLANES["regression"])
    scene = _scene(snapshot)
    assert scene.region is not None
    values = _computed_on_grid(snapshot, scene, len(scene.region))[-1][0]
    largest = np.abs(snapshot.problem.train.targets).max()
    assert np.abs(scene.region - _as_bytes(values, largest)).max() <= 1
    assert len(scene.boundary) == 0


@pytest.mark.parametrize("name", ["iris", "digits", "blobs"])
@pytest.mark.parametrize("output", ["softmax", "sigmoid", "tanh"])
def test_the_region_of_several_classes_holds_class_and_confidence(
    trained: Trained, name: str, output: str
) -> None:
    snapshot = trained(name=name, output=output, standardize=True)
    scene = _scene(snapshot)
    assert scene.region is not None
    values = _computed_on_grid(snapshot, scene, len(scene.region))[-1]
    count = len(values)
    shades = levels(count)
    classes, shade = np.divmod(scene.region.astype(int), shades)
    ordered = np.sort(values, axis=0)
    clear = ordered[-1] - ordered[-2] > 1e-5
    assert np.array_equal(classes[clear], values.argmax(axis=0)[clear])
    confidence = ordered[-1]
    if output == "softmax":
        confidence = (confidence - 1 / count) / (1 - 1 / count)
    expected = np.floor(np.clip(confidence, 0, 1) * (shades - 1))
    assert np.abs(shade - expected)[clear].max() <= 1


def _ahead(snapshot: Snapshot, points: FloatArray) -> np.ndarray[Any, np.dtype[np.int64]]:
    """The class predicted at points of the plane."""
    output = _computed(snapshot, points)[-1]
    if len(output) > 1:
        return np.asarray(output.argmax(axis=0))
    middle = 0.5 if snapshot.experiment.network.output == "sigmoid" else 0.0
    return np.asarray(output[0] > middle, dtype=np.int64)


def _around(scene: Scene, points: FloatArray, side: int) -> FloatArray:
    """Points and their eight neighbours, one cell away; shape (9, points, 2)."""
    x_min, x_max, y_min, y_max = scene.extent
    cell = np.array([(x_max - x_min) / side, (y_max - y_min) / side])
    return np.array([points + cell * (i, j) for i in (-1, 0, 1) for j in (-1, 0, 1)])


@pytest.mark.parametrize(
    "values",
    [
        {},
        {"output": "sigmoid", "name": "moons", "standardize": True},
        {"output": "softmax"},
        {"output": "identity", "name": "gaussians"},
        {"name": "iris", "output": "softmax", "learning_rate": 0.3},
        {"name": "iris", "output": "sigmoid", "axes": ("petal width", "petal length"), "learning_rate": 0.3},
        {"name": "blobs", "output": "softmax", "classes": 5, "learning_rate": 0.3},
    ],
)
def test_the_boundary_lies_where_the_class_changes(trained: Trained, values: dict[str, Any]) -> None:
    snapshot = trained(**values)
    scene = _scene(snapshot)
    assert scene.region is not None
    side = len(scene.region)
    line = scene.boundary[np.isfinite(scene.boundary[:, 0])]
    assert len(line) > side / 4
    around = _around(scene, line, side)
    classes = np.array([_ahead(snapshot, points) for points in around])
    assert (classes.min(axis=0) < classes.max(axis=0)).all()
    x, y = np.meshgrid(*_grid(scene, side))
    grid = _ahead(snapshot, np.column_stack([x.ravel(), y.ravel()])).reshape(side, side)
    row, column = np.nonzero(grid[:, 1:] != grid[:, :-1])
    cell = (scene.extent[1] - scene.extent[0]) / side
    changes = np.column_stack([x[row, column] + cell / 2, y[row, column]])
    distance = np.linalg.norm(changes[:, None] - line[None], axis=2).min(axis=1)
    assert distance.max() < 1.5 * max(cell, (scene.extent[3] - scene.extent[2]) / side)


def test_the_boundary_of_a_line_is_that_line(make_run: MakeRun) -> None:
    run = make_run(hidden=(), name="gaussians")
    run.set_parameter(0, 0, 0, 1.0)
    run.set_parameter(0, 0, 1, 2.0)
    run.set_parameter(0, 0, None, -0.5)
    line = _scene(run.snapshot()).boundary
    assert np.isnan(line[-1]).all()
    x, y = line[:-1].T
    extent = run.problem.extent
    assert np.abs(x + 2 * y - 0.5).max() < 0.01
    assert np.ptp(x) > 0.95 * (extent[1] - extent[0])


def test_data_with_one_input_is_drawn_as_curves(trained: Trained) -> None:
    for values in ({}, {"standardize": True}, {"features": ("x1", "x1^2")}, {"hidden": ()}):
        snapshot = trained(name="sine", output="identity", **values)
        scene = _scene(snapshot, Lens(shown=3))
        assert scene.region is None
        assert len(scene.boundary) == 0
        xs, _ = _grid(scene, scene.curves[-1].shape[1])
        computed = _computed(snapshot, np.column_stack([xs, np.zeros_like(xs)]))[1:][-2:]
        assert len(scene.curves) == len(computed)
        for curve, expected in zip(scene.curves, computed, strict=True):
            assert curve.shape == expected.shape
            assert np.allclose(curve, expected, rtol=1e-5, atol=1e-5)
        assert [maps.shape[1:] for maps in scene.maps] == [(64, 64)] * len(scene.maps)


def test_a_drawn_curve_has_the_colour_of_its_sign(make_run: MakeRun) -> None:
    run = make_run(name="sine", output="tanh", hidden=())
    run.set_parameter(0, 0, 0, 1.0)
    run.set_parameter(0, 0, None, 0.0)
    picture = _scene(run.snapshot()).maps[-1][0]
    top, bottom = picture[:32], picture[32:]
    assert set(np.unique(top)) <= {ZERO, 254, 0}
    assert (top == 254).sum() > 60
    assert (top[:30] == 0).sum() == 0
    assert (bottom == 0).sum() > 60
    assert (picture[:, :30] == 254).sum() == 0


def test_the_extent_holds_every_sample(trained: Trained) -> None:
    for values in PLANES.values():
        snapshot = trained(**values)
        x_min, x_max, y_min, y_max = _scene(snapshot).extent
        for samples in (snapshot.problem.train, snapshot.problem.test):
            x, y = samples.points.T
            assert x_min < x.min() <= x.max() < x_max
            assert y_min < y.min() <= y.max() < y_max


@pytest.mark.parametrize("hidden", [(), (4, 2), (8, 8, 8), (64,), (100, 100), (512, 512), (16,) * 32])
def test_the_grid_is_as_fine_as_the_network_allows(make_run: MakeRun, hidden: tuple[int, ...]) -> None:
    problem = make_run(hidden=hidden, name="digits", output="softmax").problem
    side = affordable_side(problem.network)
    products = sum(n * m for n, m in pairwise((3, *problem.network.layer_sizes[1:])))
    assert side * side * products <= 40e6 or side == 16
    assert side == 128 or (side * 1.5) ** 2 * products > 40e6
    assert (side == 128) == (products <= 2441)


def test_a_wide_network_is_pictured_on_a_coarse_grid(trained: Trained) -> None:
    snapshot = trained(name="digits", hidden=(512, 512), output="softmax", precision="single")
    scene = _scene(snapshot)
    assert scene.region is not None
    assert scene.region.shape == (16, 16)
    assert [maps.shape for maps in scene.maps] == [(12, 16, 16)] * 3 + [(10, 16, 16)]
    expected = _computed_on_grid(snapshot, scene, 16)
    assert np.abs(scene.maps[1] - _as_bytes(expected[1][:12], 1.0)).max() <= 1


@pytest.mark.parametrize("focus", [(0, 1), (0, 40), (1, 0), (1, 29), (2, 3)])
def test_the_unit_in_focus_is_shown_in_full(trained: Trained, focus: tuple[int, int]) -> None:
    snapshot = trained(name="digits", hidden=(30,), output="softmax")
    scene = _scene(snapshot, Lens(shown=5, focus=focus))
    assert scene.region is not None
    assert scene.focus is not None
    assert scene.focus.place == focus
    assert scene.focus.map is not None
    assert scene.focus.map.shape == scene.region.shape
    layer, unit = focus
    values = _computed_on_grid(snapshot, scene, len(scene.region))[layer][unit]
    amplitude = 1.0 if layer else np.abs(values).max()
    assert np.abs(scene.focus.map - _as_bytes(values, amplitude)).max() <= 1
    assert [len(maps) for maps in scene.maps] == [5, 5, 5]


def test_a_focus_that_is_not_there_shows_nothing(trained: Trained) -> None:
    snapshot = trained()
    for focus in ((9, 0), (1, 99), (0, 2), (3, 1)):
        assert _scene(snapshot, Lens(focus=focus)).focus is None


@pytest.mark.parametrize("focus", [(0, 0), (1, 1), (3, 0)])
def test_for_one_input_the_unit_in_focus_is_a_curve(trained: Trained, focus: tuple[int, int]) -> None:
    snapshot = trained(name="sine", output="identity")
    for lens in (Lens(focus=focus), Lens(focus=focus, extent=(-1.0, 1.0, -1.0, 1.0))):
        scene = _scene(snapshot, lens)
        assert scene.focus is not None
        assert scene.focus.map is None
        xs, _ = _grid(scene, scene.curves[-1].shape[1])
        layer, unit = focus
        expected = _computed(snapshot, np.column_stack([xs, np.zeros_like(xs)]))[layer][unit]
        assert np.allclose(scene.focus.curve, expected, rtol=1e-5, atol=1e-5)  # type: ignore[arg-type]


@pytest.mark.parametrize("values", [{}, {"name": "digits", "output": "softmax"}, {"initializer": "zeros"}])
def test_responses_count_every_unit_at_every_sample(trained: Trained, values: dict[str, Any]) -> None:
    snapshot = trained(**values, activation="relu")
    assert _scene(snapshot).responses == ()
    found = _scene(snapshot, Lens(responses=True)).responses
    inputs = snapshot.problem.train.inputs[:1000]
    layers = list(forward(snapshot.problem.network, snapshot.parameters, np.ascontiguousarray(inputs.T)))
    assert len(found) == len(layers)
    for response, (p, o) in zip(found, layers, strict=True):
        assert response.pre_activations.sum() == response.activations.sum() == p.size
        assert response.reach > 0
        assert response.low <= o.min() <= o.max() <= response.high
        assert response.low < response.high
        expected = np.histogram(p, 40, (-response.reach, response.reach))[0]
        assert np.array_equal(response.pre_activations, expected)
        assert np.array_equal(response.activations, np.histogram(o, 40, (response.low, response.high))[0])


@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf, 1e300, -1e308, 1e40])
@pytest.mark.parametrize("values", [*PLANES.values(), {"name": "sine", "output": "identity"}])
def test_what_is_no_number_is_no_crash(trained: Trained, values: dict[str, Any], value: float) -> None:
    snapshot = trained(**values)
    stage = SceneMaker(snapshot.problem, Lens(focus=(1, 0), responses=True))
    flat = snapshot.position.parameters.copy()
    with np.errstate(over="ignore"):
        for where in (slice(None), slice(0, None, 3), slice(-1, None)):
            flat[where] = value
            scene = stage.scene(Parameters(snapshot.problem.network.shapes, flat))
            assert all(maps.dtype == np.uint8 for maps in scene.maps)
            assert len(scene.responses) == len(snapshot.weights)
    sound = stage.scene(snapshot.parameters)
    assert all(np.array_equal(one, other) for one, other in zip(sound.maps, _scene(snapshot).maps, strict=True))


def test_a_lens_names_the_units_that_are_drawn_of_each_layer() -> None:
    assert Lens(shown=3).units((2, 64, 1)) == (range(2), range(3), range(1))
    assert Lens(shown=3, firsts=(1, 7)).units((2, 64, 10)) == (range(2), range(7, 10), range(3))
    assert Lens(shown=3, firsts=(0, 999, 9, 9)).units((2, 64)) == (range(2), range(61, 64))
    assert Lens(shown=0, firsts=(5,)).units((9, 2)) == (range(5, 5), range(0))


@pytest.mark.parametrize("focus", [None, (0, 3), (1, 2), (1, 28)])
def test_maps_are_of_the_units_that_are_drawn(trained: Trained, focus: tuple[int, int] | None) -> None:
    snapshot = trained(name="digits", hidden=(30,), output="softmax")
    scene = _scene(snapshot, Lens(shown=5, firsts=(40, 12, 3), focus=focus))
    whole = _scene(snapshot, Lens(shown=64))
    assert scene.units == (range(40, 45), range(12, 17), range(3, 8))
    assert [len(maps) for maps in scene.maps] == [5, 5, 5]
    near, far = scene.map_of(1, 14), whole.map_of(1, 14)
    assert near is not None
    assert far is not None
    assert np.abs(near[::2, ::2].astype(int) - far).max() <= 1
    assert scene.map_of(1, 11) is None
    assert (scene.focus is None) == (focus is None)


def test_a_partial_scene_has_the_units_of_the_whole(trained: Trained) -> None:
    snapshot = trained(name="digits", hidden=(30,), output="softmax")
    maker = SceneMaker(snapshot.problem, Lens(shown=5, firsts=(40, 12, 3), focus=(1, 28)))
    whole, partial = maker.scene(snapshot.parameters), maker.scene(snapshot.parameters, is_partial=True)
    assert partial.units == whole.units
    assert partial.focus is not None
    assert whole.focus is not None
    assert np.array_equal(partial.focus.map, whole.focus.map)  # type: ignore[arg-type]
