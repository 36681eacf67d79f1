"""The network as a script for Keras."""

from nnviz.export.functions import FUNCTIONS, OUTPUT_CODES
from nnviz.export.model import FIRST_FIVE, Cell, Exported

NAME = "Keras"


def lacks(exported: Exported) -> str:
    """What Keras has not, in words; empty if nothing."""
    return "connections that are cut" if exported.design.cut else ""


def cells(exported: Exported) -> list[Cell]:
    """The parts of the script."""
    kind = "float32" if exported.training.precision == "single" else "float64"
    head = f'import base64\nimport io\n\nimport keras\nimport numpy as np\n\nkeras.config.set_floatx("{kind}")'
    return [
        Cell(f"{exported.title}.", head),
        exported.data_cell(),
        Cell("The network, with its weights.", _network(exported)),
        Cell("The loss of each sample; Keras takes their mean.", _loss(exported)),
        Cell("How it learns: `train(100)` goes on from here for 100 epochs.", _training(exported)),
        Cell("What it answers.", _outputs()),
        FIRST_FIVE,
    ]


def _network(exported: Exported) -> str:
    design, first = exported.design, len(exported.convolutions)
    l1, l2 = exported.penalties
    penalty = f", kernel_regularizer=keras.regularizers.L1L2({l1}, {l2 / 2})" if l1 or l2 else ""
    layers = [f"keras.layers.Input(({exported.sizes[0]},))", *_convolutions(exported, penalty)]
    for units, name in zip(exported.sizes[first + 1 :], (*design.activations[first:], "identity"), strict=True):
        layers.append(f"keras.layers.Dense({units}, activation={_function(exported, name)}{penalty})")
    lines = [
        "model = keras.Sequential(",
        "    [",
        *(f"        {layer}," for layer in layers),
        "    ]",
        ")",
        "learning = [layer for layer in model.layers if layer.weights]",
        "for l, layer in enumerate(learning, start=1):",
        '    w = numbers[f"W{l}"]',
        *(_WINDOWS if first else ()),
        f'    layer.set_weights([{"w" if first else "w.T"}, numbers[f"b{{l}}"]])',
        *(f"learning[{l - 1}].trainable = False  # layer {l} is frozen" for l in design.frozen),
        "",
        "",
        "def output(p):  # the output layer's activation",
        f"    return {OUTPUT_CODES[design.output].keras}",
    ]
    return "\n".join(lines)


_WINDOWS = (
    "    if isinstance(layer, keras.layers.Conv2D):  # rows and columns of the window come first",
    "        rows, columns, maps, channels = layer.kernel.shape",
    "        w = w.reshape(channels, maps, rows, columns).transpose(2, 3, 1, 0)",
    "    else:",
    "        w = w.T",
)


def _function(exported: Exported, name: str) -> str:
    return FUNCTIONS[name].keras.format(alpha=exported.design.alpha)


def _convolutions(exported: Exported, penalty: str) -> list[str]:
    """The layers of the convolutions: the largest is taken before the activation, the mean after it.

    Maps come last on the way, as every computer can do that, and first where they become one row.
    """
    convolutions = exported.convolutions
    if not convolutions:
        return []
    layers = [f"keras.layers.Reshape({convolutions[0].below})", "keras.layers.Permute((2, 3, 1))"]
    for layer, name in zip(convolutions, exported.design.activations, strict=False):
        if layer.padding:
            layers.append(f"keras.layers.ZeroPadding2D({layer.padding})")
        window = f"{layer.channels}, {layer.window}, strides={layer.stride}"
        parts = [
            f"keras.layers.Conv2D({window}{penalty})",
            f"keras.layers.Activation({_function(exported, name)})",
        ]
        if layer.pool.takes == "max":
            parts.insert(1, f"keras.layers.MaxPooling2D({layer.sides})")
        elif layer.pool.takes:
            parts.append(f"keras.layers.AveragePooling2D({layer.sides})")
        layers += parts
    return [*layers, "keras.layers.Permute((3, 1, 2))", "keras.layers.Flatten()"]


def _loss(exported: Exported) -> str:
    if not exported.is_cross_entropy:
        value = "0.5 * keras.ops.sum((output(p) - targets) ** 2, axis=1)"
    elif exported.design.output == "softmax":
        value = "keras.ops.categorical_crossentropy(targets, p, from_logits=True)"
    elif exported.design.output == "sigmoid":
        value = "keras.ops.sum(keras.ops.binary_crossentropy(targets, p, from_logits=True), axis=1)"
    else:  # targets ±1 stand for the probabilities 0 and 1
        value = "keras.ops.sum(keras.ops.binary_crossentropy((targets + 1) / 2, 2 * p, from_logits=True), axis=1)"
    return f"def loss_of(targets, p):\n    return {value}"


def _training(exported: Exported) -> str:
    training = exported.training
    spared = 'optimizer.exclude_from_weight_decay(var_names=["bias"])\n' if exported.decays else ""
    return f"""optimizer = {_optimizer(exported)}
{spared}model.compile(optimizer=optimizer, loss=loss_of)


def train(epochs):
    model.fit(
        inputs[train_rows],
        targets[train_rows],
        batch_size={training.batch_size},
        epochs=epochs,
        shuffle={training.shuffle},
        verbose=0,
    )"""


def _optimizer(exported: Exported) -> str:
    training, rate = exported.training, exported.training.learning_rate
    if training.optimizer == "rmsprop":  # Keras adds epsilon below the root
        return f"keras.optimizers.RMSprop({rate}, rho=0.99, epsilon=1e-16)"
    if training.optimizer == "adam":
        return f"keras.optimizers.Adam({rate}, epsilon=1e-8)"
    if training.optimizer == "adamw":
        return f"keras.optimizers.AdamW({rate}, weight_decay={training.l2}, epsilon=1e-8)"
    momentum = f", momentum={exported.momentum}" if exported.momentum else ""
    nesterov = ", nesterov=True" if exported.momentum and training.optimizer == "nesterov" else ""
    return f"keras.optimizers.SGD({rate}{momentum}{nesterov})"


def _outputs() -> str:
    return "def predict(inputs):\n    return keras.ops.convert_to_numpy(output(model(inputs)))"
