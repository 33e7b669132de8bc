"""The release of the invented force beside what the dashboard counts exactly; and a few searches counted on paper."""

from dataclasses import replace
from functools import cache

import pandas as pd
import pytest
from hands import KEY, QUARTERS, grid_of, searched, small_release
from product import BUILT_AT
from sqlalchemy import and_, delete, false, func, not_, or_, text, true

from queries.counting.coverage import ask
from queries.counting.question import question
from queries.counting.tally import tally
from queries.engine import connect, reading
from queries.scope import SYSTEM, Scope
from release import building, publishing, sealing, store
from release.__main__ import main
from release.building import public_periods
from release.counting import count
from release.grid import CHILDREN, HUB, PERIOD, of_plain
from release.menu import KINDS
from release.protection import Earlier, protect
from release.records import recorded
from release.rounding import misfits
from release.verification import shown_in

SIX = ("entrants", "reoffending", "detentions", "searches", "missing", "outcomes")


@cache
def _records(connection, kind):
    return recorded(connection, kind, KEY)


@pytest.fixture(params=KINDS, ids=lambda kind: kind.key)
def kind(request):
    return request.param


@pytest.fixture
def released(built_url):
    """The release of the invented force and its cells."""
    with store.reading(built_url) as connection:
        return publishing.one(connection, 1)


# Beside exact figures


def true_numbers(connection, kind, cells):
    found = _records(connection, kind)
    return {cell: counted.number for cell, counted in count(found.grid, found.records, cells, KEY).items()}


def tallied(connection, kind, counts, by):
    """What the dashboard counts: by the release's own names of what it is divided by, the sum of some counts."""
    period = _records(connection, kind).period
    coverage = ask(connection, [kind.count], Scope(SYSTEM)).coverage
    found = tally(connection, counts, question(Scope(SYSTEM).over(period.opens, period.closes), by, period, coverage))
    frame = pd.DataFrame(found.cells, columns=list(by))
    for name in by:
        frame[name] = [told_as(name, value) for value in frame[name]]
    frame["number"] = sum(found.counts.values())
    return {
        place if isinstance(place, tuple) else (place,): number
        for place, number in frame.groupby(list(by))["number"].sum().items()
    }


def told_as(name, value):
    """How a release names what the dashboard tells apart more finely."""
    if name == "year":
        return f"{value}/{(value + 1) % 100:02}"
    if name == "sex":
        return value if value in ("F", "M") else "another or not recorded"
    if value == "unknown" and name != HUB:
        return "not recorded"
    if name == "in_care":
        return value if value == "yes" else "no"
    if name == "ethnicity":
        return value if value == "White" else "all other groups"
    return str(value)


BY = ("", HUB, "age_band", "sex", "in_care", "ethnicity")


def places_of(grid, name, periods):
    """Every cell of a table of one dimension and time."""
    parts = grid.dimensions[name].parts if name else ("",)
    return {(period, part): grid.cell({PERIOD: period, **({name: part} if name else {})}) for period in periods for part in parts}


TOLD_BY = [(kind, name) for kind in KINDS for name in BY if name in ("", HUB, *kind.count.events.splits())]


@pytest.mark.parametrize(("kind", "name"), TOLD_BY, ids=[f"{kind.key} by {name or 'time'}" for kind, name in TOLD_BY])
def test_events_are_what_the_dashboard_counts(demo, kind, name):
    grid = _records(demo, kind).grid
    times = {"quarter": grid.dimensions[PERIOD].parts, "year": tuple(grid.dimensions[PERIOD].groups)}  # no year of who is in care
    for time, periods in times.items():
        exact = tallied(demo, kind, [kind.count], (time, *([name] if name else [])))
        cells = places_of(grid, name, periods)
        numbers = true_numbers(demo, kind, list(cells.values()))
        # A crime of two suspects is in the age of each; where two ages are told as one, the tally counts it twice.
        several = grid.of_several and name in ("ethnicity", "in_care", "sex")
        for (period, part), cell in cells.items():
            of_tally = exact.get((period, part) if name else (period,), 0)
            assert numbers[cell] == of_tally or (several and numbers[cell] <= of_tally), cell
        assert sum(numbers.values()) > 0 or not periods


