"""The tables that the data contract lists: one for each kind of thing that happens to a child, is decided, or is looked up."""

from queries.permitted_values import (
    AGE_BANDS,
    CUSTODY_RESULTS,
    DISPOSAL_KINDS,
    ENGAGEMENT_KINDS,
    ETHNIC_GROUPS,
    INCIDENT_CATEGORIES,
    OFFICER_DEFINED,
    OUTCOME_GROUPS,
    RISKS,
    SEARCH_OUTCOMES,
    SELF_DEFINED,
    SEXES,
)
from queries.tables.defining import (
    EARLIEST_BIRTH,
    EARLIEST_OFFENCE,
    Order,
    day,
    figure,
    flag,
    instant,
    metadata,
    number,
    table,
    text,
)

hubs = table(
    "hubs",
    text("hub_id", required=True),
    text("name", required=True),
    text("area"),
    text("authority"),
    text("force"),
    key=("hub_id",),
    readers="own hubs",
    sought_by="hub_id",
)

population = table(
    "population",
    text("hub_id", required=True, refers="hubs"),
    number("year", required=True, bounds=(1990, 2100)),
    number("age", bounds=(0, 120)),
    text("sex", values=SEXES),
    text("ethnic_group", values=ETHNIC_GROUPS),
    number("residents", required=True, bounds=(0, 100_000_000)),
    text("vintage"),
    key=("hub_id", "year", "age", "sex", "ethnic_group"),
    readers="every reader",
)

children = table(
    "children",
    text("child_id", required=True),
    day("date_of_birth", since=EARLIEST_BIRTH),
    text("sex", values=SEXES),
    text("ethnicity_self_defined", values=SELF_DEFINED),
    text("ethnicity_officer_defined", values=OFFICER_DEFINED),
    text("home_hub_id", refers="hubs"),
    day("pnc_first_disposal_on"),
    key=("child_id",),
    readers="force",
    orders=(Order("pnc_first_disposal_on", ("date_of_birth",), doubtful="pnc_first_disposal_on"),),
)

care_homes = table(
    "care_homes",
    text("home_id", required=True),
    text("name", required=True),
    text("hub_id", refers="hubs"),
    key=("home_id",),
    readers="own hubs",
)

care_spells = table(
    "care_spells",
    text("child_id", required=True, refers="children"),
    day("started_on", required=True),
    day("ended_on", planned=True, ends=True),
    text("status", required=True, values=("in care", "care leaver")),
    text("placement", values=("home", "foster", "semi-independent", "other")),
    text("responsible_authority"),
    text("home_id", refers="care_homes"),
    key=("child_id", "started_on", "status"),
    readers="force",
    dated_by="started_on",
    sought_by="child_id",
    orders=(Order("ended_on", ("started_on",)),),
)

crimes = table(
    "crimes",
    text("crime_id", required=True),
    day("recorded_on", required=True),
    day("committed_on", since=EARLIEST_OFFENCE),
    text("hub_id", refers="hubs"),
    text("offence_group"),
    text("offence"),
    flag("youth_produced_imagery"),
    text("home_id", refers="care_homes"),
    key=("crime_id",),
    readers="force",
    dated_by="recorded_on",
    orders=(Order("recorded_on", ("committed_on",), doubtful="committed_on"),),
)

suspects = table(
    "suspects",
    text("crime_id", required=True, refers="crimes"),
    text("child_id", required=True, refers="children"),
    number("age_when_committed", bounds=(0, 17)),
    key=("crime_id", "child_id"),
    readers="force",
)

outcome_codes = table(
    "outcome_codes",
    text("outcome_code", required=True),
    text("label", required=True),
    text("outcome_group", required=True, values=OUTCOME_GROUPS),
    day("valid_from"),
    day("valid_to", planned=True, ends=True),
    key=("outcome_code",),
    readers="every reader",
    orders=(Order("valid_to", ("valid_from",)),),
)

