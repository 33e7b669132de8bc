"""The secret by which an entry is shown to be unchanged, and a record is known again without its name being kept.

``AUDIT_KEY`` holds it. Where that is not set, it is a file ``audit.key`` beside a SQLite database, made with its first entry
and readable by its owner alone. Keep a copy elsewhere: without it nothing in the log can be verified.
"""

import hmac
import os
import secrets
import tempfile
from collections.abc import Iterable
from pathlib import Path

from sqlalchemy import exists, select

from audit.database import AuditUnavailable, file_of, reading
from audit.settings import FORMER_KEY_FILE, KEY_FILE, audit_key, audit_url, key_file
from audit.tables import entries

SHORTEST = 32  # characters
PSEUDONYM_BYTES = 16
_ADVICE = "set AUDIT_KEY to 32 characters or more, such as `openssl rand -hex 32` prints"


def key_of(purpose: str) -> bytes:
    """A key for one purpose, from which that for another cannot be worked out. Raises AuditUnavailable without a secret."""
    return hmac.digest(_secret().encode(), purpose.encode(), "sha256")


def pseudonyms(record_ids: Iterable[str]) -> list[str]:
    """32 hexadecimal digits for each record, the same for the same record: an HMAC-SHA256, cut to 16 bytes."""
    key = key_of("records")
    return [hmac.digest(key, str(record_id).encode(), "sha256")[:PSEUDONYM_BYTES].hex() for record_id in record_ids]


def pseudonym(record_id: str) -> str:
    """What the log keeps in place of a record's id. Raises AuditUnavailable where there is no secret."""
    return pseudonyms([record_id])[0]


def _secret() -> str:
    path = file_of(audit_url())
    secret = audit_key()
    if not secret and path is None:
        raise AuditUnavailable(f"An audit database on PostgreSQL needs a key of its own; {_ADVICE}.")
    secret = secret or _secret_beside(path)  # type: ignore[arg-type]
    if len(secret) < SHORTEST:
        raise AuditUnavailable(f"The key of the audit database has {len(secret)} characters, which can be guessed; {_ADVICE}.")
    return secret


def _secret_beside(database: Path) -> str:
    """The secret in the file beside a database. A new one is made only for an empty log: no entry can have another."""
    file = database.with_name(KEY_FILE)
    try:
        file = key_file(database)
        if not file.exists() and _is_empty():
            _make(file)
        if file.exists() and not file.is_file():  # what is read of a device or a pipe may have no end
            raise OSError("it is a folder, a device or a pipe, and no file")
        return file.read_text(encoding="ascii").strip()
    except FileNotFoundError:
        raise AuditUnavailable(
            f"{KEY_FILE} (or {FORMER_KEY_FILE}, of an earlier version) is gone from {file.parent}, and the entries of the log "
            "were written with it; put it back from its copy, or set AUDIT_KEY."
        ) from None
    except (OSError, UnicodeError) as error:
        raise AuditUnavailable(f"The key of the audit database at {file} cannot be read ({error}); {_ADVICE}.") from None


def _is_empty() -> bool:
    """Whether the log has no entry yet."""
    with reading() as connection:
        return not connection.scalar(select(exists().select_from(entries)))


def _make(file: Path) -> None:
    """Linked into place in one go: of several processes one makes it, and none sees half of it."""
    try:
        with tempfile.NamedTemporaryFile("w", dir=file.parent, prefix=f"{file.name}.") as new:  # readable by its owner alone
            new.write(secrets.token_hex(32))
            new.flush()
            os.fsync(new.fileno())
            os.link(new.name, file)
    except FileExistsError:
        pass
    except OSError as error:
        raise AuditUnavailable(f"No key could be kept at {file} ({error}); {_ADVICE}.") from None
