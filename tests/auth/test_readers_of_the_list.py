"""Who reads, and as what: whom both the provider and the list vouch for, an invented reader, or who sits at this machine."""

import logging
from collections.abc import Callable
from datetime import timedelta
from getpass import getuser
from typing import Any

import postgresql
import pytest
import streamlit as st
from sessions_of_readers import reader, session, within
from signed import PROVIDER, claims, given, sign_in
from sqlalchemy import create_engine, text
from streamlit.testing.v1 import AppTest

from audit import grants, sign_outs
from audit.log import Who
from audit.settings import audit_url
from auth import readers, sessions
from auth.readers import AccessDenied, Reader, chosen_access, current_reader, may_still_read
from queries.scope import Access

COMMAND, ANALYST, BOARD, AUDIT = (Access(role) for role in ("command", "analyst", "board", "audit"))
NO_ROLE = (
    "You are signed in, but you have no role here: you need the same role from your identity provider and on this dashboard's "
    "list of readers. Ask whoever looks after the dashboard, and give them your id: ann"
)
NOT_NAMED = "Your identity provider does not say who you are and when you signed in (iss, oid or sub, iat)."
NO_LIST = (
    "The list of readers cannot be read at the moment, so nobody is let in. Try again in a minute; if it still fails, tell "
    "whoever looks after this dashboard."
)
CHIEF, NEAR, FAR = "Chief superintendent, command team", "Sergeant, Near hub", "Sergeant, Quaygate hub"
MEMBER, OWNER = "Member of the partnership board", "Information asset owner"
Lose = Callable[[], None]


def denied(app: AppTest, do: Callable[[], object] = current_reader) -> AccessDenied:
    def asked() -> AccessDenied:
        with pytest.raises(AccessDenied) as found:
            do()
        return found.value

    return within(app, asked)


def signed_in(subject: str = "ann", **said: Any) -> Reader:
    """Who reads in a new session of somebody with these claims."""
    return within(session(claims(subject, **said)), current_reader)


