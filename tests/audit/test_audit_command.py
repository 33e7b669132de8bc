"""The command `python -m audit`: what it prints, what it refuses and how it ends."""

import csv
import io
import os
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pandas as pd
import pytest
from audits import direct_connection, disable_triggers
from hypothesis import example, given
from hypothesis import strategies as st
from sqlalchemy import text

from audit import database, grants, log, spreadsheet
from audit.__main__ import main
from metrics import export

ROOT = Path(__file__).parent.parent.parent
FORCE = "https://login.force.uk"
ANN = ("--issuer", FORCE, "--subject", "0a1b2c")
BOB = ("--by", "Supt Bob", "--reason", "Runs both hubs")
EMPTY = "The log is empty: nothing has been logged yet, or all of it was removed."

pytestmark = pytest.mark.usefixtures("audit_database")


@pytest.fixture
def run(capsys):
    """Runs the command: (how it ended, what it printed, what it said on stderr)."""

    def ask(*arguments):
        ended = main(arguments)
        said = capsys.readouterr()
        return ended, said.out, said.err

    return ask


@pytest.fixture
def rows(run):
    """The rows of the CSV that the command prints."""

    def ask(*arguments):
        ended, out, err = run(*arguments, "--format", "csv")
        assert (ended, err) == (0, "")
        return list(csv.DictReader(io.StringIO(out, newline="")))

    return ask


def test_letting_somebody_in_and_out(run, rows):
    assert run("grant", *ANN, "--role", "hub", "--hub", "CAR", "BAR", "--expires", "2999-12-31", *BOB) == (
        0,
        "0a1b2c may read as hub of CAR until 2999-12-31.\n0a1b2c may read as hub of BAR until 2999-12-31.\n",
        "",
    )
    assert run("grant", *ANN, "--role", "audit", *BOB) == (0, "0a1b2c may read as audit.\n", "")
    assert run("revoke", *ANN, "--hub", "BAR", *BOB) == (0, "0a1b2c may no longer read as hub of BAR.\n", "")
    assert [(grant.role, grant.hub) for grant in grants.grants_of(FORCE, "0a1b2c")] == [("hub", "CAR"), ("audit", "")]
    listed = rows("readers")
    assert [(row["state"], row["role"], row["hub"], row["granted_by"], row["revoked_by"]) for row in listed] == [
        ("active", "hub", "CAR", "Supt Bob", ""),
        ("revoked", "hub", "BAR", "Supt Bob", "Supt Bob"),
        ("active", "audit", "", "Supt Bob", ""),
    ]
    assert [row["action"] for row in rows("log")] == ["revoke", "grant", "grant", "grant"]


def test_the_list_of_readers_fits_a_screen(run, monkeypatch):
    run("grant", *ANN, "--role", "hub", "--hub", "CAR", *BOB)
    run("revoke", *ANN, *BOB)
    until = grants.grant(FORCE, "3d4e5f", "command", by="Supt Bob", reason="A day", expires_on=grants.today()).expires_on
    monkeypatch.setattr(grants, "today", lambda: until + timedelta(days=1))
    ended, out, err = run("readers")
    assert (ended, err) == (0, "")
    heading, *rows = out.splitlines()
    assert heading.split() == ["state", "issuer", "subject", "role", "hub", "granted_by", "reason", "granted_at", "expires_on"]
    assert [row.split()[:3] for row in rows] == [["revoked", FORCE, "0a1b2c"], ["expired", FORCE, "3d4e5f"]]
    assert rows[0].rstrip().endswith(str(grants.all_grants()[0].granted_at)), "and no end"


def test_a_role_or_a_hub_alone_is_taken_away(run):
    run("grant", *ANN, "--role", "hub", "--hub", "CAR", *BOB)
    run("grant", *ANN, "--role", "audit", *BOB)
    assert run("revoke", *ANN, "--role", "audit", *BOB) == (0, "0a1b2c may no longer read as audit.\n", "")
    assert run("revoke", *ANN, *BOB) == (0, "0a1b2c may no longer read as hub of CAR.\n", "")
    assert {grant.reason for grant in grants.all_grants()} == {"Runs both hubs"}
    assert {(entry["name"], entry["reason"]) for entry in log.entries().to_dict("records")} == {("Supt Bob", "Runs both hubs")}


