from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QWidget

from nnviz.runs.snapshot import Snapshot
from nnviz.theme import THEMES, theme
from nnviz.views.confusion.view import NO_CLASSES, ConfusionView
from seeing import use_font

Show = Callable[..., QWidget]
SnapshotOf = Callable[..., Snapshot]

IRIS = '[data]\nname = "iris"\n[network]\noutput = "softmax"\n[training]\nloss = "cross_entropy"\n'
DIGITS = IRIS.replace("iris", "digits")


def shown(show: Show, snapshot: Snapshot, width: int = 400, height: int = 300) -> ConfusionView:
    view = ConfusionView()
    show(view, width, height)
    view.show_snapshot(snapshot)
    return view


@pytest.mark.parametrize(("width", "size"), [(240, 13), (330, 13), (330, 20), (700, 20)])
def test_the_caption_is_beside_the_buttons(show: Show, snapshot_of: SnapshotOf, width: int, size: int) -> None:
    view = shown(show, snapshot_of(), width)
    use_font(view, size)
    assert view.caption.text().endswith("wrong")
    assert view.caption.sceneBoundingRect().right() < view.test_button.x()


def counts(view: ConfusionView) -> list[int]:
    return [int(word.text().replace(",", "")) for word in view.cells.words]


def test_before_a_snapshot_it_takes_themes_and_says_nothing(show: Show) -> None:
    view = ConfusionView()
    view.set_theme(theme("dark"))
    show(view)
    assert view.caption.text() == ""


def test_cells_hold_the_counts_of_the_test_samples(show: Show, snapshot_of: SnapshotOf) -> None:
    snapshot = snapshot_of(IRIS, epochs=20)
    view = shown(show, snapshot)
    test = snapshot.metrics.test
    assert test
    assert test.confusion is not None
    assert counts(view) == test.confusion.ravel().tolist()
    assert view.caption.text() == f"test: {test.misclassified} of {test.confusion.sum()} wrong"


def test_training_samples_are_counted_if_wanted(show: Show, snapshot_of: SnapshotOf) -> None:
    snapshot = snapshot_of(IRIS, epochs=20)
    view = shown(show, snapshot)
    view.train_button.click()
    assert snapshot.metrics.train.confusion is not None
    assert counts(view) == snapshot.metrics.train.confusion.ravel().tolist()
    assert view.caption.text().startswith("training: ")
    view.test_button.click()
    assert view.caption.text().startswith("test: ")


def test_classes_are_named_on_both_axes(show: Show, snapshot_of: SnapshotOf) -> None:
    view = shown(show, snapshot_of(IRIS))
    names = ["setosa", "versicolor", "virginica"]
    assert [text.text() for text in view.rows] == [text.text() for text in view.columns] == names
    assert (view.true.text(), view.taken.text()) == ("true", "taken for")


def test_a_row_is_a_true_class_and_right_is_blue(show: Show, snapshot_of: SnapshotOf) -> None:
    view = shown(show, snapshot_of(IRIS, epochs=20))
    image = view.cells.picture.pixmap().toImage()
    for k in range(3):
        color = QColor(image.pixel(k, k))
        assert color.blue() >= color.red()
    test = snapshot_of(IRIS, epochs=20).metrics.test
    assert test
    assert test.confusion is not None
    wrong = np.argwhere((test.confusion > 0) & ~np.eye(3, dtype=bool))
    assert len(wrong)
    for row, column in wrong.tolist():
        assert QColor(image.pixel(column, row)).red() > QColor(image.pixel(column, row)).blue()


def test_without_test_samples_the_training_samples_are_counted(show: Show, snapshot_of: SnapshotOf) -> None:
    view = shown(show, snapshot_of("[data]\ntrain_fraction = 1.0\n"))
    assert view.caption.text().startswith("training: ")
    assert not view.test_button.isVisible()


def test_a_class_without_samples_is_no_trouble(show: Show, snapshot_of: SnapshotOf) -> None:
    view = shown(show, snapshot_of('[data]\nname = "and"\ntrain_fraction = 0.5\n'))
    assert view.caption.text()


def test_ten_classes_are_readable_in_a_small_view(show: Show, snapshot_of: SnapshotOf) -> None:
    view = shown(show, snapshot_of(DIGITS, epochs=2))
    assert len(view.cells.words) == 100
    for word in (*view.cells.words, *view.rows, *view.columns):
        assert view.rect().contains(word.sceneBoundingRect().toRect())
    heights = view.cells.rect.height() / 10
    assert view.cells.words[0].boundingRect().height() <= heights + 1.0


def test_more_classes_are_only_shades(show: Show, snapshot_of: SnapshotOf, tmp_path: Path) -> None:
    view = shown(show, snapshot_of(DIGITS))
    table = tmp_path / "many.csv"
    rows = [f"{k % 7},{k % 11},class {k % 40}" for k in range(400)]
    table.write_text("\n".join(["a,b,kind", *rows]) + "\n")
    view.show_snapshot(snapshot_of(f'[data]\nfile = "{table.as_posix()}"\n[network]\noutput = "softmax"\n'))
    assert view.rows == view.columns == view.cells.words == []
    assert view.cells.picture.pixmap().width() == 40
    assert "wrong" in view.caption.text()


def test_values_have_no_classes(show: Show, snapshot_of: SnapshotOf) -> None:
    view = shown(show, snapshot_of(IRIS))
    view.show_snapshot(snapshot_of('[data]\nname = "sine"\n[network]\noutput = "identity"\n'))
    assert view.caption.text() == NO_CLASSES
    assert view.true.text() == view.taken.text() == ""
    assert view.cells.words == []
    assert not view.cells.picture.isVisible()
    assert not view.test_button.isVisible()
    view.show_snapshot(snapshot_of(IRIS))
    assert view.cells.picture.isVisible()
    assert len(view.cells.words) == 9


def test_a_diverged_run_is_counted(show: Show, snapshot_of: SnapshotOf) -> None:
    text = IRIS.replace("[network]", '[network]\nactivation = "relu"')
    snapshot = snapshot_of(
        text.replace("cross_entropy", "squared_error") + "learning_rate = 1000.0\nl2 = 1000.0\n", 40
    )
    assert not snapshot.finite
    assert sum(counts(shown(show, snapshot))) == 75


@pytest.mark.parametrize("name", THEMES)
def test_counts_are_readable_on_their_shade(show: Show, snapshot_of: SnapshotOf, name: str) -> None:
    view = shown(show, snapshot_of(IRIS, epochs=20))
    view.set_theme(theme(name))
    image = view.cells.picture.pixmap().toImage()
    for k, word in enumerate(view.cells.words):
        ground, ink = QColor(image.pixel(k % 3, k // 3)), word.brush().color()
        assert abs(ground.lightnessF() - ink.lightnessF()) > 0.25 or ground.saturation() > 100


@pytest.mark.parametrize("name", THEMES)
def test_it_looks_as_it_did(
    show: Show, snapshot_of: SnapshotOf, assert_matches_image: Callable[[QWidget, str], None], name: str
) -> None:
    view = shown(show, snapshot_of(IRIS, epochs=20))
    view.set_theme(theme(name))
    assert_matches_image(view, f"confusion_{name}")
