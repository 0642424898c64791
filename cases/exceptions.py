"""What can be wrong with a change to a case."""


class CaseClosed(Exception):
    """A closed case takes no more changes; it can be reopened."""


class CaseChanged(Exception):
    """Somebody else changed the case since this person read it."""


class ReasonMissing(Exception):
    """A case is closed with a reason."""
