"""How many children live where: the residents behind every rate."""

from collections.abc import Sequence

import pandas as pd
from sqlalchemy import BigInteger, ColumnElement, Connection, String, and_, case, cast, func, select

from queries.counting.dimensions import age_band
from queries.facts.building import looked_up
from queries.scope import Scope
from queries.tables import hubs, population

INVENTED = "invented demo"  # in the name of a force
_PLACES = ("area", "authority", "force")


def residents(connection: Connection, scope: Scope, ages: tuple[int, int], by: Sequence[str]) -> pd.DataFrame:
    """Residents of these ages (both included) in each hub and year with an estimate.

    Columns ``hub``, ``estimate`` (its year), those of ``age, age_band, sex, ethnicity`` in ``by``, and ``residents``. Totals are
    used where the table has them, else the parts are added up.
    """
    asked = ("residents", scope.hubs, ages, tuple(by))
    return looked_up(connection, asked, lambda: _residents(connection, scope, ages, by))


def _residents(connection: Connection, scope: Scope, ages: tuple[int, int], by: Sequence[str]) -> pd.DataFrame:
    people = population.c
    splits = [_split(name).label(name) for name in by]
    # A year may hold totals, or the sexes, or the ethnic groups, or all of them: never add one to the other.
    no_sex, no_group = people.sex.is_(None), people.ethnic_group.is_(None)
    kinds = [and_(no_sex, no_group), and_(~no_sex, no_group), and_(no_sex, ~no_group), and_(~no_sex, ~no_group)]
    if "sex" in by:
        kinds = [and_(~no_sex, no_group), and_(~no_sex, ~no_group)]
    if "ethnicity" in by:
        kinds = [and_(no_sex, ~no_group), and_(~no_sex, ~no_group)]
    of_kind = [func.sum(case((kind, people.residents))) for kind in kinds]
    single_ages = (
        select(
            people.hub_id, people.year, people.age.label("single_age"), *splits, func.coalesce(*of_kind, None).label("residents")
        )
        .where(people.age.between(*ages), scope.of_hubs(people.hub_id))
        .group_by(people.hub_id, people.year, people.age, *splits)
        .subquery()
    )
    cells = [single_ages.c.hub_id, single_ages.c.year, *(single_ages.c[name] for name in by)]
    total = cast(func.sum(single_ages.c.residents), BigInteger).label("residents")
    names = ["hub", "estimate", *by, "residents"]
    statement = select(*cells, total).where(single_ages.c.residents.is_not(None)).group_by(*cells)
    return pd.read_sql_query(statement, connection).set_axis(names, axis="columns")


def residents_of_all_ages(connection: Connection, scope: Scope) -> pd.DataFrame:
    """Residents of all ages by broad ethnic group and hub: ``hub, estimate`` (its year) ``, ethnicity, residents``."""
    people = population.c
    statement = select(people.hub_id, people.year, people.ethnic_group, people.residents).where(
        people.age.is_(None), people.sex.is_(None), people.ethnic_group.is_not(None), scope.of_hubs(people.hub_id)
    )
    return pd.read_sql_query(statement, connection).set_axis(["hub", "estimate", "ethnicity", "residents"], axis="columns")


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


def is_invented(places: pd.DataFrame) -> bool:
    """Whether there are hubs, and all are of the invented force."""
    return not places.empty and bool(places["force"].str.contains(INVENTED, regex=False).all())
