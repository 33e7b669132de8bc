"""The measures on the command line: `python -m metrics list`, `python -m metrics show KEY...`, `python -m metrics revisions`."""

import argparse
import sys
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from difflib import get_close_matches
from itertools import chain

import pandas as pd
from sqlalchemy import Connection

from meetings import memory
from meetings.database import MemoryUnavailable
from metrics import export, words
from metrics.measuring.figures import FIGURES
from metrics.measuring.gather import opened_with
from metrics.measuring.measure import measure_all
from metrics.measuring.notes import notes, on_refusals
from metrics.metric import Metric
from metrics.reports import revisions
from metrics.reports.catalogue import CATALOGUE
from metrics.signals.targets import RecordedRebase
from metrics.themes import METRICS, THEMES
from metrics.themes.outcomes import on_basis
from queries.clock import add_months, end_of_day
from queries.counting.coverage import ask
from queries.counting.dimensions import TIMES
from queries.engine import DatabaseUnavailable, connect, reading
from queries.lookups.kept_figures import moments
from queries.lookups.population import hub_names, places
from queries.lookups.quality import span
from queries.periods import Period, divide, label
from queries.scope import Access, Scope

ANALYST = Access("analyst")
ALL = "all"


class Refused(Exception):
    """A question that cannot be answered; the message says what was given, what is allowed and what to do."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Answer one question; 0 if it could be answered, 2 with a sentence on stderr if not."""
    try:
        options = _parser().parse_args(arguments)
        {"list": _list, "show": _show, "revisions": _revisions, "told": _revisions}.get(options.command, _compare)(options)
    except BrokenPipeError:  # whoever reads our output has seen enough
        sys.stderr.close()
    except (Refused, DatabaseUnavailable, ValueError) as refusal:
        print(refusal, file=sys.stderr)
        return 2
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m metrics", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("list", help="print every key with its name, unit and splits")
    common = _common()
    show = commands.add_parser("show", parents=[common], help="measure one, several or all")
    show.add_argument("keys", nargs="+", metavar="KEY", help=f"a key that list prints, or {ALL}")
    show.add_argument("--by", default="", metavar="a,b", help="split by these, such as hub,month")
    show.add_argument(
        "--basis",
        choices=("closed", "recorded"),
        default="closed",
        help="outcomes given in the period, or of crimes recorded in it",
    )
    revisions_help = "headline figures as reported after an earlier load, beside the same periods now"
    revised = commands.add_parser("revisions", aliases=["told"], parents=[_reading()], help=revisions_help)
    kept_at_help = "as reported on that day (default: before the latest load)"
    revised.add_argument("--kept-at", type=_kept_by, metavar="DATE", help=kept_at_help)
    for name, comparison in CATALOGUE.items():
        command = commands.add_parser(name, parents=[common], help=comparison.help)
        for option, settings in comparison.options.items():
            command.add_argument(option, **settings)
    return parser


def _common() -> argparse.ArgumentParser:
    """What every question of figures can be narrowed by."""
    common = argparse.ArgumentParser(add_help=False, parents=[_reading()])
    common.add_argument("--from", dest="start", type=_day, metavar="DATE", help="first day, included")
    common.add_argument("--to", dest="end", type=_day, metavar="DATE", help="the day after the last")
    common.add_argument("--place", choices=("event", "residence"), default="event", help="where it happened, or the child lives")
    common.add_argument("--residents-only", action="store_true", help="only children who are known to live in a hub")
    common.add_argument("--as-at", type=_day, metavar="DATE", help="as if the data ended on that day")
    return common


def _reading() -> argparse.ArgumentParser:
    """Whose figures, from where, and how they are printed."""
    reader = argparse.ArgumentParser(add_help=False)
    reader.add_argument("--hub", nargs="+", action="extend", metavar="H", help="only these hubs, by id or name")
    reader.add_argument("--database", metavar="URL", help="instead of DATABASE_URL or the one under data/")
    reader.add_argument("--format", choices=("table", "csv", "json"), default="table")
    reader.add_argument("--raw", action="store_true", help=export.RAW)
    return reader


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise Refused(f"{text!r} is not a date; write it as 2025-04-01.") from None


