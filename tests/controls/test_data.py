from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from msgspec import structs
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from hands import emitted
from nnviz.controls.brushes import Eraser
from nnviz.controls.data import DataPanel
from nnviz.controls.sources import picture
from nnviz.data.catalogue import CATALOGUE
from nnviz.experiment.experiment import Data, Experiment, NetworkDesign, Training
from nnviz.experiment.problem import prepare
from nnviz.experiment.validation import complaints
from nnviz.theme import THEMES, theme

Show = Callable[[Any], Any]

LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def panel(show: Show) -> DataPanel:
    shown: DataPanel = show(DataPanel())
    show_data(shown, Data())
    return shown


@pytest.fixture
def table(tmp_path: Path) -> Path:
    path = tmp_path / "flowers.csv"
    rows = [f"{k},{k * k},{k % 3},{'ab'[k % 2]}" for k in range(12)]
    path.write_text("\n".join(["length,width,height,kind", *rows, "1,,2,a"]), encoding="utf-8")
    return path


def show_data(panel: DataPanel, data: Data, output: Any = "softmax") -> None:
    """Show data as the window does: at once, and then what they turned out to be."""
    if not data.is_onto_itself and (data.file or CATALOGUE[data.name].task == "classification"):
        experiment = Experiment(
            data=data, network=NetworkDesign(output=output), training=Training(loss="cross_entropy")
        )
    else:
        experiment = Experiment(data=data, network=NetworkDesign(output="identity"))
    panel.show_experiment(experiment)
    panel.show_problem(prepare(experiment))


def rows_of(panel: DataPanel) -> set[str]:
    """The keys whose fields can be seen, once all is disclosed."""
    return {key for key, field in panel._fields.items() if not field.isHidden()}


PICTURED = [name for name, source in CATALOGUE.items() if source.pictured]


def test_a_picture_chooses_its_data(panel: DataPanel) -> None:
    changes = emitted(panel.changed)
    for name in PICTURED:
        QTest.mouseClick(panel.source.pictures.buttons[name], LEFT)
    assert [data.name for data in changes] == PICTURED
    assert changes[0] == structs.replace(Data(), name="gaussians")


def test_a_picture_that_is_reached_by_tab_is_chosen_by_return(panel: DataPanel) -> None:
    changes = emitted(panel.changed)
    button = panel.source.pictures.buttons["circle"]
    button.setFocus(Qt.FocusReason.TabFocusReason)
    QTest.keyClick(button, Qt.Key.Key_Return)
    assert [data.name for data in changes] == ["circle"]


def test_only_the_keys_put_a_ring_around_a_picture(panel: DataPanel) -> None:
    button, chosen = panel.source.pictures.buttons["circle"], panel.source.pictures.buttons["xor"]
    panel.setFocus()
    plain = button.grab().toImage()
    QTest.mouseClick(chosen, LEFT)
    assert not chosen.hasFocus()
    button.setFocus(Qt.FocusReason.TabFocusReason)
    assert button.grab().toImage() != plain


def test_the_picture_of_the_data_is_marked(panel: DataPanel) -> None:
    for name in ("spiral", "iris", "plane"):
        show_data(panel, Data(name=name))
        marked = [key for key, button in panel.source.pictures.buttons.items() if button.isChecked()]
        assert marked == [name for name in [name] if name in PICTURED]


@pytest.mark.parametrize("name", THEMES)
def test_pictures_are_in_the_colours_of_the_theme(panel: DataPanel, name: str) -> None:
    panel.set_theme(theme(name))
    image = picture("gaussians", theme(name))
    colors = {image.pixelColor(x, y).name() for x in range(image.width()) for y in range(image.height())}
    assert {theme(name).positive, theme(name).negative, theme(name).background} <= colors


def test_every_data_set_is_in_the_list_and_makes_sense(panel: DataPanel, choose: Callable[..., None]) -> None:
    changes = emitted(panel.changed)
    for name in CATALOGUE:
        choose(panel.source.names, name)
    assert [data.name for data in changes] == list(CATALOGUE)
    for data in changes:
        assert not list(complaints(Experiment(data=data)))


