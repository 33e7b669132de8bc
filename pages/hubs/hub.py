"""A sergeant's hub in two minutes: what falls due, which children met the police again, and what changed."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime

import pandas as pd
import streamlit as st

from metrics import words
from metrics.markdown import bullets, escaped
from metrics.reports import due, repeats
from metrics.reports.due import DeadlineStatus
from metrics.reports.headline import Headline
from metrics.reports.records import references
from metrics.reports.waiting import BACKLOG, EVERYTHING, Part, table, waiting
from metrics.signals.targets import Settings, of_period
from metrics.themes import METRICS, SIX
from pages.parts import cache, chips, discussion, filters, folded, heading, markup, profile, records
from pages.parts.chips import Chip
from pages.parts.markup import element, elements, text
from queries.scope import Scope

_DUE, _AGAIN = "due", "again"  # what this page can choose in a link
_AGAIN_MEANS = (
    "Children, not events; “2 or more” is in the 12 months to the end of the period. Press a number for the children by "
    "reference."
)
_NO_PERIOD = {"from": "", "until": ""}  # for the log: what falls due does not follow the period chosen


def title(scope: Scope) -> str:
    """Whose page it is."""
    place = filters.place_name(scope)
    return "My hubs" if place == filters.ALL_MINE else f"My hub: {place}"


def show_due(scope: Scope, hub_names: Mapping[str, str], *, lists: bool) -> None:
    """What is late and what is due soon by the clock: counts of each kind, one list of all, and a line for what is old.

    Where ``lists`` is false the list is of what is chosen alone.
    """
    now = due.clock(scope, datetime.now(UTC).replace(tzinfo=None))
    statuses = cache.deadlines(due.whatever_the_period(scope), now)
    st.header("Due", help=bullets([*(status.deadline.about for status in statuses), due.OLD]))
    offered = due_chips(statuses)
    chosen = chips.choice("Due", _DUE, list(offered))
    st.caption(escaped(" ".join(filter(None, (due.data_end_sentence(statuses, now), due.gaps(statuses))))))
    part = next((part for chip, part in offered.items() if chip.name == chosen), EVERYTHING)
    ends = ", ".join(sorted({str(status.data_end) for status in statuses if status.is_available}))
    if not lists and not chosen:
        st.caption("The children of the number pressed are listed below. Press a number here for what is due.")
    elif any(chip.count for chip in offered if chosen in ("", chip.name)):
        list_due(chosen or "Everything due", part, now, scope, hub_names, ends)
    elif offered:
        st.write("Nothing is late or due soon.")
    if old := due.backlog_sentence(statuses):
        folded.show(old, "backlog", lambda: list_due("Older than a month", BACKLOG, now, scope, hub_names, ends))


def due_chips(statuses: Sequence[DeadlineStatus]) -> Mapping[Chip, Part]:
    """A count for each kind and state that is shown, with the part of the list that it stands for."""
    found: dict[Chip, Part] = {}
    for status in statuses:
        deadline = status.deadline
        if status.late is not None:
            found[Chip(status.late, deadline.late, is_late=True)] = Part((status.key,), ("late",))
        if deadline.soon and status.is_available:
            found[Chip(status.soon, deadline.soon)] = Part((status.key,), ("soon",))
    return found


def list_due(name: str, part: Part, now: datetime, scope: Scope, hub_names: Mapping[str, str], data_end: str) -> None:
    """The records of a part, once the reader has said why: what has waited longest first."""
    key = "due-backlog" if part == BACKLOG else "due"
    if not records.reason_given(key):
        return
    found = cache.counted_now(waiting, scope, part, now)
    shown = table(found, hub_names)
    if scope.hubs is not None and len(scope.hubs) == 1:  # the title says it
        shown = shown.drop(columns="Hub", errors="ignore")
    st.write(escaped(f"{name}: {len(shown):,} {'record' if len(shown) == 1 else 'records'}, the longest wait first."))
    records.listing(shown, key, references(found), **_NO_PERIOD, as_the_data_stood_on=data_end)


def repeat_chips(scope: Scope) -> Mapping[Chip, str]:
    """How many children met the police again, of each kind that is available, with its key."""
    return {Chip(kind.children, kind.name): kind.key for kind in cache.repeat_events(scope) if kind.children is not None}


def show_repeats(scope: Scope, kinds: Mapping[Chip, str]) -> None:
    """The counts of each kind, and the list of the kind that is chosen, by reference."""
    st.header("Repeat contacts", help=bullets(repeats.MEANING))
    if not kinds:
        st.write("Not available.")
        return
    chosen = chips.choice("Repeat contacts", _AGAIN, list(kinds))
    key = next((key for chip, key in kinds.items() if chip.name == chosen), "")
    if not key:
        st.caption(_AGAIN_MEANS)
    elif records.reason_given("again"):
        found = cache.counted_now(repeats.children, scope, key)
        records.listing(repeats.table(found, key), "repeat-contacts", repeats.references(found))


def show_changes(scope: Scope, hub_names: Mapping[str, str]) -> None:
    """The clearest signals of the hub, and its main figures with the ways to their charts and records."""
    st.header("What changed")
    with st.spinner("Checking every chart …"):
        discussion.show_signals(discussion.judgements(scope), hub_names, scope, others="on the overview")
    keys = tuple(theme.headline.key for theme in SIX)
    held = cache.settings(keys, scope)
    figures = [figure(headline, held, scope) for headline in cache.headlines(keys, scope)]
    markup.show(element("ul", elements("li", figures), class_="figures"), "hub")


def figure(headline: Headline, held: Settings, scope: Scope) -> str:
    """A theme's main figure, leading to its chart; its target, the year before, and the way to its records."""
    metric, value = METRICS[headline.key], headline.now["value"]
    period = words.period(headline.period) if headline.period and metric.months_to_mature else ""
    worked_out = (
        ". ".join(filter(None, (words.fraction(metric, headline.now, words.months_of(headline.period)), period))) or metric.unit
    )
    shown = words.shown(metric, value)
    to_chart = markup.link(
        *profile.to_chart(metric, ""), inner=f"{element('span', text(metric.name))} {element('b', text(shown))}"
    )
    target = of_period(metric, filters.place_name(scope), (headline.now, held.of(metric).target), [])
    said = element("small", text(" ".join(filter(None, (f"{worked_out}.", target, headline.sentence)))))
    to_records = "" if pd.isna(value) else markup.link("records", {"measure": metric.name}, "The records behind it")
    return to_chart + said + to_records


scope: Scope = st.session_state.scope
hub_names = cache.hub_names(scope.access)
heading.show(title(scope), scope)
kinds = repeat_chips(scope)
show_due(scope, hub_names, lists=st.query_params.get(_AGAIN) not in {chip.name for chip in kinds})
show_repeats(scope, kinds)
show_changes(scope, hub_names)
