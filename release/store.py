"""The store of releases: a database of its own, only ever added to. A release is never changed, only followed or withdrawn."""

import json
import os
import shutil
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Literal, get_args

import pandas as pd
from filelock import FileLock
from sqlalchemy import (
    Column,
    Connection,
    Date,
    DateTime,
    Integer,
    MetaData,
    Row,
    Select,
    Table,
    Text,
    and_,
    create_engine,
    func,
    insert,
    inspect,
    select,
)
from sqlalchemy.pool import NullPool

from queries.engine import DatabaseMissing, DatabaseUnavailable, file_version, open_read_only, opened, parse_address
from queries.faults import translated
from release.grid import Cell

DEFAULT_URL = f"duckdb:///{Path(__file__).parent.parent / 'data' / 'releases.duckdb'}"
APPEND_ONLY = Path(__file__).parent / "append_only.sql"
COLUMNS = ["measure", "table", "period", "hub", "age_band", "sex", "ethnicity", "in_care", "split", "shown", "marker"]
LOW, WITHHELD, NOT_AVAILABLE = "low", "c", "x"
STORE = "The store of releases"
RESTORE = "restore the releases (RELEASE_URL) from a backup"
PATIENCE = 30  # seconds: how long one waits for another who writes
_WRITE_LOCK = 7_204_120  # any number, the same in every process: PostgreSQL lets one at a time hold it

Action = Literal["publish", "withdraw"]

metadata = MetaData()
releases = Table(
    "releases",
    metadata,
    Column("release", Integer, primary_key=True, autoincrement=False),
    Column("proposed_at", DateTime, nullable=False),  # naive UTC
    Column("proposed_by", Text, nullable=False),
    Column("about", Text, nullable=False),  # JSON: see `release.building`
)
cells = Table(
    "release_cells",
    metadata,
    Column("release", Integer, nullable=False),
    Column("place", Integer, nullable=False),  # in the order of the menu
    *(Column(name, Text, nullable=False, default="") for name in COLUMNS[:-2]),
    Column("shown", Integer),
    Column("marker", Text, nullable=False, default=""),
    Column("cell", Text, nullable=False, default=""),  # JSON: its name; blank of a table that is left out
)
# What tells the builder which records are as they were, and of a release whether it is (see `release.sealing`); nobody who reads
# releases reads these.
seals = Table(
    "release_seals",
    metadata,
    Column("release", Integer, nullable=False),
    Column("place", Integer, nullable=False),
    Column("seal", Text, nullable=False),
)
decisions = Table(
    "release_decisions",
    metadata,
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("release", Integer, nullable=False),
    Column("action", Text, nullable=False),
    Column("at", DateTime, nullable=False),  # naive UTC
    Column("by", Text, nullable=False),
    Column("why", Text, nullable=False),
)

# What was marked for the board, in words (see `release.notes`).
notes = Table(
    "release_notes",
    metadata,
    Column("release", Integer, nullable=False),
    Column("place", Integer, nullable=False),
    *(Column(name, Text, nullable=False, default="") for name in ("kind", "about", "text", "owner", "state")),
    Column("due_on", Date),
    Column("said_on", Date, nullable=False),
)


class StoreUnavailable(DatabaseUnavailable):
    """The store of releases cannot be opened, or holds no release that may be shown; the message says what to do."""

    def __init__(self, why: str) -> None:
        super().__init__(why, f"{STORE} cannot be read at the moment.")


class StoreMissing(StoreUnavailable):
    """There is no store yet: nobody has built a release."""


class Malformed(DatabaseUnavailable):
    """What is stored of a release is nothing that was ever built: a blank, another type, no JSON; the message says what to do."""

    def __init__(self, release: object) -> None:
        super().__init__(
            f"Release {release} does not hold: something stored of it is missing, of the wrong type or no JSON; {RESTORE}.",
            f"{STORE} cannot be read at the moment.",
        )


class Refused(Exception):
    """A decision that cannot be taken; the message says why and what to do."""


@dataclass(frozen=True)
class Decision:
    """Who published or withdrew a release, when (naive UTC) and why."""

    release: int
    action: Action
    at: datetime
    by: str
    why: str


@dataclass(frozen=True, eq=False)
class Stored:
    """A release as it is stored. ``about`` is what was said of it when it was proposed, with its proof."""

    number: int
    proposed_at: datetime
    proposed_by: str
    about: Mapping[str, Any]
    decisions: tuple[Decision, ...]

    @property
    def state(self) -> str:
        """proposed, published or withdrawn."""
        return {"publish": "published", "withdraw": "withdrawn"}[self.decisions[-1].action] if self.decisions else "proposed"

    @property
    def published_at(self) -> datetime | None:
        """When the board first could see it."""
        return next((decision.at for decision in self.decisions if decision.action == "publish"), None)


def release_url() -> str:
    """Where releases are kept: ``RELEASE_URL``, or a file under ``data/``."""
    return os.environ.get("RELEASE_URL") or DEFAULT_URL


