"""One measure on a page: its chart, the sentence that says what it shows, and the table behind it with its CSV."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from types import MappingProxyType
from typing import Literal

import pandas as pd
import streamlit as st
from streamlit.elements.lib.column_types import ColumnConfig

from metrics import asked, charts, reconcile, sentences, signal_sentences, words
from metrics.councils import CouncilChange, changes_between
from metrics.export import csv
from metrics.funnel import Funnel, funnel
from metrics.headline import Headline
from metrics.in_care import share_sentence
from metrics.metric import Metric, Proportion, Rate
from metrics.outcomes import Basis
from metrics.signals import Judgement
from metrics.targets import target_sentence
from metrics.themes import METRICS
from pages.parts import figures, filters
from queries.clock import add_months
from queries.periods import quarter_start
from queries.scope import Scope

TREND_MONTHS = {"month": 36, "quarter": 60}
COURSE_MONTHS = 36
_STILL = {"displayModeBar": False, "staticPlot": True}
CHART = {"displayModeBar": False, "responsive": True}
_MOST_BARS = 12
_AGES = (10, 17)  # whose share in care is set beside the split by care
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
KEY = "▲ improvement, ▼ concern, ◆ a change that is neither, ● no sign of change. Grey: what is usual; dashed: the usual level."
_COURSE_POINTS = 20
_TALL = 68  # pixels of a row whose sentence needs three lines
_TALL_ROWS_SHOWN = 10
_WIDEST, _ROWS_SHOWN = 520, 30  # pixels of a column, rows without scrolling


@dataclass(frozen=True)
class Shown:
    """What a panel is about: the measure, on which basis, in which scope."""

    metric: Metric
    scope: Scope
    basis: Basis = "closed"


def splits(metric: Metric) -> tuple[str, ...]:
    return asked.splits(metric)


def split_name(split: str) -> str:
    return words.dimension(split)


def cards(headlines: Sequence[Headline], metrics: Mapping[str, Metric]) -> None:
    """The main figures side by side: value, range, what it is of, and the year before."""
    for column, headline in zip(st.columns(len(headlines)), headlines, strict=True):
        metric = metrics[headline.key]
        with column, st.container(border=True, height="stretch"):
            figure(metric, headline)
            between, of = words.interval(metric, headline.now), words.fraction(metric, headline.now)
            details = [metric.unit, of, f"95% range {between}" if between else ""]
            st.caption(". ".join(filter(None, details)))
            if headline.period and metric.months_to_mature:
                st.caption(words.period(headline.period))
            st.write(headline.sentence)


def course(shown: Shown) -> None:
    """A bare trend by quarter, for a glance; nothing where there is too little to draw."""
    assert shown.scope.end
    end = quarter_start(shown.scope.end)
    frame = figures.frame(shown.metric.key, shown.scope.over(add_months(end, -COURSE_MONTHS), end), ("quarter",))
    if frame["value"].notna().sum() > 1:
        names = [words.cell("quarter", label, {}) for label in frame["quarter"]]
        sentence = sentences.course(shown.metric, frame, names)
        chart = charts.sparkline(shown.metric, frame, "quarter", council_changes(frame["quarter"], shown.scope))
        st.plotly_chart(chart, config=_STILL, key=f"course-{shown.metric.key}", alt=sentence)
        st.caption("By quarter, three years")


def figure(metric: Metric, headline: Headline) -> None:
    """The measure's name, whole where the widget would cut it, and its value."""
    st.markdown(metric.name, help=metric.question)
    st.metric(metric.name, words.shown(metric, headline.now["value"]), label_visibility="collapsed")


def trend(shown: Shown, time: str) -> None:
    """The measure over time up to the end of the period chosen."""
    assert shown.scope.end
    end = shown.scope.end if time == "month" else quarter_start(shown.scope.end)  # part of a quarter would look like a fall
    scope = shown.scope.over(add_months(end, -TREND_MONTHS[time]), end)
    frame = figures.frame(shown.metric.key, scope, (time,), shown.basis)
    names = [words.cell(time, label, {}) for label in frame[time]]
    st.subheader(f"{shown.metric.name} by {time}")
    sentence = sentences.course(shown.metric, frame, names)
    known = frame["value"].notna().any()
    if known:
        covered = f"{filters.described(scope)}. {_unit(shown.metric)}"
        band = " The shaded band is the 95% range." if frame["lower"].notna().any() else ""
        st.caption(f"{covered}{band}")
        changes = council_changes(frame[time], scope)
        st.plotly_chart(charts.trend(shown.metric, frame, time, changes), config=CHART, key=f"trend-{time}", alt=sentence)
        for change in changes:
            st.caption(change.words)
    st.write(sentence)
    _table(shown.metric, frame.assign(**{time: names}), frame, (time,))


