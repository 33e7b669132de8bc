"""The agenda of a meeting on one page: what was decided and what became of it, what is worth discussing, what was revised."""

import os
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from functools import partial
from urllib.parse import urlsplit

import streamlit as st

from auth import audit_trail
from meetings import agenda, packs
from meetings import memory as written
from meetings.entries import Entry, Said, may_change
from meetings.memory import LONGEST
from meetings.packs import write as as_file
from metrics import words
from metrics.markdown import bold, bullets, escaped
from metrics.reports import revisions
from metrics.themes import METRICS
from pages.parts import cache, discussion, filters, folded, heading, markup, memory, notes, profile, today
from pages.parts.markup import element, text
from queries import clock
from queries.scope import Access, OutOfScope, Scope

_FORMS = (
    (".pptx", "Pack as slides", "application/vnd.openxmlformats-officedocument.presentationml.presentation"),
    (".pdf", "Pack as PDF", "application/pdf"),
)
_COMPARED = (
    "The figure when it was decided is shown as it stood then. The months since, twelve at most, are compared with the same "
    "months of the year before the decision, so that neither the time of year nor a month that is in both looks like a change. "
    "Higher and lower are said as on every page: only where the 95% range of the difference leaves out no change."
)
_BEFORE_ANY = "No meeting was written down yet, so what is new is told from the load of data before the latest."


def show_decision(entry: Entry, scope: Scope, on: date) -> None:
    """What was decided, by whom and until when, what became of it, and the way to close or extend it."""
    late, onward = agenda.is_late(entry, on), text(agenda.NOT_COUNTED)
    if metric := METRICS.get(entry.pin.metric_key):
        moved = agenda.moved(entry, cache.since(metric.key, *agenda.scope_since(entry, scope)))
        page, choices = profile.to_chart(metric, entry.pin.place if entry.pin.hub else "")
        onward = markup.link(page, choices, text(moved), class_="onward")
    decided = f"Decided {words.day(words.london(entry.history[0].written_at))} by {entry.author.name}"
    said, look = f"{agenda.when_due(entry, on)}{agenda.extension(entry)}. {decided}", "concern" if late else "quiet"
    lines = [element("b", text(entry.said.text)), element("span", onward), element("small", text(f"{said}."), class_=look)]
    block = element("div", "".join(element("div", line) for line in lines), class_="decision late" if late else "decision")
    left, right = st.columns([4, 1])
    with left:
        markup.show(block, "meeting")
    with right:
        if may_change(scope.access, memory.author(), entry):
            folded.show("Close or extend", f"decision-{entry.number}", partial(close_or_extend, entry, scope))


def close_or_extend(entry: Entry, scope: Scope) -> None:
    """The form by which a decision is closed, or given a later day, with a reason."""
    form, _ = notes.form_for(entry, "decision")
    with st.form(f"form-{form}", border=False):
        reason = st.text_input("Why", max_chars=LONGEST, placeholder="Done: the bail desk is open at night", key=form)
        later = st.date_input("Extend to", None, format="DD/MM/YYYY", key=f"extend-{form}")
        with st.container(horizontal=True):
            closes = st.form_submit_button("Close it", type="primary")
            extends = st.form_submit_button("Extend it")
    if closes:
        notes.change(entry, "decision", scope, "closed", entry.said, reason, "The decision is closed.")
    elif extends:
        due_on = later if isinstance(later, date) else None
        said = Said(entry.said.text, entry.said.owner, due_on, entry.said.for_board)
        notes.change(entry, "decision", scope, "extended", said, reason, "The decision is extended.")


def show_decisions(entries: Sequence[Entry], scope: Scope) -> None:
    """Every open decision, overdue first."""
    st.header("Decisions: did the line move?", help=_COMPARED)
    if said := notes.last_kept():
        st.success(escaped(said))
    found = agenda.open_decisions(entries, scope)
    if memory.is_lost():
        st.write("What was decided cannot be read at the moment.")
    elif not found:
        st.write("No decision is open. One is written on the page of a theme, below its chart.")
    for entry in found:
        try:
            show_decision(entry, scope, clock.today())
        except OutOfScope:  # of several hubs, of which the reader may see some
            continue


