"""The dashboard's door: who is reading, what they may see, and the pages they get."""

import streamlit as st

from pages.parts import filters, guard, marking
from queries.scope import Access

# Until readers sign in, whoever sits at the machine itself reads as an analyst (see .streamlit/config.toml).
ANALYST = Access("analyst")

PAGES = [
    st.Page("pages/performance/overview.py", title="Overview", icon=":material/home:", default=True),
    st.Page("pages/performance/first_time_entrants.py", title="First-time entrants", icon=":material/flag:"),
    st.Page("pages/performance/repeat_offending.py", title="Repeat offending", icon=":material/repeat:"),
    st.Page("pages/performance/custody.py", title="Police custody", icon=":material/lock:"),
    st.Page("pages/performance/stop_search.py", title="Stop and search", icon=":material/search:"),
    st.Page("pages/performance/missing.py", title="Missing children", icon=":material/location_off:"),
    st.Page("pages/performance/outcomes.py", title="Outcomes", icon=":material/gavel:"),
    st.Page("pages/about/definitions.py", title="Definitions", icon=":material/menu_book:"),
    st.Page("pages/about/data_quality.py", title="Data quality", icon=":material/fact_check:"),
]


def main() -> None:
    st.set_page_config(page_title="Child centred policing", page_icon="🧒", layout="wide")
    page = st.navigation(PAGES)
    with guard.against_a_lost_database():
        st.session_state.scope = filters.scope(ANALYST)
        marking.banner()
        page.run()


main()
