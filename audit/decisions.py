"""Whether the list of readers, and that of ended sign-ins, is what the log says: each change of them is an entry of its own.

A role that somebody put into the list past this program has no such entry, and one that was given back has one too many.
"""

import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

ACTIONS = ("grant", "revoke", "sign-out")
_SO = ": somebody changed the list past this program."
_KEY = ("issuer", "subject", "role", "hub")


def problem(
    noted: Sequence[Mapping[str, Any]], listed: Iterable[Mapping[str, Any]], ended: Iterable[Mapping[str, Any]]
) -> str | None:
    """In what the lists are others than the entries of `ACTIONS` make them, in a sentence; None where they are the same."""
    return _of_readers(noted, listed) or _of_sign_outs(noted, ended)


def _of_sign_outs(noted: Iterable[Mapping[str, Any]], ended: Iterable[Mapping[str, Any]]) -> str | None:
    """Earlier versions logged a sign-out, and kept no list of them."""
    said = [(entry, json.loads(entry["filters"])) for entry in noted if entry["action"] == "sign-out"]
    logged = {(entry["issuer"], entry["subject"], of["signed_in_at"]) for entry, of in said if "signed_in_at" in of}
    kept = {(row["issuer"], row["subject"], str(row["signed_in_at"])) for row in ended}
    for _, subject, at in sorted(logged ^ kept)[:1]:
        return f"The sign-in of {subject!r} at {at} is ended in the log or in the list of ended sign-ins, and not in both{_SO}"
    return None


def _of_readers(noted: Iterable[Mapping[str, Any]], listed: Iterable[Mapping[str, Any]]) -> str | None:
    decided, kept = Counter(_decided(noted)), Counter(map(_listed, listed))
    for _, subject, role, hub, *_ in sorted(kept - decided, key=repr)[:1]:
        return f"{_role(role, hub)} of {subject!r} stands in the list of readers otherwise than any entry of the log has it{_SO}"
    for _, subject, role, hub, *_ in sorted(decided - kept, key=repr)[:1]:
        return f"{_role(role, hub)} of {subject!r} is an entry of the log, and not in the list of readers{_SO}"
    return None


def _role(role: str, hub: str) -> str:
    return f"The role {role!r} at {hub!r}" if hub else f"The role {role!r}"


def _decided(noted: Iterable[Mapping[str, Any]]) -> list[tuple[Any, ...]]:
    """Every role there ever was, as the log has it, in the form of `_listed`."""
    active: dict[tuple[Any, ...], tuple[Any, ...]] = {}
    ended = []
    for entry in noted:
        if entry["action"] == "sign-out":
            continue
        said = json.loads(entry["filters"])
        key = tuple(said[name] for name in _KEY)
        if entry["action"] == "grant":
            active[key] = (*key, said["expires_on"], entry["name"], entry["reason"])
        elif key in active:
            ended.append((*active.pop(key), entry["name"]))
    return [*ended, *((*grant, None) for grant in active.values())]


def _listed(grant: Mapping[str, Any]) -> tuple[Any, ...]:
    """A role of the list, until when, who gave it and why, and who took it away (None while it is active)."""
    expires_on = grant["expires_on"] and str(grant["expires_on"])
    by = grant["revoked_by"] if grant["revoked_at"] else None
    return (*(grant[name] for name in _KEY), expires_on, grant["granted_by"], grant["reason"], by)
