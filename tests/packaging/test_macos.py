"""What macOS is told, as far as Linux can tell: property lists parse, and name the program as everywhere."""

import plistlib

from macos.plist import IDENTIFIER, plist
from prerequisites import ROOT

_KINDS = ("document", "experiment", "lesson", "packed-lesson")


def test_the_bundles_words_make_a_property_list() -> None:
    words = plistlib.loads(plistlib.dumps(plist()))
    declared = {kind["UTTypeIdentifier"] for kind in words["UTExportedTypeDeclarations"]}
    opened = {name for kind in words["CFBundleDocumentTypes"] for name in kind["LSItemContentTypes"]}
    assert declared == opened == {f"{IDENTIFIER}.{kind}" for kind in _KINDS}


def test_the_entitlements_parse() -> None:
    words = plistlib.loads((ROOT / "packaging" / "macos" / "entitlements.plist").read_bytes())
    assert set(words.values()) == {True}
