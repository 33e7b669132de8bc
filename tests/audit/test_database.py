"""The file of an audit database: how it is made, how long who finds it busy waits, and who may use what is open."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import text

from audit import caps, database, log

ANN = log.Who("https://login.force.uk", "0a1b2c", "Ann")


def test_a_file_is_made_in_folders_that_are_made_for_it_and_is_its_owners_alone(tmp_path, on_sqlite, monkeypatch):
    file = tmp_path / "of the force" / "audit" / "audit.sqlite"
    monkeypatch.setenv("AUDIT_URL", f"sqlite:///{file}")
    log.write(ANN, "page")
    assert file.stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize(("asked", "milliseconds"), [("", 1000 * database.PATIENCE), ("?timeout=1.5", 1500)])
def test_who_finds_it_busy_waits_as_long_as_its_address_says(on_sqlite, asked, milliseconds):
    log.write(ANN, "page")
    with database.reading(on_sqlite + asked) as connection:
        assert connection.scalar(text("PRAGMA busy_timeout")) == milliseconds


def test_a_connection_serves_whichever_thread_comes_next(on_sqlite):
    log.write(ANN, "page")
    with ThreadPoolExecutor(1) as other:
        assert len(other.submit(log.entries).result()) == 1
    assert len(log.entries()) == 1


def test_a_text_is_kept_whole_up_to_its_limit(on_sqlite):
    assert caps.text("x" * caps.LONGEST) == "x" * caps.LONGEST
    assert caps.text("x" * (caps.LONGEST + 1)) == "x" * (caps.LONGEST - 1) + "…"


@pytest.mark.parametrize(("address", "kind"), [("postgresq:me:open@host", "postgresq"), ("n" * 30, "n" * 20)])
def test_of_what_is_no_address_no_more_is_repeated_than_its_kind(on_sqlite, monkeypatch, address, kind):
    monkeypatch.setenv("AUDIT_URL", address)
    with pytest.raises(log.NotWritten) as refused:
        log.write(ANN, "page")
    assert str(refused.value).startswith(f"The text that begins with '{kind}' is not an address for the audit database; ")
    assert "open" not in str(refused.value)