def where(counted):
    """What a count asks of its events: yes or no."""
    return true() if counted.where is None else func.coalesce(counted.where, False)


def exclusive(kind, split):
    """Each part of a split as a count of its own: those that no part before it counts."""
    before = false()
    for name, part in split.parts.items():
        yield name, replace(kind.count, where=and_(where(kind.count), where(part), not_(before)))
        before = or_(before, where(part))


@pytest.mark.parametrize("by_hub", [False, True], ids=["force", "hubs"])
def test_what_came_of_events_is_what_the_dashboard_counts(demo, kind, by_hub):
    grid = _records(demo, kind).grid
    quarters = grid.dimensions[PERIOD].parts
    hubs = grid.dimensions[HUB].parts if by_hub else ("",)
    for name, split in kind.splits.items():
        left = tallied(demo, kind, [kind.count], ("quarter", *([HUB] if by_hub else [])))
        for part, counted in exclusive(kind, split):
            exact = tallied(demo, kind, [counted], ("quarter", *([HUB] if by_hub else [])))
            cells = {
                ((quarter, hub) if by_hub else (quarter,)): grid.cell(
                    {PERIOD: quarter, name: part, **({HUB: hub} if by_hub else {})}
                )
                for quarter in quarters
                for hub in hubs
            }
            numbers = true_numbers(demo, kind, list(cells.values()))
            assert {place: numbers[cell] for place, cell in cells.items()} == {place: exact.get(place, 0) for place in cells}, (
                part
            )
            left = {place: number - exact.get(place, 0) for place, number in left.items()}
        rest = grid.dimensions[name].parts[-1]
        if rest not in split.parts:
            whole = true_numbers(demo, kind, [grid.cell({PERIOD: quarter, name: rest}) for quarter in quarters])
            assert sum(whole.values()) == sum(left.values())


def test_groups_of_what_came_of_events_are_the_dashboards_denominators(demo):
    """Of which the shares are shares: bail refused, interviews due, outcomes recorded, times recorded."""
    by_key = {kind.key: kind for kind in KINDS}
    for key, name, group, part in (
        ("detentions", "bail", "bail refused", "no accommodation asked for"),
        ("detentions", "night", "times recorded", "not overnight"),
        ("searches", "outcome", "outcome recorded", "no further action"),
        ("missing", "interview", "interview due", "no interview"),
    ):
        kind = by_key[key]
        exact = tallied(demo, kind, [kind.splits[name].parts[part]], ("quarter",))
        cells = {quarter: ((PERIOD, quarter), (name, group)) for quarter in _records(demo, kind).grid.dimensions[PERIOD].parts}
        numbers = true_numbers(demo, kind, list(cells.values()))
        assert {quarter: numbers[cell] for quarter, cell in cells.items()} == {quarter: exact[quarter,] for quarter in cells}, (
            group
        )


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind.with_children], ids=lambda kind: kind.key)
def test_children_are_counted_once_a_year(demo, kind):
    grid = _records(demo, kind).grid
    assert len(grid.children) == 2
    rows = kind.count.events.rows.c
    known = replace(kind.count, where=and_(where(kind.count), rows.child_id.is_not(None)), distinct=rows.child_id)
    for by_hub in (False, True):
        by = ("year", *([HUB] if by_hub else []))
        exact = tallied(demo, kind, [known], by)
        for year in grid.children:
            for hub in grid.dimensions[HUB].parts if by_hub else ("",):
                cell = grid.cell({PERIOD: year, **({HUB: hub} if by_hub else {})}, children=True)
                place = (year, hub) if by_hub else (year,)
                assert true_numbers(demo, kind, [cell])[cell] == exact.get(place, 0)


def test_every_number_is_within_four_and_all_tables_add_up(demo, kind, released):
    stored, frame = released
    shown = shown_in(kind, frame)
    grid = of_plain(next(about["grid"] for about in stored.about["kinds"] if about["key"] == kind.key))
    assert misfits(grid, shown) == 0
    true = count(grid, _records(demo, kind).records, list(shown), KEY)
    assert len(shown) > 50
    for cell, number in shown.items():
        assert abs(number - true[cell].number) <= 4
        assert CHILDREN in cell or not true[cell].tells_of_few


# What a board sees


