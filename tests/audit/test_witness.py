"""A log that was put back to an earlier state, or is gone, is not added to, and nobody is let in by what it says."""

import fcntl
import os
import resource
from contextlib import contextmanager, suppress
from datetime import date, datetime
from pathlib import Path
from threading import Timer

import pytest
from audits import KEY, as_another_process, direct_connection, disable_triggers
from sqlalchemy import NullPool, create_engine, delete, insert, text, update

from audit import database, grants, log, sign_outs, witness
from audit.__main__ import main
from audit.tables import ended_sign_ins, entries
from audit.tables import grants as grants_table

ANN = log.Who("https://login.force.uk", "0a1b2c", "Ann")
BY = {"by": "Insp Cy", "reason": "It was decided"}
OR_GO_ON = r", or go on as deploy/README\.md says \(The log\)\."
NOT_WHERE_IT_WAS = (
    r"^The access log is not where it was: its entry {}, as (this process wrote it|\S+ has it), is missing or another; put back "
    rf"the latest copy of the audit database{OR_GO_ON}"
)
CUT_SHORT = rf"^The second witness of the log, seals, is gone or was cut short; put it back{OR_GO_ON}"


@pytest.fixture
def file(on_sqlite):
    """The file of a log of three entries."""
    for _ in range(3):
        log.write(ANN, "page")
    return Path(on_sqlite.removeprefix("sqlite:///"))


@pytest.fixture
def witnessed(audit_database, tmp_path, monkeypatch):
    """A log of ten entries with a witness, on each engine; gives the file of the witness."""
    monkeypatch.setenv("AUDIT_WITNESS", str(tmp_path / "seals"))
    for number in range(10):
        log.write(ANN, "page", filters={"n": number})
    return tmp_path / "seals"


def copy_of(file):
    """A whole copy of a log, as a backup makes it."""
    with direct_connection(f"sqlite:///{file}") as connection:
        connection.execute(text(f"VACUUM INTO '{file}.copy'"))
    return Path(f"{file}.copy")


def put_back(file, older):
    """Have an older copy stand where the log stood, with nothing beside it that is not in it yet."""
    for beside in file.parent.glob(f"{file.name}-*"):
        beside.unlink()
    os.replace(older, file)


def cut(url, last):
    with direct_connection(url) as connection:
        disable_triggers(connection)
        connection.execute(delete(entries).where(entries.c.number > last))


def refused(number):
    """Records are withheld, and nobody is known by this list of readers."""
    with pytest.raises(log.NotWritten, match=NOT_WHERE_IT_WAS.format(number)):
        log.write(ANN, "records", records=["D1"])
    with pytest.raises(database.AuditUnavailable, match=NOT_WHERE_IT_WAS.format(number)):
        grants.grants_of(ANN.issuer, ANN.subject)
    return True


def test_an_older_copy_in_its_place_is_not_written_to(file):
    older = copy_of(file)
    log.write(ANN, "records", records=["D1"])
    put_back(file, older)
    assert refused(4)
    as_another_process()
    assert refused(4), "by the witness, in a process that wrote nothing itself"


def test_a_file_that_is_gone_is_not_begun_anew(file):
    file.unlink()
    for _ in range(2):
        with pytest.raises(log.NotWritten, match=r"could not be written \((unable to open|audit.sqlite is gone)"):
            log.write(ANN, "records", records=["D1"])
        assert not file.exists()
        as_another_process()
    with pytest.raises(database.AuditUnavailable, match="but of its log there is a witness; put back its latest copy"):
        log.verify()


def test_a_file_that_is_moved_back_goes_on(file):
    file.rename(f"{file}.away")
    with pytest.raises(log.NotWritten):
        log.write(ANN, "page")
    Path(f"{file}.away").rename(file)
    assert log.write(ANN, "page") == 4
    assert log.verify().problem is None


def test_without_its_witness_a_process_still_knows_what_it_wrote(file):
    older = copy_of(file)
    log.write(ANN, "page")
    put_back(file, older)
    file.with_suffix(".witness").unlink()
    assert refused(4)


def test_who_goes_on_after_a_loss_moves_the_witness_aside(file):
    """As deploy/README.md says: what was lost stays known by the witness that is kept, and the log says that another begins."""
    older = copy_of(file)
    log.write(ANN, "page")
    put_back(file, older)
    file.with_suffix(".witness").rename(file.with_suffix(".lost"))
    assert log.verify().problem.startswith(
        "Entry 1 is not in the second witness of the log: the witness was removed or cut short"
    )
    with pytest.raises(log.NotWritten):
        log.write(ANN, "page")
    as_another_process()
    assert log.write(ANN, "page") == 5
    assert list(log.entries(2)["action"]) == ["page", "witness"]
    assert (log.verify().witnessed, log.verify().problem) == (2, None)


