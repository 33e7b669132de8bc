"""Targets and the steps of control charts load as all else does, and what no measure can be held against is set aside."""

from datetime import date

WITHOUT_FACTS = True

TARGETS = "metric_key,hub_id,value,applies_from_on,set_by,set_on,reason\n"
STEPS = "metric_key,hub_id,starts_on,reason,recorded_by,recorded_on\n"
NO_DECIMAL = "is not a decimal number such as 0.8 or 12.5 (80% is 0.8)"
NO_FRACTION = "is the target of a share: give a fraction from 0 to 1, such as 0.8 for 80%"
NO_MEASURE = "is not a measure: `python -m metrics list` names them"
A_COUNT = "is a plain count, which grows with the length of the period: set the target for its rate or share"


def target(key="overnight_share", value="0.4", hub="", applies_from="2026-07-01", set_on="2026-06-30"):
    return f"{key},{hub},{value},{applies_from},the board,{set_on},as the strategy asks\n"


def test_targets_and_steps_load_and_a_later_file_takes_the_place_of_a_row(with_people):
    first = with_people.take(
        "targets-1.csv", TARGETS + target() + target(value="0.25", hub="CAR") + target("detention_rate", "9")
    )
    assert with_people.counts(first) == (3, 3, 0, 0, 0)
    second = with_people.take("targets-2.csv", TARGETS + target(value="0.35") + target(value="0.250", hub="CAR"))
    assert with_people.counts(second) == (2, 0, 1, 1, 0)
    assert with_people.rows("targets", "metric_key", "hub_id", "value", "applies_from_on") == [
        ("detention_rate", None, 9.0, date(2026, 7, 1)),
        ("overnight_share", None, 0.35, date(2026, 7, 1)),
        ("overnight_share", "CAR", 0.25, date(2026, 7, 1)),
    ]
    steps = STEPS + "detentions,CAR,2025-09-01,a bail desk opened,the custody lead,2025-09-20\n"
    assert with_people.counts(with_people.take("chart_steps.csv", steps)) == (1, 1, 0, 0, 0)
    assert with_people.rows("chart_steps") == [
        ("detentions", "CAR", date(2025, 9, 1), "a bail desk opened", "the custody lead", date(2025, 9, 20))
    ]
    assert with_people.rows("loads", "table_name", "data_from")[0] == ("chart_steps", None), "not events, so of no days"


def test_a_target_may_apply_from_a_day_to_come(intake):
    assert intake.take("targets.csv", TARGETS + target(applies_from="2030-01-01")).new == 1


def test_decimal_numbers(intake):
    written = {"0.8": 0.8, " .8 ": 0.8, "1": 1.0, "1.": 1.0, "+0.80": 0.8, "0": 0.0}
    rows = (target(value=number, applies_from=f"2026-07-{day:02d}") for day, number in enumerate(written, start=1))
    intake.take("targets.csv", TARGETS + "".join(rows))
    assert [value for _, value in intake.rows("targets", "applies_from_on", "value")] == list(written.values())


def test_what_no_measure_can_be_held_against(intake):
    wrong = [
        ("overnight_share", "", "value", "is required and blank"),
        ("overnight_share", "80%", "value", NO_DECIMAL),
        ("overnight_share", "nan", "value", "is required and blank"),
        ("overnight_share", "1e-1", "value", NO_DECIMAL),
        ("detention_rate", "about 9", "value", NO_DECIMAL),
        ("detention_rate", ".", "value", NO_DECIMAL),
        ("overnight_share", "40", "value", NO_FRACTION),
        ("overnight_share", "-0.1", "value", NO_FRACTION),
        ("detentions_top_tenth_share", "30", "value", NO_FRACTION),
        ("detention_rate", "-1", "value", "is below 0, where no figure can be"),
        ("detentions", "400", "metric_key", A_COUNT),
        ("nights", "0.4", "metric_key", NO_MEASURE),
        ("", "0.4", "metric_key", "is required and blank"),
    ]
    rows = (target(key, value, applies_from=f"2026-07-{day:02d}") for day, (key, value, *_) in enumerate(wrong, start=1))
    report = intake.take("targets.csv", TARGETS + "".join(rows) + target("ccp_visit_share", "0.6"))
    assert intake.reasons(report) == [
        (line, column, {"value": value, "metric_key": key}[column], reason)
        for line, (key, value, column, reason) in enumerate(wrong, start=2)
    ]
    assert intake.rows("targets", "metric_key") == [("ccp_visit_share",)]


def test_the_rules_of_every_table_hold_for_targets(intake):
    rows = (
        target(hub="XXX", applies_from="2026-07-01"),
        target(set_on="2026-07-01", applies_from="2026-07-02"),
        target(set_on="", applies_from="2026-07-03"),
    )
    assert intake.reasons(intake.take("targets.csv", TARGETS + "".join(rows))) == [
        (2, "hub_id", "XXX", "is not known in hubs: load it there first, or correct it"),
        (3, "set_on", "2026-07-01", "is after the day of loading"),
        (4, "set_on", "", "is required and blank"),
    ]


def test_a_target_that_comes_twice_with_different_values_is_not_trusted(intake):
    report = intake.take("targets.csv", TARGETS + target(value="0.4") + target(value="0.3"))
    assert [(line, value) for line, _, value, _ in intake.reasons(report)] == [
        (line, "overnight_share, , 2026-07-01") for line in (2, 3)
    ]


def test_steps_of_what_is_not_measured_not_begun_or_not_explained(intake):
    rows = (
        "nights,,2025-09-01,a reason,the lead,2025-09-20",
        "detentions,,2026-07-01,a reason,the lead,2026-06-20",
        "detentions,,2025-09-01,,the lead,2025-09-20",
    )
    found = intake.reasons(intake.take("chart_steps.csv", STEPS + "\n".join(rows) + "\n"))
    assert [(line, column, reason) for line, column, _, reason in found] == [
        (2, "metric_key", NO_MEASURE),
        (3, "starts_on", "is after the day of loading"),
        (4, "reason", "is required and blank"),
    ]


def test_every_reason_of_a_target_is_told(intake):
    report = intake.check("targets.csv", TARGETS + target("nights", "80%"))
    assert [column for _, column, _, _ in intake.reasons(report)] == ["value", "metric_key"]
