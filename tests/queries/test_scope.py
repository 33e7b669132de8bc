"""Nobody sees a figure or a hub beyond their access."""

from dataclasses import FrozenInstanceError
from datetime import date

import pytest
from product import answered, database_of
from recount.by_hand import child, residents, row, rows

from metrics.measuring.measure import measure_all
from metrics.themes import METRICS
from queries.engine import connect, reading
from queries.lookups import population
from queries.scope import Access, OutOfScope, Scope

ANALYST, EDEN = Access("analyst"), Access("hub", ("EDE",))
DETENTIONS = [
    row(detention_id=str(place), child_id="A", authorised_on="2025-01-31", hub_id=hub)
    for place, hub in enumerate(["EDE", "EDE", "CAR", "CAR", "CAR", None])
]
WORLD = rows(
    children=[child("A")], detentions=DETENTIONS, population=[*residents("EDE", 2025, 1200), *residents("CAR", 2025, 2400)]
)


@pytest.fixture(scope="module")
def engine(on_each_engine):
    return connect(database_of(WORLD))


def detentions(engine, scope, by=()):
    frame = answered(engine, measure_all, [METRICS["detentions"]], scope, by)["detentions"]
    return {tuple(cells[: len(by)]): cells[len(by)] for cells in frame.itertuples(index=False)}


def january(access, **more):
    return Scope(access, start=date(2025, 1, 31), end=date(2025, 2, 1), **more)


def test_every_hub_and_rows_without_one(engine):
    assert detentions(engine, january(ANALYST)) == {(): 6}
    assert detentions(engine, january(ANALYST), ("hub",)) == {("CAR",): 3, ("EDE",): 2, ("unknown",): 1}
    assert detentions(engine, january(ANALYST, hubs=("CAR",)), ("hub",)) == {("CAR",): 3}


def test_a_hub_alone_and_no_trace_of_the_others(engine):
    assert detentions(engine, january(EDEN)) == {(): 2}
    assert detentions(engine, january(EDEN), ("hub",)) == {("EDE",): 2}
    with engine.connect() as connection:
        assert list(population.places(connection, january(EDEN))["hub"]) == ["EDE"]
        assert list(population.residents(connection, january(EDEN), (10, 17), ())["hub"]) == ["EDE"]


def test_a_rate_takes_the_residents_of_the_hubs_in_scope(engine):
    day_of_a_year = 1 / 31 / 12
    frame = answered(engine, measure_all, [METRICS["detention_rate"]], january(EDEN))["detention_rate"]
    assert frame["denominator"].iloc[0] == pytest.approx(1200 * day_of_a_year)
    assert frame["value"].iloc[0] == pytest.approx(1000 * 2 / (1200 * day_of_a_year))


@pytest.mark.parametrize(
    ("access", "why"),
    [
        (Access("board"), r"^The partnership board sees released figures only; .*\.$"),
        (Access("board", ("EDE",)), r"^The partnership board sees released figures only"),
        (Access("audit"), r"^Whoever checks the access log sees no figures"),
        (Access("hub"), r"^No hub is yours to see yet; ask .*\.$"),
        (Access("hub", ()), r"^No hub is yours to see yet"),
        (Access("command", ()), r"^No hub is yours to see yet"),
    ],
)
def test_who_may_see_no_figure_gets_none(engine, access, why):
    """By whatever way: neither a scope nor a connection is to be had."""
    with pytest.raises(OutOfScope, match=why):
        Scope(access)
    with pytest.raises(OutOfScope, match=why):
        Scope(access, hubs=("EDE",))
    with pytest.raises(OutOfScope, match=why), reading(access, engine):
        pass


def test_a_role_that_there_is_not_is_refused():
    with pytest.raises(OutOfScope, match=r"^'chief' is not a role of this dashboard; the roles are command, hub, .*audit\.$"):
        Access("chief")


def test_a_hub_beyond_the_access_is_refused():
    with pytest.raises(OutOfScope, match=r"^CAR is not yours to see; you may open EDE\.$"):
        Scope(EDEN, hubs=("CAR", "EDE"))


def test_another_period_keeps_the_access_and_the_hubs():
    narrowed = Scope(ANALYST, hubs=("CAR",), as_at=date(2025, 6, 30)).over(date(2024, 1, 1), date(2024, 2, 1))
    assert (narrowed.access, narrowed.hubs, narrowed.as_at) == (ANALYST, ("CAR",), date(2025, 6, 30))
    assert Scope(EDEN).over(date(2024, 1, 1), date(2024, 2, 1)).hubs == ("EDE",)


@pytest.mark.parametrize("half", [{"start": date(2025, 1, 1)}, {"end": date(2025, 1, 1)}])
def test_half_a_period_is_refused(half):
    with pytest.raises(ValueError, match="both a first day and an end"):
        Scope(ANALYST, **half)


@pytest.mark.parametrize("end", [date(2025, 1, 1), date(2024, 12, 31)])
def test_an_empty_period_is_refused(end):
    with pytest.raises(ValueError, match="must end after it starts"):
        Scope(ANALYST, start=date(2025, 1, 1), end=end)


def test_frozen_and_hashable():
    """A reader's access is part of every key by which figures are kept."""
    one, same, other = Scope(EDEN), Scope(EDEN, hubs=("EDE",)), Scope(ANALYST, hubs=("EDE",))
    assert one == same and hash(one) == hash(same)
    assert one != other
    with pytest.raises(FrozenInstanceError):
        one.hubs = None
    with pytest.raises(FrozenInstanceError):
        EDEN.hubs = None


def test_a_list_of_hubs_is_kept_as_what_can_be_part_of_a_key():
    access = Access("hub", ["EDE", "CAR"])
    assert (access.role, access.hubs) == ("hub", ("EDE", "CAR"))
    assert hash(access) == hash(Access("hub", ("EDE", "CAR")))
    assert Access("analyst").hubs is None
    assert Scope(access, hubs=["EDE"]).hubs == ("EDE",) and Scope(access).hubs == ("EDE", "CAR")
