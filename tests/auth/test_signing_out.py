"""Who signed out stays signed out: kept for other processes as soon as it can be, and remembered here meanwhile."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from threading import Thread
from threading import enumerate as enumerate_threads

import pytest
from sessions_of_readers import session, within
from signed import PROVIDER, claims, given, sign_in

from audit import database, log, sign_outs
from audit.database import AuditUnavailable
from audit.log import Who
from auth import sessions
from auth.readers import current_reader
from auth.sessions import SignIn

ALONE = "A sign-in was ended in this process alone until it can be kept: "
ANN = Who(PROVIDER, "ann", "Ann")


@pytest.fixture
def hours_ahead(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The machine's own clock is thirteen hours ahead of UTC."""
    monkeypatch.setenv("TZ", "Pacific/Auckland")
    time.tzset()
    yield
    monkeypatch.undo()
    time.tzset()


def signed_in(subject: str, ago: timedelta = timedelta(0)) -> SignIn:
    return sign_in(claims(subject, ago))


def trying() -> Thread:
    """Who still tries to keep a sign-out."""
    (found,) = [thread for thread in enumerate_threads() if thread.name == "signing out"]
    return found


@contextmanager
def tried_again(caplog: pytest.LogCaptureFixture, times: int) -> Iterator[None]:
    """Until it was tried so many times more."""
    before = len(caplog.messages)
    yield
    give_up = time.monotonic() + 20
    while len(caplog.messages) < before + times and time.monotonic() < give_up:
        time.sleep(0.01)
    assert all(message.startswith(ALONE) and "database is locked" in message for message in caplog.messages)


def test_it_is_tried_again_until_it_is_kept(caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sessions, "_BETWEEN_TRIES", 0.01)
    ann = signed_in("ann")
    with database.writing(), tried_again(caplog, 3):
        sessions.sign_out(ann, ANN)
        assert trying().daemon, "a server that ends does not wait for it"
    trying().join(timeout=20)
    assert sign_outs.has_ended(PROVIDER, "ann", ann.at)
    assert list(log.entries()["name"]) == ["Ann"]


def test_it_is_given_up_once_the_sign_in_would_be_over_anyhow(
    caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = [1000.0]
    monkeypatch.setattr(sessions, "_BETWEEN_TRIES", 0.01)
    monkeypatch.setattr(sessions, "monotonic", lambda: now[0])
    with database.writing():
        with tried_again(caplog, 3):
            sessions.sign_out(signed_in("ann"), ANN)
        with tried_again(caplog, 2):
            now[0] += 8 * 3600 - 1
        now[0] += 1
        thread = trying()
        thread.join(timeout=20)
        assert not thread.is_alive()
    assert log.entries().empty


@pytest.mark.usefixtures("hours_ahead")
def test_who_signed_out_stays_so_while_the_database_is_away(lose_the_audit_database: Callable[[], None]) -> None:
    """Also here, after others have signed out and in, for as long as their sign-in would have lasted."""
    ann, long_ago = signed_in("ann", timedelta(hours=7)), signed_in("ann", timedelta(hours=9))
    for each in (ann, long_ago):
        sessions.sign_out(each, ANN)
    sessions.sign_out(signed_in("bob"), Who(PROVIDER, "bob"))
    assert not sessions.has_signed_out(signed_in("cy"))
    lose_the_audit_database()
    assert sessions.has_signed_out(ann)
    assert long_ago not in sessions._signed_out, "it can never hold again"


def test_asked_anew_it_is_known_at_once_that_somebody_signed_out_in_another_process() -> None:
    ann = signed_in("ann")
    assert not sessions.has_signed_out(ann)
    sign_outs.end(ANN, ann.at)
    assert not sessions.has_signed_out(ann), "as was remembered"
    assert sessions.has_signed_out(ann, anew=True)
    assert sessions.has_signed_out(ann), "and from then on"


def test_a_database_that_could_not_be_asked_is_not_waited_for_by_each(
    lose_the_audit_database: Callable[[], None], monkeypatch: pytest.MonkeyPatch, audit_database: str
) -> None:
    now = [1000.0]
    monkeypatch.setattr(sessions, "monotonic", lambda: now[0])
    ann = signed_in("ann")
    lose_the_audit_database()
    with pytest.raises(AuditUnavailable) as first:
        sessions.has_signed_out(ann, anew=True)
    monkeypatch.setenv("AUDIT_URL", audit_database)
    now[0] += 1.9
    with pytest.raises(AuditUnavailable) as second:
        sessions.has_signed_out(ann, anew=True)
    assert second.value is first.value, "nobody asked"
    now[0] += 0.1
    assert not sessions.has_signed_out(ann, anew=True)


def test_an_answer_that_comes_late_undoes_no_sign_out() -> None:
    """Somebody signs out here while it is asked whether they did elsewhere; and here that cannot be kept yet."""
    ann = signed_in("ann")
    sessions._remember(ann, True)
    assert sessions._remember(ann, False) is True
    assert sessions.has_signed_out(ann)


@pytest.mark.usefixtures("provider", "hours_ahead")
def test_a_sign_in_lasts_as_long_wherever_the_machine_is() -> None:
    given("ann", ["command"])
    assert within(session(claims("ann", timedelta(minutes=29), roles="command")), current_reader).name == "Ann"


@pytest.mark.parametrize(
    ("said", "name"),
    [
        ({"name": "Ann", "preferred_username": "ann@force.example", "oid": "object-1", "sub": "sub-1"}, "Ann"),
        ({"name": "", "preferred_username": "ann@force.example", "oid": "object-1", "sub": "sub-1"}, "ann@force.example"),
        ({"oid": "object-1", "sub": "sub-1"}, "object-1"),
        ({"sub": "sub-1"}, "sub-1"),
        ({"name": 7}, "7"),
    ],
)
def test_what_somebody_is_called(said: dict[str, object], name: str) -> None:
    assert sessions.name_of(said) == name
