"""How figures are made of times."""

from nnviz.bench.timing import interleaved, machine, percentiles, ratio, repetitions, resident, rounded, spread
from nnviz.bench.words import listed


def test_jobs_take_turns() -> None:
    done: list[str] = []
    times = interleaved({name: lambda name=name: done.append(name) for name in "ab"}, 3)  # type: ignore[misc]
    assert done == ["a", "b", "a", "b", "a", "b"]
    assert [len(values) for values in times.values()] == [3, 3]


def test_a_figure_is_a_ratio_of_medians_and_the_quartiles_of_the_rounds() -> None:
    above, below = [4.0, 6.0, 100.0], [2.0, 3.0, 4.0]
    assert ratio(above, below) == 2.0
    assert spread(above, below) == [2.0, 13.5]
    assert spread([1.0, 2.0, 3.0]) == [1.5, 2.5]


def test_percentiles_of_something_and_of_nothing() -> None:
    assert percentiles(list(range(101))) == {"p50": 50.0, "p95": 95.0, "p99": 99.0}
    assert percentiles([]) == {"p50": None, "p95": None, "p99": None}


def test_a_number_has_as_many_digits_as_it_deserves() -> None:
    assert rounded(123456.789) == 123500.0
    assert rounded(0.000123456) == 0.0001235


def test_a_job_is_repeated_until_it_takes_long_enough() -> None:
    assert repetitions(lambda: sum(range(20_000)), 1e-9) == 1
    assert repetitions(lambda: None, 1e-3) > 10


def test_the_machine_says_what_it_is() -> None:
    about = machine()
    assert about["processor"]
    assert about["cores"] >= 1
    assert {"load_average", "python", "numpy", "nnviz"} <= about.keys()
    memory = resident()
    assert memory is None or 10 < memory < 10_000


def test_figures_are_listed_for_reading() -> None:
    figures = {"pace": 1234.5, "inside": {"rounds": 3, "spread": [1.0, 2.5], "none": None}}
    lines = [line.rstrip() for line in listed(figures)]
    assert lines[0].split() == ["pace", "1,234.5"]
    assert lines[1] == "inside"
    assert lines[2].split() == ["rounds", "3"]
    assert lines[3].endswith("1 – 2.5")
    assert lines[4] == "  none"
