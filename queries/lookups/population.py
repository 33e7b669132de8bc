"""How many children live where: the residents behind every rate, of the years that are loaded whole."""

from collections.abc import Mapping, Sequence
from math import prod
from types import MappingProxyType
from typing import Any

import pandas as pd
from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Connection,
    Select,
    String,
    Subquery,
    and_,
    case,
    cast,
    func,
    literal,
    select,
    tuple_,
)

from queries.counting.dimensions import age_band
from queries.facts.building import looked_up
from queries.permitted_values import ETHNIC_GROUPS
from queries.scope import Scope
from queries.tables import hubs, population

_PLACES = ("area", "authority", "force")

Ages = tuple[int, int] | None  # both included; None = all ages together, for disproportionality only
Row = tuple[int | None, str | None, str | None]  # age, sex, ethnic group; None = all

# What residents come divided by, with what there must be of each: ONS publishes no other sex.
PARTS: Mapping[str, tuple[str, ...]] = MappingProxyType({"sex": ("F", "M"), "ethnicity": ETHNIC_GROUPS})
_COLUMNS = {"sex": population.c.sex, "ethnicity": population.c.ethnic_group}


def residents(connection: Connection, scope: Scope, ages: Ages, by: Sequence[str]) -> pd.DataFrame:
    """Residents of these ages (both included) in each hub and year that is whole.

    Columns ``hub``, ``estimate`` (its year), those of ``age, age_band, sex, ethnicity`` in ``by``, and ``residents``. Totals are
    used where the table has them, else the parts are added up. A year is whole where every single age is there, each as a total,
    or with all of `PARTS` by which it comes divided; a year split by sex or ethnicity, where every age is there for each of them.
    """
    found = _by_year(connection, scope, ages, by)
    return found[found["whole"]].drop(columns="whole").astype({"residents": "int64"}).reset_index(drop=True)


def in_part(connection: Connection, scope: Scope, ages: Ages, by: Sequence[str]) -> Mapping[tuple[str, int], set[Row]]:
    """What there is of these residents in each hub and year that has some of them, but is not whole."""
    asked = ("in part", scope.hubs, ages, tuple(by))
    return looked_up(connection, asked, lambda: _in_part(connection, scope, ages, by))


def _in_part(connection: Connection, scope: Scope, ages: Ages, by: Sequence[str]) -> dict[tuple[str, int], set[Row]]:
    is_whole = _by_year(connection, scope, ages, by).groupby(["hub", "estimate"])["whole"].any()
    people = population.c
    years = [(str(hub), int(year)) for hub, year in is_whole.index[~is_whole]]
    statement = select(people.hub_id, people.year, people.age, people.sex, people.ethnic_group).where(
        _asked_for(scope, ages, by), tuple_(people.hub_id, people.year).in_(years)
    )
    there: dict[tuple[str, int], set[Row]] = {year: set() for year in years}
    for hub, year, *row in connection.execute(statement) if years else ():
        there[hub, year].add(tuple(row))
    return there


def _by_year(connection: Connection, scope: Scope, ages: Ages, by: Sequence[str]) -> pd.DataFrame:
    """The `residents` of each hub and year that has some, whether ``whole`` or not."""

    def count() -> pd.DataFrame:
        found = pd.read_sql_query(_years(scope, ages, by), connection)
        return found.set_axis(["hub", "estimate", *by, "residents", "whole"], axis="columns").astype({"whole": bool})

    return looked_up(connection, ("residents", scope.hubs, ages, tuple(by)), count)


def _years(scope: Scope, ages: Ages, by: Sequence[str]) -> Select[Any]:
    single = _single_ages(scope, ages, by)
    year, divided = [single.c.hub_id, single.c.year], [name for name in PARTS if name in by]
    needed = and_(literal(True), *(single.c[name].in_(PARTS[name]) for name in divided))
    of_part = func.count(single.c.residents).over(partition_by=[*year, *(single.c[name] for name in divided)])
    of_year = func.count(case((needed, single.c.residents))).over(partition_by=year)
    counted = select(single, of_part.label("of_part"), of_year.label("of_year")).subquery()
    how_many = ages[1] - ages[0] + 1 if ages else 1
    there = and_(
        func.min(counted.c.of_part) == how_many,
        func.min(counted.c.of_year) == how_many * prod(len(PARTS[name]) for name in divided),
    )
    cells = [counted.c.hub_id, counted.c.year, *(counted.c[name] for name in by)]
    return select(*cells, cast(func.sum(counted.c.residents), BigInteger), there).group_by(*cells)


