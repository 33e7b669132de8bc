"""Sections 0, 3 and 9 of the definitions, worked by hand: clocks, custody, the cells of a table, rates."""

import pytest

from . import NOT_AVAILABLE, NoSuchDimensionError
from .by_hand import child, counted, day, london, numbered, residents, row, rows, whole

A = child("A")
A_LONG_TIME = ("2020-01-01", "2030-01-01")

# Custody


def held(*detentions, children=(A,), **tables):
    listed = [{"child_id": "A", "authorised_on": day("2025-06-01"), "hub_id": "EDE", **found} for found in detentions]
    return rows(children=[*children], detentions=numbered("detention_id", listed), **tables)


def stay(authorised_at, released_at, **more):
    return row(authorised_on=authorised_at[:10], authorised_at=authorised_at, released_at=released_at, **more)


@pytest.mark.parametrize(
    ("authorised_at", "released_at", "hours"),
    [("2025-03-29 23:30", "2025-03-30 07:30", 7), ("2025-10-25 23:30", "2025-10-26 07:30", 9)],
)
def test_clocks_change_but_hours_are_elapsed(authorised_at, released_at, hours):
    assert whole(held(stay(authorised_at, released_at)), "hours_detained", *A_LONG_TIME) == (None, 1, hours)


@pytest.mark.parametrize(
    ("authorised_at", "released_at", "overnight"),
    [
        ("2025-06-01 20:00", "2025-06-02 04:00", 1),  # across midnight, four hours
        ("2025-06-01 20:00", "2025-06-02 03:59", 0),
        ("2025-06-02 04:00", "2025-06-02 20:00", 1),
        ("2025-06-02 05:00", "2025-06-03 03:00", 0),  # three hours of each of two nights
        ("2025-06-02 05:00", "2025-06-03 04:00", 1),
        ("2025-03-29 22:00", "2025-03-30 04:30", 0),  # the hour from one to two never was: three and a half
        ("2025-03-29 22:00", "2025-03-30 05:00", 1),
        ("2025-10-25 22:00", "2025-10-26 03:00", 1),  # that hour was twice: four
        ("2025-10-26 05:00", "2025-10-26 23:00", 0),
    ],
)
def test_overnight_is_four_hours_of_any_one_night(authorised_at, released_at, overnight):
    open_record = row(authorised_on="2025-06-02", authorised_at="2025-06-02 20:00", released_at=None)
    database = held(stay(authorised_at, released_at), open_record)
    assert whole(database, "overnight_detentions", *A_LONG_TIME) == (overnight, None, overnight)
    assert whole(database, "overnight_share", *A_LONG_TIME) == (overnight, 1, float(overnight))
    assert whole(database, "detentions", *A_LONG_TIME) == (2, None, 2)


@pytest.mark.parametrize(
    ("charged_at", "before", "after"),
    [
        ("2025-06-02 02:00", 0, 1),  # two hours of the night before, six after
        ("2025-06-02 04:00", 1, 1),  # four and four: both
        ("2025-06-02 04:01", 1, 0),
        ("2025-06-01 19:00", 0, 1),  # charged before detention was authorised: all of it is after
        ("2025-06-02 09:00", 1, 0),  # charged after release: all of it is before
        (None, 1, 0),
    ],
)
def test_each_part_of_a_detention_is_judged_alone(charged_at, before, after):
    charged_elsewhere = stay("2025-06-02 10:00", "2025-06-02 12:00", charged_at="2025-06-02 11:00")
    database = held(stay("2025-06-01 20:00", "2025-06-02 08:00", charged_at=charged_at), charged_elsewhere)
    assert whole(database, "overnight_before_charge", *A_LONG_TIME) == (before, None, before)
    assert whole(database, "overnight_after_charge", *A_LONG_TIME) == (after, None, after)


