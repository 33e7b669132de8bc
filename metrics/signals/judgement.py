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
from metrics.metric import COUNTED_AGAIN, Metric, Number, Rate, TopTenth
from metrics.signals.series import MONTHLY, QUARTERLY, Division, Hub, expected, is_not_available, over_time, seasons
from metrics.signals.targets import Setting, Settings, settings
from metrics.statistics import spc
from metrics.statistics.concentration import FEWEST_CHILDREN
from metrics.statistics.t_chart import t_chart
from queries.clock import add_months
from queries.counting.question import Question
from queries.counting.tally import Count, event_dates
from queries.engine import reading
from queries.lookups.population import places
from queries.periods import Period
from queries.scope import Scope

Method = Literal["months", "quarters", "days between", "too few", "not charted", "not available"]
Verdict = spc.Variation | Literal["not judged", "too few to tell", "not available"]
MetricOfHub = tuple[Metric, Hub]

ENOUGH = 5  # events expected a point; fewer raise false alarms (measured in benchmarks/)
WORKING_COLUMNS = ["direction", "run_length", "rebase_group"]  # of a chart: what its sentences need and no export has
_CELL_COLUMNS = ["label", "judged", "numerator", "denominator", "value"]
_LINES = ["centre", "lower_limit", "upper_limit"]
_TOP_TENTH = f"the tenth of children with most is shown only for {FEWEST_CHILDREN} children or more, and a month has too few"


