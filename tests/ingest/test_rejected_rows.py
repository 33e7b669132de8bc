"""A bad row is kept out whole, with its line and its reason, and the rest of the file is loaded."""

import json
from datetime import date

import pytest

WITHOUT_FACTS = True

pytestmark = pytest.mark.usefixtures("on_each_engine")


def test_a_bad_row_is_kept_whole_and_the_rest_loads(intake):
    report = intake.take("hubs.csv", 'hub_id,name,area\nCAR,Carlisle,North\n,"Nowhere, at all",West\nBAR,Barrow,South\n')
    assert intake.counts(report) == (3, 2, 0, 0, 1)
    assert intake.rows("hubs", "hub_id", "name", "area") == [("BAR", "Barrow", "South"), ("CAR", "Carlisle", "North")]
    ((load_id, line, column, value, reason, row),) = intake.rows("rejected_rows")
    assert (line, column, value, reason) == (3, "hub_id", "", "is required and blank")
    assert json.loads(row) == {"hub_id": "", "name": "Nowhere, at all", "area": "West"}
    assert intake.rows("loads", "load_id", "rows_read", "rows_loaded", "rows_rejected") == [(load_id, 3, 2, 1)]


def test_the_line_is_where_the_record_starts_whatever_breaks_inside_fields_and_between_records(intake):
    report = intake.take("hubs.csv", b'hub_id,name\r\nCAR,"Carlisle\r\n(city)"\r\n\r\n,"No\r\nid"\r\n,again\r\n')
    assert [reason[0] for reason in intake.reasons(report)] == [5, 7]
    assert intake.rows("hubs", "name") == [("Carlisle\r\n(city)",)]


NOT_A_DATE, AHEAD, BLANK = "is not a date such as 2025-06-01", "is after the day of loading", "is required and blank"
NOT_A_TIME = "is not a time such as 2025-06-01T23:30 or 2025-06-01T23:30:00Z"
TWICE = "comes more than once in this file with different content"


def unknown_in(table):
    return f"is not known in {table}: load it there first, or correct it"


# Of each table and header: a row, the column that is wrong in it, what is told of it, and why.
RULES = {
    ("children", "child_id,sex"): [(",F", "child_id", "", BLANK)],
    ("crimes", "crime_id,recorded_on"): [
        ("K1,", "recorded_on", "", BLANK),
        ("K2,1989-12-31", "recorded_on", "1989-12-31", "is before 1990"),
        ("K3,2026-07-01", "recorded_on", "2026-07-01", AHEAD),
        ("K4,2025-02-30", "recorded_on", "2025-02-30", NOT_A_DATE),
        ("K5,5 May 2025", "recorded_on", "5 May 2025", NOT_A_DATE),
    ],
    ("ace_assessments", "child_id,assessed_on,aces"): [
        ("C9,2025-01-01,3", "child_id", "C9", unknown_in("children")),
        ("C1,2025-01-02,11", "aces", "11", "is outside 0 to 10"),
        ("C1,2025-01-03,-1", "aces", "-1", "is outside 0 to 10"),
        ("C1,2025-01-04,4.5", "aces", "4.5", "is not a whole number"),
    ],
    # A key need not be all there, but what is there must be read: the row would count as another one.
    ("population", "hub_id,year,age,sex,residents"): [
        ("CAR,2024,121,F,7", "age", "121", "is outside 0 to 120"),
        ("CAR,2024,7,Q,7", "sex", "Q", "is not one of F, M, X"),
    ],
    ("suspects", "crime_id,child_id"): [("K9,C1", "crime_id", "K9", unknown_in("crimes"))],
    ("stop_searches", "search_id,searched_on,kind"): [
        ("S1,2025-06-01,persn", "kind", "persn", "is not one of person, person and vehicle, vehicle")
    ],
    # Blank, each would say that it goes on still.
    ("care_spells", "child_id,started_on,status,ended_on"): [
        ("C1,2025-02-01,in care,2025-01-31", "ended_on", "2025-01-31, started_on 2025-02-01", "is before started_on"),
        ("C1,2025-02-02,in care,soon", "ended_on", "soon", NOT_A_DATE),
        ("C1,2025-02-03,in care,1899-12-30", "ended_on", "1899-12-30", "is before 1990"),
    ],
    ("detentions", "detention_id,child_id,authorised_on,authorised_at,released_at"): [
        (
            *("D1,C1,2025-06-01,2025-06-01T10:00,2025-06-01T09:59", "released_at"),
            *("2025-06-01T08:59Z, authorised_at 2025-06-01T09:00Z", "is before authorised_at"),
        ),
        ("D2,C1,2025-06-01,,2025-06-01", "released_at", "2025-06-01", NOT_A_TIME),
    ],
    ("missing_episodes", "episode_id,child_id,reported_on,reported_at,returned_at"): [
        (
            *("M1,C1,2025-06-01,2025-06-01T10:00+01:00,2025-06-01T08:59Z", "returned_at"),
            *("2025-06-01T08:59Z, reported_at 2025-06-01T09:00Z", "is before reported_at"),
        ),
        ("M2,C1,2025-06-01,,2026-06-30T23:00Z", "returned_at", "2026-06-30T23:00Z", AHEAD),
    ],
    ("risk_management_plans", "plan_id,child_id,opened_on,closed_on"): [
        ("P1,C1,2025-02-01,2025-01-31", "closed_on", "2025-01-31, opened_on 2025-02-01", "is before opened_on"),
        ("P2,C1,2025-02-01,done", "closed_on", "done", NOT_A_DATE),
    ],
    ("outcome_codes", "outcome_code,label,outcome_group,valid_from,valid_to"): [
        ("21,A,diversion,2025-02-01,2025-01-31", "valid_to", "2025-01-31, valid_from 2025-02-01", "is before valid_from"),
        ("22,B,diversion,,never", "valid_to", "never", NOT_A_DATE),
    ],
}


