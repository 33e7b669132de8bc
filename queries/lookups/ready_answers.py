"""What was worked out at a load, before anyone asked: written by whoever builds the facts, read by the pages."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date

from sqlalchemy import Connection, insert, select

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
    is_plain = scope.as_at is None and scope.placed_by == "event" and not scope.residents_only
    if not is_plain or scope.start is None or (scope.hubs is not None and len(scope.hubs) != 1):
        return []
    if not nothing_loaded_since(connection):
        return []
    of_place = answers.c.hub_id.is_(None) if scope.hubs is None else answers.c.hub_id == scope.hubs[0]
    of_period = (answers.c.opens == scope.start, answers.c.closes == scope.end)
    asked = (answers.c.kind == kind, answers.c.theme.in_(themes), answers.c.version == version)
    return list(connection.scalars(select(answers.c.answer).where(of_place, *of_period, *asked)))
