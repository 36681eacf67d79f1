"""A run saved and opened again, as one document or as text with a file beside it."""

import dataclasses
import io
import json
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from msgspec.structs import replace

from nnviz.engine.optimizers import OPTIMIZERS
from nnviz.errors import InputError
from nnviz.experiment.experiment import Experiment
from nnviz.experiment.files import load_experiment, parse_experiment
from nnviz.kinds.hopfield.schema import Hopfield
from nnviz.kinds.race.rivals import fork
from nnviz.lessons.opening import opened
from nnviz.runs.begin import begin
from nnviz.runs.document import Work
from nnviz.runs.past import LARGEST_PAST, MOMENTS, OUTLINE
from nnviz.runs.run import NetworkRun
from nnviz.runs.snapshot import Snapshot
from nnviz.runs.timeline import Branch, Timeline
from nnviz.storage import archive_of, members, read_bytes

MakeExperiment = Callable[..., Experiment]
_TABLE = "length,width,kind\n" + "".join(f"{n % 7},{n % 5}.25,{'ab'[n % 2]}\n" for n in range(40))


def lived(run: NetworkRun, seed: int = 0, turns: int = 12) -> tuple[Timeline, Snapshot]:
    """A timeline with branches, other settings and weights set by hand, and the moment that is shown of it."""
    timeline, rng = Timeline(), np.random.default_rng(seed)
    timeline.add(run.snapshot())
    for _ in range(turns):
        match rng.integers(6):
            case 0:
                rate = float(rng.uniform(0.01, 0.3))
                run.tune(replace(run.experiment, training=replace(run.experiment.training, learning_rate=rate)))
            case 1:
                name = str(rng.choice([*OPTIMIZERS]))
                run.tune(replace(run.experiment, training=replace(run.experiment.training, optimizer=name)))
            case 2:
                run.set_parameter(0, 0, None, float(rng.normal()))
                timeline.add(run.snapshot().as_edited())
            case 3:
                timeline.branch(int(rng.integers(run.step + 1)))
                run.restore(timeline.line.moments[-1])
            case _:
                pass
        run.advance(int(rng.integers(1, 40)))
        run.measure()
        timeline.add(run.snapshot())
    shown = timeline.line.at(int(rng.integers(run.step + 1)))
    return timeline, shown


def reopened(path: Path) -> tuple[NetworkRun, Timeline]:
    found = opened(path).begun()
    assert isinstance(found.run, NetworkRun)
    assert found.past is not None
    return found.run, found.past(found.run)


def require_same(one: Snapshot, other: Snapshot) -> None:
    """All of two moments is the same, bit for bit."""
    assert one.experiment.training == other.experiment.training
    assert (one.step, one.epoch, one.position.batch) == (other.step, other.epoch, other.position.batch)
    assert one.position.parameters.tobytes() == other.position.parameters.tobytes()
    assert one.position.memory.tobytes() == other.position.memory.tobytes()
    assert (one.position.memory.shape, one.position.shuffling) == (
        other.position.memory.shape,
        other.position.shuffling,
    )
    assert (one.finite, one.edited, one.metrics.step) == (other.finite, other.edited, other.metrics.step)
    assert one.metrics.as_record() == other.metrics.as_record()


def require_same_lines(one: Timeline, other: Timeline) -> None:
    assert len(one.lines) == len(other.lines)
    for line, again in zip(one.lines, other.lines, strict=True):
        assert line.edits == again.edits
        assert _index(one, line.parent) == _index(other, again.parent)
        assert bool(line.origin) == bool(again.origin)
        assert len(line.moments) == len(again.moments)
        for moment, same in zip(line.moments, again.moments, strict=True):
            require_same(moment, same)
        line.course.follow(line.moments)
        assert line.course.curve.rows.tobytes() == again.course.curve.rows.tobytes()


def _index(timeline: Timeline, line: Branch | None) -> int | None:
    return None if line is None else timeline.lines.index(line)


