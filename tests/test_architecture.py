"""The house stands as it was drawn: which room may know which, where each tool lives, and that everything says what it is."""

import ast
import re
from pathlib import Path

import pytest

from metrics.metric import Better
from metrics.themes import METRICS, THEMES
from queries import tables

ROOT = Path(__file__).parent.parent
ROOMS = ("app", "pages", "auth", "audit", "notebook", "meetings", "metrics", "queries", "ingest", "demo", "release")

# What each room may import from this project: app -> pages -> auth -> audit; pages -> metrics -> queries.
MAY_KNOW = {
    "app": {"pages", "auth"},
    "pages": {"auth", "audit", "meetings", "metrics", "queries", "release"},
    "auth": {
        "audit",
        "metrics",
        "queries",
        "release",
    },  # how text is shown; whether the board has anything to see, of which force
    "release": {"metrics", "queries"},
    "audit": {"queries"},
    "notebook": {"audit"},  # the former name of a command
    "meetings": {"metrics", "queries", "release"},
    "metrics": {"queries"},
    "queries": set(),
    "ingest": {"metrics", "queries"},  # what it keeps after a load is what the overview then shows; targets are of measures
    "demo": {"queries", "ingest"},
}
# The floors inside four of them: whoever stands higher may import whoever stands lower, neighbours on a floor never each other.
FLOORS = (
    (
        "queries.addresses",
        "queries.clock",
        "queries.patience",
        "queries.permitted_values",
        "queries.scope",
        "queries.small_databases",
    ),
    ("queries.faults", "queries.periods", "queries.tables"),
    ("queries.facts", "queries.row_level_security"),
    ("queries.counting",),
    ("queries.lookups", "queries.themes"),
    ("queries.engine", "queries.reports"),
    ("queries.row_level_security.policies",),
    ("queries.row_level_security.differences",),
    ("queries.row_level_security.__main__",),
    ("metrics.metric",),
    ("metrics.export", "metrics.statistics", "metrics.words"),
    ("metrics.markdown",),
    ("metrics.sentences", "metrics.themes"),
    ("metrics.measuring",),
    ("metrics.signals",),
    ("metrics.reports",),
    ("metrics.charts",),
    ("metrics.__main__",),
    ("release.grid", "release.key", "release.menu"),
    ("release.counting", "release.store", "release.variables"),
    ("release.merging", "release.notes", "release.records", "release.rounding", "release.sealing"),
    ("release.answers", "release.attack"),
    ("release.protection",),
    ("release.written",),
    ("release.building",),
    ("release.exact", "release.publishing", "release.verification"),
    ("release.__main__",),
    ("ingest.files", "ingest.mapping", "ingest.police_uk_words", "ingest.reading", "ingest.report", "ingest.values"),
    ("ingest.archives", "ingest.database", "ingest.working_copy"),
    ("ingest.facts", "ingest.layouts", "ingest.mapping.known_headers"),
    ("ingest.check", "ingest.mapping.translating", "ingest.police_uk"),
    ("ingest.mapping.filling", "ingest.mapping.likeness", "ingest.sources"),
    ("ingest.extract", "ingest.mapping.file"),
    ("ingest.mapping.suggest", "ingest.mapping.warehouse", "ingest.staged"),
    ("ingest.completeness", "ingest.cross_checks", "ingest.merging"),
    ("ingest.setting_aside", "ingest.staging"),
    ("ingest.bookkeeping",),
    ("ingest.taking",),
    ("ingest.load",),
    ("ingest.command",),
    ("ingest.__main__",),
)
# A command line is a way in, as a page is: it also knows what was recorded on pages.
WAYS_IN = {"metrics/__main__.py": {"meetings"}, "release/__main__.py": {"meetings"}}
FLOOR_OF = {place: number for number, places in enumerate(FLOORS) for place in places}
# Where each tool may be imported; of sqlalchemy, metrics and what keeps answers may only name what they are handed.
TOOLS = {
    "streamlit": ("app.py", "auth/", "pages/"),
    "plotly": ("metrics/charts/",),
    "sqlalchemy": ("queries/", "ingest/", "demo/", "audit/", "meetings/", "release/"),
    "duckdb": ("queries/", "ingest/", "demo/"),
}
HANDED_ON = {"Connection", "ColumnElement"}


