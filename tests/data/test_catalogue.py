"""All data to choose from."""

import hashlib
from dataclasses import fields

import numpy as np
import pytest

from nnviz.data.catalogue import BUNDLED, CATALOGUE, SOURCES, Request, digits, iris
from nnviz.paths import resource


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
    assert set(source.options) <= {field.name for field in fields(Request)} - {"rng"}


def test_titles_tell_entries_apart() -> None:
    assert len({source.title for source in CATALOGUE.values()}) == len(CATALOGUE)


@pytest.mark.parametrize("name", [n for n, s in CATALOGUE.items() if "points" not in s.options])
def test_every_entry_can_be_made_from_a_plain_request(name: str) -> None:
    source = CATALOGUE[name]
    data = source.make(Request(np.random.default_rng(0)))
    assert data.task == source.task
    assert data.inputs.shape[1] == source.features == len(data.input_names)
    assert len(data.inputs) == len(data.targets)


def test_digits_are_the_uci_test_set() -> None:
    data = digits()
    assert data.inputs.shape == (1797, 64)
    assert np.bincount(data.targets).tolist() == [178, 182, 177, 183, 181, 182, 181, 179, 174, 180]
    assert data.class_names == tuple("0123456789")
    assert (data.inputs.min(), data.inputs.max()) == (0.0, 1.0)
    assert np.array_equal(data.inputs * 16, np.round(data.inputs * 16))
    assert data.input_names[:2] + data.input_names[-1:] == ("pixel 1,1", "pixel 1,2", "pixel 8,8")


def test_the_first_digit_looks_like_a_zero() -> None:
    data = digits()
    image = data.inputs[0].reshape(8, 8)
    assert data.targets[0] == 0
    assert image[3:5, 3:5].max() < 0.1 < image[3:5, 2].min()
    assert hashlib.sha256((data.inputs * 16).astype(np.uint8).tobytes()).hexdigest().startswith("8f26b2bd9d135c25")


def test_iris_is_fishers() -> None:
    data = iris()
    assert data.inputs.shape == (150, 4)
    assert np.bincount(data.targets).tolist() == [50, 50, 50]
    assert data.class_names == ("setosa", "versicolor", "virginica")
    assert data.input_names == ("sepal length", "sepal width", "petal length", "petal width")
    assert np.allclose(data.inputs.mean(axis=0), [5.8433, 3.0573, 3.7580, 1.1993], atol=1e-4)
    # The two rows that are wrong in UCI's copy.
    assert data.inputs[[34, 37]].tolist() == [[4.9, 3.1, 1.5, 0.2], [4.9, 3.6, 1.4, 0.1]]


@pytest.mark.parametrize("name", BUNDLED)
def test_the_origin_of_each_is_told(name: str) -> None:
    origins = resource("data", "SOURCES.md").read_text(encoding="utf-8")
    read = "digits" if name.startswith("digit") else name
    files = [path.name for path in resource("data").glob(f"{read}.*")]
    assert len(files) == 1
    assert f"## {files[0]}" in origins
