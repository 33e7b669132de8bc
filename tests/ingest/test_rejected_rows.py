"""A bad row is kept out whole, with its line and its reason, and the rest of the file is loaded."""

import json
from datetime import date

import pytest

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


def unknown_in(table):
    return f"is not known in {table}: load it there first, or correct it"


# Of each table and header: a row, the column that is wrong in it, and why.
RULES = {
    ("children", "child_id,sex"): [("C9,Q", "sex", "is not one of F, M, X")],
    ("children", "child_id,date_of_birth"): [
        ("C7,2010-02-30", "date_of_birth", NOT_A_DATE),
        ("C8,5 May 2010", "date_of_birth", NOT_A_DATE),
        ("C9,2026-07-01", "date_of_birth", AHEAD),
    ],
    ("children", "child_id,home_hub_id"): [("C9,XXX", "home_hub_id", unknown_in("hubs"))],
    ("crimes", "crime_id,recorded_on"): [
        ("K1,", "recorded_on", BLANK),
        ("K2,1989-12-31", "recorded_on", "is before 1990"),
        ("K3,2026-07-01", "recorded_on", AHEAD),
    ],
    ("crimes", "crime_id,recorded_on,youth_produced_imagery"): [
        ("K1,2025-01-01,perhaps", "youth_produced_imagery", "is not one of true, 1, yes, false, 0, no")
    ],
    ("crimes", "crime_id,recorded_on,home_id"): [("K1,2025-01-01,H9", "home_id", unknown_in("care_homes"))],
    ("ace_assessments", "child_id,assessed_on,aces"): [
        ("C9,2025-01-01,3", "child_id", unknown_in("children")),
        ("C1,2025-01-02,11", "aces", "is outside 0 to 10"),
        ("C1,2025-01-03,-1", "aces", "is outside 0 to 10"),
        ("C1,2025-01-04,4.5", "aces", "is not a whole number"),
    ],
    ("population", "hub_id,year,age,residents"): [("CAR,2024,121,7", "age", "is outside 0 to 120")],
    ("suspects", "crime_id,child_id"): [("K9,C1", "crime_id", unknown_in("crimes"))],
    ("crime_outcomes", "crime_id,outcome_code,outcome_on"): [("K9,21,2025-01-01", "crime_id", unknown_in("crimes"))],
    ("care_spells", "child_id,started_on,status,ended_on"): [
        ("C1,2025-02-01,in care,2025-01-31", "ended_on", "is before started_on")
    ],
    ("detentions", "detention_id,child_id,authorised_on,authorised_at,released_at"): [
        ("D1,C1,2025-06-01,2025-06-01T10:00,2025-06-01T09:59", "released_at", "is before authorised_at")
    ],
    ("missing_episodes", "episode_id,child_id,reported_on,reported_at,returned_at"): [
        ("M1,C1,2025-06-01,2025-06-01T10:00+01:00,2025-06-01T08:59Z", "returned_at", "is before reported_at")
    ],
    ("incidents", "incident_id,created_on,created_at"): [
        ("I1,2025-06-01,2025-06-01", "created_at", NOT_A_TIME),
        ("I2,2026-06-30,2026-06-30T23:00Z", "created_at", AHEAD),
    ],
    ("incidents", "incident_id,created_on,category"): [
        ("I1,2025-06-01,noise", "category", "is not one of crime, drugs and alcohol, weapons, ASB, concern, missing, other")
    ],
}


def test_each_rule_of_the_contract(with_people):
    files = []
    for number, ((table, header), wrong) in enumerate(RULES.items()):
        rows = "".join(f"{row}\n" for row, *_ in wrong)
        files.append(with_people.file(f"{table}-{number}.csv", f"{header}\n{rows}"))
    reports = {report.path: report for report in with_people.load(*files)}
    for file, ((_, header), wrong) in zip(files, RULES.items(), strict=True):
        values = [dict(zip(header.split(","), row.split(","), strict=True))[column] for row, column, _ in wrong]
        expected = [
            (line, column, value, reason)
            for line, (value, (_, column, reason)) in enumerate(zip(values, wrong, strict=True), start=2)
        ]
        assert with_people.reasons(reports[file]) == expected
        assert with_people.counts(reports[file]) == (len(wrong), 0, 0, 0, len(wrong))


def test_an_outcome_needs_its_code_and_cannot_be_superseded_before_it_was_given(intake):
    intake.file("crimes.csv", "crime_id,recorded_on\nK1,2025-01-01\n")
    intake.file("outcome_codes.csv", "outcome_code,label,outcome_group\n21,Not in the public interest,public interest\n")
    outcomes = (
        "crime_id,outcome_code,outcome_on,superseded_on\nK1,21,2025-02-01,2025-01-31\nK1,99,2025-02-01,\nK1,21,2025-02-02,\n"
    )
    intake.file("crime_outcomes.csv", outcomes)
    *_, report = intake.load()
    assert intake.reasons(report) == [
        (2, "superseded_on", "2025-01-31", "is before outcome_on"),
        (3, "outcome_code", "99", "is not known in outcome_codes: load it there first, or correct it"),
    ]
    assert intake.rows("crime_outcomes", "outcome_on") == [(date(2025, 2, 2),)]


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


def test_a_row_is_not_trusted_when_its_twin_is_broken(intake):
    report = intake.take("children.csv", "child_id,sex\nC1,F\nC1,Q\n")
    assert [(line, reason) for line, _, _, reason in intake.reasons(report)] == [
        (2, "comes more than once in this file with different content"),
        (3, "is not one of F, M, X"),
    ]


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
    assert [json.loads(row) for (row,) in intake.rows("rejected_rows", "row")] == [["BAR"], ["CAR", "Carlisle", "North"]]
    assert intake.rows("hubs", "name") == [("Eden",)]


def test_quotation_marks_that_do_not_pair_reject_only_their_row(intake):
    report = intake.take("hubs.csv", 'hub_id,name\nCAR,"Carlisle" city\nEDE,Eden\n')
    assert intake.reasons(report) == [(2, None, None, "has quotation marks that do not pair")]
    assert intake.rows("hubs", "name") == [("Eden",)]


def test_only_the_first_reason_of_a_row_is_given(intake):
    report = intake.take("children.csv", "child_id,date_of_birth,sex,home_hub_id\nC1,soon,Q,XXX\n")
    assert [column for _, column, _, _ in intake.reasons(report)] == ["date_of_birth"]


def test_loaded_again_once_the_missing_child_is_known_a_rejected_row_is_taken(intake):
    aces = intake.file("ace_assessments.csv", "child_id,assessed_on,aces\nC1,2025-01-01,3\nC2,2025-01-01,4\nC2,2025-01-01,5\n")
    assert intake.counts(*intake.load(aces)) == (3, 0, 0, 0, 3)
    intake.load(intake.file("children.csv", "child_id\nC1\nC2\n"))
    (report,) = intake.load(aces)
    assert intake.counts(report) == (3, 1, 0, 0, 2)
    assert report.loaded_before
    assert intake.rows("ace_assessments") == [("C1", date(2025, 1, 1), 3)]
    assert intake.rows("rejected_rows", "line") == [(3,), (4,)]
    assert intake.rows("loads", "table_name", "rows_loaded", "rows_rejected") == [("ace_assessments", 1, 2), ("children", 2, 0)]
