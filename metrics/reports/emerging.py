"""Emerging trends: offence groups, places and ages whose latest months are out of line with the same months of earlier years.

No season counts as a trend, because a summer is set against summers. Events of children come in clusters, so how much more than
chance a count varies from year to year is estimated from all cells of a subject together, and allowed for. All cells are one
family of questions: of those shown, no more than one in twenty is expected to be there by chance.
Source: Benjamini & Hochberg, J R Stat Soc B 57 (1995) 289; the prediction as in Farrington et al., J R Stat Soc A 159 (1996) 547.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date

import numpy as np
import pandas as pd
from scipy.special import betainc, ndtri, stdtr
from sqlalchemy import Connection

from metrics import words
from metrics.measuring.measure import measure
from metrics.metric import Better, Metric, Number
from metrics.themes import METRICS
from queries.clock import add_months
from queries.counting.coverage import ask
from queries.counting.question import NotAvailable
from queries.periods import Period
from queries.scope import Scope
from queries.themes.outcomes import ALL_RECORDED

MONTHS = 3  # of a window
YEARS = 3  # whose same months it is set against
_FEWEST_YEARS = 2
FALSE_DISCOVERIES = 0.05  # of the cells shown
FEWEST = 5  # expected in a window: fewer show little, and testing them would make the others harder to find

# By the day of recording: of crimes by the day they were committed, the latest months are not all reported yet.
CRIMES = Metric(
    key="crimes_recorded",
    name="Crimes recorded with a child suspect",
    question="How many crimes with a child suspect are recorded?",
    formula=Number(ALL_RECORDED),
    unit="crimes",
    better=Better.LOWER,
    source="Home Office, Counting rules for recorded crime",
)
SUBJECTS: tuple[tuple[Metric, tuple[tuple[str, ...], ...]], ...] = (
    (CRIMES, (("offence_group",), ("hub",), ("age",), ("hub", "offence_group"))),
    (METRICS["asb_incidents"], (("hub",), ("age",))),
    (METRICS["detentions"], (("offence_group",), ("hub",), ("age",))),
    (METRICS["searches"], (("object_of_search",), ("hub",), ("age",))),
    (METRICS["missing_episodes"], (("risk",), ("hub",), ("age",))),
    (METRICS["care_home_calls"], (("hub",),)),
)


_OPENINGS = {"age": "Aged ", "risk": "Risk "}


@dataclass(frozen=True)
class Trend:
    """A cell that is out of line: ``by`` and ``cell`` name it, ``before`` counts the same months of earlier years, oldest first.

    ``expected`` is their mean, ``chance`` the share of as unusual cells that chance alone would give among those shown,
    ``window`` the last three months of its own subject's data.
    """

    subject: str
    by: tuple[str, ...]
    cell: tuple[str, ...]
    now: int
    before: tuple[int, ...]
    expected: float
    chance: float
    window: Period


@dataclass(frozen=True)
class Emerging:
    """What was tested in a window, and which cells are out of line, the most certain first; no window where there is no history.

    ``tested`` and ``too_few`` are numbers of cells. Where data end at different times, ``window`` and ``years`` are those of the
    subject that reaches furthest.
    """

    window: Period | None
    years: int
    tested: int
    too_few: int
    trends: tuple[Trend, ...]


def emerging(connection: Connection, scope: Scope) -> Emerging:
    """Test every cell of every subject in the last three months of the scope's period."""
    frames = [frame for metric, splits in SUBJECTS for frame in _windows(connection, metric, splits, scope)]
    cells = pd.concat(frames, ignore_index=True) if frames else pd.DataFrame()
    if cells.empty:
        return Emerging(None, 0, 0, 0, ())
    enough = cells[cells["expected"] >= FEWEST].reset_index(drop=True)
    enough["chance"] = false_discovery(enough["p"]) if len(enough) else []
    discoveries = enough[enough["chance"] <= FALSE_DISCOVERIES].sort_values(["chance", "p"])
    trends = tuple(Trend(*row) for row in discoveries[[*Trend.__dataclass_fields__]].itertuples(index=False, name=None))
    window, years = max(cells["window"], key=lambda window: window.closes), int(cells["before"].map(len).max())
    return Emerging(window, years, len(enough), len(cells) - len(enough), trends)