@given(
    st.integers(0, 2**32),
    st.sampled_from(["double", "single"]),
    st.sampled_from(["xor", "circle", "plane", "sine"]),
    st.sampled_from([0.5, 1.0]),
)
@settings(max_examples=25)
def test_a_document_brings_back_the_run_with_its_past_bit_for_bit(
    tmp_path_factory: pytest.TempPathFactory, seed: int, precision: str, name: str, fraction: float
) -> None:
    text = f"data = {{ name = '{name}', samples = 37, train_fraction = {fraction} }}\n"
    text += f"training = {{ precision = '{precision}', batch_size = 7 }}\n"
    text += "network = { hidden = [3], output = 'identity' }"
    run, path = NetworkRun(parse_experiment(text, "test")), tmp_path_factory.getbasetemp() / "any.nnviz"
    timeline, shown = lived(run, seed)
    run.restore(shown)
    Work.of(run.experiment, shown, timeline).save(path)
    again, past = reopened(path)
    require_same_lines(timeline, past)
    for each in (run, again):
        each.advance(60)
        each.measure()
    require_same(run.snapshot(), again.snapshot())
    for moment in past.line.moments[::3]:
        for each in (run, again):
            each.restore(moment)
            each.advance(11)
        require_same(run.snapshot(), again.snapshot())


def test_a_moment_between_two_that_are_kept_is_gone_on_from(
    make_experiment: MakeExperiment, tmp_path: Path
) -> None:
    run = NetworkRun(make_experiment())
    timeline, _ = lived(run)
    run.restore(timeline.line.moments[-2])
    run.advance(1)
    run.measure()
    shown = run.snapshot()
    Work.of(run.experiment, shown, timeline).save(tmp_path / "a.nnviz")
    again, past = reopened(tmp_path / "a.nnviz")
    require_same(again.snapshot(), shown)
    require_same_lines(timeline, past)


def test_what_was_asked_for_last_holds_though_no_moment_has_it_yet(
    make_experiment: MakeExperiment, tmp_path: Path
) -> None:
    run = NetworkRun(make_experiment())
    timeline, shown = lived(run, turns=3)
    asked = replace(run.experiment, training=replace(run.experiment.training, learning_rate=0.77))
    Work.of(asked, shown, timeline).save(tmp_path / "a.nnviz")
    again, _ = reopened(tmp_path / "a.nnviz")
    assert again.experiment == asked
    assert again.step == shown.step


def test_a_diverged_run_is_kept_as_such(make_experiment: MakeExperiment, tmp_path: Path) -> None:
    run = NetworkRun(make_experiment(learning_rate=1000.0, output="identity"))
    timeline = Timeline()
    timeline.add(run.snapshot())
    run.advance(1000)
    run.measure()
    timeline.add(run.snapshot())
    assert not run.finite
    Work.of(run.experiment, run.snapshot(), timeline).save(tmp_path / "a.nnviz")
    again, past = reopened(tmp_path / "a.nnviz")
    assert not again.finite
    assert [moment.finite for moment in past.line.moments] == [True, False]


def test_the_past_is_thinned_to_its_bound_and_the_losses_are_not(
    make_experiment: MakeExperiment, tmp_path: Path
) -> None:
    run = NetworkRun(make_experiment(hidden=(200, 200)))
    timeline = Timeline()
    for _ in range(90):
        timeline.add(run.snapshot())
        run.advance(1)
        run.measure()
    shown = timeline.line.moments[-1]
    assert timeline.size > LARGEST_PAST
    Work.of(run.experiment, shown, timeline).save(tmp_path / "a.nnviz")
    assert (tmp_path / "a.nnviz").stat().st_size < LARGEST_PAST + 2**20
    _, past = reopened(tmp_path / "a.nnviz")
    assert 1 < len(past.line.moments) < 90 == len(past.line.course.curve)
    require_same(past.line.moments[0], timeline.line.moments[0])
    require_same(past.line.moments[-1], shown)
    assert len(timeline.line.moments) == 90


def test_of_a_network_too_large_for_a_past_the_moment_shown_is_kept(
    make_experiment: MakeExperiment, tmp_path: Path
) -> None:
    run = NetworkRun(make_experiment(hidden=(1200, 1200), samples=20))
    timeline = Timeline()
    for _ in range(3):
        timeline.add(run.snapshot())
        run.advance(1)
    shown = timeline.line.moments[-1]
    Work.of(run.experiment, shown, timeline).save(tmp_path / "a.nnviz")
    _, past = reopened(tmp_path / "a.nnviz")
    assert len(past.line.moments) == 1
    require_same(past.line.moments[0], shown)


def test_other_kinds_go_on_where_they_were(tmp_path: Path) -> None:
    run = begin(Hopfield())
    run.advance(3)
    moment = run.snapshot()
    Work.of(run.experiment, moment, Timeline()).save(tmp_path / "a.nnviz")
    assert members(tmp_path / "a.nnviz") == {"experiment.toml"}
    assert opened(tmp_path / "a.nnviz").begun().experiment == moment.as_resumed()


