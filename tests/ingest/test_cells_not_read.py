"""An optional cell that cannot be read counts as not recorded, with its column and reason; its row stays."""

from datetime import date

import pytest

WITHOUT_FACTS = True

NOT_A_DATE, AHEAD = "is not a date such as 2025-06-01", "is after the day of loading"
NOT_A_TIME = "is not a time such as 2025-06-01T23:30 or 2025-06-01T23:30:00Z"
NO_TRUTH = "is not one of true, yes, 1, false, no, 0"
PLACEHOLDER = "is what a system writes for an unknown date of birth"
RISKS = "is not one of very low, low, medium, high"
CATEGORIES = "is not one of crime, drugs and alcohol, weapons, ASB, concern, missing, other"


def unknown_in(table):
    return f"is not known in {table}: load it there first, or correct it"


# Of each table and header: a row, the column of it that cannot be read, and why.
CELLS = {
    ("children", "child_id,sex"): [("C9,Q", "sex", "is not one of F, M, X")],
    ("children", "child_id,date_of_birth"): [
        ("C10,2010-02-30", "date_of_birth", NOT_A_DATE),
        ("C11,5 May 2010", "date_of_birth", NOT_A_DATE),
        ("C12,2026-07-01", "date_of_birth", AHEAD),
        ("C13,1900-01-01", "date_of_birth", PLACEHOLDER),
        ("C14,1931-12-31", "date_of_birth", PLACEHOLDER),
        ("C15,1970-01-01", "date_of_birth", PLACEHOLDER),
    ],
    ("children", "child_id,home_hub_id"): [("C16,XXX", "home_hub_id", unknown_in("hubs"))],
    ("crimes", "crime_id,recorded_on,youth_produced_imagery"): [("K1,2025-01-01,perhaps", "youth_produced_imagery", NO_TRUTH)],
    ("crimes", "crime_id,recorded_on,home_id"): [("K2,2025-01-01,H9", "home_id", unknown_in("care_homes"))],
    ("crimes", "crime_id,recorded_on,committed_on"): [
        ("K3,2025-01-01,1949-12-31", "committed_on", "is before 1950"),
        ("K4,2025-01-01,soon", "committed_on", NOT_A_DATE),
    ],
    ("suspects", "crime_id,child_id,age_when_committed"): [("K1,C1,18", "age_when_committed", "is outside 0 to 17")],
    ("stop_searches", "search_id,searched_on,kind,age,outcome"): [
        ("S1,2025-01-01,person,121,arrest", "age", "is outside 0 to 120"),
        (
            *("S2,2025-01-01,person,12,arested", "outcome"),
            "is not one of no further action, arrest, caution, community resolution, penalty notice, summons, cannabis or khat "
            "warning, voluntary ... (see the data contract)",
        ),
    ],
    ("incidents", "incident_id,created_on,created_at"): [
        ("I1,2025-06-01,2025-06-01", "created_at", NOT_A_TIME),
        ("I2,2026-06-30,2026-06-30T23:00Z", "created_at", AHEAD),
    ],
    ("incidents", "incident_id,created_on,category"): [("I3,2025-06-01,noise", "category", CATEGORIES)],
    ("missing_episodes", "episode_id,child_id,reported_on,risk_initial"): [("M1,C1,2025-06-01,lots", "risk_initial", RISKS)],
    ("risk_management_plans", "plan_id,child_id,opened_on,review_due_on"): [
        ("P1,C1,2025-06-01,soon", "review_due_on", NOT_A_DATE)
    ],
    ("engagements", "engagement_id,held_on,kind,attendances"): [
        ("E1,2025-06-01,PSHE,some", "attendances", "is not a whole number")
    ],
}


def test_each_rule_that_costs_a_cell(with_people):
    files = []
    for number, ((table, header), wrong) in enumerate(CELLS.items()):
        rows = "".join(f"{row}\n" for row, *_ in wrong)
        files.append(with_people.file(f"{table}-{number}.csv", f"{header}\n{rows}"))
    reports = {report.name: report for report in with_people.load(*files)}
    for file, wrong in zip(files, CELLS.values(), strict=True):
        report = reports[file.name]
        told = [(column, reason) for _, column, reason in wrong]
        assert sorted(with_people.cells(report)) == sorted((column, why, told.count((column, why))) for column, why in set(told))
        assert with_people.counts(report) == (len(wrong), len(wrong), 0, 0, 0)
        assert report.cells_not_read == len(wrong)
    assert {row[1] for row in with_people.rows("children", "child_id", "date_of_birth")} == {
        None,
        date(2010, 5, 4),
        date(2011, 1, 31),
    }