crime_outcomes = table(
    "crime_outcomes",
    text("crime_id", required=True, refers="crimes"),
    text("outcome_code", required=True, refers="outcome_codes"),
    day("outcome_on", required=True),
    day("superseded_on", ends=True),
    key=("crime_id", "outcome_code", "outcome_on"),
    readers="force",
    dated_by="outcome_on",
    orders=(Order("superseded_on", ("outcome_on",)),),
)

disposals = table(
    "disposals",
    text("disposal_id", required=True),
    text("child_id", required=True, refers="children"),
    text("kind", required=True, values=DISPOSAL_KINDS),
    day("decided_on", required=True),
    day("committed_on", since=EARLIEST_OFFENCE),
    day("released_on"),
    flag("custodial"),
    flag("recordable"),
    flag("breach"),
    text("offence_group"),
    text("prosecutor", values=("police", "other")),
    flag("in_england_and_wales"),
    text("residence_hub_id", refers="hubs"),
    flag("resident_in_england_and_wales"),
    key=("disposal_id",),
    readers="force",
    dated_by="decided_on",
    orders=(
        Order("decided_on", ("committed_on",), doubtful="committed_on"),
        Order("released_on", ("decided_on",), doubtful="released_on"),
    ),
)

detentions = table(
    "detentions",
    text("detention_id", required=True),
    text("child_id", required=True, refers="children"),
    day("authorised_on", required=True),
    instant("authorised_at"),
    instant("arrested_at"),
    instant("charged_at"),
    instant("released_at", ends=True),
    text("hub_id", refers="hubs"),
    text("suite"),
    text("offence_group"),
    flag("notifiable"),
    instant("appropriate_adult_called_at"),
    instant("appropriate_adult_arrived_at"),
    text("strip_search", values=("none", "strip", "intimate parts exposed")),
    flag("strip_search_with_adult"),
    flag("liaison_diversion_seen"),
    instant("ccp_visited_at"),
    day("ccp_reviewed_on"),
    flag("bail_refused"),
    text("accommodation_requested", values=("secure", "non-secure")),
    flag("accommodation_moved"),
    text("result", values=CUSTODY_RESULTS),
    key=("detention_id",),
    readers="force",
    dated_by="authorised_on",
    orders=(
        Order("released_at", ("authorised_at", "authorised_on")),
        Order("authorised_at", ("arrested_at",), doubtful="arrested_at"),
        Order("released_at", ("charged_at",), doubtful="charged_at"),
        Order("charged_at", ("authorised_at", "authorised_on"), doubtful="charged_at"),
        Order("ccp_reviewed_on", ("authorised_on",), doubtful="ccp_reviewed_on"),
        Order("ccp_visited_at", ("arrested_at", "authorised_on"), doubtful="ccp_visited_at"),
        # A parent may be there already when a child is arrested.
        Order("appropriate_adult_called_at", ("arrested_at",), doubtful="appropriate_adult_called_at", by_day=True),
        Order("appropriate_adult_arrived_at", ("arrested_at",), doubtful="appropriate_adult_arrived_at", by_day=True),
    ),
)

voluntary_interviews = table(
    "voluntary_interviews",
    text("interview_id", required=True),
    text("child_id", required=True, refers="children"),
    day("interviewed_on", required=True),
    text("hub_id", refers="hubs"),
    text("offence_group"),
    key=("interview_id",),
    readers="force",
    dated_by="interviewed_on",
)

stop_searches = table(
    "stop_searches",
    text("search_id", required=True),
    text("force"),
    day("searched_on", required=True),
    instant("searched_at"),
    text("child_id", refers="children"),
    text("hub_id", refers="hubs"),
    text("kind", required=True, values=("person", "person and vehicle", "vehicle")),
    number("age", bounds=(0, 120)),
    text("age_band", values=AGE_BANDS),
    text("sex", values=SEXES),
    text("ethnicity_self_defined", values=SELF_DEFINED),
    text("ethnicity_officer_defined", values=OFFICER_DEFINED),
    text("legislation"),
    text("object_of_search"),
    text("outcome", values=SEARCH_OUTCOMES),
    flag("object_found"),
    flag("outcome_linked"),
    flag("beyond_outer_clothing"),
    flag("intimate_parts_exposed"),
    day("followed_up_on"),
    day("scrutinised_on"),
    key=("search_id",),
    readers="force",
    dated_by="searched_on",
    orders=(
        Order("followed_up_on", ("searched_on",), doubtful="followed_up_on"),
        Order("scrutinised_on", ("searched_on",), doubtful="scrutinised_on"),
    ),
)

