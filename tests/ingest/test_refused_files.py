"""A file is taken as one or not at all: what cannot be read is refused in one sentence, and the other files still load."""

import pytest

from queries.engine import DatabaseUnavailable

HUBS = "hub_id,name\nCAR,Carlisle\n"


@pytest.mark.parametrize(
    "content",
    [
        HUBS,
        HUBS.encode("utf-8-sig"),
        HUBS.replace("\n", "\r\n"),
        HUBS.rstrip(),
        "name,hub_id\nCarlisle,CAR\n",
        " Hub_ID ,NAME\nCAR,Carlisle\n",
        'hub_id,name\n"CAR","Carlisle"\n\n',
    ],
    ids=["UTF-8", "BOM", "CRLF", "no last newline", "column order", "header case", "quoted"],
)
def test_the_ways_of_writing_a_csv_file_that_are_read(intake, content):
    assert intake.take("hubs.csv", content).refused is None
    assert intake.rows("hubs", "hub_id", "name") == [("CAR", "Carlisle")]


def test_quoted_commas_newlines_and_quotation_marks(intake):
    intake.take("hubs.csv", 'hub_id,name\nCAR,"Carlisle, the ""Great\nBorder City"""\n')
    assert intake.rows("hubs", "name") == [('Carlisle, the "Great\nBorder City"',)]


def test_windows_1252_is_read_and_said(intake):
    report = intake.take("hubs.csv", "hub_id,name\nYNY,Ynys Môn – “Anglesey”\n".encode("cp1252"))
    assert report.encoding == "Windows-1252"
    assert intake.rows("hubs", "name") == [("Ynys Môn – “Anglesey”",)]


def test_unknown_columns_are_reported_and_not_read(intake):
    report = intake.take("hubs.csv", "hub_id,postcode,name,\nCAR,CA1,Carlisle,\n")
    assert report.unknown_columns == ("postcode", "(column 4 without a name)")
    assert report.new == 1


def test_an_unknown_column_is_not_kept_with_a_rejected_row(intake):
    intake.take("hubs.csv", "hub_id,officer,name\nCAR,PC Smith,\n")
    assert intake.rows("rejected_rows", "row") == [('{"hub_id": "CAR", "name": ""}',)]


def test_a_header_alone_is_an_extract_without_rows(intake):
    assert intake.counts(intake.take("hubs.csv", "hub_id,name\n")) == (0, 0, 0, 0, 0)
    assert intake.rows("loads", "rows_read") == [(0,)]


@pytest.mark.parametrize(
    ("name", "content", "sentence"),
    [
        ("hubs.csv", "", "hubs.csv is empty; export it again with a header line."),
        ("hubs.csv", " \r\n", "hubs.csv is empty; export it again with a header line."),
        ("hubs.csv", HUBS.encode("utf-16"), "hubs.csv is in UTF-16; save it as 'CSV UTF-8' and load that."),
        (
            *("hubs.csv", HUBS.encode("utf-16-le")),
            "hubs.csv is not text in UTF-8 or Windows-1252; save it as 'CSV UTF-8' and load that.",
        ),
        (
            *("hubs.csv", b"hub_id,name\n\x81\x8d,\x90\n"),
            "hubs.csv is not text in UTF-8 or Windows-1252; save it as 'CSV UTF-8' and load that.",
        ),
        (
            *("hubs.xlsx", b"PK\x03\x04\x14\x00\x06\x00"),
            "hubs.xlsx is a spreadsheet or an archive, not a CSV file; save it as 'CSV UTF-8' and load that.",
        ),
        (
            *("hubs.csv", "hub_id,nome\nCAR,Carlisle\n"),
            "hubs.csv lacks the required column name (nearest header: nome); add or rename it, and load the file again.",
        ),
        (
            *("hubs.csv", "hub_id\nCAR\n"),
            "hubs.csv lacks the required column name; add or rename it, and load the file again.",
        ),
        (
            *("hubs.csv", "hub_id;name\nCAR;Carlisle\n"),
            "hubs.csv separates its columns by semicolons; save it as 'CSV UTF-8', with commas, and load that.",
        ),
        ("hubs.csv", "hub_id,name,Name\nCAR,a,b\n", "hubs.csv names the column name twice; keep one of them and load it again."),
        (
            *("hubs.csv", "CAR,Carlisle\n"),
            "hubs.csv has no header line that can be read; its first line must name the columns: hub_id, name, area, authority, "
            "force.",
        ),
        ("hubs.csv", '"hub"x,name\n', "hubs.csv has no header line that can be read; its first line must name the columns."),
    ],
)
def test_refused_in_one_sentence(intake, tmp_path, name, content, sentence):
    refused = intake.take(name, content)
    assert refused.refused == sentence
    assert refused == intake.check(name, content)
    assert not (tmp_path / "reporting.duckdb").exists()


@pytest.mark.parametrize(
    "name", ["street.csv", "crimes_by_hub.csv", "loads.csv", "rejected_rows.csv", "crimes-final.csv", "Kopie von crimes.csv"]
)
def test_a_name_that_is_no_tables(intake, name):
    sentence = intake.take(name, HUBS).refused or ""
    assert sentence.startswith(
        f"{name} is not named after a table; name it as in crimes.csv or crimes-2025-06.csv after one of hubs, "
    )


def test_paths_that_lead_nowhere(intake):
    missing, empty = intake.load(intake.folder / "crimes.csv", intake.folder)
    assert missing.refused == f"There is no file {intake.folder / 'crimes.csv'}; give the extracts, or a folder of them."
    assert empty.refused == (
        f"The folder {intake.folder} holds no extract; put CSV files there, named after their tables, such as crimes.csv."
    )


def test_a_refused_file_changes_nothing_and_the_others_load(intake):
    intake.file("hubs.csv", HUBS)
    intake.file("children.csv", "child,sex\nC1,F\n")
    intake.file("crimes.csv", "crime_id,recorded_on,hub_id\nK1,2025-01-01,CAR\n")
    intake.file("notes.txt", "not an extract, and not looked at")
    refused = [report.name for report in intake.load() if report.refused]
    assert refused == ["children.csv"]
    assert intake.rows("children") == []
    assert intake.rows("crimes", "hub_id") == [("CAR",)]
    assert intake.rows("loads", "table_name") == [("crimes",), ("hubs",)]


@pytest.mark.parametrize("url", ["not an address", "duckdb:///:memory:"])
def test_a_database_that_cannot_be_loaded_into(intake, url):
    from ingest.load import load

    with pytest.raises(DatabaseUnavailable, match="give"):
        load([intake.folder], url, progress=False)
