"""Whether a fall in one figure came with a rise in another: what is to be read side by side, and what rose and fell."""

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from metrics import words
from metrics.metric import Metric
from metrics.reports.headline import Headline
from metrics.themes import METRICS

# Entry, the ways out of court, no further action for each of its reasons, and whether children come back.
SIDE_BY_SIDE: tuple[Metric, ...] = tuple(
    METRICS[key]
    for key in (
        "first_time_entrant_rate",
        "charged_share",
        "out_of_court_share",
        "community_resolution_share",
        "diversion_share",
        "outcome_21_share",
        "nfa_public_interest_share",
        "nfa_evidential_share",
        "nfa_prevented_share",
        "repeat_suspects",
        "reoffending_rate",
    )
)


def movements(headlines: Sequence[Headline], metrics: Mapping[str, Metric]) -> str:
    """What rose and what fell since the year before; only what is more than chance counts."""
    by_words: dict[str, list[str]] = {}
    for headline in headlines:
        by_words.setdefault(headline.change.words, []).append(_named(headline, metrics[headline.key]))
    up, down = by_words.pop("higher", []), by_words.pop("lower", [])
    level = by_words.pop("no clear difference", [])
    not_assessed = [name for names in by_words.values() for name in names]
    sentences = [_moved(up, down)]
    if level:
        sentences.append(f"No clear difference: {words.listed(level)}.")
    if not_assessed:
        sentences.append(f"Cannot be assessed: {words.listed(not_assessed)}.")
    return " ".join(sentences)


def side_by_side(frames: Sequence[tuple[Metric, pd.DataFrame]]) -> pd.DataFrame:
    """Measures by quarter in one table: ``Quarter``, then a column of figures in words for each; blank where there is none."""
    columns = {
        metric.name: pd.Series(
            [words.shown(metric, value) if pd.notna(value) else "" for value in frame["value"]], frame["quarter"]
        )
        for metric, frame in frames
    }
    return _by_quarter(columns).fillna("")


def file(frames: Sequence[tuple[Metric, pd.DataFrame]]) -> pd.DataFrame:
    """The same for a spreadsheet: unrounded numbers, of which shares are fractions."""
    return _by_quarter({metric.name: pd.Series(frame["value"].tolist(), frame["quarter"]) for metric, frame in frames})


def _by_quarter(columns: Mapping[str, "pd.Series[Any]"]) -> pd.DataFrame:
    table = pd.DataFrame(columns).sort_index()  # data of one kind may begin later than those of another
    return table.rename(lambda label: words.cell("quarter", label, {})).rename_axis("Quarter").reset_index()


def _moved(up: Sequence[str], down: Sequence[str]) -> str:
    if not up and not down:
        return "Nothing here is clearly higher or lower than the year before."
    rose, fell = (words.listed(names) if names else "nothing clearly" for names in (up, down))
    return f"Rose since the year before: {rose}. Fell: {fell}."


def _named(headline: Headline, metric: Metric) -> str:
    """The measure in the middle of a sentence, with the figures that moved where there are both."""
    name = f"“{metric.name}”"
    if headline.change.words not in ("higher", "lower"):
        return name
    now, before = (words.shown(metric, row["value"]) for row in (headline.now, headline.before))
    return f"{name} ({before} to {now})"
