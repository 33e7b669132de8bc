"""The access log: what an entry keeps, how it is read, and that nothing is shown which could not be noted."""

import hmac
import json
import os
import socket
import tempfile
import traceback
from concurrent.futures import ProcessPoolExecutor
from datetime import UTC, date, datetime, timedelta
from multiprocessing import get_context
from pathlib import Path
from threading import Timer

import pytest
from audits import KEY, direct_connection
from sqlalchemy import text, update
from sqlalchemy.exc import DBAPIError

from audit import database, log, settings
from audit.tables import entries

ANN = log.Who("https://login.force.uk", "0a1b2c", "Ann Åse", "hub", ("CAR", "BAR"))
CY = log.Who("https://login.force.uk", "3d4e5f", "Cy", "command", None)


def raw(url):
    """The rows of the log as they lie in the database."""
    with direct_connection(url) as connection:
        return [dict(row) for row in connection.execute(text("SELECT * FROM access_log ORDER BY number")).mappings()]


def numbers(**asked):
    return list(log.entries(**asked)["number"])


# What is kept


def test_an_entry_keeps_who_when_what_and_why(audit_database):
    began = datetime.now(UTC).replace(tzinfo=None)
    filters = {"to": date(2026, 2, 1), "hub": ["CAR"], "all": None}
    assert log.write(ANN, "records", page="custody", filters=filters, reason="Review of detention", records=["D1", "D2"]) == 1
    (entry,) = log.entries().to_dict("records")
    assert began <= entry.pop("at") <= datetime.now(UTC).replace(tzinfo=None)
    assert len(json.loads(entry.pop("records"))) == 2
    assert len(entry.pop("hash")) == 64
    assert entry == {
        "number": 1,
        "issuer": "https://login.force.uk",
        "subject": "0a1b2c",
        "name": "Ann Åse",
        "role": "hub",
        "hubs": '["CAR", "BAR"]',
        "action": "records",
        "page": "custody",
        "filters": '{"all": null, "hub": ["CAR"], "to": "2026-02-01"}',
        "reason": "Review of detention",
        "previous": "",
    }


def test_each_entry_has_the_next_number_and_the_seal_before_it(audit_database):
    assert [log.write(ANN, "sign-in"), log.write(CY, "sign-in"), log.write(ANN, "sign-out")] == [1, 2, 3]
    rows = raw(audit_database)
    assert [row["previous"] for row in rows] == ["", rows[0]["hash"], rows[1]["hash"]]
    assert [row["hubs"] for row in rows] == ['["CAR", "BAR"]', "null", '["CAR", "BAR"]']


def test_the_seal_is_the_hmac_of_the_whole_entry(audit_database):
    log.write(ANN, "page", page="overview", filters={"b": 1, "a": "x"})
    log.write(CY, "refusal", reason='He said "no"')
    first, second = raw(audit_database)
    key = hmac.digest(KEY.encode(), b"log", "sha256")
    written = (
        f'[2,"{second["at"]}","https://login.force.uk","3d4e5f","Cy","command","null","refusal","","{{}}",'
        f'"He said \\"no\\"","[]","{first["hash"]}"]'
    )
    assert second["hash"] == hmac.new(key, written.encode(), "sha256").hexdigest()
    written = (
        f'[1,"{first["at"]}","https://login.force.uk","0a1b2c","Ann \\u00c5se","hub","[\\"CAR\\", \\"BAR\\"]","page",'
        '"overview","{\\"a\\": \\"x\\", \\"b\\": 1}","","[]",""]'
    )
    assert first["hash"] == hmac.new(key, written.encode(), "sha256").hexdigest()


def test_a_record_is_kept_as_a_keyed_pseudonym(audit_database):
    log.write(ANN, "records", records=["D1", "D2"])
    key = hmac.digest(KEY.encode(), b"records", "sha256")
    expected = [hmac.new(key, name, "sha256").hexdigest()[:32] for name in (b"D1", b"D2")]
    assert json.loads(raw(audit_database)[0]["records"]) == expected == [log.pseudonym("D1"), log.pseudonym("D2")]
    assert "D1" not in str(raw(audit_database))


