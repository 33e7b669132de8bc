"""The latest figure beside the same period a year before, and what may be said of the two."""

from datetime import date

import pytest
from product import answered, database_of
from recount.by_hand import child, numbered, residents, row, rows
from recount.test_worked_cases import disposal

from metrics.reports.headline import file, headlines
from metrics.themes import METRICS
from queries.engine import connect
from queries.periods import Period
from queries.scope import Access, Scope

pytestmark = pytest.mark.usefixtures("on_each_engine")


def headline(key, tables, start=None, end=None, **more):
    scope = Scope(Access("command"), start=start, end=end, **more)
    return answered(connect(database_of(tables)), headlines, [METRICS[key]], scope)[0]


def detained(months, first="2023-01-01", last="2024-12-31", **tables):
    """So many detentions of a child on the tenth of each month, and an adult's on the first and last day of the data."""
    listed = [row(child_id="Z", authorised_on=on) for on in (first, last)]
    listed += [
        row(child_id="A", authorised_on=f"{month}-10", hub_id="EDE") for month, number in months.items() for _ in range(number)
    ]
    children = [child("A"), child("Z", "1980-01-01")]
    return rows(children=children, detentions=numbered("detention_id", listed), **tables)


def test_the_last_twelve_months_beside_the_twelve_before():
    found = headline("detentions", detained({"2023-06": 12, "2024-06": 30}))
    assert found.period == Period(date(2024, 1, 1), date(2025, 1, 1))
    assert (found.now["value"], found.before["value"]) == (30, 12)
    assert found.change.estimate == 2.5
    assert found.sentence == "Higher than the year before (12 detentions), a concern."


def test_the_file_of_figures_holds_numbers():
    """12 detentions, then 30; the share of them overnight is not loaded: blank, never a word."""
    asked = [METRICS["detentions"], METRICS["overnight_share"]]
    engine = connect(database_of(detained({"2023-06": 12, "2024-06": 30})))
    found = file(answered(engine, headlines, asked, Scope(Access("command"))), METRICS)
    one, none = (row for _, row in found.iterrows())
    assert (one["measure"], one["unit"], one["period"], one["change"]) == (
        *("Detentions of children", "detentions", "January to December 2024", "higher"),
    )
    assert (one["numerator"], one["value"], one["value_year_before"]) == (30, 30, 12)
    assert one["lower"] < 30 < one["upper"]
    figures = [name for name in found if name not in ("measure", "unit", "period", "change")]
    assert len(figures) == 10 and none[figures].isna().all() and all(found[name].dtype.kind == "f" for name in figures)


@pytest.mark.parametrize(
    ("now", "before", "sentence"),
    [
        (12, 30, "Lower than the year before (30 detentions), an improvement."),
        (20, 14, "No clear difference from the year before (14 detentions)."),
        (6, 3, "Too few to tell whether this differs from the year before (3 detentions)."),
    ],
)
def test_sentences(now, before, sentence):
    assert headline("detentions", detained({"2023-06": before, "2024-06": now})).sentence == sentence


def test_a_month_is_set_beside_the_same_month():
    tables = detained({"2023-05": 99, "2023-06": 12, "2024-06": 30, "2024-07": 99})
    found = headline("detentions", tables, date(2024, 6, 1), date(2024, 7, 1))
    assert (found.now["value"], found.before["value"]) == (30, 12)


def test_a_part_of_a_period_is_set_beside_the_same_part():
    tables = detained({"2023-06": 12, "2023-07": 99, "2024-06": 30}, last="2024-06-15")
    found = headline("detentions", tables, date(2024, 6, 1), date(2024, 12, 1))
    assert found.period == Period(date(2024, 6, 1), date(2024, 6, 16))
    assert (found.now["value"], found.before["value"]) == (30, 12)


def test_the_rate_before_is_of_the_residents_of_the_year_before():
    population = [*residents("EDE", 2023, 1000), *residents("EDE", 2024, 3000)]
    population += [*residents("CAR", 2023, 0), *residents("CAR", 2024, 0)]
    found = headline("detention_rate", detained({"2023-06": 12, "2024-06": 36}, population=population))
    assert (found.now["value"], found.before["value"]) == (pytest.approx(12), pytest.approx(12))
    assert found.sentence == "No clear difference from the year before (12.0 for every 1,000)."


