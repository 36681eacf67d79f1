"""Signals that ask a program to end, as a system does that shuts down or a terminal that is closed."""

import signal


def ending_signals() -> tuple[int, ...]:
    """SIGTERM and SIGHUP, as far as the system has them and nobody asked to ignore them, as nohup does."""
    numbers = (getattr(signal, name, None) for name in ("SIGTERM", "SIGHUP"))
    return tuple(number for number in numbers if number and signal.getsignal(number) != signal.SIG_IGN)