def test_under_another_key_a_record_has_another_pseudonym(audit_database, monkeypatch):
    before = log.pseudonym("D1")
    monkeypatch.setenv("AUDIT_KEY", KEY[::-1])
    assert log.pseudonym("D1") != before


def test_text_of_every_kind_comes_back_as_it_was(audit_database):
    odd = "  two\nlines, a 'quote', \\u00e9, é, e\u0301, 👮 and %s  "
    log.write(log.Who(odd, odd, odd), "reason", page=odd, reason=odd)
    (entry,) = log.entries().to_dict("records")
    assert {entry[name] for name in ("issuer", "subject", "name", "page", "reason")} == {odd}
    assert log.verify().problem is None


def test_an_action_that_there_is_not_is_refused(audit_database):
    with pytest.raises(
        ValueError, match=r"'look' is not an action of the log; give one of sign-in, .*, acknowledge, lookup, memory\."
    ):
        log.write(ANN, "look")  # type: ignore[arg-type]
    assert raw(audit_database) == []


# How it is read


def test_the_latest_come_first_and_a_page_at_a_time(audit_database):
    for _ in range(5):
        log.write(ANN, "page")
    assert numbers() == numbers(most=None) == [5, 4, 3, 2, 1]
    assert numbers(most=2) == [5, 4]
    assert numbers(most=2, before=4) == [3, 2]
    assert numbers(most=2, before=1) == []


def test_entries_of_one_reader_kind_or_record(audit_database):
    log.write(ANN, "sign-in")
    log.write(CY, "records", records=["D1", "D2"])
    log.write(ANN, "records", records=["D2"])
    assert numbers(subject="0a1b2c") == [3, 1]
    assert numbers(action="records") == [3, 2]
    assert numbers(subject="0a1b2c", action="records") == [3]
    assert [numbers(record=record) for record in ("D1", "D2", "D3", "%")] == [[2], [3, 2], [], []]
    assert numbers(subject="%") == []


def test_entries_since_an_instant_or_a_london_day(audit_database, tamper):
    for at in ("2026-06-30T22:59:59.999999+00:00", "2026-06-30T23:00:00.000000+00:00", "2026-07-01T12:00:00.000000+00:00"):
        number = log.write(ANN, "page")
        tamper(update(entries).where(entries.c.number == number).values(at=at))
    assert numbers(since=date(2026, 7, 1)) == [3, 2]
    assert numbers(since=datetime(2026, 6, 30, 23, 0, 0, 1)) == [3]  # noqa: DTZ001
    assert numbers(since=datetime.fromisoformat("2026-07-01T13:00:00+01:00")) == [3]
    assert numbers(since=date(2026, 7, 2)) == []


def test_an_empty_log_keeps_its_columns(audit_database):
    found = log.entries()
    assert found.empty and list(found.columns)[:4] == ["number", "at", "issuer", "subject"]


# Many at once


def write_fifty(name):
    return [log.write(log.Who("issuer", name), "page") for _ in range(50)]


def test_four_processes_at_once_never_fork_the_chain(audit_database, monkeypatch):
    """Of SQLite they also have the file and the key to make."""
    if audit_database.startswith("sqlite"):
        monkeypatch.delenv("AUDIT_KEY")
    with ProcessPoolExecutor(4, mp_context=get_context("spawn")) as pool:
        found = list(pool.map(write_fifty, "abcd"))
    assert sorted(number for numbers in found for number in numbers) == list(range(1, 201))
    assert (log.verify().entries, log.verify().problem) == (200, None)


# What the database itself refuses


STATEMENTS = ("UPDATE access_log SET name = 'Nobody'", "DELETE FROM access_log WHERE number = 2", "DELETE FROM access_log")
ON_SQLITE = (
    """REPLACE INTO access_log SELECT 1, at, issuer, subject, 'x', role, hubs, action, page, filters, reason, records, previous,
    hash FROM access_log WHERE number = 2""",
)
ON_POSTGRESQL = ("TRUNCATE access_log", "TRUNCATE access_grants")