@pytest.fixture
def local(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.argv", ["app.py", "--local"])


@pytest.mark.usefixtures("provider")
class TestWhoSignsIn:
    def test_reads_as_what_both_the_provider_and_the_list_give(self) -> None:
        given("ann", ["command", "analyst"])
        given("bob", ["audit"])
        assert signed_in(roles=["analyst", "board"]) == Reader(PROVIDER, "ann", "Ann", (ANALYST,))

    @pytest.mark.parametrize("roles", ["command", ["command"], ["command", 7], ("command",)])
    def test_may_have_one_role_or_several_in_their_token(self, roles: object) -> None:
        given("ann", ["command"])
        assert signed_in(roles=roles).accesses == (COMMAND,)

    def test_reads_the_hubs_that_the_list_gives_each_once(self) -> None:
        for hub in ("south", "north", "east"):
            given("ann", ["hub"], hub)
        given("bob", ["hub"], "west")
        given("ann", ["audit", "command"])
        roles = signed_in(roles=["hub", "audit", "command"]).accesses
        assert roles == (COMMAND, Access("hub", ("east", "north", "south")), AUDIT), "in the order of the roles"

    @pytest.mark.parametrize("roles", [{"command": 1}, [["command"]], [{"command": 1}], True, 7, {}])
    def test_has_none_by_what_is_no_text_and_no_list_of_texts(self, roles: object) -> None:
        given("ann", ["command"])
        assert str(denied(session(claims("ann", roles=roles)))) == NO_ROLE

    @pytest.mark.parametrize(
        ("listed", "token"), [([], ["command"]), (["command"], []), (["command"], None), (["hub"], "command")]
    )
    def test_has_no_role_by_one_of_them_alone(self, listed: list[str], token: object) -> None:
        given("ann", listed)
        found = denied(session(claims("ann", roles=token)))
        assert (str(found), found.may_sign_in, found.who) == (NO_ROLE, False, Who(PROVIDER, "ann", "Ann"))

    def test_has_none_that_somebody_of_the_same_name_elsewhere_has(self) -> None:
        given("ann", ["command"])
        assert str(denied(session(claims("ann", iss="https://other.example", roles="command")))) == NO_ROLE

    @pytest.mark.parametrize("said", [{}, {"is_logged_in": False}, claims("ann", is_logged_in=None, roles="command")])
    def test_is_asked_to(self, said: dict[str, Any]) -> None:
        found = denied(session(said))
        assert (str(found), found.may_sign_in, found.who) == ("Sign in with your work account.", True, None)

    def test_has_to_be_named_by_the_provider(self) -> None:
        found = denied(session(claims("ann", iat=None, roles="command")))
        assert (str(found), found.may_sign_in, found.who) == (NOT_NAMED, False, None)

    @pytest.mark.parametrize(
        ("ago", "why"),
        [
            (timedelta(hours=9), "You signed in more than 8 hours ago. Sign in again to go on."),
            (timedelta(minutes=31), "Nothing was opened for more than 30 minutes. Sign in again to go on."),
            (timedelta(minutes=-6), "Your sign-in is dated in the future. Sign in again to go on."),
        ],
    )
    def test_has_to_have_done_so_lately(self, ago: timedelta, why: str) -> None:
        given("ann", ["command"])
        found = denied(session(claims("ann", ago, roles="command")))
        assert (str(found), found.may_sign_in, found.who) == (why, True, None)

    def test_uses_the_sign_in_by_opening_a_page(self) -> None:
        given("ann", ["command"])
        said = claims("ann", timedelta(minutes=31), roles="command")
        sessions._last_uses[sign_in(said)] = sign_in(said).at + timedelta(minutes=5)
        assert within(session(said), current_reader).name == "Ann"
        assert sessions._last_uses[sign_in(said)] > sign_in(said).at + timedelta(minutes=30)

    def test_has_not_signed_out(self) -> None:
        given("ann", ["command"])
        said = claims("ann", roles="command")
        sessions.sign_out(sign_in(said), Who(PROVIDER, "ann"))
        found = denied(session(said))
        assert (str(found), found.may_sign_in) == ("You have signed out. Sign in again to go on.", True)

    def test_has_not_signed_out_in_another_process_since_the_last_run(self) -> None:
        given("ann", ["command"])
        said = claims("ann", roles="command")
        app = session(said)
        assert within(app, current_reader).name == "Ann"
        sign_outs.end(Who(PROVIDER, "ann"), sign_in(said).at)
        assert str(denied(app)) == "You have signed out. Sign in again to go on."

    def test_is_not_let_in_while_the_list_cannot_be_read(
        self, lose_the_audit_database: Lose, caplog: pytest.LogCaptureFixture
    ) -> None:
        given("ann", ["command"])
        lose_the_audit_database()
        with caplog.at_level(logging.ERROR, logger="auth.readers"):
            found = denied(session(claims("ann", roles="command")))
        assert (str(found), found.may_sign_in, found.who) == (NO_LIST, False, None)
        (message,) = caplog.messages
        assert message.startswith("Nobody can sign in: The audit database ")

    def test_is_not_let_in_where_the_list_is_lost_in_between(
        self, lose_the_audit_database: Lose, caplog: pytest.LogCaptureFixture
    ) -> None:
        given("ann", ["command"])
        said = claims("ann", roles="command")
        assert within(session(said), current_reader)
        lose_the_audit_database()
        found = denied(session(said))
        assert str(found) == NO_LIST
        (message,) = [record.getMessage() for record in caplog.records if record.name == "auth.readers"]
        assert message.startswith("Nobody can sign in: The audit database ")

    def test_is_not_let_in_where_the_list_alone_is_gone(self, caplog: pytest.LogCaptureFixture) -> None:
        given("ann", ["command"])
        with create_engine(audit_url()).begin() as connection:
            connection.execute(text("DROP TABLE access_grants"))
        assert str(denied(session(claims("ann", roles="command")))) == NO_LIST
        (message,) = [record.getMessage() for record in caplog.records if record.name == "auth.readers"]
        assert message.startswith("Nobody can sign in: The audit database ")

    def test_reads_on_the_boards_own_server_as_the_board_alone(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("AUDIENCE", "board")
        given("ann", ["board", "command"])
        assert signed_in(roles=["command", "board"]) == Reader(PROVIDER, "ann", "Ann", (BOARD,))
        found = denied(session(claims("ann", roles=["command"])))
        assert str(found) == "This address is for the partnership board, and you have another role: open the force's own address."
        assert (found.may_sign_in, found.who) == (False, Who(PROVIDER, "ann", "Ann"))


@pytest.mark.usefixtures("real_force")
def test_where_nobody_can_sign_in_nobody_reads() -> None:
    found = denied(session())
    assert str(found).startswith("Sign-in is not set up, and these data are not the invented force's: ")
    assert (found.may_sign_in, found.who) == (False, None)


@pytest.mark.usefixtures("local")
def test_who_sits_at_this_machine_reads_as_the_analyst() -> None:
    assert within(session(), current_reader) == Reader("this machine", getuser(), "Analyst at this machine", (ANALYST,))


@pytest.mark.usefixtures("release_store", "local")
def test_who_sits_at_the_machine_of_the_board_reads_as_the_board() -> None:
    expected = Reader("this machine", getuser(), "Partnership board at this machine", (BOARD,))
    assert within(session(), current_reader) == expected


def list_of(app: AppTest) -> Any:
    return app.sidebar.selectbox(key="reads_as_chosen")


@pytest.mark.usefixtures("invented_force")
class TestInventedReaders:
    def test_are_chosen_in_the_sidebar_and_told_in_the_link(self) -> None:
        app = session()
        assert within(app, current_reader) == Reader("invented readers", CHIEF, CHIEF, (COMMAND,))
        assert list_of(app).label == "Read the invented force as"
        assert list_of(app).options == [CHIEF, NEAR, FAR, MEMBER, "Analyst", OWNER]
        assert app.query_params == {"invented_reader": CHIEF} and not app.warning
        for name, access in (
            (NEAR, Access("hub", ("near",))),
            (FAR, Access("hub", ("far",))),
            (MEMBER, BOARD),
            ("Analyst", ANALYST),
            (OWNER, AUDIT),
        ):
            list_of(app).select(name)
            assert within(app, current_reader) == Reader("invented readers", name, name, (access,))
            assert app.query_params == {"invented_reader": name}
            assert not app.warning

    def test_are_chosen_by_the_link_at_first(self) -> None:
        app = session(invented_reader=FAR, hub="far")
        assert within(app, current_reader).name == FAR
        assert app.query_params == {"invented_reader": FAR, "hub": "far"} and not app.warning
        app.query_params["invented_reader"] = "Analyst"
        assert within(app, current_reader).name == FAR, "then by the list"
        assert app.query_params["invented_reader"] == FAR and not app.warning

    def test_are_the_first_where_the_link_names_nobody_of_them(self) -> None:
        app = session(invented_reader="[Chief](x)")
        assert within(app, current_reader).name == CHIEF
        (warning,) = app.warning
        assert warning.value == (
            r"The link asks for the reader “\[Chief\](x)”, but there is no such reader; you are reading as "
            f"{CHIEF}."
        )
        assert app.query_params == {"invented_reader": CHIEF}

    def test_stay_as_they_were_chosen_when_the_list_is_drawn_anew(self) -> None:
        app = session(invented_reader=FAR)
        within(app, current_reader)
        within(app, lambda: None)
        assert within(app, current_reader).name == FAR
        assert list_of(app).value == FAR


def test_the_board_of_the_invented_force_has_one_reader(release_store: Callable[..., None]) -> None:
    release_store("publish", force="Cumbria (invented demo)")
    app = session()
    assert within(app, current_reader) == Reader("invented readers", MEMBER, MEMBER, (BOARD,))
    assert list_of(app).options == [MEMBER]


def test_whoever_has_several_roles_chooses() -> None:
    app = session()
    both = Reader(PROVIDER, "ann", "Ann", (ANALYST, AUDIT))
    assert within(app, lambda: chosen_access(both)) == ANALYST
    assert (list_of(app).label, list_of(app).options) == ("Read as", ["Analyst", "Reader of the access log"])
    list_of(app).select("Reader of the access log")
    assert within(app, lambda: chosen_access(both)) == AUDIT
    within(app, lambda: None)
    assert within(app, lambda: chosen_access(both)) == AUDIT, "also on the next page"
    assert app.session_state["reads_as"] == "Reader of the access log"


def test_whoever_has_one_role_has_nothing_to_choose() -> None:
    app = session()
    assert within(app, lambda: chosen_access(reader("ann", BOARD))) == BOARD
    assert not app.sidebar.selectbox


@pytest.mark.usefixtures("provider")
def test_a_database_that_would_give_anybody_everything_is_read_by_nobody_who_signs_in(monkeypatch: pytest.MonkeyPatch) -> None:
    given("ann", ["command", "audit"])
    said = claims("ann", roles=["command", "audit"])
    ann = within(session(said), current_reader)
    monkeypatch.setenv("DATABASE_URL", postgresql.new_schema())
    for access in (COMMAND, ANALYST, Access("hub", ("near",))):
        found = denied(session(), lambda access=access: chosen_access(reader("ann", access)))
        assert str(found).startswith("The reporting database has no row-level security: ")
        assert (found.may_sign_in, found.who) == (False, None)
    for access in (BOARD, AUDIT):
        assert within(session(), lambda access=access: chosen_access(reader("ann", access))) == access, "who reads no figures"
    assert not may_still_read(ann, COMMAND, said)
    assert may_still_read(ann, AUDIT, said)


@pytest.mark.usefixtures("provider")
def test_who_signed_in_can_sign_out() -> None:
    app = session()
    ann = Reader(PROVIDER, "ann", "[Ann](x)", (COMMAND,))
    assert within(app, lambda: readers.signs_out(ann, st.sidebar)) is False
    assert [caption.value for caption in app.sidebar.caption] == [r"Signed in as \[Ann\](x)"]
    (button,) = app.sidebar.button
    assert (button.label, button.icon) == ("Sign out", ":material/logout:")
    button.click()
    assert within(app, lambda: readers.signs_out(ann, st.sidebar)) is True


@pytest.mark.usefixtures("invented_force")
def test_where_nobody_signs_in_nobody_signs_out() -> None:
    app = session()
    assert within(app, lambda: readers.signs_out(reader("ann", COMMAND), st.sidebar)) is False
    assert not app.sidebar.button and not app.sidebar.caption


@pytest.mark.usefixtures("provider", "some_file")
class TestWhoReadsOn:
    @pytest.fixture(autouse=True)
    def _listed(self) -> None:
        given("ann", ["command", "analyst"])

    def said(self, ago: timedelta = timedelta(0)) -> dict[str, Any]:
        return claims("ann", ago, roles=["command", "analyst"])

    def test_is_who_may_still(self) -> None:
        ann = signed_in(roles=["command", "analyst"])
        assert may_still_read(ann, COMMAND, self.said())
        grants.revoke(PROVIDER, "ann", "analyst", by="a test", reason="to try it")
        assert not may_still_read(ann, COMMAND, self.said()), "even where another role was taken away"

    def test_is_nobody_who_got_a_role_since(self) -> None:
        ann = signed_in(roles=["command"])
        assert not may_still_read(ann, COMMAND, self.said())

    def test_is_nobody_else(self) -> None:
        ann = signed_in(roles=["command", "analyst"])
        assert not may_still_read(ann, COMMAND, {})
        given("bob", ["command", "analyst"])
        assert not may_still_read(ann, COMMAND, claims("bob", roles=["command", "analyst"]))

    def test_does_not_use_the_sign_in_by_that(self) -> None:
        said = self.said(timedelta(minutes=20))
        ann = within(session(said), current_reader)
        used_at = sign_in(said).at + timedelta(minutes=10)
        sessions._last_uses[sign_in(said)] = used_at
        assert may_still_read(ann, COMMAND, said)
        assert sessions._last_uses[sign_in(said)] == used_at

    def test_ends_half_an_hour_after_the_last_use(self) -> None:
        said = self.said(timedelta(minutes=50))
        sessions._last_uses[sign_in(said)] = sign_in(said).at + timedelta(minutes=25)
        ann = within(session(said), current_reader)
        assert may_still_read(ann, COMMAND, said)
        sessions._last_uses[sign_in(said)] = sign_in(said).at + timedelta(minutes=19)
        assert not may_still_read(ann, COMMAND, said)

    def test_is_nobody_while_the_list_cannot_be_read(self, lose_the_audit_database: Lose) -> None:
        ann = signed_in(roles=["command", "analyst"])
        lose_the_audit_database()
        assert not may_still_read(ann, COMMAND, self.said())


@pytest.mark.usefixtures("invented_force")
def test_an_invented_reader_reads_on_until_the_force_is_not_invented(monkeypatch: pytest.MonkeyPatch, real_url: str) -> None:
    chief = Reader("invented readers", CHIEF, CHIEF, (COMMAND,))
    assert may_still_read(chief, COMMAND, {})
    monkeypatch.setenv("DATABASE_URL", real_url)
    assert not may_still_read(chief, COMMAND, {})
    monkeypatch.setenv("DATABASE_URL", "duckdb:////nowhere/at/all.duckdb")
    assert not may_still_read(chief, COMMAND, {})


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """Seconds, which the test sets."""
    found = [1000.0]
    monkeypatch.setattr(readers, "monotonic", lambda: found[0])
    return found


def begins(app: AppTest, looks: list[Callable[[], object]]) -> int:
    """How often a page begins in a run in which these parts of it run again, as a browser asks for every twenty seconds."""
    begun: list[str] = []

    def run() -> None:
        begun.append("begun")
        if len(begun) == 1:
            for look in looks:
                look()

    within(app, run)
    return len(begun)


def open_page(app: AppTest, do: Callable[[], None]) -> list[Callable[[], object]]:
    """What a page that does this runs again every so often while it stands open."""
    within(app, do)
    return list(app._fragment_storage._fragments.values())


@pytest.mark.usefixtures("provider", "some_file")
class TestAnOpenPage:
    """It looks every twenty seconds whether its reader may still read; a page that takes long looks between its counts."""

    @pytest.fixture
    def app(self) -> AppTest:
        given("ann", ["command"])
        return session(claims("ann", roles=["command"]))

    def page(self) -> None:
        st.session_state.reader, st.session_state.access = current_reader(), COMMAND
        readers.keep_checking_access()

    @pytest.mark.parametrize("as_it_stands", [True, False])
    def test_begins_anew_where_its_reader_may_no_longer_read(self, app: AppTest, clock: list[float], as_it_stands: bool) -> None:
        looks = open_page(app, self.page)
        looks = looks if as_it_stands else [readers.check_access]
        assert len(looks) == 1
        grants.revoke(PROVIDER, "ann", by="a test", reason="to try it")
        assert begins(app, looks) == 1
        clock[0] += 18.9
        assert begins(app, looks) == 1, "no sooner than after nineteen seconds"
        clock[0] += 0.1
        assert begins(app, looks) == 2
        assert begins(app, looks) == 1, "and then after nineteen more"
        clock[0] += 19
        assert begins(app, looks) == 2

    def test_goes_on_where_nothing_has_changed(self, app: AppTest, clock: list[float]) -> None:
        looks = open_page(app, self.page)
        clock[0] += 100
        assert begins(app, looks) == 1

    def test_is_asked_for_every_twenty_seconds(self) -> None:
        assert readers.SECONDS_BETWEEN_ACCESS_CHECKS == 20


@pytest.mark.usefixtures("provider", "some_file")
class TestWhoWasNotLetIn:
    """The page that says why stands open, and begins anew as soon as they may read."""

    @pytest.fixture
    def app(self) -> AppTest:
        return session(claims("ann", roles=["command", "board"]))

    def looks(self, app: AppTest) -> list[Callable[[], object]]:
        looks = open_page(app, readers.keep_asking_to_be_let_in)
        assert len(looks) == 1
        return looks

    def test_is_as_soon_as_they_have_a_role(self, app: AppTest) -> None:
        looks = self.looks(app)
        assert begins(app, looks) == 1
        given("ann", ["command"])
        assert begins(app, looks) == 2

    def test_is_not_looked_for_in_the_run_that_says_why(self, app: AppTest) -> None:
        given("ann", ["command"])
        assert begins(app, [readers.keep_asking_to_be_let_in]) == 1, "else it would begin without end"

    def test_is_not_on_the_server_of_the_board_without_its_role(self, app: AppTest, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("AUDIENCE", "board")
        given("ann", ["command"])
        looks = self.looks(app)
        assert begins(app, looks) == 1
        given("ann", ["board"])
        assert begins(app, looks) == 2

    def test_is_not_to_figures_that_nothing_guards(self, app: AppTest, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("DATABASE_URL", postgresql.new_schema())
        given("ann", ["command"])
        assert begins(app, self.looks(app)) == 1
        monkeypatch.setenv("DATABASE_URL", "duckdb:////nowhere/at/all.duckdb")
        assert begins(app, self.looks(app)) == 1, "nor while there is no database"

    def test_is_no_use_of_the_sign_in(self) -> None:
        given("ann", ["command"])
        said = claims("ann", timedelta(minutes=20), roles=["command"])
        app = session(said)
        looks = self.looks(app)
        assert begins(app, looks) == 2
        assert sign_in(said) not in sessions._last_uses


@pytest.mark.usefixtures("real_force")
def test_where_nobody_could_sign_in_the_page_begins_anew_once_somebody_can(
    monkeypatch: pytest.MonkeyPatch, invented_url: str
) -> None:
    app = session()
    looks = open_page(app, readers.keep_asking_to_be_let_in)
    assert begins(app, looks) == 1
    monkeypatch.setenv("DATABASE_URL", invented_url)
    assert begins(app, looks) == 2
