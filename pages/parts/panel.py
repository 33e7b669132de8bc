"""One measure on a page: its figure, what it is worked out from, the table of it with its CSV, and its definition."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import Any

import pandas as pd
import streamlit as st

from auth import audit_trail
from meetings import pictures
from metrics import charts, words
from metrics.charts.marks import Mark, circled
from metrics.markdown import bold, bullets, escaped
from metrics.metric import Metric, Rate
from metrics.reports import reconcile
from metrics.reports.headline import Headline, file
from metrics.signals.targets import Settings, standing, target_in_words
from metrics.themes import METRICS
from metrics.themes.outcomes import Basis
from pages.parts import cache, filters, folded, marking, markup, present, profile, tables
from queries.scope import Scope
from release.answers.released import Release

_CHART = {"displayModeBar": False, "responsive": True, "typesetMath": False}  # how Plotly draws a chart
_LONGEST_OF_MARK = 120  # letters
_RECORDS = ":material/list_alt:"


@dataclass(frozen=True)
class MeasureView:
    """What is shown of a measure: on which basis, in which scope, with which marks over time."""

    metric: Metric
    scope: Scope
    basis: Basis = "closed"
    marks: tuple[Mark, ...] = ()


def chart(figure: Any, key: str, alt: str, title: str = "", marks: Sequence[Mark] = ()) -> None:
    """A chart as it was drawn, with what it shows in words for whoever cannot see it, and the button that makes a picture of it.

    ``title`` is what stands above the picture, where the title of the page does not say it, and ``marks`` are named below it.
    """
    with st.container(key=f"chart-{key}"):
        shown = charts.for_a_room(figure) if present.is_on() else figure
        st.plotly_chart(shown, config=_CHART, theme=None, key=key, alt=alt)
        named = title or str(st.session_state.page)
        make = partial(pictures.png, figure, named, alt, _source(marks), marking.of_export(f"Chart: {named}"))
        logged = audit_trail.export(make, f"{key} as a picture")
        said = f"Download “{named}” as a picture"
        # The page is not run again: nothing on it changes.
        st.download_button(
            "PNG", logged, f"{key}.png", "image/png", key=f"png-{key}", help=escaped(said), on_click="ignore", type="tertiary"
        )


def _source(marks: Sequence[Mark]) -> str:
    """The place and period of what is shown, and the end of the data, of a release its number; and what its marks stand for."""
    release: Release | None = st.session_state.get("release")
    if release is not None:
        return f"Release {release.number}; data to {words.day(date.fromisoformat(release.data_end))}."
    scope: Scope | None = st.session_state.get("scope")
    if scope is None or (span := cache.span(scope.access)) is None:
        return ""
    said = ((mark.number, words.cut(mark.words, _LONGEST_OF_MARK).removesuffix(".")) for mark in marks)
    named = " ".join(f"{circled(number)} {text}." for number, text in said)
    return f"{filters.described(scope)}; data to {words.day(scope.as_at or span[1])}. {named}".strip()


def figure(metric: Metric, headline: Headline) -> None:
    """The measure's name, whole where the widget would cut it, and its value."""
    st.markdown(escaped(metric.name), help=escaped(metric.question))
    st.metric(escaped(metric.name), escaped(words.shown(metric, headline.now["value"])), label_visibility="collapsed")


def records_link(metric: Metric, headline: Headline) -> None:
    """The way from a figure to the records behind it, for whoever may open them: a sergeant, those of the hub.

    None from a figure that is not available, nor on another basis than that on which records are listed.
    """
    is_sergeant = st.session_state.access.role == "hub"
    if is_sergeant and pd.notna(headline.now["value"]) and metric is METRICS[metric.key]:
        st.page_link("pages/hubs/records.py", label="The records behind it", icon=_RECORDS, query_params={"measure": metric.name})


