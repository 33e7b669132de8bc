"""Every theme at a glance, what is most worth discussing, and whether each measure has changed, in the force and in every hub."""

from collections.abc import Sequence

import streamlit as st

from metrics import discussion, signal_sentences, words
from metrics.headline import Headline
from metrics.signals import Judgement
from metrics.themes import METRICS, SIX, THEMES, WIDER, Theme, theme_of
from pages.parts import figures, filters, panel
from pages.parts.panel import Shown
from queries.scope import Scope

_CONCERNS, _OTHERS = 6, 4  # to discuss in one meeting
_ALL_THEMES = "All themes"
_SIGNALS, _EVERYTHING = "Most worth discussing", "Every measure"


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


def signals(judgements: Sequence[Judgement], names: dict[str, str], whole: str) -> None:
    """The clearest signals, one for each theme and place, with the false-alarm budget before them."""
    st.header("Worth discussing")
    st.write(discussion.budget_sentence(discussion.budget(judgements)))
    worth = discussion.worth_discussing(judgements)
    concerns = [each for each in worth if each[0].verdict == "concern"]
    others = [each for each in worth if each[0].verdict != "concern"]
    for judgement, more in (*concerns[:_CONCERNS], *others[:_OTHERS]):
        metric = METRICS[judgement.key]
        where = names.get(judgement.hub or "", whole)
        besides = f" {more} more {'signal' if more == 1 else 'signals'} of this theme there." if more else ""
        said = signal_sentences.verdict(metric, judgement)
        st.markdown(f"{panel.sign(judgement)} **{where}: {metric.name.lower()}.** {said}{besides}")


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
        shown = [each for each in shown if each.verdict in discussion.SIGNALS or each.assurance == "misses"]
    if not shown:
        st.info("No measure of this theme shows a change or is set to miss its target.")
        return
    panel.signals_table(discussion.in_order(shown), names, whole)


scope: Scope = st.session_state.scope
st.title("Children first")
st.write("How this force treats children: six themes of the child centred policing strategy.")
st.caption(filters.described(scope))
worth = st.container()
for theme, headline in zip(SIX, figures.headlines(tuple(t.headline.key for t in SIX), scope), strict=True):
    row(theme, headline, scope)
st.header("Wider objectives")
wider = {theme.headline.key: theme.headline for theme in WIDER}
panel.measures_table(figures.headlines(tuple(wider), scope), wider, "Wider objectives")
hub_names = dict(figures.places(scope.access)[["hub", "name"]].itertuples(index=False, name=None))
judged = figures.judgements(tuple(METRICS), scope)
with worth:
    signals(judged, hub_names, filters.place_name(scope))
summary(judged, hub_names, filters.place_name(scope))
