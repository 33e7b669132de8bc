"""What spreadsheets make of ids, ages and dates is not taken for what they were before."""

WITHOUT_FACTS = True

SHORTENED = "is a number that a spreadsheet has shortened, so that its last digits are lost: export it as text"
ERROR = "is an error of a spreadsheet, not a value: look there for what it should be"
ERRORS = ["#N/A", "#REF!", "#VALUE!", "#NAME?", "#DIV/0!", "#NUM!", "#NULL!", "#SPILL!", "########"]


def reasons(intake, report):
    return [(column, value, reason) for _, column, value, reason in intake.reasons(report)]


def test_ids_that_were_shortened_or_are_errors_are_refused_with_a_sentence(intake):
    """Of ten thousand such ids as 2.02401E+11 none can be told from another."""
    shortened = ["2.02401E+11", "2.02401e+11", "1E+05"]
    rows = "".join(f"{written},2025-01-01\n" for written in (*shortened, *ERRORS))
    report = intake.check("crimes.csv", f"crime_id,recorded_on\n{rows}")
    assert intake.counts(report) == (12, 0, 0, 0, 12)
    told = {(value, reason) for _, value, reason in reasons(intake, report)}
    assert told == {(value, SHORTENED) for value in shortened} | {(value, ERROR) for value in ERRORS}


def test_so_are_ids_of_other_tables(with_people):
    """Where the row needs them; where not, they count as not recorded."""
    rows = "D1,2.02401E+11,2025-01-01,\nD2,#N/A,2025-01-01,\nD3,C1,2025-01-01,#REF!\nD4,C1,2025-01-01,2E+3\n"
    report = with_people.take("detentions.csv", f"detention_id,child_id,authorised_on,hub_id\n{rows}")
    assert reasons(with_people, report) == [("child_id", "2.02401E+11", SHORTENED), ("child_id", "#N/A", ERROR)]
    assert sorted(with_people.cells(report)) == [("hub_id", SHORTENED, 1), ("hub_id", ERROR, 1)]
    assert with_people.rows("detentions", "detention_id", "hub_id") == [("D3", None), ("D4", None)]


def test_ids_that_only_look_like_it_are_ids(intake):
    ids = ["1E5", "E+11", "12.5", "0012", "2024E+", "A1E+11", "#12", "# N/A", "N/A1"]
    report = intake.check("crimes.csv", "crime_id,recorded_on\n" + "".join(f"{written},2025-01-01\n" for written in ids))
    assert intake.counts(report) == (9, 9, 0, 0, 0)


def test_errors_elsewhere_are_no_values(intake):
    rows = "K1,2025-01-01,#N/A,#REF!,#VALUE!\nK2,#N/A,,,\n"
    report = intake.check("crimes.csv", f"crime_id,recorded_on,committed_on,offence,youth_produced_imagery\n{rows}")
    assert reasons(intake, report) == [("recorded_on", "#N/A", ERROR)]
    assert intake.cells(report) == [(column, ERROR, 1) for column in ("committed_on", "offence", "youth_produced_imagery")]


def test_ten_to_seventeen_that_became_a_date_is_what_it_was(intake):
    """A spreadsheet shows 10-17 as a month of a year, or as a day of this one. No other band is a month that there is."""
    written = ["10-17", "Oct-17", "oct-2017", "17-Oct", "17-Oct-24", "17-oct-2024", "01/10/2017", "1/10/2017", "01/10/17"]
    written += ["2017-10-01", "2017-10-01 00:00:00", "17/10/2024", " OCT-17 "]
    rows = "".join(f"S{number:02},2025-01-01,person,{band}\n" for number, band in enumerate(written))
    report = intake.take("stop_searches.csv", f"search_id,searched_on,kind,age_band\n{rows}")
    assert report.unread == ()
    assert intake.rows("stop_searches", "age_band") == [("10-17",)] * len(written)


def test_any_other_date_is_no_age(intake):
    written = [
        "Oct-18",
        "18-Oct",
        "Nov-17",
        "01/10/2018",
        "10/01/2017",
        "2017-10-17",
        "17/11/2024",
        "Oct-1710",
        "18-24",
        "10 to 17",
    ]
    rows = "".join(f"S{number:02},2025-01-01,person,{band}\n" for number, band in enumerate(written))
    report = intake.check("stop_searches.csv", f"search_id,searched_on,kind,age_band\n{rows}")
    assert intake.cells(report) == [("age_band", "is not one of under 10, 10-17, 18-24, 25-34, over 34", 9)]
    assert report.new == 10


def test_a_published_file_that_went_through_a_spreadsheet(intake):
    """Saved from there, the age is a date, and the times have lost their offset and seconds: they are London's then."""
    rows = "Person search,01/06/2019 11:30,Oct-17\nPerson search,01/06/2019 12:30,17-Oct\n"
    report = intake.take("2019-06-cumbria-stop-and-search.csv", f"Type,Date,Age range\n{rows}")
    assert intake.rows("stop_searches", "age_band") == [("10-17",)] * 2
    assert report.british_days == 2


def test_whole_numbers_with_a_point(intake):
    rows = "S1,2025-01-01,person,12.0\nS2,2025-01-01,person,12.5\n"
    report = intake.check("stop_searches.csv", f"search_id,searched_on,kind,age\n{rows}")
    assert intake.cells(report) == [("age", "is not a whole number", 1)]


def test_rows_of_commas_at_the_end_are_none(intake):
    report = intake.check("crimes.csv", "crime_id,recorded_on,offence\nK1,2025-01-01,theft\n,,\n,,\n,,\n")
    assert (report.read, report.new, report.blank_lines, report.lines) == (1, 1, 3, 5)
