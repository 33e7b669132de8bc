"""One measure over time on a page: the chart by month or quarter with its sentence."""

import streamlit as st

from metrics import charts, sentences, words
from metrics.markdown import escaped
from metrics.signals.sentences import drawn_from, shaded
from pages.parts import cache, councils, filters, panel
from pages.parts.panel import MeasureView
from queries.clock import add_months
from queries.periods import quarter_start

_MONTHS = {"month": 36, "quarter": 60}


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
        changes = councils.changes_in(frame[time], scope)
        chart = charts.trend(metric, frame, time, changes, course.waiting, view.marks)
        panel.chart(chart, key=f"trend-{time}", alt=sentence, title=f"{metric.name} by {time}", marks=view.marks)
        still_coming = shaded(metric, course.waiting, 1 if time == "month" else 3)
        for caption in (still_coming, drawn_from(course), *(change.words for change in changes)):
            if caption:
                st.caption(escaped(caption))
    st.write(escaped(sentence))
    panel.table_behind_chart(metric, frame, time, names, words.months_of_each(frame))
