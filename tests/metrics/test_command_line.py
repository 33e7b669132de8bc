"""The measures by command line: what it prints, what it refuses and how, and the worked cases of the definitions through it."""

import csv
import io
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from product import database_of
from recount.by_hand import child, numbered, residents, row, rows
from recount.test_worked_cases import cohort, disposal
from recount.test_worked_cases_of_outcomes import crimes
from recount.test_worked_cases_of_searches_and_missing import missing, report

from metrics.__main__ import main
from metrics.themes import METRICS

ROOT = Path(__file__).parent.parent.parent
FIGURES = ["numerator", "denominator", "value", "lower", "upper"]


def detained(*given):
    listed = [row(child_id="Z", authorised_on=on) for on in ("2024-01-15", "2025-02-20")]
    listed += [row(child_id="A", **found) for found in given]
    population = [*residents("EDE", 2024, 1200), *residents("CAR", 2024, 2400)]
    children = [child("A", sex="F"), child("Z", "1980-01-01")]
    return database_of(rows(children=children, detentions=numbered("detention_id", listed), population=population))


@pytest.fixture(scope="module")
def url(on_each_engine):
    """Three detentions in the last twelve whole months, one before and one after."""
    days = [("2024-01-31", "EDE"), ("2024-02-01", "EDE"), ("2024-02-29", "CAR"), ("2025-01-31", None), ("2025-02-01", "EDE")]
    return detained(*[{"authorised_on": on, "hub_id": hub} for on, hub in days])


@pytest.fixture
def run(capsys):
    """Runs the command: (how it ended, what it printed, what it said on stderr)."""

    def ask(*arguments, database=None):
        ended = main([*arguments, *(["--database", database] if database else [])])
        said = capsys.readouterr()
        return ended, said.out, said.err

    return ask


@pytest.fixture
def table(run, on_each_engine):
    """The rows of the CSV that the command prints."""

    def ask(*arguments, database):
        ended, out, err = run(*arguments, "--format", "csv", database=database)
        assert (ended, err) == (0, "")
        return list(csv.DictReader(io.StringIO(out)))

    return ask


@pytest.fixture
def value(table):
    """The value of a key without splits, as text: blank where there is none."""
    return lambda key, *arguments, database: table("show", key, *arguments, database=database)[0]["value"]


# In a process of its own


def command(*arguments, **environment):
    return subprocess.run(
        [sys.executable, "-m", "metrics", *arguments],
        cwd=ROOT,
        env=os.environ | environment,
        capture_output=True,
        text=True,
        check=False,
    )


def test_show_in_a_process_of_its_own(url):
    done = command("show", "detentions", "--by", "hub", "--format", "csv", DATABASE_URL=url)
    assert (done.returncode, done.stderr) == (0, "")
    assert [line.split(",")[:4] for line in done.stdout.splitlines()] == [
        ["hub", "numerator", "denominator", "value"],
        ["CAR", "1", "", "1"],
        ["EDE", "1", "", "1"],
        ["unknown", "1", "", "1"],
    ]


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (
            ("show", "detentions", "--database", "duckdb:////nowhere/none.duckdb"),
            "There is no reporting database at /nowhere/none.duckdb; run ",
        ),
        (("show", "detention", "--database", "duckdb:////nowhere/none.duckdb"), "There is no reporting database at "),
        (("show", "detentions", "--from", "31/01/2025"), "'31/01/2025' is not a date; write it as 2025-04-01."),
    ],
)
def test_a_refusal_in_a_process_of_its_own(arguments, sentence):
    done = command(*arguments)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith(sentence)
    assert done.stderr.count("\n") == 1


# What it prints


def test_list_prints_every_key(run):
    ended, out, err = run("list")
    assert (ended, err) == (0, "")
    printed = [line.split()[0] for line in out.splitlines() if line.startswith("  ") and not line.startswith("   ")]
    assert printed == list(METRICS)


def test_a_table_to_read(run, url):
    ended, out, _ = run("show", "detentions", "detention_rate", "--hub", "EDE", database=url)
    assert ended == 0
    assert "Detentions of children, detentions, February 2024 to January 2025" in out  # the last twelve whole months
    assert "1 among 1,200 residents aged 10-17" in out
    assert "Residents are those of 2024, the nearest estimate to 2025." in out
    _, out, _ = run("show", "detention_rate", "--hub", "EDE", "--by", "month,year", database=url)
    assert out.count(" among 1,200 residents aged 10-17") == 12  # a month has a twelfth of the child-years


