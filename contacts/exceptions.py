"""What can be wrong with a contact's details."""

from uuid import UUID


class ContactRefused(ValueError):
    """A detail that cannot be stored: a stable field and code; the wording is the screen's."""

    def __init__(self, field: str, code: str) -> None:
        super().__init__(f"{field}: {code}")
        self.field = field
        self.code = code


class EmailRefused(ContactRefused):
    """Not an address that mail can be sent to."""

    def __init__(self, code: str) -> None:
        super().__init__("email", code)


class PhoneRefused(ContactRefused):
    """Not a number that people may be written to on."""

    def __init__(self, code: str) -> None:
        super().__init__("phone", code)


class AttributesRefused(ContactRefused):
    """Not a flat object of short values."""

    def __init__(self, code: str) -> None:
        super().__init__("attributes", code)


class IdentityTaken(ContactRefused):
    """Another contact of the organisation has this address or reference."""

    def __init__(self, kind: str, contact_id: UUID | None = None) -> None:
        super().__init__("external_id" if kind == "external" else kind, "taken")
        self.contact_id = contact_id


class AmbiguousContact(ValueError):
    """The identities given belong to different contacts."""

    def __init__(self, contact_ids: list[UUID]) -> None:
        super().__init__("The identities belong to different contacts.")
        self.contact_ids = contact_ids


class NothingIdentifies(ValueError):
    """Neither an external ID nor an email nor a phone was given."""
