"""Tables rounded on paper, beside what the program makes of them."""

import numpy as np
import pytest
from hands import KEY, QUARTERS, YEAR, counted, grid_of, preferring, records_of

from release.counting import Records, count
from release.grid import CHILDREN, HUB, PERIOD
from release.rounding import Cut, misfits, rounded

GRID = grid_of({PERIOD: (*QUARTERS, YEAR)}, {HUB: ("A", "B", "C"), PERIOD: (*QUARTERS, YEAR)})
#            Q1  Q2  Q3  Q4   year
TRUE = {
    "A": (3, 6, 0, 10, 19),
    "B": (1, 4, 7, 5, 17),
    "C": (2, 12, 5, 8, 27),
    "": (6, 22, 12, 23, 63),
}
# Each to its nearest multiple of five:
#   A        5   5   0  10    20 = 5 + 5 + 0 + 10
#   B        0   5   5   5    15 = 0 + 5 + 5 + 5
#   C        0  10   5  10    25 = 0 + 10 + 5 + 10
#   force    5  20  10  25    65, but 5 + 20 + 10 + 25 are 60, and so are 20 + 15 + 25
# To keep 65, a quarter, a hub and their cell would have to go the other way. So the total alone does: 60 is shown of 63.
ON_PAPER = {
    "A": (5, 5, 0, 10, 20),
    "B": (0, 5, 5, 5, 15),
    "C": (0, 10, 5, 10, 25),
    "": (5, 20, 10, 25, 60),
}
TOTAL = ((PERIOD, YEAR),)


def at(hub, period):
    return ((HUB, hub), (PERIOD, period)) if hub else ((PERIOD, period),)


def cells(table):
    return {at(hub, period): number for hub, row in table.items() for period, number in zip((*QUARTERS, YEAR), row, strict=True)}


def is_right(shown, true=TRUE):
    numbers = cells(true)
    for cell, number in shown.items():
        assert number % 5 == 0 and abs(number - numbers[cell]) <= 4
        assert number == numbers[cell] or numbers[cell] % 5, f"{cell} was a multiple of five already"
    for hub in true:
        assert sum(shown[at(hub, quarter)] for quarter in QUARTERS) == shown[at(hub, YEAR)]
    for period in (*QUARTERS, YEAR):
        assert sum(shown[at(hub, period)] for hub in "ABC") == shown[at("", period)]


def test_twelve_cells_on_paper():
    shown = rounded(GRID, counted(cells(TRUE)), {})
    assert shown == cells(ON_PAPER)
    is_right(shown)


def test_the_number_of_the_last_release_is_kept_though_four_go_against_their_preference():
    shown = rounded(GRID, counted(cells(TRUE)), {TOTAL: 65})
    is_right(shown)
    assert shown[TOTAL] == 65
    assert sum(shown[cell] != number for cell, number in cells(ON_PAPER).items()) == 4  # the total, a quarter, a hub, their cell


def test_what_the_last_release_showed_of_other_numbers_is_no_reason():
    assert rounded(GRID, counted(cells(TRUE)), {TOTAL: 40, at("A", QUARTERS[0]): 20}) == cells(ON_PAPER)


def test_a_number_that_is_a_multiple_stays_whatever_was_shown_last():
    assert rounded(GRID, counted(cells(TRUE)), {at("A", QUARTERS[3]): 15})[at("A", QUARTERS[3])] == 10


def test_a_preference_is_followed():
    # Of a number of spare events s, s fifths of all preferences go up: 1 of B in the first quarter goes up for less than 0.2.
    up = preferring(counted(cells(TRUE)), at("B", QUARTERS[0]), 0.1)
    up = preferring(preferring(up, at("B", YEAR), 0.1), at("", QUARTERS[0]), 0.1)
    shown = rounded(GRID, up, {})
    assert (shown[at("B", QUARTERS[0])], shown[at("B", YEAR)], shown[at("", QUARTERS[0])], shown[TOTAL]) == (5, 20, 10, 65)
    is_right(shown)


def test_a_cut_is_obeyed():
    cell = at("B", QUARTERS[0])
    assert cells(ON_PAPER)[cell] == 0
    shown = rounded(GRID, counted(cells(TRUE)), {}, [Cut((cell,), (1.0,), 1.0)])  # at least one five
    assert shown[cell] == 5
    is_right(shown)
    # 60 less C's 10 are ten fives: with at most nine and a half, one of the two has to be another.
    apart = Cut((at("C", QUARTERS[1]), TOTAL), (1.0, -1.0), -9.5)
    shown = rounded(GRID, counted(cells(TRUE)), {}, [Cut((cell,), (1.0,), 1.0), apart])
    assert shown[TOTAL] - shown[at("C", QUARTERS[1])] <= 45
    is_right(shown)


