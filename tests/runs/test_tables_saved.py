"""What was found out about tables is saved with every kind of experiment that can have one, to be read alike."""

from collections.abc import Callable
from pathlib import Path

import pytest

from nnviz.data.settings import TableSettings
from nnviz.data.table import understand
from nnviz.experiment.change import Tables
from nnviz.experiment.experiment import INPUTS, Data, Experiment, NetworkDesign
from nnviz.experiment.files import load_experiment
from nnviz.experiment.kind import Kind
from nnviz.kinds.perceptron import Perceptron
from nnviz.kinds.race.schema import Lane, Race
from nnviz.kinds.study.factors import Factor, Variant
from nnviz.kinds.study.schema import Study
from nnviz.kinds.study.snapshot import StudySnapshot
from nnviz.lessons.opening import opened
from nnviz.runs.begin import begin
from nnviz.runs.document import Work
from nnviz.runs.timeline import Timeline

FLOWERS = "nr;a;b;kind\n" + "".join(f"{n};{n % 7},5;{n % 5},25;{'xy'[n % 2]}\n" for n in range(1, 25))
BIRDS = "# seen in May\nc|d|bird\n" + "".join(f"{n % 6}.5|{n % 4}|{'pq'[n % 2]}\n" for n in range(24))

LANES: tuple[Tables, ...] = (
    {},
    {"training": {"learning_rate": 0.3}},
    {"data": {"file": "birds.csv"}},
    {"data": {"target": "b"}},
)


def network(data: Data) -> Kind:
    return Experiment(data=data)


def race(data: Data) -> Kind:
    lanes = tuple(Lane(title=f"{k}", change=_there(change, data)) for k, change in enumerate(LANES))
    return Race(base=_plain(data), lanes=lanes)


def study(data: Data) -> Kind:
    changes = (*LANES, {"data": {"name": "xor"}})
    variants = tuple(Variant(title=f"{k}", change=_there(change, data)) for k, change in enumerate(changes))
    return Study(base=_plain(data), variants=variants, seeds=2, epochs=1, measure="loss")


def _plain(data: Data) -> Experiment:
    return Experiment(data=data, network=NetworkDesign(hidden=(2,), output="identity"))


def _there(change: Tables, data: Data) -> Tables:
    """A change with a file's name beside that of the data."""
    tables = {name: dict(values) for name, values in change.items()}
    if "file" in tables.get("data", {}):
        tables["data"]["file"] = str(Path(data.file).with_name("birds.csv"))
    return tables


@pytest.fixture
def data(tmp_path: Path) -> Data:
    (tmp_path / "flowers.csv").write_text(FLOWERS, encoding="utf-8")
    (tmp_path / "birds.csv").write_text(BIRDS, encoding="utf-8")
    return Data(file=str(tmp_path / "flowers.csv"), train_fraction=1.0)


def saved(experiment: Kind, path: Path, steps: int = 1) -> Kind:
    """The experiment as a file of it is read, after a run of some steps."""
    run = begin(experiment)
    run.advance(steps)
    run.measure()
    Work.of(run.experiment, run.snapshot(), Timeline()).save(path)
    return opened(path).begun().experiment if path.suffix == ".nnviz" else load_experiment(path)


def all_data(experiment: Kind) -> list[Data]:
    if isinstance(experiment, Race | Study):
        return [one.data for one in experiment.experiments]
    assert isinstance(experiment, Experiment | Perceptron)
    return [experiment.data]


@pytest.mark.parametrize("ending", ["toml", "nnviz"])
@pytest.mark.parametrize("steps", [0, 1])
@pytest.mark.parametrize("make", [network, race, study, lambda data: Perceptron(data=data)])
def test_it_is_all_in_the_file(
    data: Data, make: Callable[[Data], Kind], steps: int, ending: str, tmp_path: Path
) -> None:
    experiment = make(data)
    again = saved(experiment, tmp_path / f"a.{ending}", steps)
    for asked, kept in zip(all_data(experiment), all_data(again), strict=True):
        if not asked.file:
            assert not kept.file
            assert kept.table == TableSettings()
            continue
        found = understand(asked.file, asked.table).found
        assert kept.table == found
        assert (found.header, found.encoding) == (True, "utf-8")
    third = saved(again, tmp_path / f"b.{ending}", steps)
    assert [one.table for one in all_data(third)] == [one.table for one in all_data(again)]


def test_where_a_factor_varies_what_all_tables_have_alike_is_kept(data: Data, tmp_path: Path) -> None:
    factor = Factor(key="data.target", values=("a", "b"))
    varied = Study(base=_plain(data), vary=(factor,), seeds=2, epochs=1, measure="loss")
    again = saved(varied, tmp_path / "a.toml")
    assert isinstance(again, Study)
    found = [understand(one.data.file, one.data.table).found for one in varied.experiments]
    assert [one.target for one in found] == ["a", "b"]
    assert [one.data.table for one in again.experiments] == found


def test_tables_that_vary_keep_only_what_they_have_alike(data: Data, tmp_path: Path) -> None:
    factor = Factor(key="data.file", values=(data.file, str(Path(data.file).with_name("birds.csv"))))
    varied = Study(base=_plain(data), vary=(factor,), seeds=2, epochs=1, measure="loss")
    again = saved(varied, tmp_path / "a.toml")
    assert isinstance(again, Study)
    kept = again.base.data
    assert (kept.separator, kept.decimal, kept.target, kept.leave_out) == ("", "", "", ())
    assert (kept.encoding, kept.header, kept.task) == ("utf-8", True, "classification")


def test_a_race_that_gives_its_inputs_back_still_does(data: Data, tmp_path: Path) -> None:
    onto_itself = Data(file=data.file, target=INPUTS, train_fraction=1.0)
    lanes = (Lane(title="a"), Lane(title="b", change={"training": {"learning_rate": 0.1}}))
    again = saved(Race(base=_plain(onto_itself), lanes=lanes), tmp_path / "a.toml")
    assert isinstance(again, Race)
    assert all(one.data.is_onto_itself and one.data.separator == ";" for one in again.experiments)


def test_a_document_of_a_study_goes_on_with_what_it_has_found(data: Data, tmp_path: Path) -> None:
    run = begin(study(data))
    run.advance(2)
    Work.of(run.experiment, run.snapshot(), Timeline()).save(tmp_path / "a.nnviz")
    again = opened(tmp_path / "a.nnviz").begun().run
    assert again
    moment = again.snapshot()
    assert isinstance(moment, StudySnapshot)
    assert moment.done == run.snapshot().done
