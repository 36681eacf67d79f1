"""Virtual screens."""

import os
import shutil
import subprocess
from itertools import count

XVFB = shutil.which("Xvfb") or ""


def virtual_screen(size: str, *options: str) -> "tuple[subprocess.Popen[bytes], str]":
    """A virtual screen that is ready, and its name for DISPLAY.

    It is given a number, and the next one if that is taken: servers that look for a free number at the same time
    take each other's sockets away. It does not begin anew when its last client goes; the next could not connect.
    """
    for number in count(100 + os.getpid() % 1000):
        read, write = os.pipe()
        words = [XVFB, f":{number}", "-displayfd", str(write), "-screen", "0", f"{size}x24", "-noreset", *options]
        server = subprocess.Popen(words, pass_fds=[write], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        os.close(write)
        with os.fdopen(read) as told:
            if told.readline().strip():
                return server, f":{number}"
        server.wait()
    raise AssertionError("numbers do not end")