@pytest.mark.parametrize(
    ("left", "missing"), [(None, 1), (b"", 1), (b"garbage\n", 1), (slice(1, None), 1), (slice(None, 7), 8), (slice(3, 7), 1)]
)
def test_a_witness_that_was_removed_or_shortened_is_found(witnessed, left, missing):
    """By who verifies, and by the process that wrote into it."""
    lines = witnessed.read_bytes().splitlines(keepends=True)
    witnessed.unlink()
    if left is not None:
        witnessed.write_bytes(b"".join(lines[left]) if isinstance(left, slice) else left)
    assert log.verify().problem.startswith(f"Entry {missing} is not in the second witness of the log: ")
    if left != slice(1, None):
        with pytest.raises(log.NotWritten, match=CUT_SHORT):
            log.write(ANN, "records", records=["D1"])


def test_what_a_process_that_was_killed_did_not_witness_is_kept_with_the_next_entry(witnessed):
    lines = witnessed.read_bytes().splitlines(keepends=True)
    witnessed.write_bytes(b"".join(lines[:8]))
    as_another_process()
    log.write(ANN, "page")
    assert witnessed.read_bytes().splitlines(keepends=True)[:10] == lines
    assert (log.verify().witnessed, log.verify().problem) == (11, None)


def test_several_entries_of_one_transaction_are_witnessed_when_it_is_kept(audit_database, tmp_path, monkeypatch):
    monkeypatch.setenv("AUDIT_WITNESS", str(tmp_path / "seals"))
    grants.grant(ANN.issuer, ANN.subject, "hub", "CAR", **BY)
    grants.grant(ANN.issuer, ANN.subject, "hub", "CAR", **BY, expires_on=date(2099, 1, 1))
    kept = (tmp_path / "seals").read_text()
    assert [line.split()[0] for line in kept.splitlines()] == ["1", "2", "3"]
    with suppress(KeyboardInterrupt), database.writing() as connection:
        log.append(connection, ANN, "page")
        log.append(connection, ANN, "page")
        raise KeyboardInterrupt
    assert (tmp_path / "seals").read_text() == kept, "what was not kept is not witnessed"
    assert (log.verify().entries, log.verify().witnessed, log.verify().problem) == (3, 3, None)


def test_without_a_witness_none_is_missed(on_sqlite, monkeypatch):
    monkeypatch.setenv("AUDIT_WITNESS", "none")
    log.write(ANN, "page")
    assert (log.verify().witnessed, log.verify().problem) == (0, None)


def test_an_end_that_was_cut_off_is_found(witnessed, audit_database):
    cut(audit_database, 8)
    assert log.verify().problem == "The log ends with entry 8, but 10 were noted earlier: its end was cut off."
    assert refused(10)


def test_a_log_that_was_rewritten_by_somebody_with_the_key_is_found(witnessed, audit_database):
    cut(audit_database, 8)
    kept = witnessed.read_bytes()
    witnessed.unlink()
    as_another_process()
    log.write(ANN, "page", reason="In place of the ninth")
    witnessed.write_bytes(kept)
    assert log.verify().problem == "Entry 9 is not the one that was witnessed: the log was rewritten from there on, or before."


def test_of_the_witness_as_much_is_read_as_there_was_when_it_was_asked(witnessed):
    """Whoever reads it all, an entry more than a thousand times a minute or not, comes to an end."""
    read = witness.seals(None)
    log.write(ANN, "page")
    assert [seal.number for seal in read] == [*range(1, 11)]


def test_the_witness_holds_every_seal_in_any_order(witnessed, audit_database):
    assert log.verify().witnessed == 10
    lines = witnessed.read_text().splitlines()
    with direct_connection(audit_database) as connection:
        assert lines == [f"{number} {hash}" for number, hash in connection.execute(text("SELECT number, hash FROM access_log"))]
    lines[3:6] = lines[5:2:-1]
    witnessed.write_text("\n".join(lines) + "\n12 torn")
    assert (log.verify().witnessed, log.verify().problem) == (10, None)
    as_another_process()
    assert log.write(ANN, "page") == 11


def test_a_long_witness_is_read_from_its_end(tmp_path, monkeypatch):
    monkeypatch.setenv("AUDIT_WITNESS", str(tmp_path / "seals"))
    for number in range(1, 1001):
        witness.bear("any", None, [witness.Seal(number, f"{number:064x}")])
    assert witness._last(tmp_path / "seals") == (1000, f"{1000:064x}")
    assert [seal.number for seal in witness.seals(None)] == list(range(1, 1001))


