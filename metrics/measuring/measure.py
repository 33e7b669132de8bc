"""From a measure and a scope to a table of figures: a question is asked, what answers it is gathered, the figures worked out."""

from collections.abc import Sequence

import pandas as pd
from sqlalchemy import Connection

from metrics.measuring.figures import figures
from metrics.measuring.gather import gather, questions
from metrics.metric import Metric
from queries.scope import Scope


class NotSplittable(ValueError):
    """A measure cannot be split by what was asked for; the message says by what it can."""


def measure(connection: Connection, metric: Metric, scope: Scope, by: Sequence[str] = ()) -> pd.DataFrame:
    """One measure in each cell: the ``by`` columns (text), then ``numerator, denominator, value, lower, upper``.

    Shares are fractions of one, rates are for ``per`` residents a year, medians in the metric's unit. A share of nothing is
    blank; what is not available is blank throughout, never 0. Raises NotSplittable for a ``by`` that the metric has not.
    """
    return measure_all(connection, [metric], scope, by)[metric.key]


def measure_all(
    connection: Connection, metrics: Sequence[Metric], scope: Scope, by: Sequence[str] = ()
) -> dict[str, pd.DataFrame]:
    """Several measures at once, by key: those that count the same events share one SELECT."""
    for metric in metrics:
        missing = [name for name in by if name not in metric.splits]
        if missing:
            raise NotSplittable(f"{metric.key} cannot be split by {', '.join(missing)}; it can by {', '.join(metric.splits)}.")
    frames: dict[str, pd.DataFrame] = {}
    for question, together in questions(connection, metrics, scope, tuple(by)).items():
        frames |= figures(gather(connection, question, together), together)
    return {metric.key: frames[metric.key] for metric in metrics}
