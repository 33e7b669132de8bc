"""Children with repeats, worked by hand, and counted again by plain loops on a force at random."""

from collections import defaultdict
from datetime import date
from functools import cache

import databases
import pytest
from product import answered, database_of
from random_force import MIDWAY, random_force
from recount.by_hand import child, day, numbered, row, rows
from recount.days import age_on

from metrics.measuring.measure import measure
from metrics.reports.repeats import ELSEWHERE, NAMES, TIMES_HERE, children, references, repeats, table
from metrics.themes import METRICS
from queries.engine import connect
from queries.reports.repeats import OFTEN_MISSING
from queries.scope import Access, Scope

pytestmark = pytest.mark.usefixtures("on_each_engine")
ACCESS = Access("hub", ("EDE", "CAR"))
PEOPLE = [child("A", home_hub_id="CAR"), child("B", home_hub_id="EDE"), child("C"), child("Y", "2007-06-15")]
YEAR = {"start": day("2025-06-01"), "end": day("2025-07-01")}  # its twelve months: 1 July 2024 to 30 June 2025


def asked(database, **narrowed):
    """(children by kind, the records by child and kind) of a scope, but for those often missing; each list is as its count."""
    engine, scope = connect(database_of(database)), Scope(ACCESS, **YEAR | narrowed)
    numbers = {each.key: each.children for each in answered(engine, repeats, scope)}
    by_child = {}
    for kind, number in numbers.items():
        listed = answered(engine, children, scope, kind)
        assert references(listed) == sorted({*listed["child"], *listed["record"]})
        shown = table(listed, kind)
        assert (number or 0) == len(shown)
        assert list(shown["Child"]) == sorted(set(listed["child"]))
        for own in shown.to_dict("records"):
            assert own[TIMES_HERE] == len(own[NAMES[kind]].partition(";")[0].split(", "))
            if kind != OFTEN_MISSING:
                by_child.setdefault(own["Child"], {})[kind] = own[NAMES[kind]]
    del numbers[OFTEN_MISSING]
    return numbers, dict(sorted(by_child.items()))


def detained(*given):
    """Detentions in the order of the list, and a last one of somebody else's on the last day."""
    listed = [row(child_id=who, authorised_on=on, hub_id=hub) for who, on, hub in (*given, ("C", "2025-06-30", "EDE"))]
    return rows(children=PEOPLE, detentions=numbered("detention_id", listed))


def test_two_of_a_kind_in_the_twelve_months_are_a_repeat():
    database = detained(
        ("A", "2024-07-01", "EDE"),
        ("A", "2025-06-30", "EDE"),
        ("B", "2024-06-30", "EDE"),  # a day before the twelve months
        ("B", "2025-01-01", "EDE"),
        ("Y", "2025-06-14", "EDE"),
        ("Y", "2025-06-15", "EDE"),  # 18
    )
    numbers, listed = asked(database, hubs=("EDE",))
    assert numbers == {"missing": None, "custody": 1, "stop_search": None, "crime": None, "incident": None}
    assert listed == {"A": {"custody": "000, 001"}}
    assert asked(database, hubs=("EDE",), end=day("2025-06-30"))[0]["custody"] == 1  # 30 June 2024 to 29 June 2025: B alone
    assert asked(database, hubs=("EDE",), end=day("2025-06-30"))[1] == {"B": {"custody": "002, 003"}}


def test_a_repeat_counts_every_hub_and_shows_its_own_records_alone():
    database = detained(
        ("B", "2025-01-01", "CAR"),
        ("B", "2025-01-02", "EDE"),
        ("A", "2025-01-01", "CAR"),
        ("A", "2025-02-01", "CAR"),
        ("C", "2025-03-01", None),
    )
    assert asked(database, hubs=("EDE",))[1] == {
        "B": {"custody": f"001; {ELSEWHERE}"},
        "C": {"custody": f"005; {ELSEWHERE}"},  # where the other was is not recorded
    }
    assert asked(database, hubs=("CAR",))[1] == {"A": {"custody": "002, 003"}, "B": {"custody": f"000; {ELSEWHERE}"}}
    both = asked(database)
    assert both[0]["custody"] == 3
    assert both[1]["B"] == {"custody": "000, 001"}
    assert asked(database, hubs=("CAR",), placed_by="residence")[1] == {"A": {"custody": "002, 003"}}
    assert asked(database, hubs=("EDE",), residents_only=True)[1] == {"B": {"custody": f"001; {ELSEWHERE}"}}


def test_as_at_a_day_the_twelve_months_end_with_the_data():
    database = detained(("A", "2024-05-01", "EDE"), ("A", "2025-04-10", "EDE"), ("A", "2025-05-20", "EDE"))
    numbers, listed = asked(database, as_at=day("2025-04-10"), start=day("2025-04-01"), end=day("2025-05-01"))
    assert (numbers["custody"], listed) == (1, {"A": {"custody": "000, 001"}})  # 11 April 2024 to 10 April 2025
    assert asked(database)[1] == {"A": {"custody": "001, 002"}}


