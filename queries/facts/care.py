"""Children in care: each spell, the stays that spells without a break make, and the cautions and convictions in them."""

from typing import Any

from sqlalchemy import Date, FromClause, Select, Subquery, case, func, literal, select

from queries.facts.child import of_child
from queries.facts.first_time_entrants import ENTRY_KINDS
from queries.facts.known import FAR_FUTURE, as_known_at
from queries.facts.stored import fact
from queries.tables import care_spells, children, disposals

_known = as_known_at(care_spells)
_spells = (
    select(_known.c.child_id, _known.c.started_on, func.coalesce(_known.c.ended_on, literal(FAR_FUTURE, Date)).label("ended_on"))
    .where(_known.c.status == "in care")
    .subquery("spells")
)


def _stays() -> Subquery:
    """Spells joined where they touch or overlap: a change of placement is no break in care."""
    ended_so_far = (
        func.max(_spells.c.ended_on)
        .over(partition_by=_spells.c.child_id, order_by=(_spells.c.started_on, _spells.c.ended_on), rows=(None, -1))
        .label("ended_so_far")
    )
    in_order = select(*_spells.c, ended_so_far).subquery("spells_in_order")
    opens = case((in_order.c.started_on <= in_order.c.ended_so_far, 0), else_=1)
    number = (
        func.sum(opens)
        .over(partition_by=in_order.c.child_id, order_by=(in_order.c.started_on, in_order.c.ended_on), rows=(None, 0))
        .label("number")
    )
    numbered = select(*in_order.c, number).subquery("numbered_spells")
    return (
        select(
            numbered.c.child_id,
            func.min(numbered.c.started_on).label("started_on"),
            func.max(numbered.c.ended_on).label("ended_on"),
        )
        .group_by(numbered.c.child_id, numbered.c.number)
        .subquery("stays")
    )


def _of_looked_after(rows: FromClause) -> Select[Any]:
    """Spells with what is known of their child; they belong to the hub of the child's home.

    The child goes by another name than elsewhere: children in care cannot be split by whether they are in care.
    """
    return select(
        rows.c.child_id.label("looked_after"),
        rows.c.started_on,
        rows.c.ended_on,
        children.c.date_of_birth,
        children.c.home_hub_id.label("hub_id"),
        *of_child(),
    ).select_from(rows.outerjoin(children, children.c.child_id == rows.c.child_id))


SPELLS = fact("care_spells", _of_looked_after(_spells), of=care_spells)
STAYS = fact("care_stays", _of_looked_after(_stays()), of=care_spells)

_disposal = as_known_at(disposals).c

# By the child's home, as the stays are.
SANCTIONS = fact(
    "sanctions",
    select(_disposal.child_id, _disposal.decided_on, children.c.home_hub_id.label("hub_id"))
    .join_from(_disposal.child_id.table, children, children.c.child_id == _disposal.child_id, isouter=True)
    .where(_disposal.kind.in_(ENTRY_KINDS)),
    of=disposals,
)
