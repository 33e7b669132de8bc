"""Several answers on one page: the six at a glance, hubs, the share in care, ethnic groups, what rose and what fell."""

import operator
from collections.abc import Sequence
from functools import reduce

import pandas as pd

from metrics import words
from metrics.metric import Better
from metrics.reports.reconcile import REGIONS, published
from metrics.themes import METRICS
from queries.facts.child import UNKNOWN
from release.answers import changes, sentences, views
from release.answers.questions import BALANCE, SIX, Question
from release.answers.released import Number, Release, Share, Told, share
from release.grid import HUB, PERIOD
from release.menu import NOT_RECORDED
from release.merging import JOINED
from release.records import OTHER_GROUPS

COUNTRY = "England"
_TOGETHER = "with others"  # of a hub that a measure tells together with another
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
        told, over = question.told(release), sentences.years(release, question)
        row = dict.fromkeys(("Measure", "Year before", "Latest year", "Between", "Change"), "")
        row["Measure"] = f"{glanced_at(question)}{_better(question)}"
        if over:
            row["Latest year"] = f"{sentences.period(release, question, over[-1])}: {figure_text(question, release, over[-1])}"
            row["Between"] = views.between(question.figure(release, **{PERIOD: over[-1]}))
        else:
            row["Latest year"] = f"[{told.mark}]"
        if len(over) > 1:
            row["Year before"] = figure_text(question, release, over[-2])
            row["Change"] = sentences.direction(release, question)
        rows.append(row)
    return pd.DataFrame(rows)


def _better(question: Question) -> str:
    """Which way is better for children, where the measure says so."""
    better = METRICS[question.measure].better if question.measure else Better.NEITHER
    return "" if better is Better.NEITHER else f" ({better.value} is better)"


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
    figures, over = published(), sentences.years(release, question)
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
    return [(question.asked, sentences.answer(release, question)) for question in questions]


def hubs(release: Release) -> pd.DataFrame:
    """The six measures in each hub, the latest year of each: a row a hub, a column a measure."""
    rows: dict[str, dict[str, str]] = {}
    for question in SIX:
        told, over = question.told(release), sentences.years(release, question)
        when = f", {sentences.period(release, question, over[-1])}" if over else ""
        for hub in (hub for hub in told.hubs if hub != UNKNOWN):
            name = release.hub_name(hub)
            row = rows.setdefault(name, {"Hub": name})
            row[f"{glanced_at(question)}{when}"] = figure_text(question, release, over[-1], **{HUB: hub})
    frame = pd.DataFrame(list(rows.values()))
    hubs_told = (hub for question in SIX for hub in question.told(release).hubs)
    together = {release.hub_name(hub) for hub in hubs_told if JOINED in hub}
    blank = pd.Series(["" if hub in together else _TOGETHER for hub in frame["Hub"]], frame.index)
    return pd.DataFrame({name: frame[name].where(frame[name].notna(), blank) for name in frame})


def in_care(release: Release) -> pd.DataFrame:
    """How much of each kind of event is of a child in care: ``Of, Year, In care, Of those known, Share, Share between``."""
    return _of_category(release, "in_care", "yes", "In care")


def other_groups(release: Release) -> pd.DataFrame:
    """How much of each kind of event is of a child of all ethnic groups but White: columns as `in_care`."""
    return _of_category(release, "ethnicity", OTHER_GROUPS, "All other groups")


def shares_in_words(frame: pd.DataFrame) -> str:
    """From the lowest to the highest share of such a table, in a sentence."""
    shares = {row["Of"]: int(row["Share"].rstrip("%")) for row in frame.to_dict("records") if row["Share"].endswith("%")}
    if not shares:
        return "Too few to tell a share of anything."
    least, most = min(shares, key=lambda of: shares[of]), max(shares, key=lambda of: shares[of])
    if least == most:
        return f"About {shares[most]}% of {words.uncapitalised(most)}; of all else there are too few to tell."
    return f"From about {shares[least]}% of {words.uncapitalised(least)} to about {shares[most]}% of {words.uncapitalised(most)}."


def _of_category(release: Release, dimension: str, category: str, title: str) -> pd.DataFrame:
    rows = []
    for kind, name in OF_A_CHILD.items():
        told = release.told[kind]
        year = next((one for one in reversed(told.years) if told.number({PERIOD: one, dimension: category})), None)
        rows.append(_row_of(told, name, title, year, (dimension, category)))
    return pd.DataFrame(rows)


def _row_of(told: Told, name: str, title: str, year: str | None, at: tuple[str, str]) -> dict[str, str]:
    dimension, category = at
    part = told.number({PERIOD: year, dimension: category}) if year else None
    whole = _of_those_known(told, dimension, year) if year else None
    found = share(part, whole)
    mark = views.mark_of(told)
    later = f" ({told.years[-1]}: {mark})" if year and year != told.years[-1] else ""
    return {
        "Of": name,
        "Year": f"{year or ''}{later}",
        title: views.shown(part, mark),
        "Of those known": views.shown(whole, mark),
        "Share": views.percentage(found) or ("too few" if part else mark),
        "Share between": views.between(found),
    }


def _of_those_known(told: Told, dimension: str, year: str) -> Number | None:
    """All events of which the dimension is recorded: of several suspects, all there are, since a crime counts in each group."""
    categories = [name for name in told.categories(dimension, year) if name != NOT_RECORDED]
    if told.grid is None or told.grid.dimensions[dimension].covers or NOT_RECORDED not in told.categories(dimension, year):
        return told.number({PERIOD: year})
    found = [told.number({PERIOD: year, dimension: name}) for name in categories]
    return reduce(operator.add, (number for number in found if number))


def moved(release: Release, questions: Sequence[Question]) -> str:
    """Which of these rose and which fell, in a sentence; only what is clear though everything is rounded."""
    found = {glanced_at(question): sentences.direction(release, question) for question in questions}
    told = [way for way in found.values() if way in (changes.HIGHER, changes.LOWER, changes.NO_DIFFERENCE, changes.OPEN)]
    named = {way: [f"“{name}”" for name, which in found.items() if which == way] for way in (changes.HIGHER, changes.LOWER)}
    parts = [f"Clearly {way} than the year before: {words.listed(names)}." for way, names in named.items() if names]
    level, left_open = told.count(changes.NO_DIFFERENCE), told.count(changes.OPEN)
    if level and not parts:
        parts = [f"None of the {words.number(level)} that can be compared is clearly higher or lower than the year before."]
    elif level:
        parts += [f"No clear difference in {words.number(level)} others."]
    parts += [f"Rounding leaves {words.number(left_open)} open."] if left_open else []
    return " ".join(parts) or "Nothing can be compared with the year before."
