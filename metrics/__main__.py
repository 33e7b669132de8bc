"""The measures on the command line: `python -m metrics list`, `python -m metrics show KEY...`, `python -m metrics told`."""

import argparse
import json
import sys
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from difflib import get_close_matches

import pandas as pd
from sqlalchemy import Engine
from sqlalchemy.exc import SQLAlchemyError

from metrics import words
from metrics.measuring.gather import opened_with
from metrics.measuring.measure import FIGURES, measure_all
from metrics.measuring.notes import notes
from metrics.metric import Metric
from metrics.reports import revisions
from metrics.reports.catalogue import ANSWERS
from metrics.themes import METRICS, THEMES
from metrics.themes.outcomes import on_basis
from queries.clock import add_months, end_of_day
from queries.counting.question import ask
from queries.engine import DatabaseUnavailable, connect, reading
from queries.lookups.kept_figures import moments
from queries.lookups.population import places
from queries.lookups.quality import span
from queries.scope import Access, Scope

ANALYST = Access("analyst")
ALL = "all"


class Refused(Exception):
    """A question that cannot be answered; the message says what was given, what is allowed and what to do."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Answer one question; 0 if it could be answered, 2 with a sentence on stderr if not."""
    try:
        given = _parser().parse_args(arguments)
        {"list": _list, "show": _show, "told": _told}.get(given.command, _answer)(given)
    except BrokenPipeError:  # whoever reads our output has seen enough
        sys.stderr.close()
    except (Refused, DatabaseUnavailable, ValueError) as refusal:
        print(refusal, file=sys.stderr)
        return 2
    except SQLAlchemyError as error:
        print(f"The database could not be read: {str(error).splitlines()[0]} Check its address and try again.", file=sys.stderr)
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
    show.add_argument("--basis", choices=("closed", "recorded"), default="closed", help="of crimes, for outcomes")
    before = commands.add_parser("told", parents=[_reading()], help="headline figures as told before, and the same periods now")
    before.add_argument("--kept-at", type=_kept_by, metavar="DATE", help="as told on that day (default: before the latest load)")
    for name, answer in ANSWERS.items():
        command = commands.add_parser(name, parents=[common], help=answer.help)
        for option, settings in answer.options.items():
            command.add_argument(option, **settings)
    return parser


def _common() -> argparse.ArgumentParser:
    """What every question of figures can be narrowed by."""
    common = argparse.ArgumentParser(add_help=False, parents=[_reading()])
    common.add_argument("--from", dest="start", type=_day, metavar="DATE", help="first day, included")
    common.add_argument("--to", dest="end", type=_day, metavar="DATE", help="end, not included")
    common.add_argument("--place", choices=("event", "residence"), default="event", help="where it happened, or the child lives")
    common.add_argument("--residents-only", action="store_true", help="only children who are known to live in a hub")
    common.add_argument("--as-at", type=_day, metavar="DATE", help="as if the data ended on that day")
    return common


def _reading() -> argparse.ArgumentParser:
    """Whose figures, from where, and how they are printed."""
    reading = argparse.ArgumentParser(add_help=False)
    reading.add_argument("--hub", nargs="+", metavar="H", help="only these hubs, by id or name")
    reading.add_argument("--database", metavar="URL", help="instead of DATABASE_URL or the one under data/")
    reading.add_argument("--format", choices=("table", "csv", "json"), default="table")
    return reading


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


def _show(given: argparse.Namespace) -> None:
    engine = connect(given.database)
    by = tuple(dict.fromkeys(name.strip() for name in given.by.split(",") if name.strip()))
    metrics = [on_basis(metric, given.basis) for metric in _metrics(given.keys, by)]
    scope = _scope(given, engine)
    frames = measure_all(metrics, scope, by, engine)
    if given.format == "table":
        for metric in metrics:
            _print_table(metric, frames[metric.key], scope, engine)
        return
    plain = [(metric.key, _plain(frames[metric.key])) for metric in metrics]
    several = len(given.keys) > 1 or given.keys == [ALL]
    together = pd.concat([frame.assign(key=key)[["key", *frame.columns]] if several else frame for key, frame in plain])
    _print_plain(together, given.format)


def _answer(given: argparse.Namespace) -> None:
    engine = connect(given.database)
    with reading(ANALYST, engine) as connection:
        scope = opened_with(connection, _scope(given, engine))
    frame, sentences = ANSWERS[given.command].ask(scope, engine, vars(given))
    if given.format != "table":
        _print_plain(frame, given.format)
        return
    print("Nothing to show." if frame.empty else frame.to_string(index=False, na_rep="", float_format="{:.4g}".format))
    for sentence in sentences:
        print(f"  {sentence}")


