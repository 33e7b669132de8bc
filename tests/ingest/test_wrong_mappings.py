"""A mapping that cannot be used gets one sentence: what, where, what is allowed; and nothing is loaded."""

import pytest
from mappings import COLUMNS, CRIMES, DETENTIONS, HELD, TODAY, entry_of, written

from ingest.__main__ import main
from ingest.mapping import MappingRefused
from ingest.mapping.file import read_mapping

WRONG = {
    "no table": ("", "mapping.toml fills no table; begin with [[crimes]], say, as in docs/mapping.example.toml."),
    "unknown table": (
        '[[crime]]\nfile = "a"\n',
        "mapping.toml fills 'crime', which is no table of the contract; did you mean crimes; allowed are: hubs, population",
    ),
    "no TOML": ("[[crimes]\n", "mapping.toml cannot be read, since it is not valid TOML: Expected ']]'"),
    "twice": (
        CRIMES + COLUMNS + 'crime_id = "B"\n',
        "cannot be read, since a column or key is given twice: Cannot overwrite a value (at",
    ),
    "unknown key": (
        CRIMES + 'fromat = "%d"\n' + COLUMNS,
        "mapping.toml, [[crimes]] has the key 'fromat', which means nothing; did you mean format; allowed are: file, query",
    ),
    "unknown column": (
        CRIMES + COLUMNS + 'hub = "H"\n',
        "[[crimes]], columns: hub is no column of crimes in the contract; did you mean hub_id.",
    ),
    "required": (
        CRIMES + '[crimes.columns]\ncrime_id = "Ref"\n',
        "[[crimes]], columns: nothing fills the required recorded_on; name what does.",
    ),
    "no columns": (
        '[[ace_assessments]]\nfile = "a"\n[ace_assessments.columns]\nchild_id = { constant = "C" }\nassessed_on = { constant = '
        '"2025-01-01" }\naces = { constant = 4 }\n',
        "[[ace_assessments]], columns: no column of the extract is read; name some.",
    ),
    "neither file nor query": (
        "[[crimes]]\n" + COLUMNS,
        "[[crimes]] has neither file nor query; give one of them, such as file = ",
    ),
    "both": (CRIMES + 'query = "SELECT 1"\n' + COLUMNS, "[[crimes]] has both file and query; give one of them"),
    "format": (
        CRIMES + 'format = "dd/mm/yyyy"\n' + COLUMNS,
        "[[crimes]], format: 'dd/mm/yyyy' is no format of a date; write one such as",
    ),
    "format of half a time": (
        CRIMES + 'format = "%d/%m/%Y %I:%M"\n' + COLUMNS,
        "[[crimes]], format: '%d/%m/%Y %I:%M' is no format of a date",
    ),
    "format without hours": (
        DETENTIONS + 'format = "%d/%m/%Y"\n' + HELD,
        "[[detentions]], columns.authorised_at: no format in %d/%m/%Y says the hour; give one such as %d/%m/%Y %H:%M.",
    ),
    "format of a text": (
        CRIMES + COLUMNS + 'offence = { column = "O", format = "%d/%m/%Y" }\n',
        "columns.offence: format is for dates and times alone; leave it out.",
    ),
    "day of a time": (
        DETENTIONS + HELD + 'released_at = { day_of = "R" }\n',
        "columns.released_at: day_of is for dates alone; leave it out.",
    ),
    "two ways": (
        CRIMES + COLUMNS + 'offence = { column = "O", constant = "x" }\n',
        "columns.offence: it must have exactly one of column, columns, day_of, constant.",
    ),
    "unknown part": (
        CRIMES + COLUMNS + 'offence = { colum = "O" }\n',
        "columns.offence: 'colum' means nothing there; allowed are column",
    ),
    "a number for a column": (
        CRIMES + COLUMNS + "offence = 7\n",
        "columns.offence: it must be the name of a column, or a table such as",
    ),
    "joined by, of one": (
        CRIMES + COLUMNS + 'offence = { column = "O", joined_by = "-" }\n',
        "columns.offence: joined_by is for several columns; name them under columns.",
    ),
    "several, as one": (
        CRIMES + COLUMNS + 'offence = { column = ["O", "P"] }\n',
        "columns.offence: it names several columns; write them as columns = [...].",
    ),
    "constant": (
        CRIMES + COLUMNS + 'youth_produced_imagery = { constant = "perhaps" }\n',
        "columns.youth_produced_imagery: 'perhaps' cannot stand in youth_produced_imagery, as it is not one of true, yes, 1",
    ),
    "meaning": (
        '[[disposals]]\nfile = "a"\n[disposals.columns]\ndisposal_id = "A"\nchild_id = "B"\nkind = "C"\ndecided_on = "D"\n'
        '[disposals.values.kind]\n"Y-CC" = "youth conditional"\n',
        "values.kind, 'Y-CC': 'youth conditional' cannot stand in kind, as it is not one of youth caution, youth",
    ),
    "two meanings": (
        CRIMES + COLUMNS + 'hub_id = "H"\n[crimes.values.hub_id]\nNorth = "CAR"\n"NORTH " = "BAR"\n',
        "values.hub_id: 'NORTH ' has two meanings, in another case or with other blanks; keep one.",
    ),
    "words of nothing": (
        CRIMES + COLUMNS + '[crimes.values.hub_id]\nNorth = "CAR"\n',
        "values.hub_id: no column of the extract fills it; fill it under columns.",
    ),
    "words of all tables of nothing": (
        '[values.hub_id]\nNorth = "CAR"\n' + CRIMES + COLUMNS,
        "[values.hub_id] is of a column that no entry fills; allowed are: crime_id, recorded_on.",
    ),
    "ids of children": (
        DETENTIONS + HELD + '[detentions.values.child_id]\n"A. Smith" = "C1"\n',
        "values.child_id: a mapping holds no ids of children; let the extract give them.",
    ),
    "times": (CRIMES + 'times = "Paris"\n' + COLUMNS, '[[crimes]], times: \'Paris\' must be "London" or "UTC".'),
    "one row": (
        CRIMES + 'one_row_per_key = "first"\n' + COLUMNS,
        '[[crimes]], one_row_per_key: it must be "last", or { latest_by = ',
    ),
    "filter": (
        CRIMES + "only_where = { Kind = 1.5 }\n" + COLUMNS,
        "only_where of Kind: it must be a text in quotation marks, a whole number",
    ),
    "second of a table": (
        CRIMES + COLUMNS + '[[crimes]]\nfile = ""\n' + COLUMNS,
        "mapping.toml, [[crimes]] number 2, file: it must be a name in quotation marks, or a list of such names.",
    ),
    "delete": (
        '[[crimes]]\nquery = "DELETE FROM crimes"\n',
        "[[crimes]], query: it must be one statement that begins with SELECT or",
    ),
    "select into": (
        '[[crimes]]\nquery = "SELECT * INTO y FROM x"\n',
        "query: it must be one statement that begins with SELECT",
    ),
    "two statements": (
        '[[crimes]]\nquery = "SELECT 1; COMMIT"\n' + COLUMNS,
        "query: it must be one statement that begins with SELECT",
    ),
    "hidden": (
        '[[crimes]]\nquery = "WITH x AS (UPDATE y SET z = 1 RETURNING z) SELECT * FROM x"\n',
        "query: it must be one statement that begins with SELECT or WITH, and writes nothing.",
    ),
}