def test_csv_of_one_and_of_several(run, url):
    _, one, _ = run("show", "detentions", "--by", "month,hub", "--format", "csv", database=url)
    assert one.splitlines()[0].split(",") == ["month", "hub", *FIGURES]
    _, several, _ = run("show", "detentions", "children_detained", "--by", "hub", "--format", "csv", database=url)
    found = list(csv.reader(io.StringIO(several)))
    assert found[0] == ["key", "hub", *FIGURES]
    assert [line[:3] for line in found[1:]] == [
        [key, hub, "1"] for key in ("detentions", "children_detained") for hub in ("CAR", "EDE", "unknown")
    ]


def test_all_of_them(table, url):
    assert [found["key"] for found in table("show", "all", database=url)] == list(METRICS)


def test_json_has_the_same_rows_with_null_for_blank(run, url):
    _, out, _ = run("show", "detentions", "overnight_share", "--format", "json", database=url)
    detentions, overnight = json.loads(out)
    assert list(detentions) == ["key", *FIGURES]
    assert (detentions["numerator"], detentions["denominator"], detentions["value"]) == (3, None, 3)
    assert overnight == {"key": "overnight_share", **dict.fromkeys(FIGURES)}


def test_numbers_are_not_rounded(table, url):
    found = table("show", "detention_rate", "--hub", "CAR", "--from", "2024-02-01", "--to", "2024-03-01", database=url)
    assert found[0]["numerator"] == "1"
    assert float(found[0]["denominator"]) == pytest.approx(200, rel=1e-15)
    assert float(found[0]["value"]) == pytest.approx(5, rel=1e-15)
    assert float(found[0]["lower"]) == pytest.approx(0.1265890399214495, rel=1e-14)  # 5 x 0.0253178..., one event


def test_a_share_is_a_fraction_of_one(table):
    listed = [
        row(kind="person", searched_on="2024-01-31", age=15, outcome=outcome)
        for outcome in ("arrest", *["no further action"] * 2)
    ]
    database = database_of(rows(stop_searches=numbered("search_id", listed)))
    found = table("show", "search_outcome_rate", "--from", "2024-01-01", "--to", "2024-02-01", database=database)[0]
    assert (found["numerator"], found["denominator"], found["value"]) == ("1", "3", "0.3333333333333333")


def test_not_available_is_blank_and_nought_is_0(table, url):
    found = {
        line["key"]: line
        for line in table(
            "show", "detentions", "overnight_share", "searches", "--hub", "CAR", "--from", "2024-03-01", database=url
        )
    }
    assert [found["detentions"][name] for name in FIGURES[:4]] == ["0", "", "0", "0"]
    assert all(found[key][name] == "" for key in ("overnight_share", "searches") for name in FIGURES)


def test_the_default_is_the_last_twelve_whole_months(table, url):
    months = [found["month"] for found in table("show", "detentions", "--by", "month", database=url)]
    assert months == [f"2024-{month:02}-01" for month in range(2, 13)] + ["2025-01-01"]


@pytest.mark.parametrize(
    ("arguments", "number"),
    [
        ((), "3"),
        (("--from", "2024-02-01", "--to", "2024-02-29"), "1"),  # the end is not included
        (("--from", "2024-02-29"), "3"),
        (("--to", "2025-01-31"), "3"),  # the twelve months before, from 31 January 2024
        (("--to", "2025-03-01"), "2"),  # from 1 March 2024
        (("--hub", "EDE"), "1"),
        (("--hub", "EDE", "CAR"), "2"),
        (("--hub", "EDE", "--hub", "CAR"), "2"),
        (("--hub", "Eden"), "1"),
        (("--hub", "eden", "CARLISLE", "EDE"), "2"),
        (("--as-at", "2025-01-30"), "3"),  # the twelve whole months to December 2024
        (("--as-at", "2025-01-30", "--from", "2024-02-01"), "2"),
        (("--from", "2023-01-01", "--to", "2030-01-01"), "5"),
    ],
)
def test_period_hubs_and_as_at(value, url, arguments, number):
    assert value("detentions", *arguments, database=url) == number


def test_a_day_after_the_end_of_the_data_is_that_end_and_it_says_so(run, url):
    """The last detention is of 20 February 2025."""
    plain = run("show", "detentions", database=url)
    assert plain[2] == ""
    for day in ("2025-02-21", "9999-12-31"):
        said = f"The data end on 2025-02-20, before {day}: all of them are counted.\n"
        assert run("show", "detentions", "--as-at", day, database=url) == (*plain[:2], said)
    assert run("show", "detentions", "--as-at", "2025-02-20", database=url)[2] == ""


