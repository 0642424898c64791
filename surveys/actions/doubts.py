"""Whether a person sent an answer: the one rule behind every door."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import NamedTuple

from cxhub.lib.scanners import is_scanner_network
from surveys.enums import Doubt


class Signs(NamedTuple):
    """What an answer brought with it that tells people from machines.

    `is_by_hand`: a pointer or a key was used on the page. `has_script`: the page's script ran.
    `took_trap`: a link or a field that no person sees. `note`: the note that the link had chosen
    on the page that was sent. `is_from_scanner`: from a network that opens links by itself.
    """

    is_by_hand: bool = False
    has_script: bool = False
    took_trap: bool = False
    note: str = ""
    is_from_scanner: bool = False

    def seen_from(self, network: str) -> "Signs":
        """The same, from this network."""
        return self._replace(is_from_scanner=True) if is_scanner_network(network) else self


NOTHING: Mapping[str, object] = MappingProxyType({})
# What does not come through a page: an interviewer, an app with a key, a text message.
PERSON = Signs(is_by_hand=True)


def doubt_of(signs: Signs, answers: Mapping[str, object] = NOTHING, asked: str = "") -> str:
    """Why an answer is not taken for a person's; nothing when it is.

    `asked` is the question that the rating links of a message answer; without it there are none.
    Whoever presses the button of such a page and adds nothing is heard a moment later: a machine
    presses the others too.
    """
    if signs.is_from_scanner:
        return Doubt.NETWORK.value
    if signs.is_by_hand:
        return ""
    if signs.took_trap:
        return Doubt.TRAP.value
    if signs.has_script:
        return Doubt.NO_GESTURE.value
    if asked and signs.note and len(answers) == 1 and str(answers.get(asked)) == signs.note:
        return Doubt.HELD.value
    return ""
