"""What a control chart shows, in one sentence that claims no more than its last point; by which method; against which target."""

import math
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Protocol

import pandas as pd

from metrics import words
from metrics.metric import Better, Metric, Number, Rate
from metrics.signals.days_between import MEANING, of_gaps
from metrics.signals.judgement import Judgement
from metrics.signals.normal_range import as_events, days, decimals, events_of, level, normal_days, normal_range
from metrics.signals.not_judged import TIME, not_judged, number_of_points
from metrics.signals.series import Course
from metrics.signals.targets import rebase_sentence
from metrics.signals.volume import all_or_none
from metrics.statistics import spc
from metrics.statistics.change import Change
from queries.clock import add_months
from queries.periods import Period

_COMPARED: Mapping[str, str] = {
    "higher": "higher than",
    "lower": "lower than",
    "no clear difference": "no clear difference from",
}
_A_FEW = 3  # points of an earlier signal that are worth a word


class Headline(Protocol):
    """A figure beside the year before: that of `metrics.reports.headline`, which stands higher in the house."""

    @property
    def period(self) -> Period | None: ...
    @property
    def now(self) -> "pd.Series[float]": ...
    @property
    def change(self) -> Change: ...


def verdict(metric: Metric, judgement: Judgement) -> str:
    """The last point, whether it shows a change, and for better or worse. Of a rate its events come first."""
    if not judgement.is_judged:
        return not_judged(metric, judgement)
    if judgement.method == "days between":
        return of_gaps(judgement)
    points = judgement.current_points
    name, rate = point_name(judgement, points["label"].iloc[-1]), ""
    if isinstance(metric.formula, Rate):
        rate = f"; a yearly rate of {words.shown(metric, points['value'].iloc[-1], with_unit=True)}"
    counted, last = events_of(metric), as_events(metric, points.iloc[-1])
    if _is_always_alike(metric, points):
        value = f"{words.shown(counted, last['value'], with_unit=True)}{rate}" if last["value"] else "none"
        return f"{name}: {value}, as in each of the {number_of_points(judgement)} shown."
    places = decimals(counted, last)
    text = f"{name}: {words.shown(counted, last['value'], with_unit=True, places=places)}, "
    usual = normal_range(counted, last, places)
    if str(last["signal"]) == "none":
        return f"{text}in {_range_of(judgement)} ({usual}){rate}.{_earlier(judgement)}{_small(metric, last)}"
    meaning = MEANING.get(judgement.verdict, "")
    signal = _of_signal(judgement, usual, level(counted, last, places), "the rate " if rate else "")
    return f"{text}{signal}{meaning}{rate}.{_small(metric, last)}"


def short(metric: Metric, judgement: Judgement) -> tuple[str, str]:
    """For a card: the last point with its time, and what is normal: "59 in October", "normal 12 to 41"; of a signal of several
    points what these are, "above its usual level (54%) in each of the last 18 months". Blank if not judged.

    Without the year, but where the follow-up of a point puts it more than a year back.
    """
    if not judgement.is_judged:
        return "", ""
    points = judgement.current_points
    if judgement.method == "days between":
        last = points.iloc[-1]
        figure = f"none in {days(last['value'])}" if last["waiting"] else f"{days(last['value'])} between the last two"
        return figure, f"normal {normal_days(last)}"
    counted, last = events_of(metric), as_events(metric, points.iloc[-1])
    name = point_name(judgement, points["label"].iloc[-1])
    when = name if metric.months_to_mature else name.rpartition(" ")[0]
    places = decimals(counted, last)
    value = words.shown(counted, last["value"], with_unit=not isinstance(counted.formula, Number), places=places)
    if _is_always_alike(metric, points):
        return f"{value} in {when}", f"the same each {TIME[judgement.method]}"
    usual = normal_range(counted, last, places)
    if str(last["signal"]) not in ("none", "outside limits"):  # it may lie within the range, and is flagged for what came before
        of_what = "the rate " if isinstance(metric.formula, Rate) else ""
        return f"{value} in {when}", _of_signal(judgement, usual, level(counted, last, places), of_what)
    return f"{value} in {when}", f"{usual} is normal" if usual == "any share" else f"normal {usual}"


