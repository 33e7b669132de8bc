"""Each figure says what it lacks of what was loaded, and shows no zero for a time of which something was not taken in."""

from datetime import date

import pytest
from product import answered, database_of, figures
from recount.by_hand import child, numbered, row, rows

from metrics.measuring.arrays import gather_arrays
from metrics.measuring.notes import lacking, notes, on_refusals
from metrics.themes import METRICS
from queries.counting.coverage import ask
from queries.counting.origins import columns_of, tables_of
from queries.engine import connect
from queries.scope import Access, Scope

pytestmark = pytest.mark.usefixtures("on_each_engine")

WHY = "(the analyst sees why under Data quality)"
SPRING = date(2025, 4, 1), date(2025, 7, 1)


def aside(table, day, column=None, line=2, other_day=None):
    days = {"day": day and date.fromisoformat(day), "other_day": other_day and date.fromisoformat(other_day)}
    return row(table_name=table, load_id="1", line=line, row_key=None, column_name=column, **days)


def search(on, outcome="no further action", hub="CAR"):
    return row(child_id="A", searched_on=on, kind="person", outcome=outcome, hub_id=hub)


def world(*set_aside):
    """Searches of one child: two in April, none in May, one in June; nothing found."""
    searches = numbered("search_id", [search("2025-04-01"), search("2025-04-20"), search("2025-06-30")])
    return database_of(rows(children=[child("A")], stop_searches=searches, set_aside=list(set_aside)))


def notes_of(url, key, start=SPRING[0], end=SPRING[1], **more):
    return answered(connect(url), notes, METRICS[key], Scope(Access("command"), start=start, end=end, **more))


def test_nothing_is_said_where_nothing_was_set_aside():
    assert notes_of(world(), "searches") == ()
    assert notes_of(world(aside("detentions", "2025-05-01"), aside("stop_searches", "2025-05-01", "suite")), "searches") == ()


def test_rows_refused_in_the_period_are_told_at_every_figure_of_their_table():
    refused = [aside("stop_searches", f"2025-05-0{day}", line=day) for day in (1, 2, 3)]
    url = world(*refused, aside("stop_searches", "2025-03-31"), aside("stop_searches", None))
    told = (
        "Refused at loading, so that no figure has what they say: 3 rows of stop searches and 1 row of stop searches whose day "
        "is not known (whole force; no zero is shown for their days; the analyst sees why under Data quality).",
    )
    assert notes_of(url, "searches") == notes_of(url, "search_outcome_rate") == told
    assert notes_of(url, "searches", hubs=("CAR",)) == told
    assert notes_of(url, "detentions") == notes_of(world(), "detentions")


SERGEANT = Access("hub", ("CAR",))


def test_a_reader_of_some_hubs_is_told_no_number_of_the_whole_force():
    """Nobody knows of which hub a refused row was: one or two of another hub may be a child whom somebody knows."""
    refused = [aside("stop_searches", f"2025-05-0{day}", line=day) for day in (1, 2, 3)]
    unread = [aside("stop_searches", "2025-04-20", "outcome", line) for line in (4, 5)]
    url = world(*refused, aside("stop_searches", None, line=6), *unread)
    sentences = (
        "Refused at loading, so that no figure has what they say: {} of stop searches and {} of stop searches whose day "
        "is not known (whole force; no zero is shown for their days; the analyst sees why under Data quality).",
        "Could not be read at loading, and count as not recorded: {} of the outcomes of stop searches "
        "(whole force; no zero is shown for their days; the analyst sees why under Data quality).",
    )
    without_numbers = sentences[0].format("some rows", "some rows"), sentences[1].format("some")
    with_numbers = sentences[0].format("3 rows", "1 row"), sentences[1].format("2")

    def told(access):
        scope = Scope(access, start=SPRING[0], end=SPRING[1], hubs=("CAR",))
        return answered(connect(url), notes, METRICS["search_outcome_rate"], scope)

    assert told(SERGEANT) == told(Access("command", ("CAR", "BAR"))) == without_numbers
    assert told(Access("command")) == told(Access("analyst")) == with_numbers