def test_each_rule_that_costs_a_row(with_people):
    files = []
    for number, ((table, header), wrong) in enumerate(RULES.items()):
        rows = "".join(f"{row}\n" for row, *_ in wrong)
        files.append(with_people.file(f"{table}-{number}.csv", f"{header}\n{rows}"))
    reports = {report.name: report for report in with_people.load(*files)}
    for file, wrong in zip(files, RULES.values(), strict=True):
        report = reports[file.name]
        assert with_people.reasons(report) == [(line, *told) for line, (_, *told) in enumerate(wrong, start=2)]
        assert with_people.counts(report) == (len(wrong), 0, 0, 0, len(wrong))
        assert report.unread == ()


def test_an_outcome_needs_its_crime_and_code_and_comes_after_the_one_and_before_its_own_end(intake):
    intake.file("crimes.csv", "crime_id,recorded_on\nK1,2025-01-05\n")
    intake.file("outcome_codes.csv", "outcome_code,label,outcome_group\n21,Not in the public interest,public interest\n")
    outcomes = (
        *("K1,21,2025-02-01,2025-01-31", "K1,99,2025-02-01,", "K9,21,2025-02-01,", "K1,21,2025-01-04,", "K1,21,2025-01-05,"),
    )
    intake.file("crime_outcomes.csv", "crime_id,outcome_code,outcome_on,superseded_on\n" + "\n".join(outcomes))
    *_, report = intake.load()
    assert intake.reasons(report) == [
        (2, "superseded_on", "2025-01-31, outcome_on 2025-02-01", "is before outcome_on"),
        (3, "outcome_code", "99", unknown_in("outcome_codes")),
        (4, "crime_id", "K9", unknown_in("crimes")),
        (5, "outcome_on", "2025-01-04, recorded_on 2025-01-05", "is before recorded_on of its crime"),
    ]
    assert intake.rows("crime_outcomes", "outcome_on") == [(date(2025, 1, 5),)]


def test_planned_dates_may_lie_ahead_and_births_before_1990(with_people):
    plans = "plan_id,child_id,opened_on,review_due_on\nP1,C1,2026-06-01,2026-12-01\n"
    spells = "child_id,started_on,status,ended_on\nC1,2026-01-01,in care,2028-05-04\n"
    codes = "outcome_code,label,outcome_group,valid_to\n22,Diversion,diversion,2030-01-01\n"
    assert with_people.take("risk_management_plans.csv", plans).new == 1
    assert with_people.take("care_spells.csv", spells).new == 1
    assert with_people.take("outcome_codes.csv", codes).new == 1
    assert with_people.take("children-2.csv", "child_id,date_of_birth\nC3,1988-03-01\n").new == 1


def test_a_key_that_comes_twice_with_different_content_rejects_all_its_rows(intake):
    hubs = "hub_id,name,area\nCAR,Carlisle,North\nBAR,Barrow,South\nCAR,Carlisle,West\nCAR,Carlisle,North\n"
    report = intake.take("hubs.csv", hubs)
    assert intake.reasons(report) == [
        (line, "hub_id", "CAR", "comes more than once in this file with different content") for line in (2, 4, 5)
    ]
    assert intake.rows("hubs", "hub_id") == [("BAR",)]


def test_a_row_is_not_trusted_when_its_twin_is_broken(with_people):
    """Neither where the twin is blank just because it could not be read: one says that the spell goes on, one that it ended."""
    spells = "child_id,started_on,status,ended_on\nC1,2025-01-01,in care,\nC1,2025-01-01,in care,soon\n"
    report = with_people.take("care_spells.csv", spells)
    assert [(line, reason) for line, _, _, reason in with_people.reasons(report)] == [(2, TWICE), (3, NOT_A_DATE), (3, TWICE)]
    assert with_people.counts(report) == (2, 0, 0, 0, 2)


def test_an_identical_repeat_is_loaded_once(intake):
    report = intake.take("hubs.csv", "hub_id,name\nCAR,Carlisle\nCAR, Carlisle \n")
    assert intake.counts(report) == (2, 1, 0, 1, 0)
    assert intake.rows("hubs", "name") == [("Carlisle",)]