def test_a_title_in_the_list_cannot_be_chosen(panel: DataPanel) -> None:
    names = panel.source.names
    titles = [i for i in range(names.count()) if not names.model().index(i, 0).flags() & Qt.ItemFlag.ItemIsEnabled]
    assert [names.itemText(i) for i in titles] == ["Classification", "Regression", "Real data"]


@pytest.mark.parametrize(
    ("data", "there"),
    [
        (Data(name="xor"), {"samples", "noise"}),
        (Data(name="blobs"), {"samples", "noise", "classes"}),
        (Data(name="and"), {"noise"}),
        (Data(name="parity"), {"noise", "bits"}),
        (Data(name="sawtooth"), {"samples", "noise", "folds"}),
        (Data(name="iris"), set()),
    ],
)
def test_only_numbers_that_change_the_data_are_there(panel: DataPanel, data: Data, there: set[str]) -> None:
    show_data(panel, data)
    assert rows_of(panel) & {"samples", "noise", "classes", "bits", "folds"} == there


def test_inputs_are_for_planes_and_planes_for_many_inputs(panel: DataPanel) -> None:
    for name, there in (("xor", "features"), ("sine", "features"), ("iris", "axes"), ("parity", "axes")):
        show_data(panel, Data(name=name))
        assert rows_of(panel) & {"features", "axes"} == {there}


def test_one_input_has_only_features_of_one_input(panel: DataPanel) -> None:
    show_data(panel, Data(name="sine"))
    there = [name for name, box in panel.features.boxes.items() if not box.isHidden()]
    assert there == ["x1", "x1^2", "sin(x1)"]


def test_features_are_added_and_taken_away(panel: DataPanel) -> None:
    changes = emitted(panel.changed)
    panel.features.boxes["x1^2"].click()
    assert changes[-1].features == ("x1", "x2", "x1^2")
    show_data(panel, changes[-1])
    panel.features.boxes["x1^2"].click()
    assert changes[-1] == Data()


def test_the_last_input_stays(panel: DataPanel) -> None:
    show_data(panel, Data(features=("x2",)))
    changes = emitted(panel.changed)
    panel.features.boxes["x2"].click()
    assert changes == []
    assert panel.features.boxes["x2"].isChecked()


def test_other_data_keep_the_features_they_allow(panel: DataPanel) -> None:
    show_data(panel, Data(features=("x1", "x2", "sin(x2)")))
    changes = emitted(panel.changed)
    QTest.mouseClick(panel.source.pictures.buttons["moons"], LEFT)
    assert changes[-1].features == ("x1", "x2", "sin(x2)")
    panel.source.changed.emit("sine")
    assert changes[-1].features == ()
    panel.source.changed.emit("iris")
    assert changes[-1].features == ()


def test_the_plane_of_many_inputs(
    panel: DataPanel,
    choose: Callable[..., None],
) -> None:
    show_data(panel, Data(name="iris"))
    QTest.mouseClick(panel.findChildren(type(panel.new_sample))[-1], LEFT)
    changes = emitted(panel.changed)
    choose(panel.plane.kind, False)
    assert changes[-1].axes == ("sepal length", "sepal width")
    show_data(panel, changes[-1])
    choose(panel.plane.up, "petal width")
    assert changes[-1].axes == ("sepal length", "petal width")
    show_data(panel, changes[-1])
    choose(panel.plane.up, "sepal length")
    assert changes[-1].axes == ("petal width", "sepal length")
    show_data(panel, changes[-1])
    choose(panel.plane.kind, True)
    assert changes[-1].axes == ()


def test_a_new_sample_has_another_seed(panel: DataPanel) -> None:
    show_data(panel, Data(seed=2**63 - 1))
    changes = emitted(panel.changed)
    QTest.mouseClick(panel.new_sample, LEFT)
    assert changes == [Data(seed=0)]


