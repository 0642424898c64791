"""What can be wrong with an account."""


class SignUpClosed(Exception):
    """This installation does not take new organisations."""


class LastOwner(Exception):
    """An organisation keeps at least one owner."""


class NameTaken(Exception):
    """No two of them have one name."""


class CodeTaken(Exception):
    """No two places have one code."""


class PlaceArchived(Exception):
    """A place that was archived is not chosen for anything new."""


class AlreadyMember(Exception):
    """Who belongs to the organisation is not invited again."""


class AddressTaken(Exception):
    """Somebody signed up with this address a moment ago."""


class InvitationClosed(Exception):
    """The invitation was accepted or revoked, or is too old."""
