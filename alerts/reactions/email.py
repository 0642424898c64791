"""Telling members by email; the row of each notification is also the copy in the application."""

from collections.abc import Sequence

from django.utils.text import get_text_list
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from alerts.models import Notification
from alerts.reactions.base import Occasion
from cxhub.lib.jobs import enqueue


class Email:
    """One notification per member; how many of them share a mail is decided when they leave."""

    slug = "email"
    label = gettext_lazy("Send an email")

    def sentence(self, recipients: Sequence[str]) -> str:
        if not recipients:
            return _("email nobody: every recipient has left")
        names = get_text_list(list(recipients), _("and"))
        return _("email %(names)s at once") % {"names": names}

    def react(self, occasion: Occasion) -> None:
        Notification.objects.bulk_create(
            [
                Notification(
                    organisation_id=occasion.incident.organisation_id,
                    incident=occasion.incident,
                    member=member,
                    channel_kind=self.slug,
                )
                for member in occasion.recipients
            ],
            ignore_conflicts=True,
        )
        enqueue("alerts.tasks.notify", organisation_id=str(occasion.incident.organisation_id))
