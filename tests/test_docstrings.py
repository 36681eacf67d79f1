"""What is public says what it does: itself, in the base that it overrides, or in the protocol that it follows."""

import pkgutil
from collections.abc import Iterator
from functools import cached_property
from importlib import import_module
from types import FunctionType
from typing import Any

import pytest

import nnviz
import nnviz.theme
from nnviz.presenter.guess import DrawingArea
from nnviz.runs.moment import Moment
from nnviz.runs.run import Run

_MODULES = [
    module.name for module in pkgutil.walk_packages(nnviz.__path__, "nnviz.") if module.name != "nnviz.__main__"
]
_SAID_IN_THEME = {"set_theme", "set_style", "set_visible", "is_visible"}
"""Methods of the same name and meaning in many classes: the docstring of `nnviz.theme` says it once."""
_MEMBERS = (FunctionType, property, cached_property, classmethod, staticmethod)


def followed(cls: type[Any]) -> Iterator[type[Any]]:
    """Protocols all of whose methods a class has."""
    for protocol in (DrawingArea, Moment, Run):
        methods = [name for name, member in vars(protocol).items() if isinstance(member, FunctionType)]
        if all(hasattr(cls, name) for name in methods):
            yield protocol


def undocumented(cls: type[Any]) -> Iterator[str]:
    for name, member in vars(cls).items():
        if isinstance(member, _MEMBERS) and not name.startswith("_") and name not in _SAID_IN_THEME:
            bases = [base for base in (*cls.__mro__, *followed(cls)) if name in vars(base)]
            if not any(vars(base)[name].__doc__ or not base.__module__.startswith("nnviz") for base in bases):
                yield f"{cls.__name__}.{name}"


@pytest.mark.parametrize("module", _MODULES)
def test_every_public_method_says_what_it_does_or_overrides_one_that_does(module: str) -> None:
    classes = [cls for cls in vars(import_module(module)).values() if isinstance(cls, type)]
    ours = [cls for cls in classes if cls.__module__ == module and not cls.__name__.startswith("_")]
    assert not [name for cls in ours for name in undocumented(cls)]


def test_what_is_said_once_is_said() -> None:
    assert all(f"{name}(" in (nnviz.theme.__doc__ or "") for name in _SAID_IN_THEME)
