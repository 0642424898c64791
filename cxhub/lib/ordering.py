"""The order of a list: by which column, kept in the address beside filters, and what follows."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from django.db.models import Func, Model, Q, TextField
from django.utils.functional import Promise

Text = str | Promise

# Letters with their marks, and the plain ones among which people look for them.
MARKED = "àáâãäåçèéêëìíîïñòóôõöøœùúûüýÿ"
PLAIN = "aaaaaaceeeeiiiinooooooouuuuyy"


class Alphabetical(Func):
    """A text as an index of names sorts it: capitals and marks change nothing.

    PostgreSQL's own collations for this come with ICU, which not every build has.
    """

    template = f"translate(lower(%(expressions)s), '{MARKED}', '{PLAIN}')"
    output_field = TextField()


@dataclass(frozen=True)
class Column:
    """A column that a list may be sorted by.

    `fields` are those of the ascending order and end in a unique one, so that no two rows tie;
    `starts_down` is for what people want newest or largest first.
    """

    name: str
    label: Text
    up: Text
    down: Text
    fields: tuple[str, ...]
    starts_down: bool = False


@dataclass(frozen=True)
class Choice:
    """One order to choose: in words, and where it leads."""

    words: Text
    url: str
    is_current: bool


@dataclass(frozen=True)
class Head:
    """The head of a sortable column: a link that turns the order round."""

    name: str
    label: Text
    url: str
    sorted: str  # as `aria-sort` says it; empty when another column leads


@dataclass(frozen=True)
class Ordering:
    """The order in force, and the addresses that keep it."""

    columns: Sequence[Column]
    column: Column
    is_down: bool
    kept: Mapping[str, str]

    @property
    def fields(self) -> tuple[str, ...]:
        """As `order_by` takes them."""
        return tuple(f"-{name}" if self.is_down else name for name in self.column.fields)

    @property
    def words(self) -> Text:
        return self.column.down if self.is_down else self.column.up

    @property
    def word(self) -> str:
        """The order as an address says it; the usual one needs no word."""
        return self._word(self.column, is_down=self.is_down)

    @property
    def query(self) -> str:
        """The filters and the order, as an address carries them."""
        return self.url().removeprefix("?")

    @property
    def heads(self) -> dict[str, Head]:
        return {column.name: self._head(column) for column in self.columns}

    @property
    def choices(self) -> list[Choice]:
        """Every order of the list, for where there are no heads."""
        return [
            Choice(
                column.down if is_down else column.up,
                self._sorted_url(column, is_down=is_down),
                column is self.column and is_down == self.is_down,
            )
            for column in self.columns
            for is_down in (column.starts_down, not column.starts_down)
        ]

    def url(self, **more: object) -> str:
        """This list in this order, with other filters or at another page."""
        return self._url({**self.kept, "sort": self.word, **more})

    def _head(self, column: Column) -> Head:
        if column is not self.column:
            url = self._sorted_url(column, is_down=column.starts_down)
            return Head(column.name, column.label, url, "")
        url = self._sorted_url(column, is_down=not self.is_down)
        state = "descending" if self.is_down else "ascending"
        return Head(column.name, column.label, url, state)

    def _sorted_url(self, column: Column, *, is_down: bool) -> str:
        return self._url({**self.kept, "sort": self._word(column, is_down=is_down)})

    def _word(self, column: Column, *, is_down: bool) -> str:
        if column is self.columns[0] and is_down == column.starts_down:
            return ""
        return f"-{column.name}" if is_down else column.name

    @staticmethod
    def _url(query: Mapping[str, object]) -> str:
        return f"?{urlencode({name: value for name, value in query.items() if value})}"


def ordering(
    word: str, columns: Sequence[Column], kept: Mapping[str, str] | None = None
) -> Ordering:
    """The order that an address asks for; the first column's when it names none of them."""
    name, is_down = word.removeprefix("-"), word.startswith("-")
    column = next((column for column in columns if column.name == name), None)
    if column is None:
        column, is_down = columns[0], columns[0].starts_down
    return Ordering(columns, column, is_down, kept or {})


def after(fields: Sequence[str], values: Sequence[object]) -> Q:
    """Rows that come later in an order: by its first field, or equal there and by the second, …

    The bound of the first field alone comes beside it: an index starts there.
    """
    condition, equal = Q(pk__in=[]), Q()
    for field, value in zip(fields, values, strict=True):
        name = field.removeprefix("-")
        later = "lt" if field.startswith("-") else "gt"
        condition |= equal & Q(**{f"{name}__{later}": value})
        equal &= Q(**{name: value})
    first = fields[0].removeprefix("-")
    bound = "lte" if fields[0].startswith("-") else "gte"
    return Q(**{f"{first}__{bound}": values[0]}) & condition


def after_row(fields: Sequence[str], row: Model) -> Q:
    """Rows that come later than one."""
    return after(fields, [getattr(row, field.removeprefix("-")) for field in fields])
