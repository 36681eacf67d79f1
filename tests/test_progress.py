import io
import sys
from threading import Thread

import pytest

from nnviz.progress import GivenUpError, Work, go_on, progress


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


def test_work_under_way_says_how_far_it_is_to_whoever_waits() -> None:
    work = Work()
    with work.under_way():
        go_on("Reading a.csv", 0.5)
        assert (work.words, work.share) == ("Reading a.csv", 0.5)
        go_on()
        assert (work.words, work.share) == ("Reading a.csv", None)
    go_on("Something else")
    assert work.words == "Reading a.csv"


def test_what_is_given_up_ends_where_it_next_says_how_far_it_is() -> None:
    work = Work()
    work.give_up()
    with pytest.raises(GivenUpError), work.under_way():
        go_on()
    go_on()


def test_work_is_that_of_one_thread() -> None:
    work, other = Work(), Work()
    with work.under_way():
        thread = Thread(target=go_on, args=("Elsewhere", 1.0))
        thread.start()
        thread.join()
    assert work.words == other.words
