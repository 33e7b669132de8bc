"""While the reporting database is away, whoever needs none of it reads on: the owner of the log, and the board its release."""

import os
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from deployed import MEMBER, OWNER, READER, Deployed
from oidc_provider_mock import User
from sqlalchemy import make_url

pytestmark = pytest.mark.xdist_group("proxy")

AWAY = "There is no reporting database where the dashboard looks for it."


@pytest.fixture
def _without_reporting_database(force: Deployed) -> Iterator[None]:
    file = Path(make_url(force.database).database or "")
    away = file.with_suffix(".away")
    os.replace(file, away)
    yield
    os.replace(away, file)


def seen(force: Deployed, who: User, page: str) -> tuple[list[str], str]:
    """The headings of a page that this reader opens, and what it warns of and says."""
    with closing(force.reader(who)) as client, force.page(client, page) as tab:
        return [heading.body for heading in tab.elements("heading")], " ".join(
            said.body for kind in ("alert", "markdown") for said in tab.elements(kind)
        )


@pytest.mark.usefixtures("_without_reporting_database")
def test_who_needs_no_reporting_database_reads_while_it_is_away(force: Deployed) -> None:
    headings, said = seen(force, OWNER, "access_log")
    assert headings[0] == "Access log"
    assert "OFFICIAL-SENSITIVE" in said and "The log was complete and unchanged" in said, "marked as real where nobody can tell"
    assert seen(force, OWNER, "definitions")[0][0] == "Definitions"
    headings, said = seen(force, MEMBER, "")
    assert AWAY not in said and headings, said
    headings, said = seen(force, READER, "")
    assert (headings, said.startswith(AWAY)) == ([], True), "a reader of figures"
