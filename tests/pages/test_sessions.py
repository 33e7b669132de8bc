"""A sign-in ends after eight hours, and after half an hour of not being used, in whichever tab."""

from datetime import datetime, timedelta

import pytest

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
    held = [minutes for minutes in range(0, 601, 20) if not use(SIGN_IN, last_uses, after(minutes=minutes))]
    assert held == list(range(0, 481, 20))


def test_an_ended_sign_in_is_not_used_again():
    last_uses = {SIGN_IN: NINE}
    assert use(SIGN_IN, last_uses, after(minutes=31))
    assert last_uses == {SIGN_IN: NINE}
    assert use(SIGN_IN, last_uses, after(minutes=32))


def test_one_tab_keeps_the_other_signed_in_and_another_person_does_not():
    last_uses = {}
    use(SIGN_IN, last_uses, after(minutes=25))
    assert not use(SIGN_IN, last_uses, after(minutes=50))
    assert use(SignIn("https://login.example", "oid-2", NINE), last_uses, after(minutes=50))
    assert use(SignIn("https://other.example", "oid-1", NINE), last_uses, after(minutes=50))


def test_what_can_never_hold_again_is_forgotten():
    later = SignIn("https://login.example", "oid-1", after(hours=8))
    last_uses = {SIGN_IN: NINE}
    assert not use(later, last_uses, after(hours=8))
    assert list(last_uses) == [SIGN_IN, later]
    assert not use(later, last_uses, after(hours=8, seconds=1))
    assert list(last_uses) == [later]
