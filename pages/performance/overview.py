"""The force on one screen: what is most worth discussing, and every measure against its target, its past and in each hub."""

from collections.abc import Sequence
from functools import partial

import streamlit as st

from metrics import words
from metrics.markdown import bullets, escaped
from metrics.reports import profile as report
from metrics.reports.profile import Line
from metrics.signals import sentences
from metrics.signals.discussion import SIGNALS, in_order
from metrics.signals.judgement import Judgement
from metrics.themes import METRICS, SIX, THEMES, theme_of
from pages.parts import cache, changes, discussion, filters, folded, heading, profile, tables, today
from queries.scope import Scope

_ALL_THEMES = "All themes"
_SIGNALS, _EVERYTHING = "Changes, and targets that are kept missing", "Every measure"
_CHANGED = "Has it changed? Each measure and place"
EVERY = tuple(METRICS)


def lines(keys: tuple[str, ...], scope: Scope, judgements: Sequence[Judgement]) -> list[Line]:
    """A line for each measure; by hub where more than one is shown."""
    shows_hubs = scope.hubs is None or len(scope.hubs) > 1
    return report.lines(cache.headlines(keys, scope), cache.headlines_by_hub(keys, scope) if shows_hubs else {}, judgements)


def show_profile(judgements: Sequence[Judgement], hub_names: dict[str, str], whole: str, scope: Scope) -> None:
    """The six main measures, and one press further every measure by theme."""
    six = [line for line in lines(tuple(theme.headline.key for theme in SIX), scope, judgements) if line.whole.headline.period]
    if six:
        profile.show(six, hub_names, whole, scope)
        st.caption(escaped(profile.LEGEND))
    show_what_to_load(scope)
    tables.download(report.table(six), "overview")
    folded.show("The six in words", "words", lambda: st.markdown(bullets(in_words(line, whole) for line in six)))
    folded.show("Every measure, by theme", "every", partial(show_every_measure, judgements, hub_names, whole, scope))


def show_every_measure(judgements: Sequence[Judgement], hub_names: dict[str, str], whole: str, scope: Scope) -> None:
    """A line for each measure that has a figure, theme by theme."""
    every = [line for line in lines(EVERY, scope, judgements) if line.whole.headline.period]
    profile.show(every, hub_names, whole, scope, by_theme=True)
    tables.download(report.table(every), "every-measure")


def show_what_to_load(scope: Scope) -> None:
    """The themes that have no data yet, in one line, and folded what each of them needs."""
    needed = cache.to_load(tuple(theme.headline.key for theme in THEMES), scope)
    without = [theme for theme in THEMES if theme.headline.key in needed]
    if not without:
        return
    number = f"{words.capitalised(words.number(len(without)))} {'themes have' if len(without) > 1 else 'theme has'}"
    with st.expander(escaped(f"{number} no data yet: what to load")):
        st.markdown(bullets(f"{theme.title}: {needed[theme.headline.key]}" for theme in without))


def in_words(line: Line, whole: str) -> str:
    """A measure beside the year before, its target, and what its chart says."""
    judgement = line.whole.judgement
    target = report.target_sentence(line, "the force" if whole == filters.ALL_HUBS else whole)
    verdict = sentences.verdict(line.metric, judgement) if judgement else ""
    figure = words.shown(line.metric, line.whole.headline.now["value"], with_unit=True)
    return " ".join(filter(None, [f"{line.metric.name}: {figure}.", line.whole.headline.sentence, target, verdict]))


def show_every_change(judgements: Sequence[Judgement], hub_names: dict[str, str], whole: str, scope: Scope) -> None:
    """Every measure and place in a row, the most worth discussing first."""
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
    changes.show(in_order(chosen), hub_names, whole, scope)


scope: Scope = st.session_state.scope
whole = filters.place_name(scope)
heading.show("Overview", scope)
if lacking := cache.lacking(tuple(theme.headline.key for theme in THEMES), scope):
    titles = [theme.title for theme in THEMES if theme.headline.key in lacking]
    st.caption(
        escaped(f"Not all that was sent of this period was taken in: {words.listed(titles)}. Their pages say what is missing.")
    )
hub_names = cache.hub_names(scope.access)
with st.container(key="today"), st.spinner("Checking every chart …"):
    judgements = discussion.judgements(scope)
    today.show(judgements, hub_names, whole, scope)
show_profile(judgements, hub_names, whole, scope)
is_linked = bool({"show", "theme"} & set(st.query_params))
folded.show(_CHANGED, "changed", partial(show_every_change, judgements, hub_names, whole, scope), expanded=is_linked)
