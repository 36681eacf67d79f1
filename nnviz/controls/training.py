"""How it learns: the panel of learning rate, optimizer, batch and loss."""

from nnviz.controls.fields import Choice, Toggle
from nnviz.controls.number import decades
from nnviz.controls.panel import Disclosure, Form, Panel
from nnviz.engine.optimizers import OPTIMIZERS
from nnviz.engine.outputs import LOSSES
from nnviz.experiment.experiment import Experiment

_RATES = decades(-5, 1)
_MOMENTA = (*(round(0.05 * k, 2) for k in range(20)), 0.99)
_BATCHES = (1, 2, 5, 10, 20, 50, 100, 200, 500, 1000)
_PENALTIES = (0.0, *decades(-5, 0, (1.0, 2.0, 5.0)))
_PRECISIONS = (("double", "double (64 bit)"), ("single", "single (32 bit)"))

_RATE_TIP = "η, the length of a step: w ← w − η ∂loss/∂w. Above 0, up to 1000."
_OPTIMIZER_TIP = "\n".join(
    ("How weights w follow the gradient g.", *(f"{o.title}: {o.rule}" for o in OPTIMIZERS.values()))
)
_MOMENTUM_TIP = "µ, how much of the last step is kept: v ← µ v + g. From 0 to below 1; used by {}.".format(
    ", ".join(o.title for o in OPTIMIZERS.values() if o.uses_momentum)
)
_BATCH_TIP = "How many samples one step averages over. 1: a step for every sample; all: one step an epoch."
_L1_TIP = "λ₁ of the penalty λ₁ Σ|w|, which drives weights to exactly 0. From 0 to 1000."
_L2_TIP = "λ₂ of the penalty ½ λ₂ Σ w², which keeps weights small. From 0 to 1000."
_SEED_TIP = (
    "Which random numbers the first weights and the order of the samples come from: the same seed, the same run."
)


class TrainingPanel(Panel):
    """Emits ``changed`` with a new `Training`."""

    def __init__(self) -> None:
        super().__init__("training", "Training")
        self._add_common()
        self._add_rare()
        self._column.addStretch(1)
        self.show_experiment(self._experiment)

    def show_experiment(self, experiment: Experiment) -> None:
        """Show how an experiment learns."""
        super().show_experiment(experiment)
        self.momentum.setEnabled(OPTIMIZERS[self.shown.optimizer].uses_momentum)
        self.loss.allow(lambda name: experiment.network.output in LOSSES[name].outputs)

    def _add_common(self) -> None:
        self.learning_rate = self._number("learning_rate", _RATES)
        self.optimizer = self._bind("optimizer", Choice((o.name, o.title) for o in OPTIMIZERS.values()))
        self.momentum = self._number("momentum", _MOMENTA)
        self.batch_size = self._number("batch_size", _BATCHES)
        self.loss = self._bind("loss", Choice((loss.name, loss.title) for loss in LOSSES.values()))
        self._form = form = Form()
        form.add("Learnin&g rate", self.learning_rate, _RATE_TIP)
        form.add("Opti&mizer", self.optimizer, _OPTIMIZER_TIP)
        form.add("Mom&entum", self.momentum, _MOMENTUM_TIP)
        form.add("&Batch size", self.batch_size, _BATCH_TIP)
        form.add("Loss", self.loss, _loss_tip())
        self._column.addWidget(form)

    def _add_rare(self) -> None:
        more = Disclosure()
        form = Form(self._form)
        more.hold(form)
        form.add("L1", self._number("l1", _PENALTIES), _L1_TIP)
        form.add("L2", self._number("l2", _PENALTIES), _L2_TIP)
        form.add("Seed", self._number("seed", ()), _SEED_TIP)
        form.add("Precision", self._bind("precision", Choice(_PRECISIONS)), "How exactly it is computed.")
        form.add_whole(self._bind("shuffle", Toggle("Shuffle", "Take the samples in another order every epoch.")))
        self._column.addWidget(more)


def _loss_tip() -> str:
    formulas = (f"{loss.title}: {loss.formula}" for loss in LOSSES.values())
    return "\n".join(("What is made small, o being outputs and t targets.", *formulas))
