"""What a control chart shows, in one sentence that claims no more than its last point; by which method; against which target."""

import math
from collections.abc import Mapping, Sequence
from datetime import date

import numpy as np
import pandas as pd

from metrics import words
from metrics.metric import Better, Metric, Number, Proportion, Rate, TopTenth
from metrics.signals.judgement import ENOUGH, Judgement
from metrics.signals.series import OPEN_SHARE
from metrics.signals.targets import step_sentence
from metrics.statistics import spc
from queries.clock import add_months
from queries.periods import Period

_TIME = {"months": "month", "quarters": "quarter"}
_MEANING: Mapping[str, str] = {"improvement": ", an improvement", "concern": ", a concern"}
_MOST_PLACES = 4
_A_FEW = 3  # points of an earlier signal that are worth a word


def verdict(metric: Metric, judgement: Judgement) -> str:
    """The last point, whether it shows a change, and for better or worse."""
    match judgement.method:
        case "not available":
            return "Not available."
        case "too few":
            return f"Too few to tell: {_too_few(metric)}."
        case "not charted":
            return f"Not charted: {_not_charted(metric)}."
    stretch = judgement.stretch
    if not judgement.is_judged:
        return f"Too few to tell yet: {_points(judgement)} so far, judged from {spc.FIRM_FROM}."
    if judgement.method == "days between":
        return _of_waits(judgement)
    last, name = stretch.iloc[-1], point_name(judgement, stretch["label"].iloc[-1])
    if (stretch["value"] == last["value"]).all():
        shown = "none" if last["value"] == 0 else words.shown(metric, last["value"], with_unit=True)
        return f"{name}: {shown}, as in each of the {_points(judgement)} shown."
    places = _places_to_tell(metric, last)
    text = f"{name}: {words.shown(metric, last['value'], with_unit=True, places=places)}, "
    usual = _usual_range(metric, last, places)
    season = " for the time of year" if judgement.seasonal else ""
    if last["signal"] == "none":
        return f"{text}within what is usual{season} ({usual}).{_earlier(judgement)}{_small(metric, last)}"
    centre = _level(metric, last, places)
    meaning = _MEANING.get(last["variation"], "")
    return f"{text}{_of_signal(judgement, usual, centre, season)}{meaning}.{_small(metric, last)}"


def method(judgement: Judgement) -> str:
    """How it is charted, and why so; empty where it is not."""
    since = " since it was counted anew" if anew(judgement) else ""
    match judgement.method:
        case "months":
            text = f"Control chart of {_points(judgement)}{since}."
        case "quarters":
            text = f"Control chart of {_points(judgement)}{since}: single months stand on too few to judge."
        case "days between":
            text = f"The last {_points(judgement)} between one and the next: even quarters stand on too few to judge."
        case _:
            return ""
    return f"{text} The band follows the time of year." if judgement.seasonal else text


def anew(judgement: Judgement) -> str:
    """From when the chart is counted anew, and why; empty where no step is recorded within it."""
    if judgement.chart.empty or judgement.chart["stretch"].iloc[-1] == 0:
        return ""
    within = [step for step in judgement.setting.steps if step.starts_on.isoformat() <= judgement.chart["label"].iloc[-1]]
    return step_sentence(within[-1])


def level_before_and_since(metric: Metric, judgement: Judgement) -> str:
    """The usual level before the last recorded step and since it; empty where there is none, or one of them is on trial."""
    chart = judgement.chart[judgement.chart["judged"]] if not judgement.chart.empty else judgement.chart
    if not anew(judgement) or judgement.seasonal or judgement.method == "days between":
        return ""
    before, since = (chart[chart["stretch"] == chart["stretch"].iloc[-1] - back] for back in (1, 0))
    if min(before["value"].count(), since["value"].count()) < spc.FIRM_FROM:
        return ""
    levels = [words.shown(metric, part["centre"].iloc[-1]) for part in (before, since)]
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
    first, last = (date.fromisoformat(labels[place]) for place in (0, -1))
    when = words.period(Period(first, add_months(last, months)))
    if metric.months_to_mature:
        return f"Shaded, and not judged: {when}. The follow-up of {metric.months_to_mature} months is not over."
    return f"Shaded, and not judged: {when}. Outcomes or late reports of that time are still coming in."


