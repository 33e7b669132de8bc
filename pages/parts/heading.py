"""The first row of every page of figures: its title, the place and period shown, and how old the data are."""

from datetime import date, datetime

import streamlit as st

from metrics import words
from metrics.markdown import escaped
from pages.parts import cache, filters, present
from queries.clock import LONDON
from queries.scope import Scope

OLD, VERY_OLD = 14, 31  # days after the end of the data from which their age stands out, and stands out more


def show(title: str, scope: Scope, described: str = "") -> None:
    """Title, place and period, and the end of the data; ``described`` in place of the period where a page has none."""
    with st.container(key="heading", horizontal=True):
        st.title(escaped(title), width="content", anchor=False)
        st.caption(escaped(described or filters.described(scope)), width="content")
        span = cache.span(scope.access)
        if span and not scope.as_at:
            _show_age(span[1], datetime.now(LONDON).date())
        present.way_in()


def _show_age(last: date, today: date) -> None:
    """How old the data are, in colour and with a sign where they are old."""
    age, said = (today - last).days, age_in_words(last, today)
    if age <= OLD:
        st.caption(escaped(said), width="content")
        return
    with st.container(key="very_old" if age > VERY_OLD else "old", width="content"):
        st.caption(f":material/history: {escaped(said)}", width="content")


def age_in_words(last: date, today: date) -> str:
    """Data to 31 October, 28 days old; the year where it is not that of today."""
    day, age = (f"{last.day} {last:%B}" if last.year == today.year else words.day(last)), (today - last).days
    return f"data to {day}" + (f", {age:,} days old" if age > 1 else "")
