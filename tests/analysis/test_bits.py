"""Rows of bits in a network, beside one that is built for them."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from nnviz.analysis.bits import BitPicture, BitRow, is_of_bits
from nnviz.engine.built import BUILT
from nnviz.runs.run import NetworkRun
from runs import experiment_of, run_of


def picture(row: int = 1, **values: Any) -> BitPicture:
    run = NetworkRun(experiment_of(**{"name": "parity", "bits": 4, "standardize": True} | values))
    found = BitRow(row).prepare(run.problem)(run.snapshot())
    assert found is not None
    return found


@pytest.mark.parametrize("name", ["xor_tree", "or_of_ands", "counting"])
def test_a_built_network_is_right_everywhere_and_its_own_picture(name: str) -> None:
    hidden = BUILT[name].sizes(5, 0)
    for row in (0, 7, 31):
        found = picture(row, bits=5, hidden=hidden, activation="sign", built=name)
        assert found.right.all()
        assert found.built is None
        assert found.target == row.bit_count() % 2
        assert (found.now.levels[-1][0] > 0.0) == bool(found.target)
        assert "".join(str(int(bit)) for bit in found.row_bits) == f"{row:05b}"


def test_a_network_of_its_shape_stands_beside_it() -> None:
    found = picture(6, hidden=(4, 2, 2))
    assert found.built_name == "xor_tree"
    assert found.built is not None
    assert found.mask is not None
    assert [layer.sum() for layer in found.mask] == [8, 4, 4, 2]
    assert found.built.levels[-1].tolist() == [-1.0]  # 0110 is even
    assert found.right.sum() < 16


def test_other_shapes_stand_alone_and_none_is_wired_fully() -> None:
    assert picture(hidden=(7,)).built is None
    counting = picture(hidden=(4,))
    assert counting.built_name == "counting"
    assert counting.mask is None


@pytest.mark.parametrize(("output", "standardize"), [("sigmoid", False), ("tanh", True)])
def test_levels_go_from_no_to_yes(output: str, standardize: bool) -> None:
    found = picture(hidden=(5,), activation="relu", output=output, standardize=standardize)
    assert all((np.abs(level) <= 1.0).all() for level in found.now.levels)


def test_a_row_beyond_the_last_is_the_last() -> None:
    assert picture(99).row == 15


def test_rows_that_are_held_out_are_marked(tmp_path: Path) -> None:
    rows = [f"{a},{b},{c},{(a + b + c) % 2}" for a in (0, 1) for b in (0, 1) for c in (0, 1)]
    (tmp_path / "bits.csv").write_text("\n".join(["a,b,c,odd", *rows]))
    text = f'[data]\nfile = "{tmp_path / "bits.csv"}"\ntask = "classification"\ntrain_fraction = 0.75\n'
    run = run_of(text)
    found = BitRow(3).prepare(run.problem)(run.snapshot())
    assert found is not None
    assert found.held_out.sum() == len(run.problem.test) == 2
    assert found.row_bits.tolist() == [0.0, 1.0, 1.0]


@pytest.mark.parametrize(
    "text", ['[data]\nname = "iris"\n[network]\noutput = "softmax"\n', '[data]\nname = "circle"\n']
)
def test_other_data_have_no_bits(text: str) -> None:
    run = run_of(text)
    assert not is_of_bits(run.problem)
    assert BitRow().prepare(run.problem)(run.snapshot()) is None
