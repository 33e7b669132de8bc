"""Which way in there is: sign-in for a force, invented readers for the invented force, or an analyst at the machine itself."""

import os
import sys
from typing import Literal

import pandas as pd
import streamlit as st

from queries.engine import DATABASE_ERRORS, reading, unguarded
from queries.lookups.population import places
from queries.scope import SYSTEM, Scope

Entrance = Literal["sign-in", "invented readers", "this machine"]
AT_THIS_MACHINE = "--local"
INVENTED = "invented demo"  # in the name of a force
_LOOPBACK = ("127.0.0.1", "localhost", "::1")
# What a proxy adds for somebody who sits elsewhere.
_FORWARDED = ("Forwarded", "X-Forwarded-For", "X-Real-Ip")


class NoEntrance(Exception):
    """Nobody can be let in; the message says what to set."""


def for_the_board() -> bool:
    """Whether this process serves the partnership board: released figures, and no reporting database."""
    return os.environ.get("AUDIENCE") == "board"


def entrance() -> Entrance:
    """The one way in. Sign-in wherever it is configured; raises NoEntrance where there is none."""
    if sign_in_is_configured():
        if not for_the_board() and (reason := unguarded()):
            raise NoEntrance(reason)
        return "sign-in"
    if AT_THIS_MACHINE in sys.argv[1:]:
        _only_this_machine()
        return "this machine"
    if not for_the_board() and are_invented():
        return "invented readers"
    raise NoEntrance(
        "Nobody can sign in, and these data are not the invented force's: set up [auth] in .streamlit/secrets.toml (README, "
        f"Signing in), or, to read them at this machine alone, start with `streamlit run app.py -- {AT_THIS_MACHINE}`."
    )


def sign_in_is_configured() -> bool:
    """Whether the secrets name an identity provider."""
    try:
        return "auth" in st.secrets
    except FileNotFoundError:
        return False


def are_invented() -> bool:
    """Whether every hub is of the invented force; read anew each time, since a database can be put in another's place."""
    with reading(SYSTEM) as connection:
        return of_the_invented_force(places(connection, Scope(SYSTEM)))


def of_the_invented_force(hubs: pd.DataFrame) -> bool:
    """Whether there are hubs, and all are of the invented force."""
    return not hubs.empty and bool(hubs["force"].str.contains(INVENTED, regex=False).all())


def check() -> None:
    """Refuse to start where nobody could be let in; a database that is not there yet is asked again by every page."""
    try:
        entrance()
    except NoEntrance as reason:
        raise SystemExit(str(reason)) from None
    except DATABASE_ERRORS:
        pass


def _only_this_machine() -> None:
    address = st.get_option("server.address")
    if address not in _LOOPBACK:
        raise NoEntrance(
            f"{AT_THIS_MACHINE} is for one reader at this machine, but the server answers on {address or 'every address'}: "
            "set server.address to 127.0.0.1, or set up sign-in."
        )
    if any(name in st.context.headers for name in _FORWARDED):
        raise NoEntrance(f"{AT_THIS_MACHINE} is for one reader at this machine, not behind a proxy: set up sign-in.")
