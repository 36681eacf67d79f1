import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from multiprocessing import active_children
from pathlib import Path
from time import monotonic

import pytest

from nnviz.cli import main
from nnviz.experiment.files import load_experiment
from nnviz.kinds.study.results import read_results
from nnviz.kinds.study.run import StudyRun
from nnviz.kinds.study.tasks import Plan, Task
from nnviz.kinds.study.workers import carried_out_by_processes

TEXT = """
kind = "study"
title = "Width"
seeds = 6
epochs = {epochs}
measure = "rmse"
own_data = true
[base.data]
name = "sine"
samples = 60
[base.network]
output = "identity"
[base.training]
batch_size = 1
[[vary]]
key = "network.hidden"
title = "hidden units"
values = [[1], [2], [4], [8]]
"""


@pytest.fixture
def study(tmp_path: Path) -> Path:
    path = tmp_path / "study.toml"
    path.write_text(TEXT.format(epochs=3), encoding="utf-8")
    return path


@pytest.fixture
def long_study(tmp_path: Path) -> Path:
    """One whose tasks take a part of a second each."""
    path = tmp_path / "long.toml"
    path.write_text(TEXT.format(epochs=400), encoding="utf-8")
    return path


def command(*words: object) -> list[str]:
    return [sys.executable, "-m", "nnviz", "study", *map(str, words)]


def expected(path: Path) -> bytes:
    run = StudyRun(load_experiment(path))
    run.advance(10_000)
    return run.snapshot().results()["results.csv"]


def rows(out: Path) -> int:
    """Whole rows written so far."""
    return out.read_bytes().count(b"\n") - 1 if out.exists() else 0


def wait_for_rows(out: Path, process: "subprocess.Popen[bytes]", least: int = 1) -> None:
    end = monotonic() + 60.0
    while rows(out) < least:
        assert process.poll() is None
        assert monotonic() < end


