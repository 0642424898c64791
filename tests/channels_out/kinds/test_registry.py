"""Every kind says what a generic screen asks it."""

import pytest
from django.utils.translation import override

from channels_out.exceptions import UnknownKind
from channels_out.kinds import KINDS
from channels_out.kinds.base import Config, Kind
from cxhub.lib.artefacts import NothingToPublish, artefact


@pytest.mark.parametrize("slug", KINDS)
def test_a_kind_is_registered_under_its_own_name(slug: str) -> None:
    kind = KINDS[slug]

    assert kind.slug == slug
    assert kind.icon
    assert bool(kind.providers) != bool(kind.publisher)
    assert bool(kind.about) == bool(kind.publisher)


@pytest.mark.parametrize("kind", KINDS.values(), ids=lambda kind: kind.slug)
def test_every_provider_of_a_kind_can_be_described(kind: Kind) -> None:
    config = Config("x", sender="Maison Lune <avis@example.fr>")

    for slug, provider in kind.providers.items():
        assert provider.slug == slug
        assert "example.fr" in provider.describe(config)


def test_unknown_providers_are_refused() -> None:
    with pytest.raises(UnknownKind, match="sms/pigeon"):
        KINDS["sms"].provider("pigeon")


@pytest.mark.parametrize(
    ("kind", "options"), [("email", {}), ("pigeon", {}), ("qr", {"format": "exe"})]
)
def test_what_nobody_publishes_is_refused(kind: str, options: dict[str, str]) -> None:
    with pytest.raises(NothingToPublish, match=kind):
        artefact(kind, "https://example.fr", **options)


def test_labels_are_translated() -> None:
    with override("fr"):
        assert [str(kind.label) for kind in KINDS.values()] == [
            "E-mail",
            "SMS",
            "QR code",
            "Lien web",
        ]