def _told(given: argparse.Namespace) -> None:
    engine = connect(given.database)
    scope = Scope(ANALYST, hubs=_hubs(given, engine))
    with reading(ANALYST, engine) as connection:
        kept_at = revisions.earlier(moments(connection), given.kept_at)
    found = revisions.revisions(kept_at, scope, engine)
    if given.format != "table":
        _print_plain(_plain(found, list(found.select_dtypes("number").columns)), given.format)
        return
    table = revisions.listing(found, {})
    print(f"As told after the load of {words.moment(kept_at)}")
    print("Nothing was kept of these hubs then." if table.empty else table.drop(columns="In words").to_string(index=False))
    for measure, where, became in revisions.changes(table):
        print(f"  {measure}, {where}. {became}")
    print(revisions.summary(found))


def _print_plain(frame: pd.DataFrame, form: str) -> None:
    if form == "csv":
        print(frame.to_csv(index=False), end="")
    else:
        print(json.dumps(frame.astype(object).where(frame.notna(), None).to_dict("records"), indent=1, default=str))


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


def _scope(given: argparse.Namespace, engine: Engine) -> Scope:
    start, end = given.start, given.end
    if start and not end:
        end = date.max - timedelta(days=1)
    if end and not start:
        start = add_months(end, -12)
    return Scope(
        ANALYST,
        start=start,
        end=end,
        hubs=_hubs(given, engine),
        as_at=_as_at(given, engine),
        placed_by=given.place,
        residents_only=given.residents_only,
    )


def _as_at(given: argparse.Namespace, engine: Engine) -> date | None:
    """The day as if the data ended on; none, and a note, where they have ended by then, since all of them are seen."""
    if not given.as_at:
        return None
    with reading(ANALYST, engine) as connection:
        found = span(connection)
    if not found or given.as_at <= found[1]:
        return given.as_at  # type: ignore[no-any-return]
    print(f"The data end on {found[1]}, before {given.as_at}: all of them are counted.", file=sys.stderr)
    return None


def _hubs(given: argparse.Namespace, engine: Engine) -> tuple[str, ...] | None:
    if not given.hub:
        return None
    with reading(ANALYST, engine) as connection:
        known = places(connection, Scope(ANALYST))
    names = dict(zip(known["hub"], known["name"], strict=True))
    found = {asked: _hubs_called(asked, names) for asked in given.hub}
    unknown = sorted(asked for asked, hubs in found.items() if not hubs)
    if unknown:
        listed = [hub if hub.casefold() == name.casefold() else f"{hub} ({name})" for hub, name in names.items()]
        raise Refused(f"{', '.join(unknown)} is not a hub; the hubs are {', '.join(listed) or 'not loaded'}.")
    return tuple(dict.fromkeys(hub for hubs in found.values() for hub in hubs))


def _hubs_called(asked: str, names: Mapping[str, str]) -> list[str]:
    """The hub of this id, or else those of this name, in whatever letters."""
    return [asked] if asked in names else [hub for hub, name in names.items() if name.casefold() == asked.casefold()]


def _plain(frame: pd.DataFrame, names: Sequence[str] = FIGURES) -> pd.DataFrame:
    """Whole numbers without a decimal point, blanks where not available."""
    return frame.assign(**{name: pd.Series([_number(value) for value in frame[name]], dtype=object) for name in names})


def _number(value: float) -> int | float | None:
    if pd.isna(value):
        return None
    return int(value) if float(value).is_integer() else float(value)


def _print_table(metric: Metric, frame: pd.DataFrame, scope: Scope, engine: Engine) -> None:
    with reading(ANALYST, engine) as connection:
        period = ask(connection, metric.parts, scope).period
    print(f"\n{metric.name}, {metric.unit}{f', {words.period(period)}' if period else ''}")
    rows = frame.drop(columns=FIGURES).assign(
        value=[words.shown(metric, row["value"], places=2) for _, row in frame.iterrows()],
        interval=[words.interval(metric, row, places=2) for _, row in frame.iterrows()],
        of=[words.fraction(metric, row) for _, row in frame.iterrows()],
    )
    print("Nothing to show." if rows.empty else rows.to_string(index=False))
    for note in notes(metric, scope, engine):
        print(f"  {note}")


if __name__ == "__main__":
    sys.exit(main())
