"""One measure in each hub: the dots with the target and the force, the sentence, and by size where that says more."""

from dataclasses import replace

import pandas as pd
import streamlit as st

from metrics import charts, sentences, words
from metrics.markdown import escaped
from metrics.metric import Metric, Number
from metrics.reports.headline import Headline
from metrics.signals.targets import Settings, Target, of_period, target_in_words
from metrics.statistics.funnel import Funnel
from pages.parts import breakdown, cache, filters, folded, markup, panel
from pages.parts.panel import MeasureView
from queries.facts.child import UNKNOWN
from queries.scope import Scope


def counted(view: MeasureView) -> pd.DataFrame:
    """The measure in each hub that the reader may see, those beside the ones chosen too."""
    return cache.frame(view.metric.key, _of_reader(view), ("hub",), view.basis)


def _of_reader(view: MeasureView) -> Scope:
    """All hubs that the reader may see."""
    return replace(view.scope, hubs=view.scope.access.hubs)


def target_sentence(view: MeasureView, headline: Headline, frame: pd.DataFrame, held: Settings) -> str:
    """How the figure of the period stands against its target, and how many hubs miss theirs."""
    is_force = view.scope.hubs is None
    hubs = [(row, held.of(view.metric, row["hub"]).target) for _, row in frame.iterrows() if row["hub"] != UNKNOWN]
    place = "the force" if is_force else filters.place_name(view.scope)
    return of_period(view.metric, place, (headline.now, held.of(view.metric).target), hubs if is_force else [])


def show(view: MeasureView, frame: pd.DataFrame, held: Settings) -> None:
    """A dot a hub, from the highest to the lowest, with the sentence that says what it shows."""
    metric, names = view.metric, cache.hub_names(view.scope.access)
    markup.show("", "theme")
    title = st.container(key="by_hub", horizontal=True)
    title.subheader("By hub", width="content")
    known = frame[(frame["hub"] != UNKNOWN) & frame["value"].notna()].sort_values("value", ascending=False, ignore_index=True)
    if known.empty:
        st.write("No hub has a figure for this period.")
        return
    whole = cache.headlines((metric.key,), _of_reader(view), view.basis)[0]
    months, shown = words.months_of(whole.period), [names.get(hub, hub) for hub in known["hub"]]
    own = [held.targets.get((metric.key, hub)) for hub in known["hub"]]
    labels = [_with_own_target(metric, name, target) for name, target in zip(shown, own, strict=True)]
    plot = breakdown.funnel_of(metric, known)
    said = _spread(view, frame, plot, shown, whole) if plot else sentences.contrast(metric, known, shown, months)
    with_range = " Lines show the 95% range." if known["lower"].notna().any() else ""
    of_sizes = " Hubs differ in how many children live there." if isinstance(metric.formula, Number) else ""
    title.caption(escaped(f"{panel.unit(metric)}{with_range}{of_sizes}"), width="content")
    panel.chart(charts.dots(metric, known, labels, _lines(view, whole, held), months), key="hubs", alt=said)
    st.write(escaped(said))
    unknown = frame[frame["hub"] == UNKNOWN]
    if not plot and len(unknown) and unknown["value"].notna().any():  # a funnel's sentence says it
        st.caption(escaped(f"Hub not recorded: {words.shown(metric, unknown['value'].iloc[0], with_unit=True)}."))
    breakdown.say_of_residents(view, _of_reader(view), "hub")
    every = [words.cell("hub", hub, names) for hub in frame["hub"]]
    panel.table_behind_chart(metric, frame, "hub", every, months)


def _with_own_target(metric: Metric, name: str, target: Target | None) -> str:
    """A hub's name, with what it has set itself where it has a target of its own."""
    return f"{name} (own target {target_in_words(metric, target)})" if target else name


def show_by_size(view: MeasureView, frame: pd.DataFrame) -> None:
    """The funnel of the hubs, folded."""
    names = cache.hub_names(view.scope.access)
    known = frame[frame["hub"] != UNKNOWN].reset_index(drop=True)
    plot = breakdown.funnel_of(view.metric, known)
    if not plot:
        return
    shown = [names.get(hub, hub) for hub in known["hub"]]
    whole = cache.headlines((view.metric.key,), _of_reader(view), view.basis)[0]

    def draw() -> None:
        st.caption(escaped(breakdown.BY_SIZE))
        said = _spread(view, frame, plot, shown, whole)
        panel.chart(charts.funnel(view.metric, plot, _of_units(plot, shown)), key="funnel-hub", alt=said)

    folded.show("Hubs by size", "by-size", draw)


def _spread(view: MeasureView, frame: pd.DataFrame, plot: Funnel, shown: list[str], whole: Headline) -> str:
    beside = breakdown.whole_beside(view.metric, frame, "hub", _of_reader(view), whole)
    return sentences.spread(view.metric, plot, _of_units(plot, shown), beside)


def _of_units(plot: Funnel, names: list[str]) -> list[str]:
    """The names of the units that a funnel has, in its order."""
    return [names[position] for position in plot.units.index]


def _lines(view: MeasureView, whole: Headline, held: Settings) -> list[tuple[str, float]]:
    """The whole, and what the force has set itself where it has: a name and a value each."""
    is_total = isinstance(view.metric.formula, Number)  # of which no hub can be near
    lines = [] if is_total or pd.isna(whole.now["value"]) else [("All hubs", float(whole.now["value"]))]
    target = held.targets.get((view.metric.key, None))
    return [*lines, *([("Target", target.value)] if target else [])]
