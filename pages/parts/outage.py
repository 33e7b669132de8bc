"""What a reader sees when the database cannot be read: one plain banner, and the page again by itself as soon as it can."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from time import monotonic

import streamlit as st

from metrics.markdown import escaped
from pages.parts.navigation import navigate
from queries.engine import DatabaseUnavailable, database_url, is_readable, serves_the_board
from queries.faults import details, original
from release import store

SECONDS_BETWEEN_TRIES = 5
SECONDS_BETWEEN_DETAILS = 60.0
_written_at: dict[str, float] = {}  # when each kind of fault was last written down
_WHAT_HAPPENS = "Until it can be read, no figures are shown; this page tries again by itself."


@contextmanager
def banner_without_database() -> Iterator[None]:
    """Begin the page again where the database cannot be read, with `show_banner` alone: nothing half drawn stays beside it."""
    try:
        yield
    except DatabaseUnavailable as error:
        _write_down(error)
        st.session_state.database_lost = error.on_screen
        navigate("")  # else the page that a link asks for would be forgotten
        st.rerun()


def _write_down(error: DatabaseUnavailable) -> None:
    """All that is known of a fault, in the log of the server; of each kind once a minute, since every reader meets it."""
    kind = type(original(error)).__name__
    if monotonic() - _written_at.get(kind, -SECONDS_BETWEEN_DETAILS) >= SECONDS_BETWEEN_DETAILS:
        _written_at[kind] = monotonic()
        logging.getLogger(__name__).warning("%s", details(error, database_url(), store.release_url()))


def show_banner() -> bool:
    """Whether the run before could not read the database: then this one shows that, and nothing else."""
    sentence = st.session_state.pop("database_lost", "")
    if not sentence:
        return False
    navigate("")
    st.error(escaped(f"{sentence} {_WHAT_HAPPENS}"), icon=":material/database_off:")
    st.session_state.waiting_for_database = False
    _try_again()
    return True


@st.fragment(run_every=SECONDS_BETWEEN_TRIES)
def _try_again() -> None:
    # The first run of a fragment is part of the run that shows the banner: only later ones may start the page again.
    if st.session_state.pop("waiting_for_database", False) and (store.is_readable() if serves_the_board() else is_readable()):
        st.rerun()
    st.session_state.waiting_for_database = True
