"""Whether the list of readers, and that of ended sign-ins, is what the log says: each change of them is an entry of its own.

A role that somebody put into the list past this program has no such entry, and one that was given back has one too many. Where
the list was put right again since, the log still says what was read by it (`Readings`). What is found so can be found for ever:
once it was looked into, an entry of the log says so, and it is told no more.
"""

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

from audit import caps
from audit.tables import LONDON

ISSUERS_WITHOUT_GRANTS = frozenset({"invented readers", "this machine"})  # who vouch for readers that are in no list
GRACE = timedelta(minutes=1)  # an open page finds out within it that its reader may no longer read
ACTIONS = ("grant", "revoke", "sign-out", "acknowledge")
_SO = ": somebody changed the list past this program."
_KEY = ("issuer", "subject", "role", "hub")
_Role = tuple[Any, ...]  # of whom, at which hub, until when, by whom given and why, by whom ended
_Times = tuple[datetime, datetime | None]  # when it was given, and ended


def problems(
    noted: Sequence[Mapping[str, Any]],
    listed: Sequence[Mapping[str, Any]],
    ended: Sequence[Mapping[str, Any]],
    odd: Iterable[str] = (),
) -> list[str]:
    """In what the lists are others than the entries of `ACTIONS` make them: sentences, but those that were acknowledged.

    ``odd`` are sentences on the rows of them that cannot be compared.
    """
    known = acknowledged(noted)
    found = dict.fromkeys([*odd, *_of_readers(noted, listed), *_of_sign_outs(noted, ended)])
    return [sentence for sentence in found if caps.text(sentence) not in known]


def acknowledged(noted: Iterable[Mapping[str, Any]]) -> set[str]:
    """What was found earlier and has been looked into, as the log keeps it."""
    return {sentence for entry in noted if entry["action"] == "acknowledge" for sentence in _acknowledged(entry)}


def _acknowledged(entry: Mapping[str, Any]) -> list[str]:
    found: list[str] = json.loads(entry["filters"])["problems"]
    return found


@dataclass
class _Held:
    """A role of somebody: the last day on which it is valid (None: no end), and when it was revoked (None: it was not)."""

    expires_on: date | None
    revoked_at: datetime | None = None

    def held_at(self, moment: datetime) -> bool:
        is_revoked = self.revoked_at is not None and moment > self.revoked_at
        return not is_revoked and (self.expires_on is None or moment.astimezone(LONDON).date() <= self.expires_on)


class Readings:
    """Whether everybody who read held the role that they read in, by the entries before theirs, which come in their order.

    Who signs out reads nothing, and that may be written long after.
    """

    def __init__(self) -> None:
        self._held: dict[tuple[str, ...], _Held] = {}
        self._found: dict[tuple[str, str], str] = {}  # by who read, and as what: a sentence of the first time

    def add(self, entry: Mapping[str, Any]) -> None:
        """Take the next entry of the log, whose seal holds."""
        if entry["action"] in ("grant", "revoke"):
            self._decide(entry)
        elif entry["action"] == "acknowledge":
            known = _acknowledged(entry)
            self._found = {of: said for of, said in self._found.items() if caps.text(said) not in known}
        elif entry["role"] and entry["action"] != "sign-out" and entry["issuer"] not in ISSUERS_WITHOUT_GRANTS:
            self._read(entry)

    def problems(self) -> list[str]:
        """Who first read as what without holding that role, and has not been acknowledged since, in a sentence each."""
        return list(self._found.values())

    def _decide(self, entry: Mapping[str, Any]) -> None:
        said = json.loads(entry["filters"])
        key = tuple(said[name] for name in _KEY)
        if entry["action"] == "grant":
            self._held[key] = _Held(said["expires_on"] and date.fromisoformat(said["expires_on"]))
        elif key in self._held and self._held[key].revoked_at is None:
            self._held[key].revoked_at = datetime.fromisoformat(entry["at"])

    def _read(self, entry: Mapping[str, Any]) -> None:
        missing = next((hub for hub in _hubs(entry) if not self._is_held(entry, hub)), None)
        if missing is None:
            return
        number, subject, place = entry["number"], entry["subject"], _place(entry["role"], missing)
        said = f"By entry {number} {subject!r} read as {place}, which no entry before it gives them, or which had ended{_SO}"
        self._found.setdefault((subject, place), said)

    def _is_held(self, entry: Mapping[str, Any], hub: str) -> bool:
        held = self._held.get((entry["issuer"], entry["subject"], entry["role"], hub))
        return held is not None and held.held_at(datetime.fromisoformat(entry["at"]) - GRACE)


