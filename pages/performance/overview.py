"""Every theme at a glance, what is most worth discussing, and whether each measure has changed, in the force and in every hub."""

from collections.abc import Sequence

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from metrics import words
from metrics.markdown import bold, escaped
from metrics.reports.headline import Headline
from metrics.signals import sentences
from metrics.signals.discussion import SIGNALS, in_order
from metrics.signals.judgement import Judgement
from metrics.themes import METRICS, SIX, THEMES, WIDER, Theme, theme_of
from pages.parts import cache, control_chart, discussion, filters, panel, trend
from pages.parts.panel import MeasureView
from queries.scope import Scope

_ALL_THEMES = "All themes"
_SIGNALS, _EVERYTHING = "Most worth discussing", "Every measure"


def show_theme(theme: Theme, headline: Headline, scope: Scope) -> DeltaGenerator:
    """One theme: name and figure, its trend over three years, and what may be said of it. Gives the place for its verdict."""
    metric = METRICS[headline.key]
    with st.container(border=True):
        left, middle, right = st.columns([3, 3, 4], vertical_alignment="center")
        with left:
            st.page_link(f"pages/performance/{theme.key}.py", label=bold(theme.title))
            panel.figure(metric, headline)
        with middle:
            trend.at_a_glance(MeasureView(metric, cache.latest_complete(metric.key, scope)))
        with right:
            st.write(escaped(headline.sentence))
            verdict = st.empty()
            st.caption(escaped(panel.details(metric, headline)))
            panel.records_link(metric, headline)
    return verdict


def show_every_change(judgements: Sequence[Judgement], hub_names: dict[str, str], whole: str) -> None:
    """Every measure and place in a row, the most worth discussing first."""
    st.header("Has it changed?")
    left, right = st.columns(2)
    with left:
        kind = filters.choice("Show", "show", [_SIGNALS, _EVERYTHING])
    with right:
        theme = filters.choice("Theme", "theme", [_ALL_THEMES, *(theme.title for theme in THEMES)])
    chosen = [judgement for judgement in judgements if theme in (_ALL_THEMES, theme_of(METRICS[judgement.key]).title)]
    if kind == _SIGNALS:
        chosen = [judgement for judgement in chosen if judgement.verdict in SIGNALS or judgement.assurance == "misses"]
    if not chosen:
        st.info("No measure here shows a change or keeps missing its target.")
        return
    control_chart.table(in_order(chosen), hub_names, whole)


scope: Scope = st.session_state.scope
st.title("Children first")
st.write("How this force treats children: six themes of the child centred policing strategy.")
st.caption(escaped(filters.described(scope)))
if lacking := cache.lacking(tuple(theme.headline.key for theme in THEMES), scope):
    titles = [theme.title for theme in THEMES if theme.headline.key in lacking]
    st.caption(
        escaped(f"Not all that was sent of this period was taken in: {words.listed(titles)}. Their pages say what is missing.")
    )
signals = st.container()
headlines = cache.headlines(tuple(theme.headline.key for theme in SIX), scope)
verdicts = {headline.key: show_theme(theme, headline, scope) for theme, headline in zip(SIX, headlines, strict=True)}
st.header("Wider objectives")
wider = {theme.headline.key: theme.headline for theme in WIDER}
panel.measures_table(cache.headlines(tuple(wider), scope), wider, "Wider objectives")
hub_names = cache.hub_names(scope.access)
judgements = discussion.judgements(scope)
of_whole = {judgement.key: judgement for judgement in judgements if judgement.hub is None or scope.hubs == (judgement.hub,)}
for key, verdict in verdicts.items():
    if of_whole[key].verdict != "not available":  # the sentence above it has said so
        verdict.write(escaped(f"{control_chart.sign(of_whole[key])} {sentences.verdict(METRICS[key], of_whole[key])}"))
with signals:
    st.header("Worth discussing")
    discussion.show_signals(judgements, hub_names, scope, "in the table below")
show_every_change(judgements, hub_names, filters.place_name(scope))
