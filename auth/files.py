"""A file is for who made it, and is there when their browser comes for it.

Streamlit would serve it to anybody, and forgets it once two sessions of anybody have run since it was made.
"""

from threading import Lock
from time import monotonic

from streamlit.runtime.media_file_storage import MediaFileKind
from streamlit.runtime.memory_media_file_storage import MemoryMediaFileStorage

from auth.sessions import SignIn, forget

PATH = "/media/"
SECONDS_KEPT = 60.0  # after Streamlit let go of a file
_MOST = 5000  # addresses of one sign-in that are remembered, the latest; a page has some thirty

_told: dict[SignIn | None, dict[str, None]] = {}
_lock = Lock()


def tell(sign_in: SignIn | None, address: str) -> None:
    """Note that this address is about to be told to a reader: None for whoever reads where nobody signs in."""
    with _lock:
        if sign_in not in _told:
            forget(_told)
        addresses = _told.setdefault(sign_in, {})
        addresses.pop(address, None)
        addresses[address] = None
        while len(addresses) > _MOST:
            del addresses[next(iter(addresses))]


def is_for(sign_in: SignIn | None, address: str) -> bool:
    """Whether this address was told to this reader."""
    return address in _told.get(sign_in, {})


class Storage(MemoryMediaFileStorage):
    """Where Streamlit keeps files; one that it lets go of stays here until its reader's browser has had time to come for it.

    Like Streamlit's own it is called by one thread at a time.
    """

    def __init__(self, media_endpoint: str) -> None:
        super().__init__(media_endpoint)
        self._let_go_at: dict[str, float] = {}

    def load_and_get_id(self, path_or_data: str | bytes, mimetype: str, kind: MediaFileKind, filename: str | None = None) -> str:
        """Keep a file and give its id, which is the same whenever it is made again."""
        file_id = super().load_and_get_id(path_or_data, mimetype, kind, filename)
        self._let_go_at.pop(file_id, None)
        return file_id

    def delete_file(self, file_id: str) -> None:
        """Let go of a file, and delete those whose time is over."""
        self._let_go_at.setdefault(file_id, monotonic())
        for each, at in list(self._let_go_at.items()):
            if monotonic() - at >= SECONDS_KEPT:
                super().delete_file(each)
                del self._let_go_at[each]
