"""What is asked of each figure, and the table that sets them beside each other."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

_SCIKIT_LEARN = (18.0, 15.0, 15.0, 80.0, 9.0, 10.0, 1.7)
_PYTORCH = (33.0, 27.0, 26.0, 130.0, 12.0, 12.5, 1.0)
_CALLS = (1.3, 1.3, 1.4)
_BROWSER = {"others.W1.": 10.0, "others.W4.": 10.0, "": 30.0, "others.W3.": 30.0, "others.W5.": 30.0}
_WIDTHS = (48, 12, 18, 12)


@dataclass(frozen=True)
class Floor:
    """A bound: of the figure at ``path`` (keys joined by dots), from above if ``most``, else from below."""

    path: str
    bound: float
    most: bool = False

    def met(self, value: float) -> bool:
        """Whether a figure is on the right side."""
        return value <= self.bound if self.most else value >= self.bound


def floors() -> Iterator[Floor]:
    """Every bound, in the order of the table."""
    for number, (sklearn, torch) in enumerate(zip(_SCIKIT_LEARN, _PYTORCH, strict=True), start=1):
        yield Floor(f"train.W{number}.vs_sklearn", sklearn)
        yield Floor(f"train.W{number}.vs_torch", torch)
    for number, bound in enumerate(_CALLS, start=1):
        yield Floor(f"train.W{number}.tape_vs_calls", bound, most=True)
    yield Floor("train.W7.dot_share", 0.86)
    yield Floor("sweep.vs_one_by_one", 6.0)
    for platform in ("xcb", "offscreen"):
        yield from _of_window(f"window.{platform}.")
    for platform in ("xcb", "offscreen"):
        yield Floor(f"start.{platform}.first_vs_imports", 1.3, most=True)
        yield Floor(f"start.{platform}.all_vs_imports", 2.4, most=True)
        yield Floor(f"start.{platform}.resident_mb", 140.0, most=True)


def _of_window(prefix: str) -> Iterator[Floor]:
    for path, bound in {
        "work_ms.p50": 8.0,
        "work_ms.p95": 10.5,
        "work_ms.p99": 15.0,
        "late_points": 1.0,
        "input_ms.p99": 20.0,
        "tick_ms.p50": 1.0,
        "grid_vs_tanh": 1.7,
        "others.5x64.work_ms.p95": 14.0,
        "others.W7.work_ms.p95": 14.0,
        "others.W1.aged.work_vs_fresh": 1.1,
        "idle.processor_percent": 1.0,
        "idle.paintings": 0.0,
    }.items():
        yield Floor(prefix + path, bound, most=True)
    yield Floor(f"{prefix}training_kept", 0.8)
    for path, bound in _BROWSER.items():
        yield Floor(f"{prefix}{path}vs_browser", bound)


def found(figures: dict[str, Any], path: str) -> Any:
    """The figure at a path; None if it was not measured."""
    value: Any = figures
    for key in path.split("."):
        if not isinstance(value, dict) or key not in value:
            return None
        value = value[key]
    return value


def table(figures: dict[str, Any]) -> Iterator[str]:
    """Each figure that was measured, its spread, what is asked, and whether that is met."""
    yield _row("figure", "measured", "spread", "asked", "")
    for floor in floors():
        value = found(figures, floor.path)
        if value is not None:
            asked = f"{'≤' if floor.most else '≥'} {floor.bound:g}"
            yield _row(floor.path, f"{value:g}", _spread(figures, floor.path), asked, _verdict(floor, value))


def _spread(figures: dict[str, Any], path: str) -> str:
    parent, _, name = path.rpartition(".")
    quartiles = found(figures, f"{parent}.spread.{name}")
    return " – ".join(f"{value:g}" for value in quartiles) if quartiles else ""


def _verdict(floor: Floor, value: float) -> str:
    return "" if floor.met(value) else "MISSED"


def _row(*cells: str) -> str:
    return "".join(f"{cell:<{width}}" for cell, width in zip(cells, (*_WIDTHS, 0), strict=True)).rstrip()
