"""Who may see what: the one filter that every counted and shown row passes."""

from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Literal, Self

from sqlalchemy import ColumnElement, and_

Place = Literal["event", "residence"]


class OutOfScope(Exception):
    """A reader asked for what is not theirs to see; the message says so plainly."""


@dataclass(frozen=True)
class Access:
    """What a reader may see: every hub where ``hubs`` is None, otherwise those hubs alone."""

    role: str
    hubs: tuple[str, ...] | None = None


@dataclass(frozen=True)
class Scope:
    """A reader's access, narrowed to a period and hubs; without one there is no number.

    ``start`` is included, ``end`` is not; both None means the last twelve whole months of whatever is measured.
    ``hubs`` None means every hub, and rows without a hub. ``as_at`` shows the data as if they ended on that day. ``place`` says
    whether an event belongs to the hub where it happened or to the one where its child lives, where both are known of it.
    ``residents_only`` leaves out events of children who are not known to live in one of the hubs.
    Raises OutOfScope for a hub beyond the access and ValueError for a period that ends before it starts.
    """

    access: Access
    start: date | None = None
    end: date | None = None
    hubs: tuple[str, ...] | None = None
    as_at: date | None = None
    place: Place = "event"
    residents_only: bool = False

    def __post_init__(self) -> None:
        if self.hubs is not None:
            object.__setattr__(self, "hubs", tuple(self.hubs))
        allowed = self.access.hubs
        if allowed is not None:
            beyond = sorted(set(self.hubs or ()) - set(allowed))
            if beyond:
                raise OutOfScope(f"{', '.join(beyond)} is not yours to see; you may open {', '.join(allowed) or 'no hub'}.")
            if self.hubs is None:
                object.__setattr__(self, "hubs", allowed)
        if (self.start is None) != (self.end is None):
            raise ValueError("A period needs both a first day and an end; give both, or neither for the last twelve months.")
        if self.start and self.end and self.start >= self.end:
            raise ValueError(f"The period from {self.start} to {self.end} is empty; it must end after it starts.")

    @classmethod
    def within(cls, access: Access, **narrowed: Any) -> Self:
        """The reader's whole access, narrowed to what is given."""
        return cls(access, **narrowed)

    def over(self, start: date, end: date) -> Self:
        """The same scope over another period."""
        return replace(self, start=start, end=end)

    def of_hubs(self, hub_id: ColumnElement[Any]) -> ColumnElement[bool]:
        """The condition that a row's hub is in scope."""
        return and_(True) if self.hubs is None else hub_id.in_(self.hubs)
