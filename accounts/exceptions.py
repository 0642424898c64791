"""What can be wrong with an account."""


class SignUpClosed(Exception):
    """This installation does not take new organisations."""


class LastOwner(Exception):
    """An organisation keeps at least one owner."""
