"""What every page says of itself, on screen and on paper: that it is invented or OFFICIAL-SENSITIVE, who reads it, and when."""

from datetime import UTC, datetime
from html import escape
from urllib.parse import quote

import streamlit as st

from auth import sign_in
from auth.readers import Reader
from metrics import words
from pages.parts import cache
from queries.scope import ROLES, SYSTEM, Access, Scope

_CLASSIFIED = "OFFICIAL-SENSITIVE"
_INVENTED = "INVENTED DATA"
# On paper there is nothing to choose, and a chart stays as wide as it was on screen: the page is made to hold it.
_ON_PAPER = (
    "@page{size:A4 landscape}"
    "@media print{[data-testid=stSidebar],[data-testid=stHeader]{display:none}"
    ".stMainBlockContainer{padding:1rem 0 2rem;zoom:0.7}.stPlotlyChart{break-inside:avoid}}"
)
_TILE = (560, 300)  # pixels that a watermark repeats after


def mark() -> None:
    """The banner of the page, its watermark, and what stands at the foot of it on paper."""
    access: Access = st.session_state.access
    st.session_state.invented = not serves_the_board() and is_invented(cache.places(SYSTEM))
    if st.session_state.invented:
        st.info(
            "Invented demonstration data: no child, crime or event here is real. "
            f"Real data are marked {_CLASSIFIED}, not for sharing outside the force.",
            icon=":material/science:",
        )
    elif "scope" in st.session_state:
        st.warning(f"{_CLASSIFIED}. {_handling(access)}", icon=":material/shield:")
    else:
        st.warning(f"{_CLASSIFIED}.", icon=":material/shield:")
    st.html(f"<style>{_watermark(line())}</style>")


def line() -> str:
    """The marking in one line: how it must be handled, who read it, as what, and when."""
    reader: Reader = st.session_state.reader
    access: Access = st.session_state.access
    as_what = ROLES[access.role].title
    who = reader.name if as_what.lower() in reader.name.lower() else f"{reader.name} · {as_what}"
    return " · ".join([_INVENTED if st.session_state.invented else _CLASSIFIED, who, words.moment(datetime.now(UTC))])


def of_export(what: str) -> str:
    """The first line of a file that leaves the screen: what it holds, how it must be handled, who took it, and when."""
    scope: Scope | None = st.session_state.get("scope")
    handling = "" if st.session_state.invented else f" {_handling(st.session_state.access)}"
    period = f" {scope.start} to {scope.end} (not included)." if scope else ""
    return f"{line()}. {what}.{period}{handling}"


def _handling(access: Access) -> str:
    if access.role == "hub":
        return "Exact figures, for the work of your hub: a small count can identify a child. Not for sharing outside your hub."
    return "Exact figures: a small count can identify a child. Not for sharing outside the force."


def _watermark(text: str) -> str:
    """The marking across the page, faint, on screen and on paper; it takes no click and no reading voice reads it."""
    width, height = _TILE
    drawn = (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}">'
        f'<text x="10" y="{height - 20}" transform="rotate(-25 10 {height - 20})" font-family="sans-serif" font-size="14" '
        f'fill="#0B0C0C" fill-opacity="0.07">{escape(text)}</text></svg>'
    )
    return (
        f'.stApp::after{{content:"";position:fixed;inset:0;pointer-events:none;z-index:1000;'
        f'background-image:url("data:image/svg+xml,{quote(drawn)}");print-color-adjust:exact;-webkit-print-color-adjust:exact}}'
        f'@media print{{.stApp::before{{content:"{_css(text)}";position:fixed;bottom:0;left:0;z-index:1001;'
        f"font:10px sans-serif;color:#0B0C0C;background:#FFFFFF}}}}{_ON_PAPER}"
    )


def _css(text: str) -> str:
    """Text for a style sheet, where nothing in it can end the text: whatever is not a plain letter or digit by its number."""
    return "".join(letter if letter.isalnum() and letter.isascii() else f"\\{ord(letter):06x}" for letter in text)
