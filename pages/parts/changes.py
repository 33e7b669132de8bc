"""Whether each measure has changed, a row for each measure and place: its sign, latest point, course, target and sentence."""

from collections.abc import Mapping, Sequence

import pandas as pd

from metrics import charts
from metrics.signals import sentences
from metrics.signals.discussion import listing
from metrics.signals.judgement import Judgement
from metrics.themes import METRICS
from pages.parts import markup, profile, tables
from pages.parts.control_chart import SIGNS, TARGET_WORDS, is_in_days
from pages.parts.markup import element, text
from queries.scope import Scope

_HEADS = ("Change", "Place", "Measure", "Latest", "3 years", "Target", "What the chart says")
_MOST_DRAWN = 80  # rows with a picture of their course: more would weigh too much


def show(judgements: Sequence[Judgement], names: Mapping[str, str], whole: str, scope: Scope) -> None:
    """The table, each row leading to its chart, and its CSV in numbers."""
    draws = len(judgements) <= _MOST_DRAWN
    rows = [_row(judgement, names.get(judgement.hub or "", whole), scope, draws=draws) for judgement in judgements]
    markup.show(markup.table(_HEADS, rows, "Has it changed?", {"Latest"}), "listing")
    tables.download(file(judgements, names, whole), "has-it-changed")


def file(judgements: Sequence[Judgement], names: Mapping[str, str], whole: str) -> pd.DataFrame:
    """The same as numbers, with the measure, the place and the unit by name."""
    more = {
        "key": [METRICS[judgement.key].name for judgement in judgements],
        "hub": [names.get(judgement.hub or "", whole) for judgement in judgements],
        "unit": ["days" if is_in_days(judgement) else METRICS[judgement.key].unit for judgement in judgements],
        "sentence": [sentences.verdict(METRICS[judgement.key], judgement) for judgement in judgements],
    }
    return listing(judgements).assign(**more).rename(columns={"key": "measure", "hub": "place"})


def _row(judgement: Judgement, place: str, scope: Scope, *, draws: bool) -> list[str]:
    metric, look = METRICS[judgement.key], profile.LOOKS.get(judgement.verdict, "")
    page, choices = profile.to_chart(metric, place if judgement.hub else "")
    latest = judgement.current_points["value"].iloc[-1] if len(judgement.current_points) else None
    return [
        element("span", text(SIGNS[judgement.verdict]), class_=look),
        text(place),
        markup.link(page, choices, text(metric.name), class_="onward"),
        "" if latest is None else text(charts.in_words(metric, judgement, latest)),
        profile.course_of(judgement, scope) if draws else "",
        text(TARGET_WORDS[judgement.assurance]),
        text(sentences.verdict(metric, judgement)),
    ]
