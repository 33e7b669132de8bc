"""Which entries are looked at: by reader, hub, days and reason, and by the two rules for what is worth a second look."""

from datetime import date

import pytest
from sqlalchemy import update

from audit import grants, log, settings, summary
from audit.log import Selection
from audit.tables import entries

ANN = log.Who("https://login.force.uk", "0a1b2c", "Ann Åse", "hub", ("CAR", "BAR"))
CY = log.Who("https://login.force.uk", "3d4e5f", "Cy", "command", None)
OTHER_CY = log.Who("https://login.other.uk", "3d4e5f", "Cy", "analyst", None)


@pytest.fixture
def write(audit_database, tamper):
    """Adds an entry as if it had been written at an instant, such as 2026-07-03 08:00 (UTC)."""

    def add(who, action, at="2026-07-01 12:00", **details):
        number = log.write(who, action, **details)
        instant = f"{at.replace(' ', 'T')}:00.000000+00:00" if len(at) == 16 else at
        tamper(update(entries).where(entries.c.number == number).values(at=instant))

    return add


def numbers(**chosen):
    """Those of the entries that a selection has, the latest first."""
    return list(log.excerpts(99, Selection(**chosen), longest=99)["number"])


def test_nothing_chosen_is_everything(write):
    write(ANN, "page")
    write(CY, "export")
    assert numbers() == [2, 1]


def test_a_reader_is_known_by_who_vouches_for_them_and_their_id(write):
    for who in (ANN, CY, OTHER_CY):
        write(who, "page")
    assert numbers(subject="3d4e5f") == [3, 2]
    assert numbers(issuer="https://login.force.uk", subject="3d4e5f") == [2]
    assert numbers(issuer="https://login.force.uk", subject="%") == []


def test_a_hub_is_one_that_the_page_was_narrowed_to(write):
    for hubs in ("all", ["CAR"], ["BAR", "CAR"], ["CARLISLE"], ["C_R"], ["100%"], ['"'], [], ["Årø"]):
        write(ANN, "page", filters={"hub": "CAR", "hubs": hubs, "period": "2026"})
    write(ANN, "page")
    assert numbers(hub="CAR") == [3, 2]
    assert [numbers(hub=hub) for hub in ("C_R", "100%", '"', "Årø", "C", "%")] == [[5], [6], [7], [9], [], []]


def test_days_are_of_london_and_both_are_included(write):
    for at in ("2026-06-30 22:59", "2026-06-30 23:00", "2026-07-02 22:59", "2026-07-02 23:00"):
        write(ANN, "page", at)
    assert numbers(since=date(2026, 7, 1), until=date(2026, 7, 2)) == [3, 2]
    assert numbers(until=date(2026, 6, 30)) == [1]
    assert numbers(since=date(2026, 7, 3)) == [4]


def test_a_reason_is_found_by_letters_of_it_large_or_small(write):
    for reason in ("Daily briefing", "100% of BRIEFINGS", "Review_of detention", ""):
        write(ANN, "reason", reason=reason)
    assert numbers(reason="briefing") == [2, 1]
    assert [numbers(reason=letters) for letters in ("%", "_", "w_o", "wxo")] == [[2], [3], [3], []]


def test_who_saw_a_record_is_not_who_asked_who_saw_it(write):
    write(ANN, "records", records=["D1", "D2"])
    write(CY, "lookup", records=["D1"])
    write(CY, "export", records=["D1"])
    assert numbers(record="D1") == list(log.entries(record="D1")["number"]) == [3, 1]
    assert numbers(record="D2", subject="3d4e5f") == numbers(record="D") == numbers(record="") == []


def test_several_choices_hold_together(write):
    write(ANN, "reason", reason="Daily briefing", filters={"hubs": ["CAR"]})
    write(ANN, "page", filters={"hubs": ["CAR"]})
    write(CY, "reason", reason="Daily briefing", filters={"hubs": ["CAR"]})
    assert numbers(subject="0a1b2c", action="reason", hub="CAR", reason="daily", since=date(2026, 7, 1)) == [1]


# Out of hours: before 07:00 or from 19:00 on, as London's clock shows it, and at a weekend

# 3 July 2026 is a Friday of summer time, 8 January 2027 one of winter time; the clocks change on Sunday 25 October 2026.
WITHIN = ("2026-07-03 06:00", "2026-07-03 17:59", "2027-01-08 07:00", "2027-01-08 18:59", "2026-10-23 06:00", "2026-10-26 07:00")
OUTSIDE = (
    *("2026-07-03 05:59", "2026-07-03 18:00", "2027-01-08 06:59", "2027-01-08 19:00", "2026-10-23 18:00", "2026-10-26 06:59"),
    *("2026-07-04 12:00", "2026-07-05 12:00", "2026-07-02 23:30", "2026-07-05 23:30", "no date at all", ""),
)


@pytest.mark.parametrize(("instants", "are_outside"), [(WITHIN, False), (OUTSIDE, True)])
def test_hours_are_those_of_londons_clock_on_working_days(write, instants, are_outside):
    for at in instants:
        write(ANN, "page", at)
    assert len(numbers(rule="out of hours")) == len(instants) * are_outside
    assert summary.by_reader(Selection())["out_of_hours"].sum() == len(instants) * are_outside


