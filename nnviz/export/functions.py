"""Activation functions, outputs and their losses as other programs write them."""

from dataclasses import dataclass

GELU = """\
erf = np.vectorize(math.erf, otypes=[float])


def normal(p):  # Φ and its density φ
    return 0.5 * (1 + erf(p / math.sqrt(2))), np.exp(-0.5 * p**2) / math.sqrt(2 * math.pi)
"""
"""What NumPy needs for GELU, as it has no erf."""


@dataclass(frozen=True, kw_only=True)
class FunctionCode:
    """One activation function, σ of ``p``, in each of the languages; empty where one has it not.

    Parameters
    ----------
    numpy, numpy_slope : str
        Expressions of σ and σ′.
    pytorch : str
        Makes a module.
    keras : str
        An argument of a layer.
    sklearn : str
        Its name there.
    onnx : str
        Its operator there; Step, Silu and Cube are put together of several.
    """

    numpy: str
    numpy_slope: str
    pytorch: str
    keras: str
    sklearn: str = ""
    onnx: str = ""


FUNCTIONS = {
    "identity": FunctionCode(
        numpy="p",
        numpy_slope="np.ones_like(p)",
        pytorch="nn.Identity()",
        keras='"linear"',
        sklearn="identity",
        onnx="Identity",
    ),
    "step": FunctionCode(
        numpy="np.heaviside(p, 1.0)",
        numpy_slope="np.zeros_like(p)",
        pytorch="Step()",
        keras="lambda p: keras.ops.cast(p >= 0, p.dtype) + 0 * p",
        onnx="Step",
    ),
    "sign": FunctionCode(
        numpy="np.sign(p)",
        numpy_slope="np.zeros_like(p)",
        pytorch="Sign()",
        keras="keras.ops.sign",
        onnx="Sign",
    ),
    "sigmoid": FunctionCode(
        numpy="1 / (1 + np.exp(-p))",
        numpy_slope="np.exp(-p) / (1 + np.exp(-p)) ** 2",
        pytorch="nn.Sigmoid()",
        keras='"sigmoid"',
        sklearn="logistic",
        onnx="Sigmoid",
    ),
    "tanh": FunctionCode(
        numpy="np.tanh(p)",
        numpy_slope="1 - np.tanh(p) ** 2",
        pytorch="nn.Tanh()",
        keras='"tanh"',
        sklearn="tanh",
        onnx="Tanh",
    ),
    "relu": FunctionCode(
        numpy="np.maximum(0, p)",
        numpy_slope="(p > 0) * 1.0",
        pytorch="nn.ReLU()",
        keras='"relu"',
        sklearn="relu",
        onnx="Relu",
    ),
    "leaky_relu": FunctionCode(
        numpy="np.where(p > 0, p, {alpha} * p)",
        numpy_slope="np.where(p > 0, 1.0, {alpha})",
        pytorch="nn.LeakyReLU({alpha})",
        keras="keras.layers.LeakyReLU({alpha})",
        onnx="LeakyRelu",
    ),
    "elu": FunctionCode(
        numpy="np.where(p > 0, p, {alpha} * np.expm1(np.minimum(p, 0)))",
        numpy_slope="np.where(p > 0, 1.0, {alpha} * np.exp(np.minimum(p, 0)))",
        pytorch="nn.ELU({alpha})",
        keras="keras.layers.ELU({alpha})",
        onnx="Elu",
    ),
    "softplus": FunctionCode(
        numpy="np.logaddexp(0, p)",
        numpy_slope="1 / (1 + np.exp(-p))",
        pytorch="nn.Softplus()",
        keras='"softplus"',
        onnx="Softplus",
    ),
    "gelu": FunctionCode(
        numpy="p * normal(p)[0]",
        numpy_slope="normal(p)[0] + p * normal(p)[1]",
        pytorch="nn.GELU()",
        keras="lambda p: keras.activations.gelu(p, approximate=False)",
        onnx="Gelu",
    ),
    "silu": FunctionCode(
        numpy="p / (1 + np.exp(-p))",
        numpy_slope="(1 + p * np.exp(-p) / (1 + np.exp(-p))) / (1 + np.exp(-p))",
        pytorch="nn.SiLU()",
        keras='"silu"',
        onnx="Silu",
    ),
    "cube": FunctionCode(
        numpy="p**3",
        numpy_slope="3 * p**2",
        pytorch="Cube()",
        keras="lambda p: p**3",
        onnx="Cube",
    ),
}
"""Every activation function, by its name in experiment files."""


@dataclass(frozen=True, kw_only=True)
class OutputCode:
    """The output layer's activation of ``p``, shape (samples, outputs), and with squared error ∂loss/∂p."""

    numpy: str
    numpy_delta: str
    pytorch: str
    keras: str
    onnx: str


OUTPUT_CODES = {
    "identity": OutputCode(numpy="p", numpy_delta="o - t", pytorch="p", keras="p", onnx="Identity"),
    "tanh": OutputCode(
        numpy="np.tanh(p)",
        numpy_delta="(o - t) * (1 - o**2)",
        pytorch="torch.tanh(p)",
        keras="keras.ops.tanh(p)",
        onnx="Tanh",
    ),
    "sigmoid": OutputCode(
        numpy="1 / (1 + np.exp(-p))",
        numpy_delta="(o - t) * o * (1 - o)",
        pytorch="torch.sigmoid(p)",
        keras="keras.ops.sigmoid(p)",
        onnx="Sigmoid",
    ),
    "softmax": OutputCode(
        numpy="np.exp(p - p.max(axis=1, keepdims=True)) / "
        "np.exp(p - p.max(axis=1, keepdims=True)).sum(axis=1, keepdims=True)",
        numpy_delta="o * ((o - t) - ((o - t) * o).sum(axis=1, keepdims=True))",
        pytorch="torch.softmax(p, dim=1)",
        keras="keras.ops.softmax(p)",
        onnx="Softmax",
    ),
}
"""Every activation of an output layer, by name."""
