"""What cannot have been, a release before an arrest or an event before a birth, is said with both dates, and not counted."""

from datetime import date

import pytest

from queries.tables import CONTRACT

WITHOUT_FACTS = True

# Of each order of the contract: a row that breaks it, the column that is set aside, what is told of it, and why.
BROKEN = {
    ("crimes", "crime_id,recorded_on,committed_on"): [
        ("X,2025-01-05,2025-01-06", "committed_on", "2025-01-06, recorded_on 2025-01-05", "is after recorded_on"),
    ],
    ("disposals", "disposal_id,child_id,kind,decided_on,committed_on"): [
        ("X,C1,conviction,2025-01-05,2025-01-06", "committed_on", "2025-01-06, decided_on 2025-01-05", "is after decided_on"),
    ],
    ("disposals", "disposal_id,child_id,kind,decided_on,released_on"): [
        ("Y,C1,conviction,2025-01-05,2025-01-04", "released_on", "2025-01-04, decided_on 2025-01-05", "is before decided_on"),
    ],
    ("detentions", "detention_id,child_id,authorised_on,authorised_at,charged_at"): [
        (
            "T,C1,2025-01-05,2025-01-05T10:00,2025-01-05T09:59",
            "charged_at",
            "2025-01-05T09:59Z, authorised_at 2025-01-05T10:00Z",
            "is before authorised_at",
        ),
    ],
    ("detentions", "detention_id,child_id,authorised_on,charged_at"): [
        (
            "S,C1,2025-01-05,2025-01-04T10:00",
            "charged_at",
            "2025-01-04T10:00Z, authorised_on 2025-01-05",
            "is before authorised_on",
        ),
    ],
    ("detentions", "detention_id,child_id,authorised_on,authorised_at,arrested_at"): [
        (
            "X,C1,2025-01-05,2025-01-05T10:00,2025-01-05T10:01",
            "arrested_at",
            "2025-01-05T10:01Z, authorised_at 2025-01-05T10:00Z",
            "is after authorised_at",
        ),
    ],
    ("detentions", "detention_id,child_id,authorised_on,released_at,charged_at"): [
        (
            "Y,C1,2025-01-05,2025-01-06T10:00,2025-01-06T10:01",
            "charged_at",
            "2025-01-06T10:01Z, released_at 2025-01-06T10:00Z",
            "is after released_at",
        ),
    ],
    ("detentions", "detention_id,child_id,authorised_on,ccp_reviewed_on"): [
        ("Z,C1,2025-01-05,2025-01-04", "ccp_reviewed_on", "2025-01-04, authorised_on 2025-01-05", "is before authorised_on"),
    ],
    ("detentions", "detention_id,child_id,authorised_on,arrested_at,ccp_visited_at"): [
        (
            "R,C1,2025-01-05,2025-01-05T10:00,2025-01-05T09:59",
            "ccp_visited_at",
            "2025-01-05T09:59Z, arrested_at 2025-01-05T10:00Z",
            "is before arrested_at",
        ),
    ],
    ("detentions", "detention_id,child_id,authorised_on,ccp_visited_at"): [
        (
            "Q,C1,2025-01-05,2025-01-04T10:00",
            "ccp_visited_at",
            "2025-01-04T10:00Z, authorised_on 2025-01-05",
            "is before authorised_on",
        ),
    ],
    ("detentions", "detention_id,child_id,authorised_on,arrested_at,appropriate_adult_called_at"): [
        (
            "P,C1,2025-02-05,2025-02-05T10:00,2025-01-05T11:00",
            "appropriate_adult_called_at",
            "2025-01-05T11:00Z, arrested_at 2025-02-05T10:00Z",
            "is before arrested_at",
        ),
    ],
    ("detentions", "detention_id,child_id,authorised_on,arrested_at,appropriate_adult_arrived_at"): [
        (
            "O,C1,2025-02-05,2025-02-05T10:00,2025-02-04T23:59",
            "appropriate_adult_arrived_at",
            "2025-02-04T23:59Z, arrested_at 2025-02-05T10:00Z",
            "is before arrested_at",
        ),
    ],
    ("detentions", "detention_id,child_id,authorised_on,authorised_at,released_at"): [
        (
            "V,C1,2025-06-05,2025-06-05T10:00,2025-06-05T09:59",
            "released_at",
            "2025-06-05T08:59Z, authorised_at 2025-06-05T09:00Z",
            "is before authorised_at",
        ),
    ],
    ("detentions", "detention_id,child_id,authorised_on,released_at"): [
        (
            "W,C1,2025-01-05,2025-01-04T23:59",
            "released_at",
            "2025-01-04T23:59Z, authorised_on 2025-01-05",
            "is before authorised_on",
        ),
    ],
    ("stop_searches", "search_id,kind,searched_on,followed_up_on"): [
        ("X,person,2025-01-05,2025-01-04", "followed_up_on", "2025-01-04, searched_on 2025-01-05", "is before searched_on"),
    ],
    ("stop_searches", "search_id,kind,searched_on,scrutinised_on"): [
        ("Y,person,2025-01-05,2025-01-04", "scrutinised_on", "2025-01-04, searched_on 2025-01-05", "is before searched_on"),
    ],
    ("missing_episodes", "episode_id,child_id,reported_on,returned_at"): [
        ("X,C1,2025-01-05,2025-01-04T10:00", "returned_at", "2025-01-04T10:00Z, reported_on 2025-01-05", "is before reported_on"),
    ],
    ("missing_episodes", "episode_id,child_id,reported_on,reported_at,returned_at"): [
        (
            "U,C1,2025-01-05,2025-01-05T10:00,2025-01-05T09:59",
            "returned_at",
            "2025-01-05T09:59Z, reported_at 2025-01-05T10:00Z",
            "is before reported_at",
        ),
    ],
    ("missing_episodes", "episode_id,child_id,reported_on,return_interview_offered_on"): [
        (
            "Y,C1,2025-01-05,2025-01-04",
            "return_interview_offered_on",
            "2025-01-04, reported_on 2025-01-05",
            "is before reported_on",
        ),
    ],
    ("missing_episodes", "episode_id,child_id,reported_on,returned_at,return_interview_completed_at"): [
        (
            "Z,C1,2025-01-05,2025-01-06T10:00,2025-01-06T09:59",
            "return_interview_completed_at",
            "2025-01-06T09:59Z, returned_at 2025-01-06T10:00Z",
            "is before returned_at",
        ),
    ],
    ("missing_episodes", "episode_id,child_id,reported_on,reported_at,return_interview_completed_at"): [
        (
            "W,C1,2025-01-05,2025-01-05T10:00,2025-01-05T09:00",
            "return_interview_completed_at",
            "2025-01-05T09:00Z, reported_at 2025-01-05T10:00Z",
            "is before reported_at",
        ),
    ],
    ("missing_episodes", "episode_id,child_id,reported_on,return_interview_completed_at"): [
        (
            "V,C1,2025-01-05,2025-01-04T09:00",
            "return_interview_completed_at",
            "2025-01-04T09:00Z, reported_on 2025-01-05",
            "is before reported_on",
        ),
    ],
    ("incidents", "incident_id,created_on,reviewed_at"): [
        ("X,2025-01-05,2025-01-04T10:00", "reviewed_at", "2025-01-04T10:00Z, created_on 2025-01-05", "is before created_on"),
    ],
    ("incidents", "incident_id,created_on,created_at,reviewed_at"): [
        (
            "Y,2025-01-05,2025-01-05T10:00,2025-01-05T09:00",
            "reviewed_at",
            "2025-01-05T09:00Z, created_at 2025-01-05T10:00Z",
            "is before created_at",
        ),
    ],
    ("care_spells", "child_id,status,started_on,ended_on"): [
        ("C1,in care,2025-01-05,2025-01-04", "ended_on", "2025-01-04, started_on 2025-01-05", "is before started_on"),
    ],
    ("outcome_codes", "outcome_code,label,outcome_group,valid_from,valid_to"): [
        ("X,A,diversion,2025-01-05,2025-01-04", "valid_to", "2025-01-04, valid_from 2025-01-05", "is before valid_from"),
    ],
    ("children", "child_id,date_of_birth,pnc_first_disposal_on"): [
        (
            "C7,2010-05-04,2010-05-03",
            "pnc_first_disposal_on",
            "2010-05-03, date_of_birth 2010-05-04",
            "is before date_of_birth",
        ),
    ],
    ("risk_management_plans", "plan_id,child_id,opened_on,review_due_on"): [
        ("Y,C1,2025-01-05,2025-01-04", "review_due_on", "2025-01-04, opened_on 2025-01-05", "is before opened_on"),
    ],
    ("risk_management_plans", "plan_id,child_id,opened_on,closed_on"): [
        ("X,C1,2025-01-05,2025-01-04", "closed_on", "2025-01-04, opened_on 2025-01-05", "is before opened_on"),
    ],
}
ELSEWHERE = {("crime_outcomes", "superseded_on", "outcome_on")}  # in test_rejected_rows, with its crime and code


