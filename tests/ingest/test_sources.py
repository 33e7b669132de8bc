"""Extracts are found under the names that people, browsers and file managers give them, in folders and in zip archives."""

import io
import struct
import zipfile

import pytest

from ingest.archives import MOST_UNPACKED
from ingest.load import load
from ingest.report import report_text
from ingest.sources import find

PUBLISHED = "2019-06-cumbria-stop-and-search"
SEARCHES = "Type,Date\nPerson search,2019-06-01T10:00:00+00:00\nPerson search,2019-06-02T10:00:00+00:00\n"
CRIMES = "crime_id,recorded_on\n" + "".join(f"K{number},2025-01-01\n" for number in range(1000))
NAMES = ["{}.csv", "{} (1).csv", "{}(1).csv", "{} - Copy.csv", "{} - Copy (2).csv", "{} - Copy - Copy.csv", "{}_1.csv"]
NAMES += [
    "Copy of {}.csv",
    "Copy (2) of {}.csv",
    "{} copy.csv",
    "{} copy 2.csv",
    "{} (copy).csv",
    "{} (another copy).csv",
    "{}.CSV",
]


def only(path):
    (source,) = find([path]).sources
    return source


@pytest.mark.parametrize("name", NAMES)
def test_the_names_of_second_copies(tmp_path, name):
    for stem, table in (("crimes", "crimes"), ("crime_outcomes-2025-06", "crime_outcomes"), ("Stop_Searches", "stop_searches")):
        assert only(tmp_path / name.format(stem)).table.name == table
    source = only(tmp_path / name.format(PUBLISHED))
    assert (source.table.name, source.published.force, source.published.month) == ("stop_searches", "Cumbria", "2019-06")


@pytest.mark.parametrize("name", ["crimes-final.csv", "my crimes.csv", "crime.csv", "copy.csv", "2019-06-cumbria-stops.csv"])
def test_names_of_no_table(tmp_path, name):
    assert only(tmp_path / name).table is None


def test_a_folder_by_months_as_the_site_packs_it(tmp_path):
    """Street crimes and outcomes are passed over in one line, whatever copies of them there are."""
    for month in ("2019-06", "2019-07"):
        (tmp_path / month).mkdir()
        for kind in ("stop-and-search", "street", "outcomes"):
            (tmp_path / month / f"{month}-cumbria-{kind}.csv").write_text(SEARCHES.replace("2019-06", month))
    (tmp_path / "2019-06" / "2019-06-cumbria-street (1).csv").write_text("Crime ID,Month\n")
    report = load([tmp_path], None, dry_run=True, progress=False)
    assert [(file.name, file.new) for file in report.files] == [
        (f"{month}-cumbria-stop-and-search.csv", 2) for month in ("2019-06", "2019-07")
    ]
    assert report_text(report).splitlines()[-1] == (
        "5 files of street crimes or outcomes were passed over: no figure is made of them (2019-06-cumbria-outcomes.csv, "
        "2019-06-cumbria-street (1).csv, 2019-06-cumbria-street.csv, 2019-07-cumbria-outcomes.csv, 2019-07-cumbria-street.csv)"
    )
    assert report.is_whole


def archive(tmp_path, members, name="extracts.zip", how=zipfile.ZIP_DEFLATED):
    with zipfile.ZipFile(tmp_path / name, "w", how) as packed:
        for member, content in members.items():
            packed.writestr(member, content)
    return tmp_path / name


def checked(*paths):
    return load(paths, None, dry_run=True, progress=False)


def test_an_archive_of_the_site(tmp_path):
    members = {
        "2019-07/2019-07-cumbria-stop-and-search.csv": SEARCHES.replace("2019-06", "2019-07"),
        "2019-06/2019-06-cumbria-stop-and-search.csv": SEARCHES,
        "2019-06/2019-06-cumbria-street.csv": "Crime ID,Month\n",
        "2019-06/notes.txt": "not an extract",
        "__MACOSX/2019-06/._2019-06-cumbria-stop-and-search.csv": "not one either",
    }
    report = checked(archive(tmp_path, members))
    assert [(file.name, file.new) for file in report.files] == [
        (f"extracts.zip: {month}/{month}-cumbria-stop-and-search.csv", 2) for month in ("2019-06", "2019-07")
    ]
    assert report.passed_over == ("extracts.zip: 2019-06/2019-06-cumbria-street.csv",)


