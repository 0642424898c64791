"""What can be wrong with a rule."""


class RuleRefused(Exception):
    """The rule cannot be kept: `field` is at fault, `code` says how."""

    def __init__(self, field: str, code: str) -> None:
        super().__init__(f"{field}: {code}")
        self.field = field
        self.code = code


class RuleChanged(Exception):
    """Somebody else changed the rule since this person read it."""
