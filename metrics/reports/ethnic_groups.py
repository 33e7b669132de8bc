"""Relative rates of ethnic groups in plain words: sentences, tables and cautions."""

from collections.abc import Iterator

import pandas as pd

from metrics import words
from metrics.reports.disproportionality import GROUPS, STAGES, UNCERTAIN, Against, Residents, Stage
from metrics.statistics.change import TOO_FEW, TOO_FEW_EVENTS

_PER = 1_000
_STAGES = {stage.key: stage for stage in STAGES}
_VERDICTS = {"higher": "more often", "lower": "less often", UNCERTAIN: "depends on those whose group is not recorded"}


def summary(rates: pd.DataFrame, against: Against) -> str:
    """Which differences are clear, for every one of what, and in how many comparisons there are too few to tell."""
    compared = rates[rates["ethnicity"].isin(GROUPS)]
    clear = compared[compared["verdict"].isin(["higher", "lower"])]
    differences = [
        f"{_for_every(row['stage'], against).lower()}: {row['ethnicity']} children {row['index']:.1f} times as often as White "
        f"children (95% range {row['lower']:.1f} to {row['upper']:.1f})"
        for _, row in clear.iterrows()
    ]
    too_few = int((compared["verdict"] == TOO_FEW.words).sum())
    sentences = []
    if differences:
        sentences.append(f"Clear differences: {'; '.join(differences)}.")
    elif too_few < len(compared):
        sentences.append("No group is clearly different from White children where they can be compared.")
    if too_few:
        sentences.append(
            f"In {too_few} of {len(compared)} comparisons there are too few to tell: a group has fewer than {TOO_FEW_EVENTS} "
            "events. That is to be expected where few children of a group live; it is not a sign that all is well."
        )
    absent = int((compared["verdict"] == "not available").sum())
    if absent:
        sentences.append(
            f"{absent} {'is' if absent == 1 else 'are'} not available, as events or residents of the group are not loaded."
        )
    return " ".join(sentences)


def to_draw(rates: pd.DataFrame, against: Against) -> pd.DataFrame:
    """The comparisons with enough behind them: ``name`` and ``index, lower, upper``."""
    drawn = rates[rates["verdict"].isin(["higher", "lower", "no clear difference", UNCERTAIN])]
    names = [f"{_for_every(stage, against)}: {group}" for stage, group in zip(drawn["stage"], drawn["ethnicity"], strict=True)]
    return drawn.assign(name=names).reset_index(drop=True)


def is_available(rates: pd.DataFrame, stage: Stage) -> bool:
    """Whether the events of a stage are loaded."""
    return bool(rates.loc[rates["stage"] == stage.key, "numerator"].notna().any())


def stage_words(stage: Stage, against: Against, people: Residents) -> str:
    """What the events of a stage are set against."""
    if against == "residents" or stage.before == "residents":
        return f"{stage.metric.name} for every {_PER:,} residents of the group {_ages(people)}."
    return f"{stage.metric.name} for every 100 {stage.before} of children of the group."


def table(rates: pd.DataFrame, stage: Stage, against: Against) -> pd.DataFrame:
    """One stage, a row a group: how many, out of how many, how many times as often as White children, and the verdict."""
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
            "If unknown were White, or this group": [_range(row, "lowest", "highest") for _, row in rows.iterrows()],
            "Compared with White": [_VERDICTS.get(verdict, verdict) for verdict in rows["verdict"]],
        }
    )


def file(rates: pd.DataFrame, stage: Stage) -> pd.DataFrame:
    """The same stage for a spreadsheet, unrounded; blank where the table on the page is, of groups with too few events.

    ``value`` is for one of what it is set against, ``index`` how many times as often as for White children.
    """
    rows = rates[rates["stage"] == stage.key].reset_index(drop=True)
    compared = pd.Series([bool(_times(row)) for _, row in rows.iterrows()], rows.index, dtype=bool)
    return pd.DataFrame(
        {
            "ethnic_group": [words.cell("ethnicity", group, {}) for group in rows["ethnicity"]],
            **{name: rows[name] for name in ("numerator", "denominator")},
            "value": rows["value"].where(rows["numerator"] >= TOO_FEW_EVENTS),
            **{name: rows[name].where(compared) for name in ("index", "lower", "upper", "lowest", "highest")},
            "verdict": [_VERDICTS.get(verdict, verdict) for verdict in rows["verdict"]],
        }
    )


def cautions(people: Residents, *, officer: bool, against: Against) -> Iterator[str]:
    """What these figures do not show, and what biases them."""
    if people.of_all_ages:
        yield (
            f"Residents are of all ages ({words.listed(people.vintages)}), as the numbers of children are not loaded. A group "
            "that is younger than the White group has more children than this assumes, so its figures look higher than they are."
        )
    elif people.vintages:
        yield f"Residents are aged 10 to 17 ({words.listed(people.vintages)})."
    elif people.without:
        hubs = words.listed(people.without)
        yield f"Not available against residents: no year of them with every ethnic group is loaded for {hubs}."
    else:
        yield "Not available against residents: no residents by ethnic group are loaded."
    yield from people.not_used
    if officer:
        yield "Officers have no Mixed group to record: these children are counted in other groups, or not at all."
    else:
        yield (
            "Where a child did not state a group, the one that an officer recorded is used. Officers have no Mixed group to "
            "record, so figures of the Mixed group look lower than they are."
        )
    if against == "stage before":
        yield "Each stage is set against the one before, though not every detained child was searched, nor every entrant charged."
    yield "A difference is a question to ask. It is not by itself a test of bias: what brings children to notice may differ too."
    yield "Several events of one child are counted as if they were independent, which makes the ranges somewhat too narrow."


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
