"""From a number to the records behind it: any measure, any part of it, in the hubs and period of the sidebar."""

import streamlit as st

from metrics import words
from metrics.markdown import escaped
from metrics.metric import Metric
from metrics.reports import records as report
from metrics.themes import METRICS
from pages.parts import cache, filters, heading, panel, records
from pages.parts.panel import MeasureView
from queries.scope import Scope


def show_figure(metric: Metric, scope: Scope) -> None:
    """The measure as every page shows it, and what it is worked out from."""
    headline = cache.headlines((metric.key,), scope)[0]
    st.metric(escaped(metric.name), escaped(words.shown(metric, headline.now["value"], with_unit=True)))
    counted = words.fraction(metric, headline.now, words.months_of(headline.period))
    st.caption(escaped(" ".join(filter(None, (f"{filters.described(scope)}.", panel.unit(metric), counted)))))


def list_records(metric: Metric, part: str, scope: Scope) -> None:
    """The records of the part, once the reader has said why."""
    if not records.reason_given(f"records-{metric.key}"):
        return
    counted = cache.counted_now(report.records, metric, part, scope)
    if counted.number is None:
        st.info("There are no records: the figure is not available.", icon=":material/hourglass_empty:")
    elif counted.frame.empty:
        st.info("There are no records to show: none was counted.", icon=":material/hourglass_empty:")
    else:
        st.write(escaped(report.sentence(counted)))
        table = report.table(metric, counted, cache.hub_names(scope.access))
        records.listing(table, f"{metric.key}-records", report.references(counted.frame), part=part)


scope: Scope = st.session_state.scope
heading.show("Records", scope)
st.write("Choose a figure to see what was counted, record by record, for the hub and period chosen in the sidebar.")
by_name = {metric.name: metric for metric in METRICS.values()}
metric = by_name[filters.choice("Measure", "measure", list(by_name))]
part = filters.choice("Part of it", "part", list(report.parts(metric)))
complete = cache.latest_complete(metric.key, scope)
show_figure(metric, complete)
st.header(escaped(part))
list_records(metric, part, complete)
panel.about(MeasureView(metric, complete))
