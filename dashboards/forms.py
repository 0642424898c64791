"""What the address of a page asks for: period, filters, position; nonsense means the default."""

from dataclasses import dataclass, replace
from urllib.parse import urlencode
from uuid import UUID

from django.http import QueryDict

from cxhub.lib.ids import parse_uuid
from dashboards.enums import Period
from dashboards.queries.feed import FeedFilter
from surveys.definition import GROUPS

LONGEST_CHANNEL = 20


@dataclass(frozen=True)
class Choice:
    """The filters of the results page; they live in its address."""

    period: str = Period.MONTH.value
    channel: str = ""
    place_id: UUID | None = None
    group: str = ""
    with_comment: bool = False

    @property
    def feed(self) -> FeedFilter:
        return FeedFilter(self.group, self.with_comment)

    @property
    def is_filtered(self) -> bool:
        return bool(self.channel or self.place_id)

    @property
    def place_text(self) -> str:
        return str(self.place_id or "")

    def query(self, **changes: object) -> str:
        """The address of these filters with some of them changed."""
        wanted = replace(self, **changes) if changes else self  # type: ignore[arg-type]
        parts = {
            "period": wanted.period,
            "channel": wanted.channel,
            "place": str(wanted.place_id or ""),
            "group": wanted.group,
            "comment": "1" if wanted.with_comment else "",
        }
        return f"?{urlencode({name: value for name, value in parts.items() if value})}"


def read_choice(query: QueryDict) -> Choice:
    """The filters of an address."""
    period, channel, group = query.get("period"), query.get("channel", ""), query.get("group")
    return Choice(
        period=period if period in Period.values else Period.MONTH.value,
        channel=channel if len(channel) <= LONGEST_CHANNEL else "",
        place_id=parse_uuid(query.get("place", "")),
        group=group if group in GROUPS else "",
        with_comment=query.get("comment") == "1",
    )
