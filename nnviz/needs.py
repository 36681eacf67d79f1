"""What nnviz needs of a Linux system beside Python: said in one line when it is not there, with how to get it."""

import ctypes
import os
import re
import sys

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
