from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget

from hands import emitted, pixel
from nnviz.kinds.spikes import SWEEP, Spikes
from nnviz.theme import THEMES, theme
from nnviz.views.spikes.scope import PEAK, courses_of
from nnviz.views.spikes.view import SpikesView
from runs import moment_of
from seeing import overlapping, texts
from zooming import calls_while_painted

Show = Callable[..., QWidget]

NOISY = Spikes(current=1.5, noise=4.0, excitatory=(True, True, False, False), seed=1)


def shown(
    show: Show, experiment: Spikes = NOISY, steps: int = 250, size: tuple[int, int] = (900, 560), on: str = ""
) -> SpikesView:
    view = SpikesView()
    view.set_theme(theme("light"))
    if on:
        view.switch(on.split())
    show(view, *size)
    view.show_snapshot(moment_of(experiment, steps))
    return view


def elements(item: Any) -> list[tuple[float, float]]:
    path = item.path()
    return [(path.elementAt(k).x, path.elementAt(k).y) for k in range(path.elementCount())]


def test_before_a_moment_it_takes_themes_and_says_nothing(show: Show) -> None:
    view = SpikesView()
    show(view)
    seen = emitted(view.changed)
    view.set_theme(theme("dark"))
    view.current.slider.setValue(3)
    assert (view.caption.text(), seen) == ("", [])


def test_a_sweep_is_drawn_over_the_one_before(show: Show) -> None:
    state = moment_of(Spikes(), SWEEP + 50).state
    (now, potentials), (before, _) = courses_of(state, 45.0)
    assert (now[0], now[-1]) == pytest.approx((0.0, 50.0))
    assert (before[0], before[-1]) == pytest.approx((50.1, 199.9))
    assert potentials[-1] == pytest.approx(state.potential, abs=1e-4)
    view = shown(show, Spikes(), SWEEP + 50)
    spikes = elements(view.scope.spikes[0])
    assert {y for _, y in spikes} == {15.0, PEAK}
    assert [x for x, y in spikes if y == PEAK] == pytest.approx(state.spikes[state.spikes > SWEEP] - SWEEP)


def test_it_says_that_spikes_are_drawn(show: Show) -> None:
    assert "drawn, not computed" in shown(show).note.text()


def test_sliders_change_current_and_noise(show: Show) -> None:
    view = shown(show)
    assert view.current.slider.value() == 30
    seen = emitted(view.changed)
    view.current.slider.setValue(41)
    view.noise.slider.setValue(0)
    assert [(change.current, change.noise) for change in seen] == [(2.05, 4.0), (1.5, 0.0)]
    assert all(change.continues(NOISY) for change in seen)
    assert (view.current.value.text(), view.noise.value.text()) == ("2.05 nA", "0.00 mV")


def test_a_click_switches_a_synapse(show: Show) -> None:
    view = shown(show)
    seen = emitted(view.changed)
    for synapse, row in view.synapses.rows[2:5:2]:
        QTest.mouseClick(view.canvas.viewport(), Qt.MouseButton.LeftButton, pos=pixel(row.center()))
        assert seen[-1] == NOISY.switched(synapse.sign, synapse.number)
    view.synapse_button.setChecked(False)
    QTest.mouseClick(view.canvas.viewport(), Qt.MouseButton.LeftButton, pos=pixel(row.center()))
    assert len(seen) == 2


def test_a_tick_for_each_spike_that_arrives(show: Show) -> None:
    view = shown(show, Spikes(current=0.0, excitatory=(True, False), inhibitory=(True,)), 50)
    exciting, inhibiting = (elements(view.synapses._ticks[sign]) for sign in ("excitatory", "inhibitory"))
    expected = view.scope.across(np.array([0.0, 20.0, 40.0]))
    assert [x for x, _ in exciting[::2]] == pytest.approx(expected)
    assert [x for x, _ in inhibiting[::2]] == pytest.approx(expected)
    assert exciting[0][1] < inhibiting[0][1]


def test_the_rate_is_said_beside_the_formula(show: Show) -> None:
    assert shown(show, Spikes(), 500).caption.text() == "33.6 spikes/s, by the formula 33.6"
    assert "formula" not in shown(show).caption.text()


def test_fits_are_laid_over_what_is_counted(show: Show) -> None:
    view = shown(show, on="rate fits")
    assert view.fit_words.text().startswith("off by: softplus ")
    assert [name.text() for name in view.rates.curves.names] == ["formula", "softplus", "σ"]
    assert view.rates.counted.path().elementCount() > 100
    view.switch(["rate"])
    assert view.rates.counted.path().isEmpty()
    assert view.fit_words.text() == ""


def test_while_a_question_waits_neither_rates_nor_curves_are_seen(show: Show) -> None:
    view = shown(show, on="rate fits")
    view.keep_secret(True)
    assert view.caption.text()
    assert view.caption.text() not in view.describe()
    assert view.fit_words.text() not in view.describe()
    assert not any(item.opacity() for item in (*view.rates.curves.lines, view.rates.now, view.rates.counted))
    view.keep_secret(False)
    assert all(item.opacity() for item in (*view.rates.curves.lines, view.rates.now, view.rates.counted))


@pytest.mark.parametrize("size", [(1100, 700), (640, 520), (420, 480)])
def test_no_words_run_into_each_other(show: Show, size: tuple[int, int]) -> None:
    view = shown(show, size=size, on="synapses rate fits")
    boxes = [item.sceneBoundingRect() for item in texts(view.canvas.scene()) if item.text().strip()]
    assert overlapping(boxes) == []


def test_painting_calls_no_python(show: Show) -> None:
    assert calls_while_painted(shown(show).canvas) == []


@pytest.mark.parametrize("name", THEMES)
def test_it_looks_as_it_did(show: Show, assert_matches_image: Callable[..., None], name: str) -> None:
    view = shown(show, on="synapses rate fits", size=(900, 560))
    view.set_theme(theme(name))
    assert_matches_image(view, f"spikes_{name}")