def test_it_writes_a_row_for_each_seed_and_says_the_medians(
    study: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "r.csv"
    assert main(["study", str(study), "--out", str(out)]) == 0
    assert out.read_bytes() == expected(study)
    head, *lines = capsys.readouterr().out.splitlines()
    assert head == "Width: root mean square error, median and quartiles of 6 seeds"
    assert [line.split()[0] for line in lines] == ["1", "2", "4", "8", "slope"]


def test_lines_and_what_a_level_needs_are_said(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "lines.toml"
    waves = '[[vary]]\nkey = "data.noise"\ntitle = "noise"\nvalues = [0.0, 0.5]\n'
    text = TEXT.format(epochs=3).replace("seeds = 6", "seeds = 2") + waves
    path.write_text("lines = true\n" + text, encoding="utf-8")
    assert main(["study", str(path), "--out", str(tmp_path / "lines.csv"), "--processes", "1"]) == 0
    assert "0.5: slope " in capsys.readouterr().out
    path.write_text("level = 100.0\n" + text, encoding="utf-8")
    assert main(["study", str(path), "--out", str(tmp_path / "level.csv"), "--processes", "1"]) == 0
    assert "hidden units needed: root mean square error ≤ 100: 0: 1, 0.5: 1" in capsys.readouterr().out


def test_processes_find_the_same_to_the_last_bit(study: Path, tmp_path: Path) -> None:
    out = tmp_path / "r.csv"
    assert main(["study", str(study), "--out", str(out), "--processes", "2"]) == 0
    assert out.read_bytes() == expected(study)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
@pytest.mark.parametrize("processes", [1, 2])
def test_stopped_in_the_middle_it_goes_on_without_losing_a_point(
    long_study: Path, tmp_path: Path, number: signal.Signals, processes: int
) -> None:
    out, words = tmp_path / "r.csv", command(long_study, "--out", tmp_path / "r.csv", "--processes", processes)
    with subprocess.Popen(words, stderr=subprocess.PIPE, start_new_session=True) as process:
        wait_for_rows(out, process)
        process.send_signal(number)
        _, told = process.communicate(timeout=60)
    assert process.returncode != 0
    before = read_results(load_experiment(long_study), out)
    done = sum(map(len, before))
    assert 0 < done < 24
    if number != signal.SIGKILL:
        assert b"the same command goes on from there" in told
    with out.open("ab") as file:
        file.write(b"cut off in the mid")
    assert main(["study", str(long_study), "--out", str(out)]) == 0
    after = read_results(load_experiment(long_study), out)
    assert all(after[k][seed] == value for k, column in enumerate(before) for seed, value in column.items())
    assert sum(map(len, after)) == 24
    assert out.read_bytes() == expected(long_study)


def test_what_is_done_is_not_done_again(study: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    out = tmp_path / "r.csv"
    main(["study", str(study), "--out", str(out)])
    before = out.read_bytes()
    monkeypatch.setattr(Plan, "carried_out", lambda *_: pytest.fail("a task is carried out again"))
    assert main(["study", str(study), "--out", str(out)]) == 0
    assert out.read_bytes() == before


def test_a_process_that_is_killed_has_its_tasks_done_by_others(long_study: Path) -> None:
    plan = Plan(load_experiment(long_study))
    found: dict[Task, list[float]] = {}
    for task, values in carried_out_by_processes(plan, list(plan.parts(plan.tasks)), 2):
        if not found:
            os.kill(active_children()[0].pid or 0, signal.SIGKILL)
        found[task] = values
    assert found == {task: plan.carried_out((task,))[task] for task in plan.tasks}


@pytest.mark.parametrize(
    ("words", "complaint"),
    [
        (["train.toml"], "not a study; allowed: a file with kind = "),
        (["study.toml", "--out", "nowhere/r.csv"], "cannot be written: there is no folder"),
        (["study.toml", "--processes", "0"], "'0' is not allowed; allowed: whole numbers from 1 to 1,024"),
        (["study.toml", "--out", "other.csv"], "not the results of this study"),
        (["study.toml", "--cluster", "nonsense://x"], "no scheduler answers; allowed: such as tcp://host:8786"),
    ],
)
def test_what_cannot_be_done_is_refused_in_a_line(
    study: Path,
    tmp_path: Path,
    words: list[str],
    complaint: str,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir(study.parent)
    (tmp_path / "train.toml").write_text("[data]\nname = 'xor'\n", encoding="utf-8")
    (tmp_path / "other.csv").write_text("a,b\n1,2\n", encoding="utf-8")
    assert main(["study", *words]) == 2
    told = capsys.readouterr().err
    assert complaint in told
    assert told.count("\n") == 1
    assert (tmp_path / "other.csv").read_text(encoding="utf-8") == "a,b\n1,2\n"


def test_no_socket_is_opened_unless_a_cluster_is_asked_for(study: Path, tmp_path: Path) -> None:
    program = (
        "import sys, os\n"
        "sys.addaudithook(lambda event, _: event.startswith('socket.') and os._exit(99))\n"
        "from nnviz.cli import main\n"
        "if __name__ == '__main__':\n"
        "    code = main(sys.argv[1:])\n"
        "    sys.exit(98 if 'distributed' in sys.modules else code)\n"
    )
    script = tmp_path / "audited.py"
    script.write_text(program, encoding="utf-8")
    words = [
        sys.executable,
        str(script),
        "study",
        str(study),
        "--processes",
        "2",
        "--out",
        str(tmp_path / "r.csv"),
    ]
    environment = os.environ | {
        "PYTHONPATH": os.pathsep.join(path for path in (*sys.path, str(Path.cwd())) if path)
    }
    assert subprocess.run(words, check=False, env=environment, timeout=100).returncode == 0


@pytest.fixture
def cluster(tmp_path: Path) -> Iterator[tuple[str, list["subprocess.Popen[bytes]"]]]:
    """The address of a real scheduler on loopback, and two real workers."""
    pytest.importorskip("distributed")
    file, begun = tmp_path / "scheduler.json", ExitStack()
    environment = os.environ | {"PYTHONPATH": str(Path.cwd())}

    def begin(*words: object) -> "subprocess.Popen[bytes]":
        process = subprocess.Popen(
            [sys.executable, "-m", *map(str, words)],
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=environment, cwd=tmp_path,
        )  # fmt: skip
        begun.callback(process.wait, 30)
        begun.callback(process.kill)
        return process

    with begun:
        begin(
            "distributed.cli.dask_scheduler", "--host", "127.0.0.1", "--port", 0, "--no-dashboard",
            "--scheduler-file", file,
        )  # fmt: skip
        joining = (
            "--scheduler-file",
            file,
            "--nthreads",
            1,
            "--no-nanny",
            "--no-dashboard",
            "--host",
            "127.0.0.1",
        )
        workers = [begin("distributed.cli.dask_worker", *joining) for _ in range(2)]
        end = monotonic() + 60.0
        while not file.exists() or file.stat().st_size == 0:
            assert monotonic() < end
        yield json.loads(file.read_text(encoding="utf-8"))["address"], workers


def test_a_cluster_finds_the_same_though_a_worker_is_killed_in_the_middle(
    long_study: Path, tmp_path: Path, cluster: tuple[str, list["subprocess.Popen[bytes]"]]
) -> None:
    address, workers = cluster
    out = tmp_path / "r.csv"
    words = command(long_study, "--out", out, "--cluster", address)
    with subprocess.Popen(words, stderr=subprocess.PIPE) as process:
        wait_for_rows(out, process)
        workers[0].kill()
        process.communicate(timeout=120)
    assert process.returncode == 0
    assert out.read_bytes() == expected(long_study)
