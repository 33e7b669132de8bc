"""Who was not let in is, as soon as they may be, on the page that stands open."""

from contextlib import closing

import pytest
from deployed import NEWCOMER, Deployed, at_audit_database

from audit import grants
from auth.readers import SECONDS_BETWEEN_ACCESS_CHECKS

pytestmark = pytest.mark.xdist_group("proxy")


def test_a_role_that_is_given_opens_the_page_that_stands_open(force: Deployed) -> None:
    with closing(force.reader(NEWCOMER)) as client, force.page(client, "missing") as tab:
        assert [heading.body for heading in tab.elements("heading")] == ["Child centred policing"]
        assert "you have no role here" in tab.sent()
        with at_audit_database(force.folder):
            grants.grant(force.issuer, NEWCOMER.sub, "hub", "near", by="a test", reason="to try it")
        tab.run_again(SECONDS_BETWEEN_ACCESS_CHECKS)
        assert "Missing children" in [heading.body for heading in tab.elements("heading")]