def test_splits_may_be_written_with_spaces_and_twice(table, url):
    plain = table("show", "detentions", "--by", "hub,sex", database=url)
    assert table("show", "detentions", "--by", "hub, sex,hub", database=url) == plain
    assert list(plain[0]) == ["hub", "sex", *FIGURES]


def test_the_basis_of_outcomes(value):
    database = database_of(crimes())
    january = ("--from", "2025-01-01", "--to", "2025-02-01")
    assert value("crimes_with_outcome", *january, database=database) == "1"
    assert value("crimes_with_outcome", *january, "--basis", "closed", database=database) == "1"
    assert value("crimes_with_outcome", *january, "--basis", "recorded", database=database) == "3"
    assert value("charged_share", *january, "--basis", "recorded", database=database) == "0.3333333333333333"
    assert value("nfa_evidential_share", *january, "--as-at", "2025-02-19", database=database) == "0.5"


# What it refuses


def assert_refused(answer, *beginnings):
    ended, out, err = answer
    assert (ended, out) == (2, "")
    for line, beginning in zip(err.splitlines(), beginnings, strict=True):
        assert line.startswith(beginning), err


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("detentoins",), "'detentoins' is not a measure; did you mean detentions? `python -m metrics list` prints them all."),
        (("xyzzy",), "'xyzzy' is not a measure; `python -m metrics list` prints them all."),
        (
            ("detentions", "--by", "colour"),
            "detentions cannot be split by colour; it can by hub, area, authority, force, month, ",
        ),
        (("detention_rate", "--by", "hub,ethnicity"), "detention_rate cannot be split by ethnicity; it can by hub, "),
        (("detentions", "--hub", "NOWHERE"), "NOWHERE is not a hub; the hubs are CAR (Carlisle), EDE (Eden)."),
        (("detentions", "--hub", "EDE", "X", "W"), "W, X are not hubs; the hubs are CAR (Carlisle), EDE (Eden)."),
        (("detentions", "--from", "2025-02-30"), "'2025-02-30' is not a date; write it as 2025-04-01."),
        (("detentions", "--as-at", "yesterday"), "'yesterday' is not a date; write it as 2025-04-01."),
        (
            ("detentions", "--from", "2025-02-01", "--to", "2025-02-01"),
            "The period from 2025-02-01 to 2025-02-01 is empty; it must end ",
        ),
    ],
)
def test_a_question_that_cannot_be_answered(run, url, arguments, sentence):
    assert_refused(run("show", *arguments, database=url), sentence)


@pytest.mark.parametrize(
    ("address", "sentence"),
    [
        (
            "nonsense",
            "What was given, which is not repeated as it may hold a password, is not a database address; give one such as ",
        ),
        ("nonsense://host/name", "A nonsense database cannot be read; give a duckdb or postgresql address."),
        ("mysql://host/name", "A mysql database needs MySQLdb, which is not installed; "),
        ("duckdb:///none.duckdb", "There is no reporting database at none.duckdb; run `python -m demo` for the invented force, "),
    ],
)
def test_an_address_without_a_database(run, address, sentence):
    assert_refused(run("show", "detentions", database=address), sentence)


def test_a_file_that_is_no_database_or_another_one(run, tmp_path):
    (tmp_path / "letter.duckdb").write_text("Dear Sir or Madam")
    assert_refused(
        run("show", "detentions", database=f"duckdb:///{tmp_path}/letter.duckdb"), "The reporting database could not be read: "
    )


def test_of_several_keys_those_without_the_split_are_left_out_with_a_note(run, url):
    ended, out, err = run("show", "detentions", "detention_rate", "searches", "--by", "suite", "--format", "csv", database=url)
    assert ended == 0
    assert err == "searches is left out: it cannot be split by suite.\n"
    assert {line.split(",")[0] for line in out.splitlines()} == {"key", "detentions", "detention_rate"}


FORMULA = '=HYPERLINK("http://x","y")'


@pytest.fixture(scope="module")
def with_formulas(on_each_engine):
    """Two crimes of a child, the name of one offence group and of a hub being what a spreadsheet would run."""
    links = [row(crime_id=name, child_id="A") for name in ("K1", "K2")]
    kinds = (("K1", "2025-01-01", FORMULA), ("K2", "2025-01-31", "theft"))
    crimes = [row(crime_id=name, recorded_on=on, committed_on=on, hub_id="+1", offence_group=group) for name, on, group in kinds]
    hubs = [{"hub_id": "+1", "name": "@Carlisle", "area": "North", "authority": "Cumberland", "force": "Cumbria"}]
    return database_of({"hubs": hubs, "children": [child("A", "2013-01-01")], "crimes": crimes, "suspects": links})