def test_nothing_is_held_out_of_a_truth_table(panel: DataPanel) -> None:
    show_data(panel, Data(name="and"))
    assert not panel.train_fraction.isEnabled()
    show_data(panel, Data())
    assert panel.train_fraction.isEnabled()


def test_drawing_by_hand_begins_with_the_points_there_are(panel: DataPanel) -> None:
    show_data(panel, Data(name="moons", samples=30))
    changes = emitted(panel.changed)
    panel.source.changed.emit("drawn")
    assert panel._problem
    assert len(changes[-1].points) == 30
    assert changes[-1].points[0][:2] == tuple(panel._problem.dataset.inputs[0])
    prepare(Experiment(data=changes[-1]))


@pytest.mark.parametrize("name", ["drawn", "curve"])
def test_drawing_by_hand_begins_with_something_learnable(panel: DataPanel, name: str) -> None:
    show_data(panel, Data(name="iris"))
    changes = emitted(panel.changed)
    panel.source.changed.emit(name)
    dataset = prepare(Experiment(data=changes[-1], network=NetworkDesign(output="identity"))).dataset
    assert dataset.targets.min() < dataset.targets.max()


def test_what_was_drawn_is_drawn_on(panel: DataPanel) -> None:
    points = ((0.0, 0.0, 0.0), (1.0, 1.0, 1.0))
    show_data(panel, Data(name="moons", points=points))
    changes = emitted(panel.changed)
    panel.source.changed.emit("drawn")
    assert changes[-1].points == points


def test_a_table_shows_its_name_columns_and_notes(panel: DataPanel, table: Path) -> None:
    show_data(panel, Data(file=str(table)))
    assert panel.source.names.currentText() == "flowers.csv"
    assert rows_of(panel) >= {"axes"}
    assert panel.table.text() == "Table…"
    assert "1" in panel.notes.text()
    assert panel.notes.isVisible()


def test_the_target_of_a_table_is_a_click_away_from_its_sheet(qtbot: QtBot, panel: DataPanel, table: Path) -> None:
    assert panel.table.isHidden()
    show_data(panel, Data(file=str(table), target="kind"))
    assert panel.table.isVisible()
    assert panel.table.text() == "kind…"
    with qtbot.waitSignal(panel.table_requested):
        QTest.mouseClick(panel.table, LEFT)


def test_a_data_set_instead_of_a_table(panel: DataPanel, table: Path, choose: Callable[..., None]) -> None:
    show_data(
        panel, Data(file=str(table), target="kind", task="classification", separator=",", leave_out=("height",))
    )
    changes = emitted(panel.changed)
    choose(panel.source.names, "")
    assert changes == []
    choose(panel.source.names, "circle")
    assert changes == [Data(name="circle")]
    show_data(panel, changes[-1])
    assert panel.source.names.findText("flowers.csv") == -1
    assert not panel.notes.isVisible()


def test_a_table_is_asked_for(qtbot: QtBot, panel: DataPanel) -> None:
    with qtbot.waitSignal(panel.open_requested):
        QTest.mouseClick(panel.source.open, LEFT)


def test_brushes(panel: DataPanel) -> None:
    brushes, taken = panel.brushes, emitted(panel.brush_changed)
    assert not brushes.isVisible()
    QTest.mouseClick(brushes.switch, LEFT)
    QTest.mouseClick(brushes.classes[1], LEFT)
    QTest.mouseClick(brushes.another, LEFT)
    QTest.mouseClick(brushes.eraser, LEFT)
    assert panel.brush == Eraser(0.03)
    QTest.mouseClick(brushes.switch, LEFT)
    assert taken == [0, 1, 2, Eraser(0.03), None]
    assert panel.brush is taken[-1]


def test_no_more_than_ten_classes(panel: DataPanel) -> None:
    QTest.mouseClick(panel.brushes.switch, LEFT)
    for _ in range(12):
        panel.brushes.another.click()
    assert panel.brush == 9
    assert not panel.brushes.another.isEnabled()


