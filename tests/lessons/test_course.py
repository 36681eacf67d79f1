from collections.abc import Callable
from pathlib import Path

import pytest

from nnviz.errors import InputError
from nnviz.experiment.experiment import Experiment, NetworkDesign, Training
from nnviz.experiment.kind import SCHEMAS
from nnviz.lessons.lesson import Course, ViewLayout
from nnviz.lessons.scenes import check_runs
from nnviz.lessons.views import VIEWS

MakeCourse = Callable[..., Course]

_NETWORK = '[[pages]]\ntitle = "Network"\nexperiment.data.name = "xor"\n'
_PERCEPTRON = '[[pages]]\ntitle = "Perceptron"\nexperiment.kind = "perceptron"\n'
_SURFACE = '[[pages]]\ntitle = "Surface"\nexperiment.kind = "surface"\n'
_RACE = '[[pages]]\ntitle = "Race"\nexperiment = { kind = "race", lanes = [{ title = "a" }, { title = "b" }] }\n'
_FIGURE = '[[pages]]\ntitle = "Figure"\nfigure = "a.svg"\n'
_NEXT = '[[pages]]\ntitle = "Next"\n'


@pytest.fixture(autouse=True)
def figure(tmp_path: Path) -> str:
    (tmp_path / "a.svg").write_text("<svg/>")
    return "<svg/>"


def test_a_page_goes_on_with_what_runs(course_in: MakeCourse) -> None:
    first, second = course_in(_NETWORK + _NEXT).scenes
    assert second.experiment == first.experiment == Experiment()
    assert (first.anew, second.anew) == (True, False)


def test_a_live_change_goes_on_and_any_other_begins_anew(course_in: MakeCourse) -> None:
    live = _NEXT + "change.training.learning_rate = 0.5\n"
    other = _NEXT + "change.network.hidden = [3]\n"
    _, second, third, fourth = course_in(_NETWORK + live + other + _NEXT).scenes
    assert [scene.anew for scene in (second, third, fourth)] == [False, True, False]
    assert second.experiment == Experiment(training=Training(learning_rate=0.5))
    assert third.experiment == Experiment(training=Training(learning_rate=0.5), network=NetworkDesign(hidden=(3,)))
    assert fourth.experiment == third.experiment


def test_the_same_experiment_written_again_begins_anew(course_in: MakeCourse) -> None:
    _, second = course_in(_NETWORK + _NETWORK).scenes
    assert second.anew


def test_one_kind_follows_on_another(course_in: MakeCourse) -> None:
    faster = _NEXT + "change.learning_rate = 0.25\n"
    _, second, third = course_in(_NETWORK + _PERCEPTRON + faster).scenes
    assert isinstance(second.experiment, SCHEMAS["perceptron"])
    assert second.anew
    assert not third.anew


def test_before_anything_runs_there_can_be_a_figure(course_in: MakeCourse, figure: str) -> None:
    first, second, third = course_in(_FIGURE + _NETWORK + _FIGURE).scenes
    assert (first.experiment, first.anew, first.figure) == (None, False, figure)
    assert first.layout == ViewLayout(main="figure")
    assert (second.figure, second.anew) == ("", True)
    assert (third.layout, third.experiment, third.anew) == (ViewLayout(main="figure"), second.experiment, False)


@pytest.mark.parametrize(
    ("page", "views", "layout"),
    [
        (_NETWORK, "", ViewLayout(main="network", side=("output", "loss"))),
        (
            _NETWORK,
            'views.drawer = "weights"',
            ViewLayout(main="network", side=("output", "loss"), drawer="weights"),
        ),
        (_NETWORK, 'views.side = ["neuron"]', ViewLayout(main="network", side=("neuron",))),
        (_NETWORK, 'views.main = "output"', ViewLayout(main="output")),
        (_NETWORK, 'views.main = "network"', ViewLayout(main="network")),
        (_NETWORK, 'figure = "a.svg"', ViewLayout(main="figure")),
        (_NETWORK, 'figure = "a.svg"\nviews.side = ["figure"]', ViewLayout(main="network", side=("figure",))),
        (_NETWORK, 'figure = "a.svg"\nviews.side = ["loss"]', ViewLayout(main="figure", side=("loss",))),
        (_PERCEPTRON, "", ViewLayout(main="perceptron")),
        (
            _PERCEPTRON,
            'figure = "a.svg"\nviews.side = ["figure"]',
            ViewLayout(main="perceptron", side=("figure",)),
        ),
    ],
)
def test_what_a_page_leaves_open_stands_as_usual(
    course_in: MakeCourse, page: str, views: str, layout: ViewLayout
) -> None:
    assert course_in(f"{page}{views}\n").scenes[0].layout == layout


@pytest.mark.parametrize(
    ("views", "asked"),
    [
        ("", ViewLayout(main="gradients")),
        ('views = { main = "network" }', ViewLayout(main="network")),
        ('views = { side = ["loss"] }', ViewLayout(main="network", side=("loss",))),
    ],
)
def test_a_question_has_the_pages_views_or_its_own(course_in: MakeCourse, views: str, asked: ViewLayout) -> None:
    asks = f'[pages.question]\nask = "So?"\nchoices = ["Yes", "No"]\n{views}\n'
    (scene,) = course_in(f'{_NETWORK}views.main = "gradients"\n{asks}').scenes
    assert (scene.layout, scene.asked) == (ViewLayout(main="gradients"), asked)


