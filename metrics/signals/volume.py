"""What is enough for a chart: events behind each point, or a share that never varied and a target to hold it against."""

import numpy as np
import numpy.typing as npt

from metrics.metric import Better, Metric, Number, Proportion, Quantile, Rate, Ratio
from metrics.signals.series import Points
from metrics.signals.targets import Setting
from metrics.statistics.t_chart import Gaps

ENOUGH = 5  # events expected a point; fewer raise false alarms (measured in benchmarks/)
ALIKE_FROM = 24  # points at each of which a share was 100%, or 0%: so long it has met its target every time, or missed it


def suffices(metric: Metric, points: Points, setting: Setting) -> bool:
    """Whether the points are of enough to be charted: for a change to show, or for a target that is always met or missed."""
    if mean(points.denominator[points.judged]) < metric.small_below:
        return False
    return expected(metric, points) >= ENOUGH or (metric.is_share and _always_meets_or_misses(points, setting))


def _always_meets_or_misses(points: Points, setting: Setting) -> bool:
    """Whether a share has a target and, of enough cases a point, was all or none since the last rebase."""
    if setting.target is None or setting.better is Better.NEITHER:
        return False
    current = points.to_judge(max(rebased_at(setting, points), default=0))
    return all_or_none(current.value) and mean(current.denominator) >= ENOUGH


def expected(metric: Metric, points: Points) -> float:
    """The mean number of events behind a point that is judged: of shares and quantiles those on their rarer side."""
    numerator, denominator = points.numerator[points.judged], points.denominator[points.judged]
    k, n = mean(numerator), mean(denominator)
    match metric.formula:
        case Number() | Rate():
            return k
        case Proportion():
            return min(k, n - k)
        case Ratio():  # where every child has one event, only further ones can vary
            repeats = numerator - denominator
            return min(n, mean(repeats) if (repeats >= 0).all() else k)
        case Quantile(_, share):
            return n * min(share, 1 - share)
        case _:
            return n / 2


def mean(known: npt.NDArray[np.float64]) -> float:
    """The mean of what is known; nan where nothing is."""
    present = known[~np.isnan(known)]
    return float(present.mean()) if len(present) else float("nan")


def all_or_none(shares: npt.NDArray[np.float64]) -> bool:
    """Whether so many shares are known, and each of them is 100%, or each is 0%."""
    return len(shares) >= ALIKE_FROM and bool((shares == 0).all() or (shares == 1).all())


def rebased_at(setting: Setting, shown: Points | Gaps) -> list[int]:
    """The position of the first point on or after each rebase, in order; without those at the very first, or after the last."""
    positions = (int((shown.label < rebase.starts_on.isoformat()).sum()) for rebase in setting.rebases)
    return [position for position in positions if 0 < position < len(shown.label)]
