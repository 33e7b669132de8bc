"""Missing episodes as they are counted: overlapping reports of one child made one (section 5, and 'Missing' in section 10)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from .data import ADULT, Data, Row
from .days import add_months, clock
from .events import Event, Unit

NINETY_DAYS_COUNTING_BOTH_ENDS = timedelta(days=89)
FREQUENT = 3
RISKS = ("very low", "low", "medium", "high")


@dataclass(eq=False)
class Episode:
    """One or more reports of a child: from the earliest report to the latest return."""

    child_id: str
    day: date
    start: datetime
    is_timed: bool
    reports: list[Row]
    end_is_unknown: bool = False
    is_repeat: bool = False
    makes_frequent: bool = False
    is_from_care: bool = False

    @property
    def returned_at(self) -> datetime | None:
        """The last return; none if any part has none."""
        returns = [report.get("returned_at") for report in self.reports]
        return None if None in returns else latest(returns)

    @property
    def offered_on(self) -> date | None:
        return earliest(report.get("return_interview_offered_on") for report in self.reports)

    @property
    def completed_at(self) -> datetime | None:
        return earliest(report.get("return_interview_completed_at") for report in self.reports)

    @property
    def risk(self) -> str | None:
        """The highest initial risk of its parts."""
        recorded = [report["risk_initial"] for report in self.reports if report.get("risk_initial") is not None]
        return max(recorded, key=RISKS.index, default=None)

    @property
    def philomena_form(self) -> bool | None:
        """A form if any part has one; recorded on any part = recorded."""
        recorded = [report["philomena_form"] for report in self.reports if report.get("philomena_form") is not None]
        return any(recorded) if recorded else None


def earliest(moments: Iterable[Any]) -> Any:
    return min((moment for moment in moments if moment is not None), default=None)


def latest(moments: Iterable[Any]) -> Any:
    return max(moment for moment in moments if moment is not None)


def starts_at(report: Row) -> datetime:
    """A report without its time starts at 00:00 of its day."""
    return report.get("reported_at") or clock(report["reported_on"], 0)


def episodes_of(reports: list[Row]) -> list[Episode]:
    """A child's reports, joined where one was made before the return so far of the one before. Touching ones stay apart."""
    episodes: list[Episode] = []
    current: Episode | None = None  # the last timed one; an untimed report never merges
    for report in in_order(reports):
        start = starts_at(report)
        is_timed = report.get("reported_at") is not None
        if is_timed and current and current.returned_at is not None and start < current.returned_at:
            current.reports.append(report)
            continue
        episode = Episode(report["child_id"], report["reported_on"], start, is_timed, [report])
        episodes.append(episode)
        if is_timed:
            current = episode
    return episodes


def in_order(reports: list[Row]) -> list[Row]:
    return sorted(reports, key=lambda report: (starts_at(report), str(report["episode_id"])))


def mark(episodes: list[Episode], reports: list[Row]) -> None:
    """What a child's whole history, in every hub, says about each of its episodes."""
    order = {report["episode_id"]: place for place, report in enumerate(in_order(reports))}
    for episode in episodes:
        place = max(order[report["episode_id"]] for report in episode.reports)
        episode.end_is_unknown = episode.returned_at is None and place < len(order) - 1
        a_year_before = add_months(episode.day, -12)
        first_day = episode.day - NINETY_DAYS_COUNTING_BOTH_ENDS
        in_90_days = 0
        for other in episodes:
            if other.start < episode.start and other.day >= a_year_before:
                episode.is_repeat = True
            if other.start <= episode.start and other.day >= first_day:
                in_90_days += 1
        episode.makes_frequent = in_90_days >= FREQUENT


def missing_episodes(data: Data) -> Unit:
    return data.once("missing_episodes", lambda: gather(data))


def gather(data: Data) -> Unit:
    reports_of: dict[str, list[Row]] = {}
    for row in data.rows("missing_episodes"):
        reports_of.setdefault(row["child_id"], []).append(row)
    events = []
    known = unknown = 0
    for child_id, reports in reports_of.items():
        episodes = episodes_of(reports)
        mark(episodes, reports)
        for episode in episodes:
            age = data.age(child_id, episode.day)
            known += age is not None
            unknown += age is None
            if age is not None and age < ADULT:
                person = data.person(child_id, episode.day, age)
                episode.is_from_care = person.in_care == "yes"
                labels = {"risk": episode.risk}
                events.append(Event(episode.day, episode.reports[0].get("hub_id"), (person,), episode, labels))
    return Unit(events, known, unknown)