@pytest.mark.parametrize(
    ("refused", "to_a_sergeant", "to_the_command_team"),
    [
        (aside("detentions", "2025-05-01"), "some rows of detentions refused", "1 row of detentions refused"),
        (
            aside("children", None, "date_of_birth"),
            "some of the dates of birth not read",
            "1 of the dates of birth not read",
        ),
    ],
)
def test_nor_where_nothing_of_its_kind_is_held(refused, to_a_sergeant, to_the_command_team):
    engine = connect(database_of(rows(set_aside=[refused])))
    for access, told in ((SERGEANT, to_a_sergeant), (Access("command"), to_the_command_team)):
        assert answered(engine, notes, METRICS["detentions"], Scope(access, start=SPRING[0], end=SPRING[1]))[1] == (
            f"What was sent of it could not be taken in at loading: {told} (the analyst sees why under Data quality)."
        )


def test_of_several_measures_those_are_told_that_lack_something():
    engine = connect(world(aside("stop_searches", "2025-05-01")))
    several = [METRICS[key] for key in ("searches", "detentions", "search_outcome_rate")]
    told = answered(engine, on_refusals, several, Scope(Access("command"), start=SPRING[0], end=SPRING[1]))
    assert told.keys() == {"searches", "search_outcome_rate"}
    assert told["searches"] == notes_of(world(aside("stop_searches", "2025-05-01")), "searches")


def test_what_was_refused_after_the_last_day_of_the_data_is_told_too():
    """The file went on to August; what was kept of it ends in June."""
    (told,) = notes_of(world(aside("stop_searches", "2025-08-15")), "searches")
    assert told.startswith("Refused at loading, so that no figure has what they say: 1 row of stop searches (")


def test_cells_are_told_where_a_measure_looks_at_their_column():
    url = world(aside("stop_searches", "2025-04-20", "outcome"), aside("stop_searches", "2025-04-20", "object_of_search"))
    (told,) = notes_of(url, "search_outcome_rate")
    assert told.startswith("Could not be read at loading, and count as not recorded: 1 of the outcomes of stop searches (whole")
    assert notes_of(url, "searches") == ()


def test_no_zero_is_shown_for_a_month_of_which_rows_were_refused():
    by_month = figures(world(), "searches", *SPRING, by=("month",))
    assert {cell[0]: found[2] for cell, found in by_month.items()} == {"2025-04-01": 2, "2025-05-01": 0, "2025-06-01": 1}
    lacking = figures(world(aside("stop_searches", "2025-05-09")), "searches", *SPRING, by=("month",))
    assert {cell[0]: found[:3] for cell, found in lacking.items()} == {
        "2025-04-01": (2, None, 2),
        "2025-05-01": (None, None, None),
        "2025-06-01": (1, None, 1),
    }


def test_a_row_of_two_days_of_which_one_is_wrong_may_be_of_either():
    url = world(aside("stop_searches", "2025-08-01", other_day="2025-05-09"))
    assert figures(url, "searches", *SPRING, by=("month",))["2025-05-01",] == (None, None, None)
    assert "1 row of stop searches (" in notes_of(url, "searches")[0]
    assert "1 row of stop searches (" in notes_of(url, "searches", date(2025, 5, 1), date(2025, 6, 1))[0]
    both = world(aside("stop_searches", "2025-05-01", other_day="2025-05-09"))
    assert "1 row of stop searches (" in notes_of(both, "searches")[0], "it is one row all the same"


def test_rows_of_no_known_day_take_a_zero_where_they_are_half_of_what_is_usual():
    """Three searches in 91 days are about one a month: one lost may be what May lacks, and is not half of the three."""
    url = world(aside("stop_searches", None))
    by_month = figures(url, "searches", *SPRING, by=("month",))
    assert [found[2] for found in by_month.values()] == [2, None, 1]
    assert figures(url, "search_arrest_rate", *SPRING)[()] == (0, 3, 0)
    two = world(aside("stop_searches", None), aside("stop_searches", None, line=3))
    assert figures(two, "search_arrest_rate", *SPRING)[()] == (None, None, None)


def test_residents_that_were_refused_are_told_at_rates_alone():
    url = world(aside("population", None), aside("population", None, line=3))
    assert notes_of(url, "searches") == ()
    assert any("2 rows of numbers of residents (" in sentence for sentence in notes_of(url, "search_rate"))


