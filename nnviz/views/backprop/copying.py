"""A step as text and as LaTeX, to be pasted into notes."""

from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QWidget

from nnviz.analysis.example.formulas import formulas
from nnviz.analysis.example.notation import plain
from nnviz.analysis.example.state import ExampleState, caption


def as_text(look: ExampleState) -> str:
    """The step in words, its formulas with letters and with numbers."""
    lines = [words for line in formulas(look) for words in (line.letters, line.numbers) if words]
    return "\n".join([caption(look), *map(plain, lines)])


def as_latex(look: ExampleState) -> str:
    """The same as an environment of aligned formulas."""
    lines = [words for line in formulas(look) for words in (line.letters, line.numbers) if words]
    rows = " \\\\\n".join(f"  {_aligned(words)}" for words in lines)
    return f"% {caption(look)}\n\\begin{{aligned}}\n{rows}\n\\end{{aligned}}"


def _aligned(words: str) -> str:
    """A formula with the mark before its first sign of relation that TeX aligns it by."""
    at = min((words.index(sign) for sign in ("=", r"\leftarrow") if sign in words), default=-1)
    return words if at < 0 else f"{words[:at]}&{words[at:]}"


def copy_text(look: ExampleState | None) -> None:
    """Copy the step as text."""
    if look:
        QGuiApplication.clipboard().setText(as_text(look))


def copy_latex(look: ExampleState | None) -> None:
    """Copy the step as LaTeX."""
    if look:
        QGuiApplication.clipboard().setText(as_latex(look))


def copy_picture(widget: QWidget) -> None:
    """Copy what a widget shows."""
    QGuiApplication.clipboard().setPixmap(widget.grab())
