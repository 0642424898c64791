"""What an operator decides about events that a subscriber gave up."""

from argparse import ArgumentParser
from collections.abc import Callable, Collection
from uuid import UUID

from django.core.management.base import BaseCommand

from accounts.queries.lookups import organisations_from
from cxhub.lib.tenancy import tenant
from events.actions.deliveries import dismiss, replay
from events.models import DomainEvent
from events.queries import given_up


class Command(BaseCommand):
    """`given_up_events`: list them, let their subscribers try again, or dismiss them."""

    help = "List events that were given up after twenty failures; --replay or --dismiss them."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("ids", nargs="*", type=UUID, help="these events only")
        parser.add_argument("--subscriber", default="", help="what this task gave up only")
        decision = parser.add_mutually_exclusive_group()
        decision.add_argument(
            "--replay", action="store_const", const=replay, help="let the subscribers try again"
        )
        decision.add_argument(
            "--dismiss", action="store_const", const=dismiss, help="leave them undone for good"
        )

    def handle(
        self,
        *,
        ids: Collection[UUID],
        subscriber: str,
        replay: Callable[..., None] | None,
        dismiss: Callable[..., None] | None,
        **options: object,
    ) -> None:
        decide, count = replay or dismiss, 0
        for organisation_id in organisations_from("events_given_up_organisations"):
            with tenant(organisation_id):
                for event in given_up(organisation_id, subscriber=subscriber, ids=ids):
                    self._tell(event)
                    count += 1
                    if decide is not None:
                        decide(event, subscriber=subscriber)
        done = "replayed" if replay else "dismissed" if dismiss else "given up"
        self.stdout.write(f"{count} {done}")

    def _tell(self, event: DomainEvent) -> None:
        """One line an event, without its content."""
        who = ", ".join(event.dead)
        self.stdout.write(
            f"{event.pk}  {event.created_at:%Y-%m-%d %H:%M} UTC  {event.kind}  "
            f"organisation {event.organisation_id}  {who}\n    {event.last_error}"
        )
