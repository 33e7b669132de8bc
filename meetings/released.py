"""The board's pack: made from the release alone, with its number; no other database is opened for it."""

from collections.abc import Iterator, Sequence
from datetime import date
from urllib.parse import urlencode

import pandas as pd

from meetings import stories
from meetings.slides import Order, Pack, Slide, Table, contents, paged, table_of
from metrics import words
from queries.lookups.invented import INVENTED
from release.answers import proof, sentences, summary, views
from release.answers.questions import BALANCE, CRIME, IN_CARE, OWED, SIX, Question
from release.answers.released import Release
from release.notes import ACTION, Note, in_words

_HANDLING = "Rounded figures, released for the partnership board: for this meeting and its members."
_VIEWS = ("time", "hub")


def build(release: Release, notes: Sequence[Note], order: Order) -> Pack:
    """The pack of a release: its own actions first, then what its pages say."""
    told = [
        *_actions(notes, order),
        *_glance(release, order),
        *_six(release, order),
        *_others(release, order),
        *_noted(notes, order),
    ]
    slides = [contents(told, _page(order, "glance")), *told, *_marks(order)]
    end = words.day(date.fromisoformat(release.data_end))
    published = release.stored.published_at
    cover = (
        release.force,
        f"Release {release.number}" + (f", published {words.moment(published)}" if published else ""),
        f"Data to {end}. Made {words.moment(order.made_at)} by {order.made_by}",
        proof.of(release),
    )
    marking = "INVENTED DATA: no child, crime or event here is real" if INVENTED in release.force else "OFFICIAL-SENSITIVE"
    return Pack(order, "Children first: partnership board", cover, marking, _HANDLING, tuple(slides))


def _page(order: Order, address: str, view: str = "") -> str:
    """The address of a page, of a question in the view that a slide shows."""
    chosen = f"?{urlencode({'view': views.TITLES[view]})}" if view else ""
    return f"{order.address}/{address}{chosen}"


def _actions(notes: Sequence[Note], order: Order) -> Iterator[Slide]:
    """The board's own actions."""
    found = [note for note in notes if note.kind == ACTION]
    if found:
        still = sum(note.state == "open" for note in found)
        title = f"Actions of the last meeting: {words.number(still)} of {words.number(len(found))} still open"
        days = [words.day(note.due_on) if note.due_on else "" for note in found]
        rows = tuple((note.text, note.about, note.owner, due, note.state) for note, due in zip(found, days, strict=True))
        table = Table(("Action", "Of", "Whose", "Due", "State"), rows)
        yield from paged(Slide("Actions", title, table=table, link=_page(order, "glance")))


def _noted(notes: Sequence[Note], order: Order) -> Iterator[Slide]:
    found = [note for note in notes if note.kind != ACTION]
    if found:
        rows = tuple((note.text, in_words(note)) for note in found)
        yield from paged(Slide("Notes", "What the force notes", table=Table(("Note", "Of"), rows), link=_page(order, "glance")))


def _glance(release: Release, order: Order) -> Iterator[Slide]:
    yield from _tables(release, order, "At a glance", summary.moved(release, SIX), summary.glance(release), "glance")
    title = "The six measures in each hub"
    yield from _tables(release, order, "At a glance", title, summary.hubs(release), "sheet")


def _tables(release: Release, order: Order, section: str, title: str, frame: pd.DataFrame, address: str) -> list[Slide]:
    reference = f"{section} · release {release.number} · data to {release.data_end}"
    return paged(Slide(section, title, table=table_of(frame), reference=reference, link=_page(order, address)))


def _six(release: Release, order: Order) -> Iterator[Slide]:
    for question in SIX:
        yield from _of_question(release, order, question, "Six themes")


def _of_question(release: Release, order: Order, question: Question, section: str) -> Iterator[Slide]:
    """A question over time, and by hub."""
    if not question.told(release).is_told:
        yield Slide(section, sentences.not_told(release, question), link=_page(order, question.key))
        return
    for key in (key for key in _VIEWS if key in question.views):
        view = views.of_question(release, question, key)
        named = f"{question.title}, {words.uncapitalised(views.TITLES[key])}"
        reference = f"{named} · release {release.number} · data to {release.data_end}"
        chart = stories.released(view) if view.names else None
        first, rest = words.first_sentence(view.sentence)
        lines = tuple(filter(None, (rest, view.beside)))
        behind = table_of(view.table) if view.names else None
        yield Slide(
            section, f"{named}. {first}", lines, chart, behind=behind, reference=reference, link=_page(order, question.key, key)
        )


def _others(release: Release, order: Order) -> Iterator[Slide]:
    """What partners owe, crime, care; what rose and what fell."""
    rows = tuple(summary.answers(release, (*OWED, *CRIME, IN_CARE)))
    table = Table(("Question", "Answer"), rows)
    reference = f"Answers · release {release.number} · data to {release.data_end}"
    title = "What partners owe, crime and care"
    yield from paged(Slide("Others", title, table=table, reference=reference, link=_page(order, "sheet")))
    groups = {"Of children in care": summary.in_care(release), "Of children not White": summary.other_groups(release)}
    for title, frame in groups.items():
        said = f"{title}: {words.uncapitalised(summary.shares_in_words(frame))}"
        yield from _tables(release, order, "Others", said, frame, "sheet")
    yield from _tables(release, order, "Balance", summary.moved(release, BALANCE), summary.balance(release), "rose_and_fell")


def _marks(order: Order) -> Iterator[Slide]:
    """What the marks mean, and what a release promises."""
    table = Table(("What is promised, and what is not",), tuple((promise,) for promise in proof.PROMISES))
    yield from paged(Slide("Marks", "What the marks mean", table=table, link=_page(order, "marks")))
