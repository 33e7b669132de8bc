"""Every measure on one line: the whole against the year before and its target, its course, and each hub; each cell leads on."""

from collections.abc import Mapping, Sequence

import pandas as pd

from metrics import charts, words
from metrics.metric import Better, Metric, Number, Rate
from metrics.reports.profile import Cell, Line
from metrics.signals import sentences
from metrics.signals.judgement import Judgement
from metrics.signals.normal_range import events_of
from metrics.signals.targets import Target
from metrics.themes import METRICS, theme_of
from pages.parts import councils, markup
from pages.parts.markup import element, elements, text
from queries.clock import add_months
from queries.scope import Scope

LEGEND = (
    "Each cell is of the period chosen, or of the one below its name. ▲ improvement, ▼ concern, ◆ a change that is neither "
    "(↑ up, ↓ down): the last month or quarter of its control chart. “Now worse” or “now better”: than the year before, by more "
    "than chance. ✓ meets its target, ✗ misses it; a hub is held against its own where it has one. Pale, with a dot: too few to "
    "tell; –: not available. Press any cell for its chart."
)
_SHORT = 4  # letters of a hub's name above its column
_MONTHS_DRAWN = 36
_PHONE = 640  # pixels of the widest window on which a line is a block
_SIGNS: Mapping[str, str] = {"improvement": "▲", "concern": "▼", "neutral high": "◆↑", "neutral low": "◆↓"}
LOOKS: Mapping[str, str] = {
    "improvement": "improvement",
    "concern": "concern",
    "neutral high": "neither",
    "neutral low": "neither",
}
# What a change from the year before is called.
_DIRECTIONS: Mapping[tuple[str, Better], tuple[str, str]] = {
    ("higher", Better.LOWER): ("now worse", "concern"),
    ("lower", Better.HIGHER): ("now worse", "concern"),
    ("higher", Better.HIGHER): ("now better", "improvement"),
    ("lower", Better.LOWER): ("now better", "improvement"),
}
_VERDICTS: Mapping[str, str] = {
    "improvement": "its chart shows an improvement",
    "concern": "its chart shows a concern",
    "neutral high": "its chart shows that it was higher",
    "neutral low": "its chart shows that it was lower",
    "common cause": "its chart shows no change",
}


def show(lines: Sequence[Line], hub_names: Mapping[str, str], whole: str, scope: Scope, *, by_theme: bool = False) -> None:
    """The table of these lines; ``whole`` is the name of the place that the first figures are of."""
    hubs = [cell.hub or "" for cell in lines[0].hubs]
    names = [whole, "Year before", "Target", "3 years", *(hub_names.get(hub, hub) for hub in hubs)]
    short = [*names[:4], *_short([hub_names.get(hub, hub) for hub in hubs])]
    heads = [
        element("th", element("abbr", text(brief), title=name) if brief != name else text(name), scope="col")
        for name, brief in zip(names, short, strict=True)
    ]
    body, theme = [], ""
    for line in lines:
        if by_theme and theme != theme_of(line.metric).title:
            theme = theme_of(line.metric).title
            head = element("th", text(theme), colspan=str(1 + len(names)), scope="colgroup")
            body.append(element("tr", head, class_="theme"))
        body.append(element("tr", _line(line, hub_names, whole, scope)))
    head = element("thead", element("tr", element("td", "") + "".join(heads)))
    heads_of_cells = markup.heads_before_cells("profile", ["", *names], "", _PHONE)
    markup.show(heads_of_cells + element("table", head + elements("tbody", ["".join(body)]), class_="profile"), "profile")


def _short(names: Sequence[str]) -> list[str]:
    """The beginnings of names that tell each from all others."""
    for letters in range(_SHORT, max(map(len, names), default=0) + 1):
        brief = [name[:letters] if " " not in name else name[0] + name.partition(" ")[2][: letters - 1] for name in names]
        if len(set(brief)) == len(names):
            return brief
    return list(names)


def _line(line: Line, hub_names: Mapping[str, str], whole: str, scope: Scope) -> str:
    metric, first = line.metric, line.whole
    title = counted_name(metric) if first.headline.leads_with_count(metric) else metric.name
    name = element("th", _leads_on(first, "", text(title) + _of_another_period(first, scope)), scope="row")
    figure = element("td", _figure(first, hub_names, whole, exact=True), class_="whole")
    course = course_of(first.judgement, scope)
    onward = _leads_on(first, "", course, said=f"{metric.name}, over time") if course else ""
    drawn = element("td", onward, class_="course")
    others = elements("td", (_figure(cell, hub_names, whole) for cell in line.hubs))
    return "".join([name, figure, elements("td", (_before(first), _target(first))), drawn, others])


def _shown_as(cell: Cell) -> tuple[Metric, str]:
    """The measure in whose words a cell is shown, and which figure: of a rate over less than a year, how many there were."""
    return (events_of(cell.metric), "numerator") if cell.headline.leads_with_count(cell.metric) else (cell.metric, "value")


