"""``python -m nnviz`` and the command ``nnviz``."""

import sys
from multiprocessing import freeze_support

from nnviz.cli import main

if __name__ == "__main__":
    freeze_support()  # an installed program is its own interpreter, also for its processes
    sys.exit(main())