def test_nothing_to_show(run):
    for question in (["readers"], ["log"], ["saw", "D1"]):
        assert run(*question) == (0, "Nothing to show.\n", "")


def test_the_log_of_one_reader_kind_or_day(rows):
    log.write(log.Who(FORCE, "0a1b2c"), "sign-in")
    log.write(log.Who(FORCE, "3d4e5f"), "records", records=["D1"])
    assert [row["number"] for row in rows("log")] == ["2", "1"]
    assert [row["number"] for row in rows("log", "--subject", "0a1b2c")] == ["1"]
    assert [row["number"] for row in rows("log", "--action", "records")] == ["2"]
    assert len(rows("log", "--since", "2020-01-01")) == len(rows("log", "--since", "2020-01-01T09:30:00+01:00")) == 2
    assert rows("log", "--since", "2999-01-01") == []


def test_all_that_there_is_is_listed(run, rows):
    log.write(log.Who(FORCE, "3d4e5f"), "records", records=["D1"])
    with database.writing() as connection:
        for _ in range(200):
            log.append(connection, log.Who(FORCE, "0a1b2c"), "records", records=["D1"])
    assert len(rows("log")) == len(rows("saw", "D1")) == 201
    assert run("log", "--format", "csv")[1].endswith("\r\n")


def test_who_has_seen_a_record(run, rows):
    log.write(log.Who(FORCE, "0a1b2c", "Ann"), "records", reason="Review", records=["D1", "D2"])
    log.write(log.Who(FORCE, "3d4e5f", "Cy"), "export", records=["D2"])
    assert [row["name"] for row in rows("saw", "D1")] == ["Ann"]
    assert [row["name"] for row in rows("saw", "D2")] == ["Cy", "Ann"]
    ended, out, err = run("saw", "D1")
    assert (ended, err) == (0, "")
    heading, row = out.splitlines()
    assert heading.split() == ["number", "at", "name", "subject", "role", "action", "page", "filters", "reason"]
    assert row.split()[0] == "1" and row.split()[3:] == ["Ann", "0a1b2c", "records", "{}", "Review"]


def test_verify_says_each_fault_until_it_was_looked_into(run, audit_database):
    assert run("acknowledge", *BOB) == (2, "", f"There is nothing to acknowledge; this is to be put right: {EMPTY}\n")
    run("grant", *ANN, "--role", "command", *BOB)
    for subject in ("a\x1b[2Jb", "bob"):
        log.write(log.Who(FORCE, subject, "", "audit"), "page")
    cy, bob = (
        f"By entry {number} {subject!r} read as 'audit', which no entry before it gives them, or which had ended: somebody "
        "changed the list past this program."
        for number, subject in ((2, "a\x1b[2Jb"), (3, "bob"))
    )
    assert run("verify")[::2] == (1, f"{cy}\n{bob}\n")
    by = f"Looked into by {BOB[1]}: "
    assert run("acknowledge", *BOB) == (0, f"{by}{cy}\n{by}{bob}\n", "")
    ended, out, err = run("verify")
    said = "Looked into earlier: 2; `python -m audit log --action acknowledge` says what and why."
    assert (ended, err, out.splitlines()[1]) == (0, "", said)


def test_verify_says_that_no_second_witness_is_kept(run, monkeypatch):
    monkeypatch.setenv("AUDIT_WITNESS", "none")
    log.write(log.Who(FORCE, "0a1b2c"), "sign-in")
    ended, out, err = run("verify")
    assert (ended, err, out.splitlines()[1]) == (0, "", "The second witness of the log confirms none of them.")


def test_verify_prints_what_is_to_be_kept_elsewhere(run, audit_database):
    on_a_server = not audit_database.startswith("sqlite")  # where no witness is kept unless one is named
    log.write(log.Who(FORCE, "0a1b2c"), "sign-in")
    head = log.verify().head
    ended, out, err = run("verify")
    assert (ended, err) == (0, "")
    assert out.splitlines() == [
        f"1 entry is unchanged; the head is {head}.",
        f"The second witness of the log confirms {'none' if on_a_server else 1} of them.",
        "Keep the head where whoever runs the database cannot write, and give it to the next `verify --expect`.",
    ]
    log.write(log.Who(FORCE, "0a1b2c"), "sign-out")
    assert run("verify", "--expect", head)[0] == 0
    ended, out, err = run("verify", "--expect", "0" * 64)
    assert (ended, out) == (1, f"2 entries are unchanged; the head is {log.verify().head}.\n")
    assert err == "The head that was noted earlier is not in the log: its end was cut off, or it was rewritten from there on.\n"


