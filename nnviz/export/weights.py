"""The network's weights for other programs: ONNX and safetensors."""

import json
from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np

from nnviz.engine.convolution import Convolution
from nnviz.engine.tape import Array
from nnviz.errors import InputError
from nnviz.export.functions import FUNCTIONS, OUTPUT_CODES
from nnviz.export.model import Exported

_OPSET, _IR = 20, 10
"""The first version of ONNX's operators that has Gelu, and the version of the file's form that belongs to it."""
_WITH_ALPHA = {"LeakyRelu", "Elu"}


def safetensors(exported: Exported) -> bytes:
    """W1, b1, W2, b2, … as safetensors: the length of a header in eight bytes, the header in JSON, the numbers."""
    header: dict[str, Any] = {"__metadata__": {"format": "pt"}}
    content = b""
    for name, array in exported.parameters().items():
        kind = "F32" if array.dtype == np.float32 else "F64"
        numbers = np.ascontiguousarray(array).astype(array.dtype.newbyteorder("<")).tobytes()
        place = [len(content), len(content) + len(numbers)]
        header[name] = {"dtype": kind, "shape": list(array.shape), "data_offsets": place}
        content += numbers
    words = json.dumps(header, separators=(",", ":")).encode()
    words += b" " * (-len(words) % 8)
    return len(words).to_bytes(8, "little") + words + content


def onnx(exported: Exported) -> bytes:
    """The network from inputs as they were measured to outputs, in single precision.

    Raises
    ------
    InputError
        The package onnx is not installed, or the network has engineered inputs.
    """
    try:
        import onnx as library  # noqa: PLC0415 - large, and needed here only
    except ImportError as error:
        raise InputError("to write ONNX, nnviz needs the package onnx: pip install onnx") from error
    if exported.problem.features:
        raise InputError("ONNX is written for the data's own inputs; allowed: no engineered features, or a script")
    graph = _Graph(library.helper, library.numpy_helper)
    graph.build(exported)
    sizes = exported.sizes
    values = [
        library.helper.make_tensor_value_info(name, library.TensorProto.FLOAT, ["samples", size])
        for name, size in (("inputs", sizes[0]), ("outputs", sizes[-1]))
    ]
    made = library.helper.make_graph(graph.nodes, "nnviz", values[:1], values[1:], graph.constants)
    model = library.helper.make_model(
        made, opset_imports=[library.helper.make_opsetid("", _OPSET)], producer_name="nnviz", ir_version=_IR
    )
    library.checker.check_model(model)
    return bytes(model.SerializeToString())


class _Graph:
    """The operators of a network, one after another."""

    def __init__(self, helper: Any, numpy_helper: Any) -> None:
        self._helper, self._numpy_helper = helper, numpy_helper
        self.nodes: list[Any] = []
        self.constants: list[Any] = []

    def build(self, exported: Exported) -> None:
        """From ``inputs`` to ``outputs``."""
        value, standardization = "inputs", exported.problem.standardization
        if standardization:
            value = self._add("Sub", value, self._constant("mean", standardization.mean))
            value = self._add("Div", value, self._constant("scale", standardization.scale))
        design, arrays, convolutions = exported.design, exported.parameters(), exported.convolutions
        if convolutions:
            value = self._add("Reshape", value, self._constant("picture", (-1, *convolutions[0].below), np.int64))
        for l, name in enumerate((*design.activations, ""), start=1):
            w, b = arrays[f"W{l}"], self._constant(f"b{l}", arrays[f"b{l}"])
            function = partial(self._function, FUNCTIONS[name].onnx, alpha=design.alpha) if name else str
            if l <= len(convolutions):
                value = self._convolution(convolutions[l - 1], value, w, b, function)
            else:
                if convolutions and l == len(convolutions) + 1:
                    value = self._add("Flatten", value)
                value = function(self._add("Gemm", value, self._constant(f"W{l}", w), b, transB=1))
        last = OUTPUT_CODES[design.output].onnx
        self.nodes.append(self._helper.make_node(last, [value], ["outputs"]))

    def _convolution(
        self, layer: Convolution, value: str, weights: Array, biases: str, function: Callable[[str], str]
    ) -> str:
        """The largest is taken before the activation, the mean after it."""
        windows = weights.reshape(layer.channels, layer.below[0], layer.window, layer.window)
        steps = {"strides": [layer.stride] * 2, "pads": [layer.padding] * 4}
        value = self._add("Conv", value, self._constant(f"W{biases[1:]}", windows), biases, **steps)
        if layer.pool.takes == "max":
            return function(self._pooled("MaxPool", layer, value))
        value = function(value)
        return self._pooled("AveragePool", layer, value) if layer.pool.takes else value

    def _pooled(self, operator: str, layer: Convolution, value: str) -> str:
        return self._add(operator, value, kernel_shape=layer.sides, strides=layer.sides)

    def _function(self, operator: str, value: str, *, alpha: float) -> str:
        if operator == "Cube":
            return self._add("Mul", value, self._add("Mul", value, value))
        if operator == "Silu":
            return self._add("Mul", value, self._add("Sigmoid", value))
        if operator == "Step":
            zero = self._constant(f"zero{len(self.nodes)}", np.zeros(1))
            return self._add("Cast", self._add("GreaterOrEqual", value, zero), to=1)
        return self._add(operator, value, **({"alpha": alpha} if operator in _WITH_ALPHA else {}))

    def _add(self, operator: str, *values: str, **settings: Any) -> str:
        name = f"v{len(self.nodes)}"
        self.nodes.append(self._helper.make_node(operator, list(values), [name], **settings))
        return name

    def _constant(self, name: str, array: Any, kind: type[np.generic] = np.float32) -> str:
        self.constants.append(self._numpy_helper.from_array(np.asarray(array, kind), name))
        return name