@dataclass(frozen=True)
class Judgement:
    """A measure at a place: its chart, and what may be said of the last point that can be judged.

    ``hub``       None for the whole of the scope
    ``chart``     a row a month, quarter or gap between events: ``label`` (its first day; of a gap, its last), the columns of
                  `spc.control_chart`, ``rebase_group`` (0, and one more from each rebase on), ``judged`` (false while outcomes
                  or follow-up are still to come), and of months and quarters those of `measure`. Empty where not charted
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
    def current_points(self) -> pd.DataFrame:
        """The points since the last rebase that can be judged, in order: the limits of today are of these alone."""
        if self.chart.empty:
            return self.chart
        points = self.chart[self.chart["judged"] & self.chart["value"].notna()]
        return points[points["rebase_group"].eq(self.chart["rebase_group"].iloc[-1])]

    @property
    def is_judged(self) -> bool:
        return len(self.current_points) >= spc.FIRM_FROM

    @property
    def verdict(self) -> Verdict:
        """Whether the last point shows a change, and for better or worse."""
        if self.is_judged:
            variation: Verdict = self.current_points["variation"].iloc[-1]
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
        in_a_row = points["variation"].ne(points["variation"].shift()).cumsum()
        signals = [run for _, run in points.groupby(in_a_row) if run["variation"].iloc[0] != "common cause"]
        year_before = add_months(date.fromisoformat(points["label"].iloc[-1]), -12).isoformat()
        return signals[-1] if signals and signals[-1]["label"].iloc[-1] >= year_before else points.iloc[:0]

    @property
    def assurance(self) -> spc.Assurance:
        """Whether it will meet its target, as things are."""
        if not self.is_judged or "assurance" not in self.chart:
            return "no target"
        assurance: spc.Assurance = self.current_points["assurance"].iloc[-1]
        return assurance


def judge(
    metrics: Sequence[Metric], scope: Scope, engine: Engine | Connection | None = None, *, hubs: bool = False
) -> list[Judgement]:
    """Judge each metric over the scope as a whole, and with ``hubs`` in each of its hubs too, up to the end of its period.

    What came before the period is looked back on; a month or quarter that is not over is not shown.
    """
    judgements: list[Judgement] = []
    with reading(scope.access, engine) as connection:
        for question, together in gather(connection, metrics, scope):
            judgements += _judge(connection, question, together, hubs)
    order = {metric.key: position for position, metric in enumerate(metrics)}
    return sorted(judgements, key=lambda judgement: (order[judgement.key], judgement.hub or ""))


def why_not_charted(metric: Metric) -> str:
    """Why the points of a measure may not be set beside each other; empty where they may."""
    if metric.not_charted:
        return metric.not_charted
    if metric.measured.events.date is None:  # a state at the end of each period
        return COUNTED_AGAIN
    return _TOP_TENTH if isinstance(metric.formula, TopTenth) else ""


def _judge(connection: Connection, question: Question, metrics: Sequence[Metric], hubs: bool) -> Iterator[Judgement]:
    last_day = question.period.closes - timedelta(days=1) if question.period else date.max
    held_against = settings(metrics, question.scope, last_day, connection)
    charted = []
    for metric in metrics:
        if not question.period or not question.has(metric.needs):
            yield Judgement(metric.key, None, "not available", held_against.of(metric))
        elif why_not_charted(metric):
            yield Judgement(metric.key, None, "not charted", held_against.of(metric))
        else:
            charted.append(metric)
    of_hubs: list[Hub] = [None, *(places(connection, question.scope)["hub"] if hubs else ())]
    if charted:
        yield from _by_volume(connection, question, [(metric, hub) for metric in charted for hub in of_hubs], held_against)


def _by_volume(
    connection: Connection, question: Question, left: list[MetricOfHub], held_against: Settings
) -> Iterator[Judgement]:
    """By month what has enough a month; of the rest by quarter what has enough a quarter; then the days between."""
    factors = seasons(connection, question, list(dict.fromkeys(metric for metric, _ in left)))
    hubs = any(hub for _, hub in left)
    methods: tuple[tuple[Method, Division], ...] = (("months", MONTHLY), ("quarters", QUARTERLY))
    for method, division in methods:
        chartable = [metric for metric, _ in left if method == "quarters" or not metric.months_to_mature]
        cells_of = over_time(connection, question, list(dict.fromkeys(chartable)), division, hubs)
        too_few = []
        for metric, hub in left:
            cells = cells_of.get((metric.key, hub))
            if cells is not None and (cells.empty or is_not_available(cells) or _suffices(metric, cells)):
                season = factors.get(metric.key) if method == "months" else None
                yield _charted(metric, hub, method, cells, held_against.of(metric, hub), season)
            else:
                too_few.append((metric, hub))
        left = too_few
    yield from _by_days_between(connection, question, left, held_against)


def _suffices(metric: Metric, cells: pd.DataFrame) -> bool:
    judged = cells[cells["judged"]]
    return expected(metric, judged) >= ENOUGH and not judged["denominator"].mean() < metric.small_below


def _charted(
    metric: Metric, hub: Hub, method: Method, cells: pd.DataFrame, setting: Setting, season: "pd.Series[float] | None"
) -> Judgement:
    """By month or quarter. Points not to be judged are kept, and count for nothing. A season is taken out, and put back."""
    if cells.empty:  # no month or quarter is over yet
        return Judgement(metric.key, hub, method, setting)
    if is_not_available(cells):
        return Judgement(metric.key, hub, "not available", setting)
    factor = 1.0 if season is None else cells["label"].str[5:7].astype(int).map(season)
    starts = [start for start in _starts(cells["label"], setting) if start < len(cells)]
    target = setting.target.value if setting.target else None
    chart = spc.control_chart((cells["value"] / factor).where(cells["judged"]), metric.better, target, rebases=starts)
    if season is not None:
        chart[_LINES] = chart[_LINES].mul(factor, axis="index")
    chart = pd.concat([cells[_CELL_COLUMNS], chart.drop(columns="value")], axis="columns")
    chart["rebase_group"] = _rebase_groups(len(cells), starts)
    return Judgement(metric.key, hub, method, setting, chart, expected(metric, cells[cells["judged"]]), season is not None)


def _by_days_between(
    connection: Connection, question: Question, left: Sequence[MetricOfHub], held_against: Settings
) -> Iterator[Judgement]:
    """The gaps between events, where single events can be dated; else, and where there are too few gaps, too few to tell."""
    dates_of: dict[Count, pd.DataFrame] = {}
    for metric, hub in left:
        setting, count = held_against.of(metric, hub), metric.measured
        chart = pd.DataFrame()
        if isinstance(metric.formula, Number | Rate) and isinstance(count, Count) and count.distinct is None is count.total:
            if count not in dates_of:
                dates_of[count] = _event_dates(connection, question, count)
            dates = dates_of[count]
            dates = dates if hub is None else dates[dates["hub"] == hub]
            chart = _gaps(dates.groupby("day")[["events"]].sum().reset_index(), question, metric, setting)
        if len(chart) < spc.FIRM_FROM:
            yield Judgement(metric.key, hub, "too few", setting)
        else:
            yield Judgement(metric.key, hub, "days between", setting, chart)


def _event_dates(connection: Connection, question: Question, count: Count) -> pd.DataFrame:
    """The days of the counted events by hub, over all the data up to the end of the period."""
    assert question.period and question.coverage.first and question.coverage.last
    periods = [Period(question.coverage.first, question.period.closes)]
    return event_dates(connection, count, question.scope, periods, ("hub",), question.coverage.last)


def _gaps(dates: pd.DataFrame, question: Question, metric: Metric, setting: Setting) -> pd.DataFrame:
    """The chart of the days between events; ``dates`` has ``day`` and ``events``."""
    assert question.period
    chart = t_chart(dates, question.period.closes, metric.better, [rebase.starts_on for rebase in setting.rebases])
    return chart.assign(judged=True, rebase_group=_rebase_groups(len(chart), _starts(chart["label"], setting)))


def _starts(labels: "pd.Series[str]", setting: Setting) -> list[int]:
    """The position of the first point on or after each rebase; the number of points where there is none."""
    return [int((labels < rebase.starts_on.isoformat()).sum()) for rebase in setting.rebases]


def _rebase_groups(points: int, starts: Sequence[int]) -> list[int]:
    """How many rebases lie before each point, those at the first point left out."""
    return [sum(0 < start <= point for start in starts) for point in range(points)]
