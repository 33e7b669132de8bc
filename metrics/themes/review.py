"""The 24-hour review: whether someone looks within a day at what happened to a child."""

from metrics.metric import Better, Metric, Proportion
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
        source="Local rule, to be confirmed with the force",
        caveats=("An incident that nobody reviewed counts as not reviewed in time. The last 24 hours of the data are left out.",),
        left_out=(q.UNTIMED,),
    ),
)
