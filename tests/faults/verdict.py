"""The provider's ledger against our rows."""

from collections import Counter
from dataclasses import dataclass

from accounts.models import Organisation
from channels_out.models import Message, MessageEvent
from cxhub.lib.simulator import Ledger
from cxhub.lib.tenancy import tenant

ARRIVED = {"accepted", "sent", "delivered"}
OPEN = {"queued", "retry_wait", "sending", "unknown"}


@dataclass(frozen=True)
class Verdict:
    """What a run lost, doubled, and found again."""

    name: str
    planned: int
    sent: int
    lost: int
    duplicates: int
    wrong: int
    still_open: int
    reconciled: int
    sent_again: int
    kills: int
    seconds: float

    @property
    def holds(self) -> bool:
        return not (self.lost or self.duplicates or self.wrong or self.still_open)


def count_open(organisation: Organisation) -> int:
    with tenant(organisation.pk):
        return Message.objects.within(organisation).filter(state__in=OPEN).count()


def judge(
    name: str, organisation: Organisation, ledger: Ledger, planned: int, kills: int, seconds: float
) -> Verdict:
    """Compare: `lost` never left, `wrong` is a row that says other than what the ledger saw."""
    left = ledger.counts()
    with tenant(organisation.pk):
        rows = list(Message.objects.within(organisation).values_list("pk", "state", "is_resent"))
        words = Counter(
            MessageEvent.objects.within(organisation)
            .filter(status="reconciled")
            .values_list("message", flat=True)
        )
    states = {str(pk): state for pk, state, _ in rows}
    claims = {pk for pk, state in states.items() if state in ARRIVED}
    return Verdict(
        name=name,
        planned=planned,
        sent=len(left),
        lost=planned - len(left.keys() & states.keys()),
        duplicates=sum(number - 1 for number in left.values()),
        wrong=len(claims ^ (left.keys() & states.keys())),
        still_open=sum(state in OPEN for state in states.values()),
        reconciled=len(words),
        sent_again=sum(is_resent for _, _, is_resent in rows),
        kills=kills,
        seconds=seconds,
    )


def table(verdicts: list[Verdict]) -> str:
    """The figures of every run, one line each."""
    columns = (
        "run",
        "planned",
        "sent",
        "lost",
        "dup",
        "wrong",
        "open",
        "found",
        "again",
        "kills",
        "s",
        "",
    )
    rows = [
        (
            v.name, v.planned, v.sent, v.lost, v.duplicates, v.wrong, v.still_open, v.reconciled,
            v.sent_again, v.kills, round(v.seconds), "holds" if v.holds else "BROKEN",
        )
        for v in verdicts
    ]  # fmt: skip
    width = max(len(row[0]) for row in [columns, *rows])
    lines = [
        f"{row[0]:{width}}  " + "  ".join(f"{cell!s:>7}" for cell in row[1:])
        for row in [columns, *rows]
    ]
    return "\n".join(lines)
