"""Writing the messages that ask: one body per language, one set of slots per customer."""

import re
from dataclasses import dataclass, field
from datetime import datetime

from django.conf import settings
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.translation import gettext

from accounts.models import Organisation
from channels_out.actions.messages import Body, Letter
from channels_out.enums import Purpose
from contacts.models import Contact
from contacts.queries.preferences import unsubscribe_url
from cxhub.lib import emails
from cxhub.lib.sms import segments
from journeys.actions.planning import Sender
from journeys.models import Outreach
from journeys.queries import texts
from journeys.queries.rows import rating_row
from surveys.definition import Definition
from surveys.queries.doors import invitation_url

LONGEST_SUBJECT_BRAND = 24
LONGEST_NAME = 40


@dataclass
class Writer:
    """Writes the invitations of one survey on one channel; each language is rendered once."""

    organisation: Organisation
    definition: Definition
    sender: Sender
    is_conversation: bool = False
    bodies: dict[str, Body] = field(default_factory=dict)

    def letter(
        self, outreach: Outreach, address: str, language: str, token: str, expires_at: datetime
    ) -> Letter:
        """The invitation of one customer; his links are secrets."""
        contact = outreach.contact
        kind = self.sender.channel.kind
        secrets = {} if self.is_conversation else {"link": invitation_url(token)}
        if kind == "email" or not (self.is_conversation or self.sender.two_way):
            secrets["unsubscribe_url"] = unsubscribe_url(contact, kind)
        return Letter(
            to=address,
            language=language,
            body=self.body(language),
            purpose=Purpose.SURVEY,
            dedupe_key=f"outreach:{outreach.pk}",
            expires_at=expires_at,
            slots=self._slots(contact, language),
            secret_slots=secrets,
            contact=contact,
        )

    def body(self, language: str) -> Body:
        """The wording in a language, with `{slots}` for what differs per customer."""
        if language not in self.bodies:
            self.bodies[language] = self._written(language)
        return self.bodies[language]

    @property
    def brand(self) -> str:
        return self.definition.brand or self.organisation.name

    def _written(self, language: str) -> Body:
        if self.sender.channel.kind == "email":
            return mail_body(self.organisation, self.definition, self.brand, language)
        if self.is_conversation:
            return Body(text=texts.question_text(self.brand, language))
        return Body(text=texts.link_text(self.brand, language, two_way=self.sender.two_way))

    def _slots(self, contact: Contact, language: str) -> dict[str, str]:
        if self.sender.channel.kind != "email":
            return {}
        return {"greeting": greeting(contact.name, language)}


def mail_body(
    organisation: Organisation, definition: Definition, brand: str, language: str
) -> Body:
    """The invitation by mail with its rating row, and its twin in plain text."""
    question = definition.questions[0] if definition.questions else None
    cells = rating_row(question, language)
    with translation.override(language):
        context = {
            "brand": brand,
            "organisation": organisation,
            "language": language,
            "question": question.text[language] if question is not None else "",
            "cells": cells,
            "lowest": cells[0] if cells else None,
            "highest": cells[-1] if cells else None,
            "site": settings.SITE_URL,
        }
        short = segments.merge_value(brand, LONGEST_SUBJECT_BRAND)
        return Body(
            subject=gettext("Your opinion of %(brand)s") % {"brand": short},
            text=render_to_string("journeys/email/invitation.txt", context).strip() + "\n",
            html=_compact(render_to_string("journeys/email/invitation.html", context)),
            headers=_answered_at(organisation),
        )


def _answered_at(organisation: Organisation) -> dict[str, str]:
    """Whom a reply reaches: the organisation's own mailbox, when it has named one."""
    try:
        return {"Reply-To": emails.normalise(organisation.contact_email)}
    except emails.EmailError:
        return {}


def _compact(html: str) -> str:
    """Without the template's indentation, which a mailbox would count against the mail."""
    return re.sub(r"\s*\n\s*", "\n", html).strip()


def greeting(name: str, language: str) -> str:
    """Greet by name ("Hello Anna,") where there is one."""
    with translation.override(language):
        if not name.strip():
            return gettext("Hello,")
        return gettext("Hello %(name)s,") % {"name": segments.merge_value(name, LONGEST_NAME)}
