"""Extracts that are declared complete to a day, and published files that are so by their names: their last month is whole."""

from datetime import date

import databases
import guarded
import pytest
from product import answered, figures
from sqlalchemy import NullPool, create_engine, text

from ingest.__main__ import main as take_in
from ingest.taking import Terms
from metrics.__main__ import main as ask
from metrics.measuring.measure import measure
from metrics.themes import METRICS
from queries.engine import connect
from queries.lookups import quality
from queries.scope import Access, Scope

pytestmark = pytest.mark.usefixtures("on_each_engine")

HELD = "detention_id,child_id,authorised_on,hub_id\n"
TO_29_MARCH = HELD + "D1,C1,2025-01-10,CAR\nD2,C2,2025-03-05,CAR\nD3,C1,2025-03-29,CAR\n"
MARCH = date(2025, 3, 1), date(2025, 4, 1)
RESIDENTS = "hub_id,year,age,residents\n" + "".join(f"CAR,2025,{age},1500\n" for age in range(18))  # 10-17: 12,000
TO_THE_31ST = Terms(yes=True, data_to=date(2025, 3, 31))
ENDS = "source_file", "data_from", "data_to", "is_declared", "force"


def declared(intake, *files, on="2025-03-31", **more):
    return list(intake.run(*files, terms=Terms(yes=True, data_to=date.fromisoformat(on)), **more).files)


def ends(intake, table="detentions"):
    """What is noted of each load of a table."""
    return [row[1:] for row in intake.rows("loads", "table_name", *ENDS) if row[0] == table]


def last_day(intake):
    with connect(intake.url).connect() as connection:
        return quality.span(connection)[1]


def rate(intake):
    """The child-years of Carlisle in March 2025: of the whole month a twelfth of 12,000."""
    (row,) = (figure for (hub,), figure in figures(intake.url, "detention_rate", *MARCH, by=("hub",)).items() if hub == "CAR")
    return row


# The force's own extracts


def test_march_is_whole_where_its_extract_is_declared_complete(with_people):
    with_people.load(with_people.file("population.csv", RESIDENTS))
    file = with_people.file("detentions-2025-03.csv", TO_29_MARCH)
    with_people.load(file)
    of_29_days = 1000 * 29 / 31
    assert rate(with_people) == (2, pytest.approx(of_29_days), pytest.approx(2000 / of_29_days))
    assert ends(with_people) == [(file.name, date(2025, 1, 10), date(2025, 3, 29), None, None)]
    (report,) = declared(with_people, file)
    assert report.changed and report.unchanged == 3
    assert report.remarks == ("complete to 2025-03-31, as --data-to says: after its last event, of 2025-03-29, none happened",)
    assert rate(with_people) == (2, pytest.approx(1000.0), pytest.approx(2.0))
    assert ends(with_people)[1] == (file.name, date(2025, 1, 10), date(2025, 3, 31), True, None)


def test_the_same_again_changes_nothing_whether_it_is_declared_again_or_not(with_people):
    file = with_people.file("detentions.csv", TO_29_MARCH)
    declared(with_people, file)
    noted = ends(with_people)
    for (report,) in (declared(with_people, file), with_people.load(file)):
        assert not report.changed
    assert ends(with_people) == noted and last_day(with_people) == date(2025, 3, 31)


def test_an_event_after_the_declared_end_moves_it_and_an_earlier_extract_does_not(with_people):
    declared(with_people, with_people.file("detentions-2025-03.csv", TO_29_MARCH))
    with_people.take("detentions-2025-04.csv", HELD + "D4,C1,2025-04-12,CAR\n")
    assert last_day(with_people) == date(2025, 4, 12)
    declared(with_people, with_people.file("detentions-2025-02.csv", HELD + "D5,C1,2025-02-12,CAR\n"), on="2025-02-28")
    assert last_day(with_people) == date(2025, 4, 12)


def test_another_day_for_the_same_file_takes_the_place_of_a_slip(with_people):
    file = with_people.file("detentions.csv", TO_29_MARCH)
    declared(with_people, file, on="2026-03-31")
    assert last_day(with_people) == date(2026, 3, 31)
    declared(with_people, file)
    assert last_day(with_people) == date(2025, 3, 31)


