"""Crime and antisocial behaviour by children: how much of it comes to notice, for the number of children who live here."""

from metrics.metric import Better, Metric, Number, Rate, Ratio, TopTenth
from queries.themes import crime as q
from queries.themes import incidents

TITLE = "Crime and antisocial behaviour"
ABOUT = "Crimes with a suspect under 18, by the day they were committed, and incidents of antisocial behaviour involving a child."
HEADLINE = "child_suspect_crime_rate"

_COUNTING_RULES = "Home Office, Counting rules for recorded crime"
_STANDARD = "Home Office, National Standard for Incident Recording"
_SUSPICION = (
    "Suspicion is not proof. A crime counts once, however many children are suspected; crimes reported late are not in yet."
)
_INVOLVED = "A child who is involved may have done it, seen it or suffered from it."

METRICS = (
    Metric(
        key="child_suspect_crimes",
        name="Crimes with a child suspect",
        question="How many crimes is a child suspected of?",
        formula=Number(q.CRIMES),
        unit="crimes",
        better=Better.LOWER,
        source=_COUNTING_RULES,
        caveats=(_SUSPICION,),
    ),
    Metric(
        key="child_suspect_crime_rate",
        name="Crimes with a child suspect for every 1,000 children",
        question="How many crimes is a child suspected of, for the number who live here?",
        formula=Rate(q.CRIMES, per=1_000),
        unit="crimes for every 1,000 residents aged 10-17 a year",
        better=Better.LOWER,
        source=f"{_COUNTING_RULES}; residents: ONS",
        caveats=(_SUSPICION,),
    ),
    Metric(
        key="crimes_per_child_suspect",
        name="Crimes for each child suspected",
        question="How many crimes are there for each child who is suspected of any?",
        formula=Ratio(q.SUSPICIONS, of=q.CHILDREN),
        unit="crimes",
        better=Better.LOWER,
        source=_COUNTING_RULES,
        caveats=("A crime counts once for each child suspected of it.",),
    ),
    Metric(
        key="crimes_top_tenth_share",
        name="Crimes of the tenth of children suspected most",
        question="What share of all suspected crimes are of the tenth of children who are suspected most often?",
        formula=TopTenth(q.SUSPICIONS),
        unit="% of crimes, each once for each child suspected",
        better=Better.NEITHER,
        source="Local rule",
    ),
    Metric(
        key="asb_incidents",
        name="Incidents of antisocial behaviour",
        question="How many incidents of antisocial behaviour involve a child?",
        formula=Number(incidents.ASB),
        unit="incidents",
        better=Better.LOWER,
        source=_STANDARD,
        caveats=(_INVOLVED,),
        left_out=(incidents.UNCATEGORISED,),
    ),
    Metric(
        key="asb_incident_rate",
        name="Incidents of antisocial behaviour for every 1,000 children",
        question="How many incidents of antisocial behaviour involve a child, for the number who live here?",
        formula=Rate(incidents.ASB, per=1_000),
        unit="incidents for every 1,000 residents aged 10-17 a year",
        better=Better.LOWER,
        source=f"{_STANDARD}; residents: ONS",
        caveats=(_INVOLVED, "Children under 10 are in the incidents, but not among the residents."),
        left_out=(incidents.UNCATEGORISED,),
    ),
)
