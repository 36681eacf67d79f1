"""What is said of what a user wrote."""

import pytest

from nnviz.data.messages import within
from nnviz.errors import InputError


def test_an_error_begins_with_where_it_was_met() -> None:
    wanted = pytest.raises(InputError, match=r"^my lesson\.toml: page 2, title: missing$")
    with wanted, within("my\nlesson.toml: "), within("page 2, "):
        raise InputError("title: missing")


def test_other_errors_pass_as_they_are() -> None:
    with pytest.raises(KeyError, match="title"), within("page 2, "):
        raise KeyError("title")
