import io
import json
import tracemalloc
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from nnviz.engine.network import shapes_between
from nnviz.engine.optimizers import OPTIMIZERS
from nnviz.errors import InputError
from nnviz.runs.parameter_files import load_parameters, moment_content
from nnviz.runs.run import NetworkRun
from runs import save_parameters

MakeRun = Callable[..., NetworkRun]

SIZES = (2, 4, 2, 1)


def _bytes(**arrays: Any) -> bytes:
    file = io.BytesIO()
    np.savez(file, **arrays)
    return file.getvalue()


def _arrays(make_run: MakeRun, tmp_path: Path, **values: Any) -> dict[str, Any]:
    """The arrays of a saved moment."""
    run = make_run(**values)
    run.advance(7)
    snapshot = run.snapshot()
    (tmp_path / "moment.npz").write_bytes(moment_content(snapshot.parameters, snapshot.position))
    with np.load(tmp_path / "moment.npz") as file:
        return dict(file)


def _refusal(make_run: MakeRun, path: Path, content: bytes, **values: Any) -> str:
    path.write_bytes(content)
    with pytest.raises(InputError) as caught:
        make_run(**values, start=str(path))
    message = str(caught.value)
    assert len(message.splitlines()) == 1
    assert message.startswith(f"{path}: ")
    return message.removeprefix(f"{path}: ")


def test_a_parameter_file_holds_the_matrices_of_the_lectures(make_run: MakeRun, tmp_path: Path) -> None:
    run = make_run(hidden=(4, 3))
    run.advance(30)
    snapshot = run.snapshot()
    save_parameters(tmp_path / "P.npz", snapshot.parameters)
    with np.load(tmp_path / "P.npz") as file:
        assert sorted(file.files) == ["W1", "W2", "W3", "b1", "b2", "b3"]
        assert [file[f"W{l}"].shape for l in (1, 2, 3)] == [(4, 2), (3, 4), (1, 3)]
        assert [file[f"b{l}"].shape for l in (1, 2, 3)] == [(4,), (3,), (1,)]
        for l in (1, 2, 3):
            assert np.array_equal(file[f"W{l}"], snapshot.weights[l - 1])
            assert np.array_equal(file[f"b{l}"], snapshot.biases[l - 1])
    flat = load_parameters(tmp_path / "P.npz", shapes_between((2, 4, 3, 1)))
    assert flat.tobytes() == snapshot.position.parameters.tobytes()
    begun = make_run(hidden=(4, 3), start=str(tmp_path / "P.npz")).snapshot()
    assert begun.position.parameters.tobytes() == snapshot.position.parameters.tobytes()
    assert begun.step == 0


@pytest.mark.parametrize("optimizer", OPTIMIZERS)
@pytest.mark.parametrize("precision", ["double", "single"])
def test_a_moment_in_a_file_goes_on_bit_for_bit(
    make_run: MakeRun, tmp_path: Path, optimizer: str, precision: str
) -> None:
    values = {"optimizer": optimizer, "momentum": 0.8, "precision": precision, "samples": 97, "noise": 0.1}
    run = make_run(**values)
    run.advance(13)
    moment = run.snapshot()
    assert moment.position.batch not in {0, run.steps_an_epoch}
    (tmp_path / "moment.npz").write_bytes(moment_content(moment.parameters, moment.position))
    again = make_run(**values, start=str(tmp_path / "moment.npz"))
    assert (again.snapshot().step, again.snapshot().epoch) == (moment.step, moment.epoch)
    for each in (run, again):
        each.advance(50)
    one, other = run.snapshot(), again.snapshot()
    assert (one.step, one.epoch, one.position.batch) == (other.step, other.epoch, other.position.batch)
    assert one.position.parameters.tobytes() == other.position.parameters.tobytes()
    assert one.position.memory.tobytes() == other.position.memory.tobytes()


def _changed(arrays: dict[str, Any], **changes: Any) -> dict[str, Any]:
    return {key: value for key, value in (arrays | changes).items() if value is not None}


