from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtWidgets import QWidget

from nnviz.analysis.collapse import Collapse, collapse
from nnviz.numerals import figure, short
from nnviz.runs.snapshot import Snapshot
from nnviz.theme import THEMES, theme
from nnviz.views.weights.product import Factor, ProductView, verdict
from seeing import use_font

Show = Callable[..., QWidget]
SnapshotOf = Callable[..., Snapshot]

LINEAR = """
network = { hidden = [3, 4, 3], activation = "identity", output = "identity" }
training = { learning_rate = 0.001 }
"""
BENT = LINEAR.replace('activation = "identity"', 'activation = ["identity", "tanh", "identity"]')
TEN = "[network]\nhidden = [8, 8, 8, 8, 8, 8, 8, 8, 8, 8]\n"
W, B = "W\N{COMBINING TILDE}", "b\N{COMBINING TILDE}"


def shown(show: Show, snapshot: Snapshot, width: int = 1000, height: int = 320) -> ProductView:
    view = ProductView()
    show(view, width, height)
    view.show_snapshot(snapshot)
    return view


def words(factor: Factor) -> list[str]:
    return [word.text() for word in factor.cells.words]


def test_every_number_is_the_engines(show: Show, snapshot_of: SnapshotOf) -> None:
    snapshot = snapshot_of(LINEAR, epochs=5)
    view = shown(show, snapshot)
    found = collapse(snapshot.problem, snapshot.parameters)
    for factor, weights in zip(view.factors, snapshot.weights[::-1], strict=True):
        assert words(factor) == [short(w) for w in weights.ravel().tolist()]
    product = np.linalg.multi_dot(list(snapshot.weights[::-1]))
    assert words(view.product) == [short(w) for w in product.ravel().tolist()]
    assert words(view.biases) == [short(b) for b in found.biases.tolist()]


def test_factors_stand_from_the_last_layer_to_the_first(show: Show, snapshot_of: SnapshotOf) -> None:
    view = shown(show, snapshot_of(LINEAR))
    placed = [*view.factors, view.product, view.biases]
    assert [factor.title.text() for factor in placed] == ["W⁴", "W³", "W²", "W¹", W, B]
    assert [factor.sign.text() for factor in placed] == ["", "·", "·", "·", "=", ""]
    lefts = [factor.cells.rect.left() for factor in placed]
    assert lefts == sorted(lefts)
    assert view.biases.cells.rect.right() <= view.width()


def test_it_says_whether_the_network_is_one_line(show: Show, snapshot_of: SnapshotOf) -> None:
    view = shown(show, snapshot_of(LINEAR, epochs=5))
    assert view.verdict.text().startswith("one line: equal to ")
    bent = snapshot_of(BENT, epochs=5)
    view.show_snapshot(bent)
    difference = collapse(bent.problem, bent.parameters).difference
    assert view.verdict.text() == f"not a line any more: differs by {figure(difference)}"
    assert figure(difference) in view.detail.text()


def test_a_network_without_hidden_layer_is_one_line(show: Show, snapshot_of: SnapshotOf) -> None:
    view = shown(show, snapshot_of("network = { hidden = [] }", epochs=20))
    assert view.verdict.text().startswith("one line: equal to ")
    assert view.detail.text().startswith(f"largest |p¹ − ({W}x + {B})| over training samples: ")
    first, product = (factor.cells.picture.pixmap().toImage() for factor in (view.factors[0], view.product))
    assert first == product  # one matrix in the same colours


def test_factors_and_product_have_a_colour_scale_each(show: Show, snapshot_of: SnapshotOf) -> None:
    snapshot = snapshot_of("network = { hidden = [8, 8, 8, 8, 8, 8], activation = 'identity' }", epochs=200)
    view = shown(show, snapshot)
    largest = np.abs(snapshot.parameters.flat).max()
    assert f"full colour at ±{2.0 ** np.ceil(np.log2(largest)):g} in the factors, at ±" in view.detail.text()
    found = collapse(snapshot.problem, snapshot.parameters)
    results = [*found.weights.ravel().tolist(), *found.biases.tolist()]
    assert view.detail.text().endswith(f"at ±{2.0 ** np.ceil(np.log2(np.abs(results).max())):g} in the product")


@pytest.mark.parametrize(
    ("difference", "linear", "said"),
    [
        (0.0, True, "one line: equal to the last digit"),
        (2.2e-16, True, "one line: equal to 2.2·10⁻¹⁶"),
        (0.83, False, "not a line any more: differs by 0.8300"),
        (float("nan"), True, "the run has diverged"),
    ],
)
def test_verdicts(difference: float, linear: bool, said: str) -> None:
    assert verdict(Collapse(np.zeros((1, 2)), np.zeros(1), difference, linear)) == said


def test_a_long_chain_is_folded_in_the_middle(show: Show, snapshot_of: SnapshotOf) -> None:
    view = shown(show, snapshot_of(TEN), 480, 360)
    seen = [factor.title.text() for factor in view.factors if factor.title.isVisible()]
    assert seen[0] == "W¹¹"
    assert seen[-1] == "W¹"
    assert 2 <= len(seen) < 11
    assert view.gap.text() == "· ⋯"
    assert view.biases.cells.rect.right() <= 480
    assert [w for k, f in enumerate(view.factors) if k not in view.shown for w in words(f)] == []
    view.resize(2000, 360)
    assert view.shown == list(range(11))
    assert view.gap.text() == ""


@pytest.mark.parametrize(("width", "pixels"), [(480, 13), (700, 24), (1400, 20)])
def test_everything_is_within_the_view(show: Show, snapshot_of: SnapshotOf, width: int, pixels: int) -> None:
    view = shown(show, snapshot_of(LINEAR, epochs=5), width, 400)
    use_font(view, pixels)
    for factor in [*[view.factors[k] for k in view.shown], view.product, view.biases]:
        assert view.canvas.area.contains(factor.cells.rect)
        assert factor.title.sceneBoundingRect().top() >= 0.0
        assert factor.title.font().pixelSize() == pixels
    assert words(view.product)  # the numbers that it is about come first


def test_wide_layers_are_pictures_without_numbers(show: Show, snapshot_of: SnapshotOf) -> None:
    view = shown(show, snapshot_of('[data]\nname = "digits"\n[network]\nhidden = [64, 32]\noutput = "softmax"\n'))
    assert [words(factor) for factor in view.factors] == [[], [], []]
    picture = view.product.cells.picture.pixmap()
    assert (picture.width(), picture.height()) == (64, 10)


def test_another_network_and_a_diverged_run(show: Show, snapshot_of: SnapshotOf) -> None:
    snapshot = snapshot_of(LINEAR)
    view = shown(show, snapshot)
    items = len(view.canvas.scene().items())
    view.show_snapshot(snapshot_of(TEN))
    assert len(view.factors) == 11
    broken = np.full_like(snapshot.position.parameters, np.nan)
    view.show_snapshot(replace(snapshot, position=replace(snapshot.position, parameters=broken)))
    assert view.verdict.text() == "the run has diverged"
    assert set(words(view.product)) == {"—"}
    assert len(view.canvas.scene().items()) == items


@pytest.mark.parametrize("name", THEMES)
def test_it_looks_as_it_did(
    show: Show, snapshot_of: SnapshotOf, assert_matches_image: Callable[[QWidget, str], None], name: str
) -> None:
    view = shown(show, snapshot_of(LINEAR if name == "light" else BENT, epochs=5))
    view.set_theme(theme(name))
    assert_matches_image(view, f"product_{name}")
