"""Counts the demo's frames by the written definitions, plainly and slowly, owing nothing to the dashboard's own counting."""

from datetime import date

import pandas as pd

TODAY = date(2026, 7, 10)  # the day on which the demo is tested

FORMAL = ("youth caution", "youth conditional caution", "conviction")
PROOF = (*FORMAL, "adult caution")


def year_ending(end: pd.Timestamp, years_before: int = 0) -> tuple[pd.Timestamp, pd.Timestamp]:
    """The twelve months to the last day, or those so many years earlier: [from, to)."""
    to = end + pd.Timedelta(days=1) - pd.DateOffset(years=years_before)
    return to - pd.DateOffset(years=1), to


def inside(rows: pd.DataFrame, column: str, period: tuple[pd.Timestamp, pd.Timestamp]) -> pd.DataFrame:
    return rows[(rows[column] >= period[0]) & (rows[column] < period[1])]


def age_on(born: pd.Series, day: pd.Series) -> pd.Series:
    early = (day.dt.month * 100 + day.dt.day) < (born.dt.month * 100 + born.dt.day)
    return day.dt.year - born.dt.year - early.astype(int)


def with_age(frames: dict[str, pd.DataFrame], rows: pd.DataFrame, column: str) -> pd.DataFrame:
    born = rows["child_id"].map(frames["children"].set_index("child_id")["date_of_birth"])
    return rows.assign(age_then=age_on(born, rows[column]))


def london(moments: pd.Series) -> pd.Series:
    return moments.dt.tz_localize("UTC").dt.tz_convert("Europe/London")


def in_care(frames: dict[str, pd.DataFrame], rows: pd.DataFrame, column: str) -> pd.Series:
    """Whether each row's child was in care on the row's day."""
    spells = frames["care_spells"]
    spells = spells[spells["status"] == "in care"]
    asked = rows[["child_id", column]].reset_index(names="row").merge(spells, on="child_id")
    there = (asked["started_on"] <= asked[column]) & (asked["ended_on"].isna() | (asked[column] < asked["ended_on"]))
    return pd.Series(rows.index.isin(asked.loc[there, "row"]), index=rows.index)


def entrants(frames: dict[str, pd.DataFrame]) -> pd.DataFrame:
    """The disposal with which each child entered: the first formal one ever, of a child 10-17, by the police, resident."""
    formal = frames["disposals"][frames["disposals"]["kind"].isin(PROOF)]
    first = with_age(frames, formal, "decided_on").sort_values(["decided_on", "disposal_id"])
    first = first[first["decided_on"] == first.groupby("child_id")["decided_on"].transform("min")]
    known = first["child_id"].map(frames["children"].set_index("child_id")["pnc_first_disposal_on"])
    eligible = (
        first["kind"].isin(FORMAL)
        & first["age_then"].between(10, 17)
        & ~(known < first["decided_on"])
        & (first["prosecutor"].fillna("police") == "police")
        & first["in_england_and_wales"].fillna(True)
        & first["resident_in_england_and_wales"].fillna(True)
    )
    return first[eligible].drop_duplicates("child_id")


def reoffending(frames: dict[str, pd.DataFrame], period: tuple[pd.Timestamp, pd.Timestamp]) -> tuple[int, int, int]:
    """Children in the quarterly cohorts of the period, how many reoffended, and their reoffences."""
    offences = frames["disposals"]
    offences = offences[offences["kind"].isin(PROOF) & offences["recordable"].fillna(True) & ~offences["breach"].fillna(False)]
    index = offences[offences["kind"].isin(FORMAL)].copy()
    index["index_on"] = index["decided_on"].where(~index["custodial"].fillna(False), index["released_on"])
    index = with_age(frames, inside(index, "index_on", period), "index_on")
    index = index[index["age_then"].between(10, 17)].sort_values("index_on")
    index["quarter"] = index["index_on"].dt.to_period("Q")
    index = index.drop_duplicates(["child_id", "quarter"]).reset_index(names="entry")
    pairs = index[["entry", "child_id", "index_on"]].merge(offences, on="child_id")
    again = (
        (pairs["committed_on"] >= pairs["index_on"])
        & (pairs["committed_on"] < pairs["index_on"] + pd.DateOffset(months=12))
        & (pairs["decided_on"] > pairs["index_on"])
        & (pairs["decided_on"] < pairs["index_on"] + pd.DateOffset(months=18))
    )
    return len(index), pairs.loc[again, "entry"].nunique(), int(again.sum())


