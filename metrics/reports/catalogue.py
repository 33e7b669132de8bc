"""What looks across the measures, as tables and sentences: balance, care, ethnic groups, few children, published figures."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import pandas as pd
from sqlalchemy import Engine

from metrics.measuring.notes import latest_complete
from metrics.reports import balance, disproportionality, emerging, ethnic_groups, few_children, in_care, reconcile
from metrics.reports.headline import headlines
from metrics.signals import discussion, sentences
from metrics.signals.judgement import ENOUGH, judge
from metrics.statistics import spc
from metrics.statistics.change import TOO_FEW
from metrics.themes import METRICS
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
    seen = in_care.compare(
        {lens.share_key: latest_complete(lens.share, scope, engine) for lens in in_care.CARE_COMPARISONS}, engine
    )
    rows = [
        (each.lens.share_key, *each.share[["numerator", "denominator", "value"]], each.times if each.enough else None)
        for each in seen
    ]
    frame = pd.DataFrame(rows, columns=["key", "numerator", "denominator", "value", "times_share_of_residents"])
    return frame, [said for each in seen if (said := in_care.comparison_sentence(each))]


def _disproportionality(scope: Scope, engine: Engine, given: Mapping[str, Any]) -> Told:
    officer, against = given["officer_defined"], given["against"].replace("-", " ")
    frame, people = disproportionality.relative_rates(scope, officer=officer, against=against, engine=engine)
    frame.loc[frame["verdict"] == TOO_FEW.words, ["index", "lower", "upper", "lowest", "highest"]] = float("nan")
    return frame, [ethnic_groups.summary(frame, against), *ethnic_groups.cautions(people, officer=officer, against=against)]


def _concentration(scope: Scope, engine: Engine, _: Mapping[str, Any]) -> Told:
    found = [each for each in few_children.concentrations(scope, engine) if each]
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


def _signals(scope: Scope, engine: Engine, given: Mapping[str, Any]) -> Told:
    several = scope.hubs is None or len(scope.hubs) > 1  # one hub is the whole of its scope already
    judged = judge(list(METRICS.values()), scope, engine, hubs=several)
    if scope.hubs and not several:
        judged = [replace(each, hub=scope.hubs[0]) for each in judged]
    shown = discussion.in_order(judged)
    if not given["every"]:
        shown = [each for each in shown if each.verdict in discussion.SIGNALS]
    flagged = [each for each in discussion.once(shown) if each.verdict in discussion.SIGNALS]
    said = [f"{METRICS[each.key].name}, {each.hub or 'all'}. {sentences.verdict(METRICS[each.key], each)}" for each in flagged]
    return discussion.listing(shown), [*said, discussion.budget_sentence(discussion.budget(judged))]


def _emerging(scope: Scope, engine: Engine, _: Mapping[str, Any]) -> Told:
    found = emerging.emerging(scope, engine)
    rows = [
        (trend.subject, ",".join(trend.by), ",".join(trend.cell), trend.now, trend.expected, trend.chance)
        for trend in found.trends
    ]
    return pd.DataFrame(rows, columns=["subject", "by", "cell", "value", "expected", "chance"]), [emerging.summary(found)]


ANSWERS: Mapping[str, Answer] = {
    "signals": Answer(
        "Has it changed?",
        "which measures have changed, in the force and in every hub",
        _signals,
        (
            "A control chart (XmR): the mean, and limits 2.66 mean moving ranges from it; jumps of 3.267 mean moving ranges or "
            "more are left out of that mean once. Signals, in order: outside the limits; seven rising or falling; two of three "
            "near the same limit; seven on one side of the mean. A tie, or a gap, ends a run. The latest point decides.",
            f"Months where {ENOUGH} events or more are expected in each, of a share on either side of it; quarters where "
            "there are so many in a quarter; else the days from one event to the next (t chart); else too few to tell. Of fewer "
            f"than {spc.FIRM_FROM} points nothing is said.",
            "The time of year is allowed for where five years of months show one (Friedman's test). A recorded step begins a new "
            "stretch, with limits of its own. Months whose outcomes or reports are still coming, and quarters whose follow-up is "
            "not over, are shaded and not judged.",
            "Variation says whether it has changed, assurance whether the limits meet the target: both of the same point.",
            "Chance alone flags a chart now and then: how many are checked, and how many it would flag, is always said.",
        ),
        "NHS England, Making Data Count; Nelson, J Qual Technol 26 (1994) 88",
        {"--every": {"action": "store_true", "help": "also those without a signal"}},
    ),
    "emerging": Answer(
        "Emerging trends",
        "offence groups, places and ages that are out of line with their own past",
        _emerging,
        (
            f"The last {emerging.MONTHS} months of each cell beside the same months of up to {emerging.YEARS} earlier years, in "
            f"which at least {emerging.FEWEST} were expected. How much more than chance such counts vary from year to year is "
            "estimated from all cells of a subject, and allowed for.",
            "All cells are one family of questions: of those shown, no more than one in twenty is expected to be by chance.",
        ),
        "Benjamini & Hochberg, J R Stat Soc B 57 (1995) 289; after Farrington et al., J R Stat Soc A 159 (1996) 547",
    ),
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
