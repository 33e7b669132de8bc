"""To the instant: until when somebody may still have read in a role that was ended, and what was dated in one go."""

import json
from datetime import datetime, timedelta

import pytest

from audit.decisions import GRACE, Readings, problems

FORCE = "https://login.force.uk"
GIVEN, ENDED = datetime(2026, 11, 2, 9), datetime(2026, 11, 30, 9)  # noqa: DTZ001 (naive UTC)
OF = {"issuer": FORCE, "subject": "ann", "role": "audit", "hub": ""}
A_MICROSECOND = timedelta(microseconds=1)


def entry(number, action, at, **said):
    of = {"issuer": FORCE, "subject": "ann", "name": "Supt Bob", "role": "audit", "hubs": "null", "reason": "to try it"}
    return {**of, "number": number, "action": action, "at": f"{at.isoformat()}+00:00", "filters": json.dumps(said)}


LOGGED = [entry(1, "grant", GIVEN, **OF, expires_on=None), entry(2, "revoke", ENDED, **OF)]


@pytest.mark.parametrize(("after", "told"), [(GRACE, False), (GRACE + A_MICROSECOND, True)])
def test_an_open_page_has_a_minute_to_find_out_that_a_role_was_ended(after, told):
    readings = Readings()
    for each in (*LOGGED, entry(3, "page", ENDED + after)):
        readings.add(each)
    assert bool(readings.problems()) == told


@pytest.mark.parametrize(("apart", "told"), [(GRACE, False), (GRACE + A_MICROSECOND, True), (-GRACE - A_MICROSECOND, True)])
@pytest.mark.parametrize("which", ["granted_at", "revoked_at"])
def test_what_the_list_dates_more_than_a_minute_otherwise_was_changed(which, apart, told):
    times = {"granted_at": GIVEN, "revoked_at": ENDED}
    row = {**OF, "expires_on": None, "granted_by": "Supt Bob", "reason": "to try it", "revoked_by": "Supt Bob", **times}
    found = problems(LOGGED, [{**row, which: times[which] + apart}], [])
    assert (
        found
        == [
            "The role 'audit' of 'ann' was given or ended at another time than the list of readers says: "
            "somebody changed the list past this program."
        ][: int(told)]
    )
