"""The answer to a question in a sentence, and how it compares with the year before: of released numbers alone."""

from datetime import date

from metrics import words
from queries.clock import add_months
from release.answers import changes
from release.answers.questions import Figure, Question
from release.answers.released import Number, Release, Share
from release.grid import PERIOD
from release.store import WITHHELD


def period(release: Release, question: Question, name: str) -> str:
    """A quarter or a year in words; for what is counted on a last day, that day."""
    told = question.told(release)
    if name not in told.quarters:
        return name
    if told.about["at_the_end"]:
        return f"end of {add_months(date.fromisoformat(name), 2):%B %Y}"
    return words.cell("quarter", name, {})


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
    return f"{sentence} {compared(release, question)}".strip()


def of_children(release: Release, question: Question) -> str:
    """Of how many different children the events of the latest year are, where that is to be said; else nothing."""
    told, over = question.told(release), years(release, question)
    children = told.number({PERIOD: over[-1]}, children=True) if over and question.children else None
    events = told.number({PERIOD: over[-1]}) if over else None
    if children is None or events is None:
        return ""
    of_whom = f"of {about(children)} different children"
    if told.grid is not None and not told.grid.known:
        of_whom += ", not counting whom no record names"
    return f"{words.capitalised(about(events))} {told.name.lower()} in {over[-1]}, {of_whom}."


def _share_sentence(question: Question, found: Figure | None, part: Number, whole: Number | None, when: str) -> str:
    if isinstance(found, Share):
        return (
            f"In {when} about {found.percent}% of {question.events} {question.did}, between {found.low}% and {found.high}%: "
            f"{about(found.part)} of {found.of.shown:,}."
        )
    return f"In {when} {about(part)} {question.events} {question.did}: too few for a percentage."


def about(found: Number) -> str:
    """A number in a sentence."""
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
            changes.OPEN: f"Rounding leaves open whether that differs from {since}{was}.",
        }.get(found, f"Too few to compare with {since}.")
    now, then = (question.number(release, **{PERIOD: one}) for one in (over[-1], over[-2]))
    if now is None or then is None or found == changes.TOO_FEW:
        return f"Too few to compare with {since}."
    moved = words.capitalised(changes.in_words(now, then, since))
    doubt = {changes.NO_DIFFERENCE: ", no clear difference", changes.OPEN: ", though rounding leaves open how far"}.get(found, "")
    return f"{moved}{doubt if not moved.startswith('About') else ''}."


def not_told(release: Release, question: Question) -> str:
    """What a page says where a question has no answer in this release."""
    told = question.told(release)
    if told.mark == WITHHELD:
        return f"[c] {told.name} are not told in this release: too few children to tell of them safely."
    return f"[x] {told.name} are not available: their data are not loaded, or do not reach back far enough."
