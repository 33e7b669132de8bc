"""Sign-ins that were ended: kept once, logged once, and only the one that was meant."""

import json
from datetime import datetime

import pytest
from audits import as_another_process, direct_connection
from sqlalchemy import func, select

from audit import log, sign_outs
from audit.tables import ended_sign_ins

ANN = log.Who("https://login.force.uk", "0a1b2c", "Ann Åse")
NINE = datetime(2026, 11, 30, 9)  # noqa: DTZ001


def test_a_sign_in_that_was_ended_is_over_in_every_process(audit_database):
    assert not sign_outs.has_ended(ANN.issuer, ANN.subject, NINE)
    sign_outs.end(ANN, NINE)
    assert sign_outs.has_ended(ANN.issuer, ANN.subject, NINE)
    as_another_process()
    assert sign_outs.has_ended(ANN.issuer, ANN.subject, NINE)


@pytest.mark.parametrize(
    "other",
    [
        ("https://login.other.uk", ANN.subject, NINE),
        (ANN.issuer, "somebody", NINE),
        (ANN.issuer, ANN.subject, datetime(2026, 11, 30, 9, 0, 1)),  # noqa: DTZ001
    ],
)
def test_no_other_sign_in_is_over(audit_database, other):
    sign_outs.end(ANN, NINE)
    assert not sign_outs.has_ended(*other)


def test_an_end_is_logged_and_kept_once_with_both_instants(audit_database):
    sign_outs.end(ANN, NINE)
    sign_outs.end(ANN, NINE)
    (entry,) = log.entries().to_dict("records")
    assert (entry["issuer"], entry["subject"], entry["name"], entry["action"]) == (ANN.issuer, "0a1b2c", "Ann Åse", "sign-out")
    assert json.loads(entry["filters"]) == {"signed_in_at": "2026-11-30 09:00:00"}
    with direct_connection(audit_database) as connection:
        (kept,) = connection.execute(select(ended_sign_ins)).mappings()
        now = connection.scalar(select(func.max(ended_sign_ins.c.ended_at)))
    assert (kept["issuer"], kept["subject"], kept["signed_in_at"]) == (ANN.issuer, "0a1b2c", NINE)
    assert abs((now - entry["at"]).total_seconds()) < 1
    assert log.verify().problem is None
