"""The force's own figures beside the published ones: how far apart they are, and why that may be."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path

import pandas as pd
from sqlalchemy import Connection

from metrics import words
from metrics.measuring.figures import FIGURES
from metrics.measuring.measure import measure
from metrics.metric import Metric
from metrics.themes import METRICS
from queries.counting.coverage import ask
from queries.lookups.population import places
from queries.periods import Period
from queries.scope import Scope

PUBLISHED = Path(__file__).parent / "data" / "published.csv"
REGIONS = ("North West",)  # shown beside the area's own, where it was published for the same period
YEARS = 3  # the latest of each area

_ROUNDED = "The published share is a whole percentage."
_COUNCIL = (
    "Councils count the children in their own care, wherever they are placed; here it is the children who live here and whose "
    "care the force knows of."
)
REASONS: Mapping[str, tuple[str, ...]] = {
    "first_time_entrant_rate": (
        "The published figure is drawn from the Police National Computer: it knows cautions and convictions of every force, and "
        "counts a child where it lives, whoever dealt with it.",
        "It is set against the residents of its own year; here it is the estimate that is loaded for the nearest year.",
        "Disposals that were entered late or corrected are in one and not in the other.",
    ),
    "care_missing_share": (_COUNCIL, "A council hears of absences that were never reported to the police.", _ROUNDED),
    "care_offending_share": (_COUNCIL, "Cautions and convictions by other forces may not be loaded here.", _ROUNDED),
}


@dataclass(frozen=True)
class Reconciled:
    """One published figure beside the force's own; ``row`` is of `measure`, blank where the data do not cover the period.

    ``regions`` are the published figures of `REGIONS` for the same period.
    """

    key: str
    area: str
    period: Period
    published: float
    row: "pd.Series[float]"
    regions: Mapping[str, float]

    @property
    def metric(self) -> Metric:
        """The force's own measure."""
        return METRICS[self.key]

    @property
    def is_known(self) -> bool:
        """Whether the data cover the period."""
        return bool(pd.notna(self.row["value"]))

    @property
    def is_within(self) -> bool:
        """Whether the published figure lies in the 95% range of the force's own."""
        return bool(self.row["lower"] <= self.published <= self.row["upper"])

    @property
    def gap(self) -> str:
        """How far the two are apart, in words."""
        if not self.is_known:
            return "not available here"
        difference = self.row["value"] - self.published
        if self.metric.is_share:
            size = f"{abs(difference) * 100:.1f} points"
        else:
            size = f"{abs(difference) / self.published:.0%}" if self.published else words.shown(self.metric, abs(difference))
        direction = "higher here" if difference > 0 else "lower here"
        return "the same" if size.startswith(("0%", "0.0 ")) else f"{size} {direction}"


def reconcile(connection: Connection, metric: Metric, scope: Scope) -> list[Reconciled]:
    """The latest published figures of each area whose hubs are all in scope, the latest first. Empty where there are none.

    An area is a council (the authority of its hubs) or what the force's name begins with; its hubs are counted together. A reader
    of single hubs is given none: they cannot see whether theirs are all of an area.
    """
    if scope.access.hubs is not None:
        return []
    figures = published()
    figures = figures[(figures["key"] == metric.key) & (figures["not_usable"] == "")]
    hubs = places(connection, Scope(scope.access))
    reconciled = []
    for area, hubs_of_area in areas(hubs, list(dict.fromkeys(figures["area"]))).items():
        if scope.hubs is None or set(hubs_of_area) <= set(scope.hubs):
            rows = figures[figures["area"] == area].sort_values("opens").tail(YEARS)
            narrowed = Scope(scope.access, hubs=hubs_of_area, as_at=scope.as_at)
            reconciled += [_reconciled(connection, metric, area, row, narrowed, figures) for _, row in rows.iterrows()]
    return sorted(reconciled, key=lambda figure: (figure.period.opens, figure.area), reverse=True)


