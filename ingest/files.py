"""What can be read as a file, and how its name is told: in folders stand links, pipes and devices too, under any names."""

import os
import stat
from pathlib import Path

MOST_BYTES = 4_000_000_000  # of a file, or of one in an archive: some 30 million rows
EMPTY = "is empty; export it again with a header line."
KINDS = (
    (stat.S_ISDIR, "a folder"),
    (stat.S_ISFIFO, "a named pipe"),
    (stat.S_ISSOCK, "a socket"),
    (stat.S_ISCHR, "a device"),
    (stat.S_ISBLK, "a device"),
)


def absolute(path: Path | str) -> Path:
    """A path by which a file is known however it was given; the last link is not followed, as a file is called by its name."""
    given = os.path.abspath(path)
    if os.path.isdir(given):
        return Path(os.path.realpath(given))
    return Path(os.path.realpath(os.path.dirname(given)), os.path.basename(given))


def problem(path: Path, most: int = MOST_BYTES) -> str:
    """Why a file is not read, and what to do, to be said after its name; empty where it can be opened.

    Nothing is opened: a pipe would be waited for. What the system makes up when it is read has no size, and may have no end.
    """
    try:
        status = os.stat(path)
    except (OSError, ValueError) as error:  # a name may hold what no name can
        return f"cannot be read ({getattr(error, 'strerror', error)}); give the file itself."
    if kind := kind_of(status.st_mode):
        return f"is {kind}, not a file; write what it gives to a file, and give that."
    if status.st_size > most:
        return f"has {status.st_size:,} bytes, and at most {most:,} are read; give it in several files."
    return "" if status.st_size else EMPTY


def kind_of(mode: int) -> str:
    """'a named pipe'; empty for a file."""
    return next((kind for is_of, kind in KINDS if is_of(mode)), "")


def told(name: str) -> str:
    """A name as it can be shown and stored: bytes that are no text, and signs that would steer a terminal, by their numbers."""
    return "".join(sign if sign.isprintable() else repr(sign)[1:-1] for sign in name)
