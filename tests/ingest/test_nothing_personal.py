"""Of what the contract does not ask for nothing is kept or told: a note or a broken line may name a child."""

import duckdb
import pytest

from ingest.__main__ import main

SECRET = "Jane Smith"  # in no column of the contract, or in a line of which nobody knows whose cell is where
HEADER = "crime_id,recorded_on,offence,officer\n"
GOOD = "".join(f"K{number},2025-01-01,theft,PC {SECRET}\n" for number in range(10, 20))

FILES = {
    "a column that is not known": ("crimes.csv", HEADER + GOOD + f"K1,soon,theft,{SECRET}\nK1,2025-01-01,theft,{SECRET}\n"),
    "an unclosed mark": ("crimes.csv", HEADER + f'K1,2025-01-01,"{SECRET},x\n' + GOOD),
    "marks that do not pair": ("crimes.csv", HEADER + f'K1,2025-01-01,"{SECRET}" stole,x\n' + GOOD),
    "too many fields": ("crimes.csv", HEADER + f"K1,2025-01-01,theft,x,{SECRET}\n" + GOOD),
    "too few fields": ("crimes.csv", HEADER + f"{SECRET},2025-01-01\n" + GOOD),
    "a break where there can be none": ("crimes.csv", HEADER + f'K1,"2025-01-01\n{SECRET}",theft,x\n' + GOOD),
    "a mark that swallows rows": ("crimes.csv", HEADER + f'K1,2025-01-01,"theft by {SECRET},x\n{GOOD}K2,2025-01-01,theft",x\n'),
    "a line of a text that might be a row": (
        *("crimes.csv", HEADER + f'K1,2025-01-01,"theft by\nhim and,soon,{SECRET},\n{SECRET},later,,\n' + GOOD),
    ),
    "an endless note": ("crimes.csv", HEADER + f'K1,2025-01-01,theft,"{SECRET}\n' + f"{SECRET}\n" * 60 + GOOD),
    "no header line": ("crimes.csv", f"K1,2025-01-01,{SECRET},\n" + GOOD),
    "no header line of children": ("children.csv", f"C1,2010-05-04,F,{SECRET}\n"),
    "no header line, and semicolons": ("children.csv", f"C1;2010-05-04;F;{SECRET}\n"),
    "no header line, and a mark": ("children.csv", f'C1,2010-05-04,"{SECRET}\n'),
    "a published file without its header line": (
        *("2019-06-cumbria-stop-and-search.csv", f"Person search,2019-06-01T10:00:00+00:00,,{SECRET},53.3,-3.8,Male\n"),
    ),
    "a column of a published file that is not known": (
        *("2019-06-cumbria-stop-and-search.csv", f"Type,Date,Name\nPerson search,June,{SECRET}\nBoat search,June,{SECRET}\n"),
    ),
    "no text at all": ("crimes.csv", f"K1,2025-01-01,{SECRET}\x00\n"),
    "a spreadsheet": ("crimes.csv", f"PK\x03\x04{SECRET}"),
}


def everything_in(url):
    """All texts of the importer's own tables."""
    with duckdb.connect(url.removeprefix("duckdb:///"), read_only=True) as connection:
        tables = [name for (name,) in connection.execute("SELECT table_name FROM duckdb_tables()").fetchall()]
        return "\n".join(str(connection.execute(f'SELECT * FROM "{name}"').fetchall()) for name in tables)  # noqa: S608


@pytest.mark.parametrize("what", FILES)
def test_nothing_of_it_is_printed_logged_or_stored(intake, capsys, tmp_path, what):
    name, content = FILES[what]
    main([str(intake.file(name, content)), "--yes", "--database", intake.url])
    out, err = capsys.readouterr()
    assert "crimes" in out + err or "children" in out + err or "cumbria" in out + err
    assert SECRET not in out + err and "Smith" not in out + err
    if (tmp_path / "reporting.duckdb").exists():
        assert "Smith" not in everything_in(intake.url)


def test_what_a_known_column_holds_is_told_where_it_cannot_be_read(intake, capsys):
    """Else nobody could mend it: whoever loads has the file."""
    main([str(intake.file("crimes.csv", HEADER + "K1,the first of May,theft,x\n")), "--yes", "--database", intake.url])
    assert "recorded_on: is not a date such as 2025-06-01 (first: line 2 'the first of May')" in capsys.readouterr().out
    ((row,),) = intake.rows("rejected_rows", "row")
    assert row == '{"crime_id": "K1", "recorded_on": "the first of May", "offence": "theft"}'


def test_nothing_of_a_line_is_told_that_names_a_column_by_chance(intake):
    report = intake.check("incidents.csv", f"I1,2025-01-01,,CAR,{SECRET},C1,,,Action\nI2,2025-01-01,,CAR,crime,C1,,,none\n")
    assert "Smith" not in (report.refused or "")


def test_nothing_of_a_row_is_told_that_an_unclosed_mark_makes_a_part_of_the_header(intake):
    header = 'hub_id,name,"area\n'
    report = intake.check("hubs.csv", f'{header}Note of {SECRET}\n, of Kendal"\nBAR,Barrow,South\n')
    assert "Smith" not in f"{report.unknown_columns}{report.refused}"
