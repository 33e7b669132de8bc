"""One run of the dashboard for one reader: who is reading, what they may see, and the page that their link asks for."""

import streamlit as st
from streamlit.delta_generator import DeltaGenerator
from streamlit.navigation.page import StreamlitPage

from auth import audit_trail, readers
from auth.readers import AccessDenied, Reader
from metrics.markdown import escaped
from pages.parts import board, filters, marking, markup, memory, outage, present
from pages.parts.navigation import FIGURES, navigate, show_links
from queries.scope import Access, OutOfScope

TITLE = "Child centred policing"
_TOO_MANY = (
    "More was opened here within a minute than anybody reads, so nothing more is shown for now: what is shown is logged. Wait a "
    "minute, then choose again."
)


def run() -> None:
    """Run the page that a reader asks for, within what that reader may see."""
    st.set_page_config(page_title=TITLE, page_icon="🧒", layout="wide")
    clear_reader()
    if outage.show_banner():
        return
    notices, screen = st.container(), st.container()  # a notice above the page never moves it
    try:
        with outage.banner_without_database():
            with notices:
                reader = readers.current_reader()
            run_for(reader, readers.chosen_access(reader), screen)
    except AccessDenied as denied:
        page, *_ = navigate("")
        if denied.who:
            audit_trail.record_access_denied(denied.who, page.title, str(denied))
        for _ in range(2):  # both containers of `container_for_reader`
            screen.empty()
        show_denied(denied)


def clear_reader() -> None:
    """Nothing of the last run says who is reading now, nor that the log failed: a page without a reader shows nothing."""
    for key in ("reader", "access", "page", "scope", "place_name", "invented", "release", "log_failed"):
        st.session_state.pop(key, None)


def run_for(reader: Reader, access: Access, screen: DeltaGenerator) -> None:
    """The pages of one reader's role, within their scope; each is logged before it is shown."""
    st.session_state.reader, st.session_state.access = reader, access
    with container_for_reader(screen):
        audit_trail.record_sign_in()
        show(reader, access)


def container_for_reader(screen: DeltaGenerator) -> DeltaGenerator:
    """Where all of a page is drawn. Where somebody else read here before, or in another role, nothing of theirs stays.

    What was drawn for them would stay until the new page is counted, so the page moves to the other of two containers, and theirs
    is emptied: in the same one the browser would keep what is in it. The hub that they chose, why they opened records and the
    meeting that they named go too.
    """
    current = (st.session_state.reader, st.session_state.access)
    if st.session_state.get("previous_reader", current) != current:
        st.session_state.use_second_container = not st.session_state.get("use_second_container", False)
        st.session_state.reset_hub = True
        for chosen in ("reason", "meeting"):
            st.session_state.pop(chosen, None)
    st.session_state.previous_reader = current
    if st.session_state.get("use_second_container"):
        screen.empty()
        return screen.container()
    first = screen.container()
    screen.empty()
    return first


def show(reader: Reader, access: Access) -> None:
    """The page that is asked for, if it is open to its reader."""
    memory.begin()
    markup.prepare()  # first, so that nothing is drawn that its look would move
    page, sections, is_open = navigate(access.role)
    st.session_state.page = page.title
    why = "" if is_open else f"The page “{page.title}” is not open to your role."
    try:
        if access.role in FIGURES:
            st.session_state.scope = filters.scope(access)
            st.session_state.place_name = filters.place_name(st.session_state.scope)
    except OutOfScope as refusal:
        why = why or str(refusal)
    st.session_state.address = page.url_path
    if present.is_on() and access.role in FIGURES:
        present.begin()
    beside = st.sidebar
    if access.role == "board":
        beside = board.prepare()
    else:
        show_links(sections)
    if readers.signs_out(reader, beside):
        audit_trail.sign_out()
    readers.keep_checking_access()
    marking.mark()
    if why:
        audit_trail.record_refusal(why)
        show_refusal(why, next(iter(sections.values()))[0])
        return
    audit_trail.record_page()
    if audit_trail.is_limit_reached():
        st.warning(_TOO_MANY, icon=":material/hourglass_top:")
        return
    body, foot = st.container(key="body"), st.container()
    if access.role == "board":
        board.turn(foot, sections["Partnership"], page)
    elif present.is_on():
        with foot:
            present.foot([listed for pages in sections.values() for listed in pages], page)
    with body:
        page.run()


def show_refusal(why: str, instead: StreamlitPage) -> None:
    """What a link to another role's page, or to another hub, shows; and the page that is open to its reader."""
    st.title("Not open to you")
    st.error(escaped(why), icon=":material/block:")
    st.page_link(instead, label=escaped(f"Open {instead.title}"), query_params={})


def show_denied(denied: AccessDenied) -> None:
    """What somebody sees who may not read: why, and how to sign in where that helps."""
    st.title(TITLE)
    st.info(escaped(denied), icon=":material/lock:")
    if not denied.may_sign_in:
        readers.keep_asking_to_be_let_in()
    elif st.button("Sign in", type="primary", icon=":material/login:"):
        st.login()
