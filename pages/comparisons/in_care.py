"""Children in care beside others: their share of each theme, calls from children's homes, and how crimes at homes end."""

from collections.abc import Sequence

import pandas as pd
import streamlit as st

from metrics import charts, words
from metrics.reports import in_care
from metrics.reports.in_care import Compared
from metrics.themes import METRICS
from pages.parts import cache, filters, panel, tables
from pages.parts.panel import Shown
from queries.scope import Scope


def table(seen: Sequence[Compared]) -> None:
    """The six themes in a row each."""
    rows = [
        {
            "Theme": each.lens.title,
            "In care": words.fraction(each.lens.share, each.share),
            "Share in care": words.shown(each.lens.share, each.share["value"]),
            "95% range": words.interval(each.lens.share, each.share),
            "Times their share of residents": each.times_in_words,
        }
        for each in seen
    ]
    tables.listing(pd.DataFrame(rows), "in-care-shares")


def compared(seen: Sequence[Compared]) -> None:
    """What becomes of children in care beside others, one sentence a theme."""
    st.header("What happens to them, beside others")
    said = [sentence for each in seen if (sentence := in_care.comparison_sentence(each))]
    st.markdown("\n".join(f"- {sentence}" for sentence in said) if said else "There are no figures of both in this period.")
    st.caption("Care leavers are in neither group. Several events of one child count as if they came alone.")


def homes(scope: Scope) -> None:
    """Calls from children's homes by hub, and how crimes at homes end."""
    st.header("Children's homes")
    calls = METRICS["care_home_calls"]
    panel.contrast(Shown(calls, scope), "hub")
    panel.about(Shown(calls, scope))
    st.subheader("How crimes with a child suspect end, at homes and elsewhere")
    found = cache.frame("crimes_with_outcome", scope, ("at_home", "outcome_group"))
    shares = in_care.shares_of_outcomes(found)
    if shares.empty:
        st.write("Not available: no crime in the data is recorded at a children's home.")
        return
    sentence = in_care.outcomes_sentence(shares)
    st.caption(f"{filters.described(scope)}. % of crimes with an outcome.")
    if in_care.enough_at_homes(shares):
        st.plotly_chart(charts.pairs(shares), config=panel.CHART, key="at-home", alt=sentence)
    st.write(sentence)
    with st.expander("The table behind this chart"):
        tables.listing(in_care.named_shares(shares), "outcomes-at-homes")


scope: Scope = st.session_state.scope
st.title("In care and not in care")
st.write(
    "Children in care come to the notice of the police far more often than others, often for what would be settled at home in a "
    "family. Their care is looked up on the day of each event."
)
st.caption(filters.described(scope))
st.write(in_care.share_sentence(*cache.in_care_of_residents(scope, (10, 17)), (10, 17)))
seen = cache.compare(scope)
table(seen)
with_enough = [each for each in seen if each.enough]
if with_enough:
    most = max(with_enough, key=lambda each: each.times)
    st.write(
        f"Most out of proportion: {most.lens.title.lower()}, where children in care are {most.times:.0f} times their share of "
        f"residents aged {most.lens.ages[0]} to {most.lens.ages[1]}."
    )
compared(seen)
homes(scope)
