"""Cells are read as people and systems write them, and stored in the one form that the contract knows."""

from datetime import date

WITHOUT_FACTS = True

NEVER_WAS = "is a time that did not exist in London: the clocks went forward over it"


def test_permitted_words_are_matched_whatever_their_case_and_blanks(with_people):
    written = {"medium": "medium", " MEDIUM ": "medium", "Very  Low": "very low", "No apparent risk": "very low", "": None}
    rows = "".join(f"M{number},C1,2025-06-01,{word}\n" for number, word in enumerate(written))
    with_people.take("missing_episodes.csv", f"episode_id,child_id,reported_on,risk_initial\n{rows}")
    stored = with_people.rows("missing_episodes", "episode_id", "risk_initial")
    assert [word for _, word in stored] == list(written.values())


def test_truths(intake):
    """As spreadsheets, databases and libraries write them."""
    written = {
        **dict.fromkeys(("true", "TRUE", "True", "1", "1.0", "Yes", "Y", "y", "t"), True),
        **dict.fromkeys(("false", "FALSE", "0", "0.0", " no ", "N", "f"), False),
        **dict.fromkeys(("", "NA", "n/a", "NULL", "null", "None", "NaN", "<NA>", "-", "--", "\\N"), None),
    }
    rows = "".join(f"K{number:02},2025-06-01,{word}\n" for number, word in enumerate(written))
    report = intake.take("crimes.csv", f"crime_id,recorded_on,youth_produced_imagery\n{rows}")
    assert report.unread == ()
    assert [truth for _, truth in intake.rows("crimes", "crime_id", "youth_produced_imagery")] == list(written.values())


def test_a_word_that_elsewhere_means_nothing_may_be_one_of_a_columns_own(with_people):
    header = "detention_id,child_id,authorised_on,strip_search,suite\n"
    with_people.take("detentions.csv", header + "D1,C1,2025-01-01,none,none\nD2,C1,2025-01-01,NA,Kendal\n")
    stored = with_people.rows("detentions", "detention_id", "strip_search", "suite")
    assert stored == [("D1", "none", None), ("D2", None, "Kendal")]


def test_days(intake):
    written = ["2025-06-01", "01/06/2025", " 2025-06-01 ", "2025-06-01 00:00:00.000", "2025-06-01T00:00:00"]
    rows = "".join(f"K{number},{day}\n" for number, day in enumerate(written))
    intake.take("crimes.csv", f"crime_id,recorded_on\n{rows}")
    assert intake.rows("crimes", "recorded_on") == [(date(2025, 6, 1),)] * len(written)


def test_numbers(intake):
    intake.file("hubs.csv", "hub_id,name\nCAR,Carlisle\n")
    intake.file("population.csv", "hub_id,year,age,residents\nCAR,2022,7,100\nCAR,2023,7.0,200\nCAR,2024,,300\n")
    intake.load()
    assert intake.rows("population", "year", "age", "residents") == [(2022, 7, 100), (2023, 7, 200), (2024, None, 300)]


def test_times_are_stored_in_utc(place):
    written = {
        "2025-06-01T23:30:00+01:00": "2025-06-01 22:30",
        "2025-06-01T23:30:00": "2025-06-01 22:30",  # London is an hour ahead of UTC in summer
        "2025-01-01 23:30": "2025-01-01 23:30",  # and not in winter
        "01/06/2025 23:30": "2025-06-01 22:30",
        "2025-06-01 23:30:00.0000000 +01:00": "2025-06-01 22:30",  # as SQL Server exports it
        "2025-03-30T00:59": "2025-03-30 00:59",
        "2025-03-30T02:00": "2025-03-30 01:00",
        "2025-10-26T01:30": "2025-10-26 00:30",  # comes twice: the first, in summer time
        "2025-10-26T01:30Z": "2025-10-26 01:30",  # says which
        "2025-10-26T02:00": "2025-10-26 02:00",
        "2025-06-01T23:30:00Z": "2025-06-01 23:30",  # which is of the next day in London
    }
    days = [*(stored[:10] for stored in list(written.values())[:-1]), "2025-06-02"]
    rows = "".join(f"I{number:02d},{day},{time}\n" for number, (day, time) in enumerate(zip(days, written, strict=True)))
    place.take("incidents.csv", f"incident_id,created_on,created_at\n{rows}")
    stored = [f"{created_at:%Y-%m-%d %H:%M}" for _, created_at in place.rows("incidents", "incident_id", "created_at")]
    assert dict(zip(written, stored, strict=True)) == written


