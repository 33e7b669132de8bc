"""The pages for a meeting room: one question a page, the answer first, one chart, its table a step away, the next a key away."""

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from html import escape
from types import MappingProxyType
from typing import Any, Literal

import pandas as pd
import streamlit as st
from streamlit.delta_generator import DeltaGenerator
from streamlit.navigation.page import StreamlitPage

from metrics import charts, words
from metrics.markdown import bullets, escaped
from pages.parts import meeting, panel, tables
from queries.engine import serves_the_board
from release import notes, store
from release.answers import released, sentences, summary, views
from release.answers.questions import Question
from release.answers.released import Number, Release
from release.answers.views import TITLES, View
from release.grid import HUB

# Large enough for four metres or a video call; a wide table still fits a laptop.
STYLE = (
    "html{font-size:clamp(17px,1.72vw,26px)}"
    "[data-testid=stHeader]{background:transparent;pointer-events:none}[data-testid=stHeader] button{pointer-events:auto}"
    ".stMainBlockContainer{max-width:1400px;padding:.6rem 1.5rem 4rem}"
    ".stMainBlockContainer h1{font-size:1.6rem;padding:.1rem 0}"
    ".st-key-turn{position:fixed;bottom:0;left:0;right:0;background:var(--paper);border-top:1px solid var(--line);"
    "padding:.3rem 1.5rem;z-index:999}.st-key-turn p{white-space:nowrap;overflow:hidden;text-overflow:ellipsis}"
    ".st-key-marking p{font-size:.75rem}"
    "@media (max-width:640px){.stMainBlockContainer{padding:.6rem .7rem 5rem}"
    ".st-key-turn{padding:.3rem .7rem}.st-key-turn p{font-size:.85rem;max-width:9rem}}"
    ".stMainBlockContainer [data-testid=stCaptionContainer],.stMainBlockContainer [data-testid=stCaptionContainer] p"
    "{color:var(--quiet)!important;opacity:1}"
    "@media print{.st-key-turn,[class*=st-key-not_on_paper]{display:none}html{font-size:15px}"
    "[data-testid=stVerticalBlock]{gap:.3rem}.stMainBlockContainer{padding:0 0 1.2rem}p{margin:0}}"
)
# Of tables as text.
_SHEET = (
    ".sheet{border-collapse:collapse;width:100%;font-variant-numeric:tabular-nums}"
    ".sheet th,.sheet td{border-bottom:1px solid var(--line);padding:.2rem .5rem;text-align:left;vertical-align:top;"
    "line-height:1.3}"
    ".sheet td.n,.sheet th.n{text-align:right}"
    "@media (max-width:640px){.sheet{font-size:.82rem;hyphens:auto}.sheet th,.sheet td{padding:.2rem .15rem}"
    ".sheet:has(th:nth-child(6)) th,.sheet:has(th:nth-child(6)) td{overflow-wrap:anywhere}"
    ".sheet:has(th:nth-child(7)){font-size:.62rem}}"
)
# What each mark on a page means.
MARKS = {
    views.LOW: "[low]: 0 to 4, and no more is told.",
    "[c]": "[c]: withheld. A number in this table would tell of too few children.",
    "[x]": "[x]: not available. The data for it are not loaded.",
    "too few": "Too few: fewer than 10, or of fewer than 20, so no percentage is worked out.",
    "with others": "With others: this hub is told together with another, in a line of its own.",
}
_Look = Literal["primary", "secondary", "tertiary"]
_NUMBER = re.compile(r"\d|^\[|^too few|^with others")
NOTHING: Mapping[str, Callable[[Release], pd.DataFrame]] = MappingProxyType({})
ROUNDED = (
    "Every number is rounded to a multiple of five, at most four away from the true one, so that nobody can be sure of a small "
    "number."
)


@st.cache_data(max_entries=8, show_spinner=False)
def _latest(version: str) -> Release | None:
    return released.latest()


def latest() -> Release | None:
    """The release that the board sees, kept until another is published."""
    return _latest(store.version())


def opened() -> Release:
    """The release, once the meeting has been named and logged; else nothing of the page is shown."""
    release: Release | None = st.session_state.release
    if release is None:
        st.title("Released figures")
        st.info(escaped(_why_nothing()), icon=":material/hourglass_empty:")
        st.stop()
    if meeting.of_session(release) is None:
        meeting.ask(release)
        st.stop()
    return release


