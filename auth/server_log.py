"""The log of the server: whatever anybody asks for adds a line a minute of a kind to it at most, and nobody's name."""

import logging
from collections.abc import Iterator
from time import monotonic

from streamlit.runtime.media_file_storage import MediaFileStorageError

from audit.log import NotWritten
from auth.readers import AccessDenied

SECONDS_BETWEEN_LINES = 60.0
_LONGEST = 500  # letters of what an error says
_SIGN_IN = "streamlit.web.server.starlette.starlette_auth_routes"
# Who writes something down each time that a browser asks for something, or cannot have it.
LOGGERS = (
    "auth.audit_trail",
    "auth.readers",
    "auth.wire",
    "streamlit.error_util",
    "streamlit.runtime.app_session",
    "streamlit.runtime.backend_operation_handler",
    "streamlit.runtime.scriptrunner.script_runner",
    "streamlit.runtime.state.query_params",
    "streamlit.runtime.websocket_session_manager",
    _SIGN_IN,
    "streamlit.web.server.starlette.starlette_websocket",
    "uvicorn.error",
)

_written_at: dict[tuple[str, int, type], float] = {}  # when each kind of line was last written: by its place and what went wrong


def keep_short() -> None:
    """Hold these loggers to that, from now on in this process."""
    for name in LOGGERS:
        logging.getLogger(name).addFilter(is_written)


def is_written(record: logging.LogRecord) -> bool:
    """Whether a line is the first of its kind within a minute; what was to be expected is then told without a traceback."""
    errors = list(_errors(record))
    kind = record.pathname, record.lineno, type(errors[-1] if errors else None)
    if monotonic() - _written_at.get(kind, -SECONDS_BETWEEN_LINES) < SECONDS_BETWEEN_LINES:
        return False
    _written_at[kind] = monotonic()
    refusals = [error for error in errors if record.name == _SIGN_IN or _is_refusal(error)]
    if record.exc_info and refusals:
        record.msg, record.args = "%s (%s: %s)", (record.getMessage(), type(refusals[0]).__name__, _line(refusals[0]))
        record.exc_info = None
    return True


def _is_refusal(error: BaseException) -> bool:
    """Whether this is how a reader is refused something, and no mistake: also a file of a page that is no longer open."""
    is_gone = isinstance(error, MediaFileStorageError) and error.__cause__ is None
    return is_gone or isinstance(error, AccessDenied | NotWritten)


def _errors(record: logging.LogRecord) -> Iterator[BaseException]:
    """What a line tells of having gone wrong, and what that came of."""
    told = [*(record.exc_info or ()), *(record.args or ())]
    error = next((each for each in told if isinstance(each, BaseException)), None)
    while error is not None:
        yield error
        error = error.__cause__


def _line(error: BaseException) -> str:
    """What an error says, in one line of letters."""
    return "".join(letter if letter.isprintable() else " " for letter in str(error)[:_LONGEST])
