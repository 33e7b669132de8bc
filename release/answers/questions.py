"""What the board asks, one question a page: which released numbers answer it, over time, by hub and by child."""

from collections.abc import Mapping
from dataclasses import dataclass

from release.answers.released import Number, Rate, Release, Share, Told, rate, share
from release.grid import HUB, PERIOD

Figure = Number | Share | Rate


@dataclass(frozen=True)
class Question:
    """One question, and how a release answers it.

    ``key``        its address
    ``title``      in a word or two; ``asked`` in full
    ``kind``       of event, in the menu
    ``events``     what these are, in the plural, for a sentence
    ``split``      what came of them, by which they are told; none where they are counted as they are
    ``part, of``   the category of that split whose share is told, and of which category (blank: of all)
    ``did``        what those did, for a sentence: lasted overnight
    ``per``        residents, of these ages, for every so many of whom a rate is told
    ``published``  the key of the measure of which other places' figures are published
    ``measure``    the key of the measure that is the same figure, exactly
    ``children``   whether it is said of how many children they were
    """

    key: str
    title: str
    asked: str
    kind: str
    events: str
    split: str = ""
    part: str = ""
    of: str = ""
    did: str = ""
    per: tuple[int, str] = (0, "")
    published: str = ""
    measure: str = ""
    children: bool = False
    views: tuple[str, ...] = ("time", "hub", "age_band", "sex", "in_care", "ethnicity")

    @property
    def is_share(self) -> bool:
        return bool(self.part)

    def told(self, release: Release) -> Told:
        return release.told[self.kind]

    def number(self, release: Release, **at: str) -> Number | None:
        """How many there are of what is asked, narrowed to these categories."""
        narrowed = {**at, self.split: self.part} if self.is_share else at
        return self.told(release).number(narrowed)

    def out_of(self, release: Release, **at: str) -> Number | None:
        """Of how many, where a share is asked for."""
        return self.told(release).number({**at, self.split: self.of} if self.of else at)

    def figure(self, release: Release, **at: str) -> Figure | None:
        """The answer, narrowed to these categories; None where it is not told or is of too few."""
        found = self.number(release, **at)
        return share(found, self.out_of(release, **at)) if self.is_share else found

    def rate(self, release: Release, year: str, hub: str = "") -> Rate | None:
        """For every so many residents in a year, where that is asked for."""
        per, ages = self.per
        if not per:
            return None
        at: Mapping[str, str] = {PERIOD: year, **({HUB: hub} if hub else {})}
        return rate(self.number(release, **at), release.residents(ages, year, hub), per)


SIX = (
    Question(
        "entering",
        "First-time entrants",
        "How many children enter the youth justice system?",
        "entrants",
        "first-time entrants",
        per=(100_000, "10-17"),
        published="first_time_entrant_rate",
        measure="first_time_entrants",
    ),
    Question(
        "reoffending",
        "Repeat offending",
        "How many children reoffend within a year?",
        "reoffending",
        "children cautioned, convicted or released",
        split="reoffended",
        part="reoffended",
        measure="reoffending_rate",
        did="were proven to have reoffended",
    ),
    Question(
        "nights",
        "Police custody",
        "How many detentions keep a child in a police cell overnight?",
        "detentions",
        "detentions of children with both times recorded",
        split="night",
        part="overnight",
        of="times recorded",
        measure="overnight_share",
        children=True,
        did="lasted overnight",
    ),
    Question(
        "searching",
        "Stop and search",
        "How many searches of children lead to anything?",
        "searches",
        "searches of children with an outcome recorded",
        split="outcome",
        part="action taken",
        of="outcome recorded",
        measure="search_outcome_rate",
        children=True,
        did="led to action",
    ),
    Question(
        "going_missing",
        "Missing children",
        "How often is a missing child one who was missing before?",
        "missing",
        "missing episodes of children",
        split="again",
        part="missing in the 12 months before",
        measure="missing_repeat_share",
        children=True,
        did="were of a child already missing in the 12 months before",
    ),
    Question(
        "ending",
        "Outcomes",
        "How many crimes with a child suspect end in outcome 21?",
        "outcomes",
        "crimes with a child suspect and an outcome",
        split="outcome",
        part="outcome 21",
        measure="outcome_21_share",
        did="ended in outcome 21, not in the public interest",
    ),
)

