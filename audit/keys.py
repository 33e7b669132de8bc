"""The secret by which an entry is shown to be unchanged, and a record is known again without its name being kept.

``NOTEBOOK_KEY`` holds it. Where that is not set, it is a file ``notebook.key`` beside a SQLite notebook, made with its first
entry and readable by its owner alone. Keep a copy elsewhere: without it nothing in the log can be verified.
"""

import hmac
import os
import secrets
import tempfile
from collections.abc import Iterable
from pathlib import Path

from sqlalchemy import select

from audit.database import NotebookUnavailable, file_of, notebook_url, reading
from audit.tables import entries

SHORTEST = 32  # characters
PSEUDONYM_BYTES = 16
_ADVICE = "set NOTEBOOK_KEY to 32 characters or more, such as `openssl rand -hex 32` prints"


def key_of(purpose: str) -> bytes:
    """A key for one purpose; from it no other can be told. Raises NotebookUnavailable where there is no secret."""
    return hmac.digest(_secret().encode(), purpose.encode(), "sha256")


def pseudonyms(record_ids: Iterable[str]) -> list[str]:
    """32 hexadecimal digits for each record, the same for the same record: an HMAC-SHA256, cut to 16 bytes."""
    key = key_of("records")
    return [hmac.digest(key, str(record_id).encode(), "sha256")[:PSEUDONYM_BYTES].hex() for record_id in record_ids]


def pseudonym(record_id: str) -> str:
    """What the log keeps in place of a record's id. Raises NotebookUnavailable where there is no secret."""
    return pseudonyms([record_id])[0]


def _secret() -> str:
    given = os.environ.get("NOTEBOOK_KEY", "").strip()
    path = file_of(notebook_url())
    if not given and path is None:
        raise NotebookUnavailable(f"A notebook on PostgreSQL needs a key of its own; {_ADVICE}.")
    found = given or _kept(path.with_name("notebook.key"))  # type: ignore[union-attr]
    if len(found) < SHORTEST:
        raise NotebookUnavailable(f"The key of the notebook has {len(found)} characters, which can be guessed; {_ADVICE}.")
    return found


def _kept(file: Path) -> str:
    """The secret in this file. A new one is made only for an empty log, of whose entries none could have another."""
    if not file.exists() and _nothing_written():
        _make(file)
    try:
        return file.read_text(encoding="ascii").strip()
    except FileNotFoundError:
        raise NotebookUnavailable(
            f"{file} is gone, and the entries of the log were written with it; put it back from its copy, or set NOTEBOOK_KEY."
        ) from None
    except (OSError, UnicodeError) as error:
        raise NotebookUnavailable(f"The key of the notebook at {file} cannot be read ({error}); {_ADVICE}.") from None


def _nothing_written() -> bool:
    with reading() as connection:
        return connection.execute(select(entries.c.number).limit(1)).first() is None


def _make(file: Path) -> None:
    """Linked into place in one go: of several processes one makes it, and none sees half of it."""
    try:
        with tempfile.NamedTemporaryFile("w", dir=file.parent, prefix=f"{file.name}.") as made:  # readable by its owner alone
            made.write(secrets.token_hex(32))
            made.flush()
            os.fsync(made.fileno())
            os.link(made.name, file)
    except FileExistsError:
        pass
    except OSError as error:
        raise NotebookUnavailable(f"No key could be kept at {file} ({error}); {_ADVICE}.") from None
