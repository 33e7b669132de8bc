"""Engagement: sessions held with children, and how many came."""

from metrics.metric import LOCAL_RULE, Better, Metric, Number
from queries.themes import engagement as q

TITLE = "Engagement"
ABOUT = (
    "Sessions in schools (personal, social and health education), with Mini Police, cadets and pupil referral units, scrutiny "
    "panels with children, and training of officers."
)
HEADLINE = "engagement_sessions"

METRICS = (
    Metric(
        key="engagement_sessions",
        name="Sessions held",
        question="How many sessions are held with children, or to train officers who work with them?",
        formula=Number(q.SESSIONS),
        unit="sessions",
        better=Better.HIGHER,
        source=LOCAL_RULE,
    ),
    Metric(
        key="engagement_attendances",
        name="Attendances at sessions",
        question="How many times did somebody come to a session?",
        formula=Number(q.ATTENDANCES),
        unit="attendances",
        better=Better.HIGHER,
        source=LOCAL_RULE,
        caveats=("Somebody who comes to three sessions counts three times.",),
        left_out=(q.UNCOUNTED,),
    ),
)
