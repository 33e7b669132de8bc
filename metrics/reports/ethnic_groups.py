"""What may be said of ethnic groups side by side: sentences, tables and cautions for relative rates, in plain words."""

from collections.abc import Iterator

import pandas as pd

from metrics import words
from metrics.reports.disproportionality import GROUPS, STAGES, UNCERTAIN, Against, Residents, Stage
from metrics.statistics.change import TOO_FEW, TOO_FEW_EVENTS

_PER = 1_000
_STAGES = {stage.key: stage for stage in STAGES}
_VERDICTS = {"higher": "more often", "lower": "less often", UNCERTAIN: "depends on those whose group is not recorded"}


def summary(rates: pd.DataFrame, against: Against) -> str:
    """What is clear, for every one of what, and how much cannot be told."""
    compared = rates[rates["ethnicity"].isin(GROUPS)]
    clear = compared[compared["verdict"].isin(["higher", "lower"])]
    told = [
        f"{_for_every(row['stage'], against).lower()}: {row['ethnicity']} children {row['index']:.1f} times as often as White "
        f"children (95% range {row['lower']:.1f} to {row['upper']:.1f})"
        for _, row in clear.iterrows()
    ]
    too_few = int((compared["verdict"] == TOO_FEW.words).sum())
    said = f"Clearly apart: {'; '.join(told)}." if told else "No group is clearly apart from White children at any stage."
    if too_few:
        said += (
            f" Of {len(compared)} comparisons {too_few} are too few to tell: a group has fewer than {TOO_FEW_EVENTS} events. "
            "That is an honest answer where few children of a group live, not a sign that all is well."
        )
    absent = int((compared["verdict"] == "not available").sum())
    if absent:
        said += f" {absent} are not available, as events or residents of the group are not loaded."
    return said


def to_draw(rates: pd.DataFrame, against: Against) -> pd.DataFrame:
    """The comparisons with enough behind them: ``name`` and ``index, lower, upper``."""
    told = rates[rates["verdict"].isin(["higher", "lower", "no clear difference", UNCERTAIN])]
    names = [f"{_for_every(stage, against)}: {group}" for stage, group in zip(told["stage"], told["ethnicity"], strict=True)]
    return told.assign(name=names).reset_index(drop=True)


def is_available(rates: pd.DataFrame, stage: Stage) -> bool:
    """Whether the events of a stage are loaded."""
    return bool(rates.loc[rates["stage"] == stage.key, "numerator"].notna().any())


def stage_words(stage: Stage, against: Against, people: Residents) -> str:
    """What the events of a stage are set against."""
    if against == "residents" or stage.before == "residents":
        return f"{stage.metric.name} for every {_PER:,} residents of the group {_ages(people)}."
    return f"{stage.metric.name} for every 100 {stage.before} of children of the group."


def table(rates: pd.DataFrame, stage: Stage, against: Against) -> pd.DataFrame:
    """One stage, a row a group: how many, out of how many, how many times as often as White children, what may be said."""
    per = _PER if against == "residents" or stage.before == "residents" else 100
    rows = rates[rates["stage"] == stage.key]
    return pd.DataFrame(
        {
            "Ethnic group": [words.cell("ethnicity", group, {}) for group in rows["ethnicity"]],
            "Events": [_number(value) for value in rows["numerator"]],
            "Out of": [_number(value) for value in rows["denominator"]],
            f"For every {per:,}": [_number(value * per, 1) for value in rows["value"].where(rows["numerator"] >= TOO_FEW_EVENTS)],
            "Times as often as White": [_times(row) for _, row in rows.iterrows()],
            "95% range": [_range(row, "lower", "upper") for _, row in rows.iterrows()],
            "If unknown were White, or of this group": [_range(row, "lowest", "highest") for _, row in rows.iterrows()],
            "Compared with White": [_VERDICTS.get(verdict, verdict) for verdict in rows["verdict"]],
        }
    )


def cautions(people: Residents, *, officer: bool, against: Against) -> Iterator[str]:
    """What these figures do not show, and what bends them."""
    if people.of_all_ages:
        yield (
            f"Residents are of all ages ({words.listed(people.vintages)}), as their numbers of children are not loaded. A group "
            "that is younger than the White group has more children than this says: its figures look higher than they are."
        )
    elif people.vintages:
        yield f"Residents are aged 10 to 17 ({words.listed(people.vintages)})."
    else:
        yield "Not available against residents: no residents by ethnic group are loaded."
    if officer:
        yield "Officers have no Mixed group: these children are counted among the others, or not at all."
    else:
        yield "Where a child did not say, what an officer saw is taken. Officers have no Mixed group, so it looks lower."
    if against == "stage before":
        yield "Each stage is set against the one before, though not every detained child was searched, nor every entrant charged."
    yield "A difference is a question to ask. It is not by itself a test of bias: what brings children to notice may differ too."
    yield "Several events of one child count as if they came alone, which makes the ranges somewhat too narrow."


def _for_every(stage: str, against: Against) -> str:
    """A stage with what it is set against, without which twice as often means nothing: Detained, for every search."""
    return f"{_STAGES[stage].title}, for every {_STAGES[stage].one(against)}"


def _ages(people: Residents) -> str:
    return "of all ages" if people.of_all_ages else "aged 10 to 17"


def _times(row: "pd.Series[float]") -> str:
    if str(row["verdict"]) in ("", TOO_FEW.words, "not available"):
        return ""
    return f"{row['index']:.1f}"


def _range(row: "pd.Series[float]", low: str, high: str) -> str:
    return f"{row[low]:.1f} to {row[high]:.1f}" if _times(row) and pd.notna(row[low]) and pd.notna(row[high]) else ""


def _number(value: float, places: int = 0) -> str:
    return "" if pd.isna(value) else f"{value:,.{places}f}"