def test_a_witness_that_cannot_be_kept_keeps_records_back(on_sqlite, tmp_path, monkeypatch):
    monkeypatch.setenv("AUDIT_WITNESS", str(tmp_path / "no folder" / "seals"))
    with pytest.raises(log.NotWritten, match="could not be written"):
        log.write(ANN, "records", records=["D1"])
    assert list(log.entries()["number"]) == [], "nothing is kept"


# A witness that was cut short by a full disk


def tear(seals, kept):
    """Leave only so many bytes of the last line, as a full disk does where it cannot be taken back."""
    *lines, last = seals.read_bytes().splitlines(keepends=True)
    seals.write_bytes(b"".join(lines) + last[:kept])


def test_a_line_that_was_torn_is_no_seal_and_nothing_is_glued_to_it(file):
    """At whatever length of it: the next entry makes it good."""
    seals = file.with_suffix(".witness")
    for kept in range(67):  # that is, up to the whole line but for its end
        tear(seals, kept)
        as_another_process()
        number = log.write(ANN, "page")
        assert (log.verify().witnessed, log.verify().problem) == (number, None), f"torn after {kept} bytes"
    assert number == 70


@pytest.mark.parametrize("kept", [1, 40, 66])
def test_a_line_that_was_torn_confirms_nothing(file, kept):
    tear(file.with_suffix(".witness"), kept)
    assert log.verify().problem.startswith(
        "Entry 3 is not in the second witness of the log: the witness was removed or cut short"
    )


def test_a_line_that_was_torn_after_this_process_wrote_it_is_one_that_was_cut(witnessed):
    for cut_off in (1, 2, 65, 66):
        whole = witnessed.read_bytes()
        witnessed.write_bytes(whole[:-cut_off])
        with pytest.raises(log.NotWritten, match=CUT_SHORT):
            log.write(ANN, "records", records=["D1"])
        witnessed.write_bytes(whole)


