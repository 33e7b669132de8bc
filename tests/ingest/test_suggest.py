"""A draft of a mapping: what is sure is a line, what is not a comment, and nobody is named in it."""

import subprocess
import sys
import tomllib
from datetime import date
from pathlib import Path

import pytest

from ingest.__main__ import main
from ingest.load import load
from ingest.mapping.file import read_mapping
from ingest.mapping.likeness import Field, fields_of, matches, may_name_somebody, words_of
from ingest.mapping.suggest import suggestion
from ingest.reading import FileRefusedError
from queries.tables import CONTRACT, metadata

FIXTURES = Path(__file__).parent / "fixtures"
TODAY = date(2026, 6, 30)


def draft(folder, name, content):
    """What is suggested for one file: the text, and what TOML reads of it."""
    path = folder / name
    path.write_text(content, encoding="utf-8")
    text = suggestion([path], TODAY)
    return text, tomllib.loads(text)


def csv(*rows):
    return "".join(f"{','.join(row)}\n" for row in rows)


def test_a_custody_export_in_the_words_of_connect():
    text = suggestion([FIXTURES / "athena"], TODAY)
    found = tomllib.loads(text)
    (detentions,) = found["detentions"]
    written = {"format": "%d-%b-%Y %H:%M"}
    assert detentions["columns"] == {
        "detention_id": "Custody Record Number",
        "child_id": "Person URN",
        "authorised_on": {"day_of": "Detention Authorised Date/Time", **written},
        "authorised_at": {"column": "Detention Authorised Date/Time", **written},
        "arrested_at": {"column": "Arrest Date/Time", **written},
        "suite": "Custody Station",
        "offence_group": "Reason for Arrest",
        "strip_search": "Strip Search",
        "result": "Disposal",
    }
    assert detentions["values"]["result"] == {"Charged & bailed": "charged", "NFA": "no further action"}
    assert (  # one of its five cells has no time: not sure
        '# released_at = { columns = ["Release Date", "Release Time"], format = "%d-%b-%Y %H:%M" }'
        "  # 100 of 100 alike, and 80% of its cells can be that" in text
    )
    assert '# Of custody-2025-26.csv left out on purpose, since they may name somebody: "Surname", "Forename(s)"' in text
    assert set(found) == {"hubs", "outcome_codes", "children", "detentions", "crimes", "suspects", "crime_outcomes"}
    assert found["hubs"] == [{"file": "hubs.csv"}]  # in the contract's own names


@pytest.mark.parametrize("name", ["niche", "athena", "spreadsheet"])
def test_nobody_is_named(name):
    text = suggestion([FIXTURES / name], TODAY)
    extracts = [path.read_text(encoding="cp1252") for path in (FIXTURES / name).glob("*.csv") if path.stem.lower() != "hubs"]
    words = {word for extract in extracts for line in extract.splitlines()[1:] for word in line.split(",") if word.isupper()}
    told = {"NFA", "NAR", "TOTAL", "M", "F", "N", "Y", "H", "CR", "NS", "PXD"}
    assert [word for word in words - told if len(word) > 2 and word in text] == []
    assert "ZEBEDEE" not in text and "2010" not in text and "U-0001" not in text


def test_a_draft_can_be_loaded_as_it_is(tmp_path):
    """In the contract's own words but for blanks and case, every line is sure."""
    rows = csv(
        ["Search ID", "Searched On", "Kind", "Sex", "Object Found", "Outcome", "Notes"],
        *[[f"S{number}", "2025-06-01", "person", "Girl", "yes", "Suspect arrested", "Jane"] for number in range(5)],
    )
    text, found = draft(tmp_path, "searches.csv", rows)
    assert found["stop_searches"][0]["values"] == {"sex": {"Girl": "F"}, "outcome": {"Suspect arrested": "arrest"}}
    mapping = tmp_path / "mapping.toml"
    mapping.write_text(text, encoding="utf-8")
    (report,) = load([tmp_path], None, dry_run=True, mapping=read_mapping(mapping, TODAY), today=TODAY, progress=False).files
    assert (report.new, report.cells_not_read) == (5, 0)
    assert "Jane" not in text


