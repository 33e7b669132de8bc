"""What every page says of itself, on screen and on paper: that it is invented or OFFICIAL-SENSITIVE, who reads it, and when."""

from datetime import UTC, datetime
from html import escape
from urllib.parse import quote

import streamlit as st

from auth.readers import INVENTED_READERS, Reader
from metrics import words
from metrics.markdown import escaped
from pages.parts import cache
from pages.parts.markup import in_css
from pages.parts.meeting import Meeting
from pages.parts.navigation import FIGURES
from queries.engine import DatabaseUnavailable
from queries.lookups.invented import INVENTED
from queries.scope import ROLES, Access, Scope
from release.answers.released import Release

_CLASSIFIED = "OFFICIAL-SENSITIVE"
_INVENTED = "INVENTED DATA"
_INVENTED_SAID = "Invented data: no child, crime or event here is real."
_RELEASED = "Rounded figures, released for the partnership board: for this meeting and its members."
# On paper there is nothing to choose, and a chart stays as wide as it was on screen: the page is made to hold it.
_ON_PAPER = (
    "@page{size:A4 landscape}"
    "@media print{[data-testid=stSidebar],[data-testid=stHeader]{display:none}"
    ".stMainBlockContainer{padding:1rem 0 2rem;zoom:0.7}.stPlotlyChart{break-inside:avoid}}"
)
_LONGEST = 60  # letters of a name in the marking, so that all of it stands on every screen
_LETTER = 6.8  # pixels that a letter of the watermark takes, along it; it repeats after all of them


def mark() -> None:
    """The line of marking on top of the page, its watermark, and what stands at the foot of it on paper."""
    access: Access = st.session_state.access
    release: Release | None = st.session_state.get("release")
    if access.role == "board":
        reader: Reader = st.session_state.reader
        of_invented_force = release is not None and INVENTED in release.force
        st.session_state.invented = of_invented_force or reader.issuer == INVENTED_READERS
    else:
        st.session_state.invented = _is_invented(access)
    with st.container(key="marking"):
        st.caption(escaped(_said(access)))
    st.html(f"<style>{_watermark(line())}</style>")


def _is_invented(access: Access) -> bool:
    """Whether the data are invented; not where that is unknown to whoever sees no figures, and so needs no database."""
    try:
        return cache.is_invented()
    except DatabaseUnavailable:
        if access.role in FIGURES:
            raise
        return False


def _said(access: Access) -> str:
    """What the page holds and how it must be handled; who reads it, and when, where that is not a meeting of many."""
    if access.role == "board":
        return _INVENTED_SAID if st.session_state.invented else f"{_CLASSIFIED}. {_RELEASED}"
    of_figures = [_handling(access)] if "scope" in st.session_state else []
    handled = [_INVENTED_SAID] if st.session_state.invented else [f"{_CLASSIFIED}.", *of_figures]
    return " ".join([*handled, " · ".join(_who_and_when())])


def line() -> str:
    """The marking in one line: how it must be handled, who read it, as what, and when."""
    return " · ".join([_INVENTED if st.session_state.invented else _CLASSIFIED, *_who_and_when()])


def _who_and_when() -> list[str]:
    reader: Reader = st.session_state.reader
    access: Access = st.session_state.access
    as_what = ROLES[access.role].title
    name = _in_mark(reader.name)
    who = name if as_what.lower() in name.lower() else f"{name} · {as_what}"
    return [who, *_of_meeting(), words.moment(datetime.now(UTC))]


def _in_mark(name: str) -> str:
    """A name as the marking has it: nobody can push the rest out of sight by it, nor keep the picture from being drawn."""
    return words.visible(words.cut(name, _LONGEST))


def _of_meeting() -> list[str]:
    """What the board is shown: which release, and at which meeting."""
    release: Release | None = st.session_state.get("release")
    if release is None:
        return []
    meeting: Meeting | None = st.session_state.get("meeting")
    return [f"Release {release.number}", *([_in_mark(meeting.name)] if meeting else [])]


def of_export(what: str) -> str:
    """The first line of a file that leaves the screen: what it holds, how it must be handled, who took it, and when."""
    scope: Scope | None = st.session_state.get("scope")
    handling = "" if st.session_state.invented else f" {_handling(st.session_state.access)}"
    period = f" {scope.start} to {scope.end} (not included)." if scope else ""
    return f"{line()}. {what}.{period}{handling}"


def _handling(access: Access) -> str:
    if access.role == "board":
        return _RELEASED
    if access.role == "hub":
        return "Exact figures, for the work of your hub: a small count can identify a child. Not for sharing outside your hub."
    return "Exact figures: a small count can identify a child. Not for sharing outside the force."


def _watermark(text: str) -> str:
    """The marking behind the page, faint, on screen and on paper; charts, tables and cards lie over it, and no voice reads it."""
    long = max(300.0, _LETTER * len(text))
    width, height = round(long * 0.91) + 30, round(long * 0.42) + 60  # at an angle of 25 degrees
    drawn = (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}">'
        f'<text x="10" y="{height - 20}" transform="rotate(-25 10 {height - 20})" font-family="sans-serif" font-size="14" '
        f'fill="#808080" fill-opacity="0.14">{escape(text)}</text></svg>'
    )
    return (
        f'.stMain{{background-image:url("data:image/svg+xml,{quote(drawn)}");print-color-adjust:exact;'
        "-webkit-print-color-adjust:exact}"
        f'@media print{{.stApp::before{{content:"{in_css(text)}";position:fixed;bottom:0;left:0;z-index:1001;'
        f"font:10px sans-serif;color:#0B0C0C;background:#FFFFFF}}}}{_ON_PAPER}"
    )
