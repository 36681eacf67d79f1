"""nnviz: a network that learns in front of you."""

import os

# Before NumPy and Qt are imported: a second BLAS thread gains nothing at the sizes of a lecture and loses much
# beside a busy neighbour; Qt's raster threads make hundreds of translucent lines twenty times slower.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
os.environ.setdefault("QT_NO_GUI_THREADPOOL", "1")
