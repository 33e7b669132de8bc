"""Which measures have changed: each one charted by the method that its volume allows, and judged from its last point.

Five events or more a month: months. Fewer: quarters. Fewer still: the days between one event and the next. Where even these
do not suffice it is too few to tell, and that is the answer. Only a share that has always been 100%, or 0%, can still be held
against its target, which it meets every month, or misses.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cached_property
from typing import Any, Literal

import numpy as np
import numpy.typing as npt
import pandas as pd
from sqlalchemy import Connection

from metrics.measuring.gather import questions
from metrics.metric import COUNTED_AGAIN, Metric, Number, Rate, TopTenth
from metrics.signals.series import MONTHLY, QUARTERLY, Division, Hub, Points, over_time, seasons, with_history
from metrics.signals.targets import RecordedRebase, Setting, Settings, settings
from metrics.signals.volume import ENOUGH, expected, rebased_at, suffices
from metrics.statistics import spc, t_chart
from metrics.statistics.concentration import FEWEST_CHILDREN
from metrics.statistics.t_chart import Gaps, gaps
from queries.clock import add_months
from queries.counting.counts import Count
from queries.counting.dimensions import DAY
from queries.counting.question import NotAvailable, Question, question
from queries.counting.tally import tally
from queries.lookups.population import places
from queries.periods import Period
from queries.scope import Scope

Method = Literal["months", "quarters", "days between", "too few", "not charted", "not available"]
Verdict = spc.Variation | Literal["not judged", "too few to tell", "not available"]
MetricOfHub = tuple[Metric, Hub]

WORKING_COLUMNS = ["direction", "run_length", "rebase_group"]  # of a chart: what its sentences need and no export has
_LINES = ("centre", "lower_limit", "upper_limit")
_TOP_TENTH = f"the tenth of children with most is shown only for {FEWEST_CHILDREN} children or more, and a month has too few"


@dataclass(frozen=True, eq=False)
class Judgement:
    """A measure at a place: its chart, and what may be said of the last point that can be judged.

    ``hub``       None for the whole of the scope
    ``columns``   of its chart, a value a month, quarter or gap between events: ``label`` (its first day; of a gap, its last),
                  those of `spc.control_chart`, ``rebase_group`` (0, and one more from each rebase on), ``judged`` (false while
                  outcomes or follow-up are still to come), and of months and quarters those of `measure`. None where not charted
    ``expected``  events a month or quarter, of a share those on its rarer side; nan where nothing is charted. Under `ENOUGH`
                  where a share that never varied is charted for its target alone
    ``seasonal``  whether centre and limits follow the time of year
    """

    key: str
    hub: Hub
    method: Method
    setting: Setting
    columns: Mapping[str, npt.NDArray[Any]] = field(default_factory=dict)
    expected: float = np.nan
    seasonal: bool = False

    @cached_property
    def chart(self) -> pd.DataFrame:
        """The columns as a frame, for who draws or exports the chart."""
        return pd.DataFrame(dict(self.columns))

    @cached_property
    def current_points(self) -> pd.DataFrame:
        """The points since the last rebase that can be judged, in order: the limits of today are of these alone."""
        return self.chart.iloc[self._current]

    @cached_property
    def _current(self) -> npt.NDArray[np.int_]:
        """The positions of the current points."""
        if not self.columns:
            return np.array([], dtype=int)
        group = self.columns["rebase_group"]
        return np.flatnonzero(self.columns["judged"] & ~np.isnan(self.columns["value"]) & (group == group[-1]))

    @property
    def last_point(self) -> Mapping[str, Any]:
        """The last point that can be judged, by column; none where there is none."""
        return {name: column[self._current[-1]] for name, column in self.columns.items()} if len(self._current) else {}

    @property
    def months_of_point(self) -> int:
        """How many months a point of its chart is of; 0 where that is none of whole months."""
        return {"months": MONTHLY.months, "quarters": QUARTERLY.months}.get(self.method, 0)

    @property
    def is_judged(self) -> bool:
        return len(self._current) >= spc.FIRM_FROM

    @property
    def is_checked(self) -> bool:
        """Whether a change would be flagged, and so might chance: not of a share that is charted for its target alone."""
        return self.is_judged and not self.expected < ENOUGH

    @property
    def verdict(self) -> Verdict:
        """Whether the last point shows a change, and for better or worse."""
        if self.is_judged:
            variation: Verdict = self.last_point["variation"]
            return variation
        without: Mapping[Method, Verdict] = {"not available": "not available", "too few": "too few to tell"}
        return without.get(self.method, "not judged")

    @property
    def now_flagged(self) -> "pd.Index[int]":
        """The points of the signal that reaches the last one; none where that shows no change."""
        flagged = self.current_points["signal"] != "none" if len(self.current_points) else pd.Series(dtype=bool)
        return flagged.index[flagged[::-1].cumprod()[::-1].astype(bool)]

    @property
    def earlier(self) -> pd.DataFrame:
        """The latest points in a row with a signal, where they ended before the last point but within a year of it; or none."""
        points = self.current_points
        if self.verdict != "common cause" or self.method == "days between":
            return points.iloc[:0]
        variation = points["variation"].tolist()
        last = next((position for position in reversed(range(len(variation))) if variation[position] != "common cause"), None)
        year_before = add_months(date.fromisoformat(points["label"].iloc[-1]), -12).isoformat()
        if last is None or points["label"].iloc[last] < year_before:
            return points.iloc[:0]
        first = last
        while first and variation[first - 1] == variation[last]:
            first -= 1
        return points.iloc[first : last + 1]

    @property
    def assurance(self) -> spc.Assurance:
        """Whether it will meet its target, as things are."""
        if not self.is_judged or "assurance" not in self.columns:
            return "no target"
        assurance: spc.Assurance = self.last_point["assurance"]
        return assurance


@dataclass(frozen=True, eq=False)
class ToJudge:
    """What is to be charted of a measure at a place: its points, or the gaps between its events; None where there is no chart."""

    metric: Metric
    hub: Hub
    method: Method
    setting: Setting
    shown: Points | Gaps | None = None
    season: npt.NDArray[np.float64] | None = None


def judge(
    connection: Connection,
    metrics: Sequence[Metric],
    scope: Scope,
    *,
    hubs: bool = False,
    recorded: Sequence[RecordedRebase] = (),
) -> list[Judgement]:
    """Judge each metric over the scope as a whole, and with ``hubs`` in each of its hubs too, up to the end of its period.

    What came before the period is looked back on; a month or quarter that is not over is not shown. ``recorded`` are rebases
    beside those of the database.
    """
    to_judge: list[ToJudge] = []
    held: dict[date, Settings] = {}
    for asked, together in questions(connection, metrics, scope).items():
        last_day = date.max if isinstance(asked, NotAvailable) else asked.period.closes - timedelta(days=1)
        held_against = held[last_day] = held.get(last_day) or settings(connection, metrics, scope, last_day, recorded)
        if isinstance(asked, NotAvailable):
            to_judge += [ToJudge(metric, None, "not available", held_against.of(metric)) for metric in together]
            continue
        not_charted = [metric for metric in together if why_not_charted(metric)]
        to_judge += [ToJudge(metric, None, "not charted", held_against.of(metric)) for metric in not_charted]
        of_hubs: list[Hub] = [None, *(places(connection, scope)["hub"] if hubs else ())]
        left = [(metric, hub) for metric in together if metric not in not_charted for hub in of_hubs]
        to_judge += _by_volume(connection, asked, left, held_against)
    order = {metric.key: position for position, metric in enumerate(metrics)}
    return sorted(judge_all(to_judge), key=lambda judgement: (order[judgement.key], judgement.hub or ""))


def why_not_charted(metric: Metric) -> str:
    """Why the points of a measure may not be set beside each other; empty where they may."""
    if metric.not_charted:
        return metric.not_charted
    if metric.measured.events.date is None:  # a state at the end of each period
        return COUNTED_AGAIN
    return _TOP_TENTH if isinstance(metric.formula, TopTenth) else ""


def _by_volume(connection: Connection, asked: Question, left: list[MetricOfHub], held_against: Settings) -> Iterator[ToJudge]:
    """By month what has enough a month; of the rest by quarter what has enough a quarter; then the days between."""
    factors = seasons(connection, asked, list(dict.fromkeys(metric for metric, _ in left)))
    hubs = any(hub for _, hub in left)
    methods: tuple[tuple[Method, Division], ...] = (("months", MONTHLY), ("quarters", QUARTERLY))
    for method, division in methods:
        chartable = [metric for metric, _ in left if method == "quarters" or not metric.months_to_mature]
        points_of = over_time(connection, asked, list(dict.fromkeys(chartable)), division, hubs)
        too_few = []
        for metric, hub in left:
            setting, points = held_against.of(metric, hub), points_of.get((metric.key, hub))
            if points is None:
                too_few.append((metric, hub))
            elif not len(points.label):  # no month or quarter is over yet
                yield ToJudge(metric, hub, method, setting)
            elif points.is_not_available:
                yield ToJudge(metric, hub, "not available", setting)
            elif suffices(metric, points, setting):
                yield ToJudge(metric, hub, method, setting, points, factors.get(metric.key) if method == "months" else None)
            else:
                too_few.append((metric, hub))
        left = too_few
    yield from _by_days_between(connection, asked, left, held_against)


def _by_days_between(
    connection: Connection, asked: Question, left: Sequence[MetricOfHub], held_against: Settings
) -> Iterator[ToJudge]:
    """The gaps between events, where single events can be dated; else, and where there are too few gaps, too few to tell."""
    by_day: dict[tuple[Count, date], pd.DataFrame] = {}
    for metric, hub in left:
        setting, count, between = held_against.of(metric, hub), metric.measured, None
        if isinstance(metric.formula, Number | Rate) and isinstance(count, Count) and count.distinct is None is count.total:
            counted = (count, with_history(asked.coverage, metric.months_of_history).first)
            if counted not in by_day:
                by_day[counted] = _by_day(connection, asked, *counted)
            days = by_day[counted] if hub is None else by_day[counted][by_day[counted]["hub"] == hub]
            rebases = [rebase.starts_on for rebase in setting.rebases]
            between = gaps(days["day"].to_numpy(), days["events"].to_numpy(int), asked.period.closes, metric.better, rebases)
        if between is None or len(between.label) < spc.FIRM_FROM:
            yield ToJudge(metric, hub, "too few", setting)
        else:
            yield ToJudge(metric, hub, "days between", setting, between)


def _by_day(connection: Connection, asked: Question, count: Count, opens: date) -> pd.DataFrame:
    """How many of the counted events were on each day in each hub, in order, from a day up to the end of the period."""
    days = Period(opens, asked.period.closes)
    tallied = tally(connection, [count], question(asked.scope, ("hub", DAY), days, asked.coverage))
    hubs, on = zip(*tallied.cells, strict=True) if tallied.cells else ((), ())
    by_day = pd.DataFrame({"hub": hubs, "day": np.array(on, dtype="M8[D]"), "events": tallied.counts[count]})
    return by_day.sort_values("day", ignore_index=True)


def judge_all(to_judge: Sequence[ToJudge]) -> list[Judgement]:
    """All charts at once. Points not to be judged are kept, and count for nothing. A season is taken out, and put back."""
    charts = iter(spc.control_charts([_series(one, one.shown) for one in to_judge if one.shown is not None]))
    return [
        Judgement(one.metric.key, one.hub, one.method, one.setting)
        if one.shown is None
        else _judgement(one, one.shown, next(charts))
        for one in to_judge
    ]


def _series(one: ToJudge, shown: Points | Gaps) -> spc.Series:
    if isinstance(shown, Gaps):
        return shown.roots
    comparable = np.where(shown.judged, shown.value / _factors(one, shown), np.nan)
    target = one.setting.target.value if one.setting.target else None
    return spc.Series(comparable, one.metric.better, target, tuple(dict.fromkeys(rebased_at(one.setting, shown))))


def _judgement(one: ToJudge, shown: Points | Gaps, chart: spc.Chart) -> Judgement:
    positions = np.arange(len(shown.label))
    more = {"rebase_group": np.searchsorted(rebased_at(one.setting, shown), positions, side="right")}
    if isinstance(shown, Gaps):
        columns = {**t_chart.in_days(shown, chart), "judged": np.ones(len(positions), dtype=bool), **more}
        return Judgement(one.metric.key, one.hub, one.method, one.setting, columns)
    lines = {name: chart[name] * _factors(one, shown) for name in _LINES} if one.season is not None else {}
    columns = {**vars(shown), **chart, "value": shown.value, **lines, **more}
    usual = expected(one.metric, shown)
    return Judgement(one.metric.key, one.hub, one.method, one.setting, columns, usual, one.season is not None)


def _factors(one: ToJudge, points: Points) -> npt.NDArray[np.float64]:
    """How many times an ordinary month each point is expected to be."""
    if one.season is None:
        return np.ones(len(points.label))
    return one.season[[int(label[5:7]) - 1 for label in points.label]]
