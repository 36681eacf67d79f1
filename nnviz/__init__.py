"""nnviz: a network that learns in front of you.

``nnviz.train(nnviz.Experiment(), epochs=100)`` trains one without a window; what else there is for programs and
notebooks stands in `nnviz.api`. Each name is imported when it is first used, and Qt never: a window is another
process.
"""

import os
from typing import TYPE_CHECKING, Any

# Before NumPy and Qt are imported: a second BLAS thread gains nothing at the sizes of a lecture and loses much
# beside a busy neighbour; Qt's raster threads make hundreds of translucent lines twenty times slower.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
os.environ.setdefault("QT_NO_GUI_THREADPOOL", "1")

if TYPE_CHECKING:
    from nnviz.api import Data, Experiment, NetworkDesign, Run, Training, picture, show, train

__all__ = ["Data", "Experiment", "NetworkDesign", "Run", "Training", "picture", "show", "train"]


def __getattr__(name: str) -> Any:
    if name not in __all__:
        raise AttributeError(f"module 'nnviz' has no attribute {name!r}")
    from nnviz import api  # noqa: PLC0415 - see above

    return getattr(api, name)


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
