"""What can go wrong with a database that is read: whatever its driver raises becomes one error, and one sentence on screen."""

import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import unquote

import duckdb
import pandas as pd
import psycopg
from sqlalchemy import URL, make_url
from sqlalchemy.exc import ArgumentError, SQLAlchemyError

from queries.addresses import is_ambiguous, without_secrets

# What reading may raise: SQLAlchemy's own errors and those that it wraps, those of the drivers beneath it, and of pandas above.
OF_DRIVERS = (SQLAlchemyError, duckdb.Error, psycopg.Error, pd.errors.DatabaseError)
REPORTING = "The reporting database"
NOT_AN_ADDRESS = (
    "What was given, which is not repeated as it may hold a password, is not a database address; give one such as "
    "duckdb:///data/reporting.duckdb or postgresql://host/name."
)
AMBIGUOUS = "The password in a database address holds an @ or a / as it is; write them as %40 and %2F."
WRONG_SETTINGS = "The dashboard's settings for its database are wrong, so it cannot be read."  # on screen


class DatabaseUnavailable(Exception):
    """A database cannot be opened, or not be read. The message says what to do, to whoever looks after the server.

    ``on_screen`` is what readers are told: it names no address, no path and no login.
    """

    def __init__(self, why: str, on_screen: str = f"{REPORTING} cannot be read at the moment.") -> None:
        super().__init__(why)
        self.on_screen = on_screen


def parse_address(url: str) -> URL:
    """The parts of a database address. Raises DatabaseUnavailable for a text that is none."""
    try:
        address = make_url(url)
        url.encode()
    except (ArgumentError, ValueError):
        raise DatabaseUnavailable(NOT_AN_ADDRESS, WRONG_SETTINGS) from None
    if "\0" in unquote(url):
        raise DatabaseUnavailable(NOT_AN_ADDRESS, WRONG_SETTINGS)
    if is_ambiguous(address):
        raise DatabaseUnavailable(AMBIGUOUS, WRONG_SETTINGS)
    return address


@contextmanager
def translated(url: URL, database: str = REPORTING) -> Iterator[None]:
    """Whatever a driver raises while this lasts is raised as DatabaseUnavailable; mistakes of our own stay what they are."""
    try:
        yield
    except OF_DRIVERS as error:
        raise DatabaseUnavailable(
            f"{database} could not be read: {cause(error, url)}. Check its address and that it can be reached, and try again.",
            f"{database} cannot be read at the moment.",
        ) from error


def cause(error: BaseException, *addresses: str | URL) -> str:
    """What a database or the system says of an error, in its first line, without a full stop and without any password."""
    first_line = str(original(error)).strip().partition("\n")[0].rstrip(".!")
    return without_secrets(first_line, *addresses)


def details(error: BaseException, *addresses: str | URL) -> str:
    """All that is known of an error, for the log of the server, without any password."""
    return without_secrets("".join(traceback.format_exception(error)), *addresses)


def is_forbidden(error: BaseException) -> bool:
    """Whether PostgreSQL says that the login lacks the right to what was asked."""
    return getattr(original(error), "sqlstate", None) == "42501"


def original(error: BaseException) -> BaseException:
    """The driver's own error in what SQLAlchemy, pandas or `translated` made of it."""
    made_of = getattr(error, "orig", None)
    if isinstance(error, pd.errors.DatabaseError | DatabaseUnavailable):
        made_of = error.__cause__
    return original(made_of) if made_of is not None else error
