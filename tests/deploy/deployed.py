"""The dashboard as a force runs it: nginx over TLS before two processes, and a provider that readers sign in with."""

import os
import ssl
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager, suppress
from dataclasses import dataclass
from http import HTTPStatus
from pathlib import Path

import httpx
import pytest
from oidc_provider_mock import User, run_server_in_thread
from prepare import nginx
from server import Tab, free_port, opened, serving

from audit import grants

RECIPE = Path(__file__).parents[2] / "deploy" / "nginx.conf"
HOST = "localhost"
READER = User(sub="reader-1", claims={"name": "A Reader", "roles": ["command"]})
LEAVER = User(sub="reader-3", claims={"name": "A Leaver", "roles": ["command"]})  # who signs out
OWNER = User(sub="reader-4", claims={"name": "An Owner", "roles": ["audit"]})
NEWCOMER = User(sub="reader-6", claims={"name": "A Newcomer", "roles": ["hub"]})  # on no list of readers yet
MEMBER = User(sub="reader-5", claims={"name": "A Member", "roles": ["board"]})
SERGEANT = User(sub="reader-2", claims={"name": "A Sergeant", "roles": ["hub"]})
# What a Debian has around the recipe, in a folder of the test and without any root of the machine.
AROUND = """
daemon off; pid {folder}/nginx.pid; error_log {folder}/error.log; {user}
events {{ }}
http {{ include /etc/nginx/mime.types; {temporary} include {folder}/dashboard.conf; }}
"""
TEMPORARY = ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")


@dataclass(frozen=True)
class Deployed:
    """Where everything answers: the proxy over TLS and without, each process; what they read, and what the proxy has written."""

    https: int
    http: int
    processes: tuple[int, int]
    database: str
    issuer: str
    folder: Path

    @property
    def address(self) -> str:
        return f"https://{HOST}:{self.https}"

    @property
    def trusted(self) -> ssl.SSLContext:
        return ssl.create_default_context(cafile=str(self.folder / "certificate.pem"))

    def visitor(self, **settings: object) -> httpx.Client:
        """Somebody with an empty jar of cookies, who follows no redirect unless told to."""
        return httpx.Client(base_url=self.address, verify=self.trusted, timeout=60, **settings)  # type: ignore[arg-type]

    def reader(self, who: User = READER) -> httpx.Client:
        """Somebody who has signed in, as a browser does: from the first page to the provider and back."""
        client = self.visitor(headers={"Accept": "text/html"}, follow_redirects=True)
        form = client.get("/")
        client.post(form.url, data={"sub": who.sub}).raise_for_status()
        client.follow_redirects = False
        return client

    def page(self, reader: httpx.Client, name: str = "", **headers: str) -> AbstractContextManager[Tab]:
        """A page that stands open over the websocket, for whoever has these cookies and can say one of them."""
        reader.get("/_stcore/health")
        said = [str(cookie.value) for cookie in reader.cookies.jar if cookie.name == "_streamlit_xsrf"]
        cookies = "; ".join(f"{cookie.name}={cookie.value}" for cookie in reader.cookies.jar if cookie.name)
        sent = {"Cookie": cookies, "Origin": self.address, **headers}
        return opened(self.address, name, ssl=self.trusted, additional_headers=sent, subprotocols=["streamlit", *said])

    def got_from(self, client: httpx.Client, path: str) -> tuple[httpx.Response, str]:
        """An answer, and the process that gave it by the log of the proxy, which writes it down a moment later."""
        before = len(self._log(path))
        answer = client.get(path)
        _until(lambda: len(self._log(path)) > before, "The proxy wrote nothing down.")
        return answer, self._log(path)[-1]

    def _log(self, path: str) -> list[str]:
        rows = (line.split() for line in (self.folder / "dashboard.log").read_text().splitlines())
        return [row[-1] for row in rows if row[3] == path]


