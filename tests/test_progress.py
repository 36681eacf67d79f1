import io
import sys

import pytest

from nnviz.progress import progress


class Terminal(io.StringIO):
    """What is written to it goes to a person."""

    def isatty(self) -> bool:
        return True


def test_on_a_terminal_a_bar_fills(monkeypatch: pytest.MonkeyPatch) -> None:
    terminal = Terminal()
    monkeypatch.setattr(sys, "stderr", terminal)
    with progress(10, "epoch") as show:
        for done in range(1, 13):
            show(done, f"loss {done}")
    assert "100%" in terminal.getvalue()
    assert "loss 12" in terminal.getvalue()


@pytest.mark.parametrize("stream", [io.StringIO(), Terminal()])
def test_elsewhere_and_for_nothing_there_is_none(monkeypatch: pytest.MonkeyPatch, stream: io.StringIO) -> None:
    monkeypatch.setattr(sys, "stderr", stream)
    with progress(0 if stream.isatty() else 10, "epoch") as show:
        show(5, "")
    assert stream.getvalue() == ""
