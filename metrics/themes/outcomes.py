"""Outcomes of crimes with a child suspect: how many end in charge, out of court, diversion or nothing, and why."""

from dataclasses import replace
from typing import Literal

from metrics.metric import Better, Metric, Number, Proportion, SurvivalMedian
from queries.counting.events import Events
from queries.themes import outcomes as q

TITLE = "Outcomes"
ABOUT = "How crimes with a suspect under 18 end: charge, out of court, diversion, or no further action, and for which reason."
HEADLINE = "outcome_21_share"

Basis = Literal["closed", "recorded"]

_HOME_OFFICE = "Home Office, Crime outcomes in England and Wales; Counting rules for recorded crime"
_BALANCE = (
    "Read outcome 21, 10, 22 and 8 together, and beside first-time entrants: a fall in one may be a rise in another.",
    "Crimes for which no suspect was identified (outcomes 14 and 18) are not counted in any share.",
)
_STILL_COMING = "it has had longer to be completed"
_OPEN_SHARE = "not_yet_assigned_share"
_NO_FURTHER_ACTION = "The three kinds of no further action: not in the public interest, not enough evidence, prevented."


def _share(
    events: Events,
    key: str,
    name: str,
    question: str,
    groups: tuple[str, ...],
    better: Better = Better.NEITHER,
    caveats: tuple[str, ...] = (),
) -> Metric:
    return Metric(
        key=key,
        name=name,
        question=question,
        formula=Proportion(q.in_groups(events, name, groups), of=q.with_outcome(events)),
        unit="% of crimes with an outcome",
        better=better,
        source=_HOME_OFFICE,
        caveats=(*caveats, *_BALANCE),
    )


def _of(events: Events) -> tuple[Metric, ...]:
    return (
        Metric(
            key="crimes_with_outcome",
            name="Crimes with an outcome",
            question="How many crimes with a child suspect have reached an outcome?",
            formula=Number(q.with_outcome(events)),
            unit="crimes",
            better=Better.NEITHER,
            source=_HOME_OFFICE,
            caveats=_BALANCE[1:],
        ),
        Metric(
            key="outcome_21_share",
            name="Outcome 21: not in the public interest",
            question="How many crimes end because the police judge that more investigation is not in the public interest?",
            formula=Proportion(q.of_code(events, "21"), of=q.with_outcome(events)),
            unit="% of crimes with an outcome",
            better=Better.NEITHER,
            source=_HOME_OFFICE,
            caveats=_BALANCE,
        ),
        Metric(
            key="outcome_10_share",
            name="Outcome 10: police take no formal action",
            question="How many crimes end because the police judge that formal action is not in the public interest?",
            formula=Proportion(q.of_code(events, "10"), of=q.with_outcome(events)),
            unit="% of crimes with an outcome",
            better=Better.NEITHER,
            source=_HOME_OFFICE,
            caveats=_BALANCE,
        ),
        Metric(
            key="outcome_21_imagery_share",
            name="Outcome 21 for youth-produced sexual imagery",
            question="How many crimes of sexual images made by children end in outcome 21?",
            formula=Proportion(q.of_code(events, "21", q.OF_IMAGERY), of=q.with_imagery(events)),
            unit="% of such crimes with an outcome",
            better=Better.NEITHER,
            source=f"{_HOME_OFFICE}; College of Policing, Police action in response to youth produced sexual imagery",
            caveats=_BALANCE,
        ),
        _share(
            events,
            "nfa_share",
            "No further action",
            "How many crimes with a child suspect end in no further action?",
            q.NO_FURTHER_ACTION,
            caveats=(_NO_FURTHER_ACTION,),
        ),
        _share(
            events,
            "nfa_public_interest_share",
            "No further action: not in the public interest",
            "How many end because it is not in the public interest (outcomes 9, 10 and 21)?",
            ("public interest",),
        ),
        _share(
            events,
            "nfa_evidential_share",
            "No further action: not enough evidence",
            "How many end because there is not enough evidence (outcomes 15 and 16)?",
            ("evidential",),
        ),
        _share(
            events,
            "nfa_prevented_share",
            "No further action: prosecution prevented",
            "How many end because a prosecution is not possible (outcomes 5, 11, 12, 13 and 17)?",
            ("prevented",),
        ),
        _share(events, "charged_share", "Charged", "How many end in a charge or summons?", ("charged",)),
        _share(
            events,
            "out_of_court_share",
            "Cautioned or given a penalty notice",
            "How many end in a formal out-of-court disposal (outcomes 2, 3 and 6)?",
            ("formal out of court",),
        ),
        _share(
            events,
            "community_resolution_share",
            "Community resolution",
            "How many are settled with the community (outcomes 7 and 8)?",
            ("community resolution",),
        ),
        _share(
            events,
            "diversion_share",
            "Diversion",
            "How many children are diverted to support instead (outcomes 22 and 23)?",
            ("diversion",),
            Better.HIGHER,
        ),
        Metric(
            key="outcomes_in_care_share",
            name="Crimes with a suspect in care",
            question="In what share of crimes with an outcome was a child in care suspected?",
            formula=Proportion(*q.with_outcome_in_care(events)),
            unit="% of crimes with an outcome",
            better=Better.LOWER,
            source=_HOME_OFFICE,
            caveats=("In care on the day the crime was committed.", _BALANCE[1]),
        ),
        Metric(
            key=_OPEN_SHARE,
            name="No outcome yet",
            question="How many crimes recorded in the period still have no outcome?",
            formula=Proportion(q.UNASSIGNED, of=q.ALL_RECORDED),
            unit="% of crimes recorded",
            better=Better.LOWER,
            source=_HOME_OFFICE,
            caveats=("By the date recorded. Recent months always have more: investigations take time.",),
            not_comparable=_STILL_COMING,
            not_charted="recent months always have more of these",
        ),
        Metric(
            key="days_to_outcome",
            name="Median days to an outcome",
            question="How long does a crime with a child suspect typically take to reach an outcome?",
            formula=SurvivalMedian(q.TO_OUTCOME),
            unit="days (median)",
            better=Better.LOWER,
            source=_HOME_OFFICE,
            caveats=("By the date recorded. Crimes without an outcome count as open until the data end (Kaplan-Meier).",),
        ),
    )


def _until_decided(metric: Metric) -> Metric:
    """Crimes are recorded before their outcome is known: by recording date, a month with many open crimes is not judged."""
    return replace(metric, open_share=_OPEN_SHARE) if metric.measured.events is q.RECORDED else metric


METRICS = tuple(_until_decided(metric) for metric in _of(q.CLOSED))
_RECORDED = {metric.key: _until_decided(metric) for metric in _of(q.RECORDED)}


def on_basis(metric: Metric, basis: Basis) -> Metric:
    """The same share of crimes closed (by outcome date) or recorded (by recording date) in the period.

    Metrics of other themes, and those that are by recording date anyway, come back as they are.
    """
    if basis == "recorded" and metric in METRICS:
        return replace(
            _RECORDED[metric.key],
            caveats=("Of crimes recorded in the period: recent months are not complete.", *metric.caveats),
            not_comparable=_STILL_COMING,
        )
    return metric
