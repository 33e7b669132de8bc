"""The one sidebar of filters, kept in the link: a copied link opens the same view, a bad one a sensible view and a notice."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from metrics import words
from pages.parts import figures
from queries.clock import add_months
from queries.periods import Period, divide, label, last_whole_months
from queries.scope import Access, Scope

LATEST = "Latest 12 months"
ALL_HUBS = "All hubs"
_QUARTERS, _MONTHS = 12, 24  # how far back single ones are offered


def scope(access: Access) -> Scope:
    """What the reader has chosen to see, within what they may see."""
    found = figures.span()
    if found is None:
        st.info("The database holds no events yet. Load extracts with `python -m ingest FOLDER`, or run `python -m demo`.")
        st.stop()
    periods = _periods(*found)
    hubs = dict(figures.places(access)[["name", "hub"]].itertuples(index=False, name=None))
    notices = st.container()  # on a phone the sidebar is closed, and nobody would see them there
    with st.sidebar:
        chosen = choice("Period", "period", list(periods), notices)
        hub = choice("Hub", "hub", [ALL_HUBS, *hubs], notices)
        st.caption(f"The data end on {words.day(found[1])}.")
    start, end = periods[chosen]
    return Scope.within(access, start=start, end=end, hubs=None if hub == ALL_HUBS else (hubs[hub],))


def described(given: Scope) -> str:
    """The hubs and period of a scope in words."""
    names = dict(figures.places(given.access)[["hub", "name"]].itertuples(index=False, name=None))
    place = ALL_HUBS if given.hubs is None else words.listed([names.get(hub, hub) for hub in given.hubs])
    assert given.start
    assert given.end
    return f"{place}, {words.period(Period(given.start, given.end))}"


def choice(title: str, key: str, options: Sequence[str], notices: DeltaGenerator | None = None) -> str:
    """A list to choose from, the first unless the link says otherwise; a link that asks for what is not there gets a notice."""
    asked = st.query_params.get(key)
    if asked is not None and asked not in options:
        notice = f"The link asks for {key} “{asked}”, which is not there; “{options[0]}” is shown instead."
        (notices or st).warning(notice)
    return st.selectbox(title, options, key=key, bind="query-params")


def _periods(first: date, last: date) -> Mapping[str, tuple[date, date]]:
    """Every period on offer with its first day and end, the latest first."""
    latest = last_whole_months(last)
    if latest[1] <= first:  # not one whole month is loaded yet
        latest = (first.replace(day=1), last + timedelta(days=1))
    opens, closes = first.replace(day=1), latest[1]
    offered = {LATEST: latest}
    for name, title, months in (("year", "Financial year", 12), ("calendar_year", "Calendar year", 12)):
        for period in reversed(divide(opens, closes, [name])):
            whole = add_months(period.closes, -months) == period.opens
            shown = label(name, getattr(period, name))
            so_far = " so far" if period.closes == closes and not whole else ""
            offered[f"{title} {shown}{so_far}"] = (period.opens, period.closes)
    for name, most in (("quarter", _QUARTERS), ("month", _MONTHS)):
        for period in list(reversed(divide(opens, closes, [name])))[:most]:
            if name == "month" or add_months(period.opens, 3) == period.closes:
                offered[words.period(period)] = (period.opens, period.closes)
    return offered
