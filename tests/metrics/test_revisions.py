"""Figures as reported beside what the same period shows now: differences, what is worth mentioning, and the words for it."""

import csv
import io
import json
import shutil
from datetime import date, datetime, timedelta

import duckdb
import pandas as pd
import pytest
from product import answered, database_of
from recount.by_hand import numbered, row, rows

from metrics.__main__ import main
from metrics.measuring.figures import FIGURES
from metrics.reports import revised_figure, revisions
from metrics.reports.headline import headlines
from metrics.themes import METRICS, THEMES
from queries.engine import connect
from queries.lookups.kept_figures import kept, moments
from queries.lookups.quality import span
from queries.periods import latest_period
from queries.scope import Access, Scope

NOWHERE = float("nan")
OCTOBER, NOVEMBER = (datetime.fromisoformat(f"2026-{month}-20T08:30:00") for month in (10, 11))
YEAR = {"opens": date(2025, 10, 1), "closes": date(2026, 10, 1)}


def figure(numerator, denominator, value):
    return pd.Series([numerator, denominator, value, NOWHERE, NOWHERE], index=FIGURES)


def share(numerator, denominator):
    return figure(numerator, denominator, numerator / denominator if denominator else NOWHERE)


def frame(key, hub_id="", **figures):
    return pd.DataFrame([{"key": key, "hub_id": hub_id, "kept_at": OCTOBER, **YEAR, **figures}])


@pytest.mark.parametrize(
    ("before", "now", "sentence"),
    [
        (
            share(180, 437),
            share(186, 443),
            "Reported as 41.2% (180 of 437); the same period now shows 42.0% (186 of 443).",
        ),
        (
            share(180, 437),
            share(181, 439),
            "Reported as 41.2% (180 of 437); the same period now shows 41.2% (181 of 439), the same when rounded.",
        ),
        (share(180, 437), share(180, 437), "Unchanged."),
        (share(0, 0), share(0, 0), "There was no figure then, and there is none now."),
        (figure(NOWHERE, NOWHERE, NOWHERE), share(0, 0), "There was no figure then, and there is none now."),
        (
            figure(NOWHERE, NOWHERE, NOWHERE),
            share(1, 4),
            "There was no figure then; the same period now shows 25.0% (1 of 4): its data were loaded since.",
        ),
        (
            share(1, 1),
            share(0, 0),
            "Reported as 100.0% (1 of 1); the same period now has no figure.",
        ),
    ],
)
def test_sentences_of_a_share(before, now, sentence):
    assert revised_figure.sentence(METRICS["overnight_share"], before, now) == sentence


@pytest.mark.parametrize(
    ("key", "before", "now", "sentence"),
    [
        (
            "detentions",
            figure(12, NOWHERE, 12),
            figure(13, NOWHERE, 13),
            "Reported as 12 detentions; the same period now shows 13 detentions.",
        ),
        (
            "detention_rate",
            figure(12, 2400, 5),
            figure(12, 2000, 6),
            "Reported as 5.0 for every 1,000 (12 among 2,400 residents aged 10-17); the same period now shows 6.0 for every "
            "1,000 (12 among 2,000 residents aged 10-17): the number of residents was updated since.",
        ),
        (
            "hours_detained",
            figure(NOWHERE, 20, 6.4),
            figure(NOWHERE, 21, 6.5),
            "Reported as 6.4 hours (20 measured); the same period now shows 6.5 hours (21 measured).",
        ),
    ],
)
def test_sentences_of_other_measures(key, before, now, sentence):
    assert revised_figure.sentence(METRICS[key], before, now) == sentence


@pytest.mark.parametrize(
    ("key", "before", "now", "words"),
    [
        ("overnight_share", 180 / 437, 186 / 443, "up 0.8 points"),  # 41.19% and 41.99%: 41.2% and 42.0% on screen
        ("overnight_share", 0.41249, 0.41251, "up 0.1 points"),  # as a reader would subtract
        ("overnight_share", 0.41251, 0.41349, "none"),  # more apart, but both 41.3% on screen
        ("detentions", 1234, 1220, "down 14"),
        ("detentions", 999, 2234, "up 1,235"),
        ("detention_rate", 5.04, 4.96, "none"),
        ("detentions", NOWHERE, 3, ""),
        ("detentions", 3, NOWHERE, ""),
    ],
)
def test_differences_are_of_what_is_on_screen(key, before, now, words):
    assert revised_figure.difference(METRICS[key], before, now) == words


REST = {"numerator": 1, "denominator": 2, "lower": 0, "upper": 1}
NOTHING = frame("overnight_share", value=NOWHERE, **REST).iloc[:0]