def _why_nothing() -> str:
    """Why no release is shown: it was withdrawn, or there has been none yet."""
    last = released.last_stored()
    if last is not None and last.state == "withdrawn":
        return (
            f"Release {last.number} was withdrawn on {words.moment(last.decisions[-1].at)}, and no other is published. Figures "
            "are shown here again once another release is."
        )
    return (
        "No figures have been released yet. The board is shown only what was rounded and checked for release, so that nobody can "
        "be sure of a small number; exact figures stay with the force."
    )


def question(asked: Question) -> None:
    """The page of one question: over time, or side by side."""
    questions((asked,))


def questions(asked: Sequence[Question], beside: Mapping[str, Callable[[Release], pd.DataFrame]] = NOTHING) -> None:
    """The page of one question, or of several of which one is shown; ``beside`` them tables, each by its question."""
    release = opened()
    title = st.empty()
    choices, ways = (st.container(key=f"not_on_paper_{name}", horizontal=True) for name in ("choices", "ways"))
    by_title = {one.title: one for one in asked}
    chosen = _choice(choices, "question", [*by_title, *beside])
    if chosen in beside:
        title.title(escaped(chosen))
        frame = beside[chosen](release)
        st.write(escaped(summary.shares_in_words(frame)))
        table(frame)
        explain(frame)
        return
    one = by_title[chosen]
    title.title(escaped(one.asked))
    if not one.told(release).is_told:
        st.info(escaped(sentences.not_told(release, one)))
        return
    by_view = {TITLES[key]: key for key in one.views}
    view = views.of_question(release, one, by_view[_choice(ways, "view", list(by_view), quiet=len(by_title) + len(beside) > 1)])
    st.write(escaped(view.sentence))
    if view.names:
        named = f"{one.title}, {words.uncapitalised(TITLES[view.key])}"
        panel.chart(_chart(view), key=f"chart-{one.key}-{view.key}", alt=view.sentence, title=named)
    if view.names:
        explain(view.table, view.sentence, beside=view.beside)
        with st.expander(escaped(f"The table behind this chart ({view.heading})")):
            table(view.table)
            tables.download(view.file, f"{one.title} {TITLES[view.key]}".lower().replace(" ", "-"))


def choose(title: str) -> None:
    """Some hubs over some quarters together: the released number where there is one, else the sum of released numbers."""
    release = opened()
    st.title(escaped(title))
    told = {one.name: one for one in release.told.values() if one.is_told and not one.about["at_the_end"]}
    with st.container(key="not_on_paper"):
        kind = told[st.selectbox("Of", list(told), key="choose-kind")]
        hubs = st.multiselect(
            "Hubs (none: the whole force)",
            kind.hubs,
            format_func=lambda hub: views.category(release, HUB, hub),
            key=f"choose-hubs-{kind.key}",
        )
        quarters = st.multiselect(
            "Quarters",
            kind.quarters[::-1],
            default=kind.quarters[-4:][::-1],
            format_func=lambda quarter: words.cell("quarter", quarter, {}),
            key=f"choose-quarters-{kind.key}",
        )
    if not quarters:
        st.info("Choose at least one quarter.")
        return
    st.write(escaped(views.chosen(release, kind, hubs, sorted(quarters))))
    st.caption(ROUNDED)


def _choice(where: DeltaGenerator, name: str, options: Sequence[str], *, quiet: bool = False) -> str:
    """Which of several things is shown, kept in the link. Plain buttons: whatever else offers a choice takes the arrow keys.

    ``quiet`` where it stands below another choice.
    """
    looks: tuple[_Look, _Look] = ("secondary", "tertiary") if quiet else ("primary", "secondary")
    if len(options) == 1:
        return options[0]
    linked = st.query_params.get(name, options[0])
    if linked not in options:
        st.warning(escaped(f"The link asks for {words.quoted(linked)}, which there is not here; this is {options[0]}."))
    chosen = linked if linked in options else options[0]
    with where:
        for option in options:
            is_chosen = option == chosen
            icon = ":material/check:" if is_chosen else None
            key = f"{st.session_state.page}-{name}-{option}"
            if st.button(escaped(option), key=key, type=looks[not is_chosen], icon=icon) and not is_chosen:
                st.query_params[name] = option
                st.rerun()
    return chosen


