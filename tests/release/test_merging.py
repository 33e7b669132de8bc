"""What is merged or left out where a cell tells of few children: counted by hand."""

from dataclasses import replace

import pytest
from hands import AGES, KEY, QUARTERS, YEAR, grid_of, records_of

from release.counting import Counted, count
from release.grid import HUB, PERIOD, Dimension
from release.merging import ATTACKED, TOO_FEW_CHILDREN, Coarser, Merged, tries, without_few

FORCE = {PERIOD: (*QUARTERS, YEAR)}
REGIONS = {"A": ("north", "county"), "B": ("south", "county"), "C": ("north", "county"), "D": ("east", "city")}
Q1, Q2 = QUARTERS[:2]


def merged(grid, rows, regions=REGIONS):
    records = records_of(grid, rows)
    found = without_few(Merged(grid), lambda coarser: count(coarser, records, list(coarser.cells()), KEY), regions)
    for cell, counted in count(found.grid, records, list(found.grid.cells()), KEY).items():
        assert counted.number <= 4 or (counted.children >= 5 and 2 * counted.most_of_one <= counted.number), cell
    numbers = {cell: counted.number for cell, counted in count(found.grid, records, list(found.grid.cells()), KEY).items()}
    return found, numbers


@pytest.mark.parametrize(
    ("events", "children", "most_of_one", "tells"),
    [
        (4, 1, 4, False),  # is rounded to 0 or 5, and tells of nobody
        (5, 5, 1, False),
        (6, 3, 2, True),  # fewer than five children
        (9, 5, 5, True),  # one has more than half
        (10, 6, 5, False),  # one has half
        (10, 6, 6, True),
        (100, 4, 30, True),
    ],
)
def test_when_a_cell_tells_of_few(events, children, most_of_one, tells):
    assert Counted(events, children, most_of_one, 0.5, "").tells_of_few == tells


def test_six_events_of_three_children_are_told_with_the_age_next_to_theirs():
    # Ages by year: 8 events of 8 children, 6 of 3, 20 of 20. The younger age has fewer than the older: it and 14-15 are 14 of 11.
    grid = grid_of(FORCE, {PERIOD: (YEAR,), "age_band": AGES})
    rows = [
        (8, "", f"{Q1} 10-13"),
        *[(2, name, f"{Q1} 14-15") for name in ("Ann", "Ben", "Cem")],
        (20, "", f"{Q1} 16-17"),
    ]
    found, numbers = merged(grid, rows)
    assert found.steps == (Coarser(("age_band",), TOO_FEW_CHILDREN, merged=("14-15", "10-13")),)
    assert found.grid.tables == (FORCE, {PERIOD: (YEAR,), "age_band": ("10-13+14-15", "16-17")})
    of_age = {dict(cell)["age_band"]: number for cell, number in numbers.items() if "age_band" in dict(cell)}
    assert of_age == {"10-13+14-15": 14, "16-17": 20}


def test_ages_are_merged_until_no_cell_is_left_that_tells():
    # All 6 of 14-15 are Ann's. With the 4 of the younger they are 10, of which she has 6, still more than half. With the 66 of
    # the older they are 76, of which she has 12.
    grid = grid_of(FORCE, {PERIOD: (YEAR,), "age_band": AGES})
    rows = [
        (4, "", f"{Q1} 10-13"),
        (6, "Ann", f"{Q1} 14-15"),
        (6, "Ann", f"{Q2} 16-17"),
        (30, "", f"{Q2} 16-17"),
        (30, "", f"{Q1} 16-17"),
    ]
    found, numbers = merged(grid, rows)
    assert found.grid.tables[-1]["age_band"] == ("10-13+14-15+16-17",)
    assert numbers[((PERIOD, YEAR), ("age_band", "10-13+14-15+16-17"))] == 76


def test_hubs_are_merged_with_the_nearest_and_of_those_with_the_smallest():
    # B's 5 events are of two children. Nobody else is in the south; A and C are in its county, and A has fewer events.
    grid = grid_of(FORCE, {HUB: tuple("ABCD"), PERIOD: (YEAR,)}, hubs="ABCD")
    rows = [(10, "", f"A {Q1}"), (3, "Ann", f"B {Q1}"), (2, "Ben", f"B {Q1}"), (20, "", f"C {Q1}"), (6, "", f"D {Q1}")]
    found, numbers = merged(grid, rows)
    assert found.grid.tables[1][HUB] == ("A+B", "C", "D")
    assert numbers[((HUB, "A+B"), (PERIOD, YEAR))] == 15
    assert found.grid.dimensions[HUB].meaning["A+B"] == {"A", "B"}


def test_two_hubs_are_not_merged_and_their_year_is_left_out():
    grid = grid_of(FORCE, {HUB: ("A", "B"), PERIOD: (YEAR,)}, hubs="AB")
    found, _ = merged(grid, [(10, "", f"A {Q1}"), (6, "Ann", f"B {Q1}")])
    assert found.grid.tables == (FORCE,)
    assert found.steps == (Coarser((HUB, PERIOD), TOO_FEW_CHILDREN, periods=(YEAR,)),)


