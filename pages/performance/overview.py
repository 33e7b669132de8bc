"""Every theme at a glance: its latest figure, the year before, where it is going, and one plain sentence."""

import streamlit as st

from metrics import words
from metrics.headline import Headline
from metrics.themes import METRICS, SIX, WIDER, Theme
from pages.parts import figures, filters, panel
from pages.parts.panel import Shown
from queries.scope import Scope


def row(theme: Theme, headline: Headline, scope: Scope) -> None:
    """One theme: name and figure, its course over three years, and what may be said of it."""
    metric = METRICS[headline.key]
    with st.container(border=True):
        figure, course, said = st.columns([3, 3, 4], vertical_alignment="center")
        with figure:
            st.page_link(f"pages/performance/{theme.key}.py", label=f"**{theme.title}**")
            panel.figure(metric, headline)
        with course:
            panel.course(Shown(metric, figures.complete(metric.key, scope)))
        with said:
            st.write(headline.sentence)
            st.caption(_details(headline))


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


scope: Scope = st.session_state.scope
st.title("Children first")
st.write("How this force treats children: six themes of the child centred policing strategy.")
st.caption(filters.described(scope))
for theme, headline in zip(SIX, figures.headlines(tuple(t.headline.key for t in SIX), scope), strict=True):
    row(theme, headline, scope)
st.header("Wider objectives")
wider = {theme.headline.key: theme.headline for theme in WIDER}
panel.measures_table(figures.headlines(tuple(wider), scope), wider, "Wider objectives")
