"""The reactions there are, in the order in which they run. A new one is a file and a line here."""

from alerts.reactions.base import Reaction
from alerts.reactions.email import Email
from alerts.reactions.open_case import OpenCase

REACTIONS: dict[str, Reaction] = {
    "open_case": OpenCase(),
    "email": Email(),
}