def show_revised(scope: Scope, since: datetime | None) -> None:
    """The figures that changed since the last meeting, or since the load before the latest."""
    st.header("Revised since the last meeting" if since else "Revised since the load before")
    moments = cache.moments_kept(scope.access)
    try:
        kept_at = revisions.earlier_load(moments, since)
    except revisions.NoEarlierFigures as reason:
        st.write(escaped(f"There is nothing to compare. {reason}"))
        return
    figures = cache.revisions(kept_at, Scope(scope.access, hubs=scope.hubs))
    if figures.empty:
        st.write("No figures were kept for this place then.")
        return
    table = revisions.listing(figures, cache.hub_names(scope.access))
    found = revisions.worth_mentioning(table)
    st.write(escaped(f"As told after the load of {words.moment(kept_at)}. {revisions.summary(figures)}"))
    st.markdown("\n".join(f"- {bold(measure)}, {escaped(f'{where}. {change}')}" for measure, where, change in found))


def show_written(entries: Sequence[Entry], scope: Scope, since: datetime | None) -> None:
    """What was written since the last meeting, and what was closed."""
    told = agenda.written_since(entries, scope, since)
    if not told:
        return
    st.header("Written since the last meeting" if since else "Written so far")
    st.markdown(bullets(agenda.subjects(told)))


def show_packs(scope: Scope) -> None:
    """The buttons that make the pack of what is shown: slides that can be edited, and a PDF."""
    single = scope.hubs is not None and len(scope.hubs) == 1
    if scope.hubs is not None and not single:
        st.caption("A pack is of all hubs or of one: choose one of these above to download it.")
        return
    assert scope.end
    hub = scope.hubs[0] if scope.hubs is not None else ""
    month = (scope.end - timedelta(days=1)).replace(day=1)
    with st.container(horizontal=True, vertical_alignment="center", key="packs"):
        for form, label, kind in _FORMS:
            make = partial(make_pack, scope.access, hub, month, form, st.session_state.reader.name, st.context.url)
            logged = audit_trail.export(make, "pack", form=form.removeprefix("."))
            name = f"children-first-{month:%Y-%m}{f'-{hub}' if hub else ''}{form}"
            icon = ":material/slideshow:"
            st.download_button(escaped(label), logged, name, kind, key=f"pack-{form}", icon=icon, on_click="ignore")
        st.caption(escaped(f"Of the {words.twelve_months_to(scope.end)}, by where events happened; made within half a minute."))


def make_pack(access: Access, hub: str, month: date, form: str, made_by: str, url: str | None) -> bytes:
    """The file of a pack, made when its button is pressed."""
    order = packs.order(access.role, month, hub, made_by)
    if url and "DASHBOARD_ADDRESS" not in os.environ:
        order = replace(order, address="{0.scheme}://{0.netloc}".format(urlsplit(url)))
    return as_file(packs.build(access, order), form)


def hold(scope: Scope) -> None:
    """The button that writes down that this meeting was held: what comes after it is new at the next one."""
    with st.form("held", border=False):
        held_on = st.date_input("This meeting was held on", clock.today(), format="DD/MM/YYYY")
        pressed = st.form_submit_button("Write it down")
    if not pressed or not isinstance(held_on, date):
        return
    if notes.keep(lambda: written.hold(memory.author(), scope.access, held_on), Said(""), scope, {"meeting": str(held_on)}):
        notes.say_kept(f"The meeting of {words.day(held_on)} is written down.")
        st.rerun()


scope: Scope = st.session_state.scope
place = filters.place_name(scope)
heading.show("Meeting", scope)
hub_names = cache.hub_names(scope.access)
entries = memory.entries(scope.access)
last = memory.last_held()
show_packs(scope)
if not memory.is_lost():
    st.caption(escaped(f"The last meeting that was written down: {words.day(last[0])}." if last else _BEFORE_ANY))
show_decisions(entries, scope)
st.header("Worth discussing today")
with st.container(key="today"), st.spinner("Checking every chart …"):
    today.show(discussion.judgements(scope), hub_names, place, scope)
since = last[1] if last else None
show_revised(scope, since)
show_written(entries, scope, since)
if scope.access.hubs is None and not memory.is_lost():
    folded.show("Write down that this meeting was held", "held", partial(hold, scope))
