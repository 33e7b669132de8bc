"""An extract that is declared complete to a day after its last event, worked by hand: what follows that event is zero."""

import pytest

from . import NOT_AVAILABLE
from .by_hand import HUBS, child, counted, day, numbered, residents, row, rows, whole

A = child("A")
MARCH = ("2026-03-01", "2026-04-01")
RESIDENTS = residents("EDE", 2026, 12_000)  # 1,000 child-years a month


def declared(table, *days, is_declared=True):
    """The loads of a table, each complete to its day; else that is the day of its last event at the time."""
    known = {"table_name": table, "source_file": f"{table}.csv", "sha256": "0", "is_declared": is_declared}
    counts = {"rows_read": 1, "rows_loaded": 1, "rows_rejected": 0, "loaded_at": "2026-06-30"}
    return [row(load_id=f"{table} {on}", data_to=day(on), **known, **counts) for on in days]


def held(*days, loads=(), **tables):
    """Detentions of a child in Eden on these days."""
    listed = [row(child_id="A", authorised_on=on, hub_id="EDE") for on in days]
    detentions = numbered("detention_id", listed)
    eden = HUBS[:1]
    return rows(hubs=eden, children=[A], detentions=detentions, population=RESIDENTS, loads=list(loads), **tables)


TO_29_MARCH = ("2026-01-10", "2026-03-05", "2026-03-29")


def test_march_is_whole_where_it_is_declared_complete():
    """Two detentions in 12,000 / 12 child-years; undeclared, in 29 of the 31 days of the month."""
    complete = held(*TO_29_MARCH, loads=declared("detentions", "2026-03-31"))
    assert whole(complete, "detention_rate", *MARCH) == (2, pytest.approx(1000.0), pytest.approx(2.0))
    of_29_days = 1000 * 29 / 31
    found = whole(held(*TO_29_MARCH), "detention_rate", *MARCH)
    assert found == (2, pytest.approx(of_29_days), pytest.approx(2000 / of_29_days))


def test_1_october_to_29_september_is_a_year_where_it_is_declared_to_be_one():
    """Without dates the last twelve whole months are asked: eleven of the fifteen detentions were by the end of August."""
    months = [f"2025-{month}-01" for month in (10, 11, 12)] + [f"2026-0{month}-01" for month in range(1, 9)]
    year = held(*months, "2026-09-03", "2026-09-07", "2026-09-20", "2026-09-29", loads=declared("detentions", "2026-09-30"))
    assert whole(year, "detentions") == (15, None, 15)
    assert whole(year, "detention_rate") == (15, pytest.approx(12_000.0), pytest.approx(1.25))
    assert whole(year | {"loads": []}, "detentions") == (11, None, 11)


def test_months_after_the_last_event_are_zeros_as_far_as_they_are_declared():
    database = held("2026-01-10", "2026-02-10", loads=declared("detentions", "2026-04-30"))
    by_month = counted(database, "detentions", day("2026-01-01"), day("2026-07-01"), by=("month",))
    months = {f"2026-0{month}-01": value for month, value in enumerate((1, 1, 0, 0), 1)}
    assert by_month == {(month,): (value, None, value) for month, value in months.items()}


def test_the_day_of_a_later_event_is_the_last_one_and_so_is_the_latest_that_was_declared():
    ends = declared("detentions", "2026-02-28", "2026-03-15")
    assert whole(held(*TO_29_MARCH, loads=ends), "detention_rate", *MARCH)[1] == pytest.approx(1000 * 29 / 31)
    ends = declared("detentions", "2026-03-30", "2026-03-15")
    assert whole(held(*TO_29_MARCH, loads=ends), "detention_rate", *MARCH)[1] == pytest.approx(1000 * 30 / 31)


def test_the_last_day_of_a_load_that_declared_none_is_none_of_the_datas():
    """Its row of that day was corrected since, or withdrawn."""
    found = [held(*TO_29_MARCH, loads=declared("detentions", "2026-03-31", is_declared=told)) for told in (None, False)]
    assert [whole(database, "detention_rate", *MARCH)[1] for database in found] == [pytest.approx(1000 * 29 / 31)] * 2