def test_verify_of_an_empty_log(run):
    assert run("verify") == (
        1,
        "0 entries are unchanged; there is no head.\n",
        "The log is empty: nothing has been logged yet, or all of it was removed.\n",
    )


def test_prepare_says_so(run):
    assert run("prepare") == (0, "The audit database is ready.\n", "")


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["grant", *ANN, "--role", "hub", *BOB], "give a hub with the role 'hub', and with no other."),
        (["grant", *ANN, "--role", "command", "--hub", "CAR", *BOB], "give a hub with the role 'hub', and with no other."),
        (["grant", *ANN, "--role", "command", "--expires", "soon", *BOB], "'soon' is not a date; write it as 2025-04-01."),
        (["grant", *ANN, "--role", "command", "--by", "", "--reason", "x"], "The name of who decides '' is blank"),
        (["revoke", *ANN, *BOB], "'0a1b2c' has no such role at 'https://login.force.uk'; `python -m audit readers`"),
        (["log", "--since", "yesterday"], "'yesterday' is not a date; write it as 2025-04-01, or an instant"),
    ],
)
def test_what_is_refused_with_a_sentence(run, arguments, sentence):
    ended, out, err = run(*arguments)
    assert (ended, out) == (2, "")
    assert sentence in err and err.count("\n") == 1
    assert grants.all_grants() == ()


HELP = {
    "": (
        "Who may read, and the access log: what `python -m audit` can be asked to do, and to say.",
        "grant give somebody a role to read in",
        "revoke end what somebody may read",
        "readers everyone who was ever given a role, and until when",
        "log who did what, the latest first",
        "saw who was shown a record",
        "verify whether the log is complete and unchanged",
        "acknowledge what verify finds and nothing puts right was looked into",
        "prepare make the tables; on PostgreSQL, as their owner, also the roles and triggers",
    ),
    "grant": (
        "--role {command,hub,board,analyst,audit}",
        "--hub H [H ...] the ids of the hubs, with the role hub",
        "--expires DATE the last day on which it is valid (default: no end)",
        "--issuer URL who vouches for them: `iss` of their sign-in",
        "--subject ID their unchanging id there, never an e-mail address",
        "--by WHO who decides this; it is kept in the log",
        "--reason TEXT why; it is kept in the log",
    ),
    "revoke": (
        "--role {command,hub,board,analyst,audit} this role alone",
        "--hub H this hub alone",
        "--issuer URL",
        "--by WHO",
    ),
    "readers": ("--format {table,csv}", "--raw CSV with text as it is, also where a spreadsheet would run it as a formula"),
    "log": (
        "--since DATE from this London day on",
        "--subject SUBJECT of this person alone",
        "limit,witness",
        "of this kind alone",
        "--raw",
    ),
    "saw": ("RECORD_ID its id, as the dashboard shows it", "--format {table,csv}"),
    "verify": ("--expect HEAD the head that an earlier run printed",),
    "acknowledge": ("--by WHO who decides this; it is kept in the log", "--reason TEXT why; it is kept in the log"),
    "prepare": (),
}


@pytest.mark.parametrize("command", HELP)
def test_each_command_says_what_it_takes(command, capsys):
    with pytest.raises(SystemExit, match="0"):
        main([*command.split(), "--help"])
    said = " ".join(capsys.readouterr().out.split())
    assert said.startswith(f"usage: python -m audit {command}".strip())
    assert [sentence for sentence in HELP[command] if sentence not in said] == []


@pytest.mark.parametrize(
    "arguments",
    [
        [],
        ["grant", *ANN, "--role", "king", *BOB],
        ["grant", *ANN, *BOB],
        ["grant", *ANN[:2], "--role", "command", *BOB],
        ["grant", *ANN[2:], "--role", "command", *BOB],
        ["grant", *ANN, "--role", "command", *BOB[:2]],
        ["grant", *ANN, "--role", "command", *BOB[2:]],
        ["grant", *ANN, "--role", "hub", "--hub", *BOB],
        ["revoke", *ANN, "--role", "king", *BOB],
        ["log", "--action", "look"],
        ["log", "--format", "html"],
        ["saw"],
        ["acknowledge", *BOB[:2]],
    ],
)
def test_what_is_no_command(arguments, capsys):
    with pytest.raises(SystemExit, match="2"):
        main(arguments)
    assert capsys.readouterr().err.startswith("usage: python -m audit")


