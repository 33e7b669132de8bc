"""Where nobody could be let in, the dashboard does not start, and says what to set."""

import os
import subprocess
import sys

import databases
import guarded
import planted
import pytest
from product import database_of
from recount.by_hand import HUBS
from server import ROOT, free_port
from sqlalchemy import NullPool, create_engine, insert

from queries.tables import children

pytestmark = pytest.mark.xdist_group("ways in")

SECRETS = """[auth]
redirect_uri = "http://localhost/oauth2callback"
cookie_secret = "0123456789abcdef0123456789abcdef"
client_id = "dashboard"
client_secret = "not a secret"
server_metadata_url = "http://localhost/.well-known/openid-configuration"
"""


def says(url, *settings, script=()):
    """What the server says when it does not start."""
    command = [sys.executable, "-m", "streamlit", "run", "app.py", f"--server.port={free_port()}", *settings, "--", *script]
    done = subprocess.run(
        command, cwd=ROOT, env={**os.environ, "DATABASE_URL": url}, capture_output=True, text=True, timeout=60, check=False
    )
    assert done.returncode
    return (done.stdout + done.stderr).strip().splitlines()[-1]


@pytest.fixture(scope="module")
def real():
    """A force that is not invented, on DuckDB."""
    return database_of({"hubs": HUBS})


def test_a_real_force_without_sign_in(real):
    assert says(real) == (
        "Sign-in is not set up, and these data are not the invented force's: set up [auth] in .streamlit/secrets.toml (README, "
        "Signing in), or, to read them at this machine alone, start with `streamlit run app.py -- --local`."
    )


def test_the_invented_force_with_one_real_row():
    """Whatever its hubs and its seal say of it."""
    url = planted.database()
    with create_engine(url, poolclass=NullPool).begin() as connection:
        connection.execute(insert(children).values(child_id="real"))
    assert says(url) == (
        "Sign-in is not set up, and these data say that they are the invented force's, but hold rows that this version's demo "
        "did not make (to have the demo alone, remove the database and run `python -m demo`): set up [auth] in "
        ".streamlit/secrets.toml (README, Signing in), or, to read them at this machine alone, start with "
        "`streamlit run app.py -- --local`."
    )


def test_the_reader_at_this_machine_on_every_address(real):
    said = says(real, "--server.address=0.0.0.0", script=["--local"])
    assert said.startswith("--local is for one reader at this machine, but the server answers on 0.0.0.0: ")


def test_sign_in_before_a_database_that_would_give_anybody_everything(tmp_path):
    secrets = tmp_path / "secrets.toml"
    secrets.write_text(SECRETS)
    with databases.on("postgresql"):
        url = database_of({"hubs": HUBS})
    unguarded = says(url, f"--secrets.files={secrets}")
    assert unguarded.startswith("The reporting database has no row-level security: have the owner of its tables run")
    guarded.install(url)
    assert says(url, f"--secrets.files={secrets}").startswith("The dashboard's login to the reporting database is above its row-")


def test_secrets_that_cannot_be_read_are_not_no_secrets(real, tmp_path):
    secrets = tmp_path / "secrets.toml"
    secrets.write_bytes(b"[auth]\nclient_secret = '\xff'")
    assert says(real, f"--secrets.files={secrets}", script=["--local"]).startswith(
        "The file of secrets cannot be read: see that "
    )
