"""Where the frozen program begins; in a folder of its own, for whatever lies beside it could be imported."""

import sys

from nnviz.cli import main

sys.exit(main())
