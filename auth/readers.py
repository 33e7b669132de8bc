"""Who is reading, and as what: signed in and on the list, an invented reader, or the analyst at the machine. Nobody else."""

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from getpass import getuser
from time import monotonic
from typing import Any

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from audit.database import AuditUnavailable
from audit.grants import grants_of
from audit.log import Who
from auth import sessions
from auth.sessions import SignIn
from auth.sign_in import InventedForce, NoWayToSignIn, check_figures_are_guarded, sign_in_is_configured, sign_in_method
from metrics import words
from metrics.markdown import escaped
from queries.engine import DatabaseUnavailable, serves_the_board
from queries.scope import ROLES, Access

SECONDS_BETWEEN_ACCESS_CHECKS = 20
INVENTED_READERS = "invented readers"  # who vouches for them
_IN_LINK = "invented_reader"


@dataclass(frozen=True)
class Reader:
    """A person, known by what their identity provider calls them for good, and what they may read as (one, or a choice)."""

    issuer: str
    subject: str
    name: str
    accesses: tuple[Access, ...]


class AccessDenied(Exception):
    """Nobody reads; the message says why. ``may_sign_in`` where signing in (again) can help, ``who`` whom the provider knows."""

    def __init__(self, why: str, *, may_sign_in: bool = False, who: Who | None = None) -> None:
        super().__init__(why)
        self.may_sign_in = may_sign_in
        self.who = who


def current_reader() -> Reader:
    """Who is reading, looked up at every run. Raises AccessDenied."""
    try:
        method = sign_in_method()
    except NoWayToSignIn as problem:
        raise AccessDenied(str(problem)) from None
    match method:
        case "sign-in":
            return _for_this_audience(_signed_in(st.user.to_dict()))
        case "this machine":
            access = Access("board" if serves_the_board() else "analyst")
            return Reader(method, getuser(), f"{ROLES[access.role].title} at this machine", (access,))
        case InventedForce(hubs):
            return _invented(hubs)


def _signed_in(user: Mapping[str, Any], *, counts_as_use: bool = True) -> Reader:
    """Whoever the provider vouches for, with what both the provider's roles and the list of readers give them.

    Without ``counts_as_use`` the sign-in is checked, but its half hour does not begin again.
    """
    if not user.get("is_logged_in"):
        raise AccessDenied("Sign in with your work account.", may_sign_in=True)
    sign_in = sessions.of_claims(user)
    if sign_in is None:
        raise AccessDenied("Your identity provider does not say who you are and when you signed in (iss, oid or sub, iat).")
    issuer, subject = sign_in.issuer, sign_in.subject
    if why := _ended(sign_in, counts_as_use=counts_as_use):
        raise AccessDenied(f"{why} Sign in again to go on.", may_sign_in=True)
    name = sessions.name_of(user)
    return Reader(issuer, subject, name, _accesses(Who(issuer, subject, name), _roles(user)))


def _ended(sign_in: SignIn, *, counts_as_use: bool) -> str:
    """Why a sign-in no longer lets anybody in; blank while it does. Raises AccessDenied where that is not known."""
    try:
        if sessions.has_signed_out(sign_in, anew=True):
            return "You have signed out."
    except AuditUnavailable as error:
        raise _list_unavailable(error) from None
    now = datetime.now(UTC).replace(tzinfo=None)
    return sessions.use(sign_in, now) if counts_as_use else sessions.look(sign_in, now)


def _list_unavailable(error: AuditUnavailable) -> AccessDenied:
    """What a reader is told where nobody can be looked up; what it was is in the log of the server."""
    logging.getLogger(__name__).error("Nobody can sign in: %s", error)
    return AccessDenied(
        "The list of readers cannot be read at the moment, so nobody is let in. Try again in a minute; if it still fails, tell "
        "whoever looks after this dashboard."
    )


def _roles(user: Mapping[str, Any]) -> frozenset[str]:
    """What a token says as one text or as a list of texts; in whatever else it says there is no role."""
    said = user.get("roles")
    roles = said if isinstance(said, list | tuple) else [said]
    return frozenset(role for role in roles if isinstance(role, str))


def _accesses(who: Who, roles: frozenset[str]) -> tuple[Access, ...]:
    """What both the token and the list of readers give; one of them alone gives nothing."""
    try:
        grants = [grant for grant in grants_of(who.issuer, who.subject) if grant.role in roles]
    except AuditUnavailable as error:
        raise _list_unavailable(error) from None
    if not grants:
        raise AccessDenied(
            "You are signed in, but you have no role here: you need the same role from your identity provider and on this "
            f"dashboard's list of readers. Ask whoever looks after the dashboard, and give them your id: {who.subject}",
            who=who,
        )
    hubs = tuple(sorted({grant.hub for grant in grants if grant.role == "hub" and grant.hub}))
    granted = dict.fromkeys(role for role in ROLES if any(grant.role == role for grant in grants))
    return tuple(Access(role, hubs if role == "hub" else None) for role in granted)