@pytest.mark.usefixtures("each_engine")
def test_the_first_of_each_reason_is_told_and_what_was_counted_is_kept_with_the_load(with_people):
    rows = (
        "M1,C1,2025-01-01,lots,high,XXX\n"
        "M2,C1,2025-01-02,few,none,CAR\n"
        "M3,C2,2025-01-03,,grave,YYY\n"
        "M4,C2,2025-01-04,low,medium,BAR\n"
    )
    report = with_people.take("missing_episodes.csv", "episode_id,child_id,reported_on,risk_initial,risk_final,hub_id\n" + rows)
    assert [(one.column, one.cells, one.line, one.value) for one in report.unread] == [
        *(("risk_initial", 2, 2, "lots"), ("risk_final", 1, 4, "grave"), ("hub_id", 2, 2, "XXX")),
    ]
    stored = with_people.rows("missing_episodes", "episode_id", "risk_initial", "risk_final", "hub_id")
    assert stored == [
        ("M1", None, "high", None),
        ("M2", None, None, "CAR"),
        ("M3", None, None, None),
        ("M4", "low", "medium", "BAR"),
    ]
    kept = [("hub_id", unknown_in("hubs"), 2), ("risk_final", RISKS, 1), ("risk_initial", RISKS, 2)]
    assert with_people.rows("unread_cells", "column_name", "reason", "cells") == kept
    assert with_people.rows("loads", "cells_not_read", "rows_rejected")[-1] == (5, 0)
    aside = with_people.rows("set_aside", "line", "column_name", "table_name", "day")
    assert [(line, column) for line, column, *_ in aside] == [
        *((2, "hub_id"), (2, "risk_initial"), (3, "risk_initial"), (4, "hub_id"), (4, "risk_final")),
    ]
    assert {(table, f"{day:%d}") for _, _, table, day in aside} == {("missing_episodes", f"0{day}") for day in (1, 2, 3)}


def test_the_rest_of_a_row_is_loaded_with_what_was_known_of_the_cell_gone(with_people):
    """The row is what its latest file says, also where that cannot be read."""
    header = "episode_id,child_id,reported_on,risk_initial\n"
    with_people.take("missing_episodes.csv", header + "M1,C1,2025-01-01,high\n")
    report = with_people.take("missing_episodes.csv", header + "M1,C1,2025-01-01,lots\n")
    assert (report.updated, with_people.rows("missing_episodes", "risk_initial")) == (1, [(None,)])


def test_cells_of_a_row_that_is_refused_for_something_else_are_told_with_it(with_people):
    """They do not count as not recorded: there is no row in which they could be."""
    header = "episode_id,child_id,reported_on,risk_initial\n"
    report = with_people.take("missing_episodes.csv", header + "M1,C1,soon,lots\n")
    assert [(column, reason) for _, column, _, reason in with_people.reasons(report)] == [
        *(("reported_on", NOT_A_DATE), ("risk_initial", RISKS)),
    ]
    assert report.unread == ()


def test_nor_where_other_rows_or_tables_refuse_it(with_people):
    header = "episode_id,child_id,reported_on,risk_initial\n"
    report = with_people.take(
        "missing_episodes.csv", header + "M1,C9,2025-01-01,lots\nM2,C1,2025-01-01,few\nM2,C1,2025-01-01,low\n"
    )
    assert report.rejected == 3
    assert report.unread == ()


def test_a_word_that_means_nothing_is_no_cell_that_cannot_be_read(with_people):
    header = "episode_id,child_id,reported_on,returned_at,risk_initial,hub_id,philomena_form\n"
    report = with_people.check("missing_episodes.csv", header + "M1,,2025-01-01,,,,\n")
    assert report.cells_not_read == 0
    report = with_people.take("missing_episodes.csv", header + "M1,C1,2025-01-01,NULL,N/A,-,nan\n")
    assert (report.new, report.cells_not_read) == (1, 0)
    assert with_people.rows("missing_episodes", "returned_at", "risk_initial", "hub_id") == [(None, None, None)]
