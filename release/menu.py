"""What the board is told, and of what: every kind of event that is released, the tables of it, and nothing else.

A share is two numbers of one table: what came of an event is a split of the same events, so no share can disagree with its parts.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from queries.counting.counts import Count
from queries.themes import care, crime, custody, first_time_entrants, incidents, missing, outcomes, repeat_offending, stop_search

QUARTERS = 12
OF_CHILD = ("age_band", "sex", "in_care", "ethnicity")
NOT_RECORDED = "not recorded"


@dataclass(frozen=True, eq=False)
class Split:
    """What came of an event: the first of ``parts`` that counts it, else ``rest``.

    ``rest_told`` whether the rest is told too; what is not recorded is not, since it is mostly a handful
    ``groups``    parts told together as well
    ``of_child``  whether it is told by age, sex, care and ethnic group too
    ``by_hub``    whether it is told by hub
    ``coarse``    where the parts are many: what is told of them by hub and by child, which make the whole
    """

    parts: Mapping[str, Count]
    rest: str = NOT_RECORDED
    rest_told: bool = False
    groups: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    of_child: bool = False
    by_hub: bool = True
    coarse: tuple[str, ...] = ()


@dataclass(frozen=True, eq=False)
class Kind:
    """One kind of event that is released.

    ``key, name``        as the store and the pages call it; ``name`` is of several
    ``count``            the events, and what must be loaded for them
    ``splits``           what came of them, by name
    ``with_children``    whether it is told how many children they were, a year
    ``months_to_wait``   after the end of a quarter until it is told
    ``months_before``    of data that a quarter needs before it
    ``at_the_end``       whether they are counted on the last day of a quarter or year, and not over it
    ``published``        who publishes the force's yearly number, which everybody then knows; blank where nobody does
    """

    key: str
    name: str
    count: Count
    splits: Mapping[str, Split] = field(default_factory=dict)
    with_children: bool = False
    months_to_wait: int = 0
    months_before: int = 0
    at_the_end: bool = False
    published: str = ""


_CLOSED = outcomes.CLOSED
_NFA = ("outcome 21", "otherwise not in the public interest", "not enough evidence", "prosecution prevented")
_FORMAL = ("charged", "cautioned or given a penalty notice", "community resolution", "diversion")

KINDS = (
    Kind(
        "entrants",
        "First-time entrants",
        first_time_entrants.ENTRANTS,
        months_before=96,
        published="Youth Justice Board and Ministry of Justice, first time entrants by police force area",
    ),
    Kind(
        "reoffending",
        "Children in the reoffending cohorts",
        repeat_offending.COHORT,
        {
            "reoffended": Split(
                {"reoffended": repeat_offending.REOFFENDERS, "did not reoffend": repeat_offending.COHORT}, of_child=True
            )
        },
        months_to_wait=18,
    ),
    Kind(
        "detentions",
        "Detentions of children",
        custody.DETENTIONS,
        {
            "night": Split(
                {"overnight": custody.OVERNIGHT, "not overnight": custody.TIMED},
                groups={"times recorded": ("overnight", "not overnight")},
                of_child=True,
            ),
            "adult": Split(
                {"no arrival of an adult recorded": custody.ADULT_NOT_RECORDED, "an adult arrived": custody.DETENTIONS}
            ),
            "bail": Split(
                {
                    "moved to the council's accommodation": custody.MOVED,
                    "accommodation asked for, not moved": custody.REQUESTED,
                    "no accommodation asked for": custody.REFUSED,
                },
                rest="bail not refused",
                groups={
                    "bail refused": (
                        "moved to the council's accommodation",
                        "accommodation asked for, not moved",
                        "no accommodation asked for",
                    ),
                    "accommodation asked for": ("moved to the council's accommodation", "accommodation asked for, not moved"),
                },
                by_hub=False,
            ),
        },
        with_children=True,
        published="Home Office, Police powers and procedures: custody",
    ),
    Kind(
        "searches",
        "Searches of children",
        stop_search.SEARCHES,
        {
            "outcome": Split(
                {"action taken": stop_search.ACTIONED, "no further action": stop_search.OUTCOME_RECORDED},
                groups={"outcome recorded": ("action taken", "no further action")},
                of_child=True,
            )
        },
        with_children=True,
        published="Home Office, Stop and search and arrests; police.uk",
    ),
    Kind(
        "missing",
        "Missing episodes",
        missing.ALL,
        {
            "again": Split(
                {"missing in the 12 months before": missing.REPEATS, "not missing in the 12 months before": missing.ALL},
                of_child=True,
            ),
            "interview": Split(
                {
                    "interview within 72 hours": missing.COMPLETED_IN_72_HOURS,
                    "interview later": missing.COMPLETED,
                    "no interview": missing.ENDED_AND_DUE,
                },
                rest="not due yet",
                groups={"interview due": ("interview within 72 hours", "interview later", "no interview")},
            ),
        },
        with_children=True,
        months_before=12,
        published="National Crime Agency, UK missing persons unit, data report",
    ),
    Kind(
        "outcomes",
        "Crimes with a child suspect and an outcome",
        outcomes.with_outcome(_CLOSED),
        {
            "outcome": Split(
                {
                    "outcome 21": outcomes.of_code(_CLOSED, "21"),
                    "otherwise not in the public interest": outcomes.in_groups(_CLOSED, "", ("public interest",)),
                    "not enough evidence": outcomes.in_groups(_CLOSED, "", ("evidential",)),
                    "prosecution prevented": outcomes.in_groups(_CLOSED, "", ("prevented",)),
                    "charged": outcomes.in_groups(_CLOSED, "", ("charged",)),
                    "cautioned or given a penalty notice": outcomes.in_groups(_CLOSED, "", ("formal out of court",)),
                    "community resolution": outcomes.in_groups(_CLOSED, "", ("community resolution",)),
                    "diversion": outcomes.in_groups(_CLOSED, "", ("diversion",)),
                },
                rest="another outcome",
                rest_told=True,
                groups={
                    "no further action": _NFA,
                    "no further action, not outcome 21": _NFA[1:],
                    "any other outcome": (*_FORMAL, "another outcome"),
                },
                of_child=True,
                coarse=("outcome 21", "no further action, not outcome 21", "no further action", "any other outcome"),
            )
        },
    ),
    Kind("crimes", "Crimes with a child suspect", crime.CRIMES, with_children=True, months_to_wait=2),
    Kind("asb", "Incidents of antisocial behaviour involving a child", incidents.ASB),
    Kind(
        "in_care",
        "Children in care",
        care.CHILDREN,
        at_the_end=True,
        published="Department for Education, Children looked after in England",
    ),
)
