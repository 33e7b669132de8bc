"""Children in care: how many there are, how they come to notice, and the calls from the homes where some of them live."""

from metrics.metric import Better, Metric, Number, Proportion
from queries.themes import care as q
from queries.themes import incidents

TITLE = "Children in care"
ABOUT = (
    "Children looked after by a council, in foster families, children's homes and elsewhere. Those in care on the last day of a "
    "period, on any day of it, and all through twelve months are three numbers: each figure says which it is of."
)
HEADLINE = "care_missing_share"

_DFE = "Department for Education, Children looked after in England"
_PROTOCOL = (
    "Department for Education and others, National protocol on reducing unnecessary criminalisation of looked-after children and "
    "care leavers (2018)"
)
_AT_HOME = "Placed where the child's home is now."

METRICS = (
    Metric(
        key="children_in_care",
        name="Children in care",
        question="How many children are in care?",
        formula=Number(q.CHILDREN),
        unit="children (on the last day of the period)",
        better=Better.NEITHER,
        source=_DFE,
        caveats=(_AT_HOME, "As far as the force knows: councils hold the full record."),
    ),
    Metric(
        key="care_missing_share",
        name="Children in care who go missing",
        question="How many of the children in care during the period were reported missing while in care?",
        formula=Proportion(q.WENT_MISSING, of=q.EVER_IN_CARE),
        unit="% of children in care during the period",
        better=Better.LOWER,
        source=_DFE,
        caveats=(_AT_HOME, "The longer the period, the higher the share: compare periods of the same length."),
    ),
    Metric(
        key="care_offending_share",
        name="Children in care who are cautioned or convicted",
        question="How many of the children in care for a whole year received a caution or conviction in that year?",
        formula=Proportion(q.OFFENDED, of=q.SETTLED),
        unit="% of children aged 10-17 in care for the 12 months to the end of the period",
        better=Better.LOWER,
        source=_DFE,
        caveats=(_AT_HOME, "Counts the twelve months up to the end of each period, so neighbouring months share most of them."),
        rolling_months=q.CONTINUOUS_MONTHS,
    ),
    Metric(
        key="care_home_calls",
        name="Calls for service from children's homes",
        question="How often do children's homes call the police?",
        formula=Number(incidents.CALLS),
        unit="calls",
        better=Better.LOWER,
        source=_PROTOCOL,
        caveats=(
            "Any incident at or about a home, whoever rang and whether or not it names a child. A call may be the right step.",
        ),
    ),
)