def _hubs(entry: Mapping[str, Any]) -> list[str]:
    """The hubs at which a role was read in, as a grant names them: a blank one where the role is that of no hub."""
    return [caps.text(hub) for hub in json.loads(entry["hubs"]) or [""]]


def _of_sign_outs(noted: Iterable[Mapping[str, Any]], ended: Iterable[Mapping[str, Any]]) -> Iterator[str]:
    """Earlier versions logged a sign-out, and kept no list of them."""
    said = [(entry, json.loads(entry["filters"])) for entry in noted if entry["action"] == "sign-out"]
    logged = {
        (entry["issuer"], entry["subject"], of["signed_in_at"]): _instant(entry) for entry, of in said if "signed_in_at" in of
    }
    kept = {(row["issuer"], row["subject"], str(row["signed_in_at"])): row["ended_at"] for row in ended}
    for _, subject, at in sorted(logged.keys() ^ kept.keys()):
        yield f"The sign-in of {subject!r} at {at} is ended in the log or in the list of ended sign-ins, and not in both{_SO}"
    for key in sorted(logged.keys() & kept.keys()):
        if _are_apart([logged[key]], [kept[key]]):
            yield f"The sign-in of {key[1]!r} at {key[2]} was ended at another time than the list of ended sign-ins says{_SO}"


def _of_readers(noted: Iterable[Mapping[str, Any]], listed: Iterable[Mapping[str, Any]]) -> Iterator[str]:
    decided, kept = _by_role(_decided(noted)), _by_role(map(_listed, listed))
    for role in sorted(decided.keys() | kept.keys(), key=repr):
        more = len(kept[role]) - len(decided[role])
        _, subject, *place = role[:4]
        if more > 0:
            yield f"{_role(*place)} of {subject!r} stands in the list of readers otherwise than any entry of the log has it{_SO}"
        elif more < 0:
            yield f"{_role(*place)} of {subject!r} is an entry of the log, and not in the list of readers{_SO}"
        elif any(map(_are_apart, decided[role], kept[role])):
            yield f"{_role(*place)} of {subject!r} was given or ended at another time than the list of readers says{_SO}"


def _by_role(given: Iterable[tuple[_Role, _Times]]) -> defaultdict[_Role, list[_Times]]:
    """When each role was given and ended, the first first."""
    found: defaultdict[_Role, list[_Times]] = defaultdict(list)
    for role, times in sorted(given, key=lambda one: one[1][0]):
        found[role].append(times)
    return found


def _are_apart(logged: Sequence[datetime | None], kept: Sequence[datetime | None]) -> bool:
    """Whether what was written in one go is dated at different times."""
    return any(one and other and abs(one - other) > GRACE for one, other in zip(logged, kept, strict=True))


def _instant(entry: Mapping[str, Any]) -> datetime:
    """When an entry was written, as the lists have it: naive UTC."""
    return datetime.fromisoformat(entry["at"]).astimezone(UTC).replace(tzinfo=None)


def _role(role: str, hub: str) -> str:
    return f"The role {_place(role, hub)}"


def _place(role: str, hub: str) -> str:
    return f"{role!r} at {hub!r}" if hub else repr(role)


def _decided(noted: Iterable[Mapping[str, Any]]) -> Iterator[tuple[_Role, _Times]]:
    """Every role there ever was, as the log has it, in the form of `_listed`."""
    active: dict[tuple[Any, ...], tuple[_Role, datetime]] = {}
    for entry in noted:
        if entry["action"] not in ("grant", "revoke"):
            continue
        said = json.loads(entry["filters"])
        key = tuple(said[name] for name in _KEY)
        if entry["action"] == "grant":
            active[key] = (*key, said["expires_on"], entry["name"], entry["reason"]), _instant(entry)
        elif key in active:
            role, given_at = active.pop(key)
            yield (*role, entry["name"]), (given_at, _instant(entry))
    for role, given_at in active.values():
        yield (*role, None), (given_at, None)


def _listed(grant: Mapping[str, Any]) -> tuple[_Role, _Times]:
    """A role of the list, until when, who gave it and why, and who took it away (None while it is active); cut as in the log.

    And when it was given and taken away.
    """
    expires_on = grant["expires_on"] and str(grant["expires_on"])
    by = caps.text(grant["revoked_by"]) if grant["revoked_at"] else None
    key = (caps.text(grant[name]) for name in _KEY)
    role = (*key, expires_on, caps.text(grant["granted_by"]), caps.text(grant["reason"]), by)
    return role, (grant["granted_at"], grant["revoked_at"])
