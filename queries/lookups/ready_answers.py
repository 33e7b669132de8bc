"""What was worked out at a load, before anyone asked: written by whoever builds the facts, read by the pages."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date

from sqlalchemy import ColumnElement, Connection, and_, insert, select

from queries.facts.building import answers, nothing_loaded_since
from queries.scope import Scope


@dataclass(frozen=True)
class ReadyAnswer:
    """An answer about the measures of a theme, of one hub or (None) of the whole force, over a period.

    ``version`` is that of the code which worked it out, ``answer`` what it makes of it.
    """

    hub_id: str | None
    kind: str
    theme: str
    opens: date
    closes: date
    version: str
    answer: bytes


def keep(connection: Connection, ready: Sequence[ReadyAnswer]) -> None:
    """Write the answers down, beside the facts they are of."""
    if ready:
        connection.execute(insert(answers), [asdict(answer) for answer in ready])


def kept(connection: Connection, scope: Scope, kind: str, themes: Sequence[str], version: str) -> list[bytes]:
    """The answers of these themes for a scope, in any order; those that are not ready, or of other code, are left out.

    Only of the whole force or a single hub, of events where they happened, as the data are now; none where something was loaded
    since they were worked out.
    """
    if scope.hubs is not None and len(scope.hubs) != 1:
        return []
    of_place = answers.c.hub_id.is_(None) if scope.hubs is None else answers.c.hub_id == scope.hubs[0]
    return [answer for _, answer in _kept(connection, scope, kind, themes, version, of_place)]


def kept_by_hub(connection: Connection, scope: Scope, kind: str, themes: Sequence[str], version: str) -> list[tuple[str, bytes]]:
    """The same of each hub in a scope by itself, with its id."""
    return _kept(connection, scope, kind, themes, version, and_(answers.c.hub_id.is_not(None), scope.of_hubs(answers.c.hub_id)))


def _kept(
    connection: Connection, scope: Scope, kind: str, themes: Sequence[str], version: str, of_place: ColumnElement[bool]
) -> list[tuple[str, bytes]]:
    is_plain = scope.as_at is None and scope.placed_by == "event" and not scope.residents_only
    if not themes or not is_plain or scope.start is None or not nothing_loaded_since(connection):
        return []
    of_period = (answers.c.opens == scope.start, answers.c.closes == scope.end)
    asked = (answers.c.kind == kind, answers.c.theme.in_(themes), answers.c.version == version)
    rows = connection.execute(select(answers.c.hub_id, answers.c.answer).where(of_place, *of_period, *asked))
    return [(hub or "", answer) for hub, answer in rows]
