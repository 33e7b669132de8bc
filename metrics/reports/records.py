"""From a measure to the records behind it: each of its parts in words, and what was counted or measured one by one."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd
from sqlalchemy import Connection, Engine

from metrics import words
from metrics.measuring.notes import latest_complete
from metrics.metric import Metric, Proportion, Ratio
from queries.counting import records as q
from queries.counting.question import ask
from queries.counting.tally import Count, Durations
from queries.engine import reading
from queries.periods import Period
from queries.scope import Scope

ANOTHER_HUB = "another hub"


@dataclass(frozen=True)
class Records:
    """The records of a part of a measure; ``number`` is what they come to, None where the measure is not available.

    ``found`` has the columns of `queries.records.records`; ``period`` is what they are of, None where the data do not reach it.
    """

    number: int | None
    period: Period | None
    found: pd.DataFrame


def parts(metric: Metric) -> Mapping[str, Count | Durations]:
    """The parts of a measure under the words by which they are chosen, what is counted first."""
    first, *others = metric.parts
    role = "Measured" if isinstance(first, Durations) else "Counted"
    of = "Out of" if isinstance(metric.formula, Proportion) else "For each of"
    assert not others or isinstance(metric.formula, Proportion | Ratio)
    return {f"{role}: {first.name}": first, **{f"{of}: {other.name}": other for other in others}}


def records(metric: Metric, part: str, scope: Scope, source: Engine | Connection | None = None) -> Records:
    """The records behind a part of a measure, over the period that its figure is of.

    ``part`` is one of `parts`. None are given of a measure that is not available, or whose follow-up is not complete: it has no
    figure either.
    """
    with reading(scope.access, source) as connection:
        question = ask(connection, metric.parts, latest_complete(metric, scope, connection))
        last = question.coverage.last
        if not question.period or not last or not question.has(metric.needs):
            return Records(None, question.period, pd.DataFrame(columns=[*q.WHAT, "thing"]))
        if metric.months_to_mature and metric.matures_on(question.period) > last:
            return Records(None, question.period, pd.DataFrame(columns=[*q.WHAT, "thing"]))
        found = q.records(connection, parts(metric)[part], question.scope, question.periods, last)
    return Records(q.number_of(found), question.period, found)


def figure_of(metric: Metric, part: str, row: "pd.Series[float]") -> float:
    """What a figure's row (of `measure`) says of a part, where the part is all of its numerator or denominator.

    nan where it is one of several that make a denominator up, or the figure is not available.
    """
    place = list(parts(metric)).index(part)
    if len(metric.parts) > 2 and place:
        return float("nan")
    is_numerator = place == 0 and bool(metric.counts)
    return float(row["numerator" if is_numerator else "denominator"])


def one_row_each(found: pd.DataFrame) -> pd.DataFrame:
    """Records of several children in one row each, their children and homes side by side."""
    if found.empty:
        return found
    how: dict[Any, Any] = {name: "first" for name in found if name != "record"}
    how |= dict.fromkeys(("child", "home_hub"), lambda texts: ", ".join(dict.fromkeys(filter(None, texts))))
    return found.groupby("record", sort=False).agg(how).reset_index()


def table(metric: Metric, opened: Records, hub_names: Mapping[str, str]) -> pd.DataFrame:
    """The records as people read them: reference, child, day, hubs by name, and what was added up or measured."""
    found = opened.found.assign(home_hub=[hub_name(hub, hub_names) for hub in opened.found["home_hub"]])
    if (found["thing"] == found["record"]).all():  # else children are counted, or each child of a crime
        found = one_row_each(found)
    shown = pd.DataFrame(
        {
            "Record": found["record"],
            "Child": found["child"],
            "Day": [words.day(day) for day in found["day"]],
            "Hub": [hub_name(hub, hub_names) for hub in found["hub"]],
            "Child lives in": found["home_hub"],
        }
    )
    if "number" in found:
        shown = shown.assign(Number=found["number"].astype(int))
    if "length" in found:
        unit = words.short_unit(metric).capitalize()
        shown = shown.assign(**{unit: found["length"].round(1)}, Ended=found["ended"].map({True: "yes", False: "not yet"}))
    return shown.drop(columns=[name for name in shown if len(shown) and not any(shown[name] != "")])


def hub_name(hub: str, hub_names: Mapping[str, str]) -> str:
    """A hub as its reader knows it, and no more of one that is not theirs; blank where it is not known."""
    return hub_names.get(hub, ANOTHER_HUB if hub else "")


def sentence(opened: Records) -> str:
    """How many records these are, and what they come to where that is another number: children, say, or attendances."""
    assert opened.number is not None and opened.period
    held = opened.found["record"].nunique()
    come_to = "" if held == opened.number else f" They come to {opened.number:,}."
    return f"{held:,} {'record' if held == 1 else 'records'}, {words.period(opened.period)}.{come_to}"


def references(found: pd.DataFrame) -> list[str]:
    """The references of the records and of their children, each once, for the log of what was opened."""
    return sorted({*found["record"], *found["child"]} - {""})
