"""A sign-in ends after eight hours, and after half an hour of not being used, in whichever tab."""

from datetime import UTC, datetime, timedelta
from threading import enumerate as enumerate_threads

import pytest

from audit import database, log, sign_outs
from audit.database import AuditUnavailable
from audit.log import Who
from auth import sessions
from auth.sessions import SignIn, ended, use

NINE = datetime.fromisoformat("2026-11-20T09:00")
SIGN_IN = SignIn("https://login.example", "oid-1", NINE)


def after(hours=0, minutes=0, seconds=0):
    return NINE + timedelta(hours=hours, minutes=minutes, seconds=seconds)


@pytest.mark.parametrize(
    ("last_used", "now", "why"),
    [
        (None, after(minutes=30), ""),
        (None, after(minutes=30, seconds=1), "Nothing was opened for more than 30 minutes."),
        (after(hours=7, minutes=45), after(hours=8), ""),
        (after(hours=7, minutes=45), after(hours=8, seconds=1), "You signed in more than 8 hours ago."),
        (after(hours=1), after(hours=1, minutes=30), ""),
        (after(hours=1), after(hours=1, minutes=30, seconds=1), "Nothing was opened for more than 30 minutes."),
        (None, after(minutes=-5), ""),
        (None, after(minutes=-5, seconds=-1), "Your sign-in is dated in the future."),
        (None, after(hours=24 * 30), "You signed in more than 8 hours ago."),
    ],
)
def test_when_a_sign_in_has_ended(last_used, now, why):
    assert ended(SIGN_IN, last_used, now) == why


def test_using_it_every_twenty_minutes_keeps_it_for_eight_hours_and_no_longer():
    last_uses = {}
    held = [minutes for minutes in range(0, 601, 20) if not use(SIGN_IN, after(minutes=minutes), last_uses)]
    assert held == list(range(0, 481, 20))


def test_an_ended_sign_in_is_not_used_again():
    last_uses = {SIGN_IN: NINE}
    assert use(SIGN_IN, after(minutes=31), last_uses)
    assert last_uses == {SIGN_IN: NINE}
    assert use(SIGN_IN, after(minutes=32), last_uses)


def test_one_tab_keeps_the_other_signed_in_and_another_person_does_not():
    last_uses = {}
    use(SIGN_IN, after(minutes=25), last_uses)
    assert not use(SIGN_IN, after(minutes=50), last_uses)
    assert use(SignIn("https://login.example", "oid-2", NINE), after(minutes=50), last_uses)
    assert use(SignIn("https://other.example", "oid-1", NINE), after(minutes=50), last_uses)


def test_what_can_never_hold_again_is_forgotten():
    later = SignIn("https://login.example", "oid-1", after(hours=8))
    last_uses = {SIGN_IN: NINE}
    assert not use(later, after(hours=8), last_uses)
    assert list(last_uses) == [SIGN_IN, later]
    assert not use(later, after(hours=8, seconds=1), last_uses)
    assert list(last_uses) == [later]


def test_signing_out_is_known_at_once_and_in_another_process_within_seconds(tmp_path, monkeypatch):
    monkeypatch.setenv("AUDIT_URL", f"sqlite:///{tmp_path}/audit.sqlite")
    now = [0.0]
    monkeypatch.setattr(sessions, "monotonic", lambda: now[0])
    monkeypatch.setattr(sessions, "_signed_out", {})
    today = datetime.now(UTC).replace(tzinfo=None)
    here, elsewhere = (SignIn("https://login.example", subject, today) for subject in ("oid-1", "oid-2"))
    assert not sessions.has_signed_out(here) and not sessions.has_signed_out(elsewhere)
    sessions.sign_out(here, Who(here.issuer, here.subject, "Ann"))
    sign_outs.end(Who(elsewhere.issuer, elsewhere.subject), elsewhere.at)
    assert sessions.has_signed_out(here)
    now[0] = 1.9
    assert not sessions.has_signed_out(elsewhere)
    now[0] = 2.0
    assert sessions.has_signed_out(elsewhere)
    assert not sessions.has_signed_out(SignIn("https://login.example", "oid-2", after(minutes=1))), "another sign-in of theirs"


def test_where_it_is_not_known_who_signed_out_nobody_is_let_in_and_it_is_asked_again(tmp_path, monkeypatch):
    (tmp_path / "file").touch()
    monkeypatch.setenv("AUDIT_URL", f"sqlite:///{tmp_path}/file/audit.sqlite")
    now = [0.0]
    monkeypatch.setattr(sessions, "monotonic", lambda: now[0])
    monkeypatch.setattr(sessions, "_signed_out", {})
    for _ in range(2):
        with pytest.raises(AuditUnavailable):
            sessions.has_signed_out(SIGN_IN)
    monkeypatch.setattr(sessions, "_signed_out", {})
    monkeypatch.setenv("AUDIT_URL", f"sqlite:///{tmp_path}/audit.sqlite")
    assert not sessions.has_signed_out(SIGN_IN)


def test_a_sign_out_that_cannot_be_kept_is_kept_later(tmp_path, monkeypatch):
    """Else a tab in another process would go on, and whoever has the cookie."""
    monkeypatch.setenv("AUDIT_URL", f"sqlite:///{tmp_path}/audit.sqlite?timeout=0.1")
    monkeypatch.setattr(sessions, "_BETWEEN_TRIES", 0.05)
    monkeypatch.setattr(sessions, "_signed_out", {})
    now = datetime.now(UTC).replace(tzinfo=None)
    ann = SignIn("https://login.example", "oid-1", now)
    with database.writing():
        sessions.sign_out(ann, Who(ann.issuer, ann.subject, "Ann", "hub", ("CAR",)))
        assert sessions.has_signed_out(ann), "in this process at once"
    (waiting,) = [thread for thread in enumerate_threads() if thread.name == "signing out"]
    waiting.join(timeout=20)
    assert sign_outs.has_ended(ann.issuer, ann.subject, ann.at)
    entries = log.entries()
    assert list(entries["action"]) == ["sign-out"] and list(entries["name"]) == ["Ann"]
    sessions.sign_out(ann, Who(ann.issuer, ann.subject, "Ann"))
    assert len(log.entries()) == 1, "and once"


@pytest.mark.parametrize("iat", [None, True, "1", 1e300, float("nan"), float("inf")])
def test_who_does_not_say_when_they_signed_in_did_not(iat):
    assert sessions.of_claims({"iss": "https://login.example", "sub": "oid-1", "iat": iat}) is None


@pytest.mark.parametrize("claims", [{"iss": ""}, {"sub": ""}, {"iss": None}, {"sub": None, "oid": ""}])
def test_who_does_not_say_who_they_are_did_not(claims):
    assert sessions.of_claims({"iss": "https://login.example", "sub": "oid-1", "iat": 1.0, **claims}) is None


def test_the_object_id_of_a_directory_comes_before_its_subject():
    found = sessions.of_claims({"iss": "https://login.example", "oid": "oid-1", "sub": "sub-1", "iat": NINE.timestamp()})
    assert found is not None and found.subject == "oid-1"
