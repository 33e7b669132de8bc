"""A few faulty rows, as every records system sends some: they show what the importer sets aside, and why.

Each is a copy of a sound row under a reference of its own with something wrong in it. They are written into the extracts
only: the frames of ``demo.build`` are clean, and nothing refused is counted.
"""

FLAWS: tuple[tuple[str, dict[str, str], str], ...] = (
    ("children", {"child_id": "C990001", "date_of_birth": "31/02/2012"}, "a day that does not exist"),
    ("crimes", {"crime_id": "K9900001", "recorded_on": "1899-12-30", "committed_on": ""}, "a spreadsheet's day zero"),
    ("crime_outcomes", {"outcome_code": "99"}, "an outcome code that the Home Office does not have"),
    (
        "detentions",
        {"detention_id": "D9900001", "released_at": "2011-01-01T00:00:00Z"},
        "released before detention was authorised",
    ),
    (
        "detentions",
        {"detention_id": "D9900002", "authorised_on": "2024-03-31", "authorised_at": "2024-03-31T01:30:00", "released_at": ""},
        "a time in the hour that the clocks skipped",
    ),
    ("voluntary_interviews", {"interview_id": "V9900001", "child_id": ""}, "nobody named"),
    ("stop_searches", {"search_id": "S9900001", "outcome": "arested"}, "a word misspelt"),
    ("stop_searches", {"search_id": "S9900002", "age": "217"}, "an age that nobody reaches"),
    ("missing_episodes", {"episode_id": "M9900001", "child_id": "C990999"}, "a child whom no other extract knows"),
    (
        "missing_episodes",
        {"episode_id": "M9900002", "reported_on": "2099-01-01", "reported_at": "", "returned_at": ""},
        "the future",
    ),
    ("incidents", {"incident_id": "N9900001", "hub_id": "kendal"}, "a town given for a hub"),
    ("risk_management_plans", {"plan_id": "P9900001", "closed_on": ""}, "one plan sent twice, here open"),
    ("risk_management_plans", {"plan_id": "P9900001", "opened_on": "2020-01-01", "closed_on": "2020-02-01"}, "and here closed"),
    ("engagements", {"engagement_id": "E9900001", "attendances": "about 30"}, "a number in words"),
)


def faulty_rows(table_name: str, sound: dict[str, str]) -> list[dict[str, str]]:
    """The rows to add to the table's extract, after the pattern of a sound one."""
    return [sound | wrong for name, wrong, _ in FLAWS if name == table_name]
