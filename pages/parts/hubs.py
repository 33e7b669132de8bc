"""One measure in each hub: the dots with the target and the force, the sentence, and by size where that says more."""

from dataclasses import replace

import pandas as pd
import streamlit as st

from metrics import charts, words
from metrics.markdown import escaped
from metrics.metric import Number
from metrics.reports.headline import Headline
from metrics.reports.side_by_side import SideBySide, side_by_side
from metrics.signals.targets import Settings, of_period
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


def compared(view: MeasureView, frame: pd.DataFrame, held: Settings) -> SideBySide | None:
    """The hubs beside each other; None where no hub has a figure."""
    whole = cache.headlines((view.metric.key,), _of_reader(view), view.basis)[0]
    return side_by_side(view.metric, frame, whole, held, _of_reader(view), cache.hub_names(view.scope.access))


def show(view: MeasureView, frame: pd.DataFrame, held: Settings) -> None:
    """A dot a hub, from the highest to the lowest, with the sentence that says what it shows."""
    metric, names = view.metric, cache.hub_names(view.scope.access)
    markup.show("", "theme")
    title = st.container(key="by_hub", horizontal=True)
    title.subheader("By hub", width="content")
    found = compared(view, frame, held)
    if found is None:
        st.write("No hub has a figure for this period.")
        return
    with_range = " Lines show the 95% range." if found.known["lower"].notna().any() else ""
    of_sizes = " Hubs differ in how many children live there." if isinstance(metric.formula, Number) else ""
    title.caption(escaped(f"{panel.unit(metric)}{with_range}{of_sizes}"), width="content")
    chart = charts.dots(metric, found.known, found.labels, found.lines, found.months)
    panel.chart(chart, key="hubs", alt=found.sentence, title=f"{metric.name} by hub")
    st.write(escaped(found.sentence))
    unknown = frame[frame["hub"] == UNKNOWN]
    if not found.funnel and len(unknown) and unknown["value"].notna().any():  # a funnel's sentence says it
        st.caption(escaped(f"Hub not recorded: {words.shown(metric, unknown['value'].iloc[0], with_unit=True)}."))
    breakdown.say_of_residents(view, _of_reader(view), "hub")
    every = [words.cell("hub", hub, names) for hub in frame["hub"]]
    panel.table_behind_chart(metric, frame, "hub", every, found.months)


def show_by_size(view: MeasureView, frame: pd.DataFrame, held: Settings) -> None:
    """The funnel of the hubs, folded."""
    found = compared(view, frame, held)
    if found is None or found.funnel is None:
        return
    plot = found.funnel

    def draw() -> None:
        st.caption(escaped(breakdown.BY_SIZE))
        chart = charts.funnel(view.metric, plot, found.names_of_units)
        panel.chart(chart, key="funnel-hub", alt=found.sentence, title=f"{view.metric.name}, hubs by size")

    folded.show("Hubs by size", "by-size", draw)