def test_kinds_side_by_side_and_never_by_how_many():
    database = detained(
        *(("A", f"2025-01-{n:02}", "EDE") for n in range(1, 3)), *(("B", f"2025-02-{n:02}", "EDE") for n in range(1, 6))
    )
    reported = [
        row(child_id="B", hub_id="EDE", reported_on=at[:10], reported_at=at, returned_at=back)
        for at, back in (
            ("2025-03-01 10:00", "2025-03-01 12:00"),
            ("2025-03-01 11:00", "2025-03-01 13:00"),  # one episode with the first
            ("2025-03-30 00:30", "2025-03-30 03:00"),
            ("2025-06-30 10:00", "2025-06-30 11:00"),
        )
    ]
    searches = [
        row(search_id=f"S{n}", child_id=who, kind="person", searched_on="2025-06-01", hub_id="EDE")
        for n, who in enumerate(("A", "A", "B", None, None))
    ]
    involved = [
        row(incident_id=f"I{n}", child_id="C", created_on="2025-06-01", hub_id=hub, category="concern")
        for n, hub in enumerate(("EDE", "CAR"))
    ]
    more = {"missing_episodes": numbered("episode_id", reported), "stop_searches": searches, "incidents": involved}
    numbers, listed = asked({**database, **more}, hubs=("EDE",))
    assert numbers == {"missing": 1, "custody": 2, "stop_search": 1, "crime": None, "incident": 1}
    assert list(listed) == ["A", "B", "C"]
    assert listed["A"] == {"custody": "000, 001", "stop_search": "S0, S1"}
    assert listed["B"] == {"missing": "000, 002, 003", "custody": "002, 003, 004, 005, 006"}
    assert listed["C"] == {"incident": f"I0; {ELSEWHERE}"}
    engine = connect(database_of({**database, **more}))
    shown = table(answered(engine, children, Scope(ACCESS, **YEAR, hubs=("CAR",)), "incident"), "incident")
    assert list(shown.columns) == ["Child", "Times here", "Involved in an incident"]
    of_a_kind = table(answered(engine, children, Scope(ACCESS, **YEAR, hubs=("EDE",)), "stop_search"), "stop_search")
    assert list(of_a_kind.columns) == ["Child", "Times here", "Searched", "Detained"]
    assert of_a_kind.to_numpy().tolist() == [["A", 2, "S0, S1", "000, 001"]]  # with what else happened to them again
    by_reference = table(answered(engine, children, Scope(ACCESS, **YEAR, hubs=("EDE",)), "custody"), "custody")
    assert by_reference[["Child", "Times here"]].to_numpy().tolist() == [["A", 2], ["B", 5]]  # never by how often


# Children often missing


def missing(*given):
    """Times missing in the order of the list, each back within the hour, and a last one of somebody else's on the last day."""
    listed = [
        row(child_id=who, hub_id=hub, reported_on=on, reported_at=f"{on} 10:00", returned_at=f"{on} 10:30")
        for who, on, hub in (*given, ("C", "2025-06-30", "EDE"))
    ]
    return rows(children=PEOPLE, missing_episodes=numbered("episode_id", listed))


def often(database, **narrowed):
    """(how many children are often missing, the table of them) of a scope; as many as the measure of that name counts."""
    engine, scope = connect(database_of(database)), Scope(ACCESS, **YEAR | narrowed)
    first, *_ = answered(engine, repeats, scope)
    assert first.name == "Missing 3 or more times in 90 days"
    assert first.children == answered(engine, measure, METRICS["frequently_missing_children"], scope)["value"].iloc[0]
    shown = table(answered(engine, children, scope, OFTEN_MISSING), OFTEN_MISSING)
    assert len(shown) == first.children
    return first.children, shown.to_dict("records")


def test_three_times_missing_within_90_days_the_third_in_the_period():
    """The 90 days to 1 June begin on 4 March."""
    database = missing(
        ("A", "2025-03-04", "EDE"),
        ("A", "2025-04-01", "EDE"),
        ("A", "2025-06-01", "EDE"),
        ("B", "2025-03-03", "EDE"),  # a day before
        ("B", "2025-04-01", "EDE"),
        ("B", "2025-06-01", "EDE"),
    )
    assert often(database) == (1, [{"Child": "A", "Times here": 3, "Missing": "000, 001, 002"}])
    a_year_to_june = {"start": day("2024-07-01"), "end": day("2025-07-01")}
    assert often(database, **a_year_to_june)[0] == 1
    assert often(database, start=day("2025-04-01"), end=day("2025-06-01")) == (0, [])  # the third came later
    assert [each["Times here"] for each in often(database, start=day("2025-06-01"), end=day("2025-06-30"))[1]] == [3]


