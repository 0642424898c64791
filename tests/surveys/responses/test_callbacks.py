"""An unhappy customer asks to be contacted, on his thank-you page and without a script."""

from uuid import uuid4

import pytest

from events.models import DomainEvent
from surveys.actions.collectors import create_collector
from surveys.models import Response
from tests.factories.contacts import ContactFactory, IdentityFactory
from tests.surveys.responses.browser import fields, opened, sheet
from tests.surveys.responses.conftest import invite

ASKED = {"en": "Would you like us to get back to you?", "fr": "Souhaitez-vous être recontacté"}
NOTED = {"en": "will get back to you", "fr": "reviendra vers vous"}
WRONG = {"en": "Enter a phone number", "fr": "Saisissez un numéro"}
BUTTON = 'name="callback"'


def answer(client, url, score="2"):
    """The thank-you page after a score, and the hidden fields of its form."""
    _response, page = opened(client, url)
    thanks = client.post(url, sheet(page, q1=score))
    assert thanks.status_code == 201
    return thanks, fields(thanks.text)


def wishes():
    return DomainEvent.objects.filter(kind="response.callback_asked").count()


@pytest.mark.parametrize("language", ["en", "fr"])
def test_a_wish_is_noted_once_however_often_it_is_sent(client, survey, language):
    url = f"/r/{invite(survey, language=language).token}"
    thanks, form = answer(client, url)

    said = [client.post(url, {**form, "way": "06 39 98 12 34"}) for _ in range(2)]

    stored = Response.objects.get()
    assert ASKED[language] in thanks.text
    assert "<script" not in thanks.text
    assert [response.status_code for response in said] == [200, 200]
    assert all(NOTED[language] in response.text for response in said)
    assert (stored.callback_way, wishes()) == ("+33639981234", 1)
    assert stored.callback_at is not None


def test_a_mistake_can_be_put_right(client, door):
    url = f"/r/{door.token}"
    _thanks, form = answer(client, url)

    for way in ("06 39 98 12 34", "Ann@Example.org "):
        client.post(url, {**form, "way": way})

    assert (Response.objects.get().callback_way, wishes()) == ("ann@example.org", 2)


def test_an_open_link_knows_the_answer_by_its_sheet(client, collector):
    url = f"/s/{collector.code}"
    answer(client, url)
    _thanks, form = answer(client, f"{url}?again=1")

    said = client.post(url, {**form, "way": "ann@example.org"})

    asked = Response.objects.get(callback_at__isnull=False)
    assert said.status_code == 200
    assert str(asked.submission_id) == form["submission_id"]


def test_who_is_known_need_not_say_where(client, organisation, survey):
    contact = ContactFactory(organisation=organisation)
    IdentityFactory(contact=contact)
    known, unknown = invite(survey, contact=contact), invite(survey)

    statuses = []
    for door in (known, unknown):
        _thanks, form = answer(client, f"/r/{door.token}")
        statuses.append(client.post(f"/r/{door.token}", {**form, "way": " "}).status_code)

    assert statuses == [200, 400]
    assert (Response.objects.get(callback_at__isnull=False).contact, wishes()) == (contact, 1)


@pytest.mark.parametrize("language", ["en", "fr"])
@pytest.mark.parametrize("way", ["", "call me", "12", "a@b", "+33 899 70 00 00", "x" * 5_000])
def test_what_reaches_nobody_comes_back_with_what_was_typed(client, collector, language, way):
    url = f"/s/{collector.code}"
    _thanks, form = answer(client, f"{url}?lang={language}")

    refused = client.post(url, {**form, "way": way})

    assert refused.status_code == 400
    assert WRONG[language] in refused.text
    assert f'value="{way[:254]}"' in refused.text
    assert fields(refused.text) == form
    assert wishes() == 0


@pytest.mark.parametrize("score", ["7", "9"])
def test_only_an_unhappy_customer_is_asked(client, door, score):
    thanks, _form = answer(client, f"/r/{door.token}", score)

    assert BUTTON not in thanks.text


def test_a_shared_device_asks_nobody(client, survey):
    url = f"/k/{create_collector(survey=survey, kind='kiosk').code.lower()}"

    thanks, _form = answer(client, url)

    assert BUTTON not in thanks.text
    assert client.post(url, {"callback": "1", "way": "ann@example.org"}).status_code == 400
    assert wishes() == 0


def test_no_answer_no_wish(client, survey, door, collector):
    """AB-23"""
    answer(client, f"/s/{collector.code}")
    theirs = str(Response.objects.get().submission_id)
    other = create_collector(survey=survey, kind="link")
    wish = {"callback": "1", "way": "ann@example.org"}
    tried = [
        (f"/r/{door.token}", wish),
        ("/r/nosuch", wish),
        (f"/s/{collector.code}", wish),
        (f"/s/{collector.code}", {**wish, "submission_id": str(uuid4())}),
        (f"/s/{other.code}", {**wish, "submission_id": theirs}),
        (f"/r/{door.token}", {**wish, "submission_id": theirs}),
    ]

    assert [client.post(url, body).status_code for url, body in tried] == [404] * len(tried)
    assert wishes() == 0
