"""Roles x pages over the raw websocket, with planted children: no page of one reader holds a word of what is another's."""

import asyncio
from datetime import timedelta
from urllib.parse import urlencode

import pytest
from product import database_of
from recount.by_hand import child, day, residents, row
from server import first_messages, serving

from app import PAGES

pytestmark = pytest.mark.xdist_group("server")

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
CANARY = "canary"  # in every id of the far hub, and in nothing else
SAYS_NO = "Not open to you"


def events(hub, prefix):
    """A child of a hub with two of everything, up to the end of October 2026."""
    ids = [f"{prefix}-{n}" for n in range(3)]
    days = [day("2026-10-31") - timedelta(days=40 * n) for n in range(3)]
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
        "population": [residents(hub, 2025, 1000)],
    }


@pytest.fixture(scope="module")
def served():
    near, far = events("near", "nearby"), events("far", CANARY)
    with serving(database_of({"hubs": HUBS, **{table: near[table] + far[table] for table in near}})) as address:
        yield address


def asked(served, page, reader, **link):
    """All that a server sends to a reader who follows a link, as one text of its bytes."""
    messages = asyncio.run(first_messages(served, page, urlencode({"invented_reader": reader, **link})))
    sent = b"\n".join(message.SerializeToString() for message in messages).decode("utf-8", errors="replace")
    assert not any(message.HasField("page_not_found") for message in messages)
    assert '"exception"' not in sent and "Traceback" not in sent
    return sent


def address_of(page, role):
    """The link to a page: the first of a role's pages is its front door."""
    first = next(page for page, (_, roles) in ADDRESSES.items() if role in roles)
    return "" if page == first else page


@pytest.mark.parametrize("reader", READERS)
def test_every_page_is_open_to_its_roles_and_to_no_other(served, reader):
    role = READERS[reader]
    for page, (_, roles) in ADDRESSES.items():
        sent = asked(served, address_of(page, role), reader)
        assert (SAYS_NO in sent) == (role not in roles), (reader, page)
        assert CANARY not in sent and "nearby" not in sent, (reader, page)


def test_a_sergeant_never_hears_of_another_hub(served):
    for page, (_, roles) in ADDRESSES.items():
        sent = asked(served, address_of(page, "hub"), "Sergeant, Near hub")
        if "hub" in roles and page != "definitions":
            assert "Near" in sent, page
        assert "Quaygate" not in sent.replace("Sergeant, Quaygate hub", ""), page


@pytest.mark.parametrize("hub", ["Quaygate", "All hubs", "South area", "Westmorland council", "Nowhere", "' OR 1=1 --"])
def test_a_link_to_another_place_is_refused(served, hub):
    for page in ("custody", "records", "told"):
        sent = asked(served, page, "Sergeant, Near hub", hub=hub)
        assert SAYS_NO in sent and "is not yours to see; you may open Near." in sent
        assert CANARY not in sent


def test_the_check_can_fail(served):
    """The command team may open the far hub, and then its name is there."""
    assert "Quaygate" in asked(served, "custody", "Chief superintendent, command team", hub="Quaygate")
