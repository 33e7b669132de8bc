"""The answers to the board's questions: each a sentence, a chart and its table, of released numbers alone."""

from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd

from metrics import words
from queries.facts.child import UNKNOWN
from release.answers import changes
from release.answers.questions import Figure, Question
from release.answers.released import WITHHELD, Number, Release, Share, Told
from release.grid import HUB, PERIOD
from release.merging import AGES, JOINED
from release.records import OTHER_GROUPS, OTHER_SEX

TITLES = {
    "time": "Over time",
    "hub": "By hub",
    "age_band": "By age",
    "sex": "Girls and boys",
    "in_care": "In care",
    "ethnicity": "Ethnic group",
}
LOW = "[low]"


@dataclass(frozen=True, eq=False)
class View:
    """One chart with its sentence and its table.

    ``key``      of `TITLES`; ``names`` what is told apart, and ``figures`` its figure, None where it is not told
    ``numbers``  the released numbers behind each figure: what is shown; of a share, its part and its whole
    ``ticks``    of a view over time, the last month of each quarter
    ``marks``    why a figure is not told, blank where it is: [c], [x], or that it is too small for a percentage
    """

    key: str
    sentence: str
    names: tuple[str, ...]
    figures: tuple[Figure | None, ...]
    numbers: tuple[tuple[Number | None, Number | None], ...]
    marks: tuple[str, ...]
    is_share: bool
    heading: str
    ticks: tuple[str, ...] = ()

    @property
    def table(self) -> pd.DataFrame:
        """All of it as text: the number shown and between which it lies; of a share, of how many, and the share."""
        rows = []
        for name, figure, (part, whole), mark in zip(self.names, self.figures, self.numbers, self.marks, strict=True):
            row = {TITLES[self.key]: name, "Number": shown(part, mark), "Between": between(part)}
            if self.is_share:
                row |= {"Of": shown(whole, mark), "Share": percentage(figure), "Share between": between(figure)}
            rows.append(row)
        return pd.DataFrame(rows)


def shown(found: Number | None, mark: str = "") -> str:
    """A released number as it stands in a table: 1,235, [low], or why it is not there."""
    if found is None:
        return mark or f"[{WITHHELD}]"
    return LOW if found.is_low else f"{found.shown:,}"


def mark_of(told: Told) -> str:
    """How something is marked that a release does not tell of a kind of event, or not of a year where none is whole yet."""
    return f"[{told.mark}]" if not told.is_told else f"[{WITHHELD}]" if told.years or told.about["at_the_end"] else "[x]"


def _why_nothing(told: Told) -> str:
    if told.years or told.about["at_the_end"]:
        return f"[{WITHHELD}] This is left out of the release: some number in it would tell of too few children."
    return "[x] This is told by financial year, and the data hold no whole one yet."


def between(found: Figure | None) -> str:
    """Between which numbers, or percentages, the true one lies."""
    if found is None:
        return ""
    unit = "%" if isinstance(found, Share) else ""
    return f"{found.low:,}{unit} to {found.high:,}{unit}"


def percentage(found: Figure | None) -> str:
    return f"{found.percent}%" if isinstance(found, Share) else ""


def text(figure: Figure | None, mark: str) -> str:
    """A figure as it stands beside its bar; its mark where there is none."""
    return mark if figure is None else percentage(figure) or shown(figure if isinstance(figure, Number) else None)


def category(release: Release, dimension: str, name: str) -> str:
    """What a category is called: Eden and South Lakeland, aged 10 to 15, Girls."""
    if dimension == HUB:
        return words.capitalised(release.hub_name(name))
    if dimension == AGES:
        bands = [part for part in name.split(JOINED) if part[0].isdigit()]
        return _ages(name, bands)
    if name in (OTHER_GROUPS, OTHER_SEX, UNKNOWN):
        return words.capitalised("not recorded" if name == UNKNOWN else name)
    return words.cell(dimension, name, {})


def _ages(name: str, bands: Sequence[str]) -> str:
    if not bands:
        return words.capitalised(name)
    first, last = bands[0].partition("-")[0], bands[-1].rpartition("-")[2]
    return f"{last} and under" if name.startswith("under") else f"{first} to {last}"


def period(release: Release, question: Question, name: str) -> str:
    """A quarter or a year in words; for what is counted on a last day, that day."""
    told = question.told(release)
    if name not in told.quarters:
        return name
    if told.about["at_the_end"]:
        return f"end of {pd.Timestamp(name) + pd.offsets.QuarterEnd(0):%B %Y}"
    return words.cell("quarter", name, {})


