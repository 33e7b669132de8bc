"""How readers sign in: with the force's identity provider, as an analyst at this machine, or as anybody of the invented force."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

import streamlit as st

from audit.keys import SHORTEST
from auth import this_machine
from metrics import words
from queries.engine import DatabaseUnavailable, reading, security_problem, serves_the_board
from queries.lookups.invented import INVENTED, holds_invented, is_invented
from queries.lookups.population import hub_names, places
from queries.scope import SYSTEM, Scope
from release.answers import released

_SECRETS = ("redirect_uri", "cookie_secret", "client_id", "client_secret", "server_metadata_url")


class NoWayToSignIn(Exception):
    """Nobody can sign in; the message says what to set."""


@dataclass(frozen=True)
class InventedForce:
    """Anybody may read the invented force, as anybody of it. ``hubs`` are the names of its hubs by their id."""

    hubs: Mapping[str, str]


SignInMethod = Literal["sign-in", "this machine"] | InventedForce


def sign_in_method() -> SignInMethod:
    """How readers sign in here: with the identity provider wherever one is configured. Raises NoWayToSignIn."""
    if sign_in_is_configured():
        return "sign-in"
    if this_machine.is_asked_for():
        _check_only_this_machine()
        return "this machine"
    if (hubs := _hubs_of_invented_force()) is not None:
        return InventedForce(hubs)
    raise NoWayToSignIn(
        f"Sign-in is not set up, and {_why_not_invented()}: set up [auth] in .streamlit/secrets.toml (README, Signing in), or, "
        f"to read them at this machine alone, start with `streamlit run app.py -- {this_machine.OPTION}`."
    )


def check_figures_are_guarded() -> None:
    """Raises NoWayToSignIn where several people sign in to read a database that does not hold back what is not theirs."""
    if sign_in_is_configured() and not serves_the_board() and (problem := security_problem()):
        raise NoWayToSignIn(problem)


def _why_not_invented() -> str:
    """What to say of data that are not the invented force's, or no longer."""
    if not serves_the_board():
        with reading(SYSTEM) as connection:
            if holds_invented(connection):
                return (
                    "these data say that they are the invented force's, but hold rows that this version's demo did not make "
                    "(to have the demo alone, remove the database and run `python -m demo`)"
                )
    return "these data are not the invented force's"


def _hubs_of_invented_force() -> dict[str, str] | None:
    """The names of the hubs of the invented force by their id, which the board need not know; None where the force is real."""
    if serves_the_board():
        release = released.last_stored()  # also one that was withdrawn says of which force it was
        return {} if release is not None and INVENTED in release.about["force"] else None
    with reading(SYSTEM) as connection:  # at every run, since a database can be replaced by another
        return hub_names(places(connection, Scope(SYSTEM))) if is_invented(connection) else None


def sign_in_is_configured() -> bool:
    """Whether the secrets name an identity provider. Raises NoWayToSignIn where they are there and cannot be read."""
    try:
        return "auth" in st.secrets
    except FileNotFoundError:
        return False
    except (OSError, UnicodeError):
        raise NoWayToSignIn(
            "The file of secrets cannot be read: see that the user of the dashboard may read it, and that it is UTF-8."
        ) from None


def _check_secrets() -> None:
    """Raises NoWayToSignIn where what is said of the identity provider is no text, or the key of its cookies can be guessed."""
    said = st.secrets["auth"]
    given = {name: str(said[name]) for name in _SECRETS if isinstance(said, Mapping) and isinstance(said.get(name), str)}
    if lacking := [name for name in _SECRETS if not given.get(name, "").strip()]:
        raise NoWayToSignIn(
            f"[auth] in .streamlit/secrets.toml has no text for {words.listed(lacking)}: give one for each (README, Signing in)."
        )
    if (letters := len(given["cookie_secret"])) < SHORTEST:
        raise NoWayToSignIn(
            f"The cookie_secret of [auth] in .streamlit/secrets.toml has {letters} characters, which can be "
            f"guessed, and with it anybody's sign-in forged: set {SHORTEST} or more, such as `openssl rand -hex 32` prints."
        )


def check() -> None:
    """Refuse to start where nobody could sign in, or the board has nothing proved to see.

    A database that is not there yet is asked again by every page.
    """
    try:
        if sign_in_is_configured():
            _check_secrets()
        elif this_machine.is_asked_for():
            this_machine.announce()
        if serves_the_board():
            _check_release()
        sign_in_method()
        check_figures_are_guarded()
    except NoWayToSignIn as problem:
        raise SystemExit(str(problem)) from None
    except DatabaseUnavailable:
        pass


def _check_release() -> None:
    """Raises NoWayToSignIn where no release is published, or the one that is was never proved or cannot be read."""
    try:
        release = released.latest()
    except DatabaseUnavailable as problem:
        raise NoWayToSignIn(f"The board's figures cannot be read. {problem}") from None
    if release is None or not release.stored.about["proof"]["passed"]:
        raise NoWayToSignIn(
            "No proved release is published, so there is nothing that the board may see: `python -m release build` proposes one, "
            "`python -m release publish` makes it the board's."
        )


def _check_only_this_machine() -> None:
    address = st.get_option("server.address")
    if address not in this_machine.LOOPBACK:
        raise NoWayToSignIn(
            f"{this_machine.OPTION} is for one reader at this machine, but the server answers on {address or 'every address'}: "
            "set server.address to 127.0.0.1, or set up sign-in."
        )