def against_target(metric: Metric, judgement: Judgement) -> str:
    """Whether it will meet its target as things are; empty where there is none."""
    target = judgement.setting.target
    if target is None or judgement.assurance == "no target":
        return ""
    side = {Better.HIGHER: "at least ", Better.LOWER: "at most "}.get(metric.better, "")
    value = f"{side}{words.shown(metric, target.value, with_unit=True)}"
    match judgement.assurance:
        case "meets":
            return f"Its usual range lies within the target ({value}): it will keep being met, unless something changes."
        case "misses":
            return f"Its usual range lies outside the target ({value}): it will keep being missed, unless something changes."
        case _:
            return f"Its usual range spans the target ({value}): met in some {judgement.method}, missed in others."


def point_name(judgement: Judgement, label: str) -> str:
    """October 2026, July to September 2026, or 5 May 2026 for a wait that ended then."""
    if judgement.method == "days between":
        return words.day(pd.Timestamp(label).date())
    return words.cell(_TIME[judgement.method], label, {})


def _earlier(judgement: Judgement) -> str:
    """That a signal of several points ended before the last one, where all of them lie on one side."""
    run = judgement.earlier
    above = run["value"] > run["centre"]
    if len(run) < _A_FEW or above.any() != above.all():
        return ""
    first, last = (date.fromisoformat(run["label"].iloc[place]) for place in (0, -1))
    when = words.period(Period(first, add_months(last, 1 if judgement.method == "months" else 3)))
    return f" It was {'higher' if above.iloc[0] else 'lower'} than usual in {when}."


def _small(metric: Metric, last: "pd.Series[float]") -> str:
    """A warning where the last point stands on few."""
    return (
        f" Small numbers: it stands on {last['denominator']:,.0f}."
        if last.get("denominator", math.inf) < metric.small_below
        else ""
    )


def _too_few(metric: Metric) -> str:
    match metric.formula:
        case Number() | Rate():
            return f"fewer than {ENOUGH} a quarter"
        case Proportion():
            if metric.small_below:
                return f"a share of fewer than {metric.small_below} a quarter"
            return f"in a quarter fewer than {ENOUGH} do, or fewer than {ENOUGH} do not"
        case _:
            return "a quarter stands on too few"


def _not_charted(metric: Metric) -> str:
    if metric.key == OPEN_SHARE:
        return "recent months always have more of these"
    if isinstance(metric.formula, TopTenth):
        return "the tenth of children with most is told of many children only, and a month has too few"
    return "each month counts again much of what the one before it counted"


def _of_signal(judgement: Judgement, usual: str, centre: str, season: str) -> str:
    stretch, time = judgement.stretch, _TIME[judgement.method]
    last = stretch.iloc[-1]
    up = last["value"] > last["centre"]
    match last["signal"]:
        case "outside limits":
            return f"{'above' if up else 'below'} what is usual{season} ({usual})"
        case "trend":
            rising, length = _run_of_steps(stretch)
            return (
                f"{'rising' if rising else 'falling'}{season and ', the time of year allowed for,'} for {length} {time}s in a row"
            )
        case "two of three":
            return f"near the {'top' if up else 'bottom'} of what is usual{season} ({usual}) in two of the last three {time}s"
        case _:
            length = _run_on_one_side(stretch)
            return f"{'above' if up else 'below'} its usual level{season} ({centre}) in each of the last {length} {time}s"


def _of_waits(judgement: Judgement) -> str:
    stretch = judgement.stretch
    last = stretch.iloc[-1]
    day = point_name(judgement, last["label"])
    wait = _days(last["value"])
    text = f"None in the {wait} to {day}" if last["waiting"] else f"The last, on {day}, came {wait} after the one before"
    low, high = math.ceil(last["lower_limit"]), math.floor(last["upper_limit"])
    if low > high:  # limits within one day
        low = high = low if last["value"] < last["lower_limit"] else high
    usual = f"up to {_days(high)}" if low < 1 else f"{low} to {_days(high)}"
    rarer = last["value"] > last["centre"]
    how = "further apart" if rarer else "closer together"
    match last["signal"]:
        case "none":
            return f"{text}, within what is usual ({usual})."
        case "outside limits":
            said = f"{'longer' if rarer else 'shorter'} than what is usual ({usual})"
        case "trend":
            rising, length = _run_of_steps(stretch)
            said = f"the gaps have been getting {'longer' if rising else 'shorter'} {length} times in a row"
        case "two of three":
            said = f"two of the last three gaps were near the {'longest' if rarer else 'shortest'} of what is usual ({usual})"
        case _:
            said = f"the last {_run_on_one_side(stretch)} came {how} than usual ({_days(round(last['centre']))})"
    return f"{text}; {said}{_MEANING.get(last['variation'], '')}."