def _of_another_period(cell: Cell, scope: Scope) -> str:
    """What a figure is of, where that is the latest year whose follow-up is over and not the period chosen."""
    of = cell.headline.period
    if of is None or not cell.metric.months_to_mature or (of.opens, of.closes) == (scope.start, scope.end):
        return ""
    return element("small", text(words.period(of)), class_="quiet")


def _before(cell: Cell) -> str:
    """The figure of the year before, and whether the one of now is better or worse by more than chance."""
    if pd.isna(cell.headline.before["value"]):
        return "–"
    metric, figure = _shown_as(cell)
    shown, change = text(words.shown(metric, cell.headline.before[figure])), cell.headline.change.words
    if change not in ("higher", "lower"):
        return shown
    said, look = _DIRECTIONS.get((change, metric.better), (f"now {change}", "neither"))
    return shown + element("small", text(said), class_=look)


def _target(cell: Cell) -> str:
    if cell.target is None:
        return ""
    a_year = " a year" if cell.headline.leads_with_count(cell.metric) else ""
    return text(_brief(cell.metric, cell.target.value, None) + a_year) + _mark(cell)


def _mark(cell: Cell) -> str:
    if cell.standing is None:
        return ""
    return " ✓" if cell.standing.is_met else element("span", " ✗", class_="concern")


def _figure(cell: Cell, hub_names: Mapping[str, str], whole: str, *, exact: bool = False) -> str:
    """The figure of a cell with its signs, leading to its chart."""
    metric, figure = _shown_as(cell)
    value = cell.headline.now[figure]
    place = hub_names.get(cell.hub or "", whole)
    if pd.isna(cell.headline.now["value"]):
        return element("span", "–", class_="few", title=f"{place}: {words.NOT_AVAILABLE}")
    shown = words.shown(metric, value) if exact else _brief(metric, value, cell.target)
    verdict = cell.judgement.verdict if cell.judgement else ""
    sign = element("span", _SIGNS[verdict], class_=LOOKS[verdict]) if verdict in _SIGNS else ""
    signs = sign + ("" if exact else _mark(cell))
    inner = element("span", text(shown) + "·", class_="few") if cell.is_of_few else text(shown)
    return _leads_on(cell, place if cell.hub else "", inner + signs, said=f"{cell.metric.name}, {place}: {_in_full(cell)}")


def _in_full(cell: Cell) -> str:
    """What the signs of a cell mean, for whoever cannot see them."""
    metric, now = cell.metric, cell.headline.now
    parts = [
        words.shown(metric, now["value"], with_unit=True),
        words.fraction(metric, now, words.months_of(cell.headline.period)),
    ]
    if cell.is_of_few:
        parts.append("too few to tell")
    if cell.judgement and cell.judgement.verdict in _VERDICTS:
        last = sentences.point_name(cell.judgement, cell.judgement.last_point["label"])
        parts.append(f"{last}: {_VERDICTS[cell.judgement.verdict]}")
    if cell.target and cell.standing:
        parts.append(f"{'meets' if cell.standing.is_met else 'misses'} the target of {words.shown(metric, cell.target.value)}")
    return ", ".join(filter(None, parts))


def _leads_on(cell: Cell, hub: str, inner: str, said: str = "") -> str:
    return markup.link(*to_chart(cell.metric, hub), inner=inner, aria_label=said)


def to_chart(metric: Metric, hub: str) -> tuple[str, dict[str, str]]:
    """The address of a measure's page, and what its link chooses: the measure, and the hub unless that stays as it is."""
    theme = theme_of(metric)
    return theme.key, {f"{theme.key}-measure": metric.name, **({"hub": hub} if hub else {})}


def course_of(judgement: Judgement | None, scope: Scope) -> str:
    """The last three years of a chart of months or quarters as a bare line; nothing where there is none.

    Where the councils changed within them, a dotted line stands.
    """
    if judgement is None or judgement.chart.empty or judgement.method == "days between":
        return ""
    chart = judgement.chart
    last = pd.Timestamp(chart["label"].iloc[-1]).date()
    recent = chart[chart["label"] > add_months(last, -_MONTHS_DRAWN).isoformat()].reset_index(drop=True)
    return markup.picture(charts.sparkline(recent, "label", councils.changes_in(recent["label"], scope)))


def _brief(metric: Metric, value: float, target: Target | None) -> str:
    """A value without decimals, unless it would read as its target, or is small."""
    reads_as_target = target is not None and round(value * 100) == round(target.value * 100) and value != target.value
    if metric.is_share:
        return words.shown(metric, value, places=1 if reads_as_target else 0)
    return f"{value:,.0f}" if value >= 100 else words.shown(metric, value).removesuffix(".0")


def counted_name(metric: Metric) -> str:
    """The name of what a rate counts, as its figure of a month is a count; of all else its own."""
    counts = (other.name for other in METRICS.values() if other.formula == Number(metric.counts[0]))
    return next(counts, metric.name) if isinstance(metric.formula, Rate) else metric.name
