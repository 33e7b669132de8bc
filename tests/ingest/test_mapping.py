"""Extracts in a force's own words: three made exports by their mappings, what a mapping can say, and what it must not."""

import shutil
from datetime import date
from pathlib import Path

import pytest
from product import figures

import ingest
from ingest.__main__ import main
from ingest.mapping import MappingRefused
from ingest.mapping.file import KEYS, read_mapping
from ingest.mapping.filling import KEYS as OF_COLUMNS
from ingest.mapping.translating import layout
from ingest.report import report_text
from queries.tables import metadata

ROOT = Path(__file__).parents[2]
FIXTURES = Path(__file__).parent / "fixtures"
TODAY = date(2026, 6, 30)
NAMES = ("ZEBEDEE", "YARROW", "XYLEM", "WREN", "ALDER", "Bracken", "BIRCH", "CEDAR", "ELDER", "A.B.", "Zebedee", "friend", "Café")


def load(intake, folder, mapping, **options):
    """Load a folder by its mapping."""
    return ingest.load(
        [folder],
        intake.url,
        mapping=read_mapping(mapping, TODAY),
        today=TODAY,
        terms=ingest.Terms(yes=True),
        progress=False,
        **options,
    )


def written(intake, mapping):
    """A mapping file with this text."""
    return intake.file("mapping.toml", mapping)


def entry_of(tmp_path, mapping):
    """The only entry of a mapping with this text."""
    path = tmp_path / "mapping.toml"
    path.write_text(mapping, encoding="utf-8")
    (entry,) = read_mapping(path, TODAY).entries
    return entry


def translated(tmp_path, mapping, **columns):
    """Columns of an extract in the contract's words."""
    return {name: list(cells) for name, cells in layout(entry_of(tmp_path, mapping), TODAY).translate(columns).items()}


def accounts_for_every_line(report):
    further = report.lines - report.header_lines - report.blank_lines - report.filtered - report.read
    outcomes = report.new + report.updated + report.unchanged + report.superseded + report.rejected
    return further >= 0 and report.read == outcomes


EXPORTS = {
    "niche": {
        # table: read, filtered, new, superseded, rejected
        "hubs": (2, 0, 2, 0, 0),
        "children": (8, 2, 2, 6, 0),  # of the occurrences; three of its five children stand in the custody records too
        "children 2": (4, 1, 3, 1, 0),
        "crimes": (9, 1, 6, 3, 0),
        "suspects": (7, 3, 7, 0, 0),
        "outcome_codes": (3, 0, 3, 0, 0),
        "crime_outcomes": (7, 3, 4, 3, 0),
        "detentions": (4, 1, 4, 0, 0),
        "incidents": (1, 9, 1, 0, 0),
    },
    "athena": {
        "hubs": (2, 0, 2, 0, 0),
        "children": (4, 1, 3, 1, 0),
        "crimes": (7, 1, 7, 0, 0),
        "suspects": (7, 1, 7, 0, 0),
        "outcome_codes": (5, 0, 5, 0, 0),
        "crime_outcomes": (6, 2, 6, 0, 0),
        "disposals": (4, 4, 3, 0, 1),
        "detentions": (4, 1, 3, 0, 1),  # released on a day without a time: not still in custody, and not known when
    },
    "spreadsheet": {"children": (3, 0, 3, 0, 0), "missing_episodes": (6, 1, 4, 0, 2)},
}
UNKNOWN = "with words that neither the mapping nor the contract knows, not read"
REMARKS = {
    "niche": [
        "occurrences_2025.csv (children): 2 columns not mapped: SurnameG, Given1G",
        f"occurrences_2025.csv (children): sex: 1 {UNKNOWN}: 'Unknown' 1",
        "occurrences_2025.csv (children): left out by the mapping's filter: 2 rows",
        "occurrences_2025.csv (crimes): hub_id: 1 with words that stand for nothing that is loaded: 'Kendal District' 1",
        "occurrences_2025.csv (crimes): rows of which a later one of the same crime_id stands: 3, told as superseded",
        "custody_2025.csv (children 2): 3 columns not mapped: Occurrence #, Name, Time of arrival",
    ],
    "athena": [
        "custody-2025-26.csv (children): 3 columns not mapped: Surname, Forename(s), Arrived Date/Time",
        "custody-2025-26.csv (detentions): 1 row, released_at: is not a time such as 2025-06-01T23:30 or 2025-06-01T23:30:00Z "
        "(first: line 5 'not as %d-%b-%Y %H:%M: 15-Jun-2025')",
        f"investigations-2025-26.csv (disposals): kind: 1 {UNKNOWN}: 'PXD' 1",
    ],
    "spreadsheet": [
        "Missing log 2025-26.csv: 3 columns not mapped: Initials, Lives in care home?, Notes",
        "Missing log 2025-26.csv: its 10 lines are the header, 6 rows, 1 left out, 1 blank and 1 more of rows and headers that "
        "run over several",
    ],
}
FIGURES = {  # of the months in which they lie: numerator, denominator
    "niche": [
        ("detentions", date(2025, 4, 1), date(2025, 5, 1), 3, None),
        ("overnight_share", date(2025, 4, 1), date(2025, 5, 1), 2, 3),  # 22:12 to 09:05, 00:44 to 08:30; not 22:20 to 23:55
        ("child_suspect_crimes", date(2025, 4, 1), date(2025, 7, 1), 5, None),
        ("asb_incidents", date(2025, 4, 1), date(2025, 5, 1), 1, None),
    ],
    "athena": [
        ("detentions", date(2025, 6, 1), date(2025, 7, 1), 2, None),  # of the third no age is known
        ("overnight_share", date(2025, 6, 1), date(2025, 7, 1), 1, 2),
    ],
    "spreadsheet": [
        ("missing_episodes", date(2025, 4, 1), date(2025, 5, 1), 4, None),
        ("return_interview_offered_share", date(2025, 4, 1), date(2025, 5, 1), 3, 3),
        ("return_interview_completed_share", date(2025, 4, 1), date(2025, 5, 1), 2, 3),
        ("return_interview_72h_share", date(2025, 4, 1), date(2025, 5, 1), 2, 2),
    ],
}