def negative_binomial_test(now: "pd.Series[int]", before: pd.DataFrame) -> pd.DataFrame:
    """How unusual each latest count is beside earlier ones of the same cell: ``expected`` (their mean) and a two-sided ``p``.

    ``before`` has a column for each earlier year. A negative binomial count is predicted, whose variance is the pooled dispersion
    of the earlier years, or Poisson's where that is more, and that of the mean. As the dispersion is itself estimated, p is no
    less than Student's, of as many degrees of freedom as it was estimated with. p is 1 where nothing was ever counted.
    """
    years = before.shape[1]
    expected = before.mean(axis="columns")
    squares = before.sub(expected, axis="index").pow(2).sum(axis="columns")
    counted = expected > 0
    freedom = (years - 1) * counted.sum()
    estimated = float((squares[counted] / expected[counted]).sum() / freedom) if freedom else 0.0
    dispersion = max(1.0, estimated)
    mean = expected.clip(lower=1e-9)
    size = mean / (dispersion * (1 + 1 / years) - 1)
    share = size / (size + mean)
    at_most = betainc(size, now + 1.0, share)
    at_least = 1 - np.where(now > 0, betainc(size, now.clip(lower=1).astype(float), share), 0.0)
    tail = np.minimum(0.5, np.minimum(at_most, at_least))
    student = stdtr(freedom, ndtri(tail) / np.sqrt(min(1.0, estimated))) if estimated else 0.0
    p = 2 * np.maximum(tail, student)
    return pd.DataFrame({"expected": expected, "p": np.where(expected > 0, p, 1.0)})


def false_discovery(p: "pd.Series[float]") -> "pd.Series[float]":
    """Each p as the share of false ones among all at least as small. Source: Benjamini & Hochberg (1995)."""
    from scipy.stats import false_discovery_control  # a second to import

    return pd.Series(false_discovery_control(p), p.index)


def _windows(connection: Connection, metric: Metric, splits: tuple[tuple[str, ...], ...], scope: Scope) -> Iterator[pd.DataFrame]:
    """The latest window of each split's cells beside the earlier ones; what is not recorded is no cell."""
    question = ask(connection, metric.parts, scope)
    if isinstance(question, NotAvailable):
        return
    end = question.period.closes.replace(day=1)
    opens = [add_months(end, -12 * back - MONTHS) for back in range(YEARS, -1, -1)]
    opens = [first for first in opens if first >= question.coverage.first]
    if len(opens) <= _FEWEST_YEARS:
        return
    frames = []
    for by in splits:
        if "hub" in by and len(scope.hubs or ("", "")) == 1:
            continue
        monthly = measure(connection, metric, scope.over(opens[0], end), (*by, "month"))
        frames.append(_cells(monthly, by, opens).assign(subject=metric.key))
    cells = pd.concat(frames, ignore_index=True) if frames else pd.DataFrame()
    if cells.empty:  # not available, or nothing to divide it by
        return
    counts = pd.DataFrame(cells["counts"].tolist())
    tested = negative_binomial_test(counts.iloc[:, -1], counts.iloc[:, :-1])
    before = pd.Series([tuple(int(count) for count in row) for row in counts.iloc[:, :-1].to_numpy()], cells.index)
    window = pd.Series([Period(opens[-1], end)] * len(cells), cells.index, dtype=object)
    yield cells.assign(now=counts.iloc[:, -1].astype(int), before=before, window=window, **tested)


def name(trend: Trend, hubs: Mapping[str, str]) -> str:
    """What is out of line, and where: Missing episodes, Barrow."""
    return f"{_metric(trend).name}, {_cell_name(trend, hubs)}"


