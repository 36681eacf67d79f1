"""What is asked of a table, in a file of an experiment and in the window."""

from typing import Literal

from msgspec import Struct

TargetTask = Literal["auto", "classification", "regression"]


class TableSettings(Struct, frozen=True, kw_only=True):
    """What is asked of a table; whatever is empty or None is found out.

    Parameters
    ----------
    separator : str
        One character; a blank for runs of blanks or tabs.
    decimal : "." or ","
    encoding : str
        As Python names it.
    sheet : str
        Of a spreadsheet.
    header : bool or None
        Whether the first row names the columns.
    missing : tuple of str
        What says that a value is missing, in every column, beside an empty field.
    inputs, leave_out : tuple of str
        Columns that the network gets, or does not get.
    categories : tuple of str
        Columns whose numbers are categories, or that have more different texts than are taken for categories; in
        a column of texts NA and the like are then one too, unless ``missing`` says otherwise.
    target : str
        The column to predict; without a header also its number from 1.
    task : {"auto", "classification", "regression"}
        "auto" takes texts, and at most 10 different whole numbers, for classes.
    """

    separator: str = ""
    decimal: Literal["", ".", ","] = ""
    encoding: str = ""
    sheet: str = ""
    header: bool | None = None
    missing: tuple[str, ...] = ()
    inputs: tuple[str, ...] = ()
    leave_out: tuple[str, ...] = ()
    categories: tuple[str, ...] = ()
    target: str = ""
    task: TargetTask = "auto"