def test_only_time_in_detention_counts_before_and_after_charge():
    before = held(stay("2025-06-01 20:00", "2025-06-02 02:00", charged_at="2025-06-02 06:00"))  # two hours, not six
    assert whole(before, "overnight_before_charge", *A_LONG_TIME) == (0, None, 0)
    after = held(stay("2025-06-02 05:00", "2025-06-02 09:00", charged_at="2025-06-02 02:00"))  # three hours, not six
    assert whole(after, "overnight_after_charge", *A_LONG_TIME) == (0, None, 0)


def test_a_night_split_in_the_middle_is_neither_before_nor_after_charge():
    database = held(stay("2025-06-01 22:00", "2025-06-02 07:00", charged_at="2025-06-02 03:30"))
    counts = [whole(database, f"overnight_{part}", *A_LONG_TIME)[2] for part in ("detentions", "before_charge", "after_charge")]
    assert counts == [1, 0, 0]
    never_said = held(stay("2025-06-01 22:00", "2025-06-02 07:00"))
    assert whole(never_said, "overnight_before_charge", *A_LONG_TIME) == NOT_AVAILABLE
    assert whole(never_said, "overnight_after_charge", *A_LONG_TIME) == NOT_AVAILABLE


def test_median_and_ninth_decile_of_hours():
    database = held(*[stay("2025-06-01 06:00", f"2025-06-01 {6 + hours:02d}:00") for hours in (1, 2, 4, 8)])
    assert whole(database, "hours_detained", *A_LONG_TIME) == (None, 4, 3.0)
    assert whole(database, "hours_detained_p90", *A_LONG_TIME) == (None, 4, pytest.approx(6.8))


def test_not_recorded_is_not_no_and_a_column_never_given_is_not_available():
    adults = [{"appropriate_adult_arrived_at": london(at)} if at else {} for at in ("2025-06-01 05:00", "2025-06-01 09:00", None)]
    database = held(
        stay("2025-06-01 06:00", "2025-06-01 12:00", bail_refused=True, accommodation_requested="secure", **adults[0]),
        stay("2025-06-01 06:00", "2025-06-01 12:00", bail_refused=True, liaison_diversion_seen=True, **adults[1]),
        stay("2025-06-01 06:00", None, bail_refused=False, liaison_diversion_seen=False, **adults[2]),
        row(strip_search="strip", strip_search_with_adult=True),
        row(strip_search="intimate parts exposed"),
        row(strip_search="none", strip_search_with_adult=False),
    )
    assert whole(database, "appropriate_adult_wait", *A_LONG_TIME) == (None, 2, 1.5)  # already there waits 0
    assert whole(database, "accommodation_requested_share", *A_LONG_TIME) == (1, 2, 0.5)
    assert whole(database, "accommodation_moved_share", *A_LONG_TIME) == NOT_AVAILABLE
    assert whole(database, "liaison_diversion_share", *A_LONG_TIME) == (1, 2, 0.5)
    assert whole(database, "strip_searches", *A_LONG_TIME) == (2, None, 2)
    assert whole(database, "strip_searches_intimate", *A_LONG_TIME) == (1, None, 1)
    assert whole(database, "strip_search_with_adult_share", *A_LONG_TIME) == (1, 1, 1.0)
    assert whole(database, "ccp_review_share", *A_LONG_TIME) == NOT_AVAILABLE


def test_a_visit_counts_from_authorisation_to_release_and_as_at_it_may_not_have_been():
    times = ("2025-06-01 06:00", "2025-06-01 12:00")
    early, late = (stay(*times, ccp_visited_at=f"2025-06-01 {clock}") for clock in ("05:59", "12:01"))
    still_open = stay("2025-06-01 06:00", None, ccp_visited_at="2025-06-02 12:00")
    database = held(early, late, stay(*times, ccp_visited_at="2025-06-01 12:00"), still_open, stay(*times))
    assert whole(database, "ccp_visit_share", *A_LONG_TIME) == (2, 5, 0.4)
    assert whole(database, "ccp_visit_share", *A_LONG_TIME, as_at=day("2025-06-01")) == (1, 5, 0.2)