def _cell_name(trend: Trend, hubs: Mapping[str, str]) -> str:
    """What a cell is called: Violence against the person in Barrow, Aged 14, Carlisle."""
    cells = {by: words.cell(by, cell, hubs) for by, cell in zip(trend.by, trend.cell, strict=True)}
    hub = cells.pop("hub", "")
    other = ", ".join(f"{_OPENINGS.get(by, '')}{cell}" for by, cell in cells.items())
    return f"{other} in {hub}" if hub and other else hub or other


def sentence(trend: Trend) -> str:
    """How many there were, and how many in the same months before."""
    more = "More" if trend.now > trend.expected else "Fewer"
    before = words.listed([f"{count:,}" for count in trend.before])
    return (
        f"{more} {words.short_unit(_metric(trend))} than usual: {trend.now:,} in {words.period(trend.window)}; in the same "
        f"months of the {words.number(len(trend.before))} years before: {before} (oldest first)."
    )


def _metric(trend: Trend) -> Metric:
    return next(metric for metric, _ in SUBJECTS if metric.key == trend.subject)


def table(result: Emerging, hubs: Mapping[str, str]) -> pd.DataFrame:
    """The trends in a row each: what it is, where, the window, the earlier years, and how sure."""
    return pd.DataFrame(
        [
            {
                "What": _metric(trend).name,
                "Where": _cell_name(trend, hubs),
                "Now": trend.now,
                "Same months before, oldest first": ", ".join(f"{count:,}" for count in trend.before),
                "Likely by chance": by_chance(trend.chance),
            }
            for trend in result.trends
        ]
    )


def by_chance(share: float) -> str:
    """How many of as unusual cells chance alone would give, to two digits and never rarer than it is: 1 in 200."""
    if share < 0.001:
        return "less than 1 in 1,000"
    one_in = int(1 / share + 1e-9)
    return f"1 in {one_in - one_in % 10 if one_in > 100 else one_in:,}"


def file(result: Emerging, hubs: Mapping[str, str]) -> pd.DataFrame:
    """The trends for a spreadsheet: each earlier year in a column of its own, and the chance unrounded."""
    return pd.DataFrame(
        [
            {
                "measure": _metric(trend).name,
                "where": _cell_name(trend, hubs),
                "now": trend.now,
                **{f"years_before_{len(trend.before) - place}": count for place, count in enumerate(trend.before)},
                "chance": trend.chance,
            }
            for trend in result.trends
        ]
    )


def summary(result: Emerging) -> str:
    """How much was tested, and how much of it is out of line."""
    if result.window is None:
        return "There is not enough history yet: the same months of two earlier years are needed."
    tested = (
        f"{result.tested:,} offence groups, places, ages and kinds were checked: {words.period(result.window)} beside the "
        f"same months of the {words.number(result.years)} years before."
    )
    number = len(result.trends)
    if not number:
        finding = "Nothing is out of line with its own past by more than chance and its usual variation explain."
    else:
        finding = (
            f"{number} {'is' if number == 1 else 'are'} out of line with the past; of such findings, no more than one in twenty "
            "is expected to be there by chance."
        )
    have = "has" if result.too_few == 1 else "have"
    too_few = f" {result.too_few:,} more {have} too few to tell." if result.too_few else ""
    return f"{finding} {tested}{too_few}"


def _cells(monthly: pd.DataFrame, by: tuple[str, ...], opens: list[date]) -> pd.DataFrame:
    """A row a cell: ``by``, ``cell`` and ``counts``, one for each window."""
    known = monthly[(monthly[list(by)] != "unknown").all(axis="columns") & monthly["numerator"].notna()]
    labels = {str(add_months(first, month)): window for window, first in enumerate(opens) for month in range(MONTHS)}
    inside = known[known["month"].isin(list(labels))]
    windows = inside.assign(window=inside["month"].map(labels)).pivot_table(
        index=list(by), columns="window", values="numerator", aggfunc="sum", fill_value=0.0
    )
    windows = windows.reindex(columns=range(len(opens)), fill_value=0.0)
    cells = [cell if isinstance(cell, tuple) else (cell,) for cell in windows.index]
    return pd.DataFrame({"by": [by] * len(cells), "cell": cells, "counts": windows.to_numpy().tolist()})
