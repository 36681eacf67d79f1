"""Formulas with letters and with numbers, and sums within them."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from nnviz.analysis.example.tex import factor


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
