"""Networks with convolutions as files ask for them: made, saved, mended, and refused in one line."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from msgspec import structs

from nnviz.data.pictures import PictureFormat, shifted
from nnviz.engine.convolution import POOLS, Convolution
from nnviz.engine.network import Parameters
from nnviz.errors import InputError
from nnviz.experiment.change import DataGoal, changed, resized, with_counts
from nnviz.experiment.experiment import ConvolutionDesign, Data, Experiment, NetworkDesign
from nnviz.experiment.files import experiment_of, format_experiment, parse_experiment
from nnviz.experiment.problem import prepare, prepare_fitted, with_shifted_tests

WINDOW = {"channels": 24, "window": 5, "padding": 2, "pool": "max_map"}
DIGITS = Data(name="digits", train_fraction=0.7)


def experiment(*hidden: Any, data: dict[str, Any] | None = None, **network: Any) -> Experiment:
    tables = {
        "data": data or {"name": "digits"},
        "network": {"hidden": list(hidden), "output": "softmax", **network},
    }
    made: Experiment = experiment_of(tables)
    return made


def test_the_net_of_874_parameters() -> None:
    network = prepare(experiment(WINDOW)).network
    assert network.convolutions == (Convolution((1, 8, 8), 24, 5, padding=2, pool=POOLS["max_map"]),)
    assert network.layer_sizes == (64, 24, 10)
    assert Parameters(network.shapes).flat.size == 874


def test_maps_upon_maps_and_units_above_them() -> None:
    network = prepare(experiment({"channels": 8, "pool": "max_2x2"}, {"channels": 4}, 16)).network
    assert network.layer_sizes == (64, 8 * 9, 4, 16, 10)
    assert network.shapes == ((8, 10), (4, 73), (16, 5), (10, 17))


def test_it_comes_back_from_its_text() -> None:
    one = experiment(WINDOW, 16, activation=["relu", "tanh"])
    assert parse_experiment(format_experiment(one), "text") == one
    assert one.network.counts == (24, 16)


@pytest.mark.parametrize(
    ("hidden", "words"),
    [
        (
            (4, WINDOW),
            "network.hidden, item 2: a convolution above a layer without maps; allowed: convolutions first",
        ),
        (
            ({"channels": 0},),
            "network.hidden, item 1.channels: 0 is not allowed; allowed: whole numbers from 1 to 512",
        ),
        (({"window": 3},), "network.hidden, item 1.channels: missing; allowed: whole numbers"),
        (
            ({"channels": 2, "size": 3},),
            "network.hidden, item 1.size: unknown key; allowed: channels, window, stride",
        ),
        (
            ({"channels": 2, "pool": "max"},),
            "network.hidden, item 1.pool: 'max' is not allowed; allowed: max_2x2, max_map",
        ),
        (
            ("a",),
            "allowed: whole numbers from 1 to 4,096; or a table with channels, window, stride, padding, pool",
        ),
    ],
)
def test_what_a_file_may_not_ask_for(hidden: tuple[Any, ...], words: str) -> None:
    with pytest.raises(InputError) as caught:
        experiment(*hidden)
    assert words in str(caught.value)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("layers", "data", "words"),
    [
        (({"channels": 2, "window": 9},), "digits", "item 1: a window of 9 does not fit in 8×8 with padding 0"),
        (({"channels": 2, "window": 8, "pool": "max_2x2"},), "digits", "max of 2×2 of 1×1 places; allowed: none"),
        ((WINDOW, {"channels": 2}), "digits", "item 2: a window of 3 does not fit in 1×1"),
        ((WINDOW,), "iris", "a convolution needs inputs that are pictures"),
        (
            ({"channels": 512, "window": 31, "padding": 15},) * 3,
            "digits",
            "numbers for each picture; allowed: up to",
        ),
    ],
)
def test_what_does_not_fit_the_data(layers: tuple[Any, ...], data: str, words: str) -> None:
    with pytest.raises(InputError) as caught:
        prepare(experiment(*layers, data={"name": data}))
    assert words in str(caught.value)


def test_a_shared_connection_cannot_be_cut() -> None:
    with pytest.raises(InputError, match=r"cut, item 1: layer 1 is a convolution, whose connections are shared"):
        experiment(WINDOW, cut=[[1, 1, 1]])
    assert experiment(WINDOW, cut=[[2, 1, 1]]).network.cut == ((2, 1, 1),)


def test_weights_to_start_from_are_filters() -> None:
    weights = [np.full((1, 4), 0.5).tolist(), np.ones((10, 49)).tolist()]
    one = experiment({"channels": 1, "window": 2}, weights=weights, biases=[[0.0], [0.0] * 10])
    assert prepare(one).network.shapes == ((1, 5), (10, 50))


def test_without_pictures_convolutions_go() -> None:
    convolved = structs.replace(experiment(WINDOW, 16), data=structs.replace(Data(name="iris"), shift=2))
    mended, problem = prepare_fitted(convolved, DataGoal("classification", 10))
    assert (mended.network.hidden, mended.data.shift) == ((16,), 0)
    assert problem.network.convolutions == ()


def test_counts_are_channels() -> None:
    design = NetworkDesign(hidden=(ConvolutionDesign(channels=8), 16))
    assert with_counts(design, (9, 16)) == (ConvolutionDesign(channels=9), 16)
    assert with_counts(design, (8, 16, 4)) == (ConvolutionDesign(channels=8), 16, 4)
    assert with_counts(design, (8,)) == (ConvolutionDesign(channels=8),)
    cut = structs.replace(design, cut=((1, 1, 1), (2, 1, 1)))
    assert resized(cut, with_counts(design, (9, 16))).cut == ((2, 1, 1),)


def test_a_change_takes_a_whole_layer() -> None:
    one = changed(experiment(WINDOW), {"network": {"hidden": [{"channels": 8}]}})
    assert one.network.hidden == (ConvolutionDesign(channels=8),)


def test_pictures_move_sideways_and_paper_follows() -> None:
    form = PictureFormat(2, 3, paper=9.0, ink=0.0)
    pixels = np.arange(6.0)[None]
    assert shifted(pixels, form, 1).tolist() == [[9.0, 0.0, 1.0, 9.0, 3.0, 4.0]]
    assert shifted(pixels, form, -2).tolist() == [[2.0, 9.0, 9.0, 5.0, 9.0, 9.0]]
    assert shifted(pixels, form, 0) is pixels
    assert shifted(pixels, form, 5).tolist() == [[9.0] * 6]


@pytest.mark.parametrize("standardize", [False, True])
def test_each_test_picture_comes_from_the_left_and_from_the_right(standardize: bool) -> None:
    plain = prepare(Experiment(data=structs.replace(DIGITS, standardize=standardize)))
    moved = prepare(Experiment(data=structs.replace(DIGITS, standardize=standardize, shift=1)))
    count = len(plain.test)
    assert len(moved.test) == 2 * count
    np.testing.assert_array_equal(moved.train.inputs, plain.train.inputs)
    np.testing.assert_array_equal(moved.test.targets, np.tile(plain.test.targets, (2, 1)))
    if not standardize:
        before, after = (inputs.reshape(-1, 8, 8) for inputs in (plain.test.inputs, moved.test.inputs))
        np.testing.assert_array_equal(after[:count, :, :-1], before[:, :, 1:])
        np.testing.assert_array_equal(after[count:, :, 1:], before[:, :, :-1])
    back = with_shifted_tests(with_shifted_tests(moved, 2), 0)
    np.testing.assert_allclose(back.test.inputs, plain.test.inputs)
    np.testing.assert_array_equal(back.test.rows, plain.test.rows)


def test_only_pictures_can_be_shifted() -> None:
    with pytest.raises(InputError, match=r"data\.shift: the inputs are no pictures"):
        prepare(Experiment(data=Data(name="iris", shift=1), network=NetworkDesign(output="softmax")))


def test_a_shift_is_live() -> None:
    before = Experiment(data=DIGITS)
    assert structs.replace(before, data=structs.replace(DIGITS, shift=1)).continues(before)
    assert not structs.replace(before, data=structs.replace(DIGITS, seed=1)).continues(before)


def test_a_table_of_square_pictures_takes_windows(tmp_path: Path) -> None:
    rng = np.random.default_rng(0)
    names = ",".join(f"pixel{number}" for number in range(36))
    rows = (f"{','.join(f'{ink:.2f}' for ink in rng.random(36))},{'ab'[row % 2]}" for row in range(40))
    (tmp_path / "pictures.csv").write_text("\n".join([f"{names},kind", *rows]))
    table = {"file": str(tmp_path / "pictures.csv"), "target": "kind", "shift": 1}
    tables = {"data": table, "network": {"hidden": [{"channels": 3, "stride": 2}, 4]}}
    problem = prepare(experiment_of(tables))
    assert problem.network.layer_sizes == (36, 12, 4, 1)
    assert len(problem.test) == 40