def refuses(url, statement):
    before = raw(url)
    with pytest.raises(DBAPIError, match="never changed"), direct_connection(url) as connection:
        connection.execute(text(statement))
    return raw(url) == before


def test_the_database_itself_refuses_to_change_or_remove_an_entry(audit_database):
    log.write(ANN, "sign-in")
    log.write(CY, "sign-in")
    particular = ON_SQLITE if audit_database.startswith("sqlite") else ON_POSTGRESQL
    assert all(refuses(audit_database, statement) for statement in STATEMENTS + particular)


# Where it cannot be written


def test_a_file_that_is_only_read_is_not_written(monkeypatch):
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "audit.sqlite"
        monkeypatch.setenv("AUDIT_URL", f"sqlite:///{file}")
        monkeypatch.setenv("AUDIT_KEY", KEY)
        log.write(ANN, "sign-in")
        database._engine.cache_clear()  # as in a process that begins now
        file.chmod(0o444)
        Path(folder).chmod(0o755)
        if os.geteuid() == 0:  # whom no file refuses
            os.seteuid(65534)
        try:
            why = r"could not be written \(.*\); see that it can be reached and written to, or set AUDIT_URL to where it is\.$"
            with pytest.raises(log.NotWritten, match=why):
                log.write(ANN, "records", records=["D1"])
        finally:
            if os.getuid() == 0:
                os.seteuid(0)
        database._engine.cache_clear()
        assert numbers() == [1]


def test_a_file_that_somebody_else_holds_is_not_written(on_sqlite, monkeypatch):
    log.write(ANN, "sign-in")
    monkeypatch.setenv("AUDIT_URL", f"{on_sqlite}?timeout=0.1")
    with database.writing(), pytest.raises(log.NotWritten, match="database is locked"):
        log.write(ANN, "records", records=["D1"])
    assert log.write(ANN, "sign-out") == 2


def test_a_server_that_is_not_there_is_not_written(monkeypatch):
    monkeypatch.setenv("AUDIT_URL", "postgresql://dashboard:secret@127.0.0.1:1/force")
    monkeypatch.setenv("AUDIT_KEY", KEY)
    with pytest.raises(log.NotWritten) as refused:
        log.write(ANN, "records", records=["D1"])
    assert "postgresql://dashboard:***@127.0.0.1:1/force" in str(refused.value)
    assert "secret" not in str(refused.value)
    with pytest.raises(database.AuditUnavailable, match="could not be read"):
        log.entries()


@pytest.mark.parametrize(("said", "patience"), [("?connect_timeout=2", 1_000), ("", 2)])
def test_a_server_that_stands_still_is_given_up(monkeypatch, said, patience):
    """Two seconds are the least that PostgreSQL's client waits; whoever does not give up is sent away after eight."""
    monkeypatch.setattr(database, "PATIENCE", patience)
    monkeypatch.setenv("AUDIT_KEY", KEY)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        sends_away = Timer(8, silent.close)
        sends_away.daemon = True
        sends_away.start()
        monkeypatch.setenv("AUDIT_URL", f"postgresql://dashboard@127.0.0.1:{silent.getsockname()[1]}/force{said}")
        with pytest.raises(log.NotWritten, match="timeout expired"):
            log.write(ANN, "page")


def test_a_connection_that_the_server_has_ended_is_made_anew(on_postgresql, monkeypatch):
    monkeypatch.setenv("AUDIT_KEY", KEY)
    log.write(ANN, "page")
    with direct_connection(on_postgresql) as connection:
        others = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid = :one"
        with database.reading() as kept:
            one = kept.scalar(text("SELECT pg_backend_pid()"))
        assert connection.scalar(text(others), {"one": one})
    assert log.write(ANN, "page") == 2


