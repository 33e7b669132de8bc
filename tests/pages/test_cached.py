"""What is kept between readers is kept by all that it depends on: nothing in it can be of somebody else."""

import ast
from datetime import date

import pandas as pd
import pytest
import streamlit as st
from product import BUILT_AT
from server import ROOT
from sqlalchemy import Connection, NullPool, create_engine

from pages.parts import cache
from pages.parts.cache import kept
from queries.facts.building import build
from queries.scope import Access, Scope
from queries.tables import metadata

KEPT_BY = ("kept", "cache_data", "cache_resource")
# Of the session or the reader: a function that keeps its answers may only be told of these, never look them up.
LOOK_UPS = (
    "session_state",
    "user",
    "context",
    "query_params",
    "secrets",
    "experimental_user",
    "reader",
    "readers",
    "audit_trail",
    "logbook",
)
FRAMES = ("DataFrame", "Series", "ndarray", "Index", "Any", "object")
# Kept for the whole process on purpose: when each sign-in was last used, by whom it was made; and what is released for all.
OF_THE_PROCESS = {"_last_uses", "_latest"}


def is_keeper(decorator):
    names = [node.attr if isinstance(node, ast.Attribute) else node.id for node in ast.walk(decorator) if _is_name(node)]
    return any(name in KEPT_BY for name in names)


def _is_name(node):
    return isinstance(node, ast.Name | ast.Attribute)


def functions_kept(tree):
    """The functions of a module that keep their answers."""
    functions = [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)]
    return [function for function in functions if any(is_keeper(decorator) for decorator in function.decorator_list)]


def faults(function):
    """What makes a kept answer unsafe, in words."""
    arguments = function.args
    every = [*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs]
    for argument in every:
        if argument.arg.startswith("_"):
            yield f"{argument.arg} is not part of the key"
        if argument.annotation is None:
            yield f"{argument.arg} does not say what it is"
        elif any(name in ast.unparse(argument.annotation) for name in FRAMES):
            yield f"{argument.arg} is hashed by a sample, or may be"
    if arguments.vararg or arguments.kwarg:
        yield "it takes whatever it is given"
    for node in ast.walk(ast.Module(function.body, [])):
        name = node.attr if isinstance(node, ast.Attribute) else node.id if isinstance(node, ast.Name) else ""
        if name in LOOK_UPS or name == "role":
            yield f"it looks up {name}"


def unscoped(function):
    """A kept answer read from the database without the scope or the access of its reader."""
    said = [ast.unparse(argument.annotation) for argument in function.args.args if argument.annotation]
    return not any(name in said for name in ("Scope", "Access"))


def modules():
    return [ROOT / "app.py", *(path for room in ("auth", "pages") for path in sorted((ROOT / room).rglob("*.py")))]


def trees():
    return {path.relative_to(ROOT).as_posix(): ast.parse(path.read_text()) for path in modules()}


def every_kept():
    return [(path, function) for path, tree in trees().items() for function in functions_kept(tree)]


def kept_otherwise(tree):
    """The lines where Streamlit's caches are asked for, but not as a decorator: what is kept by it goes unread here."""
    decorators = [decorator for function in ast.walk(tree) for decorator in getattr(function, "decorator_list", ())]
    in_decorators = {id(node) for decorator in decorators for node in ast.walk(decorator)}
    keepers = [node for node in ast.walk(tree) if _is_name(node) and is_keeper(node) and id(node) not in in_decorators]
    return [node.lineno for node in keepers if isinstance(node, ast.Attribute) or node.id != "kept"]


def test_there_is_something_to_check():
    assert len(every_kept()) >= 15


def test_nothing_is_kept_but_by_a_decorator():
    """Save in `kept` itself, once, which checks what it keeps (see below)."""
    lines = [(path, line) for path, tree in trees().items() for line in kept_otherwise(tree)]
    assert [path for path, _ in lines] == ["pages/parts/cache.py"], lines


