"""Looking for anything of the organisation by a few letters."""

from collections.abc import Sequence
from dataclasses import dataclass

from accounts.models import Organisation
from cases.models import Case
from cases.queries.cases import cases
from contacts.queries.contacts import Card, cards, contacts
from surveys.models import Survey
from surveys.queries.surveys import surveys

MOST = 5
LONGEST = 100
BIGGEST_NUMBER = 2_147_483_647


@dataclass(frozen=True)
class Found:
    """What the letters may mean, a few of each sort."""

    surveys: Sequence[Survey] = ()
    contacts: Sequence[Card] = ()
    cases: Sequence[Case] = ()


def found(organisation: Organisation, text: str) -> Found:
    """Surveys by name, contacts by name and address, cases by number or their customer's name."""
    words = text.strip()[:LONGEST]
    if not words:
        return Found()
    numbered = _number(words)
    found_cases = cases(organisation).order_by("-number")
    found_cases = (
        found_cases.filter(number=numbered)
        if numbered
        else found_cases.filter(contact__name__icontains=words)
    )
    return Found(
        surveys=list(surveys(organisation).filter(name__icontains=words)[:MOST]),
        contacts=cards(organisation, contacts(organisation, words)[:MOST]),
        cases=list(found_cases[:MOST]),
    )


def _number(words: str) -> int | None:
    """The number of a case, written 12 or #12."""
    digits = words.removeprefix("#")
    is_number = digits.isascii() and digits.isdigit() and len(digits) <= len(str(BIGGEST_NUMBER))
    return int(digits) if is_number and int(digits) <= BIGGEST_NUMBER else None