def test_a_class_that_was_added_stays_while_one_draws(panel: DataPanel) -> None:
    QTest.mouseClick(panel.brushes.switch, LEFT)
    QTest.mouseClick(panel.brushes.another, LEFT)
    taken = emitted(panel.brush_changed)
    show_data(panel, Data(name="moons"))
    assert panel.brush == 2
    assert taken == []
    QTest.mouseClick(panel.brushes.switch, LEFT)
    show_data(panel, Data(name="xor"))
    assert panel.brushes.classes[2].isHidden()


def test_over_one_input_a_curve_is_drawn(panel: DataPanel) -> None:
    show_data(panel, Data(name="sine"))
    taken = emitted(panel.brush_changed)
    QTest.mouseClick(panel.brushes.switch, LEFT)
    assert taken == ["curve"]
    assert not panel.brushes.isVisible()
    show_data(panel, Data(name="xor"))
    assert panel.brush == 0
    assert panel.brushes.isVisible()


@pytest.mark.parametrize("name", ["plane", "iris", "parity"])
def test_points_are_drawn_in_planes_of_classes_only(panel: DataPanel, name: str) -> None:
    QTest.mouseClick(panel.brushes.switch, LEFT)
    show_data(panel, Data(name=name))
    assert not panel.brushes.switch.isVisible()
    assert not panel.brushes.isVisible()
    show_data(panel, Data(name="xor"))
    assert panel.brushes.isVisible()


def test_more_settings_are_disclosed(panel: DataPanel) -> None:
    standardize = panel._fields["standardize"]
    more = next(b for b in panel.findChildren(type(panel.new_sample)) if b.text() == "More settings")
    assert not standardize.isVisible()
    QTest.mouseClick(more, LEFT)
    assert standardize.isVisible()
    more.setFocus(Qt.FocusReason.TabFocusReason)
    QTest.keyClick(more, Qt.Key.Key_Return)
    assert not standardize.isVisible()


def test_the_eraser_has_a_size(panel: DataPanel) -> None:
    brushes = panel.brushes
    QTest.mouseClick(brushes.switch, LEFT)
    assert not brushes.radius.isVisible()
    QTest.mouseClick(brushes.eraser, LEFT)
    assert brushes.radius.isVisible()
    taken = emitted(panel.brush_changed)
    brushes.radius.setFocus()
    QTest.keyClick(brushes.radius, Qt.Key.Key_End)
    assert taken == [Eraser(0.2)] == [panel.brush]
    QTest.mouseClick(brushes.classes[0], LEFT)
    assert not brushes.radius.isVisible()


def test_a_click_asks_for_an_empty_canvas(panel: DataPanel) -> None:
    asked = emitted(panel.canvas_cleared)
    QTest.mouseClick(panel.brushes.switch, LEFT)
    QTest.mouseClick(panel.brushes.clear, LEFT)
    assert len(asked) == 1


def test_inputs_are_given_back_on_request(panel: DataPanel) -> None:
    changes = emitted(panel.changed)
    box = panel._fields["target"].box
    assert not box.isChecked()
    box.click()
    assert changes == [Data(target="inputs")]
    show_data(panel, Data(name="iris", target="inputs"))
    assert box.isChecked()
    box.click()
    assert changes[1:] == [Data(name="iris")]
    QTest.mouseClick(panel.source.pictures.buttons["circle"], LEFT)
    assert changes[-1].target == ""


def test_the_inputs_of_a_table_are_given_back(panel: DataPanel, table: Path) -> None:
    data = Data(file=str(table), target="inputs")
    problem = prepare(Experiment(data=data, network=NetworkDesign(output="identity")))
    assert problem.gives_back
    assert problem.labels == ("a", "b")
    assert problem.input_labels == ("length", "width", "height")
    assert problem.as_read(data).target == "inputs"
    show_data(panel, data)
    assert panel._fields["target"].box.isChecked()