@pytest.mark.usefixtures("on_each_engine")
@pytest.mark.parametrize("name", EXPORTS)
def test_a_made_export(intake, name):
    folder = FIXTURES / name
    report = load(intake, folder, folder / "mapping.toml")
    found = {file.name.rpartition("(")[2].rstrip(")") if "(" in file.name else file.table: file for file in report.files}
    assert {key: (file.read, file.filtered, file.new, file.superseded, file.rejected) for key, file in found.items()} == EXPORTS[
        name
    ]
    assert all(map(accounts_for_every_line, report.files))
    said = report_text(report)
    assert [remark for remark in REMARKS[name] if f"  {remark}" not in said.splitlines()] == []
    kept = [str(row) for table in metadata.tables for row in intake.rows(table)]
    assert [row for row in (said, *kept) if any(other in row for other in NAMES)] == []
    for key, start, end, numerator, denominator in FIGURES[name]:
        (cell,) = figures(intake.url, key, start, end).values()
        assert (key, cell[0]) == (key, numerator)
        assert denominator is None or cell[1] == denominator
    again = load(intake, folder, folder / "mapping.toml")
    assert not any(file.changed for file in again.files)
    assert all(map(accounts_for_every_line, again.files))


def test_what_the_made_exports_say(intake):
    load(intake, FIXTURES / "niche", FIXTURES / "niche" / "mapping.toml")
    assert intake.rows("crimes", "crime_id", "recorded_on", "committed_on", "hub_id", "offence_group")[3:5] == [
        ("13250000177", date(2025, 4, 25), date(2025, 4, 24), None, "Theft"),
        ("13250000190", date(2025, 5, 3), date(2025, 5, 3), "CAR", "Theft"),
    ]
    detention = intake.rows("detentions", "detention_id", "authorised_on", "authorised_at", "released_at", "result")[0]
    assert list(map(str, detention)) == [
        *("DA/2025/0411", "2025-04-02", "2025-04-02 21:12:00", "2025-04-03 08:05:00", "charged"),  # UTC
    ]


