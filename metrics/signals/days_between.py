"""The sentence of a chart of the days from one event to the next: the last gap, and whether it shows a change."""

from collections.abc import Mapping
from datetime import date

from metrics import words
from metrics.signals.judgement import Judgement
from metrics.signals.normal_range import days, normal_days

MEANING: Mapping[str, str] = {"improvement": ", an improvement", "concern": ", a concern"}


def of_gaps(judgement: Judgement) -> str:
    """The last gap between events, whether it shows a change, and for better or worse."""
    last = judgement.current_points.iloc[-1]
    day, gap, usual = words.day(date.fromisoformat(last["label"])), days(last["value"]), normal_days(last)
    text = f"None in the {gap} to {day}" if last["waiting"] else f"The last, on {day}, came {gap} after the one before"
    longer = last["direction"] > 0
    match last["signal"]:
        case "none":
            return f"{text}, in the normal range ({usual})."
        case "outside limits":
            change = f"{'longer' if longer else 'shorter'} than the normal range ({usual})"
        case "trend":
            change = f"the gaps have been getting {'longer' if longer else 'shorter'} {last['run_length']} times in a row"
        case "two of three":
            end = "top" if longer else "bottom"
            change = f"two of the last three gaps were near the {end} of the normal range ({usual})"
        case _:
            how = "further apart" if longer else "closer together"
            change = f"the last {last['run_length']} came {how} than usual ({days(round(last['centre']))})"
    return f"{text}; {change}{MEANING.get(last['variation'], '')}."