@contextmanager
def deployed(url: str, folder: Path) -> Iterator[Deployed]:
    """Everything that the recipe needs, over the database at ``url``; keeps its files in ``folder``."""
    with ExitStack() as stack:
        provider = stack.enter_context(run_server_in_thread(user_claims=[READER, SERGEANT, LEAVER, OWNER, MEMBER, NEWCOMER]))
        https, http = free_port(), free_port()
        secrets = _secrets(folder, https, provider.server_port)
        settings = (f"--secrets.files={secrets}", f"--server.allowedHosts={HOST}", "--server.allowedHosts=127.0.0.1")
        issuer = f"http://localhost:{provider.server_port}"
        audit_url = _audit_database(issuer, folder)
        addresses = [stack.enter_context(serving(url, *settings, AUDIT_URL=audit_url)) for _ in range(2)]
        first, second = (int(address.rpartition(":")[2]) for address in addresses)
        found = Deployed(https, http, (first, second), url, issuer, folder)
        stack.enter_context(_proxy(found))
        yield found


def _audit_database(issuer: str, folder: Path) -> str:
    """The address of an audit database that lists all of these readers but the newcomer."""
    with at_audit_database(folder) as url:
        for who, role in ((READER, "command"), (LEAVER, "command"), (OWNER, "audit"), (MEMBER, "board")):
            grants.grant(issuer, who.sub, role, by="a test", reason="to try it")
        grants.grant(issuer, SERGEANT.sub, "hub", "near", by="a test", reason="to try it")
    return url


@contextmanager
def at_audit_database(folder: Path) -> Iterator[str]:
    """While this lasts, this process keeps to the audit database of this folder: its address."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("AUDIT_URL", url := f"sqlite:///{folder}/audit.sqlite")
        yield url


def _secrets(folder: Path, https: int, provider: int) -> Path:
    path = folder / "secrets.toml"
    path.write_text(
        f"""
        [auth]
        redirect_uri = "https://{HOST}:{https}/oauth2callback"
        cookie_secret = "{os.urandom(32).hex()}"
        client_id = "dashboard"
        client_secret = "{os.urandom(16).hex()}"
        server_metadata_url = "http://localhost:{provider}/.well-known/openid-configuration"
        """
    )
    return path


@contextmanager
def _proxy(found: Deployed) -> Iterator[None]:
    _certify(found.folder)
    (found.folder / "dashboard.conf").write_text(_filled_in(found))
    temporary = " ".join(f"{kind}_temp_path {found.folder}/{kind};" for kind in TEMPORARY)
    user = "user root;" if os.geteuid() == 0 else ""
    (found.folder / "nginx.conf").write_text(AROUND.format(folder=found.folder, user=user, temporary=temporary))
    program = nginx()
    assert program
    command = [program, "-p", str(found.folder), "-c", str(found.folder / "nginx.conf"), "-e", str(found.folder / "error.log")]
    process = subprocess.Popen(command)
    try:
        _until(lambda: _answers(found), f"nginx did not start; {found.folder}/error.log says why.")
        yield
    finally:
        process.terminate()
        process.wait(timeout=20)


def _filled_in(found: Deployed) -> str:
    """The recipe, with what its reader puts in, and other ports than the ones that only root may open."""
    text = RECIPE.read_text()
    changes = {
        "${HOST}": HOST,
        "${CERTIFICATE}": f"{found.folder}/certificate.pem",
        "${KEY}": f"{found.folder}/key.pem",
        "listen 80": f"listen 127.0.0.1:{found.http}",
        "listen 443": f"listen 127.0.0.1:{found.https}",
        "127.0.0.1:8501": f"127.0.0.1:{found.processes[0]}",
        "127.0.0.1:8502": f"127.0.0.1:{found.processes[1]}",
        "/var/log/nginx/": f"{found.folder}/",
    }
    for old, new in changes.items():
        assert old in text, f"The recipe no longer says {old}."
        text = text.replace(old, new)
    return text


def _certify(folder: Path) -> None:
    command = f"openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN={HOST} -addext subjectAltName=DNS:{HOST}"
    files = ["-keyout", str(folder / "key.pem"), "-out", str(folder / "certificate.pem")]
    subprocess.run([*command.split(), *files], check=True, capture_output=True)


def _answers(found: Deployed) -> bool:
    with found.visitor() as visitor, suppress(httpx.TransportError):
        return visitor.get("/_stcore/metrics").status_code == HTTPStatus.NOT_FOUND
    return False


def _until(holds: Callable[[], bool], otherwise: str) -> None:
    until = time.monotonic() + 20
    while not holds():
        if time.monotonic() > until:
            raise TimeoutError(otherwise)
        time.sleep(0.05)
