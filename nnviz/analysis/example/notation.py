"""The letters of the lectures, deltas or the Jacobians of layers, and formulas in a small part of TeX."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from html import escape

import numpy as np

from nnviz.numerals import figure

_TOKENS = re.compile(
    r"\{\\cdot\}|\\tfrac\{1\}\{2\}|\\(?:text|mathrm)\{[^{}]*\}"
    r"|\\partial ?|\\cdot ?|= ?|\\[A-Za-z]+|\\[,;]|[\^_]\{[^{}]*\}|."
)
_SIGNS = {
    r"\tfrac{1}{2}": "½",
    r"\delta": "δ",
    r"\sigma": "σ",
    r"\partial": "∂",
    r"\ell": "ℓ",
    r"\cdot": "·",
    r"{\cdot}": "·",
    r"\sum": "Σ",
    r"\eta": "η",
    r"\lambda": "λ",
    r"\leftarrow": "←",
    r"\circ": "∘",
    r"\infty": "∞",
    r"\,": "\N{THIN SPACE}",
    r"\;": " ",
    "'": "′",
    "~": "\N{NO-BREAK SPACE}",
    "-": "−",
}
_HIGH = str.maketrans("0123456789+-−TlL", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁻ᵀˡᴸ")
_LOW = str.maketrans("0123456789ijk", "₀₁₂₃₄₅₆₇₈₉ᵢⱼₖ")
_POWER = re.compile(r"(.*)·10([⁻⁰¹²³⁴⁵⁶⁷⁸⁹]+)")
_AS_DIGITS = str.maketrans("⁻⁰¹²³⁴⁵⁶⁷⁸⁹", "-0123456789")


def number(value: float) -> str:
    """A number in TeX, as `figure` writes it."""
    words = figure(float(value)).replace("−", "-").replace("∞", r"\infty").replace("—", r"\text{—}")
    if match := _POWER.fullmatch(words):
        return rf"{match[1]}{{\cdot}}10^{{{match[2].translate(_AS_DIGITS)}}}"
    return words


def factor(value: float) -> str:
    """A number within a product: in brackets if it has a sign or is a product itself."""
    words = number(value)
    return f"({words})" if words.startswith("-") or "cdot" in words else words


@cache
def plain(tex: str) -> str:
    """A formula as text, with raised and lowered digits where there are such."""
    return "".join(map(_plain, _TOKENS.findall(tex))).replace("\N{NO-BREAK SPACE}", " ")


def rich(tex: str) -> str:
    """A formula as Qt's rich text."""
    return "".join(map(_rich, _TOKENS.findall(tex)))


def _sign(token: str) -> str:
    if (stripped := token.rstrip()) in _SIGNS and stripped:
        return _SIGNS[stripped] + token[len(stripped) :] * (stripped != r"\partial")
    if token.startswith((r"\text", r"\mathrm")):
        return token[token.index("{") + 1 : -1]
    return token.removeprefix("\\")


def _plain(token: str) -> str:
    if token[0] == "^" and len(token) > 1:
        return token[2:-1].translate(_HIGH)
    if token[0] == "_" and len(token) > 1:
        return token[2:-1].translate(_LOW)
    return _sign(token)


def _rich(token: str) -> str:
    if token[0] in "^_" and len(token) > 1:
        tag = "sup" if token[0] == "^" else "sub"
        return f"<{tag}>{''.join(_sign(part) for part in token[2:-1])}</{tag}>"
    words = escape(_sign(token))
    if len(words) == 2 and words[0] in "=·":
        return f"{words[0]}&nbsp;"  # a line is broken before such a sign, not after it
    return f"<i>{words}</i>" if len(token) == 1 and token.isalpha() else words


LOSS = r"\ell"
"""The loss of the sample."""


@dataclass(frozen=True)
class Notation:
    """How things are called; layers counted from 1, the inputs are layer 0; units from 0.

    A unit of None means the vector, or the matrix, of all units.

    Parameters
    ----------
    layers : int
        L: layers that compute.
    outputs : int
        Units of the last.
    jacobian : bool
        a, h, y and ∂ℓ/∂a in place of p, o and δ.
    """

    layers: int
    outputs: int
    jacobian: bool = False

    def sum(self, layer: int, unit: int | None = None) -> str:
        """The pre-activation."""
        return _indexed("a" if self.jacobian else "p", layer, unit)

    def activation(self, layer: int, unit: int | None = None) -> str:
        """The activation; of layer 0 the input."""
        if layer == 0:
            return "x" + _low(unit)
        if self.jacobian and layer == self.layers:
            return "y" + (_low(unit) if self.outputs > 1 else "")
        return _indexed("h" if self.jacobian else "o", layer, unit)

    def target(self, unit: int | None = None) -> str:
        """What the output should be."""
        return "t" + (_low(unit) if self.outputs > 1 else "")

    def weight(self, layer: int, unit: int, source: int | None) -> str:
        """A weight, or with ``source`` None the bias."""
        return _indexed("b", layer, unit) if source is None else _indexed("w", layer, unit, source)

    def matrix(self, layer: int) -> str:
        """All weights of a layer."""
        return _indexed("W", layer, None)

    def bias(self, layer: int) -> str:
        """All biases of a layer."""
        return _indexed("b", layer, None)

    def slope(self, layer: int, unit: int | None = None) -> str:
        """The activation function's derivative there."""
        return rf"\sigma'({self.sum(layer, unit)})"

    def delta(self, layer: int, unit: int | None = None) -> str:
        """The loss by the pre-activation."""
        return self.by(self.sum(layer, unit)) if self.jacobian else _indexed(r"\delta", layer, unit)

    def by(self, what: str) -> str:
        """The loss's derivative by something."""
        return rf"\partial {LOSS}/\partial {what}"


def _indexed(letter: str, layer: int, *units: int | None) -> str:
    return f"{letter}^{{{layer}}}{_low(*units)}"


def _low(*units: int | None) -> str:
    """Indices counted from 1; a comma between them where one of them has two digits."""
    numbers = [str(unit + 1) for unit in units if unit is not None]
    if not numbers:
        return ""
    between = "," if max(map(len, numbers)) > 1 else ""
    return f"_{{{between.join(numbers)}}}"


@dataclass(frozen=True)
class TwoLineFormula:
    """A line of letters and a line of numbers, in TeX; either may be empty."""

    letters: str
    numbers: str = ""


@dataclass(frozen=True)
class Term:
    """A product of two numbers with their names."""

    names: tuple[str, str]
    values: tuple[float, float]

    @property
    def product(self) -> float:
        """What it comes to."""
        return self.values[0] * self.values[1]


def summed(terms: Sequence[Term], most: int) -> tuple[str, str]:
    """A sum of products, the largest as they are and the rest as one number."""
    shown = sorted(sorted(range(len(terms)), key=lambda k: -abs(terms[k].product))[:most])
    letters = [rf"{terms[k].names[0]}\,{terms[k].names[1]}" for k in shown]
    numbers = [rf"{factor(terms[k].values[0])} \cdot {factor(terms[k].values[1])}" for k in shown]
    rest = [term.product for k, term in enumerate(terms) if k not in set(shown)]
    if rest:
        letters.append(rf"\text{{{len(rest):,} more}}")
        numbers.append(factor(float(np.sum(rest))))
    return " + ".join(letters), " + ".join(numbers)


def more(count: int) -> list[str]:
    """A word for what is left out, if anything is."""
    return [rf"\text{{{count:,} more}}"] if count > 0 else []
