"""What macOS is told of the application: its name, and the files that it opens."""

from __future__ import annotations

from typing import Any

BUNDLE_NAME = "nnviz.app"
IDENTIFIER = "io.github.nnviz.nnviz"


def plist() -> dict[str, Any]:
    """Return the bundle's Info.plist beside what PyInstaller writes into it."""
    return {
        "CFBundleDisplayName": "nnviz",
        "CFBundleDocumentTypes": [
            _opens("Document", "document"),
            _opens("Experiment", "experiment"),
            _opens("Lesson", "lesson"),
            _opens("Lesson in one file", "packed-lesson"),
        ],
        "LSApplicationCategoryType": "public.app-category.education",
        "LSMinimumSystemVersion": "13.0",
        "NSHighResolutionCapable": True,
        "NSHumanReadableCopyright": "MIT licence. Qt is used under the LGPL, version 3.",
        "UTExportedTypeDeclarations": [
            _declared("Document", "document", "nnviz", "public.zip-archive"),
            _declared("Experiment", "experiment", "nnviz.toml", "public.plain-text"),
            _declared("Lesson", "lesson", "lesson.toml", "public.plain-text"),
            _declared("Lesson in one file", "packed-lesson", "nnlesson", "public.zip-archive"),
        ],
    }


def _opens(name: str, kind: str) -> dict[str, Any]:
    return {
        "CFBundleTypeName": f"nnviz {name}",
        "CFBundleTypeRole": "Viewer" if kind == "packed-lesson" else "Editor",
        "LSHandlerRank": "Owner",
        "LSItemContentTypes": [f"{IDENTIFIER}.{kind}"],
    }


def _declared(name: str, kind: str, extension: str, base: str) -> dict[str, Any]:
    return {
        "UTTypeConformsTo": [base],
        "UTTypeDescription": f"nnviz {name}",
        "UTTypeIdentifier": f"{IDENTIFIER}.{kind}",
        "UTTypeTagSpecification": {"public.filename-extension": [extension]},
    }
