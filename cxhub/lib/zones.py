"""Time zones that name a city, and the country whose clock each is."""

from functools import cache
from importlib.resources import files


@cache
def countries() -> dict[str, str]:
    """The country of each zone, by the zone's name: no links and no offsets."""
    table = files("tzdata").joinpath("zoneinfo", "zone.tab").read_text(encoding="utf-8")
    rows = [line.split("\t") for line in table.splitlines() if line and not line.startswith("#")]
    return {row[2]: row[0] for row in sorted(rows, key=lambda row: row[2])}