def test_text_from_the_data_is_no_formula_unless_it_is_wanted_raw(run, table, with_formulas):
    asked = ("show", "child_suspect_crimes", "--by", "offence_group")
    guarded, plain = (
        {found["offence_group"] for found in table(*asked, *more, database=with_formulas)} for more in ((), ["--raw"])
    )
    assert guarded == {f"'{FORMULA}", "theft"} and plain == {FORMULA, "theft"}
    for more in ((), ("--raw",)):
        _, out, _ = run(*asked, "--format", "json", *more, database=with_formulas)
        assert {found["offence_group"] for found in json.loads(out)} == {FORMULA, "theft"}
    several = table("show", "child_suspect_crimes", "crimes_with_outcome", "--by", "hub", database=with_formulas)
    assert {found["hub"] for found in several} == {"'+1"}


def test_a_question_across_measures_guards_its_text_too(table, with_formulas):
    found = table("signals", "--every", database=with_formulas)
    assert {row["hub"] for row in found} >= {"", "'+1"}
    assert {row["hub"] for row in table("signals", "--every", "--raw", database=with_formulas)} >= {"", "+1"}


def test_several_keys_none_of_which_has_the_split(run, url):
    for form in ("csv", "json", "table"):
        assert_refused(
            run("show", "detentions", "searches", "--by", "colour", "--format", form, database=url),
            "detentions is left out: it cannot be split by colour.",
            "searches is left out: it cannot be split by colour.",
            "None of these measures can be split by colour; ",
        )


# The worked cases of the definitions


def test_reoffending_of_the_worked_cohort(value):
    database, quarter = database_of(cohort()), ("--from", "2023-01-01", "--to", "2023-04-01")
    assert value("reoffending_rate", *quarter, database=database) == "0.6"
    assert value("reoffences_per_reoffender", *quarter, database=database) == "1.6666666666666667"
    assert value("reoffences_per_child", *quarter, database=database) == "1"
    assert value("reoffending_rate", *quarter, "--as-at", "2024-09-29", database=database) == ""


@pytest.mark.parametrize(
    ("authorised", "released", "hours"),
    [
        ("2024-06-10 22:00", "2024-06-11 04:00", "6"),
        ("2025-03-29 23:30", "2025-03-30 07:30", "7"),
        ("2024-10-26 23:30", "2024-10-27 07:30", "9"),
        ("2024-06-10 22:00", "2024-06-11 03:59", "5.983333333333333"),
    ],
)
def test_a_night_in_custody(value, authorised, released, hours):
    given = {"authorised_on": authorised[:10], "authorised_at": authorised, "released_at": released}
    listed = [row(child_id="A", **given), *(row(child_id="Z", authorised_on=on) for on in ("2024-01-01", "2025-12-31"))]
    database = database_of(rows(children=[child("A"), child("Z", "1980-01-01")], detentions=numbered("detention_id", listed)))
    period = ("--from", "2024-01-01", "--to", "2026-01-01")
    assert value("hours_detained", *period, database=database) == hours
    assert value("overnight_share", *period, database=database) == ("0" if hours.startswith("5.98") else "1")


def test_reports_of_one_child_that_overlap_are_one_episode(table, value):
    database = database_of(
        missing(
            report("2025-06-01 10:00", "2025-06-01 14:00"),
            report("2025-06-01 13:00", "2025-06-01 18:00"),
            report("2025-06-01 18:00", "2025-06-01 19:00"),  # touching: another
        )
    )
    june = ("--from", "2025-06-01", "--to", "2025-07-01")
    assert value("missing_episodes", *june, database=database) == "2"
    assert value("missing_repeat_share", *june, database=database) == "0.5"
    found = table("show", "hours_missing", *june, database=database)[0]
    assert (found["numerator"], found["denominator"], found["value"]) == ("", "2", "1")  # 1 and 8 hours: half by the first


def test_a_child_who_entered_elsewhere_does_not_enter_again(value):
    given = [
        disposal("A", "conviction", "2024-05-01"),
        disposal("B", "conviction", "2018-05-01", prosecutor="other", in_england_and_wales=False),
        disposal("B", "conviction", "2024-05-01"),
        disposal("C", "youth caution", "2024-05-01"),  # on the Police National Computer since 2020
        disposal("Z", "penalty notice", "2024-12-31"),
    ]
    children = [child("A"), child("B"), child("C", pnc_first_disposal_on="2020-01-01")]
    database = database_of(rows(children=children, disposals=numbered("disposal_id", given)))
    assert value("first_time_entrants", "--from", "2024-01-01", "--to", "2025-01-01", database=database) == "1"
