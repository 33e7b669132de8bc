"""What a control chart shows, in one sentence that claims no more than its last point; by which method; against which target."""

import math
from collections.abc import Mapping, Sequence
from datetime import date

import pandas as pd

from metrics import words
from metrics.metric import Better, Metric, Number, Proportion, Rate
from metrics.signals.judgement import Judgement, why_not_charted
from metrics.signals.series import Course
from metrics.signals.targets import rebase_sentence
from metrics.signals.volume import ENOUGH, all_or_none
from metrics.statistics import spc
from queries.clock import add_months
from queries.periods import Period

_TIME = {"months": "month", "quarters": "quarter"}
_MEANING: Mapping[str, str] = {"improvement": ", an improvement", "concern": ", a concern"}
_MOST_DECIMALS = 4
_A_FEW = 3  # points of an earlier signal that are worth a word


def verdict(metric: Metric, judgement: Judgement) -> str:
    """The last point, whether it shows a change, and for better or worse."""
    match judgement.method:
        case "not available":
            return "Not available."
        case "too few":
            return f"Too few to tell: {_too_few(metric)}."
        case "not charted":
            return f"Not checked for change: {why_not_charted(metric)}."
    points = judgement.current_points
    if not judgement.is_judged:
        history = words.duration(metric.months_of_history) if metric.months_of_history else ""
        if history and points.empty:
            return f"Not judged yet: each point of its chart needs {history} of data before it."
        enough = f" with {history} of data before them" if history else ""
        return f"Too few to tell yet: {_number_of_points(judgement)}{enough} so far, judged from {spc.FIRM_FROM}."
    if judgement.method == "days between":
        return _of_gaps(judgement)
    last, name = points.iloc[-1], point_name(judgement, points["label"].iloc[-1])
    if (points["value"] == last["value"]).all():
        value = "none" if last["value"] == 0 else words.shown(metric, last["value"], with_unit=True)
        return f"{name}: {value}, as in each of the {_number_of_points(judgement)} shown."
    decimals = _decimals(metric, last)
    text = f"{name}: {words.shown(metric, last['value'], with_unit=True, places=decimals)}, "
    usual = _usual_range(metric, last, decimals)
    season = " for the time of year" if judgement.seasonal else ""
    if last["signal"] == "none":
        return f"{text}within what is usual{season} ({usual}).{_earlier(judgement)}{_small(metric, last)}"
    level = _level(metric, last, decimals)
    meaning = _MEANING.get(last["variation"], "")
    return f"{text}{_of_signal(judgement, usual, level, season)}{meaning}.{_small(metric, last)}"


def method(judgement: Judgement) -> str:
    """How it is charted, and why so; empty where it is not."""
    since = " since its limits were recalculated" if rebased_from(judgement) else ""
    match judgement.method:
        case "months":
            text = f"Control chart of {_number_of_points(judgement)}{since}."
        case "quarters":
            text = f"Control chart of {_number_of_points(judgement)}{since}: single months have too few to judge."
        case "days between":
            text = f"The last {_number_of_points(judgement)} between events: even quarters have too few to judge."
        case _:
            return ""
    return f"{text} The band follows the time of year." if judgement.seasonal else text


def rebased_from(judgement: Judgement) -> str:
    """From when the limits are recalculated, and why; empty where no rebase is recorded within the chart."""
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
        return f"It {judgement.assurance} the target ({value}) every {_TIME[judgement.method]}."
    match judgement.assurance:
        case "meets":
            return f"Its usual range lies within the target ({value}): it will keep being met, unless something changes."
        case "misses":
            return f"Its usual range lies outside the target ({value}): it will keep being missed, unless something changes."
        case _:
            return f"Its usual range spans the target ({value}): met in some {judgement.method}, missed in others."


def point_name(judgement: Judgement, label: str, *, brief: bool = False) -> str:
    """October 2026, July to September 2026, or 5 May 2026 for a gap that ended then; ``brief`` for Oct, Jul-Sep, 5 May."""
    first = date.fromisoformat(label)
    if brief and judgement.method == "days between":
        return f"{first.day} {first:%b}"
    if brief:
        return f"{first:%b}" if judgement.method == "months" else f"{first:%b}-{add_months(first, 2):%b}"
    if judgement.method == "days between":
        return words.day(pd.Timestamp(label).date())
    return words.cell(_TIME[judgement.method], label, {})


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


def _too_few(metric: Metric) -> str:
    match metric.formula:
        case Number() | Rate():
            return f"fewer than {ENOUGH} a quarter"
        case Proportion():
            if metric.small_below:
                return f"the share of a quarter is worked out from fewer than {metric.small_below}"
            return f"in a quarter fewer than {ENOUGH} do, or fewer than {ENOUGH} do not"
        case _:
            return "a quarter has too few of them"


