"""The charts of a pack: those that the pages draw, with their numbers, so that each can be edited where it is shown."""

from collections.abc import Sequence
from datetime import date

from meetings.slides import Chart, Look, Series, numbers
from metrics import charts, sentences
from metrics.charts.marks import Mark, circled
from metrics.metric import Metric, Rate
from metrics.reports.side_by_side import SideBySide
from metrics.signals import sentences as of_signals
from metrics.signals.judgement import Judgement
from metrics.signals.series import QUARTERLY, Course
from metrics.statistics.funnel import ACT, WATCH
from queries.clock import add_months
from release.answers import views
from release.answers.questions import Figure
from release.answers.released import Number
from release.answers.views import View

_CURVE = 30  # points of a limit of a funnel
# What a point may mean, and how it is called.
_SIGNALS: tuple[tuple[tuple[str, ...], str, Look], ...] = (
    (("concern",), "Concern", "concern"),
    (("improvement",), "Improvement", "improvement"),
    (("neutral high", "neutral low"), "A change that is neither", "neither"),
)


def over_time(metric: Metric, judgement: Judgement, marks: Sequence[Mark] = ()) -> Chart:
    """A control chart: its points, the usual level, the limits, the target from the day on which it applies."""
    chart = judgement.chart
    names = tuple(_name(judgement, label) for label in chart["label"])
    series = [
        Series(_of_points(metric, judgement), "values", numbers(chart["value"]), labels=_labels(list(chart["label"]), marks)),
        Series("Usual level", "usual", numbers(chart["centre"])),
        Series("Lower limit", "limit", numbers(chart["lower_limit"].clip(lower=0))),
        Series("Upper limit", "limit", numbers(chart["upper_limit"].clip(upper=1.0 if metric.is_share else None))),
    ]
    target = judgement.setting.target
    if target and judgement.method != "days between":
        held = [target.value if label >= target.applies_from.isoformat() else None for label in chart["label"]]
        series.append(Series("Target", "target", numbers(held)))
    for variations, name, look in _SIGNALS:
        flagged = chart["variation"].isin(variations)
        if flagged.any():
            series.append(Series(name, look, numbers(chart["value"].where(flagged))))
    unit = _of_points(metric, judgement) if judgement.method == "days between" else metric.unit
    figure = charts.control(metric, judgement, (), marks)
    is_share = metric.is_share and judgement.method != "days between"
    return Chart("lines", names, tuple(series), is_share, unit, figure, of_signals.verdict(metric, judgement))


def _of_points(metric: Metric, judgement: Judgement) -> str:
    """What the points of a control chart are."""
    return "Days since the event before" if judgement.method == "days between" else metric.name


def _name(judgement: Judgement, label: str) -> str:
    """A point on an axis: Nov 2026, Jul-Sep 2026, 3 Nov 2026."""
    day = date.fromisoformat(label)
    if judgement.method == "days between":
        return f"{day.day} {day:%b %Y}"
    return _months(day, judgement.months_of_point)


def _months(first: date, many: int) -> str:
    """Nov 2026, Jul-Sep 2026."""
    last = add_months(first, many - 1)
    return f"{first:%b}-{last:%b %Y}" if last != first else f"{first:%b %Y}"


def _labels(labels: Sequence[str], marks: Sequence[Mark]) -> dict[int, str]:
    """The numbers of what was said, by the point that they stand at."""
    found: dict[int, str] = {}
    for mark in marks:
        before = [place for place, label in enumerate(labels) if label <= mark.on.isoformat()]
        if before:
            found[before[-1]] = found.get(before[-1], "") + circled(mark.number)
    return found


def course(metric: Metric, found: Course, time: str) -> Chart:
    """A line over months or quarters with its range."""
    frame = found.frame
    names = [_months(date.fromisoformat(label), QUARTERLY.months if time == QUARTERLY.time else 1) for label in frame[time]]
    series = [Series(metric.name, "values", numbers(frame["value"]))]
    if frame["lower"].notna().any():
        series += [Series("Range from", "range", numbers(frame["lower"])), Series("Range to", "range", numbers(frame["upper"]))]
    said = sentences.course(metric, frame.mask(frame[time].isin(found.waiting)), names)
    figure = charts.trend(metric, frame, time, (), found.waiting)
    return Chart("lines", tuple(names), tuple(series), metric.is_share, metric.unit, figure, said)


def by_hub(metric: Metric, found: SideBySide) -> Chart:
    """A bar a hub with its range."""
    value = numbers(found.known["value"])
    low, high = numbers(found.known["lower"]), numbers(found.known["upper"])
    series = Series(metric.name, "values", value, low=low, high=high)
    figure = charts.dots(metric, found.known, found.labels, found.lines, found.months)
    return Chart("bars", found.labels, (series,), metric.is_share, metric.unit, figure, found.sentence)


def by_size(metric: Metric, found: SideBySide) -> Chart:
    """A funnel: hubs by size and value, between the lines that chance alone seldom crosses."""
    plot = found.funnel
    assert plot
    sizes = plot.units["size"].astype(float)
    first, last = float(sizes.min()) * 0.6, float(sizes.max()) * 1.15
    grid = tuple(first + (last - first) * step / _CURVE for step in range(_CURVE + 1))
    units = dict(enumerate(found.names_of_units))
    series = []
    for confidence, name in ((ACT, "998 in 1,000"), (WATCH, "95 in 100")):
        for limit, side in zip(plot.limits(grid, confidence), ("from", "to"), strict=True):
            series.append(Series(f"{name}, {side}", "curve", numbers(limit), x=grid))
    series.append(Series("All together", "usual", (plot.centre, plot.centre), x=(first, last)))
    # Last: LibreOffice draws no points of a series that comes before one with more.
    series.append(Series(metric.name, "units", numbers(plot.units["value"]), x=tuple(sizes), labels=units))
    size = "Child-years of residents" if isinstance(metric.formula, Rate) else metric.parts[-1].name
    figure = charts.funnel(metric, plot, found.names_of_units)
    return Chart("scatter", (), tuple(series), metric.is_share, size, figure, found.sentence)


def released(view: View) -> Chart:
    """A view of a release: numbers that were rounded, with the range in which the true one lies."""
    values = tuple(None if figure is None else float(figure.value) for figure in view.figures)
    low = tuple(None if figure is None else float(figure.low) for figure in view.figures)
    high = tuple(None if figure is None else float(figure.high) for figure in view.figures)
    is_low = [isinstance(figure, Number) and figure.is_low for figure in view.figures]
    names = [f"{name}: {views.text(figure, mark)}" for name, figure, mark in _told(view)]
    draw = charts.released_line if view.key == "time" else charts.released_bars
    figure = draw(view.ticks or view.names, list(values), list(low), list(high), is_low, names, percent=view.is_share)
    unit = "% (rounded)" if view.is_share else "Rounded to a multiple of five"
    told = tuple(None if low_one else value for value, low_one in zip(values, is_low, strict=True))  # 0 to 4 has no height
    if view.key == "time":
        ticks = tuple(tick.replace("\n", " ") for tick in view.ticks)
        over = (Series("Number", "values", told), Series("At least", "range", low), Series("At most", "range", high))
        return Chart("lines", ticks, over, False, unit, figure, view.sentence, view.is_share)
    bars = Series(view.heading or "Number", "values", told, low=low, high=high)
    return Chart("bars", tuple(names), (bars,), False, unit, figure, view.sentence, view.is_share)


def _told(view: View) -> list[tuple[str, Figure | None, str]]:
    return list(zip(view.names, view.figures, view.marks, strict=True))
