"""The answers to the board's questions, each with a chart and its table, of released numbers alone."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import pandas as pd

from metrics import words
from queries.clock import add_months
from queries.facts.child import UNKNOWN
from queries.periods import Period
from release.answers import changes
from release.answers.questions import Figure, Question
from release.answers.released import Number, Rate, Release, Share, Told
from release.answers.sentences import about, answer, of_children, period
from release.grid import HUB, PERIOD
from release.merging import AGES, JOINED
from release.records import OTHER_GROUPS, OTHER_SEX
from release.store import WITHHELD

TITLES = {
    "time": "Over time",
    "hub": "By hub",
    "age_band": "By age",
    "sex": "Girls and boys",
    "in_care": "In care",
    "ethnicity": "Ethnic group",
}
LOW = "[low]"
_COVERS = "A crime of several suspects counts in each of their groups, so the groups come to more than all crimes."


@dataclass(frozen=True, eq=False)
class View:
    """One chart with its sentence and its table.

    ``key``      of `TITLES`; ``names`` what is told apart, and ``figures`` its figure, None where it is not told
    ``numbers``  the released numbers behind each figure: what is shown; of a share, its part and its whole
    ``ticks``    of a view over time, the last month of each quarter
    ``beside``   what else there is to say, under the chart
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
    beside: str = ""

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

    @property
    def file(self) -> pd.DataFrame:
        """All of it for a spreadsheet: numbers, of which shares are fractions, and the mark of what has none."""
        rows = []
        for name, figure, (part, whole), mark in zip(self.names, self.figures, self.numbers, self.marks, strict=True):
            number, lowest, highest = _filed(part)
            row = {TITLES[self.key]: name, "number": number, "lowest": lowest, "highest": highest}
            if self.is_share:
                row |= {"of": _filed(whole)[0]} | dict(
                    zip(("share", "share_lowest", "share_highest"), _filed(figure), strict=True)
                )
            rows.append(row | {"mark": mark or ("" if part is None or number is not None else LOW)})
        return pd.DataFrame(rows)


def _filed(figure: Figure | None) -> tuple[float | None, float | None, float | None]:
    """A figure as numbers, with the least and the most that it may be; of [low] and of what is not told the number is blank."""
    match figure:
        case None:
            return None, None, None
        case Share():
            return figure.percent / 100, figure.low / 100, figure.high / 100
        case Number(is_low=True):
            return None, figure.low, figure.high
    return figure.value, figure.low, figure.high


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
    match figure:
        case None:
            return mark
        case Rate():
            return f"{figure.rate:,}"
        case Share():
            return percentage(figure)
    return shown(figure)


def category(release: Release, dimension: str, name: str) -> str:
    """What a category is called: Eden and South Lakeland, aged 10 to 15, Girls."""
    if dimension == HUB and name != UNKNOWN:
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


def of_question(release: Release, question: Question, key: str) -> View:
    """The answer over time; or by hub or by something of the child, over the latest year (of a state, the latest quarter)."""
    told = question.told(release)
    if key == "time":
        at = [{PERIOD: quarter} for quarter in told.quarters]
        names = [period(release, question, quarter) for quarter in told.quarters]
        heading, sentence = "By quarter", answer(release, question)
    else:
        latest = _latest_with(release, question, key)
        categories = _categories(release, question, key, latest) if latest else ()
        at = [{PERIOD: latest or "", key: name} for name in categories]
        names = [category(release, key, name) for name in categories]
        heading, sentence = period(release, question, latest) if latest else "", ""
    numbers = tuple((question.number(release, **one), question.out_of(release, **one)) for one in at)
    figures: tuple[Figure | None, ...] = tuple(question.figure(release, **one) for one in at)
    is_share = question.is_share and any(isinstance(figure, Share) for figure in figures)
    if not is_share:  # where not one percentage can be shown, the numbers can
        figures = numbers_of = tuple(part for part, _ in numbers)
        numbers = tuple((part, None) for part in numbers_of)
    marks = tuple(_mark(question, figure, *both) for figure, both in zip(figures, numbers, strict=True))
    if key != "time":
        sentence = _side_by_side(heading, names, figures, _why_nothing(told)) + _older(told, heading)
    notes = (
        f"{of_children(release, question)} A quarter is named by its last month.".strip() if key == "time" else "",
        "Numbers, since all are too few for percentages." if question.is_share and not is_share and names else "",
        _COVERS if told.grid and key in told.grid.dimensions and told.grid.dimensions[key].covers else "",
    )
    quarters = told.quarters if key == "time" else ()
    ticks = tuple(f"{add_months(date.fromisoformat(quarter), 2):%b\n%Y}" for quarter in quarters)
    beside = " ".join(filter(None, notes))
    return View(key, sentence, tuple(names), figures, numbers, marks, is_share, heading, ticks, beside)


