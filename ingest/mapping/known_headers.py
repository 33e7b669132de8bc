"""What records systems, and people who keep a log by hand, call the contract's columns and words: what `suggest` knows by heart.

From what is public of them: labels printed on custody records of forces with Niche and with CONNECT (on which Athena stands),
report definitions of Niche, data.police.uk, and the Home Office's names; what no source has is inferred from these.
"""

from collections.abc import Mapping

from ingest.police_uk_words import WORDS

ABBREVIATIONS = {
    "aa": "appropriate adult",
    "auth": "authorised",
    "cust": "custody",
    "det": "detention",
    "dob": "date of birth",
    "dt": "date",
    "id": "reference",
    "no": "number",
    "num": "number",
    "occ": "occurrence",
    "oic": "officer",
    "ref": "reference",
    "rhi": "return home interview",
    "rui": "released under investigation",
    "sde": "self defined ethnicity",
    "urn": "reference",
}
EVERYWHERE = {
    "child_id": "child reference; child number; person reference; person number; nominal reference; nominal number; "
    "subject reference; suspect reference; detainee reference",
    "crime_id": "crime; crime number; crime reference; occurrence number; occurrence file number; investigation reference; "
    "investigation number",
    "date_of_birth": "date of birth; birth date",
    "sex": "sex; gender",
    "ethnicity_self_defined": "self defined ethnicity; ethnicity self defined; self classified ethnicity",
    "ethnicity_officer_defined": "officer defined ethnicity; ethnicity officer defined; ethnic appearance; officer ethnicity",
    "hub_id": "hub; district; local policing area; lpa",
    "offence_group": "offence group; home office offence group; ho offence group; crime group; offence category",
}
OF_TABLE: Mapping[str, Mapping[str, str]] = {
    "hubs": {"hub_id": "district code; area code; lpa code", "name": "hub name; district name; lpa name", "authority": "council"},
    "crimes": {
        "recorded_on": "recorded date; date recorded; crime recorded date; reported date; date reported; reported time",
        "committed_on": "committed date; date committed; offence date; date of offence; start time; committed from date",
        "offence": "offence; offence description; offence title; occurrence type; occurrence standard type",
    },
    "crime_outcomes": {
        "outcome_code": "outcome; outcome code; home office outcome; outcome number; outcome type",
        "outcome_on": "outcome date; date of outcome; outcome time",
    },
    "disposals": {
        "disposal_id": "disposal reference; disposal number",
        "kind": "disposal; disposal type; type of disposal; disposal method",
        "decided_on": "disposal date; date of disposal; decision date; decided date",
        "committed_on": "date committed; committed date; offence date",
    },
    "detentions": {
        "detention_id": "custody record number; custody number; custody reference; custody record; detention reference",
        "authorised_on": "detention authorised date; date detention authorised; detention date",
        "authorised_at": "detention authorised date time; detention authorised; detention authorised time; "
        "time detention authorised; time of authorised detention; authorised detention time",
        "arrested_at": "arrest date time; arrest time; time of arrest; arrested date time; date time of arrest",
        "charged_at": "charge date time; charged date time; time of charge; charge time",
        "released_at": "release date time; released date time; time of release; release time; date time of release",
        "suite": "custody suite; custody station; suite; station",
        "offence_group": "arrest reason; reason for arrest; arrest offence",
        "appropriate_adult_called_at": "appropriate adult called date time; time appropriate adult called; "
        "appropriate adult requested",
        "appropriate_adult_arrived_at": "appropriate adult arrived date time; time appropriate adult arrived; "
        "appropriate adult arrived",
        "strip_search": "strip search; strip searched; strip search type",
        "liaison_diversion_seen": "liaison and diversion; seen by liaison and diversion; l and d seen",
        "bail_refused": "bail refused; refused bail",
        "result": "disposal; custody outcome; detention outcome; offence disposals; outcome; reason for release",
    },
    "voluntary_interviews": {
        "interview_id": "voluntary attendance reference; voluntary interview reference; interview reference",
        "interviewed_on": "interview date; date of interview; voluntary attendance date",
    },
    "stop_searches": {
        "search_id": "search reference; stop search reference; stop and search reference; search number; stop number",
        "searched_on": "search date; date of search; date of stop",
        "searched_at": "search date time; date time of search; time of search; search time",
        "kind": "search type; type of search; type",
        "object_of_search": "object of search; reason for search; search reason",
        "legislation": "legislation; power; search power; grounds power",
        "outcome": "outcome; search outcome; outcome of search",
        "object_found": "object found; item found; found",
    },
    "missing_episodes": {
        "episode_id": "episode reference; missing reference; missing report number; missing episode; episode; reference",
        "reported_on": "date reported; reported date; date reported missing; reported missing date; date missing; missing date",
        "reported_at": "reported date time; date time reported; date time reported missing; reported time; time reported missing",
        "returned_at": "returned date time; date time returned; found date time; date time found; return date time; time found",
        "risk_initial": "risk; initial risk; risk level; initial risk level; risk at report",
        "risk_final": "final risk; final risk level; risk at close; closing risk",
        "philomena_form": "philomena; philomena form; philomena form held",
        "return_interview_offered_on": "return home interview offered; return home interview offered date; "
        "return interview offered",
        "return_interview_completed_at": "return home interview completed; return home interview done; "
        "return interview completed; return home interview date time; return home interview done date and time",
        "exploitation_concern": "exploitation; exploitation concern; risk of exploitation; cse cce concern",
    },
    "incidents": {
        "incident_id": "incident; incident number; incident reference; log number; storm reference",
        "created_on": "incident date; date created; created date; log date",
        "created_at": "incident date time; created date time; date time created; incident time",
        "category": "incident type; category; incident category; type of incident",
    },
    "risk_management_plans": {"opened_on": "date opened; start date", "closed_on": "date closed; end date"},
    "engagements": {"engagement_id": "session reference; session number", "held_on": "session date; date held; date of session"},
}
MEANINGS: Mapping[str, Mapping[str, str]] = {
    **WORDS,
    "sex": {**WORDS["sex"], "f": "F", "m": "M", "boy": "M", "girl": "F"},
    "result": {
        "rui": "released under investigation",
        "nfa": "no further action",
        "charge": "charged",
        "charged and bailed": "charged",
        "charged & bailed": "charged",
        "bail": "bailed",
        "pre-charge bail": "bailed",
    },
    "risk_initial": {"no apparent": "very low", "med": "medium", "standard": "medium"},
    "risk_final": {"no apparent": "very low", "med": "medium", "standard": "medium"},
    "strip_search": {"no": "none", "n": "none", "yes": "strip", "y": "strip", "intimate parts": "intimate parts exposed"},
    "category": {"anti-social behaviour": "ASB", "antisocial behaviour": "ASB"},
}
