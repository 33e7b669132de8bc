"""The dashboard's door: who is reading, what they may see, and the pages they get."""

import streamlit as st
from streamlit.runtime.pages_manager import PagesManager
from streamlit.runtime.scriptrunner import get_script_run_ctx

from queries.scope import Access

# Until readers sign in, whoever sits at the machine itself reads as an analyst (see .streamlit/config.toml).
ANALYST = Access("analyst")

# By section: script, title and icon of each page; the first of all opens by default.
PAGES = {
    "Performance": (
        ("pages/performance/overview.py", "Overview", "home"),
        ("pages/performance/first_time_entrants.py", "First-time entrants", "flag"),
        ("pages/performance/repeat_offending.py", "Repeat offending", "repeat"),
        ("pages/performance/custody.py", "Police custody", "lock"),
        ("pages/performance/stop_search.py", "Stop and search", "search"),
        ("pages/performance/missing.py", "Missing children", "location_off"),
        ("pages/performance/outcomes.py", "Outcomes", "gavel"),
    ),
    "Wider objectives": (
        ("pages/wider/crime.py", "Crime and antisocial behaviour", "local_police"),
        ("pages/wider/care.py", "Children in care", "family_home"),
        ("pages/wider/review.py", "24-hour review", "schedule"),
        ("pages/wider/aces.py", "Adverse childhood experiences", "healing"),
        ("pages/wider/plans.py", "Risk management plans", "assignment"),
        ("pages/wider/engagement.py", "Engagement", "groups"),
    ),
    "Looking across": (
        ("pages/across/emerging.py", "Emerging trends", "trending_up"),
        ("pages/across/balance.py", "Balance", "balance"),
        ("pages/across/in_care.py", "In care and not in care", "compare_arrows"),
        ("pages/across/disproportionality.py", "Ethnic groups", "diversity_3"),
        ("pages/across/concentration.py", "Few children, many events", "filter_center_focus"),
    ),
    "About": (
        ("pages/about/definitions.py", "Definitions", "menu_book"),
        ("pages/about/data_quality.py", "Data quality", "fact_check"),
        ("pages/about/told.py", "What was said before", "history"),
    ),
}
_OPENS_FIRST = PAGES["Performance"][0][0]


def main() -> None:
    """Run the page that a reader asks for, within what that reader may see."""
    from pages.parts import filters, guard, marking  # what they keep between readers needs a running server

    st.set_page_config(page_title="Child centred policing", page_icon="🧒", layout="wide")
    sections = {
        section: [
            st.Page(script, title=title, icon=f":material/{icon}:", default=script == _OPENS_FIRST)
            for script, title, icon in listed
        ]
        for section, listed in PAGES.items()
    }
    page = st.navigation(sections, position="hidden")
    with guard.against_a_lost_database():
        st.session_state.scope = filters.scope(ANALYST)
        _links(sections)
        marking.banner()
        page.run()


def _links(sections: dict[str, list[st.Page]]) -> None:
    """The pages by section. Streamlit's own list of sections cannot be read by every screen reader (its markup nests wrongly)."""
    with st.sidebar:
        for section, listed in sections.items():
            st.caption(f"**{section}**")
            for page in listed:
                st.page_link(page)


if get_script_run_ctx(suppress_warning=True):  # a reader's session runs this file as a script
    main()
else:  # `streamlit run` imports it once, to serve it
    # Otherwise the first session of a server looks for scripts in pages/ itself, and tells whoever follows a link to a page
    # that there is no such page.
    PagesManager.uses_pages_directory = False
    app = st.App(__file__)
