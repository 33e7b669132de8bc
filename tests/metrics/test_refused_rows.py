"""Each refused row in one line: where it stands, every reason at once, what to do next, and no value that may be a name."""

import re
from datetime import datetime

import pandas as pd
import pytest

from docs.sentences import sentences
from metrics.reports.refused_rows import AS_IT_COMES, COLUMNS, NEXT_STEPS, named, next_step, table, value_shown

AT = pd.Timestamp("2025-07-03 23:30:15.5")  # half past midnight of the next day in London


def refused(line, column, value, reason, still=True):
    where = {"table": "crimes", "file": "crimes.csv", "loaded_at": AT, "line": line}
    return {**where, "column": column, "value": value, "reason": reason, "still": still, "all_rows": 2}


def test_a_row_has_all_of_its_reasons_at_once():
    rows = [
        refused(7, "crime_id", "K7", "comes more than once in this file with different content"),
        refused(7, "recorded_on", "2027-01-01", "is after the day of loading"),
        refused(9, None, None, "has too few fields: 1 instead of 2", still=False),
    ]
    found = table(pd.DataFrame(rows))
    assert list(found.columns) == list(COLUMNS) and len(found) == 2
    assert list(found.iloc[0]) == [
        "crimes.csv",
        7,
        "crime_id (references of crimes); recorded_on (dates when crimes were recorded)",
        "K7; 2027-01-01",
        "crime_id comes more than once in this file with different content; recorded_on is after the day of loading",
        "Keep the one row of this key that is right, or say in the mapping which of them stands. "
        "Check the day and year, which lie ahead, and correct them where they were entered.",
        "Crimes",
        "yes",
        datetime(2025, 7, 4, 0, 30, 15),  # noqa: DTZ001
    ]
    assert list(found.iloc[1])[:8] == [
        *("crimes.csv", 9, "", "", "has too few fields: 1 instead of 2"),
        "Look on this line for a comma in a text without quotation marks, and export again.",
        *("Crimes", "no"),
    ]
    assert table(pd.DataFrame(columns=list(rows[0]))).empty


@pytest.mark.parametrize(
    ("of", "column", "value", "shown"),
    [
        ("crimes", "recorded_on", "5 May 2025", "5 May 2025"),
        ("crimes", "recorded_on", "", ""),
        ("crimes", "recorded_on", "Jane Smith", "not shown"),
        ("crimes", "crime_id", "K0012/24", "K0012/24"),
        ("crimes", "offence", "theft 1", "not shown"),  # free text
        ("crimes", "hub_id", "CARLISLE", "CARLISLE"),
        ("crimes", "hub_id", "Jane Smith", "not shown"),
        ("crimes", "officer", "1", "not shown"),  # no column of the contract
        ("children", "child_id", "C9", "C9"),
        ("children", "child_id", "SMITH-2010", "not shown"),
        ("ace_assessments", "aces", "4.5", "4.5"),
        ("stop_searches", "kind", "persn", "persn"),
        ("stop_searches", "kind", "Jane Smith", "not shown"),
        ("population", "sex", "Q", "Q"),
        ("care_spells", "child_id, started_on, status", "C1, 2025-01-01, in care", "C1, 2025-01-01, in care"),
        ("care_spells", "child_id, started_on, status", "Jane Smith, 2025-01-01, in care", "not shown"),
        ("care_spells", "child_id, started_on, status", "C1, 2, 2025-01-01, in care", "not shown"),
    ],
)
def test_a_value_is_shown_only_where_it_can_be_no_name(of, column, value, shown):
    assert value_shown(of, column, value) == shown


def test_hours_that_are_told_beside_others_are_of_london_and_what_was_sent_stays_as_it_was():
    told = "2025-06-01T08:59Z, authorised_at 2025-12-01T09:00Z"
    assert value_shown("detentions", "released_at", told) == "2025-06-01 09:59, authorised_at 2025-12-01 09:00"
    assert value_shown("detentions", "released_at", "2027-06-01T08:59Z") == "2027-06-01T08:59Z"


def test_a_column_is_named_as_in_the_file_and_in_words():
    assert named("children", "date_of_birth") == "date_of_birth (dates of birth)"
    assert named("children", "") == "" and named("children", "nickname") == "nickname" and named("gone", "child_id") == "child_id"


def test_what_is_not_known_is_to_be_loaded_first():
    assert next_step("is not known in hubs: load it there first, or correct it") == (
        "Load hubs with this reference first, or correct the reference."
    )


def test_every_reason_that_the_importer_gives_has_a_next_step_of_its_own():
    modules = [f"ingest/{name}.py" for name in ("values", "check", "cross_checks", "extract", "reading")]
    begins = re.compile(r"(is|has|comes|opens|breaks) ")
    reasons = {
        re.sub(r"\{[^}]*\}", "X", text)
        for place, _, text in sentences()
        if place in (*modules, "metrics/signals/targets.py") and begins.match(text)
    }
    assert len(reasons) > 25 and "is outside X to X" in reasons and "is before X" in reasons
    assert [reason for reason in sorted(reasons) if next_step(reason) == AS_IT_COMES] == []
    for step in NEXT_STEPS.values():
        assert step.endswith(".") and step.count(". ") == 0, f"one sentence: {step}"