def _kept_by(text: str) -> datetime:
    """The end of a London day, or the very instant (UTC where it has no offset), as naive UTC."""
    try:
        instant = datetime.fromisoformat(text)
    except ValueError:
        raise Refused(f"{text!r} is not a date; write it as 2025-04-01, or an instant as 2025-04-01T09:30:00.") from None
    if len(text) == len("2025-04-01"):
        return end_of_day(instant.date()) - timedelta.resolution
    return instant.astimezone(UTC).replace(tzinfo=None) if instant.tzinfo else instant


def _list(_: argparse.Namespace) -> None:
    for theme in THEMES:
        print(f"\n{theme.title}: {theme.about}")
        for metric in theme.metrics:
            print(f"  {metric.key:36} {metric.name} ({metric.unit})\n  {'':36} by {', '.join(metric.splits)}")


def _show(options: argparse.Namespace) -> None:
    engine = connect(options.database)
    by = tuple(dict.fromkeys(name.strip() for name in options.by.split(",") if name.strip()))
    metrics = [on_basis(metric, options.basis) for metric in _metrics(options.keys, by)]
    with reading(ANALYST, engine) as connection:
        scope = _scope(connection, options)
        frames = measure_all(connection, metrics, scope, by)
        if options.format == "table":
            for metric in metrics:
                _print_table(connection, metric, frames[metric.key], scope, by)
            return
        _tell_refusals(connection, metrics, scope)
    plain = [(metric.key, export.whole_numbers(frames[metric.key], FIGURES)) for metric in metrics]
    several = len(options.keys) > 1 or options.keys == [ALL]
    together = pd.concat([frame.assign(key=key)[["key", *frame.columns]] if several else frame for key, frame in plain])
    print(export.plain(together, options.format, raw=options.raw), end="")


def _compare(options: argparse.Namespace) -> None:
    with reading(ANALYST, connect(options.database)) as connection:
        scope = opened_with(connection, _scope(connection, options))
        frame, sentences = CATALOGUE[options.command].answer(connection, scope, {**vars(options), "recorded": _restarts(options)})
    if options.format != "table":
        print(export.plain(frame, options.format, raw=options.raw), end="")
        return
    blank = frame.fillna(float("nan"))  # pandas prints None where no cell of a column is known
    print("Nothing to show." if frame.empty else blank.to_string(index=False, na_rep="", float_format="{:.4g}".format))
    for sentence in sentences:
        print(f"  {sentence}")


def _restarts(options: argparse.Namespace) -> tuple[RecordedRebase, ...]:
    """Restarts of charts that were recorded on a page, as pages draw them; they are of the dashboard's own database alone."""
    if options.database or options.command != "signals":
        return ()
    try:
        return memory.restarts()
    except MemoryUnavailable as error:
        print(f"Charts are judged without the restarts that were recorded on a page: {error}", file=sys.stderr)
        return ()


def _revisions(options: argparse.Namespace) -> None:
    if options.command == "told":
        print("`python -m metrics told` is now `python -m metrics revisions`; the old name still works.", file=sys.stderr)
    with reading(ANALYST, connect(options.database)) as connection:
        scope = Scope(ANALYST, hubs=_hubs(connection, options))
        kept_at = revisions.earlier_load(moments(connection), options.kept_at)
        frame = revisions.revisions(connection, kept_at, scope)
    if options.format != "table":
        counted = export.whole_numbers(frame, list(frame.select_dtypes("number").columns))
        print(export.plain(counted, options.format, raw=options.raw), end="")
        return
    table = revisions.listing(frame, {})
    print(f"As reported after the load of {words.moment(kept_at)}")
    print("No figures of these hubs were kept then." if table.empty else table.drop(columns="In words").to_string(index=False))
    for measure, where, sentence in revisions.worth_mentioning(table):
        print(f"  {measure}, {where}. {sentence}")
    print(revisions.summary(frame))


