"""The 24-hour review: whether an incident that involves a child is reviewed within a day."""

from metrics.metric import LOCAL_RULE, Better, Metric, Proportion
from queries.themes import incidents as q

TITLE = "24-hour review"
ABOUT = "Whether incidents of crime, drugs, weapons or antisocial behaviour that involve a child are reviewed within a day."
HEADLINE = "reviewed_24h_share"

METRICS = (
    Metric(
        key="reviewed_24h_share",
        name="Reviewed within 24 hours",
        question="How many incidents involving a child are reviewed within 24 hours?",
        formula=Proportion(q.REVIEWED_IN_TIME, of=q.DUE_FOR_REVIEW),
        unit="% of incidents",
        better=Better.HIGHER,
        source=LOCAL_RULE,
        caveats=("An incident that nobody reviewed counts as not reviewed in time. The last 24 hours of the data are left out.",),
        left_out=(q.UNTIMED,),
    ),
)
