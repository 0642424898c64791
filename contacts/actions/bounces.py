"""What a failed delivery teaches about an address."""

from accounts.models import Organisation
from contacts.actions.suppression import opt_out, suppress
from contacts.enums import ADDRESS_KINDS, ConsentPurpose, ConsentSource, SuppressionReason
from events.models import DomainEvent

# Reasons that concern the address itself; whatever else fails may work tomorrow.
REASONS = {
    "hard_bounce": SuppressionReason.HARD_BOUNCE,
    "complaint": SuppressionReason.COMPLAINT,
    "opted_out": SuppressionReason.PROVIDER_OPTOUT,
    "invalid_address": SuppressionReason.HARD_BOUNCE,
    "not_sms_capable": SuppressionReason.INVALID,
}
REFUSALS = frozenset({SuppressionReason.COMPLAINT, SuppressionReason.PROVIDER_OPTOUT})


def suppress_bounced(*, event: DomainEvent) -> None:
    """Put the address of a bounced message on the stop list; a complaint is a refusal too."""
    payload = event.payload
    reason = REASONS.get(payload["reason"])
    if reason is None or not payload.get("address"):
        return
    organisation = Organisation.objects.get(pk=event.organisation_id)
    kind = payload["address_kind"]
    if reason not in REFUSALS:
        suppress(organisation=organisation, kind=kind, value=payload["address"], reason=reason)
        return
    opt_out(
        organisation=organisation,
        kind=kind,
        value=payload["address"],
        channel=next(channel for channel, held in ADDRESS_KINDS.items() if held == kind),
        purpose=ConsentPurpose.SURVEY,
        source=ConsentSource.PROVIDER,
        reason=reason,
        evidence={"message": str(payload["message"])},
    )
