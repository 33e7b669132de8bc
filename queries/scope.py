"""Who may see what: the one filter that every counted and shown row passes."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from types import MappingProxyType
from typing import Any, Literal, Self

from sqlalchemy import ColumnElement, and_

PlacedBy = Literal["event", "residence"]
Role = Literal["command", "hub", "board", "analyst", "audit"]


@dataclass(frozen=True)
class RoleDetail:
    """A role: its ``title`` on screen, and either its role in the database or, ``without_figures``, why it reads none."""

    title: str
    database_role: str = ""
    without_figures: str = ""


ROLES: Mapping[Role, RoleDetail] = MappingProxyType(
    {
        "command": RoleDetail("Command team", "ccp_command"),
        "hub": RoleDetail("Hub sergeant", "ccp_hub"),
        "board": RoleDetail(
            "Partnership board",
            without_figures="The partnership board sees released figures only; open its own pages, or sign in as another reader.",
        ),
        "analyst": RoleDetail("Analyst", "ccp_analyst"),
        "audit": RoleDetail(
            "Reader of the access log",
            without_figures="Whoever checks the access log sees no figures; open the access log, or sign in as another reader.",
        ),
    }
)


class OutOfScope(Exception):
    """A reader asked for what is not theirs to see; the message says what is."""


@dataclass(frozen=True)
class Access:
    """What a reader may see: every hub where ``hubs`` is None, otherwise those hubs alone.

    Raises OutOfScope for a role that there is not.
    """

    role: Role
    hubs: tuple[str, ...] | None = None

    def __post_init__(self) -> None:
        if self.role not in ROLES:
            raise OutOfScope(f"{self.role!r} is not a role of this dashboard; the roles are {', '.join(ROLES)}.")
        if self.hubs is not None:
            object.__setattr__(self, "hubs", tuple(self.hubs))

    def to_figures(self) -> Self:
        """The same access, where it is one to figures of the force. Raises OutOfScope for whoever may not see a single one."""
        if reason := ROLES[self.role].without_figures:
            raise OutOfScope(reason)
        if self.hubs == () or (self.role == "hub" and self.hubs is None):
            raise OutOfScope("No hub is yours to see yet; ask whoever manages access to name your hubs.")
        return self


# The dashboard itself, reading for no reader: which hubs there are, when data were loaded. Nothing of it is shown as a figure.
SYSTEM = Access("analyst")


@dataclass(frozen=True)
class Scope:
    """A reader's access, narrowed to a period and hubs; without one there is no number.

    ``start`` is included, ``end`` is not; both None means the last twelve whole months of whatever is measured.
    ``hubs`` None means every hub, and rows without a hub. ``as_at`` shows the data as if they ended on that day. ``placed_by``
    says whether an event belongs to the hub where it happened or to the one where its child lives, where both are known of it.
    ``residents_only`` leaves out events of children who are not known to live in one of the hubs.
    Raises OutOfScope for a hub beyond the access, and for an access to no figures; ValueError for a period that ends before it
    starts.
    """

    access: Access
    start: date | None = None
    end: date | None = None
    hubs: tuple[str, ...] | None = None
    as_at: date | None = None
    placed_by: PlacedBy = "event"
    residents_only: bool = False

    def __post_init__(self) -> None:
        if self.hubs is not None:
            object.__setattr__(self, "hubs", tuple(self.hubs))
        allowed = self.access.to_figures().hubs
        if allowed is not None:
            beyond = sorted(set(self.hubs or ()) - set(allowed))
            if beyond:
                raise OutOfScope(f"{', '.join(beyond)} is not yours to see; you may open {', '.join(allowed)}.")
            if self.hubs is None:
                object.__setattr__(self, "hubs", allowed)
        if (self.start is None) != (self.end is None):
            raise ValueError("A period needs both a first day and an end; give both, or neither for the last twelve months.")
        if self.start and self.end and self.start >= self.end:
            raise ValueError(f"The period from {self.start} to {self.end} is empty; it must end after it starts.")

    def over(self, start: date, end: date) -> Self:
        """The same scope over another period."""
        return replace(self, start=start, end=end)

    def of_hubs(self, hub_id: ColumnElement[Any]) -> ColumnElement[bool]:
        """The condition that a row's hub is in scope."""
        return and_(True) if self.hubs is None else hub_id.in_(self.hubs)
