"""A few faulty rows and cells, as every records system sends some: they show what the importer sets aside, and why.

Each faulty row is a copy of a sound one under a reference of its own with something wrong in it; each faulty cell stands where
nothing is recorded. They are written into the extracts only: the frames of ``demo.build`` are clean.
"""

import pandas as pd

FLAWS: tuple[tuple[str, dict[str, str], str], ...] = (
    ("children", {"child_id": "2.02401E+11"}, "a reference that a spreadsheet has shortened"),
    ("crimes", {"crime_id": "K9900001", "recorded_on": "1899-12-30", "committed_on": ""}, "a spreadsheet's day zero"),
    ("crime_outcomes", {"outcome_code": "99"}, "an outcome code that the Home Office does not have"),
    (
        "detentions",
        {"detention_id": "D9900001", "released_at": "2011-01-01T00:00:00Z"},
        "released before detention was authorised",
    ),
    (
        "detentions",
        {"detention_id": "D9900002", "released_at": "2024-03-31T01:30:00"},
        "a time in the hour that the clocks skipped",
    ),
    ("voluntary_interviews", {"interview_id": "V9900001", "child_id": ""}, "nobody named"),
    ("stop_searches", {"search_id": "S9900001", "kind": "persn"}, "a word misspelt"),
    ("stop_searches", {"search_id": "S9900002", "searched_on": "31/06/2024"}, "a day that does not exist"),
    ("missing_episodes", {"episode_id": "M9900001", "child_id": "C990999"}, "a child whom no other extract knows"),
    (
        "missing_episodes",
        {"episode_id": "M9900002", "reported_on": "2099-01-01", "reported_at": "", "returned_at": ""},
        "the future",
    ),
    ("incidents", {"incident_id": "N9900001", "created_on": "yesterday"}, "a day in words"),
    ("risk_management_plans", {"plan_id": "P9900001", "closed_on": ""}, "one plan sent twice, here open"),
    ("risk_management_plans", {"plan_id": "P9900001", "opened_on": "2020-01-01", "closed_on": "2020-02-01"}, "and here closed"),
    ("engagements", {"engagement_id": "E9900001", "kind": "football"}, "a kind of session that the contract does not have"),
)
FAULTY_CELLS: tuple[tuple[str, str, str, str], ...] = (
    ("stop_searches", "outcome", "arested", "a word misspelt"),
    ("stop_searches", "followed_up_on", "2011-01-01", "followed up before the search"),
    ("detentions", "ccp_reviewed_on", "next week", "a day in words"),
    ("incidents", "hub_id", "kendal", "a town given for a hub"),
    ("missing_episodes", "home_id", "#N/A", "a spreadsheet that did not find what it looked up"),
)


def faulty_rows(table_name: str, sound: dict[str, str]) -> list[dict[str, str]]:
    """The rows to add to the table's extract, after the pattern of a sound one."""
    return [sound | wrong for name, wrong, _ in FLAWS if name == table_name]


def with_faulty_cells(table_name: str, cells: pd.DataFrame) -> pd.DataFrame:
    """The table's extract with a faulty cell in place of the first blank of its column, where there is one."""
    cells = cells.copy()
    for name, column, text, _ in FAULTY_CELLS:
        if name == table_name and (cells[column] == "").any():
            cells.loc[(cells[column] == "").idxmax(), column] = text
    return cells
