"""How long what is logged may be: enough to know what somebody did, too little to fill a disk or to hide an entry in."""

from collections.abc import Mapping
from itertools import islice

LONGEST = 1000  # letters of a text
MOST = 40  # filters of an entry, and values of one of them
_NOT_KEPT = str.maketrans(
    {"\0": "\N{REPLACEMENT CHARACTER}"}
)  # PostgreSQL refuses it, and nothing may keep an entry from the log


def text(written: str) -> str:
    """A text as any database can keep it, cut where it is longer than anybody writes."""
    kept = written[: LONGEST + 1].translate(_NOT_KEPT).encode(errors="replace").decode()
    return kept if len(kept) <= LONGEST else f"{kept[: LONGEST - 1]}…"


def filters(chosen: Mapping[str, object]) -> dict[str, object]:
    """What a page was narrowed to, no more of it than a page has filters."""
    return {text(name): _value(value) for name, value in islice(sorted(chosen.items()), MOST)}


def _value(value: object) -> object:
    if isinstance(value, list | tuple):
        return [_value(each) for each in value[:MOST]]
    return value if value is None or isinstance(value, int | float) else text(str(value))
