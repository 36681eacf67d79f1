"""The guide for authors, read in the program."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QUrl
from PySide6.QtGui import QDesktopServices, QGuiApplication, QTextDocument
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from nnviz.authoring.guide import Guide, pages, show_guide

_TEXT = "# Top\n\n[down](#the-end), [out](https://toml.io)\n\n" + "words\n\n" * 200 + "## The end\n\nThere.\n"


@pytest.fixture
def guide(qtbot: QtBot, tmp_path: Path) -> Iterator[Guide]:
    path, host = tmp_path / "guide.md", QWidget()
    host.resize(800, 600)
    qtbot.addWidget(host)
    path.write_text(_TEXT, encoding="utf-8")
    guide = Guide({"guide.md": path}, host)
    guide.show()
    guide.open_page("guide.md")
    yield guide
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


@pytest.fixture
def shipped(qtbot: QtBot) -> Iterator[Guide]:
    host = QWidget()
    host.resize(1024, 768)
    qtbot.addWidget(host)
    yield show_guide(host)
    host.close()


def test_there_is_one_guide(shipped: Guide) -> None:
    host = shipped.parentWidget()
    assert host is not None
    assert show_guide(host, "keys.md") is shipped
    shipped.close()
    assert show_guide(host) is not shipped


def links_in(guide: Guide) -> set[str]:
    block, links = guide.text.document().begin(), set[str]()
    while block.isValid():
        links |= {form.format.anchorHref() for form in block.textFormats() if form.format.isAnchor()}
        block = block.next()
    return links


@pytest.mark.parametrize("name", pages())
def test_every_link_leads_somewhere_and_every_picture_fits(shipped: Guide, name: str) -> None:
    shipped.open_page(name)
    links = links_in(shipped)
    inside = {link.removeprefix("#") for link in links if link.startswith("#")}
    assert inside <= set(shipped.headings)
    elsewhere = {link.split("#")[0] for link in links - {f"#{link}" for link in inside}}
    # the site has a page on packaging, which is of no use without the source
    assert all(link.startswith("https://") or link in {*pages(), "packaging.md"} for link in elsewhere)
    for picture in re.findall(r"!\[[^\]]*\]\(([^)]+)\)", pages()[name].read_text(encoding="utf-8")):
        image = shipped.text.loadResource(QTextDocument.ResourceType.ImageResource.value, QUrl(picture))
        assert 200 < image.width() <= shipped.text.viewport().width()


def test_a_link_opens_another_page_and_the_contents_follow(shipped: Guide) -> None:
    assert shipped.text.toPlainText().startswith("nnviz\n")
    shipped.text.anchorClicked.emit(QUrl("own-data.md"))
    assert shipped.text.toPlainText().startswith("Your own data\n")
    assert shipped.contents.currentItem().text() == "Your own data"
    assert shipped.address.text() == ""
    shipped.contents.setCurrentRow(0)
    assert shipped.text.toPlainText().startswith("nnviz\n")


def test_the_pages_are_those_of_the_site_in_its_order() -> None:
    contents = (Path(__file__).parents[2] / "packaging" / "site" / "mkdocs.yml").read_text(encoding="utf-8")
    assert [*pages(), "packaging.md"] == re.findall(r": ([a-z-]+\.md)$", contents, re.MULTILINE)
