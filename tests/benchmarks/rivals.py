"""What people would use instead: scikit-learn and eager PyTorch, on the same data, for as many epochs."""

import warnings
from collections.abc import Callable
from itertools import pairwise

import numpy as np
import torch
from sklearn.exceptions import ConvergenceWarning
from sklearn.neural_network import MLPClassifier

from nnviz.runs.run import NetworkRun

_NEVER = 10**9

Training = Callable[[int], object]
"""Trains so many epochs."""


def scikit_learn(run: NetworkRun, precision: str) -> Training:
    """Its classifier, fitted from the start: the same layers and batches, its own loss and logistic output."""
    network, training, samples = run.experiment.network, run.experiment.training, run.problem.train
    inputs = samples.inputs.astype(np.float32 if precision == "single" else np.float64)

    def fit(epochs: int) -> object:
        model = MLPClassifier(
            network.hidden,
            activation=network.activation,
            solver="sgd",
            alpha=0.0,
            batch_size=training.batch_size,
            learning_rate="constant",
            learning_rate_init=training.learning_rate,
            max_iter=epochs,
            shuffle=True,
            random_state=0,
            tol=0.0,
            momentum=0.0,
            nesterovs_momentum=False,
            n_iter_no_change=_NEVER,
        )
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", ConvergenceWarning)  # so many epochs and no more, that is the point
            return model.fit(inputs, samples.classes)

    return fit


def pytorch(run: NetworkRun) -> Training:
    """The training loop of its tutorials: a Sequential, SGD, a new order of the samples every epoch."""
    training, samples = run.experiment.training, run.problem.train
    dtype = torch.float32 if training.precision == "single" else torch.float64
    model = _model(run).to(dtype)
    optimizer = torch.optim.SGD(model.parameters(), lr=training.learning_rate)
    softmax = run.experiment.network.output == "softmax"
    loss = torch.nn.CrossEntropyLoss() if softmax else torch.nn.MSELoss()
    inputs = torch.tensor(samples.inputs, dtype=dtype)
    targets = torch.tensor(samples.classes) if softmax else torch.tensor(samples.targets, dtype=dtype)

    def train(epochs: int) -> None:
        for _ in range(epochs):
            for chosen in torch.randperm(len(inputs)).split(training.batch_size):
                optimizer.zero_grad()
                loss(model(inputs[chosen]), targets[chosen]).backward()
                optimizer.step()

    return train


def _model(run: NetworkRun) -> torch.nn.Sequential:
    torch.manual_seed(0)
    torch.set_num_threads(1)
    sizes, design = run.problem.network.layer_sizes, run.experiment.network
    hidden = torch.nn.ReLU if design.activation == "relu" else torch.nn.Tanh
    modules: list[torch.nn.Module] = []
    for inputs, units in pairwise(sizes):
        modules += [torch.nn.Linear(inputs, units), hidden()]
    # PyTorch's cross-entropy takes the logits themselves
    last = [] if design.output == "softmax" else [torch.nn.Tanh()]
    return torch.nn.Sequential(*modules[:-1], *last)
