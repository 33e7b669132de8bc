"""A sergeant's hub in two minutes: what changed, what falls due, and the children with repeat events."""

import streamlit as st

from metrics import words
from metrics.markdown import escaped
from metrics.reports import due, repeats
from metrics.reports.due import DeadlineStatus
from metrics.reports.headline import Headline
from metrics.reports.records import references
from metrics.themes import METRICS, SIX
from pages.parts import cache, discussion, filters, panel, records
from queries.scope import Scope

_IN_A_ROW = 3
_ANY = "Any of these"
_NO_PERIOD = {"from": "", "until": ""}  # for the log: what falls due does not follow the period chosen


def title(scope: Scope) -> str:
    """Whose page it is."""
    is_one_hub = scope.hubs is not None and len(scope.hubs) == 1
    return f"{'My hub' if is_one_hub else 'My hubs'}: {filters.place_name(scope)}"


def show_changes(scope: Scope, hub_names: dict[str, str]) -> None:
    """The main figures of the hub beside the year before, and above them its clearest signals, which take longest to count."""
    st.header("What changed")
    signals = st.container()
    headlines = cache.headlines(tuple(theme.headline.key for theme in SIX), scope)
    for start in range(0, len(headlines), _IN_A_ROW):
        for column, headline in zip(st.columns(_IN_A_ROW), headlines[start : start + _IN_A_ROW], strict=False):
            with column, st.container(border=True, height="stretch"):
                show_figure(headline)
    with signals, st.spinner("Checking every chart …"):
        discussion.show_signals(discussion.judgements(scope), hub_names, scope, "on the overview")


def show_figure(headline: Headline) -> None:
    """A theme's main figure, what it is worked out from, and the year before."""
    metric = METRICS[headline.key]
    panel.figure(metric, headline)
    period = words.period(headline.period) if headline.period and metric.months_to_mature else ""
    st.caption(escaped(". ".join(filter(None, (words.fraction(metric, headline.now), period))) or metric.unit))
    st.write(escaped(headline.sentence))
    panel.records_link(metric, headline)


def show_deadlines(scope: Scope, hub_names: dict[str, str]) -> None:
    """What is late and what is due soon, at the end of the data."""
    st.header("What falls due")
    deadlines = cache.deadlines(due.whatever_the_period(scope))
    days = {status.as_the_data_stood for status in deadlines if status.is_available}
    if len(days) == 1:
        st.write(escaped(f"{days.pop()}, whatever the period chosen."))
    for pair in (deadlines[:2], deadlines[2:]):
        for column, status in zip(st.columns(2), pair, strict=True):
            with column, st.container(border=True, height="stretch"):
                show_deadline(status, with_day=bool(days))
                if status.late or status.soon:
                    list_due(status, scope, hub_names)


def show_deadline(status: DeadlineStatus, *, with_day: bool) -> None:
    """How much of one kind is late and due soon, and by which rule."""
    deadline = status.deadline
    st.subheader(escaped(deadline.name), help=escaped(deadline.rule))
    if not status.is_available:
        st.write("Not available.")
        st.caption(escaped(f"{deadline.rule} Nothing in the data says when this was done."))
        return
    for column, (number, label) in zip(st.columns(2), [(status.late, deadline.late), (status.soon, deadline.soon)], strict=True):
        if number is not None:
            column.metric(escaped(label), f"{number:,}", label_visibility="collapsed")
            column.write(escaped(label))
    day = f"{status.as_the_data_stood}." if with_day else ""
    sentences = (status.also_counted, day, deadline.rule, deadline.caveat, f"Source: {deadline.source}.")
    st.caption(escaped(" ".join(filter(None, sentences))))


def list_due(status: DeadlineStatus, scope: Scope, hub_names: dict[str, str]) -> None:
    """The records of one kind, once the reader has said why."""
    expander = st.expander("The records", key=f"due-{status.key}", on_change="rerun")
    with expander:
        if expander.open and records.reason_given(f"due-{status.key}"):
            waiting = cache.counted_now(due.waiting, status.key, scope)
            table = due.table(waiting, hub_names)
            if set(table["Hub"]) == {filters.place_name(scope)}:  # the title says it
                table = table.drop(columns="Hub")
            day = {"as_the_data_stood_on": str(status.data_end)}
            records.listing(table, f"due-{status.key}", references(waiting), **_NO_PERIOD, **day)


def show_repeat_events(scope: Scope) -> None:
    """How many children the same happened to again, and their records by reference."""
    st.header("Children with repeat events")
    kinds = cache.repeat_events(scope)
    for column, kind in zip(st.columns(len(kinds)), kinds, strict=True):
        if kind.children is not None:
            column.metric(escaped(kind.name), f"{kind.children:,}", label_visibility="collapsed")
        column.write(escaped(f"{kind.name} two or more times{'' if kind.children is not None else f': {words.NOT_AVAILABLE}'}"))
    st.caption(escaped(" ".join(repeats.MEANING)))
    with_some = {kind.name: kind.key for kind in kinds if kind.children}
    if not with_some:
        return
    kind_name = filters.choice("Children", "again", [*with_some, _ANY])
    expander = st.expander("The records", key="again-records", on_change="rerun")
    with expander:
        if expander.open and records.reason_given("again"):
            children = cache.counted_now(repeats.children, scope, with_some.get(kind_name))
            records.listing(repeats.table(children), "repeat-events", repeats.references(children))


scope: Scope = st.session_state.scope
hub_names = cache.hub_names(scope.access)
st.title(escaped(title(scope)))
st.caption(escaped(filters.described(scope)))
changes, deadlines, repeat_events = st.container(), st.container(), st.container()
with deadlines:  # counted first, for whoever has two minutes
    show_deadlines(scope, hub_names)
with repeat_events:
    show_repeat_events(scope)
with changes:
    show_changes(scope, hub_names)