def test_what_cannot_be_rounded():
    true = counted(cells(TRUE))
    assert rounded(GRID, true, {}, [Cut((at("A", QUARTERS[2]),), (1.0,), 1.0)]) is None  # 0 is a multiple of five, and stays
    assert rounded(GRID, counted({**cells(TRUE), TOTAL: 75}), {}) is None  # parts of 63 never make 75


def test_no_table_is_no_number():
    assert rounded(grid_of(), {}, {}) == {}


@pytest.mark.parametrize("preference", np.linspace(0.05, 0.95, 7))
def test_crimes_of_two_suspects_are_between_their_largest_age_and_the_sum_of_all(preference):
    grid = grid_of({PERIOD: (YEAR,), "age_band": ("10-13", "14-15", "16-17")}, covers=True)
    ages = [((PERIOD, YEAR), ("age_band", age)) for age in ("10-13", "14-15", "16-17")]
    shown = rounded(grid, counted({((PERIOD, YEAR),): 13, ages[0]: 3, ages[1]: 11, ages[2]: 4}, preference), {})
    of_ages = [shown[age] for age in ages]
    assert shown[TOTAL] in (10, 15) and max(of_ages) <= shown[TOTAL] <= sum(of_ages)


def test_children_are_shown_where_their_events_are():
    # 6 events are rather shown as 5, and their 3 children would rather be shown as 0: but of events there are children.
    grid = grid_of({PERIOD: (YEAR,)}, children=True)
    children = (CHILDREN, *TOTAL)
    true = preferring(counted({TOTAL: 6, children: 3}), children, 0.9)
    assert rounded(grid, true, {}) == {TOTAL: 5, children: 5}
    # 2 events are rather shown as 0 and their 2 children as 5: but there are no more children than events, nor none of events.
    shown = rounded(grid, preferring(counted({TOTAL: 2, children: 2}), children, 0.1), {})
    assert shown[children] == shown[TOTAL]


def test_children_in_all_are_what_their_hubs_allow():
    # Of 4, 4 and 4 children of three hubs there are 4 to 12 in all: one child may be of every hub.
    grid = grid_of({PERIOD: (YEAR,)}, {HUB: ("A", "B", "C"), PERIOD: (YEAR,)}, children=True)
    events = {TOTAL: 30, **{at(hub, YEAR): 10 for hub in "ABC"}}
    of_hubs = {(CHILDREN, *at(hub, YEAR)): 4 for hub in "ABC"}
    shown = rounded(grid, counted({**events, (CHILDREN, *TOTAL): 7, **of_hubs}, 0.7), {})
    assert [shown[cell] for cell in of_hubs] == [5, 5, 5]
    assert shown[(CHILDREN, *TOTAL)] == 5  # 7 is rather shown as 5, and 5 is between the largest of 5, 5, 5 and their sum


def test_the_same_records_are_rounded_the_same_way_wherever_they_are():
    # All of A's three events were in the first quarter: the quarter, the year and the age hold the same records.
    grid = grid_of(
        {PERIOD: (*QUARTERS, YEAR)}, {HUB: ("A", "B", "C"), PERIOD: (*QUARTERS, YEAR)}, {PERIOD: (YEAR,), "age_band": ("14-15",)}
    )
    rows = [(3, "", "A 2025-04-01 14-15"), (7, "", "B 2025-04-01 16-17"), (9, "", "C 2026-01-01 10-13")]
    records = records_of(grid, rows)
    same = [at("A", QUARTERS[0]), at("A", YEAR), ((PERIOD, YEAR), ("age_band", "14-15"))]
    found = count(grid, records, list(grid.cells()), KEY)
    assert [found[cell].number for cell in same] == [3, 3, 3]
    assert len({found[cell].preference for cell in same}) == 1
    shown = rounded(grid, found, {})
    assert len({shown[cell] for cell in same}) == 1

    order = np.arange(19)[::-1]
    parts = {name: codes[order] for name, codes in records.parts.items()}
    backwards = Records(records.event[order], records.child[order], parts, records.digest[order])
    assert count(grid, backwards, same, KEY) == {cell: found[cell] for cell in same}
    with_another_key = count(grid, records, same, b"another key of the tests, of 32 bytes")
    assert with_another_key[same[0]].preference != found[same[0]].preference


def test_misfits_are_numbers_and_sums_that_no_rounding_makes():
    shown = cells(ON_PAPER)
    assert misfits(GRID, shown) == 0
    assert misfits(GRID, {**shown, TOTAL: 65}) == 2  # neither the quarters nor the hubs make it
    assert misfits(GRID, {**shown, TOTAL: 61}) == 1
    assert misfits(GRID, {cell: number for cell, number in shown.items() if cell != TOTAL}) == 1