def test_the_hours_are_a_setting(write, monkeypatch):
    for at in ("2026-07-03 00:30", "2026-07-03 06:30", "2026-07-03 22:59", "2027-01-08 23:59", "2026-07-02 23:30"):
        write(ANN, "page", at)
    assert numbers(rule="out of hours") == [5, 4, 3, 1]
    monkeypatch.setenv("AUDIT_WORKING_HOURS", "8-24")
    assert numbers(rule="out of hours") == [5, 2, 1]
    monkeypatch.setenv("AUDIT_WORKING_HOURS", "1-2")
    assert numbers(rule="out of hours") == [5, 4, 3, 2]


@pytest.mark.parametrize(
    ("named", "hours"),
    [
        ("6-22", (6, 22)),
        (" 1-24 ", (1, 24)),
        *((odd, (7, 19)) for odd in ("", "0-9", "9-25", "9-9", "19-7", "7", "7-19-20", "x-y")),
    ],
)
def test_what_are_no_hours_of_one_day_are_the_usual_ones(monkeypatch, named, hours):
    monkeypatch.setenv("AUDIT_WORKING_HOURS", named)
    assert settings.working_hours() == hours


# Vague reasons: fewer than three words, or ten times the same of one reader within the days chosen


@pytest.mark.parametrize(
    ("reason", "is_vague"),
    [
        ("briefing", True),
        ("daily briefing", True),
        ("  daily   briefing  ", True),
        ("", True),
        ("the daily briefing", False),
        ("who needs a return interview", False),
    ],
)
def test_a_reason_of_fewer_than_three_words_is_vague(write, reason, is_vague):
    write(ANN, "reason", reason=reason)
    write(ANN, "records", reason=reason)
    assert numbers(rule="vague reason") == [1] * is_vague, "once, and not again with all that was opened for it"


def test_a_reason_that_one_reader_gives_ten_times_in_the_days_chosen_is_vague(write):
    for day in range(1, 11):
        write(ANN, "reason", f"2026-07-{day:02} 09:00", reason="Checking on my cases")
        write(CY, "reason", f"2026-07-{day:02} 09:00", reason="Checking on my cases" if day < 10 else "checking on my cases")
    assert numbers(rule="vague reason") == list(range(19, 0, -2)), "all ten of Ann's; of Cy's nine and another"
    assert numbers(rule="vague reason", since=date(2026, 7, 2)) == []
    assert list(summary.by_reader(Selection(since=date(2026, 7, 1)))["vague_reasons"]) == [10, 0]


# What the entries come to


def test_the_entries_of_each_reader_are_counted(write):
    write(ANN, "sign-in")
    write(ANN, "reason", reason="briefing")
    write(ANN, "records", records=["D1", "D2"], filters={"hubs": ["CAR"]})
    write(ANN, "records", "2026-07-04 12:00", records=["D1"])
    write(CY, "records", records=["D1", "D2", "D3", "D4"])
    write(CY, "export", records=["D1"])
    write(CY, "refusal", reason="Not yours")
    write(OTHER_CY, "page")
    columns = ["name", *summary.COUNTED]
    assert summary.by_reader(Selection())[columns].to_numpy().tolist() == [
        ["Cy", 1, 4, 1, 1, 0, 0],
        ["Ann Åse", 2, 3, 0, 0, 1, 1],
        ["Cy", 0, 0, 0, 0, 0, 0],
    ]
    narrow = summary.by_reader(Selection(hub="CAR", action="export", rule="vague reason"))
    assert narrow[columns].to_numpy().tolist() == [["Ann Åse", 1, 2, 0, 0, 0, 0]], "whatever kind of entry is chosen"
    assert summary.by_reader(Selection(since=date(2027, 1, 1))).empty


def test_an_empty_log_comes_to_nothing(audit_database):
    assert summary.by_reader(Selection()).empty and list(summary.by_reader(Selection()).columns)[3:] == list(summary.COUNTED)
    assert summary.readers() == summary.hubs() == []


def test_readers_and_hubs_are_those_of_the_log_and_hubs_those_of_the_list_too(write, tamper):
    for who in (CY, ANN, OTHER_CY, log.Who(ANN.issuer, ANN.subject, "Ann Appleby", "hub", ("WHI",))):
        write(who, "page")
    grants.grant("https://login.force.uk", "6a", "hub", "EDE", by="a test", reason="to try it")
    assert [(known.name, known.issuer) for known in summary.readers()] == [
        ("a test", "command line"),
        ("Ann Åse", ANN.issuer),
        ("Cy", CY.issuer),
        ("Cy", OTHER_CY.issuer),
    ]
    assert summary.hubs() == ["BAR", "CAR", "EDE", "WHI"]
    tamper(update(entries).values(hubs="no JSON"), update(entries).where(entries.c.number == 1).values(hubs='{"a": 1}'))
    assert summary.hubs() == ["EDE"]
