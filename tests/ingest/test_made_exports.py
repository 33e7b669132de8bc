"""Three made exports, in the words of two records systems and of a list kept by hand, each loaded by its mapping."""

from datetime import date
from pathlib import Path

import pytest
from mappings import TODAY, accounts_for_every_line, load
from product import figures

from ingest.mapping.file import KEYS, read_mapping
from ingest.mapping.filling import KEYS as OF_COLUMNS
from ingest.report import report_text
from queries.tables import metadata

ROOT = Path(__file__).parents[2]
FIXTURES = Path(__file__).parent / "fixtures"
NAMES = ("ZEBEDEE", "YARROW", "XYLEM", "WREN", "ALDER", "Bracken", "BIRCH", "CEDAR", "ELDER", "A.B.", "Zebedee", "friend", "Café")


EXPORTS = {
    "niche": {
        # table: read, filtered, new, superseded, rejected
        "hubs": (2, 0, 2, 0, 0),
        "children": (8, 2, 2, 6, 0),  # of the occurrences; three of its five children stand in the custody records too
        "children 2": (4, 1, 3, 1, 0),
        "crimes": (9, 1, 6, 3, 0),
        "suspects": (7, 3, 7, 0, 0),
        "outcome_codes": (3, 0, 3, 0, 0),
        "crime_outcomes": (7, 3, 4, 3, 0),
        "detentions": (4, 1, 4, 0, 0),
        "incidents": (1, 9, 1, 0, 0),
    },
    "athena": {
        "hubs": (2, 0, 2, 0, 0),
        "children": (4, 1, 3, 1, 0),
        "crimes": (7, 1, 7, 0, 0),
        "suspects": (7, 1, 7, 0, 0),
        "outcome_codes": (5, 0, 5, 0, 0),
        "crime_outcomes": (6, 2, 6, 0, 0),
        "disposals": (4, 4, 3, 0, 1),
        "detentions": (4, 1, 3, 0, 1),  # released on a day without a time: not still in custody, and not known when
    },
    "spreadsheet": {"children": (3, 0, 3, 0, 0), "missing_episodes": (6, 1, 4, 0, 2)},
}
UNKNOWN = "with words that neither the mapping nor the contract knows, not read"
REMARKS = {
    "niche": [
        "occurrences_2025.csv (children): 2 columns not mapped: SurnameG, Given1G",
        f"occurrences_2025.csv (children): sex: 1 {UNKNOWN}: 'Unknown' 1",
        "occurrences_2025.csv (children): left out by the mapping's filter: 2 rows",
        "occurrences_2025.csv (crimes): hub_id: 1 with words that stand for nothing that is loaded: 'Kendal District' 1",
        "occurrences_2025.csv (crimes): rows of which a later one of the same crime_id stands: 3, told as superseded",
        "custody_2025.csv (children 2): 3 columns not mapped: Occurrence #, Name, Time of arrival",
    ],
    "athena": [
        "custody-2025-26.csv (children): 3 columns not mapped: Surname, Forename(s), Arrived Date/Time",
        "custody-2025-26.csv (detentions): 1 row, released_at: is not a time such as 2025-06-01T23:30 or 2025-06-01T23:30:00Z "
        "(first: line 5 'not as %d-%b-%Y %H:%M: 15-Jun-2025')",
        f"investigations-2025-26.csv (disposals): kind: 1 {UNKNOWN}: 'PXD' 1",
    ],
    "spreadsheet": [
        "Missing log 2025-26.csv: 3 columns not mapped: Initials, Lives in care home?, Notes",
        "Missing log 2025-26.csv: its 10 lines are the header, 6 rows, 1 left out, 1 blank and 1 more of rows and headers that "
        "run over several",
    ],
}
FIGURES = {  # of the months in which they lie: numerator, denominator
    "niche": [
        ("detentions", date(2025, 4, 1), date(2025, 5, 1), 3, None),
        ("overnight_share", date(2025, 4, 1), date(2025, 5, 1), 2, 3),  # 22:12 to 09:05, 00:44 to 08:30; not 22:20 to 23:55
        ("child_suspect_crimes", date(2025, 4, 1), date(2025, 7, 1), 5, None),
        ("asb_incidents", date(2025, 4, 1), date(2025, 5, 1), 1, None),
    ],
    "athena": [
        ("detentions", date(2025, 6, 1), date(2025, 7, 1), 2, None),  # of the third no age is known
        ("overnight_share", date(2025, 6, 1), date(2025, 7, 1), 1, 2),
    ],
    "spreadsheet": [
        ("missing_episodes", date(2025, 4, 1), date(2025, 5, 1), 4, None),
        ("return_interview_offered_share", date(2025, 4, 1), date(2025, 5, 1), 3, 3),
        ("return_interview_completed_share", date(2025, 4, 1), date(2025, 5, 1), 2, 3),
        ("return_interview_72h_share", date(2025, 4, 1), date(2025, 5, 1), 2, 2),
    ],
}