def council_changes(labels: "pd.Series[str]", scope: Scope) -> list[CouncilChange]:
    """The changes of councils within a series of days, months or quarters, where they concern the hubs shown."""
    places = figures.places(scope.access)
    shown = places if scope.hubs is None else places[places["hub"].isin(scope.hubs)]
    first, last = date.fromisoformat(labels.iloc[0]), date.fromisoformat(labels.iloc[-1])
    return changes_between(first, last, list(shown["authority"]))


def judged(shown: Shown) -> None:
    """The measure over time by the method that its volume allows, and whether it has changed."""
    metric, judgement = shown.metric, figures.judgement(shown.metric.key, shown.scope, shown.basis)
    if judgement.chart.empty:
        trend(replace(shown, scope=figures.complete(metric.key, shown.scope)), "quarter")
        verdict(metric, judgement)
        return
    st.subheader(f"{metric.name} over time")
    st.caption(f"{filters.place_name(shown.scope)}. {_unit(metric)} {signal_sentences.method(judgement)}")
    sentence = signal_sentences.verdict(metric, judgement)
    changes = council_changes(judgement.chart["label"], shown.scope)
    st.plotly_chart(charts.control(metric, judgement, changes), config=CHART, key="judged", alt=sentence)
    st.caption(KEY)
    verdict(metric, judgement)
    for change in changes:
        st.caption(change.words)
    _points_table(metric, judgement)


def verdict(metric: Metric, judgement: Judgement) -> None:
    """What may be said of a measure: its sign, the sentence, its target, and what it leaves out."""
    st.write(f"{sign(judgement)} {signal_sentences.verdict(metric, judgement)}")
    target = judgement.setting.target
    if target:
        st.write(signal_sentences.against_target(metric, judgement))
        st.caption(target_sentence(metric, target))
    for said in (signal_sentences.anew(judgement), signal_sentences.still_coming(judgement)):
        if said:
            st.caption(said)


def sign(judgement: Judgement) -> str:
    return SIGNS[judgement.verdict].partition(" ")[0]


def contrast(shown: Shown, split: str) -> None:
    """The measure side by side for the hubs, ages, offences ... of the period chosen."""
    scope = shown.scope
    if split == "hub":  # a hub is seen beside the others that the reader may see
        scope = replace(scope, hubs=scope.access.hubs)
    frame = figures.frame(shown.metric.key, scope, (split,), shown.basis)
    if split not in ("hub", "age", "age_band"):
        frame = frame.sort_values("value", ascending=False, ignore_index=True)
    hubs = dict(figures.places(shown.scope.access)[["hub", "name"]].itertuples(index=False, name=None))
    names = [words.cell(split, label, hubs) for label in frame[split]]
    drawn = frame[frame["value"].notna()].head(_MOST_BARS)
    drawn_names = [names[place] for place in drawn.index]
    st.subheader(f"{shown.metric.name} by {words.dimension(split).lower() if split != 'hub' else 'hub'}")
    known = frame[frame[split] != "unknown"]
    funnel = _funnel(shown.metric, known) if split == "hub" else None
    known_names = [names[place] for place in known.index]
    if funnel:
        sentence = sentences.spread(shown.metric, funnel, [names[place] for place in funnel.units.index])
    else:
        sentence = sentences.contrast(shown.metric, known, known_names)
    if known.empty:
        sentence = "It is not recorded for anything in this period."
    if not drawn.empty:
        more = f" The {_MOST_BARS} highest of {len(frame)} are drawn." if len(frame) > _MOST_BARS else ""
        lines = " Lines show the 95% range." if drawn["lower"].notna().any() else ""
        st.caption(f"{filters.described(scope)}. {_unit(shown.metric)}{lines}{more}")
        st.plotly_chart(charts.bars(shown.metric, drawn, drawn_names), config=CHART, key=f"bars-{split}", alt=sentence)
    if funnel:
        st.caption(
            "By size. Lines show where chance alone would put 95 (dashed) and 99.8 (solid) of a hundred, around all together."
        )
        names_drawn = [names[place] for place in funnel.units.index]
        st.plotly_chart(charts.funnel(shown.metric, funnel, names_drawn), config=CHART, key="funnel", alt=sentence)
    st.write(sentence)
    if split == "in_care":
        st.caption(share_sentence(*figures.in_care_of_residents(scope, _AGES), _AGES))
    if split == "ethnicity":
        st.caption("A difference between groups is a question to ask; it is not by itself a test of bias.")
    _table(shown.metric, frame.assign(**{split: names}), frame, (split,))


