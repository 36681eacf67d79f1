"""What `make package-test` needs of the system: programs that make bare systems and screens, check and click."""

from __future__ import annotations

import shutil

from prerequisites import Failure, install_packages, say

BRIEF = "--brief"
"""Asks for the proofs that fit a short time: the .deb, in the oldest Debian it is for."""

TOOLS = {  # program: Debian's package
    "debootstrap": "debootstrap",
    "unshare": "util-linux",
    "Xvfb": "xvfb",
    "xvfb-run": "xvfb",
    "xdotool": "xdotool",
    "strace": "strace",
    "desktop-file-validate": "desktop-file-utils",
    "appstreamcli": "appstream",
    "lintian": "lintian",
    "man": "man-db",
}
THOROUGH_TOOLS = {"makensis": "nsis", "wine": "wine", "git": "git"}


def set_up_tools(*, brief: bool) -> None:
    """Install the programs that are missing; without them their proofs are skipped, and say so."""
    tools = TOOLS if brief else TOOLS | THOROUGH_TOOLS
    missing = sorted({package for program, package in tools.items() if not shutil.which(program)})
    if missing:
        try:
            install_packages([*missing, "wine64"] if "wine" in missing else missing)
        except Failure as failure:
            say(f"some proofs will be skipped: {failure}")