def test_the_example_says_all_that_can_be_said():
    entries = {entry.name: entry for entry in read_mapping(ROOT / "docs" / "mapping.example.toml", TODAY).entries}
    assert list(entries) == ["hubs", "children", "disposals", "detentions", "engagements"]
    assert not entries["hubs"].has_own_names
    assert entries["children"].latest_by == "Date of arrest"
    assert entries["detentions"].fillings["hub_id"].words["carlisle district"] == "CAR"
    assert entries["disposals"].query.startswith("SELECT d.disposal_ref")
    said = (ROOT / "docs" / "mapping.example.toml").read_text(encoding="utf-8")
    assert [key for key in (*KEYS, *OF_COLUMNS) if f"{key} = " not in said and f".{key}" not in said] == []


CRIMES = '[[crimes]]\nfile = "*.csv"\n'
COLUMNS = '[crimes.columns]\ncrime_id = "Ref"\nrecorded_on = "Recorded"\n'
DETENTIONS = '[[detentions]]\nfile = "*.csv"\n'
HELD = '[detentions.columns]\ndetention_id = "Ref"\nchild_id = "Child"\nauthorised_on = { day_of = "At" }\nauthorised_at = "At"\n'


def test_a_format_is_the_only_way_to_read_a_date(tmp_path):
    found = translated(
        tmp_path,
        CRIMES + 'format = "%m/%d/%Y"\n' + COLUMNS,
        Ref=["1", "2", "3", "4", "5"],
        Recorded=["12/25/2024", "25/12/2024", "2024-12-25", "  ", "#N/A"],
    )
    assert found["recorded_on"] == [
        "2024-12-25",
        "not as %m/%d/%Y: 25/12/2024",
        "not as %m/%d/%Y: 2024-12-25",
        "",
        "#N/A",
    ]


def test_of_several_formats_the_first_that_fits(tmp_path):
    found = translated(
        tmp_path,
        DETENTIONS + 'format = ["%d/%m/%Y %H:%M", "%d-%b-%Y %H:%M:%S", "%d/%m/%Y"]\n' + HELD + 'ccp_reviewed_on = "Day"\n',
        Ref=["1"] * 3,
        Child=["C"] * 3,
        At=["4/5/2025 9:05", "04-May-2025 23:10:30", "04/05/2025"],
        Day=["04/05/2025", "04/05/2025 00:00", "04/05/2025 12:30"],
    )
    assert found["authorised_at"] == [
        "2025-05-04T09:05:00",
        "2025-05-04T23:10:30",
        "not as %d/%m/%Y %H:%M or %d-%b-%Y %H:%M:%S: 04/05/2025",  # a day has no time, and none is invented
    ]
    assert found["ccp_reviewed_on"] == ["2025-05-04", "2025-05-04T00:00:00", "2025-05-04T12:30:00"]  # the last is no day


@pytest.mark.parametrize(
    ("times", "at", "day", "instant"),
    [
        ("London", "2025-06-01 23:30", "2025-06-01", "2025-06-01 23:30"),
        ("UTC", "2025-06-01 23:30", "2025-06-02", "2025-06-01 23:30Z"),
        ("UTC", "2025-06-01T23:30:00+01:00", "2025-06-01", "2025-06-01T23:30:00+01:00"),
        ("London", "2025-06-01T23:30:00Z", "2025-06-02", "2025-06-01T23:30:00Z"),
        ("London", "2025-03-30 01:30", "2025-03-30", "2025-03-30 01:30"),  # it did not exist, but its day did
        ("London", "01/06/2025 23:30", "2025-06-01", "01/06/2025 23:30"),
        ("UTC", "2025-06-01", "2025-06-01", "2025-06-01"),
        ("UTC", "soon", "soon", "soon"),
        ("UTC", "", "", ""),
    ],
)
def test_the_london_day_of_an_instant(tmp_path, times, at, day, instant):
    found = translated(tmp_path, f'{DETENTIONS}times = "{times}"\n{HELD}', Ref=["1"], Child=["C"], At=[at])
    assert (found["authorised_on"], found["authorised_at"]) == ([day], [instant])


def test_a_day_is_no_time_in_utc(tmp_path):
    found = translated(tmp_path, CRIMES + 'times = "UTC"\n' + COLUMNS, Ref=["1"], Recorded=["2025-06-01T00:00:00"])
    assert found["recorded_on"] == ["2025-06-01T00:00:00"]


