"""Experiments to begin with: each shows one thing, and learns it within seconds or has it built in."""

from typing import NamedTuple

from nnviz.experiment.experiment import Data, Experiment, NetworkDesign, Training


class Example(NamedTuple):
    """An experiment, and what it is called in a menu."""

    title: str
    experiment: Experiment


EXAMPLES = (
    Example(
        "A circle from three half-planes",
        Experiment(
            data=Data(name="circle"), network=NetworkDesign(hidden=(3,)), training=Training(learning_rate=0.1)
        ),
    ),
    Example(
        "XOR without a hidden layer, in vain",
        Experiment(network=NetworkDesign(hidden=())),
    ),
    Example(
        "Two spirals with Adam",
        Experiment(
            data=Data(name="spiral"),
            network=NetworkDesign(hidden=(12, 8)),
            training=Training(optimizer="adam", learning_rate=0.01),
        ),
    ),
    Example(
        "Three clouds, a probability for each",
        Experiment(
            data=Data(name="blobs", noise=0.3),
            network=NetworkDesign(hidden=(4,), output="softmax"),
            training=Training(loss="cross_entropy", learning_rate=0.1),
        ),
    ),
    Example(
        "Iris: three species by four lengths",
        Experiment(
            data=Data(name="iris", standardize=True),
            network=NetworkDesign(hidden=(6,), output="softmax"),
            training=Training(loss="cross_entropy", learning_rate=0.1),
        ),
    ),
    Example(
        "Handwritten digits",
        Experiment(
            data=Data(name="digits", train_fraction=0.7),
            network=NetworkDesign(hidden=(32,), activation="relu", output="softmax", initializer="he_normal"),
            training=Training(loss="cross_entropy", learning_rate=0.1, batch_size=20),
        ),
    ),
    Example(
        "A sine curve from eight units",
        Experiment(
            data=Data(name="sine"),
            network=NetworkDesign(hidden=(8,), output="identity"),
            training=Training(optimizer="adam", learning_rate=0.02),
        ),
    ),
    Example(
        "A sawtooth folded by hand, layer by layer",
        Experiment(
            data=Data(name="sawtooth", folds=4),
            network=NetworkDesign(hidden=(2,) * 4, activation="relu", output="identity", built="sawtooth"),
        ),
    ),
    Example(
        "Parity by a tree of XORs, set by hand",
        Experiment(
            data=Data(name="parity", bits=8, standardize=True),
            network=NetworkDesign(hidden=(8, 4, 4, 2, 2), built="xor_tree"),
        ),
    ),
    Example(
        "Parity by units that count, set by hand",
        Experiment(
            data=Data(name="parity", bits=8, standardize=True),
            network=NetworkDesign(hidden=(8,), built="counting"),
        ),
    ),
    Example(
        "Too large a network for few noisy points",
        Experiment(
            data=Data(name="moons", samples=60, noise=1.0),
            network=NetworkDesign(hidden=(32, 16)),
            training=Training(optimizer="adam", learning_rate=0.01),
        ),
    ),
)
"""In the order of the menu."""
