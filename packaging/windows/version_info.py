"""What Windows shows as the properties of nnviz.exe."""

from __future__ import annotations

from typing import Any


def numbers(version: str) -> tuple[int, int, int, int]:
    """Return a version as the four numbers that Windows asks for."""
    parts = [int(part) for part in version.split(".")[:3]]
    major, minor, patch = [*parts, 0, 0, 0][:3]
    return major, minor, patch, 0


def version_info(version: str) -> Any:
    """Return PyInstaller's description of the properties; it can be made on Windows only."""
    from PyInstaller.utils.win32 import versioninfo as v  # noqa: PLC0415 - not there on other systems

    words = {
        "FileDescription": "nnviz",
        "FileVersion": version,
        "LegalCopyright": "MIT licence",
        "OriginalFilename": "nnviz.exe",
        "ProductName": "nnviz",
        "ProductVersion": version,
    }
    strings = v.StringTable("040904B0", [v.StringStruct(name, value) for name, value in words.items()])
    kids = [v.StringFileInfo([strings]), v.VarFileInfo([v.VarStruct("Translation", [0x0409, 0x04B0])])]
    return v.VSVersionInfo(ffi=v.FixedFileInfo(filevers=numbers(version), prodvers=numbers(version)), kids=kids)
