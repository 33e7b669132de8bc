"""Packs that are due, for the force's own scheduler: who gets what, when; nothing is written where no figure has changed."""

import csv
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from io import StringIO
from pathlib import Path

from meetings import checking, packs
from meetings.slides import Refused
from metrics import words
from queries.engine import DatabaseUnavailable
from queries.scope import OutOfScope

TABLE = "packs.csv"
_MOST_SAID = 10  # of the changes of one pack
COLUMNS = ("who", "role", "hub", "form", "day", "months")
EXAMPLE = (
    "who,role,hub,form,day,months\ncommand team,command,,pptx,5,1\npartnership board,board,,pdf,1,3\nEden,hub,eden,pdf,3,1\n"
)


@dataclass(frozen=True)
class Recipient:
    """Who gets a pack: of which role and hub, in which form, from which day of the month on, every so many months."""

    who: str
    role: str
    hub: str
    form: str
    day: int
    months: int


@dataclass
class Written:
    """What was done, in sentences, and what could not be."""

    told: list[str] = field(default_factory=list)
    failed: list[str] = field(default_factory=list)


def recipients(folder: Path) -> list[Recipient]:
    """Who gets what and when, as ``packs.csv`` in a folder says. Raises Refused, with an example where there is no such table."""
    path = folder / TABLE
    try:
        rows = list(csv.DictReader(StringIO(path.read_text(encoding="utf-8-sig"))))
    except FileNotFoundError:
        raise Refused(f"There is no {path}: make one that says who gets what and when, such as\n{EXAMPLE}") from None
    except (OSError, UnicodeError, csv.Error) as error:
        raise Refused(f"{path} cannot be read: {error}.") from error
    return [_recipient(path, number, row) for number, row in enumerate(rows, start=2)]


def _recipient(path: Path, line: int, row: dict[str, str | None]) -> Recipient:
    missing = [name for name in COLUMNS if row.get(name) is None]
    if missing:
        raise Refused(f"{path}, line {line}: {words.listed(missing)} is missing; its columns are {', '.join(COLUMNS)}.")
    said = {name: (row[name] or "").strip() for name in COLUMNS}
    day, months = said["day"], said["months"] or "1"
    if not (day.isdecimal() and 1 <= int(day) <= 28 and months.isdecimal() and int(months) in (1, 2, 3, 6, 12)):
        raise Refused(f"{path}, line {line}: day is from 1 to 28, and months 1, 2, 3, 6 or 12.")
    if said["role"] not in packs.ROLES or f".{said['form']}" not in packs.FORMS:
        forms = ", ".join(form.removeprefix(".") for form in packs.FORMS)
        raise Refused(f"{path}, line {line}: role is one of {', '.join(packs.ROLES)}, and form one of {forms}.")
    if "/" in said["who"] or "\\" in said["who"] or not said["who"]:
        raise Refused(f"{path}, line {line}: who is a name without a slash, for it names the file.")
    return Recipient(said["who"], said["role"], said["hub"], said["form"], int(day), int(months))


def is_due(recipient: Recipient, now: datetime) -> bool:
    """Whether a pack is to be written in this month, and its day has come: every so many months, counted from January."""
    on = words.london(now).date()
    return (on.month - 1) % recipient.months == 0 and on.day >= recipient.day


def write(folder: Path, now: datetime, made_by: str, database: str | None = None) -> Written:
    """Write the packs that are due at an instant (naive UTC) into a folder; where nothing changed since the last, nothing.

    One that cannot be made does not keep the others from being made. Raises Refused for a table that says nothing.
    """
    done = Written()
    for recipient in recipients(folder):
        try:
            done.told += list(_write(recipient, folder, now, made_by, database))
        except (Refused, OutOfScope, DatabaseUnavailable, OSError) as error:
            done.failed.append(f"{recipient.who}: not written. {error}")
    return done


def _write(recipient: Recipient, folder: Path, now: datetime, made_by: str, database: str | None) -> Iterator[str]:
    if not is_due(recipient, now):
        yield f"{recipient.who}: not due."
        return
    month, hub = packs.month_and_hub(recipient.role, None, recipient.hub, database)
    order = packs.order(recipient.role, month, hub, made_by, now)
    pack = packs.build(packs.access_of(recipient.role, hub), order, database)
    path = folder / f"{recipient.who} {packs.name(pack)}.{recipient.form}"
    if path.exists():
        changed = _changed(path, database)
        if not changed:
            yield f"{recipient.who}: nothing has changed since {path.name} was written."
            return
        yield from (f"{recipient.who}: {one}" for one in changed[:_MOST_SAID])
        if len(changed) > _MOST_SAID:
            yield f"{recipient.who}: and {len(changed) - _MOST_SAID} more."
    _replace(path, packs.write(pack, f".{recipient.form}"))
    yield f"{recipient.who}: {path.name} is written."


def _changed(path: Path, database: str | None) -> list[str]:
    """The numbers that changed since a pack was written; what is no pack any more counts as changed."""
    try:
        return list(checking.differences(path, database))
    except Refused as refusal:
        return [str(refusal)]


def _replace(path: Path, content: bytes) -> None:
    """Put a file in the place of another, whole or not at all."""
    half = path.with_name(f".{path.name}.half")
    try:
        half.write_bytes(content)
        half.replace(path)
    except OSError:
        half.unlink(missing_ok=True)
        raise
