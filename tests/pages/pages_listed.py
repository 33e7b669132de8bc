"""The address of every page, with its title."""

ADDRESSES = {
    "": "Children first",
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
    "balance": "Balance",
    "in_care": "In care and not in care",
    "disproportionality": "Ethnic groups",
    "concentration": "Few children, many events",
    "definitions": "Definitions",
    "data_quality": "Data quality",
    "told": "What was said before",
}