@pytest.mark.parametrize(
    ("before", "now", "mentioned"),
    [
        (0.5, 0.551, True),
        (0.5, 0.55, False),  # a tenth, and no more
        (0.5, 0.5504, False),  # 55.0% on screen
        (0.5, 0.449, True),
        (0.41249, 0.41251, False),  # another figure on screen, but by a point in four hundred
        (0.0, 0.001, True),  # nothing became something
        (NOWHERE, 0.4, True),
        (0.4, NOWHERE, True),
        (NOWHERE, NOWHERE, False),
        (0.4, 0.4, False),
    ],
)
def test_worth_mentioning_is_what_moved_by_more_than_a_tenth_or_came_or_went(before, now, mentioned):
    found = revisions.compare(
        frame("overnight_share", value=before, **REST), frame("overnight_share", value=now, **REST), NOTHING
    )
    assert list(found["worth_mentioning"]) == [mentioned]


def test_worth_mentioning_is_what_compares_differently_with_the_year_before():
    """520 children beside 460 a year ago are no clear difference, 525 are more: one in a hundred tips it."""
    key = "detentions"
    rows = [frame(key, numerator=n, denominator=NOWHERE, value=n, lower=NOWHERE, upper=NOWHERE) for n in (520, 525, 460)]
    found = revisions.compare(*rows)
    assert list(found["worth_mentioning"]) == [True]
    assert list(found["sentence"]) == [
        "Reported as 520 detentions; the same period now shows 525 detentions. "
        "The comparison with the year before was: no clear difference; it is now: higher."
    ]
    assert not revisions.compare(rows[0], rows[1], NOTHING)["worth_mentioning"].any()


def test_the_furthest_moved_comes_first_and_one_cause_is_said_once():
    def moved(values):
        rest = {"numerator": 1, "lower": NOWHERE, "upper": NOWHERE}
        return pd.concat([frame(key, denominator=values[key], value=values[key], **rest) for key in values])

    before = {"detentions": 100, "searches": 100, "missing_episodes": 100, "detention_rate": 5.0}
    found = revisions.compare(
        moved(before), moved({**before, "detentions": 99, "searches": 109, "missing_episodes": 130}), NOTHING
    )
    table = revisions.listing(found, {})
    file = revisions.file(found, {})
    assert list(file["measure"]) == list(table["Measure"]) and list(file["worth_mentioning"]) == list(table["Worth mentioning"])
    assert file.iloc[0][["told", "now", "difference", "hub"]].tolist() == [100, 130, 30, ""]
    assert file.iloc[3][["told", "now", "difference"]].tolist() == [5.0, 5.0, 0.0]
    named = ("missing_episodes", "searches", "detentions", "detention_rate")
    assert list(table["Measure"]) == [METRICS[key].name for key in named]
    assert list(table["Worth mentioning"]) == ["yes", "no", "no", "no"]
    assert [measure for measure, _, _ in revisions.worth_mentioning(table)] == [METRICS["missing_episodes"].name]
    said = revisions.summary(found)
    assert said.startswith("Of 4 figures reported then, 3 show a different value now, and 1 is worth mentioning. A figure is ")
    assert said.count("The cause: records were entered, completed or corrected since.") == 1
    both = revisions.compare(moved(before), moved({**before, "detentions": 99, "searches": 109, "detention_rate": 6.0}), NOTHING)
    assert "The cause of 2 of 3: records were entered, completed or corrected since." in revisions.summary(both)
    assert both.set_index("key")["sentence"]["detention_rate"].endswith(": the number of residents was updated since.")
    apart = revisions.compare(moved(before), moved({**before, "detentions": 99, "detention_rate": 6.0}), NOTHING)
    assert "The cause" not in revisions.summary(apart)


