"""Which measures have changed: each one charted by the method that its volume allows, and judged from its last point.

Five events or more a month: months. Fewer: quarters. Fewer still: the days between one event and the next. Where even these
do not suffice it is too few to tell, and that is the answer.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cached_property
from typing import Literal

import numpy as np
import pandas as pd
from sqlalchemy import Connection, Engine

from metrics.measuring.gather import gather
from metrics.metric import Metric, Number, Rate, TopTenth
from metrics.signals.series import MONTHLY, OPEN_SHARE, QUARTERLY, Division, Hub, expected, is_not_available, over_time, seasons
from metrics.signals.targets import Setting, Settings, settings
from metrics.statistics import spc
from metrics.statistics.t_chart import t_chart
from queries.clock import add_months
from queries.counting.question import Question
from queries.counting.tally import Count, days
from queries.engine import reading
from queries.lookups.population import places
from queries.periods import Period
from queries.scope import Scope

Method = Literal["months", "quarters", "days between", "too few", "not charted", "not available"]
Verdict = spc.Variation | Literal["not judged", "too few to tell", "not available"]
Asking = tuple[Metric, Hub]

ENOUGH = 5  # events expected a point; fewer raise false alarms (measured in benchmarks/)
_OVERLAPPING = ("frequently_missing_children",)  # three times in 90 days: months share the days before them
_SHOWN = ["label", "judged", "numerator", "denominator", "value"]
_LINES = ["centre", "lower_limit", "upper_limit"]


@dataclass(frozen=True)
class Judgement:
    """A measure at a place: its chart, and what may be said of the last point that can be judged.

    ``hub``       None for the whole of the scope
    ``chart``     a row a month, quarter or wait between events: ``label`` (its first day; of a wait, its last), the columns of
                  `spc.control_chart`, ``stretch`` (counted up at each recorded step), ``judged`` (false while outcomes or
                  follow-up are still to come), and of months and quarters those of `measure`. Empty where nothing is charted
    ``expected``  events a month or quarter, of a share those on its rarer side; nan where nothing is charted
    ``seasonal``  whether centre and limits follow the time of year
    """

    key: str
    hub: Hub
    method: Method
    setting: Setting
    chart: pd.DataFrame = field(default_factory=pd.DataFrame)
    expected: float = np.nan
    seasonal: bool = False

    @cached_property
    def stretch(self) -> pd.DataFrame:
        """The points since the last recorded step that can be judged, in order: the limits are of these alone."""
        if self.chart.empty:
            return self.chart
        known = self.chart[self.chart["judged"] & self.chart["value"].notna()]
        return known[known["stretch"].eq(self.chart["stretch"].iloc[-1])]

    @property
    def is_judged(self) -> bool:
        return len(self.stretch) >= spc.FIRM_FROM

    @property
    def verdict(self) -> Verdict:
        """Whether the last point shows a change, and for better or worse."""
        if self.is_judged:
            found: Verdict = self.stretch["variation"].iloc[-1]
            return found
        without: Mapping[Method, Verdict] = {"not available": "not available", "too few": "too few to tell"}
        return without.get(self.method, "not judged")

    @property
    def now_flagged(self) -> "pd.Index[int]":
        """The points of the signal that reaches the last one; none where that shows no change."""
        flagged = self.stretch["signal"] != "none" if len(self.stretch) else pd.Series(dtype=bool)
        return flagged.index[flagged[::-1].cumprod()[::-1].astype(bool)]

    @property
    def earlier(self) -> pd.DataFrame:
        """The latest points in a row with a signal, where they ended before the last point but within a year of it; or none."""
        none = self.stretch.iloc[:0]
        if self.verdict != "common cause" or self.method == "days between":
            return none
        in_a_row = self.stretch["variation"].ne(self.stretch["variation"].shift()).cumsum()
        runs = [run for _, run in self.stretch.groupby(in_a_row) if run["variation"].iloc[0] != "common cause"]
        year_before = add_months(date.fromisoformat(self.stretch["label"].iloc[-1]), -12).isoformat()
        return runs[-1] if runs and runs[-1]["label"].iloc[-1] >= year_before else none

    @property
    def assurance(self) -> spc.Assurance:
        """Whether it will meet its target, as things are."""
        if not self.is_judged or "assurance" not in self.chart:
            return "no target"
        found: spc.Assurance = self.stretch["assurance"].iloc[-1]
        return found


def judge(
    metrics: Sequence[Metric], scope: Scope, engine: Engine | Connection | None = None, *, hubs: bool = False
) -> list[Judgement]:
    """Judge each metric over the scope as a whole, and with ``hubs`` in each of its hubs too, up to the end of its period.

    What came before the period is looked back on; a month or quarter that is not over is not shown.
    """
    found: list[Judgement] = []
    with reading(scope.access, engine) as connection:
        for question, alike in gather(connection, metrics, scope):
            found += _judge(connection, question, alike, hubs)
    order = {metric.key: place for place, metric in enumerate(metrics)}
    return sorted(found, key=lambda judgement: (order[judgement.key], judgement.hub or ""))


def is_charted(metric: Metric) -> bool:
    """Whether points may be set beside each other: not where each counts again what the one before it counted, as a state at the
    end of a period does, and not of shares that are told of many children only.
    """
    is_state = metric.measured.events.date is None
    return not (is_state or isinstance(metric.formula, TopTenth) or metric.key in (OPEN_SHARE, *_OVERLAPPING))


def _judge(connection: Connection, question: Question, metrics: Sequence[Metric], hubs: bool) -> Iterator[Judgement]:
    last_day = question.period.closes - timedelta(days=1) if question.period else date.max
    set_as = settings(metrics, question.scope, last_day, connection)
    charted = []
    for metric in metrics:
        if not question.period or not question.has(metric.needs):
            yield Judgement(metric.key, None, "not available", set_as.of(metric))
        elif is_charted(metric):
            charted.append(metric)
        else:
            yield Judgement(metric.key, None, "not charted", set_as.of(metric))
    where: list[Hub] = [None, *(places(connection, question.scope)["hub"] if hubs else ())]
    if charted:
        yield from _by_volume(connection, question, [(metric, place) for metric in charted for place in where], set_as)


def _by_volume(connection: Connection, question: Question, left: list[Asking], set_as: Settings) -> Iterator[Judgement]:
    """By month what has enough a month; of the rest by quarter what has enough a quarter; then the days between."""
    usual = seasons(connection, question, list(dict.fromkeys(metric for metric, _ in left)))
    hubs = any(place for _, place in left)
    methods: tuple[tuple[Method, Division], ...] = (("months", MONTHLY), ("quarters", QUARTERLY))
    for method, division in methods:
        able = [metric for metric, _ in left if method == "quarters" or not metric.months_to_mature]
        cells = over_time(connection, question, list(dict.fromkeys(able)), division, hubs)
        too_few = []
        for metric, place in left:
            own = cells.get((metric.key, place))
            if own is not None and (own.empty or is_not_available(own) or _suffices(metric, own)):
                season = usual.get(metric.key) if method == "months" else None
                yield _charted(metric, place, method, own, set_as.of(metric, place), season)
            else:
                too_few.append((metric, place))
        left = too_few
    yield from _by_days_between(connection, question, left, set_as)


def _suffices(metric: Metric, cells: pd.DataFrame) -> bool:
    known = cells[cells["judged"]]
    return expected(metric, known) >= ENOUGH and not known["denominator"].mean() < metric.small_below


def _charted(
    metric: Metric, place: Hub, method: Method, cells: pd.DataFrame, setting: Setting, season: "pd.Series[float] | None"
) -> Judgement:
    """By month or quarter. Points not to be judged are kept, and count for nothing. A season is taken out, and put back."""
    if cells.empty:  # no month or quarter is over yet
        return Judgement(metric.key, place, method, setting)
    if is_not_available(cells):
        return Judgement(metric.key, place, "not available", setting)
    factor = 1.0 if season is None else cells["label"].str[5:7].astype(int).map(season)
    begins = [int((cells["label"] < step.starts_on.isoformat()).sum()) for step in setting.steps]
    begins = [begin for begin in begins if begin < len(cells)]
    target = setting.target.value if setting.target else None
    chart = spc.control_chart((cells["value"] / factor).where(cells["judged"]), metric.better, target, steps=begins)
    if season is not None:
        chart[_LINES] = chart[_LINES].mul(factor, axis="index")
    chart = pd.concat([cells[_SHOWN], chart.drop(columns="value")], axis="columns")
    chart["stretch"] = _stretches(len(cells), begins)
    return Judgement(metric.key, place, method, setting, chart, expected(metric, cells[cells["judged"]]), season is not None)


def _by_days_between(connection: Connection, question: Question, left: Sequence[Asking], set_as: Settings) -> Iterator[Judgement]:
    """The waits between events, where single ones can be told apart; else, and where there are too few waits, too few to tell."""
    found: dict[Count, pd.DataFrame] = {}
    for metric, place in left:
        setting, count = set_as.of(metric, place), metric.measured
        chart = pd.DataFrame()
        if isinstance(metric.formula, Number | Rate) and isinstance(count, Count) and count.distinct is None is count.total:
            if count not in found:
                found[count] = _days(connection, question, count)
            fell = found[count]
            fell = fell if place is None else fell[fell["hub"] == place]
            chart = _waits(fell.groupby("day")[["events"]].sum().reset_index(), question, metric, setting)
        if len(chart) < spc.FIRM_FROM:
            yield Judgement(metric.key, place, "too few", setting)
        else:
            yield Judgement(metric.key, place, "days between", setting, chart)


def _days(connection: Connection, question: Question, count: Count) -> pd.DataFrame:
    """The days of the counted events by hub, over all the data up to the end of the period."""
    assert question.period and question.coverage.first and question.coverage.last
    return days(
        connection,
        count,
        question.scope,
        [Period(question.coverage.first, question.period.closes)],
        ("hub",),
        question.coverage.last,
    )


def _waits(fell: pd.DataFrame, question: Question, metric: Metric, setting: Setting) -> pd.DataFrame:
    assert question.period
    chart = t_chart(fell, question.period.closes, metric.better, [step.starts_on for step in setting.steps])
    begins = [int((chart["label"] < step.starts_on.isoformat()).sum()) for step in setting.steps]
    return chart.assign(judged=True, stretch=_stretches(len(chart), begins))


def _stretches(points: int, begins: Sequence[int]) -> list[int]:
    return [sum(0 < begin <= point for begin in begins) for point in range(points)]