def _run_on_one_side(stretch: pd.DataFrame) -> int:
    """How many of the last points lie on the side of the centre that the last one is on; one on the centre lies on neither."""
    on_it = np.isclose(stretch["value"], stretch["centre"], rtol=1e-9, atol=1e-12)
    return _alike(_with_gaps((stretch["value"] - stretch["centre"]).mask(on_it, 0.0)))


def _run_of_steps(stretch: pd.DataFrame) -> tuple[bool, int]:
    """Whether the last points rise, against what is usual for the time of year, and how many points have done so in a row."""
    steps = _with_gaps(stretch["value"] / stretch["centre"]).diff()
    return bool(steps.iloc[-1] > 0), _alike(steps) + 1


def _alike(differences: "pd.Series[float]") -> int:
    """How many of the last in a row have the sign of the last one; a gap has none."""
    same = (differences > 0) if differences.iloc[-1] > 0 else (differences < 0)
    return int(same[::-1].cumprod().sum())


def _with_gaps(points: "pd.Series[float]") -> "pd.Series[float]":
    """Points by their place in the chart, blank where one of the chart is left out."""
    return points.reindex(range(points.index[0], points.index[-1] + 1))


def _usual_range(metric: Metric, last: "pd.Series[float]", places: int) -> str:
    """The limits, rounded inwards, so that whatever reads as within them is within them, but not past a value that is."""
    low, high = last["lower_limit"], last["upper_limit"]
    decimals = 0 if isinstance(metric.formula, Number) else places + 2 if metric.is_share else places
    step = 10.0**-decimals
    least, most = math.ceil(low / step - 1e-9) * step, math.floor(high / step + 1e-9) * step
    if str(last["signal"]) != "outside limits":
        read = round(float(last["value"]), decimals)
        least, most = min(least, read), max(most, read)
    elif last["value"] > high:  # limits between two such steps
        least = min(least, most)
    else:
        most = max(least, most)
    bottom, top = (words.shown(metric, limit, places=places) for limit in (least, most))
    if metric.is_share and high >= 1:
        return "any share" if low <= 0 else f"{bottom} or more"
    return f"up to {top}" if low <= 0 else f"{bottom} to {top}"


def _level(metric: Metric, last: "pd.Series[float]", places: int) -> str:
    """The centre; of whole numbers with decimals where it would else read as the value that is set beside it."""
    if not isinstance(metric.formula, Number) or words.shown(metric, last["centre"]) != words.shown(metric, last["value"]):
        return words.shown(metric, last["centre"], places=places)
    told = (
        text
        for text in (f"{last['centre']:,.{more}f}" for more in range(1, _MOST_PLACES))
        if float(text.replace(",", "")) != last["value"]
    )
    return next(told, words.shown(metric, last["centre"]))


def _places_to_tell(metric: Metric, last: "pd.Series[float]") -> int:
    """Decimals enough that a value outside the limits does not read as one of them."""
    limits = () if str(last["signal"]) == "none" else ("lower_limit", "upper_limit", "centre")
    for places in range(1, _MOST_PLACES):
        value = words.shown(metric, last["value"], places=places)
        if value not in (words.shown(metric, last[limit], places=places) for limit in limits):
            return places
    return 1


def _points(judgement: Judgement) -> str:
    count = len(judgement.stretch)
    return f"{count} {'gap' if judgement.method == 'days between' else _TIME[judgement.method]}{'' if count == 1 else 's'}"


def _days(number: float) -> str:
    return f"{number:,.0f} {'day' if round(number) == 1 else 'days'}"