@contextmanager
def no_room_beyond(size):
    """While this lasts, this process can have no file grow beyond so many bytes; a database on a server can."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


KEPT = (
    "What was to be written is kept in the audit database, and only this is missing: The second witness of the log at {} could "
    "not be "
)


@pytest.mark.parametrize("room", [0, 1, 2, 30, 66])
def test_what_a_full_disk_cut_short_is_taken_back(on_postgresql, tmp_path, monkeypatch, room):
    monkeypatch.setenv("AUDIT_KEY", KEY)
    monkeypatch.setenv("AUDIT_WITNESS", str(tmp_path / "seals"))
    for _ in range(3):
        log.write(ANN, "page")
    before = (tmp_path / "seals").read_bytes()
    with no_room_beyond(len(before) + room):
        for sentence in (KEPT.format(tmp_path / "seals"), "The second witness of the log at"):
            with pytest.raises(log.NotWritten, match=f"^{sentence}.*File too large"):
                log.write(ANN, "records", records=["D1"])
            assert (tmp_path / "seals").read_bytes() == before
            assert list(log.entries(1)["number"]) == [4], "of the second nothing is kept"
        assert grants.grants_of(ANN.issuer, ANN.subject) == (), "and it is still known who may read"
    assert log.write(ANN, "page") == 5
    assert (log.verify().witnessed, log.verify().problem) == (5, None)


def test_where_there_is_no_room_for_a_first_seal_nothing_is_kept(on_postgresql, tmp_path, monkeypatch):
    """Whether of the first entry of all, or of a log that had no witness until now."""
    monkeypatch.setenv("AUDIT_KEY", KEY)
    for kept in (0, 1):
        monkeypatch.setenv("AUDIT_WITNESS", str(tmp_path / "seals"))
        with no_room_beyond(0):
            for _ in range(2):
                with pytest.raises(log.NotWritten, match=r"^The second witness of the log at .*File too large"):
                    log.write(ANN, "records", records=["D1"])
                assert len(log.entries()) == kept
        assert (tmp_path / "seals").read_bytes() == b""
        monkeypatch.setenv("AUDIT_WITNESS", "none")
        log.write(ANN, "page")
        as_another_process()
    monkeypatch.setenv("AUDIT_WITNESS", str(tmp_path / "seals"))
    log.write(ANN, "page")
    assert list(log.entries()["action"]) == ["page", "witness", "page", "page"]
    assert (log.verify().witnessed, log.verify().problem) == (2, None)


@pytest.mark.parametrize(
    ("hubs", "not_given"),
    [(["near"], ""), (["near", "far", "west"], " What was not given for that reason: far, west.")],
)
def test_the_command_says_what_was_kept_and_what_was_not_given(on_postgresql, tmp_path, monkeypatch, capsys, hubs, not_given):
    monkeypatch.setenv("AUDIT_KEY", KEY)
    monkeypatch.setenv("AUDIT_WITNESS", str(tmp_path / "seals"))
    log.write(ANN, "page")
    person = ("--issuer", ANN.issuer, "--subject", "ann", "--by", "Cy", "--reason", "Decided")
    with no_room_beyond(70):
        ended = main(["grant", *person, "--role", "hub", "--hub", *hubs])
    said = capsys.readouterr()
    assert (ended, said.out) == (2, "")
    assert said.err == (
        f"{KEPT.format(tmp_path / 'seals')}written (File too large); see that it is a file which can be read and added to, with "
        "room on its disk, or set AUDIT_WITNESS to where it is. Until then nothing more is written to the log, and no record is "
        f"shown; the next entry completes the witness.{not_given}\n"
    )
    assert [grant.hub for grant in grants.grants_of(ANN.issuer, "ann")] == ["near"]
    assert main(["revoke", *person]) == 0
    assert log.verify().problem is None


def test_who_writes_waits_for_who_is_writing(tmp_path, monkeypatch):
    monkeypatch.setenv("AUDIT_WITNESS", str(tmp_path / "seals"))
    monkeypatch.setattr(witness, "_PATIENCE", 0.1)
    with open(tmp_path / "seals", "wb") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        with pytest.raises(witness.Unavailable, match=r" \(another process holds it\); "):
            witness.bear("any", None, [witness.Seal(1, f"{1:064x}")])
    monkeypatch.setattr(witness, "_PATIENCE", 60)
    with open(tmp_path / "seals", "wb") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        Timer(0.2, held.close).start()
        witness.bear("any", None, [witness.Seal(1, f"{1:064x}")])
    assert list(witness.seals(None)) == [(1, f"{1:064x}")]


def test_a_witness_begins_with_the_next_entry_of_a_log_that_had_none_and_keeps_what_is_in_its_file(
    audit_database, tmp_path, monkeypatch
):
    monkeypatch.setenv("AUDIT_WITNESS", "none")
    log.write(ANN, "page")
    as_another_process()
    (tmp_path / "seals").write_bytes(b"no seal\n")
    monkeypatch.setenv("AUDIT_WITNESS", str(tmp_path / "seals"))
    log.write(ANN, "page")
    written = log.entries()
    assert list(written["action"]) == ["page", "witness", "page"]
    assert written["reason"][1] == "The second witness of the log begins with this entry."
    assert (tmp_path / "seals").read_bytes().startswith(b"no seal\n2 ")
    assert (log.verify().problem, log.verify().witnessed) == (None, 2)


def test_a_witness_that_goes_away_while_it_is_read_is_said(witnessed):
    seals = witness.seals(None)
    witnessed.unlink()
    with pytest.raises(witness.Unavailable, match=r"^The second witness of the log at .*/seals could not be read \(No such file"):
        list(seals)


def test_an_entry_that_is_on_its_way_to_the_witness_is_waited_for_once(witnessed, monkeypatch):
    whole, waits = witnessed.read_bytes(), []

    def arrive(seconds):
        waits.append(seconds)
        witnessed.write_bytes(whole)

    monkeypatch.setattr(log, "sleep", arrive)
    witnessed.write_bytes(whole[:-70])
    assert (log.verify().problem, log.verify().witnessed, len(waits)) == (None, 10, 1)


@pytest.mark.parametrize("kind", ["folder", "pipe", "device"])
def test_what_is_no_file_is_no_witness(audit_database, tmp_path, monkeypatch, kind):
    log.write(ANN, "page")
    place = tmp_path / "seals"
    make = {"folder": place.mkdir, "pipe": lambda: os.mkfifo(place), "device": lambda: place.symlink_to("/dev/zero")}
    make[kind]()
    monkeypatch.setenv("AUDIT_WITNESS", str(place))
    what = "folder" if kind == "folder" else "device or a pipe"
    why = rf"The second witness of the log at .*/seals could not be read \(it is a {what}, and no file\); see"
    with pytest.raises(database.AuditUnavailable, match=f"^{why}"):
        log.verify()
    with pytest.raises(log.NotWritten, match=f"^{why}"):
        log.write(ANN, "records", records=["D1"])
    assert log.entries()["action"].to_list() == ["page"]


# The list of readers


SLIPPED_IN = "The role 'command' of 'mallory' stands in the list of readers otherwise than any entry of the log has it"


def change(url, statement):
    with direct_connection(url) as connection:
        disable_triggers(connection)
        connection.execute(statement)


def test_a_role_slipped_in_past_this_program_is_found(audit_database):
    grants.grant(ANN.issuer, ANN.subject, "hub", "CAR", **BY)
    assert log.verify().problem is None
    forged = vars(grants.all_grants()[0]) | {"subject": "mallory", "role": "command", "hub": ""}
    change(audit_database, insert(grants_table).values(**forged))
    assert log.verify().problem == f"{SLIPPED_IN}: somebody changed the list past this program."


@pytest.mark.parametrize("changed", [{"hub": "BAR"}, {"role": "command"}, {"expires_on": date(2099, 1, 1)}])
def test_a_role_that_was_changed_past_this_program_is_found(audit_database, changed):
    grants.grant(ANN.issuer, ANN.subject, "hub", "CAR", **BY, expires_on=date(2030, 1, 1))
    change(audit_database, update(grants_table).values(**changed))
    assert "stands in the list of readers otherwise than any entry of the log has it" in log.verify().problem


def test_a_role_given_back_past_this_program_is_found(audit_database):
    grants.grant(ANN.issuer, ANN.subject, "hub", "CAR", **BY)
    grants.grant(ANN.issuer, ANN.subject, "hub", "CAR", **BY, expires_on=date(2099, 1, 1))
    grants.revoke(ANN.issuer, ANN.subject, **BY)
    assert log.verify().problem is None
    change(audit_database, update(grants_table).where(grants_table.c.number == 2).values(revoked_at=None, revoked_by=""))
    assert "The role 'hub' at 'CAR' of '0a1b2c' stands in the list of readers otherwise" in log.verify().problem


def test_a_role_taken_away_past_this_program_is_found(audit_database):
    grants.grant(ANN.issuer, ANN.subject, "hub", "CAR", **BY)
    with direct_connection(audit_database) as connection:
        disable_triggers(connection)
        connection.execute(delete(grants_table))
    assert log.verify().problem == (
        "The role 'hub' at 'CAR' of '0a1b2c' is an entry of the log, and not in the list of readers: "
        "somebody changed the list past this program."
    )


def test_an_ended_sign_in_that_was_taken_from_the_list_is_found(audit_database):
    """Else its cookie would be worth something again, in a process that begins."""
    sign_outs.end(ANN, datetime(2026, 11, 30, 9))  # noqa: DTZ001
    assert log.verify().problem is None
    with direct_connection(audit_database) as connection:
        disable_triggers(connection)
        connection.execute(delete(ended_sign_ins))
    assert log.verify().problem.startswith("The sign-in of '0a1b2c' at 2026-11-30 09:00:00 is ended in the log or in the list")


@pytest.mark.parametrize("removed", [("access_log_unchanged",), ("access_grants_only_ended", "access_grants_undeleted")])
def test_triggers_that_were_removed_are_found(audit_database, removed):
    log.write(ANN, "page")
    assert log.verify().problem is None
    table = "access_log" if len(removed) == 1 else "access_grants"
    on = f" ON {table}" if audit_database.startswith("postgresql") else ""
    with create_engine(audit_database, poolclass=NullPool).begin() as connection:
        for name in removed:
            connection.execute(text(f"DROP TRIGGER {name}{on}"))
    assert log.verify().problem == (
        f"The triggers of the audit database are not those of this version ({', '.join(removed)}): somebody changed them, or it "
        "was not prepared; run `python -m audit prepare` as its owner, and remove what is not ours."
    )


def test_who_prepares_again_has_the_triggers_of_this_version(audit_database):
    log.write(ANN, "page")
    on = " ON access_grants" if audit_database.startswith("postgresql") else ""
    with create_engine(audit_database, poolclass=NullPool).begin() as connection:
        connection.execute(text(f"DROP TRIGGER access_grants_only_ended{on}"))
    assert log.verify().problem
    database.prepare()
    assert log.verify().problem is None


def test_a_trigger_that_was_added_is_found(on_sqlite):
    """Such as one that swallows entries, or gives everybody a role."""
    log.write(ANN, "page")
    with create_engine(on_sqlite, poolclass=NullPool).begin() as connection:
        connection.execute(text("CREATE TRIGGER quiet BEFORE INSERT ON access_log BEGIN SELECT RAISE(IGNORE); END"))
    assert "(quiet)" in log.verify().problem
