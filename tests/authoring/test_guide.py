"""The guide for authors, read in the program."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QUrl
from PySide6.QtGui import QDesktopServices, QGuiApplication
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from nnviz.authoring.guide import Guide, show_guide
from nnviz.paths import resource

_TEXT = "# Top\n\n[down](#the-end), [out](https://toml.io)\n\n" + "words\n\n" * 200 + "## The end\n\nThere.\n"


@pytest.fixture
def guide(qtbot: QtBot, tmp_path: Path) -> Iterator[Guide]:
    path, host = tmp_path / "guide.md", QWidget()
    host.resize(800, 600)
    qtbot.addWidget(host)
    path.write_text(_TEXT, encoding="utf-8")
    yield show_guide(path, host)
    host.close()  # it lives so long


def test_a_link_inside_scrolls_there(guide: Guide) -> None:
    assert set(guide.headings) == {"top", "the-end"}
    bar = guide.text.verticalScrollBar()
    assert bar.value() == 0
    guide.text.anchorClicked.emit(QUrl("#the-end"))
    assert bar.value() > bar.maximum() * 0.9
    assert guide.address.text() == ""
    guide.close()


def test_a_link_that_leads_out_is_shown_and_not_opened(guide: Guide, monkeypatch: pytest.MonkeyPatch) -> None:
    opened: list[QUrl] = []
    monkeypatch.setattr(QDesktopServices, "openUrl", opened.append)
    guide.text.anchorClicked.emit(QUrl("https://toml.io"))
    assert guide.address.isVisible()
    assert guide.address.text() == "https://toml.io"
    assert opened == []
    guide.copy.click()
    assert QGuiApplication.clipboard().text() == "https://toml.io"
    guide.browse.click()
    assert opened == [QUrl("https://toml.io")]
    guide.close()


def test_every_link_in_the_shipped_guide_leads_somewhere(qtbot: QtBot) -> None:
    host = QWidget()
    qtbot.addWidget(host)
    guide = show_guide(resource("lessons", "AUTHORS.md"), host)
    block = guide.text.document().begin()
    links = set()
    while block.isValid():
        links |= {form.format.anchorHref() for form in block.textFormats() if form.format.isAnchor()}
        block = block.next()
    assert links
    inside = {link.removeprefix("#") for link in links if link.startswith("#")}
    assert inside <= set(guide.headings)
    assert all(link.startswith(("#", "https://")) for link in links)
    guide.close()
