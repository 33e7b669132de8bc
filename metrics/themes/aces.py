"""Adverse childhood experiences: how many children are assessed, and how many have lived through a lot."""

from metrics.metric import LOCAL_RULE, Better, Metric, Number, Proportion
from queries.themes import aces as q
from queries.themes import incidents

TITLE = "Adverse childhood experiences"
ABOUT = "What a child has lived through, such as violence at home or a parent in prison. Ten kinds are asked about and counted."
HEADLINE = "ace_assessed_share"

_LOCAL = f"{LOCAL_RULE}; ten kinds after Felitti and others, Am J Prev Med 14 (1998) 245"
_NO_SCORE = "It describes what a group of children needs; it is never used to judge or to score one child."
_NOT_ALL = "Only of children who were assessed: not assessed does not mean zero, and those assessed are not a fair sample of all."

METRICS = (
    Metric(
        key="ace_assessed_share",
        name="Children involved in incidents who have been assessed",
        question="How many of the children involved in incidents were ever assessed for adverse childhood experiences?",
        formula=Proportion(incidents.ASSESSED_CHILDREN, of=incidents.CHILDREN),
        unit="% of children involved in incidents",
        better=Better.HIGHER,
        source=_LOCAL,
        caveats=("Assessed at any time, also after the incident: those of recent incidents have had less time for it.",),
        not_comparable="its children have had longer to be assessed",
    ),
    Metric(
        key="ace_assessed_children",
        name="Children assessed",
        question="How many children are assessed for adverse childhood experiences?",
        formula=Number(q.CHILDREN),
        unit="children",
        better=Better.HIGHER,
        source=_LOCAL,
        caveats=("Placed where the child lives.",),
    ),
    Metric(
        key="high_ace_share",
        name="Four or more adverse experiences",
        question="How many of the children assessed have had four or more adverse experiences?",
        formula=Proportion(q.WITH_HIGH_ACES, of=q.CHILDREN),
        unit="% of children assessed",
        better=Better.NEITHER,
        source=_LOCAL,
        caveats=(_NOT_ALL, _NO_SCORE, "Each child counts once, by the latest assessment. Placed where the child lives."),
    ),
)
