"""A page shown to a room, or on a video call: no sidebar, large type, one section a screen, arrows to move, the marking kept."""

from collections.abc import Sequence

import streamlit as st
from streamlit.navigation.page import StreamlitPage

from pages.parts import markup
from pages.parts.markup import element, text

# What a screen holds begins with a heading, a chart, cards or a table; the heading of the page stays on each, and so does the
# figure of a measure beside each of its charts. Arrows and the page keys move: down a screen that is taller than the room's, then
# on to the next, and after the last one to the next page; Esc ends. (As in `markup.SCRIPT`, no letter or digit follows "<".)
SCRIPT = (
    'window.presenting??=(()=>{let at=0,path="",soon;'
    'const on=()=>new URLSearchParams(location.search).get("present")=="1",one=s=>document.querySelector(s),'
    'parts=()=>[...(one(".st-key-body")?.children??[])].filter(e=>!e.querySelector(".st-key-heading")),'
    'columns=e=>[...e.querySelectorAll(".st-key-charts [data-testid=stColumn]")],'
    'holds=e=>e.querySelector(".stPlotlyChart,.cards,.profile,.listing,.decision,.signals,.figures"),'
    "screens=()=>{const found=[];let full=true;for(const e of parts()){if(!e.offsetHeight)continue;const beside=columns(e);"
    "if(beside.length){for(const c of beside)found.push([e,c]);full=true;continue}"
    'if(!found.length||(full&&(holds(e)||e.querySelector("h2,h3")))){found.push([]);full=false}'
    "found[found.length-1].push(e);full=full||!!holds(e)}return found},"
    'every=()=>parts().flatMap(e=>[e,...columns(e)]),show=e=>e.removeAttribute("data-off"),'
    "draw=()=>{every().forEach(show);if(!on())return 0;if(path!=location.pathname){path=location.pathname;at=0}"
    "const all=screens(),now=Math.max(0,Math.min(at,all.length-1)),here=all[now]??[];"
    'if(here.length)every().forEach(e=>{if(!here.includes(e))e.setAttribute("data-off","")});'
    'const place=one(".presenting .place"),said=`${now+1} of ${all.length||1}`;'
    "if(place&&place.textContent!=said)place.textContent=said;return all.length},"
    'move=by=>{const many=draw(),main=one("[data-testid=stMain]"),below=main.scrollHeight-main.clientHeight-main.scrollTop;'
    "if(by>0&&below>9)main.scrollBy(0,main.clientHeight*.8);else if(at+by>=many)one('.presenting .following')?.click();"
    'else{at=Math.max(0,at+by);draw();main.scrollTop=0;dispatchEvent(new Event("resize"))}};'
    "new MutationObserver(()=>{clearTimeout(soon);soon=setTimeout(draw,120)})"
    ".observe(document.body,{childList:true,subtree:true});"
    'addEventListener("keydown",e=>{if(!on()||e.target.matches?.("input,textarea,select"))return;'
    'const by={ArrowRight:1,PageDown:1," ":1,ArrowLeft:-1,PageUp:-1}[e.key];'
    'if(by){e.preventDefault();move(by)}else if(e.key=="Escape")one(".presenting .end")?.click()},true);'
    'addEventListener("click",e=>{const b=e.target.closest?.(".presenting .step");if(b)move(b.matches(".back")?-1:1)},true);'
    "draw();return 1})()"
)


def is_on() -> bool:
    """Whether the page is shown to a room."""
    return st.query_params.get("present") == "1"


def way_in() -> None:
    """The link by which a page is shown to a room."""
    if not is_on():
        chosen = {name: value for name, value in st.query_params.items() if name != "present"}
        address = str(st.session_state.address)
        markup.show(
            markup.link(address, {**chosen, "present": "1"}, text("Present"), class_="onward", title="To a room: Esc ends")
        )


def begin() -> None:
    """The look of a page that is shown to a room, and what moves it."""
    markup.show("", "present")
    markup.run(SCRIPT)


def foot(pages: Sequence[StreamlitPage], page: StreamlitPage) -> None:
    """The way back, on and out, and to the page after this one."""
    addresses = [listed.url_path for listed in pages]
    at = addresses.index(page.url_path) if page.url_path in addresses else len(pages)
    following = pages[at + 1] if at + 1 < len(pages) else None
    chosen = {name: value for name, value in st.query_params.items() if name != "present"}
    parts = [
        element("button", text("‹ Back"), class_="step back", type="button"),
        element("button", text("On ›"), class_="step", type="button"),
        element("span", "", class_="place"),
    ]
    if following is not None:
        parts.append(markup.link(following.url_path, {"present": "1"}, text(f"Next page: {following.title}"), class_="following"))
    parts.append(markup.link(page.url_path, {**chosen, "present": ""}, text("End"), class_="end"))
    markup.show(element("div", "".join(parts), class_="presenting"))