def _of_signal(judgement: Judgement, usual: str, level: str, season: str) -> str:
    """The signal of the last point of months or quarters."""
    last, time = judgement.current_points.iloc[-1], _TIME[judgement.method]
    up = last["direction"] > 0
    match last["signal"]:
        case "outside limits":
            return f"{'above' if up else 'below'} what is usual{season} ({usual})"
        case "trend":
            allowed_for = ", the time of year allowed for," if season else ""
            return f"{'rising' if up else 'falling'}{allowed_for} for {last['run_length']} {time}s in a row"
        case "two of three":
            return f"near the {'top' if up else 'bottom'} of what is usual{season} ({usual}) in two of the last three {time}s"
        case _:
            side = "above" if up else "below"
            return f"{side} its usual level{season} ({level}) in each of the last {last['run_length']} {time}s"


def _of_gaps(judgement: Judgement) -> str:
    """The last gap between events, whether it shows a change, and for better or worse."""
    last = judgement.current_points.iloc[-1]
    day, gap = point_name(judgement, last["label"]), _days(last["value"])
    text = f"None in the {gap} to {day}" if last["waiting"] else f"The last, on {day}, came {gap} after the one before"
    low, high = math.ceil(last["lower_limit"]), math.floor(last["upper_limit"])
    if low > high:  # limits within one day
        low = high = low if last["value"] < last["lower_limit"] else high
    usual = f"up to {_days(high)}" if low < 1 else f"{low} to {_days(high)}"
    longer = last["direction"] > 0
    match last["signal"]:
        case "none":
            return f"{text}, within what is usual ({usual})."
        case "outside limits":
            change = f"{'longer' if longer else 'shorter'} than what is usual ({usual})"
        case "trend":
            change = f"the gaps have been getting {'longer' if longer else 'shorter'} {last['run_length']} times in a row"
        case "two of three":
            change = f"two of the last three gaps were near the {'longest' if longer else 'shortest'} of what is usual ({usual})"
        case _:
            how = "further apart" if longer else "closer together"
            change = f"the last {last['run_length']} came {how} than usual ({_days(round(last['centre']))})"
    return f"{text}; {change}{_MEANING.get(last['variation'], '')}."


def _usual_range(metric: Metric, last: "pd.Series[float]", places: int) -> str:
    """The limits, rounded inwards, so that whatever reads as within them is within them, but not past a value that is."""
    low, high = last["lower_limit"], last["upper_limit"]
    decimals = 0 if isinstance(metric.formula, Number) else places + 2 if metric.is_share else places
    unit = 10.0**-decimals
    least, most = math.ceil(low / unit - 1e-9) * unit, math.floor(high / unit + 1e-9) * unit
    if str(last["signal"]) != "outside limits":
        rounded = round(float(last["value"]), decimals)
        least, most = min(least, rounded), max(most, rounded)
    elif last["value"] > high:  # limits between two such units
        least = min(least, most)
    else:
        most = max(least, most)
    bottom, top = (words.shown(metric, limit, places=places) for limit in (least, most))
    if metric.is_share and high >= 1:
        return "any share" if low <= 0 else f"{bottom} or more"
    return f"up to {top}" if low <= 0 else f"{bottom} to {top}"


def _level(metric: Metric, last: "pd.Series[float]", places: int) -> str:
    """The centre; of whole numbers with decimals where it would else read the same as the value."""
    if not isinstance(metric.formula, Number) or words.shown(metric, last["centre"]) != words.shown(metric, last["value"]):
        return words.shown(metric, last["centre"], places=places)
    with_decimals = (f"{last['centre']:,.{more}f}" for more in range(1, _MOST_DECIMALS))
    different = (text for text in with_decimals if float(text.replace(",", "")) != last["value"])
    return next(different, words.shown(metric, last["centre"]))


def _decimals(metric: Metric, last: "pd.Series[float]") -> int:
    """Decimals enough that a value outside the limits does not read as one of them."""
    limits = () if str(last["signal"]) == "none" else ("lower_limit", "upper_limit", "centre")
    for places in range(1, _MOST_DECIMALS):
        value = words.shown(metric, last["value"], places=places)
        if value not in (words.shown(metric, last[limit], places=places) for limit in limits):
            return places
    return 1


def _number_of_points(judgement: Judgement) -> str:
    """How many points are judged: 24 months, 1 quarter, 14 gaps."""
    count = len(judgement.current_points)
    return f"{count} {'gap' if judgement.method == 'days between' else _TIME[judgement.method]}{'' if count == 1 else 's'}"


def _days(number: float) -> str:
    return f"{number:,.0f} {'day' if round(number) == 1 else 'days'}"
