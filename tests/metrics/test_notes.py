"""What stands beside a figure: what was left out, which residents were used, what is not complete."""

from datetime import date

import pytest
from product import answered, database_of
from recount.by_hand import child, numbered, residents, row, rows
from recount.test_worked_cases import cohort, disposal

from metrics.measuring.notes import latest_complete, notes
from metrics.themes import METRICS
from queries.engine import connect
from queries.scope import Access, Scope

pytestmark = pytest.mark.usefixtures("on_each_engine")

YEAR = (date(2024, 1, 1), date(2025, 1, 1))
A, UNBORN, ADULT = child("A"), child("N", None), child("Z", "1980-01-01")


def notes_of(key, tables, start=YEAR[0], end=YEAR[1], **more):
    scope = Scope(Access("command", more.pop("allowed", None)), start=start, end=end, **more)
    return answered(connect(database_of(tables)), notes, METRICS[key], scope)


def detained(*given, first="2024-01-01", last="2024-12-31", **tables):
    listed = [row(child_id="Z", authorised_on=on) for on in (first, last)]
    listed += [row(**found) for found in given]
    return rows(children=[A, UNBORN, ADULT], detentions=numbered("detention_id", listed), **tables)


def test_nothing_to_say():
    assert notes_of("detentions", detained()) == ()
    assert notes_of("detentions", detained(), None, None) == ()


def test_data_that_cover_a_part_of_the_period():
    part = "The data cover {} of the period asked for; the figure is of that part."
    assert notes_of("detentions", detained(first="2024-02-01", last="2024-04-30")) == (part.format("February to April 2024"),)
    assert notes_of("detentions", detained(last="2024-04-05")) == (part.format("1 January 2024 to 5 April 2024"),)
    cut = notes_of("detentions", detained(), as_at=date(2024, 6, 30))
    as_at = "As at 30 June 2024: what happened later is left out, but records entered late are included."
    assert cut == (part.format("January to June 2024"), as_at)


def test_a_period_beyond_the_data():
    beyond = "Not available: the data run from 1 January 2024 to 31 December 2024; choose a period within them."
    assert notes_of("detentions", detained(), date(2025, 1, 1), date(2025, 2, 1)) == (beyond,)


def test_not_available_names_what_is_lacking():
    assert notes_of("detentions", {}) == ("Not available: needs dates of birth and detentions, which are not loaded.",)
    assert notes_of("overnight_share", detained()) == (
        "Not available: needs times of detention and times of release from police custody, which are not loaded.",
    )
    assert notes_of(
        "first_time_entrants", rows(children=[A], disposals=[disposal("A", "youth caution", "2024-05-01", disposal_id="1")])
    ) == ("Not available: needs kinds of disposals, which are not loaded.",)


def test_unknown_ages_are_left_out_with_their_number():
    on = {"child_id": "N", "authorised_on": "2024-05-01"}
    tables = detained({**on, "hub_id": "EDE"}, {**on, "hub_id": "CAR"}, {**on, "authorised_on": "2023-05-01"}, first="2023-01-01")
    assert notes_of("detentions", tables) == ("Detentions where the age of the person is not known, left out: 2.",)
    of_eden = notes_of("detentions", tables, allowed=("EDE",))
    assert of_eden == ("Detentions where the age of the person is not known, left out: 1.",)


def test_what_comes_before_the_birth_is_left_out_with_its_number():
    tables = detained(*({"child_id": "B", "authorised_on": on} for on in ("2024-05-01", "2024-05-02", "2024-05-03")))
    tables["children"] += [child("B", "2024-05-03")]
    assert notes_of("detentions", tables) == ("Detentions where the age of the person is not known, left out: 2.",)
    searched = [row(child_id="B", searched_on=on, kind="person", age=12) for on in ("2024-01-01", "2024-12-31")]
    listed = [*searched, *(row(searched_on=on, kind="person", age=12) for on in ("2024-05-01", "2024-06-01"))]
    tables = rows(children=tables["children"], stop_searches=numbered("search_id", listed))
    assert notes_of("searches", tables) == ("Searches of people where the age of the person is not known, left out: 1.",)


