"""Every theme at a glance, what is most worth discussing, and whether each measure has changed, in the force and in every hub."""

from collections.abc import Sequence

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from metrics import words
from metrics.reports.headline import Headline
from metrics.signals import sentences
from metrics.signals.discussion import SIGNALS, in_order
from metrics.signals.judgement import Judgement
from metrics.themes import METRICS, SIX, THEMES, WIDER, Theme, theme_of
from pages.parts import cache, control_chart, discussion, filters, panel
from pages.parts.panel import Shown
from queries.scope import Scope

_ALL_THEMES = "All themes"
_SIGNALS, _EVERYTHING = "Most worth discussing", "Every measure"


def row(theme: Theme, headline: Headline, scope: Scope) -> DeltaGenerator:
    """One theme: name and figure, its course over three years, and what may be said of it; room for whether it has changed."""
    metric = METRICS[headline.key]
    with st.container(border=True):
        figure, course, said = st.columns([3, 3, 4], vertical_alignment="center")
        with figure:
            st.page_link(f"pages/performance/{theme.key}.py", label=f"**{theme.title}**")
            panel.figure(metric, headline)
        with course:
            panel.course(Shown(metric, cache.complete(metric.key, scope)))
        with said:
            st.write(headline.sentence)
            verdict = st.empty()
            st.caption(_details(headline))
            panel.to_records(metric, headline)
    return verdict


def _details(headline: Headline) -> str:
    metric = METRICS[headline.key]
    between = words.interval(metric, headline.now)
    parts = [
        metric.unit,
        words.fraction(metric, headline.now),
        f"95% range {between}" if between else "",
        words.period(headline.period) if headline.period else "",
    ]
    return ". ".join(filter(None, parts))


def signals(judgements: Sequence[Judgement], names: dict[str, str], scope: Scope) -> None:
    """The clearest signals, one for each theme and place, with the false-alarm budget before them."""
    st.header("Worth discussing")
    left = discussion.signals(judgements, names, scope)
    rest = f" {left} more {'is' if left == 1 else 'are'} in the table below." if left else ""
    st.caption(
        "A chart judges the latest month or quarter against its own past; the figures below compare twelve months with the "
        f"twelve before. Both can be right.{rest}"
    )


def summary(judgements: Sequence[Judgement], names: dict[str, str], whole: str) -> None:
    """Every measure and place in a row, the most worth discussing first."""
    st.header("Has it changed?")
    left, right = st.columns(2)
    with left:
        which = filters.choice("Show", "show", [_SIGNALS, _EVERYTHING])
    with right:
        theme = filters.choice("Theme", "theme", [_ALL_THEMES, *(theme.title for theme in THEMES)])
    shown = [each for each in judgements if theme in (_ALL_THEMES, theme_of(METRICS[each.key]).title)]
    if which == _SIGNALS:
        shown = [each for each in shown if each.verdict in SIGNALS or each.assurance == "misses"]
    if not shown:
        st.info("No measure here shows a change or is set to miss its target.")
        return
    control_chart.rows(in_order(shown), names, whole)


scope: Scope = st.session_state.scope
st.title("Children first")
st.write("How this force treats children: six themes of the child centred policing strategy.")
st.caption(filters.described(scope))
worth = st.container()
six = cache.headlines(tuple(theme.headline.key for theme in SIX), scope)
rooms = {headline.key: row(theme, headline, scope) for theme, headline in zip(SIX, six, strict=True)}
st.header("Wider objectives")
wider = {theme.headline.key: theme.headline for theme in WIDER}
panel.measures_table(cache.headlines(tuple(wider), scope), wider, "Wider objectives")
hub_names = dict(cache.places(scope.access)[["hub", "name"]].itertuples(index=False, name=None))
judged = discussion.judged(scope)
of_whole = {each.key: each for each in judged if each.hub is None or scope.hubs == (each.hub,)}
for key, room in rooms.items():
    room.write(f"{control_chart.sign(of_whole[key])} {sentences.verdict(METRICS[key], of_whole[key])}")
with worth:
    signals(judged, hub_names, scope)
summary(judged, hub_names, filters.place_name(scope))
