"""Two hubs of one force: a child in each to whom everything happened, told apart by every id, and who reads as what."""

from datetime import timedelta

from product import database_of
from recount.by_hand import child, day, residents, row
from sqlalchemy import NullPool, create_engine

from pages.parts.navigation import PAGES
from queries.lookups.invented import seal

HUBS = [
    {"hub_id": "near", "name": "Near", "area": "North", "authority": "Cumberland", "force": "Cumbria (invented demo)"},
    {"hub_id": "far", "name": "Quaygate", "area": "South", "authority": "Westmorland", "force": "Cumbria (invented demo)"},
]
READERS = {
    "Chief superintendent, command team": "command",
    "Sergeant, Near hub": "hub",
    "Member of the partnership board": "board",
    "Analyst": "analyst",
    "Information asset owner": "audit",
}
ADDRESSES = {
    script.rpartition("/")[2].removesuffix(".py"): (title, roles)
    for listed in PAGES.values()
    for script, title, _, roles in listed
}
CANARY, NEARBY = "canary", "nearby"  # in every id of the far hub, and of the near one, and in nothing else
SAYS_NO = "Not open to you"


def events(hub: str, prefix: str, number: int) -> dict[str, list[dict[str, object]]]:
    """A child of a hub with so many of nearly everything, up to the end of October 2026."""
    ids = [f"{prefix}-{n}" for n in range(number)]
    days = [day("2026-10-31") - timedelta(days=40 * n) for n in range(number)]
    both = list(zip(ids, days, strict=True))
    return {
        "children": [child(f"{prefix}-child", home_hub_id=hub)],
        "detentions": [row(detention_id=i, child_id=f"{prefix}-child", authorised_on=d, hub_id=hub) for i, d in both],
        "stop_searches": [
            row(search_id=i, child_id=f"{prefix}-child", searched_on=d, hub_id=hub, kind="person") for i, d in both
        ],
        "missing_episodes": [row(episode_id=i, child_id=f"{prefix}-child", reported_on=d, hub_id=hub) for i, d in both],
        "incidents": [row(incident_id=i, child_id=f"{prefix}-child", created_on=d, hub_id=hub) for i, d in both],
        "crimes": [row(crime_id=i, recorded_on=d, hub_id=hub) for i, d in both],
        "suspects": [row(crime_id=i, child_id=f"{prefix}-child") for i in ids],
        "risk_management_plans": [row(plan_id=ids[0], child_id=f"{prefix}-child", opened_on=days[-1], hub_id=hub)],
        "population": residents(hub, 2025, 1000),
    }


def database() -> str:
    """The address of a new database that holds both, sealed as the demo seals its own."""
    near, far = events("near", NEARBY, 3), events("far", CANARY, 5)
    url = database_of({"hubs": HUBS, **{table: near[table] + far[table] for table in near}})
    with create_engine(url, poolclass=NullPool).begin() as connection:
        seal(connection)
    return url


def address_of(page: str, role: str) -> str:
    """The link to a page: the first of a role's pages opens where none is asked for."""
    first = next(page for page, (_, roles) in ADDRESSES.items() if role in roles)
    return "" if page == first else page
