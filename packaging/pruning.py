"""What the frozen build leaves out: everything that is not named here stays in.

`UNUSED_MODULES` are never looked at; `UNUSED_FILES` are collected by PyInstaller's hooks and taken out again. Each
group has its line in the table of packaging/README.md.
"""

from __future__ import annotations

import sys
import sysconfig
from collections.abc import Iterable
from fnmatch import fnmatchcase
from pathlib import Path, PurePosixPath

Entry = tuple[str, str, str]
"""What PyInstaller collects: where it goes, where it comes from, what kind it is."""

_OTHER_PICTURES = (  # noqa: SIM905 - fifty in quotation marks would be read by nobody
    "Avif Blp Bmp BufrStub Cur Dcx Dds Eps Fits Fli Fpx Ftex Gbr GribStub Hdf5Stub Icns Ico Im "
    "Imt Iptc Jpeg Jpeg2K McIdas Mic Mpeg Mpo Msp Palm Pcd Pcx Pdf Pixar Png Ppm Psd Qoi Sgi "
    "Spider Sun Tga Tiff Wmf XVThumb Xbm Xpm"
).split()
"""What Pillow reads and writes besides GIF and WebP."""

UNUSED_MODULES = {
    "network and TLS": (
        *(
            "ssl",
            "_ssl",
            "_hashlib",
            "ftplib",
            "http",
            "urllib.request",
            "imaplib",
            "poplib",
            "smtplib",
            "telnetlib",
        ),
        *("xmlrpc", "socketserver", "wsgiref", "PySide6.QtNetwork"),
    ),
    "tests and tools for programmers": (
        *("test", "unittest.mock", "doctest", "pdb", "lib2to3", "ensurepip", "venv", "idlelib", "turtledemo"),
        *("setuptools", "pkg_resources", "distutils", "pip", "numpy.f2py", "numpy.distutils", "PySide6.QtTest"),
        *("pytest", "hatchling", "PyInstaller"),
    ),
    "databases, other windows, terminals": (
        *("sqlite3", "_sqlite3", "tkinter", "_tkinter", "curses", "readline", "dbm"),
        *("bz2", "_bz2", "lzma", "_lzma", "_uuid"),
    ),
    "pictures of other kinds": (
        *(f"PIL.{kind}ImagePlugin" for kind in _OTHER_PICTURES),
        *("PIL._avif", "PIL._imagingcms", "PIL._imagingft", "PIL._imagingtk", "PIL._imagingmath"),
        *("PIL._imagingmorph", "PIL.ImageCms", "PIL.ImageFont", "PIL.ImageTk", "PIL.ImageQt", "PIL.ImageShow"),
    ),
    "Qt that no window of ours uses": (
        *("PySide6.QtQml", "PySide6.QtQuick", "PySide6.QtPdf"),
        *("PySide6.QtDBus", "PySide6.QtPrintSupport", "PySide6.QtSql", "PySide6.QtSvgWidgets"),
    ),
}

_PLUGINS = "PySide6/Qt/plugins" if sys.platform != "win32" else "PySide6/plugins"

UNUSED_FILES = {
    "network and TLS": (f"{_PLUGINS}/tls/*", f"{_PLUGINS}/networkinformation/*", "*Qt6Network*", "*QtNetwork*"),
    "Qt that no window of ours uses": (
        *("*Qt6Qml*", "*Qt6Quick*", "*Qt6Pdf*", "*Qt6VirtualKeyboard*", "*Qt6Test*"),
        *("*opengl32sw.dll", "*d3dcompiler_*.dll"),
    ),
    "platforms without a desktop": (
        *(f"{_PLUGINS}/platforms/{name}*" for name in ("*eglfs", "*linuxfb", "*vnc", "*vkkhrdisplay", "*minimal")),
        *(f"{_PLUGINS}/{folder}/*" for folder in ("egldeviceintegrations", "generic", "xcbglintegrations")),
        *(f"{_PLUGINS}/wayland-graphics-integration-*/*", f"{_PLUGINS}/platformthemes/*gtk3*"),
        *(
            f"{_PLUGINS}/wayland-shell-integration/{name}*"
            for name in ("*ivi", "*fullscreen", "*wl-shell", "*qt-")
        ),
        *("*Qt6EglF[Ss]*", "*Qt6WlShellIntegration*", f"{_PLUGINS}/wayland-decoration-client/*adwaita*"),
    ),
    "pictures of other kinds": (
        *(f"{_PLUGINS}/imageformats/*{kind}.*" for kind in ("gif", "icns", "tga", "tiff", "wbmp", "webp")),
        f"{_PLUGINS}/imageformats/*pdf.*",
    ),
    "colours and icons of pyqtgraph": ("pyqtgraph/colors/*", "pyqtgraph/icons/peegee/*"),
    "where packages were installed from": ("*.dist-info/direct_url.json", "*.dist-info/REQUESTED"),
    "translations of Qt": ("PySide6/Qt/translations/*", "PySide6/translations/*"),
}


def unused_modules() -> list[str]:
    """Return the modules to leave out."""
    return [name for names in UNUSED_MODULES.values() for name in names]


def group_of(entry: Entry) -> str | None:
    """Return the group that a file is left out with, None for one that stays."""
    name = PurePosixPath(entry[0].replace("\\", "/")).as_posix()
    if is_of_the_system(Path(entry[1])):
        return "libraries of the system"
    return next((group for group, globs in UNUSED_FILES.items() if any(fnmatchcase(name, g) for g in globs)), None)


def pruned(entries: Iterable[Entry]) -> list[Entry]:
    """Return what stays of what was collected."""
    return [entry for entry in entries if group_of(entry) is None]


def is_of_the_system(source: Path) -> bool:
    """Tell whether a shared library belongs to the system: GL, X11, C++ and all that its own packages bring.

    Python's library and modules are ours to bring, also where they are the system's.
    """
    if sys.platform != "linux" or source.name.startswith("libpython"):
        return False
    if source.is_relative_to(sys.prefix) or source.is_relative_to(sysconfig.get_path("stdlib")):
        return False
    return source.is_relative_to("/usr/lib") or source.is_relative_to("/lib")
