"""Signing in with a real OpenID Connect provider in a real browser: who gets in, as what, for how long, and who does not."""

import json
import time
from contextlib import contextmanager

import databases
import guarded
import planted as two_hubs
import pytest
from oidc_provider_mock import User, run_server_in_thread
from playwright.sync_api import expect
from server import free_port, serving
from test_browser import settled
from test_hostile_texts import DRAWN, SAID

from audit import grants, log

pytestmark = pytest.mark.xdist_group("sign-in")
SOON = 20_000  # milliseconds in which a page of a busy machine is there
FIRST = 60_000  # and the first of a server, which has everything to count
LINKS = '[data-testid="stSidebar"] a'
TAKES_EFFECT = 60  # seconds in which a role that was taken away must be gone from the screen

PEOPLE = {
    "chief": {"name": "Chief A", "email": "shared@force.example", "roles": ["command"]},
    "sergeant": {"name": "Sergeant B", "email": "shared@force.example", "roles": ["hub"]},
    "member": {"name": "Member C", "roles": "board"},
    "both": {"name": "Owner D", "roles": ["audit", "analyst"]},
    "listed only": {"name": "Listed E", "roles": []},
    "token only": {"name": "Token F", "email": "chief@force.example", "roles": ["command"]},
    "by object id": {"name": "[Object G](https://evil.example) :red[r] </style><b>", "oid": "object-7", "roles": ["command"]},
}


@pytest.fixture(scope="module")
def provider():
    with run_server_in_thread(user_claims=[User(sub=sub, claims=claims) for sub, claims in PEOPLE.items()]) as server:
        yield f"http://localhost:{server.server_port}"


@pytest.fixture(scope="module")
def audit_database(tmp_path_factory, provider):
    """The address of an audit database in which all but one are listed."""
    url = f"sqlite:///{tmp_path_factory.mktemp('audit')}/audit.sqlite"
    with at(url):
        for subject, role, hub in (
            ("chief", "command", ""),
            ("sergeant", "hub", "near"),
            ("member", "board", ""),
            ("both", "audit", ""),
            ("both", "analyst", ""),
            ("listed only", "command", ""),
            ("object-7", "command", ""),
        ):
            grants.grant(provider, subject, role, hub, by="a test", reason="to try it")
    return url


@contextmanager
def at(url):
    """Until the end, the audit database is the one at this address."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("AUDIT_URL", url)
        yield


@pytest.fixture(scope="module")
def dashboard(provider, audit_database, tmp_path_factory):
    """Two hubs of an invented force, served as a force serves its own: from PostgreSQL with row-level security, and sign-in."""
    port, secrets = free_port(), tmp_path_factory.mktemp("secrets") / "secrets.toml"
    secrets.write_text(
        f"""[auth]
