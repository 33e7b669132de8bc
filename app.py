"""The dashboard's door: who is reading, what they may see, and the pages they get."""

from typing import TYPE_CHECKING

import streamlit as st
from streamlit.delta_generator import DeltaGenerator
from streamlit.navigation.page import StreamlitPage
from streamlit.runtime.pages_manager import PagesManager
from streamlit.runtime.scriptrunner import get_script_run_ctx

from queries.scope import ROLES, Access, OutOfScope

if TYPE_CHECKING:
    from auth.readers import AccessDenied, Reader

FIGURES = tuple(role for role, detail in ROLES.items() if not detail.without_figures)
EVERYONE = tuple(ROLES)

# By section: script, title, icon of each page and the roles that get it. The first of all that a role gets opens by default.
PAGES = {
    "My hub": (
        ("pages/hubs/hub.py", "My hub", "home_pin", ("hub",)),
        ("pages/hubs/records.py", "Records", "list_alt", ("hub",)),
    ),
    "Performance": (
        ("pages/performance/overview.py", "Overview", "home", FIGURES),
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
    "Looking across": (
        ("pages/comparisons/emerging.py", "Emerging trends", "trending_up", FIGURES),
        ("pages/comparisons/balance.py", "Balance", "balance", FIGURES),
        ("pages/comparisons/in_care.py", "In care and not in care", "compare_arrows", FIGURES),
        ("pages/comparisons/disproportionality.py", "Ethnic groups", "diversity_3", FIGURES),
        ("pages/comparisons/concentration.py", "Few children, many events", "filter_center_focus", FIGURES),
    ),
    "Partnership": (("pages/partnership/released.py", "Released figures", "handshake", ("board",)),),
    "About": (
        ("pages/about/access_log.py", "Access log", "policy", ("audit",)),
        ("pages/about/definitions.py", "Definitions", "menu_book", EVERYONE),
        ("pages/about/data_quality.py", "Data quality", "fact_check", ("analyst",)),
        ("pages/about/revisions.py", "What was said before", "history", FIGURES),
    ),
}


def main() -> None:
    """Run the page that a reader asks for, within what that reader may see."""
    from auth import audit_trail, readers
    from pages.parts import outage

    st.set_page_config(page_title="Child centred policing", page_icon="🧒", layout="wide")
    forget()
    notices, screen = st.container(), st.container()  # what is said before the page never moves it
    try:
        with outage.against_a_lost_database():
            with notices:
                reader = readers.reader()
            read(reader, readers.reading_as(reader), screen)
    except readers.AccessDenied as reason:
        asked, _ = navigation("")
        if reason.who:
            audit_trail.turned_away(reason.who, asked.title, str(reason))
        for _ in range(2):  # both rooms
            screen.empty()
        closed_door(reason)


def forget() -> None:
    """Nothing of the last run tells who is reading now: a page that is run without being told shows nothing."""
    for told in ("reader", "access", "page", "scope"):
        st.session_state.pop(told, None)


def read(reader: "Reader", access: Access, screen: DeltaGenerator) -> None:
    """The pages of one reader's role, within their scope; each is written down before it is shown."""
    from auth import audit_trail

    st.session_state.reader, st.session_state.access = reader, access
    with container_for_reader(screen):
        audit_trail.signed_in()
        show(reader, access)


def container_for_reader(screen: DeltaGenerator) -> DeltaGenerator:
    """Where all of a page is drawn. Where somebody else read here before, or in another role, nothing of theirs stays.

    What was drawn for them would stand until the new page is counted, so the page moves to the other of two rooms, and theirs is
    emptied: in the same room the browser would keep what is in it. The hub that they chose and why they opened records go too.
    """
    now = (st.session_state.reader, st.session_state.access)
    if st.session_state.get("read_by", now) != now:
        st.session_state.second_room = not st.session_state.get("second_room", False)
        st.session_state.forget_hub = True
        st.session_state.pop("reason", None)
    st.session_state.read_by = now
    if st.session_state.get("second_room"):
        screen.empty()
        return screen.container()
    own = screen.container()
    screen.empty()
    return own


def show(reader: "Reader", access: Access) -> None:
    """The page that is asked for, if it is open to its reader."""
    from auth import audit_trail, readers
    from pages.parts import filters, marking

    page, sections = navigation(access.role)
    theirs = [own for listed in sections.values() for own in listed]
    is_theirs = page.title in {own.title for own in theirs}
    st.session_state.page = page.title
    why = "" if is_theirs else f"The page “{page.title}” is not open to your role."
    try:
        if access.role in FIGURES:
            st.session_state.scope = filters.scope(access)
    except OutOfScope as reason:
        why = why or str(reason)
    links(sections)
    if readers.leaves(reader):
        audit_trail.written("sign-out")
        st.logout()
    readers.watch()
    marking.mark()
    if why:
        audit_trail.refused(why)
        show_refusal(why, theirs[0])
    else:
        audit_trail.opened()
        page.run()


def navigation(role: str) -> tuple[StreamlitPage, dict[str, list[StreamlitPage]]]:
    """The page that is asked for, and by section those of a role. The others are known by address alone, and never run.

    The first of a role opens where no page is asked for, and at its own address too, which a link of another role's reader has.
    """
    sections: dict[str, list[StreamlitPage]] = {}
    unlisted: list[StreamlitPage] = []
    for section, listed in PAGES.items():
        for script, title, icon, roles in listed:
            address = script.rpartition("/")[2].removesuffix(".py")
            if role not in roles:
                unlisted.append(st.Page(_nothing, title=title, url_path=address))
                continue
            page = st.Page(script, title=title, icon=f":material/{icon}:", url_path=address)
            if not sections:
                unlisted.append(page)
                page = st.Page(script, title=title, icon=f":material/{icon}:", url_path="first", default=True)
            sections.setdefault(section, []).append(page)
    asked = st.navigation([*(page for own in sections.values() for page in own), *unlisted], position="hidden")
    return asked, sections


def _nothing() -> None:
    """What a page shows to a role that does not get it."""


def show_refusal(why: str, instead: StreamlitPage) -> None:
    """What a link to another role's page, or to another hub, shows; and the page that is open to its reader."""
    st.title("Not open to you")
    st.error(why, icon=":material/block:")
    st.page_link(instead, label=f"Open {instead.title}", query_params={})


def closed_door(reason: "AccessDenied") -> None:
    """What somebody sees who is not let in: why, and how to sign in where that helps."""
    st.title("Child centred policing")
    st.info(str(reason), icon=":material/lock:")
    if reason.may_sign_in and st.button("Sign in", type="primary", icon=":material/login:"):
        st.login()


def links(sections: dict[str, list[StreamlitPage]]) -> None:
    """The pages by section. Streamlit's own list of sections cannot be read by every screen reader (its markup nests wrongly)."""
    with st.sidebar:
        for section, listed in sections.items():
            st.caption(f"**{section}**")
            for page in listed:
                st.page_link(page)


if get_script_run_ctx(suppress_warning=True):  # a reader's session runs this file as a script
    main()
else:  # `streamlit run` imports it once, to serve it
    from starlette.middleware import Middleware

    from auth import sign_in
    from auth.gate import Gate

    sign_in.check()
    # Otherwise the first session of a server looks for scripts in pages/ itself, and tells whoever follows a link to a page
    # that there is no such page.
    PagesManager.uses_pages_directory = False
    app = st.App(__file__, middleware=[Middleware(Gate)])
