"""HTML that this dashboard writes itself, for what Streamlit has no part for: a table whose cells lead on, cards, chips.

Whatever is shown goes through `escape` here, and nowhere else is HTML put together.
"""

from collections.abc import Collection, Iterable, Sequence
from html import escape
from pathlib import Path
from urllib.parse import quote, urlencode
from zlib import crc32

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
_LONG = 60  # rows, from which a table scrolls within itself
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


def table(heads: Sequence[str], rows: Iterable[Sequence[str]], said: str, right: Collection[str] = ()) -> str:
    """A table of cells that are markup, under heads that are texts; ``said`` says what it is of, to whoever cannot see it.

    Where it is wider than its place it can be moved by keyboard too; on a phone each row is a block, its first cell on top. Heads
    in ``right`` have numbers.
    """
    name = f"t{crc32(repr((list(heads), sorted(right))).encode()):x}"
    top = "".join(element("th", text(head), scope="col") for head in heads)
    body = [elements("td", row) for row in rows]
    drawn = element("table", element("thead", element("tr", top)) + element("tbody", elements("tr", body)), class_=name)
    look = "listing long" if len(body) > _LONG else "listing"
    return _style(name, heads, right) + element("div", drawn, class_=look, role="region", tabindex="0", aria_label=said)


def _style(name: str, heads: Sequence[str], right: Collection[str]) -> str:
    """What a table's columns have in common, once for all of its cells: numbers to the right; on a phone the head before each."""
    places = list(enumerate(heads, start=1))
    numbers = ",".join(f".listing .{name} :is(td,th):nth-child({place})" for place, head in places if head in right)
    labels = "".join(
        f'.{name} td:nth-child({place}):not(:empty)::before{{content:"{in_css(f"{head}: ")}"}}' for place, head in places[1:]
    )
    aligned = f"@media(min-width:901px){{{numbers}{{text-align:right;white-space:nowrap}}}}" if numbers else ""
    return f"<style>{aligned}@media(max-width:900px){{{labels}}}</style>"


def in_css(said: str) -> str:
    """Text for a style sheet, where nothing in it can end the text: whatever is not a plain letter or digit by its number."""
    return "".join(letter if letter.isalnum() and letter.isascii() else f"\\{ord(letter):06x}" for letter in said)


def link(page: str, choices: dict[str, str], inner: str, **attributes: str) -> str:
    """A link to the page at an address, with period, place and what else is chosen now, unless ``choices`` say otherwise."""
    chosen = {name: st.query_params[name] for name in _KEPT if name in st.query_params} | choices
    within = " ".join(filter(None, ["within", attributes.pop("class_", "")]))
    return element("a", inner, href=f"{page}?{urlencode(chosen)}", target="_self", class_=within, **attributes)


def picture(svg: str, said: str = "") -> str:
    """A small picture; without words where the text around it has said what it shows."""
    drawn = quote(svg.replace('"', "'"), safe=" /:=,.-")
    source = f"data:image/svg+xml,{drawn}"
    return f'<img{_attributes({"src": source})} alt="{text(said)}">'


def _attributes(attributes: dict[str, str]) -> str:
    named = {key.rstrip("_").replace("_", "-"): value for key, value in attributes.items() if value}
    return "".join(f' {key}="{text(value)}"' for key, value in named.items())
