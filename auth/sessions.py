"""How long a sign-in lasts: eight hours in all, half an hour without being used, and until its reader signs out in any tab."""

import logging
from collections.abc import Mapping, MutableMapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from threading import Lock, Thread
from time import monotonic, sleep
from typing import Any

from audit import sign_outs
from audit.database import AuditUnavailable
from audit.log import Who

ABSOLUTE = timedelta(hours=8)
IDLE = timedelta(minutes=30)
_CLOCKS_DIFFER = timedelta(minutes=5)  # between the identity provider and this machine
_LOGGER = logging.getLogger(__name__)
_BETWEEN_TRIES = 5.0  # seconds
_REMEMBERED = 2.0  # seconds in which plain requests do not ask again whether a sign-in was ended in another process


@dataclass(frozen=True)
class SignIn:
    """One sign-in of one person, however many tabs it is used in. ``at`` is naive UTC."""

    issuer: str
    subject: str
    at: datetime


# Of this process, and in no cache of Streamlit's, which a reader could have emptied.
_last_uses: dict[SignIn, datetime] = {}
_signed_out: dict[SignIn, tuple[bool | AuditUnavailable, float]] = {}  # whether, or why that is not known; and when it was asked
_lock = Lock()


def of_claims(claims: Mapping[str, Any]) -> SignIn | None:
    """The sign-in that an identity provider vouches for; None where it does not say who signed in, and when."""
    issuer, subject = str(claims.get("iss") or ""), str(claims.get("oid") or claims.get("sub") or "")
    issued = claims.get("iat")
    if not issuer or not subject or isinstance(issued, bool) or not isinstance(issued, int | float):
        return None
    try:
        return SignIn(issuer, subject, datetime.fromtimestamp(issued, UTC).replace(tzinfo=None))
    except (ValueError, OverflowError, OSError):  # a time that no calendar has
        return None


def name_of(claims: Mapping[str, Any]) -> str:
    """What the provider calls whoever signed in, for people to read."""
    return str(claims.get("name") or claims.get("preferred_username") or claims.get("oid") or claims.get("sub"))


def ended(sign_in: SignIn, last_used: datetime | None, now: datetime) -> str:
    """Why a sign-in is over by the clock, in one sentence; blank while it lasts.

    ``last_used`` None means that no use is known (the server was started since): then it counts from the sign-in itself.
    """
    if sign_in.at > now + _CLOCKS_DIFFER:
        return "Your sign-in is dated in the future."
    if now - sign_in.at > ABSOLUTE:
        return f"You signed in more than {ABSOLUTE.seconds // 3600} hours ago."
    if now - (last_used or sign_in.at) > IDLE:
        return f"Nothing was opened for more than {IDLE.seconds // 60} minutes."
    return ""


def use(sign_in: SignIn, now: datetime, last_uses: MutableMapping[SignIn, datetime] = _last_uses) -> str:
    """Note that a sign-in is used now, in whatever tab, unless it has ended: then why."""
    why = ended(sign_in, last_uses.get(sign_in), now)
    if not why:
        last_uses[sign_in] = now
        forget(last_uses, now)
    return why


def look(sign_in: SignIn, now: datetime) -> str:
    """Why a sign-in is over by the clock, which is no use of it; blank while it lasts."""
    return ended(sign_in, _last_uses.get(sign_in), now)


def sign_out(sign_in: SignIn, who: Who) -> None:
    """End a sign-in, in every tab and for whoever has its cookie: here at once, in other processes as soon as it is kept.

    Where that cannot be kept now, it is tried again until it can be, or the sign-in would be over anyhow.
    """
    _remember(sign_in, True)
    if not _keep(sign_in, who):
        Thread(target=_keep_trying, args=(sign_in, who), daemon=True, name="signing out").start()


def _keep(sign_in: SignIn, who: Who) -> bool:
    """Whether other processes can know that a sign-in was ended."""
    try:
        sign_outs.end(who, sign_in.at)
    except AuditUnavailable as error:
        _LOGGER.warning("A sign-in was ended in this process alone until it can be kept: %s", error)
        return False
    return True


def _keep_trying(sign_in: SignIn, who: Who) -> None:
    until = monotonic() + ABSOLUTE.total_seconds()
    while monotonic() < until and not _keep(sign_in, who):
        sleep(_BETWEEN_TRIES)


def has_signed_out(sign_in: SignIn, *, anew: bool = False) -> bool:
    """Whether somebody signed out of a sign-in. Raises AuditUnavailable where that cannot be known.

    That nobody did is remembered for two seconds; ``anew`` it is asked all the same.
    """
    answer, asked = _signed_out.get(sign_in, (False, -_REMEMBERED))
    if answer is not True and ((anew and answer is False) or monotonic() - asked >= _REMEMBERED):
        answer = _remember(sign_in, _ask(sign_in))
    if isinstance(answer, AuditUnavailable):  # who comes next does not wait for it again at once
        raise answer
    return answer


def _remember(sign_in: SignIn, answer: bool | AuditUnavailable) -> bool | AuditUnavailable:
    """What is known with this answer: who signed out here meanwhile stays so, whatever was asked before."""
    with _lock:
        if _signed_out.get(sign_in, (False,))[0] is True:
            return True
        forget(_signed_out)
        _signed_out[sign_in] = answer, monotonic()
    return answer


def _ask(sign_in: SignIn) -> bool | AuditUnavailable:
    try:
        return sign_outs.has_ended(sign_in.issuer, sign_in.subject, sign_in.at)
    except AuditUnavailable as error:
        return error


def forget(known: MutableMapping[Any, Any], now: datetime | None = None) -> None:
    """Drop what is known of sign-ins that can never hold again; what is known where nobody signs in (None) stays."""
    now = now or datetime.now(UTC).replace(tzinfo=None)
    for expired in [earlier for earlier in tuple(known) if earlier and now - earlier.at > ABSOLUTE]:
        known.pop(expired, None)
