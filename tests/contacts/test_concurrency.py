"""Real connections side by side: what is said at the same time is all kept."""

from concurrent.futures import ThreadPoolExecutor
from threading import Event

import pytest
from django.db import connection

from contacts.actions.consent import grant_consent, record_consent
from contacts.actions.contacts import ContactDetails, upsert_contact
from contacts.models import Contact
from contacts.queries.reach import latest_consents
from cxhub.lib.tenancy import tenant
from tests.factories.accounts import OrganisationFactory
from tests.factories.contacts import reachable

pytestmark = pytest.mark.slow  # several real connections
WITHIN = 10


@pytest.fixture
def organisation(committed):
    return OrganisationFactory()


def in_turns(organisation, first, second):
    """Let `second` begin when `first` has done its work but not yet committed it."""
    begun, wrote = Event(), Event()

    def leader():
        with tenant(organisation.pk):
            first()
            wrote.set()
            begun.wait(WITHIN)
            connection.cursor().execute("SELECT pg_sleep(0.3)")
        connection.close()

    def follower():
        wrote.wait(WITHIN)
        with tenant(organisation.pk):
            begun.set()
            second()
        connection.close()

    with ThreadPoolExecutor(2) as pool:
        for future in [pool.submit(leader), pool.submit(follower)]:
            future.result()


def test_attributes_of_two_upserts_are_both_kept(organisation):
    with tenant(organisation.pk):
        reachable(organisation, 1)

    def tell(**attributes):
        return lambda: upsert_contact(
            organisation=organisation,
            details=ContactDetails(email="customer1@shop.example", attributes=attributes),
            source="api",
        )

    in_turns(organisation, tell(city="Rouen"), tell(vip=True))

    with tenant(organisation.pk):
        assert Contact.objects.get().attributes == {"city": "Rouen", "vip": True}


def test_a_withdrawal_is_not_overtaken_by_somebody_elses_word(organisation):
    """AB-39: the import that read before the withdrawal does not write after it."""
    with tenant(organisation.pk):
        contact = reachable(organisation, 1)
    step = {
        "organisation": organisation,
        "contact": contact,
        "channel": "email",
        "purpose": "survey",
    }

    in_turns(
        organisation,
        lambda: record_consent(**step, state="withdrawn", source="link"),
        lambda: grant_consent(**step, source="import", wording="Other words."),
    )

    with tenant(organisation.pk):
        latest = latest_consents(organisation, [contact.pk], channel="email", purpose="survey")
    assert latest[contact.pk] == "withdrawn"
