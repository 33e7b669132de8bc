"""A PostgreSQL with its row-level security, and logins that have no more than a force would give them."""

import os
from itertools import count

import psycopg
from sqlalchemy import make_url

from queries.row_level_security import SQL

_numbers = count(1)


def install(url: str) -> str:
    """Run ``policies.sql`` as the owner of the tables, as psql does. Gives the address back."""
    run(url, SQL.read_text(encoding="utf-8"))
    return url


def run(url: str, statements: str) -> None:
    """Run statements as the owner of the tables, in one transaction."""
    plain = make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)
    with psycopg.connect(plain) as connection:
        connection.execute(statements.encode())


def login(url: str, *roles: str, inherits: bool = False) -> str:
    """The address of the same database for a new login with these roles."""
    name = f"login_{os.getpid()}_{next(_numbers)}"
    kind = "INHERIT" if inherits else "NOINHERIT"
    run(url, f"CREATE ROLE {name} LOGIN {kind} PASSWORD 'open' IN ROLE {', '.join(roles)}")
    return make_url(url).set(username=name, password="open").render_as_string(hide_password=False)


def dashboard(url: str) -> str:
    """The address for the dashboard's own login."""
    return login(url, "ccp_command", "ccp_analyst", "ccp_hub")
