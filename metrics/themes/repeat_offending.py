"""Repeat offending: proven reoffending within a year, and children suspected of two or more crimes."""

from functools import partial

from metrics.metric import LOCAL_RULE, Better, Metric, Number, Proportion, Ratio
from queries.facts.repeat_offending import PROOF_MONTHS
from queries.themes import repeat_offending as q

TITLE = "Repeat offending"
ABOUT = "Children who reoffend within a year of a caution, conviction or release, and those suspected of crimes again."
HEADLINE = "reoffending_rate"

_MOJ = "Ministry of Justice, Proven reoffending statistics, 2017 method"
_SMALL_COHORT = 30  # children: Ministry of Justice, Guide to proven reoffending statistics
_PROVEN = (
    "The cohort of a quarter is every child cautioned, convicted or released from custody in it, counted once, from the first "
    "of these on.",
    "A quarter is shown once 18 months have passed since it ended: 12 in which to reoffend and 6 for it to be proven.",
    "Breaches and offences that are not recordable never count. A child who turns 18 in the year stays in.",
)
_proven = partial(
    Metric,
    better=Better.LOWER,
    source=_MOJ,
    caveats=_PROVEN,
    left_out=(q.UNDATED,),
    months_to_mature=PROOF_MONTHS,
    small_below=_SMALL_COHORT,
)
_SUSPECTED = (
    "Suspicion is not proof: this is never called reoffending.",
    "Counts the twelve months up to the end of each period, so neighbouring months share most of their crimes.",
)
_suspected = partial(Metric, source=LOCAL_RULE, caveats=_SUSPECTED, rolling_months=q.ROLLING_MONTHS)

METRICS = (
    _proven(
        key="reoffending_rate",
        name="Reoffending rate",
        question="How many children are proven to have reoffended within a year?",
        formula=Proportion(q.REOFFENDERS, of=q.COHORT),
        unit="% of children in the cohort",
    ),
    _proven(
        key="reoffences_per_reoffender",
        name="Reoffences for each child who reoffends",
        question="How many proven reoffences are there for each child who reoffends?",
        formula=Ratio(q.REOFFENCES, of=q.REOFFENDERS),
        unit="reoffences",
    ),
    _proven(
        key="reoffences_per_child",
        name="Reoffences for each child in the cohort",
        question="How many proven reoffences are there for each child in the cohort?",
        formula=Ratio(q.REOFFENCES, of=q.COHORT),
        unit="reoffences",
    ),
    _proven(
        key="reoffenders_in_care_share",
        name="Children who reoffend, in care",
        question="What share of the children proven to have reoffended were in care when the year began?",
        formula=Proportion(q.REOFFENDERS_IN_CARE, of=q.REOFFENDERS_KNOWN),
        unit="% of children proven to have reoffended",
    ),
    _suspected(
        key="repeat_suspects",
        name="Repeat suspects",
        question="How many children are suspected of two or more crimes in twelve months?",
        formula=Number(q.REPEAT_SUSPECTS),
        unit="children (in the 12 months to the end of the period)",
        better=Better.LOWER,
    ),
    _suspected(
        key="repeat_suspect_share",
        name="Child suspects who are repeat suspects",
        question="What share of the children suspected of a crime are suspected of two or more?",
        formula=Proportion(q.REPEAT_SUSPECTS, of=q.SUSPECTS),
        unit="% of child suspects (in the 12 months to the end of the period)",
        better=Better.LOWER,
    ),
    _suspected(
        key="repeat_suspect_crime_share",
        name="Crimes with a repeat suspect",
        question="What share of crimes with a child suspect do repeat suspects account for?",
        formula=Proportion(q.CRIMES_OF_REPEAT_SUSPECTS, of=q.CRIMES),
        unit="% of crimes with a child suspect (in the 12 months to the end of the period)",
        better=Better.LOWER,
    ),
    _suspected(
        key="repeat_suspects_with_plan_share",
        name="Repeat suspects with an open plan",
        question="How many repeat suspects have a risk management plan open?",
        formula=Proportion(q.REPEAT_SUSPECTS_WITH_PLAN, of=q.REPEAT_SUSPECTS),
        unit="% of repeat suspects (in the 12 months to the end of the period)",
        better=Better.HIGHER,
    ),
)
