"""No password is shown, whoever repeats it: not in an address, nor in what a driver says of one."""

import pytest

from queries.addresses import shown, without_secrets
from queries.faults import cause, details


@pytest.mark.parametrize(
    ("address", "sentence"),
    [
        ("postgresql://reader:hush@host:5432/name?options=-cx", "postgresql://reader:***@host:5432/name"),
        ("postgresql://host/name?user=me&password=hush", "postgresql://host/name"),
        ("duckdb:////srv/data/reporting.duckdb", "duckdb:////srv/data/reporting.duckdb"),
        ("postgresql://reader:hu@sh@host/name", "postgresql://***"),
        ("postgresql://reader:hush@host:port/name", "***"),
    ],
)
def test_an_address_is_shown_without_its_password(address, sentence):
    assert shown(address) == sentence


@pytest.mark.parametrize(
    ("text", "addresses", "sentence"),
    [
        ("no hu@sh for reader", ["postgresql://reader:hu%40sh@h/n"], "no *** for reader"),
        ("no hu%40sh for reader", ["postgresql://reader:hu%40sh@h/n"], "no *** for reader"),
        ("no sh@host", ["postgresql://reader:hu@sh@host/n"], "no ***"),
        ("host=h user=me password=hush dbname=n", [], "host=h user=me password=*** dbname=n"),
        ("host=h password='hu sh' dbname=n", [], "host=h password=*** dbname=n"),
        (
            "cannot open postgresql://me:hush@h/n?sslpassword=hush&x=1",
            [],
            "cannot open postgresql://me:***@h/n?sslpassword=***&x=1",
        ),
        ("PWD=hush;UID=me", [], "PWD=***;UID=me"),
        ("token hush of abc", ["trino://h/n?access_token=hush"], "token *** of abc"),
        ("what is none: nonsense:hush", ["nonsense:hush"], "what is none: ***"),
        ("12 rows at 10:30, see https://host/page", ["", "duckdb:////srv/x.duckdb"], "12 rows at 10:30, see https://host/page"),
    ],
)
def test_a_text_is_said_without_any_password(text, addresses, sentence):
    assert without_secrets(text, *addresses) == sentence


def test_an_error_is_said_and_logged_without_any_password():
    address = "postgresql://reader:hush@host/name"
    error = RuntimeError("no login with hush")
    error.__cause__ = OSError(f"cannot open {address}.\nsecond line")
    assert cause(error, address) == "no login with ***"
    assert cause(error.__cause__) == "cannot open postgresql://reader:***@host/name"
    logged = details(error, address)
    assert "hush" not in logged and "second line" in logged
