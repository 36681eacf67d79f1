"""The window as a screen reader hears it: over the accessibility bus of a desktop, in a process of its own."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
from conftest import ROOT, Screen

_LAUNCHER = Path("/usr/libexec/at-spi-bus-launcher")
_ACCESSIBLE = "org.a11y.atspi.Accessible"
_ROOT = "/org/a11y/atspi/accessible/root"
_FOCUSED = 12
"""Number of the state that the object with the keyboard has, in AT-SPI's enumeration."""
_DEEPEST = 12

Place = tuple[str, str]
"""A program on the bus, and one of its objects."""


class Reader:
    """Asks the program at a bus what a screen reader asks."""

    def __init__(self, bus: str) -> None:
        self._bus = bus

    def ask(self, place: Place, interface: str, method: str, *words: str) -> Any:
        """Call a method; the first of what it returns."""
        busctl = shutil.which("busctl") or "busctl"
        command = [busctl, f"--address={self._bus}", "--json=short", "call", *place, interface, method, *words]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        return json.loads(done.stdout)["data"][0] if done.returncode == 0 else None

    def say(self, place: Place) -> tuple[str, str]:
        """Its name and its description."""
        return self._property(place, "Name"), self._property(place, "Description")

    def _property(self, place: Place, name: str) -> str:
        told = self.ask(place, "org.freedesktop.DBus.Properties", "Get", "ss", _ACCESSIBLE, name)
        return str(told["data"]) if told else ""

    def below(self, place: Place, depth: int = 0) -> Iterator[Place]:
        """Every object below one, from the outermost in."""
        for name, path in self.ask(place, _ACCESSIBLE, "GetChildren") or ():
            yield name, path
            if depth < _DEEPEST:
                yield from self.below((name, path), depth + 1)

    def is_focused(self, place: Place) -> bool:
        low, _high = self.ask(place, _ACCESSIBLE, "GetState") or (0, 0)
        return bool(low >> _FOCUSED & 1)


@pytest.fixture
def desktop(screen: Screen, tmp_path: Path) -> Iterator[dict[str, str]]:
    """The environment of a desktop with a bus of its own, on which accessibility is wanted."""
    daemon = shutil.which("dbus-daemon")
    if not (daemon and shutil.which("busctl") and _LAUNCHER.exists()):
        pytest.skip("there is no accessibility bus here (dbus-daemon, busctl, at-spi2-core)")
    kept = {name: str(tmp_path / name) for name in ("XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_CACHE_HOME")}
    quiet: Any = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    with ExitStack() as stack:
        words = [daemon, "--session", "--nofork", "--print-address"]
        bus = stack.enter_context(
            subprocess.Popen(
                words, env=os.environ | kept, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
            )
        )
        stack.callback(bus.terminate)
        assert bus.stdout
        environment = os.environ | kept | {"DISPLAY": screen.display, "QT_QPA_PLATFORM": "xcb"}
        environment |= {"DBUS_SESSION_BUS_ADDRESS": bus.stdout.readline().strip()}
        environment |= {"QT_LINUX_ACCESSIBILITY_ALWAYS_ON": "1"}
        launcher = stack.enter_context(
            subprocess.Popen([_LAUNCHER, "--launch-immediately"], env=environment, **quiet)
        )
        stack.callback(launcher.terminate)
        yield environment


def reader_at(screen: Screen, environment: dict[str, str]) -> Reader:
    session = Reader(environment["DBUS_SESSION_BUS_ADDRESS"])
    found: list[str] = []

    def is_there() -> bool:
        address = session.ask(("org.a11y.Bus", "/org/a11y/bus"), "org.a11y.Bus", "GetAddress")
        found.extend([address] * bool(address))
        return bool(found)

    screen.until(is_there, "the accessibility bus")
    return Reader(found[0])


def test_a_screen_reader_hears_the_window_and_what_the_keys_are_on(
    screen: Screen, desktop: dict[str, str]
) -> None:
    reader = reader_at(screen, desktop)
    command, environment = [sys.executable, "-P", "-m", "nnviz"], desktop | {"PYTHONPATH": str(ROOT)}
    with subprocess.Popen(command, cwd=ROOT, env=environment) as program:
        try:
            listen(screen, reader)
        finally:
            program.terminate()


def listen(screen: Screen, reader: Reader) -> None:
    registry: Place = ("org.a11y.atspi.Registry", _ROOT)
    heard: dict[Place, tuple[str, str]] = {}

    def hears_the_diagram() -> bool:
        heard.update({place: reader.say(place) for place in reader.below(registry)})
        return any(name == "Network" and "2 inputs" in words for name, words in heard.values())

    screen.until(hears_the_diagram, "the window on the accessibility bus")
    assert {"Network", "Output", "Loss", "Timeline", "Play", "Learning rate"} <= {
        name for name, _ in heard.values()
    }
    nameless = {reader.ask(place, _ACCESSIBLE, "GetRoleName") for place, (name, _) in heard.items() if not name}
    assert not nameless & {
        "push button",
        "check box",
        "radio button",
        "combo box",
        "slider",
        "spin button",
        "text",
    }
    diagram = next(place for place, (name, _) in heard.items() if name == "Network")
    window = screen.xdotool("search", "--sync", "--onlyvisible", "--name", "nnviz").split()[-1]
    screen.xdotool("windowfocus", "--sync", window)
    screen.xdotool("key", "F6")
    screen.until(lambda: reader.is_focused(diagram), "the keyboard on the diagram")
    for key in ("Right", "Right", "Down"):
        screen.xdotool("key", key)
    screen.until(lambda: reader.say(diagram)[1].startswith("layer 1, neuron 2"), "the neuron that the keys are on")