_CHANGES: list[tuple[dict[str, Any], str]] = [
    ({"W1": None}, "W1 is missing; allowed: an array of shape (4, 2)"),
    ({"b3": None}, "b3 is missing; allowed: an array of shape (1,)"),
    ({"W1": np.zeros((2, 4))}, "W1 is float64 of shape (2, 4); allowed: numbers of shape (4, 2)"),
    ({"W2": np.zeros(8)}, "W2 is float64 of shape (8,); allowed: numbers of shape (2, 4)"),
    ({"b1": np.float64(1)}, "b1 is float64 of shape (); allowed: numbers of shape (4,)"),
    ({"b1": np.array(list("abcd"))}, "b1 is <U1 of shape (4,); allowed: numbers of shape (4,)"),
    ({"b1": np.zeros(4, complex)}, "b1 is complex128 of shape (4,); allowed: numbers"),
    ({"b1": np.zeros(4, bool)}, "b1 is bool of shape (4,); allowed: numbers"),
    ({"b1": np.zeros(4, [("a\nb", "f8")])}, "b1 is [('a\\nb', '<f8')] of shape (4,); allowed: numbers"),
    ({"b1": np.full(4, np.nan)}, "b1 holds numbers that are not finite as float64; allowed: finite numbers"),
    ({"b1": np.full(4, np.inf)}, "b1 holds numbers that are not finite"),
    ({"b1": np.full(4, np.longdouble("1e4000"))}, "b1 holds numbers that are not finite"),
    ({"b1": np.array([None] * 4)}, "not a file of parameters; allowed: npz or safetensors with W1, b1, W2, b2, …"),
    ({"W4": np.zeros((1, 1))}, "W4 is one layer too many; allowed: 3, as the network has"),
    ({"memory": np.zeros((1, 5))}, "memory, of shape (1, 5), is another optimizer's; allowed: "),
    ({"memory": np.zeros((0, 25), int)}, "memory, of shape (0, 25), is another optimizer's; allowed: "),
    ({"step": -1}, "step is int64 of shape (); allowed: one whole number from 0"),
    ({"step": 1.5}, "step is float64 of shape (); allowed: one whole number from 0"),
    ({"epoch": [1, 2]}, "epoch is int64 of shape (2,); allowed: one whole number from 0"),
    ({"epoch": "many"}, "epoch is <U4 of shape (); allowed: one whole number from 0"),
    ({"batch": 25}, "batch is 25; allowed: from 0 to 24"),
    ({"shuffling": np.frombuffer(b"{", np.uint8)}, "shuffling is no state of the random generator"),
    ({"shuffling": np.frombuffer(b"[" * 100_000, np.uint8)}, "shuffling is no state of the random generator"),
    ({"shuffling": np.frombuffer(b"\xff", np.uint8)}, "shuffling is no state of the random generator"),
    ({"shuffling": np.zeros(3)}, "shuffling is no state of the random generator"),
]


@pytest.mark.parametrize(("changes", "reason"), _CHANGES, ids=range(len(_CHANGES)))
def test_a_file_that_does_not_fit_is_refused(
    make_run: MakeRun, tmp_path: Path, changes: dict[str, Any], reason: str
) -> None:
    arrays = _arrays(make_run, tmp_path)
    assert reason in _refusal(make_run, tmp_path / "P.npz", _bytes(**_changed(arrays, **changes)))


@pytest.mark.parametrize(
    "state",
    [
        3,
        [],
        {},
        {"bit_generator": "MT19937"},
        {"bit_generator": "PCG64"},
        {"bit_generator": "PCG64", "state": 3, "has_uint32": 0, "uinteger": 0},
        {"bit_generator": "PCG64", "state": {"state": -1, "inc": 1}, "has_uint32": 0, "uinteger": 0},
        {"bit_generator": "PCG64", "state": {"state": "x", "inc": 1}, "has_uint32": 0, "uinteger": 0},
        {"bit_generator": "PCG64", "state": {"state": 1, "inc": 1.5}, "has_uint32": None, "uinteger": []},
    ],
)
def test_a_state_that_is_none_is_refused(make_run: MakeRun, tmp_path: Path, state: Any) -> None:
    arrays = _arrays(make_run, tmp_path)
    arrays["shuffling"] = np.frombuffer(json.dumps(state).encode(), np.uint8)
    reason = _refusal(make_run, tmp_path / "P.npz", _bytes(**arrays))
    assert reason == "shuffling is no state of the random generator; allowed: as nnviz saves it"


