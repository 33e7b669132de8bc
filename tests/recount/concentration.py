"""Events for each child, and the share that falls on the tenth of the children with most."""

from collections import Counter

from .cells import Cell, Result, Rule
from .child_suspects import DIMENSIONS as OF_CRIMES
from .child_suspects import TABLES as CRIMES
from .child_suspects import crimes_with_child_suspects, has_suspects
from .custody import about_detentions
from .formulas import part_of, people_known
from .missing import about_missing
from .stop_search import about_searches

FEWEST_CHILDREN = 50  # under which it is too few to tell


def events_of_each_child(cell: Cell) -> Counter[str | None]:
    """How many events of the cell each child has. Those without a child are left out."""
    return Counter(person.child_id for hit in cell.hits for person in people_known(hit))


def per_child(cell: Cell) -> Result:
    each = events_of_each_child(cell)
    return part_of(each.total(), len(each))


def top_tenth_share(cell: Cell) -> Result:
    """Of all their events, those of the tenth of the children with most, rounded up to a whole child."""
    most_first = sorted(events_of_each_child(cell).values(), reverse=True)
    if len(most_first) < FEWEST_CHILDREN:
        return None, sum(most_first), None
    a_tenth = -(-len(most_first) // 10)
    return part_of(sum(most_first[:a_tenth]), sum(most_first))


RULES = {
    "missing_episodes_per_child": about_missing(per_child),
    "detentions_per_child": about_detentions(per_child),
    "searches_per_child": about_searches(per_child, "child_id"),
    "missing_top_tenth_share": about_missing(top_tenth_share),
    "detentions_top_tenth_share": about_detentions(top_tenth_share),
    "searches_top_tenth_share": about_searches(top_tenth_share, "child_id"),
    "crimes_top_tenth_share": Rule(crimes_with_child_suspects, CRIMES, top_tenth_share, OF_CRIMES, supported=has_suspects),
}
