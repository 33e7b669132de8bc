"""What was said of a measure at a place: a numbered list below its chart, and the form by which more is written."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from functools import partial
from types import MappingProxyType

import pandas as pd
import streamlit as st

from auth import audit_trail
from meetings import agenda, doubts
from meetings.database import MemoryUnavailable
from meetings.entries import MAY_WRITE, Action, Entry, Kind, Pin, Said, may_change, may_write
from meetings.memory import LONGEST, LONGEST_OWNER, ChangedMeanwhile, Refused
from meetings.memory import change as change_entry
from meetings.memory import write as keep_entry
from metrics import words
from metrics.charts.marks import Mark, circled
from metrics.markdown import bullets, escaped
from metrics.metric import Metric
from metrics.reports.headline import Headline
from metrics.signals.discussion import SIGNALS
from metrics.signals.judgement import Judgement
from metrics.themes import METRICS, THEMES, theme_of
from pages.parts import cache, filters, folded, markup
from pages.parts import memory as remembered
from pages.parts.markup import element, elements, text
from queries import clock
from queries.lookups import children
from queries.periods import Period, latest_period
from queries.scope import SYSTEM, Scope

TITLES: Mapping[Kind, str] = MappingProxyType(
    {
        "note": "Note",
        "explanation": "Explanation",
        "decision": "Decision",
        "event": "Event: something that may move these figures",
        "restart": "Restart of this chart: a change that is meant to last",
    }
)
_HINTS: Mapping[Kind, str] = MappingProxyType(
    {
        "note": "What is to be kept in mind with this figure",
        "explanation": "Why the figure is as it is: offered again when it is flagged again",
        "decision": "What is to be done",
        "event": "New policy, new form, boundary change",
        "restart": "What changed for good, so that the months before say nothing of the months since",
    }
)
_NO_NAMES = "Write organisations and roles. Never write the name, the birthday or the reference of a child."
_NOT_LOGGED = "This cannot be written down in the access log at the moment, so it is not kept. What you wrote still stands here."
_FOR_BOARD = "Show it to the partnership board, with the next release"
# Of a session: texts that were asked about, what was kept last, and the forms that stand.
_ASKED, _KEPT, _FORMS = "asked_about", "entry_kept", "forms_for_entries"


def marks(entries: Sequence[Entry], scope: Scope) -> list[Mark]:
    """The numbers of entries on a chart, in the order of the list; of an earlier period, none of what came after its end."""
    span = cache.span(scope.access)
    is_latest = span is not None and scope.as_at is None and scope.end == latest_period(*span)[1]
    until = date.max if is_latest else scope.end or date.max
    return [
        Mark(entry.day, number, entry.kind in ("event", "restart"), entry.said.text)
        for number, entry in enumerate(entries, start=1)
        if entry.day < until
    ]


def show(metric: Metric, scope: Scope, headline: Headline, judgement: Judgement, entries: Sequence[Entry]) -> None:
    """The entries of a measure at the place of the scope, what explained such a flag before, and the form for more."""
    if said := last_kept():
        st.success(escaped(said))
    if entries:
        items = [f"{circled(number)} {_item(entry)}" for number, entry in enumerate(entries, start=1)]
        markup.show(element("ul", elements("li", items), class_="notes"), "meeting")
    explained = explained_before(judgement, entries)
    if explained:
        st.info(escaped(f"Flagged before, and explained {_when(explained)}: “{explained.said.text}”"), icon=":material/history:")
    kinds = [kind for kind in MAY_WRITE.get(scope.access.role, ()) if may_write(scope.access, kind, scope.hubs)]
    if kinds and headline.period:
        pin = pinned(metric, scope, headline, judgement)
        again = explained.said.text if explained else ""
        folded.show("Write a note, an explanation or a decision", "write", partial(_write, kinds, pin, scope, again))
    by = remembered.author()
    if changeable := {number: entry for number, entry in enumerate(entries, 1) if may_change(scope.access, by, entry)}:
        folded.show("Change or withdraw one of these", "change", partial(_change, changeable, scope))


def say_kept(done: str) -> None:
    """What the next run says was done."""
    st.session_state[_KEPT] = done


def last_kept() -> str:
    """What was done in the run before, once."""
    return str(st.session_state.pop(_KEPT, ""))


def explained_before(judgement: Judgement, entries: Sequence[Entry]) -> Entry | None:
    """The last explanation of an earlier flag, where this measure and place is flagged again; None where there is none."""
    if judgement.verdict not in SIGNALS:
        return None
    flagged = judgement.chart["label"].loc[judgement.now_flagged]
    since = date.fromisoformat(flagged.iloc[0]) if len(flagged) else date.max
    earlier = [entry for entry in entries if entry.kind == "explanation" and entry.day < since]
    return earlier[-1] if earlier else None


def pinned(metric: Metric, scope: Scope, headline: Headline, judgement: Judgement) -> Pin:
    """The measure, place and period in sight, with the figure as it stands."""
    span = cache.span(scope.access)
    assert headline.period and span
    figures = {name: float(headline.now[name]) for name in ("numerator", "denominator", "value", "lower", "upper")}
    return Pin(
        metric.key,
        theme_of(metric).key,
        scope.hubs,
        filters.place_name(scope),
        headline.period.opens,
        headline.period.closes,
        scope.as_at or span[1],
        scope.placed_by,
        **figures,
        verdict=judgement.verdict,
        sentence=headline.sentence,
    )


def _item(entry: Entry) -> str:
    metric = METRICS.get(entry.pin.metric_key)
    then = ""
    if metric and pd.notna(entry.pin.value) and entry.kind not in ("event", "restart"):
        then = f" ({words.shown(metric, entry.pin.value)} then)"
    edited = f" Changed {_on(entry.now.written_at)}." if entry.now.action == "edited" else ""
    return f"{element('b', text(entry.said.text))} {element('small', text(f'{agenda.in_words(entry)}{then}.{edited}'))}"


def _when(entry: Entry) -> str:
    return _on(entry.history[0].written_at)


def _on(at: datetime) -> str:
    return words.day(words.london(at))


def _write(kinds: Sequence[Kind], pin: Pin, scope: Scope, again: str) -> None:
    """The form for a new entry; it keeps what was written until that is kept."""
    by_title = {TITLES[kind]: kind for kind in kinds}
    place = f"{METRICS[pin.metric_key].name}, {pin.place}, {words.period(Period(pin.opens, pin.closes))}"
    kind = by_title[st.selectbox("What it is", list(by_title))]
    turn = st.session_state.setdefault("entries_kept", 0)  # a form that was kept is begun anew
    start = again if kind == "explanation" else ""
    with st.form(f"write-{kind}-{turn}", border=True):
        st.caption(escaped(f"{place}. {_NO_NAMES}"))
        words_said = st.text_area("In words", start, max_chars=LONGEST, placeholder=_HINTS[kind], key=f"text-{kind}-{turn}")
        owner, due_on, happened_on, of_theme = "", None, None, False
        if kind == "decision":
            owner = st.text_input("Whose it is, as a role", max_chars=LONGEST_OWNER, placeholder="Custody inspector")
            due_on = _day("Due on", f"due-{turn}")
        if kind in ("event", "restart"):
            happened_on = _day("Its day", f"day-{turn}")
        for_board = kind in ("note", "decision") and _may_mark(scope) and st.checkbox(_FOR_BOARD)
        if kind == "event":
            of_theme = st.checkbox(escaped(f"It concerns every measure under “{_theme(pin)}”"))
        pressed = st.form_submit_button("Keep it", type="primary")
    if not pressed:
        return
    said = Said(words_said, owner, due_on, for_board)
    about = Pin(**{**vars(pin), "metric_key": ""}) if of_theme else pin

    def write_it() -> None:
        keep_entry(remembered.author(), scope.access, kind, about, said, happened_on=happened_on)

    if keep(write_it, said, scope, {"entry": kind}):
        st.session_state.entries_kept = turn + 1
        say_kept(f"{words.capitalised(kind)} kept.")
        st.rerun()


def _change(entries: Mapping[int, Entry], scope: Scope) -> None:
    """The form by which an entry is edited or withdrawn; every version of it is kept."""
    by_name = {  # which stay as they are, whatever others write meanwhile
        f"{circled(number)} {words.capitalised(entry.kind)} by {entry.author.name}, {_when(entry)}": entry
        for number, entry in entries.items()
    }
    entry = by_name[st.selectbox("Which", list(by_name), key="change-which")]
    form, _ = form_for(entry, "change")
    with st.form(f"form-{form}", border=True):
        new = st.text_area("In words", entry.said.text, max_chars=LONGEST, help=bullets(_history(entry)), key=form)
        of_board = entry.kind in ("note", "decision") and _may_mark(scope)
        for_board = st.checkbox(_FOR_BOARD, entry.said.for_board, key=f"board-{form}") if of_board else entry.said.for_board
        reason = st.text_input(
            "Why it is withdrawn", max_chars=LONGEST, placeholder="Only where it is withdrawn", key=f"why-{form}"
        )
        with st.container(horizontal=True):
            edits = st.form_submit_button("Keep the change", type="primary")
            withdraws = st.form_submit_button("Withdraw it")
    if edits:
        said = Said(new, entry.said.owner, entry.said.due_on, for_board)
        change(entry, "change", scope, "edited", said, "", "Changed; what it said before is kept.")
    elif withdraws:
        change(entry, "change", scope, "withdrawn", entry.said, reason, "Withdrawn; what it said is kept.")


def form_for(entry: Entry, what: str) -> tuple[str, int]:
    """The key of the form in which a reader changes an entry, and the version of it that they have seen.

    Both stay while the form stands, whatever others write meanwhile, and so what was written into it does; a field has the key.
    """
    forms = st.session_state.setdefault(_FORMS, {})
    begun = f"{what}-{entry.number}-{entry.now.number}", entry.now.number
    key, seen = forms.get((what, entry.number), begun)
    if key not in st.session_state:  # it does not stand yet
        key, seen = begun
    forms[what, entry.number] = key, seen
    return key, seen


def change(entry: Entry, what: str, scope: Scope, action: Action, said: Said, reason: str, done: str) -> None:
    """Change an entry as the reader saw it, unless somebody else did meanwhile; then begin the page again.

    ``what`` names the form, which stands with all that is in it until it is kept.
    """
    forms, (form, seen) = st.session_state[_FORMS], form_for(entry, what)

    def change_it() -> None:
        try:
            change_entry(remembered.author(), scope.access, entry.number, seen, action, said, reason)
        except ChangedMeanwhile as meanwhile:
            forms[what, entry.number] = form, meanwhile.number  # of which the reader is told now
            raise

    asked, logged = f"{said.text}\n{reason}".strip(), {"entry": entry.kind, "number": entry.number, "done": action}
    if keep(change_it, replace(said, text=asked), scope, logged):
        del forms[what, entry.number]
        say_kept(done)
        st.rerun()


def keep(write_it: Callable[[], None], said: Said, scope: Scope, logged: Mapping[str, object]) -> bool:
    """Whether it was kept: it is asked about once where it may say who a child is, and logged before it is."""
    found = _doubts(f"{said.text}\n{said.owner}", scope)
    found += doubts.figures(said.text) if said.for_board else []
    if found and st.session_state.get(_ASKED) != said:
        st.session_state[_ASKED] = said
        st.warning(
            "Nobody may be able to tell from this who a child is:\n\n"
            + bullets(found)
            + "\n\nChange it, or press again to keep it as it is.",
            icon=":material/person_alert:",
        )
        return False
    if not audit_trail.record("memory", page=st.session_state.page, filters={**audit_trail.current_filters(), **logged}):
        st.error(_NOT_LOGGED, icon=":material/edit_off:")
        return False
    try:
        write_it()
    except Refused as refusal:
        st.error(escaped(refusal))
        return False
    except MemoryUnavailable as error:
        st.error(escaped(error.on_screen), icon=":material/database_off:")
        return False
    st.session_state.pop(_ASKED, None)
    return True


def _may_mark(scope: Scope) -> bool:
    """Whether the reader may mark what is for the board: whoever reads all hubs."""
    return scope.access.hubs is None


def _doubts(said: str, scope: Scope) -> list[str]:
    """What in a text may tell who a child is."""
    places = cache.places(SYSTEM)
    known = [*(name for column in ("name", "area", "authority", "force") if column in places for name in places[column])]
    titles = [theme.title for theme in THEMES] + [metric.name for metric in METRICS.values()]
    possible = tuple(doubts.candidates(said))
    of_children = cache.counted_now(children.references_among, scope, possible) if possible else set()
    return doubts.doubts(said, [*known, *titles], sorted(of_children), clock.today())


def _history(entry: Entry) -> list[str]:
    """Each version, by whom and when."""
    return [
        f"{words.moment(version.written_at)}, {version.by.name}: {version.action}. {words.cut(version.said.text, 200)}"
        for version in entry.history
    ]


def _theme(pin: Pin) -> str:
    return next(theme.title for theme in THEMES if theme.key == pin.theme)


def _day(label: str, key: str) -> date | None:
    day = st.date_input(escaped(label), None, key=key, format="DD/MM/YYYY")
    return day if isinstance(day, date) else None