def test_moments_of_another_experiment_are_not_saved_with_it(
    make_experiment: MakeExperiment, tmp_path: Path
) -> None:
    run = NetworkRun(make_experiment())
    timeline, shown = lived(run, turns=3)
    for name in ("a.nnviz", "a.toml"):
        Work.of(make_experiment(hidden=(9,)), shown, timeline).save(tmp_path / name)
        assert opened(tmp_path / name).begun().experiment == make_experiment(hidden=(9,))
    assert members(tmp_path / "a.nnviz") == {"experiment.toml"}


def on_table(folder: Path) -> NetworkRun:
    (folder / "iris.csv").write_text(_TABLE, encoding="utf-8")
    run = NetworkRun(parse_experiment(f"data = {{ file = '{folder / 'iris.csv'}' }}", "test"))
    run.advance(9)
    return run


def saved(run: NetworkRun, path: Path, *, with_table: bool = True) -> Path:
    timeline = Timeline()
    timeline.add(run.snapshot())
    Work.of(run.experiment, run.snapshot(), timeline).save(path, with_table=with_table)
    return path


def test_a_document_carries_its_table_wherever_it_goes(tmp_path: Path) -> None:
    run = on_table(tmp_path)
    saved(run, tmp_path / "lecture.nnviz")
    (tmp_path / "iris.csv").unlink()
    (tmp_path / "mailed").mkdir()
    moved = (tmp_path / "lecture.nnviz").rename(tmp_path / "mailed" / "lecture (1).nnviz")
    again, _ = reopened(moved)
    assert again.problem.dataset.inputs.tobytes() == run.problem.dataset.inputs.tobytes()
    require_same(again.snapshot(), run.snapshot())
    assert [path.name for path in moved.parent.iterdir()] == [moved.name]


def test_the_table_saved_is_the_one_that_was_read_whatever_has_become_of_it(tmp_path: Path) -> None:
    run = on_table(tmp_path)
    (tmp_path / "iris.csv").write_text("something,else\n1,2\n", encoding="utf-8")
    path = saved(run, tmp_path / "a.nnviz")
    assert read_bytes(path / "files" / "iris.csv", 10_000) == _TABLE.encode()


def test_a_document_saved_again_over_itself_keeps_its_table(tmp_path: Path) -> None:
    path = saved(on_table(tmp_path), tmp_path / "a.nnviz")
    (tmp_path / "iris.csv").unlink()
    again, _ = reopened(path)
    saved(again, path, with_table=False)  # there is no other
    third, _ = reopened(path)
    assert third.problem.dataset.inputs.tobytes() == again.problem.dataset.inputs.tobytes()
    other = saved(third, tmp_path / "b.nnviz")
    path.unlink()
    assert reopened(other)[0].problem.classes == ("a", "b")


def test_a_table_that_is_to_stay_outside_is_named_from_the_documents_folder(tmp_path: Path) -> None:
    run = on_table(tmp_path)
    path = saved(run, tmp_path / "a.nnviz", with_table=False)
    assert members(path) == {"experiment.toml", OUTLINE, MOMENTS}
    assert reopened(path)[0].experiment.data.file == str(tmp_path / "iris.csv")
    (tmp_path / "iris.csv").unlink()
    with pytest.raises(InputError, match=r"iris\.csv does not exist$"):
        opened(path).begun()


def test_a_file_to_start_from_comes_along(make_experiment: MakeExperiment, tmp_path: Path) -> None:
    run = NetworkRun(make_experiment())
    run.advance(30)
    saved(run, tmp_path / "first.toml")
    second = opened(tmp_path / "first.toml").begun().run
    assert isinstance(second, NetworkRun)
    path = saved(second, tmp_path / "a.nnviz")
    for file in tmp_path.glob("first.*"):
        file.unlink()
    again, _ = reopened(path)
    assert again.experiment.training.start == str(path / "files" / Path(second.experiment.training.start).name)
    require_same(again.snapshot(), dataclasses.replace(second.snapshot(), experiment=again.experiment))


