"""What every figure means: question, what is counted, out of what, unit, source and caveats."""

import streamlit as st

from metrics.markdown import bullets, code, escaped
from metrics.reports.catalogue import CATALOGUE
from metrics.themes import THEMES
from pages.parts import panel
from release.answers import proof

reader = st.session_state.reader  # no page without one
st.title("Definitions")
st.write(
    "What every figure on these pages means, taken from the same definitions that count it. A child is a person under 18 on the "
    "date that the figure names. A day is a day in London time. What is not recorded is never taken as 0."
)
st.markdown(
    "- **Child-years:** one child who lives here for a year is one child-year, so 12,000 children over a month are 1,000 "
    "child-years. Rates are worked out from child-years, so that a month and a year can be compared.\n"
    "- **95% range:** chance alone moves every figure a little. The range shows how far: the narrower, the surer the figure.\n"
    "- **Target met or missed:** the figure of the period beside the target that holds at its end; a hub's own target, where it "
    "has one. “Within the margin” says that the 95% range lies on both sides: chance could have put the figure on the other.\n"
    "- **Normal range:** where a month or quarter lies when nothing has changed, from the chart's own past. ▲ improvement, ▼ "
    "concern and ◆ a change that is neither are of its last month or quarter, not of the whole period.\n"
    "- **Not available:** the data do not hold what the figure needs. It is never shown as zero."
)
for theme in THEMES:
    st.header(escaped(theme.title))
    st.write(escaped(theme.about))
    for metric in theme.metrics:
        with st.expander(escaped(metric.name)):
            panel.definition(metric)
            st.caption(f"Key: {code(metric.key)}")
st.header("Comparisons")
st.write("What the pages under “Comparisons” show, and the tables that set figures beside published ones.")
for command, comparison in CATALOGUE.items():
    with st.expander(escaped(comparison.title)):
        st.markdown(f"{bullets(comparison.meaning)}\n- **Source:** {escaped(comparison.source)}")
        st.caption(f"Command: {code(f'python -m metrics {command}')}")
st.header("Earlier figures")
st.markdown(
    "- **As at a day:** the figures as if the data ended on that day. Records dated later are left out, and so is every later "
    "date in earlier records (outcomes, returns, releases, interviews, reviews). Records entered late are included, so the "
    "figures can differ from those shown on that day.\n"
    "- **Revised figures:** the headline figures as they were shown at the time. They are kept at every load of data, with the "
    "period that they were for, and set beside what the same period shows now."
)
st.header("What the partnership board sees")
st.markdown(bullets(proof.PROMISES))
