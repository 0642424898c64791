"""Refusals: the stop list, the ledger, and who may undo them."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.utils import timezone

from contacts.actions.consent import grant_consent
from contacts.actions.holds import hold_surveys
from contacts.actions.suppression import opt_in, opt_out, suppress
from contacts.models import ConsentEvent, Suppression
from contacts.queries.reach import Reach, reachability
from contacts.queries.stop_list import stop_for, value_hash
from cxhub.lib.tenancy import tenant
from tests.factories.contacts import (
    ConsentEventFactory,
    ContactFactory,
    IdentityFactory,
    reachable,
)


def reach(organisation, contact, channel, **options):
    return reachability(
        organisation, [contact.pk], channel_kind=channel, purpose="survey", **options
    )[contact.pk]


def hold(contact, until=None):
    hold_surveys(
        organisation_id=contact.organisation_id,
        contact_id=contact.pk,
        held_by=uuid4(),
        until=until,
    )


def stop(organisation, value="+33639980001"):
    return opt_out(
        organisation=organisation,
        kind="phone",
        value=value,
        channel="sms",
        purpose="survey",
        source="sms",
        reason="stop",
    )


def test_who_may_be_written_to(organisation, django_assert_num_queries):
    """AB-39: address, consent, withdrawal and stop list, for all contacts at once."""
    fine = reachable(organisation, 1)
    no_address = reachable(organisation, 2, channels=["sms"])
    no_consent = IdentityFactory(
        contact=ContactFactory(organisation=organisation), value="n@shop.example"
    ).contact
    withdrawn = reachable(organisation, 3)
    ConsentEventFactory(contact=withdrawn, state="withdrawn")
    stopped = reachable(organisation, 4)
    suppress(
        organisation=organisation,
        kind="email",
        value="customer4@shop.example",
        reason="hard_bounce",
    )
    busy, at_peace, over = (reachable(organisation, number) for number in (5, 6, 7))
    next_week, yesterday = (timezone.now() + timedelta(days=days) for days in (7, -1))
    for contact, until in [
        (busy, None),
        (busy, next_week),
        (stopped, None),
        (at_peace, next_week),
        (over, yesterday),
    ]:
        hold(contact, until)
    people = [fine, no_address, no_consent, withdrawn, stopped, busy, at_peace, over]

    with django_assert_num_queries(4):
        found = reachability(
            organisation,
            [contact.pk for contact in people],
            channel_kind="email",
            purpose="survey",
        )

    assert [found[contact.pk] for contact in people] == [
        Reach("customer1@shop.example"),
        Reach("", "no_address"),
        Reach("n@shop.example", "no_consent"),
        Reach("customer3@shop.example", "withdrawn"),
        Reach("customer4@shop.example", "suppressed"),
        Reach("customer5@shop.example", "open_case"),
        Reach("customer6@shop.example", "open_case", next_week),
        Reach("customer7@shop.example"),
    ]


def test_a_landline_is_no_address_for_texts(organisation):
    contact = ContactFactory(organisation=organisation)
    IdentityFactory(contact=contact, kind="phone", value="+33142685300")
    ConsentEventFactory(contact=contact, channel="sms")

    assert reach(organisation, contact, "sms") == Reach("", "no_address")


def test_a_withdrawal_wins_over_a_consent_of_the_same_instant(organisation):
    contact = reachable(organisation, 1, channels=["email"])
    granted = ConsentEvent.objects.get()
    ConsentEventFactory(contact=contact, state="withdrawn", effective_at=granted.effective_at)
    ConsentEventFactory(contact=contact, state="granted", effective_at=granted.effective_at)

    assert reach(organisation, contact, "email").blocked == "withdrawn"


def test_a_refusal_by_text_holds_for_every_channel(organisation):
    """AB-34: what the customer refuses on one channel is not asked on another."""
    contact = reachable(organisation, 1)

    assert stop(organisation) == contact

    assert reach(organisation, contact, "sms", lock=True).blocked == "suppressed"
    assert reach(organisation, contact, "email").blocked == "withdrawn"


def test_a_refusal_of_an_unknown_number_is_kept(organisation):
    assert stop(organisation, "+33639980099") is None

    assert stop_for(organisation, "phone", "+33639980099").reason == "stop"


def test_the_stop_list_holds_no_address_and_differs_per_organisation(
    organisation, other_organisation
):
    """AB-34: a refusal is one organisation's."""
    stop(organisation)

    kept = Suppression.objects.get()
    assert kept.value_hash == value_hash(organisation, "phone", "+33639980001")
    assert kept.value_hash != value_hash(other_organisation, "phone", "+33639980001")
    with tenant(other_organisation.pk):
        assert stop_for(other_organisation, "phone", "+33639980001") is None


@pytest.mark.parametrize(
    ("source", "blocked"), [("api", "withdrawn"), ("import", "withdrawn"), ("form", "")]
)
def test_only_the_customer_takes_back_his_refusal(organisation, source, blocked):
    """AB-39: an import or API call does not give again what the customer withdrew."""
    contact = reachable(organisation, 1)
    stop(organisation)

    grant_consent(
        organisation=organisation,
        contact=contact,
        channel="email",
        purpose="survey",
        source=source,
        wording="I agree.",
    )

    assert reach(organisation, contact, "email").blocked == blocked


@pytest.mark.parametrize(
    ("reasons", "left"),
    [
        (["stop"], None),
        (["stop", "provider_optout", "unsubscribed"], None),
        (["stop", "invalid"], "invalid"),
        (["invalid", "stop"], "invalid"),
        (["hard_bounce", "stop", "provider_optout"], "hard_bounce"),
        (["stop", "complaint", "stop"], "complaint"),
    ],
)
def test_start_lifts_refusals_and_nothing_else(organisation, reasons, left):
    """AB-39: in whatever order a refusal and a bounce came, START takes back the refusal only."""
    contact = reachable(organisation, 1)
    address = {"organisation": organisation, "kind": "phone", "value": "+33639980001"}
    for reason in reasons:
        suppress(**address, reason=reason)

    opt_in(**address, channel="sms", purpose="survey", source="sms")
    opt_in(**address, channel="sms", purpose="survey", source="sms")

    kept = stop_for(organisation, "phone", "+33639980001")
    assert (kept and kept.reason) == left
    assert reach(organisation, contact, "sms").blocked == ("suppressed" if left else "")
    assert Suppression.objects.filter(is_lifted=True).count() == len({*reasons} - {left})


def test_a_stop_after_start_holds_again(organisation):
    address = {"organisation": organisation, "kind": "phone", "value": "+33639980001"}

    suppress(**address, reason="stop")
    opt_in(**address, channel="sms", purpose="survey", source="sms")
    suppress(**address, reason="stop")
    suppress(**address, reason="stop")

    assert stop_for(organisation, "phone", "+33639980001").reason == "stop"
    assert Suppression.objects.filter(reason="stop", is_lifted=False).count() == 2