def of_question(release: Release, question: Question, key: str) -> View:
    """The answer over time; or by hub or by something of the child, over the latest year (of a state, the latest quarter)."""
    told = question.told(release)
    at: list[dict[str, str]]
    if key == "time":
        at = [{PERIOD: quarter} for quarter in told.quarters]
        names = [period(release, question, quarter) for quarter in told.quarters]
        heading = "By quarter"
    else:
        latest = _latest_with(release, question, key)
        categories = _categories(release, question, key, latest) if latest else ()
        at = [{PERIOD: latest or "", key: name} for name in categories]
        names = [category(release, key, name) for name in categories]
        heading = period(release, question, latest) if latest else ""
    figures = tuple(question.figure(release, **one) for one in at)
    numbers = tuple(
        (question.number(release, **one), question.out_of(release, **one) if question.is_share else None) for one in at
    )
    marks = tuple(_mark(question, figure, *both) for figure, both in zip(figures, numbers, strict=True))
    sentence = (
        answer(release, question) if key == "time" else _side_by_side(question, heading, names, figures, _why_nothing(told))
    )
    ticks = tuple(f"{pd.Timestamp(one[PERIOD]) + pd.DateOffset(months=2):%b<br>%Y}" for one in at) if key == "time" else ()
    return View(key, sentence, tuple(names), figures, numbers, marks, question.is_share, heading, ticks)


def years(release: Release, question: Question) -> tuple[str, ...]:
    """The years of a question; of a state, or where no year is whole yet, the latest quarter and the same one a year before."""
    told = question.told(release)
    return told.years if told.years and not told.about["at_the_end"] else tuple(told.quarters[-5::4][-2:])


def answer(release: Release, question: Question) -> str:
    """The figure of the latest year in a sentence, and how it compares with the year before."""
    told = question.told(release)
    over = years(release, question)
    if not told.is_told or not over:
        return not_told(release, question)
    latest = over[-1]
    now = question.number(release, **{PERIOD: latest})
    if now is None:
        return not_told(release, question)
    when = period(release, question, latest)
    found = question.figure(release, **{PERIOD: latest})
    if question.is_share:
        sentence = _share_sentence(question, found, now, question.out_of(release, **{PERIOD: latest}), when)
    else:
        there = f"{question.events} {'at the' if told.about['at_the_end'] else 'in'} {when}"
        sentence = f"0 to 4 {there}." if now.is_low else f"About {now.shown:,} {there}, between {now.low:,} and {now.high:,}."
    return " ".join(filter(None, (sentence, _of_children(told, question, latest), compared(release, question))))


def _of_children(told: Told, question: Question, year: str) -> str:
    """Of how many different children the events of a year are, where that is to be said."""
    children, events = told.number({PERIOD: year}, children=True), told.number({PERIOD: year})
    if not question.children or children is None or events is None:
        return ""
    return f"All {told.name.lower()} of the year, {_about(events)}, were of {_about(children)} different children."


def _share_sentence(question: Question, found: Figure | None, part: Number, whole: Number | None, when: str) -> str:
    if isinstance(found, Share):
        return (
            f"About {found.percent}% of {question.events} {question.did} in {when}, between {found.low}% and {found.high}%: "
            f"{_about(found.part)} of {found.of.shown:,}."
        )
    return f"{words.capitalised(_about(part))} {question.events} {question.did} in {when}: too few for a percentage."


def _about(found: Number) -> str:
    return "0 to 4" if found.is_low else f"about {found.shown:,}"


def direction(release: Release, question: Question) -> str:
    """Whether the latest year is higher or lower than the one before: see `release.answers.changes`."""
    over = years(release, question)
    if len(over) < 2:
        return ""
    before, now = ({PERIOD: one} for one in over[-2:])
    if question.is_share:
        both = (question.figure(release, **one) for one in (now, before))
        return changes.of_shares(*(found if isinstance(found, Share) else None for found in both))
    numbers = [question.number(release, **one) for one in (now, before)]
    return changes.of_numbers(*numbers) if None not in numbers else changes.TOO_FEW  # type: ignore[arg-type]


