"""The page of a theme: its main figures, every measure, and one measure of the reader's choice over time and side by side."""

from collections.abc import Mapping
from dataclasses import replace
from types import MappingProxyType

import streamlit as st

from metrics import words
from metrics.markdown import bold, escaped
from metrics.reports.headline import Headline
from metrics.themes import THEMES, Theme
from metrics.themes.outcomes import Basis
from pages.parts import breakdown, cache, control_chart, filters, other_hubs, panel, trend
from pages.parts.panel import MeasureView
from queries.scope import Scope

_AS_VOLUME_ALLOWS = "As volume allows"
_TIMES = {_AS_VOLUME_ALLOWS: "", "Month": "month", "Quarter": "quarter"}
_WIDER_PLACES = ("area", "authority")
_NOT_COMPLETE = "Crimes recorded lately have had less time to reach an outcome: recent months are not complete."
_NO_RECORDS = " The records behind a figure are listed only by the date of the outcome."


def page(
    key: str,
    cards: tuple[str, ...],
    splits: tuple[str, ...],
    *,
    bases: Mapping[str, Basis] = MappingProxyType({"": "closed"}),
    published: tuple[str, ...] = (),
) -> None:
    """Draw the page of a theme.

    ``cards`` are its main measures, ``splits`` what the measures can be divided by, ``bases`` the ways to say which crimes belong
    to a period, where there is a choice, ``published`` the measures that are set beside published figures.
    """
    scope: Scope = st.session_state.scope
    theme = next(theme for theme in THEMES if theme.key == key)
    st.title(escaped(theme.title))
    st.write(escaped(theme.about))
    st.caption(escaped(filters.described(scope)))
    basis = bases[filters.choice("Count crimes", "basis", list(bases)) if len(bases) > 1 else ""]
    keys = tuple(metric.key for metric in theme.metrics)
    if basis == "recorded":
        st.info(_NOT_COMPLETE + (_NO_RECORDS if scope.access.role == "hub" else ""))
    headlines = {headline.key: headline for headline in cache.headlines(keys, scope, basis)}
    if all(headline.period is None for headline in headlines.values()):
        _show_nothing_yet(theme, scope, basis)
        return
    metrics = {key: cache.metric(key, basis) for key in keys}
    panel.cards([headlines[card] for card in cards], metrics)
    for measure in published:
        panel.beside_published(cache.metric(measure), scope)
    _show_chosen(theme, scope, splits, basis, headlines)
    st.header("Every measure")
    panel.measures_table(list(headlines.values()), metrics, theme.title)


def _show_chosen(theme: Theme, scope: Scope, splits: tuple[str, ...], basis: Basis, headlines: Mapping[str, Headline]) -> None:
    """The measure of the reader's choice over time, by hub, and by a split of their choice."""
    st.header("A closer look")
    keys = {metric.name: metric.key for metric in theme.metrics}
    names = sorted(keys, key=lambda name: name != theme.headline.name)  # the headline first, the others as they are listed
    left, right = st.columns([3, 1])
    with left:
        key = keys[filters.choice("Measure", f"{theme.key}-measure", names)]
    with right:
        time = _TIMES[filters.choice("Over time by", f"{theme.key}-time", list(_TIMES))]
    view = MeasureView(cache.metric(key, basis), cache.latest_complete(key, scope), basis)
    panel.records_link(view.metric, headlines[key])
    if time:
        trend.show(view, time)
        control_chart.show_verdict(view.metric, cache.judgement(key, scope, basis))
    else:
        control_chart.show(replace(view, scope=scope))
    breakdown.show(view, "hub")
    if scope.access.role == "hub":
        other_hubs.show(view)
    wider = _WIDER_PLACES if scope.access.hubs is None else ()  # whoever reads single hubs does not see all of a wider place
    offered = {words.dimension(split): split for split in (*splits, *wider) if split in view.metric.splits}
    if offered:
        breakdown.show(view, offered[filters.choice("Split by", f"{theme.key}-split", list(offered))])
    panel.about(view)


def _show_nothing_yet(theme: Theme, scope: Scope, basis: Basis) -> None:
    notes = cache.notes_of((theme.headline.key,), scope, basis)[theme.headline.key]
    st.info(escaped(f"There is nothing to show here. {' '.join(notes)}"), icon=":material/hourglass_empty:")
    with st.expander("What this page shows where there are data"):
        for metric in theme.metrics:
            st.markdown(f"{bold(f'{metric.name}:')} {escaped(metric.question)}")