@pytest.mark.parametrize("case", WRONG)
def test_a_wrong_mapping_gets_a_sentence(tmp_path, case):
    mapping, sentence = WRONG[case]
    path = tmp_path / "mapping.toml"
    path.write_text(mapping, encoding="utf-8")
    with pytest.raises(MappingRefused) as refused:
        read_mapping(path, TODAY)
    said = str(refused.value)
    assert sentence in said
    assert said.startswith("mapping.toml") and said.endswith(".") and "\n" not in said


@pytest.mark.parametrize(
    "query",
    [
        "SELECT a, ';' AS b -- INTO\nFROM x;",
        "  ( SELECT 1 )",
        '/* all of them */ with y as (select "delete" from [update]) select * from y',
        "select deleted, last_update from x where note = 'into the night'",
    ],
)
def test_a_query_that_asks(tmp_path, query):
    entry = entry_of(tmp_path, f"[[crimes]]\nquery = '''{query}'''\n{COLUMNS}")
    assert entry.query == query.strip().rstrip(";")


def test_on_the_command_line(intake, capsys):
    intake.file("a.csv", "Ref,Recorded\n1,2025-01-01\n")
    intake.file("b.csv", "x\n1\n")
    mapping = written(intake, CRIMES.replace("*", "a") + COLUMNS + '[[hubs]]\nquery = "SELECT 1"\n')
    assert main(["--dry-run", str(intake.folder), "--map", str(mapping)]) == 0
    said = capsys.readouterr().out
    assert said.startswith("Dry run against an empty database")
    assert "1 file not mapped, and not read: b.csv" in said
    assert "1 query of the mapping not asked: give --source URL to ask a warehouse" in said
    assert main(["--map", str(mapping), str(intake.folder / "a.csv"), "--database", intake.url]) == 0
    assert intake.rows("crimes", "crime_id") == [("1",)]


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        ([], "Which files? Give extracts or folders of them, or --source URL with --map FILE, to ask a warehouse.\n"),
        (
            ["--source", "sqlite:///x"],
            "What is --source to be asked? Give the mapping that holds the queries, with --map FILE.\n",
        ),
        (
            ["x", "--map", "nowhere.toml"],
            "The mapping nowhere.toml cannot be read (No such file or directory); give the file itself.\n",
        ),
    ],
)
def test_a_sentence_and_nothing_loaded(capsys, arguments, sentence):
    assert main([*arguments, "--dry-run"]) == 1
    said = capsys.readouterr()
    assert (said.out, said.err) == ("", sentence)
