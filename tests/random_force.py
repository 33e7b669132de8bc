"""A small force at random: a dozen children and three and a half years of everything that is counted."""

import random
from datetime import date, timedelta
from functools import cache

from recount.by_hand import HUBS, child, residents, row
from recount.test_worked_cases_of_outcomes import CODES

from queries.clock import end_of_day

FIRST, LAST = date(2022, 1, 1), date(2025, 6, 30)
MIDWAY = date(2024, 10, 10)  # the cohorts of January to March 2023 are complete by then, the next ones are not
NAMES = "ABCDEFGHIJKL"


@cache
def random_force(seed):
    """Rows by table; every table of events has some on the first day and on the day midway."""
    return Chance(seed).tables()


class Chance(random.Random):
    """What happens in a force, drawn by chance."""

    def someday(self):
        return FIRST + timedelta(days=self.randrange((LAST - FIRST).days + 1))

    def later(self, day, most=200):
        return day + timedelta(days=self.randrange(most)) if self.random() < 0.7 else None

    def instant(self, day):
        return None if day is None else end_of_day(day) - timedelta(minutes=self.randrange(1, 24 * 60))

    def ended(self, start, *hours):
        return None if self.random() < 0.2 else start + timedelta(hours=self.choice(hours))

    def hub(self):
        return self.choice(["EDE", "CAR", None])

    def who(self):
        return self.choice(NAMES)

    def maybe(self):
        return self.choice([True, False, None])

    def many(self, key, number, made):
        days = [FIRST, MIDWAY, *(self.someday() for _ in range(number))]
        return [{key: f"{place:03}", **made(day)} for place, day in enumerate(days)]

    def detention(self, day):
        start = self.instant(day)
        return row(
            child_id=self.who(),
            hub_id=self.hub(),
            authorised_on=day,
            authorised_at=start,
            released_at=self.ended(start, 2, 6, 14, 40, 3000),
            charged_at=self.instant(self.later(day, 3)),
            appropriate_adult_arrived_at=self.instant(self.later(day, 2)),
            strip_search=self.choice(["none", "strip", None]),
            strip_search_with_adult=self.maybe(),
            liaison_diversion_seen=self.maybe(),
            ccp_visited_at=self.instant(self.later(day, 2)),
            ccp_reviewed_on=self.later(day),
            bail_refused=self.maybe(),
            accommodation_moved=self.maybe(),
            accommodation_requested=self.choice(["secure", None]),
            offence_group=self.choice(["theft", "violence", None]),
            result=self.choice(["charged", "bailed", None]),
        )

    def episode(self, day):
        start = self.instant(day)
        return row(
            child_id=self.who(),
            hub_id=self.hub(),
            reported_on=day,
            reported_at=start,
            returned_at=self.ended(start, 1, 5, 30, 2000),
            philomena_form=self.maybe(),
            risk_initial=self.choice(["low", "high", None]),
            return_interview_offered_on=self.later(day, 90),
            return_interview_completed_at=self.instant(self.later(day, 90)),
        )

    def incident(self, day):
        start = self.instant(day)
        return row(
            created_on=day,
            created_at=start,
            hub_id=self.hub(),
            category=self.choice(["crime", "ASB", "concern", None]),
            child_id=self.choice([self.who(), None]),
            home_id=self.choice(["H1", None]),
            reviewed_at=self.ended(start, 3, 24, 40),
        )

    def plan(self, day):
        return row(
            child_id=self.who(), opened_on=day, review_due_on=self.later(day), closed_on=self.later(day), hub_id=self.hub()
        )

    def session(self, day):
        return row(held_on=day, hub_id=self.hub(), kind=self.choice(["cadets", "PSHE"]), attendances=self.choice([None, 5, 30]))

    def assessments(self):
        days = [(self.who(), day) for day in (FIRST, MIDWAY, *(self.someday() for _ in range(30)))]
        return [row(child_id=name, assessed_on=day, aces=self.randrange(8)) for name, day in dict.fromkeys(days)]

    def spells(self):
        """Some from the first day, two that touch, and some from the day midway and later."""
        given = [("A", FIRST, "in care"), ("B", FIRST, "care leaver"), ("C", FIRST, "in care"), ("D", MIDWAY, "in care")]
        spells = [row(child_id=name, started_on=day, ended_on=self.later(day, 1200), status=kind) for name, day, kind in given]
        change = FIRST + timedelta(days=300)
        spells += [row(child_id="E", started_on=FIRST, ended_on=change, status="in care")]
        spells += [row(child_id="E", started_on=change, status="in care"), row(child_id="F", started_on=LAST, status="in care")]
        return spells

    def disposal(self, day):
        kinds = ["youth caution", "conviction", "youth conditional caution", "community resolution", "adult caution"]
        return row(
            child_id=self.who(),
            residence_hub_id=self.hub(),
            kind=self.choice(kinds),
            decided_on=day,
            committed_on=day - timedelta(days=self.randrange(400)),
            breach=self.maybe(),
            custodial=self.maybe(),
            released_on=self.later(day, 400),
        )

    def search(self, day):
        return row(
            kind="person",
            child_id=self.choice([self.who(), None]),
            hub_id=self.hub(),
            searched_on=day,
            age=self.choice([9, 12, 16, 30, None]),
            legislation=self.choice(["Criminal Justice and Public Order Act 1994 (section 60)", None]),
            outcome=self.choice(["arrest", "no further action", None]),
            outcome_linked=self.maybe(),
            object_found=self.maybe(),
            beyond_outer_clothing=self.maybe(),
            intimate_parts_exposed=self.maybe(),
            followed_up_on=self.later(day),
            scrutinised_on=self.later(day),
        )

    def crime(self, day):
        committed_on = day - timedelta(days=self.randrange(60)) if self.random() < 0.8 else None
        return row(recorded_on=day, committed_on=committed_on, hub_id=self.hub(), youth_produced_imagery=self.maybe())

    def outcomes(self, crimes):
        given = [(crimes[0], FIRST), (crimes[1], MIDWAY), *((self.choice(crimes), self.someday()) for _ in range(60))]
        made = {}
        for crime, on in given:
            code = self.choice(CODES)[0]
            found = row(crime_id=crime["crime_id"], outcome_code=code, outcome_on=on, superseded_on=self.later(on))
            made[crime["crime_id"], code, on] = found
        return list(made.values())

    def person(self, name, born):
        first = self.choice([None, self.someday()])
        return child(name, born, sex=self.choice("FM"), pnc_first_disposal_on=first, home_hub_id=self.hub())

    def tables(self):
        born = [date(2002, 1, 1) + timedelta(days=self.randrange(4400)) for _ in NAMES]
        crimes = self.many("crime_id", 60, self.crime)
        interview = lambda day: row(child_id=self.who(), interviewed_on=day, hub_id=self.hub())  # noqa: E731
        return {
            "hubs": HUBS,
            "population": [*residents("EDE", 2023, {12: 500, 9: 70}), *residents("CAR", 2023, 900)],
            "children": [self.person(name, None if name == "L" else day) for name, day in zip(NAMES, born, strict=True)],
            "care_spells": self.spells(),
            "detentions": self.many("detention_id", 60, self.detention),
            "voluntary_interviews": self.many("interview_id", 20, interview),
            "stop_searches": self.many("search_id", 60, self.search),
            "missing_episodes": self.many("episode_id", 80, self.episode),
            "disposals": self.many("disposal_id", 80, self.disposal),
            "crimes": crimes,
            "suspects": [row(crime_id=crime["crime_id"], child_id=name) for crime in crimes for name in self.sample(NAMES, 2)],
            "crime_outcomes": self.outcomes(crimes),
            "outcome_codes": [row(outcome_code=code, label=code, outcome_group=group) for code, group in CODES],
            "risk_management_plans": self.many("plan_id", 20, self.plan),
            "incidents": self.many("incident_id", 80, self.incident),
            "ace_assessments": self.assessments(),
            "engagements": self.many("engagement_id", 20, self.session),
        }
