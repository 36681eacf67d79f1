"""Signals that ask a program to end, at shutdown or when its terminal is closed."""

import signal


def ending_signals() -> tuple[int, ...]:
    """SIGTERM and SIGHUP, if the system has them and they are not ignored, as under nohup."""
    numbers = (getattr(signal, name, None) for name in ("SIGTERM", "SIGHUP"))
    return tuple(number for number in numbers if number and signal.getsignal(number) != signal.SIG_IGN)


def ignore_ending_signals() -> None:
    """Let the program, which is ending, finish its work."""
    for number in ending_signals():
        signal.signal(number, signal.SIG_IGN)
