"""The one sidebar of filters, kept in the link: a copied link opens the same view, a bad one a sensible view and a notice."""

from collections.abc import Mapping, Sequence
from datetime import date
from types import MappingProxyType

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from metrics import words
from metrics.markdown import escaped
from pages.parts import cache
from queries.clock import add_months
from queries.counting.reading import AS_AT_IS_OF_THE_FORCE
from queries.periods import Period, divide, label, latest_period, quarter_start
from queries.scope import Access, OutOfScope, PlacedBy, Scope

LATEST = "Latest 12 months"
ALL_HUBS, ALL_MINE = "All hubs", "All my hubs"
PLACED_BY: Mapping[str, PlacedBy] = MappingProxyType({"Where it happened": "event", "Where the child lives": "residence"})
_QUARTERS, _MONTHS = 12, 24  # how far back single ones are offered


def scope(access: Access) -> Scope:
    """What the reader has chosen to see, within what they may see; raises OutOfScope where a link asks for a hub beyond that."""
    span = cache.span(access)
    if span is None:
        st.info(
            "The database holds no events yet. Load extracts with `python -m ingest FOLDER --database URL`, or run "
            "`python -m demo`."
        )
        st.stop()
    first, last = span
    places = _places(access)
    place = st.query_params.get("hub")
    if st.session_state.pop("reset_hub", False):  # another reader chose it, and a choice in a link cannot be taken out of it
        st.session_state.hub, place = next(iter(places)), None
    if access.hubs is not None and place is not None and place not in places:
        raise OutOfScope(f"{words.quoted(place)} is not yours to see; you may open {words.listed(list(places))}.")
    notices = st.container()  # on a phone the sidebar is closed, and nobody would see them there
    with st.sidebar:
        first_slot, second_slot, more = st.empty(), st.empty(), st.expander("More choices")
        with more:
            placed_by = PLACED_BY[choice("Place events by", "place", list(PLACED_BY), notices)]
            as_at = _as_at(access, first, last, notices)
        periods = _periods(first, as_at or last)
        with first_slot:
            start, end = periods[choice("Period", "period", list(periods), notices)]
        with second_slot:
            hubs = places[choice("Hub, area or council" if access.hubs is None else "Hub", "hub", list(places), notices)]
        st.caption(escaped(f"The data end on {words.day(last)}."))
    if as_at:
        notices.info(
            f"As at {escaped(words.day(as_at))}: as if the data ended on that day. Later events, outcomes and returns are left "
            "out; rows that were entered late are included. These figures are worked out from the records, which takes longer.",
            icon=":material/history:",
        )
    return Scope(access, start=start, end=end, hubs=hubs, placed_by=placed_by, as_at=as_at)


def described(scope: Scope) -> str:
    """The hubs and period of a scope in words."""
    assert scope.start
    assert scope.end
    by_home = ", by where the child lives" if scope.placed_by == "residence" else ""
    return f"{place_name(scope)}, {words.period(Period(scope.start, scope.end))}{by_home}"


def place_name(scope: Scope) -> str:
    """The hubs of a scope under the name by which they were chosen, or one by one."""
    names = [name for name, hubs in _places(scope.access).items() if hubs == scope.hubs]
    if names:
        return names[0]
    return words.listed([name for hub, name in cache.hub_names(scope.access).items() if hub in (scope.hubs or ())])


def choice(title: str, key: str, options: Sequence[str], notices: DeltaGenerator | None = None) -> str:
    """A list to choose from, the first unless the link says otherwise; a link that asks for what is not there gets a notice.

    ``key`` is what the choice is called in a link: links that people have copied hold it, so it does not change.
    """
    linked = st.query_params.get(key)
    if linked is not None and linked not in options and st.session_state.get(key) not in options:
        notice = f"The link asks for {words.quoted(linked)} under “{title}”, which is not there; “{options[0]}” is shown instead."
        (notices or st).warning(escaped(notice))
    return st.selectbox(escaped(title), options, key=key, bind="query-params")


def _as_at(access: Access, first: date, last: date, notices: DeltaGenerator) -> date | None:
    """The day as if the data ended on; None for all of them, as it is for a reader who reads no record."""
    if cache.reads_facts_alone(access):
        if "as_at" in st.query_params:
            notices.warning(escaped(f"{AS_AT_IS_OF_THE_FORCE} All the data are shown instead."))
            del st.query_params["as_at"]
        return None
    linked = st.query_params.get("as_at")
    if linked is not None and not lies_within(linked, first, last):
        asked = f"The link asks for the data as at {words.quoted(linked)}; give a day from {first} to {last}."
        notices.warning(escaped(f"{asked} All the data are shown instead."))
        del st.query_params["as_at"]
    day = st.date_input(
        "Show the data as at",
        None,
        min_value=first,
        max_value=last,
        key="as_at",
        format="DD/MM/YYYY",
        bind="query-params",
        help="Every page is shown as if the data ended on that day.",
    )
    return day if isinstance(day, date) and day < last else None


def lies_within(day: str, first: date, last: date) -> bool:
    """Whether what a link says is a day, and one of these."""
    try:
        return first <= date.fromisoformat(day) <= last
    except ValueError:
        return False


def _places(access: Access) -> dict[str, tuple[str, ...] | None]:
    """What can be chosen, with its hubs: the whole, each hub, each area, each authority. Wider places roll up from hubs.

    Whoever reads single hubs chooses among these alone.
    """
    single: dict[str, tuple[str, ...] | None] = {name: (hub,) for hub, name in cache.hub_names(access).items()}
    if access.hubs is not None:
        return single if len(single) == 1 else {ALL_MINE: access.hubs, **single}
    return {ALL_HUBS: None, **single, **cache.wider_places(access)}


def _of_late(opens: date, closes: date) -> dict[str, tuple[date, date]]:
    """The last month, the last whole quarter and the financial year that they are in, as far as the data begin before them."""
    quarter = quarter_start(closes)
    this_year = divide(add_months(closes, -12), closes, ("year",))[-1]
    named = {
        "Last month": (add_months(closes, -1), closes),
        "Last quarter": (add_months(quarter, -3), quarter),
        "This financial year": (this_year.opens, closes),
    }
    return {name: span for name, span in named.items() if closes.day == 1 and opens <= span[0]}


def _periods(first: date, last: date) -> Mapping[str, tuple[date, date]]:
    """Every period on offer with its first day and end, the latest first."""
    latest = latest_period(first, last)
    opens, closes = first.replace(day=1), latest[1]
    offered = {LATEST: latest, **_of_late(opens, closes)}
    for name, title, months in (("year", "Financial year", 12), ("calendar_year", "Calendar year", 12)):
        for period in reversed(divide(opens, closes, (name,))):
            whole = add_months(period.closes, -months) == period.opens
            so_far = " so far" if period.closes == closes and not whole else ""
            if not (so_far and (period.opens, period.closes) in offered.values()):  # this financial year is there by that name
                offered[f"{title} {label(name, getattr(period, name))}{so_far}"] = (period.opens, period.closes)
    for name, most in (("quarter", _QUARTERS), ("month", _MONTHS)):
        for period in list(reversed(divide(opens, closes, (name,))))[:most]:
            if name == "month" or add_months(period.opens, 3) == period.closes:
                offered[words.period(period)] = (period.opens, period.closes)
    for period in list(reversed(divide(opens, closes, ("month",))))[:_MONTHS]:
        if add_months(period.closes, -12) >= opens:  # links of packs hold these, and mean the same when more is loaded
            offered[words.twelve_months_to(period.closes)] = (add_months(period.closes, -12), period.closes)
    return offered