def test_each_of_the_six_is_told_by_quarter_and_by_hub(released):
    stored, frame = released
    for key in SIX:
        of_kind = frame[frame["measure"] == key]
        quarters = of_kind[of_kind["table"] == "force by quarter"]
        hubs = of_kind[of_kind["table"] == "hub by year"]
        assert len(quarters) == 12 and quarters["shown"].notna().all()
        told = set(hubs["hub"])
        assert len(hubs) >= 2 * len(told) and hubs["shown"].notna().all()
        assert len(told - {"unknown"}) >= 4  # of the six, some told together
        assert {part for hub in told for part in hub.split("+")} - {"unknown"} == set(stored.about["hubs"])
    assert not (frame["marker"] == "x").any()


def test_marks(released):
    _, frame = released
    assert ((frame["shown"] == 0) == (frame["marker"] == "low")).all()
    assert (frame["shown"].isna() == frame["marker"].isin(["c", "x"])).all()


# Again and again


@pytest.mark.long  # the searches on paper are built twice in test_release_command
def test_the_same_data_make_the_same_release(demo_store, capsys):
    assert main(["build"]) == 0
    assert capsys.readouterr().out == "Release 1 tells of these very data already.\n"


def test_so_do_they_when_it_is_published(demo_store, capsys):
    main(["publish", "--release", "1", "--why", "It was agreed."])
    capsys.readouterr()
    assert main(["build"]) == 0
    assert capsys.readouterr().out == "Release 1 tells of these very data already.\n"


@pytest.mark.long
def test_postgresql_makes_the_same_release(demo_on_postgresql, released):
    with reading(SYSTEM, connect(demo_on_postgresql)) as connection:
        built = building.build(connection, KEY, [])
    stored, frame = released
    assert built.cells.astype(str).to_dict("records") == frame.astype(str).to_dict("records")
    assert built.about["residents"] == stored.about["residents"]


@pytest.mark.parametrize("key", ["entrants", "searches"])
def test_another_key_rounds_otherwise_and_as_near(demo, released, key):
    kind = next(kind for kind in KINDS if kind.key == key)
    other = b"another key of the tests, of 32 bytes and more"
    _, frame = released
    first, found = shown_in(kind, frame), recorded(demo, kind, other)
    second = protect(found.grid, found.records, other, {}, Earlier(), public_periods(kind, found.period))
    both = set(first) & set(second.shown)
    assert len(both) > 100
    assert 0.1 < sum(first[cell] != second.shown[cell] for cell in both) / len(both) < 0.9
    assert all(abs(number - second.counted[cell].number) <= 4 for cell, number in second.shown.items())
    assert {abs(first[cell] - second.shown[cell]) for cell in both} == {0, 5}
    assert not {counted.seal for counted in second.counted.values()} & set(frame["seal"])


# Verified


def test_what_was_built_holds(demo_store, capsys):
    assert main(["verify", "--release", "1"]) == 0
    said = capsys.readouterr().out
    assert said.startswith("Release 1 holds: nobody, whether outside or with all the records of one hub, can narrow down any")


@pytest.fixture
def tampered(demo_store):
    """Run a statement on what is stored, and seal it again as somebody could who has the key."""

    def run(statement):
        with store.writing() as connection:
            connection.execute(text(statement))
            connection.execute(delete(store.seals).where(store.seals.c.place == sealing.PLACE))
            sealing.add(connection, 1, KEY)

    return run


def test_without_the_records_it_is_said_what_was_not_tried(demo_store, monkeypatch, tmp_path, capsys):
    monkeypatch.setenv("DATABASE_URL", f"duckdb:///{tmp_path / 'none.duckdb'}")
    assert main(["verify", "--release", "1"]) == 0
    said = capsys.readouterr().out
    assert said.startswith("Release 1 holds: nobody outside can narrow down any of its small numbers")
    assert "The data have changed since or cannot be read" in said


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE release_cells SET shown = shown + 5 WHERE measure = 'asb' AND hub = '' AND split = '' AND period = '2025/26'",
        "UPDATE release_cells SET shown = shown + 5 WHERE measure = 'entrants' AND hub = 'barrow' AND shown = 5",
    ],
)
def test_a_number_that_was_changed_in_the_store(tampered, statement, monkeypatch, tmp_path, capsys):
    monkeypatch.setenv("DATABASE_URL", f"duckdb:///{tmp_path / 'none.duckdb'}")
    tampered(statement)
    assert main(["verify", "--release", "1"]) == 1
    assert "are not as they were built; withdraw it and build another" in capsys.readouterr().out