def two_spans(metric: Metric, headline: Headline, judgement: Judgement) -> str:
    """The last point beside the whole period, where a chart and the year before differ in what they say; blank where they agree.

    1.7% in July to September 2026, lower than usual; 13.5% over the year, no clear difference from the year before.
    """
    over_period = headline.change.words
    if over_period not in _COMPARED or headline.period is None or not judgement.is_judged:
        return ""
    direction, months = _direction(judgement), round(words.months_of(headline.period), 6)
    if _COMPARED[over_period].startswith(direction or "no ") or months <= judgement.months_of_point:
        return ""
    counted = events_of(metric)
    value = headline.now["numerator" if isinstance(metric.formula, Rate) else "value"]
    whole = words.shown(counted, value, with_unit=not isinstance(counted.formula, Number))
    when = "over the year" if months == 12 else f"in {words.period(headline.period)}"
    return f"{_of_last_point(metric, judgement, direction)}; {whole} {when}, {_COMPARED[over_period]} the year before."


def method(judgement: Judgement) -> str:
    """How it is charted, and why so; empty where it is not."""
    since = " since it was restarted" if rebased_from(judgement) else ""
    match judgement.method:
        case "months":
            text = f"Control chart of {number_of_points(judgement)}{since}."
        case "quarters":
            text = f"Control chart of {number_of_points(judgement)}{since}: single months have too few to judge."
        case "days between":
            text = f"The last {number_of_points(judgement)} between events: even quarters have too few to judge."
        case _:
            return ""
    return f"{text} The band follows the time of year." if judgement.seasonal else text


def rebased_from(judgement: Judgement) -> str:
    """From when the chart is restarted, and why; empty where no rebase is recorded within the chart."""
    if not judgement.columns or judgement.columns["rebase_group"][-1] == 0:
        return ""
    last_label = judgement.columns["label"][-1]
    return rebase_sentence([rebase for rebase in judgement.setting.rebases if rebase.starts_on.isoformat() <= last_label][-1])


def level_before_and_since(metric: Metric, judgement: Judgement) -> str:
    """The usual level before the last rebase and since it; empty where there is none, or either has too few points."""
    if not rebased_from(judgement) or judgement.seasonal or judgement.method == "days between":
        return ""
    chart = judgement.chart[judgement.chart["judged"]]
    group = chart["rebase_group"].iloc[-1]
    before, since = (chart[chart["rebase_group"] == number] for number in (group - 1, group))
    if min(before["value"].count(), since["value"].count()) < spc.FIRM_FROM:
        return ""
    levels = [words.shown(metric, points["centre"].iloc[-1]) for points in (before, since)]
    return f"Its usual level was {levels[0]} before, and is {levels[1]} since."


def still_coming(metric: Metric, judgement: Judgement) -> str:
    """Which points are not judged yet, and why; empty where all are."""
    if judgement.chart.empty:
        return ""
    return shaded(metric, list(judgement.chart["label"][~judgement.chart["judged"]]), 1 if judgement.method == "months" else 3)


def not_complete(metric: Metric, judgement: Judgement) -> str:
    """Which months of a figure may still rise, as the end of its chart says; empty of a follow-up, whose figure waits for it."""
    return (
        "" if metric.months_to_mature else still_coming(metric, judgement).replace("Shaded, and not judged", "Not complete yet")
    )


def shaded(metric: Metric, labels: Sequence[str], months: int) -> str:
    """Why these months or quarters (of so many months) are shaded; empty where there are none."""
    if not labels:
        return ""
    first, last = date.fromisoformat(labels[0]), date.fromisoformat(labels[-1])
    when = words.period(Period(first, add_months(last, months)))
    if metric.months_to_mature:
        return f"Shaded, and not judged: {when}. The follow-up of {metric.months_to_mature} months is not over."
    return f"Shaded, and not judged: {when}. Outcomes or late reports of that time are still coming in."


def drawn_from(course: Course) -> str:
    """From when a line is drawn where earlier points have too little data before them; empty where all of it is drawn."""
    if course.starts_on is None:
        return ""
    needs = f"each point needs {words.duration(course.history)} of data before it"
    if course.frame.empty:
        return f"Not drawn over time: {needs}, which there are from {course.starts_on:%B %Y} on."
    return f"Drawn from {course.starts_on:%B %Y} on: {needs}."