def _single_ages(scope: Scope, ages: Ages, by: Sequence[str]) -> Subquery:
    """Residents of each single age in each cell; blank where they are not whole."""
    people = population.c
    # A year may hold totals, or the sexes, or the ethnic groups, or all of them: never add one to the other.
    kinds = [
        _of_kind(sexes, groups, by)
        for groups in (False, True)
        for sexes in (False, True)
        if sexes >= ("sex" in by) and groups >= ("ethnicity" in by)
    ]
    cells = [people.hub_id, people.year, people.age.label("single_age"), *(_split(name).label(name) for name in by)]
    number = func.coalesce(*kinds, None).label("residents")
    return select(*cells, number).where(_asked_for(scope, ages, by)).group_by(*cells).subquery()


def _of_kind(sexes: bool, groups: bool, by: Sequence[str]) -> ColumnElement[int]:
    """The sum of the rows that come by sex, by group, by both or by neither; blank where one that is needed is not there."""
    is_divided = {"sex": sexes, "ethnicity": groups}
    kind = and_(*(column.is_not(None) if is_divided[name] else column.is_(None) for name, column in _COLUMNS.items()))
    added_up = [name for name in PARTS if is_divided[name] and name not in by]
    needed = and_(kind, *(_COLUMNS[name].in_(PARTS[name]) for name in added_up))
    is_whole = func.count(case((needed, 1))) == prod(len(PARTS[name]) for name in added_up)
    return case((is_whole, func.sum(case((kind, population.c.residents)))))


def _asked_for(scope: Scope, ages: Ages, by: Sequence[str]) -> ColumnElement[bool]:
    """The rows of these ages that say what they are split by; of all ages, those of both sexes together."""
    people = population.c
    of_ages = people.age.between(*ages) if ages else and_(people.age.is_(None), people.sex.is_(None))
    return and_(of_ages, scope.of_hubs(people.hub_id), *(_COLUMNS[name].is_not(None) for name in PARTS if name in by))


def vintages(connection: Connection, scope: Scope) -> pd.DataFrame:
    """What the estimates by ethnic group are called: ``hub, estimate, of_all_ages, vintage``."""
    people = population.c
    statement = (
        select(people.hub_id, people.year, people.age.is_(None), people.vintage)
        .where(people.ethnic_group.is_not(None), people.vintage.is_not(None), scope.of_hubs(people.hub_id))
        .distinct()
    )
    return pd.read_sql_query(statement, connection).set_axis(["hub", "estimate", "of_all_ages", "vintage"], axis="columns")


def _split(name: str) -> ColumnElement[str]:
    if name == "age":
        return cast(population.c.age, String)
    if name == "ethnicity":
        return population.c.ethnic_group
    return age_band(population.c.age) if name == "age_band" else population.c[name]


def places(connection: Connection, scope: Scope) -> pd.DataFrame:
    """The hubs in scope with name, area, authority and force; "unknown" where one is not recorded."""
    return looked_up(connection, ("places", scope.hubs), lambda: _places(connection, scope))


def _places(connection: Connection, scope: Scope) -> pd.DataFrame:
    columns = [func.coalesce(hubs.c[name], "unknown").label(name) for name in _PLACES]
    statement = select(hubs.c.hub_id.label("hub"), hubs.c.name, *columns).where(scope.of_hubs(hubs.c.hub_id))
    return pd.read_sql_query(statement.order_by(hubs.c.name), connection)


def hub_names(places: pd.DataFrame) -> dict[str, str]:
    """The name of each hub of `places` by its id, in the order of the names."""
    return dict(zip(places["hub"], places["name"], strict=True))
