"""docs/architecture.md says what is so."""

import re
import tomllib
from importlib import import_module
from pathlib import Path

import pytest

from nnviz.data.catalogue import CATALOGUE
from nnviz.data.source import Source
from nnviz.engine.activations import ACTIVATIONS, ActivationFunction
from nnviz.engine.optimizers import OPTIMIZERS, Optimizer
from nnviz.lessons.views import VIEWS, ViewEntry

ROOT = Path(__file__).parent.parent
TEXT = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")


def test_its_rooms_are_the_layers_that_are_checked() -> None:
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["importlinter"]
    layers = [set(layer.split(" | ")) for layer in contracts["contracts"][0]["layers"]]
    told = [set(re.findall(r"`(\w+)`", row.split("|")[1])) for row in re.findall(r"^\| `.*$", TEXT, re.MULTILINE)]
    assert told == layers[1:]  # __main__ is no room


@pytest.mark.parametrize("name", sorted(set(re.findall(r"`((?:nnviz|resources|tests)/[\w./]*)`", TEXT))))
def test_what_it_names_is_there(name: str) -> None:
    assert (ROOT / name).exists()


@pytest.mark.parametrize("name", sorted(set(re.findall(r"`(\w+/\w+\.py)`", TEXT))))
def test_modules_that_it_names_by_their_room_are_there(name: str) -> None:
    assert (ROOT / name).exists() or (ROOT / "nnviz" / name).exists()


def test_records_are_of_the_kinds_that_it_says() -> None:
    for table, record in (
        (ACTIVATIONS, ActivationFunction),
        (OPTIMIZERS, Optimizer),
        (CATALOGUE, Source),
        (VIEWS, ViewEntry),
    ):
        assert table
        assert all(isinstance(entry, record) for entry in table.values())


@pytest.mark.parametrize("entry", VIEWS.values(), ids=lambda entry: entry.name)
def test_every_view_has_a_folder_with_its_class(entry: ViewEntry) -> None:
    module, name = entry.made_by.split(":")
    assert hasattr(import_module(f"nnviz.views.{module}"), name)
    assert (ROOT / "nnviz" / "views" / module.split(".")[0]).is_dir()
