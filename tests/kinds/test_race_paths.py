from typing import Any

import numpy as np
import pytest

from nnviz.experiment.experiment import Data, Experiment, NetworkDesign, Training
from nnviz.kinds.race.paths import RacePaths, comparable
from nnviz.kinds.race.run import RaceRun, RaceSnapshot
from nnviz.kinds.race.schema import Lane, Race

BASE = Experiment(data=Data(name="circle", samples=100), training=Training(learning_rate=0.1))
SIZES = tuple(Lane(title=f"{size}", change={"training": {"batch_size": size}}) for size in (50, 10, 1))


def raced(moments: int, lanes: tuple[Lane, ...] = SIZES, base: Experiment = BASE) -> list[RaceSnapshot]:
    run = RaceRun(Race(base=base, lanes=lanes))
    snapshots = [run.snapshot()]
    for _ in range(moments):
        run.advance(1)
        snapshots.append(run.snapshot())
    return snapshots


def rows_of(moments: list[RaceSnapshot]) -> Any:
    return np.array([lane.position.parameters for moment in moments for lane in moment.lanes])


def test_the_plane_is_that_of_the_two_principal_directions() -> None:
    moments = raced(20)
    paths = RacePaths()
    paths.follow(moments)
    rows = rows_of(moments)
    _, values, directions = np.linalg.svd(rows - rows.mean(axis=0), full_matrices=False)
    assert sum(paths.shares) == pytest.approx((values[:2] ** 2).sum() / (values**2).sum())
    drawn = np.concatenate(paths.paths)
    expected = np.concatenate([rows[lane::3] for lane in range(3)]) - rows.mean(axis=0)
    assert np.abs(drawn) == pytest.approx(np.abs(expected @ directions[:2].T), abs=1e-9)


def test_lanes_begin_together_and_a_path_ends_where_its_lane_is() -> None:
    moments = raced(30)
    paths = RacePaths()
    paths.follow(moments)
    starts = np.array([path[0] for path in paths.paths])
    assert np.ptp(starts, axis=0) == pytest.approx([0.0, 0.0], abs=1e-12)
    ends = np.array([path[-1] for path in paths.paths])
    assert ends == pytest.approx(paths.places(moments[-1]))


def test_followed_moment_by_moment_it_comes_to_the_same() -> None:
    moments = raced(40)
    once, bit_by_bit = RacePaths(), RacePaths()
    once.follow(moments)
    for count in range(1, len(moments) + 1):
        bit_by_bit.follow(moments[:count])
    assert bit_by_bit.turned < 30
    for one, other in zip(once.paths, bit_by_bit.paths, strict=True):
        assert len(one) == len(other) == 41
        lengths = [np.hypot(*np.diff(path, axis=0).T).sum() for path in (one, other)]
        assert lengths[0] == pytest.approx(lengths[1], rel=0.05)


def test_a_long_race_keeps_its_first_and_its_last_moment() -> None:
    moments = raced(700, SIZES[:2])
    paths = RacePaths()
    for count in range(1, len(moments) + 1, 50):
        paths.follow(moments[:count])
    paths.follow(moments)
    for lane, path in enumerate(paths.paths):
        assert len(path) <= 128
        assert path[0] == pytest.approx(paths.places(moments[0])[lane])
        assert path[-1] == pytest.approx(paths.places(moments[-1])[lane])


def test_another_line_is_followed_anew() -> None:
    paths = RacePaths()
    paths.follow(raced(20))
    other = raced(10)
    paths.follow(other)
    assert [len(path) for path in paths.paths] == [11, 11, 11]
    assert paths.paths[0][-1] == pytest.approx(paths.places(other[-1])[0])


def test_networks_of_different_shapes_have_no_paths() -> None:
    lanes = tuple(Lane(title="x", change={"network": {"hidden": [size]}}) for size in (2, 3))
    moments = raced(5, lanes)
    paths = RacePaths()
    paths.follow(moments)
    assert not comparable(moments[0])
    assert paths.paths == ()
    assert np.isnan(paths.places(moments[0])).all()


def test_a_lane_that_diverges_does_not_spoil_the_plane() -> None:
    lanes = (
        Lane(title="tame", change={}),
        Lane(title="wild", change={"training": {"learning_rate": 50.0}}),
    )
    base = Experiment(data=Data(name="circle"), network=NetworkDesign(activation="relu", output="identity"))
    moments = raced(12, lanes, base=base)
    assert not moments[-1].lanes[1].finite
    paths = RacePaths()
    paths.follow(moments)
    tame, wild = paths.paths
    assert len(tame) == 13
    assert len(wild) < 13
    assert np.abs(tame).max() < 100.0
