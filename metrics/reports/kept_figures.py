"""What is kept at each load: every theme's headline figure as the overview then shows it, to be compared with later loads."""

from collections.abc import Sequence

import pandas as pd
from sqlalchemy import Connection

from metrics.measuring.figures import FIGURES
from metrics.measuring.gather import opened_with, questions
from metrics.measuring.measure import measure_all
from metrics.measuring.notes import latest_complete
from metrics.metric import Metric
from metrics.themes import THEMES
from queries.counting.question import Question
from queries.scope import SYSTEM, Scope

FORCE = ""  # where a hub is named: the whole force
CELL = ("key", "hub_id", "opens", "closes")  # what tells one figure from another


def figures_to_keep(connection: Connection) -> pd.DataFrame:
    """Every theme's headline as the overview opens with it, for the force and each hub.

    Columns ``key, hub_id, opens, closes``, then those of `measure`, then ``data_end``. No row for a measure without any data.
    """
    opening = opened_with(connection, Scope(SYSTEM))
    headlines = [theme.headline for theme in THEMES]
    scopes = {metric.key: latest_complete(connection, metric, opening) for metric in headlines}
    frames = []
    for scope in dict.fromkeys(scopes.values()):
        of_scope = [metric for metric in headlines if scopes[metric.key] == scope]
        for question, metrics in questions(connection, of_scope, scope).items():
            if isinstance(question, Question):
                frame = pd.concat(_counted(connection, metrics, scope, by) for by in ((), ("hub",)))
                period = {"opens": question.period.opens, "closes": question.period.closes}
                frames.append(frame.assign(**period, data_end=question.coverage.last))
    columns = [*CELL, *FIGURES, "data_end"]
    return pd.concat(frames, ignore_index=True)[columns] if frames else pd.DataFrame(columns=columns)


def _counted(connection: Connection, metrics: Sequence[Metric], scope: Scope, by: tuple[str, ...]) -> pd.DataFrame:
    """Figures of the whole scope or of each hub; rows without a hub are in the whole alone, as on every page."""
    frames = measure_all(connection, metrics, scope, by)
    figures = pd.concat([frame.assign(key=key) for key, frame in frames.items()], ignore_index=True)
    if not by:
        return figures.assign(hub_id=FORCE)
    return figures[figures["hub"] != "unknown"].rename(columns={"hub": "hub_id"})
