"""One measure in each hub: the dots with the target and the force, the sentence, and by size where that says more."""

from dataclasses import replace

import pandas as pd
import streamlit as st

from metrics import charts, sentences, words
from metrics.markdown import escaped
from metrics.reports.headline import Headline
from metrics.signals.targets import of_period
from metrics.statistics.funnel import Funnel
from pages.parts import breakdown, cache, filters, panel
from pages.parts.panel import MeasureView
from queries.facts.child import UNKNOWN

_BY_SIZE = (
    "From the smallest to the largest. If there were no real differences, 95 in 100 would lie between the dashed lines, and 998 "
    "in 1,000 between the solid ones."
)


def counted(view: MeasureView) -> pd.DataFrame:
    """The measure in each hub that the reader may see, those beside the ones chosen too."""
    scope = replace(view.scope, hubs=view.scope.access.hubs)
    return cache.frame(view.metric.key, scope, ("hub",), view.basis)


def target_sentence(view: MeasureView, headline: Headline, frame: pd.DataFrame) -> str:
    """How the figure of the period stands against its target, and how many hubs miss theirs."""
    held, is_force = cache.settings((view.metric.key,), view.scope), view.scope.hubs is None
    hubs = [(row, held.of(view.metric, row["hub"]).target) for _, row in frame.iterrows() if row["hub"] != UNKNOWN]
    place = "the force" if is_force else filters.place_name(view.scope)
    return of_period(view.metric, place, (headline.now, held.of(view.metric).target), hubs if is_force else [])


def show(view: MeasureView, frame: pd.DataFrame) -> None:
    """A dot a hub, from the highest to the lowest."""
    metric, names = view.metric, cache.hub_names(view.scope.access)
    known = frame[(frame["hub"] != UNKNOWN) & frame["value"].notna()].sort_values("value", ascending=False, ignore_index=True)
    title = st.container(key="by_hub", horizontal=True)
    title.subheader("By hub", width="content")
    if known.empty:
        st.write("No hub has a figure for this period.")
        return
    plot = breakdown.funnel_of(metric, known)
    shown = [names.get(hub, hub) for hub in known["hub"]]
    sentence = sentences.spread(metric, plot, shown_of(plot, shown)) if plot else sentences.contrast(metric, known, shown)
    lines = _lines(view)
    with_range = " Lines show the 95% range." if known["lower"].notna().any() else ""
    title.caption(escaped(f"{panel.unit(metric)}{with_range}"), width="content")
    panel.chart(charts.dots(metric, known, shown, lines), key="hubs", alt=sentence)
    st.write(escaped(sentence))
    unknown = frame[frame["hub"] == UNKNOWN]
    if len(unknown) and unknown["value"].notna().any():
        st.caption(
            escaped(
                f"Hub not recorded: {words.fraction(metric, unknown.iloc[0]) or words.shown(metric, unknown['value'].iloc[0])}."
            )
        )
    breakdown.say_of_residents(view, replace(view.scope, hubs=view.scope.access.hubs), "hub")
    every = pd.Series([words.cell("hub", hub, names) for hub in frame["hub"]], frame.index, dtype=str)
    panel.table_behind_chart(metric, frame, "hub", list(every))


def shown_of(plot: Funnel, names: list[str]) -> list[str]:
    """The names of the units that a funnel has, in its order."""
    return [names[position] for position in plot.units.index]


def show_by_size(view: MeasureView, frame: pd.DataFrame) -> None:
    """The funnel of the hubs, folded."""
    names = cache.hub_names(view.scope.access)
    known = frame[frame["hub"] != UNKNOWN].reset_index(drop=True)
    plot = breakdown.funnel_of(view.metric, known)
    if not plot:
        return
    of_units = shown_of(plot, [names.get(hub, hub) for hub in known["hub"]])
    sentence = sentences.spread(view.metric, plot, of_units)
    with st.expander("Hubs by size"):
        st.caption(_BY_SIZE)
        panel.chart(charts.funnel(view.metric, plot, of_units), key="funnel-hub", alt=sentence)


def _lines(view: MeasureView) -> list[tuple[str, float]]:
    """The whole, and the target where there is one: a name and a value each."""
    whole = cache.frame(view.metric.key, replace(view.scope, hubs=view.scope.access.hubs), (), view.basis).iloc[0]
    lines = [] if pd.isna(whole["value"]) else [("All hubs", float(whole["value"]))]
    target = cache.settings((view.metric.key,), replace(view.scope, hubs=view.scope.access.hubs)).of(view.metric).target
    return [*lines, *([("Target", target.value)] if target else [])]
