"""Formulas in a small part of TeX, and what a screen and a plain text make of them."""

import re
from functools import cache
from html import escape

from nnviz.numerals import figure

_TOKENS = re.compile(
    r"\\hat\{y\}|\{\\cdot\}|\\tfrac\{1\}\{2\}|\\(?:text|mathrm)\{[^{}]*\}"
    r"|\\partial ?|\\cdot ?|= ?|\\[A-Za-z]+|\\[,;]|[\^_]\{[^{}]*\}|."
)
_SIGNS = {
    r"\hat{y}": "ŷ",
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
