"""Reads the stop and search files of data.police.uk as they are published and puts them into the data contract's words."""

import hashlib
import re
from collections import Counter
from collections.abc import Mapping, Sequence

from ingest.values import Fault, as_instant, london_day

FILE_NAME = re.compile(r"\d{4}-\d\d-(?P<force>.+)-stop-and-search(\.[^.]+)?\.csv", re.IGNORECASE)
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
KINDS = {"person search": "person", "person and vehicle search": "person and vehicle", "vehicle search": "vehicle"}
SEXES = {"female": "F", "male": "M", "other": "X"}
OUTCOMES = {
    "a no further action disposal": "no further action",
    "arrest": "arrest",
    "caution (simple or conditional)": "caution",
    "community resolution": "community resolution",
    "khat or cannabis warning": "cannabis or khat warning",
    "penalty notice for disorder": "penalty notice",
    "summons / charged by post": "summons",
    # The words used until about 2017.
    "false": "no further action",  # how the site's own interface says that nothing was found
    "nothing found - no further action": "no further action",
    "suspect arrested": "arrest",
    "offender cautioned": "caution",
    "local resolution": "community resolution",
    "offender given drugs possession warning": "cannabis or khat warning",
    "offender given penalty notice": "penalty notice",
    "suspect summonsed to court": "summons",
    "article found - detailed outcome unavailable": "other",
    "suspected psychoactive substances seized - no further action": "seizure",  # something was found and taken
    "details not available": "",  # not recorded
}
TRANSLATIONS = {"kind": KINDS, "sex": SEXES, "outcome": OUTCOMES}


def force_of(file_name: str) -> str | None:
    """'2019-04-north-wales-stop-and-search.csv' is of 'North Wales'; None for a file of another kind."""
    match = FILE_NAME.fullmatch(file_name)
    if not match:
        return None
    force = match["force"].lower()
    if force in ("btp", "psni"):
        return force.upper()
    if force == "dyfed-powys":  # the one force with a hyphen of its own
        return "Dyfed-Powys"
    return force.replace("-", " ").title().replace(" And ", " and ").replace(" Of ", " of ")


def contract_columns(force: str, published: Mapping[str, Sequence[str]]) -> dict[str, Sequence[str]]:
    """The contract's columns, still text. What no translation knows stays as printed, and so is rejected with its reason."""
    columns = {name: published[printed] for name, printed in PUBLISHED_AS.items() if printed in published}
    for name, words in TRANSLATIONS.items():
        if name in columns:
            columns[name] = [words.get(text.strip().casefold(), text) for text in columns[name]]
    days = {stamp: _day_of(stamp) for stamp in set(published["Date"])}
    return columns | {
        "search_id": _search_ids(force, published),
        "force": [force] * len(published["Date"]),
        "searched_on": [days[stamp] for stamp in published["Date"]],
    }


def _day_of(stamp: str) -> str:
    instant = as_instant(stamp.strip())
    return stamp if isinstance(instant, Fault) else london_day(instant).isoformat()


def _search_ids(force: str, published: Mapping[str, Sequence[str]]) -> list[str]:
    """The published rows have no id and equal rows are separate searches: hash force, row and its place among its equals."""
    rows = zip(*(published[name] for name in COLUMNS if name in published), strict=True)
    seen: Counter[str] = Counter()
    ids = []
    for row in rows:
        content = "\x1f".join((force, *row))
        seen[content] += 1
        ids.append(hashlib.sha256(f"{content}\x1f{seen[content]}".encode()).hexdigest()[:32])
    return ids
