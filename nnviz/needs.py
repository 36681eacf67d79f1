"""What nnviz needs of a Linux system beside Python: said in one line when it is not there, with how to get it."""

import ctypes
import os
import re
import socket
import sys
from collections.abc import Iterable
from pathlib import Path

FONT_PACKAGE = "fonts-dejavu-core"

LIBRARIES = {  # soname: Debian's package
    "libGL.so.1": "libgl1",
    "libEGL.so.1": "libegl1",
    "libglib-2.0.so.0": "libglib2.0-0",
    "libfontconfig.so.1": "libfontconfig1",
    "libdbus-1.so.3": "libdbus-1-3",
    "libxkbcommon.so.0": "libxkbcommon0",
}
WINDOW_LIBRARIES = {  # to open a window on X; Qt would end the program without them
    "libxcb-cursor.so.0": "libxcb-cursor0",
    "libxkbcommon-x11.so.0": "libxkbcommon-x11-0",
    "libxcb-icccm.so.4": "libxcb-icccm4",
    "libxcb-keysyms.so.1": "libxcb-keysyms1",
    "libxcb-shape.so.0": "libxcb-shape0",
}


def told(error: ImportError) -> str | None:
    """What is missing, if it is a library of the system that could not be loaded."""
    found = re.match(r"(lib\S+\.so[.\d]*): cannot open shared object file", str(error))
    return _lacking(found[1]) if found else None


def lacking_for_x() -> str | None:
    """What Qt would miss to open a window on X; an installed program has it all, or depends on it."""
    platform = os.environ.get("QT_QPA_PLATFORM", "xcb")
    if sys.platform != "linux" or getattr(sys, "frozen", False) or platform != "xcb":
        return None
    if not os.environ.get("DISPLAY"):
        return None
    return next((_lacking(name) for name in WINDOW_LIBRARIES if not _loads(name)), None)


def silent_display(plugins: Iterable[str]) -> str | None:
    """What to say where no screen answers; Qt would end the program, with advice that does not help.

    Parameters
    ----------
    plugins : iterable of str
        Names of Qt's platforms, as far as they are known.
    """
    if sys.platform != "linux":
        return None
    asked = [name.partition(":")[0] for name in os.environ.get("QT_QPA_PLATFORM", "").split(";") if name]
    known = sorted(plugins)
    if asked and known and not any(name.startswith(tuple(known)) for name in asked):
        return f"QT_QPA_PLATFORM: {asked[0]!r} is no platform of Qt's; allowed: {', '.join(known)}"
    named = {"xcb": "DISPLAY", "wayland": "WAYLAND_DISPLAY"}
    wanted = [name.partition("-")[0] for name in asked] or [n for n, key in named.items() if os.environ.get(key)]
    if not wanted or any(name not in named or _answers(name) for name in wanted):
        return None
    key = named[wanted[0]]
    if given := os.environ.get(key):
        return f"no screen answers at {key}={given!r}; unset {key} to have a picture in place of the window"
    return f"no screen answers: {key} names none"


def lacking_font() -> str:
    """What to say where there is nothing to write with."""
    return f"there is no font on this system; on Debian and Ubuntu: sudo apt-get install {FONT_PACKAGE}"


def _lacking(library: str) -> str:
    package = (LIBRARIES | WINDOW_LIBRARIES).get(library)
    how = f"sudo apt-get install {package}" if package else "install the package that has it"
    return f"this system lacks {library}; on Debian and Ubuntu: {how}"


def _loads(library: str) -> bool:
    try:
        ctypes.CDLL(library)
    except OSError:
        return False
    return True


def _answers(platform: str) -> bool:
    return _x_answers() if platform == "xcb" else _wayland_answers()


def _x_answers() -> bool:
    """Whether an X server takes a connection; without the library that asks, Qt is left to find out."""
    try:
        xcb = ctypes.CDLL("libxcb.so.1")
    except OSError:
        return True
    xcb.xcb_connect.restype = ctypes.c_void_p
    xcb.xcb_connection_has_error.argtypes = xcb.xcb_disconnect.argtypes = [ctypes.c_void_p]
    connection = xcb.xcb_connect(None, None)
    answers = not xcb.xcb_connection_has_error(connection)
    xcb.xcb_disconnect(connection)
    return answers


def _wayland_answers() -> bool:
    """Whether a Wayland compositor takes a connection at its socket."""
    folder, name = os.environ.get("XDG_RUNTIME_DIR", ""), os.environ.get("WAYLAND_DISPLAY", "wayland-0")
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as connection:
        try:
            connection.connect(str(Path(folder, name)))
        except OSError:
            return False
    return True
