"""From a proposal to what the board sees: stored once, published or withdrawn by a person, and never changed."""

import pandas as pd
from sqlalchemy import Connection

from release import sealing, store
from release.building import Built
from release.store import Refused, Stored


def told(before: int | None = None) -> list[tuple[Stored, pd.DataFrame]]:
    """Every release that was ever published (before this one), the first first, with its cells; none where there is no store."""
    try:
        with store.reading() as connection:
            published = [found for found in store.all_releases(connection) if found.published_at]
            return [one(connection, found.number) for found in published if before is None or found.number < before]
    except store.StoreUnavailable:
        return []


def one(connection: Connection, number: int) -> tuple[Stored, pd.DataFrame]:
    """A release with its cells."""
    stored = next(found for found in store.all_releases(connection) if found.number == number)
    return stored, store.sealed_cells_of(connection, number)


def check_sealed(key: bytes) -> None:
    """Raises Refused where what is stored already is not as it was sealed: what is built beside it would be attacked in vain.

    What follows the last seal, or all where there is none, was built by an earlier version, and is taken as it is.
    """
    try:
        with store.reading() as connection:
            last = sealing.last_sealed(connection)
            if last is not None and (problem := sealing.problem(connection, last, key)):
                raise Refused(problem)
    except store.StoreUnavailable:
        return


def propose(built: Built, by: str, key: bytes) -> tuple[int, bool]:
    """Store a release with its seal unless the last one is the same, sealed: its number, and whether it is new.

    Raises Refused if nothing is told.
    """
    if not built.about["proof"]["passed"]:
        raise Refused("Nothing of these data can be told so that no child can be recognised; no release is proposed.")
    with store.writing() as connection:
        last = next(reversed(store.all_releases(connection)), None)
        if (
            last
            and last.state != "withdrawn"
            and not sealing.problem(connection, last.number, key)
            and _is_same(last, store.sealed_cells_of(connection, last.number), built)
        ):
            return last.number, False
        number = store.propose(connection, built.cells, built.about, by)
        sealing.add(connection, number, key)
        return number, True


def _is_same(last: Stored, cells: pd.DataFrame, built: Built) -> bool:
    same = ("data", "code")
    return [last.about["proof"][name] for name in same] == [built.about["proof"][name] for name in same] and cells.astype(
        str
    ).equals(built.cells.astype(str))