def test_text_and_its_moment_are_replaced_together_and_the_former_goes(
    make_experiment: MakeExperiment, tmp_path: Path
) -> None:
    path, names = tmp_path / "run.toml", set()
    (tmp_path / "run.npz").write_bytes(b"somebody's own")
    (tmp_path / "run.0123456789abcdef.npz").write_bytes(b"somebody's, too")
    for hidden in ((4,), (3, 2), (5,)):
        run = NetworkRun(make_experiment(hidden=hidden))
        run.advance(11)
        saved(run, path)
        again = opened(path).begun().run
        assert again
        assert again.step == 11
        (moment,) = (p for p in tmp_path.glob("run.*.npz") if p.read_bytes()[:1] != b"s")
        names.add(moment.name)
        assert load_experiment(path).training.start == str(moment)
    assert len(names) == 3
    assert (tmp_path / "run.npz").read_bytes() == b"somebody's own"
    assert (tmp_path / "run.0123456789abcdef.npz").read_bytes() == b"somebody's, too"


def test_a_moment_that_the_run_started_from_stays_while_it_is_saved_over(
    make_experiment: MakeExperiment, tmp_path: Path
) -> None:
    path, run = tmp_path / "run.toml", NetworkRun(make_experiment())
    run.advance(5)
    saved(run, path)
    again = opened(path).begun().run
    assert isinstance(again, NetworkRun)
    for _ in range(3):
        again.advance(5)
        saved(again, path)
        assert NetworkRun(again.experiment).step == 5
    assert len(list(tmp_path.glob("*.npz"))) == 2


def test_the_name_of_a_file_that_is_no_text_is_refused(make_experiment: MakeExperiment, tmp_path: Path) -> None:
    run = NetworkRun(make_experiment())
    named = replace(run.experiment, data=replace(run.experiment.data, file=str(tmp_path / "a\udcff.csv")))
    (tmp_path / "a\udcff.csv").write_text(_TABLE, encoding="utf-8")
    with pytest.raises(InputError, match=r"is no text$"):
        Work.of(named, None, Timeline()).save(tmp_path / "a.nnviz")
    assert not (tmp_path / "a.nnviz").exists()


def _parts(path: Path) -> dict[str, bytes]:
    return {name: read_bytes(path / name, 2**30) for name in members(path)}


def _npz(arrays: dict[str, Any]) -> bytes:
    content = io.BytesIO()
    np.savez(content, **arrays)
    return content.getvalue()


