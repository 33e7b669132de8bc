"""Every page of a sergeant and of the analyst on a PostgreSQL that shows no more than its reader may see."""

from urllib.parse import urlencode

import databases
import guarded
import planted as two_hubs
import pytest
from planted import ADDRESSES, CANARY, NEARBY, SAYS_NO, address_of
from server import opened, serving

from queries.counting.reading import AS_AT_IS_OF_THE_FORCE

pytestmark = pytest.mark.xdist_group("row-level security of pages")

SERGEANT = "Sergeant, Near hub"
LOST = "no figures are shown"


@pytest.fixture(scope="module")
def behind():
    """The address of a server of the two hubs, by a login with no more than the dashboard is given."""
    with databases.on("postgresql"):
        url = guarded.install(two_hubs.database())
    with serving(guarded.dashboard(url)) as address:
        yield address


@pytest.mark.parametrize(("reader", "role"), [(SERGEANT, "hub"), ("Analyst", "analyst")])
def test_every_page_opens(behind, sampled, reader, role):
    own = [(page, title) for page, (title, roles) in ADDRESSES.items() if role in roles]
    for page, title in sampled(own, 3):
        with opened(behind, address_of(page, role), urlencode({"invented_reader": reader})) as tab:
            assert tab.elements("heading"), title
            assert not tab.elements("exception"), title
            assert SAYS_NO not in tab.sent() and LOST not in tab.sent(), title


def test_a_day_to_show_the_data_as_at_is_offered_to_the_command_team_alone(behind):
    for reader, role in ((SERGEANT, "hub"), ("Chief superintendent, command team", "command")):
        is_sergeant = role == "hub"
        link = {"invented_reader": reader, "as_at": "2026-09-10"}
        with opened(behind, address_of("missing", role), urlencode(link)) as tab:
            assert not tab.elements("exception") and LOST not in tab.sent(), reader
            assert (AS_AT_IS_OF_THE_FORCE in tab.sent()) == is_sergeant
            assert ("As at 10 September 2026: as if the data ended on that day." in tab.sent()) != is_sergeant
            assert bool(tab.elements("date_input")) != is_sergeant


def test_a_sergeant_opens_the_records_of_their_hub(behind):
    asked = {"invented_reader": SERGEANT, "measure": "Missing episodes"}
    with opened(behind, "records", urlencode(asked)) as tab:
        tab.fill_in({"To see these records, say why": "morning briefing"}, "Show records")
        (name,) = tab.files()
        told = tab.sent() + tab.file(behind, name)
    assert all(f"{NEARBY}-{number}" in told for number in range(3))
    assert CANARY not in told
