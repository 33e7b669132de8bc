"""What every figure means: question, what is counted, out of what, unit, source and caveats."""

import streamlit as st

from metrics.reports.catalogue import ANSWERS
from metrics.themes import THEMES
from pages.parts import panel

reader = st.session_state.reader  # no page without one
st.title("Definitions")
st.write(
    "What every figure on these pages means, read from the same place that counts it. A child is a person under 18 on the date "
    "that the figure names; a day is a day in London; what is not recorded is never taken for nought. "
    "Rates are for the children who live here over a year: 12,000 of them over a month count as 1,000 for a year."
)
for theme in THEMES:
    st.header(theme.title)
    st.write(theme.about)
    for metric in theme.metrics:
        with st.expander(metric.name):
            panel.definition(metric)
            st.caption(f"Key: `{metric.key}`")
st.header("Figures side by side")
st.write("What the pages that look across the measures set beside each other, and the strips with published figures.")
for command, answer in ANSWERS.items():
    with st.expander(answer.title):
        st.markdown("\n".join(f"- {sentence}" for sentence in (*answer.meaning, f"**Source:** {answer.source}")))
        st.caption(f"Command: `python -m metrics {command}`")
st.header("Shown as at a day, and told before")
st.markdown(
    "- **As at a day:** as if the data ended on it. Rows dated later are unseen, and every later date in earlier rows (outcomes, "
    "returns, releases, interviews, reviews) is blank. Rows entered late are included, so it is not what was shown then.\n"
    "- **What was said before** is: the headline figures are kept at every load, word for word, with the period they were of."
)