def test_columns_side_by_side(tmp_path):
    found = translated(
        tmp_path,
        DETENTIONS
        + HELD
        + 'released_at = { columns = ["Date", "Time"], format = "%d/%m/%Y %H:%M" }\nsuite = { columns = ["A", "B"], '
        'joined_by = "/" }\n',
        Ref=["1"] * 4,
        Child=["C"] * 4,
        At=[""] * 4,
        A=["a", "", " ", "x"],
        B=["b", "c", "", "y "],
        Date=["01/06/2025", "01/06/2025", "", ""],
        Time=["14:20", "", " ", "14:20"],
    )
    assert found["released_at"] == [
        "2025-06-01T14:20:00",
        "not as %d/%m/%Y %H:%M: 01/06/2025",
        "",
        "not as %d/%m/%Y %H:%M: 14:20",
    ]
    assert found["suite"] == ["a/b", "/c", "", "x/y"]


def test_words_and_constants(tmp_path):
    mapping = (
        '[values.hub_id]\n"North" = "CAR"\n"South" = "BAR"\n[[stop_searches]]\nfile = "*.csv"\n[stop_searches.columns]\n'
        'search_id = "Ref"\nsearched_on = "Day"\nkind = { constant = "person" }\nhub_id = "Area"\noutcome = "Result"\n'
        'object_found = "Found"\nlegislation = "Power"\n[stop_searches.values.hub_id]\n"South" = "EDE"\n'
        '[stop_searches.values.outcome]\n"Y-CC" = "caution"\n"n/a" = ""\n"NFA" = "no further action"\n'
        '[stop_searches.values.object_found]\n"Positive" = true\n"Nil" = false\n'
        '[stop_searches.values.legislation]\n"S1" = "PACE"\n'
    )
    read = layout(entry_of(tmp_path, mapping), TODAY)
    columns = {
        "Ref": list("12345"),
        "Day": ["2025-06-01"] * 5,
        "Area": ["north ", "SOUTH", "West", "", "CAR"],
        "Result": [" y-cc", "N/A", "Arrest", "Y-CC!", "Y-CC!"],
        "Found": ["Nil", "positive", "yes", "perhaps", "-"],
        "Power": ["s1", "S23", "PACE", "", "S23"],
    }
    found = read.translate(columns)
    assert found["kind"] == ["person"] * 5
    assert found["hub_id"] == ["CAR", "EDE", "West", "", "CAR"]
    assert found["outcome"] == ["caution", "", "Arrest", "Y-CC!", "Y-CC!"]
    assert found["object_found"] == ["false", "true", "yes", "perhaps", "-"]
    assert found["legislation"] == ["PACE", "S23", "PACE", "", "S23"]
    assert list(read.remarks()) == [
        "outcome: 2 with words that neither the mapping nor the contract knows, not read: 'Y-CC!' 2",
        "object_found: 1 with words that neither the mapping nor the contract knows, not read: 'perhaps' 1",
        "legislation: 2 with words that the mapping lacks, taken as they are: 'S23' 2",
    ]


def test_only_the_ten_most_frequent_words_are_told_and_none_at_length(tmp_path):
    mapping = '[[stop_searches]]\nfile = "*"\n[stop_searches.columns]\nsearch_id = "R"\nsearched_on = "D"\nkind = "K"\n'
    read = layout(entry_of(tmp_path, mapping), TODAY)
    words = [f"word {number}" for number in range(12) for _ in range(12 - number)] + ["very " * 30]
    read.translate({"R": ["1"] * len(words), "D": ["2025-06-01"] * len(words), "K": words})
    (remark,) = read.remarks()
    assert remark.startswith(
        "kind: 79 with words that neither the mapping nor the contract knows, not read: 'word 0' 12, 'word 1' 11"
    )
    assert remark.endswith("'word 9' 3 and 3 others")


