"""Whatever stands where an extract, a mapping or a database should be, and under whatever name, ends in one sentence, at once."""

import os
import socket
import struct
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path

import pytest

from ingest.__main__ import main
from ingest.files import MOST_BYTES
from ingest.mapping.file import MOST_BYTES as MOST_OF_A_MAPPING
from ingest.reading import LONGEST_LINE
from ingest.sources import find

ROOT = Path(__file__).parents[2]
HUBS = "hub_id,name\nCAR,Carlisle\n"
PIPE = "is a named pipe, not a file; write what it gives to a file, and give that."


@pytest.fixture
def run(capsys):
    """How the command ends that is given these arguments, and the one line that it says on the way out."""

    def command(*arguments):
        code = main([os.fsdecode(argument) for argument in arguments])
        said = capsys.readouterr()
        return code, said.err.strip().splitlines()[-1] if said.err.strip() else "", said.out

    return command


def test_a_folder_of_everything_that_is_no_extract(tmp_path, monkeypatch):
    """In a process of its own, which would wait for ever for a pipe, and read a device without end."""
    folder = Path(tempfile.mkdtemp(dir=tmp_path))
    os.mkfifo(folder / "crimes.csv")
    os.mkfifo(folder / "mine.zip")
    listening = socket.socket(socket.AF_UNIX)
    monkeypatch.chdir(folder)  # the whole of a path may be longer than a socket's may be
    listening.bind("children.csv")
    for name, target in {
        "hubs.csv": "/dev/zero",
        "suspects.csv": "suspects.csv",
        "targets.csv": "nowhere",
        "again": folder,
    }.items():
        (folder / name).symlink_to(target)
    (folder / "disposals.csv").symlink_to("/proc/kmsg")  # a file to the system, that has no end
    with (folder / "detentions.csv").open("wb") as file:
        file.truncate(MOST_BYTES + 1)  # of which the disk holds nothing
    (folder / "incidents.csv").write_bytes(b"x" * (LONGEST_LINE + 2_000_000))
    (folder / os.fsdecode(b"engagements-1-\xff\n\x1b[2J.csv")).write_text("engagement\n")
    command = [sys.executable, "-m", "ingest", str(folder), "--dry-run"]
    done = subprocess.run(
        command, cwd=ROOT, capture_output=True, timeout=100, check=False, env={**os.environ, "PYTHONIOENCODING": "ascii"}
    )
    listening.close()
    assert (done.returncode, b"Traceback" in done.stderr) == (1, False)
    refused = sorted(
        line.strip().partition("; name it as")[0]
        for line in done.stdout.decode("ascii").partition("REFUSED FILES\n")[2].splitlines()
    )
    assert refused == [
        "children.csv is a socket, not a file; write what it gives to a file, and give that.",
        f"crimes.csv {PIPE}",
        f"detentions.csv has {MOST_BYTES + 1:,} bytes, and at most {MOST_BYTES:,} are read; give it in several files.",
        "disposals.csv is empty; export it again with a header line.",
        "engagements-1-\\udcff\\n\\x1b[2J.csv is not named after a table",
        "hubs.csv is a device, not a file; write what it gives to a file, and give that.",
        f"incidents.csv has a line of over {LONGEST_LINE:,} bytes; export it again, a row on each line.",
        f"mine.zip {PIPE}",
        "suspects.csv cannot be read (Too many levels of symbolic links); give the file itself.",
        "targets.csv cannot be read (No such file or directory); give the file itself.",
    ]


@pytest.fixture
def deep(tmp_path, monkeypatch):
    """A folder that holds an extract 1,500 folders down, and 1,000 folders more below it."""
    monkeypatch.chdir(tmp_path)
    for depth in range(2_500):
        if depth == 1_500:
            Path("hubs.csv").write_text(HUBS)
        os.mkdir("d")
        os.chdir("d")
    yield tmp_path
    subprocess.run(["rm", "-r", tmp_path / "d"], check=True)  # Python's own way calls itself for each of them


def test_folders_within_folders_however_many(deep, run):
    """The first one whose path is too long for the system is refused, and nothing below it is looked for."""
    hubs, too_deep = find([deep]).sources
    assert (hubs.name, len(str(too_deep.path)) in (4_096, 4_097)) == ("hubs.csv", True)
    sentence = (
        f"{str(too_deep.path)[:100]}... is nested too deeply: its path has {len(str(too_deep.path)):,} bytes, and at most 4,095 "
        "are read; move it into a folder further up."
    )
    for mapping in ([], ["--map", deep / "m.toml"]):
        (deep / "m.toml").write_text('[[hubs]]\nfile = "hubs.csv"\n[hubs.columns]\nhub_id = "hub_id"\nname = "name"\n')
        code, _, said = run(deep, *mapping, "--dry-run")
        assert (code, said.endswith(f"REFUSED FILES\n  {sentence}\n")) == (1, True)


