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
    """A question across measures: its title, what it asks, how it is answered, what its figures mean and where that comes from.

    ``options`` are those of its own on the command line.
    """

    title: str
    help: str
    ask: Callable[[Scope, Engine, Mapping[str, Any]], Told]
    meaning: tuple[str, ...]
    source: str
    options: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)


def _balance(scope: Scope, engine: Engine, _: Mapping[str, Any]) -> Told:
    found = headlines(balance.SIDE_BY_SIDE, scope, engine)
    rows = [(each.key, each.now["value"], each.before["value"], each.change.words) for each in found]
    frame = pd.DataFrame(rows, columns=["key", "value", "year_before", "change"])
    return frame, [balance.movements(found, {metric.key: metric for metric in balance.SIDE_BY_SIDE})]


def _in_care(scope: Scope, engine: Engine, _: Mapping[str, Any]) -> Told:
    seen = in_care.through_lens({lens.share_key: latest_complete(lens.share, scope, engine) for lens in in_care.LENSES}, engine)
    rows = [
        (each.lens.share_key, *each.share[["numerator", "denominator", "value"]], each.times if each.enough else None)
        for each in seen
    ]
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
    "balance": Answer(
        "Balance",
        "what moved together and what moved against, beside the year before",
        _balance,
        (
            "Entry, charge, the ways out of court, no further action for each of its reasons, and coming back, side by side.",
            "A measure has moved where the 95% range of its change from the year before leaves out no change.",
        ),
        "Local rule, after the Youth Justice Board, Prevention and diversion (2021)",
    ),
    "in-care": Answer(
        "In care and not in care",
        "the share of each theme that is in care, against the share of residents",
        _in_care,
        (
            "In care is looked up on the day of each event. Care leavers are not in care.",
            "Times their share of residents: the share of events that are of a child in care, over the share of residents of the "
            "same ages who are in care on the last day of the period. Not told of fewer than ten events.",
        ),
        "Department for Education and others, National protocol on reducing unnecessary criminalisation (2018)",
    ),
    "disproportionality": Answer(
        "Ethnic groups: times as often as White children",
        "each stage and ethnic group beside White children",
        _disproportionality,
        (
            "The rate of a group over the rate of White children: searches for the number of residents, detentions for that of "
            "searches, charges for that of detentions, first cautions and convictions for that of charges; or each for the "
            "number of residents. It is also called the relative rate index.",
            "The 95% range is that of a ratio of two rates. Nothing is said where either group has fewer than ten events, or "
            "where those whose group is not recorded could turn it round.",
        ),
        "Youth Justice Board, Summary of ethnic disparity in the youth justice system (2021); Rothman, Epidemiology (2012)",
        {
            "--officer-defined": {"action": "store_true", "help": "ethnic groups as an officer saw them"},
            "--against": {
                "choices": ("stage-before", "residents"),
                "default": "stage-before",
                "help": "what the events of a stage are set against",
            },
        },
    ),
    "concentration": Answer(
        "Few children, many events",
        "how many events fall on few children",
        _concentration,
        (
            "The share of events of the tenth of children with most of them, rounded up to a whole child. Not told of fewer than "
            "fifty children.",
            "Chance alone: the same share if each event fell on any of these children alike. It is more than a tenth, as few "
            "events for many children always look concentrated.",
        ),
        "Lorenz, Publ Am Stat Assoc 9 (1905) 209; Bernasco & Steenbeek, J Quant Criminol 33 (2017) 451",
    ),
    "reconcile": Answer(
        "Beside the published figures",
        "published figures beside the force's own",
        _reconcile,
        (
            "The hubs of a council, or of the force, counted together over the year of the published figure, and the gap.",
            "Within range: the published figure lies in the 95% range of the force's own.",
        ),
        "Youth Justice Board; Department for Education, Children looked after in England",
    ),
}
