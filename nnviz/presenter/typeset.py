"""Finds formulas between dollar signs and typesets them, without Qt.

The typesetter, `ziamath`, converts a TeX formula to outlines of STIX Two Math. It is imported with the first
formula, as most of nnviz needs none.
"""

import re
import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from types import ModuleType
from xml.etree import ElementTree as ET

from nnviz.errors import InputError
from nnviz.lessons.validation import CODE, DISPLAY, INLINE

LONGEST = 400
"""Characters of the longest formula allowed: enough for any slide, and typeset without a noticeable wait."""
_UNIT = 100.0
_LONGEST_QUOTE = 60
_WIDEST, _HIGHEST = 120.0, 40.0
_TOO_LARGE = "too large to be shown"
_LEAST = 1e-6
_LEAST_SCRIPT = 0.8
_MOST_WORK = 600
"""A tenth of a second: the typesetter goes through what is in a row twice, through a fence four times."""
_WORK_WITHIN = dict.fromkeys(
    ("math", "mrow", "mtd", "mstyle", "mpadded", "mphantom", "merror", "msqrt", "menclose"), 2
) | {"mfenced": 4}
_LENGTHS = {"width", "height", "depth", "voffset", "lspace", "rspace", "linethickness", "minsize", "maxsize"}
_LONGEST_GAPS = 40.0
"""Of all rules and spaces of a formula together, in whatever unit: arrows and roots grow with them."""
_PATTERN = re.compile(f"(?P<code>{CODE})|{DISPLAY}|{INLINE}", re.DOTALL)


@dataclass(frozen=True)
class Formula:
    """A formula in TeX; ``display`` puts it on its own line."""

    source: str
    display: bool = False


@dataclass(frozen=True)
class FormulaDrawing:
    """A typeset formula; lengths are in units of the text size.

    Parameters
    ----------
    svg : str
        Its outlines in black.
    width, ascent, descent : float
        Its width, and its extent above and below the baseline.
    """

    svg: str
    width: float
    ascent: float
    descent: float


def divided(words: str) -> Sequence[str | Formula]:
    """Split a text into plain text and formulas; code between backticks is text."""
    parts: list[str | Formula] = []
    end = 0
    for match in _PATTERN.finditer(words):
        if match["code"] is None:
            source = match["display"] or match["inline"]
            parts += [words[end : match.start()], Formula(source.strip(), match["display"] is not None)]
            end = match.end()
    return [part for part in (*parts, words[end:]) if part]


def valid(formula: str) -> str | None:
    """One line on what is wrong with a formula; None if it can be typeset."""
    try:
        typeset(Formula(formula))
    except InputError as error:
        return str(error)
    return None


@cache
def typeset(formula: Formula) -> FormulaDrawing:
    """A formula as outlines.

    Raises
    ------
    InputError
        One line with the formula and what is wrong with it.
    """
    source = formula.source
    if len(source) > LONGEST:
        raise _wrong(source, f"{len(source)} characters are too many; allowed: {LONGEST}")
    if complaint := _unbalanced(source):
        raise _wrong(source, complaint)
    typesetter = _typesetter()
    try:
        drawing, unknown = _draw(formula, typesetter)
    except InputError:
        raise
    except RecursionError as error:
        raise _wrong(source, "too deeply nested") from error
    except Exception as error:  # the typesetter defines no error class
        raise _wrong(source, "not TeX that can be typeset") from error
    if unknown:
        raise _wrong(source, f"unknown command {unknown}")
    if min(drawing.ascent, drawing.descent, 0.0) < -_HIGHEST or drawing.ascent + drawing.descent < -_LEAST:
        raise _wrong(source, "a row of it is empty, and cannot be drawn")
    if drawing.width > _WIDEST or drawing.ascent + drawing.descent > _HIGHEST:
        raise _wrong(source, _TOO_LARGE)
    return drawing


def _wrong(source: str, complaint: str) -> InputError:
    line = " ".join(source.split())
    shown = line if len(line) <= _LONGEST_QUOTE else line[:_LONGEST_QUOTE] + "…"
    return InputError(f"formula ${shown}$: {complaint}")


def _unbalanced(source: str) -> str | None:
    depth = 0
    for sign in re.findall(r"(?<!\\)(?:\\\\)*([{}])", source):
        depth += 1 if sign == "{" else -1
        if depth < 0:
            return "} without its {"
    return "{ without its }" if depth else None


def _draw(formula: Formula, typesetter: ModuleType) -> tuple[FormulaDrawing, str]:
    """The drawing, and the commands that the typesetter does not know."""
    tree = ET.fromstring(typesetter.tex.tex2mml(formula.source, inline=not formula.display))  # noqa: S314 - made here
    names = (element.text or "" for element in tree.iter() if not element.tag.endswith("mtext"))
    unknown = next((name for name in names if re.match(r"\\\w", name)), "")
    if _work(tree) > _MOST_WORK:
        raise RecursionError
    if _gaps(tree) > _LONGEST_GAPS:
        raise _wrong(formula.source, _TOO_LARGE)
    math = typesetter.Math(tree, size=_UNIT, margin=0.0)
    box = math.node.bbox
    width, ascent, descent = (length / _UNIT for length in (box.xmax - box.xmin, box.ymax, -box.ymin))
    return FormulaDrawing(math.svg(), width, ascent, descent), unknown


def _work(element: ET.Element, times: int = 1) -> int:
    within = times * _WORK_WITHIN.get(element.tag.rpartition("}")[2], 1)
    return times + sum(_work(inner, within) for inner in element)


def _gaps(tree: ET.Element) -> float:
    """All lengths that the formula gives, one after the other."""
    given = (value for element in tree.iter() for name, value in element.items() if name in _LENGTHS)
    return sum(float(number) for value in given for number in re.findall(r"\d+(?:\.\d+)?", value))


@cache
def _typesetter() -> ModuleType:
    with warnings.catch_warnings(
        action="ignore", category=DeprecationWarning
    ):  # it uses an old way to find its font
        import ziamath  # noqa: PLC0415 - takes a fifth of a second, and only formulas need it
    from ziafont.config import config as outlines  # noqa: PLC0415
    from ziamath.config import config as setting  # noqa: PLC0415

    outlines.svg2 = False  # Qt's SVG does not support symbols
    setting.minsizefraction = _LEAST_SCRIPT  # the last row must be able to read an index
    return ziamath
