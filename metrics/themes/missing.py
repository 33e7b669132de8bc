"""Children reported missing: how many, how often again, how long, and whether someone talked with them afterwards."""

from metrics.metric import COUNTED_AGAIN, LOCAL_RULE, Better, Metric, Number, Proportion, Rate, Ratio, SurvivalMedian, TopTenth
from queries.themes import missing as q

TITLE = "Missing children"
ABOUT = "Episodes of children under 18 reported missing. Reports of one child that overlap are one episode."
HEADLINE = "missing_repeat_share"

_APP = "College of Policing, Authorised Professional Practice: missing persons"
_DFE = "Department for Education, Statutory guidance on children who run away or go missing from home or care (2014)"
_DECLINED = "Declined interviews count as not held: the data do not tell them apart."
_PENDING = "Episodes that ended under 72 hours before the end of the data are left out while their interview may still come."

METRICS = (
    Metric(
        key="missing_episodes",
        name="Missing episodes",
        question="How often are children reported missing?",
        formula=Number(q.ALL),
        unit="episodes",
        better=Better.LOWER,
        source=_APP,
    ),
    Metric(
        key="children_missing",
        name="Children reported missing",
        question="How many different children are reported missing?",
        formula=Number(q.CHILDREN),
        unit="children",
        better=Better.LOWER,
        source=_APP,
    ),
    Metric(
        key="missing_rate",
        name="Missing episodes for every 1,000 children",
        question="How often are children reported missing, for the number who live here?",
        formula=Rate(q.ALL, per=1_000, ages=(0, 17)),
        unit="episodes for every 1,000 residents aged 0-17 a year",
        better=Better.LOWER,
        source=f"{_APP}; residents: ONS",
    ),
    Metric(
        key="missing_repeat_share",
        name="Repeat missing episodes",
        question="How many episodes are of a child who was already missing in the twelve months before?",
        formula=Proportion(q.REPEATS, of=q.ALL),
        unit="% of episodes",
        better=Better.LOWER,
        source=_APP,
        months_of_history=12,
    ),
    Metric(
        key="frequently_missing_children",
        name="Frequently missing children",
        question="How many children are reported missing three or more times within 90 days?",
        formula=Number(q.FREQUENT_CHILDREN),
        unit="children",
        better=Better.LOWER,
        source=LOCAL_RULE,
        months_of_history=3,
        not_charted=COUNTED_AGAIN,  # a month looks back on the 90 days before
    ),
    Metric(
        key="hours_missing",
        name="Median hours missing",
        question="How long is a missing child typically away?",
        formula=SurvivalMedian(q.HOURS),
        unit="hours (median)",
        better=Better.LOWER,
        source=_APP,
        caveats=("Children still missing at the end of the data count as away at least until then (Kaplan-Meier).",),
        left_out=(q.UNTIMED,),
    ),
    Metric(
        key="return_interview_offered_share",
        name="Return home interviews offered",
        question="After how many episodes was the child offered a talk with someone independent?",
        formula=Proportion(q.OFFERED, of=q.ENDED),
        unit="% of episodes that ended",
        better=Better.HIGHER,
        source=_DFE,
        caveats=(_PENDING,),
    ),
    Metric(
        key="return_interview_completed_share",
        name="Return home interviews completed",
        question="How many of the interviews offered took place?",
        formula=Proportion(q.COMPLETED, of=q.OFFERED_AND_DUE),
        unit="% of interviews offered",
        better=Better.HIGHER,
        source=_DFE,
        caveats=(_DECLINED, _PENDING),
    ),
    Metric(
        key="return_interview_72h_share",
        name="Interviews within 72 hours, of those completed",
        question="How many of the completed interviews took place within 72 hours of the return?",
        formula=Proportion(q.COMPLETED_IN_72_HOURS, of=q.COMPLETED),
        unit="% of interviews completed",
        better=Better.HIGHER,
        source=_DFE,
        caveats=("Returns without a completed interview are left out: the share of all returns counts them.",),
    ),
    Metric(
        key="return_interview_72h_of_ended_share",
        name="Interviews within 72 hours, of all returns",
        question="After how many returns did the interview take place within 72 hours?",
        formula=Proportion(q.COMPLETED_IN_72_HOURS, of=q.ENDED_AND_DUE),
        unit="% of episodes that ended",
        better=Better.HIGHER,
        source=_DFE,
        caveats=(_DECLINED, _PENDING),
    ),
    Metric(
        key="missing_from_care_share",
        name="Missing from care",
        question="What share of missing episodes are of a child in care on the day?",
        formula=Proportion(q.FROM_CARE, of=q.ALL),
        unit="% of episodes",
        better=Better.LOWER,
        source=f"{_APP}; {_DFE}",
    ),
    Metric(
        key="philomena_share",
        name="Philomena form held",
        question="For how many missing episodes from care was a Philomena form (information that helps to find the child) held?",
        formula=Proportion(q.WITH_FORM, of=q.FORM_RECORDED),
        unit="% of episodes from care",
        better=Better.HIGHER,
        source="The Philomena Protocol",
        left_out=(q.FORM_BLANK,),
    ),
    Metric(
        key="missing_episodes_per_child",
        name="Missing episodes for each child",
        question="How many missing episodes are there for each child reported missing?",
        formula=Ratio(q.ALL, of=q.CHILDREN),
        unit="missing episodes",
        better=Better.LOWER,
        source=_APP,
    ),
    Metric(
        key="missing_top_tenth_share",
        name="Missing episodes of the tenth of children reported missing most",
        question="What share of all missing episodes are of the tenth of children who are reported missing most often?",
        formula=TopTenth(q.ALL),
        unit="% of missing episodes",
        better=Better.NEITHER,
        source="Local rule",
    ),
)