def test_what_is_not_available_says_that_it_was_sent():
    url = database_of(rows(children=[child("A")], set_aside=[aside("children", None, "sex"), aside("detentions", "2025-05-01")]))
    assert notes_of(url, "detentions") == (
        "Not available: needs detentions, which are not loaded.",
        f"What was sent of it could not be taken in at loading: 1 row of detentions refused {WHY}.",
    )
    births = database_of(rows(set_aside=[aside("children", None, "date_of_birth", line) for line in (2, 3)]))
    assert notes_of(births, "missing_episodes")[1:] == (
        f"What was sent of it could not be taken in at loading: 2 of the dates of birth not read {WHY}.",
    )


def test_no_share_of_zero_is_shown_where_the_column_could_not_be_read():
    """None of two in April is 0%, unless an outcome of April could not be read; June, of which all is known, stays 0%."""
    assert figures(world(), "search_outcome_rate", *SPRING)[()] == (0, 3, 0)
    url = world(aside("stop_searches", "2025-04-20", "outcome"))
    assert figures(url, "search_outcome_rate", *SPRING)[()] == (None, None, None)
    by_month = figures(url, "search_outcome_rate", *SPRING, by=("month",))
    assert by_month["2025-04-01",] == (None, None, None)
    assert by_month["2025-06-01",] == (0, 1, 0)


def test_charts_show_no_such_zero_either():
    url = world(aside("stop_searches", "2025-05-09"))

    def by_month(connection, metric, scope):
        question = ask(connection, metric.parts, scope, ("month",))
        numerator, _, value = gather_arrays(connection, question, [metric], ["CAR"]).of(metric)
        return numerator.tolist(), value.tolist()

    scope = Scope(Access("command"), start=SPRING[0], end=SPRING[1])
    numerator, value = answered(connect(url), by_month, METRICS["searches"], scope)
    for of_place in (*numerator, *value):
        assert of_place[0] == 2 and of_place[1] != of_place[1] and of_place[2] == 1  # nan is not itself


def test_the_measures_of_whose_days_something_is_lacking():
    """What is of another month, or may be of any and is few, is told where the figure stands, not on the first page."""
    april = Scope(Access("command"), start=date(2025, 4, 1), end=date(2025, 5, 1))
    asked = [METRICS["searches"], METRICS["search_outcome_rate"]]
    cell = aside("stop_searches", "2025-04-20", "outcome")
    url = world(cell, aside("detentions", None), aside("stop_searches", "2025-05-01"))
    assert answered(connect(url), lambda connection, scope: lacking(connection, asked, scope), april) == ("search_outcome_rate",)
    url = world(cell, aside("stop_searches", None))
    assert answered(connect(url), lambda connection, scope: lacking(connection, asked, scope), april) == (
        *("searches", "search_outcome_rate"),
    )


COUNTED_FROM = {
    "searches": {"stop_searches.age", "stop_searches.age_band", "stop_searches.kind", "stop_searches.searched_on"},
    "search_arrest_rate": {"stop_searches.outcome"},
    "overnight_share": {"detentions.authorised_at", "detentions.released_at"},
    "reviewed_24h_share": {"incidents.category", "incidents.created_at", "incidents.reviewed_at"},
    "outcome_21_share": {"crime_outcomes.outcome_code", "suspects.age_when_committed", "crimes.committed_on"},
    "high_ace_share": {"ace_assessments.aces"},
}


@pytest.mark.parametrize("key", COUNTED_FROM)
def test_a_count_is_traced_to_the_columns_that_it_is_made_of(key):
    found = {f"{column.table.name}.{column.name}" for part in METRICS[key].parts for column in columns_of(part)}
    assert found >= COUNTED_FROM[key]
    assert not {"detentions.suite", "stop_searches.object_of_search", "crimes.offence"} & found


def test_crimes_are_counted_with_their_suspects_and_outcomes():
    tables = {table.name for part in METRICS["outcome_21_share"].parts for table in tables_of(part)}
    assert tables == {"crimes", "suspects", "crime_outcomes"}
    assert {table.name for part in METRICS["detentions"].parts for table in tables_of(part)} == {"detentions"}
