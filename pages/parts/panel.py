"""One measure on a page: its chart, the sentence that says what it shows, and the table behind it with its CSV."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

import pandas as pd
import streamlit as st

from metrics import charts, sentences, words
from metrics.charts.councils import CouncilChange, changes_between
from metrics.metric import Metric, Proportion, Rate
from metrics.reports import reconcile
from metrics.reports.headline import Headline
from metrics.reports.in_care import share_sentence
from metrics.signals.sentences import shaded
from metrics.statistics.funnel import Funnel, funnel
from metrics.themes import METRICS
from metrics.themes.outcomes import Basis
from pages.parts import cache, filters, tables
from queries.clock import add_months
from queries.periods import quarter_start
from queries.scope import Scope

TREND_MONTHS = {"month": 36, "quarter": 60}
COURSE_MONTHS = 36
_STILL = {"displayModeBar": False, "staticPlot": True}
CHART = {"displayModeBar": False, "responsive": True}
_RECORDS = ":material/list_alt:"
_MOST_BARS = 12
_AGES = (10, 17)  # whose share in care is set beside the split by care


@dataclass(frozen=True)
class Shown:
    """What a panel is about: the measure, on which basis, in which scope."""

    metric: Metric
    scope: Scope
    basis: Basis = "closed"


def splits(metric: Metric) -> tuple[str, ...]:
    return metric.splits


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
            to_records(metric, headline)


def to_records(metric: Metric, headline: Headline) -> None:
    """The way from a figure to the records behind it, for whoever may open them: a sergeant, those of the hub.

    None from a figure that is not available, nor on another basis than that on which records are listed.
    """
    is_theirs = st.session_state.access.role == "hub"
    if is_theirs and pd.notna(headline.now["value"]) and metric is METRICS[metric.key]:
        st.page_link("pages/hubs/records.py", label="The records behind it", icon=_RECORDS, query_params={"measure": metric.name})


def course(shown: Shown) -> None:
    """A bare trend by quarter, for a glance; nothing where there is too little to draw."""
    assert shown.scope.end
    end = quarter_start(shown.scope.end)
    frame = cache.frame(shown.metric.key, shown.scope.over(add_months(end, -COURSE_MONTHS), end), ("quarter",))
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
    frame = cache.frame(shown.metric.key, scope, (time,), shown.basis)
    names = [words.cell(time, label, {}) for label in frame[time]]
    st.subheader(f"{shown.metric.name} by {time}")
    waiting = cache.not_judged_yet(shown.metric.key, scope, time, shown.basis)
    sentence = sentences.course(shown.metric, frame.mask(frame[time].isin(waiting)), names)
    known = frame["value"].notna().any()
    if known:
        covered = f"{filters.described(scope)}. {unit(shown.metric)}"
        band = " The shaded band is the 95% range." if frame["lower"].notna().any() else ""
        st.caption(f"{covered}{band}")
        changes = council_changes(frame[time], scope)
        st.plotly_chart(
            charts.trend(shown.metric, frame, time, changes, waiting), config=CHART, key=f"trend-{time}", alt=sentence
        )
        if waiting:
            st.caption(shaded(shown.metric, waiting, 1 if time == "month" else 3))
        for change in changes:
            st.caption(change.words)
    st.write(sentence)
    _table(shown.metric, frame.assign(**{time: names}), frame, (time,))


def council_changes(labels: "pd.Series[str]", scope: Scope) -> list[CouncilChange]:
    """The changes of councils within a series of days, months or quarters, where they concern the hubs shown."""
    places = cache.places(scope.access)
    shown = places if scope.hubs is None else places[places["hub"].isin(scope.hubs)]
    first, last = date.fromisoformat(labels.iloc[0]), date.fromisoformat(labels.iloc[-1])
    return changes_between(first, last, list(shown["authority"]))


def contrast(shown: Shown, split: str) -> None:
    """The measure side by side for the hubs, ages, offences ... of the period chosen."""
    scope = shown.scope
    if split == "hub":  # a hub is seen beside the others that the reader may see
        scope = replace(scope, hubs=scope.access.hubs)
    frame = cache.frame(shown.metric.key, scope, (split,), shown.basis)
    if split not in ("hub", "age", "age_band"):
        frame = frame.sort_values("value", ascending=False, ignore_index=True)
    hubs = dict(cache.places(shown.scope.access)[["hub", "name"]].itertuples(index=False, name=None))
    names = [words.cell(split, label, hubs) for label in frame[split]]
    drawn = frame[frame["value"].notna()].head(_MOST_BARS)
    drawn_names = [names[place] for place in drawn.index]
    st.subheader(f"{shown.metric.name} by {words.dimension(split).lower() if split != 'hub' else 'hub'}")
    known = frame[frame[split] != "unknown"]
    funnel = _funnel(shown.metric, known) if split in ("hub", "force") else None
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
        st.caption(f"{filters.described(scope)}. {unit(shown.metric)}{lines}{more}")
        st.plotly_chart(charts.bars(shown.metric, drawn, drawn_names), config=CHART, key=f"bars-{split}", alt=sentence)
    if funnel:
        st.caption(
            "By size. Lines show where chance alone would put 95 (dashed) and 99.8 (solid) of a hundred, around all together."
        )
        names_drawn = [names[place] for place in funnel.units.index]
        st.plotly_chart(charts.funnel(shown.metric, funnel, names_drawn), config=CHART, key=f"funnel-{split}", alt=sentence)
    st.write(sentence)
    if split == "in_care":
        st.caption(share_sentence(*cache.in_care_of_residents(scope, _AGES), _AGES))
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
    found = cache.reconciled(metric.key, scope)
    if not found:
        return
    st.subheader(f"{metric.name}: beside the published figures")
    tables.listing(reconcile.table(found), f"{metric.key}-published")
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
    tables.listing(table, f"{name.lower().replace(' ', '-')}-measures")


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
        tables.show(shown, f"{metric.name} by {words.listed([words.dimension(split).lower() for split in by])}")
        tables.download(exact, f"{metric.key}-by-{'-'.join(by)}")


def unit(metric: Metric) -> str:
    return f"In {metric.unit}." if not metric.unit.startswith("%") else f"{metric.unit}."


def about(shown: Shown) -> None:
    """How the measure is counted, and what to keep in mind."""
    metric = shown.metric
    for note in cache.notes_of((metric.key,), shown.scope, shown.basis)[metric.key]:
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
