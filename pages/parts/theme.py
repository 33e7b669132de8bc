"""The page of a theme: one measure against its target, its past and in each hub, the ways to the others; all else folded."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import partial
from types import MappingProxyType

import pandas as pd
import streamlit as st

from metrics import words
from metrics.markdown import bold, bullets, escaped
from metrics.metric import Metric
from metrics.reports.headline import Headline, details, main_figure
from metrics.signals import recorded_changes, sentences
from metrics.signals.targets import Settings
from metrics.themes import METRICS, THEMES, Theme, theme_of
from metrics.themes.outcomes import Basis
from pages.parts import (
    breakdown,
    cache,
    control_chart,
    filters,
    folded,
    heading,
    hubs,
    markup,
    memory,
    notes,
    other_hubs,
    panel,
    trend,
)
from pages.parts.panel import MeasureView
from queries.clock import add_months
from queries.scope import Scope

_AUTOMATIC = "Automatic"
_TIMES = {_AUTOMATIC: "", "Month": "month", "Quarter": "quarter"}
_WIDER_PLACES = ("area", "authority")
_MONTHS_DRAWN = 36  # of a chart
_SPLITS = "By age, sex, ethnic group and so on"
_NOT_COMPLETE = "Crimes recorded lately have had less time to reach an outcome: recent months are not complete."
_NO_RECORDS = " The records behind a figure are listed only by the date of the outcome."


def nothing_first(scope: Scope) -> None:
    """Most themes open with their measure."""


def page(
    key: str,
    cards: tuple[str, ...],
    splits: tuple[str, ...],
    *,
    bases: Mapping[str, Basis] = MappingProxyType({"": "closed"}),
    published: tuple[str, ...] = (),
    opening: Callable[[Scope], None] = nothing_first,
) -> None:
    """Draw the page of a theme.

    ``cards`` are its main measures, ``splits`` what the measures can be divided by, ``bases`` the ways to say which crimes belong
    to a period, where there is a choice, ``published`` the measures that are set beside published figures, ``opening`` what
    stands before all of them, where crimes are counted by the date of their outcome.
    """
    scope: Scope = st.session_state.scope
    theme = next(theme for theme in THEMES if theme.key == key)
    heading.show(theme.title, scope)
    by_name = {metric.name: metric.key for metric in theme.metrics}
    names = sorted(by_name, key=lambda name: name != theme.headline.name)  # the headline first, the others as they are listed
    with st.container(key="choices"):
        columns = st.columns([2, 1, 1] if len(bases) > 1 else [2, 1])
        with columns[0]:
            chosen = by_name[filters.choice("Measure", f"{theme.key}-measure", names)]
        with columns[1]:
            time = _TIMES[filters.choice("Over time by", f"{theme.key}-time", list(_TIMES))]
        with columns[-1]:
            basis = bases[filters.choice("Count crimes", "basis", list(bases)) if len(bases) > 1 else ""]
    if basis == "recorded":
        st.info(_NOT_COMPLETE + (_NO_RECORDS if scope.access.role == "hub" else ""))
    keys = tuple(metric.key for metric in theme.metrics)
    headlines = {headline.key: headline for headline in cache.headlines(keys, scope, basis)}
    if all(headline.period is None for headline in headlines.values()):
        _show_nothing_yet(theme, scope, basis)
        return
    metrics = {key: cache.metric(key, basis) for key in keys}
    if basis == "closed":
        opening(scope)
    entries = memory.of_measure(metrics[chosen], scope) if basis == "closed" else []
    view = MeasureView(metrics[chosen], cache.latest_complete(chosen, scope), basis, tuple(notes.marks(entries, scope)))
    frame, held = hubs.counted(view), cache.settings(keys, view.scope)
    markup.show("", "theme")
    with st.container(key="measure"):
        _show_figure(view, scope, headlines[chosen], frame, held)
        _show_charts(view, scope, time, frame, held)
    if basis == "closed":
        notes.show(view.metric, scope, headlines[chosen], cache.judgement(chosen, scope), entries)
    _show_others([headlines[card] for card in cards if card != chosen], metrics, theme.key)
    for measure in published:
        panel.beside_published(cache.metric(measure), scope)
    _show_folded(view, scope, splits, headlines, metrics, theme, frame, held)


def _show_figure(view: MeasureView, scope: Scope, headline: Headline, frame: pd.DataFrame, held: Settings) -> None:
    """The figure with what it is worked out from; its target, the year before, and what was last told."""
    metric = view.metric
    judgement = cache.judgement(metric.key, scope, view.basis)
    with st.container(key="figure"):
        left, right = st.columns([1, 2], vertical_alignment="center")
        with left:
            shown = main_figure(metric, headline)
            st.metric(escaped(metric.name), escaped(shown), help=escaped(metric.question), label_visibility="collapsed")
            of_residents = " ".join(cache.notes_on_residents(metric.key, view.scope, ()))
            st.caption(escaped(f"{details(metric, headline, scope)}. {of_residents}".removesuffix(". ")))
            panel.records_link(metric, headline)
        with right:
            if pd.isna(headline.now["value"]):
                st.markdown(bullets(cache.notes_of((metric.key,), view.scope, view.basis)[metric.key]))
                return
            target = hubs.target_sentence(view, headline, frame, held)
            told = cache.last_told(metric.key, scope) if view.basis == "closed" else ""
            both = sentences.two_spans(metric, headline, judgement)
            over = words.capitalised(both.partition("; ")[2])  # its last point is in the verdict
            of_past = f"{control_chart.verdict(metric, judgement)} {over}".strip()
            if target:
                st.markdown(bold(target))
            lines = (headline.sentence, sentences.not_complete(metric, judgement), of_past, told)
            st.markdown("  \n".join(escaped(said) for said in lines if said))
            _show_recorded_changes(metric, scope, held)


def _show_charts(view: MeasureView, scope: Scope, time: str, frame: pd.DataFrame, held: Settings) -> None:
    """Its course and its hubs, beside each other where there is room."""
    with st.container(key="charts"):
        left, right = st.columns([3, 2])
        with left:
            if time:
                trend.show(view, time)
            else:
                control_chart.show(replace(view, scope=scope))
        with right:
            if scope.access.role == "hub" and len(frame) < 2:
                other_hubs.show(view)
            else:
                hubs.show(view, frame, held)


def _show_recorded_changes(metric: Metric, scope: Scope, held: Settings) -> None:
    """What was changed on purpose that the chart itself does not say: in single hubs, and to other parts of the same whole."""
    moved_by = recorded_changes.counterparts(METRICS[metric.key], theme_of(METRICS[metric.key]).metrics)
    assert scope.end
    since = add_months(scope.end, -_MONTHS_DRAWN)
    for sentence in recorded_changes.sentences(moved_by[0], moved_by, held, since, cache.hub_names(scope.access)):
        st.caption(escaped(sentence))


def _show_others(headlines: Sequence[Headline], metrics: Mapping[str, Metric], page: str) -> None:
    """The other main figures, each the way to its own chart."""
    chips = []
    for headline in headlines:
        metric = metrics[headline.key]
        shown = words.shown(metric, headline.now["value"], with_unit=metric.unit.startswith("hours"))
        inner = f"{markup.text(metric.name)} {markup.element('b', markup.text(shown))}"
        chips.append(markup.link(page, {f"{page}-measure": metric.name}, inner))
    if chips:
        markup.show(markup.element("ul", markup.elements("li", ["Also", *chips]), class_="chips"), "chips")


def _show_folded(
    view: MeasureView,
    scope: Scope,
    splits: tuple[str, ...],
    headlines: Mapping[str, Headline],
    metrics: Mapping[str, Metric],
    theme: Theme,
    frame: pd.DataFrame,
    held: Settings,
) -> None:
    """What fewer readers need: every measure, splits, hubs by size, the other hubs, how it is counted."""
    every = partial(panel.measures_table, list(headlines.values()), metrics, theme.title, scope)
    folded.show("Every measure", "measures", every)
    wider = _WIDER_PLACES if scope.access.hubs is None else ()  # whoever reads single hubs does not see all of a wider place
    offered = {words.dimension(split): split for split in (*splits, *wider) if split in view.metric.splits}
    if offered:
        is_linked = f"{theme.key}-split" in st.query_params
        folded.show(_SPLITS, f"{theme.key}-splits", partial(_show_split, view, theme, offered), expanded=is_linked)
    hubs.show_by_size(view, frame, held)
    if scope.access.role == "hub" and len(frame) > 1:
        other_hubs.show(view)
    panel.about(view)
    st.caption(escaped(theme.about))


def _show_split(view: MeasureView, theme: Theme, offered: Mapping[str, str]) -> None:
    breakdown.show(view, offered[filters.choice("Split by", f"{theme.key}-split", list(offered))])


def _show_nothing_yet(theme: Theme, scope: Scope, basis: Basis) -> None:
    notes = cache.notes_of((theme.headline.key,), scope, basis)[theme.headline.key]
    st.info(escaped(f"There is nothing to show here. {' '.join(notes)}"), icon=":material/hourglass_empty:")
    with st.expander("What this page shows where there are data"):
        for metric in theme.metrics:
            st.markdown(f"{bold(f'{metric.name}:')} {escaped(metric.question)}")
