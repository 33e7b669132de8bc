"""First-time entrants, ways out of court, no further action and reoffending on one time axis: what rose as another fell."""

import streamlit as st

from metrics import charts
from metrics.markdown import escaped
from metrics.reports import balance
from metrics.signals.sentences import drawn_from
from pages.parts import cache, councils, folded, heading, panel, tables
from queries.clock import add_months
from queries.periods import quarter_start
from queries.scope import Scope

MONTHS = 60

scope: Scope = st.session_state.scope
assert scope.end
heading.show("Balance", scope)
st.write(
    "One figure can improve only because another gets worse: fewer first-time entrants because fewer crimes were investigated, "
    "or fewer children charged because more were drawn into formal diversion. This page shows these figures side by side."
)
metrics = {metric.key: metric for metric in balance.SIDE_BY_SIDE}
headlines = cache.headlines(tuple(metrics), scope)
if all(headline.period is None for headline in headlines):
    st.info("There is nothing to compare in this period: its data are not loaded.", icon=":material/hourglass_empty:")
    st.stop()
st.subheader("What rose and what fell")
movements = balance.movements(headlines, metrics)
st.write(escaped(movements))
st.caption(
    "Compared with the same period a year before; for reoffending, the latest year whose follow-up is complete. Only a change "
    "larger than chance explains is counted. Shares of outcomes are parts of one whole: where one rises, others must fall. "
    "Outcome 21 is part of “no further action, not in the public interest”, so the two move together."
)
panel.measures_table(headlines, metrics, "Balance", scope)
st.header("Side by side, by quarter")
end = quarter_start(scope.end)
over = scope.over(add_months(end, -MONTHS), end)
courses = {key: cache.course(key, over, "quarter") for key in metrics}
available = [(metrics[key], course.frame) for key, course in courses.items() if course.frame["value"].notna().any()]
if available:
    changes = councils.changes_in(max((frame["quarter"] for _, frame in available), key=len), scope)
    panel.chart(charts.aligned(available, changes), key="aligned", alt=movements)
    for change in changes:
        st.caption(escaped(change.words))
for key, course in courses.items():
    if course.starts_on:
        st.caption(escaped(f"{metrics[key].name}. {drawn_from(course)}"))
folded.show(
    folded.TABLE_BEHIND_CHART,
    "balance",
    lambda: tables.listing(balance.side_by_side(available), "balance-by-quarter", balance.file(available)),
)
