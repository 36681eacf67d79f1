"""What `make package-test` needs of the system: programs that make bare systems and screens, check and click."""

from __future__ import annotations

import shutil

from prerequisites import Failure, install_packages, say

TOOLS = {  # program: Debian's package
    "debootstrap": "debootstrap",
    "Xvfb": "xvfb",
    "xdotool": "xdotool",
    "strace": "strace",
    "desktop-file-validate": "desktop-file-utils",
    "appstreamcli": "appstream",
    "lintian": "lintian",
    "makensis": "nsis",
    "wine": "wine",
}


def set_up_tools() -> None:
    """Install the programs that are missing; without them their proofs are skipped, and say so."""
    missing = sorted({package for program, package in TOOLS.items() if not shutil.which(program)})
    if missing:
        try:
            install_packages([*missing, "wine64"] if "wine" in missing else missing)
        except Failure as failure:
            say(f"some proofs will be skipped: {failure}")
