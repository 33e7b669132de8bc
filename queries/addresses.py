"""How addresses of databases are shown: never with a password, whoever repeats it."""

import re
from urllib.parse import quote, quote_plus

from sqlalchemy import URL, make_url
from sqlalchemy.exc import ArgumentError

HIDDEN = "***"
_SECRET = re.compile(r"pass|pwd|secret|token|odbc_connect", re.IGNORECASE)  # names of settings
# A password as an address or a driver's list of settings has it, of whatever database.
_IN_TEXT = re.compile(
    r"(?<=://)(?P<user>[^\s:/@'\"]*:)[^\s/@'\"]+(?=@)|(?P<name>\b\w*(?:password|passwd|pwd|secret|token)\w*\s*=\s*)(?:'[^']*'|[^\s&;,'\")]+)",
    re.IGNORECASE,
)


def shown(address: str | URL) -> str:
    """An address as it may be shown: without its password, and without what follows the question mark."""
    try:
        url = make_url(address)
    except (ArgumentError, ValueError):
        return HIDDEN
    return f"{url.drivername}://{HIDDEN}" if is_ambiguous(url) else url.set(query={}).render_as_string(hide_password=True)


def without_secrets(text: str, *addresses: str | URL) -> str:
    """A text in which no password stands: none of these addresses, nor what looks like one."""
    for secret in sorted({one for address in addresses for one in _secrets(address)}, key=len, reverse=True):
        text = text.replace(secret, HIDDEN)
    return _IN_TEXT.sub(lambda found: f"{found['user'] or found['name'] or ''}{HIDDEN}", text)


def is_ambiguous(url: URL) -> bool:
    """Whether a password holds an @ or / as it is: the rest of it is then taken for the host."""
    return url.password is not None and "@" in f"{url.host or ''}{url.database or ''}"


def _secrets(address: str | URL) -> set[str]:
    """All that is secret in an address, however it is written; of what is none, all of it."""
    try:
        url = make_url(address)
    except (ArgumentError, ValueError):
        return {str(address)} - {""}
    settings = [values if isinstance(values, tuple) else (values,) for name, values in url.query.items() if _SECRET.search(name)]
    rest = (url.host, *(url.database or "").split("@")[:-1]) if is_ambiguous(url) else ()
    plain = {one for one in (url.password, *rest, *(value for values in settings for value in values)) if one}
    return plain | {write(one) for one in plain for write in (quote, quote_plus, lambda text: quote(text, safe=""))}