def test_what_is_kept_past_the_decorator_is_found():
    assert kept_otherwise(ast.parse("def f(): ...\ng = st.cache_data(f)\nh = cache_resource(f)")) == [2, 3]


@pytest.mark.parametrize(("path", "function"), every_kept(), ids=lambda value: getattr(value, "name", value))
def test_what_is_kept_is_kept_by_all_that_it_depends_on(path, function):
    assert list(faults(function)) == []
    assert function.name in OF_THE_PROCESS or not unscoped(function), f"{path}: {function.name} is kept for every reader alike"


FAULTS = [
    ("@st.cache_data\ndef f(_scope: Scope): ...", "_scope is not part of the key"),
    ("@kept\ndef f(_scope: Scope): ...", "_scope is not part of the key"),
    ("@kept\ndef f(scope: Scope, frame: pd.DataFrame): ...", "frame is hashed by a sample, or may be"),
    ("@kept\ndef f(scope: Scope, *, frames: tuple[pd.Series, ...]): ...", "frames is hashed by a sample, or may be"),
    ("@st.cache_data(ttl=5)\ndef f(key): ...", "key does not say what it is"),
    ("@kept\ndef f(scope: Scope, key): ...", "key does not say what it is"),
    ("@st.cache_data\ndef f(key: str):\n    return st.session_state.scope", "it looks up session_state"),
    ("@kept\ndef f(scope: Scope):\n    return scope.access.role", "it looks up role"),
    ("@kept\ndef f(access: Access):\n    return audit_trail.who()", "it looks up audit_trail"),
    ("@st.cache_resource\ndef f(*keys: str): ...", "it takes whatever it is given"),
    ("@kept\ndef f(scope: Scope, *keys: str): ...", "it takes whatever it is given"),
    ("@kept\ndef f(scope: Scope, **keys: str): ...", "it takes whatever it is given"),
]


@pytest.mark.parametrize(("text", "fault"), FAULTS)
def test_each_fault_is_found(text, fault):
    (function,) = functions_kept(ast.parse(text))
    assert fault in list(faults(function))


@pytest.mark.parametrize(
    "text",
    [
        "def f(connection: Connection, key: str): ...",
        "def f(connection: Connection, key: str) -> Scope: ...",
        "def f(connection: Connection, hubs: tuple[Access, ...]): ...",
    ],
)
def test_what_is_kept_for_nobody_in_particular_is_found(text):
    (function,) = functions_kept(ast.parse(f"@kept\n{text}"))
    assert unscoped(function)
    with pytest.raises(TypeError, match="it does not say for whom it is asked"):
        run(f"@kept\n{text}")


def run(text):
    """A module of this text, imported."""
    exec(
        text, {"__name__": "module", "kept": kept, "st": st, "pd": pd, "Access": Access, "Connection": Connection, "Scope": Scope}
    )


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("def f(scope: Scope): ...", "it does not begin with a connection"),
        ("def f(connection: Connection, _scope: Scope): ...", "Streamlit leaves _scope out of the key"),
        ("def f(connection: Connection, scope: Scope, key): ...", "key does not say what it is"),
        ("def f(connection: Connection, scope: Scope, *keys: str): ...", "[*]keys: str takes whatever it is given"),
        ("def f(connection: Connection, scope: Scope, **keys: str): ...", "[*][*]keys: str takes whatever it is given"),
        *(
            (f"def f(connection: Connection, scope: Scope, value: {kind}): ...", "value is no plain value")
            for kind in ("pd.DataFrame", "pd.Series", "object", "list[str]", "dict[str, str]", "set[str]", "tuple[pd.Index, ...]")
        ),
    ],
)
def test_a_module_with_a_question_that_cannot_be_kept_is_not_imported(text, problem):
    with pytest.raises(TypeError, match=f"^f cannot be kept: {problem}"):
        run(f"@kept\n{text}")


def test_questions_that_streamlit_could_not_tell_apart_are_not_kept():
    def question(connection: Connection, scope: Scope) -> str:
        return str(scope)

    with pytest.raises(TypeError, match="it stands inside another function"):
        kept(question)