def test_no_value_of_a_statement_is_told_with_its_fault(audit_database):
    log.write(ANN, "page")
    with pytest.raises(database.AuditUnavailable) as refused, database.reading() as connection:
        connection.execute(text("SELECT :name FROM nowhere"), {"name": " of ".join(("Ann", "Appleby"))})
    told = "".join(traceback.format_exception(refused.value))
    assert "nowhere" in told and "Ann of Appleby" not in told


@pytest.mark.parametrize(
    "url", ["duckdb:///data/reporting.duckdb", "sqlite://", "sqlite:///:memory:", "audit.sqlite", "://", "u:secret@h/[x"]
)
def test_another_address_is_refused(monkeypatch, url):
    monkeypatch.setenv("AUDIT_URL", url)
    with pytest.raises(
        log.NotWritten, match="is not an address for the audit database; set AUDIT_URL to one such as sqlite:"
    ) as said:
        log.write(ANN, "page")
    assert "secret" not in str(said.value)


def test_an_entry_that_was_refused_leaves_nothing(audit_database, monkeypatch):
    monkeypatch.setenv("AUDIT_KEY", "short")
    with pytest.raises(log.NotWritten):
        log.write(ANN, "page")
    monkeypatch.setenv("AUDIT_KEY", KEY)
    assert raw(audit_database) == []
    assert log.write(ANN, "page") == 1


# What nobody can do by what a link, a provider or a form says


@pytest.mark.parametrize("odd", ["a lone surrogate: \ud800", "a NUL: \0"])
def test_no_text_keeps_an_entry_from_the_log(audit_database, odd):
    """PostgreSQL refuses a NUL, which a link can hold: the page would be shown, and the log not know of it."""
    log.write(log.Who("issuer", odd, odd), "page", page=odd, filters={odd: [odd]}, reason=odd, records=["D1"])
    (entry,) = log.entries().to_dict("records")
    kept = odd[:-1] + {"\ud800": "?", "\0": "\ufffd"}[odd[-1]]
    assert {entry[name] for name in ("subject", "name", "page", "reason")} == {kept}
    assert json.loads(entry["filters"]) == {kept: [kept]}
    assert log.verify().problem is None


def test_what_is_longer_than_anybody_writes_is_cut(audit_database):
    long = "x" * 500_000
    log.write(log.Who(long, long, long), "page", page=long, filters={"hub": long, "many": [long] * 100}, reason=long)
    (entry,) = log.entries().to_dict("records")
    assert {entry[name] for name in ("issuer", "subject", "name", "page", "reason")} == {"x" * 999 + "…"}
    filters = json.loads(entry["filters"])
    assert filters["hub"] == "x" * 999 + "…" and len(filters["many"]) == 40
    log.write(ANN, "page", filters={f"filter {number:05}": "x" for number in range(50_000)})
    assert len(json.loads(log.entries(1)["filters"][0])) == 40


# The key


def test_the_key_is_made_beside_the_file_for_its_owner_alone(on_sqlite, tmp_path):
    log.write(log.Who("this machine", "ann"), "sign-in")
    key = tmp_path / "data" / "audit.key"
    assert len(key.read_text()) == 64
    assert key.stat().st_mode & 0o777 == 0o600
    log.write(log.Who("this machine", "ann"), "sign-out")
    assert log.verify().problem is None


def test_the_key_is_made_where_it_stays_so_that_nothing_of_it_lies_elsewhere(on_sqlite, tmp_path, monkeypatch):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "not there"))
    log.write(CY, "page")
    assert (tmp_path / "data" / "audit.key").exists()


def test_a_key_that_is_gone_is_not_made_anew(on_sqlite, tmp_path):
    log.write(ANN, "sign-in")
    (tmp_path / "data" / "audit.key").unlink()
    with pytest.raises(log.NotWritten, match=r"audit\.key .* is gone.*; put it back from its copy, or set AUDIT_KEY\.$"):
        log.write(ANN, "sign-out")
    with pytest.raises(database.AuditUnavailable, match=r"audit\.key .* is gone"):
        log.verify()