@pytest.mark.usefixtures("on_each_engine")
@pytest.mark.parametrize("name", EXPORTS)
def test_a_made_export(intake, name):
    folder = FIXTURES / name
    report = load(intake, folder, folder / "mapping.toml")
    found = {file.name.rpartition("(")[2].rstrip(")") if "(" in file.name else file.table: file for file in report.files}
    assert {key: (file.read, file.filtered, file.new, file.superseded, file.rejected) for key, file in found.items()} == EXPORTS[
        name
    ]
    assert all(map(accounts_for_every_line, report.files))
    said = report_text(report)
    assert [remark for remark in REMARKS[name] if f"  {remark}" not in said.splitlines()] == []
    kept = [str(row) for table in metadata.tables for row in intake.rows(table)]
    assert [row for row in (said, *kept) if any(other in row for other in NAMES)] == []
    for key, start, end, numerator, denominator in FIGURES[name]:
        (cell,) = figures(intake.url, key, start, end).values()
        assert (key, cell[0]) == (key, numerator)
        assert denominator is None or cell[1] == denominator
    again = load(intake, folder, folder / "mapping.toml")
    assert not any(file.changed for file in again.files)
    assert all(map(accounts_for_every_line, again.files))


def test_what_the_made_exports_say(intake):
    load(intake, FIXTURES / "niche", FIXTURES / "niche" / "mapping.toml")
    assert intake.rows("crimes", "crime_id", "recorded_on", "committed_on", "hub_id", "offence_group")[3:5] == [
        ("13250000177", date(2025, 4, 25), date(2025, 4, 24), None, "Theft"),
        ("13250000190", date(2025, 5, 3), date(2025, 5, 3), "CAR", "Theft"),
    ]
    detention = intake.rows("detentions", "detention_id", "authorised_on", "authorised_at", "released_at", "result")[0]
    assert list(map(str, detention)) == [
        *("DA/2025/0411", "2025-04-02", "2025-04-02 21:12:00", "2025-04-03 08:05:00", "charged"),  # UTC
    ]


def test_the_example_says_all_that_can_be_said():
    entries = {entry.name: entry for entry in read_mapping(ROOT / "docs" / "mapping.example.toml", TODAY).entries}
    assert list(entries) == ["hubs", "children", "disposals", "detentions", "engagements"]
    assert not entries["hubs"].has_own_names
    assert entries["children"].latest_by == "Date of arrest"
    assert entries["detentions"].fillings["hub_id"].words["carlisle district"] == "CAR"
    assert entries["disposals"].query.startswith("SELECT d.disposal_ref")
    said = (ROOT / "docs" / "mapping.example.toml").read_text(encoding="utf-8")
    assert [key for key in (*KEYS, *OF_COLUMNS) if f"{key} = " not in said and f".{key}" not in said] == []
