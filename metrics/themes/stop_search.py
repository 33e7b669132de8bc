"""Stop and search of children: how often, how often with a result, and what happened afterwards."""

from metrics.metric import LOCAL_RULE, Better, Metric, Number, Proportion, Rate, Ratio, TopTenth
from queries.themes import stop_search as q

TITLE = "Stop and search"
ABOUT = "Searches of children aged 10 to 17, what came of them and who looked again afterwards."
HEADLINE = "search_outcome_rate"

_HOME_OFFICE = "Home Office, Police powers and procedures: stop and search, unit = one search of a person"
_YJB = "Youth Justice Board, Youth justice statistics: coverage 10-17"
_CONVERSION = "A search is said to convert if something comes of it: an arrest, a caution, a penalty notice or a resolution."
_GROUNDS = (
    "A low conversion rate is a question about grounds. A difference in it between groups is not by itself a test of bias, "
    "because the groups may differ in how often a search would be justified."
)

METRICS = (
    Metric(
        key="searches",
        name="Searches of children",
        question="How often are children stopped and searched?",
        formula=Number(q.SEARCHES),
        unit="searches",
        better=Better.NEITHER,
        source=f"{_HOME_OFFICE}; {_YJB}",
        caveats=("Searches of vehicles alone are never counted. Two searches of one child on a day are two searches.",),
    ),
    Metric(
        key="children_searched",
        name="Children searched",
        question="How many different children are searched?",
        formula=Number(q.CHILDREN),
        unit="children",
        better=Better.NEITHER,
        source=f"{_HOME_OFFICE}; {_YJB}",
        caveats=("Only searches with a person's reference can tell one child from another.",),
        left_out=(q.OF_NOBODY_KNOWN,),
    ),
    Metric(
        key="search_rate",
        name="Searches for every 1,000 children",
        question="How often are children searched, for the number who live here?",
        formula=Rate(q.SEARCHES, per=1_000),
        unit="searches for every 1,000 residents aged 10-17 a year",
        better=Better.NEITHER,
        source=f"{_HOME_OFFICE}; {_YJB}; residents: ONS",
    ),
    Metric(
        key="search_outcome_rate",
        name="Conversion rate",
        question="How many searches of children lead to anything other than no further action?",
        formula=Proportion(q.ACTIONED, of=q.OUTCOME_RECORDED),
        unit="% of searches with an outcome recorded",
        better=Better.HIGHER,
        source=_HOME_OFFICE,
        caveats=(_CONVERSION, _GROUNDS),
        left_out=(q.OUTCOME_BLANK,),
    ),
    Metric(
        key="search_arrest_rate",
        name="Searches that end in arrest",
        question="How many searches of children end in arrest?",
        formula=Proportion(q.ARRESTED, of=q.OUTCOME_RECORDED),
        unit="% of searches with an outcome recorded",
        better=Better.NEITHER,
        source=_HOME_OFFICE,
        left_out=(q.OUTCOME_BLANK,),
    ),
    Metric(
        key="search_find_rate",
        name="Searches that find something",
        question="In how many searches of children is anything found?",
        formula=Proportion(q.FOUND, of=q.FOUND_RECORDED),
        unit="% of searches that record whether anything was found",
        better=Better.HIGHER,
        source=_HOME_OFFICE,
        caveats=("Extracts from data.police.uk do not say whether anything was found.", _GROUNDS),
        left_out=(q.FOUND_BLANK,),
    ),
    Metric(
        key="search_linked_outcome_rate",
        name="Outcome linked to what was searched for",
        question="How many searches lead to an outcome for the very thing the child was searched for?",
        formula=Proportion(q.LINKED, of=q.LINK_RECORDED),
        unit="% of searches with outcome and link recorded",
        better=Better.HIGHER,
        source=_HOME_OFFICE,
        caveats=("The link alone is not enough: sources also set it where there was no further action.", _GROUNDS),
        left_out=(q.LINK_BLANK,),
    ),
    Metric(
        key="search_follow_up_share",
        name="Children contacted after a search",
        question="After how many searches did someone contact the child?",
        formula=Proportion(q.FOLLOWED_UP, of=q.SEARCHES),
        unit="% of searches",
        better=Better.HIGHER,
        source=LOCAL_RULE,
    ),
    Metric(
        key="search_scrutiny_share",
        name="Searches seen by a scrutiny panel",
        question="How many searches of children did a panel that includes children look at?",
        formula=Proportion(q.SCRUTINISED, of=q.SEARCHES),
        unit="% of searches",
        better=Better.HIGHER,
        source=LOCAL_RULE,
    ),
    Metric(
        key="beyond_outer_clothing_share",
        name="Searches beyond outer clothing",
        question="How many searches of children go beyond coat, jacket and gloves?",
        formula=Proportion(q.BEYOND_OUTER_CLOTHING, of=q.CLOTHING_RECORDED),
        unit="% of searches that record this",
        better=Better.LOWER,
        source=_HOME_OFFICE,
        left_out=(q.CLOTHING_BLANK,),
    ),
    Metric(
        key="search_intimate_parts_share",
        name="Searches that expose intimate parts",
        question="How many searches of children expose intimate parts of the body?",
        formula=Proportion(q.INTIMATE, of=q.INTIMATE_RECORDED),
        unit="% of searches that record this",
        better=Better.LOWER,
        source=_HOME_OFFICE,
        left_out=(q.INTIMATE_BLANK,),
    ),
    Metric(
        key="section_60_searches",
        name="Searches without suspicion (section 60)",
        question="How many children are searched under powers that need no reasonable suspicion?",
        formula=Number(q.SECTION_60),
        unit="searches",
        better=Better.LOWER,
        source=f"{_HOME_OFFICE}; Criminal Justice and Public Order Act 1994, section 60",
    ),
    Metric(
        key="searches_under_10",
        name="Searches of children under 10",
        question="How often are children below the age of criminal responsibility searched?",
        formula=Number(q.UNDER_10),
        unit="searches",
        better=Better.LOWER,
        source=_HOME_OFFICE,
        caveats=("Under-10s are counted in no other figure of this theme.",),
    ),
    Metric(
        key="searches_in_care_share",
        name="Searched children in care",
        question="What share of searches are of a child in care on the day?",
        formula=Proportion(q.IN_CARE, of=q.OF_KNOWN),
        unit="% of searches with a person's reference",
        better=Better.LOWER,
        source=LOCAL_RULE,
        left_out=(q.OF_NOBODY_KNOWN,),
    ),
    Metric(
        key="searches_per_child",
        name="Searches for each child",
        question="How many searches are there for each child searched?",
        formula=Ratio(q.OF_KNOWN_CHILDREN, of=q.CHILDREN),
        unit="searches",
        better=Better.NEITHER,
        source=f"{_HOME_OFFICE}; {_YJB}",
        left_out=(q.OF_NOBODY_KNOWN,),
    ),
    Metric(
        key="searches_top_tenth_share",
        name="Searches of the tenth of children searched most",
        question="What share of all searches are of the tenth of children who are searched most often?",
        formula=TopTenth(q.OF_KNOWN_CHILDREN),
        unit="% of searches with a person's reference",
        better=Better.NEITHER,
        source="Local rule",
        left_out=(q.OF_NOBODY_KNOWN,),
    ),
)
