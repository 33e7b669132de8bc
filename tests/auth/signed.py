"""A provider that readers sign in with, and the cookies that Streamlit signs for whoever has signed in there."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Any

from streamlit.auth_util import set_cookie_with_chunks
from streamlit.web.server.starlette.starlette_app_utils import create_signed_value
from streamlit.web.server.starlette.starlette_server_config import USER_COOKIE_NAME

from audit import grants
from auth.sessions import SignIn

PROVIDER = "https://login.example"
OWN = "http://localhost:8501"
SECRET = "0123456789abcdef" * 4
SECRETS = {
    "auth": {
        "redirect_uri": f"{OWN}/oauth2callback",
        "cookie_secret": SECRET,
        "client_id": "dashboard",
        "client_secret": "not a secret",
        "server_metadata_url": f"{PROVIDER}/.well-known/openid-configuration",
    }
}


def now() -> datetime:
    """This second, in naive UTC, as a provider says it."""
    return datetime.now(UTC).replace(tzinfo=None, microsecond=0)


def claims(subject: str, ago: timedelta = timedelta(0), **more: Any) -> dict[str, Any]:
    """What the provider says of somebody who signed in so long ago, and Streamlit besides; None leaves a claim out."""
    at = (now() - ago).replace(tzinfo=UTC)
    said = {"iss": PROVIDER, "sub": subject, "name": subject.title(), "iat": at.timestamp(), "is_logged_in": True, "origin": OWN}
    return {name: value for name, value in {**said, **more}.items() if value is not None}


def sign_in(said: dict[str, Any]) -> SignIn:
    """The sign-in that these claims are of."""
    return SignIn(said["iss"], said["sub"], datetime.fromtimestamp(said["iat"], UTC).replace(tzinfo=None))


def cookies(said: object, secret: str = SECRET) -> str:
    """The cookies of a browser for these claims, as Streamlit signs them: several where they are long."""
    found: dict[str, str] = {}

    def signed(name: str, value: str) -> bytes:
        return create_signed_value(secret, name, value)

    def keep(name: str, value: str) -> None:
        found[name] = signed(name, value).decode()

    set_cookie_with_chunks(keep, signed, USER_COOKIE_NAME, said, cookie_attr_size=100)  # type: ignore[arg-type]
    return "; ".join(f"{name}={value}" for name, value in found.items())


def given(subject: str, roles: Iterable[str], hub: str = "near") -> None:
    """Put somebody on the list of readers with these roles."""
    for role in roles:
        grants.grant(PROVIDER, subject, role, hub if role == "hub" else "", by="a test", reason="to try it")
