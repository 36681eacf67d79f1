"""The table of what a study has found."""

from nnviz.experiment.experiment import Experiment
from nnviz.kinds.study.factors import Factor
from nnviz.kinds.study.results import table_of
from nnviz.kinds.study.schema import Study


def test_a_variant_of_three_axes_is_named_by_its_place_on_each() -> None:
    study = Study(
        base=Experiment(),
        vary=(
            Factor(key="data.samples", values=(10, 20)),
            Factor(key="network.hidden", values=((1,), (2,), (3,))),
            Factor(key="training.learning_rate", values=(0.1, 0.2)),
        ),
    )
    lines = [line.split(",") for line in table_of(study, [{0: 0.5} for _ in study.cells]).decode().splitlines()]
    assert lines[0][2:5] == [axis.title for axis in study.axes]
    places = [tuple(line[2:5]) for line in lines[1:]]
    columns, rows, tables = (axis.names for axis in study.axes)
    assert places == [(column, row, table) for table in tables for row in rows for column in columns]
    assert [cell.title for cell in study.cells] == [", ".join(place) for place in places]
