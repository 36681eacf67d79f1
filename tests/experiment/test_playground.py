"""Links of TensorFlow Playground, in and out."""

from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nnviz.errors import InputError
from nnviz.experiment.experiment import ConvolutionDesign, Data, Experiment, NetworkDesign, Training
from nnviz.experiment.playground import experiment_in, link_to
from nnviz.runs.run import NetworkRun

_WHOLE = (
    "https://playground.tensorflow.org/#activation=relu&regularization=L2&batchSize=7&dataset=spiral"
    "&regDataset=reg-gauss&learningRate=0.1&regularizationRate=0.003&noise=25&networkShape=8,5,3&seed=0.04711"
    "&showTestData=true&discretize=true&percTrainData=70&x=true&y=false&xTimesY=true&xSquared=false&ySquared=true"
    "&cosX=false&sinX=true&cosY=false&sinY=false&collectStats=false&problem=classification&initZero=false"
    "&hideText=false&learningRate_hide=true"
)
_FEATURES = ("x1", "x2", "x1*x2", "x1^2", "x2^2", "sin(x1)", "sin(x2)")


def test_a_link_says_all_of_its_experiment() -> None:
    experiment, otherwise = experiment_in(_WHOLE)
    assert experiment == Experiment(
        data=Data(
            name="spiral",
            noise=0.25,
            train_fraction=0.7,
            features=("x1", "x1*x2", "x2^2", "sin(x1)"),
            seed=4711,
        ),
        network=NetworkDesign(hidden=(8, 5, 3), activation="relu", initializer="uniform", initial_biases="tenth"),
        training=Training(learning_rate=0.1, batch_size=7, shuffle=False, l2=0.003, seed=4711),
    )
    assert otherwise == ("the random numbers",)


def test_what_a_link_does_not_say_is_what_playground_begins_with() -> None:
    experiment, _ = experiment_in("http://playground.tensorflow.org/#seed=0.5")
    assert (experiment.data.name, experiment.data.samples, experiment.data.train_fraction) == ("circle", 500, 0.5)
    assert (experiment.network.hidden, experiment.network.activation) == ((4, 2), "tanh")
    assert (experiment.training.learning_rate, experiment.training.batch_size) == (0.03, 10)


@pytest.mark.parametrize(("given_name", "name"), [("reg-plane", "plane"), ("reg-gauss", "multi_gaussian")])
def test_values_are_learned_with_a_linear_output(given_name: str, name: str) -> None:
    experiment, _ = experiment_in(f"https://a.b/#problem=regression&regDataset={given_name}&networkShape=")
    assert (experiment.data.name, experiment.data.samples) == (name, 1200)
    assert (experiment.network.output, experiment.network.hidden) == ("identity", ())


def test_first_weights_are_drawn_as_there() -> None:
    experiment, _ = experiment_in("https://a.b/#networkShape=8,8,8&activation=tanh")
    snapshot = NetworkRun(experiment).snapshot()
    weights = np.concatenate([w.ravel() for w in snapshot.weights])
    assert 0.4 < np.abs(weights).max() <= 0.5
    assert all((biases == 0.1).all() for biases in snapshot.biases)
    zero, _ = experiment_in("https://a.b/#initZero=true")
    assert not any(w.any() for w in NetworkRun(zero).snapshot().weights)


def test_what_is_not_the_same_is_said() -> None:
    _, otherwise = experiment_in("https://a.b/#cosX=true&regularization=L1&regularizationRate=0.01")
    assert "cos x₁, which is left out" in otherwise
    assert "L1, which does not stop weights at 0 here" in otherwise


@pytest.mark.parametrize(
    ("link", "said"),
    [
        ("https://example.org/", "nnviz opens no address of the network"),
        ("https://example.org/#top", "nnviz opens no address of the network"),
        ("https://a.b/#activation=gelu", "link: activation: 'gelu' is not allowed; allowed: tanh, relu, sigmoid"),
        ("https://a.b/#noise=much", "link: noise: 'much' is not allowed; allowed: numbers"),
        ("https://a.b/#noise=inf", "link: noise: 'inf' is not allowed; allowed: numbers"),
        ("https://a.b/#batchSize=2.5", "link: batchSize: '2.5' is not allowed; allowed: whole numbers"),
        ("https://a.b/#networkShape=4,x", "link: networkShape: 'x' is not allowed"),
        ("https://a.b/#networkShape=9999", "link: network.hidden: (9999,) is not allowed; allowed: a list"),
        ("https://a.b/#percTrainData=0", "link: data.train_fraction: 0.0 is not allowed"),
        ("https://a.b/#x=false&y=false", "link: no input is chosen"),
        ("https://a.b/#noise=1" + "0" * 5000, "nnviz opens no address of the network"),
    ],
)
def test_what_is_no_link_is_refused_in_one_line(link: str, said: str) -> None:
    with pytest.raises(InputError) as refused:
        experiment_in(link)
    assert said in str(refused.value)
    assert "\n" not in str(refused.value)


