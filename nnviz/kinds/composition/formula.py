"""Formulas of nested calls, such as f5(f4(f1(x1), f2(x2)), f2(x2), f3(x3)): read into a graph, and written again.

A name with brackets is a unit, one without an input. Nothing is evaluated: a formula is read letter by letter, and
is at most as long and as deep as said here.
"""

import re
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from nnviz.data.messages import shown
from nnviz.errors import InputError

LONGEST, DEEPEST = 400, 16
"""Letters of a formula, and calls within each other."""
_TOKEN = re.compile(r"\s*([A-Za-z][A-Za-z0-9_]{0,11}|[(),])")
_SUBSCRIPTS = str.maketrans("₀₁₂₃₄₅₆₇₈₉", "0123456789")


class Call(NamedTuple):
    """A unit of a formula, and the names of what it is a function of."""

    name: str
    sources: tuple[str, ...]


class Formula(NamedTuple):
    """A formula that was read.

    Parameters
    ----------
    inputs : tuple of str
        In the order in which they come.
    calls : tuple of Call
        Each unit once, after those that it is a function of.
    evaluations : int
        Calls that are written out, a unit that is written twice counted twice.
    """

    inputs: tuple[str, ...]
    calls: tuple[Call, ...]
    evaluations: int


def read(text: str) -> Formula:
    """Read a formula.

    Raises
    ------
    InputError
        It is none, in one line that says where.
    """
    if len(text) > LONGEST:
        raise InputError(f"formula: {len(text)} letters; allowed: {LONGEST}")
    reader = _Reader(_tokens(text.translate(_SUBSCRIPTS)))
    reader.read_term(0)
    if reader.rest:
        raise InputError(f"formula: {shown(repr(reader.rest[0]))} after its end; allowed: one term")
    if not reader.calls:
        raise InputError(f"formula: {shown(repr(text))} calls nothing; allowed: a function such as f1(x1)")
    return Formula(tuple(reader.inputs), tuple(reader.calls.values()), reader.evaluations)


def written(name: str, sources: Mapping[str, Sequence[str]]) -> str:
    """The formula of a unit, or the name of an input; an ellipsis where it would be too long."""
    text = _written(name, sources, 0)
    return text if len(text) <= LONGEST else f"{name}(…)"


def _written(name: str, sources: Mapping[str, Sequence[str]], depth: int) -> str:
    if name not in sources:
        return name
    if depth >= DEEPEST:
        return f"{name}(…)"
    inside = ""
    for source in sources[name]:
        if len(inside) > LONGEST:
            return f"{name}(…)"
        inside += ", " * bool(inside) + _written(source, sources, depth + 1)
    return f"{name}({inside})"


def _tokens(text: str) -> list[str]:
    tokens, at = [], 0
    while at < len(text.rstrip()):
        found = _TOKEN.match(text, at)
        if found is None:
            wrong = text[at:].lstrip()[0]
            allowed = "names such as f1, brackets, commas"
            raise InputError(f"formula, letter {at + 1}: {shown(repr(wrong))} is not allowed; allowed: {allowed}")
        tokens.append(found[1])
        at = found.end()
    return tokens


class _Reader:
    """Reads terms off a list of tokens."""

    def __init__(self, tokens: list[str]) -> None:
        self.rest = tokens
        self.inputs: list[str] = []
        self.calls: dict[str, Call] = {}
        self.evaluations = 0

    def read_term(self, depth: int) -> str:
        """Read an input or a call; return its name."""
        name = self._next("a name")
        if not name[0].isalpha():
            raise InputError(f"formula: {shown(repr(name))} where a name should be; allowed: names such as f1")
        if self.rest[:1] == ["("]:
            self._read_call(name, depth)
        elif name in self.calls:
            raise InputError(f"formula: {name} without brackets, but it is a function; allowed: {name}(…)")
        elif name not in self.inputs:
            self.inputs.append(name)
        return name

    def _read_call(self, name: str, depth: int) -> None:
        if depth >= DEEPEST:
            raise InputError(f"formula: more than {DEEPEST} calls within each other; allowed: {DEEPEST}")
        sources: list[str] = []
        while self._next("a bracket or a comma") != ")":
            sources.append(self.read_term(depth + 1))
            if self.rest[:1] not in ([","], [")"]):
                raise InputError(f"formula: {name}( is not closed; allowed: a bracket at the end of its arguments")
        call = Call(name, tuple(sources))
        if name in self.inputs:
            raise InputError(f"formula: {name} with and without brackets; allowed: either a function or an input")
        if self.calls.setdefault(name, call) != call:
            raise InputError(f"formula: {name} has other arguments the second time; allowed: the same ones")
        if len(set(sources)) < len(sources):
            raise InputError(f"formula: {name} has one argument twice; allowed: each once")
        self.evaluations += 1

    def _next(self, wanted: str) -> str:
        if not self.rest:
            raise InputError(f"formula: it ends where {wanted} should be; allowed: one term with all its brackets")
        return self.rest.pop(0)