def _older(told: Told, heading: str) -> str:
    """That a later year is left out, where it is."""
    if not told.years or heading in (told.years[-1], "") or told.about["at_the_end"]:
        return ""
    return f" {told.years[-1]} is left out of the release, [{WITHHELD}]."


def _side_by_side(when: str, names: Sequence[str], figures: Sequence[Figure | None], why_nothing: str) -> str:
    """The highest and the lowest of what is told apart; or why there is nothing."""
    if not names:
        return why_nothing
    told = [(name, figure) for name, figure in zip(names, figures, strict=True) if figure is not None and not _is_unknown(name)]
    if len(told) < 2:
        return f"{words.capitalised(when)}: too few to set side by side."
    least, most = min(told, key=lambda one: one[1].value), max(told, key=lambda one: one[1].value)
    if least[1].value == most[1].value:
        return f"{words.capitalised(when)}: the same everywhere, as far as rounded figures show: {_said(most[1])}."
    left_out = sum(figure is None for figure in figures)
    more = f" {words.capitalised(words.number(left_out))} of {len(names)} cannot be shown as a percentage." if left_out else ""
    (first, low), (last, high) = least, most
    return f"{words.capitalised(when)}: from {_said(low)} ({first}) to {_said(high)} ({last}).{_how_far(low, high)}{more}"


def _how_far(least: Figure, most: Figure) -> str:
    """Whether two shares differ clearly, though rounded; of numbers nothing is said, since places are not of one size."""
    if not isinstance(least, Share) or not isinstance(most, Share):
        return ""
    return {
        changes.HIGHER: " The difference between them is clear.",
        changes.OPEN: " Rounding leaves open whether they differ.",
    }.get(changes.of_shares(most, least), " No clear difference between them.")


def chosen(release: Release, told: Told, hubs: Sequence[str], quarters: Sequence[str]) -> str:
    """Some hubs over some quarters together in a sentence, and how many released numbers that adds up."""
    found = told.chosen(hubs, quarters)
    where = words.listed([release.hub_name(hub) for hub in hubs]) if hubs else release.force
    when = _spans(quarters)
    if found is None:
        return f"[{WITHHELD}] {told.name} in {where}, {when}: not told in this release."
    if found.cells == 1:
        range_ = "" if found.is_low else f", between {found.low:,} and {found.high:,}"
        return f"{told.name} in {where}, {when}: {about(found)}{range_} (as released)."
    rough = " Too rough to use: the range is wider than the number." if found.high - found.low > found.shown else ""
    return (
        f"{told.name} in {where}, {when}: between {found.low:,} and {found.high:,}, as {found.cells} released numbers add up, "
        f"each up to four away from the true one.{rough}"
    )


def _spans(quarters: Sequence[str]) -> str:
    """Quarters in words, those that follow one another as one span: October 2025 to September 2026."""
    spans: list[list[date]] = []
    for quarter in map(date.fromisoformat, quarters):
        if spans and spans[-1][1] == quarter:
            spans[-1][1] = add_months(quarter, 3)
        else:
            spans.append([quarter, add_months(quarter, 3)])
    return words.listed([words.period(Period(opens, closes)) for opens, closes in spans])


def _said(figure: Figure) -> str:
    if isinstance(figure, Share):
        return f"about {figure.percent}%"
    return about(figure) if isinstance(figure, Number) else f"about {figure.value:,}"


def _is_unknown(name: str) -> bool:
    return "not recorded" in name.lower()


def _mark(question: Question, figure: Figure | None, part: Number | None, whole: Number | None) -> str:
    if figure is not None:
        return ""
    if part is None or (question.is_share and whole is None):
        return f"[{WITHHELD}]"
    return "too few"


def _latest_with(release: Release, question: Question, dimension: str) -> str | None:
    """The latest year, or quarter of a state, that is told by a dimension."""
    told = question.told(release)
    periods = told.quarters if told.about["at_the_end"] else told.years
    return next((one for one in reversed(periods) if _categories(release, question, dimension, one)), None)


def _categories(release: Release, question: Question, dimension: str, one: str) -> tuple[str, ...]:
    split = {question.split: question.part} if question.is_share else {}
    return question.told(release).categories(dimension, one, split)