@pytest.mark.parametrize("first", ["2023-01-02", "2023-06-01"])
def test_without_a_full_year_before_it_says_so(first):
    found = headline("detentions", detained({"2023-06": 12, "2024-06": 30}, first=first))
    assert found.before.isna().all()
    assert found.sentence == "There is no figure for the year before."


def test_not_available():
    found = headline("overnight_share", detained({"2024-06": 30}))
    assert found.sentence == "Not available for this period."
    beyond = headline("detentions", detained({"2024-06": 30}), date(2026, 1, 1), date(2027, 1, 1))
    assert beyond.period is None
    assert beyond.sentence == "Not available for this period."
    assert headline("detentions", {}).sentence == "Not available for this period."


def cautioned(last):
    """A child cautioned every quarter from 2021, who reoffends only after those of 2023; what proves it starts no cohort."""
    days = [f"{year}-{month:02}-15" for year in (2021, 2022, 2023, 2024) for month in (2, 5, 8, 11)]
    given = [disposal(f"C{on}", "youth caution", on, on) for on in days]
    given += [disposal(f"C{on}", "adult caution", f"{on[:4]}-12-20", f"{on[:4]}-12-01") for on in days if on.startswith("2023")]
    ends = [disposal("Z", "penalty notice", on) for on in ("2021-01-01", last)]
    children = [child(f"C{on}", "2008-01-01") for on in days]
    return rows(children=children, disposals=numbered("disposal_id", [*given, *ends]))


@pytest.mark.parametrize(
    ("last", "opens", "rate", "before"),
    [
        ("2025-06-30", date(2023, 1, 1), 1.0, 0.0),  # 18 months after December 2023
        ("2025-06-29", date(2022, 10, 1), 0.75, 0.0),
        ("2024-09-30", date(2022, 4, 1), 0.25, 0.0),
    ],
)
def test_reoffending_moves_back_to_the_latest_complete_year(last, opens, rate, before):
    found = headline("reoffending_rate", cautioned(last))
    assert found.period.opens == opens
    assert (found.period.closes.year, found.period.closes.month) == (opens.year + 1, opens.month)
    assert (found.now["value"], found.before["value"]) == (rate, before)
    assert found.sentence == "Too few to tell whether this differs from the year before (0.0%)."


def test_each_measure_has_its_own_period_and_they_come_back_in_order():
    tables = cautioned("2025-06-30") | {"detentions": detained({"2024-06": 5})["detentions"]}
    keys = ["detentions", "reoffending_rate", "first_time_entrants", "children_detained"]
    found = answered(connect(database_of(tables)), headlines, [METRICS[key] for key in keys], Scope(Access("command")))
    assert [headline.key for headline in found] == keys
    assert [headline.period.opens for headline in found] == [
        date(2024, 1, 1),
        date(2023, 1, 1),
        date(2024, 7, 1),
        date(2024, 1, 1),
    ]


def reported(first):
    """Three children missing in each month of two years, always the same three: from the second time on, every one a repeat."""
    days = [f"{year}-{month:02}-{place:02}" for year in (2023, 2024) for month in range(1, 13) for place in (10, 11, 12)]
    listed = [row(child_id=f"C{on[-2:]}", reported_on=on, hub_id="EDE") for on in days]
    listed += [row(child_id="Z", reported_on=on) for on in (first, "2024-12-31")]
    children = [child(f"C{place}") for place in (10, 11, 12)]
    return rows(children=children, missing_episodes=numbered("episode_id", listed))


def test_a_year_that_saw_less_history_is_not_judged_by():
    """In the first year loaded nobody can be seen to come back: that the second has more repeats is no finding."""
    short = headline("missing_repeat_share", reported("2023-01-01"))
    assert (short.now["value"], short.before["value"]) == (1.0, 33 / 36)
    assert short.sentence == "Not compared with the year before (91.7%): less than a year of data come before that."
    long = headline("missing_repeat_share", reported("2022-01-01"))
    assert long.sentence == "No clear difference from the year before (91.7%)."
