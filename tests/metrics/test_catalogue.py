"""What looks across the measures, by command line: tables that a spreadsheet reads, and the sentences below them."""

import csv
import io
import json
from datetime import date

import pytest
from product import database_of
from recount.by_hand import residents

from metrics.__main__ import main
from metrics.reports.catalogue import CATALOGUE
from metrics.themes import METRICS
from queries.engine import connect
from queries.lookups.quality import span
from queries.periods import latest_period

COLUMNS = {
    "signals": [
        *("key", "hub", "method", "label", "value", "centre", "lower_limit", "upper_limit", "signal"),
        *("verdict", "target", "assurance"),
    ],
    "emerging": ["subject", "by", "cell", "value", "expected", "chance"],
    "balance": ["key", "value", "year_before", "change"],
    "in-care": ["key", "numerator", "denominator", "value", "times_share_of_residents"],
    "disproportionality": [
        *("stage", "ethnicity", "numerator", "denominator", "value"),
        *("index", "lower", "upper", "lowest", "highest", "verdict"),
    ],
    "concentration": ["key", "children", "events", "value", "by_chance"],
    "reconcile": ["key", "area", "from", "to", "published", "value", "lower", "upper", "gap"],
}


@pytest.fixture(scope="module")
def url(on_each_engine):
    """Fifty children detained in 2025, five of them five times; a conviction, residents, and a hub of Cumberland."""
    detained = [f"C{n}" for n in range(50) for _ in range(5 if n < 5 else 1)]
    return database_of(
        {
            "hubs": [{"hub_id": "CAR", "name": "Carlisle", "authority": "Cumberland", "force": "Cumbria"}],
            "children": [{"child_id": f"C{n}", "date_of_birth": date(2010, 1, 1), "home_hub_id": "CAR"} for n in range(50)],
            "detentions": [
                {"detention_id": f"D{n:03}", "child_id": child, "authorised_on": date(2025, 6, 1), "hub_id": "CAR"}
                for n, child in enumerate(detained)
            ],
            "disposals": [
                {"disposal_id": f"X{day}", "child_id": "C0", "kind": "conviction", "decided_on": day, "residence_hub_id": "CAR"}
                for day in (date(2024, 1, 1), date(2024, 12, 31))
            ],
            "population": residents("CAR", 2024, 1_000),
        }
    )


@pytest.fixture
def table(capsys):
    def ask(command, *arguments, database):
        assert main([command, *arguments, "--format", "csv", "--database", database]) == 0
        return list(csv.DictReader(io.StringIO(capsys.readouterr().out)))

    return ask


def test_a_hub_alone_is_judged_once(demo_url, capsys, table):
    rows = table("signals", "--hub", "barrow", "--every", database=demo_url)
    assert len({row["key"] for row in rows}) == len(rows) == len(METRICS)
    assert {row["hub"] for row in rows} == {"barrow"}


@pytest.mark.parametrize("command", CATALOGUE)
def test_every_question_is_answered_on_the_invented_force(command, demo_url, capsys, table):
    rows = table(command, *narrowed(command), database=demo_url)
    assert list(rows[0]) == COLUMNS[command]
    assert any(row["value"] for row in rows)
    assert main([command, *narrowed(command), "--database", demo_url]) == 0
    printed = capsys.readouterr().out
    assert "nan" not in printed.lower().split()
    assert [line for line in printed.splitlines() if line.startswith("  ") and line.endswith(".")], "it says nothing"


def narrowed(command):
    """Every chart of every hub takes long."""
    return ["--hub", "barrow"] if command == "signals" else []


@pytest.mark.parametrize(
    "command", [name if name == "concentration" else pytest.param(name, marks=pytest.mark.long) for name in CATALOGUE]
)
def test_json_has_the_same_rows(command, demo_url, capsys, table):
    rows = table(command, *narrowed(command), database=demo_url)
    assert main([command, *narrowed(command), "--format", "json", "--database", demo_url]) == 0
    assert [list(row) for row in json.loads(capsys.readouterr().out)] == [list(row) for row in rows]


def test_the_tenth_of_children_detained_most(url, table):
    period = ("--from", "2025-01-01", "--to", "2026-01-01")
    (row,) = (row for row in table("concentration", *period, database=url) if row["key"] == "detentions_top_tenth_share")
    assert (row["children"], row["events"], float(row["value"])) == ("50", "70", pytest.approx(25 / 70))


def test_published_beside_our_own(url, table):
    (row,) = (row for row in table("reconcile", database=url) if (row["area"], row["from"]) == ("Cumberland", "2024-01-01"))
    assert (row["published"], row["value"], row["gap"]) == ("184.0", "100.0", "46% lower here")


def test_in_care_is_asked_of_the_period_that_its_page_opens_with(demo_url, table):
    """Spells in care end later than events do, and the multiples need both."""
    with connect(demo_url).connect() as connection:
        opens, closes = latest_period(*span(connection))
    of_the_page = table("in-care", "--from", str(opens), "--to", str(closes), database=demo_url)
    assert table("in-care", database=demo_url) == of_the_page
    assert table("in-care", "--as-at", str(closes), database=demo_url) != table(
        "in-care", "--as-at", "2024-03-31", database=demo_url
    )


def test_no_multiple_of_few_is_given(demo_url, table):
    multiples = ("index", "lower", "upper", "lowest", "highest")
    rows = table("disproportionality", database=demo_url)
    few = [row for row in rows if row["verdict"] == "too few to tell"]
    assert few and all(row["numerator"] and row["denominator"] for row in few)
    assert {row[name] for row in few for name in multiples} == {""}
    told = [row for row in rows if row["verdict"] in ("higher", "lower", "no clear difference", "not certain")]
    assert told and all(row[name] for row in told for name in multiples)


def test_what_is_not_loaded_is_left_blank(url, table):
    assert {row["value"] for row in table("disproportionality", database=url)} == {""}
    assert {row["value"] for row in table("balance", database=url) if row["key"] != "first_time_entrant_rate"} == {""}


def test_an_option_that_is_none_is_refused(url, capsys):
    with pytest.raises(SystemExit):
        main(["disproportionality", "--against", "men", "--database", url])
    assert "invalid choice: 'men'" in capsys.readouterr().err


@pytest.mark.parametrize("comparison", CATALOGUE.values(), ids=CATALOGUE)
def test_every_comparison_says_what_it_means_and_where_that_comes_from(comparison):
    assert comparison.title and comparison.source
    assert comparison.meaning and all(sentence.endswith(".") for sentence in comparison.meaning)
