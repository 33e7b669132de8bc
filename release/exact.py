"""The exact numbers beside what a release tells, and how far each moved: for the command team alone."""

import pandas as pd
from sqlalchemy import Connection

from release import store
from release.building import with_merged
from release.counting import count
from release.menu import KINDS
from release.records import recorded

_ANY_KEY = b"not a secret: nothing is rounded with it"


def beside_exact(connection: Connection, kind_key: str, frame: pd.DataFrame) -> pd.DataFrame:
    """The cells of a release of one kind (see `store.cells_of`), then ``exact`` of the data as they are now and ``moved``.

    Blank where the data no longer hold what the cell is of.
    """
    told = frame[(frame["measure"] == kind_key) & (frame["cell"] != "")].reset_index(drop=True)
    names = [store.named_cell(name) for name in told["cell"]]
    kind = next(kind for kind in KINDS if kind.key == kind_key)
    since = min((pd.Timestamp(period).date() for period in told["period"] if "/" not in period), default=None)
    found = recorded(connection, kind, _ANY_KEY, since)
    exact: list[int | None] = [None] * len(names)
    if found is not None:
        grid = with_merged(found.grid, names)
        known = [cell for cell in names if grid.has(cell)]
        counted = count(grid, found.records, known, _ANY_KEY)
        exact = [counted[cell].number if cell in counted else None for cell in names]
    numbers = pd.Series(exact, told.index, dtype="Int64")
    return told.assign(exact=numbers, moved=told["shown"] - numbers)
