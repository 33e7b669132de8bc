"""HTML that this dashboard writes itself, for what Streamlit has no part for: a table whose cells lead on, cards, chips.

Whatever is shown goes through `escape` here, and nowhere else is HTML put together.
"""

from base64 import b64encode
from collections.abc import Container, Iterable, Sequence
from html import escape
from pathlib import Path
from urllib.parse import urlencode

import streamlit as st

from metrics import words

LOOK = Path(__file__).with_name("look.css")
# A link within the dashboard goes to its page as the browser's "back" does, without loading everything again. Where a proxy does
# not let this run (see deploy/), the link works as any link does.
SOFT_LINKS = (
    'window.softLinks??=(addEventListener("click",e=>{const a=e.target.closest?.("a.within");'
    "if(!a||e.button||e.metaKey||e.ctrlKey||e.shiftKey||e.altKey)return;e.preventDefault();"
    'history.pushState(null,"",a.href);dispatchEvent(new PopStateEvent("popstate"))}),1)'
)
_KEPT = ("period", "hub", "place", "as_at", "invented_reader")  # of a link, wherever it leads


def prepare() -> None:
    """The look of every page, and links that lead on without loading everything again."""
    st.html(LOOK)
    st.html(f"<script>{SOFT_LINKS}</script>", unsafe_allow_javascript=True)


def show(markup: str) -> None:
    """Draw what the functions of this module made."""
    st.html(markup)


def text(said: object) -> str:
    """A text as it is, letter by letter."""
    return escape(words.visible(str(said)))


def element(name: str, inner: str, **attributes: str) -> str:
    """An element around what is markup already; attributes are texts, ``class_`` and ``aria_label`` as they are in HTML."""
    return f"<{name}{_attributes(attributes)}>{inner}</{name}>"


def elements(name: str, inner: Iterable[str], **attributes: str) -> str:
    """One element each."""
    return "".join(element(name, each, **attributes) for each in inner)


def table(heads: Sequence[str], rows: Iterable[Sequence[str]], said: str, right: Container[str] = ()) -> str:
    """A table of cells that are markup, under heads that are texts; ``said`` says what it is of, to whoever cannot see it.

    Where it is wider than its place it can be moved by keyboard too; on a phone each row is a block, its first cell on top. Heads
    in ``right`` have numbers.
    """
    sides = ["number" if head in right else "" for head in heads]
    top = "".join(element("th", text(head), scope="col", class_=side) for head, side in zip(heads, sides, strict=True))
    body = (
        "".join(element("td", cell, class_=side, data_name=head) for head, side, cell in zip(heads, sides, row, strict=True))
        for row in rows
    )
    inner = element("thead", element("tr", top)) + element("tbody", elements("tr", body))
    return element("div", element("table", inner), class_="listing", role="region", tabindex="0", aria_label=said)


def link(page: str, choices: dict[str, str], inner: str, **attributes: str) -> str:
    """A link to the page at an address, with period, place and what else is chosen now, unless ``choices`` say otherwise."""
    chosen = {name: st.query_params[name] for name in _KEPT if name in st.query_params} | choices
    within = " ".join(filter(None, ["within", attributes.pop("class_", "")]))
    return element("a", inner, href=f"{page}?{urlencode(chosen)}", target="_self", class_=within, **attributes)


def picture(svg: str, said: str = "") -> str:
    """A small picture; without words where the text around it has said what it shows."""
    source = f"data:image/svg+xml;base64,{b64encode(svg.encode()).decode()}"
    return f'<img{_attributes({"src": source})} alt="{text(said)}">'


def _attributes(attributes: dict[str, str]) -> str:
    named = {key.rstrip("_").replace("_", "-"): value for key, value in attributes.items() if value}
    return "".join(f' {key}="{text(value)}"' for key, value in named.items())
