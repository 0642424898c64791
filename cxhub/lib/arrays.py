"""Lists for PostgreSQL as one parameter each.

A driver that is handed a list writes `ARRAY['a', 'b', …]`: it quotes every value by itself, and the
server reads every one as an expression. Five hundred ids are dearer to pass than to look up. One
text in the server's own form for arrays is passed and read at once; the statement casts it.
"""

from collections.abc import Iterable
from uuid import UUID


def id_array(ids: Iterable[UUID | str]) -> str:
    """Ids for `%s::uuid[]`."""
    return "{" + ",".join(map(str, ids)) + "}"


def text_array(values: Iterable[str]) -> str:
    """Texts for `%s::text[]`, whatever stands in them."""
    return "{" + ",".join(map(_quoted, values)) + "}"


def array(values: Iterable[object]) -> str:
    """Anything else for `%s::type[]`: numbers, times, and NULL for None."""
    return "{" + ",".join("NULL" if v is None else _quoted(str(v)) for v in values) + "}"


def _quoted(value: str) -> str:
    if "\\" in value or '"' in value:
        value = value.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{value}"'