def _funnel(metric: Metric, frame: pd.DataFrame) -> Funnel | None:
    """The units of a share or rate around the value of all together."""
    k, n = frame["numerator"], frame["denominator"]
    match metric.formula:
        case Proportion():
            return funnel(k, n, "proportion")
        case Rate(_, per):
            return funnel(k, n, "rate", per)
        case _:
            return None


def beside_published(metric: Metric, scope: Scope) -> None:
    """A strip with the published figures of the same areas and periods, and the gap; nothing where there are none."""
    found = figures.reconciled(metric.key, scope)
    if not found:
        return
    st.subheader(f"{metric.name}: beside the published figures")
    listing(reconcile.table(found), f"{metric.key}-published")
    st.write(reconcile.summary(found))
    with st.expander("Why the two may differ"):
        reasons = (*reconcile.REASONS[metric.key], *reconcile.unusable(metric))
        st.markdown("\n".join(f"- {reason}" for reason in reasons))
        st.caption("Published by the Youth Justice Board and the Department for Education, Open Government Licence v3.0.")


def measures_table(headlines: Sequence[Headline], metrics: Mapping[str, Metric], name: str) -> None:
    """Every measure of a theme in a row: now, the year before, what may be said of the two, and what it stands on."""
    rows = [
        {
            "Measure": metrics[h.key].name,
            "Now": words.shown(metrics[h.key], h.now["value"], with_unit=not isinstance(metrics[h.key].formula, Rate)),
            "Year before": words.shown(metrics[h.key], h.before["value"]) if pd.notna(h.before["value"]) else "",
            "Change": h.change.words,
            "95% range": words.interval(metrics[h.key], h.now),
            "From": words.fraction(metrics[h.key], h.now),
        }
        for h in headlines
    ]
    table = pd.DataFrame(rows)
    listing(table, f"{name.lower().replace(' ', '-')}-measures")


def signals_table(judgements: Sequence[Judgement], names: Mapping[str, str], whole: str) -> None:
    """Each judgement in a row: sign, latest point, course, target, and the sentence."""
    table = pd.DataFrame(
        {
            "Change": [SIGNS[each.verdict] for each in judgements],
            "Place": [names.get(each.hub or "", whole) for each in judgements],
            "Measure": [METRICS[each.key].name for each in judgements],
            "Latest": [_latest(each) for each in judgements],
            "Course": [_course(each) for each in judgements],
            "Target": [ASSURED[each.assurance] for each in judgements],
            "What the chart says": [signal_sentences.verdict(METRICS[each.key], each) for each in judgements],
        }
    )
    given = {
        "Change": st.column_config.Column(width=115),
        "Measure": st.column_config.Column(width=230),
        "Course": st.column_config.LineChartColumn(width=90, help=f"The last {_COURSE_POINTS} points judged", y_min=0),
        "What the chart says": st.column_config.Column(width=300),
    }
    _show(table, "Has it changed?", given, row_height=_TALL)
    _download(table.drop(columns="Course"), "has-it-changed")


def _latest(judgement: Judgement) -> str:
    if judgement.stretch.empty:
        return ""
    value = judgement.stretch["value"].iloc[-1]
    in_days = judgement.method == "days between"
    return f"{value:,.0f} days" if in_days else words.shown(METRICS[judgement.key], value)


def _course(judgement: Judgement) -> list[float]:
    return [] if judgement.stretch.empty else judgement.stretch["value"].iloc[-_COURSE_POINTS:].tolist()