def orders():
    """(table, later, earlier) of all that the contract lists."""
    for table in CONTRACT:
        for order in table.info["orders"]:
            yield from ((table.name, order, name) for name in order.earlier)


def test_each_order_of_the_contract_is_here():
    told = {(table, frozenset({column, why.split(" ")[-1]})) for (table, _), rows in BROKEN.items() for _, column, _, why in rows}
    expected = [(table, order.later, name) for table, order, name in orders()]
    assert told == {(table, frozenset(pair)) for table, *pair in expected if (table, *pair) not in ELSEWHERE}


def files(intake, cases):
    """The files of these headers and rows, in the order of loading, each with its table and rows."""
    listed = [table.name for table in CONTRACT]
    ordered = sorted(enumerate(cases.items()), key=lambda case: (listed.index(case[1][0][0]), case[0]))
    return [
        (intake.file(f"{table}-{number}.csv", "\n".join([header, *(row for row, *_ in rows)])), table, rows)
        for number, ((table, header), rows) in ordered
    ]


def test_what_comes_before_what_it_follows_is_told_with_both(with_people):
    """It costs the row where a blank would say that something goes on still, else the column in doubt."""
    costs_its_row = {(table, order.later) for table, order, _ in orders() if not order.doubtful}
    written = files(with_people, BROKEN)
    for report, (_, table, rows) in zip(with_people.load(*(path for path, *_ in written)), written, strict=True):
        cells = [told for _, *told in rows if (table, told[0]) not in costs_its_row]
        refused = [(line, *told) for line, (_, *told) in enumerate(rows, 2) if (table, told[0]) in costs_its_row]
        assert [[one.column, one.value, one.reason] for one in report.unread] == cells
        assert with_people.reasons(report) == refused
        assert with_people.counts(report) == (len(rows), len(cells), 0, 0, len(refused))