def test_voluntary_share_and_care_on_the_day():
    interviews = [row(interview_id="1", child_id="A", interviewed_on="2025-06-30", hub_id="CAR")]
    spells = [
        row(child_id="A", started_on="2025-01-01", ended_on="2025-06-30", status="in care"),
        row(child_id="A", started_on="2025-06-01", ended_on=None, status="care leaver"),
    ]
    database = held({}, voluntary_interviews=interviews, care_spells=spells)
    assert whole(database, "voluntary_share", *A_LONG_TIME) == (1, 2, 0.5)
    found = counted(database, "voluntary_share", *map(day, A_LONG_TIME), by=("in_care",))
    assert found == {("yes",): (0, 1, 0.0), ("care leaver",): (1, 1, 1.0)}


# Cells and rates


def test_months_without_rows_are_true_zeros_inside_the_loaded_period_only():
    children = (child("A"), child("B"), child("C"), child("D", "2007-06-16"))
    dates = [("A", "2025-04-10"), ("B", "2025-06-15"), ("B", "2025-06-15"), ("C", "2025-06-15"), ("D", "2025-06-16")]
    database = held(*[row(child_id=who, authorised_on=on) for who, on in dates], children=children)
    by_month = counted(database, "detentions", day("2025-01-01"), day("2026-01-01"), by=("month",))
    assert by_month == {("2025-04-01",): (1, None, 1), ("2025-05-01",): (0, None, 0), ("2025-06-01",): (3, None, 3)}
    assert whole(database, "children_detained", "2025-01-01", "2026-01-01") == (3, None, 3)
    by_default = counted(database, "detentions", by=("month",))  # June is not whole
    assert list(by_default) == [("2025-04-01",), ("2025-05-01",)]
    assert counted(database, "detentions", day("2019-01-01"), day("2020-01-01"), by=("month",)) == {}


def test_rates_are_per_year_of_the_loaded_part():
    population = [*residents("EDE", 2024, {12: 1200, 9: 7777}), *residents("EDE", 2026, 9999), *residents("CAR", 2020, 2400)]
    population += [*residents("CAR", 2020, 1200, sex="F"), *residents("CAR", 2020, 1200, sex="M")]
    found = held(
        *[row(authorised_on=on) for on in ("2025-04-01", "2025-05-10", "2025-06-15")],
        row(authorised_on="2025-05-10", hub_id=None),
        population=population,
    )
    by_hub = counted(found, "detention_rate", day("2025-04-01"), day("2026-04-01"), by=("month", "hub"))
    assert by_hub["2025-05-01", "EDE"] == (1, 100.0, 10.0)  # 2024 and 2026 are equally near: the earlier
    assert by_hub["2025-06-01", "EDE"] == (1, 50.0, 20.0)  # half of June is loaded
    assert by_hub["2025-05-01", "CAR"] == (0, 200.0, 0.0)  # all sexes, not all and the girls again
    assert by_hub["2025-05-01", "unknown"] == NOT_AVAILABLE
    assert whole(found, "detention_rate", "2025-05-01", "2025-06-01") == (2, 300.0, pytest.approx(20 / 3))  # in the whole
    of_a_boy = row(child_id="B", hub_id="CAR")
    children = (child("A", sex="F"), child("B", sex="M"))
    both = held(row(), row(authorised_on="2025-06-30"), of_a_boy, children=children, population=population)
    by_sex = counted(both, "detention_rate", day("2025-06-01"), day("2025-07-01"), by=("hub", "sex"))
    of_eden = dict.fromkeys([("EDE", "F"), ("EDE", "M")], NOT_AVAILABLE)
    assert by_sex == {**of_eden, ("CAR", "F"): (0, 100.0, 0.0), ("CAR", "M"): (1, 100.0, 10.0)}


def test_a_dimension_that_a_key_has_not_is_an_error():
    with pytest.raises(NoSuchDimensionError, match="cannot be divided by outcome_group"):
        counted(held({}), "detentions", by=("outcome_group",))


def test_a_london_day_begins_in_london():
    assert london("2025-06-01 00:30").isoformat() == "2025-05-31T23:30:00"
