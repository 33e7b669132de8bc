"""The seal of a release: it tells whether all that is stored of it, and of every release before it, is what was built.

It is one more row among the seals of the cells, made with the key that rounds, and covers every column of every row: also the
number of the release. It does not cover who published or withdrew it, since whoever decides has no key.
"""

import hmac
import json

from sqlalchemy import ColumnElement, Connection, and_, func, insert, not_, select, true

from release.store import RESTORE, cells, releases, seals

PLACE = -1  # the first cell is at 0


def add(connection: Connection, release: int, key: bytes) -> None:
    """Seal a release that has just been stored."""
    connection.execute(insert(seals).values(release=release, place=PLACE, seal=_seal(connection, release, key)))


def problem(connection: Connection, release: int, key: bytes) -> str:
    """Why a release is not known to be as it was built, in a sentence; empty where it is."""
    found = connection.scalars(select(seals.c.seal).where(_is_seal_of(release))).all()
    if not found:
        return (
            f"Release {release} does not hold: it has no seal, because an earlier version built it or somebody took the seal "
            "away, so nobody can tell whether it was changed; build another and publish that."
        )
    if found != [_seal(connection, release, key)]:
        return (
            f"Release {release} does not hold: what is stored of it, or of a release before it, is not what was sealed with this "
            f"key; {RESTORE}."
        )
    return ""


def last_sealed(connection: Connection) -> int | None:
    """The number of the last release that has a seal; None where none has."""
    last: int | None = connection.scalar(select(func.max(seals.c.release)).where(seals.c.place == PLACE))
    return last


def _is_seal_of(release: int) -> ColumnElement[bool]:
    return and_(seals.c.release == release, seals.c.place == PLACE)


def _seal(connection: Connection, release: int, key: bytes) -> str:
    """A keyed hash of every row of the releases up to this one but for its own seal: HMAC with SHA-256 (RFC 2104)."""
    covered = {releases: true(), cells: true(), seals: not_(_is_seal_of(release))}
    rows = [
        json.dumps([table.name, *row], default=str)
        for table, is_covered in covered.items()
        for row in connection.execute(select(table).where(table.c.release <= release, is_covered))
    ]
    return hmac.new(key, "\n".join(["a release as it is stored", *sorted(rows)]).encode(), "sha256").hexdigest()
