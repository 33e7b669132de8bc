"""How long a sign-in lasts: eight hours in all, and half an hour without being used; whatever the browser has kept."""

from collections.abc import MutableMapping
from dataclasses import dataclass
from datetime import datetime, timedelta

ABSOLUTE = timedelta(hours=8)
IDLE = timedelta(minutes=30)
_CLOCKS_DIFFER = timedelta(minutes=5)  # between the identity provider and this machine


@dataclass(frozen=True)
class SignIn:
    """One sign-in of one person, however many tabs it is used in. ``at`` is naive UTC."""

    issuer: str
    subject: str
    at: datetime


def ended(sign_in: SignIn, last_used: datetime | None, now: datetime) -> str:
    """Why a sign-in is over, in one sentence; blank while it lasts.

    ``last_used`` None means that no use is known (the server was started since): then it counts from the sign-in itself.
    """
    if sign_in.at > now + _CLOCKS_DIFFER:
        return "Your sign-in is dated in the future."
    if now - sign_in.at > ABSOLUTE:
        return f"You signed in more than {ABSOLUTE.seconds // 3600} hours ago."
    if now - (last_used or sign_in.at) > IDLE:
        return f"Nothing was opened for more than {IDLE.seconds // 60} minutes."
    return ""


def use(sign_in: SignIn, last_uses: MutableMapping[SignIn, datetime], now: datetime) -> str:
    """Note that a sign-in is used now, in whatever tab, unless it has ended: then why."""
    why = ended(sign_in, last_uses.get(sign_in), now)
    if not why:
        last_uses[sign_in] = now
        for expired in [earlier for earlier in tuple(last_uses) if now - earlier.at > ABSOLUTE]:
            last_uses.pop(expired, None)
    return why
