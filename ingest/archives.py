"""Opens zip archives of extracts, and refuses what is damaged, locked, or would fill the disk when it is unpacked."""

import struct
import zipfile
from pathlib import Path
from typing import BinaryIO, cast

from ingest.files import MOST_BYTES, problem
from ingest.reading import DAMAGED, FileRefusedError

MOST_UNPACKED, MOST_TIMES = 50_000_000, 200  # an archive that unpacks to more bytes, and to so many times its size, is a trap
# How what is no archive, is damaged, locked, or packed in an unknown way shows when it is opened.
UNREADABLE = (*DAMAGED, struct.error, OSError, ValueError, RuntimeError)


def members(path: Path) -> list[str]:
    """The names of the CSV files in an archive; none where it cannot be opened."""
    if problem(path):
        return []
    try:
        with zipfile.ZipFile(path) as archive:
            return sorted(name for name in archive.namelist() if name.lower().endswith(".csv") and not name.startswith("__"))
    except UNREADABLE:
        return []


def open_member(path: Path, member: str, name: str) -> BinaryIO:
    """A file of an archive, called ``name`` when it is refused. Raises FileRefusedError."""
    try:
        archive = zipfile.ZipFile(path)
        about = archive.getinfo(member)
        if about.file_size > min(MOST_BYTES, max(MOST_UNPACKED, MOST_TIMES * about.compress_size)):
            raise FileRefusedError(f"{name} unpacks to {about.file_size:,} bytes, which no extract does; it is not read.")
        return cast(BinaryIO, archive.open(member))
    except (*UNREADABLE, KeyError):
        raise FileRefusedError(f"{name} cannot be unpacked; unpack it by hand and load the files.") from None
