"""What a pack holds, whatever it is written as: slides of one story each, with their numbers and where each comes from."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any, Literal

import pandas as pd

from metrics import words

Look = Literal["values", "usual", "limit", "target", "range", "curve", "units"]


class Refused(Exception):
    """A pack that cannot be made; the message says what was given, what is allowed and what to do."""


@dataclass(frozen=True)
class Order:
    """Which pack: for whom, of which month, made when (naive UTC) and by whom; all of it that another needs to make it again.

    ``hub`` is blank for all hubs, ``month`` the first day of the last of its twelve months, of the board's pack that in which its
    data end; ``release`` 0 but for the board. ``address`` is where its links lead.
    """

    role: str
    month: date
    hub: str
    made_at: datetime
    made_by: str
    address: str
    release: int = 0


@dataclass(frozen=True)
class Reference:
    """Where the numbers of a slide come from: the key of a measure, the place, the period, and the day on which the data end."""

    key: str
    place: str
    opens: date
    closes: date
    data_end: date

    def __str__(self) -> str:
        last = self.closes - timedelta(days=1)
        return f"{self.key} · {self.place} · {self.opens:%Y-%m} to {last:%Y-%m} · data to {self.data_end}"


@dataclass(frozen=True, eq=False)
class Series:
    """A row of numbers of a chart; ``x`` of a scatter, ``low`` and ``high`` where each has a range.

    ``signals`` say what a point means, by its position, ``labels`` what stands beside it.
    """

    name: str
    look: Look
    values: tuple[float | None, ...]
    x: tuple[float, ...] = ()
    low: tuple[float | None, ...] = ()
    high: tuple[float | None, ...] = ()
    signals: dict[int, str] = field(default_factory=dict)
    labels: dict[int, str] = field(default_factory=dict)


@dataclass(frozen=True, eq=False)
class Chart:
    """A chart as numbers, from which one is made that can be edited, and ``figure``, as the screen draws it; ``alt`` in words."""

    kind: Literal["lines", "bars", "scatter"]
    categories: tuple[str, ...]
    series: tuple[Series, ...]
    is_share: bool
    title_of_axis: str
    figure: Any
    alt: str


@dataclass(frozen=True, eq=False)
class Table:
    """Texts in rows below their heads."""

    heads: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, eq=False)
class Slide:
    """One story: the sentence that tells it, what there is to add, its chart or its table; ``behind`` is the table of a chart."""

    section: str
    title: str
    lines: tuple[str, ...] = ()
    chart: Chart | None = None
    table: Table | None = None
    behind: Table | None = None
    reference: str = ""
    link: str = ""


@dataclass(frozen=True, eq=False)
class Pack:
    """A cover and slides; ``marking`` and ``handling`` stand on each of them."""

    order: Order
    title: str
    cover: tuple[str, ...]
    marking: str
    handling: str
    slides: tuple[Slide, ...]


def table_of(frame: pd.DataFrame) -> Table:
    """A frame of texts as a table; what is not known is blank."""
    texts = frame.fillna("").astype(str).map(words.visible)
    return Table(tuple(map(str, texts.columns)), tuple(tuple(row) for row in texts.itertuples(index=False, name=None)))


def paged(slide: Slide, rows: int) -> list[Slide]:
    """A slide whose table is long as several, each of so many rows."""
    if slide.table is None or len(slide.table.rows) <= rows:
        return [slide]
    parts = [slide.table.rows[start : start + rows] for start in range(0, len(slide.table.rows), rows)]
    return [
        Slide(
            slide.section,
            f"{slide.title} ({number} of {len(parts)})",
            slide.lines if number == 1 else (),
            table=Table(slide.table.heads, part),
            reference=slide.reference,
            link=slide.link,
        )
        for number, part in enumerate(parts, start=1)
    ]


def numbers(values: Iterable[Any]) -> tuple[float | None, ...]:
    """Figures as a chart has them: None where there is none."""
    return tuple(None if pd.isna(value) else float(value) for value in values)