def test_each_suspect_of_unknown_age_is_left_out():
    crimes = [row(crime_id=str(place), recorded_on=on) for place, on in enumerate(("2024-01-01", "2024-12-31"))]
    links = [row(crime_id="0", child_id="A"), *(row(crime_id="0", child_id=name) for name in ("N", "M"))]
    tables = rows(children=[A, UNBORN, child("M", None)], crimes=crimes, suspects=links)
    assert notes_of("repeat_suspects", tables) == ("Suspects of crimes where the age of the person is not known, left out: 2.",)


def test_what_was_not_recorded_is_left_out_with_its_number():
    found = [{"kind": "person", "searched_on": on, "age": 15} for on in ("2024-01-01", "2024-12-31", "2024-06-01")]
    found[0]["outcome"] = "arrest"
    tables = rows(stop_searches=numbered("search_id", [row(**search) for search in found]))
    assert notes_of("search_outcome_rate", tables) == ("Searches of children without a recorded outcome, left out: 2.",)
    assert notes_of("searches", tables) == ()


def entrants(first):
    disposals = [
        disposal("A", "conviction", "2024-05-01"),
        *(disposal("Z", "penalty notice", on) for on in (first, "2024-12-31")),
    ]
    return rows(children=[A, ADULT], disposals=numbered("disposal_id", disposals))


def test_history_of_less_than_eight_years_before_the_period():
    assert notes_of("first_time_entrants", entrants("2016-01-01")) == ()
    assert notes_of("first_time_entrants", entrants("2016-01-02")) == (
        "The data start on 2 January 2016, less than 8 years before the period: "
        "what came before is not known, and would change this figure.",
    )


def test_a_quarter_that_is_not_complete():
    quarter = (date(2023, 1, 1), date(2023, 4, 1))
    immature = "Not complete before 30 September 2024: shown when the follow-up of every quarter is over."
    assert immature in notes_of("reoffending_rate", cohort(last="2024-09-29"), *quarter)
    assert immature in notes_of("reoffending_rate", cohort(), *quarter, as_at=date(2024, 9, 29))
    assert immature not in notes_of("reoffending_rate", cohort(last="2024-09-30"), *quarter)


def test_a_small_cohort():
    quarter = (date(2023, 1, 5), date(2023, 4, 1))
    small = "Small numbers: only {} children in the quarterly cohorts; interpret with care."
    assert notes_of("reoffending_rate", cohort(), *quarter) == (small.format(5),)

    def of(size):
        given = [disposal(f"C{place}", "youth caution", "2023-02-01", "2023-01-01") for place in range(size)]
        ends = [disposal("Z", "penalty notice", on) for on in ("2023-01-05", "2024-09-30")]
        children = [child(f"C{place}", "2008-01-01") for place in range(size)]
        return rows(children=children, disposals=numbered("disposal_id", [*given, *ends]))

    assert notes_of("reoffending_rate", of(1), *quarter)[0] == (
        "Small numbers: only 1 child in the quarterly cohorts; interpret with care."
    )
    assert notes_of("reoffending_rate", of(29), *quarter) == (small.format(29),)
    assert notes_of("reoffending_rate", of(30), *quarter) == ()


