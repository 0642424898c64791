"""When very many answers come to a door of everybody, each has to prove a little work (AB-21).

Every way in goes through `lacks_proof`: a form, a program's JSON, the plain answer's short way.
A proof is for one door and one sheet, and a sheet is stored once: so a proof counts once, without
anything that would have to be remembered. See docs/adr/0018.
"""

from uuid import UUID

from django.conf import settings

from cxhub.lib.alarms import Alarm
from cxhub.lib.kept import FOR_EVER, Kept
from cxhub.lib.limits import LocalLimit, SpreadLimit
from cxhub.lib.proofs import is_proof
from cxhub.lib.tenancy import tenant
from surveys.actions import pages
from surveys.queries.answered import is_handed_in
from surveys.queries.doors import is_kiosk
from surveys.views.respond_doors import Visit
from surveys.views.respond_reading import Sent

CODES_KEPT = 2_000

RUSH = SpreadLimit("survey-rush", settings.PROOF_ABOVE)
# Giving a sheet back costs more than refusing it: beyond this they are only told to wait.
UNPROVED = LocalLimit(600)
DEMAND = Alarm("survey-proof", 60 * pages.PATIENCE)

_kiosks: Kept[bool] = Kept(FOR_EVER, CODES_KEPT)


def is_demanded(code: str) -> bool:
    """Whether answers have to prove work at this door now; a personal link has no code."""
    return bool(code) and DEMAND.is_on(code)


def is_near_rush(code: str) -> bool:
    """Whether counting an answer at this door may have to ask the shared cache."""
    return RUSH.is_near(code)


def count(visit: Visit) -> None:
    """Count a finished sheet at a door of everybody, and demand proofs when they are too many."""
    if RUSH.wait(visit.code) and not _is_kiosk(visit):
        DEMAND.turn_on(visit.code)


def lacks_proof(visit: Visit, sent: Sent) -> bool:
    """Count a finished sheet: whether it lacks the proof that is demanded."""
    if not visit.code or sent.submission_id is None:
        return False
    count(visit)
    return DEMAND.is_on(visit.code) and not is_proof(sent.proof, visit.code, sent.submission_id)


def is_taken(visit: Visit, sent: Sent) -> bool:
    """Whether this very sheet is in: then only its answer was lost, and it owes nothing."""
    opening = visit.opening()
    if opening is None or sent.submission_id is None:
        return False
    with tenant(opening.organisation_id):
        return is_handed_in(opening, UUID(sent.submission_id))


def _is_kiosk(visit: Visit) -> bool:
    """Whether the door is a shared device's, or none at all: nothing is demanded there."""
    opening = visit.opening()
    if opening is None:
        return True
    return _kiosks.get_or_make(visit.code, lambda: is_kiosk(opening))
