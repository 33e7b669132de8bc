"""Whether a measure has changed, on a page: its control chart with the sentence and the table, and many of them in rows."""

from collections.abc import Mapping
from dataclasses import replace

import streamlit as st

from metrics import charts
from metrics.markdown import escaped
from metrics.metric import Metric
from metrics.signals import sentences
from metrics.signals.judgement import WORKING_COLUMNS, Judgement
from metrics.signals.targets import target_sentence
from pages.parts import cache, councils, folded, panel, tables, trend
from pages.parts.panel import MeasureView

SIGNS: Mapping[str, str] = {
    "concern": "▼ Concern",
    "improvement": "▲ Improvement",
    "neutral high": "◆ Higher",
    "neutral low": "◆ Lower",
    "common cause": "● No change",
    "not judged": "– Not judged",
    "too few to tell": "– Too few to tell",
    "not available": "– Not available",
}
TARGET_WORDS: Mapping[str, str] = {
    "meets": "✔ Keeps meeting",
    "misses": "✖ Keeps missing",
    "hit or miss": "~ Sometimes meets",
    "no target": "",
}
LEGEND = (
    "▲ improvement, ▼ concern, ◆ a change that is neither, ● no sign of change; faint: an earlier signal, now ended. "
    "Grey band: the normal range; dashed: the usual level."
)


def show(view: MeasureView) -> None:
    """The measure over time by the method that its volume allows, and whether it has changed."""
    metric, judgement = view.metric, cache.judgement(view.metric.key, view.scope, view.basis)
    if judgement.chart.empty:
        trend.show(replace(view, scope=cache.latest_complete(metric.key, view.scope)), "quarter")
        show_settings(metric, judgement)
        return
    unit = "Days from one event to the next." if is_in_days(judgement) else panel.unit(metric)
    with st.container(key="over_time", horizontal=True):
        st.subheader("Over time", help=LEGEND, width="content")
        st.caption(escaped(f"{unit} {sentences.method(judgement)}"), width="content")
    sentence = sentences.verdict(metric, judgement)
    changes = councils.changes_in(judgement.chart["label"], view.scope)
    chart = charts.control(metric, judgement, changes, view.marks)
    panel.chart(chart, key="judged", alt=sentence, title=f"{metric.name}, over time", marks=view.marks)
    show_settings(metric, judgement)
    for change in changes:
        st.caption(escaped(change.words))
    _table_behind_chart(metric, judgement)


def verdict(metric: Metric, judgement: Judgement) -> str:
    """Its sign and sentence, and whether its past says that the target will be met."""
    of_target = ""
    if judgement.setting.target:
        of_target = sentences.against_target(metric, judgement) or "This chart cannot say whether it will meet its target."
    return " ".join(filter(None, [sign(judgement), sentences.verdict(metric, judgement), of_target]))


def show_settings(metric: Metric, judgement: Judgement) -> None:
    """Who set its target and why, from when its limits are recalculated, and what it leaves out."""
    target = judgement.setting.target
    restarted = f"{sentences.rebased_from(judgement)} {sentences.level_before_and_since(metric, judgement)}"
    said = (target_sentence(metric, target) if target else "", restarted.strip(), sentences.still_coming(metric, judgement))
    for sentence in filter(None, said):
        st.caption(escaped(sentence))


def sign(judgement: Judgement) -> str:
    """Its sign alone, where words follow."""
    return SIGNS[judgement.verdict].partition(" ")[0]


def _table_behind_chart(metric: Metric, judgement: Judgement) -> None:
    def draw() -> None:
        tables.show(charts.table_of_points(metric, judgement), f"{metric.name} over time")
        tables.download(judgement.chart.drop(columns=WORKING_COLUMNS), f"{metric.key}-judged")

    folded.show(folded.TABLE_BEHIND_CHART, "judged", draw)


def is_in_days(judgement: Judgement) -> bool:
    return judgement.method == "days between"
