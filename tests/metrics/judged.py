"""Charts of made series, as the dashboard charts them: what the tests of their sentences and their order use."""

from datetime import date, timedelta

import numpy as np
import pandas as pd

from metrics.metric import Number
from metrics.signals.judgement import Judgement, ToJudge, judge_all
from metrics.signals.series import Points
from metrics.signals.targets import Rebase, Setting, Target
from metrics.statistics import t_chart
from metrics.themes import METRICS

MONTHS = {"months": 1, "quarters": 3}


def setting(metric, target=None, rebases=()):
    """A target of this value, and rebases on these days."""
    aim = None if target is None else Target(target, date(2020, 1, 1), "the board", date(2020, 1, 1), "for a reason")
    days = [date.fromisoformat(day) for day in rebases]
    return Setting(metric.better, aim, tuple(Rebase(day, "a bail desk opened", "the custody lead", day) for day in days))


def points_of(metric, k, n=None, *, method="months", first="2024-01-01", unripe=0):
    """The points of months or quarters. Without ``n`` the values are ``k``, of 100."""
    k = np.asarray(k, dtype=float)
    labels = pd.date_range(first, periods=len(k), freq=f"{MONTHS[method]}MS").strftime("%Y-%m-%d")
    if isinstance(metric.formula, Number):
        figures = (k, np.full(k.shape, np.nan), k)
    elif n is None:
        figures = (np.full(k.shape, np.nan), np.full(k.shape, 100.0), k)
    else:
        n = np.broadcast_to(np.asarray(n, dtype=float), k.shape)
        figures = (k, n, np.where(n > 0, k / np.where(n > 0, n, 1), np.nan) * getattr(metric.formula, "per", 1))
    return Points(labels.to_numpy(object), np.arange(len(k)) < len(k) - unripe, *figures)


def judged(key, k, n=None, *, method="months", target=None, rebases=(), season=None, hub=None, **how) -> Judgement:
    """A measure's chart by month or quarter, judged; ``season`` are the factors of January to December."""
    metric = METRICS[key]
    usual = None if season is None else np.asarray(season, dtype=float)
    against = setting(metric, target, rebases)
    (found,) = judge_all([ToJudge(metric, hub, method, against, points_of(metric, k, n, method=method, **how), usual)])
    return found


def waits(key, gaps, *, first="2024-01-01", still=0, rebases=()) -> Judgement:
    """A chart of these days between events; ``still`` is how many days the data go on for after the last."""
    metric, start = METRICS[key], date.fromisoformat(first)
    happened = [start + timedelta(days=int(sum(gaps[:place]))) for place in range(len(gaps) + 1)]
    dates = pd.DataFrame({"day": happened, "events": 1}).groupby("day", as_index=False).sum()
    against = setting(metric, None, rebases)
    last = happened[-1] + timedelta(days=still)
    ends, starts = last + timedelta(days=1), [rebase.starts_on for rebase in against.rebases]
    between = t_chart.gaps(dates["day"].to_numpy(), dates["events"].to_numpy(), ends, metric.better, starts)
    (found,) = judge_all([ToJudge(metric, None, "days between", against, between)])
    return found