missing_episodes = table(
    "missing_episodes",
    text("episode_id", required=True),
    text("child_id", required=True, refers="children"),
    day("reported_on", required=True),
    instant("reported_at"),
    instant("returned_at", ends=True),
    text("hub_id", refers="hubs"),
    text("risk_initial", values=RISKS),
    text("risk_final", values=RISKS),
    text("home_id", refers="care_homes"),
    flag("philomena_form"),
    day("return_interview_offered_on"),
    instant("return_interview_completed_at"),
    flag("exploitation_concern"),
    key=("episode_id",),
    readers="force",
    dated_by="reported_on",
    orders=(
        Order("returned_at", ("reported_at", "reported_on")),
        Order("return_interview_offered_on", ("reported_on",), doubtful="return_interview_offered_on"),
        Order(
            "return_interview_completed_at",
            ("returned_at", "reported_at", "reported_on"),
            doubtful="return_interview_completed_at",
        ),
    ),
)

incidents = table(
    "incidents",
    text("incident_id", required=True),
    day("created_on", required=True),
    instant("created_at"),
    text("hub_id", refers="hubs"),
    text("category", values=INCIDENT_CATEGORIES),
    text("child_id", refers="children"),
    text("home_id", refers="care_homes"),
    instant("reviewed_at"),
    text("action"),
    key=("incident_id",),
    readers="force",
    dated_by="created_on",
    orders=(Order("reviewed_at", ("created_at", "created_on"), doubtful="reviewed_at"),),
)

ace_assessments = table(
    "ace_assessments",
    text("child_id", required=True, refers="children"),
    day("assessed_on", required=True),
    number("aces", required=True, bounds=(0, 10)),
    key=("child_id", "assessed_on"),
    readers="force",
    dated_by="assessed_on",
)

risk_management_plans = table(
    "risk_management_plans",
    text("plan_id", required=True),
    text("child_id", required=True, refers="children"),
    day("opened_on", required=True),
    day("review_due_on", planned=True),
    day("closed_on", ends=True),
    text("hub_id", refers="hubs"),
    key=("plan_id",),
    readers="force",
    dated_by="opened_on",
    orders=(
        Order("closed_on", ("opened_on",)),
        Order("review_due_on", ("opened_on",), doubtful="review_due_on"),
    ),
)

engagements = table(
    "engagements",
    text("engagement_id", required=True),
    day("held_on", required=True),
    text("hub_id", refers="hubs"),
    text("kind", required=True, values=ENGAGEMENT_KINDS),
    number("attendances", bounds=(0, 1_000_000)),
    key=("engagement_id",),
    readers="force",
    dated_by="held_on",
)

targets = table(
    "targets",
    text("metric_key", required=True),
    text("hub_id", refers="hubs"),  # blank: the whole force, and each hub without a target of its own
    figure("value", required=True),
    day("applies_from_on", required=True, planned=True),
    text("set_by", required=True),
    day("set_on", required=True),
    text("reason", required=True),
    key=("metric_key", "hub_id", "applies_from_on"),
    readers="own hubs or blank",
)

chart_steps = table(
    "chart_steps",
    text("metric_key", required=True),
    text("hub_id", refers="hubs"),  # blank: the whole force and every hub
    day("starts_on", required=True),
    text("reason", required=True),
    text("recorded_by", required=True),
    day("recorded_on", required=True),
    key=("metric_key", "hub_id", "starts_on"),
    readers="own hubs or blank",
)

CONTRACT = tuple(metadata.tables.values())  # in an order that every reference finds its target loaded
