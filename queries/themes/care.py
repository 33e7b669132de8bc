"""Children in care: how many there are, how many of them go missing, and how many are cautioned or convicted."""

from typing import Any

from sqlalchemy import FromClause, Subquery, and_, func, select

from queries.clock import age_on, days_after, months_after
from queries.counting.counts import Count
from queries.counting.events import BIRTHS_ARE_LOADED, Events, with_flag
from queries.facts.care import SANCTIONS, SPELLS, STAYS
from queries.facts.child import ADULT
from queries.facts.known import any_row
from queries.periods import PERIODS
from queries.tables import care_spells, disposals, missing_episodes
from queries.themes.first_time_entrants import ENTRIES
from queries.themes.missing import EPISODES, is_from_care

CONTINUOUS_MONTHS = 12  # in care without a break: Department for Education
OFFENDER_AGES = (10, 17)
_spell, _stay = SPELLS.c, STAYS.c


def _on_their_day(rows: FromClause, name: str) -> Subquery:
    """Rows of children at a day, with how old they were on it."""
    others = (column for column in rows.c if column.name != "date_of_birth")
    return select(*others, age_on(rows.c.date_of_birth, rows.c.day).label("age")).subquery(name)


def _events(name: str, rows: Subquery, **more: Any) -> Events:
    return Events(name=name, rows=rows, unit=rows.c.looked_after, age_known=rows.c.age.is_not(None), **more)


_last_day = days_after(PERIODS.c.closes, -1)
_starts = _on_their_day(select(*_spell, _spell.started_on.label("day")).subquery("spells_by_start"), "starts_of_care")
STARTS = _events("starts of care", _starts, date=_starts.c.day, tables=(care_spells,), needs=BIRTHS_ARE_LOADED)

_in_care = _on_their_day(
    select(*_spell, *PERIODS.c, _last_day.label("day"))
    .join_from(SPELLS, PERIODS, and_(_spell.started_on < PERIODS.c.closes, _spell.ended_on >= PERIODS.c.closes))
    .subquery("spells_at_end"),
    "in_care",
)
IN_CARE = _events("children in care", _in_care, date=None, tables=(care_spells,), needs=BIRTHS_ARE_LOADED, snapshot_of=STARTS)
CHILDREN = Count(
    "Children in care on the last day of the period",
    IN_CARE,
    where=_in_care.c.age < ADULT,
    distinct=_in_care.c.looked_after,
    needs=any_row(care_spells),
)

_episodes = EPISODES.rows.c
_went_missing = (
    select(_episodes.child_id, PERIODS.c.closes)
    .join_from(EPISODES.rows, PERIODS, and_(_episodes.day >= PERIODS.c.opens, _episodes.day < PERIODS.c.closes))
    .where(is_from_care)
    .distinct()
    .subquery("went_missing")
)
_of_the_child = [column for column in _spell if column.name not in ("started_on", "ended_on")]
_cared_for = (
    select(*_of_the_child, *PERIODS.c, func.min(func.greatest(_spell.started_on, PERIODS.c.opens)).label("day"))
    .join_from(SPELLS, PERIODS, and_(_spell.started_on < PERIODS.c.closes, _spell.ended_on > PERIODS.c.opens))
    .group_by(*_of_the_child, *PERIODS.c)
    .subquery("cared_for")
)
_at_risk = _on_their_day(
    with_flag(_cared_for, _cared_for.c.looked_after, _went_missing, "went_missing").subquery("cared_for_and_missing"), "at_risk"
)
CARED_FOR = _events(
    "children in care during the period",
    _at_risk,
    date=None,
    tables=(missing_episodes,),
    needs=BIRTHS_ARE_LOADED,
    snapshot_of=EPISODES,
    whole_period=True,
)
EVER_IN_CARE = Count(
    "Children in care on any day of the period",
    CARED_FOR,
    where=_at_risk.c.age < ADULT,
    needs=any_row(care_spells, missing_episodes),
)
WENT_MISSING = Count(
    "Those reported missing while in care", CARED_FOR, where=and_(_at_risk.c.age < ADULT, _at_risk.c.went_missing)
)

_year_before = months_after(PERIODS.c.closes, -CONTINUOUS_MONTHS)
_sanction = SANCTIONS.c
_offended = (
    select(_sanction.child_id, PERIODS.c.closes)
    .join_from(SANCTIONS, PERIODS, and_(_sanction.decided_on >= _year_before, _sanction.decided_on < PERIODS.c.closes))
    .distinct()
    .subquery("offended")
)
_stayed = (
    select(*_stay, *PERIODS.c, _last_day.label("day"))
    .join_from(STAYS, PERIODS, and_(_stay.started_on <= _year_before, _stay.ended_on >= PERIODS.c.closes))
    .subquery("stayed")
)
_settled = _on_their_day(
    with_flag(_stayed, _stayed.c.looked_after, _offended, "offended").subquery("stayed_and_offended"), "settled"
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
