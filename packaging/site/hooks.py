"""What of the site lies elsewhere: the guide for lessons, words on packaging, and the program's picture."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from mkdocs.structure.files import File, Files

ROOT = Path(__file__).resolve().parents[2]
PAGES = {
    "writing-lessons.md": ROOT / "resources" / "lessons" / "AUTHORS.md",
    "packaging.md": ROOT / "packaging" / "README.md",
}
ICON = "nnviz.svg"


def on_files(files: Files, config: Any) -> Files:
    """Add them; what is a link from there is none from here, so only its words are kept."""
    for name, source in PAGES.items():
        text = re.sub(r"(?<!!)\[([^\]]+)\]\((?!https?:|#)[^)]*\)", r"\1", source.read_text(encoding="utf-8"))
        files.append(File.generated(config, name, content=text))
    icon = str(ROOT / "resources" / "icons" / ICON)
    files.append(File.generated(config, ICON, abs_src_path=icon))
    return files