def beside_published(metric: Metric, scope: Scope) -> None:
    """In a line whether published figures of the same areas and periods agree, and folded each; nothing where there are none."""
    figures = cache.reconciled(metric.key, scope)
    if not figures:
        return

    def draw() -> None:
        tables.listing(reconcile.table(figures), f"{metric.key}-published", reconcile.file(figures))
        st.markdown(
            f"{bold('Why the two may differ')}\n\n{bullets((*reconcile.REASONS[metric.key], *reconcile.unusable(metric)))}"
        )
        st.caption("Published by the Youth Justice Board and the Department for Education, Open Government Licence v3.0.")

    folded.show(f"{metric.name}, published elsewhere. {reconcile.summary(figures)}", f"{metric.key}-published", draw)


def measures_table(headlines: Sequence[Headline], metrics: Mapping[str, Metric], name: str, scope: Scope) -> None:
    """Every measure of a theme in a row, which leads to its chart: now, its target, the year before, and what the two say."""
    held = cache.settings(tuple(metrics), scope)
    heads = ("Measure", "Now", "Target", "Year before", "Change", "95% range", "Worked out from")
    rows = []
    for headline in headlines:
        metric, now, before = metrics[headline.key], headline.now, headline.before
        shown = (
            words.shown(metric, now["value"], with_unit=not isinstance(metric.formula, Rate)),
            _target(metric, headline, held),
            words.shown(metric, before["value"]) if pd.notna(before["value"]) else "",
            headline.change.words,
            words.interval(metric, now),
            words.fraction(metric, now, words.months_of(headline.period)),
        )
        onward = markup.link(*profile.to_chart(metric, ""), inner=markup.text(metric.name), class_="onward")
        rows.append([onward, *map(markup.text, shown)])
    title = f"{name.lower().replace(' ', '-')}-measures"
    numbers = {"Now", "Target", "Year before", "95% range", "Worked out from"}
    markup.show(markup.table(heads, rows, title.replace("-", " "), numbers), "listing")
    tables.download(file(headlines, metrics), title)


def _target(metric: Metric, headline: Headline, held: Settings) -> str:
    """40% or less ✓; blank where there is none."""
    target = held.of(metric).target
    if target is None:
        return ""
    stands = standing(metric, headline.now, target)
    return f"{target_in_words(metric, target)}{'' if stands is None else ' ✓' if stands.is_met else ' ✗'}"


def table_behind_chart(metric: Metric, frame: pd.DataFrame, by: str, names: Sequence[str], months: float) -> None:
    """What a chart was drawn from, folded away: a row of so many months for each of ``names``; the unrounded ``frame`` as CSV."""

    def draw() -> None:
        tables.show(charts.table_of_figures(metric, frame, by, names, months), f"{metric.name} by {words.dimension(by).lower()}")
        tables.download(frame, f"{metric.key}-by-{by}")

    folded.show(folded.TABLE_BEHIND_CHART, f"by-{by}", draw)


def unit(metric: Metric) -> str:
    return f"In {metric.unit}." if not metric.unit.startswith("%") else f"{metric.unit}."


def about(view: MeasureView) -> None:
    """How the measure is counted, and what to keep in mind."""
    metric = view.metric
    for note in cache.notes_of((metric.key,), view.scope, view.basis)[metric.key]:
        st.caption(f":material/info: {escaped(note)}")
    with st.expander("How this is counted"):
        definition(metric)


def definition(metric: Metric) -> None:
    """A measure in full: question, parts, unit, source, caveats."""
    st.write(escaped(metric.question))
    counted, *out_of = metric.parts
    said = {
        "Counted": counted.name,
        "Out of": words.listed([part.name for part in out_of]) if out_of else "",
        "Unit": metric.unit,
        "Source": metric.source,
        "Better": metric.better.value,
        "Needs before it": f"{words.duration(metric.months_of_history)} of data" if metric.months_of_history else "",
    }
    st.markdown(
        "\n".join([*(f"- {bold(f'{name}:')} {escaped(text)}" for name, text in said.items() if text), bullets(metric.caveats)])
    )
