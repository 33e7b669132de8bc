"""Whether a measure has changed, on a page: its control chart with the sentence and the table, and many of them in rows."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

import pandas as pd
import streamlit as st

from metrics import charts, words
from metrics.metric import Metric
from metrics.signals import sentences
from metrics.signals.judgement import Judgement
from metrics.signals.targets import target_sentence
from metrics.themes import METRICS
from pages.parts import cache, filters, panel, tables
from pages.parts.panel import Shown

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
ASSURED: Mapping[str, str] = {
    "meets": "✔ Keeps meeting",
    "misses": "✖ Keeps missing",
    "hit or miss": "~ Hit or miss",
    "no target": "",
}
KEY = (
    "▲ improvement, ▼ concern, ◆ a change that is neither, ● no sign of change; faint: earlier, and over. Grey band: what is "
    "usual; dashed: the usual level."
)
_COURSE_POINTS = 20
_TALL = 68  # pixels of a row whose sentence needs three lines


def chart(shown: Shown) -> None:
    """The measure over time by the method that its volume allows, and whether it has changed."""
    metric, judgement = shown.metric, cache.judgement(shown.metric.key, shown.scope, shown.basis)
    if judgement.chart.empty:
        panel.trend(replace(shown, scope=cache.complete(metric.key, shown.scope)), "quarter")
        verdict(metric, judgement)
        return
    st.subheader(f"{metric.name} over time")
    unit = "Days from one to the next." if judgement.method == "days between" else panel.unit(metric)
    st.caption(f"{filters.place_name(shown.scope)}. {unit} {sentences.method(judgement)}")
    sentence = sentences.verdict(metric, judgement)
    changes = panel.council_changes(judgement.chart["label"], shown.scope)
    st.plotly_chart(charts.control(metric, judgement, changes), config=panel.CHART, key="judged", alt=sentence)
    st.caption(KEY)
    verdict(metric, judgement)
    for change in changes:
        st.caption(change.words)
    _points(metric, judgement)


def verdict(metric: Metric, judgement: Judgement) -> None:
    """What may be said of a measure: its sign, the sentence, its target, and what it leaves out."""
    st.write(f"{sign(judgement)} {sentences.verdict(metric, judgement)}")
    target = judgement.setting.target
    if target:
        st.write(sentences.against_target(metric, judgement) or "Whether it meets its target cannot be told.")
        st.caption(target_sentence(metric, target))
    anew = f"{sentences.anew(judgement)} {sentences.level_before_and_since(metric, judgement)}"
    for said in (anew.strip(), sentences.still_coming(metric, judgement)):
        if said:
            st.caption(said)


def sign(judgement: Judgement) -> str:
    """Its sign alone, where words follow."""
    return SIGNS[judgement.verdict].partition(" ")[0]


def rows(judgements: Sequence[Judgement], names: Mapping[str, str], whole: str) -> None:
    """Each judgement in a row: sign, latest point, course, target, and the sentence."""
    table = pd.DataFrame(
        {
            "Change": [SIGNS[each.verdict] for each in judgements],
            "Place": [names.get(each.hub or "", whole) for each in judgements],
            "Measure": [METRICS[each.key].name for each in judgements],
            "Latest": [_latest(each) for each in judgements],
            "Course": [_course(each) for each in judgements],
            "Target": [ASSURED[each.assurance] for each in judgements],
            "What the chart says": [sentences.verdict(METRICS[each.key], each) for each in judgements],
        }
    )
    given = {
        "Change": st.column_config.Column(width=115),
        "Measure": st.column_config.Column(width=205),
        "Course": st.column_config.BarChartColumn(width=90, help=f"The last {_COURSE_POINTS} points judged", y_min=0),
        "Target": st.column_config.Column(width=95),
        "What the chart says": st.column_config.Column(width=290),
    }
    tables.show(table, "Has it changed?", given, row_height=_TALL)
    tables.download(table.drop(columns="Course"), "has-it-changed")


def _points(metric: Metric, judgement: Judgement) -> None:
    chart = judgement.chart
    in_days = judgement.method == "days between"
    names = [sentences.point_name(judgement, label) for label in chart["label"]]
    rows = [row for _, row in chart.iterrows()]

    def read(column: str) -> list[str]:
        return [f"{row[column]:,.0f} days" if in_days else words.shown(metric, row[column]) for row in rows]

    with st.expander("The table behind this chart"):
        shown = pd.DataFrame(
            {
                "Gap that ended" if in_days else words.dimension(judgement.method.removesuffix("s")): names,
                metric.name: read("value"),
                "Usual level": read("centre"),
                "Usual from": read("lower_limit"),
                "Usual to": read("upper_limit"),
                "Signal": [words.SIGNALS.get(row["signal"], "") for row in rows],
                "Judged": ["yes" if row["judged"] else "not yet" for row in rows],
            }
        )
        tables.show(shown, f"{metric.name} over time")
        tables.download(chart.drop(columns="stretch"), f"{metric.key}-judged")


def _latest(judgement: Judgement) -> str:
    if judgement.stretch.empty:
        return ""
    value = judgement.stretch["value"].iloc[-1]
    in_days = judgement.method == "days between"
    return f"{value:,.0f} days" if in_days else words.shown(METRICS[judgement.key], value)


def _course(judgement: Judgement) -> list[float]:
    return [] if judgement.stretch.empty else judgement.stretch["value"].iloc[-_COURSE_POINTS:].tolist()