@given(st.text(max_size=80))
def test_no_text_breaks_it(text: str) -> None:
    try:
        experiment, _ = experiment_in(f"https://a.b/#activation=tanh&{text}")
    except InputError as error:
        assert "\n" not in str(error)  # noqa: PT017 - it may also be read
    else:
        assert experiment.network.hidden is not None


def _features(chosen: set[str]) -> tuple[str, ...]:
    return tuple(name for name in _FEATURES if name in chosen)


@given(
    data=st.builds(
        Data,
        name=st.sampled_from(["circle", "xor", "gaussians", "spiral"]),
        noise=st.integers(0, 50).map(lambda n: n / 100),
        train_fraction=st.integers(1, 9).map(lambda n: n / 10),
        features=st.sets(st.sampled_from(_FEATURES), min_size=1).map(_features),
        seed=st.just(8),
    ),
    hidden=st.lists(st.integers(1, 8), max_size=6).map(tuple),
    activation=st.sampled_from(["tanh", "relu", "sigmoid", "identity"]),
    l2=st.sampled_from([0.0, 0.001, 0.3]),
)
def test_what_a_link_can_say_comes_back(data: Data, hidden: tuple[int, ...], activation: str, l2: float) -> None:
    network = NetworkDesign(
        hidden=hidden, activation=activation if hidden else "tanh", initializer="uniform", initial_biases="tenth"
    )
    experiment = Experiment(data=data, network=network, training=Training(shuffle=False, l2=l2, seed=8))
    link = link_to(experiment)
    assert link.lacking == ("the random numbers",)
    assert experiment_in(link.text)[0] == experiment


_LOSSES: list[tuple[Callable[..., Experiment], str]] = [
    (lambda: Experiment(training=Training(optimizer="adam")), "another way to descend"),
    (lambda: Experiment(network=NetworkDesign(activation="gelu")), "activation functions that it has not"),
    (lambda: Experiment(network=NetworkDesign(activation=("tanh", "relu"))), "a function for each layer"),
    (lambda: Experiment(network=NetworkDesign(output="sigmoid")), "another output"),
    (lambda: Experiment(network=NetworkDesign(hidden=(9,))), "more layers or units than its page has room for"),
    (lambda: Experiment(data=Data(samples=40)), "the number of samples"),
    (Experiment, "shuffling"),
    (lambda: Experiment(network=NetworkDesign(initial_noise=0.1)), "noise on the first weights"),
    (lambda: Experiment(data=Data(random_labels=True)), "labels drawn at random"),
]


@pytest.mark.parametrize(("make", "said"), _LOSSES, ids=[said for _, said in _LOSSES])
def test_what_a_link_cannot_say_is_told(make: Callable[[], Experiment], said: str) -> None:
    assert any(words.startswith(said) for words in link_to(make()).lacking)


@pytest.mark.parametrize(
    "data", [Data(name="moons"), Data(name="iris"), Data(file="/a/my.csv"), Data(target="inputs")]
)
def test_data_that_playground_has_not_make_no_link(data: Data) -> None:
    with pytest.raises(InputError, match="Playground has no data like"):
        link_to(Experiment(data=data))


def test_layers_that_playground_has_not_make_no_link() -> None:
    network = NetworkDesign(hidden=(ConvolutionDesign(channels=3), 4))
    with pytest.raises(InputError, match="Playground has no convolutions"):
        link_to(Experiment(network=network))


def test_the_links_of_the_defaults_are_short() -> None:
    assert link_to(Experiment(data=Data(name="circle"))).text == "https://playground.tensorflow.org/#seed=0.00000"
