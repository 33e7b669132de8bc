"""What a reader sees when the database cannot be read: one plain banner, and the page again by itself as soon as it can."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager

import streamlit as st

from queries.engine import DatabaseUnavailable, database_url, is_readable, serves_the_board
from queries.faults import details
from release import store

SECONDS_BETWEEN_TRIES = 5


@contextmanager
def banner_without_database() -> Iterator[None]:
    """Show a banner instead of an error where the database cannot be read, and the page again as soon as it can."""
    try:
        yield
    except DatabaseUnavailable as error:
        logging.getLogger(__name__).warning("%s", details(error, database_url(), store.release_url()))

        st.error(
            f"{error.on_screen} Until it can be read, no figures are shown; this page tries again by itself.",
            icon=":material/database_off:",
        )
        _try_again()


@st.fragment(run_every=SECONDS_BETWEEN_TRIES)
def _try_again() -> None:
    # The first run of a fragment is part of the page that has just failed: only later ones may start the page again.
    if st.session_state.pop("waiting_for_database", False) and (store.is_readable() if serves_the_board() else is_readable()):
        st.rerun()
    st.session_state.waiting_for_database = True
