"""What callers of this app can do wrong, or can be told."""


class ChannelError(Exception):
    """Whatever goes wrong with a channel before anything is sent."""


class UnknownKind(ChannelError):
    """No kind, or no provider of that kind, has this name."""


class ChannelMisconfigured(ChannelError):
    """The channel lacks a credential or an option it needs; `field` names which."""

    def __init__(self, field: str) -> None:
        super().__init__(field)
        self.field = field


class OneWaySender(ChannelError):
    """A question to be answered by reply was given to a sender that cannot receive."""


class TooManyTests(ChannelError):
    """Ten test messages an hour are enough to find a mistake, and too few to annoy anybody."""


class TestRefused(ChannelError):
    """Whoever has the number may not be written to now; `reason` says why."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason
