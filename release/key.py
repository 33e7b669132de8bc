"""The key that decides how records are rounded: whoever builds a release has it, and no process that serves."""

import os
import secrets
from pathlib import Path

KEY_BYTES = 32
_OF_THE_INVENTED_FORCE = Path(__file__).parent.parent / "data" / "release.key"


class NoKey(Exception):
    """There is no key to round with; the message says what to set."""


def key_if_any(*, invented: bool) -> bytes | None:
    """The key of ``RELEASE_KEY``, or of the file that ``RELEASE_KEY_FILE`` names; the invented force has a file of its own."""
    if text := os.environ.get("RELEASE_KEY", ""):
        return text.encode()
    path = _key_file(invented=invented)
    return path.read_bytes() if path and path.exists() else None


def key(*, invented: bool) -> bytes:
    """The key; of the invented force it is made on first use. Raises NoKey."""
    if (secret := key_if_any(invented=invented)) is not None:
        if len(secret) < KEY_BYTES:
            raise NoKey(f"The key to round with is of {len(secret)} bytes; give one of {KEY_BYTES} random bytes or more.")
        return secret
    path = _key_file(invented=invented)
    if not invented or path is None:
        raise NoKey(
            f"There is no key to round with: set RELEASE_KEY, or RELEASE_KEY_FILE to a file, with a secret of {KEY_BYTES} random "
            "bytes or more, kept for good and away from the process that serves. With another key, all would be rounded again."
        )
    path.parent.mkdir(parents=True, exist_ok=True)
    path.touch(mode=0o600)
    path.write_bytes(secrets.token_bytes(KEY_BYTES))
    return path.read_bytes()


def to_verify(*, invented: bool) -> bytes:
    """The key, which is never made here: with another one no release is as it was sealed. Raises NoKey."""
    secret = key_if_any(invented=invented)
    if secret is None:
        raise NoKey(
            "There is no key to verify with, and without it nobody can tell whether a release was changed: set RELEASE_KEY, or "
            "RELEASE_KEY_FILE to a file, with the key that it was built with."
        )
    return secret


def _key_file(*, invented: bool) -> Path | None:
    if named := os.environ.get("RELEASE_KEY_FILE"):
        return Path(named)
    return _OF_THE_INVENTED_FORCE if invented else None
