"""What the frame of a page offers to a member."""

import re

import pytest

from tests.conftest import client_of, member
from tests.dashboards.answers import answer, live_survey


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


@pytest.mark.parametrize("on", [True, False])
def test_the_simulator_is_one_press_away_where_there_is_one(organisation, bob, settings, on):
    settings.CXHUB_SIMULATOR = on

    assert (f'href="/simulator/?organisation={organisation.slug}"' in links(bob)) is on


@pytest.mark.parametrize(
    ("path", "rail", "phone"),
    [
        ("contacts/", "contacts/", "contacts/"),
        ("sends/", "sends/", "More"),
        ("alerts/", "alerts/", "More"),
        ("responses/{response}/", "surveys/", "surveys/"),
    ],
)
def test_rail_and_phone_bar_say_where_the_reader_is(organisation, alice, path, rail, phone):
    """A section behind "More" marks "More": something is always current."""
    response = answer(live_survey(organisation), 9)
    home = f"/o/{organisation.slug}/"

    html = client_of(alice).get(home + path.format(response=response.pk)).content.decode()
    above, bar = html.split('<nav class="bottombar"')
    marked = re.findall(r'<(?:a|summary) class="bottombar-link"(.*?)>', bar, re.DOTALL)
    current = [tag for tag in marked if "aria-current" in tag]

    assert re.findall(r'class="rail-link"\s+href="([^"]*)"\s+aria-current', above) == [home + rail]
    assert [
        "More" if "href" not in tag else re.search('href="([^"]*)"', tag)[1] for tag in current
    ] == [phone if phone == "More" else home + phone]


@pytest.mark.parametrize(
    ("role", "pages"),
    [
        ("owner", ["", "team/", "teams/", "places/", "channels/", "api-keys/"]),
        ("viewer", ["teams/"]),
        ("manager", ["", "team/", "teams/", "places/", "channels/"]),
    ],
)
def test_every_page_of_the_settings_leads_to_the_others(organisation, role, pages):
    client = client_of(member(organisation, role, email="one@example.org"))
    settings = f"/o/{organisation.slug}/settings/"

    for page in pages:
        html = client.get(settings + page).content.decode()
        [tabs] = re.findall('<nav class="tabs".*?</nav>', html, re.DOTALL)
        found = re.findall(r'<a href="(\S+)"\s+(aria-current="page")?', tabs)
        assert [address for address, _current in found] == [settings + tab for tab in pages]
        assert [address for address, current in found if current] == [settings + page]