def child_detentions(frames: dict[str, pd.DataFrame]) -> pd.DataFrame:
    rows = with_age(frames, frames["detentions"], "authorised_on")
    return rows[rows["age_then"] < 18]


def overnight(rows: pd.DataFrame) -> pd.Series:
    """Detained at least four hours between 00:00 and 08:00 London of a night; blank where the times are not both known."""
    measured = rows["authorised_at"].notna() & rows["released_at"].notna()
    long_enough = pd.Series(False, index=rows.index)
    for nights in range(3):
        day = rows["authorised_on"] + pd.Timedelta(days=nights)
        midnight = day.dt.tz_localize("Europe/London").dt.tz_convert("UTC").dt.tz_localize(None)
        eight = (day + pd.Timedelta(hours=8)).dt.tz_localize("Europe/London").dt.tz_convert("UTC").dt.tz_localize(None)
        start, end = rows["authorised_at"].clip(lower=midnight), rows["released_at"].clip(upper=eight)
        long_enough |= (end - start) >= pd.Timedelta(hours=4)
    return long_enough.where(measured)


def child_searches(frames: dict[str, pd.DataFrame]) -> pd.DataFrame:
    """Searches of a person aged 10-17: age from the date of birth, else as written, else the band."""
    rows = with_age(frames, frames["stop_searches"], "searched_on")
    rows = rows[rows["kind"] != "vehicle"]
    age = rows["age_then"].astype("Float64").fillna(rows["age"].astype("Float64"))
    return rows[age.between(10, 17).fillna(False) | (age.isna() & (rows["age_band"] == "10-17"))]


def merged_missing(frames: dict[str, pd.DataFrame]) -> pd.DataFrame:
    """One row an episode of a child: overlapping reports are one. Adds `repeat`: another began in the twelve months before."""
    rows = with_age(frames, frames["missing_episodes"], "reported_on").sort_values(["reported_at", "episode_id"])
    episodes = [episode for _, child in rows.groupby("child_id", sort=False) for episode in _merged(child.to_dict("records"))]
    merged = pd.DataFrame(episodes).sort_values(["child_id", "reported_on", "reported_at"], ignore_index=True)
    before = merged.groupby("child_id")["reported_on"].shift()
    merged["repeat"] = before >= merged["reported_on"] - pd.DateOffset(months=12)
    return merged[merged["age_then"].isna() | (merged["age_then"] < 18)]


def _merged(reports: list[dict]) -> list[dict]:
    episodes: list[dict] = []
    for report in reports:
        last = episodes[-1] if episodes else None
        if (
            last is None
            or pd.isna(report["reported_at"])
            or pd.isna(last["returned_at"])
            or report["reported_at"] >= last["returned_at"]
        ):
            episodes.append(report)
            continue
        returns = (last["returned_at"], report["returned_at"])
        last["returned_at"] = pd.NaT if pd.isna(returns[1]) else max(returns)
        for column in ("return_interview_offered_on", "return_interview_completed_at"):
            last[column] = min((value for value in (last[column], report[column]) if not pd.isna(value)), default=pd.NaT)
    return episodes


def child_crimes(frames: dict[str, pd.DataFrame]) -> pd.DataFrame:
    """Crimes with a suspect under 18 when they were committed, with `standing`: the outcome that stands, "0" where none does."""
    crimes = frames["crimes"].set_index("crime_id")
    linked = frames["suspects"].copy()
    linked["when"] = linked["crime_id"].map(crimes["committed_on"].fillna(crimes["recorded_on"]))
    linked = with_age(frames, linked, "when")
    age = linked["age_then"].astype("Float64").fillna(linked["age_when_committed"].astype("Float64"))
    crimes = crimes.loc[crimes.index.isin(linked.loc[age < 18, "crime_id"])]
    outcomes = frames["crime_outcomes"]
    standing = outcomes[outcomes["superseded_on"].isna()].sort_values(["outcome_on", "outcome_code"])
    standing = standing.drop_duplicates("crime_id", keep="last").set_index("crime_id")
    return (
        crimes.assign(standing=standing["outcome_code"], closed_on=standing["outcome_on"]).fillna({"standing": "0"}).reset_index()
    )


def child_suspects(frames: dict[str, pd.DataFrame]) -> pd.DataFrame:
    crimes = child_crimes(frames)
    return frames["suspects"].merge(crimes, on="crime_id")
