"""``python -m demo`` builds the invented force, writes its extracts, and loads them in place of any earlier demo.

They are loaded as a force loads its own, month by month: first what the records held a month ago, then what came since.
"""

import argparse
import os
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from pathlib import Path

from sqlalchemy import NullPool, create_engine
from sqlalchemy.exc import SQLAlchemyError

from demo import SEED, build, earlier
from demo.extracts import write
from demo.frames import Frames
from demo.places import FORCE
from queries.addresses import shown
from queries.clock import LONDON, add_months
from queries.engine import DatabaseUnavailable, cause, connect, database_url, parse_address
from queries.lookups.invented import is_empty, is_sealed, seal
from queries.lookups.kept_figures import FORMER
from queries.tables import metadata

LOADED_AT = time(9, 30)  # of the earlier load


class NotADemoError(Exception):
    """There is something in the database that the demo must not overwrite; the message says so."""


def main(arguments: Sequence[str] | None = None) -> int:
    """0 when the demo is loaded, 1 with one sentence on stderr when it cannot be."""
    options = _parser().parse_args(arguments)
    url = options.database or database_url()
    try:
        if options.today and options.today > date.today():  # noqa: DTZ011 - the day of loading, as the importer has it
            raise ValueError(
                f"{options.today} has not come, and the demo cannot end in the future; leave out --today or give an earlier day."
            )
        refuse_to_overwrite(url)
        today = options.today or date.today()  # noqa: DTZ011 - as above
        frames = build(options.seed, today)
        with tempfile.TemporaryDirectory() as spare:
            deliveries = deliver(frames, options.seed, today, options.extracts or Path(spare))
            rejected = replace(deliveries, url)
    except (NotADemoError, DatabaseUnavailable, ValueError, OSError) as error:
        print(error, file=sys.stderr)
        return 1
    except SQLAlchemyError as error:
        print(f"The database could not be loaded: {cause(error, url)}.", file=sys.stderr)
        return 1
    print(summary(frames, options.seed, url, rejected))
    return 0


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is not a date; write it as 2025-04-01.") from None


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m demo", description="Build an invented force and load it for a trial of the dashboard."
    )
    parser.add_argument("--database", metavar="URL", help="where to load it (default: DATABASE_URL, else data/reporting.duckdb)")
    parser.add_argument("--seed", type=int, default=SEED, help=f"another seed draws another force (default {SEED})")
    parser.add_argument("--today", type=_day, metavar="DATE", help="as if run then: events end the month before")
    parser.add_argument("--extracts", type=Path, metavar="FOLDER", help="keep the CSV extracts there")
    return parser


@dataclass(frozen=True)
class Delivery:
    """Extracts that are loaded together; ``at`` is the instant, where it is not that of the real clock.

    ``data_to`` is the day to which they hold all that happened, where that is to be said.
    """

    paths: Sequence[Path]
    at: datetime | None = None
    data_to: date | None = None


def deliver(frames: Frames, seed: int, today: date, folder: Path) -> list[Delivery]:
    """Write the extracts of a month ago, a few faulty rows among them, and those of what came since."""
    before = add_months(today, -1)
    stood = earlier.as_it_stood(frames, seed, before)
    first = write(stood, folder, f"{add_months(before, -1):%Y-%m}", faulty=True)
    second = write(earlier.since(frames, stood), folder, f"{before:%Y-%m}")
    ends = [month.replace(day=1) - timedelta(days=1) for month in (before, today)]
    return [Delivery(first, datetime.combine(before, LOADED_AT, LONDON), ends[0]), Delivery(second, data_to=ends[1])]


def refuse_to_overwrite(url: str) -> None:
    """Raises NotADemoError unless the database is missing, empty, or an earlier demo to the last row."""
    path = _file_at(url)
    if path is not None and not path.exists():
        return
    engine = connect(url)
    try:
        with engine.connect() as connection:
            is_free = is_empty(connection) or is_sealed(connection)
    finally:
        engine.dispose()
    if not is_free:
        raise NotADemoError(
            f"{shown(url)} holds rows that this demo did not make, which would be lost; name another database with --database, "
            "or remove this one yourself."
        )


def replace(deliveries: Sequence[Delivery], url: str) -> int:
    """Load into an empty database, one delivery after the other, and put it where the old one was.

    Returns how many rows were rejected.
    """
    path = _file_at(url)
    if path is None:
        engine = create_engine(url)
        metadata.drop_all(engine)
        FORMER.drop(engine, checkfirst=True)  # else the figures of an earlier demo would be taken for this one's
        engine.dispose()
        return _load_and_seal(deliveries, url)
    if Path(f"{path}.wal").exists():
        raise NotADemoError(f"{path}.wal shows that another program is writing to the database; end it and try again.")
    path.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=f"{path.name}.demo-", dir=path.parent) as folder:
        fresh = Path(folder) / path.name
        rejected = _load_and_seal(deliveries, f"duckdb:///{fresh}")
        os.replace(fresh, path)
    return rejected


def _load_and_seal(deliveries: Sequence[Delivery], url: str) -> int:
    """Through the importer that every extract goes through; then vouch for the rows, which no other program may add to."""
    from ingest.load import load
    from ingest.taking import Terms

    reports = [
        load(one.paths, url, now=one.at, terms=Terms(into_invented=True, data_to=one.data_to), progress=sys.stderr.isatty())
        for one in deliveries
    ]
    files = [file for report in reports for file in report.files]
    if refused := [file.refused for file in files if file.refused]:
        raise ValueError(f"The importer refused the demo's own extracts: {refused[0]}")
    with create_engine(url, poolclass=NullPool).begin() as connection:
        seal(connection)
    return sum(file.rejected for file in files)


def summary(frames: Frames, seed: int, url: str, rejected: int) -> str:
    """What was built, in a few lines."""
    first, last = frames["crimes"]["recorded_on"].min(), frames["crimes"]["recorded_on"].max()
    counted = ("crimes", "detentions", "stop_searches", "missing_episodes", "incidents", "disposals")
    counts = ", ".join(f"{len(frames[name]):,} {name.replace('_', ' ')}" for name in counted)
    return (
        f"{FORCE}, seed {seed}: {len(frames['children']):,} invented children, {first:%d %B %Y} to {last:%d %B %Y}.\n"
        f"{counts}; disposals from {frames['disposals']['decided_on'].min():%B %Y}.\n"
        f"Loaded into {shown(url)}; {rejected} deliberately faulty rows were set aside, as the data quality page shows."
    )


def _file_at(url: str) -> Path | None:
    """The DuckDB file of an address, None for a database server."""
    parsed = parse_address(url)
    return Path(parsed.database or "").resolve() if parsed.get_backend_name() == "duckdb" else None


if __name__ == "__main__":
    sys.exit(main())