WORDS_OF_RESULTS = [*["Charged"] * 4, *["Charged to court"] * 3, *["NFA"] * 2, "see Jane Smith", "see Jane Smith", *["PXD"] * 3]


def custody(results, header="Disposal"):
    rows = [[f"D{n}", f"C{n}", "2025-06-01 10:00", result] for n, result in enumerate(results)]
    return csv(["Custody number", "Person URN", "Detention authorised", header], *rows)


def test_words_that_are_not_sure_are_comments_with_their_score(tmp_path):
    text, found = draft(tmp_path, "custody.csv", custody(WORDS_OF_RESULTS))
    assert found["detentions"][0]["values"] == {"result": {"NFA": "no further action"}}
    assert '# "Charged to court" = ""  # 3 rows; nearest: "charged", 61 of 100 alike' in text
    assert '# "PXD" = ""  # 3 rows; nearest: ' in text


def test_what_comes_seldom_is_counted_and_not_shown(tmp_path):
    text, _ = draft(tmp_path, "custody.csv", custody(WORDS_OF_RESULTS))
    assert "Jane" not in text
    assert "# and 1 word in 2 rows, not shown here: a load counts them" in text


def test_a_text_is_no_choice(tmp_path):
    """Where nearly every cell is another, it is a text: nothing of it is shown, whatever its header."""
    text, found = draft(tmp_path, "custody.csv", custody([f"went home with aunt {n}" for n in range(40)]))
    assert "aunt" not in text
    assert "result" not in found["detentions"][0]["columns"]


def test_values_of_a_doubtful_column_are_not_shown(tmp_path):
    text, found = draft(tmp_path, "custody.csv", custody(["Smith"] * 10, header="Disposer"))
    assert '# result = "Disposer"  # ' in text
    assert "Smith" not in text
    assert "values" not in found["detentions"][0]


def test_without_a_header_nothing_is_told(tmp_path):
    text, found = draft(tmp_path, "x.csv", "ZEBEDEE,Quill,2010-09-14\nYARROW,Moss,2011-01-30\n")
    assert found == {}
    assert "# x.csv: its 3 columns are like no table of the contract. Is its first line a header?" in text
    assert "ZEBEDEE" not in text


@pytest.mark.parametrize("header", ["Child", "Person", "Person ref", "Child ref"])
def test_names_are_never_taken_for_references(tmp_path, header):
    """Under such a header a log that is kept by hand has the name."""
    rows = [["Custody number", "Detention authorised", header], *[[f"D{n}", "2025-06-01 10:00", "Jane Smith"] for n in range(5)]]
    _, found = draft(tmp_path, "custody.csv", csv(*rows))
    assert "child_id" not in found["detentions"][0]["columns"]


def test_what_is_required_and_not_found_is_said(tmp_path):
    text, found = draft(
        tmp_path,
        "custody.csv",
        csv(["Custody number", "Detention authorised", "Arrest time"], *[["D1", "2025-06-01 10:00", "2025-06-01 09:00"]] * 3),
    )
    assert "# child_id is required: say what fills it" in text
    assert set(found["detentions"][0]["columns"]) == {"detention_id", "authorised_on", "authorised_at", "arrested_at"}


def test_a_key_that_comes_twice_is_asked_about(tmp_path):
    rows = [["D1", "C1", "2025-06-01 10:00", "01/02/2010", "M"], ["D2", "C1", "2025-07-01 10:00", "01/02/2010", "M"]]
    text, _ = draft(tmp_path, "a.csv", csv(["Custody number", "Person URN", "Detention authorised", "DOB", "Gender"], *rows))
    assert text.count("# one_row_per_key = { latest_by = ") == 1  # of children, and not of detentions
    assert text.index("# one_row_per_key") < text.index("[children.columns]")