def test_a_file_without_rows_says_that_nothing_happened(with_people):
    """Of a table of which earlier events are known; and of the two others, as no event is known, nothing is available."""
    with_people.take("detentions-2025-02.csv", HELD + "D1,C1,2025-02-10,CAR\n")
    nothing = [with_people.file("detentions-2025-03.csv", HELD), with_people.file("incidents.csv", "incident_id,created_on\n")]
    assert [report.remarks for report in declared(with_people, *nothing)] == [
        ("complete to 2025-03-31, as --data-to says: no event happened",)
    ] * 2
    assert figures(with_people.url, "detentions", *MARCH) == {(): (0, None, 0)}
    assert figures(with_people.url, "asb_incidents", *MARCH) == {(): (None, None, None)}


def test_hubs_and_children_have_no_last_day(with_people):
    declared(with_people, with_people.file("hubs.csv", "hub_id,name\nCAR,City of Carlisle\n"))
    assert ends(with_people, "hubs")[-1] == ("hubs.csv", None, None, None, None)


def test_a_day_before_an_event_of_the_file_refuses_it(with_people):
    """On that very day it is taken."""
    files = with_people.file("detentions.csv", TO_29_MARCH), with_people.file("incidents.csv", "incident_id,created_on\n")
    terms = Terms(data_to=date(2025, 3, 28))
    report = with_people.run(*files, terms=terms)
    assert report.is_held_back
    assert [file.refused for file in report.files] == [
        "detentions.csv has an event of 2025-03-29, after --data-to 2025-03-28, to which it is said to be complete; give "
        "2025-03-29 or a later day to which it is, or leave out its later rows.",
        None,
    ]
    assert ends(with_people) == []
    (report,) = declared(with_people, files[0], on="2025-03-29")
    assert (report.refused, report.remarks) == (None, ())


def test_readers_of_a_hub_have_the_same_last_day(with_people):
    """Also by the dashboard's own login to a server, which shows them no load."""
    declared(with_people, with_people.file("detentions.csv", TO_29_MARCH), with_people.file("population.csv", RESIDENTS))
    url = with_people.url
    if databases.engine() == "postgresql":
        url = guarded.dashboard(guarded.install(url))
    for access in (Access("hub", ("CAR",)), Access("command")):
        scope = Scope(access, *MARCH, hubs=("CAR",))
        row = answered(connect(url), measure, METRICS["detention_rate"], scope).iloc[0]
        assert (row["numerator"], row["denominator"]) == (2, pytest.approx(1000.0))


# What is published


HEADER = "Type,Date,Age range,Outcome\n"


def published(intake, month, *days, force="cumbria", today=date(2025, 12, 1)):
    rows = "".join(f"Person search,{month}-{day}T10:00:00+00:00,10-17,Arrest\n" for day in days)
    return intake.load(intake.file(f"{month}-{force}-stop-and-search.csv", HEADER + rows), today=today)


def searches(intake):
    """Of each force, from month to month."""
    found = figures(intake.url, "searches", date(2025, 3, 1), date(2025, 6, 1), by=("force", "month"))
    return {force: [value for (of, _), (_, _, value) in found.items() if of == force] for force, _ in found}


def test_a_published_month_is_whole_by_its_name(intake):
    (report,) = published(intake, "2025-03", "05", "29")
    assert report.remarks == ("columns of such files that it lacks: " + report.remarks[0].partition(": ")[2],)
    assert ends(intake, "stop_searches") == [
        ("2025-03-cumbria-stop-and-search.csv", date(2025, 3, 5), date(2025, 3, 31), True, "Cumbria")
    ]
    assert last_day(intake) == date(2025, 3, 31)
    (report,) = published(intake, "2025-03", "05", "29")
    assert not report.changed


def test_a_force_is_complete_to_the_months_that_it_has_published(intake):
    """Nobody was searched in Cumbria in April, and nothing is known of South Wales then, which published March alone."""
    published(intake, "2025-03", "05")
    published(intake, "2025-03", "07", force="south-wales")
    published(intake, "2025-04", force="cumbria")
    assert last_day(intake) == date(2025, 4, 30)
    assert searches(intake) == {"Cumbria": [1, 0], "South Wales": [1, None]}


