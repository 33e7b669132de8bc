"""Whether ethnic groups are treated alike: how often each meets a stage of the system, for every time that White children do."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd
from sqlalchemy import Engine

from metrics.change import TOO_FEW, TOO_FEW_EVENTS
from metrics.custody import METRICS as CUSTODY
from metrics.first_time_entrants import METRICS as ENTRANTS
from metrics.intervals import CONFIDENCE, z_score
from metrics.measure import ask, measure_all
from metrics.metric import Metric
from metrics.residents import nearest
from metrics.stop_search import METRICS as SEARCHES
from queries.engine import connect
from queries.population import residents_by_group
from queries.scope import Scope
from queries.tables import ETHNIC_GROUPS

REFERENCE = "White"
GROUPS = tuple(group for group in ETHNIC_GROUPS if group != REFERENCE)
AGES = (10, 17)
COLUMNS = ["numerator", "denominator", "value", "index", "lower", "upper", "lowest", "highest", "verdict"]
UNCERTAIN = "not certain"

Against = Literal["stage before", "residents"]
_BY_KEY = {metric.key: metric for metric in (*SEARCHES, *CUSTODY, *ENTRANTS)}


@dataclass(frozen=True)
class Stage:
    """A stage of the youth justice system, what is counted at it, and what each group is compared by."""

    key: str
    title: str
    metric: Metric
    before: str


STAGES = (
    Stage("search", "Stopped and searched", _BY_KEY["searches"], "residents"),
    Stage("detention", "Detained", _BY_KEY["detentions"], "searches"),
    Stage("charge", "Charged", _BY_KEY["detentions_charged"], "detentions"),
    Stage("entry", "First caution or conviction", _BY_KEY["first_time_entrants"], "detentions that ended in charge"),
)


@dataclass(frozen=True)
class Residents:
    """Residents by group, and what they are: all ages or 10 to 17, of which estimates. Empty where none are loaded."""

    by_group: Mapping[str, float]
    of_all_ages: bool
    vintages: tuple[str, ...]


def relative_rates(
    scope: Scope, *, officer: bool = False, against: Against = "stage before", engine: Engine | None = None
) -> tuple[pd.DataFrame, Residents]:
    """Each stage and group beside White children: ``stage, ethnicity``, then `COLUMNS`; and the residents that stand behind it.

    ``officer`` takes the group that an officer saw. ``index`` is the rate of the group over that of White children, with its 95%
    interval; ``lowest`` if everybody whose group is not known were White, ``highest`` if they were all of the group. ``verdict``:
    higher, lower, no clear difference, not certain, too few to tell, not available.
    """
    engine = engine or connect()
    by = "officer_ethnicity" if officer else "ethnicity"
    counted = measure_all([stage.metric for stage in STAGES], scope, (by,), engine)
    people = residents(scope, engine)
    before: Mapping[str, float] = people.by_group
    frames = []
    for stage in STAGES:
        events = counted[stage.metric.key].set_index(by)["numerator"]
        denominators = people.by_group if against == "residents" else before
        compared = compare(events, pd.Series(denominators, dtype=float))
        frames.append(compared.rename_axis("ethnicity").reset_index().assign(stage=stage.key))
        before = {str(group): float(number) for group, number in events.items()}
    return pd.concat(frames, ignore_index=True)[["stage", "ethnicity", *COLUMNS]], people


def compare(events: "pd.Series[float]", denominators: "pd.Series[float]") -> pd.DataFrame:
    """The events and denominators of each group set beside those of White children: `COLUMNS`, a row a group, then White.

    ``events`` may have ``unknown``, which are the last row, out of nothing. A rate is blank where the
    denominator is 0 or blank, an interval where either has no events.
    Source: Youth Justice Board, Summary of ethnic disparity in the youth justice system (2021); interval of a ratio of rates:
    Rothman, Epidemiology (2012) chapter 7.
    """
    groups = [*GROUPS, REFERENCE]
    known = len(events) > 0 and not events.isna().all()
    a = events.reindex(groups, fill_value=0.0 if known else np.nan).astype(float)
    n = denominators.reindex(groups, fill_value=0.0 if len(denominators) else np.nan).astype(float)
    unknown = float(events.get("unknown", 0.0))
    rate = a / n.where(n > 0)
    reference = rate[REFERENCE] if rate[REFERENCE] > 0 else np.nan
    index = rate / reference
    with np.errstate(divide="ignore", invalid="ignore"):
        spread = z_score(CONFIDENCE) * np.sqrt(1 / a + 1 / a[REFERENCE])
    has_interval = (a > 0) & (a[REFERENCE] > 0) & index.notna()
    frame = pd.DataFrame(
        {
            "numerator": a,
            "denominator": n,
            "value": rate,
            "index": index,
            "lower": (index * np.exp(-spread)).where(has_interval),
            "upper": (index * np.exp(spread)).where(has_interval),
            "lowest": index * a[REFERENCE] / (a[REFERENCE] + unknown) if a[REFERENCE] else np.nan,
            "highest": (a + unknown) / n.where(n > 0) / reference,
        }
    )
    frame.loc[REFERENCE, ["lower", "upper", "lowest", "highest"]] = np.nan
    frame.loc["unknown", "numerator"] = unknown if known else np.nan
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


def residents(scope: Scope, engine: Engine) -> Residents:
    """Residents by group in the hubs of a scope: aged 10 to 17 where every hub has them by single year, else of all ages."""
    with engine.connect() as connection:
        period = ask(connection, STAGES[0].metric, scope).period
        found = residents_by_group(connection, scope, AGES)
    if found.empty or period is None:
        return Residents({}, False, ())
    of_ages = found[~found["of_all_ages"].astype(bool)]
    hubs = set(found["hub"])
    of_all_ages = set(of_ages["hub"]) != hubs
    middle = period.opens + (period.closes - period.opens) / 2
    used = _nearest_estimates(found[found["of_all_ages"].astype(bool) == of_all_ages], middle.year)
    vintages = sorted({str(row.vintage or row.estimate) for row in used.itertuples()})
    by_group = {str(group): float(rows["residents"].sum()) for group, rows in used.groupby("ethnicity")}
    return Residents(by_group, of_all_ages, tuple(vintages))


def _nearest_estimates(found: pd.DataFrame, year: int) -> pd.DataFrame:
    chosen = {hub: nearest(year, sorted(set(group["estimate"]))) for hub, group in found.groupby("hub")}
    return found[found["estimate"] == found["hub"].map(chosen)]