@pytest.mark.parametrize(
    ("what", "why"),
    [
        (Path.mkdir, "it is a folder, a device or a pipe, and no file"),
        (lambda key: key.symlink_to("/dev/zero"), "it is a folder, a device or a pipe, and no file"),
        (
            lambda key: key.write_bytes(b"\xff" * 64),
            "'ascii' codec can't decode byte 0xff in position 0: ordinal not in range(128)",
        ),
    ],
)
def test_what_is_no_key_is_not_read(on_sqlite, tmp_path, what, why):
    log.write(ANN, "sign-in")
    key = tmp_path / "data" / "audit.key"
    key.unlink()
    what(key)
    with pytest.raises(log.NotWritten) as refused:
        log.write(ANN, "page")
    do = "set AUDIT_KEY to 32 characters or more, such as `openssl rand -hex 32` prints."
    assert str(refused.value) == f"The key of the audit database at {key} cannot be read ({why}); {do}"


def test_a_key_that_cannot_be_kept_is_said(on_sqlite, tmp_path, monkeypatch):
    """As by a file system that has no links."""

    def link(*_):
        raise PermissionError(1, "Operation not permitted")

    monkeypatch.setattr(os, "link", link)
    why = r"^No key could be kept at .*audit\.key \(.*Operation not permitted.*\); set AUDIT_KEY"
    with pytest.raises(log.NotWritten, match=why):
        log.write(ANN, "page")
    assert not (tmp_path / "data" / "audit.key").exists()


def test_postgresql_without_a_key_is_refused(on_postgresql):
    with pytest.raises(log.NotWritten, match="needs a key of its own; set AUDIT_KEY to 32 characters or more"):
        log.write(ANN, "page")


def test_a_key_that_can_be_guessed_is_refused(audit_database, monkeypatch):
    monkeypatch.setenv("AUDIT_KEY", "secret")
    with pytest.raises(log.NotWritten, match="has 6 characters, which can be guessed"):
        log.write(ANN, "page")


def test_a_day_is_as_long_as_its_entries(audit_database):
    """Whatever the clock of the server shows, an entry is at the hour it was written."""
    log.write(ANN, "page")
    assert abs(log.entries()["at"][0] - datetime.now(UTC).replace(tzinfo=None)) < timedelta(minutes=1)


# What a screen shows of it


def test_an_excerpt_is_cut_by_the_database_and_counts_its_records(audit_database):
    log.write(ANN, "records", page="p" * 30, reason="r" * 30, filters={"hub": "f" * 30}, records=["D1", "D2", "D3"])
    (entry,) = log.excerpts(10, longest=8).to_dict("records")
    cut = {name: entry[name] for name in ("page", "reason", "filters", "name", "role")}
    assert cut == {"page": "pppppppp", "reason": "rrrrrrrr", "filters": '{"hub": ', "name": "Ann Åse", "role": "hub"}
    assert entry["references"] == 3
    assert not {"records", "previous", "hash"} & set(entry)


def test_excerpts_go_back_page_by_page_and_by_kind_and_day(audit_database):
    for action in ("page", "export", "page", "page"):
        log.write(CY, action)
    assert list(log.excerpts(2, longest=9)["number"]) == [4, 3]
    assert list(log.excerpts(2, longest=9, before=3)["number"]) == [2, 1]
    assert list(log.excerpts(9, log.Selection(action="export"), longest=9)["number"]) == [2]
    later = log.Selection(since=log.entries()["at"].iloc[0].date() + timedelta(days=2))
    assert list(log.excerpts(9, later, longest=9)["number"]) == []


@pytest.mark.parametrize(
    ("named", "most"), [(None, 120), ("", 120), ("0", 120), ("-5", 120), ("many", 120), ("1", 1), (" 30 ", 30)]
)
def test_how_many_entries_a_minute_is_a_setting(monkeypatch, named, most):
    monkeypatch.delenv("AUDIT_MOST_A_MINUTE")
    if named is not None:
        monkeypatch.setenv("AUDIT_MOST_A_MINUTE", named)
    assert settings.most_entries_a_minute() == most
