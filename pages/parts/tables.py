"""Tables on a page: every cell whole, and each with its CSV."""

import re
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from functools import partial
from types import MappingProxyType
from typing import Literal

import pandas as pd
import streamlit as st
from streamlit.elements.lib.column_types import ColumnConfig

from auth import audit_trail
from metrics import words
from metrics.export import csv, whole_numbers
from pages.parts import marking, markup

_WIDEST, _ROWS_SHOWN = 520, 30  # pixels of a column, rows without scrolling
_TALL_ROWS_SHOWN = 10
_MOST_ROWS = 300  # a longer table is drawn only where it is looked at
_WIDE_LETTER = re.compile("[A-Z0-9]")
_NUMBER = re.compile(r"[<–-]?[\d,.]+(%| [a-z].*)?")  # 1,234; 38.6%; 172 of 446; but not 31 October


def listing(table: pd.DataFrame, name: str, file: pd.DataFrame | None = None) -> None:
    """A plain table with its CSV; what is not known is left blank.

    ``file`` has the same as numbers, for the CSV, where the table has figures in words.
    """
    text = pd.DataFrame({column: [_text(value) for value in table[column].tolist()] for column in table.columns}, dtype=str)
    show(text, name.replace("-", " "))
    download(table if file is None else file, name)


def show(table: pd.DataFrame, alt: str) -> None:
    """A table of texts, every cell whole, numbers to the right; on a phone a block a row. ``alt`` says what it is a table of."""
    if len(table) > _MOST_ROWS:
        sheet(table, alt)
        return
    right = {name for name in table.columns[1:] if (cells := [*filter(None, table[name])]) and all(map(_NUMBER.fullmatch, cells))}
    rows = ([markup.text(cell) for cell in row] for row in table.itertuples(index=False, name=None))
    markup.show(markup.table(list(table.columns), rows, alt, right), "listing")


def sheet(
    table: pd.DataFrame,
    alt: str,
    columns: Mapping[str, ColumnConfig] = MappingProxyType({}),
    row_height: int | None = None,
    most_rows: int = _TALL_ROWS_SHOWN,
) -> None:
    """A long table, of which only what is looked at is drawn; a cell that is cut is shown whole when it is pressed.

    Columns are as wide as their longest cell unless ``columns`` says otherwise. ``row_height`` (pixels) where rows are to be
    other than usual: of these, ``most_rows`` are shown without scrolling.
    """
    longest = {name: max(_pixels(str(value)) for value in [name, *table[name].tolist()]) for name in table.columns}
    widths = {name: st.column_config.Column(width=min(_WIDEST, pixels)) for name, pixels in longest.items()}
    widths |= columns
    height: Literal["content", "auto"] | int = "content" if len(table) <= _ROWS_SHOWN else "auto"
    if row_height and len(table) > most_rows:
        height = row_height * most_rows
    st.dataframe(table, hide_index=True, alt=alt, column_config=widths, height=height, row_height=row_height)


def _text(value: object) -> str:
    """A cell as people read it; what is not known is blank."""
    if pd.isna(value):  # type: ignore[call-overload]
        return ""
    match value:
        case int():
            return f"{value:,}"
        case datetime():
            return f"{words.day(value)}, {value:%H:%M}"
        case date():
            return words.day(value)
    return str(value)


def _pixels(text: str) -> int:
    """About how wide a column must be for a text: capitals and digits, of which references are, are wider than small letters."""
    return 28 + 6 * len(text) + 2 * len(_WIDE_LETTER.findall(text))


def download(table: pd.DataFrame, name: str, references: Sequence[str] = (), reason: str = "", **details: str) -> None:
    """The table as a marked CSV. When its button is pressed, access is checked again and the export logged, before it is made.

    Of records (``references``, opened for a ``reason``; ``details`` is what else the log is to say of them) no file is made that
    could not be logged. Whole numbers have no decimal point in it.
    """
    title = marking.of_export(name.replace("-", " "))
    plain = whole_numbers(table, list(table.select_dtypes("float").columns))
    make = audit_trail.export(partial(csv, plain, title), name, references, reason, **details)
    icon = ":material/download:"
    # The page is not run again: nothing on it changes, and while it ran the button would be dead.
    st.download_button("Download CSV", make, f"{name}.csv", "text/csv", key=f"csv-{name}", icon=icon, on_click="ignore")
