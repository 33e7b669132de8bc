"""What may become of a crime: the Home Office outcome codes, and how often each closes a crime with a child suspect."""

import numpy as np
import pandas as pd

from demo.days import Span, since
from demo.frames import frame, pick

FRAMEWORK, WIDENED = "2013-04-01", "2014-04-01"  # the outcomes framework, and its extension to crimes without formal action
# Home Office Counting Rules, crime outcomes: code, group, valid from, label. 23 is to be confirmed with the force.
CODES = (
    ("0", "not yet assigned", FRAMEWORK, "Not yet assigned an outcome"),
    ("1", "charged", FRAMEWORK, "Charged or summonsed"),
    ("2", "formal out of court", FRAMEWORK, "Youth caution or youth conditional caution"),
    ("3", "formal out of court", FRAMEWORK, "Adult caution or conditional caution"),
    ("4", "taken into consideration", FRAMEWORK, "Taken into consideration by a court"),
    ("5", "prevented", WIDENED, "The offender has died"),
    ("6", "formal out of court", FRAMEWORK, "Penalty notice for disorder"),
    ("7", "community resolution", FRAMEWORK, "Cannabis or khat warning"),
    ("8", "community resolution", FRAMEWORK, "Community resolution"),
    ("9", "public interest", WIDENED, "Prosecution not in the public interest (CPS decision)"),
    ("10", "public interest", WIDENED, "Formal action not in the public interest (police decision)"),
    ("11", "prevented", WIDENED, "Prosecution prevented: suspect under the age of criminal responsibility"),
    ("12", "prevented", WIDENED, "Prosecution prevented: suspect too ill"),
    ("13", "prevented", WIDENED, "Prosecution prevented: victim or key witness dead or too ill"),
    ("14", "no suspect", WIDENED, "Evidential difficulties: suspect not identified, victim does not support action"),
    ("15", "evidential", WIDENED, "Evidential difficulties: suspect identified, victim supports action"),
    ("16", "evidential", WIDENED, "Evidential difficulties: suspect identified, victim does not support action"),
    ("17", "prevented", WIDENED, "Prosecution time limit expired"),
    ("18", "no suspect", WIDENED, "Investigation complete, no suspect identified"),
    ("19", "other body", WIDENED, "Passed to the National Fraud Intelligence Bureau"),
    ("20", "other body", "2015-04-01", "Action undertaken by another body or agency"),
    ("21", "public interest", "2016-01-01", "Further investigation not in the public interest (police decision)"),
    ("22", "diversion", "2019-04-01", "Diversionary, educational or intervention activity, no further action"),
    ("23", "diversion", "2026-04-01", "Deferred prosecution"),
)
EARLIER = {"23": "22", "22": "21"}  # what would have been given before the code was there

# Percentages of crimes with a child suspect that are not dealt with by a caution, a conviction or the suspect's age, set so that
# all together come to: 16 33%, 15 16%, 8 13%, 21 11%, 10 6%, 1 5%, 22 4%, 20 4%, 11 4%, 2 1.6%.
SHARES = {"16": 34.8, "15": 16.8, "8": 14.2, "21": 10.1, "10": 6.4, "22": 4.1, "20": 4.0, "1": 3.5, "18": 0.4, "17": 0.3} | {
    "14": 0.3,
    "5": 0.1,
    "9": 0.2,
    "12": 0.2,
    "13": 0.1,
    "19": 0.1,
    "4": 0.1,
    "6": 0.05,
    "7": 0.1,
}
IMAGERY = {"21": 62, "22": 7, "8": 8, "16": 8, "15": 6, "20": 5, "10": 3, "1": 1}  # youth-produced sexual imagery
UNDER_TEN = {"11": 90, "20": 10}
TILT = {  # how a kind of offence leans away from the whole
    "Drugs": {"8": 2.6, "7": 12, "16": 0.15, "15": 0.6, "21": 1.4, "22": 1.8},
    "Sexual offences": {"16": 1.2, "15": 1.5, "8": 0.3, "20": 2.5},
    "Violence against the person": {"16": 1.12},
    "Robbery": {"1": 4, "15": 1.3},
    "Possession of weapons": {"1": 3, "22": 2, "16": 0.4},
}
MEDIAN_DAYS, DAYS_SPREAD = 19, 1.42  # recording to outcome: leaves 60% of the last month's crimes open and 2% at twelve months
PACE = {"1": 1.7, "8": 0.75, "15": 1.25, "20": 0.8, "21": 0.9, "22": 1.3, "23": 1.5}  # slower or quicker than that

DIVERSION_MONTHS, DIVERTED = 14, 0.6  # in Allerdale, outcome 22 takes the place of most of 21
DEFERRED = 0.3  # share of outcome 22 that is 23 since that code began


def outcome_codes() -> pd.DataFrame:
    code, group, valid_from, label = (list(column) for column in zip(*CODES, strict=True))
    return frame("outcome_codes", outcome_code=code, label=label, outcome_group=group, valid_from=valid_from)


def decide(rng: np.random.Generator, offence_group: np.ndarray, imagery: np.ndarray, under_ten: np.ndarray) -> np.ndarray:
    """An outcome code for each crime, by its kind and its suspect's age."""
    code = pick(rng, SHARES, len(offence_group))
    for kind, leaning in TILT.items():
        here = offence_group == kind
        code[here] = pick(rng, {key: share * leaning.get(key, 1) for key, share in SHARES.items()}, here.sum())
    code[imagery] = pick(rng, IMAGERY, imagery.sum())
    code[under_ten] = pick(rng, UNDER_TEN, under_ten.sum())
    return code


def fit_to_date(rng: np.random.Generator, code: np.ndarray, on: np.ndarray, diverting: np.ndarray, when: Span) -> np.ndarray:
    """The same, as the codes in force and the practice of the day would have it; `diverting` is true in Allerdale."""
    draw = rng.random(len(code))
    code = np.where((code == "21") & diverting & (on >= since(when, DIVERSION_MONTHS)) & (draw < DIVERTED), "22", code)
    code = np.where((code == "22") & (rng.random(len(code)) < DEFERRED), "23", code)
    valid_from = {key: np.datetime64(start) for key, _, start, _ in CODES}
    for later, before in EARLIER.items():
        code = np.where((code == later) & (on < valid_from[later]), before, code)
    return code
