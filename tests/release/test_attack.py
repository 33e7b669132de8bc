"""What an attacker works out, beside published intervals and beside paper."""

import json
from pathlib import Path

import numpy as np
import pytest
from hands import QUARTERS, YEAR, grid_of
from scipy.sparse import csr_array

from release.attack import Known, attack, bounds, insider, is_safe
from release.grid import CHILDREN, HUB, PERIOD
from release.variables import Tables, tables_of

VECTORS = json.loads((Path(__file__).parent.parent / "vectors" / "suppression" / "sdc_vectors.json").read_text(encoding="utf-8"))
MANY = 10_000.0
TRAP = VECTORS["sdcTable_4x4_line_rule_trap"]
MICRODATA = VECTORS["sdcTable_microdata1"]


def published(inner, totals, suppressed, within=0.0):
    """What is known of a table whose cells, but for some, are published as they are; ``within``: less than the number next to it.

    Cells are ``row|column``, a total is of ``tot``. The table behind it has a variable for each inner cell.
    """
    true = {**inner, **totals}
    rows = []
    for cell in true:
        row, column = cell.split("|")
        parts = [name.split("|") for name in inner]
        rows.append([float(row in ("tot", part[0]) and column in ("tot", part[1])) for part in parts])
    names = tuple((("cell", cell),) for cell in true)
    none = csr_array((0, len(inner)))
    tables = Tables(names, none, none, csr_array(np.array(rows)), np.full(len(inner), ""))
    hidden = np.array([cell in suppressed for cell in true])
    numbers = np.array(list(true.values()), dtype=float)
    lowest, highest = np.where(hidden, 0.0, numbers - within), np.where(hidden, MANY, numbers + within)
    return Known("a reader", tables, numbers, lowest, highest, np.full(len(true), np.nan), hidden)


def intervals(inner, totals, suppressed):
    """The bounds of each suppressed cell."""
    low, high = bounds(published(inner, totals, suppressed))
    cells = [*inner, *totals]
    return {cell: (low[cells.index(cell)], high[cells.index(cell)]) for cell in suppressed}


def exposed_in(inner, totals, suppressed):
    """The cells that the attack finds not to be safe. Exact figures would be taken for known before: so they are nearly exact."""
    found = attack(published(inner, totals, suppressed, within=0.25)).exposed
    return [cell for cell, is_exposed in zip([*inner, *totals], found, strict=True) if is_exposed]


def expected(listed):
    return {cell: (found["low"], found["up"]) for cell, found in listed.items()}


def test_the_example_of_fischetti_and_salazar():
    table = VECTORS["fischetti_salazar_3x3"]
    found = intervals(table["inner"], table["totals"], table["suppressed"])
    assert found == expected(table["LP"])


def microdata():
    counts = MICRODATA["counts"]
    inner = {cell: number for cell, number in counts.items() if "tot" not in cell}
    return inner, {cell: number for cell, number in counts.items() if "tot" in cell}


@pytest.mark.parametrize("pattern", MICRODATA["patterns"], ids=lambda pattern: pattern["method"])
def test_the_patterns_of_sdctable(pattern):
    found = intervals(*microdata(), pattern["suppressed_cells"])
    assert found == expected(pattern["attacker_intervals_LP"])


def test_a_cell_that_alone_is_missing_is_exposed_and_one_among_four_is_not():
    assert exposed_in(*microdata(), ["A|female"]) == ["A|female"]  # 2, exactly
    assert exposed_in(*microdata(), ["A|male", "A|female", "C|male", "C|female"]) == []


def test_two_missing_in_every_line_and_one_is_still_known_exactly():
    found = intervals(TRAP["inner_counts"], TRAP["totals"], TRAP["primary_suppressed"])
    assert found == expected(TRAP["expected_before"])
    assert found["w|b"] == (47, 47)
    assert exposed_in(TRAP["inner_counts"], TRAP["totals"], TRAP["primary_suppressed"]) == ["w|b"]


def test_one_more_missing_hides_it():
    withheld = [*TRAP["primary_suppressed"], "x|b"]
    assert intervals(TRAP["inner_counts"], TRAP["totals"], withheld) == expected(TRAP["LP_after_adding_x|b"])
    assert exposed_in(TRAP["inner_counts"], TRAP["totals"], withheld) == []


@pytest.mark.parametrize(("more", "of_w_b"), TRAP["additional_cell_candidates_wb_interval"].items())
def test_whichever_is_missing_besides(more, of_w_b):
    found = intervals(TRAP["inner_counts"], TRAP["totals"], [*TRAP["primary_suppressed"], more])
    assert found["w|b"] == tuple(of_w_b)


# A quarter of two or three hubs, and what somebody knows of it.
TOTAL = ((PERIOD, QUARTERS[0]),)


def of(hub):
    return ((HUB, hub), *TOTAL)


def outsider(true, shown, public=False):
    """``true`` and ``shown`` by hub, the whole under a blank; ``public`` where everybody knows the whole."""
    hubs = [hub for hub in true if hub]
    grid = grid_of({PERIOD: QUARTERS[:1]}, {HUB: tuple(hubs), PERIOD: QUARTERS[:1]}, hubs=hubs)
    cells = [of(hub) if hub else TOTAL for hub in true]
    numbers = np.array(list(true.values()), dtype=float)
    told = np.array([shown[hub] for hub in true], dtype=float)
    exact = np.array([public and not hub for hub in true])
    return Known(
        "somebody outside",
        tables_of(grid, cells),
        numbers,
        np.where(exact, numbers, told - 4),
        np.where(exact, numbers, told + 4),
        np.where(exact, np.nan, told),
        ~exact,
    )