def listing(table: pd.DataFrame, name: str) -> None:
    """A plain table with its CSV; what is not known is left blank."""
    shown = table.astype(object).where(table.notna(), "").map(lambda value: f"{value:,}" if isinstance(value, int) else value)
    _show(shown.astype(str), name.replace("-", " "))
    _download(table, name)


def _points_table(metric: Metric, judgement: Judgement) -> None:
    chart = judgement.chart
    in_days = judgement.method == "days between"
    names = [signal_sentences.point_name(judgement, label) for label in chart["label"]]
    rows = [row for _, row in chart.iterrows()]

    def read(column: str) -> list[str]:
        return [f"{row[column]:,.0f} days" if in_days else words.shown(metric, row[column]) for row in rows]

    with st.expander("The table behind this chart"):
        shown = pd.DataFrame(
            {
                "Wait that ended" if in_days else words.dimension(judgement.method.removesuffix("s")): names,
                metric.name: read("value"),
                "Usual level": read("centre"),
                "Usual from": read("lower_limit"),
                "Usual to": read("upper_limit"),
                "Signal": [words.SIGNALS.get(row["signal"], "") for row in rows],
                "Judged": ["yes" if row["judged"] else "not yet" for row in rows],
            }
        )
        _show(shown, f"{metric.name} over time")
        _download(chart.drop(columns="stretch"), f"{metric.key}-judged")


def _table(metric: Metric, named: pd.DataFrame, exact: pd.DataFrame, by: tuple[str, ...]) -> None:
    with st.expander("The table behind this chart"):
        rows = [row for _, row in named.iterrows()]
        shown = named[list(by)].rename(columns=words.dimension)
        shown = shown.assign(
            **{
                metric.name: [words.shown(metric, row["value"]) for row in rows],
                "95% range": [words.interval(metric, row) for row in rows],
                "From": [words.fraction(metric, row) for row in rows],
            }
        )
        _show(shown, f"{metric.name} by {' and '.join(by)}")
        _download(exact, f"{metric.key}-by-{'-'.join(by)}")


def _show(
    table: pd.DataFrame,
    alt: str,
    given: Mapping[str, ColumnConfig] = MappingProxyType({}),
    row_height: int | None = None,
) -> None:
    """The table with columns as wide as their longest cell, unless given: left to itself, Streamlit cuts some."""
    longest = {name: max([len(name), *(len(str(cell)) for cell in table[name])]) for name in table.columns}
    widths = {name: st.column_config.Column(width=min(_WIDEST, 16 + int(6.2 * length))) for name, length in longest.items()}
    widths |= given
    height: Literal["content", "auto"] | int = "content" if len(table) <= _ROWS_SHOWN else "auto"
    if row_height and len(table) > _TALL_ROWS_SHOWN:
        height = row_height * _TALL_ROWS_SHOWN
    st.dataframe(table, hide_index=True, alt=alt, column_config=widths, height=height, row_height=row_height)


def _download(table: pd.DataFrame, name: str) -> None:
    st.download_button("Download CSV", csv(table), f"{name}.csv", "text/csv", key=f"csv-{name}", icon=":material/download:")


def _unit(metric: Metric) -> str:
    return f"In {metric.unit}." if not metric.unit.startswith("%") else f"{metric.unit}."


def about(shown: Shown) -> None:
    """How the measure is counted, and what to keep in mind."""
    metric = shown.metric
    for note in figures.notes_of((metric.key,), shown.scope, shown.basis)[metric.key]:
        st.caption(f":material/info: {note}")
    with st.expander("How this is counted"):
        definition(metric)


def definition(metric: Metric) -> None:
    """A measure in full: question, parts, unit, source, caveats."""
    st.write(metric.question)
    parts = metric.parts
    lines = [f"- **Counted:** {parts[0].name}"]
    if len(parts) > 1:
        lines.append(f"- **Out of:** {words.listed([part.name for part in parts[1:]])}")
    lines += [f"- **Unit:** {metric.unit}", f"- **Source:** {metric.source}", f"- **Better:** {metric.better.value}"]
    lines += [f"- {caveat}" for caveat in metric.caveats]
    st.markdown("\n".join(lines))