@pytest.fixture(scope="module")
def good(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    """The files of a document."""
    run = NetworkRun(Experiment())
    timeline, shown = lived(run, 3)
    path = tmp_path_factory.mktemp("good") / "a.nnviz"
    Work.of(run.experiment, shown, timeline).save(path)
    return _parts(path)


def refusal(path: Path, files: dict[str, bytes]) -> str:
    path.write_bytes(archive_of(files))
    with pytest.raises(InputError) as caught:
        opened(path).begun()
    message = str(caught.value)
    assert len(message.splitlines()) == 1
    assert message.startswith(str(path))
    assert message.count(str(path)) == 1
    return message.removeprefix(f"{path}: ")


_OUTLINES: list[tuple[str, Callable[[dict[str, Any]], Any], str]] = [
    ("no list", lambda _: [], "not as nnviz writes it: Expected `object`, got `array`"),
    ("a key more", lambda o: o | {"more": 1}, "unknown field `more`"),
    ("no lines", lambda o: o | {"lines": []}, "moments in 0 lines; allowed: up to 1,200, in 1 or more"),
    ("too many", lambda o: o | {"count": 10**9}, "1,000,000,000 moments in "),
    ("shown", lambda o: o | {"shown": o["count"]}, "names a moment or a line that does not exist"),
    (
        "parent",
        lambda o: o | {"lines": [o["lines"][0] | {"parent": 99}]},
        "names a moment or a line that does",
    ),
    ("negative", lambda o: o | {"shown": -1}, "Expected `int` >= 0"),
    ("curve", lambda o: o | {"lines": [o["lines"][0] | {"points": 0}]}, "curves is of shape"),
    (
        "order",
        lambda o: o | {"lines": [line | {"moments": [0, 0]} for line in o["lines"]]},
        "order of their steps",
    ),
    ("rate", lambda o: o | {"settings": [{"training": {"learning_rate": -1.0}, "alpha": 0.1}]}, "learning_rate"),
    ("softmax", lambda o: o | {"settings": []}, "settings is 0; allowed: below 0"),
    ("state", lambda o: o | {"shuffling": [{"bit_generator": "MT19937"}] * o["count"]}, "shuffling is no state"),
    ("a huge state", lambda o: o | {"shuffling": [{"state": 10**50}] * o["count"]}, "shuffling is no state"),
]


@pytest.mark.parametrize(
    ("change", "reason"), [case[1:] for case in _OUTLINES], ids=[case[0] for case in _OUTLINES]
)
def test_an_outline_that_is_none_is_refused(
    good: dict[str, bytes], tmp_path: Path, change: Callable[[dict[str, Any]], Any], reason: str
) -> None:
    outline = json.dumps(change(json.loads(good[OUTLINE]))).encode()
    assert reason in refusal(tmp_path / "a.nnviz", good | {OUTLINE: outline})


_ARRAYS: dict[str, tuple[Callable[[Any], Any], str]] = {
    "parameters": (lambda a: a[:, 1:], "parameters is of shape"),
    "memory": (lambda a: a.astype(str), "memory is of shape"),
    "step": (lambda a: a - 10**6, "allowed: from 0"),
    "batch": (lambda a: a + 25, "allowed: below 25, as the epoch has"),
    "slots": (lambda a: a[::-1].astype(float), "slots is of shape"),
    "edited": (lambda a: a.astype(int), "edited is of shape"),
    "train_confusion": (lambda a: a + 1, "train_confusion counts"),
    "curves": (lambda a: a[:, :2], "curves is of shape"),
    "train_loss": (lambda a: np.array([None] * len(a)), "moments.npz: not arrays as nnviz writes them"),
}


@pytest.mark.parametrize("name", _ARRAYS)
def test_arrays_that_do_not_fit_are_refused(good: dict[str, bytes], tmp_path: Path, name: str) -> None:
    change, reason = _ARRAYS[name]
    with np.load(io.BytesIO(good[MOMENTS])) as file:
        arrays = dict(file)
    assert reason in refusal(tmp_path / "a.nnviz", good | {MOMENTS: _npz(arrays | {name: change(arrays[name])})})


def test_moments_of_a_network_of_another_shape_are_refused(good: dict[str, bytes], tmp_path: Path) -> None:
    other = b"network = { hidden = [7] }"
    assert "is of shape" in refusal(tmp_path / "a.nnviz", good | {"experiment.toml": other})


@pytest.mark.parametrize("name", ["experiment.toml", MOMENTS, OUTLINE])
def test_too_large_a_part_is_refused_before_it_is_read(good: dict[str, bytes], tmp_path: Path, name: str) -> None:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        for part, data in (good | {name: bytes(64 * 2**20)}).items():
            archive.writestr(part, data)
    (tmp_path / "a.nnviz").write_bytes(content.getvalue())
    with pytest.raises(InputError, match="too large; allowed: up to"):
        opened(tmp_path / "a.nnviz").begun()


def test_packed_arrays_are_refused_before_they_are_unpacked(good: dict[str, bytes], tmp_path: Path) -> None:
    content = io.BytesIO()
    np.savez_compressed(content, parameters=np.zeros((10, 10**6)))
    assert "not arrays as nnviz writes them" in refusal(tmp_path / "a.nnviz", good | {MOMENTS: content.getvalue()})


@given(st.lists(st.tuples(st.integers(0, 2**31), st.integers(0, 255)), max_size=6), st.integers(0, 2**31))
def test_any_damage_is_opened_or_refused_in_a_line(
    good: dict[str, bytes], tmp_path_factory: pytest.TempPathFactory, changes: list[tuple[int, int]], cut: int
) -> None:
    content = bytearray(archive_of(good))
    for index, value in changes:
        content[index % len(content)] = value
    path = tmp_path_factory.getbasetemp() / "damaged.nnviz"
    path.write_bytes(content[: cut % len(content)] if cut % 2 else content)
    try:
        opened(path).begun()
    except InputError as error:
        assert len(str(error).splitlines()) == 1  # noqa: PT017 - either outcome is right


def test_a_document_is_never_extracted(good: dict[str, bytes], tmp_path: Path) -> None:
    folder = tmp_path / "folder"
    folder.mkdir()
    evil = good | {"../outside.txt": b"x", "/etc/nnviz": b"x", "files/../../b": b"x"}
    (folder / "a.nnviz").write_bytes(archive_of(evil))
    opened(folder / "a.nnviz").begun()
    assert [path.name for path in tmp_path.rglob("*") if path.is_file()] == ["a.nnviz"]


_LEAVES = st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.text(), st.just([]), st.just({}))