def test_a_number_that_was_removed_from_the_store(tampered, monkeypatch, tmp_path, capsys):
    monkeypatch.setenv("DATABASE_URL", f"duckdb:///{tmp_path / 'none.duckdb'}")
    tampered("DELETE FROM release_cells WHERE measure = 'asb' AND hub = 'barrow' AND period = '2025/26'")
    assert main(["verify", "--release", "1"]) == 1
    assert capsys.readouterr().out.startswith("Release 1 does not hold: ")


def test_numbers_that_add_up_and_are_of_other_records(tampered, capsys):
    tampered("UPDATE release_cells SET shown = 2 * shown WHERE measure = 'in_care'")
    assert main(["verify", "--release", "1"]) == 1
    assert "are not as they were built" in capsys.readouterr().out


# On paper

# Searches by hub and quarter from April 2024, each of somebody unknown, with the outcome of every second recorded:
#          Q1  Q2  Q3  Q4   2024/25
#   Eden   12   7  20   0    39
#   Carl.   3  30   8  11    52
#   both   15  37  28  11    91
SEARCHED = {"EDE": (12, 7, 20, 0), "CAR": (3, 30, 8, 11)}


@pytest.fixture
def on_paper():
    with reading(SYSTEM, connect(searched(SEARCHED))) as connection:
        yield connection


def test_searches_on_paper(on_paper):
    built = building.build(on_paper, KEY, [])
    found = built.protected["searches"]
    quarters = ("2024-04-01", "2024-07-01", "2024-10-01", "2025-01-01")
    numbers = {cell: counted.number for cell, counted in found.counted.items()}
    for hub, of_quarters in SEARCHED.items():
        assert [numbers[((HUB, hub), (PERIOD, quarter))] for quarter in quarters] == list(of_quarters)
        assert numbers[((HUB, hub), (PERIOD, "2024/25"))] == sum(of_quarters)
    assert [numbers[((PERIOD, quarter),)] for quarter in quarters] == [15, 37, 28, 11]
    assert numbers[((PERIOD, "2024/25"),)] == 91
    assert (CHILDREN, (PERIOD, "2024/25")) not in numbers, "no record says whose search it was"
    assert found.shown[((HUB, "EDE"), (PERIOD, "2025-01-01"))] == 0
    assert found.shown[((PERIOD, "2024-04-01"),)] == 15
    assert found.shown[((PERIOD, "2024/25"),)] in (90, 95)


def test_a_kind_without_data_is_not_available(on_paper):
    built = building.build(on_paper, KEY, [])
    of_others = built.cells[built.cells["measure"] != "searches"]
    assert set(of_others["marker"]) == {"x"} and of_others["shown"].isna().all()
    assert list(of_others["measure"]) == [kind.key for kind in KINDS if kind.key != "searches"]
    assert [kind["grid"] is None for kind in built.about["kinds"]] == [kind.key != "searches" for kind in KINDS]


def test_where_nothing_can_be_told_nothing_is_proposed(empty_store):
    with reading(SYSTEM, connect(searched({"EDE": (1,)}))) as connection:
        built = building.build(connection, KEY, [])
    with pytest.raises(store.Refused, match="no release is proposed"):
        publishing.propose(built, "whoever builds", KEY)
    assert not empty_store.exists()


def test_a_release_in_which_nothing_of_a_kind_could_be_told_moves_nothing():
    # The first showed 15 and 20 searches, the second nothing of them: what the third is to keep to is still 15 and 20.
    searches = next(kind for kind in KINDS if kind.key == "searches")
    frame, about = small_release(15, 20)
    stored = [store.Stored(number, BUILT_AT, "whoever builds", about, ()) for number in (1, 2)]
    grid, earlier = building.earlier_of(searches, grid_of({PERIOD: QUARTERS}), [(stored[0], frame), (stored[1], frame.iloc[:0])])
    assert earlier.last == {((PERIOD, QUARTERS[0]),): 15, ((PERIOD, QUARTERS[1]),): 20}
    assert all(grid.has(cell) for cell in earlier.last)
