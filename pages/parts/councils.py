"""Where councils changed within what a chart or a small line shows, so that nobody compares across it unawares."""

from datetime import date

import pandas as pd

from metrics.charts.councils import CouncilChange, changes_between
from pages.parts import cache
from queries.scope import Scope


def changes_in(labels: "pd.Series[str]", scope: Scope) -> list[CouncilChange]:
    """The changes of councils within a series of days, months or quarters, where they concern the hubs shown."""
    hubs = cache.places(scope.access)
    if scope.hubs is not None:
        hubs = hubs[hubs["hub"].isin(scope.hubs)]
    first, last = date.fromisoformat(labels.iloc[0]), date.fromisoformat(labels.iloc[-1])
    return changes_between(first, last, list(hubs["authority"]))