def compared(release: Release, question: Question) -> str:
    """The latest year beside the one before, in a sentence; empty where there is none."""
    over = years(release, question)
    if len(over) < 2:
        return ""
    since = period(release, question, over[-2])
    since = f"the {since}" if question.told(release).about["at_the_end"] else since
    found = direction(release, question)
    if question.is_share:
        before = question.figure(release, **{PERIOD: over[-2]})
        was = f": about {before.percent}% then" if isinstance(before, Share) else ""
        return {
            changes.HIGHER: f"Higher than in {since}{was}.",
            changes.LOWER: f"Lower than in {since}{was}.",
            changes.NO_DIFFERENCE: f"No clear difference from {since}{was}.",
        }.get(found, f"Too few to compare with {since}.")
    now, then = (question.number(release, **{PERIOD: one}) for one in (over[-1], over[-2]))
    if now is None or then is None or found == changes.TOO_FEW:
        return f"Too few to compare with {since}."
    moved = words.capitalised(changes.in_words(now, then, since))
    return f"{moved}{', no clear difference' if found == changes.NO_DIFFERENCE and not moved.startswith('About') else ''}."


def not_told(release: Release, question: Question) -> str:
    """What a page says where a question has no answer in this release."""
    told = question.told(release)
    if told.mark == WITHHELD:
        return f"[c] {told.name} are not told in this release: too few children to tell of them safely."
    return f"[x] {told.name} are not available: their data are not loaded, or do not reach back far enough."


def _side_by_side(question: Question, when: str, names: Sequence[str], figures: Sequence[Figure | None], why_nothing: str) -> str:
    """The highest and the lowest of what is told apart; or why there is nothing."""
    if not names:
        return why_nothing
    told = [(name, figure) for name, figure in zip(names, figures, strict=True) if figure is not None and not _is_unknown(name)]
    if len(told) < 2:
        return f"{words.capitalised(when)}: too few to set side by side."
    least, most = min(told, key=lambda one: one[1].value), max(told, key=lambda one: one[1].value)
    if least[1].value == most[1].value:
        return f"{words.capitalised(when)}: the same everywhere, as far as rounded figures show: {_said(most[1])}."
    left_out = len(names) - len(told) if question.is_share else 0
    more = f" {words.capitalised(words.number(left_out))} of {len(names)} cannot be shown as a percentage." if left_out else ""
    (first, low), (last, high) = least, most
    return f"{words.capitalised(when)}: from {_said(low)} ({first}) to {_said(high)} ({last}).{_how_far(low, high)}{more}"


def _how_far(least: Figure, most: Figure) -> str:
    """Whether two shares differ clearly, though rounded; of numbers nothing is said, since places are not of one size."""
    if not isinstance(least, Share) or not isinstance(most, Share):
        return ""
    clear = changes.of_shares(most, least) == changes.HIGHER
    return f" {'The difference between these two is clear.' if clear else 'No clear difference between them.'}"


def chosen(release: Release, told: Told, hubs: Sequence[str], quarters: Sequence[str]) -> str:
    """Some hubs over some quarters together in a sentence, and how many released numbers that adds up."""
    found = told.chosen(hubs, quarters)
    where = words.listed([release.hub_name(hub) for hub in hubs]) if hubs else release.force
    when = words.listed([words.cell("quarter", quarter, {}) for quarter in quarters])
    if found is None:
        return f"[{WITHHELD}] {told.name} in {where}, {when}: not told in this release."
    how = (
        "as released"
        if found.cells == 1
        else f"the sum of {found.cells} released numbers, each up to four away from the true one"
    )
    count = "0 to 4" if found.is_low else f"about {found.shown:,}, between {found.low:,} and {found.high:,}"
    return f"{told.name} in {where}, {when}: {count} ({how})."


def _said(figure: Figure) -> str:
    if isinstance(figure, Share):
        return f"about {figure.percent}%"
    return _about(figure) if isinstance(figure, Number) else f"about {figure.value:,}"


def _is_unknown(name: str) -> bool:
    return "not recorded" in name.lower()


def _mark(question: Question, figure: Figure | None, part: Number | None, whole: Number | None) -> str:
    if figure is not None:
        return ""
    if part is None or (question.is_share and whole is None):
        return f"[{WITHHELD}]"
    return "too few for a percentage"


def _latest_with(release: Release, question: Question, dimension: str) -> str | None:
    """The latest year, or quarter of a state, that is told by a dimension."""
    told = question.told(release)
    periods = told.quarters if told.about["at_the_end"] else told.years
    return next((one for one in reversed(periods) if _categories(release, question, dimension, one)), None)


def _categories(release: Release, question: Question, dimension: str, one: str) -> tuple[str, ...]:
    split = {question.split: question.part} if question.is_share else {}
    return question.told(release).categories(dimension, one, split)
