"""What a pack of exact figures is counted from: one reader, one place, twelve months; each question asked once."""

from datetime import datetime, timedelta
from functools import cached_property
from urllib.parse import urlencode

from sqlalchemy import Connection

from meetings import agenda, memory
from meetings.database import MemoryUnavailable
from meetings.entries import Entry
from meetings.slides import Order, Reference, Refused
from metrics import words
from metrics.metric import Metric
from metrics.reports import ready
from metrics.signals.judgement import Judgement
from metrics.signals.targets import RecordedRebase, Settings, settings
from metrics.themes import METRICS, theme_of
from queries.clock import add_months
from queries.lookups.population import hub_names, places
from queries.lookups.quality import span
from queries.periods import Period
from queries.scope import Access, Scope

ALL_HUBS = "All hubs"
_YEAR = 12  # months


class Cut:
    """All that a pack of exact figures is made from, within what its reader may see. Raises Refused."""

    def __init__(self, connection: Connection, access: Access, order: Order) -> None:
        self.connection, self.access, self.order = connection, access, order
        days = span(connection)
        if days is None:
            raise Refused("The database holds no events yet, so there is nothing to put in a pack.")
        first, end = days[0].replace(day=1), add_months(order.month, 1)
        if end > days[1] + timedelta(days=1) or end <= first:
            raise Refused(
                f"The data run from {words.day(days[0])} to {words.day(days[1])}; give a month that ended by then, "
                f"not {order.month:%Y-%m}."
            )
        self.data_end = days[1]
        self.names = hub_names(places(connection, Scope(access)))
        if order.hub and order.hub not in self.names:
            which = f"; the hubs are {words.listed(list(self.names))}" if self.names else " of these data"
            raise Refused(f"{order.hub!r} is not a hub{which}.")
        opens = max(first, add_months(end, -_YEAR))
        self.scope = Scope(access, start=opens, end=end, hubs=(order.hub,) if order.hub else None)
        self.place = self.names[order.hub] if order.hub else self._whole()
        self.without_memory = ""

    def _whole(self) -> str:
        if self.scope.hubs is None:
            return ALL_HUBS
        return words.listed([self.names[hub] for hub in self.scope.hubs])

    @property
    def period(self) -> Period:
        """The twelve months of the pack, or as many as are loaded."""
        assert self.scope.start and self.scope.end
        return Period(self.scope.start, self.scope.end)

    @cached_property
    def entries(self) -> list[Entry]:
        """What the reader may read of the memory, as it stood when the pack was made."""
        try:
            return agenda.as_at(memory.read(self.access, withdrawn=True), self.order.made_at)
        except MemoryUnavailable as error:
            self.without_memory = error.on_screen
            return []

    @cached_property
    def restarts(self) -> tuple[RecordedRebase, ...]:
        """The restarts of charts that were recorded on a page by the day on which the pack was made."""
        try:
            known_by = words.london(self.order.made_at).date()
            return tuple(each for each in memory.restarts() if each.rebase.recorded_on <= known_by)
        except MemoryUnavailable as error:
            self.without_memory = error.on_screen
            return ()

    @cached_property
    def judgements(self) -> list[Judgement]:
        """Whether each measure has changed, over the whole and in each hub."""
        several = self.scope.hubs is None or len(self.scope.hubs) > 1
        return ready.judgements(self.connection, list(METRICS.values()), self.scope, hubs=several, recorded=self.restarts)

    @cached_property
    def held(self) -> Settings:
        """Targets and restarts at the end of the period."""
        return settings(
            self.connection, list(METRICS.values()), self.scope, self.period.closes - timedelta(days=1), self.restarts
        )

    def reference(self, key: str, place: str, period: Period | None) -> str:
        """Where a number comes from."""
        of = period or self.period
        return str(Reference(key, place, of.opens, of.closes, self.data_end))

    def link(self, metric: Metric, place: str = "") -> str:
        """The address of the page that shows the same."""
        chosen = {f"{theme_of(metric).key}-measure": metric.name} | self._chosen()
        if place:
            chosen["hub"] = place
        return f"{self.order.address}/{theme_of(metric).key}?{urlencode(chosen)}"

    def page(self, address: str) -> str:
        """The address of a page without a measure."""
        return f"{self.order.address}/{address}?{urlencode(self._chosen())}"

    def _chosen(self) -> dict[str, str]:
        """The period and the place as a link has them; where less than a year is loaded, a page opens with just that."""
        period = {"period": words.twelve_months_to(self.period.closes)} if self.period.months == _YEAR else {}
        return period | ({"hub": self.place} if self.order.hub else {})

    @cached_property
    def last_meeting(self) -> datetime | None:
        """When (naive UTC) the meeting before this pack was written down."""
        try:
            held = memory.last_held(self.order.made_at)
        except MemoryUnavailable as error:
            self.without_memory = error.on_screen
            return None
        return held[1] if held else None

    def said_of(self, metric: Metric) -> list[Entry]:
        """What was said of a measure, or of its whole theme, at just this place."""
        theme = theme_of(metric).key
        of_measure = (one for one in self.entries if one.pin.metric_key == metric.key)
        of_theme = (one for one in self.entries if not one.pin.metric_key and one.pin.theme == theme)
        found = [entry for entry in (*of_measure, *of_theme) if entry.is_of(self.scope)]
        return sorted(found, key=lambda entry: (entry.day, entry.number))
