"""Child centred risk management plans: how many are open, and how many are overdue for review."""

from metrics.metric import LOCAL_RULE, Better, Metric, Number, Proportion
from queries.themes import plans as q

TITLE = "Risk management plans"
ABOUT = "Plans that bring those around a child together, open at the end of the period, and whether they are reviewed in time."
HEADLINE = "plans_overdue_share"

_DATES_OF_NOW = "the review dates of its plans may have been changed since"
_AT_END = "As they stood at the end of the period, or at the end of the data."
_COUNTED = "Every plan is counted: the range says how far such a number goes up and down by chance, not that it is uncertain."
_OVERDUE = (_AT_END, "Earlier periods are judged by the review date that each plan has now, which may have been changed.")

METRICS = (
    Metric(
        key="open_plans",
        name="Open plans",
        question="How many risk management plans are open?",
        formula=Number(q.OPEN),
        unit="plans (at the end of the period)",
        better=Better.NEITHER,
        source=LOCAL_RULE,
        caveats=(_AT_END, _COUNTED),
    ),
    Metric(
        key="plans_overdue",
        name="Plans overdue for review",
        question="How many open plans are overdue for review?",
        formula=Number(q.OVERDUE),
        unit="plans (at the end of the period)",
        better=Better.LOWER,
        source=LOCAL_RULE,
        caveats=(*_OVERDUE, _COUNTED),
        left_out=(q.WITHOUT_REVIEW,),
        not_comparable=_DATES_OF_NOW,
    ),
    Metric(
        key="plans_overdue_share",
        name="Share of open plans overdue for review",
        question="What share of open plans are overdue for review?",
        formula=Proportion(q.OVERDUE, of=q.WITH_REVIEW),
        unit="% of open plans (at the end of the period)",
        better=Better.LOWER,
        source=LOCAL_RULE,
        caveats=_OVERDUE,
        left_out=(q.WITHOUT_REVIEW,),
        not_comparable=_DATES_OF_NOW,
    ),
)
