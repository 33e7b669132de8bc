"""The dashboard's door: who is reading, what they may see, and the pages they get."""

import streamlit as st
from streamlit.runtime.pages_manager import PagesManager
from streamlit.runtime.scriptrunner import get_script_run_ctx

from queries.scope import Access

# Until readers sign in, whoever sits at the machine itself reads as an analyst (see .streamlit/config.toml).
ANALYST = Access("analyst")

# Script, title and icon of each page; the first opens by default.
PAGES = (
    ("pages/performance/overview.py", "Overview", "home"),
    ("pages/performance/first_time_entrants.py", "First-time entrants", "flag"),
    ("pages/performance/repeat_offending.py", "Repeat offending", "repeat"),
    ("pages/performance/custody.py", "Police custody", "lock"),
    ("pages/performance/stop_search.py", "Stop and search", "search"),
    ("pages/performance/missing.py", "Missing children", "location_off"),
    ("pages/performance/outcomes.py", "Outcomes", "gavel"),
    ("pages/about/definitions.py", "Definitions", "menu_book"),
    ("pages/about/data_quality.py", "Data quality", "fact_check"),
)


def main() -> None:
    """Run the page that a reader asks for, within what that reader may see."""
    from pages.parts import filters, guard, marking  # what they keep between readers needs a running server

    st.set_page_config(page_title="Child centred policing", page_icon="🧒", layout="wide")
    page = st.navigation(
        [st.Page(script, title=title, icon=f":material/{icon}:", default=script == PAGES[0][0]) for script, title, icon in PAGES]
    )
    with guard.against_a_lost_database():
        st.session_state.scope = filters.scope(ANALYST)
        marking.banner()
        page.run()


if get_script_run_ctx(suppress_warning=True):  # a reader's session runs this file as a script
    main()
else:  # `streamlit run` imports it once, to serve it
    # Otherwise the first session of a server looks for scripts in pages/ itself, and tells whoever follows a link to a page
    # that there is no such page.
    PagesManager.uses_pages_directory = False
    app = st.App(__file__)
