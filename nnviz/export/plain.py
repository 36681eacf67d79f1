"""The network as a script for plain NumPy: every formula is in it."""

from nnviz.export.functions import FUNCTIONS, GELU, OUTPUT_CODES
from nnviz.export.model import FIRST_FIVE, Cell, Exported

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


def lacks(_exported: Exported) -> str:
    """What NumPy has not: nothing."""
    return ""


def cells(exported: Exported) -> list[Cell]:
    """The parts of the script."""
    return [
        Cell(f"{exported.title}.", "import base64\nimport io\nimport math\n\nimport numpy as np"),
        exported.data_cell(),
        Cell("σ and σ′ of each hidden layer, and the output layer's activation.", _functions(exported)),
        *([_convolutions(exported)] if exported.convolutions else []),
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


def _convolutions(exported: Exported) -> Cell:
    """What a convolution does, forward and back; the largest is taken before the activation, the mean after it."""
    made = "".join(
        f"    (windows({layer.below}, {layer.window}, {layer.stride}, {layer.padding}, {layer.sides}), "
        f"{layer.pool.takes == 'max'}),  # {layer.channels} maps of {layer.maps[1]}×{layer.maps[2]}\n"
        for layer in exported.convolutions
    )
    return Cell(
        "Convolutions: at each place of a window p = w · (what it shows) + b; of a pool the largest or the mean.",
        f"{_WINDOWS}\n\nconvolutions = [  # what is read; whether a pool takes the largest\n{made}]{_CONVOLVE}",
    )


_WINDOWS = '''\
def windows(maps, window, stride, padding, pool):
    """The number below that each weight reads at each place, shape (weights, pools, places of a pool)."""
    channel, down, right = np.indices((maps[0], window, window)).reshape(3, -1, 1, 1)
    places = [(size + 2 * padding - window) // stride + 1 for size in maps[1:]]
    rows, columns = (size // side for size, side in zip(places, pool))
    row, column = np.indices((rows * pool[0], columns * pool[1])).reshape(2, rows, pool[0], columns, pool[1])
    row, column = (at.transpose(0, 2, 1, 3).reshape(1, rows * columns, -1) * stride for at in (row, column))
    row, column = row + down - padding, column + right - padding
    inside = (row >= 0) & (row < maps[1]) & (column >= 0) & (column < maps[2])
    return np.where(inside, (channel * maps[1] + row) * maps[2] + column, np.prod(maps))  # the last is a zero
'''
_CONVOLVE = """


def convolve(o, l):
    reads, takes_largest = convolutions[l]
    shown = np.hstack([o, np.zeros((len(o), 1))])[:, reads]  # (samples, weights, pools, places of a pool)
    p = np.einsum("cw,nwpq->ncpq", weights[l], shown, optimize=True) + biases[l][:, None, None]
    o = functions[l](p.max(axis=3)) if takes_largest else functions[l](p).mean(axis=3)
    return o.reshape(len(o), -1), p, shown


def convolve_back(l, o, p, shown, delta):
    reads, takes_largest = convolutions[l]
    delta = delta.reshape(*p.shape[:3], 1)  # ∂loss/∂o of each pool
    if takes_largest:
        chosen = p.argmax(axis=3)[..., None]
        largest = np.take_along_axis(p, chosen, 3)
        delta_p = np.zeros_like(p)
        np.put_along_axis(delta_p, chosen, delta * slopes[l](largest), 3)
    else:
        delta_p = delta * slopes[l](p) / p.shape[3]
    of_w = np.einsum("ncpq,nwpq->cw", delta_p, shown, optimize=True)  # a sum over all places
    back = np.zeros((len(o), o.shape[1] + 1))
    handed = np.einsum("cw,ncpq->nwpq", weights[l], delta_p, optimize=True)
    np.add.at(back, (slice(None), reads), handed)
    return of_w, delta_p.sum(axis=(0, 2, 3)), back[:, :-1]"""


def _forward(exported: Exported) -> str:
    layers = len(exported.sizes)
    convolved = """        if l < len(convolutions):
            after, p, shown = convolve(o, l)
            below.append((o, p, shown))
            o = after
            continue
"""
    return f"""weights = [numbers[f"W{{l}}"] for l in range(1, {layers})]
biases = [numbers[f"b{{l}}"] for l in range(1, {layers})]


def forward(o):
    below = []  # what each layer gets, and its pre-activations
    for l, (w, b, function) in enumerate(zip(weights, biases, functions)):
{convolved if exported.convolutions else ""}        p = o @ w.T + b
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
        *(_BACK_THROUGH_BOTH if exported.convolutions else _BACK),
        f"        of_weights.insert(0, w{penalty})",
        "        of_biases.insert(0, b)",
        *_held(exported),
        "    return of_weights + of_biases",
    ]
    return "\n".join(lines)


_BACK = (
    "        w, b = delta.T @ below[l][0], delta.sum(axis=0)",
    "        if l > 0:",
    "            delta = delta @ weights[l] * slopes[l - 1](below[l - 1][1])",
)
_BACK_THROUGH_BOTH = (
    "        if l < len(convolutions):",
    "            w, b, delta = convolve_back(l, *below[l], delta)",
    "        else:",
    "            w, b = delta.T @ below[l][0], delta.sum(axis=0)",
    "            delta = delta @ weights[l]  # ∂loss/∂o of the layer below",
    "            if l > len(convolutions):",
    "                delta = delta * slopes[l - 1](below[l - 1][1])",
)


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
