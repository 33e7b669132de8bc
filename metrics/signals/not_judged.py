"""Why nothing is said of a change: there is no chart, or it has too few points."""

from metrics import words
from metrics.metric import COUNTED_AGAIN, Metric, Number, Proportion, Rate
from metrics.signals.judgement import Judgement, why_not_charted
from metrics.signals.volume import ENOUGH
from metrics.statistics import spc

TIME = {"months": "month", "quarters": "quarter"}


def not_judged(metric: Metric, judgement: Judgement) -> str:
    """What is said in place of a verdict."""
    match judgement.method:
        case "not available":
            return "Not available."
        case "too few":
            return f"Too few to tell: {_too_few(metric)}."
        case "not charted":
            why = why_not_charted(metric)
            by_year = why == COUNTED_AGAIN and not metric.not_comparable
            return f"{'Compared by year only' if by_year else 'Not checked for change'}: {why}."
    history = words.duration(metric.months_of_history) if metric.months_of_history else ""
    if history and judgement.current_points.empty:
        return f"Not judged yet: each point of its chart needs {history} of data before it."
    enough = f" with {history} of data before them" if history else ""
    return f"Too few to tell yet: {number_of_points(judgement)}{enough} so far, judged from {spc.FIRM_FROM}."


def number_of_points(judgement: Judgement) -> str:
    """How many points are judged: 24 months, 1 quarter, 14 gaps."""
    count = len(judgement.current_points)
    return f"{count} {'gap' if judgement.method == 'days between' else TIME[judgement.method]}{'' if count == 1 else 's'}"


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
