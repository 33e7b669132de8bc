"""What a server writes down of what anybody asks for: a line a minute of a kind, and nobody's name."""

import asyncio
import logging
from collections.abc import Callable, Iterator

import pytest
from starlette.types import Message
from streamlit import error_util
from streamlit.proto.BackMsg_pb2 import BackendOperationRequest
from streamlit.runtime.backend_operation_handler import DeferredFileHandler
from streamlit.runtime.media_file_manager import MediaFileManager
from streamlit.runtime.memory_media_file_storage import MemoryMediaFileStorage
from streamlit.web.server.starlette import starlette_auth_routes

from audit.log import NotWritten, Who, write
from auth import server_log
from auth.audit_trail import LimitReached
from auth.gate import Gate
from auth.readers import AccessDenied

ALONE = "Error executing deferred callable for file_id custody.csv"
HOSTILE = "Ann\n2026-11-20 forged \x1b[31m" + "A" * 2000


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """Seconds, which the test sets."""
    found = [0.0]
    monkeypatch.setattr(server_log, "monotonic", lambda: found[0])
    return found


class Kept(logging.Handler):
    """Keeps what a logger writes, as the server's log would show it."""

    def __init__(self) -> None:
        super().__init__()
        self.lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.lines.append(self.format(record))


@pytest.fixture
def lines() -> Iterator[list[str]]:
    """What is written from now on by those who write often."""
    kept = Kept()
    for name in server_log.LOGGERS:
        logging.getLogger(name).addHandler(kept)
    server_log.keep_short()
    yield kept.lines
    for name in server_log.LOGGERS:
        logging.getLogger(name).removeHandler(kept)


def press(make: Callable[[], bytes]) -> str:
    """Have Streamlit make a file, as it does when its button is pressed: what the browser is told where there is none."""
    manager = MediaFileManager(MemoryMediaFileStorage("/media"))
    manager._deferred_callables["custody.csv"] = {"callable": make, "mimetype": "text/csv", "filename": "custody.csv"}  # type: ignore
    return asked_for("custody.csv", manager)


def asked_for(file_id: str, manager: MediaFileManager) -> str:
    asked = BackendOperationRequest()
    asked.deferred_file.file_id = file_id
    return asyncio.run(DeferredFileHandler(lambda: manager).handle(asked, "any")).error_msg


def failing(error: Exception) -> Callable[[], bytes]:
    def make() -> bytes:
        raise error

    return make


def test_a_server_that_starts_keeps_its_log_short() -> None:
    async def nothing(*_: object) -> Message:
        return {}

    asyncio.run(Gate(nothing)({"type": "lifespan"}, nothing, nothing))  # type: ignore[arg-type]
    assert all(server_log.is_written in logging.getLogger(name).filters for name in server_log.LOGGERS)


@pytest.mark.parametrize(
    ("error", "told"),
    [
        (AccessDenied("Whoever asked may no longer read."), "AccessDenied: Whoever asked may no longer read."),
        (LimitReached("3 entries were written within a minute."), "LimitReached: 3 entries were written within a minute."),
    ],
)
def test_a_file_that_is_refused_is_a_plain_line_a_minute(
    lines: list[str], clock: list[float], error: Exception, told: str
) -> None:
    for second in (0, 1, 59.9):
        clock[0] = second
        assert press(failing(error)) == "Failed to generate file for download"
    assert lines == [f"{ALONE} ({told})"]
    clock[0] = 60
    press(failing(error))
    assert lines == [f"{ALONE} ({told})"] * 2


def test_a_file_of_a_page_that_is_no_longer_open_is_a_plain_line(lines: list[str]) -> None:
    for _ in range(3):
        assert asked_for("gone", MediaFileManager(MemoryMediaFileStorage("/media")))
    assert lines == ["Error executing deferred callable for file_id gone (MediaFileStorageError: Deferred file gone not found)"]


def test_kinds_are_told_apart_by_what_they_came_of(
    lines: list[str], clock: list[float], lose_the_audit_database: Callable[[], None]
) -> None:
    lose_the_audit_database()

    def make() -> bytes:
        write(Who("any", "ann"), "export")
        return b""

    for _ in range(2):
        press(failing(LimitReached("3 entries were written within a minute.")))
        press(make)
    assert [line.partition(" (")[2][:15] for line in lines] == ["LimitReached: 3", "NotWritten: The"]
    assert clock == [0]


def test_a_mistake_of_our_own_keeps_its_traceback_once_a_minute(lines: list[str]) -> None:
    for _ in range(3):
        press(failing(ZeroDivisionError("a mistake")))
    (line,) = lines
    assert "Traceback" in line and "ZeroDivisionError: a mistake" in line


def test_a_page_that_ends_in_a_mistake_is_a_traceback_a_minute_and_nothing_past_the_log(
    lines: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    for _ in range(10):
        try:
            raise ZeroDivisionError("a mistake")
        except ZeroDivisionError as error:
            error_util.handle_uncaught_app_exception(error)
    (line,) = lines
    assert line.startswith("Uncaught app execution\nTraceback") and line.endswith("ZeroDivisionError: a mistake")
    assert capsys.readouterr().out == ""


def test_what_goes_wrong_at_a_sign_in_is_one_short_line(lines: list[str]) -> None:
    for _ in range(40):
        try:
            raise ValueError(HOSTILE)
        except ValueError:
            starlette_auth_routes._LOGGER.warning("No token of '%s'.", "default", exc_info=True)
    (line,) = lines
    assert line.startswith("No token of 'default'. (ValueError: Ann 2026-11-20 forged  [31mAAA")
    assert line.isprintable() and len(line) < 600


def test_each_kind_of_failure_of_the_access_log_is_a_line_a_minute(lines: list[str], clock: list[float]) -> None:
    locked, full = NotWritten("locked"), NotWritten("full")
    locked.__cause__, full.__cause__ = TimeoutError(), OSError()
    for second in (0, 1, 59.9, 60):
        clock[0] = second
        for error in (locked, full):
            logging.getLogger("auth.audit_trail").error("The access log was not written: %s", error)
    assert lines == ["The access log was not written: locked", "The access log was not written: full"] * 2


def test_what_is_told_of_no_error_is_a_line_a_minute_too(lines: list[str], clock: list[float]) -> None:
    for second in (0, 59.9, 60):
        clock[0] = second
        logging.getLogger("auth.wire").warning(
            "A browser asked for what no page offers it, and was not heard: %s.", "load_git_info"
        )
    assert lines == ["A browser asked for what no page offers it, and was not heard: load_git_info."] * 2
