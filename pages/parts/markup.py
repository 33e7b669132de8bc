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

_LOOKS = Path(__file__).with_name("looks")
# What every page does by itself. A link within the dashboard goes to its page as the browser's "back" does, without loading
# everything again; the keyboard stays in the page, as what was pressed is drawn anew. A menu that covers the page is put aside
# once a page is chosen. A chart can be reached by keyboard, and is read as its sentence. Where a proxy does not let this run
# (see deploy/), a link works as any link does. (Streamlit drops a script in which a letter or digit follows "<".)
SCRIPT = (
    'window.softLinks??=(addEventListener("click",e=>{const a=e.target.closest?.("a.within");'
    "if(!a||e.button||e.metaKey||e.ctrlKey||e.shiftKey||e.altKey)return;e.preventDefault();"
    'history.pushState(null,"",a.href);dispatchEvent(new PopStateEvent("popstate"));'
    'document.getElementById("stMain")?.focus({preventScroll:true})}),'
    'addEventListener("click",e=>{const s=e.target.closest?.("[data-testid=stSidebar]");'
    'if(s&&e.target.closest("a")&&s.offsetWidth*3>innerWidth)'
    's.querySelector("[data-testid=stSidebarCollapseButton] button")?.click()},true),'
    'new MutationObserver(()=>document.querySelectorAll(".stPlotlyChart:not([tabindex])").forEach(e=>e.tabIndex=0))'
    ".observe(document.body,{childList:true,subtree:true}),1)"
)
_OF_SMALL_WINDOWS = ("@media (max-width:1000px) and (min-width:768px)", "@media (max-height:560px) and (min-width:768px)")
_LONG = 60  # rows, from which a table scrolls within itself
_KEPT = ("period", "hub", "place", "as_at", "invented_reader", "present")  # of a link, wherever it leads


def prepare() -> None:
    """The look of every page, and links that lead on without loading everything again."""
    st.session_state.looks = set()
    show("", "page")
    run(SCRIPT)


def run(script: str) -> None:
    """Have the browser run a script, in which no letter or digit follows "<"; its hash is in the recipe of deploy/."""
    st.html(f"<script>{script}</script>", unsafe_allow_javascript=True)


def show(markup: str, *looks: str) -> None:
    """Draw what the functions of this module made, in the looks of these names: each is sent once, and only where it is used."""
    sent: set[str] = st.session_state.looks
    for name in looks:
        if name not in sent:
            sent.add(name)
            st.html(_look(name))
    if markup:
        st.html(markup)


def _look(name: str) -> str | Path:
    """A style sheet; of a page that is shown to a room, which is as if on a small window, with what holds on one."""
    path = _LOOKS / f"{name}.css"
    if st.query_params.get("present") != "1":
        return path
    css = path.read_text(encoding="utf-8")
    for condition in _OF_SMALL_WINDOWS:
        css = css.replace(condition, "@media all")
    return f"<style>{css}</style>"


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
    aligned = f"@media(min-width:901px){{{numbers}{{text-align:right;white-space:nowrap}}}}" if numbers else ""
    return f"<style>{aligned}</style>{heads_before_cells(name, heads, ': ', 900)}"


def heads_before_cells(name: str, heads: Sequence[str], end: str, widest: int) -> str:
    """The style by which each cell of a table of this class, but those of the first column, has its head before it on a window
    of up to so many pixels."""
    labels = "".join(
        f'.{name} td:nth-child({place}):not(:empty)::before{{content:"{in_css(head + end)}"}}'
        for place, head in list(enumerate(heads, start=1))[1:]
    )
    return f"<style>@media(max-width:{widest}px){{{labels}}}</style>"


def in_css(said: str) -> str:
    """Text for a style sheet, where nothing in it can end the text: whatever is not a plain letter or digit by its number."""
    return "".join(letter if letter.isalnum() and letter.isascii() else f"\\{ord(letter):06x}" for letter in said)


def link(page: str, choices: dict[str, str], inner: str, **attributes: str) -> str:
    """A link to the page at an address, with period, place and what else is chosen now, unless ``choices`` say otherwise."""
    chosen = {name: st.query_params[name] for name in _KEPT if name in st.query_params} | choices
    chosen = {name: value for name, value in chosen.items() if value}
    within = " ".join(filter(None, ["within", attributes.pop("class_", "")]))
    return element("a", inner, href=f"{page}?{urlencode(chosen)}", class_=within, **attributes)


def picture(svg: str, said: str = "") -> str:
    """A small picture; without words where the text around it has said what it shows."""
    drawn = quote(svg.replace('"', "'"), safe=" /:=,.-")
    source = f"data:image/svg+xml,{drawn}"
    return f'<img{_attributes({"src": source})} alt="{text(said)}">'


def _attributes(attributes: dict[str, str]) -> str:
    named = {key.rstrip("_").replace("_", "-"): value for key, value in attributes.items() if value}
    return "".join(f' {key}="{text(value)}"' for key, value in named.items())