def modules(*rooms):
    for room in rooms:
        yield from sorted((ROOT / room).rglob("*.py")) if (ROOT / room).is_dir() else [ROOT / f"{room}.py"]


def place(path):
    return path.relative_to(ROOT).as_posix()


def tree(path):
    return ast.parse(path.read_text(encoding="utf-8"))


def imports(path):
    """(module, name) of everything a file imports, wherever in it; the name is blank for a whole module."""
    found = []
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Import):
            found += [(alias.name, "") for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{place(path)} imports by a relative path"
            found += [(node.module, alias.name) for alias in node.names]
    return found


def test_there_is_something_to_read():
    assert len(list(modules("metrics", "queries"))) > 30
    assert ("sqlalchemy", "Connection") in imports(ROOT / "metrics" / "measuring" / "measure.py")


@pytest.mark.parametrize("room", ROOMS)
def test_arrows_never_run_back(room):
    rooms = set(MAY_KNOW)
    for path in modules(room):
        known = {module.partition(".")[0] for module, _ in imports(path)} & rooms
        may_know = MAY_KNOW[room] | WAYS_IN.get(place(path), set()) | {room}
        assert known <= may_know, f"{place(path)} imports {sorted(known - may_know)}"


def floor_of(module):
    """The number of a module's floor and the place on it; None where it stands on none."""
    parts = module.split(".")
    places = (".".join(parts[:length]) for length in range(len(parts), 1, -1))
    return next(((FLOOR_OF[place], place) for place in places if place in FLOOR_OF), None)


def imported(path):
    """The modules of this project that a file imports, by their whole names."""
    every = {module_of(other) for other in modules(*ROOMS)}
    names = (f"{module}.{name}" if f"{module}.{name}" in every else module for module, name in imports(path))
    return {name for name in names if name in every}


def module_of(path):
    return place(path).removesuffix(".py").removesuffix("/__init__").replace("/", ".")


@pytest.mark.parametrize("room", ["queries", "metrics", "release", "ingest"])
def test_inside_a_room_everything_stands_on_what_is_below_it(room):
    above = {}
    for path in modules(room):
        own = floor_of(module_of(path))
        if module_of(path) == room:
            continue
        assert own, f"{place(path)} stands on no floor; give it one in FLOORS"
        for name in imported(path):
            other = floor_of(name)
            if other and other[1] != own[1] and other[0] >= own[0]:
                above.setdefault(place(path), []).append(name)
    assert not above


def test_the_audit_database_knows_the_roles_how_faults_are_said_and_nothing_else_of_the_dashboard():
    known = {name for path in modules("audit") for name in imported(path) if not name.startswith("audit")}
    assert known == {"queries.scope", "queries.addresses", "queries.faults", "queries.small_databases"}


@pytest.mark.parametrize("tool", TOOLS)
def test_a_tool_is_used_in_its_own_place_only(tool):
    for path in modules(*ROOMS):
        names = {(module, name) for module, name in imports(path) if module.partition(".")[0] == tool}
        if tool == "sqlalchemy" and place(path).startswith(("metrics/", "pages/parts/cache.py")):
            names = {(module, name) for module, name in names if module != "sqlalchemy.exc" and name not in HANDED_ON}
        assert not names or place(path).startswith(TOOLS[tool]), f"{place(path)} imports {sorted(names)}"


def test_pages_live_one_level_down():
    """A fresh server runs scripts directly in pages/ without app.py, and so without sign-in and scope."""
    assert [place(path) for path in (ROOT / "pages").glob("*.py")] in ([], ["pages/__init__.py"])
    assert not any(isinstance(node, ast.stmt) for node in tree(ROOT / "pages" / "__init__.py").body[1:])


# The keys of every theme, as definitions.md section 9 lists them: links, packs and people rely on these names.
KEYS = {
    "first_time_entrants": "first_time_entrants first_time_entrant_rate",
    "repeat_offending": """
        reoffending_rate reoffences_per_reoffender reoffences_per_child
        repeat_suspects repeat_suspect_share repeat_suspect_crime_share repeat_suspects_with_plan_share""",
    "custody": """
        detentions children_detained detention_rate overnight_detentions overnight_share hours_detained hours_detained_p90
        appropriate_adult_wait accommodation_requested_share accommodation_moved_share strip_searches
        strip_search_with_adult_share liaison_diversion_share ccp_visit_share ccp_review_share voluntary_share""",
    "stop_search": """
        searches children_searched search_rate search_outcome_rate search_arrest_rate search_find_rate
        search_linked_outcome_rate search_follow_up_share search_scrutiny_share beyond_outer_clothing_share""",
    "missing": """
        missing_episodes children_missing missing_rate missing_repeat_share frequently_missing_children hours_missing
        return_interview_offered_share return_interview_completed_share return_interview_72h_share
        missing_from_care_share philomena_share""",
    "outcomes": """
        crimes_with_outcome outcome_21_share outcome_21_imagery_share nfa_share nfa_public_interest_share
        nfa_evidential_share nfa_prevented_share charged_share out_of_court_share community_resolution_share
        diversion_share not_yet_assigned_share days_to_outcome""",
    "crime": "child_suspect_crimes child_suspect_crime_rate asb_incidents",
    "care": "care_home_calls",
    "review": "reviewed_24h_share",
    "aces": "high_ace_share ace_assessed_children",
    "plans": "open_plans plans_overdue",
    "engagement": "engagement_sessions engagement_attendances",
}


@pytest.mark.parametrize("theme", KEYS)
def test_every_key_that_was_promised_is_measured_in_its_theme(theme):
    found = {own.key: {metric.key for metric in own.metrics} for own in THEMES}
    assert set(KEYS[theme].split()) <= found[theme]


def test_keys_are_unique_and_in_snake_case():
    keys = [metric.key for theme in THEMES for metric in theme.metrics]
    assert len(set(keys)) == len(keys) == len(METRICS)
    assert all(re.fullmatch(r"[a-z][a-z0-9]*(_[a-z0-9]+)*", key) for key in keys)


@pytest.mark.parametrize("metric", METRICS.values(), ids=METRICS)
def test_every_measure_says_what_it_is(metric):
    assert metric.question.endswith("?")
    assert metric.name and metric.unit and metric.source
    assert isinstance(metric.better, Better)
    assert metric.is_share == metric.unit.startswith("%")
    assert all(part.name and part.name[0].isupper() for part in metric.parts), "what is counted has no words"
    assert all(caveat.endswith(".") for caveat in metric.caveats)
    assert all(count.name[0].islower() for count in metric.left_out), "it follows a number: 3 detentions ..."


def test_every_theme_has_a_headline_of_its_own():
    assert [theme.key for theme in THEMES] == list(KEYS)
    assert all(theme.headline in theme.metrics and theme.title and theme.about.endswith(".") for theme in THEMES)


def test_tables_say_what_tells_their_rows_apart_and_which_day_is_theirs():
    for table in tables.CONTRACT:
        assert table.info["key"] and all(name in table.c for name in table.info["key"]), table.name
        assert table.info["dated_by"] is None or table.info["dated_by"] in table.c, table.name


def undocumented(path, nodes=None):
    """Public functions and classes without a docstring. A function of a single statement may speak for itself."""
    for node in tree(path).body if nodes is None else nodes:
        if not isinstance(node, ast.ClassDef | ast.FunctionDef) or node.name.startswith("_"):
            continue
        if not ast.get_docstring(node) and (isinstance(node, ast.ClassDef) or len(node.body) > 1):
            yield f"{place(path)}:{node.lineno} {node.name}"
        if isinstance(node, ast.ClassDef):
            yield from undocumented(path, node.body)


@pytest.mark.parametrize("room", ["auth", "audit", "meetings", "metrics", "queries"])
def test_everything_public_is_documented(room):
    assert [name for path in modules(room) for name in undocumented(path)] == []


def test_every_module_opens_with_a_sentence():
    for path in modules(*ROOMS):
        assert (ast.get_docstring(tree(path)) or "").rstrip()[-1:] in (".", "`"), place(path)


@pytest.mark.xdist_group("together")
def test_a_group_of_tests_is_known_to_whoever_hands_them_out(request, worker_id):
    """Otherwise no test fails, but each worker starts its own servers and counts the invented force again."""
    assert worker_id == "master" or request.node.nodeid.endswith("@together")
