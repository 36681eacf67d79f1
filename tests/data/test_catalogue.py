"""All data to choose from."""

import numpy as np
import pytest

from nnviz.data.bundled import BUNDLED
from nnviz.data.catalogue import CATALOGUE, SOURCES, Request


def test_the_catalogue_holds_all_sources_once() -> None:
    assert list(CATALOGUE) == [*SOURCES, *BUNDLED]
    assert {name for name, source in CATALOGUE.items() if source.is_bundled} == set(BUNDLED)


@pytest.mark.parametrize("name", CATALOGUE)
def test_every_entry_can_be_shown_in_a_line(name: str) -> None:
    source = CATALOGUE[name]
    assert source.name == name
    assert 2 <= len(source.title) <= 24
    assert 10 <= len(source.summary) <= 80
    assert "\n" not in source.title + source.summary
    assert set(source.options) <= {"samples", "noise", "classes", "bits", "points"}


def test_titles_tell_entries_apart() -> None:
    assert len({source.title for source in CATALOGUE.values()}) == len(CATALOGUE)


@pytest.mark.parametrize("name", [n for n, s in CATALOGUE.items() if "points" not in s.options])
def test_every_entry_can_be_made_from_a_plain_request(name: str) -> None:
    source = CATALOGUE[name]
    data = source.make(Request(np.random.default_rng(0)))
    assert data.task == source.task
    assert data.inputs.shape[1] == source.features == len(data.input_names)
    assert len(data.inputs) == len(data.targets)
