"""Networks of other libraries, as objects in Python: scikit-learn's perceptrons and PyTorch's `Sequential`.

Neither library is imported: an object is known by the module that its class comes from.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from nnviz.data.messages import shown
from nnviz.engine.tape import Array
from nnviz.errors import InputError

_SKLEARN = {"identity": "identity", "logistic": "sigmoid", "tanh": "tanh", "relu": "relu"}
_TORCH: dict[str, Callable[[Any], tuple[str, float]]] = {
    "Identity": lambda _: ("identity", _ALPHA),
    "Sigmoid": lambda _: ("sigmoid", _ALPHA),
    "Tanh": lambda _: ("tanh", _ALPHA),
    "ReLU": lambda _: ("relu", _ALPHA),
    "LeakyReLU": lambda module: ("leaky_relu", module.negative_slope),
    "ELU": lambda module: ("elu", module.alpha),
    "Softplus": lambda _: ("softplus", _ALPHA),
    "GELU": lambda _: ("gelu", _ALPHA),
    "SiLU": lambda _: ("silu", _ALPHA),
    "Softmax": lambda _: ("softmax", _ALPHA),
}
"""The activation that a module is, and its α."""
_ALPHA = 0.1
_OUTPUTS = ("identity", "tanh", "sigmoid", "softmax")


@dataclass(frozen=True, eq=False)
class Model:
    """A network as its library has it.

    Parameters
    ----------
    weights, biases : tuple of array
        W¹ … Wᴸ, shape (mˡ, mˡ⁻¹), and b¹ … bᴸ, shape (mˡ,).
    activations : tuple of str
        Of the hidden layers.
    output : str
        The output's activation; empty if it gives what a loss makes probabilities of.
    alpha : float
        Slope or depth where an activation has one.
    training : dict
        Settings of the training that the library's object tells.
    task : str
        "classification" or "regression"; empty if that is for the targets to say.
    penalty : float
        λ₂ times the batch size, by which scikit-learn divides it.
    """

    weights: tuple[Array, ...]
    biases: tuple[Array, ...]
    activations: tuple[str, ...]
    output: str
    alpha: float
    training: dict[str, Any]
    task: str = ""
    penalty: float = 0.0

    @property
    def layer_sizes(self) -> tuple[int, ...]:
        """Units of each layer, the inputs first."""
        return (self.weights[0].shape[1], *(len(weights) for weights in self.weights))

    def parameters(self) -> dict[str, Array]:
        """W1, b1, W2, b2, …, as files call them."""
        layers = enumerate(zip(self.weights, self.biases, strict=True), start=1)
        return {name: array for l, (w, b) in layers for name, array in ((f"W{l}", w), (f"b{l}", b))}


def model_of(given: Any) -> Model:
    """The network in an object of another library.

    Raises
    ------
    InputError
        One line: what the object is, and what is allowed.
    """
    names = {(kind.__module__.partition(".")[0], kind.__name__) for kind in type(given).__mro__}
    if ("sklearn", "MLPClassifier") in names or ("sklearn", "MLPRegressor") in names:
        return _of_sklearn(given)
    if ("torch", "Sequential") in names:
        return _of_torch(given)
    raise InputError(
        f"{shown(type(given).__name__)} is no model that nnviz shows; allowed: an experiment or a run of nnviz, "
        "scikit-learn's MLPClassifier and MLPRegressor, PyTorch's Sequential of Linear and activations"
    )


def _of_sklearn(given: Any) -> Model:
    if "coefs_" not in vars(given):
        raise InputError(f"{type(given).__name__} has no weights yet; allowed: one that is fitted, with fit(X, y)")
    layers = len(given.coefs_) - 1
    settings = given.get_params()
    if settings.get("loss", "squared_error") != "squared_error":
        raise InputError(f"{type(given).__name__} learns by the loss {settings['loss']}; allowed: squared_error")
    solver = settings["solver"]
    momentum = {"momentum": settings["momentum"]} if solver == "sgd" else {}
    descent = "adam" if solver == "adam" else "sgd"
    if solver == "sgd" and settings["momentum"]:
        descent = "nesterov" if settings["nesterovs_momentum"] else "momentum"
    return Model(
        tuple(np.ascontiguousarray(weights.T, np.float64) for weights in given.coefs_),
        tuple(np.asarray(biases, np.float64) for biases in given.intercepts_),
        (_SKLEARN[settings["activation"]],) * layers,
        {"logistic": "sigmoid"}.get(given.out_activation_, given.out_activation_),
        _ALPHA,
        {
            "optimizer": descent,
            "learning_rate": settings["learning_rate_init"],
            "batch_size": 200 if settings["batch_size"] == "auto" else settings["batch_size"],
            **momentum,
        },
        "classification" if "classes_" in vars(given) else "regression",
        settings["alpha"],
    )


def _of_torch(given: Any) -> Model:
    weights: list[Array] = []
    biases: list[Array] = []
    after: list[tuple[str, float]] = []
    for module in _modules(given):
        if type(module).__name__ == "Linear":
            w = _numbers(module.weight)
            after += [("", _ALPHA)]
            weights.append(w)
            biases.append(np.zeros(len(w)) if module.bias is None else _numbers(module.bias))
        else:
            after[-1:] = [_followed(after, module)]
    if not weights:
        raise InputError("Sequential has no Linear; allowed: Linear and activations in turn")
    alphas = [alpha for name, alpha in after if name in {"leaky_relu", "elu"}]
    if len(set(alphas)) > 1:
        raise InputError(f"Sequential has several slopes, {shown(str(sorted(set(alphas))))}; allowed: one for all")
    *hidden, output = (name for name, _ in after)
    if output and output not in _OUTPUTS:
        raise InputError(f"Sequential ends in {output}; allowed: {', '.join(_OUTPUTS)}, or nothing")
    if "softmax" in hidden:
        raise InputError("Sequential has Softmax between layers; allowed: at its end")
    names = tuple(name or "identity" for name in hidden)
    return Model(tuple(weights), tuple(biases), names, output, alphas[0] if alphas else _ALPHA, {})


def _followed(after: list[tuple[str, float]], module: Any) -> tuple[str, float]:
    """The activation that a module is, if it stands behind a Linear that has none yet."""
    name = type(module).__name__
    if name not in _TORCH:
        allowed = f"Linear, {', '.join(_TORCH)}"
        raise InputError(f"Sequential has {shown(name)}, which nnviz has not; allowed: {allowed}")
    if not after or after[-1][0]:
        raise InputError(f"Sequential has {name} that follows no Linear; allowed: Linear and activations in turn")
    if name == "GELU" and module.approximate != "none":
        raise InputError("Sequential has an approximate GELU; allowed: the exact one")
    return _TORCH[name](module)


def _modules(given: Any) -> Iterator[Any]:
    """The modules of a Sequential in order, those of one inside it too."""
    for module in given.children():
        if type(module).__name__ == "Sequential":
            yield from _modules(module)
        else:
            yield module


def _numbers(tensor: Any) -> Array:
    return np.array(tensor.detach().cpu().tolist(), np.float64)


def classes_in(model: Model, targets: NDArray[Any]) -> int:
    """How many classes the targets are of; 0 if they are values."""
    different = np.unique(targets)
    whole = targets.dtype.kind != "f" or (np.floor(different) == different).all()
    named = targets.dtype.kind != "f" or (model.output in {"sigmoid", "softmax"} and len(different) <= 10)
    is_classes = model.task == "classification" or (not model.task and whole and named)
    return len(different) if is_classes else 0


def head_of(model: Model, *, classes: int) -> tuple[str, str]:
    """The output's activation and the loss with which a model learns so many classes, or with 0 values.

    Raises
    ------
    InputError
        Its outputs are not as many as the targets ask for.
    """
    outputs = model.layer_sizes[-1]
    if not classes:
        if outputs != 1:
            raise InputError(f"the model has {outputs} outputs; allowed for values: 1")
        return model.output if model.output not in {"", "softmax"} else "identity", "squared_error"
    wanted = {"softmax": classes}.get(model.output, 1 if classes == 2 else classes)
    output = model.output or ("softmax" if outputs == classes else "sigmoid")
    if outputs != (classes if output == "softmax" else wanted):
        raise InputError(
            f"the model has {outputs} outputs, y {classes} classes; allowed: {wanted} outputs for them"
        )
    return output, "squared_error" if output == "identity" else "cross_entropy"


def columns(inputs: ArrayLike, targets: ArrayLike) -> tuple[Array, NDArray[Any]]:
    """X as numbers (samples, features) and y as (samples,), if nnviz can take them.

    Raises
    ------
    InputError
        One line: their shape, or a number that is not finite.
    """
    try:
        x, y = np.asarray(inputs, np.float64), np.asarray(targets)
    except (TypeError, ValueError) as error:
        raise InputError("X holds what is no number; allowed: numbers of shape (samples, features)") from error
    y = y[:, 0] if y.ndim == 2 and y.shape[1] == 1 else y
    if x.ndim != 2 or y.ndim != 1 or len(x) != len(y) or not len(x):
        raise InputError(f"X has shape {x.shape} and y {y.shape}; allowed: (samples, features) and (samples,)")
    if not np.isfinite(x).all() or (y.dtype.kind == "f" and not np.isfinite(y).all()):
        raise InputError("X or y holds a number that is not finite; allowed: finite numbers")
    return x, y
