"""Children who come back: proven reoffending after a caution, conviction or release, and suspicion of two or more crimes."""

from dataclasses import replace

from sqlalchemy import and_, or_, select, true

from queries.clock import months_after
from queries.counting.counts import Count, in_care
from queries.counting.dimensions import KIND, OFFENCE_GROUP, Dimension
from queries.counting.events import BIRTHS_ARE_LOADED, Events, with_flag
from queries.facts.child import ADULT
from queries.facts.known import any_row
from queries.facts.repeat_offending import FOLLOW_UPS, PLANS_OF_SUSPECTS
from queries.periods import PERIODS
from queries.tables import crimes, disposals, risk_management_plans, suspects
from queries.themes.outcomes import AGES_ARE_LOADED, SUSPECTED

ROLLING_MONTHS = 12  # over which crimes a child is suspected of are added up

_cohort = FOLLOW_UPS.c

INDEXES = Events(
    name="disposals that could start a follow-up",
    rows=FOLLOW_UPS,
    unit=_cohort.disposal_id,
    date=_cohort.day,
    tables=(disposals,),
    age_known=_cohort.age.is_not(None),
    needs=BIRTHS_ARE_LOADED,
    dimensions={"kind": Dimension(KIND, _cohort.kind), "offence_group": Dimension(OFFENCE_GROUP, _cohort.offence_group)},
)
_of_known_age = _cohort.age.is_not(None)
OFFENCE_DATES_ARE_LOADED = any_row(disposals.c.committed_on.is_not(None))

COHORT = Count("Children in the quarterly cohorts", INDEXES, where=_of_known_age, needs=OFFENCE_DATES_ARE_LOADED)
REOFFENDERS = Count(
    "Children in the cohorts who were proven to have reoffended", INDEXES, where=and_(_of_known_age, _cohort.reoffences > 0)
)
REOFFENDERS_IN_CARE, REOFFENDERS_KNOWN = in_care(REOFFENDERS, "Children proven to have reoffended")
REOFFENCES = Count("Proven reoffences", INDEXES, where=_of_known_age, total=_cohort.reoffences)
UNDATED = Count("later proven offences without the day they were committed", INDEXES, where=_of_known_age, total=_cohort.undated)

_suspected = SUSPECTED.rows.c
_first_day = months_after(PERIODS.c.closes, -ROLLING_MONTHS)
_plan = PLANS_OF_SUSPECTS.c
_planned = (
    select(_plan.child_id, PERIODS.c.closes)
    .join_from(
        PLANS_OF_SUSPECTS,
        PERIODS,
        and_(_plan.opened_on < PERIODS.c.closes, or_(_plan.closed_on.is_(None), _plan.closed_on >= PERIODS.c.closes)),
    )
    .distinct()
    .subquery("planned")
)
# Another crime in the twelve months makes two or more.
_another = or_(_suspected.day_before >= _first_day, _suspected.day_after < PERIODS.c.closes)
_window = (
    select(*_suspected, *PERIODS.c, _another.label("repeat"))
    .join_from(SUSPECTED.rows, PERIODS, and_(_suspected.day >= _first_day, _suspected.day < PERIODS.c.closes))
    .where(or_(_suspected.age < ADULT, _suspected.age.is_(None)))
    .subquery("suspected_in_window")
)
_of_a_child = _window.c.age < ADULT
_repeat = and_(_of_a_child, _window.c.repeat)

WINDOW = Events(
    name="suspects of crimes",
    rows=_window,
    unit=_window.c.crime_id,
    date=None,
    tables=(crimes,),
    age_known=_window.c.age.is_not(None),
    needs=AGES_ARE_LOADED,
    dimensions={"offence_group": Dimension(OFFENCE_GROUP, _window.c.offence_group)},
    one_row_per_child=True,
    snapshot_of=SUSPECTED,
)
# The same suspects with their plans, which take three times as long to look up as all else: apart, for who asks for them.
_with_plan = with_flag(_window, _window.c.child_id, _planned, "with_plan").subquery("suspected_with_plan")
WINDOW_WITH_PLANS = replace(
    WINDOW,
    rows=_with_plan,
    unit=_with_plan.c.crime_id,
    age_known=true(),  # those of unknown age are said to be left out of WINDOW
    dimensions={"offence_group": Dimension(OFFENCE_GROUP, _with_plan.c.offence_group)},
)
SUSPECTS_ARE_LOADED = any_row(suspects)
SUSPECTS = Count(
    "Children suspected of a crime in the twelve months",
    WINDOW,
    where=_of_a_child,
    distinct=_window.c.child_id,
    needs=SUSPECTS_ARE_LOADED,
)
REPEAT_SUSPECTS = Count(
    "Children suspected of two or more crimes in the twelve months",
    WINDOW,
    where=_repeat,
    distinct=_window.c.child_id,
    needs=SUSPECTS_ARE_LOADED,
)
CRIMES = Count("Crimes with a child suspect in the twelve months", WINDOW, where=_of_a_child, needs=SUSPECTS_ARE_LOADED)
CRIMES_OF_REPEAT_SUSPECTS = Count("Crimes with a repeat suspect in the twelve months", WINDOW, where=_repeat)
REPEAT_SUSPECTS_WITH_PLAN = Count(
    "Repeat suspects with a risk management plan open at the end",
    WINDOW_WITH_PLANS,
    where=and_(_with_plan.c.age < ADULT, _with_plan.c.repeat, _with_plan.c.with_plan),
    distinct=_with_plan.c.child_id,
    needs=any_row(risk_management_plans),
)
