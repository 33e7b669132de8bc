"""Children reported missing: definitions.md section 5, and 'Missing' in section 10."""

from datetime import datetime, timedelta
from typing import Any

from .cells import EVERYBODY, Cell, Result, Rule
from .data import Data
from .days import end_of
from .formulas import Formula, children, count, hours, part_of, rate, share, survival_median
from .missing_episodes import Episode, missing_episodes

INTERVIEW_WITHIN = timedelta(hours=72)


def is_repeat(episode: Episode) -> bool:
    return episode.is_repeat


def makes_frequent(episode: Episode) -> bool:
    return episode.makes_frequent


def is_from_care(episode: Episode) -> bool:
    return episode.is_from_care


def is_from_care_with_form_recorded(episode: Episode) -> bool:
    return episode.is_from_care and episode.philomena_form is not None


def has_philomena_form(episode: Episode) -> bool:
    return episode.philomena_form is True


def hours_missing(cell: Cell) -> Result:
    """Kaplan-Meier median of the hours from report to return, those open at the data end censored there."""
    data_end = end_of(cell.data_end)
    times = []
    for hit in cell.hits:
        episode: Episode = hit.event.row
        if episode.is_timed and not episode.end_is_unknown:
            returned = episode.returned_at
            is_over = returned is not None and returned <= data_end
            times.append(((returned if is_over else data_end) - episode.start, is_over))
    median = survival_median(times)
    return None, len(times), None if median is None else hours(median)


def was_offered(episode: Episode) -> bool:
    """A completed interview counts as offered."""
    return episode.offered_on is not None or episode.completed_at is not None


def ended(cell: Cell) -> list[Episode]:
    """Episodes with a return; an end that is unknown has none."""
    episodes = [hit.event.row for hit in cell.hits]
    return [episode for episode in episodes if episode.returned_at is not None]


def is_pending(episode: Episode, data_end: datetime) -> bool:
    """Ended under 72 hours before the data end: what has not been done may still be."""
    assert episode.returned_at is not None
    return data_end - episode.returned_at < INTERVIEW_WITHIN


def interview_offered(cell: Cell) -> Result:
    data_end = end_of(cell.data_end)
    asked = [episode for episode in ended(cell) if was_offered(episode) or not is_pending(episode, data_end)]
    return part_of(sum(1 for episode in asked if was_offered(episode)), len(asked))


def interview_completed(cell: Cell) -> Result:
    data_end = end_of(cell.data_end)
    offered = [episode for episode in ended(cell) if was_offered(episode)]
    asked = [episode for episode in offered if episode.completed_at is not None or not is_pending(episode, data_end)]
    return part_of(sum(1 for episode in asked if episode.completed_at is not None), len(asked))


def was_in_time(episode: Episode) -> bool:
    """Completed within 72 hours of the return, to the minute."""
    if episode.completed_at is None or episode.returned_at is None:
        return False
    return episode.completed_at <= episode.returned_at + INTERVIEW_WITHIN


def interview_within_72_hours(cell: Cell) -> Result:
    completed = [episode for episode in ended(cell) if episode.completed_at is not None]
    return part_of(sum(1 for episode in completed if was_in_time(episode)), len(completed))


def interview_within_72_hours_of_ended(cell: Cell) -> Result:
    """Of all that ended; what may still be done in time is in no denominator."""
    data_end = end_of(cell.data_end)
    asked = [episode for episode in ended(cell) if episode.completed_at is not None or not is_pending(episode, data_end)]
    return part_of(sum(1 for episode in asked if was_in_time(episode)), len(asked))


TABLES = ("missing_episodes",)
DIMENSIONS = (*EVERYBODY, "risk")


def about_missing(formula: Formula, *columns: str, **more: Any) -> Rule:
    needs = tuple(("missing_episodes", column) for column in columns)
    return Rule(missing_episodes, TABLES, formula, DIMENSIONS, needs=needs, **more)


RETURNED, OFFERED, COMPLETED = "returned_at", "return_interview_offered_on", "return_interview_completed_at"

RULES = {
    "missing_episodes": about_missing(count()),
    "children_missing": about_missing(children()),
    "missing_rate": about_missing(rate(1_000, range(18))),
    "missing_repeat_share": about_missing(share(is_repeat)),
    "frequently_missing_children": about_missing(children(makes_frequent)),
    "hours_missing": about_missing(hours_missing, "reported_at", RETURNED),
    "return_interview_offered_share": about_missing(interview_offered, RETURNED, OFFERED),
    "return_interview_completed_share": about_missing(interview_completed, RETURNED, OFFERED, COMPLETED),
    "return_interview_72h_share": about_missing(interview_within_72_hours, RETURNED, COMPLETED),
    "return_interview_72h_of_ended_share": about_missing(interview_within_72_hours_of_ended, RETURNED, COMPLETED),
    "missing_from_care_share": about_missing(share(is_from_care), supported=Data.has_care_spells),
    "philomena_share": about_missing(
        share(has_philomena_form, of=is_from_care_with_form_recorded), "philomena_form", supported=Data.has_care_spells
    ),
}
