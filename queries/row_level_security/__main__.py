"""Puts in place what each reader may see of a PostgreSQL, and checks it: `python -m queries.row_level_security install`, `check`.

``install`` runs ``policies.sql`` in one transaction, as the owner of the tables; ``show`` prints it. ``check`` says whether
readers may be let in by the login of an address, and whether what the database holds is what this version installs.
"""

import argparse
import sys
from collections.abc import Sequence

from sqlalchemy import Connection, func, select, text
from sqlalchemy.exc import OperationalError, SQLAlchemyError

from queries.addresses import shown
from queries.engine import DatabaseUnavailable, cause, connect, database_url, is_forbidden, parse_address
from queries.facts import building
from queries.faults import original
from queries.lookups.kept_figures import FORMER
from queries.row_level_security import SQL, problem
from queries.tables import BOOKS, kept_figures, loads, metadata, rejected_rows

_TABLES = text(
    "SELECT relname, pg_get_userbyid(relowner) AS owner, pg_has_role(relowner, 'USAGE') AS is_owned FROM pg_class "
    "WHERE relnamespace = current_schema()::regnamespace AND relkind IN ('r', 'p', 'v', 'm') AND relname = ANY (:names)"
)


class Refused(Exception):
    """What cannot be done; the message says why and what to do."""


def main(arguments: Sequence[str] | None = None) -> int:
    """0 when it was done or is installed, 1 with one sentence on stderr when not."""
    options = _parser().parse_args(arguments)
    try:
        print(options.command(options), flush=True)
    except BrokenPipeError:  # whoever reads our output has seen enough
        sys.stderr.close()
    except (Refused, DatabaseUnavailable) as refusal:
        print(refusal, file=sys.stderr)
        return 1
    except (SQLAlchemyError, OSError) as error:
        print(f"Nothing was {options.done}: {_cause(error, _address(options))}", file=sys.stderr)
        return 1
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m queries.row_level_security", description="Install, show or check the row-level security of a PostgreSQL."
    )
    commands = parser.add_subparsers(required=True)
    address = argparse.ArgumentParser(add_help=False)
    address.add_argument("--database", metavar="URL", help="the address of a PostgreSQL (default: DATABASE_URL)")
    install = commands.add_parser("install", parents=[address], help="put it in place, as the owner of the tables")
    install.set_defaults(command=_install, done="installed")
    show = commands.add_parser("show", help="print its SQL, to be reviewed or run by psql")
    show.add_argument(
        "--write", action="store_true", help="write it to policies.sql again instead, after a change of tables or events"
    )
    show.set_defaults(command=_show, done="shown")
    check = commands.add_parser("check", parents=[address], help="whether this version's is in place, and the login below it")
    check.set_defaults(command=_check, done="checked")
    return parser


def _install(options: argparse.Namespace) -> str:
    """Install it in one transaction, or raise and leave the database as it was."""
    url = _postgresql(options)
    engine = connect(url)
    with engine.execution_options(postgresql_readonly=False).begin() as connection:
        _check_tables(connection)
        connection.exec_driver_sql(SQL.read_text(encoding="utf-8"), execution_options={"no_parameters": True})
        to_be_built = building.problem(connection)
    engine.dispose()  # its connections have looked before, and remember that another version was installed
    tables = len(metadata.tables) + len(building.stored()) + len(building.BESIDE)
    return f"Row-level security is installed on the {tables} tables of {shown(url)}. {to_be_built}".rstrip()


def _show(options: argparse.Namespace) -> str:
    if not options.write:
        return SQL.read_text(encoding="utf-8").rstrip("\n")
    from queries.row_level_security.policies import script  # it imports every kind of event, which nothing else here needs

    SQL.write_text(script(), encoding="utf-8")
    return f"{SQL.name} is written."


def _check(options: argparse.Namespace) -> str:
    from queries.row_level_security import differences  # it imports every kind of event, which nothing else here needs

    url = _postgresql(options)
    with connect(url).execution_options(postgresql_readonly=False).connect() as connection:
        if reason := problem(connection) or differences.problem(connection):
            raise Refused(reason)
    return f"The row-level security of {shown(url)} is that of this version of the dashboard."


def _postgresql(options: argparse.Namespace) -> str:
    """The address of the database. Raises Refused where it is not a PostgreSQL."""
    url = _address(options)
    if (name := parse_address(url).get_backend_name()) != "postgresql":
        raise Refused(f"{shown(url)} is a {name} database, which has no row-level security; give the address of a PostgreSQL.")
    return url


def _address(options: argparse.Namespace) -> str:
    return getattr(options, "database", None) or database_url()


def _check_tables(connection: Connection) -> None:
    """Raises Refused where tables are missing or somebody else's."""
    names = [*metadata.tables, FORMER.name]
    tables = {row.relname: row for row in connection.execute(_TABLES, {"names": names})}
    if FORMER.name in tables:  # it is given its present name
        tables[kept_figures.name] = tables.pop(FORMER.name)
    made_by_it = {table.name for table in BOOKS} - {loads.name, rejected_rows.name, kept_figures.name}
    if missing := sorted(set(metadata.tables) - made_by_it - set(tables)):
        raise Refused(
            f"The database lacks {', '.join(missing)}; load an extract with `python -m ingest`, which makes the tables."
        )
    if owners := sorted({row.owner for row in tables.values() if not row.is_owned}):
        login = connection.scalar(select(func.current_user()))
        raise Refused(f"{login} does not own the tables of the database; give the address by which {', '.join(owners)} signs in.")


def _cause(error: Exception, url: str) -> str:
    """What the database says of an error, in one sentence, with its hint where there is one."""
    hint = getattr(getattr(original(error), "diag", None), "message_hint", None) or ""
    if is_forbidden(error):
        hint = "see what the owner needs at the beginning of `python -m queries.row_level_security show`"
    elif isinstance(error, OperationalError):
        hint = hint or "check its address, and that the server answers"
    return "; ".join(filter(None, [cause(error, url), f"{hint[:1].lower()}{hint[1:].rstrip('.')}"])) + "."


if __name__ == "__main__":
    sys.exit(main())
