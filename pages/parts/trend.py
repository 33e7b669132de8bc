"""One measure over time on a page: a line for a glance, and the chart by month or quarter with its sentence."""

from datetime import date

import pandas as pd
import streamlit as st

from metrics import charts, sentences, words
from metrics.charts.councils import CouncilChange, changes_between
from metrics.markdown import escaped
from metrics.signals.sentences import drawn_from, shaded
from pages.parts import cache, filters, panel
from pages.parts.panel import MeasureView
from queries.clock import add_months
from queries.periods import quarter_start
from queries.scope import Scope

_MONTHS = {"month": 36, "quarter": 60}
_MONTHS_AT_A_GLANCE = 36


def at_a_glance(view: MeasureView) -> None:
    """A bare line by quarter; nothing where there is too little to draw."""
    assert view.scope.end
    end = quarter_start(view.scope.end)
    frame = cache.course(view.metric.key, view.scope.over(add_months(end, -_MONTHS_AT_A_GLANCE), end), "quarter").frame
    if frame["value"].notna().sum() > 1:
        names = [words.cell("quarter", label, {}) for label in frame["quarter"]]
        sentence = sentences.course(view.metric, frame, names)
        changes = council_changes(frame["quarter"], view.scope)
        st.image(charts.sparkline(frame, "quarter", changes), width="stretch", alt=sentence)
        how_long = "over three years" if len(frame) == _MONTHS_AT_A_GLANCE // 3 else f"since {names[0]}"
        st.caption(
            escaped(f"By quarter, {how_long}{''.join(f'; dotted: {words.uncapitalised(change.mark)}' for change in changes)}")
        )


def show(view: MeasureView, time: str) -> None:
    """The measure by month or quarter up to the end of the period chosen."""
    assert view.scope.end
    metric = view.metric
    end = view.scope.end if time == "month" else quarter_start(view.scope.end)  # part of a quarter would look like a fall
    scope = view.scope.over(add_months(end, -_MONTHS[time]), end)
    course = cache.course(metric.key, scope, time, view.basis)
    frame = course.frame
    names = [words.cell(time, label, {}) for label in frame[time]]
    st.subheader(escaped(f"{metric.name} by {time}"))
    if frame.empty and course.starts_on:
        st.write(escaped(drawn_from(course)))
        return
    sentence = sentences.course(metric, frame.mask(frame[time].isin(course.waiting)), names)
    if frame["value"].notna().any():
        band = " The shaded band is the 95% range." if frame["lower"].notna().any() else ""
        st.caption(escaped(f"{filters.described(scope)}. {panel.unit(metric)}{band}"))
        changes = council_changes(frame[time], scope)
        chart = charts.trend(metric, frame, time, changes, course.waiting)
        panel.chart(chart, key=f"trend-{time}", alt=sentence)
        still_coming = shaded(metric, course.waiting, 1 if time == "month" else 3)
        for caption in (still_coming, drawn_from(course), *(change.words for change in changes)):
            if caption:
                st.caption(escaped(caption))
    st.write(escaped(sentence))
    panel.table_behind_chart(metric, frame, time, names, words.months_of_each(frame))


def council_changes(labels: "pd.Series[str]", scope: Scope) -> list[CouncilChange]:
    """The changes of councils within a series of days, months or quarters, where they concern the hubs shown."""
    hubs = cache.places(scope.access)
    if scope.hubs is not None:
        hubs = hubs[hubs["hub"].isin(scope.hubs)]
    first, last = date.fromisoformat(labels.iloc[0]), date.fromisoformat(labels.iloc[-1])
    return changes_between(first, last, list(hubs["authority"]))