def test_the_nights_that_are_before_charge_after_it_both_or_neither():
    """Held from 10 p.m. to 6 a.m. and charged at 3: three hours and three. Held for two nights and charged between: both."""
    neither = {"authorised_at": "2024-06-01 21:00", "charged_at": "2024-06-02 02:00", "released_at": "2024-06-02 05:00"}
    both = {"authorised_at": "2024-06-03 21:00", "charged_at": "2024-06-04 11:00", "released_at": "2024-06-05 05:00"}
    before = {"authorised_at": "2024-06-06 21:00", "charged_at": None, "released_at": "2024-06-07 05:00"}
    held = [row(child_id="A", authorised_on=times["authorised_at"][:10], **times) for times in (neither, both, both, before)]
    for part in ("before", "after"):
        assert notes_of(f"overnight_{part}_charge", detained(*held)) == (
            "Overnight only with the hours before and after charge added up, left out: 1.",
            "Counted both before and after charge, with 4 hours of a night in each: 2.",
        )


def test_later_offences_without_their_day_are_left_out_and_stated():
    """One of B within 18 months of the index, one after; neither makes B a reoffender."""
    undated = [disposal("B", "conviction", on) for on in ("2023-05-01", "2024-08-10")]
    found = notes_of("reoffending_rate", cohort(*undated), date(2023, 1, 5), date(2023, 4, 1))
    assert found[0] == "Later proven offences without the day they were committed, left out: 1."


def rate_notes(*estimates, start=YEAR[0], end=YEAR[1], key="detention_rate"):
    population = [found for hub, year in estimates for found in residents(hub, year, 1000)]
    return notes_of(key, detained(first="2022-01-01", last="2025-12-31", population=population), start, end)


def test_the_year_of_the_residents_is_named_where_it_is_not_the_period():
    assert rate_notes(("EDE", 2024), ("CAR", 2024)) == ()
    assert rate_notes(("EDE", 2020), ("CAR", 2020)) == ("Residents are those of 2020, the nearest estimate to 2024.",)
    assert rate_notes(("EDE", 2023), ("CAR", 2023), ("EDE", 2025), ("CAR", 2025)) == (
        "Residents are those of 2023, the nearest estimate to 2024.",  # as near: the earlier
    )
    over_two_years = rate_notes(("EDE", 2023), ("CAR", 2023), start=date(2023, 4, 1), end=date(2024, 4, 1))
    assert over_two_years == ("Residents are those of 2023, the nearest estimate to 2024.",)


def test_the_year_named_is_of_residents_of_the_ages_counted():
    population = [*residents("EDE", 2020, 1000), *residents("CAR", 2020, 1000), row(hub_id="EDE", year=2024, age=5, residents=90)]
    found = notes_of("detention_rate", detained(population=population))
    assert found == ("Residents are those of 2020, the nearest estimate to 2024.",)


def test_no_residents():
    assert rate_notes() == ("Not available: it needs the number of residents, and none is loaded.",)


def test_several_notes_come_together():
    tables = detained({"child_id": "N", "authorised_on": "2024-05-01"}, last="2024-06-30", population=residents("EDE", 2020, 9))
    assert notes_of("detention_rate", tables, allowed=("EDE",)) == (
        "The data cover January to June 2024 of the period asked for; the figure is of that part.",
        "Residents are those of 2020, the nearest estimate to 2024.",
    )
    assert notes_of("detention_rate", tables)[1:3] == (
        "Detentions where the age of the person is not known, left out: 1.",
        "Not available where it needs the residents of Carlisle: their number is not loaded.",
    )


def test_the_latest_complete_year():
    """Data to 30 September 2024 complete the cohorts up to March 2023."""
    engine = connect(database_of(cohort()))

    def complete(start, end, key="reoffending_rate"):
        found = answered(engine, latest_complete, METRICS[key], Scope(Access("command"), start=start, end=end))
        return found.start, found.end

    assert complete(date(2023, 10, 1), date(2024, 10, 1)) == (date(2022, 4, 1), date(2023, 4, 1))
    assert complete(date(2022, 11, 1), date(2023, 2, 20)) == (date(2022, 1, 1), date(2023, 1, 1))  # to whole quarters
    assert complete(date(2023, 10, 1), date(2024, 10, 1), key="repeat_suspects") == (date(2023, 10, 1), date(2024, 10, 1))
