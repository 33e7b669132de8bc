"""How the tables of the reporting database are defined: their columns with their rules, and what is said of each table."""

from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

from sqlalchemy import Boolean, Column, Date, DateTime, Double, Index, Integer, MetaData, String, Table, Text

# Ids are compared letter by letter on every engine; PostgreSQL would follow the language of its locale.
TEXT = String().with_variant(Text(collation="C"), "postgresql")

EARLIEST = date(1990, 1, 1)  # a date before it is a slip, or a system's day zero
EARLIEST_OFFENCE = date(1950, 1, 1)  # reported decades later, as many against children are
EARLIEST_BIRTH = date(1932, 1, 1)  # of a child of 17 in 1950; what comes before is a placeholder, as 1 January 1900 is


@dataclass(frozen=True)
class Order:
    """What must not come before what, in a row: ``later`` not before the first of ``earlier`` that is recorded.

    ``doubtful`` is the column that counts as not recorded where it does; None where the row is refused.
    Of two times only the days are compared ``by_day``. A time of midnight sharp stands for its day where the row is not refused:
    many systems keep no more.
    """

    later: str
    earlier: tuple[str, ...]
    doubtful: str | None = None
    by_day: bool = False


Readers = Literal["own hubs", "own hubs or blank", "every reader", "force", "analyst"]

metadata = MetaData()


def text(name: str, *, required: bool = False, **rules: Any) -> Column[str]:
    return Column(name, TEXT, nullable=not required, info=rules)


def day(name: str, *, required: bool = False, **rules: Any) -> Column[Any]:
    return Column(name, Date, nullable=not required, info=rules)


def instant(name: str, *, required: bool = False, **rules: Any) -> Column[Any]:
    return Column(name, DateTime, nullable=not required, info=rules)


def number(name: str, *, required: bool = False, **rules: Any) -> Column[int]:
    return Column(name, Integer, nullable=not required, info=rules)


def figure(name: str, *, required: bool = False) -> Column[Any]:
    return Column(name, Double, nullable=not required)


def flag(name: str, **rules: Any) -> Column[bool]:
    return Column(name, Boolean, info=rules)


def table(
    name: str,
    *columns: Column[Any],
    key: tuple[str, ...],
    readers: Readers,
    dated_by: str | None = None,
    sought_by: str | None = None,
    orders: tuple[Order, ...] = (),
) -> Table:
    """A table of the database, with what the module says of each."""
    defined = Table(name, metadata, *columns, info={"key": key, "readers": readers, "dated_by": dated_by, "orders": orders})
    if sought_by:  # DuckDB turns such lookups into joins, and would only load more slowly
        Index(f"{name}_by_{sought_by}", defined.c[sought_by]).ddl_if(dialect="postgresql")
    return defined