@contextmanager
def reading(url: str = "") -> Iterator[Connection]:
    """A connection to the store that reads. Raises StoreMissing where there is none, DatabaseUnavailable where it is not read."""
    try:
        engine = open_read_only(url or release_url())
    except DatabaseMissing:
        raise StoreMissing("Nothing has been released yet: `python -m release build` proposes a release.") from None
    with opened(engine, STORE) as connection:
        if not inspect(connection).has_table(releases.name):
            raise StoreUnavailable("The store of releases (RELEASE_URL) has no tables for them: run `python -m release prepare`.")
        yield connection


@contextmanager
def writing(url: str = "") -> Iterator[Connection]:
    """A transaction that adds to the store; one at a time. A file is copied, and the copy takes its place when all is written.

    So whoever reads the file is never in the way, and what is half written is never seen. Raises DatabaseUnavailable.
    """
    address = parse_address(url or release_url())
    with translated(address, STORE):
        if address.get_backend_name() != "duckdb":
            engine = create_engine(address, poolclass=NullPool, hide_parameters=True)
            with engine.begin() as connection:
                connection.execute(select(func.pg_advisory_xact_lock(_WRITE_LOCK)))
                yield connection
        else:
            with _writing_file(Path(address.database or "").resolve()) as connection:
                yield connection


@contextmanager
def _writing_file(path: Path) -> Iterator[Connection]:
    path.parent.mkdir(parents=True, exist_ok=True)
    with FileLock(f"{path}.lock", timeout=PATIENCE):
        copy = path.with_suffix(".new")
        _remove(copy)
        if path.exists():
            shutil.copyfile(path, copy)
        try:
            engine = create_engine(f"duckdb:///{copy}", poolclass=NullPool, hide_parameters=True)
            with engine.begin() as connection:
                metadata.create_all(connection)
                yield connection
            engine.dispose()
            os.replace(copy, path)
        finally:
            _remove(copy)


def _remove(copy: Path) -> None:
    """Remove what is half written, and its log, which DuckDB would otherwise take for that of the next copy."""
    for path in (copy, copy.with_name(f"{copy.name}.wal")):
        path.unlink(missing_ok=True)


def propose(connection: Connection, frame: pd.DataFrame, about: Mapping[str, Any], by: str) -> int:
    """Add a release: its cells (`COLUMNS`, then ``cell`` and ``seal``) and what is to be said of it. Its number."""
    number = (connection.scalar(select(func.max(releases.c.release))) or 0) + 1
    now = datetime.now(UTC).replace(tzinfo=None)
    connection.execute(
        insert(releases).values(release=number, proposed_at=now, proposed_by=by, about=json.dumps(about, sort_keys=True))
    )
    rows = [
        {"release": number, "place": place, **row, "shown": None if pd.isna(row["shown"]) else int(row["shown"])}
        for place, row in enumerate(_rows(frame.drop(columns="seal")))
    ]
    connection.execute(insert(cells), rows)
    sealed = [{"release": number, "place": place, "seal": seal} for place, seal in enumerate(frame["seal"])]
    connection.execute(insert(seals), sealed)
    return number


def _rows(frame: pd.DataFrame) -> Iterator[dict[str, Any]]:
    return (dict(zip(map(str, frame.columns), row, strict=True)) for row in frame.itertuples(index=False, name=None))


def decide(connection: Connection, release: int, action: Action, by: str, why: str) -> None:
    """Publish or withdraw a release. Raises Refused."""
    stored = {found.number: found for found in all_releases(connection)}
    if release not in stored:
        raise Refused(f"There is no release {release}; `python -m release list` says which there are.")
    if not why.strip():
        raise Refused(f"Say why release {release} is to be {'published' if action == 'publish' else 'withdrawn'}.")
    if problem := _problem(stored[release], action, list(stored.values())):
        raise Refused(problem)
    number = (connection.scalar(select(func.max(decisions.c.number))) or 0) + 1
    now = datetime.now(UTC).replace(tzinfo=None)
    connection.execute(insert(decisions).values(number=number, release=release, action=action, at=now, by=by, why=why.strip()))


def _problem(release: Stored, action: Action, stored: Sequence[Stored]) -> str:
    """Why a decision cannot be taken; empty where it can."""
    if action == "withdraw":
        return "" if release.state == "published" else f"Release {release.number} is not published, so it cannot be withdrawn."
    if release.state != "proposed":
        return f"Release {release.number} has been {release.state} already; build another."
    if not release.about["proof"]["passed"]:
        return f"Release {release.number} is not proved, so it cannot be published; build another."
    before = [other.number for other in stored if other.published_at]
    if before != release.about["proof"]["stacked_on"]:
        return (
            f"Release {release.number} was checked beside other releases than those published since; build another, which is "
            "checked beside all of them."
        )
    return ""


