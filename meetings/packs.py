"""A pack from its order: built within what its reader may see, written as slides or on paper, named by what it is of."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date, datetime
from os import environ
from pathlib import Path

from meetings import exact, paper, powerpoint, released
from meetings.slides import Order, Pack, Refused
from metrics import words
from queries import clock
from queries.clock import add_months
from queries.engine import connect
from queries.engine import reading as reading_figures
from queries.lookups.population import hub_names, places
from queries.lookups.quality import span
from queries.periods import last_whole_months
from queries.scope import SYSTEM, Access, Scope
from release import notes, store
from release.answers import released as answers

ROLES = ("command", "analyst", "hub", "board")
FORMS: Mapping[str, Callable[[Pack, Path | None], bytes]] = {
    ".pptx": powerpoint.write,
    ".pdf": lambda pack, _: paper.write(pack),
}
_ADDRESS = "http://127.0.0.1:8501"


def address() -> str:
    """Where the links of a pack lead: ``DASHBOARD_ADDRESS``, or the dashboard on this machine."""
    return environ.get("DASHBOARD_ADDRESS", _ADDRESS).rstrip("/")


def access_of(role: str, hub: str) -> Access:
    """What a pack for a role may hold; of a hub sergeant that of the hub named. Raises Refused."""
    if role not in ROLES:
        raise Refused(f"{role!r} gets no pack; packs are for {', '.join(ROLES)}.")
    if role == "hub" and not hub:
        raise Refused("A pack for a hub needs to know which: give --hub.")
    if role == "board" and hub:
        raise Refused("The board's pack is of the whole release, not of a hub; leave out --hub.")
    return Access(role, (hub,) if role == "hub" else None)  # type: ignore[arg-type]


def month_and_hub(role: str, month: date | None, hub: str, database: str | None = None) -> tuple[date | None, str]:
    """The month that is meant, the latest whole one by default, and the id of a hub that is named by id or name; of the board,
    whose release says both, what was given. Raises Refused.
    """
    if role == "board":
        return month, hub
    with reading_figures(SYSTEM, connect(database)) as connection:
        days, names = span(connection), hub_names(places(connection, Scope(SYSTEM)))
    if days is None:
        raise Refused("The database holds no events yet, so there is nothing to put in a pack.")
    found = [one for one, name in names.items() if hub.casefold() in (one.casefold(), name.casefold())]
    if hub and len(found) != 1:
        listed = [f"{one} ({name})" for one, name in names.items()]
        raise Refused(f"{hub} is not a hub; the hubs are {words.listed(listed)}." if listed else "The data have no hubs.")
    return month or add_months(last_whole_months(days[1])[1], -1), found[0] if hub else ""


def build(access: Access, order: Order, database: str | None = None) -> Pack:
    """The pack that is ordered. Raises Refused, OutOfScope and DatabaseUnavailable."""
    if access.role == "board":
        return _of_release(order)
    with reading_figures(access, connect(database)) as connection:
        return exact.build(connection, access, order)


def _of_release(order: Order) -> Pack:
    """The pack of the release that is ordered, or of the one that the board sees."""
    with store.reading() as connection:
        published = {found.number: found for found in store.all_releases(connection) if found.state == "published"}
        chosen = published.get(order.release) if order.release else store.latest_published(connection)
        if chosen is None and order.release:
            raise Refused(f"Release {order.release} is not published, or no longer: the board gets no pack of it.")
        if chosen is None:
            raise Refused("No release is published, so there is nothing for the board's pack: publish one first.")
        release = answers.of(chosen, store.cells_of(connection, chosen.number))
        said = notes.of(connection, chosen.number)
    month = date.fromisoformat(release.data_end).replace(day=1)
    return released.build(release, said, replace(order, release=release.number, month=month))


def order(role: str, month: date | None, hub: str, made_by: str, made_at: datetime | None = None) -> Order:
    """An order made now; of the board's pack the month is that of its release."""
    now = made_at or clock.now().replace(microsecond=0)
    return Order(role, month or date.min, hub, now, made_by, address())


def write(pack: Pack, form: str, template: Path | None = None) -> bytes:
    """The file of a pack in a form of `FORMS`. Raises Refused."""
    if form not in FORMS:
        raise Refused(f"A pack is written as {' or '.join(FORMS)}, not as {form or 'a file without an ending'}.")
    return FORMS[form](pack, template)


def name(pack: Pack) -> str:
    """The name of a pack's file, without its ending."""
    of = f"release-{pack.order.release}" if pack.order.release else f"{pack.order.month:%Y-%m}"
    return "-".join(filter(None, ("children-first", pack.order.role, pack.order.hub, of)))
