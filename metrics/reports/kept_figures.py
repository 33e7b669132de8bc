"""What is kept at each load: every theme's headline figure as the overview then shows it, to be compared with later loads."""

from collections.abc import Mapping, Sequence

import pandas as pd
from sqlalchemy import Connection

from metrics.measuring.figures import FIGURES
from metrics.reports.headline import Headline
from metrics.themes import THEMES
from queries.counting.coverage import ask_each
from queries.scope import SYSTEM, Scope

FORCE = ""  # where a hub is named: the whole force
CELL = ("key", "hub_id", "opens", "closes")  # what tells one figure from another


def figures_to_keep(connection: Connection, opening: Mapping[str, Sequence[Headline]]) -> pd.DataFrame:
    """Every theme's headline figure of the force and each hub, of what the pages open with (`opening_headlines`).

    Columns ``key, hub_id, opens, closes``, then those of `measure`, then ``data_end``. No row for a measure whose data do not
    reach the period; blank where they do, and lack what it needs.
    """
    asked = ask_each(connection, [theme.headline.parts for theme in THEMES], Scope(SYSTEM))
    reach = {theme.headline.key: question.coverage for theme, question in zip(THEMES, asked, strict=True)}
    rows = [
        (headline.key, hub, headline.period.opens, headline.period.closes, *headline.now[FIGURES], coverage.last)
        for hub, headlines in opening.items()
        for headline in headlines
        if (coverage := reach.get(headline.key)) and headline.period
    ]
    return pd.DataFrame(rows, columns=[*CELL, *FIGURES, "data_end"])