KEPT = {
    ("crimes", "crime_id,recorded_on,committed_on"): [["X,2025-01-05,2025-01-05"], ["Y,2025-01-05,1950-01-01"]],
    ("care_spells", "child_id,status,started_on,ended_on"): [["C1,in care,2025-01-05,2025-01-05"]],
    ("children", "child_id,date_of_birth"): [["C8,1932-01-01"]],
    # A midnight stands for its day where a system keeps no more.
    ("detentions", "detention_id,child_id,authorised_on,authorised_at,arrested_at"): [
        ["X,C1,2025-06-05,2025-06-05T00:00,2025-06-05T22:00"]
    ],
    # A mother who is there when her child is arrested; a visit between the arrest and its authorisation.
    ("detentions", "detention_id,child_id,authorised_on,arrested_at,appropriate_adult_arrived_at,ccp_visited_at"): [
        ["Y,C1,2025-01-05,2025-01-05T10:00,2025-01-05T09:30,2025-01-05T10:10"]
    ],
    ("missing_episodes", "episode_id,child_id,reported_on,reported_at,returned_at,return_interview_completed_at"): [
        ["X,C1,2025-06-05,,2025-06-06T10:00,2025-06-06 00:00:00"],
        ["Y,C1,2025-01-05,2025-01-05T10:00,2025-01-05T10:00,"],
    ],
    ("incidents", "incident_id,created_on,created_at,reviewed_at"): [
        ["X,2025-01-05,2025-01-05T10:00,2025-01-05T00:00:00"],
        ["Y,2025-06-05,2025-06-04T23:30Z,"],  # half past midnight in London
    ],
}


def test_what_may_have_been_is_read(with_people):
    written = files(with_people, KEPT)
    reports = with_people.load(*(path for path, *_ in written))
    assert [(report.new, report.unread) for report in reports] == [(len(rows), ()) for *_, rows in written]


