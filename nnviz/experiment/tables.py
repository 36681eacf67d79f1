"""What was found out about the tables of experiments, written so that they are read alike again."""

from collections.abc import Sequence

import msgspec
from msgspec import structs

from nnviz.data.settings import TableSettings
from nnviz.experiment.change import Tables, changed, merged
from nnviz.experiment.experiment import INPUTS, Data, Experiment
from nnviz.experiment.kind import Kind

Found = Sequence[TableSettings | None]
"""What was found out about the table of each of several experiments; None where there is none."""


def as_read(data: Data, found: TableSettings | None) -> Data:
    """Data with all that was found out about their table."""
    if not (data.file and found):
        return data
    return structs.replace(data.with_table(found), target=INPUTS if data.is_onto_itself else found.target)


def all_as_read(base: Kind, changes: Sequence[Tables], found: Found) -> tuple[Kind, tuple[Tables, ...]]:
    """A base and changes to it, with what was found out about its table and about those that changes lead to.

    Parameters
    ----------
    found : sequence
        Of the base with each of the changes.
    """
    if not isinstance(base, Experiment):
        return base, tuple(changes)
    pairs = [(changed(base, change).data, its) for change, its in zip(changes, found, strict=True)]
    asked = base.data.file, base.data.table
    alike = next((its for data, its in pairs if (data.file, data.table) == asked), None)
    settled = tuple(
        change if (data.file, data.table) == asked else _with_own(change, data, its)
        for change, (data, its) in zip(changes, pairs, strict=True)
    )
    return structs.replace(base, data=as_read(base.data, alike)), settled


def agreed(data: Data, found: Found, varied: Sequence[str]) -> Data:
    """Data with what was found out about every table alike; keys of data that vary are left as they are."""
    first = found[0] if found else None
    if first is None or not data.file:
        return data
    alike = {
        key: value
        for key, value in structs.asdict(first).items()
        if key not in varied and all(its is not None and getattr(its, key) == value for its in found)
    }
    return structs.replace(data, **alike | ({"target": INPUTS} if data.is_onto_itself else {}))


def _with_own(change: Tables, data: Data, found: TableSettings | None) -> Tables:
    """A change with what was found out about the table that it leads to."""
    if not (data.file and found):
        return change
    own = as_read(data, found)
    settings = {key: getattr(own, key) for key in TableSettings.__struct_fields__}
    return merged(change, {"data": msgspec.to_builtins(settings)})