def _chart(view: View) -> Any:
    """A line over time, bars for all else."""
    figures = view.figures
    draw = charts.released_line if view.key == "time" else charts.released_bars
    return draw(
        view.ticks or view.names,
        [None if figure is None else figure.value for figure in figures],
        [None if figure is None else figure.low for figure in figures],
        [None if figure is None else figure.high for figure in figures],
        [isinstance(figure, Number) and figure.is_low for figure in figures],
        [f"{name}: {views.text(figure, mark)}" for name, figure, mark in zip(view.names, figures, view.marks, strict=True)],
        percent=view.is_share,
    )


def explain(*shown: pd.DataFrame | str, beside: str = "") -> None:
    """What else there is to say, what the marks in what is shown mean, and that all is rounded."""
    text = " ".join(one if isinstance(one, str) else " ".join(one.astype(str).to_numpy().ravel()) for one in shown)
    marks = [meaning for mark, meaning in MARKS.items() if mark in text]
    st.caption(escaped(" ".join(filter(None, [beside, ROUNDED, *marks]))))


def show_notes(release: Release) -> None:
    """What was marked for the board: the actions of the last meeting first; nothing where there is none."""
    with store.reading() as connection:
        found = notes.of(connection, release.number)
    actions = [note for note in found if note.kind == notes.ACTION]
    for title, shown in (("Actions of the last meeting", actions), ("Noted", [note for note in found if note not in actions])):
        if shown:
            st.subheader(escaped(title))
            st.markdown(bullets(f"{note.text} ({notes.in_words(note)})" for note in shown))


def describe(release: Release) -> None:
    """Which release this is, of what data."""
    published = release.stored.published_at
    when = f", published {words.moment(published)}" if published else ""
    st.caption(escaped(f"Release {release.number}{when}; data to {words.day(date.fromisoformat(release.data_end))}."))


def table(frame: pd.DataFrame) -> None:
    """A table as text that grows with the type and prints whole; nothing in it is read as markup."""
    text = frame.fillna("").astype(str).map(words.visible)
    right = {name for name in text.columns[1:] if all(_NUMBER.search(value) for value in text[name] if value)}
    head = "".join(f'<th scope="col"{_right(name in right)}>{escape(str(name))}</th>' for name in text.columns)
    body = "".join(
        "<tr>" + "".join(f"<td{_right(name in right)}>{escape(row[name])}</td>" for name in text.columns) + "</tr>"
        for row in text.to_dict("records")
    )
    st.html(f'<style>{_SHEET}</style><table class="sheet"><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>')


def _right(is_number: bool) -> str:
    return ' class="n"' if is_number else ""


def turn(foot: DeltaGenerator, pages: Sequence[StreamlitPage], page: StreamlitPage) -> None:
    """The way to the page before and the one after, by button and by arrow key; it stays at the foot of the screen."""
    titles = [listed.title for listed in pages]
    at = titles.index(page.title) if page.title in titles else len(pages)  # what is not among them comes after all of them
    with foot, st.container(key="turn", horizontal=True, vertical_alignment="center"):
        for label, other, shortcut in (("Previous", at - 1, "Left"), ("Next", at + 1, "Right")):
            there = 0 <= other < len(pages)
            if st.button(escaped(label), key=f"turn-{label}", shortcut=shortcut, disabled=not there) and there:
                st.switch_page(pages[other])
        st.markdown(escaped(f"{at + 1} of {len(pages)} · {page.title}" if at < len(pages) else page.title))


def prepare() -> DeltaGenerator:
    """Make the page ready for a meeting room: its release, its type, no sidebar. Gives where to put what is not of the page."""
    st.session_state.release = latest()
    st.set_page_config(initial_sidebar_state="collapsed")
    no_sidebar = "[data-testid=stSidebar],[data-testid=stExpandSidebarButton]{display:none}" if serves_the_board() else ""
    st.html(f"<style>{STYLE}{no_sidebar}</style>")
    return st.container()
