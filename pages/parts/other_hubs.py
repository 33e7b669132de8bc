"""For a hub's sergeant: the own hub exactly, beside the other hubs as they were released for the board."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import pandas as pd
import streamlit as st

from metrics import charts, words
from metrics.markdown import escaped
from metrics.metric import Rate
from pages.parts import board, cache, panel
from pages.parts.panel import MeasureView
from queries.facts.child import UNKNOWN
from queries.periods import financial_year
from release.answers import views
from release.answers.questions import OF_MEASURE, Question
from release.answers.released import Number, Release
from release.grid import HUB, PERIOD
from release.merging import JOINED

_LETTERS = 15  # pixels: this is read at a desk


def show(view: MeasureView) -> None:
    """The measure by hub over the latest year that is released: exact for the reader's hubs, rounded for all others."""
    asked, release = OF_MEASURE.get(view.metric.key), board.latest()
    if asked is None or release is None or view.basis != "closed":
        return
    told = asked.told(release)
    own = view.scope.access.hubs or ()
    others = [hub for hub in told.hubs if hub not in own and hub != UNKNOWN]
    if not others or not told.years:
        return
    year = told.years[-1]
    over = financial_year(year)
    whole_year = replace(view.scope, start=over.opens, end=over.closes, hubs=own, placed_by="event", residents_only=False)
    exact = cache.frame(view.metric.key, whole_year, ("hub",)).set_index("hub")
    bars = [_exact(release.hub_name(hub), view, exact.loc[hub]) for hub in own if hub in exact.index]  # type: ignore[arg-type]
    bars += [_as_released(view, release, asked, year, hub, own) for hub in others]
    title = f"{view.metric.name} beside other hubs in {year}, as released"
    st.subheader(escaped(title))
    sentence = (
        f"Your own hub is exact, for {year} as well, since that is the year of the release. All others are as release "
        f"{release.number} tells of them: rounded, with the range that rounding leaves; what is too small to tell is not told."
    )
    st.caption(escaped(sentence))
    chart = charts.released_bars(
        [bar.name for bar in bars],
        [bar.value for bar in bars],
        [bar.low for bar in bars],
        [bar.high for bar in bars],
        [bar.is_low for bar in bars],
        [f"{bar.name}: {bar.text}" for bar in bars],
        percent=view.metric.is_share,
        size=_LETTERS,
        strong=range(len(own)),
    )
    panel.chart(chart, key="other-hubs", alt=sentence, title=title)


@dataclass(frozen=True)
class _Bar:
    """A hub's bar: its value and range in numbers or percentages, None where it is not told."""

    name: str
    text: str
    value: float | None = None
    low: float | None = None
    high: float | None = None
    is_low: bool = False


def _exact(name: str, view: MeasureView, row: "pd.Series[float]") -> _Bar:
    drawn = None if pd.isna(row["value"]) else float(row["value"]) * (100 if view.metric.is_share else 1)
    behind = words.fraction(view.metric, row)
    text = words.shown(view.metric, row["value"]) + (f" ({behind})" if behind and view.metric.is_share else "")
    return _Bar(f"{name} (exact)", text, drawn, drawn, drawn)


def _as_released(view: MeasureView, release: Release, asked: Question, year: str, hub: str, own: Sequence[str]) -> _Bar:
    at = {PERIOD: year, HUB: hub}
    with_own = " (with yours)" if set(hub.split(JOINED)) & set(own) else ""
    name = f"{release.hub_name(hub)}{with_own}"
    is_rate = isinstance(view.metric.formula, Rate)
    figure = asked.rate(release, year, hub) if is_rate else asked.figure(release, **at)
    if figure is None:
        return _Bar(name, "too few" if asked.number(release, **at) else "[c]")
    is_low = isinstance(figure, Number) and figure.is_low
    return _Bar(name, views.text(figure, ""), figure.value, figure.low, figure.high, is_low)