def test_a_filter(intake):
    intake.file(
        "a.csv",
        "Ref,Recorded,Kind,State\n1,2025-01-01,Crime,Open\n2,2025-01-02, crime ,Cancelled\n3,2025-01-03,Advice,Open\n"
        "4,2025-01-04,,\n",
    )
    filters = 'only_where = { Kind = ["Crime", ""] }\nleave_out = { State = "Cancelled" }\n'
    (report,) = load(intake, intake.folder, written(intake, CRIMES + filters + COLUMNS)).files
    assert (report.lines, report.read, report.filtered, report.new) == (5, 2, 2, 2)
    assert accounts_for_every_line(report)
    assert intake.rows("crimes", "crime_id") == [("1",), ("4",)]
    assert intake.rows("loads", "lines_read", "rows_filtered", "rows_read") == [(5, 2, 2)]
    said = report_text(ingest.Report((report,)))
    assert "a.csv: left out by the mapping's filter: 2 rows" in said
    assert said.splitlines()[0].split() == [
        "file",
        "table",
        "lines",
        "filtered",
        "read",
        "new",
        "updated",
        "unchanged",
        "rejected",
    ]


PEOPLE = "Child,Seen,Sex\nC1,03/02/2025,F\nC2,01/01/2025,M\nC1,01/03/2025,M\nC1,,X\nC1,02/02/2025,F\n,05/05/2025,F\n"
CHILDREN = '[[children]]\nfile = "*.csv"\nformat = "%d/%m/%Y"\n{}[children.columns]\nchild_id = "Child"\nsex = "Sex"\n'


@pytest.mark.usefixtures("on_each_engine")
@pytest.mark.parametrize(
    ("says", "sex", "counts"),
    [
        ('one_row_per_key = { latest_by = "Seen" }\n', "M", (6, 2, 3, 1)),  # read, new, superseded, rejected
        ('one_row_per_key = "last"\n', "F", (6, 2, 3, 1)),
        ("", None, (6, 1, 0, 5)),  # nobody knows which is right
    ],
)
def test_one_row_of_a_key(intake, says, sex, counts):
    intake.file("a.csv", PEOPLE)
    (report,) = load(intake, intake.folder, written(intake, CHILDREN.format(says))).files
    assert (report.read, report.new, report.superseded, report.rejected) == counts
    assert accounts_for_every_line(report)
    assert dict(intake.rows("children", "child_id", "sex")).get("C1") == sex
    undated = "Seen: 1 without a date that can be read, taken as the earliest of their key"
    assert (undated in report.remarks) == ("latest_by" in says)


def test_a_refused_row_does_not_overtake_a_sound_one(intake):
    intake.file("a.csv", "Ref,Child,At,Left\nD1,C1,2025-01-01 10:00,2025-01-01 12:00\nD1,C1,2025-01-01 10:00,2024-01-01 12:00\n")
    intake.file("children.csv", "child_id\nC1\n")
    mapping = (
        DETENTIONS.replace("*", "a") + 'one_row_per_key = "last"\n' + HELD + 'released_at = "Left"\n[[children]]\nfile = "c*"\n'
    )
    _, report = load(intake, intake.folder, written(intake, mapping)).files
    assert (report.new, report.superseded, report.rejected) == (1, 0, 1)


def test_two_entries_of_one_table_read_one_file(intake):
    """What is refused of the second does not take the place of what was refused of the first."""
    intake.file("hubs.csv", "hub_id,name\nCAR,Carlisle\n")
    intake.file("a.csv", "Ref,Day,First,Second\n1,2025-01-01,C1,C2\n2,tomorrow,C3,\n")
    mapping = (
        "".join(
            f'[[voluntary_interviews]]\nfile = "a.csv"\n{more}[voluntary_interviews.columns]\n'
            f'interview_id = {{ columns = ["Ref", "{who}"] }}\nchild_id = "{who}"\ninterviewed_on = "Day"\n'
            for who, more in (("First", ""), ("Second", 'leave_out = { Second = "" }\n'))
        )
        + '[[hubs]]\nfile = "hubs.csv"\n'
    )
    reports = load(intake, intake.folder, written(intake, mapping)).files
    assert [(report.name, report.read, report.rejected) for report in reports[1:]] == [
        ("a.csv (voluntary_interviews)", 2, 2),
        ("a.csv (voluntary_interviews 2)", 1, 1),
    ]
    assert len(intake.rows("rejected_rows")) == 4
    assert not any(report.changed for report in load(intake, intake.folder, written(intake, mapping)).files)


