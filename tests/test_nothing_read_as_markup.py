"""What pages show is written in the program or goes through `escaped`: read in the code, so that no new line can forget it."""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
FILES = [ROOT / "app.py", *sorted((ROOT / "pages").rglob("*.py")), *sorted((ROOT / "auth").rglob("*.py"))]
# What Streamlit reads as Markdown: how many of the first arguments, and by name the label and the tooltip of everything.
MARKDOWN = {
    **dict.fromkeys(("caption", "error", "header", "info", "markdown", "subheader", "success", "title", "warning"), 1),
    **dict.fromkeys(
        ("button", "checkbox", "date_input", "download_button", "expander", "form_submit_button", "multiselect", "selectbox"), 1
    ),
    **dict.fromkeys(("popover", "spinner", "text_area", "text_input"), 1),
    "write": 9,
    "metric": 3,
    "page_link": 0,
}
NAMED = {"body", "delta", "help", "label", "show_spinner", "text", "value"}
# What shows no text, or shows it as it is.
NO_MARKDOWN = (
    *("App", "Page", "cache_data", "cache_resource", "code", "columns", "container", "dataframe", "empty", "form", "fragment"),
    *("get_option", "image", "login", "logout", "navigation", "plotly_chart", "rerun", "set_page_config", "stop", "switch_page"),
)
HTML = ("pages/parts/board.py", "pages/parts/marking.py", "pages/parts/markup.py")  # escape it themselves
NO_SCREEN = ("_LOGGER", "cache", "getLogger", "log")  # have methods of these names too
LETTER_BY_LETTER = ("bold", "bullets", "code", "escaped")


def place(path):
    return path.relative_to(ROOT).as_posix()


def name_of(node):
    """The last part of a name: st of st, write of st.write, getLogger of logging.getLogger(...)."""
    node = node.func if isinstance(node, ast.Call) else node
    return getattr(node, "attr", getattr(node, "id", ""))


def is_literal(node, constants):
    """Whether all of a text is written in the program, is a number, or goes through what escapes it."""
    match node:
        case ast.Constant() | ast.FormattedValue(format_spec=ast.JoinedStr()):
            return True  # no text has a format such as {:,}
        case ast.Name(id=name):
            return name in constants
        case ast.JoinedStr(values=parts) | ast.BoolOp(values=parts):
            return all(is_literal(part, constants) for part in parts)
        case ast.List(elts=parts):
            return all(is_literal(part, constants) for part in parts)
        case ast.FormattedValue(value=part) | ast.Starred(value=part) | ast.GeneratorExp(elt=part) | ast.ListComp(elt=part):
            return is_literal(part, constants)
        case ast.IfExp(body=one, orelse=other) | ast.BinOp(left=one, op=ast.Add(), right=other):
            return is_literal(one, constants) and is_literal(other, constants)
        case ast.Call(func=ast.Attribute(value=ast.Constant(), attr="join"), args=[parts]):
            return is_literal(parts, constants)
        case ast.Call():
            return name_of(node) in LETTER_BY_LETTER
    return False


def constants_of(module):
    """The names of texts that are written at the top of a module."""
    found = set()
    for node in module.body:
        if isinstance(node, ast.Assign) and is_literal(node.value, found):
            found |= {target.id for target in node.targets if isinstance(target, ast.Name)}
    return found


def shown_by(call):
    """The texts that a call shows as Markdown."""
    of_table = "column_config" in ast.unparse(call.func)
    drawn = MARKDOWN.get(name_of(call), 1 if of_table else None)
    if not isinstance(call.func, ast.Attribute) or name_of(call.func.value) in NO_SCREEN or drawn is None:
        return []
    return [*call.args[:drawn], *(each.value for each in call.keywords if each.arg in NAMED)]


def read_as_markup(code):
    """The line and code of each text that could be read as markup."""
    module = ast.parse(code)
    constants = constants_of(module)
    for call in (node for node in ast.walk(module) if isinstance(node, ast.Call)):
        yield from ((text.lineno, ast.unparse(text)) for text in shown_by(call) if not is_literal(text, constants))


@pytest.mark.parametrize("path", FILES, ids=place)
def test_every_text_on_a_page_is_written_there_or_escaped(path):
    assert list(read_as_markup(path.read_text(encoding="utf-8"))) == [], "put it into metrics.markdown.escaped"


@pytest.mark.parametrize(
    "code",
    [
        "st.write(sentence)",
        "st.caption(f'{hub}, the hub')",
        "column.metric('Late', value)",
        "(notices or st).warning(f'No “{linked}”.')",
        "st.button('Go', help=hub)",
        "st.write('**' + hub + '**')",
        "st.markdown('\\n'.join(f'- {reason}' for reason in reasons))",
        "ROUNDED = hub_name()\nst.caption(ROUNDED)",
        "st.column_config.Column(help=hub)",
    ],
)
def test_a_text_that_comes_from_elsewhere_is_found(code):
    assert len(list(read_as_markup(code))) == 1


def test_whatever_of_streamlit_is_used_is_known_to_read_markdown_or_not():
    known = {*MARKDOWN, *NO_MARKDOWN}
    for path in FILES:
        nodes = list(ast.walk(ast.parse(path.read_text(encoding="utf-8"))))
        calls = [node for node in nodes if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)]
        used = {name_of(call) for call in calls if name_of(call.func.value) == "st"}
        assert used - known <= ({"html"} if place(path) in HTML else set()), place(path)
        columns = {name_of(call) for call in calls if name_of(call.func.value) == "column_config"}
        assert columns <= {"Column", "BarChartColumn"}, f"{place(path)}: others make links or pictures of a cell"
        assert not any(keyword.arg == "unsafe_allow_html" for call in calls for keyword in call.keywords), place(path)
        assert not any(isinstance(node, ast.ImportFrom) and node.module == "streamlit" for node in nodes), place(path)


def test_every_chart_is_drawn_where_its_words_are_escaped():
    """`drawn` of metrics/charts/style.py escapes what traces and axes say; templates of hover texts are written there."""
    for path in sorted((ROOT / "metrics" / "charts").glob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and name_of(node) in ("Figure", "FigureWidget"):
                assert path.name == "style.py", place(path)
            if isinstance(node, ast.Dict):
                of_templates = [value for key, value in zip(node.keys, node.values, strict=True) if is_template(key)]
                assert all(isinstance(value, ast.Constant) for value in of_templates), f"{place(path)}:{node.lineno}"


def is_template(key):
    return isinstance(key, ast.Constant) and str(key.value).endswith("template") and key.value != "template"
