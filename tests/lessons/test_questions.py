"""The questions of all lessons: a class cannot learn which letter, or which length, is right."""

from collections import Counter
from math import sqrt

from nnviz.lessons.lesson import Page, Question
from nnviz.lessons.library import Library
from nnviz.lessons.local_files import bundled_folder
from nnviz.presenter.player import LETTERS

_LESSONS = {course.lesson.id: course.lesson for course in Library((bundled_folder(),)).courses}
_PAGES = [(name, number, page) for name, lesson in _LESSONS.items() for number, page in enumerate(lesson.pages, 1)]
_ANSWERED = [
    (name, number, page.question) for name, number, page in _PAGES if page.question and page.question.answer
]


def _right(question: Question) -> str:
    return question.choices[question.answer - 1]


def _is_longest(question: Question) -> bool:
    others = [choice for choice in question.choices if choice != _right(question)]
    return all(len(_right(question)) > len(choice) for choice in others)


def _asks(page: Page) -> bool:
    return page.question is not None


def test_each_letter_is_right_in_a_fifth_to_under_a_half_of_the_questions() -> None:
    counts = Counter(LETTERS[question.answer - 1] for _, _, question in _ANSWERED)
    shares = {letter: counts[letter] / len(_ANSWERED) for letter in "ABC"}
    assert all(0.2 <= share <= 0.45 for share in shares.values()), shares


def test_no_lesson_has_one_letter_for_all_its_answers() -> None:
    for name in _LESSONS:
        answers = [question.answer for lesson, _, question in _ANSWERED if lesson == name]
        assert len(answers) < 3 or len(set(answers)) > 1, f"{name}: always {LETTERS[answers[0] - 1]}"


def test_the_right_choice_is_the_longest_no_more_often_than_by_chance() -> None:
    longest = [
        f"{name} {number}: {_right(question)}" for name, number, question in _ANSWERED if _is_longest(question)
    ]
    chances = [1.0 / len(question.choices) for _, _, question in _ANSWERED]
    most = sum(chances) + sqrt(sum(chance * (1.0 - chance) for chance in chances))
    assert len(longest) <= most, f"{len(longest)} of {len(_ANSWERED)}, by chance {sum(chances):.0f}: {longest}"


def test_two_pages_of_three_ask() -> None:
    asking = sum(_asks(page) for _, _, page in _PAGES)
    assert asking >= 2 * len(_PAGES) / 3, f"{asking} of {len(_PAGES)}"


def test_most_pages_say_what_to_try_next_and_all_what_to_look_at() -> None:
    missing = [f"{name} {number}" for name, number, page in _PAGES if not page.look]
    assert not missing, missing
    assert sum(bool(page.next) for _, _, page in _PAGES) >= len(_PAGES) / 2
