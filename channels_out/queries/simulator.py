"""Reads of the simulator's ledger, arranged as a telephone and a mailbox."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from email.utils import parseaddr
from html import escape

from accounts.models import Organisation
from contacts.enums import IdentityKind
from contacts.models import Identity
from cxhub.lib.simulator import IN, OUT, Entry, Ledger

SHOWN = 200
_PLAIN = "<style>pre{white-space:pre-wrap;overflow-wrap:anywhere}</style>"
_LINK = re.compile(r"(https?://[^\s<>\"]+[^\s<>\".,;:!?)])")


@dataclass(frozen=True)
class Person:
    """Somebody with a fake telephone, a fake mailbox, or both."""

    key: str
    label: str
    number: str = ""
    email: str = ""


@dataclass(frozen=True)
class Piece:
    """A part of a text; links are told apart so that they can be opened."""

    text: str
    is_link: bool


@dataclass(frozen=True)
class Text:
    """One bubble on the telephone."""

    entry: Entry
    pieces: Sequence[Piece]
    is_ours: bool
    person: str
    key: str


@dataclass(frozen=True)
class Mail:
    """One line of the mailbox."""

    entry: Entry
    person: str
    preview: str
    is_open: bool

    @property
    def sender(self) -> str:
        """The name that a mailbox shows; an address where the sender gave none."""
        name, address = parseaddr(self.entry.sender)
        return name or address


@dataclass(frozen=True)
class Desk:
    """Everything that the simulator's page shows."""

    organisation: Organisation
    organisations: Sequence[Organisation]
    people: Sequence[Person]
    person: str
    number: str
    email: str
    reply_to: str
    texts: Sequence[Text]
    mails: Sequence[Mail]
    opened: Entry | None
    latest: int

    @property
    def name(self) -> str:
        """Whose telephone and mailbox these are."""
        return next((one.label for one in self.people if one.key == self.person), "")

    def mail(self, number: int) -> Entry | None:
        """A mail of this desk by its number."""
        return next((m.entry for m in self.mails if m.entry.number == number), None)


def desk(
    ledger: Ledger,
    organisation: Organisation,
    organisations: Sequence[Organisation],
    *,
    person: str,
    own_address: str,
    mail_number: str,
    everybody: str,
) -> Desk:
    """What a member sees: the organisation's messages, and system mails to himself."""
    entries = _entries(ledger, organisation, own_address)
    latest = max((entry.number for entry in entries), default=0)
    people = _people(organisation, entries)
    chosen = next((p for p in people if p.key == person), None)
    if chosen is not None:
        entries = _of_person(ledger, organisation, chosen, entries)
    known = {address: p for p in people for address in (p.number, p.email) if address}
    texts = [_text(entry, known) for entry in reversed(entries) if entry.channel == "sms"]
    mails = [entry for entry in entries if entry.channel == "email"]
    opened = next((entry for entry in mails if str(entry.number) == mail_number), None)
    return Desk(
        organisation=organisation,
        organisations=organisations,
        people=[Person("", everybody), *people],
        person=chosen.key if chosen else "",
        number=chosen.number if chosen else "",
        email=chosen.email if chosen else "",
        reply_to=next((t.entry.sender for t in reversed(texts) if t.is_ours), ""),
        texts=texts,
        mails=[_mail(entry, known, opened) for entry in mails],
        opened=opened,
        latest=latest,
    )


def address_of(text: str) -> str:
    """An address as the ledger writes it; a `+` that a query string turned into a space returns."""
    typed = text.strip()
    if "@" in typed:
        return typed.lower()
    digits = re.sub(r"[\s().-]", "", typed)
    return f"+{digits}" if text.startswith(" ") and digits.isdecimal() else digits


def as_json(entry: Entry) -> dict[str, str]:
    """An entry as clients outside this repository read it."""
    return {
        "id": entry.message_id,
        "channel": entry.channel,
        "to": entry.to,
        "from": entry.sender,
        "subject": entry.subject,
        "text": entry.text,
        "html": entry.html,
        "sent_at": entry.sent_at.isoformat() if entry.sent_at else "",
    }


def mail_page(entry: Entry) -> str:
    """The mail's own HTML, or its text with its links; they open in a new tab."""
    html = entry.html or f"{_PLAIN}<pre>{''.join(map(_as_html, _pieces(entry.text)))}</pre>"
    base = '<base target="_blank">'
    if "<head>" in html:
        return html.replace("<head>", f"<head>{base}", 1)
    return f"{base}{html}"


def _entries(ledger: Ledger, organisation: Organisation, own_address: str) -> list[Entry]:
    ours = ledger.messages(organisation=str(organisation.pk), limit=SHOWN, direction=None)
    system = ledger.messages(to=own_address, organisation="", limit=20)
    return sorted([*ours, *system], key=lambda entry: -entry.number)


def _of_person(
    ledger: Ledger, organisation: Organisation, person: Person, entries: Iterable[Entry]
) -> list[Entry]:
    """One person's messages, also those that a large send has pushed out of the latest ones."""
    found = {
        entry.number: entry for entry in entries if _party(entry) in (person.number, person.email)
    }
    for address in (person.number, person.email):
        if address:
            sent = ledger.messages(to=address, organisation=str(organisation.pk), limit=SHOWN)
            found |= {entry.number: entry for entry in sent}
    return sorted(found.values(), key=lambda entry: -entry.number)


def _party(entry: Entry) -> str:
    """The person's side of a message."""
    return entry.sender if entry.direction == IN else entry.to


def _people(organisation: Organisation, entries: Iterable[Entry]) -> list[Person]:
    """Who was written to lately, the latest first; a contact's addresses are one person."""
    addresses = list(dict.fromkeys(_party(entry) for entry in entries))
    held = dict(
        Identity.objects.within(organisation)
        .filter(value__in=addresses)
        .values_list("value", "contact_id")
    )
    contacts: dict[object, dict[str, str]] = {}
    for identity in (
        Identity.objects.within(organisation)
        .filter(contact_id__in=set(held.values()))
        .select_related("contact")
    ):
        known = contacts.setdefault(identity.contact_id, {"name": identity.contact.name})
        known[identity.kind] = identity.value
    people: dict[str, Person] = {}
    for address in addresses:
        contact = contacts.get(held.get(address), {})
        email = contact.get(IdentityKind.EMAIL, address if "@" in address else "")
        number = contact.get(IdentityKind.PHONE, "" if "@" in address else address)
        key = str(held.get(address, address))
        people.setdefault(key, Person(key, contact.get("name") or address, number, email))
    return list(people.values())


def _pieces(text: str) -> list[Piece]:
    parts = enumerate(_LINK.split(text))
    return [Piece(part, is_link=place % 2 == 1) for place, part in parts if part]


def _as_html(piece: Piece) -> str:
    text = escape(piece.text)
    return f'<a href="{text}">{text}</a>' if piece.is_link else text


def _text(entry: Entry, known: dict[str, Person]) -> Text:
    party = _party(entry)
    person = known.get(party, Person(party, party))
    return Text(entry, _pieces(entry.text), entry.direction == OUT, person.label, person.key)


def _mail(entry: Entry, known: dict[str, Person], opened: Entry | None) -> Mail:
    preview = " ".join(entry.text.split())[:140]
    is_open = opened is not None and opened.number == entry.number
    person = known.get(entry.to, Person(entry.to, entry.to))
    return Mail(entry, person.label, preview, is_open)
