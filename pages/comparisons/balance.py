"""Entry, the ways out of court, no further action and coming back, on one time axis: whether one was bought by another."""

import streamlit as st

from metrics import charts
from metrics.reports import balance
from pages.parts import cache, filters, panel, tables
from queries.clock import add_months
from queries.periods import quarter_start
from queries.scope import Scope

MONTHS = 60

scope: Scope = st.session_state.scope
assert scope.end
st.title("Balance")
st.write(
    "A fall in one figure can be bought by a rise in another: fewer first-time entrants, because less was investigated; fewer "
    "children charged, because more were drawn into formal diversion. So they stand side by side here."
)
st.caption(filters.described(scope))
metrics = {metric.key: metric for metric in balance.SIDE_BY_SIDE}
headlines = cache.headlines(tuple(metrics), scope)
if all(headline.period is None for headline in headlines):
    st.info("There is nothing to set side by side in this period: its data are not loaded.", icon=":material/hourglass_empty:")
    st.stop()
st.subheader("What moved together, and what moved against")
st.write(balance.movements(headlines, metrics))
st.caption(
    "Beside the same period a year before; for reoffending, the latest year whose follow-up is complete. Only what is more than "
    "chance counts as moved. Shares of outcomes are parts of one whole: where one rises, others must fall. Outcome 21 is part of "
    "no further action not in the public interest: the two move together."
)
panel.measures_table(headlines, metrics, "Balance")
st.header("Side by side, by quarter")
end = quarter_start(scope.end)
over = scope.over(add_months(end, -MONTHS), end)
frames = {key: cache.frame(key, over, ("quarter",)) for key in metrics}
shown = [(metrics[key], frame) for key, frame in frames.items() if frame["value"].notna().any()]
if shown:
    changes = panel.council_changes(shown[0][1]["quarter"], scope)
    st.plotly_chart(charts.aligned(shown, changes), config=panel.CHART, key="aligned", alt=balance.movements(headlines, metrics))
    for change in changes:
        st.caption(change.words)
with st.expander("The table behind this chart"):
    tables.listing(balance.side_by_side(shown), "balance-by-quarter")