def test_of_two_entries_the_later_one_stands(intake):
    intake.file("a.csv", "Child,Sex\nC1,F\nC2,F\n")
    intake.file("z.csv", "Child,Sex\nC1,M\n")
    entry = '[[children]]\nfile = "{}.csv"\n[children.columns]\nchild_id = "Child"\nsex = "Sex"\n'
    first, second = load(intake, intake.folder, written(intake, entry.format("z") + entry.format("a"))).files
    assert (first.name, first.superseded, second.name, second.superseded) == ("z.csv", 1, "a.csv", 0)
    assert intake.rows("children", "child_id", "sex") == [("C1", "F"), ("C2", "F")]


def test_files_that_nothing_names_are_listed_once(intake):
    intake.file("crimes 1.csv", "Ref,Recorded\n1,2025-01-01\n")
    intake.file("other.csv", "x\n1\n")
    intake.file("readme.txt", "x")
    report = load(intake, intake.folder, written(intake, CRIMES.replace("*", "Crimes*") + COLUMNS))
    assert [file.name for file in report.files] == ["crimes 1.csv"]
    assert report.not_mapped == ("other.csv",)
    assert report.is_whole
    assert "1 file not mapped, and not read: other.csv" in report_text(report)


def test_in_archives_and_of_any_ending(intake, tmp_path):
    inside = tmp_path / "zipped"
    inside.mkdir()
    (inside / "crimes.csv").write_text("Ref,Recorded\n1,2025-01-01\n")
    shutil.make_archive(str(intake.folder / "month"), "zip", inside)
    intake.file("crimes.txt", "Ref,Recorded\n2,2025-01-01\n")
    files = load(intake, intake.folder, written(intake, '[[crimes]]\nfile = ["*.txt", "crimes.csv"]\n' + COLUMNS)).files
    assert sorted(file.name for file in files) == ["crimes.txt", "month.zip: crimes.csv"]
    assert intake.rows("crimes", "crime_id") == [("1",), ("2",)]


def test_where_nothing_is_named_nothing_is_loaded(intake):
    intake.file("a.csv", "Ref,Recorded\n1,2025-01-01\n")
    with pytest.raises(
        MappingRefused, match=r"mapping.toml names none of the 1 file \(a.csv\) that was given: b\*; correct its file"
    ):
        load(intake, intake.folder, written(intake, '[[crimes]]\nfile = "b*"\n' + COLUMNS))


def test_a_file_without_a_column_of_the_mapping_is_refused(intake):
    intake.file("a.csv", "Ref,Date recorded\n1,2025-01-01\n")
    (report,) = load(intake, intake.folder, written(intake, CRIMES + COLUMNS)).files
    assert report.refused == (
        "a.csv lacks the required column Recorded (nearest header: Date recorded); correct the mapping, or add or rename it, "
        "and load the file again."
    )


def test_the_contracts_own_names_need_no_columns(intake):
    intake.file("a.csv", "Crime_ID,recorded_on,hub_id,Notes\n1,03.02.2025,North,see Mum\n")
    mapping = '[values.hub_id]\nNorth = "CAR"\n[[crimes]]\nfile = "a*"\nformat = "%d.%m.%Y"\n[[hubs]]\nfile = "hubs.csv"\n'
    intake.file("hubs.csv", "hub_id,name\nCAR,Carlisle\n")
    _, report = load(intake, intake.folder, written(intake, mapping)).files
    assert intake.rows("crimes", "crime_id", "recorded_on", "hub_id") == [("1", date(2025, 2, 3), "CAR")]
    assert report.remarks == ("1 column not mapped: Notes",)


def test_lines_break_in_free_text_alone(intake):
    intake.file("a.csv", 'Ref,Recorded,What,Aside\n1,2025-01-01,"a\nb","c\nd"\n2,"2025\n-01-01",x,y\n')
    (report,) = load(intake, intake.folder, written(intake, CRIMES + COLUMNS + 'offence = "What"\n')).files
    assert (report.new, report.rejected) == (1, 2)
    assert intake.rows("crimes", "crime_id", "offence") == [("1", "a\nb")]


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
