"""The questions across measures, each answered as a table and sentences: balance, care, ethnic groups, published figures ..."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import pandas as pd
from sqlalchemy import Connection

from metrics.reports import balance, disproportionality, emerging, ethnic_groups, few_children, in_care, reconcile
from metrics.reports.headline import headlines
from metrics.signals import discussion, sentences
from metrics.signals.judgement import judge
from metrics.signals.volume import ALIKE_FROM, ENOUGH
from metrics.statistics import spc
from metrics.statistics.change import TOO_FEW, TOO_FEW_EVENTS, TOO_FEW_FOR_PERCENTAGES
from metrics.themes import METRICS
from queries.scope import Scope

Answer = tuple[pd.DataFrame, Iterable[str]]  # a table, and the sentences below it


@dataclass(frozen=True)
class Comparison:
    """A question across measures: its title, what it asks, how it is answered, what its figures mean and where that comes from.

    ``options`` are those of its own on the command line, by which ``answer`` finds their values.
    """

    title: str
    help: str
    answer: Callable[[Connection, Scope, Mapping[str, Any]], Answer]
    meaning: tuple[str, ...]
    source: str
    options: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)


def _balance(connection: Connection, scope: Scope, _: Mapping[str, Any]) -> Answer:
    compared = headlines(connection, balance.SIDE_BY_SIDE, scope)
    rows = [(headline.key, headline.now["value"], headline.before["value"], headline.change.words) for headline in compared]
    frame = pd.DataFrame(rows, columns=["key", "value", "year_before", "change"])
    return frame, [balance.movements(compared, {metric.key: metric for metric in balance.SIDE_BY_SIDE})]


def _in_care(connection: Connection, scope: Scope, _: Mapping[str, Any]) -> Answer:
    compared = in_care.compare(connection, scope)
    rows = [
        (
            theme.comparison.share_key,
            *theme.share[["numerator", "denominator", "value"]],
            theme.times if theme.enough else None,
        )
        for theme in compared
    ]
    frame = pd.DataFrame(rows, columns=["key", "numerator", "denominator", "value", "times_share_of_residents"])
    sentences_of_themes = [sentence for theme in compared if (sentence := in_care.comparison_sentence(theme))]
    return frame, [*sentences_of_themes, *in_care.notes_on_residents(connection, scope, in_care.ALL_AGES)]


def _disproportionality(connection: Connection, scope: Scope, options: Mapping[str, Any]) -> Answer:
    officer, against = options["officer_defined"], options["against"].replace("-", " ")
    frame, people = disproportionality.relative_rates(connection, scope, officer=officer, against=against)
    frame.loc[frame["verdict"] == TOO_FEW.words, ["index", "lower", "upper", "lowest", "highest"]] = float("nan")
    return frame, [ethnic_groups.summary(frame, against), *ethnic_groups.cautions(people, officer=officer, against=against)]


def _concentration(connection: Connection, scope: Scope, _: Mapping[str, Any]) -> Answer:
    available = [concentration for concentration in few_children.concentrations(connection, scope) if concentration]
    rows = [(found.subject.key, found.children, found.events, found.share, found.by_chance) for found in available]
    frame = pd.DataFrame(rows, columns=["key", "children", "events", "value", "by_chance"])
    return frame, [concentration.sentence for concentration in available]


def _reconcile(connection: Connection, scope: Scope, _: Mapping[str, Any]) -> Answer:
    figures = [figure for metric in reconcile.RECONCILED for figure in reconcile.reconcile(connection, metric, scope)]
    columns = ["key", "area", "from", "to", "published", "value", "lower", "upper", "gap"]
    rows = [
        (
            figure.key,
            figure.area,
            figure.period.opens,
            figure.period.closes,
            figure.published,
            *figure.row[["value", "lower", "upper"]],
            figure.gap,
        )
        for figure in figures
    ]
    reasons = dict.fromkeys(reason for figure in figures for reason in reconcile.REASONS[figure.key])
    return pd.DataFrame(rows, columns=columns), [reconcile.summary(figures), *reasons]


def _signals(connection: Connection, scope: Scope, options: Mapping[str, Any]) -> Answer:
    several = scope.hubs is None or len(scope.hubs) > 1  # one hub is the whole of its scope already
    judgements = judge(connection, list(METRICS.values()), scope, hubs=several, recorded=options.get("recorded", ()))
    if scope.hubs and not several:
        judgements = [replace(judgement, hub=scope.hubs[0]) for judgement in judgements]
    shown = discussion.in_order(judgements)
    if not options["every"]:
        shown = [judgement for judgement in shown if judgement.verdict in discussion.SIGNALS]
    flagged = [judgement for judgement in discussion.once(shown) if judgement.verdict in discussion.SIGNALS]
    verdicts = [f"{METRICS[one.key].name}, {one.hub or 'all'}. {sentences.verdict(METRICS[one.key], one)}" for one in flagged]
    return discussion.listing(shown), [*verdicts, discussion.budget_sentence(discussion.budget(judgements))]


def _emerging(connection: Connection, scope: Scope, _: Mapping[str, Any]) -> Answer:
    result = emerging.emerging(connection, scope)
    rows = [
        (trend.subject, ",".join(trend.by), ",".join(trend.cell), trend.now, trend.expected, trend.chance)
        for trend in result.trends
    ]
    return pd.DataFrame(rows, columns=["subject", "by", "cell", "value", "expected", "chance"]), [emerging.summary(result)]


CATALOGUE: Mapping[str, Comparison] = {
    "signals": Comparison(
        "Has it changed?",
        "which measures have changed, in the force and in every hub",
        _signals,
        (
            "A control chart (XmR): the mean, and limits 2.66 mean moving ranges from it; jumps of 3.267 mean moving ranges or "
            "more are left out of that mean once. Signals, in order: outside the limits; seven rising or falling; two of three "
            "near the same limit; seven on one side of the mean. A tie, or a gap, ends a run. The latest point decides.",
            f"It is drawn by month where {ENOUGH} events or more are expected in each (for a share, on either side of it); by "
            "quarter where there are so many in a quarter; else by the days from one event to the next (t chart); else there are "
            f"too few to tell. A chart of fewer than {spc.FIRM_FROM} points is not judged. A share that was 100%, or 0%, at each "
            f"of {ALIKE_FROM} points or more is held against its target all the same: it meets it every time, or misses it.",
            "The time of year is allowed for where five years of months show one (Friedman's test). From a recorded change the "
            "chart is restarted. Months whose outcomes or reports are still coming, and quarters whose follow-up is not "
            "over, are shaded and not judged.",
            "Variation says whether it has changed, assurance whether the limits meet the target: both of the same point. The "
            "figure of a period is held against the target beside it: within the margin where its 95% range lies on both sides, "
            f"too few to tell where it is a share of fewer than {TOO_FEW_FOR_PERCENTAGES}, or a rate of fewer than "
            f"{TOO_FEW_EVENTS} events.",
            "Chance alone flags a chart now and then: how many are checked, and how many it would flag, is always said.",
        ),
        "NHS England, Making Data Count; Nelson, J Qual Technol 26 (1994) 88",
        {"--every": {"action": "store_true", "help": "also those without a signal"}},
    ),
    "emerging": Comparison(
        "Emerging trends",
        "offence groups, places and ages that are out of line with their own past",
        _emerging,
        (
            f"The last {emerging.MONTHS} months of each cell beside the same months of up to {emerging.YEARS} earlier years, in "
            f"which at least {emerging.FEWEST} were expected. How much more than chance such counts vary from year to year is "
            "estimated from all cells of a subject, and allowed for.",
            "All cells are tested together: of those shown, no more than one in twenty is expected to be there by chance.",
        ),
        "Benjamini & Hochberg, J R Stat Soc B 57 (1995) 289; after Farrington et al., J R Stat Soc A 159 (1996) 547",
    ),
    "balance": Comparison(
        "Balance",
        "which measures rose and which fell together, beside the year before",
        _balance,
        (
            "Entry, charge, the ways out of court, no further action for each of its reasons, and coming back, side by side.",
            "A measure has moved where the 95% range of its change from the year before leaves out no change.",
        ),
        "Local rule, after the Youth Justice Board, Prevention and diversion (2021)",
    ),
    "in-care": Comparison(
        "In care and not in care",
        "the share of each theme that is in care, against the share of residents",
        _in_care,
        (
            "In care is looked up on the day of each event. Care leavers are not in care.",
            "Times their share of residents: the share of events that are of a child in care, over the share of residents of the "
            "same ages who are in care on the last day of the period. Not shown for fewer than ten events.",
        ),
        "Department for Education and others, National protocol on reducing unnecessary criminalisation (2018)",
    ),
    "disproportionality": Comparison(
        "Ethnic groups: times as often as White children",
        "each stage and ethnic group beside White children",
        _disproportionality,
        (
            "The rate of a group over the rate of White children: searches for the number of residents, detentions for that of "
            "searches, charges for that of detentions, first cautions and convictions for that of charges; or each for the "
            "number of residents. It is also called the relative rate index.",
            "The 95% range is that of a ratio of two rates. No verdict is given where either group has fewer than ten events, or "
            "where children whose group is not recorded could reverse it.",
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
    "concentration": Comparison(
        "Few children, many events",
        "how many events are of a few children",
        _concentration,
        (
            "The share of events of the tenth of children with most of them, rounded up to a whole child. Not shown for fewer "
            "than fifty children.",
            "Chance alone: the same share if each event were equally likely to be of any of these children. It is more than a "
            "tenth, as few events among many children always look concentrated.",
        ),
        "Lorenz, Publ Am Stat Assoc 9 (1905) 209; Bernasco & Steenbeek, J Quant Criminol 33 (2017) 451",
    ),
    "reconcile": Comparison(
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
