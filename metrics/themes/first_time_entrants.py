"""First-time entrants: children who receive their first ever caution or conviction."""

from metrics.metric import Better, Metric, Number, Proportion, Rate
from queries.themes import first_time_entrants as q

TITLE = "First-time entrants"
ABOUT = "Children aged 10 to 17 who receive their first ever youth caution, youth conditional caution or conviction."
HEADLINE = "first_time_entrant_rate"

_YJB = "Youth Justice Board and Ministry of Justice, first time entrants to the youth justice system"
_MONTHS_OF_HISTORY = 8 * 12  # a child of 17 could first have entered at 10
_CAVEATS = (
    "Community resolutions, diversion (outcome 22), outcome 21 and no further action do not count as entry.",
    "Placed where the child lived at the disposal, not where the offence was.",
    "Read it beside repeat offending and outcomes: a fall may also come from not investigating.",
)

METRICS = (
    Metric(
        key="first_time_entrants",
        name="First-time entrants",
        question="How many children receive a caution or conviction for the first time in their lives?",
        formula=Number(q.ENTRANTS),
        unit="children",
        better=Better.LOWER,
        source=_YJB,
        caveats=_CAVEATS,
        months_of_history=_MONTHS_OF_HISTORY,
    ),
    Metric(
        key="first_time_entrant_rate",
        name="First-time entrants for every 100,000 children",
        question="How many children enter the youth justice system, for the number who live here?",
        formula=Rate(q.ENTRANTS, per=100_000),
        unit="children for every 100,000 residents aged 10-17 a year",
        better=Better.LOWER,
        source=f"{_YJB}; residents: ONS",
        caveats=_CAVEATS,
        months_of_history=_MONTHS_OF_HISTORY,
    ),
    Metric(
        key="entrants_in_care_share",
        name="First-time entrants in care",
        question="What share of first-time entrants were in care on the day?",
        formula=Proportion(q.ENTRANTS_IN_CARE, of=q.ENTRANTS_KNOWN),
        unit="% of first-time entrants",
        better=Better.LOWER,
        source=_YJB,
        months_of_history=_MONTHS_OF_HISTORY,
    ),
)
