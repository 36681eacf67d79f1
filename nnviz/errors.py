"""The errors that a user is shown."""


class InputError(Exception):
    """Something given to nnviz cannot be used.

    The message is one line for the person who gave it: what is wrong, where (file, key, row), and what
    is allowed. The command line prints it and exits with 2; the window shows it and keeps what it had.
    """


class DisplayError(InputError):
    """There is no screen that answers; the command line exits with 69."""
