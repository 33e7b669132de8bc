"""A file is for who made it: which addresses of files the server has told to whom, since it would serve them to anybody."""

from threading import Lock

from auth.sessions import SignIn, forget

PATH = "/media/"
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
