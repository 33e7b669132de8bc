"""Which residents stand behind a rate and which do not: what a year that is loaded in part lacks, in sentences."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from itertools import groupby, product

from sqlalchemy import Connection

from metrics import words
from metrics.measuring import residents
from queries.lookups import population
from queries.lookups.population import PARTS, Ages, Row
from queries.scope import Scope

Piece = tuple[str | None, str | None]  # of the residents of an age: a sex, an ethnic group; None = all
Lacking = Mapping[Piece, Sequence[int | None]]  # at which ages each is not there
_Part = tuple[str | None, ...]

_SEXES, _GROUPS = PARTS["sex"], PARTS["ethnicity"]
_OF_AN_AGE: Piece = (None, None)


def residents_used(
    connection: Connection, scope: Scope, ages: Ages, years: Sequence[int], by: Sequence[str] = ()
) -> Iterator[str]:
    """Where residents are not known for these calendar years, what is loaded in part, and which years are taken instead."""
    estimates, places = population.residents(connection, scope, ages, by), population.places(connection, scope)
    in_part = population.in_part(connection, scope, ages, by)
    if estimates.empty:
        none = "no whole year is loaded" if in_part else "none is loaded"
        yield f"Not available: it needs the number of residents{_split(by)}, and {none}."
    else:
        yield from _where_not(residents.hubs_without_estimate(estimates, places), {hub for hub, _ in in_part})
    yield from not_used(connection, scope, ages, years, by)
    used = residents.estimates_used(estimates, years)
    if other := {str(year): estimated for year, estimated in used.items() if estimated != [year]}:
        taken = sorted({str(estimate) for estimated in other.values() for estimate in estimated})
        yield f"Residents are those of {words.listed(taken)}, the nearest estimate to {words.listed([*other])}."


def _where_not(without: Mapping[str, str], in_part: Collection[str]) -> Iterator[str]:
    """The hubs, by id and name, that have no rate: those without residents, and those without a whole year of them."""
    for reason, names in (
        ("their number is not loaded", [name for hub, name in without.items() if hub not in in_part]),
        ("no whole year of them is loaded", [name for hub, name in without.items() if hub in in_part]),
    ):
        if names:
            yield f"Not available where it needs the residents of {words.listed(names)}: {reason}."


def not_used(connection: Connection, scope: Scope, ages: Ages, years: Sequence[int], by: Sequence[str]) -> Iterator[str]:
    """The years that would stand for these calendar years, were they not loaded in part; and what they lack."""
    in_part = population.in_part(connection, scope, ages, by)
    if not in_part:
        return
    estimates, places = population.residents(connection, scope, ages, by), population.places(connection, scope)
    together: dict[tuple[str, ...], list[str]] = defaultdict(list)  # hubs, by what they lack and in which years
    for hub, name in population.hub_names(places).items():
        whole = set(estimates.loc[estimates["hub"] == hub, "estimate"])
        found: dict[str, list[str]] = defaultdict(list)
        for year in _passed_over(years, whole, [year for of_hub, year in in_part if of_hub == hub]):
            found[in_words(lacking(in_part[hub, year], ages, by), ages)].append(str(year))
        for missing, estimated in found.items():
            together[missing, *estimated].append(name)
    whose = f"Residents {f'aged {ages[0]} to {ages[1]}' if ages else 'of all ages'}{_split(by)}"
    for (missing, *estimated), names in together.items():
        where = f"{words.listed(names)} in {words.listed(estimated)}"
        yield f"{whose} of {where} are loaded in part and not used. Missing: {missing}."


def _passed_over(years: Iterable[int], whole: Collection[int], in_part: Collection[int]) -> list[int]:
    """The years in part that stand nearer to some of these years than the whole one that is used; the nearest where none is."""
    found: set[int] = set()
    for year in years:
        order = sorted({*whole, *in_part}, key=lambda estimate: residents.nearness(year, estimate))
        before = order[: order.index(residents.nearest(year, whole))] if whole else order[:1]
        found.update(before)
    return sorted(found)


def lacking(there: Collection[Row], ages: Ages, by: Sequence[str]) -> Lacking:
    """What would make a year whole for a split, given what there is of it; nothing where it is whole."""
    pieces: dict[int | None, set[Piece]] = defaultdict(set)
    for age, sex, group in there:
        pieces[age].add((sex, group))
    found: dict[Piece, list[int | None]] = defaultdict(list)
    for age in range(ages[0], ages[1] + 1) if ages else (None,):
        for piece in sorted(_lacking(pieces[age], by), key=str):
            found[piece].append(age)
    return found


def _lacking(there: Collection[Piece], by: Sequence[str]) -> set[Piece]:
    """What the residents of an age lack: an age that is not there at all, or else the fewest pieces that would do."""
    if not there:
        return {_OF_AN_AGE}
    sexes: list[list[_Part]] = [[(sex,)] for sex in _SEXES] if "sex" in by else [[(None,), _SEXES]]
    groups: list[list[_Part]] = [[(group,)] for group in _GROUPS] if "ethnicity" in by else [[(None,), _GROUPS]]
    missing: set[Piece] = set()
    for of_sex, of_group in product(sexes, groups):
        kinds = [set(product(sex, group)) for group in of_group for sex in of_sex]
        begun = [needed - set(there) for needed in kinds if needed & set(there)]
        missing |= _folded(min(begun or kinds, key=len))
    return missing


def _folded(missing: set[Piece]) -> set[Piece]:
    """A sex of every ethnic group is the sex, and an ethnic group of both sexes the group."""
    of_sexes = [((sex, None), set(product([sex], _GROUPS))) for sex in _SEXES]
    of_groups = [((None, group), set(product(_SEXES, [group]))) for group in _GROUPS]
    for piece, parts in (*of_sexes, *of_groups):
        if parts <= missing:
            missing = missing - parts | {piece}
    return missing


def in_words(missing: Lacking, ages: Ages) -> str:
    """ages 14 and 16; sex F; ethnic group Black at age 12"""
    how_many = ages[1] - ages[0] + 1 if ages else 1
    return "; ".join(_piece_in_words(piece, at, everywhere=len(at) == how_many) for piece, at in missing.items())


def _piece_in_words(piece: Piece, at: Sequence[int | None], *, everywhere: bool) -> str:
    what = " of ".join(f"{kind} {name}" for kind, name in zip(("sex", "ethnic group"), piece, strict=True) if name)
    when = "" if everywhere and what else _ages_in_words([age for age in at if age is not None])
    return " at ".join(part for part in (what, when) if part)


def _ages_in_words(ages: Sequence[int]) -> str:
    """age 14; ages 10 and 11; ages 10 to 13 and 16"""
    runs = [[age for _, age in run] for _, run in groupby(enumerate(ages), lambda placed: placed[1] - placed[0])]
    named = [text for run in runs for text in ([f"{run[0]} to {run[-1]}"] if len(run) > 2 else map(str, run))]
    return f"{'age' if len(ages) == 1 else 'ages'} {words.listed(named)}"


def _split(by: Sequence[str]) -> str:
    """by sex; nothing where residents are not divided by what they come divided by"""
    return "".join(f" by {words.dimension(name).lower()}" for name in PARTS if name in by)
