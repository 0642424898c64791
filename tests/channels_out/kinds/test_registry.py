"""Every kind says what a generic screen asks it."""

import pytest
from django.utils.translation import override

from channels_out.exceptions import NothingToPublish, UnknownKind
from channels_out.kinds import KINDS
from channels_out.kinds.base import Config, Kind


@pytest.mark.parametrize("slug", KINDS)
def test_a_kind_is_registered_under_its_own_name(slug: str) -> None:
    kind = KINDS[slug]

    assert kind.slug == slug
    assert kind.icon
    assert bool(kind.providers) != bool(kind.publisher)


@pytest.mark.parametrize("kind", KINDS.values(), ids=lambda kind: kind.slug)
def test_every_provider_of_a_kind_can_be_described(kind: Kind) -> None:
    config = Config("x", sender="Maison Lune <avis@example.fr>")

    for slug, provider in kind.providers.items():
        assert provider.slug == slug
        assert "example.fr" in provider.describe(config)


def test_unknown_providers_are_refused() -> None:
    with pytest.raises(UnknownKind, match="sms/pigeon"):
        KINDS["sms"].provider("pigeon")


def test_a_sending_kind_publishes_nothing() -> None:
    with pytest.raises(NothingToPublish):
        KINDS["email"].publish("https://example.fr", Config("smtp"))


def test_labels_are_translated() -> None:
    with override("fr"):
        assert [str(kind.label) for kind in KINDS.values()] == [
            "E-mail",
            "SMS",
            "QR code",
            "Lien web",
        ]
