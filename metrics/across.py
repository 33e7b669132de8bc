"""What looks across the measures, as tables and sentences: balance, care, ethnic groups, few children, published figures."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

import pandas as pd
from sqlalchemy import Engine

from metrics import balance, disproportionality, episodes, ethnic_groups, in_care, reconcile
from metrics.headline import headlines
from metrics.notes import latest_complete
from queries.scope import Scope

Told = tuple[pd.DataFrame, Iterable[str]]


@dataclass(frozen=True)
class Answer:
    """A question of the command line: what it asks, the options it has of its own, and how it is answered."""

    help: str
    ask: Callable[[Scope, Engine, Mapping[str, Any]], Told]
    options: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)


def _balance(scope: Scope, engine: Engine, _: Mapping[str, Any]) -> Told:
    found = headlines(balance.SIDE_BY_SIDE, scope, engine)
    rows = [(each.key, each.now["value"], each.before["value"], each.change.words) for each in found]
    frame = pd.DataFrame(rows, columns=["key", "value", "year_before", "change"])
    return frame, [balance.movements(found, {metric.key: metric for metric in balance.SIDE_BY_SIDE})]


def _in_care(scope: Scope, engine: Engine, _: Mapping[str, Any]) -> Told:
    seen = in_care.through_lens({lens.share_key: latest_complete(lens.share, scope, engine) for lens in in_care.LENSES}, engine)
    rows = [(each.lens.share_key, *each.share[["numerator", "denominator", "value"]], each.times) for each in seen]
    frame = pd.DataFrame(rows, columns=["key", "numerator", "denominator", "value", "times_share_of_residents"])
    return frame, [said for each in seen if (said := in_care.comparison_sentence(each))]


def _disproportionality(scope: Scope, engine: Engine, given: Mapping[str, Any]) -> Told:
    officer, against = given["officer_defined"], given["against"].replace("-", " ")
    frame, people = disproportionality.relative_rates(scope, officer=officer, against=against, engine=engine)
    return frame, [ethnic_groups.summary(frame), *ethnic_groups.cautions(people, officer=officer, against=against)]


def _concentration(scope: Scope, engine: Engine, _: Mapping[str, Any]) -> Told:
    found = [each for each in episodes.concentrations(scope, engine) if each]
    rows = [(each.subject.key, each.children, each.events, each.share, each.by_chance) for each in found]
    return pd.DataFrame(rows, columns=["key", "children", "events", "value", "by_chance"]), [each.sentence for each in found]


def _reconcile(scope: Scope, engine: Engine, _: Mapping[str, Any]) -> Told:
    found = [each for metric in reconcile.RECONCILED for each in reconcile.reconcile(metric, scope, engine)]
    columns = ["key", "area", "from", "to", "published", "value", "lower", "upper", "gap"]
    rows = [
        (
            each.key,
            each.area,
            each.period.opens,
            each.period.closes,
            each.published,
            *each.row[["value", "lower", "upper"]],
            each.gap,
        )
        for each in found
    ]
    reasons = dict.fromkeys(reason for each in found for reason in reconcile.REASONS[each.key])
    return pd.DataFrame(rows, columns=columns), [reconcile.summary(found), *reasons]


ANSWERS: Mapping[str, Answer] = {
    "balance": Answer("what moved together and what moved against, beside the year before", _balance),
    "in-care": Answer("the share of each theme that is in care, against the share of residents", _in_care),
    "disproportionality": Answer(
        "each stage and ethnic group beside White children",
        _disproportionality,
        {
            "--officer-defined": {"action": "store_true", "help": "ethnic groups as an officer saw them"},
            "--against": {
                "choices": ("stage-before", "residents"),
                "default": "stage-before",
                "help": "what the events of a stage are set against",
            },
        },
    ),
    "concentration": Answer("how many events fall on few children", _concentration),
    "reconcile": Answer("published figures beside the force's own", _reconcile),
}