def test_a_file_whose_name_is_no_text_loads_and_is_told(intake, run):
    """As Windows programs of old wrote names to a share: the database keeps what can be shown."""
    intake.file(os.fsdecode(b"hubs-1-\xe9.csv"), HUBS)
    assert run(intake.folder, "--database", intake.url)[0] == 0
    assert intake.rows("loads", "source_file") == [("hubs-1-\\udce9.csv",)]


def test_a_draft_for_a_file_whose_name_is_no_text_names_it(intake, run, tmp_path):
    intake.file(os.fsdecode(b"hubs-1 [2]-\xe9.csv"), HUBS)
    code, _, draft = run("suggest", intake.folder)
    assert (code, 'file = "hubs-1 [[]2]-?.csv"' in draft) == (0, True)
    (tmp_path / "m.toml").write_text(draft)
    assert run(intake.folder, "--map", tmp_path / "m.toml", "--dry-run")[0] == 0


@pytest.mark.parametrize("name", ["crimes.duckdb.lock", "crimes.duckdb", "crimes.duckdb.wal", "crimes.sqlite", "crimes.csv.bak"])
def test_what_stands_beside_an_extract_is_none(tmp_path, name):
    (tmp_path / name).touch()
    (tmp_path / "hubs.csv").write_text(HUBS)
    assert [source.name for source in find([tmp_path]).sources] == ["hubs.csv"]


def test_a_link_is_called_by_its_own_name_wherever_it_leads(tmp_path):
    (tmp_path / "export").write_text(HUBS)
    (tmp_path / "hubs.csv").symlink_to("export")
    assert find([tmp_path / "hubs.csv", tmp_path]).sources == find([tmp_path]).sources


@pytest.mark.parametrize("how", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_an_archive_packed_in_another_way_and_damaged(tmp_path, run, how):
    with zipfile.ZipFile(tmp_path / "x.zip", "w", how) as packed:
        packed.writestr("hubs.csv", HUBS + "".join(f"H{number},{number * 7919 % 997}\n" for number in range(3000)))
    whole = (tmp_path / "x.zip").read_bytes()
    (tmp_path / "x.zip").write_bytes(whole[:300] + b"\xff" * 20 + whole[320:])
    assert run("suggest", tmp_path)[:2] == (1, "x.zip: hubs.csv cannot be unpacked; unpack it by hand and load the files.")


@pytest.mark.parametrize(("at", "by"), [(6, struct.pack("<H", 255)), (46, b"\xff")], ids=["version 25.5", "name that is no text"])
def test_an_archive_whose_list_of_files_cannot_be_read(tmp_path, run, at, by):
    with zipfile.ZipFile(tmp_path / "x.zip", "w") as packed:
        packed.writestr("\u017bubs.csv", HUBS)
    whole = bytearray((tmp_path / "x.zip").read_bytes())
    entry = whole.index(b"PK\x01\x02")
    whole[entry + at : entry + at + len(by)] = by
    (tmp_path / "x.zip").write_bytes(whole)
    sentence = "x.zip holds no CSV file that can be read; unpack it by hand and load the files."
    assert run("suggest", tmp_path / "x.zip")[:2] == (1, sentence)


def test_a_mapping_that_is_no_file(tmp_path, run):
    os.mkfifo(tmp_path / "m.toml")
    (tmp_path / "big.toml").write_text("#" * (MOST_OF_A_MAPPING + 1))
    assert run("--map", tmp_path / "m.toml", tmp_path, "--dry-run")[:2] == (1, f"The mapping {tmp_path}/m.toml {PIPE}")
    assert run("--map", "/dev/zero", tmp_path, "--dry-run")[1].startswith("The mapping /dev/zero is a device, not a file; ")
    assert (
        " has 1,000,001 bytes, and at most 1,000,000 are read; " in run("--map", tmp_path / "big.toml", tmp_path, "--dry-run")[1]
    )


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        (f"x={'[' * 20_000}", "m.toml cannot be read, since it is not valid TOML: "),
        (f"x={'9' * 5000}", "m.toml cannot be read, since it is not valid TOML: "),
        ('[[hubs]]\nfile="h.csv"\nformat="%d %d/%m/%Y"', "m.toml, [[hubs]], format: '%d %d/%m/%Y' is no format of a date; "),
    ],
    ids=["lists in lists", "a long number", "the day twice"],
)
def test_a_mapping_that_trips_what_reads_it(tmp_path, run, text, sentence):
    (tmp_path / "m.toml").write_text(text)
    code, said, _ = run("--map", tmp_path / "m.toml", tmp_path, "--dry-run")
    assert (code, said[: len(sentence)]) == (1, sentence)


