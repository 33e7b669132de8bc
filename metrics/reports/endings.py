"""How crimes with a child suspect ended, year by year, as parts of one whole; and what moved by more than chance."""

from collections.abc import Sequence
from datetime import timedelta

import pandas as pd
from sqlalchemy import Connection

from metrics import words
from metrics.measuring.measure import measure
from metrics.statistics.change import TOO_FEW_IN_SHARE, difference
from metrics.statistics.intervals import wilson
from metrics.themes import METRICS
from queries.clock import add_months
from queries.periods import Period
from queries.scope import Scope

YEARS = 4
CHARGED, OUT_OF_COURT, DIVERSION, OUTCOME_21 = "Charged", "Out of court", "Diversion", "Outcome 21"
OTHER_NFA, OTHER = "Other no further action", "Other"
PARTS = (CHARGED, OUT_OF_COURT, DIVERSION, OUTCOME_21, OTHER_NFA, OTHER)
_PART_OF_GROUP = {
    "charged": CHARGED,
    "formal out of court": OUT_OF_COURT,
    "community resolution": OUT_OF_COURT,
    "diversion": DIVERSION,
    "public interest": OTHER_NFA,
    "evidential": OTHER_NFA,
    "prevented": OTHER_NFA,
}


def endings(connection: Connection, scope: Scope) -> pd.DataFrame:
    """The parts of each span as long as the period, the latest last, each a year before the next; of at most `YEARS`.

    Columns ``opens, closes, part, numerator, denominator, value, lower, upper`` (shares as fractions). Spans in which no crime
    ended are left out, and those that the data do not cover in whole.
    """
    assert scope.start
    assert scope.end
    over = scope.over(add_months(scope.start, -12 * (YEARS - 1)), scope.end)
    cells = measure(connection, METRICS["crimes_with_outcome"], over, ("month", "outcome_group", "outcome_code"))
    parts = cells["outcome_group"].map(_PART_OF_GROUP).fillna(OTHER).mask(cells["outcome_code"] == "21", OUTCOME_21)
    ended = cells[["month", "numerator"]].assign(part=parts)
    spans = [Period(add_months(scope.start, -12 * ago), add_months(scope.end, -12 * ago)) for ago in reversed(range(YEARS))]
    first = ended["month"].min() if len(ended) else ""
    frames = [_span(ended, span) for span in spans if first and first <= span.opens.isoformat()]
    rows = pd.concat([frame for frame in frames if frame["numerator"].any()] or [_NONE], ignore_index=True)
    rows["denominator"] = rows.groupby("opens")["numerator"].transform("sum")
    return rows.join(wilson(rows["numerator"], rows["denominator"]))


_NONE = pd.DataFrame({"opens": [], "closes": [], "part": [], "numerator": pd.Series(dtype=float)})


def _span(ended: pd.DataFrame, span: Period) -> pd.DataFrame:
    """How many ended in each part within a span."""
    within = ended["month"].between(span.opens.isoformat(), span.closes.isoformat(), inclusive="left")
    counts = ended[within].groupby("part")["numerator"].sum().reindex(list(PARTS), fill_value=0.0)
    return counts.rename_axis("part").reset_index().assign(opens=span.opens, closes=span.closes)


def what_moved(frame: pd.DataFrame) -> str:
    """What moved from the span before the latest to the latest, the furthest first; only what is more than chance."""
    spans = [span for _, span in frame.groupby("opens")] if len(frame) else []
    if len(spans) < 2:
        return "There is nothing to compare with the year before."
    before, now = (span.set_index("part") for span in spans[-2:])
    if min(before["denominator"].iloc[0], now["denominator"].iloc[0]) < TOO_FEW_IN_SHARE:
        return "Too few ended to compare with the year before."
    moved = []
    for name in PARTS:
        estimate, lower, upper = difference(*(span.loc[[name]].iloc[0] for span in (now, before)))
        if lower > 0 or upper < 0:
            direction = "up" if estimate > 0 else "down"
            moved.append((abs(estimate), f"{words.uncapitalised(name)} {direction} {_points(now, before, name)}"))
    if not moved:
        return "No part is clearly larger or smaller than the year before."
    said = words.listed([text for _, text in sorted(moved, reverse=True)])
    return f"{words.capitalised(said)}, compared with the year before."


def _points(now: pd.DataFrame, before: pd.DataFrame, name: str) -> str:
    """2.1 points (11.3% to 9.2%), from the shares as they are shown."""
    later, earlier = (round(float(span.loc[name, "value"]) * 100, 1) for span in (now, before))  # type: ignore[arg-type]
    return f"{abs(later - earlier):.1f} points ({earlier:.1f}% to {later:.1f}%)"


def names(frame: pd.DataFrame) -> list[str]:
    """The spans of `endings` in words, the latest last."""
    spans = frame[["opens", "closes"]].drop_duplicates().itertuples(index=False)
    ends = [(f"{opens:%b %Y}", f"{closes - timedelta(days=1):%b %Y}") for opens, closes in spans]
    return [first if first == last else f"{first} to {last}" for first, last in ends]


def parts_of(frame: pd.DataFrame) -> Sequence[str]:
    """The parts that have any crime, in order."""
    return [part for part in PARTS if frame["numerator"][frame["part"] == part].any()]