@pytest.mark.parametrize(
    ("cells", "filling"),
    [
        (["2025-06-01", "2025-06-02"], "Date recorded"),
        (["01/06/2025", "31/12/2025"], "Date recorded"),
        (["01-Jun-2025", "31-Dec-2025"], {"column": "Date recorded", "format": "%d-%b-%Y"}),
        (["01.06.25", "31.12.25", "01/06/2025"], {"column": "Date recorded", "format": ["%d.%m.%y", "%d/%m/%Y"]}),
        (["20250601", "20251231"], {"column": "Date recorded", "format": "%Y%m%d"}),
        (["01/06/2025 10:00", "31/12/2025 23:59"], {"day_of": "Date recorded"}),
        (["12/31/2025", "06/13/2025"], None),  # the month first is never supposed
        (["soon", "later"], None),
    ],
)
def test_how_dates_are_written(tmp_path, cells, filling):
    rows = [[f"K{number}", cell, "Theft", "Theft from shop"] for number, cell in enumerate(cells)]
    _, found = draft(tmp_path, "a.csv", csv(["Crime number", "Date recorded", "Offence group", "Offence"], *rows))
    assert found["crimes"][0]["columns"].get("recorded_on") == filling


@pytest.mark.parametrize(
    ("header", "words"),
    [
        ("OccurrenceFileNo", "occurrence file number"),
        ("Occ #", "occurrence number"),
        ("DateOfBirthG", "date of birth"),
        ("ReportedTimeTZV2G", "reported time 2"),
        ("RHI offered?", "return home interview offered"),
        ("hub_id", "hub reference"),
    ],
)
def test_headers_as_they_are_compared(header, words):
    assert words_of(header) == words


@pytest.mark.parametrize(
    "header",
    [
        *("Surname", "Forename(s)", "FULL_NAME", "Given1G", "Home address", "Postcode", "Officer in case", "OIC", "Mobile"),
        *("Parent's email", "Notes", "Circumstances of arrest", "Next of kin", "Solicitor", "Child's initials", "Alias"),
    ],
)
def test_headers_that_may_name_somebody(header):
    assert may_name_somebody(header)


@pytest.mark.parametrize("header", ["Hub name", "District Name", "Officer-defined ethnicity", "Date of birth", "Custody number"])
def test_headers_that_name_nobody(header):
    assert not may_name_somebody(header)


@pytest.mark.parametrize("table", CONTRACT, ids=lambda table: table.name)
def test_the_contracts_own_names_are_never_taken_for_each_other(table):
    """A file with all of a table's columns, none of which says anything: each is like itself first."""
    for column in table.columns:
        fields = [Field((other.name,), words_of(other.name), []) for other in table.columns]
        found = {match.column.name: match.field.headers for match in matches(table, fields, TODAY)}
        assert found.get(column.name, (column.name,)) == (column.name,)


def test_a_date_and_a_time_stand_together():
    fields = fields_of(["Found Date", "Found Time"], [["01/06/2025", ""], ["14:20", ""]])
    assert [(field.headers, field.words, list(field.cells)) for field in fields[2:]] == [
        (("Found Date", "Found Time"), "found date time", ["01/06/2025 14:20", ""])
    ]
    (match,) = [one for one in matches(metadata.tables["missing_episodes"], fields, TODAY) if one.column.name == "returned_at"]
    assert (match.field.headers, match.is_sure) == (("Found Date", "Found Time"), True)


def test_files_of_data_police_uk_need_no_mapping():
    text = suggestion([FIXTURES / "2019-04-north-wales-stop-and-search.csv"], TODAY)
    assert "# 2019-04-north-wales-stop-and-search.csv is of data.police.uk: load it as it is, without a mapping." in text
    assert tomllib.loads(text) == {}


def test_a_file_that_is_not_there(tmp_path):
    with pytest.raises(FileRefusedError, match="There is no file"):
        suggestion([tmp_path / "x.csv"], TODAY)


def test_on_the_command_line_without_a_database(tmp_path):
    done = subprocess.run(
        [sys.executable, "-m", "ingest", "suggest", str(FIXTURES / "spreadsheet")],
        cwd=Path(__file__).parents[2],
        env={"PATH": "", "DATABASE_URL": "nowhere"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert tomllib.loads(done.stdout)["missing_episodes"][0]["columns"]["reported_on"] == {
        "column": "Date reported",
        "format": ["%d/%m/%Y", "%d.%m.%y"],
    }


def test_of_nothing(capsys):
    assert main(["suggest"]) == 1
    assert capsys.readouterr().err.startswith("A mapping of what? Give extracts or folders: ")