redirect_uri = "http://localhost:{port}/oauth2callback"
cookie_secret = "{"0123456789abcdef" * 4}"
client_id = "dashboard"
client_secret = "not a secret"
server_metadata_url = "{provider}/.well-known/openid-configuration"
"""
    )
    secrets.with_suffix(".port").write_text(str(port))
    with databases.on("postgresql"):
        url = guarded.install(two_hubs.database())
    with serving(guarded.dashboard(url), secrets=secrets, AUDIT_URL=audit_database) as address:
        yield address


@pytest.fixture(scope="module")
def context(browser):
    found = browser.new_context(viewport={"width": 1440, "height": 1000})
    yield found
    found.close()


@pytest.fixture
def tab(context):
    """A tab of a browser in which nobody has signed in."""
    context.clear_cookies()
    page = context.new_page()
    yield page
    page.close()


def sign_in(tab, address, subject):
    tab.goto(address)
    form(tab).fill(subject, timeout=SOON)
    tab.get_by_role("button", name="Authorize").click()


def form(tab):
    """Where the provider asks who somebody is."""
    return tab.locator('input[name="sub"]')


def heading(tab, text, within=SOON):
    expect(tab.get_by_role("heading", name=text, level=1)).to_be_visible(timeout=within)


def links(tab):
    """The pages on offer, by the words that a reader sees."""
    expect(tab.get_by_role("link", name="Definitions")).to_have_count(1, timeout=SOON)  # not those of the page before
    expect(tab.get_by_role("button", name="Sign out")).to_be_visible(timeout=SOON)
    settled(tab)  # the browser shows links one by one, in no order
    return [text.strip().splitlines()[-1] for text in tab.locator(LINKS).all_inner_texts()]


def test_nobody_sees_anything_before_signing_in(tab, dashboard, provider):
    """Not even an empty page: whoever asks for one stands before the provider, and the dashboard has answered nothing else."""
    answers = []
    tab.on("response", lambda answer: answers.append(answer) if answer.url.startswith(dashboard) else None)
    for page in ("", "/custody", "/access_log", "/records"):
        tab.goto(f"{dashboard}{page}?invented_reader=Analyst")
        expect(form(tab)).to_be_visible(timeout=SOON)
        assert tab.url.startswith(provider)
    assert len(answers) == 8
    assert {answer.status for answer in answers} == {302}


def test_the_command_team_gets_its_pages(tab, dashboard):
    sign_in(tab, dashboard, "chief")
    heading(tab, "Overview", FIRST)
    assert {"Overview", "Police custody", "Definitions"} <= set(links(tab))
    assert not {"My hub", "Records", "Access log", "Released figures", "Data quality"} & set(links(tab))
    assert tab.get_by_text("Signed in as Chief A").is_visible()


def test_a_sergeant_gets_one_hub(tab, dashboard):
    sign_in(tab, dashboard, "sergeant")
    heading(tab, "My hub: Near")
    assert {"My hub", "Records"} <= set(links(tab))
    tab.goto(f"{dashboard}/custody?hub=Quaygate")
    heading(tab, "Not open to you")
    assert tab.get_by_text("“Quaygate” is not yours to see; you may open Near.").is_visible()


def test_a_member_of_the_board_gets_released_figures_alone(tab, dashboard):
    sign_in(tab, dashboard, "member")
    heading(tab, "Released figures")
    expect(tab.get_by_role("button", name="Sign out")).to_be_visible(timeout=SOON)
    settled(tab)
    assert tab.locator(LINKS).count() == 0, "no list of pages stands beside the figures on a shared screen"


def test_whoever_has_two_roles_chooses(tab, dashboard):
    sign_in(tab, dashboard, "both")
    heading(tab, "Overview")
    assert "Data quality" in links(tab)
    tab.get_by_role("combobox", name="Read as").click()
    tab.get_by_role("option", name="Reader of the access log").click()
    heading(tab, "Access log")
    assert "Data quality" not in links(tab)


@pytest.mark.parametrize("subject", ["listed only", "token only", "nobody at all"])
def test_one_of_list_and_token_alone_is_nothing(tab, dashboard, subject):
    """The last has no claims, and the one before an e-mail address that somebody on the list might have."""
    sign_in(tab, dashboard, subject)
    heading(tab, "Child centred policing")
    expect(tab.get_by_text("you have no role here")).to_be_visible(timeout=SOON)
    expect(tab.locator(LINKS)).to_have_count(0)


def test_the_object_id_of_a_directory_is_who_somebody_is(tab, dashboard):
    """What the provider calls them is a name, whatever is in it."""
    sign_in(tab, dashboard, "by object id")
    heading(tab, "Overview")
    assert f"Signed in as {PEOPLE['by object id']['name']}" in tab.evaluate(SAID)
    assert tab.evaluate(DRAWN) == []


def test_a_role_that_is_taken_away_is_gone_from_an_open_page(tab, dashboard, provider, audit_database):
    """However far the page is: this one, of a day that nobody asked for before, is still being counted."""
    with at(audit_database):
        grants.grant(provider, "object-7", "hub", "far", by="a test", reason="to take it away")
    sign_in(tab, f"{dashboard}/overview?as_at=2026-09-29", "by object id")
    heading(tab, "Overview")
    with at(audit_database):
        grants.revoke(provider, "object-7", by="a test", reason="it was to be taken away")
    taken_away = time.monotonic()
    expect(tab.get_by_text("you have no role here")).to_be_visible(timeout=TAKES_EFFECT * 1000)
    assert time.monotonic() - taken_away < TAKES_EFFECT
    expect(tab.locator(LINKS)).to_have_count(0)
    with at(audit_database):
        grants.grant(provider, "object-7", "command", by="a test", reason="to try it")


def test_signing_out_ends_it(tab, dashboard):
    sign_in(tab, dashboard, "chief")
    heading(tab, "Overview")
    tab.get_by_role("button", name="Sign out").click()
    tab.get_by_role("button", name="End session").click(timeout=SOON)  # as the provider asks
    expect(form(tab)).to_be_visible(timeout=SOON)
    tab.goto(f"{dashboard}/custody")
    expect(form(tab)).to_be_visible(timeout=SOON)


def test_the_log_tells_who_was_there(audit_database):
    with at(audit_database):
        found = log.entries()
        assert log.verify().problem is None
    signed_in = found[found["action"] == "sign-in"]
    assert {"chief", "sergeant", "member", "both", "object-7"} == set(signed_in["subject"])
    assert "chief" in set(found["subject"][found["action"] == "sign-out"])
    refusals = found[found["action"] == "refusal"]
    assert {"listed only", "token only", "nobody at all", "object-7"} <= set(refusals["subject"]), "whoever was not let in, too"
    assert "“Quaygate” is not yours to see; you may open Near." in set(refusals["reason"])
    pages = found[(found["action"] == "page") & (found["subject"] == "chief")]
    assert json.loads(pages["filters"].iloc[0])["hubs"] == "all"
    assert "shared@force.example" not in found.to_csv()
