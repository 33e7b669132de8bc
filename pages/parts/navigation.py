"""Which pages there are, by section, and which roles get them; and the links to them in the sidebar."""

import streamlit as st
from streamlit.navigation.page import StreamlitPage

from metrics.markdown import bold
from queries.engine import serves_the_board
from queries.scope import ROLES

FIGURES = tuple(role for role, detail in ROLES.items() if not detail.without_figures)
EVERYONE = tuple(ROLES)
BOARD = ("board",)

# By section: script, title, icon of each page and the roles that get it. The first of all that a role gets opens by default.
PAGES = {
    "My hub": (
        ("pages/hubs/hub.py", "My hub", "home_pin", ("hub",)),
        ("pages/hubs/records.py", "Records", "list_alt", ("hub",)),
    ),
    "Performance": (
        ("pages/performance/overview.py", "Overview", "home", FIGURES),
        ("pages/performance/meeting.py", "Meeting", "event_note", FIGURES),
        ("pages/performance/first_time_entrants.py", "First-time entrants", "flag", FIGURES),
        ("pages/performance/repeat_offending.py", "Repeat offending", "repeat", FIGURES),
        ("pages/performance/custody.py", "Police custody", "lock", FIGURES),
        ("pages/performance/stop_search.py", "Stop and search", "search", FIGURES),
        ("pages/performance/missing.py", "Missing children", "location_off", FIGURES),
        ("pages/performance/outcomes.py", "Outcomes", "gavel", FIGURES),
    ),
    "Wider objectives": (
        ("pages/wider/crime.py", "Crime and antisocial behaviour", "local_police", FIGURES),
        ("pages/wider/care.py", "Children in care", "family_home", FIGURES),
        ("pages/wider/review.py", "24-hour review", "schedule", FIGURES),
        ("pages/wider/aces.py", "Adverse childhood experiences", "healing", FIGURES),
        ("pages/wider/plans.py", "Risk management plans", "assignment", FIGURES),
        ("pages/wider/engagement.py", "Engagement", "groups", FIGURES),
    ),
    "Comparisons": (
        ("pages/comparisons/emerging.py", "Emerging trends", "trending_up", FIGURES),
        ("pages/comparisons/balance.py", "Balance", "balance", FIGURES),
        ("pages/comparisons/in_care.py", "In care and not in care", "compare_arrows", FIGURES),
        ("pages/comparisons/disproportionality.py", "Ethnic groups", "diversity_3", FIGURES),
        ("pages/comparisons/concentration.py", "Few children, many events", "filter_center_focus", FIGURES),
    ),
    "Partnership": (
        ("pages/partnership/glance.py", "At a glance", "view_module", BOARD),
        ("pages/partnership/entering.py", "First-time entrants", "flag", BOARD),
        ("pages/partnership/reoffending.py", "Repeat offending", "repeat", BOARD),
        ("pages/partnership/nights.py", "Police custody", "lock", BOARD),
        ("pages/partnership/searching.py", "Stop and search", "search", BOARD),
        ("pages/partnership/going_missing.py", "Missing children", "location_off", BOARD),
        ("pages/partnership/ending.py", "Outcomes", "gavel", BOARD),
        ("pages/partnership/owed.py", "What partners owe", "handshake", BOARD),
        ("pages/partnership/crimes.py", "Crime and antisocial behaviour", "local_police", BOARD),
        ("pages/partnership/children_in_care.py", "Children in care", "family_home", BOARD),
        ("pages/partnership/groups.py", "Ethnic groups", "diversity_3", BOARD),
        ("pages/partnership/rose_and_fell.py", "Balance", "balance", BOARD),
        ("pages/partnership/choosing.py", "Several hubs or quarters", "checklist", BOARD),
        ("pages/partnership/marks.py", "What the marks mean", "help", BOARD),
        ("pages/partnership/sheet.py", "On one sheet", "print", BOARD),
    ),
    "About": (
        ("pages/about/access_log.py", "Access log", "policy", ("audit",)),
        ("pages/about/definitions.py", "Definitions", "menu_book", EVERYONE),
        ("pages/about/data_quality.py", "Data quality", "fact_check", ("analyst",)),
        ("pages/about/revisions.py", "Revised figures", "history", FIGURES),
        ("pages/about/releases.py", "Releases for the board", "handshake", ("command", "analyst")),
    ),
}
# In links that people have kept.
FORMER_ADDRESSES = {"revisions": ("told",)}


def address(script: str) -> str:
    """The last part of a page's link."""
    return script.rpartition("/")[2].removesuffix(".py")


def navigate(role: str) -> tuple[StreamlitPage, dict[str, list[StreamlitPage]], bool]:
    """The page that the link asks for, by section those of a role, and whether the page is one of these.

    The others are known by address alone, and never run; in the process of the board they are not known at all. The first of a
    role opens where no page is asked for, and at its own address too, which a link of another role's reader has.
    """
    sections: dict[str, list[StreamlitPage]] = {}
    unlisted: list[StreamlitPage] = []
    closed: list[StreamlitPage] = []
    for section, listed in PAGES.items():
        for script, title, icon, roles in listed:
            addresses = (address(script), *FORMER_ADDRESSES.get(address(script), ()))
            if role not in roles:
                closed += [st.Page(_nothing, title=title, url_path=path) for path in addresses]
                continue
            pages = [st.Page(script, title=title, icon=f":material/{icon}:", url_path=path) for path in addresses]
            if not sections:
                pages.insert(0, st.Page(script, title=title, icon=f":material/{icon}:", url_path="first", default=True))
            sections.setdefault(section, []).append(pages[0])
            unlisted += pages[1:]
    if not sections:  # the page that a reader without a role asks for is opened once they have one
        closed.insert(0, st.Page(_nothing, title="First page", url_path="first", default=True))
    known = [*unlisted, *([] if serves_the_board() and sections else closed)]  # there must be one
    page = st.navigation([*(page for pages in sections.values() for page in pages), *known], position="hidden")
    return page, sections, page.url_path not in {other.url_path for other in closed}


def _nothing() -> None:
    """What a page shows to a role that does not get it."""


def show_links(sections: dict[str, list[StreamlitPage]]) -> None:
    """The pages by section. Streamlit's own list of sections cannot be read by every screen reader (its markup nests wrongly)."""
    with st.sidebar:
        for section, pages in sections.items():
            st.caption(bold(section))
            for page in pages:
                st.page_link(page)
