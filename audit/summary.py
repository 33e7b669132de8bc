"""What the entries of some days come to, reader by reader: records opened, exports, refusals, and what is worth a second look."""

import json
from dataclasses import replace
from typing import Any, NamedTuple

import pandas as pd
from sqlalchemy import ColumnElement, Integer, case, cast, func, select

from audit.database import reading
from audit.selection import Selection, conditions, has_vague_reason, out_of_hours
from audit.settings import reader_url
from audit.tables import entries as log
from audit.tables import grants
from audit.visible import readable

# Pseudonyms in an entry's list of them: each stands between two quotation marks.
REFERENCES = cast((func.length(log.c.records) - func.length(func.replace(log.c.records, '"', ""))) / 2, Integer)
COUNTED = ("records", "references", "exports", "refusals", "out_of_hours", "vague_reasons")


class Known(NamedTuple):
    """Whoever has an entry in the log, under the name of the latest in the alphabet that was theirs."""

    issuer: str
    subject: str
    name: str


def by_reader(chosen: Selection) -> pd.DataFrame:
    """A row for each reader with entries among those chosen: issuer, subject, name, then `COUNTED` as whole numbers.

    ``records`` are the times that records were opened, ``references`` how many records and children were listed then in all.
    Kinds and rules of the selection are left aside, for they are what is counted. Most references first. Raises AuditUnavailable.
    """
    chosen = replace(chosen, action=None, rule=None)
    with reading(reader_url()) as connection:
        opened = log.c.action == "records"
        counted = {
            "records": _number_of(opened),
            "references": func.sum(case((opened, REFERENCES), else_=0)),
            "exports": _number_of(log.c.action == "export"),
            "refusals": _number_of(log.c.action == "refusal"),
            "out_of_hours": _number_of(out_of_hours(connection, chosen)),
            "vague_reasons": _number_of(has_vague_reason(chosen)),
        }
        who = log.c.issuer, log.c.subject
        columns = [*who, func.max(log.c.name).label("name"), *(cast(each, Integer).label(name) for name, each in counted.items())]
        statement = select(*columns).where(*conditions(connection, chosen)).group_by(*who)
        rows = [[readable(value) for value in row] for row in connection.execute(statement)]
    frame = pd.DataFrame(rows, columns=[column.name for column in columns])
    return frame.sort_values(["references", "records", "name"], ascending=[False, False, True], ignore_index=True)


def readers() -> list[Known]:
    """Everybody who has an entry in the log, by name. Raises AuditUnavailable."""
    who = log.c.issuer, log.c.subject
    with reading(reader_url()) as connection:
        found = connection.execute(select(*who, func.max(log.c.name)).group_by(*who))
        everybody = [Known(*map(readable, row)) for row in found]
    return sorted(everybody, key=lambda known: (known.name.casefold(), known.subject, known.issuer))


def hubs() -> list[str]:
    """The ids of all hubs that anybody was given to read, or has read alone. Raises AuditUnavailable."""
    with reading(reader_url()) as connection:
        given = set(connection.scalars(select(grants.c.hub).distinct()))
        read = [_list(text) for text in connection.scalars(select(log.c.hubs).distinct())]
    return sorted({readable(hub) for hub in given.union(*read)} - {""})


def _number_of(condition: ColumnElement[bool]) -> Any:
    return func.sum(case((condition, 1), else_=0))


def _list(text: str) -> list[str]:
    """The hubs of an entry; none where they are all, or somebody has written over them."""
    try:
        found = json.loads(text)
    except ValueError:
        return []
    return [hub for hub in found if isinstance(hub, str)] if isinstance(found, list) else []