def test_rows_with_too_many_or_too_few_fields(intake):
    report = intake.take("hubs.csv", "hub_id,name\nCAR,Carlisle,North\nBAR\nEDE,Eden\n")
    assert intake.reasons(report) == [
        (2, None, None, "has too many fields: 3 instead of 2"),
        (3, None, None, "has too few fields: 1 instead of 2"),
    ]
    sizes = [json.loads(row) for (row,) in intake.rows("rejected_rows", "row")]
    assert sizes == [{"fields": 1, "characters": 3}, {"fields": 3, "characters": 16}], "whose cells they are is not known"
    assert intake.rows("hubs", "name") == [("Eden",)]


def test_quotation_marks_that_do_not_pair_reject_only_their_row(intake):
    report = intake.take("hubs.csv", 'hub_id,name\nCAR,"Carlisle" city\nEDE,Eden\n')
    assert intake.reasons(report) == [(2, None, None, "has quotation marks that do not pair")]
    assert intake.rows("hubs", "name") == [("Eden",)]


def test_every_reason_of_a_row_is_given(with_people):
    """Those of cells that alone would not cost it, those that the database knows, and those of other rows."""
    header = "detention_id,child_id,authorised_on,released_at,hub_id,notifiable\n"
    row = "D1,C9,soon,later,CAR,perhaps\n"
    report = with_people.take("detentions.csv", header + row + "D1,C1,2025-01-01,,CAR,\n")
    assert with_people.reasons(report) == [
        (2, "authorised_on", "soon", NOT_A_DATE),
        (2, "released_at", "later", NOT_A_TIME),
        (2, "notifiable", "perhaps", "is not one of true, yes, 1, false, no, 0"),
        (2, "detention_id", "D1", TWICE),
        (2, "child_id", "C9", unknown_in("children")),
        (3, "detention_id", "D1", TWICE),
    ]
    assert (report.rejected, report.cells_not_read) == (2, 0)
    assert len(with_people.rows("rejected_rows", "line", "reason")) == 6


def test_a_reference_that_alone_would_cost_its_cell_is_one_more_reason_of_a_refused_row(with_people):
    """Whether the row was refused before the reference was looked up, or is by another one after it."""
    header = "detention_id,child_id,authorised_on,hub_id\n"
    report = with_people.take("detentions.csv", header + "D1,C1,soon,EDE\nD2,C9,2025-01-01,EDE\nD3,C1,2010-01-01,EDE\n")
    assert with_people.reasons(report) == [
        (2, "authorised_on", "soon", NOT_A_DATE),
        (2, "hub_id", "EDE", unknown_in("hubs")),
        (3, "child_id", "C9", unknown_in("children")),
        (3, "hub_id", "EDE", unknown_in("hubs")),
    ]
    assert with_people.cells(report) == [
        *(("hub_id", unknown_in("hubs"), 1), ("authorised_on", "is before the child's date of birth: the age is not known", 1)),
    ]
    assert [json.loads(row)["detention_id"] for (row,) in with_people.rows("rejected_rows", "row")] == ["D1", "D1", "D2", "D2"]


def test_a_day_before_the_birth_is_one_more_reason_of_a_refused_row(with_people):
    spells = "child_id,started_on,status,ended_on\nC1,2009-01-01,in care,soon\n"
    report = with_people.take("care_spells.csv", spells)
    assert with_people.reasons(report) == [
        (2, "ended_on", "soon", NOT_A_DATE),
        (2, "started_on", "2009-01-01, date_of_birth 2010-05-04", "is before the child's date of birth: the age is not known"),
    ]
    assert report.unread == ()


def test_a_repeat_of_a_row_is_refused_with_it(with_people):
    aces = "child_id,assessed_on,aces\nC9,2025-01-01,3\nC9,2025-01-01,3\nC1,2025-01-01,3\nC1,2025-01-01,3\n"
    report = with_people.take("ace_assessments.csv", aces)
    assert with_people.counts(report) == (4, 1, 0, 1, 2)


def test_loaded_again_once_the_missing_child_is_known_a_rejected_row_is_taken(intake):
    aces = intake.file("ace_assessments.csv", "child_id,assessed_on,aces\nC1,2025-01-01,3\nC2,2025-01-01,4\nC2,2025-01-01,5\n")
    assert intake.counts(*intake.load(aces)) == (3, 0, 0, 0, 3)
    intake.load(intake.file("children.csv", "child_id\nC1\nC2\n"))
    (report,) = intake.load(aces)
    assert intake.counts(report) == (3, 1, 0, 0, 2)
    assert report.loaded_before
    assert intake.rows("ace_assessments") == [("C1", date(2025, 1, 1), 3)]
    assert intake.rows("rejected_rows", "line") == [(3,), (4,)]
    assert intake.rows("loads", "table_name", "rows_loaded", "rows_rejected") == [
        *(("ace_assessments", 0, 3), ("ace_assessments", 1, 2), ("children", 2, 0)),
    ]