def against_target(metric: Metric, judgement: Judgement) -> str:
    """Whether it will meet its target as things are, or has always met or missed it; empty where there is none."""
    target = judgement.setting.target
    if target is None or judgement.assurance == "no target":
        return ""
    side = {Better.HIGHER: "at least ", Better.LOWER: "at most "}.get(metric.better, "")
    value = f"{side}{words.shown(metric, target.value, with_unit=True)}"
    if metric.is_share and all_or_none(judgement.current_points["value"].to_numpy()):
        return f"It {judgement.assurance} the target ({value}) every {TIME[judgement.method]}."
    match judgement.assurance:
        case "meets":
            return f"Keeps meeting the target ({value}), unless something changes."
        case "misses":
            return f"Keeps missing the target ({value}), unless something changes."
        case _:
            return f"Sometimes meets the target ({value}): in some {judgement.method}, not in others."


def point_name(judgement: Judgement, label: str, *, brief: bool = False) -> str:
    """October 2026, July to September 2026, or 5 May 2026 for a gap that ended then; ``brief`` for Oct, Jul-Sep, 5 May."""
    first = date.fromisoformat(label)
    if brief and judgement.method == "days between":
        return f"{first.day} {first:%b}"
    if brief:
        return f"{first:%b}" if judgement.method == "months" else f"{first:%b}-{add_months(first, 2):%b}"
    if judgement.method == "days between":
        return words.day(pd.Timestamp(label).date())
    return words.cell(TIME[judgement.method], label, {})


def _earlier(judgement: Judgement) -> str:
    """That a signal of several points ended before the last one, where all of them lie on one side."""
    points = judgement.earlier
    above = points["value"] > points["centre"]
    if len(points) < _A_FEW or above.any() != above.all():
        return ""
    first, last = (date.fromisoformat(points["label"].iloc[position]) for position in (0, -1))
    when = words.period(Period(first, add_months(last, 1 if judgement.method == "months" else 3)))
    return f" It was {'higher' if above.iloc[0] else 'lower'} than usual in {when}."


def _small(metric: Metric, last: "pd.Series[float]") -> str:
    """A warning where the last point has a small denominator."""
    denominator = last.get("denominator", math.inf)
    return f" Small numbers: it is worked out from {denominator:,.0f}." if denominator < metric.small_below else ""


def _of_signal(judgement: Judgement, usual: str, level: str, of_what: str) -> str:
    """The signal of the last point of months or quarters; ``of_what`` rises or falls where that is not the figure itself."""
    last, time = judgement.current_points.iloc[-1], TIME[judgement.method]
    up, in_a_row = last["direction"] > 0, last["run_length"]
    match last["signal"]:
        case "outside limits":
            return f"{'above' if up else 'below'} {_range_of(judgement)} ({usual})"
        case "trend":
            allowed_for = ", the time of year allowed for," if judgement.seasonal else ""
            return f"{of_what}{'rising' if up else 'falling'}{allowed_for} for {in_a_row} {time}s in a row"
        case "two of three":
            return f"near the {'top' if up else 'bottom'} of {_range_of(judgement)} ({usual}) in two of the last three {time}s"
        case _:
            season = " for the time of year" if judgement.seasonal else ""
            return f"{'above' if up else 'below'} its usual level{season} ({level}) in each of the last {in_a_row} {time}s"


def _range_of(judgement: Judgement) -> str:
    return "the normal range for the time of year" if judgement.seasonal else "its normal range"


def _is_always_alike(metric: Metric, points: pd.DataFrame) -> bool:
    """Whether every point has the same value; of a rate the same number of events too."""
    names = ("value", "numerator") if isinstance(metric.formula, Rate) else ("value",)
    return all((points[name] == points[name].iloc[-1]).all() for name in names)


def _direction(judgement: Judgement) -> str:
    """Whether the last point shows more or less than usual: higher, lower, or blank. A longer gap between events is less."""
    last = judgement.last_point
    if last["signal"] == "none":
        return ""
    return "higher" if (last["direction"] > 0) != (judgement.method == "days between") else "lower"


def _of_last_point(metric: Metric, judgement: Judgement, direction: str) -> str:
    """The last point and how it stands to what is normal, to be set beside a longer time."""
    points = judgement.current_points
    usual = f"{direction} than usual{' for the time of year' if judgement.seasonal else ''}" if direction else ""
    if judgement.method == "days between":
        return f"By the days between them, {usual or 'in the normal range'}"
    counted, last = events_of(metric), as_events(metric, points.iloc[-1])
    value = words.shown(counted, last["value"], with_unit=True, places=decimals(counted, last))
    return f"{value} in {point_name(judgement, points['label'].iloc[-1])}, {usual or f'in {_range_of(judgement)}'}"
