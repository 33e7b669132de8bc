"""What a pack holds, whatever it is written as: slides of one story each, with their numbers and where each comes from."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from math import ceil
from types import MappingProxyType
from typing import Any, Literal

import pandas as pd

from metrics import words

Look = Literal["values", "usual", "limit", "target", "range", "curve", "units", "concern", "improvement", "neither"]

_LINES_OF_TABLE, _LETTERS_OF_LINE, _GAP = 22, 150, 0.4  # of a slide; what is between two rows, in lines


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

    ``labels`` say what stands beside a point, by its position.
    """

    name: str
    look: Look
    values: tuple[float | None, ...]
    x: tuple[float, ...] = ()
    low: tuple[float | None, ...] = ()
    high: tuple[float | None, ...] = ()
    labels: dict[int, str] = field(default_factory=dict)


@dataclass(frozen=True, eq=False)
class Chart:
    """A chart as numbers, from which one is made that can be edited, and ``figure``, as the screen draws it; ``alt`` in words.

    ``percent`` where its numbers are percentages already, and no shares.
    """

    kind: Literal["lines", "bars", "scatter"]
    categories: tuple[str, ...]
    series: tuple[Series, ...]
    is_share: bool
    title_of_axis: str
    figure: Any
    alt: str
    percent: bool = False


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


def contents(told: Sequence[Slide], link: str, said: Mapping[str, str] = MappingProxyType({})) -> Slide:
    """The agenda: each section in its order, with what is ``said`` of it, else with the sentence of its first slide."""
    first = {slide.section: slide.title.partition(" (1 of")[0] for slide in reversed(told)} | dict(said)
    sections = dict.fromkeys(slide.section for slide in told)
    rows = tuple((str(number), section, first[section]) for number, section in enumerate(sections, start=1))
    return Slide("Agenda", "Agenda", table=Table(("", "Item", "In one sentence"), rows), link=link)


def table_of(frame: pd.DataFrame) -> Table:
    """A frame of texts as a table; what is not known is blank."""
    texts = frame.fillna("").astype(str).map(words.visible)
    return Table(tuple(map(str, texts.columns)), tuple(tuple(row) for row in texts.itertuples(index=False, name=None)))


def widths(table: Table) -> list[float]:
    """The share of the width that each column gets: by what it holds, and never less than its longest word."""
    columns = [[row[place] for row in (table.heads, *table.rows)] for place in range(len(table.heads))]
    longest = [max(map(len, column)) for column in columns]
    words_of = [max((len(word) for cell in column for word in cell.split()), default=1) for column in columns]
    weights = [max(min(text, 70) ** 0.75, 0.8 * word, 3.0) for text, word in zip(longest, words_of, strict=True)]
    return [weight / sum(weights) for weight in weights]


def paged(slide: Slide) -> list[Slide]:
    """A slide whose table is long as several, each of as many rows as there is room for."""
    if slide.table is None:
        return [slide]
    shares, room = widths(slide.table), float(_LINES_OF_TABLE - len(slide.lines))
    parts: list[list[tuple[str, ...]]] = [[]]
    for row in slide.table.rows:
        tall = max(ceil(len(cell) / (_LETTERS_OF_LINE * share)) for cell, share in zip(row, shares, strict=True)) + _GAP
        if tall > room and parts[-1]:
            parts.append([])
            room = _LINES_OF_TABLE
        parts[-1].append(row)
        room -= tall
    return [
        replace(
            slide,
            title=f"{slide.title} ({number} of {len(parts)})" if len(parts) > 1 else slide.title,
            lines=slide.lines if number == 1 else (),
            table=Table(slide.table.heads, tuple(part)),
        )
        for number, part in enumerate(parts, start=1)
    ]


def numbers(values: Iterable[Any]) -> tuple[float | None, ...]:
    """Figures as a chart has them: None where there is none."""
    return tuple(None if pd.isna(value) else float(value) for value in values)