def _changed(value: Any, change: Any, path: list[int]) -> Any:
    """A tree with something else in one place: further down for each number, among what is there."""
    if not path or not isinstance(value, dict | list) or not value:
        return change
    keys = list(value) if isinstance(value, dict) else list(range(len(value)))
    key = keys[path[0] % len(keys)]
    changed = value.copy()
    changed[key] = _changed(value[key], change, path[1:])
    return changed


def _is_opened_or_refused(path: Path, files: dict[str, bytes]) -> None:
    path.write_bytes(archive_of(files))
    try:
        opened(path).begun()
    except InputError as error:
        assert len(str(error).splitlines()) == 1  # noqa: PT017 - either outcome is right


@given(_LEAVES, st.lists(st.integers(0, 99), min_size=1, max_size=4))
def test_any_outline_is_opened_or_refused_in_a_line(
    good: dict[str, bytes], tmp_path_factory: pytest.TempPathFactory, change: Any, path: list[int]
) -> None:
    outline = json.dumps(_changed(json.loads(good[OUTLINE]), change, path)).encode("utf-8", "surrogatepass")
    _is_opened_or_refused(tmp_path_factory.getbasetemp() / "outline.nnviz", good | {OUTLINE: outline})


@given(st.data())
def test_any_arrays_are_opened_or_refused_in_a_line(
    good: dict[str, bytes], tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    with np.load(io.BytesIO(good[MOMENTS])) as file:
        arrays = dict(file)
    name = data.draw(st.sampled_from([*arrays]))
    shape = st.one_of(st.just(arrays[name].shape), hnp.array_shapes(min_dims=0, max_dims=3, max_side=4))
    dtype = st.one_of(st.just(arrays[name].dtype), hnp.scalar_dtypes())
    arrays[name] = data.draw(hnp.arrays(data.draw(dtype), data.draw(shape)))
    _is_opened_or_refused(tmp_path_factory.getbasetemp() / "arrays.nnviz", good | {MOMENTS: _npz(arrays)})


def test_a_race_on_the_table_of_a_document_saved_over_it_keeps_the_table(tmp_path: Path) -> None:
    path = saved(on_table(tmp_path), tmp_path / "a.nnviz")
    (tmp_path / "iris.csv").unlink()
    race = begin(fork(reopened(path)[0].snapshot(), 10.0))
    race.advance(3)
    Work.of(race.experiment, race.snapshot(), Timeline()).save(path)
    assert read_bytes(path / "files" / "iris.csv", 10_000) == _TABLE.encode()
    assert opened(path).begun().experiment.base.data.file == str(path / "files" / "iris.csv")  # type: ignore[attr-defined]


def test_a_file_of_a_moments_name_that_is_none_is_not_replaced(
    make_experiment: MakeExperiment, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("nnviz.runs.document.moment_content", lambda *_: b"content")
    (tmp_path / "run.ed7002b439e9ac84.npz").write_bytes(b"somebody's own")  # the checksum of that content
    run = NetworkRun(make_experiment())
    run.advance(3)
    with pytest.raises(InputError, match=r"run\.ed7002b439e9ac84\.npz: is another file of that name"):
        saved(run, tmp_path / "run.toml")
    assert [path.name for path in tmp_path.iterdir()] == ["run.ed7002b439e9ac84.npz"]
    assert (tmp_path / "run.ed7002b439e9ac84.npz").read_bytes() == b"somebody's own"


def test_a_network_of_maps_comes_back_with_its_past(tmp_path: Path) -> None:
    text = (
        '[data]\nname = "digits"\ntrain_fraction = 0.1\n[network]\noutput = "softmax"\n'
        'hidden = [{ channels = 4, window = 3, pool = "max_2x2" }, 5]\n[training]\nloss = "cross_entropy"\n'
    )
    run = NetworkRun(parse_experiment(text, "text"))
    timeline, _ = lived(run)
    run.tune(replace(run.experiment, data=replace(run.experiment.data, shift=1)))
    run.advance(5)
    run.measure()
    timeline.add(run.snapshot())
    Work.of(run.experiment, run.snapshot(), timeline).save(tmp_path / "maps.nnviz")
    again, past = reopened(tmp_path / "maps.nnviz")
    require_same(again.snapshot(), run.snapshot())
    require_same_lines(timeline, past)
    assert again.problem.network == run.problem.network
    assert [moment.problem.shift for moment in past.line.moments[-2:]] == [0, 1]