def test_a_midnight_that_would_cost_the_row_is_a_time(with_people):
    """Nobody is released before they were detained: whether the day or the time is wrong, nothing tells."""
    header = "detention_id,child_id,authorised_on,authorised_at,released_at\n"
    report = with_people.check("detentions.csv", header + "X,C1,2025-01-05,2025-01-05T10:00,2025-01-05T00:00\n")
    assert "released_at" in [column for _, column, _, _ in with_people.reasons(report)]


def test_an_instant_of_another_day_than_its_row_is_not_read(with_people):
    """And what it would have ruled out is held against the day alone."""
    header = "detention_id,child_id,authorised_on,authorised_at,released_at\n"
    rows = (
        "X,C1,2025-01-05,2025-01-06T10:00,2025-01-05T12:00\n"
        "Y,C1,2025-06-05,2025-06-05T23:30Z,\n"
        "Z,C1,2025-06-05,2025-06-05T22:30Z,\n"
    )
    report = with_people.take("detentions.csv", header + rows)
    assert with_people.counts(report) == (3, 3, 0, 0, 0)
    (unread,) = report.unread
    assert (unread.column, unread.cells, unread.line) == ("authorised_at", 2, 2)
    assert (unread.value, unread.reason) == (
        *("2025-01-06T10:00Z, authorised_on 2025-01-05", "is not of the London day of authorised_on"),
    )


@pytest.mark.usefixtures("each_engine")
def test_an_event_before_its_child_was_born_stays_and_says_that_the_age_is_not_known(with_people):
    """C1 was born on 4 May 2010. On the day itself a child is nought."""
    header = "search_id,kind,child_id,searched_on\n"
    rows = "S1,person,C1,2010-05-03\nS2,person,C1,2009-01-01\nS3,person,C1,2010-05-04\nS4,person,,2009-01-01\n"
    report = with_people.take("stop_searches.csv", header + rows)
    assert with_people.counts(report) == (4, 4, 0, 0, 0)
    (unread,) = report.unread
    assert (unread.column, unread.cells, unread.line, unread.value, unread.reason) == (
        *("searched_on", 2, 2, "2010-05-03, date_of_birth 2010-05-04"),
        "is before the child's date of birth: the age is not known",
    )
    aside = with_people.rows("set_aside", "line", "column_name")
    assert aside == [(2, "searched_on"), (3, "searched_on")]


def test_so_is_a_child_suspected_of_a_crime_before_its_birth(with_people):
    """The crime's own day counts, or that of its record where nobody knows when it was committed."""
    crimes = "crime_id,recorded_on,committed_on\nK1,2010-05-03,\nK2,2020-01-01,2010-05-03\nK3,2010-05-04,\n"
    with_people.file("crimes.csv", crimes)
    with_people.file("suspects.csv", "crime_id,child_id\nK1,C1\nK2,C1\nK3,C1\n")
    *_, report = with_people.load()
    (unread,) = report.unread
    assert (unread.column, unread.cells, unread.value) == ("crime_id", 2, "2010-05-03, date_of_birth 2010-05-04")
    assert report.new == 3


def test_so_is_an_offence_before_the_birth_of_who_was_dealt_with(with_people):
    """C1 was born on 4 May 2010: which cohort an offence of the day before is of, nothing tells."""
    header = "disposal_id,child_id,kind,decided_on,committed_on\n"
    rows = "D1,C1,conviction,2025-01-05,2010-05-03\nD2,C1,conviction,2025-01-05,2010-05-04\n"
    report = with_people.take("disposals.csv", header + rows)
    (unread,) = report.unread
    assert (unread.column, unread.cells, unread.line, unread.value, unread.reason) == (
        *("committed_on", 1, 2, "2010-05-03, date_of_birth 2010-05-04", "is before the child's date of birth"),
    )
    assert with_people.rows("disposals", "committed_on") == [(None,), (date(2010, 5, 4),)]


def test_a_child_whose_birth_is_corrected_in_the_same_run(with_people):
    """What the run says of the child comes first."""
    with_people.file("children-2.csv", "child_id,date_of_birth\nC1,2008-05-04\n")
    with_people.file("stop_searches.csv", "search_id,kind,child_id,searched_on\nS1,person,C1,2010-05-03\n")
    *_, report = with_people.load()
    assert report.unread == ()
