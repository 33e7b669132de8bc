"""The tables behind charts, in words."""

from collections.abc import Sequence

import pandas as pd

from metrics import words
from metrics.charts.control import in_words, limits
from metrics.metric import Metric
from metrics.signals import sentences
from metrics.signals.judgement import Judgement


def table_of_points(metric: Metric, judgement: Judgement) -> pd.DataFrame:
    """A row for each point of a control chart: its figure, the usual level, the normal range, its signal."""
    rows = [row for _, row in judgement.chart.iterrows()]
    ends = [limits(metric, judgement, row) for row in rows]
    is_in_days = judgement.method == "days between"

    def column(values: Sequence[float]) -> list[str]:
        return [in_words(metric, judgement, value) for value in values]

    return pd.DataFrame(
        {
            "Gap that ended" if is_in_days else words.dimension(judgement.method.removesuffix("s")): [
                sentences.point_name(judgement, row["label"]) for row in rows
            ],
            metric.name: column([row["value"] for row in rows]),
            "Usual level": column([row["centre"] for row in rows]),
            "Normal from": column([low for low, _ in ends]),
            "Normal to": column([high for _, high in ends]),
            "Signal": [words.SIGNALS.get(row["signal"], "") for row in rows],
            "Judged": ["yes" if row["judged"] else "not yet" for row in rows],
        }
    )


def table_of_figures(metric: Metric, frame: pd.DataFrame, by: str, names: Sequence[str], months: float) -> pd.DataFrame:
    """A row of so many months for each of ``names``: its figure, the 95% range, what it is worked out from."""
    rows = [row for _, row in frame.iterrows()]
    return pd.DataFrame(
        {
            words.dimension(by): names,
            metric.name: [words.shown(metric, row["value"]) for row in rows],
            "95% range": [words.interval(metric, row) for row in rows],
            "Worked out from": [words.fraction(metric, row, months) for row in rows],
        }
    )
