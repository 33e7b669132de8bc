"""Disposals that start a follow-up, and the offences proven in it; and plans of the children who are suspected of crimes."""

from sqlalchemy import Date, and_, case, cast, func, literal_column, or_, select

from queries.clock import months_after
from queries.facts.child import with_child
from queries.facts.first_time_entrants import BARRING_KINDS, ENTRY_KINDS
from queries.facts.known import as_known_at
from queries.facts.outcomes import SUSPECTS
from queries.facts.stored import fact
from queries.tables import disposals, risk_management_plans

FOLLOW_UP_MONTHS = 12  # in which the offence must be committed
PROOF_MONTHS = 18  # in which it must be proven

_known = as_known_at(disposals)
_disposal = _known.c
_countable = and_(func.coalesce(_disposal.recordable, True), ~func.coalesce(_disposal.breach, False))
_starts_on = case((func.coalesce(_disposal.custodial, False), _disposal.released_on), else_=_disposal.decided_on)
_home = _disposal.residence_hub_id
_columns = (_disposal.disposal_id, _home.label("hub_id"), _disposal.child_id, _disposal.kind, _disposal.offence_group)
_aged = (
    with_child(_known, _columns, _starts_on, home=_home)
    .where(_countable, _disposal.kind.in_(ENTRY_KINDS), _starts_on.is_not(None))
    .subquery("aged_starts")
)
_ranked = (
    select(
        *_aged.c,
        func.row_number()
        .over(
            partition_by=(_aged.c.child_id, cast(func.date_trunc(literal_column("'quarter'"), _aged.c.day), Date)),
            order_by=(_aged.c.day, _aged.c.disposal_id),
        )
        .label("rank"),
    )
    .where(or_(_aged.c.age.is_(None), _aged.c.age.between(10, 17)))
    .subquery("ranked_starts")
)
_later = select(*_known.c).where(_countable, _disposal.kind.in_(BARRING_KINDS)).subquery("proven")
_reoffences = (
    select(
        _ranked.c.disposal_id,
        func.count(_later.c.committed_on).label("reoffences"),
        func.count(case((_later.c.committed_on.is_(None), 1))).label("undated"),
    )
    .select_from(_ranked)
    .join(
        _later,
        and_(
            _later.c.child_id == _ranked.c.child_id,
            func.coalesce(_later.c.committed_on, _ranked.c.day) >= _ranked.c.day,
            func.coalesce(_later.c.committed_on, _ranked.c.day) < months_after(_ranked.c.day, FOLLOW_UP_MONTHS),
            _later.c.decided_on > _ranked.c.day,
            _later.c.decided_on < months_after(_ranked.c.day, PROOF_MONTHS),
        ),
    )
    .where(_ranked.c.rank == 1)
    .group_by(_ranked.c.disposal_id)
    .subquery("reoffences")
)

FOLLOW_UPS = fact(
    "follow_ups",
    select(
        *(column for column in _ranked.c if column.name != "rank"),
        func.coalesce(_reoffences.c.reoffences, 0).label("reoffences"),
        func.coalesce(_reoffences.c.undated, 0).label("undated"),
    )
    .outerjoin(_reoffences, _reoffences.c.disposal_id == _ranked.c.disposal_id)
    .where(_ranked.c.rank == 1),
    of=disposals,
)

# By the hub of each crime, so that whoever reads the suspicion reads the plan too, whichever hub keeps it.
_plan = as_known_at(risk_management_plans).c
_suspect = SUSPECTS.info["definition"].c

PLANS_OF_SUSPECTS = fact(
    "plans_of_suspects",
    select(_plan.child_id, _suspect.hub_id, _suspect.home_hub_id, _plan.opened_on, _plan.closed_on)
    .join_from(_plan.child_id.table, _suspect.child_id.table, _suspect.child_id == _plan.child_id)
    .distinct(),
    of=risk_management_plans,
)
