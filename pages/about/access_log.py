"""Who saw what, when and why: of one record, of some days, and whether the log is complete."""

import logging
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from functools import partial

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from audit import log, summary
from audit.database import AuditUnavailable
from audit.selection import FEWEST_WORDS, MOST_OFTEN, Rule
from audit.settings import reader_url, working_hours
from audit.summary import Known
from auth import audit_trail
from metrics import words
from metrics.markdown import code, escaped
from pages.parts import entries, filters, tables
from queries.scope import Access

_EVERYTHING, _EVERYBODY, _ALL_HUBS, _BETWEEN = "Everything", "Everybody", "All hubs", "Between two days"
_DAYS = {"Last 7 days": 7, "Last 31 days": 31, "All": None, _BETWEEN: None}
_RULES: dict[str, Rule] = {"Out of hours": "out of hours", "Vague reasons": "vague reason"}
_SECONDS_BETWEEN_CHECKS = 300
_ROW, _FEW = 28, 6  # pixels of a row, and rows that are shown above the entries without scrolling
_LONGEST_REFERENCE = 200  # letters
_COMPARES = "python -m audit verify --expect SEAL"
_NOT_LOGGED = (
    "Who saw it is not shown, because the access log cannot be written at the moment. Try again in a minute; if it still fails, "
    "tell whoever looks after this dashboard."
)


def show_verification() -> None:
    """Whether every entry is as it was written."""
    verification, checked_at = _verification(st.session_state.access, reader_url())
    if verification.problem:
        st.error("The log is not as it should be.", icon=":material/gpp_bad:")
        for problem in verification.told:
            st.write(escaped(problem))
    else:
        with st.container(horizontal=True, vertical_alignment="center"):
            said = f"The log was complete and unchanged when it was last checked, {words.moment(checked_at)}"
            st.success(escaped(f"{said}: {verification.entries:,} entries."), icon=":material/verified_user:")
            with st.popover("?", help="The seal of the log, and how to keep it"):
                _show_seal(verification)
    if verification.acknowledged:
        st.caption(f"{verification.acknowledged:,} found earlier and looked into; the entries below say what, by whom and why.")


def _show_seal(verification: log.Verification) -> None:
    confirmed = f"{verification.witnessed:,}" if verification.witnessed else "None"
    st.write(
        "Each entry is sealed with the one before, so this seal of the last stands for all of them. Keep a copy where whoever "
        "runs the database cannot write: it shows later whether the end of the log was cut off."
    )
    st.code(verification.head, language=None, wrap_lines=True)
    st.write(f"{code(_COMPARES)} compares it. {escaped(confirmed)} of the entries are confirmed by the second witness.")


@st.cache_data(ttl=_SECONDS_BETWEEN_CHECKS, show_spinner="Checking every entry …")
def _verification(access: Access, url: str) -> tuple[log.Verification, datetime]:
    """The whole log against its seals, and when (UTC): every entry is read, so once for a reader and log in a while."""
    return log.verify(), datetime.now(UTC).replace(tzinfo=None)


def ask_who_saw() -> None:
    """The box for one record or child. What is asked is in no link, and in the log under a pseudonym, before it is answered."""
    with st.form("who-saw"), st.container(horizontal=True, vertical_alignment="bottom"):
        reference = st.text_input(
            "Who saw this record or child?",
            max_chars=_LONGEST_REFERENCE,
            placeholder="Its reference, as the pages show it",
            autocomplete="off",
            help="That you asked is logged. The reference is not: the log keeps a pseudonym in its place.",
        ).strip()
        st.form_submit_button("Show who saw it", icon=":material/search:")
    if not reference:
        return
    if not audit_trail.record_lookup(reference):
        st.error(_NOT_LOGGED, icon=":material/edit_off:")
        return
    found = entries.latest(log.Selection(record=reference))
    if found.empty:
        st.info(
            escaped(
                f"Nothing is found under {words.quoted(reference)}. Either it is not written as the pages show it, letter by "
                "letter, or nobody has opened or downloaded a list that it is in."
            )
        )
        return
    people = len(set(zip(found["subject"], found["name"], strict=True)))
    which = f"the latest {entries.SHOWN} times" if len(found) > entries.SHOWN else "each time"
    who = "one person" if people == 1 else f"{words.number(people)} people"
    st.write(escaped(f"{words.quoted(reference)} was seen by {who}; {which}, the latest first:"))
    entries.show(found, "who-saw", _FEW)


def choose() -> log.Selection:
    """Which entries are to be shown, by the choices above them."""
    everybody = _by_label(summary.readers())
    notices = st.container()
    what, when, who, where, why = st.columns(5)
    with what:
        kind = filters.choice("Show", "action", [_EVERYTHING, *_RULES, *entries.KINDS], notices)
    with when:
        days = filters.choice("Days", "since", list(_DAYS), notices)
    with who:
        reader = everybody.get(filters.choice("Reader", "log_reader", [_EVERYBODY, *everybody], notices))
    with where:
        hub = filters.choice("Narrowed to the hub", "log_hub", [_ALL_HUBS, *summary.hubs()], notices)
    with why:
        reason = st.text_input("Reason contains", max_chars=_LONGEST_REFERENCE, autocomplete="off").strip()
    since, until = _chosen_days(days, notices)
    return log.Selection(
        issuer=reader and reader.issuer,
        subject=reader and reader.subject,
        action=entries.KINDS.get(kind),
        hub="" if hub == _ALL_HUBS else hub,
        since=since,
        until=until,
        reason=reason,
        rule=_RULES.get(kind),
    )


