"""By which way readers sign in: with the provider wherever there is one, else at this machine, else the invented force alone."""

from collections.abc import Callable, Iterator
from pathlib import Path

import databases
import postgresql
import pytest
import streamlit as st
from product import database_of
from sqlalchemy import NullPool, create_engine, insert, update
from streamlit import config

from auth import sign_in
from auth.sign_in import InventedForce, NoWayToSignIn, sign_in_method
from queries.lookups.invented import seal
from queries.tables import children
from release import store

Keep = Callable[..., None]
TWO_HUBS = InventedForce({"near": "Near", "far": "Quaygate"})
WHAT_TO_SET = (
    ": set up [auth] in .streamlit/secrets.toml (README, Signing in), or, to read them at this machine alone, start with "
    "`streamlit run app.py -- --local`."
)
NOT_INVENTED = f"Sign-in is not set up, and these data are not the invented force's{WHAT_TO_SET}"
NOTHING_PROVED = (
    "No proved release is published, so there is nothing that the board may see: `python -m release build` proposes one, "
    "`python -m release publish` makes it the board's."
)
NOT_READ = "The file of secrets cannot be read: see that the user of the dashboard may read it, and that it is UTF-8."


def why_not() -> str:
    with pytest.raises(NoWayToSignIn) as problem:
        sign_in_method()
    return str(problem.value)


def why_not_started() -> str:
    with pytest.raises(SystemExit) as problem:
        sign_in.check()
    return str(problem.value)


