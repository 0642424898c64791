"""One field that leads anywhere, of this organisation only."""

import pytest

from cxhub.lib.tenancy import tenant
from tests.factories.alerts import answered
from tests.factories.cases import CaseFactory
from tests.factories.contacts import ContactFactory, reachable
from tests.factories.surveys import LiveSurveyFactory


@pytest.fixture
def rows(organisation, other_organisation):
    survey = LiveSurveyFactory(organisation=organisation, name="Delivery in Lyon")
    LiveSurveyFactory(organisation=organisation, name="Returns")
    contact = reachable(organisation, 1)
    contact.name = "Lyonel Petit"
    contact.save()
    case = CaseFactory(
        organisation=organisation, response=answered(survey), contact=contact, number=12
    )
    with tenant(other_organisation.pk):
        ContactFactory(organisation=other_organisation, name="Lyon elsewhere")
    return survey, contact, case


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("lyon", (1, 1, 1)),
        ("customer1@", (0, 1, 0)),
        ("#12", (0, 0, 1)),
        ("999999999999999", (0, 0, 0)),
        ("elsewhere", (0, 0, 0)),
        ("%", (0, 0, 0)),
        ("", (0, 0, 0)),
    ],
)
def test_a_few_letters_find_surveys_contacts_and_cases(
    organisation, rows, alice_client, words, expected
):
    survey, contact, case = rows
    inside = f"/o/{organisation.slug}"

    answer = alice_client.get(f"{inside}/find/", {"q": words}, headers={"HX-Request": "true"})

    html = answer.content.decode()
    addresses = (
        f'href="{inside}/surveys/{survey.pk}/results/"',
        f'href="{inside}/contacts/{contact.pk}/"',
        f'href="{inside}/inbox/{case.pk}/"',
    )
    assert tuple(html.count(address) for address in addresses) == expected
    assert f'data-words="{words}"' in html
    assert "elsewhere" not in html.replace(f'data-words="{words}"', "")
    assert "<h1" not in html


def test_sections_are_found_by_their_name_and_the_page_works_without_scripts(
    organisation, alice_client, bob_client
):
    inside = f"/o/{organisation.slug}"

    pages = [
        client.get(f"{inside}/find/", {"q": "sett"}).content.decode()
        for client in (alice_client, bob_client)
    ]

    main = [page.partition("<main")[2].partition("</main>")[0] for page in pages]
    assert [f'href="{inside}/settings/"' in part for part in main] == [True, False]
    assert all("<h1" in part and 'name="q"' in part for part in main)
