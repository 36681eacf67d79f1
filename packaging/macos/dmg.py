"""The disk image for macOS: the application, and where to drag it. Signed where there is a key."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

from prerequisites import say, step
from project import BUILD, DIST, PACKAGING, version

ENTITLEMENTS = PACKAGING / "macos" / "entitlements.plist"


def build_dmg(bundle: Path) -> Path:
    """Build the disk image from the application and return it.

    NNVIZ_SIGN_AS names a "Developer ID Application" of the keychain, NNVIZ_NOTARY a profile that
    `xcrun notarytool store-credentials` has stored; without them the image is as good, but macOS warns of it.
    """
    say("building .dmg")
    if identity := os.environ.get("NNVIZ_SIGN_AS"):
        _sign(bundle, identity)
    folder = BUILD / "dmg"
    shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(bundle, folder / bundle.name, symlinks=True)
    (folder / "Applications").symlink_to("/Applications")
    target = DIST / f"nnviz-{version()}-macos-{os.uname().machine}.dmg"
    step(
        "build the .dmg",
        ["hdiutil", "create", "-volname", "nnviz", "-srcfolder", folder, "-format", "ULMO", "-ov", target],
        quiet=True,
    )
    if profile := os.environ.get("NNVIZ_NOTARY"):
        step("notarise", ["xcrun", "notarytool", "submit", target, "--keychain-profile", profile, "--wait"])
        step("staple", ["xcrun", "stapler", "staple", target])
    return target


def _sign(bundle: Path, identity: str) -> None:
    """Sign all code within, the innermost first, with what a hardened Python needs."""
    words = ["codesign", "--force", "--deep", "--timestamp", "--options", "runtime"]
    step("sign", [*words, "--entitlements", ENTITLEMENTS, "--sign", identity, bundle])
