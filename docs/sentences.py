"""Every sentence that the pages and commands can say, read from the code that says it: `python -m docs.sentences`.

A place that is filled in at run time stands in braces. Read them as a sergeant would.
"""

import ast
import re
import sys
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parent.parent
ROOMS = ("pages", "auth", "meetings", "metrics", "queries", "ingest", "audit", "demo", "release")
# SQL, what police forces print in their files and call their columns, and what the Home Office calls its outcomes.
NOT_SAID = (
    "queries/row_level_security/policies.py",
    "queries/row_level_security/views.py",
    "ingest/police_uk_words.py",
    "ingest/mapping/known_headers.py",
    "demo/codes.py",
)
_SHORTEST = 3  # words


def sentences() -> Iterator[tuple[str, int, str]]:
    """The file, line and text of each, in the order of files and lines."""
    for room in ROOMS:
        for path in sorted((ROOT / room).rglob("*.py")):
            place = path.relative_to(ROOT).as_posix()
            if place not in NOT_SAID:
                yield from ((place, line, text) for line, text in sorted(_of_module(ast.parse(path.read_text(encoding="utf-8")))))


def _of_module(tree: ast.Module) -> Iterator[tuple[int, str]]:
    silent = {id(part) for node in ast.walk(tree) for part in _not_said_in(node)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant | ast.JoinedStr) and id(node) not in silent and _is_said(text := _text(node)):
            yield node.lineno, text


def _not_said_in(node: ast.AST) -> Iterator[ast.AST]:
    """Docstrings, annotations, and the parts of a text that is read as a whole."""
    match node:
        case ast.JoinedStr():
            yield from (part for part in ast.walk(node) if part is not node)
        case ast.Module() | ast.ClassDef() | ast.FunctionDef() if ast.get_docstring(node, clean=False) is not None:
            yield node.body[0].value  # type: ignore[attr-defined]
        case ast.AnnAssign() | ast.arg() if node.annotation:
            yield from ast.walk(node.annotation)


def _text(node: ast.Constant | ast.JoinedStr) -> str:
    if isinstance(node, ast.Constant):
        return node.value if isinstance(node.value, str) else ""
    return "".join(str(part.value) if isinstance(part, ast.Constant) else f"{{{_named(part)}}}" for part in node.values)


def _named(part: ast.expr) -> str:
    """What is filled in, in few words."""
    assert isinstance(part, ast.FormattedValue)
    names = [node.attr if isinstance(node, ast.Attribute) else node.id for node in ast.walk(part.value) if _is_name(node)]
    return names[0] if names else "…"


def _is_name(node: ast.AST) -> bool:
    return isinstance(node, ast.Name | ast.Attribute)


def _is_said(text: str) -> bool:
    """Several words with spaces between them, at least one of them of plain small letters; no markup, no statement."""
    words = text.split()
    is_markup = text.lstrip().startswith(("<", "@", ".st", "SELECT", "WITH ", "SET ", "ALTER", "CREATE", "window."))
    return len(words) >= _SHORTEST and not is_markup and any(re.fullmatch(r"[a-z]+[.,:;?]?", word) for word in words)


def main() -> None:
    last = ""
    try:
        for place, line, text in sentences():
            if place != last:
                print(f"\n{place}")
            last = place
            print(f"{line:5}  {text.strip()}")
    except BrokenPipeError:  # whoever reads our output has seen enough
        sys.stderr.close()


if __name__ == "__main__":
    main()
