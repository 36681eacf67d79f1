"""Links of TensorFlow Playground in the window: pasted, dropped, copied, and shown as a code."""

from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QGuiApplication, QImageWriter
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from nnviz.cli.places import place
from nnviz.experiment.playground import experiment_in
from nnviz.lessons.opening import opened
from nnviz.presenter.code import code_image
from nnviz.window.window import MainWindow

Opener = Callable[..., MainWindow]
LINK = "https://playground.tensorflow.org/#activation=relu&dataset=spiral&networkShape=3&seed=0.00007"


def settle(qtbot: QtBot, window: MainWindow) -> None:
    qtbot.waitUntil(lambda: window.session.idle, timeout=20_000)


def paste(window: MainWindow) -> None:
    QGuiApplication.clipboard().setText(f" {LINK}\n")
    QTest.keyClick(window, Qt.Key.Key_V, Qt.KeyboardModifier.ControlModifier)


def drop_as(fill: Callable[[QMimeData], None]) -> Callable[[MainWindow], None]:
    def drop(window: MainWindow) -> None:
        data = QMimeData()
        fill(data)
        action, button, held = Qt.DropAction.CopyAction, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
        entering = QDragEnterEvent(QPointF(9, 9).toPoint(), action, data, button, held)
        window.dragEnterEvent(entering)
        assert entering.isAccepted()
        window.dropEvent(QDropEvent(QPointF(9, 9), action, data, button, held))

    return drop


_WAYS: dict[str, Callable[[MainWindow], None]] = {
    "pasted": paste,
    "dropped from a browser": drop_as(lambda data: data.setUrls([QUrl(LINK)])),
    "dropped as text": drop_as(lambda data: data.setText(LINK)),
    "given on the command line": lambda window: window.start(opened(place(LINK)).ready()),
}


@pytest.mark.parametrize("way", _WAYS)
def test_a_link_is_an_experiment(window: MainWindow, qtbot: QtBot, way: str) -> None:
    _WAYS[way](window)
    settle(qtbot, window)
    assert window.session.experiment == experiment_in(LINK)[0]
    assert window.desk.notice.words == "As the link says, but for the random numbers."
    assert window.documents.path is None


def test_another_address_is_refused(window: MainWindow, qtbot: QtBot) -> None:
    before = window.session.experiment
    drop_as(lambda data: data.setUrls([QUrl("https://example.org/data.csv")]))(window)
    settle(qtbot, window)
    assert window.desk.notice.words.startswith(
        "https://example.org/data.csv: nnviz opens no address of the network"
    )
    assert window.session.experiment == before


def test_what_is_copied_is_what_is_shown(open_window: Opener, qtbot: QtBot) -> None:
    window = open_window('data = { name = "circle" }\nnetwork = { hidden = [3], activation = "relu" }')
    window.menus.actions["copy_link"].trigger()
    text = QGuiApplication.clipboard().text()
    experiment = experiment_in(text)[0]
    assert (experiment.data.name, experiment.network.hidden, experiment.network.activation) == (
        "circle",
        (3,),
        "relu",
    )
    assert window.desk.notice.words.startswith("Copied a link. It cannot say: the random numbers; first weights")
    settle(qtbot, window)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('data = { name = "moons" }', "Playground has no data like moons"),
        ('kind = "hopfield"', "Playground has only networks that learn by gradient descent"),
    ],
)
def test_what_playground_has_not_is_told(open_window: Opener, text: str, said: str) -> None:
    window = open_window(text)
    QGuiApplication.clipboard().setText("before")
    for name in ("copy_link", "code"):
        window.menus.actions[name].trigger()
        assert window.desk.notice.words.startswith(said)
    assert QGuiApplication.clipboard().text() == "before"
    assert window.lecture.blank.color == ""


def test_the_code_covers_the_window_until_esc(window: MainWindow, qtbot: QtBot) -> None:
    settle(qtbot, window)
    window.lecture.start()  # full screen there is no menu
    held = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier
    QTest.keyClick(window, Qt.Key.Key_P, held)
    assert window.lecture.blank.color == "white"
    QTest.keyClick(window, Qt.Key.Key_Space)
    assert not window.session.playing
    QTest.keyClick(window, Qt.Key.Key_Escape)
    assert window.lecture.blank.color == ""


@pytest.mark.extras
@pytest.mark.parametrize("size", [(1024, 768), (1920, 1080)])
def test_a_phone_reads_the_code_off_the_screen(
    window: MainWindow, qtbot: QtBot, tmp_path: Path, size: tuple[int, int]
) -> None:
    reader = pytest.importorskip("zxingcpp", reason="make test-exports installs zxing-cpp")
    from PIL import Image  # noqa: PLC0415 - with what reads it

    window.resize(*size)
    settle(qtbot, window)
    window.menus.actions["copy_link"].trigger()
    window.menus.actions["code"].trigger()
    window.grab().save(str(tmp_path / "code.png"))
    (found,) = reader.read_barcodes(Image.open(tmp_path / "code.png"))
    assert found.text == QGuiApplication.clipboard().text()
    assert experiment_in(found.text)[0].data.name == window.session.experiment.data.name


@pytest.mark.extras
def test_long_links_are_read_too() -> None:
    reader = pytest.importorskip("zxingcpp", reason="make test-exports installs zxing-cpp")
    from io import BytesIO  # noqa: PLC0415 - with what reads it

    from PIL import Image  # noqa: PLC0415

    text = LINK + "&learningRate=0.001" * 20
    image = code_image(text)
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    QImageWriter(buffer, QByteArray(b"png")).write(image.scaledToWidth(3 * image.width()))
    (found,) = reader.read_barcodes(Image.open(BytesIO(bytes(buffer.data().data()))))
    assert found.text == text