ANSWERED = []


@kept
def events(connection: Connection, key: str, access: Access, by: tuple[str, ...] = ()) -> str:
    """What stands in for one question of the cache."""
    ANSWERED.append("events")
    return f"events: {key}"


@kept
def children(connection: Connection, key: str, access: Access, by: tuple[str, ...] = ()) -> str:
    """Another one, of the same arguments."""
    ANSWERED.append("children")
    return f"children: {key}"


@kept
def in_scope(connection: Connection, scope: Scope) -> pd.DataFrame:
    """One whose answer could be changed by whoever gets it."""
    ANSWERED.append("in scope")
    return pd.DataFrame({"value": [0]})


def new_database(path):
    """A file with the tables and no rows, and its facts."""
    with create_engine(f"duckdb:///{path}", poolclass=NullPool).begin() as connection:
        metadata.create_all(connection)
        build(connection, BUILT_AT)


@pytest.fixture
def answered(tmp_path, monkeypatch):
    """Which questions were answered since the test began, rather than looked up; over data of a version of its own."""
    monkeypatch.setenv("DATABASE_URL", f"duckdb:///{tmp_path / 'one.duckdb'}")
    new_database(tmp_path / "one.duckdb")
    ANSWERED.clear()
    return ANSWERED


ANALYST, SERGEANT = Access("analyst"), Access("hub", ("CAR",))


def test_a_question_asked_again_is_looked_up(answered):
    assert events("searches", ANALYST) == events("searches", access=ANALYST, by=()) == "events: searches"
    assert answered == ["events"]
    assert events("detentions", ANALYST) == "events: detentions"
    assert events("searches", ANALYST, ("month",)) == "events: searches"
    assert answered == ["events"] * 3


def test_two_questions_of_the_same_arguments_do_not_get_each_others_answers(answered):
    assert events("searches", ANALYST) == "events: searches"
    assert children("searches", ANALYST) == "children: searches"
    assert answered == ["events", "children"]


def test_a_question_over_other_data_is_answered_anew(answered, tmp_path, monkeypatch):
    events("searches", ANALYST)
    new_database(tmp_path / "two.duckdb")
    (tmp_path / "two.duckdb").replace(tmp_path / "one.duckdb")  # as the importer swaps in a new file
    events("searches", ANALYST)
    new_database(tmp_path / "other.duckdb")
    monkeypatch.setenv("DATABASE_URL", f"duckdb:///{tmp_path / 'other.duckdb'}")
    events("searches", ANALYST)
    assert answered == ["events"] * 3


def test_a_question_of_another_reader_is_answered_anew(answered):
    """By role, by hubs, and by whatever else narrows a scope."""
    for access in (ANALYST, Access("command"), SERGEANT, Access("hub", ("BAR",)), Access("hub", ("BAR", "CAR"))):
        events("searches", access)
    assert answered == ["events"] * 5
    answered.clear()
    scopes = [
        Scope(ANALYST),
        Scope(Access("command")),
        Scope(SERGEANT),
        Scope(ANALYST, hubs=("CAR",)),
        Scope(ANALYST, date(2026, 1, 1), date(2026, 2, 1)),
        Scope(ANALYST, as_at=date(2026, 1, 1)),
        Scope(ANALYST, placed_by="residence"),
        Scope(ANALYST, residents_only=True),
    ]
    for scope in scopes:
        in_scope(scope)
    assert answered == ["in scope"] * len(scopes)


def test_an_answer_is_nobody_elses_to_change(answered):
    answer = in_scope(Scope(ANALYST))
    answer.loc[0, "value"] = 1
    assert list(in_scope(Scope(ANALYST))["value"]) == [0]
    assert answered == ["in scope"]


def test_a_question_keeps_its_name_and_its_words():
    assert cache.frame.__name__ == "frame"
    assert cache.frame.__doc__.startswith("A measure by some dimensions")