@cache
def published() -> pd.DataFrame:
    """Every published figure: ``key, area, opens, closes, value, not_usable`` (why not, blank where it can be used)."""
    return pd.read_csv(PUBLISHED, parse_dates=["opens", "closes"], keep_default_na=False)


def areas(hubs: pd.DataFrame, names: list[str]) -> dict[str, tuple[str, ...]]:
    """The hubs of each named area: a council's, or those of the force whose name begins with it."""
    hubs_of = {name: hubs[(hubs["authority"] == name) | hubs["force"].str.startswith(name)]["hub"] for name in names}
    return {name: tuple(of_area) for name, of_area in hubs_of.items() if len(of_area)}


def unusable(metric: Metric) -> list[str]:
    """Published figures that are not used, and why, a sentence each."""
    figures = published()
    rows = figures[(figures["key"] == metric.key) & (figures["not_usable"] != "")]
    years: dict[tuple[str, str], list[str]] = {}
    for area, reason, opens in zip(rows["area"], rows["not_usable"], rows["opens"], strict=True):
        years.setdefault((area, reason), []).append(str(opens.year))
    return [f"{area} {words.listed(of_area)}: not used, as {reason}." for (area, reason), of_area in years.items()]


def summary(figures: list[Reconciled]) -> str:
    """How far the two agree, in a sentence."""
    known = [figure for figure in figures if figure.is_known]
    if not known:
        return "The data loaded here do not cover any of the years published."
    agreeing = sum(figure.is_within for figure in known)
    if agreeing == len(known):
        return "Every published figure lies within the range of ours: nothing here says that the two disagree."
    outside = [f"{figure.area} {words.year(figure.period)} ({figure.gap})" for figure in known if not figure.is_within]
    lie = "lies" if agreeing == 1 else "lie"
    return f"{agreeing} of {len(known)} published figures {lie} within the range of ours. Outside: {words.listed(outside)}."


def table(figures: list[Reconciled]) -> pd.DataFrame:
    """The figures in words, a row each."""
    return pd.DataFrame(
        [
            {
                "Area": figure.area,
                "Year": words.year(figure.period),
                "Published": words.shown(figure.metric, figure.published),
                "Here": words.shown(figure.metric, figure.row["value"]),
                "95% range": words.interval(figure.metric, figure.row),
                "Gap": figure.gap,
                "Within range": ("yes" if figure.is_within else "no") if figure.is_known else "",
                **{f"{name}, published": words.shown(figure.metric, value) for name, value in figure.regions.items()},
            }
            for figure in figures
        ]
    )


def file(figures: list[Reconciled]) -> pd.DataFrame:
    """The figures for a spreadsheet, unrounded and shares as fractions: the published one, our own, and ours less the other."""
    return pd.DataFrame(
        [
            {
                "area": figure.area,
                "year": words.year(figure.period),
                "published": figure.published,
                **{name: figure.row[name] for name in FIGURES},
                "difference": figure.row["value"] - figure.published,
                "within_range": ("yes" if figure.is_within else "no") if figure.is_known else "",
                **{f"{name}, published": value for name, value in figure.regions.items()},
            }
            for figure in figures
        ]
    )


def _reconciled(
    connection: Connection, metric: Metric, area: str, row: "pd.Series[float]", scope: Scope, published: pd.DataFrame
) -> Reconciled:
    opens, closes = _day(row["opens"]), _day(row["closes"])
    within = scope.over(opens, closes)
    figures = measure(connection, metric, within).iloc[0]
    if ask(connection, metric.parts, within).period != Period(opens, closes):
        figures = pd.Series(float("nan"), index=figures.index)
    same_period = published[(published["opens"] == row["opens"]) & published["area"].isin(REGIONS)]
    regions = dict(zip(same_period["area"], same_period["value"], strict=True))
    return Reconciled(metric.key, area, Period(opens, closes), float(row["value"]), figures, regions)


def _day(stamp: object) -> date:
    return pd.Timestamp(stamp).date()  # type: ignore[arg-type]


RECONCILED: tuple[Metric, ...] = tuple(METRICS[key] for key in REASONS)
