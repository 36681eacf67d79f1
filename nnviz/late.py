"""What is imported late: a window that waits for whatever it may ever show stands too late.

Tables that say where something is to be found by its name are all there is to it. What only one command needs is
imported where that command is carried out.
"""

from collections.abc import Iterator, Mapping
from importlib import import_module
from typing import Any, TypeVar

T = TypeVar("T")


class Late(Mapping[str, T]):
    """Classes or functions by name, each imported when it is first asked for.

    Parameters
    ----------
    package : str
        Where their modules are.
    places : mapping of str to str
        Module, colon, and class or function, by name.
    """

    def __init__(self, package: str, places: Mapping[str, str]) -> None:
        self._package, self._places = package, places

    def __getitem__(self, name: str) -> T:
        module, found = self._places[name].split(":")
        value: T = getattr(import_module(f"{self._package}.{module}"), found)
        return value

    def __iter__(self) -> Iterator[str]:
        return iter(self._places)

    def __len__(self) -> int:
        return len(self._places)

    def name_of(self, found: type[Any]) -> str:
        """The name of a class, for which none is imported."""
        place = f"{found.__module__.removeprefix(f'{self._package}.')}:{found.__name__}"
        return next(name for name, its_place in self._places.items() if its_place == place)