def all_releases(connection: Connection) -> list[Stored]:
    """Every release there is, the first first. Raises Malformed."""
    taken: dict[int, list[Decision]] = {}
    for row in connection.execute(select(decisions).order_by(decisions.c.number)):
        if row.action not in get_args(Action) or not (_is_moment(row.at) and _are_texts(row.by, row.why)):
            raise Malformed(row.release)
        taken.setdefault(row.release, []).append(Decision(row.release, row.action, row.at, row.by, row.why))
    found = []
    for row in connection.execute(select(releases).order_by(releases.c.release)):
        about = _parsed(row.about)
        if not (_is_about(about) and _is_moment(row.proposed_at) and _are_texts(row.proposed_by)):
            raise Malformed(row.release)
        found.append(Stored(row.release, row.proposed_at, row.proposed_by, about, tuple(taken.get(row.release, ()))))
    return found


def _parsed(text: Any) -> Any:
    """What a JSON text says; None where it is none."""
    try:
        return json.loads(text)
    except (TypeError, ValueError, RecursionError):
        return None


def _is_about(about: Any) -> bool:
    """Whether this is what every release says of itself (see `release.building`), as far as all who read releases need it."""
    return _has(about, data_end=str, hubs=dict, kinds=list, proof=dict) and (
        _has(about["proof"], passed=bool, stacked_on=list) and _are_texts(*about["hubs"].values())
    )


def _has(found: Any, **types: type) -> bool:
    return isinstance(found, dict) and all(isinstance(found.get(name), type_) for name, type_ in types.items())


def _is_moment(found: Any) -> bool:
    return isinstance(found, datetime)


def _are_texts(*found: Any) -> bool:
    return all(isinstance(one, str) for one in found)


def version() -> str:
    """A text that changes when the store does; part of the key of whatever is kept of it. Blank where there is none."""
    try:
        if file := file_version(release_url()):  # whatever is added swaps in a new one
            return f"{release_url()} {file}"
        with reading() as connection:
            numbers = (select(func.count()).select_from(table).scalar_subquery() for table in (releases, decisions))
            return " ".join([release_url(), *map(str, connection.execute(select(*numbers)).one())])
    except (StoreMissing, DatabaseMissing):
        return ""


def is_readable() -> bool:
    """Whether the store answers at this moment."""
    try:
        with reading():
            return True
    except DatabaseUnavailable:
        return False


def latest_published(connection: Connection) -> Stored | None:
    """The release that the board sees: the last that is published and not withdrawn."""
    published = [stored for stored in all_releases(connection) if stored.state == "published"]
    return published[-1] if published else None


def cells_of(connection: Connection, release: int) -> pd.DataFrame:
    """The cells of a release in the order of the menu: `COLUMNS`, then ``cell``; ``shown`` is blank where nothing is.

    Raises Malformed.
    """
    statement = select(*(cells.c[name] for name in (*COLUMNS, "cell"))).where(cells.c.release == release)
    return _frame(connection, statement, release)


def sealed_cells_of(connection: Connection, release: int) -> pd.DataFrame:
    """`cells_of`, then ``seal``: for who builds. Raises Malformed."""
    of_cell = and_(seals.c.release == cells.c.release, seals.c.place == cells.c.place)
    columns = (*(cells.c[name] for name in (*COLUMNS, "cell")), func.coalesce(seals.c.seal, "").label("seal"))
    return _frame(connection, select(*columns).outerjoin_from(cells, seals, of_cell).where(cells.c.release == release), release)


def _frame(connection: Connection, statement: Select[Any], release: int) -> pd.DataFrame:
    found = connection.execute(statement.order_by(cells.c.place))
    rows = found.all()
    if not all(_is_row(row) for row in rows):
        raise Malformed(release)
    return pd.DataFrame(rows, columns=list(found.keys())).astype({"shown": "Int64"})


def _is_row(row: Row[Any]) -> bool:
    """Whether a row of cells is all texts, but for a number that is there where the cell has a name."""
    named = row.cell != ""
    return (
        _are_texts(*(value for name, value in row._mapping.items() if name != "shown"))
        and ((isinstance(row.shown, int) and abs(row.shown) < 2**31) or (row.shown is None and not named))
        and (not named or _is_name(_parsed(row.cell)))
    )


def _is_name(found: Any) -> bool:
    return isinstance(found, list) and all(isinstance(at, list) and len(at) == 2 and _are_texts(*at) for at in found)


def cell_name(name: Cell) -> str:
    return json.dumps(name)


def named_cell(name: str) -> Cell:
    return tuple((dimension, category) for dimension, category in json.loads(name))


def prepare() -> None:
    """Make the tables; on PostgreSQL, have it refuse what must not be done to them, and let the board's login read them."""
    with writing() as connection:
        metadata.create_all(connection)
        if connection.dialect.name == "postgresql":
            with closing(connection.connection.cursor()) as cursor:  # SQLAlchemy would take its per cent signs for parameters
                cursor.execute(APPEND_ONLY.read_text(encoding="utf-8"))
