"""The records behind a measure: each of its parts in words, and what was counted or measured, one by one."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd
from sqlalchemy import Connection

from metrics import words
from metrics.measuring.notes import latest_complete
from metrics.metric import Metric, Proportion, Ratio
from queries.counting import records as q
from queries.counting.counts import Count, Durations
from queries.counting.coverage import ask
from queries.counting.question import NotAvailable
from queries.periods import Period
from queries.scope import Scope

ANOTHER_HUB = "another hub"


@dataclass(frozen=True)
class Records:
    """The records of a part of a measure; ``number`` is what they count as, None where the measure is not available.

    ``frame`` has the columns of `queries.counting.records.records`; ``period`` is theirs, None where the data do not reach it.
    """

    number: int | None
    period: Period | None
    frame: pd.DataFrame


def parts(metric: Metric) -> Mapping[str, Count | Durations]:
    """The parts of a measure under the words by which they are chosen, what is counted first."""
    first, *others = metric.parts
    role = "Measured" if isinstance(first, Durations) else "Counted"
    of = "Out of" if isinstance(metric.formula, Proportion) else "For each of"
    assert not others or isinstance(metric.formula, Proportion | Ratio)
    return {f"{role}: {first.name}": first, **{f"{of}: {other.name}": other for other in others}}


def records(connection: Connection, metric: Metric, part: str, scope: Scope) -> Records:
    """The records behind a part of a measure, over the period that its figure is of.

    ``part`` is one of `parts`. None are given of a measure that is not available, or whose follow-up is not complete: it has no
    figure either.
    """
    question = ask(connection, metric.parts, latest_complete(connection, metric, scope))
    if isinstance(question, NotAvailable):
        return Records(None, question.period, pd.DataFrame(columns=[*q.REFERENCES, "counted"]))
    if metric.months_to_mature and metric.matures_on(question.period) > question.coverage.last:
        return Records(None, question.period, pd.DataFrame(columns=[*q.REFERENCES, "counted"]))
    frame = q.records(connection, parts(metric)[part], question)
    return Records(q.number_of(frame), question.period, frame)


def figure_of(metric: Metric, part: str, row: "pd.Series[float]") -> float:
    """What a figure's row (of `measure`) says of a part, where the part is all of its numerator or denominator.

    nan where it is one of several that make a denominator up, or the figure is not available.
    """
    position = list(parts(metric)).index(part)
    if len(metric.parts) > 2 and position:
        return float("nan")
    is_numerator = position == 0 and bool(metric.counts)
    return float(row["numerator" if is_numerator else "denominator"])


def one_row_per_record(frame: pd.DataFrame) -> pd.DataFrame:
    """Records of several children in one row each, their children, homes and care side by side."""
    if frame.empty:
        return frame
    aggregations: dict[Any, Any] = {name: "first" for name in frame if name != "record"}
    of_children = [name for name in ("child", "home_hub", "in_care") if name in frame]
    aggregations |= dict.fromkeys(of_children, lambda texts: ", ".join(dict.fromkeys(filter(None, texts))))
    return frame.groupby("record", sort=False).agg(aggregations).reset_index()


def table(metric: Metric, opened: Records, hub_names: Mapping[str, str]) -> pd.DataFrame:
    """The records as people read them: reference, child, day, hubs by name, and what was added up or measured."""
    rows = opened.frame.assign(home_hub=[hub_name(hub, hub_names) for hub in opened.frame["home_hub"]])
    if (rows["counted"] == rows["record"]).all():  # else children are counted, or each child of a crime
        rows = one_row_per_record(rows)
    shown = pd.DataFrame(
        {
            "Record": rows["record"],
            "Child": rows["child"],
            "Day": [words.day(day) for day in rows["day"]],
            "Hub": [hub_name(hub, hub_names) for hub in rows["hub"]],
            "Child lives in": rows["home_hub"],
        }
    )
    if "number" in rows:
        shown = shown.assign(Number=rows["number"].astype(int))
    if "length" in rows:
        unit = words.short_unit(metric).capitalize()
        shown = shown.assign(**{unit: rows["length"].round(1)}, Ended=rows["ended"].map({True: "yes", False: "not yet"}))
    return shown.drop(columns=[name for name in shown if len(shown) and not any(shown[name] != "")])


def hub_name(hub: str, hub_names: Mapping[str, str]) -> str:
    """A hub as its reader knows it, and no more of one that is not theirs; blank where it is not known."""
    return hub_names.get(hub, ANOTHER_HUB if hub else "")


def sentence(opened: Records) -> str:
    """How many records these are, and what the figure counts where that is another number: children, say, or attendances."""
    assert opened.number is not None and opened.period
    count = opened.frame["record"].nunique()
    counted = "" if count == opened.number else f" The figure counts {opened.number:,}."
    return f"{count:,} {'record' if count == 1 else 'records'}, {words.period(opened.period)}.{counted}"


def references(frame: pd.DataFrame) -> list[str]:
    """The references of the records and of their children, each once, for the log of what was opened."""
    return sorted({*frame["record"], *frame["child"]} - {""})