def _metrics(keys: Sequence[str], by: Sequence[str]) -> list[Metric]:
    unknown = [key for key in keys if key not in METRICS and key != ALL]
    if unknown:
        near = get_close_matches(unknown[0], METRICS, n=1)
        hint = f"did you mean {near[0]}? " if near else ""
        raise Refused(f"{unknown[0]!r} is not a measure; {hint}`python -m metrics list` prints them all.")
    metrics = list(METRICS.values()) if ALL in keys else [METRICS[key] for key in dict.fromkeys(keys)]
    if len(metrics) == 1:
        return metrics
    able = [metric for metric in metrics if set(by) <= set(metric.splits)]
    for metric in metrics:
        if metric not in able:
            print(f"{metric.key} is left out: it cannot be split by {', '.join(by)}.", file=sys.stderr)
    if not able:
        raise Refused(f"None of these measures can be split by {', '.join(by)}; `python -m metrics list` prints what each can.")
    return able


def _scope(connection: Connection, options: argparse.Namespace) -> Scope:
    start, end = options.start, options.end
    if start and not end:
        end = date.max - timedelta(days=1)
    if end and not start:
        start = add_months(end, -12)
    return Scope(
        ANALYST,
        start=start,
        end=end,
        hubs=_hubs(connection, options),
        as_at=_as_at(connection, options),
        placed_by=options.place,
        residents_only=options.residents_only,
    )


def _as_at(connection: Connection, options: argparse.Namespace) -> date | None:
    """The day as if the data ended on; none, and a note, where they have ended by then, since all of them are seen."""
    if not options.as_at:
        return None
    days = span(connection)
    if not days or options.as_at <= days[1]:
        return options.as_at  # type: ignore[no-any-return]
    print(f"The data end on {days[1]}, before {options.as_at}: all of them are counted.", file=sys.stderr)
    return None


def _hubs(connection: Connection, options: argparse.Namespace) -> tuple[str, ...] | None:
    if not options.hub:
        return None
    names = hub_names(places(connection, Scope(ANALYST)))
    by_text = {text: _hubs_called(text, names) for text in options.hub}
    unknown = sorted(text for text, hubs in by_text.items() if not hubs)
    if unknown:
        known = [hub if hub.casefold() == name.casefold() else f"{hub} ({name})" for hub, name in names.items()]
        wrong = f"{', '.join(unknown)} {'is not a hub' if len(unknown) == 1 else 'are not hubs'}"
        raise Refused(f"{wrong}; the hubs are {', '.join(known) or 'not loaded'}.")
    return tuple(dict.fromkeys(hub for hubs in by_text.values() for hub in hubs))


def _hubs_called(text: str, names: Mapping[str, str]) -> list[str]:
    """The hub of this id, or else those of this name, in whatever letters."""
    return [text] if text in names else [hub for hub, name in names.items() if name.casefold() == text.casefold()]


def _tell_refusals(connection: Connection, metrics: Sequence[Metric], scope: Scope) -> None:
    """What was refused of the rows that they count: beside the CSV and JSON that other programs read, each sentence once."""
    for sentence in dict.fromkeys(chain(*on_refusals(connection, metrics, scope).values())):
        print(sentence, file=sys.stderr)


def _print_table(connection: Connection, metric: Metric, frame: pd.DataFrame, scope: Scope, by: Sequence[str]) -> None:
    period = ask(connection, metric.parts, scope).period
    print(f"\n{metric.name}, {metric.unit}{f', {words.period(period)}' if period else ''}")
    rows = frame.drop(columns=FIGURES).assign(
        value=[words.shown(metric, row["value"], places=2) for _, row in frame.iterrows()],
        interval=[words.interval(metric, row, places=2) for _, row in frame.iterrows()],
        of=[
            words.fraction(metric, row, months) for (_, row), months in zip(frame.iterrows(), _months(frame, period), strict=True)
        ],
    )
    print("Nothing to show." if rows.empty else rows.to_string(index=False))
    for note in notes(connection, metric, scope, by):
        print(f"  {note}")


def _months(frame: pd.DataFrame, period: Period | None) -> list[float]:
    """How many months each row is of: those of its month, quarter or year that lie inside the period."""
    times = tuple(name for name in frame.columns if name in TIMES)
    if period is None:
        return [words.months_of(None)] * len(frame)
    inside = {
        tuple(label(name, getattr(part, name)) for name in times): words.months_of(part)
        for part in divide(period.opens, period.closes, times)
    }
    return [inside[tuple(row[name] for name in times)] for _, row in frame.iterrows()]


if __name__ == "__main__":
    sys.exit(main())
