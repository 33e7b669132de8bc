"""The address of every page, with its title: of an analyst, of the command team, and of other readers of the invented force."""

ADDRESSES = {
    "": "Overview",
    "meeting": "Meeting",
    "first_time_entrants": "First-time entrants",
    "repeat_offending": "Repeat offending",
    "custody": "Police custody",
    "stop_search": "Stop and search",
    "missing": "Missing children",
    "outcomes": "Outcomes",
    "crime": "Crime and antisocial behaviour",
    "care": "Children in care",
    "review": "24-hour review",
    "aces": "Adverse childhood experiences",
    "plans": "Risk management plans",
    "engagement": "Engagement",
    "emerging": "Emerging trends",
    "balance": "Balance",
    "in_care": "In care and not in care",
    "disproportionality": "Ethnic groups",
    "concentration": "Few children, many events",
    "definitions": "Definitions",
    "data_quality": "Data quality",
    "revisions": "Revised figures",
    "releases": "Releases for the board",
}

OF_COMMAND = {page: title for page, title in ADDRESSES.items() if page != "data_quality"}

SERGEANT, BOARD, OWNER = "Sergeant, Carlisle hub", "Member of the partnership board", "Information asset owner"
OF_OTHERS = {
    (SERGEANT, ""): "My hub: Carlisle",
    (SERGEANT, "records"): "Records",
    (SERGEANT, "custody?hub=Barrow"): "Not open to you",
    (BOARD, ""): "Released figures",
    (BOARD, "custody"): "Not open to you",
    (OWNER, ""): "Access log",
    ("Analyst", "data_quality"): "Data quality",
}