def test_the_other_times_missing_may_be_elsewhere_and_those_here_alone_are_counted():
    database = missing(
        ("A", "2025-04-01", "CAR"),
        ("A", "2025-05-01", "CAR"),
        ("A", "2025-06-01", "EDE"),
        ("B", "2025-04-01", "EDE"),
        ("B", "2025-05-01", "EDE"),
        ("B", "2025-06-01", "CAR"),
        ("Y", "2025-06-10", "EDE"),
        ("Y", "2025-06-11", "EDE"),
        ("Y", "2025-06-15", "EDE"),  # 18
    )
    assert often(database, hubs=("EDE",)) == (1, [{"Child": "A", "Times here": 1, "Missing": f"002; {ELSEWHERE}"}])
    assert often(database, hubs=("CAR",)) == (1, [{"Child": "B", "Times here": 1, "Missing": f"005; {ELSEWHERE}"}])
    assert [each["Times here"] for each in often(database)[1]] == [3, 3]
    lives_in_carlisle = often(database, hubs=("CAR",), placed_by="residence")
    assert lives_in_carlisle == (1, [{"Child": "A", "Times here": 3, "Missing": "000, 001, 002"}])


def test_the_other_kinds_of_a_child_often_missing_stand_beside_it():
    held = detained(("A", "2025-05-01", "EDE"), ("A", "2025-05-02", "EDE"))
    database = {**held, **missing(*(("A", f"2025-06-0{n}", "EDE") for n in (1, 2, 3)))}
    assert often(database)[1] == [{"Child": "A", "Times here": 3, "Missing": "000, 001, 002", "Detained": "000, 001"}]


def test_the_words_of_a_number():
    found = answered(
        connect(database_of(detained(("A", "2025-01-01", "EDE"), ("A", "2025-01-02", "EDE")))), repeats, Scope(ACCESS, **YEAR)
    )
    assert [(each.name, each.children) for each in found[:3]] == [
        ("Missing 3 or more times in 90 days", None),
        ("Reported missing 2 or more times", None),
        ("Detained 2 or more times", 1),
    ]


def test_nothing_loaded_is_nothing_told():
    numbers, listed = asked(rows(children=PEOPLE))
    assert set(numbers.values()) == {None}
    assert listed == {}


# On a force at random


def of_seed(seed):
    return connect(_of_seed(seed, databases.engine()))


@cache
def _of_seed(seed, _engine):
    return database_of(random_force(seed))


SCOPES = {
    "one hub": (0, Scope(Access("hub", ("EDE",)))),
    "both hubs, an earlier year": (1, Scope(ACCESS, start=date(2023, 4, 1), end=date(2024, 4, 1))),
    "as at a day": (2, Scope(Access("hub", ("CAR",)), as_at=MIDWAY)),
    "residents alone": (0, Scope(Access("hub", ("CAR",)), residents_only=True)),
    "where the child lives": (1, Scope(Access("hub", ("CAR",)), placed_by="residence")),
}


@pytest.mark.parametrize("given", SCOPES)
def test_repeat_suspects_are_those_of_the_measure(given):
    seed, scope = SCOPES[given]
    found = next(each for each in answered(of_seed(seed), repeats, scope) if each.key == "crime")
    assert found.children == answered(of_seed(seed), measure, METRICS["repeat_suspects"], scope)["value"].iloc[0] > 0


@pytest.mark.parametrize("seed", [0, 1, 2])
@pytest.mark.parametrize("hub", ["EDE", "CAR"])
def test_detentions_again_counted_by_plain_loops(seed, hub):
    scope = Scope(Access("hub", (hub,)), start=date(2024, 1, 1), end=date(2025, 1, 1))
    tables = random_force(seed)
    born = {one["child_id"]: one["date_of_birth"] for one in tables["children"]}
    of_child = defaultdict(list)
    for one in tables["detentions"]:
        name, on = one["child_id"], one["authorised_on"]
        if on.year == 2024 and born[name] and age_on(born[name], on) < 18:
            of_child[name].append(one)
    expected = {}
    for name, all_of_them in of_child.items():
        here = sorted((one["authorised_on"], one["detention_id"]) for one in all_of_them if one["hub_id"] == hub)
        if len(all_of_them) > 1 and here:
            elsewhere = f"; {ELSEWHERE}" if len(here) < len(all_of_them) else ""
            expected[name] = ", ".join(reference for _, reference in here) + elsewhere
    found = table(answered(of_seed(seed), children, scope, "custody"), "custody")
    assert dict(zip(found["Child"], found["Detained"], strict=True)) == expected
