"""The address of every page, with its title."""

ADDRESSES = {
    "": "Children first",
    "first_time_entrants": "First-time entrants",
    "repeat_offending": "Repeat offending",
    "custody": "Police custody",
    "stop_search": "Stop and search",
    "missing": "Missing children",
    "outcomes": "Outcomes",
    "definitions": "Definitions",
    "data_quality": "Data quality",
}
