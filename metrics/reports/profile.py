"""A force on one screen: each measure for the whole and in every hub, against the year before, its target and its own past."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pandas as pd

from metrics.measuring.figures import FIGURES
from metrics.metric import Metric
from metrics.reports.headline import Headline
from metrics.signals.judgement import Judgement
from metrics.signals.series import Hub
from metrics.signals.targets import Standing, Target, of_period, standing
from metrics.statistics.change import is_of_few
from metrics.themes import METRICS

WHOLE = ""  # the place of a cell that is of all hubs in scope together


@dataclass(frozen=True, eq=False)
class Cell:
    """A measure at a place: its figure over the period, and whether its chart shows a change, where it has one."""

    hub: Hub
    headline: Headline
    judgement: Judgement | None

    @property
    def metric(self) -> Metric:
        return METRICS[self.headline.key]

    @property
    def target(self) -> Target | None:
        return self.judgement.setting.target if self.judgement else None

    @property
    def standing(self) -> Standing | None:
        """How the figure stands against the target of the place; None where there is no target, or nothing to tell."""
        return standing(self.metric, self.headline.now, self.target)

    @property
    def is_of_few(self) -> bool:
        """Whether one event more or less would move the figure much."""
        return is_of_few(self.metric, self.headline.now)


@dataclass(frozen=True, eq=False)
class Line:
    """One measure of the profile: the whole, and each hub in the order of their names."""

    whole: Cell
    hubs: tuple[Cell, ...]

    @property
    def metric(self) -> Metric:
        return self.whole.metric

    @property
    def cells(self) -> tuple[Cell, ...]:
        return (self.whole, *self.hubs)


def lines(headlines: Sequence[Headline], by_hub: Mapping[str, Sequence[Headline]], judgements: Sequence[Judgement]) -> list[Line]:
    """A line for each headline; ``by_hub`` has the same measures of each hub."""
    judged = {(judgement.key, judgement.hub): judgement for judgement in judgements}
    of_hubs = {hub: {headline.key: headline for headline in of_hub} for hub, of_hub in by_hub.items()}

    def cell(headline: Headline, hub: Hub) -> Cell:
        found = judged.get((headline.key, hub))
        if found is None and not by_hub:  # a hub alone is judged as one of them
            found = next((judgement for judgement in judgements if judgement.key == headline.key), None)
        return Cell(hub, headline, found)

    return [
        Line(cell(headline, None), tuple(cell(of_hub[headline.key], hub) for hub, of_hub in of_hubs.items()))
        for headline in headlines
    ]


def target_sentence(line: Line, whole: str) -> str:
    """How the figures of a line stand against their target, see `targets.of_period`."""
    hubs = [(cell.headline.now, cell.target) for cell in line.hubs]
    return of_period(line.metric, whole, (line.whole.headline.now, line.whole.target), hubs)


def table(lines: Sequence[Line]) -> pd.DataFrame:
    """The profile as numbers, a row for each measure and place, shares as fractions.

    Columns ``key, hub`` (blank for the whole) ``, numerator, denominator, value, lower, upper, year_before, target, met`` (yes or
    no; blank where too few to tell) and ``chart_verdict``, of the last point of its chart; blank where something is not known.
    """
    rows = []
    for cell in (cell for line in lines for cell in line.cells):
        now, met = cell.headline.now, cell.standing
        rows.append(
            {
                "key": cell.metric.key,
                "hub": cell.hub or WHOLE,
                **{name: now[name] for name in FIGURES},
                "year_before": cell.headline.before["value"],
                "target": cell.target.value if cell.target else None,
                "met": ("yes" if met.is_met else "no") if met else None,
                "chart_verdict": cell.judgement.verdict if cell.judgement else None,
            }
        )
    return pd.DataFrame(rows)
