"""Risk management plans, open and overdue at a period's end. Section 7, and 'Wider' in section 10."""

from datetime import date

from .cells import NOBODY, Cell, Result, Rule
from .data import Data, Row
from .days import ONE_DAY, Window
from .events import Event, Stock
from .formulas import Formula, count, part_of, plain


def is_open(plan: Row, end: date) -> bool:
    """Opened before the period's end and not closed before it."""
    return plan["opened_on"] < end and (plan.get("closed_on") is None or plan["closed_on"] >= end)


def plans(data: Data) -> Stock:
    """The plans open at the end of each period, whatever the child's age, with its care status on the last day."""

    def judge(window: Window) -> list[Event]:
        events = []
        last_day = window.end - ONE_DAY
        for row in data.rows("risk_management_plans"):
            if is_open(row, window.end):
                person = data.person(row["child_id"], last_day, None)
                events.append(Event(last_day, row.get("hub_id"), (person,), row))
        return events

    return data.once("plans", lambda: Stock(judge))


def overdue(cell: Cell) -> int:
    """Due before the period's end."""
    due = [hit.event.row.get("review_due_on") for hit in cell.hits]
    return sum(1 for on in due if on is not None and on < cell.window.end)


def plans_overdue(cell: Cell) -> Result:
    return plain(overdue(cell))


def plans_overdue_share(cell: Cell) -> Result:
    with_a_date = sum(1 for hit in cell.hits if hit.event.row.get("review_due_on") is not None)
    return part_of(overdue(cell), with_a_date)


def about_plans(formula: Formula, *columns: str) -> Rule:
    needs = tuple(("risk_management_plans", column) for column in columns)
    return Rule(plans, ("risk_management_plans",), formula, (*NOBODY, "in_care"), needs=needs)


RULES = {
    "open_plans": about_plans(count(), "closed_on"),
    "plans_overdue": about_plans(plans_overdue, "closed_on", "review_due_on"),
    "plans_overdue_share": about_plans(plans_overdue_share, "closed_on", "review_due_on"),
}
