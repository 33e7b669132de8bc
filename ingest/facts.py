"""Builds the facts of a database that a force fills by itself, or that another version of the dashboard has filled."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime

from sqlalchemy import Connection, func, select

from ingest.database import analyze, connected, make_tables, set_up, wait_for_turn
from ingest.working_copy import put_in_place, working_copy
from metrics.reports.headline import Headline, opening_headlines
from metrics.reports.ready import answers_to_keep
from queries.engine import connect, database_url
from queries.facts.building import build, stored
from queries.lookups import ready_answers
from queries.lookups.invented import seal_facts_again


def build_facts(url: str | None = None) -> dict[str, int]:
    """Build the facts of the database at ``url`` (by default the dashboard's own) from what its tables hold.

    Gives the rows of each fact table. Readers keep the old facts until the new ones are in place. Raises DatabaseUnavailable
    where the database cannot be had.
    """
    url = url or database_url()
    connect(url)  # it raises where there is no such file: none is made here
    with working_copy(url) as copy:
        with connected(copy) as connection:
            set_up(connection)
            wait_for_turn(connection)
            make_tables(connection)
            build_and_make_ready(connection, datetime.now(UTC).replace(tzinfo=None))
            seal_facts_again(connection)
            rows = {table.name: connection.scalar(select(func.count()).select_from(table)) or 0 for table in stored()}
            connection.commit()
            analyze(connection, rows)
        put_in_place(copy, url)
    return rows


def build_and_make_ready(connection: Connection, now: datetime) -> Mapping[str, Sequence[Headline]]:
    """Build the facts, and keep beside them what every page opens with; gives its headlines. ``now`` is naive UTC."""
    build(connection, now)
    opening = opening_headlines(connection)
    ready_answers.keep(connection, answers_to_keep(connection, opening))
    return opening
