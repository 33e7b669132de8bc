"""Who is reading, and as what: signed in and on the list, an invented reader, or the analyst at the machine. Nobody else."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from getpass import getuser
from time import monotonic
from typing import Any

import streamlit as st

from audit import grants as listed
from audit.database import NotebookUnavailable
from audit.log import Who
from auth import sessions
from auth.sessions import SignIn
from auth.sign_in import NoEntrance, entrance, for_the_board, sign_in_is_configured
from pages.parts import cache
from queries.engine import DATABASE_ERRORS
from queries.scope import ROLES, SYSTEM, Access

SECONDS_BETWEEN_LOOKS = 20
_ASKED = "invented_reader"  # in a link


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


def reader() -> Reader:
    """Who is reading, asked again at every run. Raises AccessDenied."""
    return _of_the_board(_found()) if for_the_board() else _found()


def _found() -> Reader:
    try:
        way_in = entrance()
    except NoEntrance as reason:
        raise AccessDenied(str(reason)) from None
    match way_in:
        case "sign-in":
            return _signed_in(st.user.to_dict())
        case "this machine":
            access = Access("board" if for_the_board() else "analyst")
            return Reader(way_in, getuser(), f"{ROLES[access.role].title} at this machine", (access,))
        case "invented readers":
            return _invented(way_in)


def _signed_in(user: Mapping[str, Any], *, looking: bool = False) -> Reader:
    """Whoever the provider vouches for, with what both the provider's roles and the list of readers give them.

    ``looking`` to see whether that holds without counting as a use of the sign-in.
    """
    if not user.get("is_logged_in"):
        raise AccessDenied("Sign in with your work account.", may_sign_in=True)
    issuer, subject = str(user.get("iss") or ""), str(user.get("oid") or user.get("sub") or "")
    issued = user.get("iat")
    if not issuer or not subject or not isinstance(issued, int | float):
        raise AccessDenied("Your identity provider does not say who you are and when you signed in (iss, oid or sub, iat).")
    sign_in = SignIn(issuer, subject, datetime.fromtimestamp(issued, UTC).replace(tzinfo=None))
    now = datetime.now(UTC).replace(tzinfo=None)
    why = sessions.ended(sign_in, _last_uses().get(sign_in), now) if looking else sessions.use(sign_in, _last_uses(), now)
    if why:
        raise AccessDenied(f"{why} Sign in again to go on.", may_sign_in=True)
    name = str(user.get("name") or user.get("preferred_username") or subject)
    return Reader(issuer, subject, name, _granted(Who(issuer, subject, name), _roles(user)))


def _roles(user: Mapping[str, Any]) -> frozenset[str]:
    roles = user.get("roles") or ()
    return frozenset([roles] if isinstance(roles, str) else map(str, roles))


def _granted(who: Who, roles: frozenset[str]) -> tuple[Access, ...]:
    """What both the token and the list of readers say; one of them alone is nothing."""
    try:
        granted = [grant for grant in listed.grants_of(who.issuer, who.subject) if grant.role in roles]
    except NotebookUnavailable as reason:
        raise AccessDenied(f"{reason} Nobody is let in until the list of readers can be read.") from None
    if not granted:
        raise AccessDenied(
            "You are signed in, but nothing is open to you: a role must be given to you both by your identity provider and "
            f"on the list of readers. Ask whoever looks after this dashboard, and give them your id: {who.subject}",
            who=who,
        )
    hubs = tuple(sorted({grant.hub for grant in granted if grant.role == "hub" and grant.hub}))
    roles_given = dict.fromkeys(role for role in ROLES if any(grant.role == role for grant in granted))
    return tuple(Access(role, hubs if role == "hub" else None) for role in roles_given)


@st.cache_resource
def _last_uses() -> dict[SignIn, datetime]:
    """When each sign-in was last used, in this process."""
    return {}


def _invented(way_in: str) -> Reader:
    """The invented force can be read as anybody."""
    hubs = cache.places(SYSTEM)
    people = {"Chief superintendent, command team": Access("command")}
    people |= {
        f"Sergeant, {name} hub": Access("hub", (hub,)) for hub, name in hubs[["hub", "name"]].itertuples(index=False, name=None)
    }
    people |= {
        "Member of the partnership board": Access("board"),
        "Analyst": Access("analyst"),
        "Information asset owner": Access("audit"),
    }
    asked = st.query_params.get(_ASKED)
    name = _choice("Read the invented force as", list(people), asked)
    if asked is not None and asked not in people:
        st.warning(f"The link asks for the reader “{asked}”, who is not there; {name} reads instead.")
    if asked != name:
        st.query_params[_ASKED] = name
    return Reader(way_in, name, name, (people[name],))


def _of_the_board(found: Reader) -> Reader:
    board = tuple(access for access in found.accesses if access.role == "board")
    if not board:
        raise AccessDenied(
            "This is the partnership board's view, and your role is another: open the force's own address.",
            who=Who(found.issuer, found.subject, found.name),
        )
    return Reader(found.issuer, found.subject, found.name, board)


def reading_as(found: Reader) -> Access:
    """What the reader reads as now: their choice, where they have one."""
    if len(found.accesses) == 1:
        return found.accesses[0]
    by_name = {ROLES[access.role].title: access for access in found.accesses}
    return by_name[_choice("Read as", list(by_name))]


def _choice(title: str, options: Sequence[str], asked: str | None = None) -> str:
    """Who the session reads as, ``asked`` at first. Kept beside the list itself, which forgets when the page must be another.

    It is not bound to the link either: a bound choice bars the way to another page.
    """
    kept = st.session_state.get("reads_as", asked)
    with st.sidebar:
        chosen = st.selectbox(title, options, index=options.index(kept) if kept in options else 0, key="reads_as_chosen")
    st.session_state.reads_as = chosen
    return chosen


def leaves(found: Reader) -> bool:
    """The way out, for whoever signed in: whether they take it."""
    if not sign_in_is_configured():
        return False
    with st.sidebar:
        st.caption(f"Signed in as {found.name}")
        return st.button("Sign out", icon=":material/logout:")


def watch() -> None:
    """While a page stands open, look again and again whether its reader may still read; if not, the page goes."""
    st.session_state.looked_at = monotonic()
    _look_again()


@st.fragment(run_every=SECONDS_BETWEEN_LOOKS)
def _look_again() -> None:
    look()


def look() -> None:
    """Look again, unless that was done only just. A page that takes long to count asks between counts: nothing else can then."""
    if monotonic() - st.session_state.looked_at < SECONDS_BETWEEN_LOOKS - 1:  # what comes every so often may come a little early
        return
    st.session_state.looked_at = monotonic()
    if not still_reads(st.session_state.reader, st.user.to_dict()):
        st.rerun()


def still_reads(found: Reader, user: Mapping[str, Any]) -> bool:
    """Whether nothing has changed for a reader since they were last asked; asking is no use of their sign-in.

    ``user`` is what `st.user` says of them: nobody can be asked outside a page's own run.
    """
    try:
        again = _signed_in(user, looking=True) if entrance() == "sign-in" else found
        return (_of_the_board(again) if for_the_board() else again) == found
    except (NoEntrance, AccessDenied, *DATABASE_ERRORS):
        return False
