"""Takes the files of one table: stages each, decides which are taken and what they withdraw, and merges them."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime

from sqlalchemy import Connection, and_

from ingest import bookkeeping, completeness, merging, setting_aside
from ingest.extract import open_extract
from ingest.mapping.warehouse import Query
from ingest.reading import FileRefusedError
from ingest.report import FileReport, count
from ingest.sources import Source
from ingest.staged import Staged
from ingest.staging import stage

MOST_REFUSED = 0.1  # share of a file's rows: where more are refused, the file is not what it should be
MOST_WITHDRAWN = 0.2  # share of the rows known: where more would go, the file does not hold all that it should
LEAST_OF_A_MONTH = 0.5  # share of a month's rows: where a file has fewer, it is a part of one, or was cut


@dataclass(frozen=True)
class Terms:
    """On what terms files are taken.

    ``full``: they hold all rows of their tables, so that others are withdrawn, or, with ``full_from``, all from that day on.
    ``data_to``: the day to which they hold all events of their tables, also where the last of these was earlier.
    ``yes``: also where more than these shares would be refused or withdrawn. ``into_invented`` is for the demo alone.
    """

    full: bool = False
    full_from: date | None = None
    data_to: date | None = None
    yes: bool = False
    most_refused: float = MOST_REFUSED
    most_withdrawn: float = MOST_WITHDRAWN
    into_invented: bool = False


@dataclass(frozen=True)
class LoadTime:
    """The London day of a load, and its instant where that is not to be read from the clock."""

    today: date
    now: datetime | None = None

    def instant(self) -> datetime:
        """Naive UTC, as the database keeps it."""
        return (self.now or datetime.now(UTC)).astimezone(UTC).replace(tzinfo=None)


@dataclass
class _Taking:
    """A file of a table on its way: staged, or refused and why."""

    source: Source
    staged: Staged | None = None
    refused: str = ""
    declared: date | None = None  # to what day it is complete
    load_id: str = field(default_factory=bookkeeping.new_load_id)
    withdrawn: int = 0
    cleared: int = 0  # of what was set aside of rows that are not there


def take_table(connection: Connection, sources: Sequence[Source], time: LoadTime, terms: Terms) -> Iterator[FileReport]:
    """All files of one table: nothing is written before it is known of each whether it is taken."""
    takings = [_take(connection, source, time, terms) for source in sources]
    merging.supersede(connection, [taking.staged for taking in takings if taking.staged and not taking.refused])
    remark = _withdraw(connection, takings, terms)
    for taking in takings:
        staged = taking.staged
        if staged is None or taking.refused:
            yield _refusal(taking)
        else:
            staged.remarks += [remark] if remark and taking is takings[-1] else []
            yield _finish(connection, taking, staged, time)
        if staged is not None:
            staged.table.drop(connection)


def _take(connection: Connection, source: Source, time: LoadTime, terms: Terms) -> _Taking:
    try:
        opened = source.opened(time.today) if isinstance(source, Query) else open_extract(source, time.today)
        staged = stage(connection, opened, time.today)
    except FileRefusedError as refusal:
        return _Taking(source, refused=str(refusal))
    declared = completeness.declared_end(source, terms.data_to, time.today)
    if problem := completeness.problem(connection, staged, declared):
        return _Taking(source, staged, problem)
    share = staged.rejected / staged.rows if staged.rows else 0
    if share <= terms.most_refused or terms.yes:
        return _Taking(source, staged, declared=declared)
    refused = (
        f"{source.name}: {staged.rejected:,} of {staged.rows:,} rows would be refused ({share:.0%}; {terms.most_refused:.0%} is "
        "allowed), and what is left would mislead; correct the file, or give --yes to take the rest of it."
    )
    return _Taking(source, staged, refused)


def _withdraw(connection: Connection, takings: Sequence[_Taking], terms: Terms) -> str:
    """Take out what the files should hold and do not; gives what there is to say where they only look as if they held all."""
    last_of_month = {taking.source.published: taking for taking in takings if taking.staged and not taking.refused}
    for taking in last_of_month.values():
        _replace_month(connection, taking, terms)
    own = [taking for taking in takings if taking.source.published is None and taking.source.table is not None]
    staged = [taking.staged for taking in own if taking.staged and not taking.refused]
    if not staged:
        return ""
    if not (terms.full or terms.full_from):
        return merging.looks_full(connection, staged)
    if len(staged) < len(own):
        return "nothing is withdrawn from its table, since a file of it was refused"
    nameless = sum(merging.nameless(connection, one) for one in staged)
    if nameless and not terms.yes:
        return f"nothing is withdrawn, as {count(nameless, 'refused row')} may be of known ones; correct them, or give --yes"
    return _withdraw_absent(connection, own, staged, terms)


def _replace_month(connection: Connection, taking: _Taking, terms: Terms) -> None:
    """Take out what was published of a force's month before, and is not in this file of it."""
    staged = taking.staged
    month = merging.replaced_month(staged) if staged else None
    if staged is None or month is None:
        return
    known, given = merging.known_in(connection, staged.of, month), staged.rows - staged.rejected
    if given < LEAST_OF_A_MONTH * known and not terms.yes:
        taking.refused = (
            f"{taking.source.name} has {given:,} searches of a month of which {known:,} are known, as if it had been cut; "
            "download it again, or give --yes if it is whole."
        )
        return
    gone = and_(month, merging.absent(staged.of, [staged]))
    taking.withdrawn = merging.withdraw(connection, staged.of, gone, taking.load_id)
    assert taking.source.published is not None
    taking.cleared = setting_aside.clear_month(connection, staged, taking.source.published)