def test_an_archive_beside_files_loads_in_the_order_of_references_and_months(tmp_path):
    archive(tmp_path, {"crimes-2025-07.csv": "crime_id,recorded_on,hub_id\nK1,2025-01-02,CAR\n"}, "b.zip")
    archive(tmp_path, {"hubs.csv": "hub_id,name\nCAR,Carlisle\n"}, "z.zip")
    (tmp_path / "crimes-2025-08.csv").write_text("crime_id,recorded_on,hub_id\nK1,2025-01-03,CAR\n")
    files = checked(tmp_path).files
    assert [(file.table, file.new, file.superseded, file.cells_not_read) for file in files] == [
        *(("hubs", 1, 0, 0), ("crimes", 0, 1, 0), ("crimes", 1, 0, 0)),
    ]


CANNOT = "x.zip: crimes.csv cannot be unpacked; unpack it by hand and load the files."
HOLDS_NONE = "x.zip holds no CSV file that can be read; unpack it by hand and load the files."


def damaged(packed, at, by):
    return packed[:at] + by + packed[at + len(by) :]


def locked(packed):
    """With the mark of a password at the file, and in the list of files."""
    entry = packed.index(b"PK\x01\x02")
    packed = damaged(packed, 6, struct.pack("<H", 1))
    return damaged(packed, entry + 8, struct.pack("<H", 1))


def packed_in_another_way(packed):
    entry = packed.index(b"PK\x01\x02")
    return damaged(damaged(packed, 8, struct.pack("<H", 97)), entry + 10, struct.pack("<H", 97))


BROKEN = {
    "packed bytes": (lambda packed: damaged(packed, 60, b"\xff" * 10), zipfile.ZIP_DEFLATED, CANNOT),
    "another letter": (lambda packed: damaged(packed, 80, b"77"), zipfile.ZIP_STORED, CANNOT),
    "the head of the file": (lambda packed: damaged(packed, 0, b"XX"), zipfile.ZIP_STORED, CANNOT),
    "a password": (locked, zipfile.ZIP_DEFLATED, CANNOT),
    "a way of packing": (packed_in_another_way, zipfile.ZIP_DEFLATED, CANNOT),
    "the end": (lambda packed: packed[:-40], zipfile.ZIP_DEFLATED, HOLDS_NONE),
    "all of it": (lambda packed: b"PK\x03\x04 rubbish", zipfile.ZIP_DEFLATED, HOLDS_NONE),
    "no file in it": (lambda packed: b"PK\x05\x06" + bytes(18), zipfile.ZIP_DEFLATED, HOLDS_NONE),
}


@pytest.mark.parametrize("what", BROKEN)
def test_an_archive_that_is_damaged_or_locked_is_refused_in_a_sentence(tmp_path, what):
    """The files beside it load."""
    change, how, sentence = BROKEN[what]
    path = archive(tmp_path, {"crimes.csv": CRIMES}, "x.zip", how)
    path.write_bytes(change(path.read_bytes()))
    (tmp_path / "hubs.csv").write_text("hub_id,name\nCAR,Carlisle\n")
    hubs, crimes = checked(tmp_path).files
    assert (hubs.new, crimes.refused) == (1, sentence)


def test_an_archive_that_would_fill_the_disk_is_refused_before_it_is_unpacked(tmp_path):
    blank = io.BytesIO()
    with zipfile.ZipFile(blank, "w", zipfile.ZIP_DEFLATED) as packed, packed.open("crimes.csv", "w") as member:
        member.write(b"crime_id,recorded_on\n")
        member.write(b"\n" * MOST_UNPACKED)
    (tmp_path / "x.zip").write_bytes(blank.getvalue())
    (file,) = checked(tmp_path / "x.zip").files
    assert file.refused == f"x.zip: crimes.csv unpacks to {MOST_UNPACKED + 21:,} bytes, which no extract does; it is not read."


def test_files_of_one_name_are_told_with_their_folders_and_the_later_dated_folder_stands(intake):
    """As a force keeps its exports: a folder a month, in each of them the same names."""
    for month, name in (("2026-07", "Kendal"), ("2026-06", "Carlisle")):
        (intake.folder / "sent" / month).mkdir(parents=True)
        (intake.folder / "sent" / month / "hubs.csv").write_text(f"hub_id,name\nA,{name}\n")
    (intake.folder / "sent" / "2026-06" / "children.csv").write_text("child_id\nC1\n")
    reports = intake.load(intake.folder / "sent")
    assert [(report.name, report.new, report.superseded) for report in reports] == [
        ("2026-06/hubs.csv", 0, 1),
        ("2026-07/hubs.csv", 1, 0),
        ("children.csv", 1, 0),
    ]
    assert intake.rows("hubs", "name") == [("Kendal",)]
