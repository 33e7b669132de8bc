"""Children in care: how many there are, how many of them go missing, and how many are cautioned or convicted."""

from datetime import date
from typing import Any

from sqlalchemy import Date, Subquery, and_, case, func, literal, select

from queries.clock import age_on, days_after, months_after
from queries.counting.events import BIRTHS_ARE_LOADED, Events, any_row, as_known_at, of_child
from queries.counting.tally import Count
from queries.periods import PERIODS
from queries.tables import care_spells, children, disposals, missing_episodes
from queries.themes.first_time_entrants import ENTRIES, ENTRY_KINDS
from queries.themes.missing import EPISODES, is_from_care

CONTINUOUS_MONTHS = 12  # in care without a break: Department for Education
OFFENDER_AGES = (10, 17)
_STILL_THERE = date(9999, 12, 30)

_known = as_known_at(care_spells)
_spells = (
    select(
        _known.c.child_id, _known.c.started_on, func.coalesce(_known.c.ended_on, literal(_STILL_THERE, Date)).label("ended_on")
    )
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


def _with_child_at(rows: Subquery) -> Subquery:
    """Rows of children at a day, with who they were on it; they belong to the hub of their home.

    The child goes by another name than elsewhere: children in care cannot be split by whether they are in care.
    """
    home = children.c.home_hub_id
    others = [column for column in rows.c if column.name != "child_id"]
    return (
        select(
            rows.c.child_id.label("looked_after"),
            *others,
            age_on(children.c.date_of_birth, rows.c.day).label("age"),
            home.label("hub_id"),
            *of_child(children, home),
        )
        .select_from(rows.outerjoin(children, children.c.child_id == rows.c.child_id))
        .subquery(f"{rows.name}_with_child")
    )


def _events(name: str, rows: Subquery, **more: Any) -> Events:
    return Events(name=name, rows=rows, unit=rows.c.looked_after, age_known=rows.c.age.is_not(None), **more)


_last_day = days_after(PERIODS.c.closes, -1)
_starts = _with_child_at(select(_spells.c.child_id, _spells.c.started_on.label("day")).subquery("starts_of_care"))
STARTS = _events("starts of care", _starts, date=_starts.c.day, tables=(care_spells,), needs=BIRTHS_ARE_LOADED)

_in_care = _with_child_at(
    select(_spells.c.child_id, *PERIODS.c, _last_day.label("day"))
    .select_from(_spells)
    .join(PERIODS, and_(_spells.c.started_on < PERIODS.c.closes, _spells.c.ended_on >= PERIODS.c.closes))
    .distinct()
    .subquery("in_care")
)
IN_CARE = _events("children in care", _in_care, date=None, tables=(care_spells,), needs=BIRTHS_ARE_LOADED, snapshot_of=STARTS)
CHILDREN = Count(
    "Children in care on the last day of the period",
    IN_CARE,
    where=_in_care.c.age < 18,
    distinct=_in_care.c.looked_after,
    needs=any_row(care_spells),
)

_episodes = EPISODES.rows.c
_went_missing = (
    select(_episodes.child_id, PERIODS.c.closes)
    .select_from(EPISODES.rows)
    .join(PERIODS, and_(_episodes.reported_on >= PERIODS.c.opens, _episodes.reported_on < PERIODS.c.closes))
    .where(is_from_care)
    .distinct()
    .subquery("went_missing")
)
_cared_for = (
    select(_spells.c.child_id, *PERIODS.c, func.min(func.greatest(_spells.c.started_on, PERIODS.c.opens)).label("day"))
    .select_from(_spells)
    .join(PERIODS, and_(_spells.c.started_on < PERIODS.c.closes, _spells.c.ended_on > PERIODS.c.opens))
    .group_by(_spells.c.child_id, *PERIODS.c)
    .subquery("cared_for")
)
_at_risk = _with_child_at(
    select(*_cared_for.c, _went_missing.c.child_id.is_not(None).label("went_missing"))
    .select_from(_cared_for)
    .outerjoin(
        _went_missing, and_(_went_missing.c.child_id == _cared_for.c.child_id, _went_missing.c.closes == _cared_for.c.closes)
    )
    .subquery("at_risk")
)
CARED_FOR = _events(
    "children in care during the period",
    _at_risk,
    date=None,
    tables=(missing_episodes,),
    needs=BIRTHS_ARE_LOADED,
    snapshot_of=EPISODES,
)
EVER_IN_CARE = Count(
    "Children in care on any day of the period",
    CARED_FOR,
    where=_at_risk.c.age < 18,
    needs=any_row(care_spells, missing_episodes),
)
WENT_MISSING = Count("Those reported missing while in care", CARED_FOR, where=and_(_at_risk.c.age < 18, _at_risk.c.went_missing))

_year_before = months_after(PERIODS.c.closes, -CONTINUOUS_MONTHS)
_stay = _stays()
_disposals = as_known_at(disposals)
_offended = (
    select(_disposals.c.child_id, PERIODS.c.closes)
    .select_from(_disposals)
    .join(PERIODS, and_(_disposals.c.decided_on >= _year_before, _disposals.c.decided_on < PERIODS.c.closes))
    .where(_disposals.c.kind.in_(ENTRY_KINDS))
    .distinct()
    .subquery("offended")
)
_stayed = (
    select(_stay.c.child_id, *PERIODS.c, _last_day.label("day"))
    .select_from(_stay)
    .join(PERIODS, and_(_stay.c.started_on <= _year_before, _stay.c.ended_on >= PERIODS.c.closes))
    .subquery("stayed")
)
_settled = _with_child_at(
    select(*_stayed.c, _offended.c.child_id.is_not(None).label("offended"))
    .select_from(_stayed)
    .outerjoin(_offended, and_(_offended.c.child_id == _stayed.c.child_id, _offended.c.closes == _stayed.c.closes))
    .subquery("settled")
)
_of_age = _settled.c.age.between(*OFFENDER_AGES)
IN_CARE_A_YEAR = _events(
    "children in care for twelve months",
    _settled,
    date=None,
    tables=(disposals,),
    needs=BIRTHS_ARE_LOADED,
    snapshot_of=ENTRIES,
)
SETTLED = Count(
    "Children aged 10-17 in care without a break for the twelve months to the end of the period",
    IN_CARE_A_YEAR,
    where=_of_age,
    needs=any_row(care_spells, disposals),
)
OFFENDED = Count("Those cautioned or convicted in these twelve months", IN_CARE_A_YEAR, where=and_(_of_age, _settled.c.offended))
