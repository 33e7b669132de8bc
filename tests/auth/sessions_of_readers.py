"""A session of a reader without a browser: what is done in it is done in a run of a page, with Streamlit's own state."""

from collections.abc import Callable
from typing import Any, TypeVar

from streamlit.components.v2.component_manager import BidiComponentManager
from streamlit.testing.v1 import AppTest

from auth.readers import Reader
from queries.scope import Access, Scope

Found = TypeVar("Found")


def _run(do):  # type: ignore[no-untyped-def]  # Streamlit runs these lines elsewhere, where no type is imported
    do()


def session(user: dict[str, Any] | None = None, **link: str) -> AppTest:
    """One that has just been opened by a link, by whoever signed in with these claims."""
    app = AppTest.from_function(_run, default_timeout=20)
    app.user = user or {}
    app._bidi_component_manager = BidiComponentManager()  # none is used: to look through all packages for one takes 0.2 s
    app.query_params.update(link)
    return app


def within(app: AppTest, do: Callable[[], Found]) -> Found:
    """What comes of something that is done in the next run of a page."""
    found: list[Found] = []
    app.kwargs = {"do": lambda: found.append(do())}
    app.run()
    assert not app.exception, app.exception
    return found[-1]


def reading_as(app: AppTest, reader: Reader, page: str = "Police custody", scope: Scope | None = None) -> AppTest:
    """The session as the run of a page leaves it: who reads, as what, and which page."""
    state = {"reader": reader, "access": reader.accesses[0], "page": page}
    for name, value in (state | ({"scope": scope} if scope else {})).items():
        app.session_state[name] = value
    return app


def reader(subject: str, access: Access, issuer: str = "https://login.example") -> Reader:
    return Reader(issuer, subject, subject.title(), (access,))