def test_compare_gives_a_row_for_each_figure_reported_in_the_order_of_the_themes():
    """The force in November was never reported; Barrow, reported then, is not counted now."""
    rest = {"lower": NOWHERE, "upper": NOWHERE}
    kept = pd.concat(
        [
            frame("outcome_21_share", numerator=1, denominator=4, value=0.25, **rest),
            frame("overnight_share", "BAR", numerator=1, denominator=2, value=0.5, **rest),
            frame("overnight_share", numerator=1, denominator=3, value=1 / 3, **rest),
        ]
    )
    now = pd.concat(
        [
            frame("overnight_share", numerator=2, denominator=4, value=0.5, **rest),
            frame("outcome_21_share", numerator=1, denominator=4, value=0.25, **rest),
            frame("outcome_21_share", numerator=9, denominator=9, value=1, **rest).assign(opens=date(2025, 11, 1)),
        ]
    )
    found = revisions.compare(kept, now, now.iloc[:0])
    assert list(found) == [
        *("key", "hub", "kept_at", "opens", "closes", "told", "now", "difference"),
        *("numerator_told", "numerator_now", "numerator_difference"),
        *("denominator_told", "denominator_now", "denominator_difference"),
        *("worth_mentioning", "cause", "sentence"),
    ]
    assert list(found["key"] + found["hub"]) == ["overnight_share", "overnight_shareBAR", "outcome_21_share"]
    assert list(found["told"]) == [1 / 3, 0.5, 0.25]
    assert found["now"].fillna(-1).tolist() == [0.5, -1, 0.25]
    assert found["numerator_difference"].fillna(-9).tolist() == [1, -9, 0]
    assert list(found["worth_mentioning"]) == [True, True, False]
    assert revisions.summary(found) == (
        "Of 3 figures reported then, 2 show a different value now, and 2 are worth mentioning. A figure is listed if "
        "it moved by more than 10%, if its comparison with the year before changed, or if it appeared or disappeared. The "
        "cause: records were entered, completed or corrected since. A change in a figure already reported is a revision, not a "
        "trend."
    )
    assert revisions.summary(found[found["key"] == "outcome_21_share"]) == "No figure reported then shows a different value now."


def test_which_load_a_meeting_saw_the_figures_of():
    assert revisions.earlier_load([NOVEMBER, OCTOBER]) == OCTOBER
    assert revisions.earlier_load([NOVEMBER, OCTOBER], NOVEMBER) == NOVEMBER
    assert revisions.earlier_load([NOVEMBER, OCTOBER], NOVEMBER - timedelta.resolution) == OCTOBER
    assert revisions.earlier_load([OCTOBER], OCTOBER) == OCTOBER
    with pytest.raises(revisions.NoEarlierFigures, match=r"No figures are kept yet: `python -m ingest` keeps them at every load"):
        revisions.earlier_load([])
    with pytest.raises(
        revisions.NoEarlierFigures, match=r"Figures were kept once, on 20 October 2026, 09:30; there is something to"
    ):
        revisions.earlier_load([OCTOBER])
    with pytest.raises(
        revisions.NoEarlierFigures,
        match=r"No figures were kept by 19 October 2026, 09:30; the first were kept on 20 October 2026, 09:30: give a later",
    ):
        revisions.earlier_load([OCTOBER], OCTOBER - timedelta(days=1))


def test_a_measure_that_is_no_longer_counted_is_left_out():
    engine = connect(
        database_of(
            rows(
                stop_searches=numbered("search_id", [row(kind="person", searched_on="2026-01-01", age=15, outcome="arrest")]),
                kept_figures=[
                    {"kept_at": OCTOBER, "key": key, "hub_id": None, **YEAR, "value": 0.5, "data_end": date(2026, 9, 30)}
                    for key in ("forgotten_share", "search_outcome_rate")
                ],
            )
        )
    )
    found = answered(engine, revisions.revisions, OCTOBER, Scope(Access("command")))
    assert list(found["key"]) == ["search_outcome_rate"]


def test_a_database_that_others_fill_has_none(tmp_path):
    shutil.copy(database_of({}).removeprefix("duckdb:///"), tmp_path / "views.duckdb")
    with duckdb.connect(str(tmp_path / "views.duckdb")) as theirs:
        theirs.execute("DROP TABLE kept_figures")
    with connect(f"duckdb:///{tmp_path / 'views.duckdb'}").connect() as connection:
        assert moments(connection) == []


# On the invented force


@pytest.mark.parametrize("hubs", [None, ("carlisle",)])
def test_what_is_kept_is_what_the_overview_opens_with(demo_url, hubs):
    engine = connect(demo_url)
    with engine.connect() as connection:
        opens, closes = latest_period(*span(connection))
        scope = Scope(Access("command"), start=opens, end=closes, hubs=hubs)
        found = kept(connection, moments(connection)[0], scope).set_index("key")
    shown = answered(engine, headlines, [theme.headline for theme in THEMES], scope)
    assert set(found.index) == {headline.key for headline in shown if headline.period}
    for headline in shown:
        if headline.period:
            assert (found.loc[headline.key, "opens"], found.loc[headline.key, "closes"]) == (
                headline.period.opens,
                headline.period.closes,
            )
            for name in FIGURES:
                assert found.loc[headline.key, name] == pytest.approx(headline.now[name], nan_ok=True), (headline.key, name)


def test_the_demo_has_something_true_to_show(demo_url):
    engine = connect(demo_url)
    with engine.connect() as connection:
        latest, before = moments(connection)
    scope = Scope(Access("command"))
    assert before == OCTOBER
    found = answered(engine, revisions.revisions, before, scope)
    assert (found["sentence"] != "Unchanged.").sum() > len(found) / 2, "late records move most figures"
    assert not found["worth_mentioning"].any(), "but none of the whole force so far that a meeting should hear of it"
    assert (found["sentence"] == "Unchanged.").any()
    assert (found["difference"].abs() / found["told"]).median() < 0.05, "a revision is small"
    assert (answered(engine, revisions.revisions, latest, scope)["sentence"] == "Unchanged.").all()


