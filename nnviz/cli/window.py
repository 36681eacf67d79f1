"""``nnviz``: the window; without a display, a picture of it."""

import argparse
import gc
import os
import sys
import tempfile
from pathlib import Path

_DEMONSTRATION = 3.0
"""Seconds of training where nobody can see it."""


def run(arguments: argparse.Namespace) -> int:
    """Open the window and stay until it is closed."""
    if arguments.self_test:
        return _self_test()
    if not has_display():
        return _demonstrate(arguments.file)
    from nnviz.start import show_splash  # noqa: PLC0415 - after the environment is settled

    gc.disable()  # what is made while the program starts is no garbage; once there is a window, it is looked for
    splash = show_splash()
    from nnviz.app import run_window  # noqa: PLC0415 - with something to see meanwhile
    from nnviz.lessons.opening import opened  # noqa: PLC0415 - as above

    return run_window(opened(arguments.file).ready(), splash)


def has_display() -> bool:
    """Whether there is a screen, or a platform of Qt's is asked for by name."""
    if not sys.platform.startswith("linux"):
        return True
    return any(os.environ.get(name) for name in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"))


def _self_test() -> int:
    if not has_display():
        os.environ["QT_QPA_PLATFORM"] = "offscreen"
    from nnviz.selftest import self_test  # noqa: PLC0415 - after the environment is settled

    passed, words = self_test()
    print(words)
    return 0 if passed else 1


def _demonstrate(file: Path | str | None) -> int:
    """Show that it works where nobody can see it: train, and write a picture."""
    os.environ["QT_QPA_PLATFORM"] = "offscreen"
    from nnviz.lessons.opening import opened  # noqa: PLC0415 - after the environment is settled
    from nnviz.pictures import picture_after, picture_of_page  # noqa: PLC0415

    first = opened(file).begun()
    print("There is no display: training offscreen, then a picture of the window.", flush=True)
    out = Path(tempfile.mkdtemp(prefix="nnviz-")) / "nnviz.png"  # where nobody can have put a link
    if first.course:
        picture_of_page(first.course, 0, out, (1280, 800), "light")
    else:
        picture_after(_DEMONSTRATION, first, out)
    print(out)
    return 0