def test_every_kind_has_a_view_of_its_name() -> None:
    assert {VIEWS[kind].shows for kind in SCHEMAS} == set(SCHEMAS)
    assert {entry.shows for entry in VIEWS.values()} == {*SCHEMAS, "figure"}


@pytest.mark.parametrize(
    ("pages", "complaint"),
    [
        (_FIGURE + "run.play = true\n", "page 1, run: nothing runs on this page; allowed: an experiment"),
        (_FIGURE + "done.step = 1\n", "page 1, done: nothing runs on this page; allowed: an experiment"),
        (
            _FIGURE + 'views.main = "network"\n',
            "page 1, views.main: network shows nothing of a figure; allowed: fig",
        ),
        (_FIGURE + _NEXT, "page 2, experiment: missing, and so is figure"),
        (_NETWORK + 'figure = "a.svg"\nviews.main = "loss"\n', "page 1, figure: it is shown nowhere; allowed: "),
        (_RACE + "done.settled = true\n", "page 1, done.settled: nothing here settles by itself; allowed: "),
        (
            _PERCEPTRON + 'light = ["unit 1.1"]\n',
            "page 1, light, item 1: 'unit 1.1' cannot be lit; allowed: percep",
        ),
        (
            _PERCEPTRON + '[pages.question]\nask = "So?"\nchoices = ["Yes", "No"]\nviews.main = "loss"\n',
            "page 1, question.views.main: loss shows nothing of perceptron; allowed: perceptron",
        ),
        (
            _NETWORK + 'on = { backprop = ["matrix"] }\n',
            "page 1, on: 'backprop' is no view with switches here; allowed: output, loss",
        ),
        (
            _NETWORK + 'on = { loss = ["log", "matrix"] }\n',
            "page 1, on.loss, item 2: 'matrix' is none of its switches; allowed: log, accuracy",
        ),
        (
            _NETWORK + '[pages.question]\nask = "So?"\ndraw = "plane"\nviews.main = "output"\n',
            "page 1, question.views: a guess is drawn on the page's own; allowed: question.views beside choices",
        ),
    ],
)
def test_what_makes_no_sense_together_is_refused(course_in: MakeCourse, pages: str, complaint: str) -> None:
    with pytest.raises(InputError) as caught:
        course_in(pages)
    assert str(caught.value).startswith(f"test.toml: {complaint}")


def test_files_are_found_beside_the_lesson(course_in: MakeCourse, tmp_path: Path) -> None:
    (tmp_path / "tables").mkdir()
    (tmp_path / "tables" / "a.csv").write_text("x,y,class\n0,0,a\n1,1,b\n0,1,a\n1,0,b\n")
    course = course_in(_NEXT + 'experiment.data.file = "tables/a.csv"\n' + _NEXT + "change.network.hidden = [2]\n")
    for scene in course.scenes:
        assert isinstance(scene.experiment, Experiment)
        assert scene.experiment.data.file == str(tmp_path / "tables" / "a.csv")
    check_runs(course)


@pytest.mark.parametrize(
    ("pages", "complaint"),
    [
        (
            _NEXT + 'experiment.data.file = "b.csv"\n',
            "page 1, experiment.data.file: 'b.csv' is not there; allowed: a",
        ),
        (
            _NETWORK + _NEXT + 'change.training.start = "b.npz"\n',
            "page 2, change.training.start: 'b.npz' is not there; allowed: a file beside the lesson",
        ),
        (
            _NETWORK + _NEXT + 'change.data.name = "sine"\nchange.network.output = "softmax"\n',
            "page 2, change.network.output: softmax is for classes",
        ),
        (
            _NETWORK + _NEXT + 'change.training.loss = "cross_entropy"\n' + _NEXT + 'change.data.name = "sine"\n',
            "page 3, change.training.loss: cross_entropy is for classes",
        ),
        (
            _NETWORK + 'light = ["unit 0.1", "unit 0.3"]\n',
            "page 1, light, item 2: 'unit 0.3' is not there; allowed: ",
        ),
        (_NETWORK + _NEXT + 'light = ["unit 3.2"]\n', "page 2, light, item 1: 'unit 3.2' is not there; allowed: "),
        (
            '[[pages]]\ntitle = "Memory"\nexperiment.kind = "hopfield"\ndone.accuracy = 0.5\n',
            "page 1, done.accuracy: what runs here has no accuracy; allowed: step, epoch, settled",
        ),
        (
            _PERCEPTRON + "done.loss = 0.5\n",
            "page 1, done.loss: what runs here has no loss; allowed: step, epoch, accuracy, settled",
        ),
        (
            _SURFACE + "done.accuracy = 0.5\n",
            "page 1, done.accuracy: what runs here has no accuracy; allowed: step, epoch, loss, settled",
        ),
    ],
)
def test_what_cannot_be_begun_is_found_without_a_window(course_in: MakeCourse, pages: str, complaint: str) -> None:
    with pytest.raises(InputError) as caught:
        check_runs(course_in(pages))
    assert str(caught.value).startswith(f"test: {complaint}")
    assert len(str(caught.value).splitlines()) == 1


def test_what_can_be_begun_passes(course_in: MakeCourse) -> None:
    live = _NEXT + 'change.training.optimizer = "adam"\nlight = ["unit 0.2", "unit 3.1"]\ndone.accuracy = 1.0\n'
    goals = _PERCEPTRON + "done.settled = true\n" + _SURFACE + "done.loss = 0.5\n" + _RACE + "done.loss = 0.5\n"
    check_runs(course_in(_FIGURE + _NETWORK + live + goals))
