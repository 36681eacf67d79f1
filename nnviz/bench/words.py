"""The figures in words that a lecturer can use."""

from collections.abc import Iterator

from nnviz.bench import training, window
from nnviz.bench.timing import Figures, machine

_SECONDS, _ROUNDS = 4.0, 2
_ALONE = {
    "W1": "the network that nnviz opens with (4 and 2 neurons, 250 points)",
    "W2": "six layers of 8 neurons, 250 points",
    "W5": "three layers of 64 neurons, 250 points",
    "W6": "32 neurons on 1,797 handwritten digits",
    "W7": "two layers of 512 neurons on 10,000 images of 28×28",
}


def told() -> Iterator[str]:
    """What this machine does, line by line as it is measured; about half a minute."""
    about = machine()
    yield f"{about['processor']}, {about['cores']} cores; {_busy(about)}."
    yield ""
    yield "Without a window, on one core, it trains"
    for workload, figures in training.measure(tuple(_ALONE), rounds=3):
        yield f"  {_number(figures['epochs_per_s']):>8} epochs a second of {_ALONE[workload.name]}"
    yield ""
    for platform, figures in window.measure(("W2",), _SECONDS, _ROUNDS).items():
        yield from _of_window(platform, figures)


def _of_window(platform: str, figures: Figures) -> Iterator[str]:
    pictures = 1000.0 / figures["interval_ms"]["p50"]
    yield f"In the window ({platform}), while all views follow the six layers of 8,"
    kept = f"{figures['training_kept']:.0%} of what it does without"
    yield f"  {_number(figures['epochs_per_s']):>8} epochs a second go on, {kept}"
    yield f"  {_number(pictures):>8} pictures a second are shown; {figures['late_percent']:.0f} of 100 come late"
    if wait := figures["input_ms"]["p99"]:
        yield f"  {_number(wait):>8} ms at most pass until a click is heard (99 of 100)"
    if memory := figures["resident_mb"][1]:
        yield f"  {_number(memory):>8} MB of memory are held"
    yield f"Left alone it takes {figures['idle']['processor_percent']:.1f} % of a core."


def _busy(about: Figures) -> str:
    if not about["load_average"]:
        return "how busy it is with other things it does not say"
    return f"{about['load_average'][0]:.1f} programs were running already"


def _number(value: float) -> str:
    return f"{value:,.0f}" if value >= 10.0 else f"{value:.1f}"


def listed(figures: Figures, indent: str = "") -> Iterator[str]:
    """Figures one below the other, for a person to read."""
    for name, value in figures.items():
        if isinstance(value, dict):
            yield f"{indent}{name}"
            yield from listed(value, f"{indent}  ")
        else:
            yield f"{indent}{name:<20}{_listed(value)}"


def _listed(value: object) -> str:
    if isinstance(value, list):
        return " – ".join(_listed(item) for item in value)
    return f"{value:,g}" if isinstance(value, float) else "" if value is None else str(value)
