"""Where the frozen program begins; in a folder of its own, for whatever lies beside it could be imported."""

import sys
from types import ModuleType

from nnviz.cli import main

# What typesets formulas unescapes XML with a module that imports this one, for a function of which it has no need;
# what fetches from the network is not in the frozen program.
sys.modules["urllib.request"] = ModuleType("urllib.request")

sys.exit(main())
