"""Several answers on one page: the six at a glance, hubs, the share in care, ethnic groups, what rose and what fell."""

from collections.abc import Mapping, Sequence

import pandas as pd

from metrics import words
from metrics.reports.reconcile import REGIONS, published
from queries.facts.child import UNKNOWN
from release.answers import changes, views
from release.answers.questions import BALANCE, SIX, Question
from release.answers.released import Release, Share, Told, share
from release.grid import HUB, PERIOD
from release.records import OTHER_GROUPS

COUNTRY = "England"
_TOGETHER = "with others"  # of a hub that a measure tells together with another
_OF_CHILD_IN_CARE = {"in_care": "yes"}
# The kinds of event of which it is told how many are of a child in care, or of which ethnic group.
OF_A_CHILD = {
    "entrants": "First-time entrants",
    "reoffending": "Children in the reoffending cohorts",
    "detentions": "Detentions",
    "searches": "Searches",
    "missing": "Missing episodes",
    "outcomes": "Crimes with an outcome",
}


def glance(release: Release) -> pd.DataFrame:
    """The six measures: ``Measure, Year before, Latest year, Between, Change`` as text."""
    return _year_by_year(release, SIX)


def balance(release: Release) -> pd.DataFrame:
    """What is to be read together, the latest year beside the one before: columns as `glance`."""
    return _year_by_year(release, BALANCE)


def _year_by_year(release: Release, questions: Sequence[Question]) -> pd.DataFrame:
    rows = []
    for question in questions:
        told, over = question.told(release), views.years(release, question)
        row = dict.fromkeys(("Measure", "Year before", "Latest year", "Between", "Change"), "")
        row["Measure"] = glanced_at(question)
        if over:
            row["Latest year"] = f"{views.period(release, question, over[-1])}: {figure_text(question, release, over[-1])}"
            row["Between"] = views.between(question.figure(release, **{PERIOD: over[-1]}))
        else:
            row["Latest year"] = f"[{told.mark}]"
        if len(over) > 1:
            row["Year before"] = figure_text(question, release, over[-2])
            row["Change"] = views.direction(release, question)
        rows.append(row)
    return pd.DataFrame(rows)


def elsewhere(release: Release) -> list[str]:
    """What is published of the region and of England beside the force's own, a sentence for each measure of which it is."""
    return [sentence for question in SIX for sentence in _elsewhere(release, question)]


def glanced_at(question: Question) -> str:
    """What a question's figure is, in few words."""
    return {
        "entering": "First-time entrants, children",
        "reoffending": "Children who reoffend within a year",
        "nights": "Detentions that last overnight",
        "searching": "Searches that lead to action",
        "going_missing": "Missing episodes of a child missing before",
        "ending": "Crimes that end in outcome 21",
    }.get(question.key, question.title)


def figure_text(question: Question, release: Release, period: str, **at: str) -> str:
    """A figure as it stands in a table: about 41%, about 70, [low], [c], or that there are too few."""
    figure = question.figure(release, **{PERIOD: period, **at})
    if isinstance(figure, Share):
        return f"{figure.percent}%"
    found = question.number(release, **{PERIOD: period, **at})
    if question.is_share and found is not None:
        return "too few"
    return views.shown(found, views.mark_of(question.told(release)))


def _elsewhere(release: Release, question: Question) -> list[str]:
    figures, over = published(), views.years(release, question)
    known = figures[(figures["key"] == question.published) & (figures["not_usable"] == "")]
    others = []
    for area in (*REGIONS, COUNTRY):
        latest = known[known["area"] == area].sort_values("opens").tail(1).to_dict("list")
        others += [f"{area} {value:,.0f} ({opens.year})" for value, opens in zip(latest["value"], latest["opens"], strict=True)]
    own = question.rate(release, over[-1]) if over else None
    per, ages = question.per
    if own is None or not others:
        return []
    return [
        f"{question.title} for every {per:,} residents aged {ages}: here {own.low:,} to {own.high:,} in {over[-1]}. "
        f"Published elsewhere: {words.listed(others)}."
    ]


def answers(release: Release, questions: Sequence[Question]) -> list[tuple[str, str]]:
    """Each question with its answer in a sentence."""
    return [(question.asked, views.answer(release, question)) for question in questions]


def hubs(release: Release) -> pd.DataFrame:
    """The six measures in each hub, the latest year of each: a row a hub, a column a measure."""
    rows: dict[str, dict[str, str]] = {}
    for question in SIX:
        told, over = question.told(release), views.years(release, question)
        when = f", {views.period(release, question, over[-1])}" if over else ""
        for hub in (hub for hub in told.hubs if hub != UNKNOWN):
            name = release.hub_name(hub)
            row = rows.setdefault(name, {"Hub": name})
            row[f"{glanced_at(question)}{when}"] = figure_text(question, release, over[-1], **{HUB: hub})
    return pd.DataFrame(list(rows.values())).fillna(_TOGETHER)


def in_care(release: Release) -> pd.DataFrame:
    """Of each kind of event, how many are of a child in care: ``Of, Year, In care, Of all, Share, Share between``."""
    return _of_category(release, _OF_CHILD_IN_CARE, "In care")


def other_groups(release: Release) -> pd.DataFrame:
    """Of each kind of event, how many are of a child of all ethnic groups but White: columns as `in_care`."""
    return _of_category(release, {"ethnicity": OTHER_GROUPS}, "All other groups")


def _of_category(release: Release, at: Mapping[str, str], title: str) -> pd.DataFrame:
    rows = []
    for kind, name in OF_A_CHILD.items():
        told = release.told[kind]
        year = next((one for one in reversed(told.years) if told.number({PERIOD: one, **at})), None)
        rows.append(_row_of(told, name, title, year, at))
    return pd.DataFrame(rows)


def _row_of(told: Told, name: str, title: str, year: str | None, at: Mapping[str, str]) -> dict[str, str]:
    part = told.number({PERIOD: year, **at}) if year else None
    whole = told.number({PERIOD: year}) if year else None
    found = share(part, whole)
    mark = views.mark_of(told)
    return {
        "Of": name,
        "Year": year or "",
        title: views.shown(part, mark),
        "Of all": views.shown(whole, mark),
        "Share": views.percentage(found) or ("too few" if part else mark),
        "Share between": views.between(found),
    }


def moved(release: Release, questions: Sequence[Question]) -> str:
    """Which of these rose and which fell, in a sentence; only what is clear though everything is rounded."""
    found = {glanced_at(question): views.direction(release, question) for question in questions}
    told = [way for way in found.values() if way in (changes.HIGHER, changes.LOWER, changes.NO_DIFFERENCE)]
    named = {way: [f"“{name}”" for name, which in found.items() if which == way] for way in (changes.HIGHER, changes.LOWER)}
    parts = [f"Clearly {way} than the year before: {words.listed(names)}." for way, names in named.items() if names]
    if not parts:
        return f"None of the {words.number(len(told))} that can be compared is clearly higher or lower than the year before."
    return " ".join([*parts, f"No clear difference in {words.number(told.count(changes.NO_DIFFERENCE))} others."])
