"""Files: whom the server has told their addresses, and for how long they are there."""

from datetime import timedelta

import pytest
from signed import claims, sign_in
from streamlit.runtime.media_file_storage import MediaFileKind, MediaFileStorageError

from auth import files

ANN = sign_in(claims("ann"))
BOB = sign_in(claims("bob"))


@pytest.fixture
def now(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The clock, in seconds."""
    at = [1000.0]
    monkeypatch.setattr(files, "monotonic", lambda: at[0])
    return at


def made(storage: files.Storage, text: bytes) -> str:
    return storage.load_and_get_id(text, "text/csv", MediaFileKind.DOWNLOADABLE, "custody.csv")


def is_there(storage: files.Storage, file_id: str) -> bool:
    try:
        return bool(storage.get_file(file_id).content)
    except MediaFileStorageError:
        return False


def test_the_latest_addresses_of_a_reader_are_remembered(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(files, "_MOST", 2)
    files.tell(BOB, "/media/his.svg")
    for name in ("first", "second", "first", "third"):
        files.tell(ANN, f"/media/{name}.svg")
    assert [files.is_for(ANN, f"/media/{name}.svg") for name in ("first", "second", "third")] == [True, False, True]
    assert files.is_for(BOB, "/media/his.svg")
    assert not files.is_for(ANN, "/media/his.svg") and not files.is_for(None, "/media/first.svg")


def test_five_thousand_addresses_are_remembered_of_one_reader() -> None:
    for number in range(5001):
        files.tell(ANN, f"/media/{number}.svg")
    assert [files.is_for(ANN, f"/media/{number}.svg") for number in (0, 1, 5000)] == [False, True, True]


def test_addresses_of_a_sign_in_that_is_over_are_forgotten_as_the_next_comes() -> None:
    over = sign_in(claims("ann", timedelta(hours=8, minutes=1)))
    for who in (None, over, ANN):
        files.tell(who, "/media/custody.csv")
    assert [files.is_for(who, "/media/custody.csv") for who in (None, over, ANN)] == [True, False, True]


def test_a_file_that_streamlit_lets_go_of_is_there_for_a_minute(now: list[float]) -> None:
    storage = files.Storage("/media")
    first, second = made(storage, b"1"), made(storage, b"2")
    assert storage.get_url(first) == f"/media/{first}.csv"
    assert storage.get_file(first) == (b"1", "text/csv", MediaFileKind.DOWNLOADABLE, "custody.csv")
    storage.delete_file(first)
    now[0] += 59.9
    storage.delete_file(second)
    storage.delete_file(first)
    assert is_there(storage, first) and is_there(storage, second)
    now[0] += 0.1
    storage.delete_file("another")
    assert not is_there(storage, first) and is_there(storage, second), "each has a minute of its own"
    now[0] += 60
    storage.delete_file("another")
    assert not is_there(storage, second)


def test_a_file_that_is_made_again_begins_anew(now: list[float]) -> None:
    storage = files.Storage("/media")
    file = made(storage, b"1")
    storage.delete_file(file)
    now[0] += 30
    assert made(storage, b"1") == file
    now[0] += 60
    storage.delete_file("another")
    assert is_there(storage, file), "it is in use, however long"
    storage.delete_file(file)
    now[0] += 59
    storage.delete_file("another")
    assert is_there(storage, file)
    now[0] += 1
    storage.delete_file("another")
    assert not is_there(storage, file)
