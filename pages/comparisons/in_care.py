"""Children in care beside others: their share of each theme, calls from children's homes, and how crimes at homes end."""

from collections.abc import Sequence

import pandas as pd
import streamlit as st

from metrics import charts, words
from metrics.markdown import bullets, escaped
from metrics.reports import in_care
from metrics.reports.in_care import Compared
from metrics.themes import METRICS
from pages.parts import breakdown, cache, filters, folded, heading, hubs, panel, tables
from pages.parts.panel import MeasureView
from queries.scope import Scope


def show_shares(themes: Sequence[Compared]) -> None:
    """The six themes in a row each."""
    rows = [
        {
            "Theme": theme.comparison.title,
            "In care": theme.counted_in_words,
            "Share in care": words.shown(theme.comparison.share, theme.share["value"]),
            "95% range": words.interval(theme.comparison.share, theme.share),
            "Share of residents": theme.residents_in_words,
            "How many times": theme.times_in_words,
        }
        for theme in themes
    ]
    tables.listing(pd.DataFrame(rows), "in-care-shares", in_care.file(themes))


def show_comparisons(themes: Sequence[Compared]) -> None:
    """What becomes of children in care beside others, one sentence a theme."""
    st.header("What happens to them, compared with others")
    sentences = [sentence for theme in themes if (sentence := in_care.comparison_sentence(theme))]
    if sentences:
        st.markdown(bullets(sentences))
    else:
        st.write("No theme has figures for both groups in this period.")
    st.caption(
        "Care leavers are in neither group. Several events of one child are counted as separate events, "
        "and a crime with suspects of both groups counts in each."
    )


def show_homes(scope: Scope) -> None:
    """Calls from children's homes by hub, and how crimes at homes end."""
    st.header("Children's homes")
    calls = METRICS["care_home_calls"]
    view = MeasureView(calls, scope)
    hubs.show(view, hubs.counted(view), cache.settings((calls.key,), scope))
    panel.about(view)
    st.subheader("How crimes with a child suspect end, at homes and elsewhere")
    shares = in_care.shares_of_outcomes(cache.frame("crimes_with_outcome", scope, ("at_home", "outcome_group")))
    if shares.empty:
        st.write("Not available: the data hold no crime with an outcome in this period that is recorded at a children's home.")
        return
    sentence = in_care.outcomes_sentence(shares)
    st.caption(escaped(f"{filters.described(scope)}. % of crimes with an outcome."))
    if in_care.enough_at_homes(shares):
        panel.chart(charts.pairs(shares), key="at-home", alt=sentence)
    st.write(escaped(sentence))
    folded.show(
        folded.TABLE_BEHIND_CHART,
        "at-home",
        lambda: tables.listing(in_care.named_shares(shares), "outcomes-at-homes", in_care.file_of_shares(shares)),
    )


scope: Scope = st.session_state.scope
heading.show("In care and not in care", scope)
st.write(
    "Children in care come to the notice of the police far more often than others, often for things that a family would settle "
    "at home. Whether a child was in care is looked up on the day of each event."
)
st.write(escaped(in_care.share_sentence(*cache.in_care_of_residents(scope, breakdown.AGES), breakdown.AGES)))
themes = cache.care_comparisons(scope)
show_shares(themes)
for note in cache.notes_on_residents_in_care(scope, in_care.ALL_AGES):
    st.caption(f":material/info: {escaped(note)}")
with_enough = [theme for theme in themes if theme.enough]
if with_enough:
    most = max(with_enough, key=lambda theme: theme.times)
    youngest, oldest = most.comparison.ages
    st.write(
        escaped(
            f"Most out of proportion: {words.uncapitalised(most.comparison.title)}, where the share of children in care is "
            f"{most.times_in_words} times their share of residents aged {youngest} to {oldest}."
        )
    )
show_comparisons(themes)
show_homes(scope)