def test_an_address_that_is_none(run, monkeypatch):
    monkeypatch.setenv("AUDIT_URL", "duckdb:///data/reporting.duckdb")
    ended, out, err = run("readers")
    assert (ended, out) == (2, "")
    assert err.startswith("The text that begins with 'duckdb' is not an address for the audit database")


def test_in_a_process_of_its_own():
    done = subprocess.run([sys.executable, "-m", "audit", "verify"], cwd=ROOT, capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (1, "The log is empty: nothing has been logged yet, or all of it was removed.\n")


def test_what_a_reader_wrote_is_no_formula(rows):
    log.write(log.Who(FORCE, "0a1b2c", "@SUM(A1)"), "reason", reason="=HYPERLINK(1)")
    (row,) = rows("log")
    assert (row["name"], row["reason"]) == ("'@SUM(A1)", "'=HYPERLINK(1)")
    (raw,) = rows("log", "--raw")
    assert (raw["name"], raw["reason"]) == ("@SUM(A1)", "=HYPERLINK(1)")


STEERING = "red \x1b[31m, title \x1b]0;pwn\x07, \u202eback, \x85\u2028\u200b\r!"
SEEN = r"red \x1b[31m, title \x1b]0;pwn\x07, \u202eback, \x85\u2028\u200b\r!"


@pytest.fixture
def steering():
    """A reader whose every text would steer a terminal, as the log and the list of readers have them."""
    log.write(log.Who(FORCE, STEERING, STEERING), "records", page=STEERING, filters={"n": "x"}, reason=STEERING, records=["D1"])
    grants.grant(FORCE, STEERING, "audit", by=STEERING, reason=STEERING)


@pytest.mark.parametrize("command", [["log"], ["saw", "D1"], ["readers"]])
def test_what_a_reader_wrote_does_not_steer_the_terminal(run, rows, steering, command):
    for form in ("table", "csv"):
        ended, out, err = run(*command, "--format", form)
        assert (ended, err) == (0, "")
        assert SEEN in out
        assert {one for one in out if ord(one) < 32 or not one.isprintable()} <= {"\r", "\n"}
        assert out.count("\r") == (out.count("\r\n") if form == "csv" else 0), "only as the end of a line of CSV"
    assert {(row["subject"], row["reason"]) for row in rows(*command)} == {(SEEN, SEEN)}
    assert {(row["subject"], row["reason"]) for row in rows(*command, "--raw")} == {(STEERING, STEERING)}


def test_what_is_stored_stays_as_it_was(run, steering):
    run("log")
    assert set(log.entries()["reason"]) == {STEERING}


def test_a_line_end_within_a_cell_stays_in_csv_alone(run, rows):
    log.write(log.Who(FORCE, "0a1b2c"), "reason", reason="two\nlines\tand  spaces\xa0")
    assert rows("log")[0]["reason"] == "two\nlines\\tand  spaces\xa0"
    assert run("log")[1].splitlines()[1].endswith("two\\nlines\\tand  spaces\xa0")


def test_who_is_let_in_and_out_does_not_steer_the_terminal(run):
    person = ("--issuer", FORCE, "--subject", "a\x1b[2Jb", "--by", "Cy", "--reason", "Decided")
    assert run("grant", *person, "--role", "hub", "--hub", "\u202eC") == (0, "a\\x1b[2Jb may read as hub of \\u202eC.\n", "")
    assert run("revoke", *person) == (0, "a\\x1b[2Jb may no longer read as hub of \\u202eC.\n", "")


def test_what_was_found_does_not_steer_the_terminal(run, audit_database):
    log.write(log.Who(FORCE, "0a1b2c"), "sign-in")
    table = "access_log BEFORE INSERT ON access_log BEGIN SELECT 1; END"
    if audit_database.startswith("postgresql"):
        table = "access_log BEFORE INSERT ON access_log EXECUTE FUNCTION audit_is_append_only()"
    with direct_connection(audit_database) as connection:
        connection.execute(text(f'CREATE TRIGGER "\x1b[2J" {table.removeprefix("access_log ")}'))
    ended, _, err = run("verify")
    assert ended == 1 and r"(\x1b[2J)" in err and "\x1b" not in err


def test_text_that_is_none_is_listed_too(run, audit_database):
    """As somebody puts it into a file of SQLite past this program: whoever lists the log must still be able to."""
    if not audit_database.startswith("sqlite"):
        return
    log.write(log.Who(FORCE, "0a1b2c"), "sign-in")
    with direct_connection(audit_database) as connection:
        disable_triggers(connection)
        connection.execute(text("UPDATE access_log SET reason = CAST(x'41ff42' AS TEXT)"))
    ended, out, err = run("log")
    assert (ended, err) == (0, "") and r"A\udcffB" in out


@pytest.mark.parametrize("encoding", ["ascii", "utf-8"])
def test_a_terminal_that_has_no_such_letter_is_shown_the_rest(encoding):
    log.write(log.Who("this machine", "ann", "Ann Åse"), "sign-in")
    listed = [sys.executable, "-m", "audit", "log"]
    done = subprocess.run(listed, cwd=ROOT, env=os.environ | {"PYTHONIOENCODING": encoding}, capture_output=True)
    assert (done.returncode, done.stderr) == (0, b"")
    assert ("Ann Åse".encode() if encoding == "utf-8" else rb"Ann \xc5se") in done.stdout


# What is no file, or has no room


def no_database(folder):
    (folder / "audit.sqlite").mkdir(parents=True)


def no_key(folder):
    (folder / "audit.key").mkdir(parents=True)


def an_endless_key(folder):
    folder.mkdir()
    (folder / "audit.key").symlink_to("/dev/zero")


def no_witness(folder):
    (folder / "audit.witness").mkdir(parents=True)


def no_folder(folder):
    folder.write_text("")


COMMANDS = (
    ["grant", *ANN, "--role", "audit", *BOB],
    ["revoke", *ANN, *BOB],
    ["readers"],
    ["log"],
    ["saw", "D1"],
    ["verify"],
    ["prepare"],
)


@pytest.mark.parametrize("spoil", [no_database, no_key, an_endless_key, no_witness, no_folder])
def test_every_command_ends_in_a_sentence_whatever_lies_where_a_file_should(run, on_sqlite, tmp_path, monkeypatch, spoil):
    monkeypatch.delenv("AUDIT_KEY", raising=False)
    spoil(tmp_path / "data")
    for command in COMMANDS:
        ended, _, err = run(*command)
        assert (ended, err.count("\n")) in ((0, 0), (2, 1)), err
        assert err == "" or err.endswith(".\n")
    assert run("verify")[0] == 2


def test_a_name_that_is_too_long_for_a_file_is_said(run, monkeypatch, tmp_path):
    monkeypatch.delenv("AUDIT_KEY", raising=False)
    monkeypatch.setenv("AUDIT_URL", f"sqlite:///{tmp_path}/{'x' * 300}/audit.sqlite")
    for command in COMMANDS:
        ended, out, err = run(*command)
        assert (ended, out) == (2, "") and "File name too long" in err and err.count("\n") == 1


def test_an_output_that_is_full_is_said():
    log.write(log.Who("this machine", "ann"), "sign-in")
    with open("/dev/full", "w") as full:
        done = subprocess.run([sys.executable, "-m", "audit", "log"], cwd=ROOT, stdout=full, stderr=subprocess.PIPE, text=True)
    assert done.returncode == 2
    assert done.stderr == "This ended early ([Errno 28] No space left on device); see that where it prints to has room.\n"


@given(
    st.lists(
        st.text(st.sampled_from("=+-@|\t\r\n\v\f\uff1d\uff0b\u207a \xa0\u200b\ufeff\u0338'x") | st.characters(codec="utf-8")),
        min_size=1,
    )
)
@example(["=", "+", "-", "@", "|", "\t", "\r", "\n", "\v", "\f", " =", "\t ", "'", "x", ""])
def test_lists_are_escaped_by_the_rule_of_the_dashboard(starts):
    frame = pd.DataFrame({f"{starts[0]}name": [f"{start}SUM(A1:A9)\nmore" for start in starts], "value": [-1.5] * len(starts)})
    assert export.BYTE_ORDER_MARK + spreadsheet.csv(frame) == export.csv(frame)