OWED = (
    Question(
        "interviews",
        "Return home interviews",
        "After how many returns did the interview take place within 72 hours?",
        "missing",
        "returns after which an interview was due",
        split="interview",
        part="interview within 72 hours",
        of="interview due",
        measure="return_interview_72h_of_ended_share",
        did="were followed by an interview within 72 hours",
        views=("time", "hub"),
    ),
    Question(
        "accommodation_asked",
        "Accommodation asked for",
        "How often is the council asked for accommodation?",
        "detentions",
        "detentions after which bail was refused",
        split="bail",
        part="accommodation asked for",
        of="bail refused",
        measure="accommodation_requested_share",
        did="led to accommodation being asked for",
        views=("time",),
    ),
    Question(
        "accommodation_given",
        "Accommodation given",
        "How often is the child moved to accommodation?",
        "detentions",
        "detentions for which accommodation was asked",
        split="bail",
        part="moved to the council's accommodation",
        of="accommodation asked for",
        did="ended with the child moved there",
        views=("time",),
    ),
    Question(
        "adults",
        "Appropriate adults",
        "How often is an appropriate adult known to have come?",
        "detentions",
        "detentions of children",
        split="adult",
        part="an adult arrived",
        did="have the arrival of an appropriate adult recorded",
        views=("time", "hub"),
    ),
)

CRIME = (
    Question(
        "crimes",
        "Crimes with a child suspect",
        "How many crimes have a child suspect?",
        "crimes",
        "crimes with a child suspect",
        per=(1_000, "10-17"),
        measure="child_suspect_crimes",
        children=True,
    ),
    Question(
        "asb",
        "Antisocial behaviour",
        "How many incidents of antisocial behaviour involve a child?",
        "asb",
        "incidents of antisocial behaviour involving a child",
        per=(1_000, "10-17"),
        measure="asb_incidents",
    ),
)

IN_CARE = Question(
    "in_care_now",
    "Children in care",
    "How many children are in care?",
    "in_care",
    "children in care",
    views=("time", "hub", "age_band"),
)

# What is to be read together: entry, the ways out of court, and no further action.
BALANCE = (
    SIX[0],
    *(
        Question(key, title, "", "outcomes", "crimes with a child suspect and an outcome", split="outcome", part=part, did=did)
        for key, title, part, did in (
            ("charged", "Charged", "charged", "ended in a charge"),
            ("cautioned", "Cautioned or given a penalty notice", "cautioned or given a penalty notice", "ended in a caution"),
            ("resolved", "Community resolution", "community resolution", "ended in a community resolution"),
            ("diverted", "Diversion", "diversion", "ended in diversion"),
            ("outcome_21", "Outcome 21", "outcome 21", "ended in outcome 21"),
            ("no_evidence", "Not enough evidence", "not enough evidence", "ended for want of evidence"),
            ("prevented", "Prosecution prevented", "prosecution prevented", "ended since a prosecution was prevented"),
        )
    ),
    SIX[1],
)

QUESTIONS = {question.key: question for question in (*SIX, *OWED, *CRIME, IN_CARE, *BALANCE)}

# Events that are told without a question of their own: for who reads one hub exactly.
_COUNTS = (
    Question("detentions", "Detentions", "", "detentions", "detentions of children", measure="detentions"),
    Question("searches", "Searches", "", "searches", "searches of children", measure="searches"),
    Question("episodes", "Missing episodes", "", "missing", "missing episodes of children", measure="missing_episodes"),
)
OF_MEASURE = {question.measure: question for question in (*SIX, *OWED, *CRIME, *_COUNTS) if question.measure}
# Rates, of the same numbers.
OF_MEASURE |= {
    "first_time_entrant_rate": SIX[0],
    "child_suspect_crime_rate": CRIME[0],
    "asb_incident_rate": CRIME[1],
}
