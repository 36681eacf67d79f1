"""The network as a script for scikit-learn."""

from nnviz.export.functions import FUNCTIONS
from nnviz.export.model import FIRST_FIVE, Cell, Exported

NAME = "scikit-learn"


def lacks(exported: Exported) -> str:
    """What scikit-learn has not, in words; empty if nothing."""
    design, training = exported.design, exported.training
    names = sorted(set(design.activations))
    foreign = [name for name in names if not FUNCTIONS[name].sklearn]
    reasons = {
        "convolutions": bool(design.convolutions),
        f"the activation {', '.join(foreign)}": bool(foreign),
        "layers with different activations": len(names) > 1,
        f"{design.output} outputs with {training.loss.replace('_', ' ')}": not _has_output(exported),
        "softmax of two classes, but one sigmoid output": _is_softmax_of_two(exported),
        "squared error of several outputs that is not divided by their number": _is_averaged(exported),
        f"the optimizer {training.optimizer}": training.optimizer in {"rmsprop", "adamw"},
        "L1": training.l1 > 0.0,
        "frozen layers": bool(design.frozen),
        "connections that are cut": bool(design.cut),
    }
    return next((words for words, is_lacking in reasons.items() if is_lacking), "")


def _has_output(exported: Exported) -> bool:
    output = exported.design.output
    return output in {"sigmoid", "softmax"} if exported.is_cross_entropy else output == "identity"


def _is_softmax_of_two(exported: Exported) -> bool:
    return exported.design.output == "softmax" and exported.sizes[-1] == 2


def _is_averaged(exported: Exported) -> bool:
    return not exported.is_cross_entropy and exported.sizes[-1] > 1


def cells(exported: Exported) -> list[Cell]:
    """The parts of the script."""
    model = _class(exported)
    head = [
        "import base64\nimport io\nimport warnings\n\nimport numpy as np",
        "from sklearn.exceptions import ConvergenceWarning",
        f"from sklearn.neural_network import {model}",
        "",
        'warnings.simplefilter("ignore", ConvergenceWarning)  # it learns as long as it is told to',
    ]
    data = exported.data_cell()
    return [
        Cell(f"{exported.title}.", "\n".join(head)),
        Cell(data.words, f"{data.code}\nx, y = inputs[train_rows], {_targets(exported)}"),
        Cell("The network: `fit` makes its layers, then they get their weights.", _network(exported)),
        Cell("How it learns: `train(100)` goes on from here for 100 epochs.", _training()),
        Cell("What it answers.", _outputs(exported)),
        FIRST_FIVE,
    ]


def _class(exported: Exported) -> str:
    return "MLPClassifier" if exported.is_cross_entropy else "MLPRegressor"


def _targets(exported: Exported) -> str:
    if not exported.is_cross_entropy:
        return "targets[train_rows, 0]"
    if exported.design.output == "softmax":
        return "targets[train_rows].argmax(axis=1)"
    return "targets[train_rows].astype(int)" + ("[:, 0]" if exported.sizes[-1] == 1 else "")


def _network(exported: Exported) -> str:
    design, training = exported.design, exported.training
    activation = FUNCTIONS[design.activations[0]].sklearn if design.activations else "identity"
    solver = "adam" if training.optimizer == "adam" else "sgd"
    l2 = training.l2 * min(training.batch_size, len(exported.problem.train))
    lines = [
        f"model = {_class(exported)}(",
        f"    hidden_layer_sizes={exported.sizes[1:-1]},",
        f'    activation="{activation}",',
        f'    solver="{solver}",',
        f"    learning_rate_init={training.learning_rate},",
        *([f"    momentum={exported.momentum},"] if solver == "sgd" else []),
        *([f"    nesterovs_momentum={training.optimizer == 'nesterov'},"] if solver == "sgd" else []),
        f"    batch_size={min(training.batch_size, len(exported.problem.train))},",
        f"    shuffle={training.shuffle},",
        f"    alpha={l2},  # λ₂ times the batch size, by which scikit-learn divides it" if l2 else "    alpha=0,",
        "    max_iter=1,",
        "    tol=0,",
        "    warm_start=True,",
        ").fit(x, y)",
        'model.coefs_ = [numbers[f"W{l}"].T.copy() for l in range(1, model.n_layers_)]',
        'model.intercepts_ = [numbers[f"b{l}"].copy() for l in range(1, model.n_layers_)]',
    ]
    return "\n".join(lines)


def _training() -> str:
    return """def train(epochs):
    model.set_params(max_iter=epochs, n_iter_no_change=epochs + 1)
    model.fit(x, y)"""


def _outputs(exported: Exported) -> str:
    if not exported.is_cross_entropy:
        rows = "model.predict(inputs).reshape(-1, 1)"
    else:
        rows = "model.predict_proba(inputs)"
        rows += "[:, 1:]" if exported.sizes[-1] == 1 else ""
    return f"def predict(inputs):\n    return {rows}"