# On the command line


@pytest.fixture
def run(capsys, demo_url):
    def ask(*arguments):
        ended = main(["revisions", *arguments, "--database", demo_url])
        said = capsys.readouterr()
        return ended, said.out, said.err

    return ask


def test_the_command_prints_a_table_and_sentences(run):
    ended, out, err = run()
    assert (ended, err) == (0, "")
    assert out.startswith("As reported after the load of 20 October 2026, 09:30\n")
    assert "Detentions that last overnight" in out
    assert "October 2025 to September 2026" in out
    assert "A change in a figure already reported is a revision, not a trend." in out


def test_the_command_answers_to_its_earlier_name_too(capsys, demo_url, run):
    assert main(["told", "--database", demo_url]) == 0
    printed = capsys.readouterr()
    assert printed.out == run()[1]
    assert printed.err == "`python -m metrics told` is now `python -m metrics revisions`; the old name still works.\n"


def test_the_command_as_csv_and_json(run):
    _, out, _ = run("--hub", "carlisle", "eden", "--format", "csv")
    listed = list(csv.DictReader(io.StringIO(out)))
    assert [line["hub"] for line in listed[:2]] == ["carlisle", "eden"]
    assert {line["kept_at"] for line in listed} == {"2026-10-20 08:30:00"}
    both = [line for line in listed if line["told"] and line["now"]]
    assert both
    assert all(float(line["told"]) + float(line["difference"]) == pytest.approx(float(line["now"])) for line in both)
    assert run("--format", "csv", "--raw") == run("--format", "csv"), "no hub is called like a formula, and no number is text"
    _, out, _ = run("--format", "json")
    assert {found["hub"] for found in json.loads(out)} == {""}


@pytest.mark.parametrize("at", ["2026-10-20", "2026-10-20T08:30:00", "2026-10-20T09:30:00+01:00"])
def test_the_command_as_reported_on_a_day(run, at):
    assert run("--kept-at", at)[1].startswith("As reported after the load of 20 October 2026, 09:30\n")


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (
            ("--kept-at", "2026-10-19"),
            "No figures were kept by 19 October 2026, 23:59; the first were kept on 20 October 2026, 09:30: give a later day.",
        ),
        (("--kept-at", "2026-10-20T08:29:00Z"), "No figures were kept by 20 October 2026, 09:29; "),
        (("--kept-at", "Monday"), "'Monday' is not a date; write it as 2025-04-01, or an instant as "),
        (("--hub", "kendal"), "kendal is not a hub; the hubs are allerdale, "),
    ],
)
def test_the_command_refuses_in_a_sentence(run, arguments, sentence):
    ended, out, err = run(*arguments)
    assert (ended, out) == (2, "")
    assert err.startswith(sentence)


def test_records_that_were_withdrawn_are_the_cause():
    kept, now = frame("detentions", **figure(10, None, 10)), frame("detentions", **figure(8, None, 8))
    searches = frame("searches", **figure(10, None, 10)), frame("searches", **figure(8, None, 8))
    found = revisions.compare(pd.concat([kept, searches[0]]), pd.concat([now, searches[1]]), NOTHING, {"detentions"})
    withdrawn, changed = found.set_index("key").loc[["detentions", "searches"], "cause"]
    assert withdrawn == "records were withdrawn since, and others entered, completed or corrected"
    assert changed == "records were entered, completed or corrected since"
    assert "8" in found["sentence"][0] and withdrawn in " ".join(found["sentence"])


@pytest.mark.parametrize(
    ("period", "said"),
    [
        (("2025-11-01", "2026-11-01"), True),
        (("2026-10-01", "2026-11-01"), False),  # no year
        (("2024-04-01", "2025-04-01"), False),  # begins after it ended
        (("2020-01-01", "2021-01-01"), False),
    ],
)
def test_what_was_last_told_is_said_of_the_latest_year_alone(demo_url, period, said):
    scope = Scope(Access("command"), *(date.fromisoformat(day) for day in period))
    sentence = answered(connect(demo_url), revisions.last_told, "overnight_share", scope)
    assert bool(sentence) == said
    if said:
        assert sentence.startswith("Told on ")
        assert " for October 2025 to September 2026: 39.3%; the same months now show 39.5%." in sentence
    assert answered(connect(demo_url), revisions.last_told, "detentions", scope) == "", "none but the main measures are kept"
