"""Reads the stop and search files of data.police.uk as they are published and puts them into the data contract's words.

A file is all that a force has published of a month, and is published again when the force corrects it: it replaces that month.
"""

import hashlib
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from sqlalchemy import ColumnElement, DateTime, and_, cast, func, or_

from ingest.layouts import Columns, Layout, words_told
from ingest.police_uk_words import KINDS, WORDS
from ingest.values import Fault, as_instant, london_day
from queries.clock import add_months
from queries.tables import stop_searches

FILE_NAME = re.compile(r"(?P<month>\d{4}-(?:0[1-9]|1[0-2]))-(?P<force>.+)-stop-and-search(\.[^.]+)?\.csv", re.IGNORECASE)
OTHER_KINDS = re.compile(r"\d{4}-\d\d-.+-(street|outcomes)\b.*\.csv", re.IGNORECASE)
ID = "%-____-__-____________-%"  # of a search as published: its force, month, a hash of its instant, and a number
FORMER_ID = 32  # characters: earlier versions hashed the whole row
REQUIRED = ("Type", "Date")
COLUMNS = (
    *REQUIRED,
    *("Part of a policing operation", "Policing operation", "Latitude", "Longitude", "Gender", "Age range"),
    *("Self-defined ethnicity", "Officer-defined ethnicity", "Legislation", "Object of search", "Outcome"),
    *("Outcome linked to object of search", "Removal of more than just outer clothing"),
)
PUBLISHED_AS = {
    "searched_at": "Date",
    "kind": "Type",
    "age_band": "Age range",
    "sex": "Gender",
    "ethnicity_self_defined": "Self-defined ethnicity",
    "ethnicity_officer_defined": "Officer-defined ethnicity",
    "legislation": "Legislation",
    "object_of_search": "Object of search",
    "outcome": "Outcome",
    "outcome_linked": "Outcome linked to object of search",
    "beyond_outer_clothing": "Removal of more than just outer clothing",
}
# What a word that nobody knows counts as: something was done, but not what; or it is not known which group.
IF_UNKNOWN = {"outcome": "other", "ethnicity_self_defined": "", "ethnicity_officer_defined": ""}


@dataclass(frozen=True)
class Publication:
    """What a force published of a month: 'cumbria' and '2024-01'."""

    force_in_name: str
    month: str

    @property
    def force(self) -> str:
        """'north-wales' is North Wales."""
        if self.force_in_name in ("btp", "psni"):
            return self.force_in_name.upper()
        if self.force_in_name == "dyfed-powys":  # the one force with a hyphen of its own
            return "Dyfed-Powys"
        return self.force_in_name.replace("-", " ").title().replace(" And ", " and ").replace(" Of ", " of ")

    @property
    def last_day(self) -> date:
        """Of the month, all of which is published."""
        return add_months(date.fromisoformat(f"{self.month}-01"), 1) - timedelta(days=1)

    @property
    def id_prefix(self) -> str:
        """With which the ids of its searches begin."""
        return f"{self.force_in_name}-{self.month}-"


def publication_of(file_name: str) -> Publication | None:
    """'2019-04-north-wales-stop-and-search.csv' is of North Wales, April 2019; None for a file of another kind."""
    match = FILE_NAME.fullmatch(file_name)
    return Publication(match["force"].lower(), match["month"]) if match else None


def is_of_other_kind(file_name: str) -> bool:
    """Whether a file is of street crimes or their outcomes, which the publisher packs together with the searches."""
    return OTHER_KINDS.fullmatch(file_name) is not None


def replaced_by(publication: Publication) -> ColumnElement[bool]:
    """The searches that were loaded from an earlier publication of the force's month."""
    of_month = stop_searches.c.search_id.startswith(publication.id_prefix, autoescape=True)
    return and_(is_published(), or_(of_month, _loaded_formerly(publication)))


def is_published() -> ColumnElement[bool]:
    """The searches that were published, and are not of the force's own records."""
    search = stop_searches.c
    nobody = and_(search.child_id.is_(None), search.hub_id.is_(None), search.force.is_not(None))
    return and_(nobody, or_(search.search_id.like(ID), func.length(search.search_id) == FORMER_ID))


def _loaded_formerly(publication: Publication) -> ColumnElement[bool]:
    """Those of a month that an earlier version of the importer loaded, under ids that do not tell the month."""
    search, opens = stop_searches.c, datetime.fromisoformat(f"{publication.month}-01")
    closes = datetime.combine(add_months(opens.date(), 1), datetime.min.time())
    instant = func.coalesce(search.searched_at, cast(search.searched_on, DateTime))
    is_former = func.length(search.search_id) == FORMER_ID
    return and_(is_former, search.force == publication.force, instant >= opens, instant < closes)


def layout(publication: Publication) -> Layout:
    """How a published file is read; for one file alone, since it counts."""
    translation = _Translation(publication)
    required = {
        "Type": lambda text: text.strip().casefold() in KINDS,
        "Date": lambda text: not isinstance(as_instant(text), Fault),
    }
    free_text = frozenset(("Policing operation", "Legislation", "Object of search"))
    return Layout(COLUMNS, required, free_text, translation.of, lambda: list(translation.remarks()), expected=COLUMNS)


@dataclass
class _Translation:
    """From published to the contract's columns, batch by batch."""

    publication: Publication
    searches_at: Counter[str] = field(default_factory=Counter)
    unknown: Counter[tuple[str, str]] = field(default_factory=Counter)

    def of(self, published: Columns) -> Columns:
        """The contract's columns, still text. A kind or a sex that no translation knows stays as printed."""
        columns = {name: published[printed] for name, printed in PUBLISHED_AS.items() if printed in published}
        for name, words in WORDS.items():
            if name in columns:
                columns[name] = self._translated(name, words, columns[name])
        stamps = published["Date"]
        days = {stamp: _day_of(stamp) for stamp in set(stamps)}
        return columns | {
            "search_id": [self._id(stamp.strip()) for stamp in stamps],
            "force": [self.publication.force] * len(stamps),
            "searched_on": [days[stamp] for stamp in stamps],
        }

    def _translated(self, name: str, words: Mapping[str, str], texts: Sequence[str]) -> list[str]:
        meanings = {text: words.get(" ".join(text.casefold().split())) for text in set(texts)}
        if name in IF_UNKNOWN:
            strange = {text for text, word in meanings.items() if word is None and text.strip()}
            self.unknown.update((name, text) for text in texts if text in strange)
            meanings |= dict.fromkeys(strange, IF_UNKNOWN[name])
        return [text if (word := meanings[text]) is None else word for text in texts]

    def _id(self, stamp: str) -> str:
        """The rows have no id, and equal rows are separate searches: force, month, instant, and which of that instant."""
        self.searches_at[stamp] += 1
        digest = hashlib.sha256(stamp.encode()).hexdigest()[:12]
        return f"{self.publication.id_prefix}{digest}-{self.searches_at[stamp]}"

    def remarks(self) -> Iterator[str]:
        """What stands for words that nobody has mapped, with how often each came."""
        for name, stands in IF_UNKNOWN.items():
            found = Counter({text: n for (column, text), n in self.unknown.items() if column == name})
            if found:
                counted = f"counted as {stands!r}" if stands else "counted as not recorded"
                yield f"{PUBLISHED_AS[name]}: {found.total():,} with words not known here, {counted}: {words_told(found)}"


def _day_of(stamp: str) -> str:
    instant = as_instant(stamp.strip())
    return stamp if isinstance(instant, Fault) else london_day(instant).isoformat()