def test_a_london_time_that_never_was_is_not_read(intake):
    written = ["2025-03-30T01:00", "2025-03-30T01:30", "30/03/2025 01:59"]
    rows = "".join(f"I{number},2025-03-30,{time}\n" for number, time in enumerate(written))
    report = intake.check("incidents.csv", f"incident_id,created_on,created_at\n{rows}")
    assert intake.cells(report) == [("created_at", NEVER_WAS, 3)]
    assert report.new == 3


NO_TIMES = ["0001-01-01T00:00:00Z", "0001-01-01T00:00:00", "0001-01-01T00:00+14:00", "9999-12-31T23:59:59.9999999"]
NO_TIMES += ["9999-12-31T23:59-01:00", "01/01/0001 00:00:00", "0001-01-01", "9999-12-31", "0000-00-00 00:00:00"]


def test_the_first_and_the_last_day_of_a_calendar_are_what_systems_write_for_no_date(with_people):
    """As .NET, SQL Server and MySQL do: blank, also where a blank says that it goes on still."""
    header = "detention_id,child_id,authorised_on,arrested_at,released_at,ccp_reviewed_on\n"
    rows = "".join(f"D{number},C1,2025-03-30,{time},{time},{time[:10]}\n" for number, time in enumerate(NO_TIMES))
    report = with_people.take("detentions.csv", header + rows)
    assert (report.new, report.rejected, report.unread, report.british_days) == (9, 0, (), 0)
    assert with_people.rows("detentions", "arrested_at", "released_at", "ccp_reviewed_on") == [(None, None, None)] * 9


def test_where_a_date_is_required_no_date_is_blank(intake):
    report = intake.check("crimes.csv", "crime_id,recorded_on\nK1,0001-01-01\nK2,9999-12-31\n")
    assert {reason for _, _, _, reason in intake.reasons(report)} == {"is required and blank"}


def test_times_near_the_ends_of_the_calendar_are_not_read(intake):
    """Neither are the first days of other systems, which somebody may have meant, and times that are none."""
    written = ["0001-01-02T00:00:00Z", "9999-12-30T23:59:59", "1900-01-01T00:00:00Z", "1753-01-01", "1970-01-01T00:00:00Z"]
    written += ["2025-06-01T24:00", "2025-06-01T10:00+25:00", "0001-01-01T25:00 pm", "0001-01-01x", "10000-01-01T00:00"]
    rows = "".join(f"I{number},2025-03-30,{time}\n" for number, time in enumerate(written))
    report = intake.check("incidents.csv", f"incident_id,created_on,created_at\n{rows}")
    assert (report.new, report.cells_not_read) == (10, 10)


def test_times_that_came_twice_are_counted(intake):
    rows = (
        "I1,2025-10-26,2025-10-26T01:30,26/10/2025 01:59",
        "I2,2025-10-26,2025-10-26T01:30Z,",
        "I3,2025-10-26,2025-10-26T00:59,",
    )
    report = intake.check("incidents.csv", "incident_id,created_on,created_at,reviewed_at\n" + "\n".join(rows))
    assert report.ambiguous_times == 2


def test_a_release_in_the_second_hour_cannot_be_told_from_the_first(with_people):
    """A release at the second 01:10 reads as the first, and so seems to precede an authorisation at 01:50: rejected."""
    header = "detention_id,child_id,authorised_on,authorised_at,released_at"
    report = with_people.take("detentions.csv", f"{header}\nD1,C1,2025-10-26,2025-10-26T01:50,2025-10-26T01:10\n")
    told = "2025-10-26T00:10Z, authorised_at 2025-10-26T00:50Z"
    assert with_people.reasons(report) == [(2, "released_at", told, "is before authorised_at")]


def test_the_day_of_loading_is_londons(intake):
    """At 23:30 UTC on a summer evening it is already tomorrow in London."""
    rows = ("I1,2026-06-30,2026-06-29T23:30Z", "I2,2026-06-30,2026-06-30T22:59Z", "I3,2026-06-30,2026-06-30T23:00Z")
    report = intake.check("incidents.csv", "incident_id,created_on,created_at\n" + "\n".join(rows))
    assert [(unread.line, unread.value) for unread in report.unread] == [(4, "2026-06-30T23:00Z")]
    assert intake.cells(report) == [("created_at", "is after the day of loading", 1)]


def test_dates_with_the_day_first_are_counted(intake):
    """In days and in instants: whoever loads checks whether the month did not come first."""
    rows = "I1,03/04/2025,03/04/2025 10:00\nI2,2025-04-03,2025-04-03 10:00\nI3,13/04/2025,\n"
    report = intake.check("incidents.csv", f"incident_id,created_on,created_at\n{rows}")
    assert (report.british_days, report.new, report.unread) == (3, 3, ())