@pytest.fixture
def local(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.argv", ["app.py", "--local"])


@pytest.fixture
def served_on() -> Iterator[Callable[[str | None], None]]:
    """Sets the address on which the server answers, until the test ends."""
    before = st.get_option("server.address")
    yield lambda address: config.set_option("server.address", address)
    config.set_option("server.address", before)


@pytest.fixture
def secrets_in() -> Iterator[Callable[[Path], None]]:
    """Has Streamlit read its secrets from a file, until the test ends."""
    before = config.get_option("secrets.files")

    def read_from(file: Path) -> None:
        st.secrets._reset()
        st.secrets._file_watchers_installed = True  # else a thread looks at the file from then on
        config.set_option("secrets.files", [str(file)])

    yield read_from
    st.secrets._reset()
    config.set_option("secrets.files", before)


@pytest.mark.usefixtures("provider", "local")
def test_with_the_provider_wherever_there_is_one(request: pytest.FixtureRequest) -> None:
    assert sign_in_method() == "sign-in", "before its database is there"
    request.getfixturevalue("invented_force")
    assert sign_in_method() == "sign-in"


def test_nobody_signs_in_to_read_a_database_that_would_give_anybody_everything(
    request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DATABASE_URL", postgresql.new_schema())
    sign_in.check_figures_are_guarded()  # where nobody signs in there is one reader alone
    request.getfixturevalue("provider")
    with pytest.raises(NoWayToSignIn) as problem:
        sign_in.check_figures_are_guarded()
    assert str(problem.value) == why_not_started()
    assert str(problem.value).startswith("The reporting database has no row-level security: ")


@pytest.mark.usefixtures("provider", "some_file")
def test_a_file_is_guarded_by_the_dashboard_alone() -> None:
    sign_in.check_figures_are_guarded()


@pytest.mark.usefixtures("provider", "release_store")
def test_the_board_signs_in_without_any_reporting_database() -> None:
    assert sign_in_method() == "sign-in"
    sign_in.check_figures_are_guarded()


@pytest.mark.usefixtures("local")
@pytest.mark.parametrize("address", ["127.0.0.1", "localhost", "::1"])
def test_at_this_machine_where_it_is_asked_for(served_on: Callable[[str], None], address: str) -> None:
    served_on(address)
    assert sign_in_method() == "this machine"


@pytest.mark.usefixtures("local")
@pytest.mark.parametrize(("address", "where"), [("0.0.0.0", "0.0.0.0"), (None, "every address"), ("192.0.2.1", "192.0.2.1")])
def test_at_this_machine_only_where_no_other_can_ask(served_on: Callable[[str | None], None], address: str, where: str) -> None:
    served_on(address)
    assert why_not() == (
        f"--local is for one reader at this machine, but the server answers on {where}: set server.address to 127.0.0.1, or set "
        "up sign-in."
    )


@pytest.mark.usefixtures("invented_force")
def test_nobody_has_to_sign_in_to_the_invented_force() -> None:
    assert sign_in_method() == TWO_HUBS


@pytest.mark.usefixtures("real_force")
def test_nobody_gets_to_a_real_force() -> None:
    assert why_not() == NOT_INVENTED


def test_nobody_gets_to_the_invented_force_with_a_real_row(monkeypatch: pytest.MonkeyPatch, invented_url: str) -> None:
    with databases.on("duckdb"):
        url = database_of({"hubs": [{"hub_id": "near", "name": "Near", "force": "Cumbria (invented demo)"}]})
    with create_engine(url, poolclass=NullPool).begin() as connection:
        seal(connection)
        connection.execute(insert(children).values(child_id="real"))
    monkeypatch.setenv("DATABASE_URL", url)
    assert why_not() == (
        "Sign-in is not set up, and these data say that they are the invented force's, but hold rows that this version's demo "
        f"did not make (to have the demo alone, remove the database and run `python -m demo`){WHAT_TO_SET}"
    )


@pytest.mark.parametrize("decided", [[], ["publish"], ["publish", "withdraw"]])
def test_the_board_of_the_invented_force_does_not_sign_in(release_store: Keep, decided: list[str]) -> None:
    release_store(*decided, force="Cumbria (invented demo)")
    assert sign_in_method() == InventedForce({})


def test_the_board_of_a_real_force_does(release_store: Keep) -> None:
    assert why_not() == NOT_INVENTED
    release_store("publish", force="Cumbria (invented demo)")
    release_store(force="Cumbria Constabulary")
    assert why_not() == NOT_INVENTED, "the last release counts, whether published or not"


def test_sign_in_is_set_up_by_the_secrets(tmp_path: Path, secrets_in: Callable[[Path], None]) -> None:
    file = tmp_path / "secrets.toml"
    secrets_in(file)
    assert not sign_in.sign_in_is_configured(), "there are none"
    file.write_text("[other]\nname = 'x'")
    assert not sign_in.sign_in_is_configured()
    st.secrets._reset()
    file.write_text("[auth]\nclient_id = 'dashboard'")
    assert sign_in.sign_in_is_configured()


@pytest.mark.usefixtures("local")
def test_secrets_that_cannot_be_read_are_not_no_secrets(tmp_path: Path, secrets_in: Callable[[Path], None]) -> None:
    file = tmp_path / "secrets.toml"
    file.write_bytes(b"[auth]\nclient_secret = '\xff'")
    secrets_in(file)
    assert why_not() == why_not_started() == NOT_READ
    file.unlink()
    file.mkdir()
    assert why_not() == NOT_READ, "a folder of that name, which no file can be read from"


WHOLE = dict.fromkeys(("redirect_uri", "cookie_secret", "client_id", "client_secret", "server_metadata_url"), "x" * 32)


@pytest.mark.usefixtures("some_file")
@pytest.mark.parametrize(
    ("auth", "lacking"),
    [
        ("x", "redirect_uri, cookie_secret, client_id, client_secret and server_metadata_url"),
        ({**WHOLE, "cookie_secret": 5}, "cookie_secret"),
        ({**WHOLE, "cookie_secret": ""}, "cookie_secret"),
        ({**WHOLE, "client_id": " ", "client_secret": ["y"]}, "client_id and client_secret"),
    ],
)
def test_a_server_whose_provider_is_not_told_does_not_start(monkeypatch: pytest.MonkeyPatch, auth: object, lacking: str) -> None:
    monkeypatch.setattr(st.secrets, "_secrets", {"auth": auth})
    said = f"[auth] in .streamlit/secrets.toml has no text for {lacking}: give one for each (README, Signing in)."
    assert why_not_started() == said


@pytest.mark.usefixtures("some_file")
def test_a_server_whose_cookies_could_be_forged_does_not_start(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(st.secrets, "_secrets", {"auth": {**WHOLE, "cookie_secret": "x" * 31}})
    assert why_not_started() == (
        "The cookie_secret of [auth] in .streamlit/secrets.toml has 31 characters, which can be guessed, and with it anybody's "
        "sign-in forged: set 32 or more, such as `openssl rand -hex 32` prints."
    )
    monkeypatch.setattr(st.secrets, "_secrets", {"auth": WHOLE})
    sign_in.check()


@pytest.mark.usefixtures("real_force")
def test_a_server_that_would_let_nobody_in_does_not_start() -> None:
    assert why_not_started() == NOT_INVENTED


@pytest.mark.usefixtures("invented_force")
def test_a_server_of_the_invented_force_starts_without_a_word(capsys: pytest.CaptureFixture[str]) -> None:
    sign_in.check()
    assert capsys.readouterr().out == ""


@pytest.mark.usefixtures("local")
def test_a_server_for_this_machine_starts_with_a_word(capsys: pytest.CaptureFixture[str]) -> None:
    sign_in.check()
    assert capsys.readouterr().out.startswith("To read at this machine, open http://127.0.0.1:")


@pytest.mark.usefixtures("local", "provider", "some_file")
def test_where_readers_sign_in_there_is_no_word(capsys: pytest.CaptureFixture[str]) -> None:
    sign_in.check()
    assert capsys.readouterr().out == ""


def test_a_server_starts_before_its_database_is_there(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("DATABASE_URL", f"duckdb:///{tmp_path}/not_yet.duckdb")
    sign_in.check()


@pytest.mark.usefixtures("provider")
def test_the_board_has_a_server_once_a_proved_release_is_published(release_store: Keep) -> None:
    assert why_not_started() == NOTHING_PROVED
    release_store()
    assert why_not_started() == NOTHING_PROVED, "it was only proposed"
    release_store("publish")
    sign_in.check()
    release_store("publish", passed=False)
    assert why_not_started() == NOTHING_PROVED, "the board would see that one"


@pytest.mark.usefixtures("provider")
def test_the_board_has_no_server_whose_store_cannot_be_read(release_store: Keep, tmp_path: Path) -> None:
    (tmp_path / "releases.duckdb").write_text("no database")
    said = why_not_started()
    assert said.startswith("The board's figures cannot be read. The store of releases ")


@pytest.mark.usefixtures("provider")
def test_the_board_has_no_server_whose_release_is_none_that_was_built(release_store: Keep) -> None:
    release_store("publish")
    with store.writing() as connection:
        connection.execute(update(store.cells).values(shown=None))
    assert why_not_started() == (
        "The board's figures cannot be read. Release 1 does not hold: something stored of it is missing, of the wrong type or no "
        "JSON; restore the releases (RELEASE_URL) from a backup."
    )


@pytest.mark.usefixtures("provider")
def test_whoever_is_not_the_board_needs_no_release(
    release_store: Keep, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest
) -> None:
    monkeypatch.delenv("AUDIENCE")
    request.getfixturevalue("some_file")
    sign_in.check()
