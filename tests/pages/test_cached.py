"""What is kept between readers is kept by all that it depends on: nothing in it can be of somebody else."""

import ast

import pytest
from server import ROOT

KEPT_BY = ("_keep", "cache_data", "cache_resource")
# Of the session or the reader: a function that keeps its answers may only be told of these, never look them up.
LOOK_UPS = ("session_state", "user", "context", "query_params", "secrets", "experimental_user", "reader", "readers", "logbook")
FRAMES = ("DataFrame", "Series", "ndarray", "Index", "Any", "object")
# Kept for the whole process on purpose: when each sign-in was last used, by whom it was made.
OF_THE_PROCESS = {"_last_uses"}


def is_keeper(decorator):
    names = [node.attr if isinstance(node, ast.Attribute) else node.id for node in ast.walk(decorator) if _is_name(node)]
    return any(name in KEPT_BY for name in names)


def _is_name(node):
    return isinstance(node, ast.Name | ast.Attribute)


def kept(tree):
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
    return [ROOT / "app.py", *sorted((ROOT / "pages").rglob("*.py"))]


def every_kept():
    return [(path.relative_to(ROOT).as_posix(), function) for path in modules() for function in kept(ast.parse(path.read_text()))]


def test_there_is_something_to_check():
    assert len(every_kept()) >= 15


@pytest.mark.parametrize(("path", "function"), every_kept(), ids=lambda each: getattr(each, "name", each))
def test_what_is_kept_is_kept_by_all_that_it_depends_on(path, function):
    assert list(faults(function)) == []
    assert function.name in OF_THE_PROCESS or not unscoped(function), f"{path}: {function.name} is kept for every reader alike"


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("@st.cache_data\ndef f(_scope: Scope): ...", "_scope is not part of the key"),
        ("@_keep\ndef f(frame: pd.DataFrame): ...", "frame is hashed by a sample, or may be"),
        ("@st.cache_data(ttl=5)\ndef f(key): ...", "key does not say what it is"),
        ("@st.cache_data\ndef f(key: str):\n    return st.session_state.scope", "it looks up session_state"),
        ("@st.cache_data\ndef f(scope: Scope):\n    return scope.access.role", "it looks up role"),
        ("@st.cache_resource\ndef f(*keys: str): ...", "it takes whatever it is given"),
    ],
)
def test_each_fault_is_found(text, fault):
    (function,) = kept(ast.parse(text))
    assert fault in list(faults(function))