def test_what_a_load_is_told_of_its_own_searches_is_said_of_no_other_force(with_people):
    """Carlisle's hub has no force, and so is of an unknown one."""
    published(with_people, "2025-03", "05", force="south-wales")
    own = "search_id,searched_on,kind,age,hub_id\nS1,2025-03-05,person,15,CAR\n"
    declared(with_people, with_people.file("stop_searches.csv", own), on="2025-04-30")
    assert searches(with_people) == {"South Wales": [1, None], "unknown": [1, 0]}


def test_a_published_file_is_complete_to_its_month_whatever_the_load_is_told(intake):
    """Half past midnight of 1 April in London is still March where it is published: the last day is that of the event then."""
    file = intake.file("2025-03-cumbria-stop-and-search.csv", HEADER + "Person search,2025-03-31T23:30:00+00:00,10-17,Arrest\n")
    (report,) = declared(intake, file, on="2025-03-15", today=date(2025, 12, 1))
    assert report.refused is None
    assert ends(intake, "stop_searches")[0][2:] == (date(2025, 3, 31), True, "Cumbria")
    assert last_day(intake) == date(2025, 4, 1)


def test_a_published_month_that_is_not_over_reaches_to_its_last_search(intake):
    published(intake, "2025-03", "05", "29", today=date(2025, 3, 30))
    assert last_day(intake) == date(2025, 3, 29)
    published(intake, "2025-03", "05", "29", today=date(2025, 3, 31))
    assert last_day(intake) == date(2025, 3, 31)


# Databases of earlier versions, and the command


def test_a_database_that_knows_nothing_of_declared_ends(with_people):
    """It is given the two columns by the next load."""
    with_people.take("detentions.csv", TO_29_MARCH)
    with create_engine(with_people.url, poolclass=NullPool).begin() as connection:
        for column in ("is_declared", "force"):
            connection.execute(text(f"ALTER TABLE loads DROP COLUMN {column}"))
    declared(with_people, with_people.file("detentions.csv", TO_29_MARCH))
    assert [row[2:4] for row in ends(with_people)] == [(date(2025, 3, 29), None), (date(2025, 3, 31), True)]
    assert last_day(with_people) == date(2025, 3, 31)


def test_the_command_and_what_is_shown_then(with_people, capsys):
    files = with_people.file("population.csv", RESIDENTS), with_people.file("detentions.csv", TO_29_MARCH)
    assert take_in([*map(str, files), "--database", with_people.url, "--data-to", "2025-03-31"]) == 0
    said = "complete to 2025-03-31, as --data-to says: after its last event, of 2025-03-29, none happened"
    assert f"Worth knowing\n  detentions.csv: {said}\n" in capsys.readouterr().out
    shown = ["show", "detention_rate", "--hub", "CAR", "--from", "2025-03-01", "--to", "2025-04-01", "--format", "csv"]
    assert ask([*shown, "--database", with_people.url]) == 0
    header, row = capsys.readouterr().out.splitlines()
    assert header == "numerator,denominator,value,lower,upper"
    assert [float(cell) for cell in row.split(",")[:3]] == [2, pytest.approx(1000.0), pytest.approx(2.0)]
    assert ask([*shown, "--as-at", "2025-04-02", "--database", with_people.url]) == 0
    assert "The data end on 2025-03-31, before 2025-04-02: all of them are counted.\n" in capsys.readouterr().err


def test_a_day_that_cannot_be(intake, capsys):
    with pytest.raises(SystemExit):
        take_in([str(intake.folder), "--data-to", "31.3.2025"])
    assert "'31.3.2025' is not a date; write it as 2025-04-01." in capsys.readouterr().err
    file = intake.file("hubs.csv", "hub_id,name\nCAR,Carlisle\n")
    assert take_in([str(file), "--dry-run", "--data-to", "9999-03-31"]) == 1
    out, err = capsys.readouterr()
    assert out == ""
    assert err.startswith(
        "--data-to 9999-03-31 has not come, and no extract is complete to it; give the last day of which the files hold all "
        "events, "
    )
    assert take_in(["facts", "--data-to", "2025-03-31", "--database", intake.url]) == 1
    assert capsys.readouterr().err == (
        "Building facts reads no file that could be complete to a day; give --data-to with the files.\n"
    )
