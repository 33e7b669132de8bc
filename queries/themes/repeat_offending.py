"""Children who come back: proven reoffending after a caution, conviction or release, and suspicion of two or more crimes."""

from sqlalchemy import Date, and_, case, cast, exists, func, literal_column, or_, select

from queries.clock import months_after
from queries.counting.dimensions import KIND, OFFENCE_GROUP, Dimension
from queries.counting.events import BIRTHS_ARE_LOADED, Events, any_row, as_known_at, with_child
from queries.counting.tally import Count, in_care
from queries.periods import PERIODS
from queries.tables import crimes, disposals, risk_management_plans, suspects
from queries.themes.first_time_entrants import BARRING_KINDS, ENTRY_KINDS
from queries.themes.outcomes import AGES_ARE_LOADED, SUSPECTED

FOLLOW_UP_MONTHS = 12  # in which the offence must be committed
PROOF_MONTHS = 18  # in which it must be proven
ROLLING_MONTHS = 12  # over which crimes a child is suspected of are added up
REPEAT_CRIMES = 2

_known = as_known_at(disposals)
_countable = and_(func.coalesce(_known.c.recordable, True), ~func.coalesce(_known.c.breach, False))
_index_on = case((func.coalesce(_known.c.custodial, False), _known.c.released_on), else_=_known.c.decided_on)
_starts = select(*_known.c, _index_on.label("index_on")).where(_countable, _known.c.kind.in_(ENTRY_KINDS)).subquery("starts")
_aged = (
    with_child(_starts, _starts.c.index_on, home=_starts.c.residence_hub_id)
    .where(_starts.c.index_on.is_not(None))
    .subquery("aged_starts")
)
_placed = (
    select(
        *_aged.c,
        func.row_number()
        .over(
            partition_by=(_aged.c.child_id, cast(func.date_trunc(literal_column("'quarter'"), _aged.c.index_on), Date)),
            order_by=(_aged.c.index_on, _aged.c.disposal_id),
        )
        .label("place"),
    )
    .where(or_(_aged.c.age.is_(None), _aged.c.age.between(10, 17)))
    .subquery("placed_starts")
)
_later = select(*_known.c).where(_countable, _known.c.kind.in_(BARRING_KINDS)).subquery("proven")
_reoffences = (
    select(
        _placed.c.disposal_id,
        func.count(_later.c.committed_on).label("reoffences"),
        func.count(case((_later.c.committed_on.is_(None), 1))).label("undated"),
    )
    .select_from(_placed)
    .join(
        _later,
        and_(
            _later.c.child_id == _placed.c.child_id,
            func.coalesce(_later.c.committed_on, _placed.c.index_on) >= _placed.c.index_on,
            func.coalesce(_later.c.committed_on, _placed.c.index_on) < months_after(_placed.c.index_on, FOLLOW_UP_MONTHS),
            _later.c.decided_on > _placed.c.index_on,
            _later.c.decided_on < months_after(_placed.c.index_on, PROOF_MONTHS),
        ),
    )
    .where(_placed.c.place == 1)
    .group_by(_placed.c.disposal_id)
    .subquery("reoffences")
)
_cohort = (
    select(
        *_placed.c,
        _placed.c.residence_hub_id.label("hub_id"),
        func.coalesce(_reoffences.c.reoffences, 0).label("reoffences"),
        func.coalesce(_reoffences.c.undated, 0).label("undated"),
    )
    .outerjoin(_reoffences, _reoffences.c.disposal_id == _placed.c.disposal_id)
    .where(_placed.c.place == 1)
    .subquery("cohort")
)

INDEXES = Events(
    name="disposals that could start a follow-up",
    rows=_cohort,
    unit=_cohort.c.disposal_id,
    date=_cohort.c.index_on,
    tables=(disposals,),
    age_known=_cohort.c.age.is_not(None),
    needs=BIRTHS_ARE_LOADED,
    dimensions={"kind": Dimension(KIND, _cohort.c.kind), "offence_group": Dimension(OFFENCE_GROUP, _cohort.c.offence_group)},
)
_of_known_age = _cohort.c.age.is_not(None)
OFFENCE_DATES_ARE_LOADED = any_row(disposals.c.committed_on.is_not(None))

COHORT = Count("Children in the quarterly cohorts", INDEXES, where=_of_known_age, needs=OFFENCE_DATES_ARE_LOADED)
REOFFENDERS = Count(
    "Children in the cohorts who were proven to have reoffended", INDEXES, where=and_(_of_known_age, _cohort.c.reoffences > 0)
)
REOFFENDERS_IN_CARE, REOFFENDERS_KNOWN = in_care(REOFFENDERS, "Children proven to have reoffended")
REOFFENCES = Count("Proven reoffences", INDEXES, where=_of_known_age, total=_cohort.c.reoffences)
UNDATED = Count(
    "later proven offences without the day they were committed", INDEXES, where=_of_known_age, total=_cohort.c.undated
)

_suspected = SUSPECTED.rows
_window = (
    select(*_suspected.c, *PERIODS.c)
    .select_from(_suspected)
    .join(
        PERIODS,
        and_(_suspected.c.day >= months_after(PERIODS.c.closes, -ROLLING_MONTHS), _suspected.c.day < PERIODS.c.closes),
    )
    .where(or_(_suspected.c.age < 18, _suspected.c.age.is_(None)))
    .subquery("suspected_in_window")
)
_plans = as_known_at(risk_management_plans)
_with_plan = exists().where(
    _plans.c.child_id == _window.c.child_id,
    _plans.c.opened_on < _window.c.closes,
    or_(_plans.c.closed_on.is_(None), _plans.c.closed_on >= _window.c.closes),
)
_judged = select(
    *_window.c,
    (func.count(_window.c.age).over(partition_by=(_window.c.closes, _window.c.child_id)) >= REPEAT_CRIMES).label("repeat"),
    _with_plan.label("with_plan"),
).subquery("judged_in_window")
_of_a_child = _judged.c.age < 18
_repeat = and_(_of_a_child, _judged.c.repeat)

WINDOW = Events(
    name="suspects of crimes",
    rows=_judged,
    unit=_judged.c.crime_id,
    date=None,
    tables=(crimes,),
    age_known=_judged.c.age.is_not(None),
    needs=AGES_ARE_LOADED,
    dimensions={"offence_group": Dimension(OFFENCE_GROUP, _judged.c.offence_group)},
    one_row_per_child=True,
    snapshot_of=SUSPECTED,
)
SUSPECTS_ARE_LOADED = any_row(suspects)
SUSPECTS = Count(
    "Children suspected of a crime in the twelve months",
    WINDOW,
    where=_of_a_child,
    distinct=_judged.c.child_id,
    needs=SUSPECTS_ARE_LOADED,
)
REPEAT_SUSPECTS = Count(
    "Children suspected of two or more crimes in the twelve months",
    WINDOW,
    where=_repeat,
    distinct=_judged.c.child_id,
    needs=SUSPECTS_ARE_LOADED,
)
CRIMES = Count("Crimes with a child suspect in the twelve months", WINDOW, where=_of_a_child, needs=SUSPECTS_ARE_LOADED)
CRIMES_OF_REPEAT_SUSPECTS = Count("Crimes with a repeat suspect in the twelve months", WINDOW, where=_repeat)
REPEAT_SUSPECTS_WITH_PLAN = Count(
    "Repeat suspects with a risk management plan open at the end",
    WINDOW,
    where=and_(_repeat, _judged.c.with_plan),
    distinct=_judged.c.child_id,
    needs=any_row(risk_management_plans),
)
