"""Experiments, runs and valid experiments at random, for the tests of what is tried and carried out."""

from collections.abc import Iterable
from typing import Any

import pytest
from hypothesis import strategies as st

from nnviz.data.catalogue import CATALOGUE
from nnviz.data.features import FEATURES
from nnviz.engine.activations import ACTIVATIONS
from nnviz.engine.initializers import INITIALIZERS
from nnviz.engine.optimizers import OPTIMIZERS
from nnviz.engine.outputs import LOSSES, OUTPUTS
from nnviz.experiment.experiment import Data, Experiment, NetworkDesign, Training

_seeds = st.integers(0, 2**63 - 1)
_texts = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=12)
_numbers = st.floats(allow_nan=False, allow_infinity=False)


def _any_of(names: Iterable[str]) -> st.SearchStrategy[Any]:
    return st.sampled_from(tuple(names))


def _tuples(items: st.SearchStrategy[Any], **lengths: Any) -> st.SearchStrategy[Any]:
    return st.lists(items, **lengths).map(tuple)


_data = st.fixed_dictionaries(
    {
        "samples": st.integers(2, 100_000),
        "noise": st.floats(0.0, 1.0),
        "train_fraction": st.floats(0.0, 1.0, exclude_min=True),
        "standardize": st.booleans(),
        "features": _tuples(_any_of(FEATURES), max_size=7),
        "classes": st.integers(2, 10),
        "bits": st.integers(2, 16),
        "axes": st.just(()) | _tuples(_texts, min_size=2, max_size=2, unique=True),
        "points": _tuples(_tuples(_numbers, min_size=2, max_size=3), min_size=1, max_size=5),
        "task": _any_of(["auto", "classification", "regression"]),
        "target": st.just("") | _texts,
        "seed": _seeds,
    }
)
_where: st.SearchStrategy[Any] = st.builds(dict, name=_any_of(CATALOGUE)) | st.builds(dict, file=_texts)
_connections = st.tuples(st.integers(1, 33), st.integers(1, 5000), st.integers(1, 5000))


@st.composite
def _networks(draw: st.DrawFn, loss: str) -> NetworkDesign:
    hidden = draw(_tuples(st.integers(1, 4096), max_size=32))
    names = _any_of(ACTIVATIONS)
    return NetworkDesign(
        hidden=hidden,
        activation=draw(names | _tuples(names, min_size=len(hidden), max_size=len(hidden))),
        alpha=draw(st.floats(0.0, 1.0)),
        output=draw(_any_of(name for name in OUTPUTS if name in LOSSES[loss].outputs)),
        initializer=draw(_any_of(INITIALIZERS)),
        cut=draw(_tuples(_connections, max_size=3)),
        frozen=draw(_tuples(st.integers(1, len(hidden) + 1), max_size=3)),
    )


@st.composite
def _experiments(draw: st.DrawFn) -> Experiment:
    loss = draw(_any_of(LOSSES))
    training = Training(
        loss=loss,
        optimizer=draw(_any_of(OPTIMIZERS)),
        learning_rate=draw(st.floats(0.0, 1000.0, exclude_min=True)),
        momentum=draw(st.floats(0.0, 1.0, exclude_max=True)),
        batch_size=draw(st.integers(1, 100_000)),
        shuffle=draw(st.booleans()),
        l1=draw(st.floats(0.0, 1000.0)),
        l2=draw(st.floats(0.0, 1000.0)),
        seed=draw(_seeds),
        precision=draw(_any_of(["double", "single"])),
        start=draw(st.just("") | _texts),
    )
    data = Data(**draw(_data), **draw(_where))
    return Experiment(data=data, network=draw(_networks(loss)), training=training)


@pytest.fixture(scope="session")
def experiments() -> st.SearchStrategy[Experiment]:
    """Valid experiments of every kind."""
    return _experiments()
