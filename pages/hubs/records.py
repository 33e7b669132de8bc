"""From a number to the records behind it: any measure, any part of it, in the hubs and period of the sidebar."""

import streamlit as st

from metrics import words
from metrics.metric import Metric
from metrics.reports import records as behind
from metrics.themes import METRICS
from pages.parts import cache, filters, panel, records
from pages.parts.panel import Shown
from queries.scope import Scope


def figure(metric: Metric, scope: Scope) -> None:
    """The measure as every page shows it, and what it was worked out from."""
    row = cache.frame(metric.key, scope, ()).iloc[0]
    st.metric(metric.name, words.shown(metric, row["value"], with_unit=True))
    st.caption(" ".join(filter(None, (f"{filters.described(scope)}.", panel.unit(metric), words.fraction(metric, row)))))


def listing(metric: Metric, part: str, scope: Scope, names: dict[str, str]) -> None:
    """The records of the part, once the reader has said why."""
    if not records.opened(f"records-{metric.key}"):
        return
    opened = behind.records(metric, part, scope)
    if opened.number is None:
        st.info("There are no records: the figure is not available.", icon=":material/hourglass_empty:")
    elif opened.found.empty:
        st.info("No record was counted.", icon=":material/hourglass_empty:")
    else:
        st.write(behind.sentence(opened))
        records.listing(behind.table(metric, opened, names), f"{metric.key}-records", behind.references(opened.found), part=part)


scope: Scope = st.session_state.scope
st.title("Records")
st.write("Choose a figure to see what was counted, record by record, in the hubs and period of the sidebar.")
by_name = {metric.name: metric for metric in METRICS.values()}
hub_names = dict(cache.places(scope.access)[["hub", "name"]].itertuples(index=False, name=None))
chosen = by_name[filters.choice("Measure", "measure", list(by_name))]
part = filters.choice("Part of it", "part", list(behind.parts(chosen)))
within = cache.complete(chosen.key, scope)
figure(chosen, within)
st.header(part)
listing(chosen, part, within, hub_names)
panel.about(Shown(chosen, within))