def test_a_moment_of_another_optimizer_is_refused_but_its_parameters_are_not(
    make_run: MakeRun, tmp_path: Path
) -> None:
    arrays = _arrays(make_run, tmp_path, optimizer="adam")
    assert "is another optimizer's" in _refusal(make_run, tmp_path / "P.npz", _bytes(**arrays))
    alone = {key: value for key, value in arrays.items() if key[0] in "Wb" and key != "batch"}
    (tmp_path / "P.npz").write_bytes(_bytes(**alone))
    assert np.array_equal(make_run(start=str(tmp_path / "P.npz")).snapshot().weights[0], arrays["W1"])


def test_numbers_too_large_for_single_precision_are_refused(make_run: MakeRun, tmp_path: Path) -> None:
    arrays = _arrays(make_run, tmp_path) | {"b1": np.full(4, 1e300)}
    reason = _refusal(make_run, tmp_path / "P.npz", _bytes(**arrays), precision="single")
    assert reason == "b1 holds numbers that are not finite as float32; allowed: finite numbers"


def _damaged() -> dict[str, bytes]:
    rng = np.random.default_rng(0)
    good = _bytes(W1=rng.normal(size=(4, 2)), b1=np.zeros(4))
    single = io.BytesIO()
    np.save(single, np.zeros(3))
    bomb, empty, raw = io.BytesIO(), io.BytesIO(), io.BytesIO()
    header = "{'descr': '<f8', 'fortran_order': False, 'shape': (" + "9" * 18 + ",), }"
    with zipfile.ZipFile(bomb, "w") as archive:
        archive.writestr("W1.npy", b"\x93NUMPY\x01\x00" + len(header).to_bytes(2, "little") + header.encode())
    with zipfile.ZipFile(empty, "w"):
        pass
    with zipfile.ZipFile(raw, "w") as archive:
        archive.writestr("W1", b"5")
        archive.writestr("memory", b"5")
    flipped = bytearray(good)
    flipped[150] ^= 0xFF
    return {
        "empty": b"",
        "text": b"W1 = 3\n",
        "cut short": good[: len(good) // 2],
        "without end": good[:-10],
        "one bit": bytes(flipped),
        "a single array": single.getvalue(),
        "too large a shape": bomb.getvalue(),
        "an empty archive": empty.getvalue(),
        "members that are no arrays": raw.getvalue(),
        "a pickle": b"\x80\x04\x95.",
        "an encrypted archive": good.replace(b"PK\x03\x04\x2d\x00\x00", b"PK\x03\x04\x2d\x00\x01").replace(
            b"PK\x01\x02\x2d\x03\x2d\x00\x00", b"PK\x01\x02\x2d\x03\x2d\x00\x01"
        ),
    }


def _packed(method: int, **arrays: bytes) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", method) as archive:
        for name, content in arrays.items():
            archive.writestr(f"{name}.npy", content)
    return file.getvalue()


def _npy(shape: tuple[int, ...], content: bytes = b"", version: int = 1, padding: int = 0) -> bytes:
    header = f"{{'descr': '<f8', 'fortran_order': False, 'shape': {shape}, }}".encode() + b" " * padding
    return b"\x93NUMPY" + bytes([version, 0]) + len(header).to_bytes(2 * version, "little") + header + content


def _bombs() -> dict[str, bytes]:
    zeros, good = bytes(64 * 2**20), {"b1": _npy((4,), bytes(32))}
    many = {f"X{number}": b"" for number in range(20_000)}
    return {
        "a large array of another shape": _packed(zipfile.ZIP_DEFLATED, W1=_npy((8 * 2**20,), zeros), **good),
        "zeros behind the right array": _packed(zipfile.ZIP_DEFLATED, W1=_npy((4, 2), zeros), **good),
        "a header without end": _packed(zipfile.ZIP_DEFLATED, W1=_npy((4, 2), zeros, 2, padding=64 * 2**20)),
        "other arrays": _packed(zipfile.ZIP_DEFLATED, other=_npy((8 * 2**20,), zeros), **good),
        "bzip2": _packed(zipfile.ZIP_BZIP2, W1=_npy((4, 2), zeros), **good),
        "lzma": _packed(zipfile.ZIP_LZMA, W1=_npy((4, 2), zeros), **good),
        "many members": _packed(zipfile.ZIP_STORED, **many),
        "a large file": _packed(zipfile.ZIP_STORED, W1=_npy((4, 2), zeros)),
    }


def test_no_file_takes_more_memory_than_its_network(make_run: MakeRun, tmp_path: Path) -> None:
    for kind, content in _bombs().items():
        (tmp_path / "P.npz").write_bytes(content)
        tracemalloc.start()
        with pytest.raises(InputError):
            load_parameters(tmp_path / "P.npz", shapes_between(SIZES))
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        assert peak < 40e6, f"{kind}: {peak:,} bytes"
    assert "too large; allowed: up to 4 MiB" in _refusal(make_run, tmp_path / "P.npz", content)


@pytest.mark.parametrize("kind", _damaged())
def test_a_damaged_file_is_refused(make_run: MakeRun, tmp_path: Path, kind: str) -> None:
    assert "W1" in _refusal(make_run, tmp_path / "P.npz", _damaged()[kind])


def test_pickled_objects_are_refused_unopened(make_run: MakeRun, tmp_path: Path) -> None:
    class Trap:
        def __reduce__(self) -> tuple[Any, ...]:
            return (Path.write_text, (tmp_path / "sprung", "sprung"))

    file = io.BytesIO()
    np.savez(file, W1=np.array([Trap()], dtype=object))
    assert "not a file of parameters" in _refusal(make_run, tmp_path / "P.npz", file.getvalue())
    assert not (tmp_path / "sprung").exists()


_FOLDER = pytest.TempPathFactory


def _is_loaded_or_refused(path: Path, content: bytes) -> None:
    path.write_bytes(content)
    try:
        flat = load_parameters(path, shapes_between(SIZES))
    except InputError as error:
        assert len(str(error).splitlines()) == 1  # noqa: PT017 - either outcome is right
    else:
        assert np.isfinite(flat).all()


@given(st.binary())
def test_any_content_is_loaded_or_refused(tmp_path_factory: _FOLDER, content: bytes) -> None:
    _is_loaded_or_refused(tmp_path_factory.getbasetemp() / "any.npz", content)


_GOOD = _bytes(
    W1=np.ones((4, 2)), b1=np.ones(4), W2=np.ones((2, 4)), b2=np.ones(2), W3=np.ones((1, 2)), b3=np.ones(1)
)


@given(st.lists(st.tuples(st.integers(0, len(_GOOD) - 1), st.integers(0, 255)), max_size=6))
def test_any_damage_is_loaded_or_refused(tmp_path_factory: _FOLDER, changes: list[tuple[int, int]]) -> None:
    content = bytearray(_GOOD)
    for index, value in changes:
        content[index] = value
    _is_loaded_or_refused(tmp_path_factory.getbasetemp() / "damaged.npz", bytes(content))


@given(
    st.dictionaries(
        st.sampled_from(["W1", "b1", "W2", "W3", "W4", "step", "memory"]),
        hnp.arrays(
            hnp.scalar_dtypes(),
            hnp.array_shapes(min_dims=0, max_dims=2, max_side=4),
        ),
    )
)
def test_any_arrays_are_loaded_or_refused(tmp_path_factory: _FOLDER, arrays: dict[str, Any]) -> None:
    with np.load(io.BytesIO(_GOOD)) as file:
        content = _bytes(**(dict(file) | arrays))
    _is_loaded_or_refused(tmp_path_factory.getbasetemp() / "arrays.npz", content)
