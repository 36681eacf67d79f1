"""The network as a script for PyTorch."""

from nnviz.export.functions import FUNCTIONS, OUTPUT_CODES
from nnviz.export.model import FIRST_FIVE, Cell, Exported

NAME = "PyTorch"
_STEP = """

class Step(nn.Module):  # PyTorch has none; its slope is 0
    def forward(self, p):
        return (p >= 0).to(p) + 0 * p
"""
_SIGN = """

class Sign(nn.Module):
    def forward(self, p):
        return torch.sign(p)
"""
_CUBE = """

class Cube(nn.Module):
    def forward(self, p):
        return p**3
"""
_OWN = {"step": _STEP, "sign": _SIGN, "cube": _CUBE}


def lacks(_exported: Exported) -> str:
    """What PyTorch has not: nothing."""
    return ""


def cells(exported: Exported) -> list[Cell]:
    """The parts of the script."""
    kind = "float32" if exported.training.precision == "single" else "float64"
    imports = "import base64\nimport io\n\nimport numpy as np\nimport torch\nfrom torch import nn"
    head = f"{imports}\n\ntorch.set_default_dtype(torch.{kind})"
    tensors = f"\ninputs, targets = (torch.tensor(each, dtype=torch.{kind}) for each in (inputs, targets))"
    data = exported.data_cell()
    return [
        Cell(f"{exported.title}.", head),
        Cell(data.words, data.code + tensors),
        Cell("The network, with its weights.", _network(exported)),
        Cell("The loss: the mean over the samples.", _loss(exported)),
        Cell("How it learns: `train(100)` goes on from here for 100 epochs.", _training(exported)),
        Cell("What it answers.", _outputs()),
        FIRST_FIVE,
    ]


def _network(exported: Exported) -> str:
    design, sizes = exported.design, exported.sizes
    modules = "".join(f"{code.strip()}\n\n\n" for name, code in _OWN.items() if name in design.activations)
    layers, first = _convolutions(exported), len(design.convolutions)
    for below, above, name in zip(
        sizes[first:], sizes[first + 1 :], (*design.activations, "")[first:], strict=False
    ):
        function = f", {_function(exported, name)}" if name else ""
        layers.append(f"    nn.Linear({below}, {above}){function},")
    network = "\n".join(["model = nn.Sequential(", *layers, ")"])
    kinds, shape = ("(nn.Linear, nn.Conv2d)", ".reshape(layer.weight.shape)") if first else ("nn.Linear", "")
    return f"""{modules}{network}
linear = [layer for layer in model if isinstance(layer, {kinds})]
with torch.no_grad():
    for l, layer in enumerate(linear, start=1):
        layer.weight.copy_(torch.tensor(numbers[f"W{{l}}"]){shape})
        layer.bias.copy_(torch.tensor(numbers[f"b{{l}}"]))
{_held(exported)}

def output(p):  # the output layer's activation
    return {OUTPUT_CODES[design.output].pytorch}"""


def _function(exported: Exported, name: str) -> str:
    return FUNCTIONS[name].pytorch.format(alpha=exported.design.alpha)


def _convolutions(exported: Exported) -> list[str]:
    """The lines of the convolutions: the largest is taken before the activation, the mean after it."""
    convolutions = exported.convolutions
    if not convolutions:
        return []
    lines = [f"    nn.Unflatten(1, {convolutions[0].below}),"]
    for layer, name in zip(convolutions, exported.design.activations, strict=False):
        steps = f"stride={layer.stride}, padding={layer.padding}"
        parts = [
            f"nn.Conv2d({layer.below[0]}, {layer.channels}, {layer.window}, {steps})",
            _function(exported, name),
        ]
        if layer.pool.takes == "max":
            parts.insert(1, f"nn.MaxPool2d({layer.sides})")
        elif layer.pool.takes:
            parts.append(f"nn.AvgPool2d({layer.sides})")
        lines.append(f"    {', '.join(parts)},")
    return [*lines, "    nn.Flatten(),"]


def _held(exported: Exported) -> str:
    """What does not learn: frozen layers, and connections that are cut."""
    lines = [f"linear[{l - 1}].requires_grad_(False)  # layer {l} is frozen" for l in exported.design.frozen]
    cut = exported.design.cut
    if cut:
        lines.append("for layer, unit, source in " + repr([tuple(n - 1 for n in place) for place in cut]) + ":")
        lines.append("    keep = torch.ones_like(linear[layer].weight)")
        lines.append("    keep[unit, source] = 0  # a connection that is cut stays so")
        lines.append("    if linear[layer].weight.requires_grad:")
        lines.append("        linear[layer].weight.register_hook(lambda gradient, keep=keep: gradient * keep)")
    return "\n".join([*lines, ""])


def _loss(exported: Exported) -> str:
    if not exported.is_cross_entropy:
        value = "0.5 * ((output(p) - targets) ** 2).sum(dim=1).mean()"
    elif exported.design.output == "softmax":
        value = "nn.functional.cross_entropy(p, targets)"
    elif exported.design.output == "sigmoid":
        value = 'nn.functional.binary_cross_entropy_with_logits(p, targets, reduction="sum") / len(p)'
    else:  # targets ±1 stand for the probabilities 0 and 1
        value = (
            'nn.functional.binary_cross_entropy_with_logits(2 * p, (targets + 1) / 2, reduction="sum") / len(p)'
        )
    l1, l2 = exported.penalties
    penalty = f" + {l1} * sum(layer.weight.abs().sum() for layer in linear)" if l1 else ""
    penalty += f" + {l2} / 2 * sum((layer.weight**2).sum() for layer in linear)" if l2 else ""
    return f"def loss_of(p, targets):\n    return {value}{penalty}"


def _training(exported: Exported) -> str:
    training = exported.training
    order = "torch.randperm(len(train_rows))" if training.shuffle else "torch.arange(len(train_rows))"
    return f"""optimizer = {_optimizer(exported)}


def train(epochs):
    for _ in range(epochs):
        order = torch.as_tensor(train_rows)[{order}]
        for batch in order.split({training.batch_size}):
            optimizer.zero_grad()
            loss_of(model(inputs[batch]), targets[batch]).backward()
            optimizer.step()"""


def _optimizer(exported: Exported) -> str:
    training, rate = exported.training, exported.training.learning_rate
    if training.optimizer == "rmsprop":
        return f"torch.optim.RMSprop(model.parameters(), lr={rate}, alpha=0.99, eps=1e-8)"
    if training.optimizer == "adam":
        return f"torch.optim.Adam(model.parameters(), lr={rate})"
    if training.optimizer == "adamw":  # weights decay, biases do not
        weights = f'{{"params": [layer.weight for layer in linear], "weight_decay": {training.l2}}}'
        biases = '{"params": [layer.bias for layer in linear], "weight_decay": 0}'
        return f"torch.optim.AdamW(\n    [{weights}, {biases}], lr={rate}\n)"
    momentum = f", momentum={exported.momentum}" if exported.momentum else ""
    nesterov = ", nesterov=True" if exported.momentum and training.optimizer == "nesterov" else ""
    return f"torch.optim.SGD(model.parameters(), lr={rate}{momentum}{nesterov})"


def _outputs() -> str:
    return "@torch.no_grad()\ndef predict(inputs):\n    return output(model(inputs)).numpy()"
