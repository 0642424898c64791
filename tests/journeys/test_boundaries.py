"""What this app leaves to others."""

from tests.architecture.sources import ROOT


def test_only_the_app_that_carries_messages_sets_their_states():
    """Taking a message back is one rule: `channels_out.actions.messages`."""
    writers = [
        path.name
        for path in sorted((ROOT / "journeys" / "actions").glob("*.py"))
        if "MessageState" in path.read_text(encoding="utf-8")
    ]

    assert writers == []