def test_where_one_child_has_most_events_of_a_quarter_no_quarter_of_that_table_is_told():
    # 9 events in the first quarter, 5 of them Ann's; 21 later: 30 in the year, of which she has 5.
    found, numbers = merged(grid_of(FORCE), [(5, "Ann", Q1), (4, "", Q1), (21, "", Q2)])
    assert found.grid.tables == ({PERIOD: (YEAR,)},)
    assert found.steps == (Coarser((PERIOD,), TOO_FEW_CHILDREN, periods=QUARTERS),)
    assert numbers == {((PERIOD, YEAR),): 30}


def test_a_table_is_left_out_for_the_year_that_tells_and_the_others_stay():
    # Five events of girls, all Ann's: sexes are not merged, so the sexes of this year are not told.
    grid = grid_of(FORCE, {PERIOD: (YEAR,), "sex": ("F", "M")}, {PERIOD: (YEAR,), "age_band": AGES})
    found, _ = merged(grid, [(5, "Ann", f"{Q1} F 14-15"), (20, "", f"{Q1} M 14-15")])
    assert found.grid.tables == (FORCE, {PERIOD: (YEAR,), "age_band": AGES})
    assert found.steps == (Coarser((PERIOD, "sex"), TOO_FEW_CHILDREN, periods=(YEAR,)),)


def test_nothing_is_merged_where_no_cell_tells():
    grid = grid_of(FORCE, {PERIOD: (YEAR,), "age_band": AGES})
    found, _ = merged(grid, [(20, "", f"{Q1} 14-15"), (4, "Ann", f"{Q1} 10-13")])
    assert found.grid is grid and found.steps == ()


def test_what_is_tried_one_after_the_other():
    of_hubs, of_ages = {HUB: tuple("ABCD"), PERIOD: (YEAR,)}, {PERIOD: (YEAR,), "age_band": AGES}
    grid = grid_of(FORCE, of_hubs, of_ages, hubs="ABCD", children=True)
    found, _ = merged(grid, [(20, "", f"{hub} {Q1} 14-15") for hub in "ABCD"])
    whole, without_ages, by_area, totals = tries(found, REGIONS)
    assert whole.grid.tables == (FORCE, of_hubs, of_ages)
    assert without_ages.grid.tables == (FORCE, of_hubs)
    assert by_area.grid.tables == (FORCE, {HUB: ("A+C", "B", "D"), PERIOD: (YEAR,)})  # both in the north
    assert totals.grid.tables == (FORCE,) and totals.grid.children == ()
    assert [len(tried.steps) for tried in (whole, without_ages, by_area, totals)] == [0, 1, 2, 3]


def test_hubs_that_are_merged_may_tell_of_few_where_each_did_not():
    # A has four events, all Ann's, and C two: both are small enough to be told. Together they are six, of three children.
    grid = grid_of(FORCE, {HUB: tuple("ABCD"), PERIOD: (YEAR,)}, hubs="ABCD")
    rows = [(4, "Ann", f"A {Q1}"), (20, "", f"B {Q1}"), (2, "", f"C {Q1}"), (30, "", f"D {Q1}")]
    found, _ = merged(grid, rows)
    assert found.steps == ()
    by_area = tries(found, REGIONS)[1]
    assert by_area.grid.tables[1][HUB] == ("A+C", "B", "D")
    records = records_of(grid, rows)
    again = without_few(by_area, lambda coarser: count(coarser, records, list(coarser.cells()), KEY), REGIONS)
    assert again.grid.tables[1][HUB] == ("A+B+C", "D")  # B is in the county of both
    assert [step.why for step in again.steps] == [ATTACKED, TOO_FEW_CHILDREN]


def test_hubs_of_one_area_are_left_out_at_the_third_try():
    grid = grid_of(FORCE, {HUB: tuple("AC"), PERIOD: (YEAR,)}, hubs="AC")
    found, _ = merged(grid, [(20, "", f"{hub} {Q1}") for hub in "AC"])
    assert [tried.grid.tables for tried in tries(found, REGIONS)][-1] == (FORCE,)


def test_where_there_are_the_forces_totals_alone_there_is_nothing_else_to_try():
    found, _ = merged(grid_of(FORCE), [(20, "", Q1)])
    assert all(tried.grid.tables == (FORCE,) for tried in tries(found, REGIONS))


def test_what_is_left_of_the_cells_that_are_told_is_looked_at_too():
    # By outcome: 20 events with action, 20 without, and 6 of Ann alone of which it is not recorded. Nothing of these is told, but
    # whoever takes 40 from 46 has them: so the outcome is not told of the year.
    outcome = Dimension("outcome", ("action", "none", "not_recorded"), of_event=True)
    plain = grid_of(FORCE)
    told = {PERIOD: (YEAR,), "outcome": ("action", "none")}
    grid = replace(plain, dimensions={**plain.dimensions, "outcome": outcome}, tables=(FORCE, told))
    assert list(grid.untold()) == [((PERIOD, YEAR), ("outcome", "not_recorded"))]
    rows = [(20, "", f"{Q1} action"), (20, "", f"{Q1} none"), (6, "Ann", f"{Q1} not_recorded"), (20, "", f"{Q2} action")]
    records = records_of(grid, rows)
    found = without_few(
        Merged(grid), lambda coarser: count(coarser, records, list(coarser.cells() | coarser.untold()), KEY), REGIONS
    )
    assert found.grid.tables == (FORCE,)
    assert found.steps == (Coarser((PERIOD, "outcome"), TOO_FEW_CHILDREN, periods=(YEAR,)),)
