"""What is kept of meetings: an entry pinned to a measure, a place and a period, with all that was ever said of it."""

from dataclasses import dataclass
from datetime import date, datetime
from math import nan
from typing import Literal, get_args

from queries.scope import Access, PlacedBy, Scope

Kind = Literal["note", "explanation", "decision", "event", "restart"]
Action = Literal["written", "edited", "withdrawn", "closed", "extended", "opened again"]
KINDS: tuple[Kind, ...] = get_args(Kind)
# Who may write what; a sergeant of one hub of theirs alone.
MAY_WRITE: dict[str, tuple[Kind, ...]] = {
    "command": ("note", "explanation", "decision", "event"),
    "analyst": KINDS,
    "hub": ("note", "explanation", "decision"),
}
OF_EVERY_HUB: tuple[Kind, ...] = ("event", "restart")  # who reads one hub's chart reads what was changed in all of them


@dataclass(frozen=True)
class Author:
    """Who wrote: known by issuer and subject, the name is for people to read."""

    issuer: str
    subject: str
    name: str
    role: str

    def is_same(self, other: "Author") -> bool:
        """Whether both are the same person, in whatever role."""
        return (self.issuer, self.subject) == (other.issuer, other.subject)


@dataclass(frozen=True)
class Pin:
    """A measure, a place and a period, with the figure as it stood when something was said of it.

    ``metric_key`` is blank of what concerns a whole theme, ``hubs`` None for all of them; the figure is nan where there was none,
    ``verdict`` that of its control chart, ``sentence`` what was said beside it. ``data_end`` is the last day of the data.
    """

    metric_key: str
    theme: str
    hubs: tuple[str, ...] | None
    place: str
    opens: date
    closes: date
    data_end: date
    placed_by: PlacedBy = "event"
    numerator: float = nan
    denominator: float = nan
    value: float = nan
    lower: float = nan
    upper: float = nan
    verdict: str = ""
    sentence: str = ""

    @property
    def hub(self) -> str:
        """The one hub that it is of; blank where it is of several, or of all."""
        return self.hubs[0] if self.hubs is not None and len(self.hubs) == 1 else ""


@dataclass(frozen=True)
class Said:
    """What somebody writes: of a decision, whose it is (a role) and until when; of an event or a restart, its day."""

    text: str
    owner: str = ""
    due_on: date | None = None
    for_board: bool = False


@dataclass(frozen=True)
class Version:
    """What was said of an entry at one time (naive UTC), what was done with it, and why."""

    number: int
    written_at: datetime
    by: Author
    action: Action
    said: Said
    reason: str


@dataclass(frozen=True)
class Entry:
    """One entry, and each of its versions in order. ``happened_on`` is the day of an event or a restart."""

    number: int
    kind: Kind
    pin: Pin
    happened_on: date | None
    history: tuple[Version, ...]

    @property
    def author(self) -> Author:
        return self.history[0].by

    @property
    def now(self) -> Version:
        """The version that holds."""
        return self.history[-1]

    @property
    def said(self) -> Said:
        return self.now.said

    @property
    def step(self) -> Version:
        """The version by which it came to be open, closed or withdrawn: words that are mended later leave it so."""
        return next(version for version in reversed(self.history) if version.action != "edited")

    @property
    def is_withdrawn(self) -> bool:
        return self.step.action == "withdrawn"

    @property
    def is_open(self) -> bool:
        """Whether it is a decision that nobody has closed."""
        return self.kind == "decision" and self.step.action not in ("withdrawn", "closed")

    @property
    def day(self) -> date:
        """Where it stands on a chart: the day of an event, else the last day of its period."""
        return self.happened_on or date.fromordinal(self.pin.closes.toordinal() - 1)

    def is_of(self, scope: Scope) -> bool:
        """Whether it is of just the place of a scope."""
        return self.pin.hubs == scope.hubs or (self.pin.hub == "" and self.kind in OF_EVERY_HUB and self.pin.hubs is None)


def may_write(access: Access, kind: Kind, hubs: tuple[str, ...] | None) -> bool:
    """Whether a reader may write an entry of this kind, pinned to these hubs (None: all). A chart restarts in one, or in all."""
    if kind not in MAY_WRITE.get(access.role, ()) or (kind == "restart" and hubs is not None and len(hubs) != 1):
        return False
    return access.hubs is None or (hubs is not None and len(hubs) == 1 and hubs[0] in access.hubs)


def may_change(access: Access, by: Author, entry: Entry) -> bool:
    """Whether a reader may edit, close or withdraw it: whoever wrote it, and those who may write of every hub."""
    if not may_write(access, entry.kind, entry.pin.hubs):
        return False
    return access.hubs is None or by.is_same(entry.author)
