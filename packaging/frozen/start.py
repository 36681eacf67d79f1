"""Where the frozen program begins; in a folder of its own, for whatever lies beside it could be imported."""

import sys
from multiprocessing import freeze_support
from types import ModuleType

freeze_support()  # processes of a study are this program, begun with words of their own

from nnviz.cli import main  # noqa: E402

# What typesets formulas unescapes XML with a module that imports this one, for a function of which it has no need;
# what fetches from the network is not in the frozen program.
sys.modules["urllib.request"] = ModuleType("urllib.request")

sys.exit(main())
