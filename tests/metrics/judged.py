"""Charts of made series, as the dashboard charts them: what the tests of their sentences and their order use."""

from datetime import date, timedelta

import numpy as np
import pandas as pd

from metrics.measuring.measure import FIGURES
from metrics.metric import Number
from metrics.signals.judgement import Judgement, _charted, _gaps
from metrics.signals.targets import Rebase, Setting, Target
from metrics.themes import METRICS
from queries.counting.coverage import Coverage
from queries.counting.question import Question
from queries.periods import Period
from queries.scope import Access, Scope

MONTHS = {"months": 1, "quarters": 3}


def setting(metric, target=None, rebases=()):
    """A target of this value, and rebases on these days."""
    aim = None if target is None else Target(target, date(2020, 1, 1), "the board", date(2020, 1, 1), "for a reason")
    days = [date.fromisoformat(day) for day in rebases]
    return Setting(metric.better, aim, tuple(Rebase(day, "a bail desk opened", "the custody lead", day) for day in days))


def cells_of(metric, k, n=None, *, method="months", first="2024-01-01", unripe=0):
    """A row a month or quarter, as `metrics.signals.series.over_time` gives. Without ``n`` the values are ``k``, of 100."""
    k = np.asarray(k, dtype=float)
    labels = pd.date_range(first, periods=len(k), freq=f"{MONTHS[method]}MS").strftime("%Y-%m-%d")
    frame = pd.DataFrame({"label": labels.astype(object), "judged": np.arange(len(k)) < len(k) - unripe})
    if isinstance(metric.formula, Number):
        figures = (k, np.nan, k)
    elif n is None:
        figures = (np.nan, 100.0, k)
    else:
        n = np.broadcast_to(np.asarray(n, dtype=float), k.shape)
        figures = (k, n, np.where(n > 0, k / np.where(n > 0, n, 1), np.nan) * getattr(metric.formula, "per", 1))
    return frame.assign(**dict(zip(FIGURES, (*figures, np.nan, np.nan), strict=True)))


def judged(key, k, n=None, *, method="months", target=None, rebases=(), season=None, hub=None, **how) -> Judgement:
    """A measure's chart by month or quarter, judged; ``season`` are the factors of January to December."""
    metric = METRICS[key]
    usual = None if season is None else pd.Series(season, index=range(1, 13), dtype=float)
    return _charted(metric, hub, method, cells_of(metric, k, n, method=method, **how), setting(metric, target, rebases), usual)


def waits(key, gaps, *, first="2024-01-01", still=0, rebases=()) -> Judgement:
    """A chart of these days between events; ``still`` is how many days the data go on for after the last."""
    metric, start = METRICS[key], date.fromisoformat(first)
    days = [start + timedelta(days=int(sum(gaps[:place]))) for place in range(len(gaps) + 1)]
    dates = pd.DataFrame({"day": days, "events": 1}).groupby("day", as_index=False).sum()
    against = setting(metric, None, rebases)
    last = days[-1] + timedelta(days=still)
    question = Question(Scope(Access("command")), (), Coverage(start, last, frozenset()), Period(start, last + timedelta(days=1)))
    return Judgement(key, None, "days between", against, _gaps(dates, question, metric, against))
