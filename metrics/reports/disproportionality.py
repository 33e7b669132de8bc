"""Whether ethnic groups are treated alike: how often each reaches a stage of the system, compared with White children."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd
from sqlalchemy import Connection

from metrics.measuring.measure import measure_all
from metrics.measuring.residents import hubs_without_estimate
from metrics.measuring.wholeness import not_used
from metrics.metric import Metric
from metrics.statistics.change import TOO_FEW, TOO_FEW_EVENTS
from metrics.statistics.intervals import CONFIDENCE, z_score
from metrics.themes.custody import METRICS as CUSTODY
from metrics.themes.first_time_entrants import METRICS as ENTRANTS
from metrics.themes.stop_search import METRICS as SEARCHES
from queries.counting.coverage import ask
from queries.lookups import population
from queries.lookups.population import Ages
from queries.periods import Period
from queries.permitted_values import ETHNIC_GROUPS
from queries.scope import Scope

REFERENCE = "White"
GROUPS = tuple(group for group in ETHNIC_GROUPS if group != REFERENCE)
AGES: Ages = (10, 17)
_BY = ("ethnicity",)
COLUMNS = ["numerator", "denominator", "value", "index", "lower", "upper", "lowest", "highest", "verdict"]
UNCERTAIN = "not certain"

Against = Literal["stage before", "residents"]
_BY_KEY = {metric.key: metric for metric in (*SEARCHES, *CUSTODY, *ENTRANTS)}


@dataclass(frozen=True)
class Stage:
    """A stage of the youth justice system, what is counted at it, and what came before it: all of it, and one of it."""

    key: str
    title: str
    metric: Metric
    before: str
    one_before: str

    def one(self, against: Against) -> str:
        """One of what the events of the stage are set against."""
        return "resident" if against == "residents" else self.one_before


STAGES = (
    Stage("search", "Stopped and searched", _BY_KEY["searches"], "residents", "resident"),
    Stage("detention", "Detained", _BY_KEY["detentions"], "searches", "search"),
    Stage("charge", "Charged", _BY_KEY["detentions_charged"], "detentions", "detention"),
    Stage(
        "entry",
        "First caution or conviction",
        _BY_KEY["first_time_entrants"],
        "detentions that ended in charge",
        "detention that ended in charge",
    ),
)


@dataclass(frozen=True)
class Residents:
    """Residents by group, of all ages or aged 10 to 17, and the estimates they are from. Empty where a hub has no whole year.

    ``without`` names these hubs; ``not_used`` says what is loaded in part, and what it lacks.
    """

    by_group: Mapping[str, float]
    of_all_ages: bool
    vintages: tuple[str, ...]
    without: tuple[str, ...] = ()
    not_used: tuple[str, ...] = ()


def relative_rates(
    connection: Connection, scope: Scope, *, officer: bool = False, against: Against = "stage before"
) -> tuple[pd.DataFrame, Residents]:
    """Each stage and group beside White children: ``stage, ethnicity``, then `COLUMNS`; and the residents they are set against.

    ``officer`` takes the group that an officer saw. ``index`` is the rate of the group over that of White children, with its 95%
    interval; ``lowest`` if everybody whose group is not known were White, ``highest`` if they were all of the group. ``verdict``:
    higher, lower, no clear difference, not certain, too few to tell, not available.
    """
    by = "officer_ethnicity" if officer else "ethnicity"
    metrics = [stage.metric for stage in STAGES]
    whole, counted = (measure_all(connection, metrics, scope, split) for split in ((), (by,)))
    people = residents(connection, scope)
    before: Mapping[str, float] = people.by_group
    frames = []
    for stage in STAGES:
        key = stage.metric.key
        fill = 0.0 if whole[key]["value"].notna().all() else np.nan
        events = counted[key].set_index(by)["numerator"].reindex([*GROUPS, REFERENCE, "unknown"], fill_value=fill).astype(float)
        denominators = people.by_group if against == "residents" else before
        compared = compare(events, pd.Series(denominators, dtype=float))
        frames.append(compared.rename_axis("ethnicity").reset_index().assign(stage=stage.key))
        before = {str(group): float(number) for group, number in events.items()}
    return pd.concat(frames, ignore_index=True)[["stage", "ethnicity", *COLUMNS]], people


def compare(events: "pd.Series[float]", denominators: "pd.Series[float]") -> pd.DataFrame:
    """The events and denominators of each group set beside those of White children: `COLUMNS`, a row a group, then White.

    ``events`` has ``unknown`` besides, which are the last row, out of nothing; blank throughout where they are not available. A
    rate is blank where the denominator is 0 or blank, an interval where either has no events.
    Source: Youth Justice Board, Summary of ethnic disparity in the youth justice system (2021); interval of a ratio of rates:
    Rothman, Epidemiology (2012) chapter 7.
    """
    groups = [*GROUPS, REFERENCE]
    a, unknown = events[groups], events["unknown"]
    n = denominators.reindex(groups).where(lambda number: number > 0)
    rate = a / n
    of_white = rate.where(rate > 0)[REFERENCE]
    with_unknown = (a + unknown).where(a + unknown > 0)[REFERENCE] / n[REFERENCE]
    index = rate / of_white
    with np.errstate(divide="ignore", invalid="ignore"):
        spread = z_score(CONFIDENCE) * np.sqrt(1 / a + 1 / a[REFERENCE])
    has_interval = (a > 0) & (a[REFERENCE] > 0) & index.notna()
    frame = pd.DataFrame(
        {
            "numerator": a,
            "denominator": denominators.reindex(groups),
            "value": rate,
            "index": index,
            "lower": (index * np.exp(-spread)).where(has_interval),
            "upper": (index * np.exp(spread)).where(has_interval),
            "lowest": rate / with_unknown,
            "highest": (a + unknown) / n / of_white,
        }
    )
    frame.loc[REFERENCE, ["lower", "upper", "lowest", "highest"]] = np.nan
    frame.loc["unknown", "numerator"] = unknown
    return frame.assign(verdict=[_verdict(row, a[REFERENCE]) if group in GROUPS else "" for group, row in frame.iterrows()])


def _verdict(row: "pd.Series[float]", of_white: float) -> str:
    if pd.isna(row["numerator"]) or pd.isna(row["denominator"]):
        return "not available"
    if min(row["numerator"], of_white) < TOO_FEW_EVENTS or pd.isna(row["index"]):
        return TOO_FEW.words
    if row["lower"] <= 1 <= row["upper"]:
        return "no clear difference"
    higher = row["index"] > 1
    if higher != (row["lowest"] > 1) or higher != (row["highest"] > 1):
        return UNCERTAIN
    return "higher" if higher else "lower"


def residents(connection: Connection, scope: Scope) -> Residents:
    """Residents by group in the hubs of a scope: aged 10 to 17 where every hub has its groups by single year of age, else of all.

    Of each hub they are those of the nearest year that has every group; none where a hub has no such year.
    """
    of_the_data = ask(connection, STAGES[0].metric.parts, scope)
    period = Period(scope.start, scope.end) if scope.start and scope.end else of_the_data.period
    if period is None:
        return Residents({}, False, ())
    year = (period.opens + (period.closes - period.opens) // 2).year
    places, asked = population.places(connection, scope), [AGES]
    estimates = population.residents(connection, scope, AGES, _BY)
    if of_all_ages := bool(hubs_without_estimate(estimates, places)):
        asked = [AGES, None]
        estimates = population.residents(connection, scope, None, _BY)
    parts = tuple(sentence for ages in asked for sentence in not_used(connection, scope, ages, [year], _BY))
    without = tuple(hubs_without_estimate(estimates, places).values())
    if without or estimates.empty:
        return Residents({}, False, (), without, parts)
    used = _nearest_estimates(estimates, year)
    by_group = {str(group): float(rows["residents"].sum()) for group, rows in used.groupby("ethnicity")}
    return Residents(by_group, of_all_ages, _vintages(connection, scope, used, of_all_ages), (), parts)


def _nearest_estimates(estimates: pd.DataFrame, year: int) -> pd.DataFrame:
    """For each hub and group the estimate of the nearest year, the earlier of two."""
    distance = (estimates["estimate"] - year).abs()
    nearest_first = estimates.assign(distance=distance).sort_values(["distance", "estimate"])
    return nearest_first.drop_duplicates(["hub", "ethnicity"])


def _vintages(connection: Connection, scope: Scope, used: pd.DataFrame, of_all_ages: bool) -> tuple[str, ...]:
    """What the estimates that are used are called; their years where they are called nothing."""
    named = population.vintages(connection, scope)
    named = named[named["of_all_ages"].astype(bool) == of_all_ages].merge(used[["hub", "estimate"]].drop_duplicates())
    return tuple(sorted(set(named["vintage"]) or {str(year) for year in used["estimate"]}))
