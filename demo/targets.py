"""What the invented force has set itself: targets, and the day from which a chart is restarted."""

from typing import NamedTuple

import numpy as np
import pandas as pd

from demo.codes import DIVERSION_MONTHS
from demo.custody import CCP_MONTHS
from demo.days import DAY, Span, since
from demo.frames import frame
from demo.places import ALLERDALE, CARLISLE, HUBS
from demo.searches import FOLLOWED_UP_MONTHS, SCRUTINY_MONTHS

BOARD, PARTNERSHIP = "the Child Centred Policing Board (invented)", "the youth offending partnership board (invented)"
DECIDED = 18 * DAY  # before a target applies, a board sets it
WRITTEN_DOWN = 19 * DAY  # after a step, it is recorded


class Goal(NamedTuple):
    """A target that has applied since so many months before the end of the data."""

    metric_key: str
    value: float
    months: int
    reason: str
    hub: int | None = None  # None: the whole force
    set_by: str = BOARD


# Some are met month after month, some never, and some now and then. One has taken the place of an earlier one.
GOALS = (
    Goal("reviewed_24h_share", 0.75, 84, "a first goal, when two in three were reviewed in time"),
    Goal("reviewed_24h_share", 0.8, 24, "the first goal was reached and is raised"),
    Goal("detention_rate", 17.0, 24, "custody is the last resort for a child"),
    Goal("return_interview_72h_share", 0.9, 24, "a child who came back is heard while it still matters"),
    Goal("ccp_visit_share", 0.6, 18, "most detained children are to be visited by a child centred policing officer"),
    Goal("overnight_share", 0.4, 24, "no child is kept overnight who need not be"),
    Goal("overnight_share", 0.25, 16, "the bail desk shows that fewer nights are possible", hub=CARLISLE),
    Goal("appropriate_adult_wait", 2.8, 20, "a child is not to wait alone"),
    Goal("first_time_entrant_rate", 180.0, 24, "fewer children enter the youth justice system", set_by=PARTNERSHIP),
    Goal("search_outcome_rate", 0.27, 24, "a search of a child is to have good grounds"),
    Goal("search_follow_up_share", 0.36, 12, "a child who was searched is asked how it went"),
    Goal("diversion_share", 0.05, 24, "support in place of a record", set_by=PARTNERSHIP),
)


class Change(NamedTuple):
    """A lasting change so many months before the end of the data, from which a chart is restarted."""

    metric_key: str
    months: int
    reason: str
    hub: int | None = None  # None: the whole force


_TEAM = "the child centred policing team starts its work"
CHANGES = (
    Change("ccp_visit_share", CCP_MONTHS, _TEAM),
    Change("ccp_review_share", CCP_MONTHS, _TEAM),
    Change("search_follow_up_share", FOLLOWED_UP_MONTHS, "children are contacted after a search"),
    Change("search_scrutiny_share", SCRUTINY_MONTHS, "scrutiny panels begin to see searches"),
    Change("diversion_share", DIVERSION_MONTHS, "diversion (outcome 22) takes the place of most of outcome 21", hub=ALLERDALE),
)


def targets(when: Span) -> pd.DataFrame:
    """In the order of the goals; each is set some days before it applies."""
    applies_from = np.array([since(when, goal.months) for goal in GOALS])
    return frame(
        "targets",
        metric_key=[goal.metric_key for goal in GOALS],
        hub_id=[None if goal.hub is None else HUBS[goal.hub] for goal in GOALS],
        value=[goal.value for goal in GOALS],
        applies_from_on=applies_from,
        set_by=[goal.set_by for goal in GOALS],
        set_on=applies_from - DECIDED,
        reason=[goal.reason for goal in GOALS],
    )


def chart_steps(when: Span) -> pd.DataFrame:
    """What was changed to last, in the order of the changes."""
    starts_on = np.array([since(when, change.months) for change in CHANGES])
    return frame(
        "chart_steps",
        metric_key=[change.metric_key for change in CHANGES],
        hub_id=[None if change.hub is None else HUBS[change.hub] for change in CHANGES],
        starts_on=starts_on,
        reason=[f"{change.reason} (invented)" for change in CHANGES],
        recorded_by=["the data and performance lead"] * len(CHANGES),
        recorded_on=starts_on + WRITTEN_DOWN,
    )
