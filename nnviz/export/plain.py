"""The network as a script for plain NumPy: every formula is in it."""

from nnviz.export.functions import FUNCTIONS, GELU, OUTPUT_CODES
from nnviz.export.model import FIRST_FIVE, NO_CONVOLUTIONS, Cell, Exported

NAME = "NumPy"
_RULES = {
    "sgd": ("", "w -= rate * g"),
    "momentum": (
        "velocity = [np.zeros_like(w) for w in parameters]",
        "v = velocity[k]\nv[:] = {momentum} * v + g\nw -= rate * v",
    ),
    "nesterov": (
        "velocity = [np.zeros_like(w) for w in parameters]",
        "v = velocity[k]\nv[:] = {momentum} * v + g\nw -= rate * (g + {momentum} * v)",
    ),
    "rmsprop": (
        "squares = [np.zeros_like(w) for w in parameters]",
        "s = squares[k]\ns[:] = 0.99 * s + 0.01 * g**2\nw -= rate * g / (np.sqrt(s) + 1e-8)",
    ),
    "adam": (
        "means = [np.zeros_like(w) for w in parameters]\nsquares = [np.zeros_like(w) for w in parameters]",
        (
            "m, s = means[k], squares[k]\n"
            "m[:] = 0.9 * m + 0.1 * g\n"
            "s[:] = 0.999 * s + 0.001 * g**2\n"
            "w -= rate * (m / (1 - 0.9**step)) / (np.sqrt(s / (1 - 0.999**step)) + 1e-8)"
        ),
    ),
}
_RULES["adamw"] = _RULES["adam"]
"""For every optimizer what it remembers, and how w follows its gradient g."""


def lacks(exported: Exported) -> str:
    """What NumPy has not, in words; empty if nothing."""
    return NO_CONVOLUTIONS if exported.design.convolutions else ""


def cells(exported: Exported) -> list[Cell]:
    """The parts of the script."""
    return [
        Cell(f"{exported.title}.", "import base64\nimport io\nimport math\n\nimport numpy as np"),
        exported.data_cell(),
        Cell("σ and σ′ of each hidden layer, and the output layer's activation.", _functions(exported)),
        Cell("The forward pass: p = W o + b, o = σ(p), layer by layer.", _forward(exported)),
        Cell("Backpropagation: δ of each layer, and from it the gradients of W and b.", _backward(exported)),
        Cell("How it learns: `train(100)` goes on from here for 100 epochs.", _training(exported)),
        Cell("What it answers.", "def predict(inputs):\n    return forward(inputs)[0]"),
        FIRST_FIVE,
    ]


def _functions(exported: Exported) -> str:
    design = exported.design
    parts = [GELU.rstrip()] if "gelu" in design.activations else []
    for name in dict.fromkeys(design.activations):
        code = FUNCTIONS[name]
        parts.append(f"def {name}(p):\n    return {code.numpy.format(alpha=design.alpha)}")
        parts.append(f"def {name}_slope(p):\n    return {code.numpy_slope.format(alpha=design.alpha)}")
    parts.append(f"def output(p):\n    return {OUTPUT_CODES[design.output].numpy}")
    hidden = ", ".join(design.activations)
    slopes = ", ".join(f"{name}_slope" for name in design.activations)
    return (
        "\n\n\n".join(parts)
        + f"\n\n\nfunctions = [{', '.join(filter(None, (hidden, 'output')))}]\nslopes = [{slopes}]"
    )


def _forward(exported: Exported) -> str:
    layers = len(exported.sizes)
    return f"""weights = [numbers[f"W{{l}}"] for l in range(1, {layers})]
biases = [numbers[f"b{{l}}"] for l in range(1, {layers})]


def forward(o):
    below = []  # what each layer gets, and its pre-activations
    for w, b, function in zip(weights, biases, functions):
        p = o @ w.T + b
        below.append((o, p))
        o = function(p)
    return o, below"""


def _backward(exported: Exported) -> str:
    l1, l2 = exported.penalties
    delta = "o - t" if exported.is_cross_entropy else OUTPUT_CODES[exported.design.output].numpy_delta
    penalty = "".join((f" + {l1} * np.sign(weights[l])" if l1 else "", f" + {l2} * weights[l]" if l2 else ""))
    lines = [
        "def gradients(x, t):",
        "    o, below = forward(x)",
        f"    delta = ({delta}) / len(x)  # ∂loss/∂p of the output layer",
        "    of_weights, of_biases = [], []",
        "    for l in reversed(range(len(weights))):",
        f"        of_weights.insert(0, delta.T @ below[l][0]{penalty})",
        "        of_biases.insert(0, delta.sum(axis=0))",
        "        if l > 0:",
        "            delta = delta @ weights[l] * slopes[l - 1](below[l - 1][1])",
        *_held(exported),
        "    return of_weights + of_biases",
    ]
    return "\n".join(lines)


def _held(exported: Exported) -> list[str]:
    """What does not learn: frozen layers, and connections that are cut."""
    lines = [
        f"    of_weights[{l - 1}][:], of_biases[{l - 1}][:] = 0, 0  # layer {l} is frozen"
        for l in exported.design.frozen
    ]
    cuts = [f"    of_weights[{l - 1}][{k - 1}, {j - 1}] = 0  # is cut" for l, k, j in exported.design.cut]
    return [*lines, *cuts]


def _training(exported: Exported) -> str:
    training = exported.training
    memory, rule = (part.format(momentum=training.momentum) for part in _RULES[training.optimizer])
    order = "rng.permutation(train_rows)" if training.shuffle else "train_rows"
    frozen = {l - 1 for l in exported.design.frozen}
    is_weight = "k < len(weights)" + (f" and k not in {frozen}" if frozen else "")
    decay = (
        f"if {is_weight}:\n    w *= 1 - rate * {training.l2}  # weights decay, biases do not\n"
        if exported.decays
        else ""
    )
    body = (decay + rule).replace("\n", "\n                ")
    return f"""parameters = weights + biases
{memory + chr(10) if memory else ""}rate, step = {training.learning_rate}, 0
rng = np.random.default_rng({training.seed})


def train(epochs):
    global step
    for _ in range(epochs):
        order = {order}
        for start in range(0, len(order), {training.batch_size}):
            batch, step = order[start : start + {training.batch_size}], step + 1
            for k, (w, g) in enumerate(zip(parameters, gradients(inputs[batch], targets[batch]))):
                {body}"""
