"""What a fault run sends: an organisation, its customers, its messages."""

import argparse
from datetime import timedelta

import django

django.setup()

from django.utils import timezone  # noqa: E402

from accounts.models import Organisation  # noqa: E402
from channels_out.actions.channels import create_channel  # noqa: E402
from channels_out.actions.messages import Body, Letter, queue_messages  # noqa: E402
from channels_out.models import Channel  # noqa: E402
from contacts.models import ConsentEvent, Contact, Identity  # noqa: E402
from cxhub.lib.tenancy import tenant  # noqa: E402
from tests.doubles.twilio import ACCOUNT, TOKEN  # noqa: E402

LINK = "https://example.org/r/{number}"


def number(index: int) -> str:
    """A number of the French fiction range: it reaches nobody."""
    return f"+3363998{index:04d}"


def found(provider: str, slug: str, count: int) -> Organisation:
    """An organisation with a channel of the provider and, for surveys, customers who agreed."""
    organisation = Organisation.objects.create(name=slug, slug=slug)
    with tenant(organisation.pk):
        is_twilio = provider == "twilio"
        create_channel(
            organisation=organisation,
            kind="sms",
            provider=provider,
            name=provider,
            sender="38123",
            credentials={"account_sid": ACCOUNT, "auth_token": TOKEN} if is_twilio else {},
            is_default=True,
        )
        customers = Contact.objects.bulk_create(
            Contact(organisation=organisation, name=f"Customer {n}") for n in range(count)
        )
        Identity.objects.bulk_create(
            Identity(organisation=organisation, contact=c, kind="phone", value=number(n))
            for n, c in enumerate(customers)
        )
        ConsentEvent.objects.bulk_create(
            ConsentEvent(
                organisation=organisation,
                contact=c,
                channel="sms",
                purpose="survey",
                state="granted",
                source="api",
                effective_at=timezone.now(),
            )
            for c in customers
        )
    return organisation


def plant(slug: str, count: int, chunk: int) -> None:
    """Queue the messages as the product does, in chunks, each with its bell."""
    organisation = Organisation.objects.get(slug=slug)
    for start in range(0, count, chunk):
        with tenant(organisation.pk):
            channel = Channel.objects.within(organisation).get(is_default=True)
            people = {
                i.value: i.contact
                for i in Identity.objects.within(organisation).select_related("contact")
            }
            # A real sender keeps to the customers' hours; a fault run must work at night.
            purpose = "survey" if channel.provider == "simulator" else "reply"
            queue_messages(
                organisation=organisation,
                channel=channel,
                letters=[
                    Letter(
                        to=number(n),
                        language="fr",
                        body=Body(text="How was it? {link}"),
                        purpose=purpose,
                        dedupe_key=f"fault-{n}",
                        expires_at=timezone.now() + timedelta(hours=6),
                        secret_slots={"link": LINK.format(number=n)},
                        contact=people[number(n)],
                    )
                    for n in range(start, min(count, start + chunk))
                ],
            )


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("slug")
    parser.add_argument("count", type=int)
    parser.add_argument("chunk", type=int)
    options = parser.parse_args()
    plant(options.slug, options.count, options.chunk)
