"""What the frame of a page offers to a member."""

from tests.conftest import client_of, member


def links(membership):
    page = client_of(membership).get(f"/o/{membership.organisation.slug}/contacts/")
    return page.content.decode()


def test_nobody_is_led_to_what_he_may_not_open(organisation, bob, alice):
    """Settings are for managers and owners; one's own preferences are for everybody."""
    settings = f'href="/o/{organisation.slug}/settings/"'
    agent = member(organisation, "agent", email="agent@example.org")

    assert settings in links(alice)
    for membership in (bob, agent):
        assert settings not in links(membership)
        assert f'href="/o/{organisation.slug}/preferences/"' in links(membership)