def test_as_at_a_day_before_the_declared_one_the_data_end_that_day():
    database = held(*TO_29_MARCH, loads=declared("detentions", "2026-03-31"))
    asked = {on: whole(database, "detention_rate", *MARCH, as_at=day(on)) for on in ("2026-03-28", "2026-03-30", "2026-04-20")}
    assert {on: found[0] for on, found in asked.items()} == {"2026-03-28": 1, "2026-03-30": 2, "2026-04-20": 2}
    days = {on: round(found[1] * 31 / 1000) for on, found in asked.items()}
    assert days == {"2026-03-28": 28, "2026-03-30": 30, "2026-04-20": 31}


def test_what_is_declared_of_one_table_is_so_of_no_other_and_a_table_without_events_stays_not_available():
    ends = declared("incidents", "2026-03-31") + declared("crimes", "2026-03-31")
    incidents = [row(incident_id="1", created_on="2026-03-01", child_id="A", category="ASB")]
    database = held(*TO_29_MARCH, incidents=incidents, loads=ends)
    assert whole(database, "detention_rate", *MARCH)[1] == pytest.approx(1000 * 29 / 31)
    assert whole(database, "asb_incidents", *MARCH) == (1, None, 1)
    assert whole(database, "child_suspect_crimes", *MARCH) == NOT_AVAILABLE


# What may still come: judged by the end of the data


def closed(loads=()):
    """A crime of 1 March whose one outcome, of the 5th, was taken back on the 30th; and one of the 20th without any."""
    crimes = numbered("crime_id", [row(recorded_on=on, hub_id="EDE") for on in ("2026-03-01", "2026-03-20")])
    outcome = row(crime_id="000", outcome_code="16", outcome_on="2026-03-05", superseded_on="2026-03-30")
    return rows(
        children=[A],
        crimes=crimes,
        suspects=[row(crime_id=crime["crime_id"], child_id="A") for crime in crimes],
        crime_outcomes=[outcome],
        outcome_codes=[row(outcome_code="16", label="16", outcome_group="evidential")],
        loads=list(loads),
    )


@pytest.mark.parametrize("table", ["crimes", "crime_outcomes"])
def test_an_outcome_that_was_superseded_by_the_declared_end_stands_no_more(table):
    """The data of outcomes reach as far as crimes or their outcomes do."""
    assert whole(closed(), "not_yet_assigned_share", *MARCH) == (1, 2, 0.5)
    assert whole(closed(declared(table, "2026-03-31")), "not_yet_assigned_share", *MARCH) == (2, 2, 1.0)
    assert whole(closed(declared(table, "2026-03-29")), "not_yet_assigned_share", *MARCH) == (1, 2, 0.5)
    as_at = whole(closed(declared(table, "2026-03-31")), "not_yet_assigned_share", *MARCH, as_at=day("2026-03-29"))
    assert as_at == (1, 2, 0.5)


def test_an_interview_that_was_not_offered_in_three_days_of_the_declared_data_was_not_offered():
    """Returned at 10:00 on the 28th: the 72 hours are over at 11:00 on the 31st, as the clocks go forward between."""
    came_back = {"reported_at": "2026-03-27 10:00", "returned_at": "2026-03-28 10:00"}
    episodes = [
        row(child_id="A", reported_on="2026-03-01", returned_at="2026-03-02 10:00", return_interview_offered_on="2026-03-02"),
        row(child_id="A", reported_on="2026-03-27", **came_back),
    ]
    database = rows(children=[A], missing_episodes=numbered("episode_id", episodes))
    assert whole(database, "return_interview_offered_share", *MARCH) == (1, 1, 1.0)
    for on, share in (("2026-03-30", (1, 1, 1.0)), ("2026-03-31", (1, 2, 0.5))):
        ends = {"loads": declared("missing_episodes", on)}
        assert whole(database | ends, "return_interview_offered_share", *MARCH) == share
