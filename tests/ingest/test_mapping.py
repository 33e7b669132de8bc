"""What a mapping can say: formats, days, words, filters, one row of a key, which files fill what."""

import shutil
from datetime import date

import pytest
from mappings import COLUMNS, CRIMES, DETENTIONS, HELD, TODAY, accounts_for_every_line, entry_of, load, translated, written

from ingest.mapping import MappingRefused
from ingest.mapping.translating import layout
from ingest.report import Report, report_text


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
    said = report_text(Report((report,)))
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
