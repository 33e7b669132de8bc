"""A sergeant's hub in two minutes: what changed, what falls due, and the children to whom the same happens again."""

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from metrics import words
from metrics.reports import due, repeats
from metrics.reports.due import Due
from metrics.reports.headline import Headline
from metrics.reports.records import references
from metrics.themes import METRICS, SIX
from pages.parts import cache, discussion, filters, panel, records
from queries.scope import Scope

_IN_A_ROW = 3
_ANY = "Any of these"
_WHATEVER_THE_PERIOD = {"from": "", "until": ""}  # as the log is told


def title(scope: Scope) -> str:
    """Whose page it is."""
    one = scope.hubs is not None and len(scope.hubs) == 1
    return f"{'My hub' if one else 'My hubs'}: {filters.place_name(scope)}"


def changed(scope: Scope, names: dict[str, str]) -> None:
    """The main figures of the hub beside the year before, and above them its clearest signals, which take longest to count."""
    st.header("What changed")
    clearest = st.container()
    headlines = cache.headlines(tuple(theme.headline.key for theme in SIX), scope)
    for start in range(0, len(headlines), _IN_A_ROW):
        for column, headline in zip(st.columns(_IN_A_ROW), headlines[start : start + _IN_A_ROW], strict=False):
            _figure(column, headline)
    with clearest, st.spinner("Judging every chart …"):
        left = discussion.signals(discussion.judged(scope), names, scope)
        st.caption(
            "A chart judges the latest month or quarter against its own past; the figures below compare twelve months with the "
            f"twelve before. Both can be right.{f' There are {left} more on the overview.' if left else ''}"
        )


def _figure(column: DeltaGenerator, headline: Headline) -> None:
    metric = METRICS[headline.key]
    with column, st.container(border=True, height="stretch"):
        panel.figure(metric, headline)
        matured = words.period(headline.period) if headline.period and metric.months_to_mature else ""
        st.caption(". ".join(filter(None, (words.fraction(metric, headline.now), matured))) or metric.unit)
        st.write(headline.sentence)
        panel.to_records(metric, headline)


def falls_due(scope: Scope, names: dict[str, str]) -> None:
    """What is late and what is due soon, as the data stood at their end."""
    st.header("What falls due")
    found = cache.falling_due(scope)
    stood = {each.stood for each in found if each.is_available}
    if len(stood) == 1:
        st.write(f"{stood.pop()}, whatever the period chosen.")
    for pair in (found[:2], found[2:]):
        for column, each in zip(st.columns(2), pair, strict=True):
            with column, st.container(border=True, height="stretch"):
                _card(each, scope, names, with_day=bool(stood))


def _card(each: Due, scope: Scope, names: dict[str, str], *, with_day: bool) -> None:
    duty = each.duty
    st.subheader(duty.name, help=duty.rule)
    if not each.is_available:
        st.write("Not available.")
        st.caption(f"{duty.rule} Nothing in the data says when this was done.")
        return
    numbers = [(each.late, duty.late), (each.soon, duty.soon)]
    for column, (number, what) in zip(st.columns(2), numbers, strict=True):
        if number is not None:
            column.metric(what, f"{number:,}", label_visibility="collapsed")
            column.write(what)
    said = (each.besides, f"{each.stood}." if with_day else "", duty.rule, f"{duty.caveat}", f"Source: {duty.source}.")
    st.caption(" ".join(filter(None, said)))
    if not (each.late or each.soon):
        return
    listed = st.expander("The records", key=f"due-{each.key}", on_change="rerun")
    with listed:
        if listed.open and records.opened(f"due-{each.key}"):
            waiting = due.waiting(each.key, scope)
            shown = due.table(waiting, names)
            if set(shown["Hub"]) == {filters.place_name(scope)}:  # the title says it
                shown = shown.drop(columns="Hub")
            stood = {"as_the_data_stood_on": str(each.stood_on)}
            records.listing(shown, f"due-{each.key}", references(waiting), **_WHATEVER_THE_PERIOD, **stood)


def happens_again(scope: Scope) -> None:
    """How many children there are to whom the same happened again, and their records by reference."""
    st.header("Children to whom it happens again")
    found = cache.happening_again(scope)
    for column, each in zip(st.columns(len(found)), found, strict=True):
        column.metric(each.name, "not available" if each.children is None else f"{each.children:,}", label_visibility="collapsed")
        column.write(f"{each.name} two or more times")
    st.caption(" ".join(repeats.MEANING))
    with_some = {each.name: each.key for each in found if each.children}
    if not with_some:
        return
    chosen = filters.choice("Children", "again", [*with_some, _ANY])
    listed = st.expander("The records", key="again-records", on_change="rerun")
    with listed:
        if listed.open and records.opened("again"):
            children = repeats.children(scope, with_some.get(chosen))
            records.listing(repeats.table(children), "children-again", repeats.references(children))


scope: Scope = st.session_state.scope
hub_names = dict(cache.places(scope.access)[["hub", "name"]].itertuples(index=False, name=None))
st.title(title(scope))
st.caption(filters.described(scope))
change, duties, repeated = st.container(), st.container(), st.container()
with duties:  # counted first, for whoever has two minutes
    falls_due(scope, hub_names)
with repeated:
    happens_again(scope)
with change:
    changed(scope, hub_names)
