"""The mathematics of learning, in NumPy alone.

A training step is a *tape*: the list of array operations that the step consists of, in order, each on a buffer
made beforehand. At lecture sizes a step costs its number of calls, not its arithmetic, so the tape is what makes
it fast; and being a plain list of operations, it can be read and shown.

Arrays inside this room are feature-major, (units, samples), so that a layer is one matrix product
``A o`` with the bias as the last column of ``A`` and a row of ones below ``o``. Arrays that come in and go out
are sample-major, (samples, features).
"""