def _withdraw_absent(connection: Connection, takings: Sequence[_Taking], staged: Sequence[Staged], terms: Terms) -> str:
    table, last = staged[0].of, takings[-1]
    part = merging.part_of(table, terms.full_from)
    if part is None:
        return f"nothing is withdrawn, since {table.name} has no dates; without a day, --full is of all its rows"
    gone = and_(part, merging.absent(table, staged))
    known, absent = merging.known_in(connection, table, part), merging.known_in(connection, table, gone)
    if absent and absent / known > terms.most_withdrawn and not terms.yes:
        for taking in takings:
            taking.refused = (
                f"{taking.source.name}: {absent:,} of the {known:,} rows known in {table.name} would be withdrawn "
                f"({absent / known:.0%}; {terms.most_withdrawn:.0%} is allowed); give all of its rows, or --yes if they are all."
            )
        return ""
    last.withdrawn = merging.withdraw(connection, table, gone, last.load_id)
    last.cleared = setting_aside.clear_absent(connection, staged, terms.full_from)
    return ""


def _refusal(taking: _Taking) -> FileReport:
    if taking.staged is not None:
        return replace(_report(taking, taking.staged), refused=taking.refused)
    table = taking.source.table.name if taking.source.table is not None else ""
    return FileReport(taking.source.name, table, refused=taking.refused)


def _finish(connection: Connection, taking: _Taking, staged: Staged, time: LoadTime) -> FileReport:
    merged = merging.merge(connection, staged)
    beyond = completeness.remark(connection, staged, taking.declared)
    staged.remarks += filter(None, [bookkeeping.lost_span(connection, staged), beyond])
    declares = bookkeeping.declares(connection, staged, taking.declared)
    before = bookkeeping.earlier(connection, staged)
    is_the_same = before is not None and before.says_the_same(staged) and setting_aside.is_as_before(connection, staged)
    report = replace(
        _report(taking, staged),
        new=merged.new,
        updated=merged.updated,
        unchanged=merged.unchanged,
        superseded=merged.superseded,
        withdrawn=taking.withdrawn,
        loaded_before=before is not None,
        changed=not is_the_same or declares or bool(merged.new or merged.updated or taking.withdrawn or taking.cleared),
    )
    if report.changed:
        bookkeeping.record(connection, staged, report, taking.load_id, time.instant(), taking.declared)
        before_crime = setting_aside.outcomes_before_crimes(connection, taking.load_id)
        report = replace(report, remarks=tuple(filter(None, [*report.remarks, before_crime])))
    return report


def _report(taking: _Taking, staged: Staged) -> FileReport:
    """What was found in a file, whatever becomes of it."""
    return FileReport(
        taking.source.name,
        staged.of.name,
        lines=staged.lines,
        header_lines=staged.extract.header_lines,
        blank_lines=staged.blank_lines,
        filtered=staged.left_out,
        read=staged.rows,
        rejections=tuple(sorted(staged.rejections, key=lambda rejection: rejection.line)),
        unread=staged.unread,
        ambiguous_times=staged.ambiguous_times,
        british_days=staged.british_days,
        unknown_columns=staged.extract.header.unknown,
        encoding=staged.extract.content.encoding_name,
        remarks=tuple(staged.remarks),
    )
