"""An independent recount of every key that the definitions name, in plain loops over rows: the referee of the numbers.

It shares nothing with the product. Each theme's file follows its section of the definitions; read the two side by side.

    rows = {"hubs": [{"hub_id": "EDE", "name": "Eden", ...}], "detentions": [...], ...}
    recount(rows, "detentions", date(2025, 4, 1), date(2026, 4, 1), by=("month", "hub"))
    # {("2025-04-01", "EDE"): (3, None, 3), ...}  numerator, denominator, value; (None, None, None) = not available
"""

from datetime import date

from . import (
    aces,
    child_suspects,
    children_in_care,
    concentration,
    custody,
    engagements,
    first_time_entrants,
    incidents,
    missing,
    outcomes,
    plans,
    repeat_offending,
    stop_search,
)
from .cells import NOT_AVAILABLE, Ask, Labels, Result, Rule, count_cells
from .data import Data, Rows
from .days import ONE_DAY, Window, add_months, first_of_month
from .events import Stock, Unit

__all__ = ["KEYS", "NOT_AVAILABLE", "NoSuchDimensionError", "default_period", "dimensions_of", "recount"]

THEMES = (
    *(first_time_entrants, repeat_offending, custody, stop_search, missing, outcomes),
    *(child_suspects, incidents, aces, plans, engagements, children_in_care, concentration),
)
RULES: dict[str, Rule] = {key: rule for theme in THEMES for key, rule in theme.RULES.items()}
KEYS = tuple(RULES)


class NoSuchDimensionError(ValueError):
    """The key cannot be divided by what was asked for."""


def recount(
    rows: Rows,
    key: str,
    start: date | None = None,
    end: date | None = None,
    by: tuple[str, ...] = (),
    as_at: date | None = None,
    basis: str = "closed",
    placed_by: str = "event",
    residents_only: bool = False,
) -> dict[Labels, Result]:
    """Count one key from the rows: cell labels in the order of ``by`` -> (numerator, denominator, value).

    ``start`` is included, ``end`` is not; None = the last twelve whole months up to the key's own data end. ``placed_by`` says
    where an event with a child is placed: 'event' (its own hub) or 'residence' (where the child lives). ``residents_only`` leaves
    out the children of whom that is not known. Cells: every period that overlaps the loaded part, x every place of ``hubs`` and
    'unknown' where rows fall there, x the other labels that occur. The rows are read-only: what is worked out from them is kept
    for the next question.
    """
    rule = RULES[key]
    unknown = [dimension for dimension in by if dimension not in rule.dimensions]
    if unknown:
        raise NoSuchDimensionError(f"{key} cannot be divided by {', '.join(unknown)}; it can by {', '.join(rule.dimensions)}.")
    data = laid_out(rows, as_at)
    build = rule.if_recorded if basis == "recorded" and rule.if_recorded else rule.unit
    unit: Unit | Stock = data.once(build, lambda: build(data))
    return count_cells(rule, data, unit, loaded_part(rule, data, start, end), Ask(tuple(by), placed_by, residents_only))


def dimensions_of(key: str) -> tuple[str, ...]:
    return RULES[key].dimensions


def default_period(rows: Rows, key: str, as_at: date | None = None) -> tuple[date, date] | None:
    """The last twelve whole months up to the key's own data end; None without any rows."""
    data_end = laid_out(rows, as_at).last_day(RULES[key].tables)
    if data_end is None:
        return None
    end = first_of_month(data_end + ONE_DAY)
    return add_months(end, -12), end


def loaded_part(rule: Rule, data: Data, start: date | None, end: date | None) -> Window | None:
    """The part of [start, end) between the earliest and the latest of the event tables' own dates."""
    first_day, data_end = data.first_day(rule.tables), data.last_day(rule.tables)
    if first_day is None or data_end is None:
        return None
    end = end or first_of_month(data_end + ONE_DAY)
    start = start or add_months(end, -12)
    window = Window(max(start, first_day), min(end, data_end + ONE_DAY))
    return window if window.start < window.end else None


_LAID_OUT: list[tuple[Rows, tuple[int, ...], dict[date | None, Data]]] = []  # of the last database asked about


def laid_out(rows: Rows, as_at: date | None) -> Data:
    """The rows laid out as at a date, kept until other rows, or another number of them, are asked about."""
    size = tuple(len(table) for table in rows.values())
    if not _LAID_OUT or _LAID_OUT[0][0] is not rows or _LAID_OUT[0][1] != size:
        _LAID_OUT[:] = [(rows, size, {})]
    kept = _LAID_OUT[0][2]
    if as_at not in kept:
        kept[as_at] = Data(rows, as_at)
    return kept[as_at]
