"""How the categories of a release are named for people."""

from collections.abc import Mapping

from metrics import words
from queries.facts.child import UNKNOWN
from release.merging import JOINED


def named(hub: str, hubs: Mapping[str, str]) -> str:
    """A hub, or hubs that are told together: Eden and South Lakeland."""
    return words.listed([hubs.get(part, "hub not recorded" if part == UNKNOWN else part) for part in hub.split(JOINED)])
