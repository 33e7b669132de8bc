"""The pack of exact figures, for the command team, the analyst or a hub: what the pages show, one story a slide."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date, timedelta

import pandas as pd
from sqlalchemy import Connection

from meetings import agenda, stories
from meetings.cut import ALL_HUBS, Cut
from meetings.slides import Chart, Order, Pack, Slide, Table, contents, paged, table_of
from metrics import charts, words
from metrics.charts.marks import Mark, circled
from metrics.measuring.measure import measure
from metrics.measuring.notes import latest_complete
from metrics.metric import Metric
from metrics.reports import ready, revisions
from metrics.reports.headline import Headline, details, main_figure
from metrics.reports.side_by_side import SideBySide, side_by_side
from metrics.signals import sentences, series
from metrics.signals.discussion import budget, budget_sentence, subjects
from metrics.signals.judgement import Judgement
from metrics.signals.series import QUARTERLY
from metrics.signals.targets import of_period, settings
from metrics.themes import METRICS, SIX
from queries.clock import add_months
from queries.lookups import kept_figures
from queries.lookups.invented import is_invented
from queries.periods import Period, quarter_start
from queries.scope import ROLES, Access, Scope

_CONCERNS, _OTHERS = 6, 4  # of what is flagged
_QUARTERS_DRAWN = 20


def build(connection: Connection, access: Access, order: Order) -> Pack:
    """The pack that is ordered, read by a connection of its reader. Raises Refused, and OutOfScope for another hub."""
    cut = Cut(connection, access, order)
    told = [*_decisions(cut), *_themes(cut), *_flagged(cut), *_revised(cut), *_written(cut)]
    six = {"Six themes": words.listed([theme.title for theme in SIX])}
    slides = [contents(told, cut.page("meeting"), six), *told, *_definitions(cut)]
    invented = is_invented(connection)
    title = f"Children first: {order.month:%B %Y}"
    moments = kept_figures.moments(connection)
    cover = (
        f"{cut.place}, {words.period(cut.period)}",
        f"{ROLES[access.role].title}. Made {words.moment(order.made_at)} by {order.made_by}",
        f"Data to {words.day(cut.data_end)}" + (f"; last load {words.moment(moments[0])}" if moments else ""),
        "Events are placed by where they happened; no other filter",
        *filter(None, [cut.without_memory]),
    )
    marking = "INVENTED DATA: no child, crime or event here is real" if invented else "OFFICIAL-SENSITIVE"
    where = "your hub" if access.role == "hub" else "the force"
    handling = f"Exact figures: a small count can identify a child. Not for sharing outside {where}."
    return Pack(order, title, cover, marking, handling, tuple(slides))


def _decisions(cut: Cut) -> Iterator[Slide]:
    found = agenda.open_decisions(cut.entries, cut.scope)
    on = words.london(cut.order.made_at).date()
    late = sum(agenda.is_late(entry, on) for entry in found)
    if cut.without_memory:
        yield Slide("Decisions", "What was decided could not be read when this pack was made.", link=cut.page("meeting"))
        return
    if not found:
        how = "One is written on the page of a theme, below its chart."
        yield Slide("Decisions", "No decision is open.", (how,), link=cut.page("meeting"))
        return
    many = f"{words.capitalised(words.number(len(found)))} {'decision is' if len(found) == 1 else 'decisions are'} open"
    overdue = f", {words.number(late)} of them overdue" if late else ""
    rows = [
        (
            entry.said.text,
            agenda.followed(cut.connection, entry, cut.scope),
            agenda.when_due(entry, on) + agenda.extension(entry),
            cut.reference(entry.pin.metric_key, entry.pin.place, Period(entry.pin.opens, entry.pin.closes)),
        )
        for entry in found
    ]
    table = Table(("Decided", "Did the line move?", "Whose, until when", "Where the figure is from"), tuple(rows))
    title = f"{many}{overdue}: did the line move?"
    yield from paged(Slide("Decisions", title, table=table, link=cut.page("meeting")))


def _themes(cut: Cut) -> Iterator[Slide]:
    """Of each theme its main measure: over time, and where several hubs are compared, by hub."""
    keys = [theme.headline for theme in SIX]
    for headline in ready.headlines(cut.connection, keys, cut.scope):
        metric = METRICS[headline.key]
        if headline.period is None or pd.isna(headline.now["value"]):
            yield Slide("Six themes", f"{metric.name}: {words.NOT_AVAILABLE}.", link=cut.link(metric))
            continue
        yield _theme(cut, metric, headline)
        if cut.access.hubs is None:
            yield from _hubs(cut, metric, headline)


def _theme(cut: Cut, metric: Metric, headline: Headline) -> Slide:
    judgement = next(one for one in cut.judgements if one.key == metric.key and one.hub is None)
    said = cut.said_of(metric)
    target = of_period(metric, _place_in_sentence(cut), (headline.now, cut.held.of(metric).target), [])
    lines = [f"{details(metric, headline, cut.scope)}.", target]
    title = f"{metric.name}, {cut.place}: {main_figure(metric, headline)}. {headline.sentence}"
    chart: Chart | None
    behind: Table | None
    if judgement.chart.empty:
        chart, behind = _uncharted(cut, metric)
    else:
        marks = [Mark(entry.day, number, entry.happened_on is not None) for number, entry in enumerate(said, start=1)]
        chart, behind = stories.over_time(metric, judgement, marks), table_of(charts.table_of_points(metric, judgement))
        lines += [
            sentences.verdict(metric, judgement),
            sentences.against_target(metric, judgement),
            sentences.rebased_from(judgement),
        ]
        lines += [f"{circled(number)} {entry.said.text} ({agenda.in_words(entry)})" for number, entry in enumerate(said, start=1)]
    reference = cut.reference(metric.key, cut.place, headline.period)
    kept = tuple(line for line in lines if line)
    return Slide("Six themes", title, kept, chart, behind=behind, reference=reference, link=cut.link(metric))


def _uncharted(cut: Cut, metric: Metric) -> tuple[Chart | None, Table | None]:
    """A measure that has no control chart, by quarter; nothing where no quarter has a figure."""
    scope = latest_complete(cut.connection, metric, cut.scope)
    assert scope.end
    end = quarter_start(scope.end)
    over = scope.over(add_months(end, -QUARTERLY.months * _QUARTERS_DRAWN), end)
    found = series.course(cut.connection, metric, over, QUARTERLY.time)
    if not found.frame["value"].notna().any():
        return None, None
    names = [words.cell(QUARTERLY.time, label, {}) for label in found.frame[QUARTERLY.time]]
    behind = charts.table_of_figures(metric, found.frame, QUARTERLY.time, names, QUARTERLY.months)
    return stories.course(metric, found, QUARTERLY.time), table_of(behind)


def _hubs(cut: Cut, metric: Metric, headline: Headline) -> Iterator[Slide]:
    """All hubs beside each other, and by size where one of them stands apart."""
    assert headline.period
    of_all = Scope(cut.access, start=headline.period.opens, end=headline.period.closes)
    frame = measure(cut.connection, metric, of_all, ("hub",))
    whole = headline if cut.scope.hubs is None else ready.headlines(cut.connection, [metric], of_all)[0]
    held = settings(cut.connection, [metric], of_all, headline.period.closes - timedelta(days=1), cut.restarts)
    found = side_by_side(metric, frame, whole, held, of_all, cut.names)
    if found is None:
        return
    title, rest = words.first_sentence(found.sentence)
    lines = [rest, " ".join(f"{name}: {words.shown(metric, value)}." for name, value in found.lines)]
    names = [words.cell("hub", hub, cut.names) for hub in frame["hub"]]
    behind = table_of(charts.table_of_figures(metric, frame, "hub", names, found.months))
    told = Slide(
        "Six themes",
        f"{metric.name} by hub. {title}",
        tuple(line for line in lines if line),
        stories.by_hub(metric, found),
        behind=behind,
        reference=cut.reference(f"{metric.key} by hub", ALL_HUBS, headline.period),
        link=cut.link(metric),
    )
    yield told
    if _stands_apart(found):
        yield replace(told, title=f"{metric.name}, hubs by size. {title}", chart=stories.by_size(metric, found))


def _stands_apart(found: SideBySide) -> bool:
    return found.funnel is not None and bool(found.funnel.units["position"].isin(("high", "low")).any())


def _flagged(cut: Cut) -> Iterator[Slide]:
    """What is most worth discussing: the clearest signal of each theme and place, in the order of the overview."""
    counted, found = budget(cut.judgements), subjects(cut.judgements)
    shown = _shown(found)
    left = len(found) - len(shown)
    more = (f"{left} more on the overview.",) if left else ()
    rows = [(_place_of(cut, one), METRICS[one.key].name, sentences.verdict(METRICS[one.key], one)) for one, *_ in shown]
    table = Table(("Place", "Measure", "What its chart shows"), tuple(rows)) if rows else None
    yield from paged(Slide("Flagged today", budget_sentence(counted), more, table=table, link=cut.page("overview")))
    for clearest, *also in shown:
        metric, place = METRICS[clearest.key], _place_of(cut, clearest)
        verdict = sentences.verdict(metric, clearest)
        lines = [sentences.method(clearest), sentences.rebased_from(clearest), sentences.not_complete(metric, clearest)]
        lines += [f"Also there: {words.listed([METRICS[one.key].name for one in also])}."] if also else []
        first, last = clearest.chart["label"].iloc[0], clearest.last_point["label"]
        closes = add_months(date.fromisoformat(last), max(clearest.months_of_point, 1))
        yield Slide(
            "Flagged today",
            f"{place}: {words.uncapitalised(metric.name)}. {verdict}",
            tuple(line for line in lines if line),
            stories.over_time(metric, clearest),
            behind=table_of(charts.table_of_points(metric, clearest)),
            reference=cut.reference(metric.key, place, Period(date.fromisoformat(first), closes)),
            link=cut.link(metric, place if clearest.hub else ""),
        )


def _shown(found: Sequence[Sequence[Judgement]]) -> list[Sequence[Judgement]]:
    """Of all that is worth discussing what gets a slide: the first concerns, then the first of all else."""
    concerns, others = ([one for one in found if (one[0].verdict == "concern") is wanted] for wanted in (True, False))
    return [*concerns[:_CONCERNS], *others[:_OTHERS]]


def _place_of(cut: Cut, judgement: Judgement) -> str:
    return cut.names.get(judgement.hub or "", cut.place)


def _revised(cut: Cut) -> Iterator[Slide]:
    """The figures that changed since the last meeting, or since the load before the latest."""
    link = cut.page("revisions")
    try:
        kept_at = revisions.earlier_load(kept_figures.moments(cut.connection), cut.last_meeting)
    except revisions.NoEarlierFigures as reason:
        yield Slide("Revised figures", f"There is nothing to compare. {reason}", link=link)
        return
    frame = revisions.revisions(cut.connection, kept_at, Scope(cut.access, hubs=cut.scope.hubs))
    said = revisions.summary(frame) if len(frame) else "No figures were kept for this place then."
    title, rest = words.first_sentence(said)
    lines = (f"As told after the load of {words.moment(kept_at)}.", rest)
    table = revisions.listing(frame, cut.names) if len(frame) else pd.DataFrame()
    if not table.empty:
        keys = {metric.name: metric.key for metric in METRICS.values()}
        table = table.drop(columns=["In words", "Worth mentioning"]).assign(Key=table["Measure"].map(keys))
    yield from paged(Slide("Revised figures", title, lines, table=table_of(table) if len(table) else None, link=link))


def _written(cut: Cut) -> Iterator[Slide]:
    """What was written and closed since the last meeting."""
    found = agenda.written_since(cut.entries, cut.scope, cut.last_meeting)
    if found:
        rows = tuple((agenda.subject(entry), entry.said.text, agenda.in_words(entry)) for entry in found)
        title = "Written since the last meeting" if cut.last_meeting else "Written so far"
        yield from paged(Slide(title, title, table=Table(("Of", "In words", "By whom, when"), rows), link=cut.page("meeting")))


def _definitions(cut: Cut) -> Iterator[Slide]:
    """How what was shown is counted."""
    shown = [theme.headline for theme in SIX]
    shown += [METRICS[clearest.key] for clearest, *_ in _shown(subjects(cut.judgements))]
    rows = [
        (metric.name, metric.question, metric.unit, " ".join(metric.caveats[:2]), metric.key) for metric in dict.fromkeys(shown)
    ]
    table = Table(("Measure", "Question", "Unit", "To keep in mind", "Key"), tuple(rows))
    title = "What was shown, and how it is counted"
    yield from paged(Slide("Definitions", title, table=table, link=cut.page("definitions")))


def _place_in_sentence(cut: Cut) -> str:
    return "the force" if cut.scope.hubs is None else cut.place
