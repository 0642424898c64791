"""Who is asked: contacts, consent, the stop list."""

from contacts.models.consent import ConsentEvent, Suppression
from contacts.models.contact import Contact, Identity
from contacts.models.hold import SurveyHold

__all__ = ["ConsentEvent", "Contact", "Identity", "Suppression", "SurveyHold"]