def _by_label(everybody: list[Known]) -> dict[str, Known]:
    """Readers by their names; where several have one, with their ids."""
    names = [known.name for known in everybody]
    return {known.name if names.count(known.name) == 1 else f"{known.name} ({known.subject})": known for known in everybody}


def _chosen_days(days: str, notices: DeltaGenerator) -> tuple[date | None, date | None]:
    """The first and the last day (London) of what is shown; None where it has no end."""
    today = datetime.now(log.LONDON).date()
    if days == _BETWEEN:
        first, last = st.columns(5)[1:3]
        with first:
            since = _day("From", "log_from", today - timedelta(days=31), today, notices)
        with last:
            until = _day("To", "log_to", today, today, notices)
        return since, until
    number = _DAYS[days]
    return (today - timedelta(days=number) if number else None), None


def _day(title: str, key: str, usual: date, today: date, notices: DeltaGenerator) -> date:
    """A day to choose, in the last ten years; a link that says anything else gets a notice."""
    earliest = today.replace(year=today.year - 10, day=1)
    linked = st.query_params.get(key)
    if linked is not None and not filters.lies_within(linked, earliest, today):
        asked = f"The link asks for {words.quoted(linked)} under “{title}”; give a day from {earliest} to {today}."
        notices.warning(escaped(f"{asked} {words.day(usual)} is shown instead."))
        del st.query_params[key]
    day = st.date_input(
        escaped(title), usual, min_value=earliest, max_value=today, key=key, format="DD/MM/YYYY", bind="query-params"
    )
    return day if isinstance(day, date) else usual


def show_summary(chosen: log.Selection) -> None:
    """What the days come to: each figure leads to its entries, and a table has them by reader."""
    counted = summary.by_reader(chosen)
    total = {name: int(counted[name].sum()) for name in summary.COUNTED}
    figures = {
        "Records": f"Records opened: {total['records']:,}",
        "Exports": f"Exports: {total['exports']:,}",
        "Refusals": f"Refusals: {total['refusals']:,}",
        "Out of hours": f"Out of hours: {total['out_of_hours']:,}",
        "Vague reasons": f"Vague reasons: {total['vague_reasons']:,}",
    }
    with st.container(horizontal=True):
        for kind, figure in figures.items():
            st.button(escaped(figure), key=f"show-{kind}", on_click=partial(_lead_to, kind))
    opens, closes = working_hours()
    fewest, most = words.number(FEWEST_WORDS), words.number(MOST_OFTEN)
    st.caption(
        escaped(
            f"Out of hours is before {opens:02}:00, from {closes:02}:00 on, or at a weekend, in London. A reason is vague that "
            f"has fewer than {fewest} words, or that one reader gave {most} times or more in these days, word for word."
        )
    )
    some = counted[counted[list(summary.COUNTED)].any(axis=1)]
    if not some.empty:
        titles = ("Reader", "Records opened", "References", "Exports", "Refusals", "Out of hours", "Vague reasons")
        listed = some[["name", *summary.COUNTED]].set_axis(titles, axis=1)
        tables.sheet(listed, "access log by reader", {}, _ROW, _FEW)
        tables.download(listed, "access-log-by-reader")


def _lead_to(kind: str) -> None:
    """Show the entries of a figure, as if they had been chosen above."""
    st.session_state.action = kind


def show_entries(chosen: log.Selection) -> None:
    """A page of the entries, the latest first, with the ways to those before and after them."""
    begins = _beginnings(chosen)
    found = entries.latest(chosen, begins[-1])
    if found.empty:
        st.info("There are no such entries.")
        return
    shown, has_earlier = found.head(entries.SHOWN), len(found) > entries.SHOWN
    entries.show(found, "access-log")
    if has_earlier or len(begins) > 1:
        st.caption(
            f"Entries {shown['number'].iloc[0]:,} to {shown['number'].iloc[-1]:,}; `python -m audit log` lists all, whole."
        )
        with st.container(horizontal=True):
            later, earlier = (
                st.button("Later entries", disabled=len(begins) == 1),
                st.button("Earlier entries", disabled=not has_earlier),
            )
        if later or earlier:
            st.session_state.log_begins = (chosen, [*begins, int(shown["number"].iloc[-1])] if earlier else begins[:-1])
            st.rerun()


def _beginnings(chosen: log.Selection) -> list[int | None]:
    """The number before which each page up to this one begins: None of the latest, where other entries are chosen now."""
    kept_for, begins = st.session_state.get("log_begins", (chosen, [None]))
    return begins if kept_for == chosen else [None]


reader = st.session_state.reader  # no page without one
st.title("Access log")
st.write(
    "Who opened what, when and why (Data Protection Act 2018, section 62). Records and children are kept under pseudonyms: the "
    "log does not say which there are, but whoever has a reference can ask who saw it."
)
try:
    show_verification()
    ask_who_saw()
    st.header("Entries")
    chosen = choose()
    audit_trail.record_page()  # what the button of a figure chose is in the link only now
    if audit_trail.is_limit_reached():
        st.rerun()
    show_summary(replace(chosen, action=None, rule=None))
    show_entries(chosen)
except AuditUnavailable as problem:
    logging.getLogger(__name__).error("The log could not be shown: %s", problem)
    st.error(
        "The access log cannot be read at the moment; what it was is in the log of the server.", icon=":material/database_off:"
    )
