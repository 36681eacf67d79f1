from nnviz.lessons.history import Event, Winter, history
from nnviz.lessons.library import Library
from nnviz.paths import resource

CHECKED = {
    "McCulloch, Pitts": {1943},
    "Hebb": {1949},
    "Hodgkin, Huxley": {1952},
    "Rosenblatt": {1958},
    "Minsky, Papert": {1969},
    "Hopfield": {1982},
    "Ackley, Hinton, Sejnowski": {1985},
    "Rumelhart, Hinton, Williams": {1986},
    "Cybenko": {1989},
    "LeCun and others": {1989},
    "Blum, Rivest": {1989},
    "Barron": {1993},
    "Hochreiter, Schmidhuber": {1997},
    "Hinton, Salakhutdinov": {2006},
    "Krizhevsky, Sutskever, Hinton": {2012},
    "He, Zhang, Ren, Sun": {2015},
    "Silver and others": {2016},
    "Vaswani and others": {2017},
    "Li and others": {2018},
    "Jumper, Hassabis and others": {2020},
    "OpenAI": {2022},
    "Hopfield, Hinton; Baker, Hassabis, Jumper": {2024},
}
"""The years of the papers and prizes, as looked up; the lectures' own slips (1968, 2017, 2020) left out."""


def test_years_are_those_that_were_looked_up() -> None:
    found: dict[str, set[int]] = {}
    for event in history().events:
        found.setdefault(event.people, set()).add(event.year)
    assert found == CHECKED
    assert [(winter.first, winter.last) for winter in history().winters] == [(1974, 1980), (1987, 1993)]


def test_every_lesson_that_is_named_is_there() -> None:
    known = {course.lesson.id for course in Library((resource("lessons"),)).courses}
    named = {event.lesson for event in history().events if event.lesson}
    assert named <= known
    assert len(named) >= 10


def test_it_is_in_order_and_a_winter_comes_before_what_happens_in_it() -> None:
    years = [what.first if isinstance(what, Winter) else what.year for what in history().course]
    assert years == sorted(years)
    assert len(years) == len(history().events) + len(history().winters)
    for winter in history().winters:
        place = history().course.index(winter)
        within = [
            what for what in history().course[:place] if isinstance(what, Event) and what.year >= winter.first
        ]
        assert within == []


def test_every_line_is_short_enough_to_be_read() -> None:
    assert all(0 < len(event.words) <= 130 and event.words.endswith(".") for event in history().events)
    assert all(len(event.title) <= 60 for event in history().events)