def _invented(hubs: Mapping[str, str]) -> Reader:
    """Whoever is chosen to read the invented force: in the sidebar, at first by the link."""
    board = {"Member of the partnership board": Access("board")}
    people = {"Chief superintendent, command team": Access("command")}
    people |= {f"Sergeant, {name} hub": Access("hub", (hub,)) for hub, name in hubs.items()}
    people |= {**board, "Analyst": Access("analyst"), "Information asset owner": Access("audit")}
    if serves_the_board():
        people = board
    linked = st.query_params.get(_IN_LINK)
    name = _choice("Read the invented force as", list(people), linked)
    if linked is not None and linked not in people:
        notice = f"The link asks for the reader {words.quoted(linked)}, but there is no such reader; you are reading as {name}."
        st.warning(escaped(notice))
    if linked != name:
        st.query_params[_IN_LINK] = name
    return Reader(INVENTED_READERS, name, name, (people[name],))


def _for_this_audience(reader: Reader) -> Reader:
    """The reader, in the process of the partnership board with that role alone. Raises AccessDenied without it."""
    if not serves_the_board():
        return reader
    board = tuple(access for access in reader.accesses if access.role == "board")
    if not board:
        raise AccessDenied(
            "This address is for the partnership board, and you have another role: open the force's own address.",
            who=Who(reader.issuer, reader.subject, reader.name),
        )
    return Reader(reader.issuer, reader.subject, reader.name, board)


def chosen_access(reader: Reader) -> Access:
    """What the reader reads as now: their choice, where they have one. Raises AccessDenied where its figures are not guarded."""
    access = reader.accesses[0]
    if len(reader.accesses) > 1:
        by_title = {ROLES[access.role].title: access for access in reader.accesses}
        access = by_title[_choice("Read as", list(by_title))]
    try:
        _check_figures(access)
    except NoWayToSignIn as problem:
        raise AccessDenied(str(problem)) from None
    return access


def _check_figures(access: Access) -> None:
    """Raises NoWayToSignIn where this access is to figures that nothing guards; whoever reads none needs no database for that."""
    if not ROLES[access.role].without_figures:
        check_figures_are_guarded()


def _choice(title: str, options: Sequence[str], first: str | None = None) -> str:
    """Who the session reads as, ``first`` to begin with. Kept beside the list itself, which is reset when the page changes.

    It is not bound to the link either: a bound choice bars the way to another page.
    """
    kept = st.session_state.get("reads_as", first)
    with st.sidebar:
        chosen = st.selectbox(escaped(title), options, index=options.index(kept) if kept in options else 0, key="reads_as_chosen")
    st.session_state.reads_as = chosen
    return chosen


def signs_out(reader: Reader, where: DeltaGenerator) -> bool:
    """Show whoever signed in the way to sign out: whether they take it."""
    if not sign_in_is_configured():
        return False
    with where:
        st.caption(escaped(f"Signed in as {reader.name}"))
        return st.button("Sign out", icon=":material/logout:")


def keep_checking_access() -> None:
    """While a page stands open, check every so often whether its reader may still read; if not, the page goes."""
    st.session_state.access_checked_at = monotonic()
    _check_access_again()


@st.fragment(run_every=SECONDS_BETWEEN_ACCESS_CHECKS)
def _check_access_again() -> None:
    check_access()


def check_access() -> None:
    """Begin the page again if its reader may no longer read, unless that was checked only just.

    A page that takes long to count calls this between counts: the fragment cannot run then.
    """
    since_last = monotonic() - st.session_state.access_checked_at
    if since_last < SECONDS_BETWEEN_ACCESS_CHECKS - 1:  # a fragment may come a little early
        return
    st.session_state.access_checked_at = monotonic()
    if not may_still_read(st.session_state.reader, st.session_state.access, st.user.to_dict()):
        st.rerun()


def keep_asking_to_be_let_in() -> None:
    """While a page stands open that somebody may not read, see every so often whether they may now; if so, the page comes."""
    st.session_state.is_first_look = True
    _ask_to_be_let_in()


@st.fragment(run_every=SECONDS_BETWEEN_ACCESS_CHECKS)
def _ask_to_be_let_in() -> None:
    # The first run of a fragment is part of the run that shows why nobody was let in.
    if not st.session_state.pop("is_first_look", False) and may_read(st.user.to_dict()):
        st.rerun()


def may_read(user: Mapping[str, Any]) -> bool:
    """Whether somebody is let in now, as whatever they may be; to look is no use of their sign-in."""
    try:
        accesses = _for_this_audience(_signed_in(user, counts_as_use=False)).accesses if sign_in_method() == "sign-in" else ()
        for access in accesses:
            _check_figures(access)
    except (NoWayToSignIn, AccessDenied, DatabaseUnavailable):
        return False
    return True


def may_still_read(reader: Reader, access: Access, user: Mapping[str, Any]) -> bool:
    """Whether nothing has changed for a reader since the page began; the check is no use of their sign-in.

    ``user`` is what `st.user` says of them, which is known only in a page's own run.
    """
    try:
        now = _signed_in(user, counts_as_use=False) if sign_in_method() == "sign-in" else reader
        _check_figures(access)
        return _for_this_audience(now) == reader
    except (NoWayToSignIn, AccessDenied, DatabaseUnavailable):
        return False
