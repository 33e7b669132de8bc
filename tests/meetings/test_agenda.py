"""What the agenda says of a decision that was given a later day."""

from datetime import date, datetime

import pytest
from people import BAIL_DESK, CHIEF, COMMAND, decided, entry_of

from meetings import agenda, memory
from meetings.entries import Said

pytestmark = pytest.mark.usefixtures("on_sqlite")


def extended(number, due_on, reason, at):
    entry = entry_of(number)
    said = Said(BAIL_DESK.text, BAIL_DESK.owner, due_on)
    memory.change(CHIEF, COMMAND, number, entry.now.number, "extended", said, reason, datetime.fromisoformat(at))


def test_who_reads_a_later_day_is_told_the_first_one_and_why():
    number = decided()
    assert agenda.extension(entry_of(number)) == ""
    extended(number, date(2027, 3, 31), "Homes asked for more time.", "2027-02-01T10:00")
    entry = entry_of(number)
    assert agenda.when_due(entry, date(2027, 2, 1)) == "Custody inspector, due 31 March 2027"
    assert agenda.extension(entry) == ", extended on 1 February 2027 from 31 January 2027: Homes asked for more time"


def test_of_several_extensions_the_last_is_told():
    number = decided()
    extended(number, date(2027, 3, 31), "More time", "2027-02-01T10:00")
    extended(number, date(2027, 4, 30), "And more", "2027-03-30T23:30")  # half past midnight in London, where summer has begun
    assert agenda.extension(entry_of(number)) == ", extended on 31 March 2027 from 31 March 2027: And more"
