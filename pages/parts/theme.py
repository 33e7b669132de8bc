"""The page of a theme: its main figures, every measure, and one measure of the reader's choice over time and side by side."""

from collections.abc import Mapping
from types import MappingProxyType

import streamlit as st

from metrics.reports.headline import Headline
from metrics.themes import THEMES, Theme
from metrics.themes.outcomes import Basis
from pages.parts import cache, control_chart, filters, panel
from pages.parts.panel import Shown
from queries.scope import Scope

_AS_VOLUME_ALLOWS = "As volume allows"
_TIMES = {_AS_VOLUME_ALLOWS: "", "Month": "month", "Quarter": "quarter"}
_PLACES = ("area", "authority")
_NOT_COMPLETE = "Crimes recorded lately have had less time to reach an outcome: recent months are not complete."
_NO_RECORDS = " The records behind a figure are listed by the date of the outcome alone."


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
    st.title(theme.title)
    st.write(theme.about)
    st.caption(filters.described(scope))
    basis = bases[filters.choice("Count crimes", "basis", list(bases)) if len(bases) > 1 else ""]
    keys = tuple(metric.key for metric in theme.metrics)
    if basis == "recorded":
        st.info(_NOT_COMPLETE + (_NO_RECORDS if scope.access.role == "hub" else ""))
    headlines = {headline.key: headline for headline in cache.headlines(keys, scope, basis)}
    if all(headline.period is None for headline in headlines.values()):
        _nothing(theme, scope, basis)
        return
    metrics = {key: cache.metric(key, basis) for key in keys}
    panel.cards([headlines[card] for card in cards], metrics)
    for own in published:
        panel.beside_published(cache.metric(own), scope)
    _chosen(theme, scope, splits, basis, headlines)
    st.header("Every measure")
    panel.measures_table(list(headlines.values()), metrics, theme.title)


def _chosen(theme: Theme, scope: Scope, splits: tuple[str, ...], basis: Basis, headlines: Mapping[str, Headline]) -> None:
    st.header("A closer look")
    names = {metric.name: metric.key for metric in theme.metrics}
    left, right = st.columns([3, 1])
    with left:
        chosen = filters.choice("Measure", f"{theme.key}-measure", _first(list(names), theme.headline.name))
    with right:
        every = filters.choice("Over time by", f"{theme.key}-time", list(_TIMES))
    key = names[chosen]
    shown = Shown(cache.metric(key, basis), cache.complete(key, scope), basis)
    panel.to_records(shown.metric, headlines[key])
    if every == _AS_VOLUME_ALLOWS:
        control_chart.chart(Shown(shown.metric, scope, basis))
    else:
        panel.trend(shown, _TIMES[every])
        control_chart.verdict(shown.metric, cache.judgement(key, scope, basis))
    panel.contrast(shown, "hub")
    wider = _PLACES if scope.access.hubs is None else ()  # whoever reads single hubs does not see all of a wider place
    offered = [split for split in (*splits, *wider) if split in shown.metric.splits]
    if offered:
        by = filters.choice("Split by", f"{theme.key}-split", [panel.split_name(split) for split in offered])
        panel.contrast(shown, next(split for split in offered if panel.split_name(split) == by))
    panel.about(shown)


def _first(options: list[str], first: str) -> list[str]:
    return [first, *(option for option in options if option != first)]


def _nothing(theme: Theme, scope: Scope, basis: Basis) -> None:
    notes = cache.notes_of((theme.headline.key,), scope, basis)[theme.headline.key]
    st.info(f"There is nothing to show here yet. {' '.join(notes)}", icon=":material/hourglass_empty:")
    with st.expander("What will be shown, once its data are loaded"):
        for metric in theme.metrics:
            st.markdown(f"**{metric.name}:** {metric.question}")
