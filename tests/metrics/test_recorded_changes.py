"""A recorded change is said beside every measure that it moves: in its hub, and for the other parts of the same whole."""

from datetime import date

from metrics.signals.recorded_changes import counterparts, sentences
from metrics.signals.targets import Rebase, Settings
from metrics.themes import METRICS
from queries.scope import Access, Scope

DIVERSION, OUTCOME_21, DETENTIONS = (METRICS[key] for key in ("diversion_share", "outcome_21_share", "detentions"))
REBASE = Rebase(date(2025, 9, 1), "diversion takes the place of outcome 21.", "the lead", date(2025, 9, 20))
SINCE, NAMES = date(2023, 11, 1), {"ALL": "Allerdale"}
EVERYWHERE = Scope(Access("command"))


def held(scope=EVERYWHERE, hub="ALL", rebase=REBASE):
    return Settings(scope, {}, {("diversion_share", hub): (rebase,)})


def test_the_shares_of_one_whole_are_counterparts():
    moved_by = counterparts(OUTCOME_21, list(METRICS.values()))
    assert moved_by[0] is OUTCOME_21
    assert DIVERSION in moved_by
    assert METRICS["outcome_21_imagery_share"] not in moved_by, "of another whole"
    assert counterparts(DETENTIONS, list(METRICS.values())) == [DETENTIONS]


def test_a_change_to_a_counterpart_is_said_with_its_hub():
    said = (
        "Recorded change in Allerdale to “diversion”, a part of the same whole, from September 2025: diversion takes the place "
        "of outcome 21 (recorded by the lead, 20 September 2025)."
    )
    assert sentences(OUTCOME_21, [OUTCOME_21, DIVERSION], held(), SINCE, NAMES) == [said]
    assert sentences(DETENTIONS, [DETENTIONS], held(), SINCE, NAMES) == []


def test_of_its_own_measure_only_what_its_chart_does_not_say():
    in_the_hub = Scope(Access("command"), hubs=("ALL",))
    assert sentences(DIVERSION, [DIVERSION], held(in_the_hub), SINCE, NAMES) == [], "its chart is rebased, and says so"
    (said,) = sentences(DIVERSION, [DIVERSION], held(), SINCE, NAMES)
    assert said.startswith("Recorded change in Allerdale, from September 2025: ")


def test_what_came_before_the_chart_is_not_said():
    old = Rebase(date(2023, 10, 31), "long ago", "the lead", date(2023, 11, 1))
    assert sentences(OUTCOME_21, [OUTCOME_21, DIVERSION], held(rebase=old), SINCE, NAMES) == []
    whole = Rebase(SINCE, "everywhere", "the lead", SINCE)
    (said,) = sentences(OUTCOME_21, [OUTCOME_21, DIVERSION], held(hub=None, rebase=whole), SINCE, NAMES)
    assert said == (
        "Recorded change to “diversion”, a part of the same whole, from November 2023: everywhere (recorded by the lead, "
        "1 November 2023)."
    )