LACKS = "which is not installed; give a duckdb or postgresql address."
DATABASES = {
    "mysql://u:secret@host/name": f"A mysql database needs MySQLdb, {LACKS}",
    "postgresql+pg8000://host/name": f"A postgresql database needs pg8000, {LACKS}",
    "nonsense://host": "A nonsense database cannot be read; give a duckdb or postgresql address.",
    "sqlite:///{0}/x.sqlite": "A sqlite database cannot be read; give a duckdb or postgresql address.",
    "postgresql://u:secret@{long}/name": "The load failed, and nothing of what it was loading is kept: ",
    "duckdb:////dev/zero": "/dev/zero is a device, not a database; give a file, such as duckdb:///data/reporting.duckdb.",
    "duckdb:///{0}": "{0} is a folder, not a database; give a file, such as duckdb:///data/reporting.duckdb.",
    "duckdb:///{0}/loop.duckdb": "{0}/loop.duckdb is a link that leads back to itself; give the file.",
    "duckdb:///{0}/\udce9.duckdb": "What was given, which is not repeated as it may hold a password, is not a database address; ",
    "duckdb:///{0}/\x1b[1m.duckdb": "{0}/\\x1b[1m.duckdb has signs in its name that not every program can write; ",
    "duckdb:///{0}/a/b/x.duckdb": "There is no folder {0}/a for the database {0}/a/b/x.duckdb; make it, or correct the address.",
    "duckdb:///{0}/hubs.csv/x.duckdb": "There is no folder {0}/hubs.csv for the database {0}/hubs.csv/x.duckdb; make it, or ",
}


@pytest.mark.parametrize("address", DATABASES)
def test_a_database_that_cannot_be(tmp_path, run, address):
    (tmp_path / "hubs.csv").write_text(HUBS)
    (tmp_path / "loop.duckdb").symlink_to("loop.duckdb")
    filled = address.format(tmp_path, long="\u2026" * 80)
    code, said, _ = run(tmp_path / "hubs.csv", "--database", filled)
    assert (code, said[: len(DATABASES[address].format(tmp_path))]) == (1, DATABASES[address].format(tmp_path))
    assert "secret" not in said
    assert sorted(path.name for path in tmp_path.iterdir()) == ["hubs.csv", "loop.duckdb"]


def test_the_folder_of_a_new_database_is_made_by_a_load_and_not_by_a_dry_run(intake, run, tmp_path):
    file = intake.file("hubs.csv", HUBS)
    assert run(file, "--database", f"duckdb:///{tmp_path}/new/x.duckdb", "--dry-run")[0] == 0
    assert not (tmp_path / "new").exists()
    assert run(file, "--database", f"duckdb:///{tmp_path}/new/x.duckdb")[0] == 0
    assert (tmp_path / "new/x.duckdb").exists()


@pytest.mark.parametrize("folder", ["", "new/"])
def test_where_nothing_is_loaded_nothing_is_left_of_a_new_database(intake, run, tmp_path, folder):
    """Its one file is refused, and loaded once it is corrected: the lock then stays, by which imports know of one another."""
    url = f"duckdb:///{tmp_path}/{folder}x.duckdb"
    code, said, _ = run(intake.file("hubs.csv", "hub_id,nome\nCAR,Carlisle\n"), "--database", url)
    assert (code, said.partition(" (")[0]) == (1, "refused: hubs.csv lacks the required column name")
    assert sorted(path.name for path in tmp_path.rglob("*")) == ["extracts", "hubs.csv"]
    assert run(intake.file("hubs.csv", HUBS), "--database", url)[0] == 0
    assert sorted(path.name for path in (tmp_path / folder).glob("x*")) == ["x.duckdb", "x.duckdb.lock"]


def test_a_warehouse_that_is_no_file(tmp_path, run):
    os.mkfifo(tmp_path / "x.sqlite")
    (tmp_path / "m.toml").write_text('[[hubs]]\nquery = "SELECT hub_id, name FROM t"')
    for address in (f"sqlite:///{tmp_path}/x.sqlite", f"duckdb:///{tmp_path}/x.sqlite"):
        code, said, _ = run("--source", address, "--map", tmp_path / "m.toml", "--dry-run")
        assert (code, said.endswith("and nothing was loaded: it is a named pipe, not a file.")) == (1, True)


@pytest.mark.parametrize(("target", "code"), [pytest.param("| true", 0, marks=pytest.mark.long), ("> /dev/full", 1)])
def test_a_report_that_nobody_reads_does_not_say_that_nothing_was_loaded(intake, target, code):
    file = intake.file("hubs.csv", HUBS)
    command = f"set -o pipefail; {sys.executable} -m ingest {file} --database {intake.url} {target}"
    done = subprocess.run(["bash", "-c", command], cwd=ROOT, capture_output=True, text=True, check=False)
    assert (done.returncode, "Traceback" in done.stderr, "is kept" in done.stderr) == (code, False, False)
    assert intake.rows("hubs", "hub_id") == [("CAR",)]