def of_hub(everybody, hub, true):
    own = np.array([true[hub] if at in ("", hub) else 0 for at in true], dtype=float)
    return insider(everybody, hub, own, np.array(list(true.values())) - own)


def found_by(known):
    """The cells that are exposed, and the lowest and highest number of each of the others'."""
    found = attack(known)
    low, high = bounds(known)
    names = [dict(cell).get(HUB, "") for cell in known.tables.names]
    return {names[place] for place in np.flatnonzero(found.exposed)}, dict(zip(names, zip(low, high, strict=True), strict=True))


def test_who_has_three_of_a_total_of_at_most_four_knows_that_the_other_has_one_at_most():
    true, shown = {"": 4, "A": 3, "B": 1}, {"": 0, "A": 0, "B": 0}
    exposed, low_high = found_by(outsider(true, shown))
    assert low_high == {"": (0, 4), "A": (0, 4), "B": (0, 4)} and not exposed
    exposed, low_high = found_by(of_hub(outsider(true, shown), "A", true))
    assert low_high["B"] == (0, 1) and exposed == {"", "B"}  # of the whole they know how many the others have


def test_where_five_are_shown_of_the_total_they_do_not():
    true, shown = {"": 4, "A": 3, "B": 1}, {"": 5, "A": 5, "B": 0}
    exposed, low_high = found_by(of_hub(outsider(true, shown), "A", true))
    assert low_high["B"] == (0, 4) and not exposed  # 5 + 4 less 3 would be 6, but B's own band ends at 4


def test_a_cell_of_none_that_could_not_be_one_is_exposed():
    # Nothing is shown of the whole, and A alone has 4: whoever knows it knows that B has none.
    true, shown = {"": 4, "A": 4, "B": 0}, {"": 0, "A": 0, "B": 0}
    exposed, low_high = found_by(of_hub(outsider(true, shown), "A", true))
    assert low_high["B"] == (0, 0) and "B" in exposed


def test_a_total_that_everybody_knows_narrows_its_parts():
    # A's band is 1 to 9, but of 4 in all it is 1 to 4, and that is what nobody may learn.
    true, shown = {"": 4, "A": 2, "B": 2}, {"": 5, "A": 5, "B": 0}
    assert found_by(outsider(true, shown))[0] == set()
    exposed, low_high = found_by(outsider(true, shown, public=True))
    assert low_high["A"] == (1, 4) and low_high["B"] == (0, 3) and exposed == {"A"}


def test_what_somebody_knew_without_any_release_is_not_laid_to_it():
    # With their own 3 and the public 4 they know that the other hub had 1, whatever is shown; of two others they would not.
    true, shown = {"": 4, "A": 3, "B": 1}, {"": 5, "A": 5, "B": 0}
    exposed, low_high = found_by(of_hub(outsider(true, shown, public=True), "A", true))
    assert low_high["B"] == (1, 1) and exposed == set()
    true, shown = {"": 4, "A": 3, "B": 1, "C": 0}, {"": 5, "A": 5, "B": 0, "C": 0}
    exposed, low_high = found_by(of_hub(outsider(true, shown, public=True), "A", true))
    assert low_high["B"] == (0, 1) and "B" in exposed


def test_what_would_have_to_be_shown_is_said_as_a_cut():
    true, shown = {"": 4, "A": 3, "B": 1}, {"": 0, "A": 0, "B": 0}
    known = of_hub(outsider(true, shown), "A", true)
    cuts = attack(known).cuts
    by_hub = {TOTAL: "", of("A"): "A", of("B"): "B"}

    def holds(cut, shown):
        return sum(weight * shown[by_hub[cell]] / 5 for cell, weight in zip(cut.cells, cut.weights, strict=True)) >= cut.least

    assert cuts and not all(holds(cut, shown) for cut in cuts)
    assert all(holds(cut, {"": 5, "A": 5, "B": 0}) for cut in cuts)  # which was found to be safe above


def test_children_are_no_more_than_their_events():
    # 0 is shown of the events, so at most 4; 5 of the children, so at least 1. Together: 1 to 4 of both.
    grid = grid_of({PERIOD: (YEAR,)}, children=True)
    events = ((PERIOD, YEAR),)
    cells, shown = [events, (CHILDREN, *events)], np.array([0.0, 5.0])
    true = np.array([3.0, 2.0])
    known = Known("somebody outside", tables_of(grid, cells), true, shown - 4, shown + 4, shown, np.ones(2, dtype=bool))
    low, high = bounds(known)
    assert low.tolist() == [1, 1] and high.tolist() == [4, 4]
    assert attack(known).exposed.all()


def test_numbers_that_no_table_can_have_say_so():
    # Of two hubs with at least 6 each there are no 4.
    low, high = bounds(outsider({"": 12, "A": 6, "B": 6}, {"": 0, "A": 10, "B": 10}))
    assert np.isnan(low).all() and np.isnan(high).all()


def test_what_is_safe():
    nan = np.nan
    cases = [  # true, lowest, highest, safe
        (0, 0, 1, True),
        (0, 0, 0, False),
        (1, 0, 3, True),
        (1, 0, 2, False),  # not wide enough
        (2, 1, 4, False),  # wide enough, but surely from 1 to 4
        (2, 1, 5, True),
        (4, 2, 5, True),
        (4, 3, 5, False),
        (5, 5, 5, False),  # known exactly
        (5, 5, 6, True),
        (nan, 0, 2, False),  # held for a small one
        (nan, 0, 3, True),
    ]
    true, low, high, safe = (np.array(column, dtype=float) for column in zip(*cases, strict=True))
    assert is_safe(true, low, high).tolist() == safe.astype(bool).tolist()
