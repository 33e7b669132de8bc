"""One measure side by side on a page: for each hub, age, offence and so on, with the sentence that says what it shows."""

import pandas as pd
import streamlit as st

from metrics import charts, sentences, words
from metrics.markdown import escaped
from metrics.metric import Metric
from metrics.reports.in_care import share_sentence
from metrics.reports.side_by_side import funnel_of, whole_beside
from metrics.sentences import Whole
from metrics.statistics.funnel import Funnel
from pages.parts import cache, filters, panel
from pages.parts.panel import MeasureView
from queries.scope import Scope

AGES = (10, 17)  # whose share in care is set beside figures of children in care
_MOST_BARS = 12
_IN_ORDER = ("age", "age_band")  # the others are drawn from the highest to the lowest
_IN_HEADINGS = {"in_care": "care on the day"}
_REMINDERS = {"ethnicity": "A difference between groups is a question to ask; it is not by itself a test of bias."}
BY_SIZE = (
    "From the smallest to the largest. If there were no real differences, 95 in 100 would lie between the dashed lines, and 998 "
    "in 1,000 between the solid ones."
)


def show(view: MeasureView, dimension: str) -> None:
    """The measure by a dimension (age band, offence group ...) in the period chosen; by hub see `hubs`."""
    metric, scope = view.metric, view.scope
    frame = cache.frame(metric.key, scope, (dimension,), view.basis)
    if dimension not in _IN_ORDER:
        frame = frame.sort_values("value", ascending=False, ignore_index=True)
    hub_names = cache.hub_names(scope.access)
    names = pd.Series([words.cell(dimension, label, hub_names) for label in frame[dimension]], frame.index, dtype=str)
    st.subheader(escaped(f"{metric.name} by {_IN_HEADINGS.get(dimension, words.dimension(dimension).lower())}"))
    known = frame[frame[dimension] != "unknown"]
    plot = funnel_of(metric, known) if dimension == "force" else None
    whole = cache.headlines((metric.key,), scope, view.basis)[0]
    months = words.months_of(whole.period)
    beside = whole_beside(metric, frame, dimension, scope, whole)
    sentence = _sentence(metric, known, names, plot, beside, months)
    _bars(metric, frame, names, f"{filters.described(scope)}. {panel.unit(metric)}", dimension, sentence, months)
    if plot:
        st.caption(escaped(BY_SIZE))
        chart = charts.funnel(metric, plot, list(names[plot.units.index]))
        panel.chart(chart, key=f"funnel-{dimension}", alt=sentence, title=f"{metric.name}, by size")
    st.write(escaped(sentence))
    _remind(dimension, scope)
    say_of_residents(view, scope, dimension)
    panel.table_behind_chart(metric, frame, dimension, list(names), months)


def _sentence(
    metric: Metric, known: pd.DataFrame, names: "pd.Series[str]", plot: Funnel | None, beside: Whole, months: float
) -> str:
    """What the figures show, those of "unknown" left out."""
    if known.empty:
        return "This was not recorded for anything in this period."
    if plot:
        return sentences.spread(metric, plot, list(names[plot.units.index]), beside)
    return sentences.contrast(metric, known, list(names[known.index]), months)


def _bars(
    metric: Metric, frame: pd.DataFrame, names: "pd.Series[str]", heading: str, dimension: str, sentence: str, months: float
) -> None:
    """A bar each, the first of them where there are many; nothing where nothing is available."""
    drawn = frame[frame["value"].notna()].head(_MOST_BARS)
    if drawn.empty:
        return
    lines = " Lines show the 95% range." if drawn["lower"].notna().any() else ""
    more = f" Only the {_MOST_BARS} highest of {len(frame)} are drawn." if len(frame) > _MOST_BARS else ""
    st.caption(escaped(f"{heading}{lines}{more}"))
    chart = charts.bars(metric, drawn, list(names[drawn.index]), months)
    panel.chart(chart, key=f"bars-{dimension}", alt=sentence, title=f"{metric.name} by {words.dimension(dimension).lower()}")


def say_of_residents(view: MeasureView, scope: Scope, dimension: str) -> None:
    """Why a rate is blank here, or is of another year's residents, where that is not said of the measure as a whole."""
    of_the_whole = cache.notes_on_residents(view.metric.key, view.scope, ())
    for note in cache.notes_on_residents(view.metric.key, scope, (dimension,)):
        if note not in of_the_whole:
            st.caption(f":material/info: {escaped(note)}")


def _remind(dimension: str, scope: Scope) -> None:
    """What to keep in mind with figures by some dimensions."""
    if dimension == "in_care":
        share = share_sentence(*cache.in_care_of_residents(scope, AGES), AGES)
        st.caption(escaped(" ".join((share, *cache.notes_on_residents_in_care(scope, (AGES,))))))
    if dimension in _REMINDERS:
        st.caption(escaped(_REMINDERS[dimension]))
